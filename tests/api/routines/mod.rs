//! Practices that somebody takes up: adopted, done by turns, resting, resumed, dropped; nobody else's business.

mod private;
mod resources;
mod stories;

use chrono::TimeDelta;
use serde_json::{Value, json};

use crate::support::everything::relationship;
use crate::support::{Client, Service};

/// The path of a practice that is adopted in a relationship, with more members of the request.
fn adopt(me: &Client, tie: &str, practice: &str, more: &Value) -> String {
    let mut body = json!({ "practice": practice });
    body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    let made = me.post(&format!("{tie}/practices"), &body);
    made.expect(201);
    made.header("location")
}

/// Notes that it was done, and gives back where it stands then.
fn done(me: &Client, practice: &str, started_by: &str, took_part: &str) -> Value {
    me.post(&format!("{practice}/sessions"), &json!({"started_by": started_by, "took_part": took_part})).expect(201);
    standing(me, practice)
}

fn standing(me: &Client, practice: &str) -> Value {
    me.get(&format!("{practice}/standing")).expect(200)
}

/// Whether its day has come, and which day is due.
fn due(me: &Client, practice: &str) -> (bool, String) {
    let due = standing(me, practice)["due"].clone();
    (due["is_open"].as_bool().unwrap(), due["on"].as_str().unwrap().to_owned())
}

/// Lets days go by, and signs in again.
fn days_later(service: &Service, me: &Client, days: i64) -> Client {
    service.clock.advance(TimeDelta::days(days));
    me.signed_in_again()
}
