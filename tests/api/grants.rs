//! Grants: somebody else reads what was lent, once let in by a code, and nothing else, until it ends; and the person sees that they did.

use chrono::TimeDelta;
use diesel::connection::SimpleConnection;
use serde_json::{Value, json};

use crate::isolation::{account_of, comparable};
use crate::support::everything::{completed_export, id_in, relationship};
use crate::support::{Answer, Client, PASSWORD, Running, Service, rows, wait_for_waiting};

/// What lets somebody read everything of a relationship for a month, and more members.
fn lent(more: &Value) -> Value {
    let mut asked = json!({"lasts_hours": 720});
    asked.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    asked
}

fn give(me: &Client, tie: &str, more: &Value) -> Value {
    me.post(&format!("{tie}/grants"), &lent(more)).expect(201)
}

fn redeem(service: &Service, code: &Value) -> Answer {
    service.stranger().post("/v1/grants/redemptions", &json!({ "code": code }))
}

fn client(address: std::net::SocketAddr, pair: &Value) -> Client {
    Client::new(address, Some(pair["access_token"].as_str().unwrap().to_owned()))
}

/// Whoever was let in to read `tie`.
fn reader(service: &Service, me: &Client, tie: &str, more: &Value) -> Client {
    client(service.address, &redeem(service, &give(me, tie, more)["code"]).expect(201))
}

fn log(me: &Client, tie: &str, day: &str, actor: &str, dimension: &str) -> String {
    let body = json!({"actor": actor, "dimension": dimension, "occurred_at": format!("{day}T12:00:00Z"), "note": format!("on {day}")});
    let made = me.post(&format!("{tie}/interactions"), &body);
    made.expect(201);
    made.header("location")
}

fn days(listed: &Value) -> Vec<&str> {
    listed["data"].as_array().unwrap().iter().map(|entry| entry["local_date"].as_str().unwrap()).collect()
}

#[test]
fn whoever_is_let_in_reads_the_relationship_without_its_notes_and_changes_nothing() {
    let service = Service::start();
    let me = service.someone();
    let tie = relationship(&me);
    let entry = log(&me, &tie, "2026-02-10", "me", "repair");
    let given = give(&me, &tie, &json!({"label": "counselling"}));
    assert_eq!((&given["state"], &given["notes"]), (&json!("waiting"), &json!(false)));
    let pair = redeem(&service, &given["code"]).expect(201);
    assert_eq!((&pair["scope"], &pair["relationship_id"]), (&json!("read"), &json!(id_in(&tie))));
    let reader = client(service.address, &pair);
    let shown = reader.get(&tie).expect(200);
    assert_eq!((&shown["alias"], &shown["label"]), (&json!("Sam"), &Value::Null), "the alias is lent, the label is not");
    let shown = reader.get(&entry);
    assert!(shown.expect(200)["note"].is_null() && !shown.text.contains("on 2026"), "{}", shown.text);
    assert!(!reader.get(&format!("{tie}/interactions")).text.contains("on 2026-02-10"));
    reader.patch(&entry, &json!({"note": "I was here"})).problem(403, "insufficient_scope");
    reader.get(&format!("{entry}/history")).problem(403, "insufficient_scope");
    for path in ["/v1/account", "/v1/account/access-log", "/v1/grants", "/v1/sessions", "/v1/relationships"] {
        reader.get(path).problem(403, "insufficient_scope");
    }
    let listed = me.get("/v1/sessions").expect(200)["data"].clone();
    let session = listed.as_array().unwrap().iter().find(|session| session["id"] == pair["session_id"]).unwrap();
    assert_eq!((&session["label"], &session["grant_id"]), (&json!("counselling"), &given["id"]));
}

#[test]
fn notes_are_read_where_they_were_lent() {
    let service = Service::start();
    let me = service.someone();
    let tie = relationship(&me);
    let entry = log(&me, &tie, "2026-02-10", "me", "repair");
    let own = json!({"actor": "me", "dimension": "repair", "note_encrypted": {"key": "phone", "ciphertext": "AAAA"}});
    let sealed = me.post(&format!("{tie}/interactions"), &own).header("location");
    let (with, without) = (reader(&service, &me, &tie, &json!({"notes": true})), reader(&service, &me, &tie, &json!({})));
    assert_eq!(with.get(&entry).expect(200)["note"], "on 2026-02-10");
    assert_eq!(with.get(&sealed).expect(200)["note_encrypted"]["key"], "phone");
    assert!(with.get(&tie).expect(200)["label"].is_null());
    assert!(without.get(&sealed).expect(200)["note_encrypted"].is_null());
}

#[test]
fn entries_outside_its_days_and_dimensions_are_not_there() {
    let service = Service::start();
    let me = service.someone();
    let tie = relationship(&me);
    let early = log(&me, &tie, "2026-01-31", "me", "repair");
    let first = log(&me, &tie, "2026-02-01", "me", "repair");
    let other = log(&me, &tie, "2026-02-02", "them", "celebration");
    let last = log(&me, &tie, "2026-02-03", "them", "repair");
    let late = log(&me, &tie, "2026-02-04", "me", "repair");
    let entries = format!("{tie}/interactions");
    let within = reader(&service, &me, &tie, &json!({"from": "2026-02-01", "to": "2026-02-03"}));
    assert_eq!(days(&within.get(&entries).expect(200)), ["2026-02-03", "2026-02-02", "2026-02-01"]);
    let repair = reader(&service, &me, &tie, &json!({"from": "2026-02-01", "to": "2026-02-03", "dimensions": ["repair"]}));
    assert_eq!(days(&repair.get(&entries).expect(200)), ["2026-02-03", "2026-02-01"]);
    assert_eq!(days(&repair.get(&format!("{entries}?from=2020-01-01&dimension=celebration")).expect(200)), [""; 0]);
    for hidden in [&early, &other, &late] {
        repair.get(hidden).problem(404, "not_found");
    }
    for shown in [&first, &last] {
        repair.get(shown).expect(200);
    }
    // What it lends is what there is now: an entry that is moved into its days is lent, one that is moved away is not.
    me.patch(&early, &json!({"occurred_at": "2026-02-02T12:00:00Z"})).expect(200);
    me.patch(&last, &json!({"dimension": "celebration"})).expect(200);
    assert_eq!(days(&repair.get(&entries).expect(200)), ["2026-02-02", "2026-02-01"]);
}

#[test]
fn what_was_computed_from_more_than_is_lent_is_not_there() {
    let service = Service::start();
    let me = service.someone();
    let tie = relationship(&me);
    log(&me, &tie, "2026-02-10", "me", "repair");
    let answers = json!({"question_set": "reciprocity-check", "status": "completed", "answers": [{"item": "cel-give-1", "value": 4}]});
    let response = me.post(&format!("{tie}/responses"), &answers).header("location");
    let computed = me.post(&format!("{tie}/assessments"), &json!({})).header("location");
    let everything = reader(&service, &me, &tie, &json!({}));
    everything.get(&computed).expect(200);
    everything.get(&response).expect(200);
    everything.get(&format!("{response}/change")).expect(200);
    // Today, when it was answered, is among the days.
    let of_days = reader(&service, &me, &tie, &json!({"from": "2026-02-01"}));
    of_days.get(&computed).problem(404, "not_found");
    of_days.get(&response).expect(200);
    let of_dimensions = reader(&service, &me, &tie, &json!({"dimensions": ["repair"]}));
    of_dimensions.get(&computed).problem(404, "not_found");
    of_dimensions.get(&response).problem(404, "not_found");
    for list in ["assessments", "responses"] {
        assert_eq!(of_dimensions.get(&format!("{tie}/{list}")).expect(200)["data"], json!([]));
    }
}

/// A timeline without what names the relationship and its entries.
fn figures(client: &Client, tie: &str) -> Value {
    let mut found = client.get(&format!("{tie}/timeline?as_of=2026-03-01")).expect(200);
    for name in ["relationship_id", "evidence"] {
        found.as_object_mut().unwrap().remove(name);
    }
    found
}

#[test]
fn a_lent_timeline_is_the_one_of_the_entries_in_reach_alone() {
    let service = Service::start();
    let me = service.someone();
    let within = json!([{"kind": "exams", "from": "2026-01-01", "to": "2026-01-20"}]);
    let wider = json!([
        {"kind": "exams", "from": "2025-12-20", "to": "2026-01-20"}, {"kind": "illness", "from": "2025-11-01", "to": "2025-12-30"},
        {"kind": "newborn", "from": "2026-02-01"}
    ]);
    let [all, alone] = [wider, within]
        .map(|contexts| me.post("/v1/relationships", &json!({"alias": "Sam", "kind": "friend", "contexts": contexts})).header("location"));
    let first = chrono::NaiveDate::from_ymd_opt(2025, 12, 1).unwrap();
    for n in 0..80 {
        let (day, dimension) = ((first + chrono::Days::new(n)).to_string(), if n % 3 == 0 { "initiation" } else { "repair" });
        log(&me, &all, &day, if n < 40 { "me" } else { "them" }, dimension);
        if dimension == "repair" && ("2026-01-01"..="2026-01-31").contains(&day.as_str()) {
            log(&me, &alone, &day, if n < 40 { "me" } else { "them" }, dimension);
        }
    }
    let terms = json!({"from": "2026-01-01", "to": "2026-01-31", "dimensions": ["repair"]});
    let lent = reader(&service, &me, &all, &terms);
    let (seen, expected) = (figures(&lent, &all), figures(&me, &alone));
    assert_eq!(seen, expected);
    assert_ne!(seen, figures(&me, &all));
    assert!(seen["dimensions"].as_array().unwrap().iter().any(|one| one["dimension"] == "repair"), "{seen}");
    assert_eq!(lent.get(&all).expect(200)["contexts"].as_array().unwrap().len(), 1, "periods of strain are private life");
}

#[test]
fn a_code_is_good_once_and_then_answers_like_one_that_never_was() {
    let service = Service::start();
    let me = service.someone();
    let tie = relationship(&me);
    let (used, ended) = (give(&me, &tie, &json!({})), give(&me, &tie, &json!({})));
    let over = give(&me, &tie, &json!({"lasts_hours": 1}));
    redeem(&service, &used["code"]).expect(201);
    assert_eq!(me.delete(&format!("/v1/grants/{}", ended["id"].as_str().unwrap())).status, 204);
    service.clock.advance(TimeDelta::hours(1));
    let other = Service::start();
    let stranger = other.someone();
    let unknown = give(&stranger, &relationship(&stranger), &json!({}));
    let never = redeem(&service, &unknown["code"]);
    never.problem(401, "invalid_credentials");
    for grant in [&used, &ended, &over] {
        assert_eq!(comparable(&redeem(&service, &grant["code"])), comparable(&never), "{grant}");
    }
    assert_eq!(redeem(&service, &json!("k3v9-t0qz")).problem(422, "validation_failed")["errors"][0]["pointer"], "/code");
    let me = me.signed_in_again();
    let listed = me.get("/v1/grants").expect(200)["data"].clone();
    let state = |grant: &Value| listed.as_array().unwrap().iter().find(|one| one["id"] == grant["id"]).unwrap()["state"].clone();
    assert_eq!([state(&used), state(&ended), state(&over)], ["redeemed", "ended", "expired"]);
}

#[test]
fn of_many_who_show_a_code_at_once_one_is_let_in() {
    // A connection for each of them.
    let service = Service::with(&[("RECIPROCITY_POOL_SIZE", "8")]);
    let me = service.someone();
    let code = give(&me, &relationship(&me), &json!({}))["code"].clone();
    let (mut conn, mut holder) = (service.database.connect(), service.database.connect());
    holder.batch_execute("BEGIN; SELECT 1 FROM grants FOR UPDATE").unwrap();
    let statuses: Vec<u16> = std::thread::scope(|scope| {
        let all: Vec<_> = (0..4).map(|_| scope.spawn(|| redeem(&service, &code).status)).collect();
        // Nobody has used it when all of them have come to it.
        wait_for_waiting(&mut conn, 4);
        holder.batch_execute("COMMIT").unwrap();
        all.into_iter().map(|one| one.join().unwrap()).collect()
    });
    assert_eq!(statuses.iter().filter(|status| **status == 201).count(), 1, "{statuses:?}");
    // Whoever did not get a turn at the database was told to come back.
    assert!(statuses.iter().all(|status| [201, 401, 503].contains(status)), "{statuses:?}");
    assert_eq!(redeem(&service, &code).status, 401);
}

#[test]
fn a_code_cannot_be_read_again() {
    let service = Service::start();
    let me = service.someone();
    let (path, asked) = (format!("{}/grants", relationship(&me)), lent(&json!({})));
    let keyed = me.with("idempotency-key", "one");
    let first = keyed.post(&path, &asked);
    let code = first.expect(201)["code"].as_str().unwrap().to_owned();
    let again = keyed.post(&path, &asked);
    assert_eq!(again.expect(200)["id"], first.json()["id"], "the same request gives no second grant");
    let path = first.header("location");
    let export = completed_export(&me);
    assert!(again.json().get("code").is_none(), "the same request shows no code");
    let texts = [again.text, me.get(&path).text, me.get("/v1/grants").text, me.get(&format!("{export}/data")).text];
    assert!(texts.iter().all(|text| text.contains(id_in(&path)) && !text.contains(&code)));
    // Bytes are looked for as Postgres writes them; the account's id, which a code begins with, is no secret.
    let bytes: [u8; 32] = reciprocity::kernel::code::bytes(&code).unwrap();
    let secrets = [code.replace('-', ""), rows::hex(&bytes[16..]), rows::hex(code.as_bytes()), code];
    let stored = rows::of_account(&mut service.database.connect(), &account_of(&me));
    assert!(stored.values().flatten().all(|row| secrets.iter().all(|secret| !row.contains(secret))));
}

#[test]
fn neither_a_token_nor_a_refresh_outlasts_the_grant() {
    let service = Service::start();
    let me = service.someone();
    let tie = relationship(&me);
    let given = give(&me, &tie, &json!({"lasts_hours": 1}));
    let pair = redeem(&service, &given["code"]).expect(201);
    assert_eq!((&pair["refresh_expires_at"], &pair["expires_in_seconds"]), (&json!("2026-03-02T13:00:00Z"), &json!(600)));
    service.clock.advance(TimeDelta::minutes(54));
    let refresh = |pair: &Value| service.stranger().post("/v1/sessions/refresh", &json!({"refresh_token": pair["refresh_token"]}));
    let next = refresh(&pair).expect(200);
    assert_eq!((&next["refresh_expires_at"], &next["expires_in_seconds"]), (&json!("2026-03-02T13:00:00Z"), &json!(360)));
    let reader = client(service.address, &next);
    service.clock.advance(TimeDelta::milliseconds(359_999));
    reader.get(&tie).expect(200);
    service.clock.advance(TimeDelta::milliseconds(1));
    reader.get(&tie).problem(401, "unauthenticated");
    refresh(&next).problem(401, "invalid_credentials");
    let me = me.signed_in_again();
    assert_eq!(me.get(&format!("/v1/grants/{}", given["id"].as_str().unwrap())).expect(200)["state"], "expired");
}

#[test]
fn ending_a_grant_is_heard_at_once_here_and_within_two_seconds_elsewhere() {
    let here = Service::start();
    let there = Running::start(&here.database.url, &[]);
    let me = here.someone();
    let tie = relationship(&me);
    let given = give(&me, &tie, &json!({}));
    let pair = redeem(&here, &given["code"]).expect(201);
    let (near, far) = (client(here.address, &pair), client(there.address, &pair));
    near.get(&tie).expect(200);
    far.get(&tie).expect(200);
    let path = format!("/v1/grants/{}", given["id"].as_str().unwrap());
    assert_eq!(me.delete(&path).status, 204);
    near.get(&tie).problem(401, "unauthenticated");
    there.clock.advance(TimeDelta::seconds(2));
    far.get(&tie).problem(401, "unauthenticated");
    here.stranger().post("/v1/sessions/refresh", &json!({"refresh_token": pair["refresh_token"]})).problem(401, "invalid_credentials");
    let first = me.get(&path).expect(200);
    assert_eq!((&first["state"], &first["ended_at"]), (&json!("ended"), &json!("2026-03-02T12:00:00Z")));
    here.clock.advance(TimeDelta::minutes(1));
    assert_eq!(me.delete(&path).status, 204, "once more changes nothing");
    assert_eq!(me.get(&path).expect(200), first);
}

#[test]
fn whatever_ends_every_session_ends_every_grant() {
    type End = fn(&Service, &Client, &Value);
    let ends: [End; 3] = [
        |_, me, _| assert_eq!(me.delete("/v1/sessions").status, 204),
        |_, me, _| {
            let change = json!({"current_password": PASSWORD, "new_password": "eight loud yellow bells"});
            assert_eq!(me.put("/v1/account/password", &change).status, 204);
        },
        |service, _, account| {
            let (handle, code) = (&account["handle"], &account["recovery_code"]);
            let recovery = json!({"handle": handle, "recovery_code": code, "new_password": "eight loud yellow bells"});
            service.stranger().post("/v1/account-recovery", &recovery).expect(200);
        },
    ];
    let service = Service::start();
    for end in ends {
        let account = service.stranger().post("/v1/accounts", &json!({"password": PASSWORD})).expect(201);
        let me = Client::signed_in(service.address, account["handle"].as_str().unwrap());
        let tie = relationship(&me);
        let (reader, waiting) = (reader(&service, &me, &tie, &json!({})), give(&me, &tie, &json!({})));
        end(&service, &me, &account);
        reader.get(&tie).problem(401, "unauthenticated");
        redeem(&service, &waiting["code"]).problem(401, "invalid_credentials");
    }
}

#[test]
fn a_session_of_an_ended_grant_is_refused_whatever_its_own_row_says() {
    let service = Service::start();
    let me = service.someone();
    let tie = relationship(&me);
    let reader = reader(&service, &me, &tie, &json!({}));
    service.database.connect().batch_execute("UPDATE grants SET ended_at = created_at").unwrap();
    reader.get(&tie).problem(401, "unauthenticated");
    me.get(&tie).expect(200);
}

#[test]
fn the_access_log_says_what_was_read_through_which_grant() {
    let service = Service::start();
    let me = service.someone();
    let tie = relationship(&me);
    log(&me, &tie, "2026-02-10", "me", "repair");
    let given = give(&me, &tie, &json!({}));
    let (id, other) = (given["id"].as_str().unwrap(), give(&me, &tie, &json!({})));
    let path = format!("/v1/account/access-log?grant_id={id}");
    assert_eq!(me.get(&path).expect(200)["data"], json!([]));
    let reader = client(service.address, &redeem(&service, &given["code"]).expect(201));
    reader.get(&format!("{tie}/interactions")).expect(200);
    reader.get(&format!("{tie}/timeline")).expect(200);
    reader.get("/v1/account").problem(403, "insufficient_scope");
    let lines = me.get(&path).expect(200)["data"].clone();
    let classes: Vec<&Value> = lines.as_array().unwrap().iter().map(|line| &line["class"]).collect();
    assert_eq!(classes, ["assessments", "interactions"]);
    assert!(lines.as_array().unwrap().iter().all(|line| line["grant_id"] == id));
    let of_other = format!("/v1/account/access-log?grant_id={}", other["id"].as_str().unwrap());
    assert_eq!(me.get(&of_other).expect(200)["data"], json!([]));
    let all = me.get("/v1/account/access-log").expect(200)["data"].clone();
    let by_grant = all.as_array().unwrap().iter().filter(|line| line["grant_id"] == id).count();
    assert!(by_grant == 2 && all.as_array().unwrap().len() > 2, "{all}");
    assert_eq!(me.get(&format!("/v1/grants/{id}")).expect(200)["redeemed_at"], "2026-03-02T12:00:00Z");
    me.delete(&format!("/v1/grants/{id}"));
    assert_eq!(me.get(&path).expect(200)["data"], lines, "it is told when the grant has ended too");
}

#[test]
fn only_a_session_that_may_do_everything_lets_somebody_in() {
    let service = Service::start();
    let me = service.someone();
    let tie = relationship(&me);
    let handle = me.get("/v1/account").expect(200)["handle"].clone();
    let signed_in = |more: Value| {
        let mut asked = json!({"handle": handle, "password": PASSWORD});
        asked.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        client(service.address, &service.stranger().post("/v1/sessions", &asked).expect(201))
    };
    for narrower in [json!({"scope": "read"}), json!({"scope": "read write"}), json!({"relationship_id": id_in(&tie)})] {
        signed_in(narrower).post(&format!("{tie}/grants"), &lent(&json!({}))).problem(403, "insufficient_scope");
    }
    let grant = give(&me, &tie, &json!({}));
    let path = format!("/v1/grants/{}", grant["id"].as_str().unwrap());
    assert_eq!(signed_in(json!({"scope": "read"})).delete(&path).status, 204, "ending one needs no more than a session");
}

#[test]
fn the_pin_is_the_persons_own_whoever_was_let_in_is_asked_for_none_and_giving_a_grant_takes_it() {
    let service = Service::start();
    let me = service.someone();
    let tie = relationship(&me);
    let given = give(&me, &tie, &json!({}));
    let reader = client(service.address, &redeem(&service, &given["code"]).expect(201));
    assert_eq!(me.put("/v1/account/pin", &json!({"current_password": PASSWORD, "pin": "274913"})).status, 204);
    reader.get(&tie).expect(200);
    me.get(&tie).problem(403, "step_up_required");
    me.post(&format!("{tie}/grants"), &lent(&json!({}))).problem(403, "step_up_required");
    assert_eq!(me.delete(&format!("/v1/grants/{}", given["id"].as_str().unwrap())).status, 204, "ending one takes no PIN");
    reader.get(&tie).problem(401, "unauthenticated");
}

#[test]
fn a_grant_goes_with_its_relationship() {
    let service = Service::start();
    let me = service.someone();
    let tie = relationship(&me);
    let given = give(&me, &tie, &json!({}));
    let waiting = give(&me, &tie, &json!({}));
    let reader = client(service.address, &redeem(&service, &given["code"]).expect(201));
    me.delete(&tie).expect(200);
    reader.get(&tie).problem(401, "unauthenticated");
    redeem(&service, &waiting["code"]).problem(401, "invalid_credentials");
    assert_eq!(me.get("/v1/grants").expect(200)["data"], json!([]));
}

#[test]
fn what_cannot_be_lent_is_refused_by_name() {
    let service = Service::start();
    let (me, stranger) = (service.someone(), service.someone());
    let (mine, theirs) = (format!("{}/grants", relationship(&me)), format!("{}/grants", relationship(&stranger)));
    let wrong = |more: Value, pointer: &str| {
        let problem = me.post(&mine, &lent(&more)).problem(422, "validation_failed");
        assert_eq!(problem["errors"][0]["pointer"], pointer, "{problem}");
    };
    for hours in [0, -1, 8_785] {
        wrong(json!({"lasts_hours": hours}), "/lasts_hours");
    }
    let longest = me.post(&mine, &lent(&json!({"lasts_hours": 8_784}))).expect(201);
    assert_eq!(longest["expires_at"], "2027-03-03T12:00:00Z");
    wrong(json!({"from": "2026-02-02", "to": "2026-02-01"}), "/to");
    wrong(json!({"from": "1969-12-31"}), "/from");
    wrong(json!({"dimensions": []}), "/dimensions");
    wrong(json!({"label": " "}), "/label");
    let nowhere = me.post("/v1/relationships/01980000-0000-7000-8000-00000000dead/grants", &lent(&json!({})));
    nowhere.problem(404, "not_found");
    assert_eq!(comparable(&me.post(&theirs, &lent(&json!({})))), comparable(&nowhere));
}

#[test]
fn fifty_grants_last_at_once_and_one_that_is_over_makes_room() {
    let service = Service::start();
    let me = service.someone();
    let tie = relationship(&me);
    let made: Vec<Value> = (0..50).map(|_| give(&me, &tie, &json!({}))).collect();
    me.post(&format!("{tie}/grants"), &lent(&json!({}))).problem(409, "limit_reached");
    assert_eq!(me.delete(&format!("/v1/grants/{}", made[7]["id"].as_str().unwrap())).status, 204);
    give(&me, &tie, &json!({}));
    let first = me.get("/v1/grants?limit=40").expect(200);
    let next = me.get(&format!("/v1/grants?limit=40&cursor={}", first["next_cursor"].as_str().unwrap())).expect(200);
    assert_eq!((first["data"].as_array().unwrap().len(), next["data"].as_array().unwrap().len()), (40, 11));
}

#[test]
fn showing_codes_has_the_budget_of_signing_in() {
    let service = Service::with(&[("RECIPROCITY_LIMIT_SIGN_INS", "3")]);
    let code = json!("06c0-0000");
    // `someone` signs in once.
    let _me = service.someone();
    for _ in 0..2 {
        redeem(&service, &code).problem(422, "validation_failed");
    }
    redeem(&service, &code).problem(429, "too_many_requests");
}

#[test]
fn wrong_codes_for_an_account_are_soon_slowed_down() {
    let service = Service::with(&[("RECIPROCITY_LIMIT_FAILURES", "2")]);
    let me = service.someone();
    let tie = relationship(&me);
    let codes: Vec<Value> = (0..3).map(|_| give(&me, &tie, &json!({}))["code"].clone()).collect();
    for used in &codes[..2] {
        redeem(&service, used).expect(201);
    }
    // Two wrong ones that differ, as a guesser's do: it is the account that is counted.
    for used in &codes[..2] {
        redeem(&service, used).problem(401, "invalid_credentials");
    }
    redeem(&service, &codes[2]).problem(429, "too_many_requests");
    me.signed_in_again().get("/v1/account").expect(200);
    service.clock.advance(TimeDelta::minutes(1));
    redeem(&service, &codes[2]).expect(201);
}
