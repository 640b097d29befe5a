//! Whoever keeps the question sets: tokens as the command makes them, and an operator's sets.

use chrono::TimeDelta;
use reciprocity::kernel::Random;
use reciprocity::kernel::operator::OperatorTokens;
use serde_json::{Value, json};

use super::document::Operation;
use super::{Answer, Client, MASTER, START, Service};

/// Who signs the tokens of every service under test.
const ISSUER: &str = "https://reciprocity.local";
/// The example of the document: a draft that can be published as it is.
const EXAMPLE: &str = include_str!("../../../src/features/operator_sets/example.json");
pub const ALL: &str = "/v1/admin/question-sets";
pub const EVENING: &str = "/v1/admin/question-sets/evening-check/1";

/// A token that is good for these minutes, beginning so many seconds after every test's beginning.
pub fn token_at(minutes: i64, seconds: i64) -> String {
    let now = START.parse::<chrono::DateTime<chrono::Utc>>().unwrap() + TimeDelta::seconds(seconds);
    let id = Random.uuid_v7(now).unwrap();
    OperatorTokens::new(&[MASTER], ISSUER).unwrap().issue(id, TimeDelta::minutes(minutes), now).unwrap()
}

/// An operator with a token that is good for an hour.
pub fn operator(service: &Service) -> Client {
    service.stranger().showing(token_at(60, 0))
}

/// The same client, or an operator where the operation asks for one.
pub fn fit(client: &Client, operation: &Operation) -> Client {
    if operation.for_operators() { client.showing(token_at(60, 0)) } else { client.clone() }
}

/// The document of a draft with this name.
pub fn draft(slug: &str, version: u32) -> Value {
    let mut document: Value = serde_json::from_str(EXAMPLE).unwrap();
    document["set"]["slug"] = json!(slug);
    document["set"]["version"] = json!(version);
    document
}

pub fn path(slug: &str, version: u32) -> String {
    format!("{ALL}/{slug}/{version}")
}

/// Stores a new draft.
pub fn make(operator: &Client, slug: &str, version: u32) -> Answer {
    operator.with("if-none-match", "*").put(&path(slug, version), &draft(slug, version))
}

/// Publishes what is stored.
pub fn publish(operator: &Client, slug: &str, version: u32) -> Answer {
    operator.with("if-match", "*").send("PUT", &format!("{}/publication", path(slug, version)), None, Vec::new())
}

pub fn retire(operator: &Client, slug: &str, version: u32) -> Answer {
    operator.send("PUT", &format!("{}/retirement", path(slug, version)), None, Vec::new())
}

/// Stores a draft and publishes it.
pub fn offer(operator: &Client, slug: &str, version: u32) {
    make(operator, slug, version).expect(201);
    publish(operator, slug, version).expect(200);
}

/// Has the draft of the document's example there, unless there is one.
pub fn have_evening(client: &Client) {
    make(&client.showing(token_at(60, 0)), "evening-check", 1);
}
