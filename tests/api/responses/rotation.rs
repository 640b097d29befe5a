//! Which question set comes next: sets take turns, rest, and ask nothing about what rests.

use chrono::TimeDelta;
use serde_json::{Value, json};

use super::{responses_of, tie};
use crate::support::{Client, Service};

fn next(me: &Client, tie: &str) -> Vec<Value> {
    me.get(&format!("/v1/relationships/{tie}/question-sets")).expect(200)["data"].as_array().unwrap().clone()
}

fn slug(turn: &Value) -> &str {
    turn["question_set"]["slug"].as_str().unwrap()
}

fn complete(me: &Client, tie: &str, set: &str, day: &str) {
    me.post(&responses_of(tie), &json!({"question_set": set, "status": "completed", "local_date": day})).expect(201);
}

#[test]
fn a_set_that_was_answered_goes_to_the_end_and_comes_back_after_its_rest() {
    let service = Service::start();
    let me = service.someone();
    let tie = tie(&me);
    let first = next(&me, &tie);
    assert_eq!(slug(&first[0]), "reciprocity-check");
    assert!(first.iter().all(|turn| turn["may_be_asked"] == json!(true) && turn.get("opens_on").is_none()));
    complete(&me, &tie, "reciprocity-check", "2026-03-02");
    complete(&me, &tie, "weekly-check", "2026-02-20");
    let then = next(&me, &tie);
    assert_eq!(slug(&then[then.len() - 1]), "reciprocity-check");
    let resting = &then[then.len() - 1];
    assert_eq!(
        (&resting["may_be_asked"], &resting["last_answered_for"], &resting["opens_on"]),
        (&json!(false), &json!("2026-03-02"), &json!("2026-03-30"))
    );
    let weekly = &then[then.len() - 2];
    assert_eq!((slug(weekly), &weekly["may_be_asked"], &weekly["last_answered_for"]), ("weekly-check", &json!(true), &json!("2026-02-20")));
    service.clock.advance(TimeDelta::days(28));
    let later = me.signed_in_again();
    let back = next(&later, &tie);
    assert!(back.iter().all(|turn| turn["may_be_asked"] == json!(true)));
    assert_eq!(slug(&back[back.len() - 1]), "reciprocity-check", "the other one was answered longer ago");
}

#[test]
fn what_is_in_progress_or_about_somebody_else_moves_no_turn() {
    let service = Service::start();
    let me = service.someone();
    let (tie, other) = (tie(&me), tie(&me));
    let before = next(&me, &tie);
    me.post(&responses_of(&tie), &json!({"question_set": "reciprocity-check"})).expect(201);
    complete(&me, &other, "reciprocity-check", "2026-03-01");
    assert_eq!(next(&me, &tie), before);
}

#[test]
fn sets_suit_the_kind_and_nothing_is_asked_about_what_rests() {
    let service = Service::start();
    let me = service.someone();
    let tie = tie(&me);
    let slugs: Vec<_> = next(&me, &tie).iter().map(|turn| slug(turn).to_owned()).collect();
    assert!(slugs.contains(&"friendship-check".to_owned()));
    assert!(!slugs.contains(&"partner-check".to_owned()) && !slugs.contains(&"after-interaction-pulse".to_owned()));
    me.patch(&format!("/v1/relationships/{tie}"), &json!({"status": "paused"})).expect(200);
    assert_eq!(next(&me, &tie), Vec::<Value>::new());
}

#[test]
fn titles_are_in_the_readers_language() {
    let service = Service::start();
    let me = service.someone();
    let tie = tie(&me);
    let path = format!("/v1/relationships/{tie}/question-sets");
    let german = me.with("accept-language", "de-CH, en;q=0.5").get(&path).expect(200);
    let turns = german["data"].as_array().unwrap();
    assert!(turns.len() > 3, "{german}");
    for set in turns.iter().map(|turn| &turn["question_set"]) {
        let folder = format!("{}/content/question-sets/{}/1", env!("CARGO_MANIFEST_DIR"), set["slug"].as_str().unwrap());
        let words: Value = serde_json::from_str(&std::fs::read_to_string(format!("{folder}/de.json")).unwrap()).unwrap();
        assert_eq!((&set["language"], &set["title"]), (&json!("de"), &words["title"]));
    }
    let tag = me.get(&path).header("etag");
    assert_eq!(me.with("if-none-match", &tag).get(&path).status, 304);
}
