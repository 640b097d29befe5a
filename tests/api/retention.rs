//! Retention: everything is kept unless the person says otherwise; then what is older goes within the hour, and it is said how much.

use chrono::TimeDelta;
use diesel::connection::SimpleConnection;
use serde_json::{Value, json};

use crate::support::{Client, PASSWORD, Service, rows};

fn relationship(me: &Client) -> String {
    me.post("/v1/relationships", &json!({"alias": "Sam", "kind": "friend"})).header("location")
}

fn log(me: &Client, tie: &str, day: &str) -> String {
    let body = json!({"actor": "me", "dimension": "repair", "occurred_at": format!("{day}T10:00:00Z"), "note": "words"});
    let made = me.post(&format!("{tie}/interactions"), &body);
    made.expect(201);
    made.header("location")
}

fn answer(me: &Client, tie: &str, day: &str) -> String {
    let body = json!({"question_set": "reciprocity-check", "status": "completed", "local_date": day});
    me.post(&format!("{tie}/responses"), &body).header("location")
}

fn dropped(me: &Client) -> Vec<(String, i64)> {
    let listed = me.get("/v1/account/retention/history").expect(200);
    let line = |line: &Value| (line["class"].as_str().unwrap().to_owned(), line["count"].as_i64().unwrap());
    listed["data"].as_array().unwrap().iter().filter(|line| line["event"] == "dropped").map(line).collect()
}

fn changes(me: &Client) -> Vec<(String, Option<i64>)> {
    let listed = me.get("/v1/account/retention/history").expect(200);
    let line = |line: &Value| (line["class"].as_str().unwrap().to_owned(), line.get("days").map(|days| days.as_i64().unwrap()));
    listed["data"].as_array().unwrap().iter().filter(|line| line["event"] == "changed").map(line).collect()
}

#[test]
fn whoever_reads_along_cannot_shorten_the_logs_below_a_month_nor_hide_that_they_were_shortened() {
    let service = Service::start();
    let me = service.someone();
    let asked = json!({"access_log_days": 29, "history_days": 89});
    let refused = me.patch("/v1/account/retention", &asked).problem(422, "validation_failed");
    assert_eq!((&refused["errors"][0]["pointer"], &refused["errors"][1]["pointer"]), (&json!("/access_log_days"), &json!("/history_days")));
    me.patch("/v1/account/retention", &json!({"access_log_days": 30, "history_days": 90})).expect(200);
    me.patch("/v1/account/retention", &json!({"access_log_days": null, "history_days": 90})).expect(200);
    let change = |class: &str, days| (class.to_owned(), days);
    let told = [change("access_log", None), change("history", Some(90)), change("access_log", Some(30))];
    assert_eq!(changes(&me), told);
    service.clock.advance(TimeDelta::days(200));
    let me = me.signed_in_again();
    service.sweep();
    assert_eq!(dropped(&me).len(), 0);
    assert_eq!(changes(&me), told);
}

fn line(class: &str, count: i64) -> (String, i64) {
    (class.to_owned(), count)
}

#[test]
fn what_is_older_than_it_is_kept_goes_with_what_rests_on_it_and_the_rest_stays() {
    let service = Service::start();
    let (me, other) = (service.someone(), service.someone());
    let (tie, theirs) = (relationship(&me), relationship(&other));
    let (old, last, kept) = (log(&me, &tie, "2026-01-30"), log(&me, &tie, "2026-01-31"), log(&me, &tie, "2026-02-01"));
    let (early, late) = (answer(&me, &tie, "2026-02-20"), answer(&me, &tie, "2026-02-23"));
    let not_mine = log(&other, &theirs, "2020-01-30");
    let assess = |days: u32| me.post(&format!("{tie}/assessments"), &json!({"window_days": days})).header("location");
    let (long, short) = (assess(60), assess(5));
    // 2026-02-01 is 29 days before 2026-03-02, and 2026-02-23 seven.
    me.patch("/v1/account/retention", &json!({"interactions_days": 29, "question_set_responses_days": 7})).expect(200);
    service.sweep();
    assert_eq!(dropped(&me).len(), 2);
    assert_eq!(dropped(&me), [line("question_set_responses", 1), line("interactions", 2)]);
    for gone in [&old, &last, &early, &long] {
        me.get(gone).problem(410, "gone");
    }
    for there in [&kept, &late, &short] {
        me.get(there).expect(200);
    }
    other.get(&not_mine).expect(200);
    service.clock.advance(TimeDelta::days(1));
    let me = me.signed_in_again();
    service.sweep();
    assert_eq!(dropped(&me).len(), 4);
    me.get(&kept).problem(410, "gone");
}

#[test]
fn an_account_whose_rows_cannot_be_dropped_keeps_no_other_from_its_turn() {
    let service = Service::start();
    let accounts = [service.someone(), service.someone(), service.someone()];
    let entries = accounts.each_ref().map(|one| {
        one.patch("/v1/account/retention", &json!({"interactions_days": 29})).expect(200);
        log(one, &relationship(one), "2026-01-30")
    });
    let mut conn = service.database.connect();
    let broken =
        "UPDATE accounts SET time_zone = 'Nowhere/Known' WHERE account_id IN (SELECT account_id FROM accounts ORDER BY account_id LIMIT 2)";
    conn.batch_execute(broken).unwrap();
    service.sweep();
    let kept = rows::count(&mut conn, "SELECT count(*) AS count FROM interactions");
    assert_eq!(kept, 2, "of the two that cannot be read");
    let gone = accounts.iter().zip(&entries).filter(|(one, entry)| one.get(entry).status == 410).count();
    assert_eq!(gone, 1);
}

#[test]
fn what_an_entry_said_of_an_old_day_goes_though_it_was_moved_to_a_later_one() {
    let service = Service::start();
    let me = service.someone();
    let tie = relationship(&me);
    let moved = log(&me, &tie, "2026-01-30");
    me.patch(&moved, &json!({"occurred_at": "2026-03-01T10:00:00Z"})).expect(200);
    me.patch("/v1/account/retention", &json!({"interactions_days": 29})).expect(200);
    service.sweep();
    assert_eq!(dropped(&me).len(), 1);
    me.get(&moved).expect(200);
    assert_eq!(me.get(&format!("{moved}/history")).expect(200)["data"], json!([]));
}

#[test]
fn notes_go_and_their_entries_stay() {
    let service = Service::start();
    let me = service.someone();
    let tie = relationship(&me);
    let (old, new) = (log(&me, &tie, "2026-01-30"), log(&me, &tie, "2026-03-01"));
    me.patch(&old, &json!({"note": "other words"})).expect(200);
    let before = me.get(&old).header("etag");
    me.patch("/v1/account/retention", &json!({"notes_days": 10})).expect(200);
    service.sweep();
    assert_eq!(dropped(&me).len(), 1);
    let entry = me.get(&old);
    assert!(entry.expect(200).get("note").is_none() && entry.header("etag") != before);
    assert!(me.get(&format!("{old}/history")).expect(200)["data"][0].get("note").is_none());
    assert_eq!(me.get(&new).expect(200)["note"], "words");
    me.patch(&old, &json!({"effort": 2})).expect(200);
}

#[test]
fn assessments_the_access_log_and_the_history_go_by_their_own_age() {
    let service = Service::start();
    let me = service.someone();
    let tie = relationship(&me);
    log(&me, &tie, "2026-03-01");
    let computed = me.post(&format!("{tie}/assessments"), &json!({})).header("location");
    me.get("/v1/account").expect(200);
    me.patch("/v1/account/retention", &json!({"assessments_days": 3, "access_log_days": 30, "history_days": 90})).expect(200);
    service.clock.advance(TimeDelta::days(32));
    let me = me.signed_in_again();
    service.sweep();
    assert_eq!(dropped(&me).len(), 2);
    assert_eq!(dropped(&me).iter().map(|(class, _)| class.as_str()).collect::<Vec<_>>(), ["access_log", "assessments"]);
    me.get(&computed).problem(410, "gone");
    let hours = me.get("/v1/account/access-log").expect(200);
    assert!(hours["data"].as_array().unwrap().iter().all(|line| line["hour"].as_str().unwrap() > "2026-04-02"));
    me.patch("/v1/account/retention", &json!({"assessments_days": null, "access_log_days": null})).expect(200);
    service.clock.advance(TimeDelta::days(91));
    service.sweep();
    assert_eq!(dropped(&me.signed_in_again()).len(), 0);
    assert_eq!(changes(&me.signed_in_again()).len(), 5, "that it was changed is told of for good");
}

#[test]
fn everything_is_kept_until_a_session_that_may_delete_says_otherwise() {
    let service = Service::start();
    let me = service.someone();
    assert_eq!(me.get("/v1/account/retention").expect(200), json!({}));
    let changed = me.patch("/v1/account/retention", &json!({"notes_days": 365, "access_log_days": 30})).expect(200);
    assert_eq!(changed, json!({"notes_days": 365, "access_log_days": 30}));
    let changed = me.patch("/v1/account/retention", &json!({"notes_days": null})).expect(200);
    assert_eq!((&changed, me.get("/v1/account/retention").expect(200)), (&json!({"access_log_days": 30}), changed.clone()));
    me.with("if-match", "\"1\"").patch_as_is("/v1/account/retention", &json!({"notes_days": 3})).problem(412, "precondition_failed");
    let refused = me.patch("/v1/account/retention", &json!({"access_log_days": 91, "notes_days": 0})).problem(422, "validation_failed");
    assert_eq!((&refused["errors"][0]["pointer"], &refused["errors"][1]["pointer"]), (&json!("/notes_days"), &json!("/access_log_days")));
    let handle = service.stranger().post("/v1/accounts", &json!({"password": PASSWORD})).expect(201)["handle"].clone();
    let asked = json!({"handle": handle, "password": PASSWORD, "scope": "read write"});
    let pair = service.stranger().post("/v1/sessions", &asked).expect(201);
    let writer = Client::new(service.address, Some(pair["access_token"].as_str().unwrap().to_owned()));
    writer.patch("/v1/account/retention", &json!({"notes_days": 1})).problem(403, "insufficient_scope");
    assert_eq!(writer.get("/v1/account/retention").expect(200), json!({}));
}
