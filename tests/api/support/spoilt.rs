//! Bodies spoilt in every way that a schema allows one to think of, each marked where its schema forbids it.

use serde_json::{Value, json};

use super::document::{Document, Operation};
use super::schema::forbids;

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
pub const WHOLE: [&str; 9] = ["null", "true", "0", "-1e999", "\"text\"", "[]", "[{}]", "[[[[[]]]]]", "99999999999999999999999999"];

/// A body that is not the document's example.
pub struct Spoilt {
    pub what: String,
    pub body: String,
    /// The schema forbids it, so it must be refused; otherwise it must only not break us.
    pub wrong: bool,
}

/// Every way to spoil the body of an operation that takes one.
pub fn spoilt(document: &Document, operation: &Operation) -> Vec<Spoilt> {
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
