//! Practices lived through from beginning to end: adopted, prompted, done by turns, resting, resumed, in the calendar, dropped.

use serde_json::json;

use super::{adopt, calendar, days_later, done, due, feels_safe, no_word_of_failure, prompted, prompts, standing, tie};
use crate::support::Service;

#[test]
fn a_daily_check_in_is_done_by_turns_and_rests_through_a_hard_fortnight_without_a_word() {
    let service = Service::start();
    let me = service.someone();
    let tie = tie(&me, "Sam", "partner");
    let check_in = adopt(&me, &tie, "daily-check-in", &json!({"time_of_day": "19:30"}));
    let feed = calendar(&service, &me);
    assert!(feed.read().contains("DTSTART;TZID=Europe/Berlin:20260302T193000"), "{}", feed.read());

    // Monday: it is asked for, and done together with the phones away.
    let today = prompted(&me);
    assert_eq!(
        (&today["practice"], &today["due_at"], today.get("turn")),
        (&json!("daily-check-in"), &json!("2026-03-02T19:30:00+01:00"), None)
    );
    let told =
        json!({"started_by": "me", "took_part": "both", "screen_free": true, "felt": 2, "challenge": "the move", "win": "a good talk"});
    me.post(today["done"].as_str().unwrap(), &told).expect(201);
    assert!(prompts(&me).is_empty(), "it is done for today");

    // Tuesday: theirs to begin. Wednesday goes by. On Thursday nobody hears of it.
    let me = days_later(&service, &me, 1);
    assert_eq!(prompted(&me)["turn"], "them");
    done(&me, &check_in, "them", "both");
    let me = days_later(&service, &me, 2);
    assert_eq!(due(&me, &check_in), (true, "2026-03-05".to_owned()), "today's, and not yesterday's");
    let after = done(&me, &check_in, "me", "both");
    assert_eq!((&after["kept"], &after["started"]), (&json!({"times": 3, "since": "2026-03-02"}), &json!({"me": 2, "them": 1})));
    no_word_of_failure(&after);

    // A hard fortnight: nothing is asked for, and the calendar leaves it out.
    let strain = json!([{"kind": "illness", "from": "2026-03-06", "to": "2026-03-19"}]);
    me.patch(&tie, &json!({ "contexts": strain })).expect(200);
    let me = days_later(&service, &me, 5);
    let resting = standing(&me, &check_in);
    assert_eq!(
        (&resting["is_resting"], &resting["due"]),
        (&json!(true), &json!({"is_open": false, "on": "2026-03-20", "at": "2026-03-20T19:30:00+01:00"}))
    );
    assert!(prompts(&me).is_empty() && feed.read().contains("EXDATE;TZID=Europe/Berlin:20260310T193000"), "{}", feed.read());

    // It is taken up where it was left: what was kept is kept.
    let me = days_later(&service, &me, 10);
    assert_eq!((prompted(&me)["turn"].clone(), &standing(&me, &check_in)["kept"]["times"]), (json!("them"), &json!(3)));
    assert_eq!(done(&me, &check_in, "them", "both")["kept"], json!({"times": 4, "since": "2026-03-02"}));

    // Dropped: no prompt, nothing in the calendar, and what was noted stays.
    me.patch(&check_in, &json!({"dropped_on": "2026-03-20"})).expect(200);
    let me = days_later(&service, &me, 1);
    assert!(prompts(&me).is_empty() && !feed.read().contains("VEVENT"));
    assert_eq!(me.get(&format!("{check_in}/sessions")).expect(200)["data"].as_array().unwrap().len(), 4);
}

#[test]
fn feedback_on_date_night_waits_for_contact_that_came_by_itself() {
    let service = Service::start();
    let me = service.someone();
    let tie = tie(&me, "K.", "dating");
    let feedback = adopt(&me, &tie, "date-night-feedback", &json!({}));
    done(&me, &feedback, "them", "both");
    assert_eq!(due(&me, &feedback), (false, "2026-03-16".to_owned()), "every other week");
    // They called, and the week after they met: a rhythm about being in touch counts from there.
    let me = days_later(&service, &me, 7);
    me.post(&format!("{tie}/interactions"), &json!({"actor": "both", "dimension": "celebration"})).expect(201);
    assert_eq!(due(&me, &feedback), (false, "2026-03-23".to_owned()));
    // What only the logger did is no contact.
    let me = days_later(&service, &me, 1);
    me.post(&format!("{tie}/interactions"), &json!({"actor": "me", "dimension": "initiation"})).expect(201);
    assert_eq!(due(&me, &feedback), (false, "2026-03-23".to_owned()));
    let me = days_later(&service, &me, 13);
    assert_eq!(prompted(&me)["practice"], "date-night-feedback");
}

#[test]
fn gratitude_has_no_rhythm_unless_one_is_wanted_and_is_the_gentlest_thing_to_do() {
    let service = Service::start();
    let me = service.someone();
    let tie = tie(&me, "Sam", "friend");
    let gratitude = adopt(&me, &tie, "specific-gratitude", &json!({}));
    assert_eq!((standing(&me, &gratitude).get("due"), prompts(&me)), (None, Vec::<String>::new()), "a thank-you comes when it comes");
    done(&me, &gratitude, "me", "both");
    me.patch(&gratitude, &json!({"cadence": "FREQ=WEEKLY;BYDAY=MO", "starts_on": "2026-03-02"})).expect(200);
    let me = days_later(&service, &me, 7);
    adopt(&me, &tie, "daily-check-in", &json!({}));
    assert_eq!(prompts(&me), ["specific-gratitude", "daily-check-in"], "three minutes before ten");
    assert_eq!(done(&me, &gratitude, "them", "both")["started"], json!({"me": 1, "them": 1}));
}

#[test]
fn a_monthly_talk_keeps_its_day_whatever_happens_between_and_is_let_go_after_a_week() {
    let service = Service::start();
    let me = service.someone();
    let tie = tie(&me, "Sam", "partner");
    feels_safe(&me, &tie);
    let talk = adopt(&me, &tie, "monthly-talk", &json!({"cadence": "FREQ=MONTHLY;BYDAY=1SU", "time_of_day": "17:00"}));
    assert_eq!(due(&me, &talk), (false, "2026-04-05".to_owned()));
    let me = days_later(&service, &me, 34);
    me.post(&format!("{tie}/interactions"), &json!({"actor": "both", "dimension": "repair"})).expect(201);
    assert_eq!(due(&me, &talk), (true, "2026-04-05".to_owned()), "a good day does not take the place of the talk");
    // Not today: put off, and asked again on the day that was said.
    let prompt = prompted(&me);
    me.patch(prompt["snooze"].as_str().unwrap(), &json!({"snoozed_until": "2026-04-08"})).expect(200);
    assert!(prompts(&me).is_empty());
    let me = days_later(&service, &me, 3);
    assert_eq!(prompts(&me), ["monthly-talk"]);
    let me = days_later(&service, &me, 8);
    assert_eq!(due(&me, &talk), (false, "2026-05-03".to_owned()), "let go, a week after the day that was said");
    no_word_of_failure(&standing(&me, &talk));
}

#[test]
fn taking_turns_is_computed_from_what_was_noted_and_follows_what_is_corrected() {
    let service = Service::start();
    let me = service.someone();
    let turns = adopt(&me, &tie(&me, "Sam", "friend"), "taking-turns", &json!({}));
    assert_eq!(done(&me, &turns, "me", "both")["turn"], "them");
    // What was noted later counts as later, on the same day too.
    service.clock.advance(chrono::TimeDelta::minutes(1));
    assert_eq!(done(&me, &turns, "both", "both")["turn"], "them", "both at once leave the turn as it was");
    service.clock.advance(chrono::TimeDelta::minutes(1));
    let last = me.post(&format!("{turns}/sessions"), &json!({"started_by": "them", "took_part": "me"}));
    assert_eq!(standing(&me, &turns)["turn"], "me");
    me.patch(&last.header("location"), &json!({"started_by": "me", "took_part": "both"})).expect(200);
    assert_eq!(standing(&me, &turns)["turn"], "them");
    assert_eq!(me.delete(&last.header("location")).status, 204);
    let stands = standing(&me, &turns);
    assert_eq!((&stands["turn"], &stands["sessions"], &stands["together"]), (&json!("them"), &json!(2), &json!(2)));
}

#[test]
fn asking_about_needs_counts_when_both_take_part_and_a_pause_of_ones_own_rests_it() {
    let service = Service::start();
    let me = service.someone();
    let tie = tie(&me, "K.", "family");
    let asking = adopt(&me, &tie, "ask-about-needs", &json!({"cadence": "FREQ=WEEKLY;BYDAY=MO"}));
    let alone = done(&me, &asking, "me", "me");
    assert_eq!(
        (&alone["together"], alone.get("kept"), &alone["due"]["is_open"]),
        (&json!(0), None, &json!(false)),
        "done, and not together"
    );
    let me = days_later(&service, &me, 7);
    assert_eq!(done(&me, &asking, "me", "both")["kept"]["times"], 1);
    me.patch(&asking, &json!({"paused_until": "2026-03-30"})).expect(200);
    let me = days_later(&service, &me, 7);
    assert_eq!((prompts(&me).len(), due(&me, &asking)), (0, (false, "2026-03-30".to_owned())));
    let me = days_later(&service, &me, 14);
    assert_eq!(prompts(&me), ["ask-about-needs"]);
    assert_eq!(done(&me, &asking, "them", "both")["kept"], json!({"times": 2, "since": "2026-03-09"}), "the pause broke nothing");
    // The relationship itself rests, and everything with it.
    me.patch(&tie, &json!({"status": "paused"})).expect(200);
    let me = days_later(&service, &me, 21);
    assert_eq!((prompts(&me).len(), standing(&me, &asking).get("due")), (0, None));
    me.patch(&tie, &json!({"status": "active"})).expect(200);
    let me = days_later(&service, &me, 7);
    assert_eq!(done(&me, &asking, "me", "both")["kept"], json!({"times": 3, "since": "2026-03-09"}), "neither did that");
}
