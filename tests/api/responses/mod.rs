//! Responses: begun, resumed, completed, scored; fixed once completed, private always.

mod answering;
mod evidence;
mod finding;
mod repeating;
mod rotation;

use serde_json::{Value, json};

use crate::support::Client;

/// A new relationship's id.
fn tie(me: &Client) -> String {
    me.post("/v1/relationships", &json!({"alias": "Sam", "kind": "friend"})).expect(201)["id"].as_str().unwrap().to_owned()
}

fn responses_of(tie: &str) -> String {
    format!("/v1/relationships/{tie}/responses")
}

fn values(answers: &[(&str, i32)]) -> Value {
    answers.iter().map(|(item, value)| json!({"item": item, "value": value})).collect()
}

fn completed(set: &str, answers: &[(&str, i32)]) -> Value {
    json!({"question_set": set, "answers": values(answers), "status": "completed"})
}

fn dimension<'a>(response: &'a Value, name: &str) -> &'a Value {
    response["scores"]["dimensions"].as_array().unwrap().iter().find(|entry| entry["dimension"] == name).unwrap()
}
