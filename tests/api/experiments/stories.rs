//! Always being the one who takes the next step: leaving it to the other for a while, and what came of it.

use serde_json::{Value, json};

use super::{answer, begin, day, later, log, of, open_tie, steps};
use crate::support::{Client, Service};

/// Four weeks in which nearly every first step was the logger's.
fn always_me(me: &Client, tie: &str) {
    steps(me, tie, "me", &(-28..0).step_by(2).collect::<Vec<_>>());
    steps(me, tie, "them", &[-23]);
}

fn debrief(me: &Client, test: &str) -> Value {
    me.get(&format!("{test}/debrief")).expect(200)
}

#[test]
fn somebody_who_always_takes_the_next_step_leaves_it_for_a_fortnight_and_the_other_takes_it() {
    let service = Service::start();
    let me = service.someone();
    let tie = open_tie(&me);
    always_me(&me, &tie);
    let test = begin(&me, &tie);
    let running = me.get(&test).expect(200);
    assert_eq!((&running["status"], &running["ends_on"]), (&json!("running"), &json!(day(13))));
    assert_eq!(running["steps"], json!({"actor": "them", "dimensions": ["initiation"], "unprompted_only": true}));
    me.get(&format!("{test}/debrief")).problem(404, "not_found");

    // Waiting; the other calls, and calls again. Once after having been asked: that is no step of their own.
    let me = later(&service, &me, 14);
    steps(&me, &tie, "them", &[1, 3, 6, 8, 11]);
    log(&me, &tie, &json!({"actor": "them", "dimension": "initiation", "prompted": true}), &[9]);

    let ended = me.get(&test).expect(200);
    assert_eq!((&ended["status"], ended.get("stopped_on")), (&json!("ended"), None));
    let told = debrief(&me, &test);
    let initiation = of(&told, "initiation");
    assert_eq!(initiation["steps"]["during"]["steps"], 5);
    assert_eq!(initiation["during"]["reading"], "more");
    assert!(initiation["during"]["rate"]["lower_90"].as_f64().unwrap() > 1.0);
    assert_eq!(
        (&initiation["during"]["balance_reading"], &initiation["during"]["balance_reason"]),
        (&json!("inconclusive"), &json!("by_design"))
    );
    assert!(initiation["during"]["balance_text"].as_str().unwrap().contains("on purpose"), "{initiation}");
    assert_eq!(initiation["during"]["text"], "More steps of their own were logged than before.");
    assert_eq!((&told["hypothesis"], &told["ended_on"]), (&running["hypothesis"], &json!(day(13))));

    // Words to say: thanks, made from what somebody needs who misses being called.
    let words: Vec<&Value> = told["words_to_say"].as_array().unwrap().iter().collect();
    assert_eq!(words.iter().map(|one| &one["need"]).collect::<Vec<_>>(), ["time_together", "reliability"]);
    assert!(words.iter().all(|one| one["situation"] == "thanks"));
    assert_eq!(told["resources"], "/v1/safety/resources");
    assert!(told["notes"].as_array().unwrap().iter().any(|note| note["code"] == "one_observation"));

    // Noted, and put away.
    me.patch(&test, &json!({"end_note": "It was good to be called."})).expect(200);
    assert_eq!(me.get(&test).expect(200)["end_note"], "It was good to be called.");
}

fn codes(told: &Value) -> Vec<&str> {
    told["notes"].as_array().unwrap().iter().map(|note| note["code"].as_str().unwrap()).collect()
}

#[test]
fn nothing_comes_and_that_is_inconclusive_and_no_proof() {
    let service = Service::start();
    let me = service.someone();
    let tie = open_tie(&me);
    steps(&me, &tie, "me", &(-28..0).step_by(2).collect::<Vec<_>>());
    steps(&me, &tie, "them", &(-27..0).step_by(3).collect::<Vec<_>>());
    let test = begin(&me, &tie);
    let me = later(&service, &me, 14);
    // The log goes on; of the other there is nothing in it.
    log(&me, &tie, &json!({"actor": "me", "dimension": "appreciation"}), &[2, 5, 7, 10]);
    let told = debrief(&me, &test);
    let during = &of(&told, "initiation")["during"];
    assert_eq!((&during["reading"], &during["reason"]), (&json!("inconclusive"), &json!("no_steps")));
    assert_eq!((&during["balance_reading"], &during["balance_reason"]), (&json!("inconclusive"), &json!("by_design")));
    assert!(during["text"].as_str().unwrap().contains("proves nothing"));
    assert!(told["notes"].as_array().unwrap().iter().any(|note| note["code"] == "silence"));
    assert!(told["words_to_say"].as_array().unwrap().iter().all(|one| one["situation"] == "start"), "to begin a talk");
}

#[test]
fn a_log_that_was_not_kept_tells_nothing_and_neither_does_a_hard_time() {
    let service = Service::start();
    let me = service.someone();
    let reason = |me: &Client, test: &str| of(&debrief(me, test), "initiation")["during"]["reason"].clone();
    let (silent, strained) = (open_tie(&me), open_tie(&me));
    for tie in [&silent, &strained] {
        always_me(&me, tie);
    }
    let tests = [begin(&me, &silent), begin(&me, &strained)];
    let me = later(&service, &me, 14);
    steps(&me, &strained, "them", &[1, 3, 6, 8, 11]);
    assert_eq!(reason(&me, &tests[0]), "no_entries");
    // Exams in the second week and before: said afterwards, and heeded.
    me.patch(&strained, &json!({"contexts": [{"kind": "exams", "from": day(-3), "to": day(9)}]})).expect(200);
    assert_eq!(reason(&me, &tests[1]), "known_strain");
    assert_eq!(
        (codes(&debrief(&me, &tests[0])), codes(&debrief(&me, &tests[1]))),
        (vec!["one_observation", "silence"], vec!["one_observation", "open"])
    );
}

#[test]
fn the_fair_twin_who_always_shared_the_first_steps_shows_no_change() {
    let service = Service::start();
    let me = service.someone();
    let tie = open_tie(&me);
    steps(&me, &tie, "me", &(-28..0).step_by(4).collect::<Vec<_>>());
    steps(&me, &tie, "them", &(-26..0).step_by(4).collect::<Vec<_>>());
    let test = begin(&me, &tie);
    let me = later(&service, &me, 14);
    steps(&me, &tie, "them", &[1, 6, 10]);
    let told = debrief(&me, &test);
    let during = &of(&told, "initiation")["during"];
    assert_eq!(during["reading"], "no_clear_change");
    // The share moved, because the logger waited. That is no change of the other, and not told as one.
    assert_eq!((&during["balance_reading"], &during["balance_reason"]), (&json!("inconclusive"), &json!("by_design")));
    assert_eq!(codes(&told), ["one_observation"]);
}

#[test]
fn what_comes_afterwards_is_looked_at_when_it_has_come() {
    let service = Service::start();
    let me = service.someone();
    let tie = open_tie(&me);
    always_me(&me, &tie);
    let test = begin(&me, &tie);
    let me = later(&service, &me, 14);
    steps(&me, &tie, "them", &[1, 3, 6, 8, 11]);
    assert_eq!(of(&debrief(&me, &test), "initiation")["after"]["reason"], "not_yet");
    let me = later(&service, &me, 15);
    steps(&me, &tie, "them", &[15, 18, 20, 24]);
    steps(&me, &tie, "me", &[16, 22]);
    let told = debrief(&me, &test);
    let initiation = of(&told, "initiation");
    assert_eq!((&initiation["after"]["reading"], &initiation["after"]["balance_reading"]), (&json!("more"), &json!("towards_them")));
    assert_eq!(initiation["after"]["balance_text"], "A larger share of this was theirs than before.");
    assert_eq!(initiation["steps"]["after"]["steps"], 4);
}

#[test]
fn it_is_told_in_the_readers_language() {
    let service = Service::start();
    let me = service.someone();
    let tie = open_tie(&me);
    always_me(&me, &tie);
    let test = begin(&me, &tie);
    let me = later(&service, &me, 14);
    let mut said = std::collections::BTreeSet::new();
    for language in ["en", "de", "es", "fr", "pt-BR"] {
        let read = me.with("accept-language", language).get(&format!("{test}/debrief"));
        let told = read.expect(200);
        assert_eq!((read.header("content-language"), &told["language"]), (language.to_owned(), &json!(language)));
        let texts = [&of(&told, "initiation")["during"]["text"], &told["notes"][0]["text"], &told["words_to_say"][0]["text"]];
        assert!(texts.iter().all(|text| text.as_str().is_some_and(|text| !text.is_empty())), "{told}");
        said.extend(texts.map(ToString::to_string));
        let same = me.with("accept-language", language).with("if-none-match", &read.header("etag")).get(&format!("{test}/debrief"));
        assert_eq!(same.status, 304);
    }
    assert_eq!(said.len(), 15, "each says it in its own words: {said:?}");
}

#[test]
fn a_safety_answer_that_rules_it_out_ends_it_quietly_and_nothing_tells_why() {
    let service = Service::start();
    let me = service.someone();
    // Three ties, three tests. One ends by an answer, one by what the tie is, one by hand.
    let ties: Vec<String> = (0..3).map(|_| open_tie(&me)).collect();
    let tests: Vec<String> = ties.iter().map(|tie| begin(&me, tie)).collect();
    for tie in &ties {
        always_me(&me, tie);
    }
    let me = later(&service, &me, 5);
    answer(&me, &ties[0], &[("afraid", "yes")]);
    me.patch(&ties[1], &json!({"contexts": [{"kind": "illness", "from": day(4)}]})).expect(200);
    me.patch(&tests[2], &json!({"stopped_on": day(5)})).expect(200);
    let shown = |path: &str| {
        let mut read = me.get(path).expect(200);
        for own in ["id", "relationship_id", "experiment_id"] {
            read.as_object_mut().unwrap().remove(own);
        }
        read
    };
    assert_eq!(shown(&tests[0])["status"], "ended");
    assert_eq!(shown(&tests[0])["stopped_on"], json!(day(5)));
    assert_eq!((shown(&tests[0]), shown(&tests[1])), (shown(&tests[2]), shown(&tests[2])));
    let tags: Vec<String> = tests.iter().map(|test| me.get(test).header("etag")).collect();
    assert!(tags.iter().all(|tag| *tag == tags[0]), "{tags:?}");
    // What came of it is told alike, and without words to say: after an end before its time there are none.
    let told: Vec<Value> = [&tests[0], &tests[2]].map(|test| shown(&format!("{test}/debrief"))).to_vec();
    assert_eq!(told[0], told[1]);
    assert_eq!(told[0]["words_to_say"], json!([]));
    // It does not come back when the answers are changed back, or erased.
    answer(&me, &ties[0], super::SAFE);
    assert_eq!(shown(&tests[0])["status"], "ended");
    assert_eq!(me.delete(&format!("{}/safety", ties[0])).status, 204);
    assert_eq!(shown(&tests[0])["stopped_on"], json!(day(5)));
}

#[test]
fn words_to_say_begin_with_what_the_person_had_asked_for_and_not_got() {
    let service = Service::start();
    let me = service.someone();
    let tie = open_tie(&me);
    let need = |of: &str, topic: &str, status: &str, on: i64| {
        me.post(&format!("{tie}/needs"), &json!({"of": of, "topic": topic, "status": status, "local_date": day(on)})).expect(201)
    };
    need("me", "help", "unmet", -9);
    let space = need("me", "space", "open", -3);
    need("me", "appreciation", "met", -2);
    need("them", "sharing_good_news", "open", -1);
    let test = begin(&me, &tie);
    let me = later(&service, &me, 14);
    let asked = |me: &Client| {
        let told = debrief(me, &test);
        told["words_to_say"].as_array().unwrap().iter().map(|one| one["need"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(asked(&me), ["space", "help", "time_together"], "the latest first, then what is behind the test; nothing of theirs");
    me.patch(&format!("/v1/needs/{}", space["id"].as_str().unwrap()), &json!({"status": "met"})).expect(200);
    assert_eq!(asked(&me), ["help", "time_together", "reliability"]);
}

#[test]
fn words_to_say_go_where_no_test_could_be_begun_any_more() {
    let service = Service::start();
    let me = service.someone();
    let ties = [open_tie(&me), open_tie(&me)];
    let tests = ties.each_ref().map(|tie| begin(&me, tie));
    let me = later(&service, &me, 14);
    let words = |test: &str| debrief(&me, test)["words_to_say"].clone();
    assert!(tests.iter().all(|test| words(test) != json!([])));
    answer(&me, &ties[0], &[("threats", "yes")]);
    me.patch(&ties[1], &json!({"status": "paused"})).expect(200);
    assert!(tests.iter().all(|test| words(test) == json!([])));
    assert!(tests.iter().all(|test| me.get(test).expect(200).get("stopped_on").is_none()), "it ended by the calendar");
}
