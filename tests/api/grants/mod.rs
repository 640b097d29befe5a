//! Grants: somebody else reads what was lent, once let in by a code, and nothing else, until it ends; and the person sees that they did.

mod codes;
mod ending;
mod giving;
mod long_logs;
mod reading;

use serde_json::{Value, json};

use crate::support::{Answer, Client, PASSWORD, Service};

/// What lets somebody read everything of a relationship for a month, and more members.
fn lent(more: &Value) -> Value {
    let mut asked = json!({"current_password": PASSWORD, "lasts_hours": 720});
    asked.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    asked
}

fn give(me: &Client, tie: &str, more: &Value) -> Value {
    me.post(&format!("{tie}/grants"), &lent(more)).expect(201)
}

fn redeem(service: &Service, code: &Value) -> Answer {
    service.stranger().post("/v1/grants/redemptions", &json!({ "code": code }))
}

fn client(address: std::net::SocketAddr, pair: &Value) -> Client {
    Client::new(address, Some(pair["access_token"].as_str().unwrap().to_owned()))
}

/// Whoever was let in to read `tie`.
fn reader(service: &Service, me: &Client, tie: &str, more: &Value) -> Client {
    client(service.address, &redeem(service, &give(me, tie, more)["code"]).expect(201))
}

fn log(me: &Client, tie: &str, day: &str, actor: &str, dimension: &str) -> String {
    let body = json!({"actor": actor, "dimension": dimension, "occurred_at": format!("{day}T12:00:00Z"), "note": format!("on {day}")});
    let made = me.post(&format!("{tie}/interactions"), &body);
    made.expect(201);
    made.header("location")
}

fn days(listed: &Value) -> Vec<&str> {
    listed["data"].as_array().unwrap().iter().map(|entry| entry["local_date"].as_str().unwrap()).collect()
}
