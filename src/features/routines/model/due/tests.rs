//! Whose turn it is, what is due and what was kept, by the rules of `due`.

use chrono::Utc;
use uuid::Uuid;

use super::*;
use crate::features::routines::model::Adopted;
use crate::kernel::{AdoptedPracticeId, RelationshipId};

fn date(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn practice(cadence: &str, resets_on_contact: bool) -> AdoptedPractice {
    let at = "2026-03-02T12:00:00Z".parse::<DateTime<Utc>>().unwrap();
    AdoptedPractice {
        id: AdoptedPracticeId(Uuid::from_u128(1)),
        relationship: RelationshipId(Uuid::from_u128(2)),
        adopted: Adopted { practice: "daily-check-in".to_owned(), version: 1, takes_two: true, resets_on_contact },
        plan: Plan {
            turns: Turns::Alternating,
            cadence: Some(Rhythm::parse(cadence).unwrap()),
            starts_on: date("2026-03-02"),
            time_of_day: None,
            time_zone: "Europe/Berlin".parse().unwrap(),
            rests: Vec::new(),
            snoozed_until: None,
            dropped_on: None,
        },
        adopted_on: date("2026-03-02"),
        version: 1,
        created_at: at,
        updated_at: at,
    }
}

fn active() -> Situation {
    Situation { is_active: true, quiet: Vec::new() }
}

fn done(days: &[&str]) -> History {
    let counted_days: Vec<NaiveDate> = days.iter().map(|day| date(day)).collect();
    History {
        sessions: i64::try_from(days.len()).unwrap(),
        last_on: counted_days.iter().max().copied(),
        counted_days,
        ..History::default()
    }
}

/// What is due on a day, and whether its day has come.
fn due(practice: &AdoptedPractice, situation: &Situation, history: &History, today: &str) -> Wanted {
    let due = Standing::of(practice, situation, history.clone(), date(today)).due;
    due.map_or_else(nothing_due, |due| Wanted(due.on.to_string(), due.is_open))
}

/// A day that is due, and whether it has come.
#[derive(Debug, PartialEq)]
struct Wanted(String, bool);

fn nothing_due() -> Wanted {
    Wanted("never".to_owned(), false)
}

fn open(day: &str) -> Wanted {
    Wanted(day.to_owned(), true)
}

fn later(day: &str) -> Wanted {
    Wanted(day.to_owned(), false)
}

#[test]
fn a_day_is_open_until_it_is_done_and_then_the_next_is_waited_for() {
    let weekly = practice("FREQ=WEEKLY;BYDAY=SU", false);
    let nothing = History::default();
    assert_eq!(due(&weekly, &active(), &nothing, "2026-03-07"), later("2026-03-08"));
    assert_eq!(due(&weekly, &active(), &nothing, "2026-03-08"), open("2026-03-08"));
    assert_eq!(due(&weekly, &active(), &nothing, "2026-03-11"), open("2026-03-08"));
    assert_eq!(due(&weekly, &active(), &done(&["2026-03-10"]), "2026-03-11"), later("2026-03-15"));
    assert_eq!(due(&weekly, &active(), &nothing, "2026-03-16"), open("2026-03-15"), "what was left out is not called for");
}

#[test]
fn a_day_of_a_slow_rhythm_is_let_go_after_a_week() {
    let monthly = practice("FREQ=MONTHLY", false);
    assert_eq!(due(&monthly, &active(), &History::default(), "2026-03-09"), open("2026-03-02"));
    assert_eq!(due(&monthly, &active(), &History::default(), "2026-03-10"), later("2026-04-02"));
}

#[test]
fn real_contact_moves_a_plain_rhythm_and_only_covers_days_that_are_named() {
    let contact = History { last_contact: Some(date("2026-03-06")), ..History::default() };
    assert_eq!(due(&practice("FREQ=WEEKLY", true), &active(), &contact, "2026-03-09"), later("2026-03-13"));
    assert_eq!(
        due(&practice("FREQ=WEEKLY", false), &active(), &contact, "2026-03-09"),
        open("2026-03-09"),
        "not where contact is not what it is for"
    );
    let contact = History { last_contact: Some(date("2026-03-08")), ..History::default() };
    let sundays = practice("FREQ=WEEKLY;BYDAY=SU", true);
    assert_eq!(due(&sundays, &active(), &contact, "2026-03-08"), later("2026-03-15"), "the days stay");
    let before = History { last_contact: Some(date("2026-02-20")), ..History::default() };
    assert_eq!(
        due(&practice("FREQ=WEEKLY", true), &active(), &before, "2026-03-02"),
        open("2026-03-02"),
        "contact before the start is none"
    );
}

#[test]
fn nothing_is_due_while_it_rests_and_nothing_from_before_is_due_after_it() {
    let mut weekly = practice("FREQ=WEEKLY;BYDAY=SU", false);
    let nothing = History::default();
    let strained = Situation { quiet: vec![Rest { from: date("2026-03-06"), to: Some(date("2026-03-20")) }], ..active() };
    assert_eq!(due(&weekly, &strained, &nothing, "2026-03-08"), later("2026-03-22"));
    assert_eq!(due(&weekly, &strained, &nothing, "2026-03-21"), later("2026-03-22"), "the day in the rest is not made up for");
    let for_ever = Situation { quiet: vec![Rest { from: date("2026-03-06"), to: None }], ..active() };
    assert_eq!(due(&weekly, &for_ever, &nothing, "2026-03-08"), nothing_due());
    assert_eq!(due(&weekly, &Situation::default(), &nothing, "2026-03-08"), nothing_due(), "paused, archived or ended");
    weekly.plan.rests = vec![Rest { from: date("2026-03-07"), to: Some(date("2026-03-08")) }];
    assert_eq!(due(&weekly, &active(), &nothing, "2026-03-08"), later("2026-03-15"));
    weekly.plan.rests.clear();
    weekly.plan.snoozed_until = Some(date("2026-03-10"));
    assert_eq!(due(&weekly, &active(), &nothing, "2026-03-09"), later("2026-03-15"));
    assert_eq!(due(&weekly, &active(), &nothing, "2026-03-10"), open("2026-03-08"), "put off is not let go");
    weekly.plan.dropped_on = Some(date("2026-03-08"));
    assert_eq!(due(&weekly, &active(), &nothing, "2026-03-10"), nothing_due());
}

#[test]
fn what_was_put_off_for_weeks_is_open_from_the_day_that_was_said_for_a_week() {
    let mut monthly = practice("FREQ=MONTHLY", false);
    monthly.plan.snoozed_until = Some(date("2026-03-20"));
    let nothing = History::default();
    assert_eq!(due(&monthly, &active(), &nothing, "2026-03-19"), later("2026-04-02"));
    assert_eq!(due(&monthly, &active(), &nothing, "2026-03-20"), open("2026-03-02"), "put off is not let go");
    assert_eq!(due(&monthly, &active(), &nothing, "2026-03-27"), open("2026-03-02"));
    assert_eq!(due(&monthly, &active(), &nothing, "2026-03-28"), later("2026-04-02"), "let go now");
    assert_eq!(due(&monthly, &active(), &done(&["2026-03-03"]), "2026-03-20"), later("2026-04-02"), "it was done");
    let rested = Situation { quiet: vec![Rest { from: date("2026-03-05"), to: Some(date("2026-03-10")) }], ..active() };
    assert_eq!(due(&monthly, &rested, &nothing, "2026-03-20"), later("2026-04-02"), "nothing from before a rest is open after it");
    monthly.updated_at = "2026-03-14T12:00:00Z".parse().unwrap();
    assert_eq!(due(&monthly, &active(), &nothing, "2026-03-20"), later("2026-04-02"), "what was let go before it was put off stays so");
    monthly.plan.snoozed_until = Some(date("2026-03-30"));
    assert_eq!(due(&monthly, &active(), &nothing, "2026-04-03"), open("2026-04-02"), "until the next");
}

#[test]
fn a_rest_that_goes_on_for_thousands_of_years_is_looked_into_for_five() {
    let for_ever = Situation { quiet: vec![Rest { from: date("2026-03-01"), to: Some(date("9999-12-31")) }], ..active() };
    let rules = ["FREQ=DAILY", "FREQ=WEEKLY;BYDAY=SU", "FREQ=MONTHLY;BYMONTH=2;BYMONTHDAY=29", "FREQ=YEARLY", "FREQ=DAILY;COUNT=1000"];
    let looked_at = crate::features::routines::model::rhythm::steps::of(|| {
        for rule in rules.into_iter().cycle().take(100) {
            assert_eq!(due(&practice(rule, false), &for_ever, &History::default(), "2026-03-08"), nothing_due(), "{rule}");
        }
    });
    assert!(looked_at < 100 * 100, "{looked_at} days, weeks, months and years");
    // Neither do two rests that leave a day between them a thousand times over.
    let gaps = (0..50).map(|n| Rest { from: date("2026-03-01") + Days::new(30 * n), to: Some(date("2026-03-28") + Days::new(30 * n)) });
    let gaps = Situation { quiet: gaps.collect(), ..active() };
    let looked_at = crate::features::routines::model::rhythm::steps::of(|| {
        due(&practice("FREQ=MONTHLY;BYMONTH=2;BYMONTHDAY=29", false), &gaps, &History::default(), "2026-03-08");
    });
    assert!(looked_at < 200, "{looked_at}");
}

#[test]
fn contact_on_the_last_of_a_month_leaves_no_month_out() {
    let contact = History { last_contact: Some(date("2026-03-31")), ..History::default() };
    assert_eq!(due(&practice("FREQ=MONTHLY", true), &active(), &contact, "2026-04-01"), later("2026-04-30"));
}

#[test]
fn it_is_the_turn_of_whoever_did_not_begin_last() {
    let turn = |turns, last| {
        let mut one = practice("FREQ=DAILY", true);
        one.plan.turns = turns;
        Standing::of(&one, &active(), History { last_starter: last, ..History::default() }, date("2026-03-03")).turn
    };
    assert_eq!(turn(Turns::Alternating, Some(Actor::Me)), Some(Actor::Them));
    assert_eq!(turn(Turns::Alternating, Some(Actor::Them)), Some(Actor::Me));
    assert_eq!((turn(Turns::Alternating, None), turn(Turns::None, Some(Actor::Me))), (None, None));
}

fn kept(situation: &Situation, days: &[&str], today: &str) -> Option<(usize, String)> {
    let standing = Standing::of(&practice("FREQ=DAILY", false), situation, done(days), date(today));
    standing.kept.map(|kept| (kept.times, kept.since.to_string()))
}

#[test]
fn one_day_left_out_breaks_nothing_and_nothing_is_said_where_nothing_was_kept() {
    assert_eq!(kept(&active(), &["2026-03-02", "2026-03-04", "2026-03-05"], "2026-03-06"), Some((3, "2026-03-02".to_owned())));
    assert_eq!(kept(&active(), &["2026-03-02", "2026-03-05", "2026-03-06"], "2026-03-06"), Some((2, "2026-03-05".to_owned())));
    assert_eq!(kept(&active(), &[], "2026-03-06"), None);
}

#[test]
fn a_week_that_had_contact_in_its_stead_is_neither_kept_nor_left_out() {
    let weekly = practice("FREQ=WEEKLY", true);
    let met = |contact: &[&str]| {
        let contact_days: Vec<NaiveDate> = contact.iter().map(|day| date(day)).collect();
        let history = History { last_contact: contact_days.iter().max().copied(), contact_days, ..done(&["2026-03-02", "2026-03-30"]) };
        Standing::of(&weekly, &active(), history, date("2026-03-31")).kept.map(|kept| (kept.times, kept.since))
    };
    assert_eq!(met(&["2026-03-11", "2026-03-17", "2026-03-27"]), Some((2, date("2026-03-02"))), "they were in touch all along");
    assert_eq!(met(&["2026-03-11"]), Some((1, date("2026-03-30"))), "two weeks of nothing");
}

#[test]
fn what_was_done_on_a_day_of_rest_counts() {
    let quiet = Situation { quiet: vec![Rest { from: date("2026-03-03"), to: Some(date("2026-03-18")) }], ..active() };
    assert_eq!(kept(&quiet, &["2026-03-02", "2026-03-03", "2026-03-10"], "2026-03-19"), Some((3, "2026-03-02".to_owned())));
}

#[test]
fn a_quiet_fortnight_breaks_nothing() {
    let quiet = Situation { quiet: vec![Rest { from: date("2026-03-04"), to: Some(date("2026-03-18")) }], ..active() };
    let days = ["2026-03-02", "2026-03-03", "2026-03-19"];
    assert_eq!(kept(&quiet, &days, "2026-03-20"), Some((3, "2026-03-02".to_owned())));
    assert_eq!(kept(&active(), &days, "2026-03-20"), Some((1, "2026-03-19".to_owned())), "without the rest it would");
}

#[test]
fn a_time_that_a_change_of_clocks_has_twice_or_not_at_all_is_read_as_the_standard_says() {
    let at = |local: &str, zone: &str| instant(local.parse().unwrap(), zone.parse().unwrap()).unwrap().to_rfc3339();
    assert_eq!(at("2026-03-29T02:30:00", "Europe/Berlin"), "2026-03-29T03:30:00+02:00");
    assert_eq!(at("2026-10-25T02:30:00", "Europe/Berlin"), "2026-10-25T02:30:00+02:00");
    assert_eq!(at("2026-10-04T02:15:00", "Australia/Lord_Howe"), "2026-10-04T02:45:00+11:00");
}
