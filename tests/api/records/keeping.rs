//! Keeping records, in the manner of interactions: ids, retries, versions, days, lists, who sees them, and how they go.

use chrono::TimeDelta;
use serde_json::{Value, json};

use super::{Life, day, ids};
use crate::support::everything::{id_in, relationship};
use crate::support::{PASSWORD, Service, rows};

const KINDS: [(&str, &str); 4] = [
    ("promises", r#"{"by": "them", "what": "to call"}"#),
    ("plans", r#"{"proposed_by": "them", "what": "the lake"}"#),
    ("needs", r#"{"of": "me", "what": "an hour alone"}"#),
    ("repairs", r#"{"noticed_by": "me", "what": "we shouted"}"#),
];

fn kinds() -> impl Iterator<Item = (&'static str, Value)> {
    KINDS.into_iter().map(|(kind, body)| (kind, serde_json::from_str(body).unwrap()))
}

#[test]
fn a_request_is_done_once_under_its_id_and_its_key_and_an_id_that_went_stays_taken() {
    let service = Service::start();
    let me = service.someone();
    let tie = relationship(&me);
    for (at, (kind, mut body)) in kinds().enumerate() {
        let (path, id) = (format!("{tie}/{kind}"), format!("0198c0de-0000-7000-8000-00000000ca0{at}"));
        body["id"] = json!(id);
        let made = me.post(&path, &body);
        let own = made.header("location");
        assert_eq!((made.status, &made.json()["id"], own.as_str()), (201, &json!(id), format!("/v1/{kind}/{id}").as_str()));
        me.patch(&own, &json!({"what": "other words"})).expect(200);
        assert_eq!(me.post(&path, &body).expect(200)["what"], "other words", "as it is now");
        let mut other = body.clone();
        other["what"] = json!("another request");
        me.post(&path, &other).problem(409, "id_conflict");
        let keyed = me.with("idempotency-key", &format!("\"{kind}\""));
        other.as_object_mut().unwrap().remove("id");
        let first = keyed.post(&path, &other).expect(201);
        assert_eq!(keyed.post(&path, &other).expect(200), first);
        keyed.post(&path, &body).problem(422, "idempotency_key_reused");
        assert_eq!(me.delete(&own).status, 204);
        for gone in [me.get(&own), me.delete(&own), me.patch(&own, &json!({})), me.post(&path, &body)] {
            gone.problem(410, "gone");
        }
        assert_eq!(me.get(&path).expect(200)["data"].as_array().unwrap().len(), 1);
    }
}

#[test]
fn a_change_names_the_version_it_replaces() {
    let service = Service::start();
    let me = service.someone();
    let tie = relationship(&me);
    for (kind, body) in kinds() {
        let made = me.post(&format!("{tie}/{kind}"), &body);
        let own = made.header("location");
        let read = me.get(&own);
        assert_eq!((read.json(), read.header("etag")), (made.json(), made.header("etag")));
        assert_eq!(me.with("if-none-match", &read.header("etag")).get(&own).status, 304);
        me.patch_as_is(&own, &json!({"what": "x"})).problem(428, "precondition_required");
        let changed = me.with("if-match", &read.header("etag")).patch_as_is(&own, &json!({"what": null}));
        assert!(changed.expect(200).get("what").is_none());
        me.with("if-match", &read.header("etag")).patch_as_is(&own, &json!({"what": "x"})).problem(412, "precondition_failed");
        assert_eq!(me.with("prefer", "return=minimal").patch(&own, &json!({"what": "x"})).status, 204);
    }
}

#[test]
fn what_is_anothers_or_of_another_kind_is_not_there() {
    let service = Service::start();
    let (me, other) = (service.someone(), service.someone());
    let (tie, theirs) = (relationship(&me), relationship(&other));
    for (kind, body) in kinds() {
        let own = me.post(&format!("{tie}/{kind}"), &body).header("location");
        other.get(&own).problem(404, "not_found");
        other.patch(&own, &json!({"what": "x"})).problem(404, "not_found");
        other.delete(&own).problem(404, "not_found");
        other.post(&format!("{tie}/{kind}"), &body).problem(404, "not_found");
        other.get(&format!("{tie}/{kind}")).problem(404, "not_found");
        for (wrong, _) in kinds().filter(|(wrong, _)| *wrong != kind) {
            me.get(&own.replace(kind, wrong)).problem(404, "not_found");
            me.delete(&own.replace(kind, wrong)).problem(404, "not_found");
        }
        // Another's entry, and one of another relationship, can stand for nothing here.
        let elsewhere = other.post(&format!("{theirs}/interactions"), &json!({"actor": "me", "dimension": "repair"})).header("location");
        let second = relationship(&me);
        let beside = me.post(&format!("{second}/interactions"), &json!({"actor": "me", "dimension": "repair"})).header("location");
        for entry in [&elsewhere, &beside] {
            let refused = me.patch(&own, &json!({"interaction_id": id_in(entry)})).problem(422, "validation_failed");
            assert_eq!(refused["errors"][0]["code"], "unknown_interaction");
        }
        assert!(me.get(&own).expect(200).get("interaction_id").is_none());
    }
}

#[test]
fn a_list_is_by_day_in_pages_and_by_what_became_of_them() {
    let mut life = Life::begin();
    life.on(&day(4, 0));
    for n in 0..7_u64 {
        let on = day(n % 4, 0);
        life.note("promises", &json!({"by": "them", "local_date": on, "status": if n % 2 == 0 { "open" } else { "broken" }}));
        life.note("plans", &json!({"proposed_by": "me", "local_date": on, "status": if n % 2 == 0 { "open" } else { "dropped" }}));
        life.note("needs", &json!({"of": "me", "local_date": on, "status": if n % 2 == 0 { "open" } else { "unmet" }}));
        let moved = json!({"local_date": on, "moved_first": "me"});
        life.note("repairs", &if n % 2 == 0 { json!({"local_date": on}) } else { moved });
    }
    for (kind, settled) in [("promises", "broken"), ("plans", "dropped"), ("needs", "unmet"), ("repairs", "moved")] {
        let path = format!("{}/{kind}", life.tie);
        let count = |query: &str| life.me.get(&format!("{path}?{query}")).expect(200)["data"].as_array().unwrap().len();
        assert_eq!((count(""), count("status=open"), count(&format!("status={settled}"))), (7, 4, 3), "{kind}");
        assert_eq!(count(&format!("from={}&to={}", day(1, 0), day(2, 0))), 4);
        let (mut seen, mut next) = (Vec::new(), format!("{path}?limit=3"));
        loop {
            let page = life.me.get(&next);
            seen.extend(page.json()["data"].as_array().unwrap().clone());
            let Some(cursor) = page.json()["next_cursor"].as_str().map(str::to_owned) else { break };
            assert!(page.header("link").contains(&cursor));
            next = format!("{path}?limit=3&cursor={cursor}");
        }
        let days: Vec<&str> = seen.iter().map(|one| one["local_date"].as_str().unwrap()).collect();
        assert!(days.is_sorted_by(|a, b| a >= b) && ids(&json!(seen.iter().map(|one| one["id"].clone()).collect::<Vec<_>>())).len() == 7);
        life.me.get(&format!("{path}?status=lost")).problem(400, "invalid_parameter");
    }
}

#[test]
fn a_day_is_the_persons_own_and_does_not_move_with_the_accounts_zone() {
    let service = Service::start();
    let me = service.someone();
    let tie = relationship(&me);
    // Half past midnight in Berlin, half past eleven in the evening in Greenwich.
    service.clock.advance(TimeDelta::minutes(11 * 60 + 30));
    let me = me.signed_in_again();
    for (kind, body) in kinds() {
        let made = me.post(&format!("{tie}/{kind}"), &body);
        assert_eq!(made.expect(201)["local_date"], "2026-03-03", "{kind}");
        me.patch("/v1/account", &json!({"time_zone": "America/Lima"})).expect(200);
        assert_eq!(me.get(&made.header("location")).expect(200)["local_date"], "2026-03-03");
        assert_eq!(me.post(&format!("{tie}/{kind}"), &body).expect(201)["local_date"], "2026-03-02");
        me.patch("/v1/account", &json!({"time_zone": "Europe/Berlin"})).expect(200);
        let refused = |local_date: &str| {
            let mut named = body.clone();
            named["local_date"] = json!(local_date);
            let refused = me.post(&format!("{tie}/{kind}"), &named).problem(422, "validation_failed");
            assert_eq!(refused["errors"][0]["pointer"], "/local_date");
        };
        refused("1969-12-31");
        refused("2026-03-05");
    }
}

#[test]
fn what_does_not_fit_together_is_pointed_at_and_nothing_is_stored() {
    let service = Service::start();
    let me = service.someone();
    let tie = relationship(&me);
    let long = "x".repeat(2_001);
    for (kind, body, pointers) in [
        ("promises", json!({"by": "them", "settled_on": "2026-03-02", "what": long}), vec!["/what"]),
        ("promises", json!({"by": "them", "settled_on": "2026-03-02", "due": "2026-03-01"}), vec!["/due", "/settled_on"]),
        ("promises", json!({"by": "them", "replaced_by": "01980000-0000-7000-8000-0000000000d1"}), vec!["/replaced_by"]),
        ("promises", json!({"by": "them", "local_date": "2026-02-01", "status": "kept", "settled_on": "2026-01-31"}), vec!["/settled_on"]),
        ("plans", json!({"proposed_by": "me", "status": "scheduled"}), vec!["/scheduled_for"]),
        (
            "plans",
            json!({"proposed_by": "me", "scheduled_for": "2026-04-01", "scheduled_by": "me"}),
            vec!["/scheduled_for", "/scheduled_by"],
        ),
        ("needs", json!({"of": "me", "status": "met", "met_by": "me"}), vec!["/met_by"]),
        ("needs", json!({"of": "me", "met_by": "them"}), vec!["/met_by"]),
        ("needs", json!({"of": "me", "explained_on": ["2026-03-01"]}), vec!["/explained_on"]),
        ("needs", json!({"of": "me", "settled_on": "2026-03-02"}), vec!["/settled_on"]),
        ("repairs", json!({"prompted": true, "accepted": false}), vec!["/prompted", "/accepted"]),
        ("repairs", json!({"moved_first": "me", "moved_on": "2026-03-05"}), vec!["/moved_on"]),
        (
            "repairs",
            json!({"local_date": "2026-02-01", "moved_first": "me", "moved_on": "2026-02-03", "repaired_on": "2026-02-02"}),
            vec!["/repaired_on"],
        ),
    ] {
        let refused = me.post(&format!("{tie}/{kind}"), &body).problem(422, "validation_failed");
        let found: Vec<&str> = refused["errors"].as_array().unwrap().iter().map(|one| one["pointer"].as_str().unwrap()).collect();
        assert_eq!(found, pointers, "{kind} {body}");
    }
    assert_eq!(rows::count(&mut service.database.connect(), "SELECT count(*) AS count FROM records"), 0);
}

#[test]
fn words_lie_sealed_and_equally_long_and_a_grant_opens_them_only_with_notes() {
    let service = Service::start();
    let me = service.someone();
    let tie = relationship(&me);
    let (short, long) = ("quokka", "quokka and some words more");
    let own: Vec<String> = kinds()
        .flat_map(|(kind, body)| [short, long].map(|what| (kind, body.clone(), what)))
        .map(|(kind, mut body, what)| {
            body["what"] = json!(what);
            me.post(&format!("{tie}/{kind}"), &body).header("location")
        })
        .collect();
    let mut conn = service.database.connect();
    let lengths = rows::words(&mut conn, "SELECT DISTINCT octet_length(what_sealed)::text AS word FROM records");
    assert_eq!(lengths.len(), 1, "a few words are as long as a few others: {lengths:?}");
    let plain = "SELECT count(*) AS count FROM records r WHERE r::text LIKE '%quokka%' OR position('quokka'::bytea IN what_sealed) > 0";
    assert_eq!(rows::count(&mut conn, plain), 0);
    for notes in [false, true] {
        let asked = json!({"current_password": PASSWORD, "lasts_hours": 720, "notes": notes});
        let code = me.post(&format!("{tie}/grants"), &asked).expect(201)["code"].clone();
        let pair = service.stranger().post("/v1/grants/redemptions", &json!({ "code": code })).expect(201);
        let reader = me.showing(pair["access_token"].as_str().unwrap().to_owned());
        for path in &own {
            let read = reader.get(path).expect(200);
            assert_eq!(read.get("what").is_some(), notes, "{read}");
            reader.patch(path, &json!({"what": "mine"})).problem(403, "insufficient_scope");
        }
    }
}

fn log(life: &Life, on: &str) -> String {
    life.note("interactions", &json!({"actor": "me", "dimension": "repair", "occurred_at": format!("{on}T10:00:00Z")}))
}

#[test]
fn days_that_are_erased_take_what_began_ended_or_was_said_on_them() {
    let mut life = Life::begin();
    life.on(&day(8, 0));
    let began = life.note("promises", &json!({"by": "me", "local_date": day(2, 0)}));
    let settled = life.note("plans", &json!({"proposed_by": "me", "local_date": day(1, 0), "status": "dropped", "settled_on": day(2, 1)}));
    let over = life.note("repairs", &json!({"local_date": day(1, 0), "repaired_on": day(2, 6)}));
    let explained = life.note("needs", &json!({"of": "me", "local_date": day(1, 0), "explained_on": [day(1, 5), day(2, 3), day(3, 0)]}));
    let entry =
        life.note("interactions", &json!({"actor": "me", "dimension": "repair", "occurred_at": format!("{}T10:00:00Z", day(2, 2))}));
    let kept = json!({"by": "them", "local_date": day(4, 0), "status": "kept", "settled_on": day(4, 2), "interaction_id": entry});
    let kept = life.note("promises", &kept);
    let path = format!("{}/assessments", life.tie);
    let later = life.me.post(&path, &json!({"window_days": 30})).header("location");
    let settled_before = life.note("promises", &json!({"by": "me", "local_date": day(2, 0), "status": "kept", "settled_on": day(7, 0)}));
    let citing = life.me.post(&path, &json!({"window_days": 14}));
    let receipt = life.me.post(&format!("{}/erasures", life.tie), &json!({"from": day(2, 0), "to": day(2, 6)})).expect(200);
    let of = |class: &str| receipt["erased"].as_array().unwrap().iter().find(|one| one["class"] == class).unwrap()["count"].clone();
    assert_eq!((of("records"), of("interactions")), (json!(4), json!(1)));
    for gone in [("promises", &began), ("plans", &settled), ("repairs", &over), ("promises", &settled_before)] {
        life.me.get(&format!("/v1/{}/{}", gone.0, gone.1)).problem(410, "gone");
    }
    let need = life.me.get(&format!("/v1/needs/{explained}")).expect(200);
    assert_eq!((&need["explained_on"], &need["times_explained"]), (&json!([day(1, 5), day(3, 0)]), &json!(3)));
    assert!(life.me.get(&format!("/v1/promises/{kept}")).expect(200).get("interaction_id").is_none());
    assert_eq!(life.me.get(&later).expect(200)["stale"], true, "what the entry stood for counts by itself now");
    let shows = life.me.get(&citing.header("location"));
    assert!(shows.status == 410 || shows.json()["stale"] == true, "it showed what was kept a month after it was promised");
    assert_eq!(life.me.delete(&life.tie).expect(200)["erased"][3], json!({"class": "records", "count": 2}));
    life.me.get(&format!("/v1/needs/{explained}")).problem(410, "gone");
}

#[test]
fn records_that_are_older_than_they_are_kept_go() {
    let mut life = Life::begin();
    life.on(&day(5, 0));
    let old = life.note("needs", &json!({"of": "me", "local_date": day(0, 0), "status": "met", "settled_on": day(4, 0)}));
    let kept = life.note("needs", &json!({"of": "me", "local_date": day(2, 0)}));
    let shows = life.me.post(&format!("{}/assessments", life.tie), &json!({"window_days": 14})).header("location");
    let entry = log(&life, &day(0, 1));
    let stood_for = life.note("promises", &json!({"by": "me", "status": "kept", "interaction_id": entry}));
    life.me.patch("/v1/account/retention", &json!({"records_days": 30, "interactions_days": 30})).expect(200);
    life.service.sweep();
    assert!(life.me.get(&format!("/v1/promises/{stood_for}")).expect(200).get("interaction_id").is_none(), "its entry is too old");
    life.me.get(&format!("/v1/needs/{old}")).problem(410, "gone");
    life.me.get(&shows).problem(410, "gone");
    life.me.get(&format!("/v1/needs/{kept}")).expect(200);
    let history = life.me.get("/v1/account/retention/history").expect(200);
    assert_eq!((&history["data"][0]["class"], &history["data"][0]["count"]), (&json!("records"), &json!(1)));
}

#[test]
fn a_locked_session_notes_and_is_shown_nothing_that_is_stored() {
    let service = Service::start();
    let me = service.someone();
    let tie = relationship(&me);
    let asked: Vec<(String, Value)> = kinds()
        .enumerate()
        .map(|(at, (kind, mut body))| {
            body["id"] = json!(format!("0198c0de-0000-7000-8000-00000000cb0{at}"));
            let own = me.post(&format!("{tie}/{kind}"), &body).header("location");
            me.patch(&own, &json!({"what": "quokka"})).expect(200);
            (format!("{tie}/{kind}"), body)
        })
        .collect();
    assert_eq!(me.put("/v1/account/pin", &json!({"current_password": PASSWORD, "pin": "407183"})).status, 204);
    for (path, mut body) in asked {
        let again = me.post(&path, &body);
        assert_eq!((again.status, again.text.as_str(), again.header("etag").as_str()), (204, "", ""));
        body.as_object_mut().unwrap().remove("id");
        assert_eq!(me.post(&path, &body).status, 204, "noted, and not shown");
        me.get(&path).problem(403, "step_up_required");
    }
}
