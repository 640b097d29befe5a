//! The step-back test, lived through from its beginning to what came of it.

mod keeping;
mod kept;
mod refusals;
mod rules;
mod stories;

use chrono::{Days, NaiveDate};
use serde_json::{Value, json};

use crate::support::{Client, Service};

/// Every item of the screen answered so that nothing is left out.
pub const SAFE: &[(&str, &str)] = &[
    ("afraid", "no"),
    ("say_no", "yes"),
    ("hurt", "no"),
    ("threats", "no"),
    ("control", "no"),
    ("watched", "no"),
    ("own_behaviour", "no"),
];

/// The day on which every test begins (`support::START`).
pub const TODAY: &str = "2026-03-02";

pub fn day(offset: i64) -> NaiveDate {
    let today: NaiveDate = TODAY.parse().unwrap();
    let days = Days::new(offset.unsigned_abs());
    if offset < 0 { today - days } else { today + days }
}

pub fn answer(me: &Client, tie: &str, given: &[(&str, &str)]) {
    let all: Vec<Value> = given.iter().map(|(item, answer)| json!({"item": item, "answer": answer})).collect();
    me.put(&format!("{tie}/safety"), &json!({ "answers": all })).expect(200);
}

/// A tie, and its path.
pub fn tie(me: &Client, more: &Value) -> String {
    let mut tie = json!({"alias": "Sam", "kind": "friend", "kept_by": "neither"});
    tie.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    let made = me.post("/v1/relationships", &tie);
    made.expect(201);
    made.header("location")
}

/// A tie about which the screen was answered so that a test may be begun.
pub fn open_tie(me: &Client) -> String {
    let tie = tie(me, &json!({}));
    answer(me, &tie, SAFE);
    tie
}

/// First steps on these days (0 is [`TODAY`]).
pub fn steps(me: &Client, tie: &str, actor: &str, days: &[i64]) {
    log(me, tie, &json!({"actor": actor, "dimension": "initiation"}), days);
}

pub fn log(me: &Client, tie: &str, act: &Value, days: &[i64]) {
    let id = tie.rsplit('/').next().unwrap();
    let one = |offset: &i64| {
        let mut entry = act.clone();
        entry.as_object_mut().unwrap().insert("occurred_at".to_owned(), json!(format!("{}T10:00:00Z", day(*offset))));
        json!({"relationship_id": id, "interaction": entry})
    };
    let items: Vec<Value> = days.iter().map(one).collect();
    assert_eq!(me.post("/v1/interactions/batch", &json!({ "items": items })).expect(200)["created"], days.len());
}

/// A fortnight from today on.
pub fn plan() -> Value {
    json!({
        "hypothesis": "If I do not ask, Sam will suggest something.", "starts_on": TODAY, "length_days": 14, "stop_rules": ["help_needed"]
    })
}

pub fn begin(me: &Client, tie: &str) -> String {
    let made = me.post(&format!("{tie}/experiments"), &plan());
    made.expect(201);
    made.header("location")
}

/// The same account so many days later.
pub fn later(service: &Service, me: &Client, days: i64) -> Client {
    service.clock.advance(chrono::TimeDelta::days(days));
    me.signed_in_again()
}

/// What a debrief says of one way of giving.
pub fn of<'a>(debrief: &'a Value, dimension: &str) -> &'a Value {
    let all = debrief["comparison"]["dimensions"].as_array().unwrap();
    all.iter().find(|one| one["dimension"] == dimension).unwrap()
}
