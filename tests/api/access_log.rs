//! The access log says which session read which class in which hour: no more, and nothing that was not shown.

use chrono::TimeDelta;
use reciprocity::features::access_log::model::Class;
use serde_json::{Value, json};

use crate::support::document::{Document, Operation};
use crate::support::everything::relationship;
use crate::support::{Client, Service, rows};

fn lines(me: &Client) -> Vec<(String, String, String)> {
    let listed = me.get("/v1/account/access-log?limit=200").expect(200);
    let word = |line: &Value, name: &str| line[name].as_str().unwrap().to_owned();
    listed["data"].as_array().unwrap().iter().map(|line| (word(line, "hour"), word(line, "session_id"), word(line, "class"))).collect()
}

fn classes(me: &Client, session: &str) -> Vec<String> {
    lines(me).into_iter().filter(|(_, of, _)| of == session).map(|(_, _, class)| class).collect()
}

fn session_of(me: &Client) -> String {
    let listed = me.get("/v1/sessions").expect(200);
    let current = listed["data"].as_array().unwrap().iter().find(|session| session["current"] == true).unwrap().clone();
    current["id"].as_str().unwrap().to_owned()
}

#[test]
fn every_route_that_shows_something_of_an_account_has_a_class() {
    let service = Service::start();
    // An operator has no account that could be read.
    let of_accounts = |operation: &Operation| operation.method == "GET" && operation.secured() && !operation.for_operators();
    let reads = Document::of(&service).operations().into_iter().filter(of_accounts);
    let without: Vec<String> = reads.filter(|read| Class::of_route(&read.path).is_none()).map(|read| read.name()).collect();
    assert_eq!(without, [""; 0], "say in src/features/access_log/model.rs of which class it is");
}

#[test]
fn a_read_is_noted_once_an_hour_for_a_session_and_a_class_and_a_refused_one_is_not() {
    let service = Service::start();
    let me = service.someone();
    let tie = relationship(&me);
    let (other, mine) = (me.signed_in_again(), session_of(&me));
    let theirs = session_of(&other);
    for _ in 0..3 {
        other.get(&tie).expect(200);
        other.get("/v1/relationships").expect(200);
    }
    other.get("/v1/interactions/01980000-0000-7000-8000-00000000dead").problem(404, "not_found");
    assert_eq!(classes(&me, &theirs), ["relationships", "sessions"], "latest first, then by number; nothing was shown of entries");
    service.clock.advance(TimeDelta::minutes(9));
    let tag = other.get(&tie).header("etag");
    assert_eq!(other.with("if-none-match", &tag).get(&tie).status, 304);
    assert_eq!(classes(&me, &theirs).len(), 2, "the same hour");
    service.clock.advance(TimeDelta::minutes(51));
    let (me, other) = (me.signed_in_again(), other.signed_in_again());
    let fresh = session_of(&other);
    other.get(&tie).expect(200);
    let found: Vec<_> = lines(&me).into_iter().filter(|(_, session, class)| *session == fresh && class == "relationships").collect();
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].0, "2026-03-02T13:00:00Z");
    assert!(lines(&me).iter().any(|(_, session, class)| *session == mine && class == "access_log"), "reading the log is a read too");
}

#[test]
fn a_change_or_a_retry_that_answers_with_the_whole_thing_is_noted_and_one_that_answers_with_nothing_is_not() {
    let service = Service::start();
    let me = service.someone();
    let asked = json!({"id": "01980000-0000-7000-8000-0000000000c1", "alias": "Sam", "kind": "friend"});
    let tie = me.post("/v1/relationships", &asked).header("location");
    let entry = me.post(&format!("{tie}/interactions"), &json!({"actor": "me", "dimension": "repair"})).header("location");
    let reader = |work: &dyn Fn(&Client)| {
        let other = me.signed_in_again();
        work(&other);
        let session = session_of(&other);
        classes(&me, &session)
    };
    let silent = |client: &Client| client.with("prefer", "return=minimal");
    assert_eq!(reader(&|other| drop(other.patch(&entry, &json!({})).expect(200))), ["interactions", "sessions"]);
    assert_eq!(reader(&|other| drop(other.post("/v1/relationships", &asked).expect(200))), ["relationships", "sessions"]);
    assert_eq!(reader(&|other| drop(other.post(&format!("{tie}/assessments"), &json!({})).expect(201))), ["assessments", "sessions"]);
    assert_eq!(reader(&|other| assert_eq!(silent(other).patch(&tie, &json!({})).status, 204)), ["sessions"]);
}

#[test]
fn a_line_is_kept_for_ninety_days() {
    let service = Service::start();
    let (me, idle) = (service.someone(), service.someone());
    for client in [&me, &idle] {
        client.get("/v1/account").expect(200);
    }
    let old = || rows::count(&mut service.database.connect(), "SELECT count(*) AS count FROM access_log WHERE hour < '2026-05-01'");
    service.clock.advance(TimeDelta::days(90));
    service.sweep();
    let me = me.signed_in_again();
    assert!(lines(&me).iter().any(|(hour, _, _)| hour == "2026-03-02T12:00:00Z"));
    service.clock.advance(TimeDelta::hours(1));
    let me = me.signed_in_again();
    assert!(lines(&me).iter().all(|(hour, _, _)| hour.as_str() > "2026-05-01"));
    assert_eq!(old(), 2, "nobody has swept yet");
    service.sweep();
    assert_eq!(old(), 0, "whether the account is used or not");
}

#[test]
fn the_log_comes_in_pages_and_is_the_accounts_own() {
    let service = Service::start();
    let (me, other) = (service.someone(), service.someone());
    relationship(&me);
    for path in ["/v1/account", "/v1/sessions", "/v1/relationships", "/v1/account/access-log"] {
        me.get(path).expect(200);
    }
    let first = me.get("/v1/account/access-log?limit=3").expect(200);
    let cursor = first["next_cursor"].as_str().unwrap();
    let second = me.get(&format!("/v1/account/access-log?limit=3&cursor={cursor}")).expect(200);
    let seen: Vec<&Value> =
        first["data"].as_array().unwrap().iter().chain(second["data"].as_array().unwrap()).map(|line| &line["class"]).collect();
    assert_eq!(seen, [&json!("access_log"), &json!("relationships"), &json!("sessions"), &json!("account")]);
    assert_eq!(lines(&other), []);
}
