//! The safety screen: for everybody to read, its answers for the person alone, and what follows from them. And what is suggested next.

mod answers;
mod exports;
mod screen;
mod suggestions;
mod traces;

use serde_json::{Value, json};

use crate::support::{Client, PASSWORD, Service};

/// Every item answered so that nothing is left out.
const SAFE: &[(&str, &str)] = &[
    ("afraid", "no"),
    ("say_no", "yes"),
    ("hurt", "no"),
    ("threats", "no"),
    ("control", "no"),
    ("watched", "no"),
    ("own_behaviour", "no"),
];

const LANGUAGES: [&str; 5] = ["en", "de", "es", "fr", "pt-BR"];

fn answers(given: &[(&str, &str)]) -> Value {
    let all: Vec<Value> = given.iter().map(|(item, answer)| json!({"item": item, "answer": answer})).collect();
    json!({ "answers": all })
}

fn answer(me: &Client, tie: &str, given: &[(&str, &str)]) -> Value {
    me.put(&format!("{tie}/safety"), &answers(given)).expect(200)
}

fn not_for_me(me: &Client, tie: &str, practice: &str) {
    assert_eq!(me.put(&format!("{tie}/not-for-me/{practice}"), &json!({})).status, 204, "{practice}");
}

/// A tie in which the logger has started nearly every talk for four months, and more members of it.
fn lopsided(me: &Client, more: &Value) -> String {
    let mut tie = json!({"alias": "Sam", "kind": "friend", "kept_by": "neither"});
    tie.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    let made = me.post("/v1/relationships", &tie);
    let id = made.expect(201)["id"].clone();
    let first = chrono::NaiveDate::from_ymd_opt(2025, 11, 1).unwrap();
    let entry = |n: u64| {
        let at = format!("{}T10:00:00Z", first + chrono::Days::new(2 * n));
        json!({"actor": if n % 12 == 11 { "them" } else { "me" }, "dimension": "initiation", "occurred_at": at})
    };
    let items: Vec<Value> = (0..60).map(|n| json!({"relationship_id": id, "interaction": entry(n)})).collect();
    assert_eq!(me.post("/v1/interactions/batch", &json!({ "items": items })).expect(200)["created"], 60);
    made.header("location")
}

/// The path of an assessment of it.
fn assessed(me: &Client, tie: &str) -> String {
    let made = me.post(&format!("{tie}/assessments"), &json!({}));
    assert!([200, 201].contains(&made.status), "{}", made.text);
    made.header("location")
}

fn client(service: &Service, pair: &Value) -> Client {
    Client::new(service.address, Some(pair["access_token"].as_str().unwrap().to_owned()))
}

/// A session of the person's own for one relationship, and one that came by a grant with everything in it.
fn narrower(service: &Service, me: &Client, tie: &str) -> [Client; 2] {
    let id = tie.rsplit('/').next().unwrap();
    let asked = json!({"handle": me.handle(), "password": PASSWORD, "relationship_id": id});
    let given = me.post(&format!("{tie}/grants"), &json!({"current_password": PASSWORD, "lasts_hours": 720, "notes": true})).expect(201);
    let redeemed = service.stranger().post("/v1/grants/redemptions", &json!({"code": given["code"]})).expect(201);
    [client(service, &service.stranger().post("/v1/sessions", &asked).expect(201)), client(service, &redeemed)]
}
