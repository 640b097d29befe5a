//! What the debrief says where the log was not kept all along, where the test was not as planned, and where there was another.

use serde_json::{Value, json};

use super::{begin, day, later, log, of, open_tie, plan, steps};
use crate::support::{Client, Service};

fn debrief(me: &Client, test: &str) -> Value {
    me.get(&format!("{test}/debrief")).expect(200)
}

fn during<'a>(told: &'a Value, member: &str) -> &'a Value {
    &of(told, "initiation")["during"][member]
}

fn has_note(told: &Value, code: &str) -> bool {
    told["notes"].as_array().unwrap().iter().any(|note| note["code"] == code)
}

#[test]
fn the_days_before_the_log_began_are_no_days_without_a_step() {
    let service = Service::start();
    let me = service.someone();
    // One log begins three days before, one three weeks before, and of one something is known from long ago.
    let ties = [(-3, None), (-21, None), (-21, Some(-40))].map(|(from, long_ago): (i64, Option<i64>)| {
        let tie = open_tie(&me);
        steps(&me, &tie, "me", &(from..0).collect::<Vec<_>>());
        steps(&me, &tie, "them", &(from..0).step_by(3).collect::<Vec<_>>());
        steps(&me, &tie, "me", &long_ago.into_iter().chain([-1]).collect::<Vec<_>>());
        tie
    });
    let tests = ties.each_ref().map(|tie| begin(&me, tie));
    let me = later(&service, &me, 14);
    for tie in &ties {
        steps(&me, tie, "them", &[0, 3, 6, 9, 12]);
    }
    let told = tests.each_ref().map(|test| debrief(&me, test));
    assert_eq!((during(&told[0], "reading"), during(&told[0], "reason")), (&json!("inconclusive"), &json!("short_before")));
    assert!(has_note(&told[0], "open") && !has_note(&told[0], "silence"));
    assert_eq!(during(&told[1], "reading"), "no_clear_change");
    let days = told.each_ref().map(|told| of(told, "initiation")["steps"]["before"]["days"].clone());
    assert_eq!(days, [json!(null), json!(21), json!(28)]);
}

#[test]
fn a_log_that_was_put_away_afterwards_does_not_say_fewer() {
    let service = Service::start();
    let me = service.someone();
    let ties = [open_tie(&me), open_tie(&me)];
    for tie in &ties {
        steps(&me, tie, "me", &(-28..0).collect::<Vec<_>>());
        steps(&me, tie, "them", &(-28..0).collect::<Vec<_>>());
    }
    let tests = ties.each_ref().map(|tie| begin(&me, tie));
    let me = later(&service, &me, 31);
    for (tie, last) in ties.iter().zip([18, 28]) {
        steps(&me, tie, "them", &(0..17).collect::<Vec<_>>());
        log(&me, tie, &json!({"actor": "me", "dimension": "appreciation"}), &(17..last).collect::<Vec<_>>());
    }
    let after = tests.each_ref().map(|test| of(&debrief(&me, test), "initiation")["after"].clone());
    assert_eq!((&after[0]["reading"], &after[0]["reason"]), (&json!("inconclusive"), &json!("gaps")));
    assert_eq!(after[1]["reading"], "fewer", "the log went on, and there was less in it");
}

#[test]
fn one_that_was_called_off_is_not_compared_and_a_short_one_is_said_to_be_short() {
    let service = Service::start();
    let me = service.someone();
    let (off, short) = (open_tie(&me), open_tie(&me));
    for tie in [&off, &short] {
        steps(&me, tie, "me", &(-28..0).step_by(2).collect::<Vec<_>>());
    }
    let mut soon = plan();
    soon["starts_on"] = json!(day(3));
    let called_off = me.post(&format!("{off}/experiments"), &soon).header("location");
    me.patch(&called_off, &json!({"stopped_on": day(0)})).expect(200);
    let ended = begin(&me, &short);
    let me = later(&service, &me, 3);
    me.patch(&ended, &json!({"stopped_on": day(2)})).expect(200);
    let me = later(&service, &me, 27);
    for tie in [&off, &short] {
        steps(&me, tie, "them", &(0..29).collect::<Vec<_>>());
    }
    let told = debrief(&me, &called_off);
    assert_eq!((&told["comparison"]["dimensions"], told["comparison"].get("after")), (&json!([]), None));
    assert_eq!(told["notes"].as_array().unwrap().len(), 1);
    assert!(has_note(&told, "never_began"));
    let told = debrief(&me, &ended);
    assert_eq!(during(&told, "reason"), "too_short");
    assert!(has_note(&told, "open") && has_note(&told, "ended_early"));
}

#[test]
fn another_test_in_the_weeks_before_is_said() {
    let service = Service::start();
    let me = service.someone();
    let tie = open_tie(&me);
    steps(&me, &tie, "me", &(-28..0).step_by(2).collect::<Vec<_>>());
    let first = begin(&me, &tie);
    let me = later(&service, &me, 14);
    assert!(!has_note(&debrief(&me, &first), "other_test"));
    let mut next = plan();
    next["starts_on"] = json!(day(20));
    let second = me.post(&format!("{tie}/experiments"), &next).header("location");
    assert!(!has_note(&debrief(&me, &first), "other_test"), "it has not begun");
    let me = later(&service, &me, 20);
    for test in [&first, &second] {
        assert!(has_note(&debrief(&me, test), "other_test"));
    }
}

#[test]
fn where_steps_after_asking_count_the_words_say_so() {
    let service = Service::start();
    let me = service.someone();
    let tie = open_tie(&me);
    steps(&me, &tie, "me", &(-28..0).step_by(2).collect::<Vec<_>>());
    steps(&me, &tie, "them", &[-23]);
    let mut all = plan();
    all["steps"] = json!({"unprompted_only": false});
    let test = me.post(&format!("{tie}/experiments"), &all).header("location");
    let me = later(&service, &me, 14);
    log(&me, &tie, &json!({"actor": "them", "dimension": "initiation", "prompted": true}), &[1, 3, 6, 8, 11]);
    let told = debrief(&me, &test);
    assert_eq!(told["comparison"]["unprompted_only"], false);
    assert_eq!(during(&told, "text"), "More steps of theirs were logged than before, those after asking among them.");
}
