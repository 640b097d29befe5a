//! An import brings everything of an export or nothing, into an empty account alone, and the same figures follow from it.

use super::{a_life, created, exported};
use crate::support::database::Fresh;
use crate::support::{Client, PASSWORD, Running, Service};
use serde_json::{Value, json};

/// Another operator's master key.
const OTHER: [u8; 32] = [8; 32];

/// Parts that an import brings as they were.
const BROUGHT: [&str; 9] = [
    "removed_ids",
    "interaction_history",
    "promises",
    "plans",
    "needs",
    "repairs",
    "interactions",
    "question_set_responses",
    "relationships",
];

/// Another instance: a database, a master key and an account of its own.
struct Elsewhere {
    running: Running,
    _database: Fresh,
}

impl Elsewhere {
    fn start() -> Self {
        let database = Fresh::new();
        Self { running: Running::under(&[OTHER], &database.url, &[]), _database: database }
    }

    fn someone(&self) -> Client {
        let made = Client::new(self.running.address, None).post("/v1/accounts", &json!({"password": PASSWORD})).expect(201);
        Client::signed_in(self.running.address, made["handle"].as_str().unwrap())
    }
}

/// Everything that is computed of every tie, but for the ids of the computations.
fn figures(me: &Client) -> Vec<Value> {
    let ties = me.get("/v1/relationships").expect(200);
    let mut all = Vec::new();
    for tie in ties["data"].as_array().unwrap() {
        let path = format!("/v1/relationships/{}", tie["id"].as_str().unwrap());
        for body in [json!({}), json!({"as_of": "2026-02-20", "window_days": 60})] {
            let mut computed = me.post(&format!("{path}/assessments?include=what_would_change"), &body).expect(201);
            assert!(computed["evidence"]["entries"].as_u64().unwrap() > 20, "{computed}");
            computed.as_object_mut().unwrap().remove("id");
            all.push(computed);
        }
        all.push(me.get(&format!("{path}/timeline")).expect(200));
        all.push(me.get(&format!("{path}/responses")).expect(200));
        all.push(me.get(&format!("{path}/interactions?limit=200")).expect(200));
    }
    assert_eq!(all.len(), 10);
    all
}

#[test]
fn the_same_figures_follow_on_another_instance_byte_for_byte() {
    let service = Service::start();
    let me = a_life(&service);
    let export = exported(&me);
    let elsewhere = Elsewhere::start();
    let there = elsewhere.someone();
    let counts = there.post("/v1/account/imports", &export).expect(200);
    assert_eq!((&counts["relationships"], &counts["interactions"], &counts["interaction_history"]), (&json!(2), &json!(178), &json!(4)));
    assert_eq!((&counts["question_set_responses"], &counts["removed_ids"], &counts["records"]), (&json!(4), &json!(12), &json!(18)));
    assert!(counts["sessions_left_out"].as_u64().unwrap() > 0);
    let (here, there_too) = (figures(&me), figures(&there));
    for (one, other) in here.iter().zip(&there_too) {
        assert_eq!(one.to_string(), other.to_string());
    }
    let again = exported(&there);
    for part in BROUGHT {
        assert_eq!(again[part], export[part], "{part}");
    }
    for member in ["locale", "time_zone"] {
        assert_eq!(again["account"][0][member], export["account"][0][member]);
    }
    let entry = &export["interaction_history"][0]["interaction_id"];
    let path = format!("/v1/interactions/{}", entry.as_str().unwrap());
    assert_eq!(there.get(&format!("{path}/history")).json(), me.get(&format!("{path}/history")).json());
    there.patch(&path, &json!({"note": "it goes on"})).expect(200);
}

#[test]
fn an_account_in_which_something_was_logged_takes_no_import() {
    let service = Service::start();
    let export = exported(&a_life(&service));
    let me = service.someone();
    let tie = created(&me, "/v1/relationships", &json!({"alias": "Sam", "kind": "friend"}));
    me.post("/v1/account/imports", &export).problem(409, "account_not_empty");
    me.delete(&tie).expect(200);
    me.post("/v1/account/imports", &export).problem(409, "account_not_empty");
    assert_eq!(me.get("/v1/relationships").expect(200)["data"], json!([]));
}

#[test]
fn the_same_import_is_made_once_with_a_key_and_without() {
    let service = Service::start();
    let export = exported(&a_life(&service));
    let me = service.someone();
    let keyed = me.with("idempotency-key", "one");
    let first = keyed.post("/v1/account/imports", &export).expect(200);
    for client in [&keyed, &me, &me.with("idempotency-key", "two"), &me.with("idempotency-key", "two")] {
        assert_eq!(client.post("/v1/account/imports", &export).expect(200), first);
    }
    let mut other = export.clone();
    other["relationships"][0]["alias"] = json!("R.");
    keyed.post("/v1/account/imports", &other).problem(422, "idempotency_key_reused");
    me.post("/v1/account/imports", &other).problem(409, "account_not_empty");
    assert_eq!(exported(&me)["relationships"], export["relationships"]);
}

#[test]
fn a_withdrawal_is_brought_along_and_what_was_given_is_not() {
    let service = Service::start();
    let me = service.someone();
    for (purpose, given) in [("statistics", true), ("statistics", false), ("reminders", true)] {
        me.post("/v1/account/consents", &json!({"purpose": purpose, "text_version": 3, "given": given})).expect(201);
    }
    let export = exported(&me);
    let there = service.someone();
    there.post("/v1/account/consents", &json!({"purpose": "statistics", "text_version": 4, "given": true})).expect(201);
    let counts = there.post("/v1/account/imports", &export).expect(200);
    assert_eq!((&counts["consents"], &counts["consents_left_out"]), (&json!(1), &json!(2)));
    let lines = there.get("/v1/account/consents").expect(200)["data"].clone();
    assert_eq!(lines.as_array().unwrap().len(), 2);
    assert_eq!(lines[0], export["consents"][1], "it is the newest line of its purpose");
}
