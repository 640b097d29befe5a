//! Where none can be begun: each reason reads like every other.

use serde_json::{Value, json};

use super::{SAFE, answer, begin, day, later, open_tie, plan, tie};
use crate::support::{Client, Service, rows};

/// An answer without what differs from request to request.
fn said(me: &Client, tie: &str) -> (u16, Vec<(String, String)>, String) {
    let refused = me.post(&format!("{tie}/experiments"), &plan());
    let id = refused.problem(409, "not_offered")["request_id"].as_str().unwrap().to_owned();
    let own = ["request-id", "date", "ratelimit"];
    let headers = refused.headers.iter().filter(|(name, _)| !own.contains(&name.as_str()));
    let headers = headers.map(|(name, value)| (name.to_string(), value.to_str().unwrap().to_owned())).collect();
    (refused.status, headers, refused.text.replace(&id, ""))
}

#[test]
fn every_reason_is_refused_in_the_same_bytes_and_nothing_is_stored() {
    let service = Service::start();
    let me = service.someone();
    let with = |more: &Value, answers: &[(&str, &str)]| {
        let tie = tie(&me, more);
        answer(&me, &tie, answers);
        tie
    };
    let strain = |kind: &str, from: i64, to: i64| json!({"contexts": [{"kind": kind, "from": day(from), "to": day(to)}]});
    let changed = |answer: (&'static str, &'static str)| -> Vec<(&str, &str)> {
        SAFE.iter().map(|one| if one.0 == answer.0 { answer } else { *one }).collect()
    };
    let paused = with(&json!({}), SAFE);
    me.patch(&paused, &json!({"status": "paused"})).expect(200);
    let ties = [
        ("nothing was answered", tie(&me, &json!({}))),
        ("fear", with(&json!({}), &changed(("afraid", "yes")))),
        ("no say", with(&json!({}), &changed(("say_no", "no")))),
        ("own behaviour", with(&json!({}), &changed(("own_behaviour", "yes")))),
        ("not said", with(&json!({}), &changed(("control", "prefer_not_to_say")))),
        ("a parent and a child, perhaps", with(&json!({"kind": "family"}), SAFE)),
        ("somebody who is cared for", with(&json!({"expected_balance": 0.3}), SAFE)),
        ("a crisis", with(&strain("illness", -2, 9), SAFE)),
        ("a loss, lately", with(&strain("other", -30, -10), SAFE)),
        ("a newborn", with(&strain("newborn", -9, 90), SAFE)),
        ("paused", paused),
    ];
    let first = said(&me, &ties[0].1);
    let body: Value = serde_json::from_str(&first.2).unwrap();
    assert_eq!(body["resources"], "/v1/safety/resources");
    for (why, tie) in &ties {
        assert_eq!(said(&me, tie), first, "{why}");
    }
    assert_eq!(rows::count(&mut service.database.connect(), "SELECT count(*) AS count FROM experiments"), 0);
    assert_eq!(service.stranger().get("/v1/safety/resources").status, 200, "and help is there");
}

#[test]
fn the_refusal_is_read_in_five_languages() {
    let service = Service::start();
    let me = service.someone();
    let tie = tie(&me, &json!({}));
    let titles: std::collections::BTreeSet<String> = ["en", "de", "es", "fr", "pt-BR"]
        .map(|language| {
            let refused = me.with("accept-language", language).post(&format!("{tie}/experiments"), &plan());
            let body = refused.problem(409, "not_offered");
            assert!(body["detail"].as_str().unwrap().contains("/v1/safety/resources"), "{language}");
            body["title"].as_str().unwrap().to_owned()
        })
        .into();
    assert_eq!(titles.len(), 5);
}

#[test]
fn a_strain_that_has_long_passed_and_distance_refuse_nothing() {
    let service = Service::start();
    let me = service.someone();
    for context in [json!({"kind": "illness", "from": day(-90), "to": day(-40)}), json!({"kind": "distance", "from": day(-90)})] {
        let tie = tie(&me, &json!({"contexts": [context]}));
        answer(&me, &tie, SAFE);
        begin(&me, &tie);
    }
}

#[test]
fn one_at_a_time_in_a_relationship_and_the_next_when_it_is_over() {
    let service = Service::start();
    let me = service.someone();
    let (tie, other) = (open_tie(&me), open_tie(&me));
    let test = begin(&me, &tie);
    me.post(&format!("{tie}/experiments"), &plan()).problem(409, "limit_reached");
    begin(&me, &other);
    me.patch(&test, &json!({"stopped_on": day(0)})).expect(200);
    let me = later(&service, &me, 1);
    let mut next = plan();
    next["starts_on"] = json!(day(20));
    assert_eq!(me.post(&format!("{tie}/experiments"), &next).expect(201)["status"], "planned");
    me.post(&format!("{tie}/experiments"), &plan()).problem(409, "limit_reached");
}

#[test]
fn two_that_begin_at_once_are_one_and_a_refusal() {
    let service = Service::start();
    let me = service.someone();
    let path = format!("{}/experiments", open_tie(&me));
    let began: Vec<u16> = std::thread::scope(|scope| {
        let asked: Vec<_> = (0..4).map(|_| scope.spawn(|| me.post(&path, &plan()).status)).collect();
        asked.into_iter().map(|one| one.join().unwrap()).collect()
    });
    assert_eq!(began.iter().filter(|status| **status == 201).count(), 1, "{began:?}");
    assert_eq!(rows::count(&mut service.database.connect(), "SELECT count(*) AS count FROM experiments"), 1);
}
