//! Every body and every query parameter of the document, spoilt in every way its schema forbids: refused, never a failure of
//! ours, and nothing is written.

use serde_json::{Value, json};

use crate::support::document::{Document, Operation};
use crate::support::everything::path_for;
use crate::support::schema::forbids;
use crate::support::{Answer, Service, rows};

/// Needs a secret that the document's examples cannot know.
const NEEDS_SECRETS: &[&str] = &["POST /v1/sessions", "POST /v1/sessions/refresh", "POST /v1/account-recovery"];

/// Takes a body whose items are bad, and refuses the items.
const BATCH: &str = "POST /v1/interactions/batch";

fn refuses_its_items(answer: &Answer) -> bool {
    let body = if answer.status == 200 { answer.json() } else { Value::Null };
    body["created"] == 0 && body["results"].as_array().is_some_and(|all| all.iter().all(|result| result["status"].as_u64() >= Some(400)))
}

/// Values that are odd somewhere; whether one is wrong in a given place, its schema says.
fn oddities() -> Vec<Value> {
    vec![
        Value::Null,
        json!(true),
        json!(0),
        json!(-1),
        json!(1),
        json!(0.5),
        json!(i64::MAX),
        json!(i64::MIN),
        json!(u64::MAX),
        json!(1e300),
        json!(-1e300),
        json!(""),
        json!(" "),
        json!("\u{0}"),
        json!("\u{202e}olleh"),
        json!("\u{feff}"),
        json!("👩‍👩‍👧‍👦"),
        json!("Z̸̢a̷l̵g̶o̷"),
        json!("𝒳".repeat(200)),
        json!("x".repeat(20_000)),
        json!("null"),
        json!("1"),
        json!("'; DROP TABLE accounts; --"),
        json!("00000000-0000-0000-0000-000000000000"),
        json!("ffffffff-ffff-ffff-ffff-ffffffffffff"),
        json!("0000-00-00"),
        json!("9999-12-31"),
        json!("-4712-01-01"),
        json!("+262142-12-31"),
        json!("1970-01-01T00:00:00Z"),
        json!("9999-12-31T23:59:60Z"),
        json!("+262142-12-31T23:59:59Z"),
        json!("2026-02-30T25:61:00+99:99"),
        json!([]),
        json!([null]),
        json!([[]]),
        json!([1, "a", {}]),
        json!(vec![json!({}); 2_000]),
        json!({}),
        json!({"a": {"b": {"c": []}}}),
    ]
}

/// What is no object, or no JSON number that anything can hold.
const WHOLE: [&str; 9] = ["null", "true", "0", "-1e999", "\"text\"", "[]", "[{}]", "[[[[[]]]]]", "99999999999999999999999999"];

struct Spoilt {
    what: String,
    body: String,
    /// The schema forbids it, so it must be refused; otherwise it must only not break us.
    wrong: bool,
}

fn spoilt(document: &Document, operation: &Operation) -> Vec<Spoilt> {
    let (schema, example) = (document.body_schema(operation).unwrap(), operation.example().unwrap());
    let mut all: Vec<Spoilt> =
        WHOLE.iter().map(|text| Spoilt { what: format!("the body {text}"), body: (*text).to_owned(), wrong: true }).collect();
    let mut add = |what: String, body: Value| {
        let wrong = forbids(document, &schema, &body);
        all.push(Spoilt { what, body: body.to_string(), wrong });
    };
    add("an empty object".to_owned(), json!({}));
    for place in places(document, &schema, &example, "") {
        for value in oddities() {
            add(format!("{place} = {}", short(&value)), with(&example, &place, value));
        }
    }
    for object in objects(&example, "") {
        add(format!("an unknown member in {object:?}"), with(&example, &format!("{object}/quokka"), json!(1)));
    }
    for name in example.as_object().unwrap().keys() {
        let mut body = example.clone();
        body.as_object_mut().unwrap().remove(name);
        add(format!("without {name}"), body);
    }
    all
}

fn short(value: &Value) -> String {
    value.to_string().chars().take(60).collect()
}

/// Pointers to every member that the schema knows, inner ones too where the example has them or a list may hold one.
fn places(document: &Document, schema: &Value, example: &Value, at: &str) -> Vec<String> {
    let schema = document.resolve(schema);
    let mut found = Vec::new();
    for (name, property) in schema["properties"].as_object().into_iter().flatten() {
        let here = format!("{at}/{name}");
        found.extend(places(document, property, &example[name], &here));
        found.push(here);
    }
    if let Some(first) = example.get(0).filter(|_| schema["items"].is_object()) {
        found.extend(places(document, &schema["items"], first, &format!("{at}/0")));
        found.push(format!("{at}/0"));
    }
    found
}

fn objects(example: &Value, at: &str) -> Vec<String> {
    let mut found = Vec::new();
    match example {
        Value::Object(members) => {
            found.push(at.to_owned());
            found.extend(members.iter().flat_map(|(name, inner)| objects(inner, &format!("{at}/{name}"))));
        }
        Value::Array(items) => found.extend(items.first().into_iter().flat_map(|inner| objects(inner, &format!("{at}/0")))),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
    found
}

/// The example with something else at a pointer.
fn with(example: &Value, pointer: &str, value: Value) -> Value {
    let mut body = example.clone();
    let (parent, name) = pointer.rsplit_once('/').unwrap();
    if body.pointer(parent).is_none() {
        return with(example, parent, json!({ name: value }));
    }
    match body.pointer_mut(parent).unwrap() {
        Value::Array(items) => items[name.parse::<usize>().unwrap()] = value,
        parent => parent[name] = value,
    }
    body
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
        let (wrong, odd): (Vec<Spoilt>, Vec<Spoilt>) = spoilt(&document, operation).into_iter().partition(|spoilt| spoilt.wrong);
        assert!(wrong.len() > WHOLE.len(), "{}: nothing to spoil", operation.name());
        let before = written(&mut conn);
        for Spoilt { what, body, .. } in wrong {
            let answer = operation.send_body(&me, &path, Some(body.into_bytes()));
            if !(operation.name() == BATCH && refuses_its_items(&answer)) {
                note_acceptance(&answer, &format!("{} with {what}", operation.name()), &mut bad);
            }
        }
        if bad.is_empty() {
            assert_eq!(written(&mut conn), before, "{} wrote something that it refused", operation.name());
        }
        for Spoilt { what, body, .. } in odd {
            let answer = operation.send_body(&me, &path, Some(body.into_bytes()));
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
        let me = service.someone();
        let answer = operation.send(&me, &path_for(&me, operation));
        let expected = if NEEDS_SECRETS.contains(&operation.name().as_str()) { 401..402 } else { 200..300 };
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
