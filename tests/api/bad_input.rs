//! Every body and every query parameter of the document, spoilt in every way its schema forbids: refused, never a failure of
//! ours, and nothing is written.

use serde_json::{Value, json};

use crate::support::document::Document;
use crate::support::everything::path_for;
use crate::support::operator::fit;
use crate::support::schema::forbids;
use crate::support::spoilt::{Spoilt, WHOLE, spoilt};
use crate::support::{Answer, Service, rows};

/// Needs a secret that the document's examples cannot know.
const NEEDS_SECRETS: &[&str] = &[
    "POST /v1/sessions",
    "POST /v1/sessions/refresh",
    "POST /v1/sessions/unlocks",
    "POST /v1/account-recovery",
    "POST /v1/account/pin-removals",
    "POST /v1/grants/redemptions",
    "PUT /v1/account/pin",
];

/// Takes a body whose items are bad, and refuses the items.
const BATCH: &str = "POST /v1/interactions/batch";

fn refuses_its_items(answer: &Answer) -> bool {
    let body = if answer.status == 200 { answer.json() } else { Value::Null };
    body["created"] == 0 && body["results"].as_array().is_some_and(|all| all.iter().all(|result| result["status"].as_u64() >= Some(400)))
}

fn none(bad: &[String]) {
    assert!(bad.is_empty(), "{} were not refused:\n{}", bad.len(), bad.join("\n"));
}

/// Notes what was not refused; everything at once, so that a new endpoint needs one round.
fn note_acceptance(answer: &Answer, what: &str, wrong: &mut Vec<String>) {
    if (400..500).contains(&answer.status) {
        answer.problem(answer.status, answer.json()["code"].as_str().unwrap());
    } else {
        wrong.push(format!("{what}: {} {:.200}", answer.status, answer.text));
    }
}

fn note_failure(answer: &Answer, what: &str, wrong: &mut Vec<String>) {
    if answer.status >= 500 {
        wrong.push(format!("{what}: {} {:.200}", answer.status, answer.text));
    }
}

/// How many rows there are, but for the access log: a batch that refuses each of its items answers all the same.
fn written(conn: &mut diesel::PgConnection) -> std::collections::BTreeMap<String, i64> {
    rows::counts(conn).into_iter().filter(|(table, _)| table != "access_log").collect()
}

#[test]
fn a_body_that_its_schema_forbids_is_refused_and_nothing_is_written() {
    let service = Service::start();
    let document = Document::of(&service);
    let me = service.someone();
    let mut conn = service.database.connect();
    let mut bad = Vec::new();
    for operation in document.operations().iter().filter(|operation| operation.body().is_some()) {
        let path = path_for(&me, operation);
        let me = &fit(&me, operation);
        let (wrong, odd): (Vec<Spoilt>, Vec<Spoilt>) = spoilt(&document, operation).into_iter().partition(|spoilt| spoilt.wrong);
        assert!(wrong.len() > WHOLE.len(), "{}: nothing to spoil", operation.name());
        let before = written(&mut conn);
        for Spoilt { what, body, .. } in wrong {
            let answer = operation.send_body(me, &path, Some(body.into_bytes()));
            if !(operation.name() == BATCH && refuses_its_items(&answer)) {
                note_acceptance(&answer, &format!("{} with {what}", operation.name()), &mut bad);
            }
        }
        if bad.is_empty() {
            assert_eq!(written(&mut conn), before, "{} wrote something that it refused", operation.name());
        }
        for Spoilt { what, body, .. } in odd {
            let answer = operation.send_body(me, &path, Some(body.into_bytes()));
            note_failure(&answer, &format!("{} with {what}", operation.name()), &mut bad);
        }
    }
    none(&bad);
}

#[test]
fn the_example_of_every_body_is_accepted() {
    let service = Service::start();
    let document = Document::of(&service);
    for operation in document.operations().iter().filter(|operation| operation.body().is_some()) {
        let me = fit(&service.someone(), operation);
        let answer = operation.send(&me, &path_for(&me, operation));
        let expected = if NEEDS_SECRETS.contains(&operation.name().as_str()) { 401..404 } else { 200..300 };
        assert!(expected.contains(&answer.status), "{}: {} {}", operation.name(), answer.status, answer.text);
    }
}

#[test]
fn a_query_parameter_that_its_schema_forbids_is_refused() {
    let service = Service::start();
    let document = Document::of(&service);
    let me = service.someone();
    let long = "x".repeat(3_000);
    let values = [
        "",
        "null",
        "-1",
        "0",
        "1.5",
        "99999999999999999999",
        "NaN",
        "%00",
        "%F0%9F%98%80",
        "%E2%80%AE",
        "a%26b",
        "[]",
        "2026-02-30",
        &long,
    ];
    let (mut tried, mut bad) = (0, Vec::new());
    for operation in document.operations() {
        for parameter in operation.parameters("query") {
            let (name, path) = (parameter["name"].as_str().unwrap(), path_for(&me, &operation));
            for value in values {
                let answer = operation.send(&me, &format!("{path}?{name}={value}"));
                let what = format!("{}?{name}={value:.80}", operation.name());
                note_failure(&answer, &what, &mut bad);
                let plain = percent_decoded(value);
                let read =
                    if is_number(&parameter["schema"]) { plain.parse().map_or(json!(plain), |n: i64| json!(n)) } else { json!(plain) };
                if forbids(&document, &parameter["schema"], &read) {
                    note_acceptance(&answer, &what, &mut bad);
                    tried += 1;
                }
            }
            let twice = operation.send(&me, &format!("{path}?{name}=1&{name}=1"));
            note_acceptance(&twice, &format!("{} with {name} twice", operation.name()), &mut bad);
            let broken = operation.send(&me, &format!("{path}?{name}=%ff"));
            note_acceptance(&broken, &format!("{} with {name} in no encoding", operation.name()), &mut bad);
        }
    }
    assert!(tried > 10);
    none(&bad);
}

fn is_number(schema: &Value) -> bool {
    schema["type"] == "integer" || schema["type"] == "number"
}

fn percent_decoded(text: &str) -> String {
    percent_encoding::percent_decode_str(text).decode_utf8_lossy().into_owned()
}
