//! Where answers never show: in what is shared, exported, drawn, listed or told to somebody else.

use serde_json::json;

use super::{SAFE, answer, assessed, lopsided, narrower, not_for_me};
use crate::support::everything::completed_export;
use crate::support::{Client, Service};

const DANGER: &[(&str, &str)] = &[("afraid", "yes")];

/// An answer to the last byte, in a form.
fn text(client: &Client, path: &str, accept: &str) -> String {
    let answer = client.with("accept", accept).get(path);
    assert_eq!(answer.status, 200, "{path}: {}", answer.text);
    format!("{} {}", answer.header("etag"), answer.text)
}

/// Every view of the relationship that is no answer of the person's own about it.
fn views(client: &Client, tie: &str, assessment: &str) -> Vec<String> {
    let json = [
        tie.to_owned(),
        format!("{tie}/assessments"),
        format!("{tie}/timeline"),
        format!("{tie}/interactions"),
        format!("{tie}/responses"),
    ];
    let mut all: Vec<String> = json.iter().map(|path| text(client, path, "application/json")).collect();
    all.extend(["image/svg+xml", "text/html"].map(|form| text(client, assessment, form)));
    all
}

#[test]
fn pictures_pages_lists_and_timelines_are_the_same_bytes_whatever_was_answered() {
    let service = Service::start();
    let me = service.someone();
    let tie = lopsided(&me, &json!({}));
    let assessment = assessed(&me, &tie);
    let before = views(&me, &tie, &assessment);
    for given in [DANGER, SAFE, &[]] {
        answer(&me, &tie, given);
        assert_eq!(views(&me, &tie, &assessment), before, "{given:?}");
    }
    not_for_me(&me, &tie, "taking-turns");
    assert_eq!(views(&me, &tie, &assessment), before, "nor is what is not for them in it");
    assert!(!before.concat().contains("taking-turns") && !before.concat().contains("next_step"));
}

#[test]
fn whoever_shares_the_app_or_was_let_in_reads_the_same_bytes_and_is_suggested_nothing() {
    let service = Service::start();
    let me = service.someone();
    let tie = lopsided(&me, &json!({}));
    let assessment = assessed(&me, &tie);
    assert!(me.get(&assessment).expect(200).get("next_step").is_some());
    for session in narrower(&service, &me, &tie) {
        answer(&me, &tie, SAFE);
        let read = || {
            let mut all = views(&session, &tie, &assessment);
            all.push(text(&session, &assessment, "application/json"));
            all
        };
        let before = read();
        assert!(!before.concat().contains("next_step"), "{before:?}");
        assert!(before.last().unwrap().contains("/v1/safety/resources"), "help is there for everybody");
        answer(&me, &tie, DANGER);
        assert_eq!(read(), before);
        assert_eq!(me.delete(&format!("{tie}/safety")).status, 204);
        assert_eq!(read(), before);
    }
}

#[test]
fn a_session_for_one_relationship_that_computes_is_suggested_nothing_whatever_was_answered() {
    let service = Service::start();
    let me = service.someone();
    let tie = lopsided(&me, &json!({}));
    let [own, _] = narrower(&service, &me, &tie);
    answer(&me, &tie, SAFE);
    let computed = own.post(&format!("{tie}/assessments"), &json!({}));
    assert!(computed.expect(201).get("next_step").is_none(), "{}", computed.text);
    answer(&me, &tie, DANGER);
    assert_eq!(own.post(&format!("{tie}/assessments"), &json!({})).text, computed.text);
}

#[test]
fn an_export_that_does_not_ask_for_answers_is_the_same_bytes_whether_there_are_any_or_not() {
    let service = Service::start();
    let me = service.someone();
    let tie = lopsided(&me, &json!({}));
    assessed(&me, &tie);
    me.get(&format!("{tie}/safety")).expect(200);
    // The first reading of an export is noted in the second.
    me.get(&format!("{}/data", completed_export(&me))).expect(200);
    let export = || {
        let path = completed_export(&me);
        let (mut status, data) = (me.get(&path).expect(200), me.get(&format!("{path}/data")));
        status["data"] = json!("");
        let id = status["id"].as_str().unwrap().to_owned();
        (status.to_string().replace(&id, ""), data.text)
    };
    let before = export();
    answer(&me, &tie, DANGER);
    me.get(&format!("{tie}/safety")).expect(200);
    assert_eq!(export(), before, "answered");
    assert_eq!(me.delete(&format!("{tie}/safety")).status, 204);
    assert_eq!(export(), before, "erased");
    assert!(!before.1.contains("safety"), "{}", before.1);
}

#[test]
fn the_access_log_does_not_tell_reading_answers_from_reading_the_relationship() {
    let service = Service::start();
    let me = service.someone();
    let tie = lopsided(&me, &json!({}));
    me.get(&tie).expect(200);
    me.get("/v1/account/access-log").expect(200);
    let before = me.get("/v1/account/access-log").expect(200);
    answer(&me, &tie, DANGER);
    me.get(&format!("{tie}/safety")).expect(200);
    me.get(&format!("{tie}/not-for-me")).expect(200);
    assert_eq!(me.get("/v1/account/access-log").expect(200), before);
}
