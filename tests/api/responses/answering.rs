//! Answers: bit by bit, skipped, declined, closed or wrong, and the scores and the day that they come to.

use serde_json::{Value, json};

use super::{completed, dimension, responses_of, tie, values};
use crate::support::Service;

#[test]
fn a_set_is_answered_bit_by_bit_and_scored_once_it_is_completed() {
    let service = Service::start();
    let me = service.someone();
    let all = responses_of(&tie(&me));
    let made = me.post(&all, &json!({"question_set": "reciprocity-check", "answers": values(&[("energy-1", -2)])}));
    let begun = made.expect(201);
    assert_eq!((&begun["version"], &begun["status"], &begun["local_date"]), (&json!(1), &json!("in_progress"), &json!("2026-03-02")));
    let path = made.header("location");
    let resumed = me.get(&path);
    assert_eq!(resumed.expect(200), begun);
    assert_eq!(me.with("if-none-match", &resumed.header("etag")).get(&path).status, 304);
    assert!(begun.get("scores").is_none() && begun.get("completed_at").is_none());

    let more = values(&[("energy-1", -2), ("heard-1", 4), ("es-give-1", 4), ("es-give-2", 3), ("es-receive-1", 1), ("es-receive-2", 2)]);
    let saved = me.with("if-match", &resumed.header("etag")).patch_as_is(&path, &json!({"answers": more})).expect(200);
    assert_eq!((&saved["answers"], &saved["status"]), (&more, &json!("in_progress")));

    let done = me.patch(&path, &json!({"status": "completed"})).expect(200);
    assert_eq!((&done["status"], &done["completed_at"]), (&json!("completed"), &json!("2026-03-02T12:00:00Z")));
    assert_eq!(me.get(&path).expect(200), done);
    let support = dimension(&done, "emotional_support");
    assert_eq!((&support["give"]["mean"], &support["receive"]["mean"], &support["range"]), (&json!(3.5), &json!(1.5), &json!(4)));
    assert_eq!((&support["difference"], &support["pairs_answered"]), (&json!(0.5), &json!(2)));
    assert_eq!((&support["give"]["answered"], &support["give"]["asked"], &support["give"]["alpha"]), (&json!(2), &json!(2), &json!(0.67)));
    assert_eq!((&done["scores"]["felt_heard"]["mean"], &done["scores"]["energy_after"]["mean"]), (&json!(4.0), &json!(-2.0)));
    assert_eq!(done["scores"]["reliability"], "provisional");
    let (celebration, repair) = (dimension(&done, "celebration"), dimension(&done, "repair"));
    assert_eq!((&celebration["missing"], &celebration["give"]["missing"]), (&json!("too_few_answers"), &json!("too_few_answers")));
    assert_eq!((&repair["missing"], &repair["give"]["asked"]), (&json!("not_asked"), &json!(0)));
    assert!(celebration.get("difference").is_none() && celebration["give"].get("mean").is_none());
}

#[test]
fn an_item_can_be_skipped_or_declined_and_neither_counts_as_a_value() {
    let service = Service::start();
    let me = service.someone();
    let body = json!({"question_set": "after-interaction-pulse", "version": 1, "status": "completed", "answers": [
        {"item": "es-give-1", "value": 4}, {"item": "es-receive-1", "skipped": true},
        {"item": "ini-give-1", "prefer_not_to_say": true}, {"item": "ini-receive-1", "value": 0, "skipped": false}
    ]});
    let done = me.post(&responses_of(&tie(&me)), &body).expect(201);
    let counts = json!({"asked": 6, "answered": 2, "skipped": 1, "preferred_not_to_say": 1, "without_answer": 2});
    assert_eq!(done["scores"]["counts"], counts);
    assert_eq!(done["answers"][1], json!({"item": "es-receive-1", "skipped": true}));
    assert_eq!(done["answers"][2], json!({"item": "ini-give-1", "prefer_not_to_say": true}));
    assert_eq!(dimension(&done, "emotional_support")["missing"], "too_few_answers");
    assert_eq!(dimension(&done, "initiation")["receive"]["mean"], 0.0);
    assert_eq!(done["scores"]["felt_heard"]["missing"], "too_few_answers");
}

#[test]
fn means_of_different_questions_are_given_but_not_compared() {
    let service = Service::start();
    let me = service.someone();
    let answers = [("es-give-1", 4), ("es-receive-2", 1)];
    let done = me.post(&responses_of(&tie(&me)), &completed("reciprocity-check", &answers)).expect(201);
    let support = dimension(&done, "emotional_support");
    assert_eq!((&support["give"]["mean"], &support["receive"]["mean"]), (&json!(4.0), &json!(1.0)));
    assert_eq!((&support["missing"], &support["pairs_answered"]), (&json!("too_few_pairs"), &json!(0)));
    assert!(support.get("difference").is_none());
    assert!(support["give"]["alpha"].as_f64().unwrap() < 0.67, "half the questions are less reliable than all of them");
}

#[test]
fn an_item_that_the_other_answers_leave_closed_is_refused() {
    let service = Service::start();
    let me = service.someone();
    let all = responses_of(&tie(&me));
    let closed = json!({"question_set": "reciprocity-check", "answers": values(&[("rep-gate-1", 0), ("rep-give-1", 2)])});
    let problem = me.post(&all, &closed).problem(422, "validation_failed");
    assert_eq!((&problem["errors"][0]["pointer"], &problem["errors"][0]["code"]), (&json!("/answers/1/item"), &json!("item_not_asked")));
    let open = json!({"question_set": "reciprocity-check", "answers": values(&[("rep-gate-1", 1), ("rep-give-1", 2)])});
    let made = me.post(&all, &open);
    made.expect(201);
    let shut = json!({"answers": values(&[("rep-gate-1", 0), ("rep-give-1", 2)])});
    me.patch(&made.header("location"), &shut).problem(422, "validation_failed");
    assert_eq!(me.get(&made.header("location")).expect(200), made.json());
}

#[test]
fn a_wrong_body_is_pointed_at_and_nothing_is_stored() {
    let service = Service::start();
    let me = service.someone();
    let all = responses_of(&tie(&me));
    let with = |answers: Value| json!({"question_set": "after-interaction-pulse", "answers": answers});
    let many: Value = (0..41).map(|_| json!({"item": "es-give-1", "value": 1})).collect();
    for (body, pointer) in [
        (json!({}), "/question_set"),
        (json!({"question_set": "no-such-check"}), "/question_set"),
        (json!({"question_set": "after-interaction-pulse", "version": 2}), "/version"),
        (json!({"question_set": "after-interaction-pulse", "status": "scored"}), "/status"),
        (json!({"question_set": "after-interaction-pulse", "local_date": "2026-03-04"}), "/local_date"),
        (json!({"question_set": "after-interaction-pulse", "local_date": "1969-12-31"}), "/local_date"),
        (json!({"question_set": "after-interaction-pulse", "note": "x"}), ""),
        (with(json!([{"item": "es-give-1", "value": 1}, {"item": "heard-1", "value": 0}])), "/answers/1/value"),
        (with(json!([{"item": "es-give-1", "value": null}])), "/answers/0/value"),
        (with(json!([{"item": "es-give-9", "value": 1}])), "/answers/0/item"),
        (with(json!([{"item": "es-give-1", "value": 1}, {"item": "es-give-1", "value": 1}])), "/answers/1/item"),
        (with(json!([{"item": "es-give-1"}])), "/answers/0"),
        (with(json!([{"item": "es-give-1", "value": 1, "skipped": true}])), "/answers/0"),
        (with(many), "/answers"),
        (json!({"question_set": "after-interaction-pulse", "id": "ffffffff-ffff-ffff-ffff-ffffffffffff"}), "/id"),
    ] {
        let problem = me.post(&all, &body).problem(422, "validation_failed");
        assert_eq!(problem["errors"][0]["pointer"], pointer, "{body}");
    }
    assert_eq!(me.get(&all).expect(200)["data"], json!([]));
}

#[test]
fn mirrored_answers_give_the_mirrored_difference() {
    let service = Service::start();
    let me = service.someone();
    let all = responses_of(&tie(&me));
    let pairs = [("cel", 4, 1), ("app", 0, 3), ("help", 2, 2)];
    let answers = |swap: bool| -> Value {
        let side = |name: &str, side: &str, value: i32| json!({"item": format!("{name}-{side}-1"), "value": value});
        let of = |(name, give, receive): &(&str, i32, i32)| {
            let (give, receive) = if swap { (*receive, *give) } else { (*give, *receive) };
            [side(name, "give", give), side(name, "receive", receive)]
        };
        pairs.iter().flat_map(of).collect()
    };
    let scored =
        |swap| me.post(&all, &json!({"question_set": "reciprocity-check", "status": "completed", "answers": answers(swap)})).expect(201);
    let (mine, theirs) = (scored(false), scored(true));
    for name in ["celebration", "appreciation", "practical_help"] {
        let (one, other) = (dimension(&mine, name), dimension(&theirs, name));
        assert_eq!(one["difference"], json!(0.0 - other["difference"].as_f64().unwrap()));
        assert_eq!((&one["give"], &one["receive"]), (&other["receive"], &other["give"]));
    }
    assert_eq!(dimension(&mine, "celebration")["difference"], 0.75);
}

#[test]
fn a_response_belongs_to_the_day_in_the_accounts_zone_unless_the_client_says_otherwise() {
    let service = Service::start();
    service.clock.advance(chrono::TimeDelta::minutes(11 * 60 + 30));
    let me = service.someone();
    let all = responses_of(&tie(&me));
    let day = |body: Value| me.post(&all, &body).expect(201)["local_date"].as_str().unwrap().to_owned();
    assert_eq!(day(json!({"question_set": "after-interaction-pulse"})), "2026-03-03");
    assert_eq!(day(json!({"question_set": "after-interaction-pulse", "local_date": "2026-03-04"})), "2026-03-04");
    assert_eq!(day(json!({"question_set": "after-interaction-pulse", "local_date": "2025-12-24"})), "2025-12-24");
}
