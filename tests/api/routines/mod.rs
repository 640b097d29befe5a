//! Practices that somebody takes up: adopted, done by turns, resting, resumed, dropped; nobody else's business.

mod change;
mod feeds;
mod private;
mod prompts;
mod resources;
mod stories;
mod stories_alone;

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

/// A relationship under a name, of a kind.
fn tie(me: &Client, alias: &str, kind: &str) -> String {
    let made = me.post("/v1/relationships", &json!({"alias": alias, "kind": kind}));
    made.expect(201);
    made.header("location")
}

fn no_word_of_failure(answer: &Value) {
    for word in ["missed", "fail", "broken", "late\"", "overdue", "streak"] {
        assert!(!answer.to_string().contains(word), "{answer}");
    }
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

/// Says that there is nothing to fear: where that is not known, some practices are left out.
fn feels_safe(me: &Client, tie: &str) {
    let safe = [
        ("afraid", "no"),
        ("say_no", "yes"),
        ("hurt", "no"),
        ("threats", "no"),
        ("control", "no"),
        ("watched", "no"),
        ("own_behaviour", "no"),
    ];
    let answers: Vec<Value> = safe.iter().map(|(item, answer)| json!({"item": item, "answer": answer})).collect();
    me.put(&format!("{tie}/safety"), &json!({ "answers": answers })).expect(200);
}

/// The names of what is prompted, in order.
fn prompts(me: &Client) -> Vec<String> {
    let listed = me.get("/v1/prompts").expect(200);
    listed["data"].as_array().unwrap().iter().map(|one| one["practice"].as_str().unwrap().to_owned()).collect()
}

/// The one thing that is prompted.
fn prompted(me: &Client) -> Value {
    let listed = me.get("/v1/prompts").expect(200);
    assert_eq!(listed["data"].as_array().unwrap().len(), 1, "{listed}");
    listed["data"][0].clone()
}

/// A calendar as whoever has its address reads it.
struct Feed {
    stranger: Client,
    address: String,
}

impl Feed {
    fn read(&self) -> String {
        let read = self.stranger.get(&self.address);
        assert_eq!(read.status, 200, "{}", read.text);
        read.text
    }
}

fn calendar(service: &Service, me: &Client) -> Feed {
    let made = me.post("/v1/calendar-feeds", &json!({})).expect(201);
    Feed { stranger: service.stranger(), address: made["address"].as_str().unwrap().to_owned() }
}
