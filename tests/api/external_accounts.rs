//! Accounts of other issuers: made on request alone, found by who the issuer says it is, ended and erased like any other.

use chrono::TimeDelta;
use serde_json::{Value, json};

use crate::support::issuer::{AUDIENCE, Publisher, Signer, claims, claims_at, scopes, service_of, service_with, with_token};
use crate::support::{Client, PASSWORD, Running, Service, rows};

const ISSUER: &str = "https://id.example.org";

fn key() -> Signer {
    Signer::ed("one", 1)
}

/// The entry of an issuer whose keys are written down.
fn written_down() -> Value {
    json!({"issuer": ISSUER, "audiences": [AUDIENCE], "jwks": {"keys": [key().jwk()]}, "scopes": scopes()})
}

pub fn service() -> Service {
    service_with(&json!([written_down()]))
}

/// Somebody with a token that was issued `seconds` after the beginning.
fn person_at(service: &Service, name: &str, seconds: i64) -> Client {
    with_token(service.address, key().token(&claims_at(ISSUER, name, seconds)))
}

pub fn person(service: &Service, name: &str) -> Client {
    person_at(service, name, 0)
}

fn accounts(service: &Service) -> i64 {
    rows::count(&mut service.database.connect(), "SELECT count(*) AS count FROM accounts")
}

#[test]
fn an_account_is_made_by_asking_for_it_and_never_by_a_token_alone() {
    let service = service();
    let me = person(&service, "k");
    me.get("/v1/account").problem(401, "unauthenticated");
    me.post("/v1/relationships", &json!({"alias": "Sam", "kind": "friend"})).problem(401, "unauthenticated");
    assert_eq!(accounts(&service), 0);
    let made = me.post("/v1/accounts", &json!({"time_zone": "Europe/Berlin"}));
    assert_eq!((made.header("location").as_str(), &made.expect(201)["time_zone"]), ("/v1/account", &json!("Europe/Berlin")));
    assert!(made.json().get("recovery_code").is_none());
    assert_eq!(me.get("/v1/account").expect(200)["id"], made.json()["id"]);
    me.post("/v1/relationships", &json!({"alias": "Sam", "kind": "friend"})).expect(201);
}

#[test]
fn asking_again_finds_the_account_and_changes_nothing() {
    let service = service();
    let me = person(&service, "k");
    let made = me.post("/v1/accounts", &json!({"locale": "de"})).expect(201);
    let again = person_at(&service, "k", 5).post("/v1/accounts", &json!({"locale": "fr"})).expect(200);
    assert_eq!(again, made);
    assert_eq!(accounts(&service), 1);
}

#[test]
fn the_same_subject_of_another_issuer_is_somebody_else() {
    let theirs = Signer::ed("one", 2);
    let mut other = written_down();
    other["issuer"] = json!("https://id.example.com");
    other["jwks"] = json!({"keys": [theirs.jwk()]});
    let service = service_with(&json!([written_down(), other]));
    let me = person(&service, "k");
    let them = with_token(service.address, theirs.token(&claims("https://id.example.com", "k")));
    let (mine, others) = (me.post("/v1/accounts", &json!({})).expect(201), them.post("/v1/accounts", &json!({})).expect(201));
    assert_ne!(mine["id"], others["id"]);
    let made = me.post("/v1/relationships", &json!({"alias": "Sam", "kind": "friend"})).header("location");
    them.get(&made).problem(404, "not_found");
}

#[test]
fn many_requests_at_once_make_one_account() {
    let service = service();
    let made: Vec<Value> = std::thread::scope(|scope| {
        let asked: Vec<_> = (0..8).map(|_| scope.spawn(|| person(&service, "k").post("/v1/accounts", &json!({})))).collect();
        asked
            .into_iter()
            .map(|one| one.join().unwrap())
            .map(|answer| if answer.status == 201 { answer.expect(201) } else { answer.expect(200) })
            .collect()
    });
    assert!(made.iter().all(|account| account["id"] == made[0]["id"]), "{made:?}");
    assert_eq!(accounts(&service), 1);
    let handles = rows::count(&mut service.database.connect(), "SELECT count(*) AS count FROM account_handles");
    assert_eq!(handles, 1, "what was begun in vain left nothing");
}

#[test]
fn a_token_of_an_issuer_goes_with_no_password_and_no_invitation() {
    let service = service();
    let answer = person(&service, "k").post("/v1/accounts", &json!({"password": PASSWORD, "invite_code": "x"}));
    let pointers: Vec<Value> =
        answer.problem(422, "validation_failed")["errors"].as_array().unwrap().iter().map(|e| e["pointer"].clone()).collect();
    assert_eq!(pointers, ["/password", "/invite_code"]);
    let nobody = service.stranger().post("/v1/accounts", &json!({})).problem(422, "validation_failed");
    assert_eq!(nobody["errors"][0]["pointer"], "/password");
    assert_eq!(accounts(&service), 0);
}

#[test]
fn it_may_read_unless_the_operators_mapping_says_more() {
    let service = service();
    let with_scope = |scope: &str| {
        let mut said = claims(ISSUER, "k");
        said["scope"] = json!(scope);
        with_token(service.address, key().token(&said))
    };
    with_scope("openid").post("/v1/accounts", &json!({})).expect(201);
    let (reader, writer, whole) = (with_scope("openid read write delete"), with_scope("log.write"), with_scope("log.erase"));
    reader.get("/v1/account").expect(200);
    reader.post("/v1/relationships", &json!({"alias": "Sam", "kind": "friend"})).problem(403, "insufficient_scope");
    let made = writer.post("/v1/relationships", &json!({"alias": "Sam", "kind": "friend"}));
    made.expect(201);
    writer.delete(&made.header("location")).problem(403, "insufficient_scope");
    whole.delete(&made.header("location")).expect(200);
}

#[test]
fn it_has_no_password_that_could_be_guessed_and_none_that_could_be_set() {
    let service = service();
    let me = person(&service, "k");
    let account = me.post("/v1/accounts", &json!({})).expect(201);
    let change = json!({"current_password": PASSWORD, "new_password": "eight loud yellow bells"});
    me.put("/v1/account/password", &change).problem(401, "invalid_credentials");
    let stranger = service.stranger();
    stranger.post("/v1/sessions", &json!({"handle": account["handle"], "password": PASSWORD})).problem(401, "invalid_credentials");
    let code = reciprocity::kernel::code::write(&[9; 16]);
    let recovery = json!({"handle": account["handle"], "recovery_code": code, "new_password": PASSWORD});
    stranger.post("/v1/account-recovery", &recovery).problem(401, "invalid_credentials");
}

#[test]
fn ending_every_session_refuses_what_was_issued_before_on_every_instance_within_two_seconds() {
    let here = service();
    let listed = json!({ "issuers": [written_down()] }).to_string();
    let there = Running::start(&here.database.url, &[("RECIPROCITY_ACCOUNTS", "both"), ("RECIPROCITY_ISSUERS", &listed)]);
    let (near, ahead) = (person(&here, "k"), person_at(&here, "k", 9));
    let far = with_token(there.address, near.token.clone().unwrap());
    near.post("/v1/accounts", &json!({})).expect(201);
    for one in [&near, &ahead, &far] {
        one.get("/v1/account").expect(200);
    }
    assert_eq!(near.get("/v1/sessions").expect(200)["data"], json!([]), "its sessions are its issuer's");
    assert_eq!(near.delete("/v1/sessions").status, 204);
    near.get("/v1/account").problem(401, "token_superseded");
    ahead.get("/v1/account").problem(401, "token_superseded");
    near.post("/v1/accounts", &json!({})).problem(401, "token_superseded");
    there.clock.advance(TimeDelta::seconds(2));
    far.get("/v1/account").problem(401, "token_superseded");
    here.clock.advance(TimeDelta::seconds(11));
    person_at(&here, "k", 11).get("/v1/account").expect(200);
    person_at(&here, "k", 10).get("/v1/account").problem(401, "token_superseded");
}

#[test]
fn an_erased_account_is_gone_everywhere_within_two_seconds_and_a_token_still_alive_does_not_make_it_again() {
    let here = service();
    let listed = json!({ "issuers": [written_down()] }).to_string();
    let there = Running::start(&here.database.url, &[("RECIPROCITY_ACCOUNTS", "both"), ("RECIPROCITY_ISSUERS", &listed)]);
    let me = person(&here, "k");
    let old = me.post("/v1/accounts", &json!({})).expect(201);
    let far = with_token(there.address, me.token.clone().unwrap());
    far.get("/v1/account").expect(200);
    me.delete("/v1/account").expect(200);
    me.get("/v1/account").problem(401, "unauthenticated");
    there.clock.advance(TimeDelta::seconds(2));
    far.get("/v1/account").problem(401, "unauthenticated");
    for still_alive in [&me, &person_at(&here, "k", 9)] {
        still_alive.post("/v1/accounts", &json!({})).problem(401, "unauthenticated");
    }
    assert_eq!(accounts(&here), 0);

    here.clock.advance(TimeDelta::seconds(11));
    let anew = person_at(&here, "k", 11);
    assert_ne!(anew.post("/v1/accounts", &json!({})).expect(201)["id"], old["id"]);
    anew.get("/v1/account").expect(200);
    me.get("/v1/account").problem(401, "unauthenticated");
}

#[test]
fn who_was_erased_is_forgotten_when_no_token_from_before_can_be_alive() {
    let service = service();
    let me = person(&service, "k");
    me.post("/v1/accounts", &json!({})).expect(201);
    me.delete("/v1/account").expect(200);
    let remembered = || rows::count(&mut service.database.connect(), "SELECT count(*) AS count FROM erased_subjects");
    service.clock.advance(TimeDelta::hours(24));
    service.sweep();
    assert_eq!(remembered(), 1);
    service.clock.advance(TimeDelta::minutes(1));
    service.sweep();
    assert_eq!(remembered(), 0);
}

#[test]
fn neither_issuer_nor_subject_is_stored() {
    let service = service();
    let me = person(&service, "a-very-telling-name");
    me.post("/v1/accounts", &json!({})).expect(201);
    me.get("/v1/account").expect(200);
    let dump = service.database.dump();
    assert!(dump.contains("external_subjects"));
    for name in ["a-very-telling-name", "id.example.org"] {
        // Bytes stand in a dump by their figures.
        assert!(!dump.contains(name) && !dump.contains(&rows::hex(name.as_bytes())), "{name} is stored");
    }
}

#[test]
fn the_access_log_tells_sign_ins_apart_and_keeps_one_together() {
    let service = service();
    let through = |sign_in: &str, seconds: i64| {
        let mut said = claims_at(ISSUER, "k", seconds);
        said["sid"] = json!(sign_in);
        with_token(service.address, key().token(&said))
    };
    let sessions = || rows::words(&mut service.database.connect(), "SELECT DISTINCT session_id::text AS word FROM access_log ORDER BY 1");
    through("phone", 0).post("/v1/accounts", &json!({})).expect(201);
    through("laptop", 0).post("/v1/accounts", &json!({})).expect(200);
    assert_eq!(sessions().len(), 2, "asking for the account shows it");
    for (sign_in, seconds) in [("phone", 0), ("phone", 1), ("tablet", 0)] {
        through(sign_in, seconds).get("/v1/account").expect(200);
    }
    assert_eq!(sessions().len(), 3);
    assert!(sessions().iter().all(|id| id.parse::<uuid::Uuid>().unwrap().get_version_num() == 8));
}

#[test]
fn in_place_of_built_in_accounts_no_password_opens_anything() {
    let service = service_of("external", &json!([written_down()]));
    let stranger = service.stranger();
    let code = reciprocity::kernel::code::write(&[9; 16]);
    let handle = reciprocity::kernel::code::write(&[9; 10]);
    for (path, body) in [
        ("/v1/accounts", json!({"password": PASSWORD})),
        ("/v1/sessions", json!({"handle": handle, "password": PASSWORD})),
        ("/v1/sessions/refresh", json!({"refresh_token": "a".repeat(86)})),
        ("/v1/account-recovery", json!({"handle": handle, "recovery_code": code, "new_password": PASSWORD})),
    ] {
        stranger.post(path, &body).problem(403, "passwords_not_used");
    }
    person(&service, "k").post("/v1/accounts", &json!({})).expect(201);
    person(&service, "k").get("/v1/account").expect(200);
    let built_in = Running::start(&service.database.url, &[]);
    let handle = Client::new(built_in.address, None).post("/v1/accounts", &json!({"password": PASSWORD})).expect(201)["handle"].clone();
    let ours = Client::signed_in(built_in.address, handle.as_str().unwrap());
    ours.get("/v1/account").expect(200);
    with_token(service.address, ours.token.clone().unwrap()).get("/v1/account").problem(401, "unauthenticated");
}

#[test]
fn beside_them_both_kinds_work_and_without_issuers_a_foreign_token_is_nothing() {
    let both = service();
    both.someone().get("/v1/account").expect(200);
    let plain = Service::start();
    let foreign = person(&plain, "k");
    foreign.get("/v1/account").problem(401, "unauthenticated");
    assert_eq!(foreign.post("/v1/accounts", &json!({})).problem(422, "validation_failed")["errors"][0]["pointer"], "/password");
}

#[test]
fn a_subject_has_a_budget_before_it_has_an_account() {
    let listed = json!({ "issuers": [written_down()] }).to_string();
    let few = [("RECIPROCITY_LIMIT_READS", "2"), ("RECIPROCITY_LIMIT_ACCOUNTS", "2")];
    let service = Service::with(&[&[("RECIPROCITY_ACCOUNTS", "both"), ("RECIPROCITY_ISSUERS", &listed)][..], &few].concat());
    let (me, other) = (person(&service, "k"), person(&service, "l"));
    for _ in 0..2 {
        me.get("/v1/account").problem(401, "unauthenticated");
    }
    me.get("/v1/account").problem(429, "too_many_requests");
    other.get("/v1/account").problem(401, "unauthenticated");
    me.post("/v1/accounts", &json!({})).expect(201);
    me.post("/v1/accounts", &json!({})).expect(200);
    me.post("/v1/accounts", &json!({})).problem(429, "too_many_requests");
    other.post("/v1/accounts", &json!({})).expect(201);
}

#[test]
fn accounts_that_are_made_are_counted_by_address_too_and_those_that_are_found_are_not() {
    let listed = json!({ "issuers": [written_down()] }).to_string();
    let few = [("RECIPROCITY_LIMIT_ACCOUNTS", "2"), ("RECIPROCITY_TRUSTED_PROXIES", "1")];
    let service = Service::with(&[&[("RECIPROCITY_ACCOUNTS", "both"), ("RECIPROCITY_ISSUERS", &listed)][..], &few].concat());
    let ask = |name: &str, address: &str| person(&service, name).with("x-forwarded-for", address).post("/v1/accounts", &json!({}));
    ask("k", "192.0.2.1").expect(201);
    ask("l", "192.0.2.1").expect(201);
    let refused = ask("m", "192.0.2.1");
    refused.problem(429, "too_many_requests");
    assert!(refused.header("ratelimit").starts_with("\"accounts\";r=0"), "{:?}", refused.headers);
    ask("k", "192.0.2.1").expect(200);
    assert_eq!(accounts(&service), 2);
    ask("m", "192.0.2.2").expect(201);
}

#[test]
fn a_database_that_is_gone_makes_nothing_believed() {
    let publisher = Publisher::start(&[&key()]);
    let service = service_with(&json!([publisher.at_jwks()]));
    let me = with_token(service.address, key().token(&claims(&publisher.url, "k")));
    me.post("/v1/accounts", &json!({})).expect(201);
    me.get("/v1/relationships?cursor=AAAA").problem(400, "invalid_parameter");
    service.database.vanish();
    me.get("/v1/relationships?cursor=AAAA").problem(400, "invalid_parameter");
    service.clock.advance(TimeDelta::seconds(2));
    me.get("/v1/relationships?cursor=AAAA").problem(503, "unavailable");
}
