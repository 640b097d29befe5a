//! What is suggested next in the person's own answer, and that nothing suggested says nothing.

use serde_json::{Value, json};

use super::{LANGUAGES, SAFE, answer, assessed, lopsided, not_for_me};
use crate::support::everything::relationship;
use crate::support::{Client, Service, rows};

/// The name of the practice that is suggested.
fn suggested(me: &Client, assessment: &str) -> Option<String> {
    let read = me.get(assessment).expect(200);
    assert_eq!(read["resources"], "/v1/safety/resources", "help is always there");
    read.get("next_step").map(|step| step["practice"]["slug"].as_str().unwrap().to_owned())
}

fn words(practice: &str, language: &str) -> Value {
    let path = format!("{}/content/practices/{practice}/{language}.json", env!("CARGO_MANIFEST_DIR"));
    serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}

#[test]
fn a_load_carried_for_months_is_answered_with_one_small_step_and_why_in_the_readers_language() {
    let service = Service::start();
    let me = service.someone();
    let tie = lopsided(&me, &json!({}));
    for language in LANGUAGES {
        let reader = me.with("accept-language", language);
        let made = reader.post(&format!("{tie}/assessments"), &json!({}));
        let step = made.json()["next_step"].clone();
        let (words, effort) = (words("taking-turns", language), json!("low"));
        assert_eq!(step["practice"], json!({"slug": "taking-turns", "version": 1}));
        assert_eq!((&step["title"], &step["first_step"], &step["effort"]), (&words["title"], &words["steps"][0], &effort));
        assert_eq!((&step["minutes"], &step["link"]), (&json!(5), &json!("/v1/practices/taking-turns")));
        let why = &step["why"];
        assert_eq!((&why["dimension"], &why["state"]), (&json!("initiation"), &json!("sustained_imbalance")));
        let text = why["text"].as_str().unwrap();
        let state =
            made.json()["dimensions"].as_array().unwrap().iter().find(|one| one["dimension"] == "initiation").unwrap()["text"].clone();
        assert!(text.contains(state.as_str().unwrap()) && text.ends_with(words["why"].as_str().unwrap()), "{text}");
        assert_eq!(reader.get(&made.header("location")).text, made.text, "as it is read, so it is made");
    }
}

#[test]
fn where_nothing_can_be_said_nothing_is_suggested_and_help_is_there() {
    let service = Service::start();
    let me = service.someone();
    let assessment = assessed(&me, &relationship(&me));
    assert_eq!(me.get(&assessment).expect(200)["overall"]["state"], "insufficient_evidence");
    assert_eq!(suggested(&me, &assessment), None);
}

#[test]
fn what_is_not_for_them_is_never_suggested_again_and_in_what_was_computed_before_neither() {
    let service = Service::start();
    let me = service.someone();
    let tie = lopsided(&me, &json!({}));
    let assessment = assessed(&me, &tie);
    answer(&me, &tie, SAFE);
    let mut seen = Vec::new();
    while let Some(practice) = suggested(&me, &assessment) {
        assert!(!seen.contains(&practice), "{practice} is suggested again");
        not_for_me(&me, &tie, &practice);
        seen.push(practice);
        assert_eq!(suggested(&me, &assessed(&me, &tie)), suggested(&me, &assessment), "the stored one and a new one alike");
    }
    assert_eq!(&seen[..2], ["taking-turns", "step-back-test"], "what asks for less comes first");
    let listed = me.get(&format!("{tie}/not-for-me")).expect(200);
    let mut names: Vec<&str> = listed["data"].as_array().unwrap().iter().map(|one| one["practice"].as_str().unwrap()).collect();
    names.sort_unstable();
    seen.sort_unstable();
    assert_eq!(names, seen);
    assert_eq!(me.delete(&format!("{tie}/not-for-me/step-back-test")).status, 204);
    assert_eq!(suggested(&me, &assessment).as_deref(), Some("step-back-test"), "allowed again");
    let other = lopsided(&me, &json!({}));
    assert_eq!(suggested(&me, &assessed(&me, &other)).as_deref(), Some("taking-turns"), "remembered for one relationship");
}

#[test]
fn a_practice_that_is_not_there_and_a_name_that_is_none_are_not_found() {
    let service = Service::start();
    let me = service.someone();
    let tie = relationship(&me);
    for name in ["no-such-practice", "Taking-Turns", "%00", "a%2Fb", &"x".repeat(41)] {
        let path = format!("{tie}/not-for-me/{name}");
        assert!([400, 404].contains(&me.put(&path, &json!({})).status), "{name}");
        assert!([204, 400, 404].contains(&me.delete(&path).status), "{name}");
    }
    assert_eq!(me.get(&format!("{tie}/not-for-me")).expect(200), json!({"data": []}));
}

#[test]
fn a_blocked_suggestion_is_the_same_bytes_as_nothing_to_suggest() {
    let service = Service::start();
    let me = service.someone();
    let tie = lopsided(&me, &json!({}));
    let assessment = assessed(&me, &tie);
    let read = || {
        let answer = me.get(&assessment);
        (answer.status, answer.header("etag"), answer.header("content-length"), answer.text)
    };
    answer(&me, &tie, &[("threats", "yes")]);
    let blocked = read();
    assert!(!blocked.3.contains("next_step"), "{}", blocked.3);
    assert_eq!(me.delete(&format!("{tie}/safety")).status, 204);
    while let Some(practice) = suggested(&me, &assessment) {
        not_for_me(&me, &tie, &practice);
    }
    assert_eq!(read(), blocked, "nothing is left to suggest");
    answer(&me, &tie, &[("threats", "yes")]);
    assert_eq!(read(), blocked, "both");
    let made = me.post(&format!("{tie}/assessments"), &json!({}));
    assert_eq!((made.status, made.text), (200, blocked.3), "nor does computing tell");
}

#[test]
fn while_a_practice_is_being_tried_and_for_two_weeks_afterwards_nothing_else_is_suggested() {
    let service = Service::start();
    let me = service.someone();
    let tie = lopsided(&me, &json!({}));
    let assessment = assessed(&me, &tie);
    assert!(suggested(&me, &assessment).is_some());
    let adopted = me.post(&format!("{tie}/practices"), &json!({"practice": "specific-gratitude"})).header("location");
    assert_eq!(suggested(&me, &assessment), None);
    let elsewhere = lopsided(&me, &json!({}));
    assert!(suggested(&me, &assessed(&me, &elsewhere)).is_some(), "in this tie alone");
    let days_later = |days: i64| {
        service.clock.advance(chrono::TimeDelta::days(days));
        me.signed_in_again()
    };
    let today = me.get(&adopted).expect(200)["adopted_on"].clone();
    me.patch(&adopted, &json!({ "dropped_on": today })).expect(200);
    assert!(suggested(&me, &assessment).is_some(), "it was never tried");
    me.patch(&adopted, &json!({ "dropped_on": null })).expect(200);

    let me = days_later(3);
    me.patch(&adopted, &json!({"dropped_on": "2026-03-05"})).expect(200);
    assert_eq!(suggested(&days_later(13), &assessment), None, "it has to show");
    let me = days_later(1);
    assert!(suggested(&me, &assessment).is_some());

    // One that nobody has done for weeks is tried no more, and done once it is.
    me.patch(&adopted, &json!({ "dropped_on": null })).expect(200);
    assert_eq!(suggested(&me, &assessment), None);
    let me = days_later(50);
    assert!(suggested(&me, &assessment).is_some());
    me.post(&format!("{adopted}/sessions"), &json!({"started_by": "me", "took_part": "me"})).expect(201);
    assert_eq!(suggested(&me, &assessment), None);
    assert_eq!(me.delete(&adopted).status, 204);
    assert!(suggested(&me, &assessment).is_some(), "as if it had never been");
}

#[test]
fn while_a_test_is_on_and_for_two_weeks_afterwards_nothing_else_is_suggested() {
    let service = Service::start();
    let me = service.someone();
    let tie = lopsided(&me, &json!({}));
    let assessment = assessed(&me, &tie);
    answer(&me, &tie, SAFE);
    let test = |starts_on: &str| {
        let test = json!({"hypothesis": "They will call.", "starts_on": starts_on, "length_days": 7, "stop_rules": ["they_ask"]});
        me.post(&format!("{tie}/experiments"), &test).header("location")
    };
    let called_off = test("2026-03-09");
    assert_eq!(suggested(&me, &assessment), None);
    me.patch(&called_off, &json!({"stopped_on": "2026-03-02"})).expect(200);
    assert!(suggested(&me, &assessment).is_some(), "it never began");
    test("2026-03-02");
    let days_later = |days: i64| {
        service.clock.advance(chrono::TimeDelta::days(days));
        me.signed_in_again()
    };
    assert_eq!(suggested(&days_later(20), &assessment), None, "the last of two weeks afterwards");
    assert!(suggested(&days_later(1), &assessment).is_some());
}

#[test]
fn every_answer_that_tells_of_danger_leaves_nothing_but_help_at_once_and_erasing_it_brings_back_what_is_careful() {
    let service = Service::start();
    let me = service.someone();
    let tie = lopsided(&me, &json!({}));
    let assessment = assessed(&me, &tie);
    not_for_me(&me, &tie, "taking-turns");
    answer(&me, &tie, SAFE);
    assert_eq!(suggested(&me, &assessment).as_deref(), Some("step-back-test"));
    for (item, safe) in SAFE {
        let danger = if *safe == "yes" { "no" } else { "yes" };
        answer(&me, &tie, &[(item, danger)]);
        assert_eq!(suggested(&me, &assessment), None, "{item}");
    }
    assert_eq!(me.delete(&format!("{tie}/safety")).status, 204);
    let careful = suggested(&me, &assessment);
    assert!(careful.is_some() && careful.as_deref() != Some("step-back-test"), "what is not known is not read as safe: {careful:?}");
    answer(&me, &tie, &[("afraid", "prefer_not_to_say")]);
    assert_eq!(suggested(&me, &assessment), careful, "nothing said and nothing known are alike");
}

#[test]
fn a_pause_a_child_somebody_cared_for_or_a_crisis_leave_no_step_back() {
    let service = Service::start();
    let me = service.someone();
    let strain = |kind: &str| json!({"contexts": [{"kind": kind, "from": "2026-02-20"}]});
    for (more, expected) in [
        (json!({}), Some("step-back-test")),
        (json!({"kind": "family"}), Some("ask-about-needs")),
        (strain("illness"), Some("ask-about-needs")),
        (strain("newborn"), Some("ask-about-needs")),
        (strain("other"), Some("ask-about-needs")),
        (strain("exams"), Some("step-back-test")),
    ] {
        let tie = lopsided(&me, &more);
        answer(&me, &tie, SAFE);
        not_for_me(&me, &tie, "taking-turns");
        let assessment = assessed(&me, &tie);
        assert_eq!(suggested(&me, &assessment).as_deref(), expected, "{more}");
        me.patch(&tie, &json!({"status": "paused"})).expect(200);
        assert_eq!(suggested(&me, &assessment), None, "{more}, paused");
    }
}

#[test]
fn nothing_of_a_suggestion_is_stored() {
    let service = Service::start();
    let me = service.someone();
    let tie = lopsided(&me, &json!({}));
    assert!(suggested(&me, &assessed(&me, &tie)).is_some());
    let stored = rows::words(&mut service.database.connect(), "SELECT result::text AS word FROM assessments");
    assert!(stored.iter().all(|result| !result.contains("next_step") && !result.contains("taking-turns")), "{stored:?}");
}

#[test]
fn a_client_that_holds_an_answer_is_told_when_the_suggestion_has_changed() {
    let service = Service::start();
    let me = service.someone();
    let tie = lopsided(&me, &json!({}));
    let assessment = assessed(&me, &tie);
    let tag = me.get(&assessment).header("etag");
    assert_eq!(me.with("if-none-match", &tag).get(&assessment).status, 304);
    not_for_me(&me, &tie, "taking-turns");
    assert_eq!(me.with("if-none-match", &tag).get(&assessment).status, 200);
}
