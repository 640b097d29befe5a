//! Consents: a ledger that only grows, and that the operator's aggregates heed.

use chrono::TimeDelta;
use diesel::connection::SimpleConnection;
use serde_json::{Value, json};

use crate::support::{Client, Service, rows};

fn decide(me: &Client, purpose: &str, version: i32, given: bool) -> Value {
    me.post("/v1/account/consents", &json!({"purpose": purpose, "text_version": version, "given": given})).expect(201)
}

fn lines(me: &Client) -> Vec<(String, i64, bool, String)> {
    let listed = me.get("/v1/account/consents").expect(200);
    let read = |line: &Value| {
        let word = |name: &str| line[name].as_str().unwrap().to_owned();
        (word("purpose"), line["text_version"].as_i64().unwrap(), line["given"].as_bool().unwrap(), word("decided_at"))
    };
    listed["data"].as_array().unwrap().iter().map(read).collect()
}

#[test]
fn what_was_agreed_to_and_taken_back_is_listed_latest_first_with_its_text_and_moment() {
    let service = Service::start();
    let (me, other) = (service.someone(), service.someone());
    decide(&me, "statistics", 1, true);
    service.clock.advance(TimeDelta::minutes(5));
    decide(&me, "reminders", 3, true);
    let last = decide(&me, "statistics", 2, false);
    let line = |purpose: &str, version, given, at: &str| (purpose.to_owned(), version, given, at.to_owned());
    assert_eq!(
        lines(&me),
        [
            line("statistics", 2, false, "2026-03-02T12:05:00Z"),
            line("reminders", 3, true, "2026-03-02T12:05:00Z"),
            line("statistics", 1, true, "2026-03-02T12:00:00Z"),
        ]
    );
    assert_eq!(me.get(&format!("/v1/account/consents/{}", last["id"].as_str().unwrap())).expect(200), last);
    assert_eq!(lines(&other), []);
    let first = me.get("/v1/account/consents?limit=2").expect(200);
    let cursor = first["next_cursor"].as_str().unwrap();
    let rest = me.get(&format!("/v1/account/consents?limit=2&cursor={cursor}")).expect(200);
    assert_eq!((rest["data"].as_array().unwrap().len(), &rest["data"][0]["text_version"]), (1, &json!(1)));
}

#[test]
fn a_retry_adds_no_line_and_another_decision_under_the_same_id_is_refused() {
    let service = Service::start();
    let me = service.someone();
    let asked = json!({"id": "01980000-0000-7000-8000-00000000000c", "purpose": "statistics", "text_version": 1, "given": true});
    let made = me.post("/v1/account/consents", &asked).expect(201);
    assert_eq!(me.post("/v1/account/consents", &asked).expect(200), made);
    let mut other = asked.clone();
    other["given"] = json!(false);
    me.post("/v1/account/consents", &other).problem(409, "id_conflict");
    let keyed = me.with("idempotency-key", "one");
    let withdrawal = json!({"purpose": "statistics", "text_version": 1, "given": false});
    keyed.post("/v1/account/consents", &withdrawal).expect(201);
    keyed.post("/v1/account/consents", &withdrawal).expect(200);
    assert_eq!(lines(&me).len(), 2);
}

#[test]
fn the_service_can_add_a_line_and_neither_change_nor_remove_one() {
    let service = Service::start();
    let me = service.someone();
    decide(&me, "statistics", 1, true);
    let mut conn = service.database.connect();
    for change in ["UPDATE consents SET given = false", "DELETE FROM consents"] {
        let account = me.get("/v1/account").expect(200)["id"].as_str().unwrap().to_owned();
        let asked = format!(
            "BEGIN; SET LOCAL ROLE reciprocity_app; SET LOCAL reciprocity.accounts = '{account}'; SET LOCAL reciprocity.reach = 'whole'; {change}; COMMIT"
        );
        assert!(conn.batch_execute(&asked).unwrap_err().to_string().contains("permission denied"), "{change}");
        conn.batch_execute("ROLLBACK").unwrap();
    }
    assert_eq!(lines(&me).len(), 1);
    me.delete("/v1/account").expect(200);
    assert_eq!(rows::count(&mut conn, "SELECT count(*) AS count FROM consents"), 0);
}

#[test]
fn what_was_given_can_be_withdrawn_however_long_the_ledger_is() {
    let service = Service::start();
    let me = service.someone();
    decide(&me, "statistics", 1, true);
    let account = me.get("/v1/account").expect(200)["id"].as_str().unwrap().to_owned();
    let full = format!(
        "INSERT INTO consents (account_id, id, purpose, text_version, given, decided_at, request_digest) \
         SELECT '{account}', gen_random_uuid(), 'reminders', 1, n % 2 = 0, now(), '' FROM generate_series(1, 999) AS n"
    );
    service.database.connect().batch_execute(&full).unwrap();
    let refused = |purpose: &str, given: bool| {
        let asked = json!({"purpose": purpose, "text_version": 1, "given": given});
        me.post("/v1/account/consents", &asked).problem(409, "limit_reached");
    };
    refused("statistics", true);
    refused("reminders", false);
    decide(&me, "statistics", 1, false);
    assert_eq!(lines(&me)[0].0, "statistics");
    refused("statistics", false);
    refused("statistics", true);
}
