//! Promises, plans, needs and repairs: lived through over HTTP, and what assessments make of them.

mod counting;
mod keeping;
mod lending;
mod standing;
mod stories;

use chrono::{DateTime, NaiveDate, Utc};
use serde_json::{Value, json};

use crate::support::everything::id_in;
use crate::support::{Client, Service};

/// Somebody who logs one relationship, day by day.
pub struct Life {
    service: Service,
    me: Client,
    tie: String,
}

impl Life {
    pub fn begin() -> Self {
        let service = Service::start();
        let me = service.someone();
        let tie = me.post("/v1/relationships", &json!({"alias": "K.", "kind": "friend", "kept_by": "neither"})).header("location");
        Self { service, me, tie }
    }

    /// Noon of a day; the days of a life come in order.
    pub fn on(&mut self, day: &str) -> &Client {
        let noon: DateTime<Utc> = format!("{day}T12:00:00Z").parse().unwrap();
        let ahead = noon - self.service.clock.now();
        if ahead > chrono::TimeDelta::zero() {
            self.service.clock.advance(ahead);
            self.me = self.me.signed_in_again();
        }
        &self.me
    }

    /// Notes something of the relationship today; gives its id.
    pub fn note(&self, kind: &str, body: &Value) -> String {
        let made = self.me.post(&format!("{}/{kind}", self.tie), body);
        made.expect(201);
        id_in(&made.header("location")).to_owned()
    }

    /// Says what became of a record.
    pub fn say(&self, kind: &str, id: &str, change: &Value) -> Value {
        self.me.patch(&format!("/v1/{kind}/{id}"), change).expect(200)
    }

    pub fn assess(&self, asked: &Value) -> Value {
        let made = self.me.post(&format!("{}/assessments", self.tie), asked);
        assert!([200, 201].contains(&made.status), "{}", made.text);
        made.json()
    }
}

/// The day so many weeks and days after a Monday in March.
pub fn day(weeks: u64, days: u64) -> String {
    let monday = NaiveDate::from_ymd_opt(2026, 3, 2).unwrap();
    (monday + chrono::Days::new(weeks * 7 + days)).to_string()
}

/// What a check came to.
pub fn check(assessment: &Value, code: &str, whose: &str) -> String {
    let all = assessment["checks"].as_array().unwrap();
    all.iter().find(|one| one["code"] == code && one["whose"] == whose).unwrap()["outcome"].as_str().unwrap().to_owned()
}

/// A pattern or a strength that is shown.
pub fn shown(assessment: &Value, code: &str, whose: &str) -> Option<Value> {
    let all = assessment["patterns"].as_array().unwrap().iter().chain(assessment["strengths"].as_array().unwrap());
    all.into_iter().find(|one| one["code"] == code && one["whose"] == whose).cloned()
}

pub fn dimension(assessment: &Value, name: &str) -> Value {
    assessment["dimensions"].as_array().unwrap().iter().find(|one| one["dimension"] == name).unwrap().clone()
}

/// Cited ids, in an order that does not matter.
pub fn ids(list: &Value) -> Vec<String> {
    let mut ids: Vec<String> = list.as_array().unwrap().iter().map(|id| id.as_str().unwrap().to_owned()).collect();
    ids.sort();
    ids
}

pub fn sorted(ids: &[String]) -> Vec<String> {
    let mut ids = ids.to_vec();
    ids.sort();
    ids
}
