//! What is written is what the service itself works out. `script/calendar-check` has others read the same calendars: where
//! `RECIPROCITY_CALENDARS` names a folder, they are left there with the moments that they stand for.

use std::fs;

use chrono::{Days as Later, TimeZone};
use serde_json::json;

use super::*;
use crate::features::routines::model::{Adopted, History, Plan, Rest, Situation, Standing, Turns};
use crate::kernel::RelationshipId;

const ZONES: [&str; 8] = [
    "Europe/Berlin",
    "America/New_York",
    "Australia/Sydney",
    "Australia/Lord_Howe",
    "America/St_Johns",
    "America/Mexico_City",
    "Pacific/Apia",
    "Africa/Casablanca",
];

const RULES: [&str; 13] = [
    "FREQ=DAILY",
    "FREQ=DAILY;INTERVAL=3",
    "FREQ=DAILY;BYDAY=MO,WE,FR",
    "FREQ=DAILY;UNTIL=20211107",
    "FREQ=WEEKLY;BYDAY=SU",
    "FREQ=WEEKLY;INTERVAL=2;BYDAY=TU,SU",
    "FREQ=WEEKLY;INTERVAL=2;BYDAY=TU,SU;WKST=SU",
    "FREQ=WEEKLY;COUNT=40",
    "FREQ=MONTHLY",
    "FREQ=MONTHLY;BYMONTHDAY=1,-1",
    "FREQ=MONTHLY;BYDAY=1SU,-1FR",
    "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1",
    "FREQ=YEARLY;BYMONTH=3,10;BYDAY=-1SU",
];

/// Evenings, whole days, and the hour at which most clocks change.
const TIMES: [Option<&str>; 3] = [Some("19:30:00"), None, Some("02:30:00")];

fn date(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn adopted(rule: &str, time: Option<&str>, zone: &str, rests: bool) -> Told {
    let at = "2021-01-13T12:00:00Z".parse::<DateTime<Utc>>().unwrap();
    let rest = Rest { from: date("2021-03-20"), to: Some(date("2021-04-09")) };
    let plan = Plan {
        turns: Turns::None,
        cadence: Some(Rhythm::parse(rule).unwrap()),
        starts_on: date("2021-01-13"),
        time_of_day: time.map(|time| time.parse().unwrap()),
        time_zone: zone.parse().unwrap(),
        rests: if rests { vec![rest] } else { Vec::new() },
        snoozed_until: None,
        dropped_on: None,
    };
    let adopted = Adopted { practice: "daily-check-in".to_owned(), version: 1, takes_two: true, resets_on_contact: false };
    let practice = AdoptedPractice {
        id: AdoptedPracticeId(Uuid::from_u128(7)),
        relationship: RelationshipId(Uuid::from_u128(8)),
        adopted,
        plan,
        adopted_on: date("2021-01-13"),
        version: 1,
        created_at: at,
        updated_at: at,
    };
    let situation = Situation { is_active: true, quiet: Vec::new() };
    Told { practice, situation, history: History::default() }
}

fn written(one: &Told) -> String {
    let now = "2021-01-13T12:00:00Z".parse().unwrap();
    calendar("Time for yourself", |_| Uuid::from_u128(9), std::slice::from_ref(one), now)
}

/// What the service says is due, one after the other, done each time: days, and the moments in UTC where there is a time.
fn due(one: &Told, until: NaiveDate) -> Vec<String> {
    let (mut history, mut today, mut all) = (History::default(), one.practice.plan.starts_on.pred_opt().unwrap(), Vec::new());
    while let Some(due) = Standing::of(&one.practice, &one.situation, history.clone(), today).due.filter(|due| due.on <= until) {
        all.push(due.at.map_or_else(|| due.on.to_string(), |at| utc(at.naive_utc())));
        history.last_on = Some(due.on);
        today = due.on;
    }
    all
}

#[test]
fn what_is_written_is_what_is_due_over_three_years() {
    let until = date("2024-01-12");
    let folder = std::env::var_os("RECIPROCITY_CALENDARS");
    let mut number = 0;
    // All of them are for whoever reads them; without a reader some do.
    let (zones, times) = if folder.is_some() { (&ZONES[..], &TIMES[..]) } else { (&ZONES[..1], &TIMES[..1]) };
    for zone in zones {
        for (place, rule) in RULES.iter().enumerate() {
            for time in times {
                let one = adopted(rule, *time, zone, place % 2 == 0);
                let due = due(&one, until);
                assert!(due.len() > 2, "{rule} in {zone}");
                let plan = &one.practice.plan;
                let days = plan.cadence.as_ref().unwrap().between(plan.starts_on, plan.starts_on, until);
                let kept = days.into_iter().filter(|day| !one.practice.rests_on(&one.situation, *day)).count();
                assert_eq!(due.len(), kept, "{rule} in {zone}");
                if let Some(folder) = &folder {
                    let name = std::path::Path::new(folder).join(format!("{number:03}"));
                    // A local time that a change of clocks has twice or not at all: there, programs that go by VTIMEZONE alone differ.
                    let is_odd = |day: &NaiveDate| {
                        plan.time_of_day.is_some_and(|time| plan.time_zone.from_local_datetime(&day.and_time(time)).single().is_none())
                    };
                    let odd: Vec<String> = (plan.starts_on.iter_days().take_while(|day| *day <= until))
                        .filter(is_odd)
                        .filter_map(|day| Some(utc(instant(day.and_time(plan.time_of_day?), plan.time_zone)?.naive_utc())))
                        .collect();
                    let expected = json!({"rule": rule, "zone": zone, "from": "2021-01-01", "until": "2024-01-12", "due": due, "odd": odd});
                    fs::write(name.with_extension("ics"), written(&one)).unwrap();
                    fs::write(name.with_extension("json"), expected.to_string()).unwrap();
                }
                number += 1;
            }
        }
    }
}

#[test]
fn an_event_has_what_a_calendar_program_needs_and_no_word_of_what_it_stands_for() {
    let text = written(&adopted("FREQ=WEEKLY;BYDAY=SU;UNTIL=20211231", Some("19:30:00"), "Europe/Berlin", true));
    for line in [
        "UID:00000000-0000-0000-0000-000000000009",
        "DTSTAMP:20210113T000000Z",
        "PRODID:-//calendar//EN",
        "SUMMARY:Time for yourself",
        "DTSTART;TZID=Europe/Berlin:20210117T193000",
        "DURATION:PT15M",
        "RRULE:FREQ=WEEKLY;UNTIL=20211231T183000Z;BYDAY=SU",
        "EXDATE;TZID=Europe/Berlin:20210321T193000",
        "TZID:Europe/Berlin",
    ] {
        assert!(text.contains(&format!("\r\n{line}\r\n")), "{line} is not in {text}");
    }
    assert!(!text.contains("check") && text.lines().all(|line| line.len() <= 75), "{text}");
    let day = written(&adopted("FREQ=DAILY;UNTIL=20211231", None, "Europe/Berlin", false));
    assert!(
        day.contains("\r\nDTSTART;VALUE=DATE:20210113\r\n") && day.contains("UNTIL=20211231\r\n") && !day.contains("VTIMEZONE"),
        "{day}"
    );
}

#[test]
fn a_title_stays_a_title_whatever_is_in_it() {
    let now = "2021-01-13T12:00:00Z".parse().unwrap();
    let one = adopted("FREQ=DAILY", Some("19:30:00"), "Europe/Berlin", false);
    let text = calendar("BEGIN:VEVENT; tea, \\n for two: äöü", |_| Uuid::from_u128(9), &[one], now);
    assert!(text.contains("SUMMARY:BEGIN:VEVENT\\; tea\\, \\\\n for two: äöü\r\n"), "{text}");
    assert_eq!((text.matches("\r\nBEGIN:VEVENT\r\n").count(), text.matches("BEGIN:VTIMEZONE").count()), (1, 1));
    assert!(text.find("BEGIN:VTIMEZONE") < text.find("\r\nBEGIN:VEVENT\r\n"));
}

#[test]
fn contact_moves_a_plain_rhythm() {
    let mut one = adopted("FREQ=WEEKLY", Some("19:30:00"), "Europe/Berlin", false);
    one.practice.adopted.resets_on_contact = true;
    one.history.last_contact = Some(date("2021-01-13") + Later::new(2));
    let text = written(&one);
    assert!(text.contains("DTSTART;TZID=Europe/Berlin:20210122T193000"), "{text}");
}

#[test]
fn a_month_that_is_shorter_than_the_day_of_contact_has_its_last_day() {
    let mut one = adopted("FREQ=MONTHLY", None, "Europe/Berlin", false);
    one.practice.adopted.resets_on_contact = true;
    one.history.last_contact = Some(date("2021-01-31"));
    let text = written(&one);
    assert!(text.contains("VALUE=DATE:20210228\r\n") && text.contains("BYMONTHDAY=28,29,30,31;BYSETPOS=-1\r\n"), "{text}");
}

#[test]
fn a_calendar_tells_neither_when_something_was_changed_nor_when_it_rested() {
    let mut one = adopted("FREQ=DAILY", None, "Europe/Berlin", true);
    let later = |one: &Told| {
        calendar("Time for yourself", |_| Uuid::from_u128(9), std::slice::from_ref(one), "2021-04-12T12:00:00Z".parse().unwrap())
    };
    let before = later(&one);
    (one.practice.version, one.practice.updated_at) = (7, "2021-02-03T10:11:12Z".parse().unwrap());
    assert_eq!(later(&one), before);
    for word in ["SEQUENCE", "EXDATE", "LAST-MODIFIED", "CREATED"] {
        assert!(!before.contains(word), "{before}");
    }
    assert!(written(&one).contains("EXDATE;VALUE=DATE:20210320"), "what is to come is left out by name");
}

#[test]
fn a_rest_without_an_end_leaves_nothing_to_show() {
    let mut one = adopted("FREQ=DAILY", None, "Europe/Berlin", false);
    one.situation.quiet = vec![Rest { from: date("2021-01-01"), to: None }];
    assert!(!written(&one).contains("VEVENT"));
}

#[test]
fn two_feeds_call_the_same_event_by_ids_that_have_nothing_in_common() {
    let keys = Keys::derive(&[7; 32]).unwrap();
    let (one, other, practice) =
        (CalendarFeedId(Uuid::from_u128(1)), CalendarFeedId(Uuid::from_u128(2)), AdoptedPracticeId(Uuid::from_u128(3)));
    assert_eq!(uid(&keys, one, practice), uid(&keys, one, practice));
    assert_ne!(uid(&keys, one, practice), uid(&keys, other, practice));
}
