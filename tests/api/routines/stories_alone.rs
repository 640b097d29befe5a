//! Practices lived through that one begins alone or in one's own time, those that stand beside a need or a repair, and the talk that is held;
//! and that no practice of the catalogue is without a story.

use serde_json::{Value, json};

use super::{adopt, days_later, done, due, feels_safe, no_word_of_failure, prompted, prompts, standing, tie};
use crate::support::{Client, Service};

/// Where each practice of the catalogue is lived through.
const STORIES: [(&str, &str); 12] = [
    ("ask-about-needs", include_str!("stories.rs")),
    ("boundaries", include_str!("stories_alone.rs")),
    ("daily-check-in", include_str!("stories.rs")),
    ("date-night-feedback", include_str!("stories.rs")),
    ("good-news-response", include_str!("stories_alone.rs")),
    ("invest-where-it-returns", include_str!("stories_alone.rs")),
    ("monthly-talk", include_str!("stories_alone.rs")),
    ("repair-first-step", include_str!("stories_alone.rs")),
    ("speaking-up", include_str!("stories_alone.rs")),
    ("specific-gratitude", include_str!("stories.rs")),
    ("step-back-test", include_str!("../experiments/stories.rs")),
    ("taking-turns", include_str!("stories.rs")),
];

#[test]
fn every_practice_of_the_catalogue_has_a_story() {
    let listed = Service::start().stranger().get("/v1/practices").expect(200);
    let mut slugs: Vec<&str> = listed["data"].as_array().unwrap().iter().map(|one| one["slug"].as_str().unwrap()).collect();
    slugs.sort_unstable();
    assert_eq!(slugs, STORIES.map(|(slug, _)| slug));
    for (slug, story) in STORIES {
        // In its story, where it is adopted or begun, and here.
        let own = usize::from(story.contains("fn every_practice_of_the_catalogue_has_a_story"));
        let told = story.matches(&format!("\"{slug}\"")).count();
        assert!(slug == "step-back-test" || told > own, "{slug}");
    }
}

fn drop_it(me: &Client, practice: &str, on: &str) {
    me.patch(practice, &json!({ "dropped_on": on })).expect(200);
    let stands = standing(me, practice);
    assert_eq!((stands.get("due"), prompts(me)), (None, Vec::new()), "nothing is asked for any more");
    no_word_of_failure(&stands);
    assert!(!me.get(&format!("{practice}/sessions")).expect(200)["data"].as_array().unwrap().is_empty(), "what was noted stays");
}

fn note(me: &Client, path: &str, body: &Value) -> String {
    let made = me.post(path, body);
    made.expect(201);
    made.header("location")
}

#[test]
fn boundaries_are_drawn_by_oneself_and_count_without_the_other() {
    let service = Service::start();
    let me = service.someone();
    let tie = tie(&me, "Mara", "family");
    feels_safe(&me, &tie);
    let boundaries = adopt(&me, &tie, "boundaries", &json!({}));
    assert_eq!((standing(&me, &boundaries).get("due"), prompts(&me)), (None, Vec::new()), "it has no rhythm unless one is wanted");
    let first = done(&me, &boundaries, "me", "me");
    assert_eq!((&first["sessions"], &first["together"], first.get("turn")), (&json!(1), &json!(0), None));
    me.patch(&boundaries, &json!({"cadence": "FREQ=WEEKLY;BYDAY=MO"})).expect(200);
    let me = days_later(&service, &me, 7);
    let prompt = prompted(&me);
    assert_eq!((&prompt["practice"], prompt.get("turn")), (&json!("boundaries"), None));
    assert_eq!(done(&me, &boundaries, "me", "me")["kept"], json!({"times": 2, "since": "2026-03-02"}));
    // A lived boundary may be a hard thing with fear about: then nothing of it is put before anybody.
    me.put(&format!("{tie}/safety"), &json!({"answers": [{"item": "afraid", "answer": "yes"}]})).expect(200);
    let me = days_later(&service, &me, 7);
    assert!(prompts(&me).is_empty() && standing(&me, &boundaries).get("due").is_none());
    drop_it(&me, &boundaries, "2026-03-16");
}

#[test]
fn speaking_up_about_a_need_that_is_noted_and_met_in_the_end() {
    let service = Service::start();
    let me = service.someone();
    let tie = tie(&me, "Sam", "partner");
    let need = note(&me, &format!("{tie}/needs"), &json!({"of": "me", "what": "an hour alone on Saturdays"}));
    let speaking = adopt(&me, &tie, "speaking-up", &json!({"cadence": "FREQ=WEEKLY;BYDAY=SA"}));
    let me = days_later(&service, &me, 5);
    assert!(prompts(&me).is_empty(), "where it is not known to be safe, nobody is told to speak up");
    feels_safe(&me, &tie);
    assert_eq!(prompted(&me)["practice"], "speaking-up");
    // Said alone, in words on paper: done for that day, and not yet together.
    let alone = done(&me, &speaking, "me", "me");
    assert_eq!((&alone["together"], alone.get("kept"), &alone["due"]["is_open"]), (&json!(0), None, &json!(false)));
    let me = days_later(&service, &me, 7);
    assert_eq!(prompted(&me)["turn"], "them");
    let after = done(&me, &speaking, "me", "both");
    assert_eq!((&after["kept"]["times"], &after["turn"], &after["started"]), (&json!(1), &json!("them"), &json!({"me": 2, "them": 0})));
    let met = me.patch(&need, &json!({"status": "met"})).expect(200);
    assert_eq!((&met["met_by"], &met["settled_on"]), (&json!("them"), &json!("2026-03-14")));
    assert_eq!(standing(&me, &speaking)["started"], json!({"me": 2, "them": 0}), "a need that is met is no session");
    drop_it(&me, &speaking, "2026-03-14");
}

#[test]
fn good_news_are_answered_when_they_come_and_count_where_both_took_part() {
    let service = Service::start();
    let me = service.someone();
    let tie = tie(&me, "K.", "dating");
    let good_news = adopt(&me, &tie, "good-news-response", &json!({}));
    let me = days_later(&service, &me, 3);
    assert!(prompts(&me).is_empty(), "nobody waits for good news by the calendar");
    note(&me, &format!("{tie}/interactions"), &json!({"actor": "them", "dimension": "celebration"}));
    let told = json!({"started_by": "them", "took_part": "both", "felt": 3, "win": "she got the place"});
    note(&me, &format!("{good_news}/sessions"), &told);
    let stands = standing(&me, &good_news);
    assert_eq!((&stands["turn"], &stands["together"], &stands["last_on"]), (&json!("me"), &json!(1), &json!("2026-03-05")));
    let me = days_later(&service, &me, 1);
    assert_eq!(done(&me, &good_news, "me", "both")["turn"], "them");
    drop_it(&me, &good_news, "2026-03-06");
}

#[test]
fn the_first_step_after_a_quarrel_stands_beside_the_repair_that_it_was() {
    let service = Service::start();
    let me = service.someone();
    let tie = tie(&me, "Sam", "friend");
    let first_step = adopt(&me, &tie, "repair-first-step", &json!({}));
    let me = days_later(&service, &me, 2);
    let repair = note(&me, &format!("{tie}/repairs"), &json!({"local_date": "2026-03-03"}));
    let moved = me.patch(&repair, &json!({"moved_first": "me"})).expect(200);
    assert_eq!((&moved["status"], &moved["days_to_first_move"]), (&json!("moved"), &json!(1)));
    assert_eq!(standing(&me, &first_step)["sessions"], 0, "a move that is noted as a repair is no session");
    let after = done(&me, &first_step, "me", "both");
    assert_eq!((&after["sessions"], &after["turn"], after.get("due")), (&json!(1), &json!("them"), None));
    let over = me.patch(&repair, &json!({"repaired_on": "2026-03-04"})).expect(200);
    assert_eq!(over["status"], "repaired");
    // The next time it is they who move first.
    let me = days_later(&service, &me, 10);
    note(&me, &format!("{tie}/repairs"), &json!({"moved_first": "them"}));
    assert_eq!(done(&me, &first_step, "them", "both")["started"], json!({"me": 1, "them": 1}));
    drop_it(&me, &first_step, "2026-03-14");
}

#[test]
fn investing_where_it_returns_is_ones_own_and_is_asked_for_once_a_month() {
    let service = Service::start();
    let me = service.someone();
    let tie = tie(&me, "Ana", "friend");
    feels_safe(&me, &tie);
    let invest = adopt(&me, &tie, "invest-where-it-returns", &json!({"cadence": "FREQ=MONTHLY;BYMONTHDAY=-1"}));
    assert_eq!(due(&me, &invest), (false, "2026-03-31".to_owned()));
    let me = days_later(&service, &me, 29);
    let prompt = prompted(&me);
    assert_eq!((&prompt["practice"], &prompt["due_on"]), (&json!("invest-where-it-returns"), &json!("2026-03-31")));
    // What they did meanwhile is good, and is not what this is about.
    note(&me, &format!("{tie}/interactions"), &json!({"actor": "them", "dimension": "initiation"}));
    assert!(due(&me, &invest).0);
    let after = done(&me, &invest, "me", "me");
    assert_eq!((&after["kept"]["times"], &after["due"]["on"]), (&json!(1), &json!("2026-04-30")));
    let me = days_later(&service, &me, 30);
    assert_eq!(done(&me, &invest, "me", "me")["kept"], json!({"times": 2, "since": "2026-03-31"}));
    // Somebody to care for is no matter of returns.
    me.patch(&tie, &json!({"expected_balance": 0.8})).expect(200);
    let me = days_later(&service, &me, 31);
    assert!(prompts(&me).is_empty());
    drop_it(&me, &invest, "2026-05-31");
}

#[test]
fn a_monthly_talk_is_held_twice_put_off_once_and_ended() {
    let service = Service::start();
    let me = service.someone();
    let tie = tie(&me, "Sam", "partner");
    feels_safe(&me, &tie);
    let talk = adopt(&me, &tie, "monthly-talk", &json!({"cadence": "FREQ=MONTHLY;BYDAY=1SU", "time_of_day": "17:00"}));
    let me = days_later(&service, &me, 34);
    let prompt = prompted(&me);
    assert_eq!((&prompt["practice"], &prompt["due_at"]), (&json!("monthly-talk"), &json!("2026-04-05T17:00:00+02:00")));
    let told =
        json!({"started_by": "me", "took_part": "both", "screen_free": true, "felt": 1, "challenge": "money", "win": "we have a plan"});
    note(&me, prompt["done"].as_str().unwrap(), &told);
    let held = standing(&me, &talk);
    assert_eq!((&held["kept"]["times"], &held["due"]["on"], &held["turn"]), (&json!(1), &json!("2026-05-03"), &json!("them")));
    // In May they are away: it is put off by more than a week, and asked for on the day that was said.
    let me = days_later(&service, &me, 28);
    me.patch(&talk, &json!({"snoozed_until": "2026-05-16"})).expect(200);
    let me = days_later(&service, &me, 12);
    assert!(prompts(&me).is_empty());
    let me = days_later(&service, &me, 1);
    assert_eq!((&prompted(&me)["due_on"], &prompted(&me)["turn"]), (&json!("2026-05-03"), &json!("them")));
    assert_eq!(done(&me, &talk, "them", "both")["kept"], json!({"times": 2, "since": "2026-04-05"}));
    drop_it(&me, &talk, "2026-05-16");
}

#[test]
fn what_the_other_did_is_contact_too_where_it_was_noted_as_a_plan_a_need_or_a_repair() {
    let service = Service::start();
    let me = service.someone();
    let tie = tie(&me, "K.", "dating");
    let feedback = adopt(&me, &tie, "date-night-feedback", &json!({}));
    let me = days_later(&service, &me, 1);
    assert_eq!(due(&me, &feedback), (true, "2026-03-02".to_owned()));
    let needed = note(&me, &format!("{tie}/needs"), &json!({"of": "me"}));
    note(&me, &format!("{tie}/repairs"), &json!({"moved_first": "me"}));
    note(&me, &format!("{tie}/promises"), &json!({"by": "them", "what": "to call"}));
    assert!(due(&me, &feedback).0, "what is open, and what the logger did, is no contact");
    me.patch(&needed, &json!({"status": "met"})).expect(200);
    assert_eq!(due(&me, &feedback), (false, "2026-03-17".to_owned()), "a need that they met");
    let me = days_later(&service, &me, 2);
    note(&me, &format!("{tie}/repairs"), &json!({"moved_first": "them"}));
    assert_eq!(due(&me, &feedback), (false, "2026-03-19".to_owned()), "a repair in which they moved first");
    let me = days_later(&service, &me, 2);
    let plan = json!({"proposed_by": "me", "status": "scheduled", "scheduled_for": "2026-04-01", "scheduled_by": "them"});
    note(&me, &format!("{tie}/plans"), &plan);
    assert_eq!(due(&me, &feedback), (false, "2026-03-21".to_owned()), "a plan that they set a date for");
}

#[test]
fn a_relationship_that_is_taken_up_in_the_evening_rests_no_more_on_that_day() {
    let service = Service::start();
    // 12:00 UTC on Monday is the small hours of Tuesday on Kiritimati.
    let me = service.someone();
    me.patch("/v1/account", &json!({"time_zone": "Pacific/Kiritimati"})).expect(200);
    let tie = tie(&me, "Sam", "partner");
    let check_in = adopt(&me, &tie, "daily-check-in", &json!({"starts_on": "2026-03-03"}));
    me.patch(&tie, &json!({"status": "paused"})).expect(200);
    assert!(prompts(&me).is_empty());
    me.patch(&tie, &json!({"status": "active"})).expect(200);
    assert_eq!(prompts(&me), ["daily-check-in"], "on the same day nothing rested");
    me.patch(&tie, &json!({"status": "paused"})).expect(200);
    let me = days_later(&service, &me, 3);
    me.patch(&tie, &json!({"status": "active"})).expect(200);
    assert_eq!(due(&me, &check_in), (true, "2026-03-06".to_owned()), "today, where they are");
}
