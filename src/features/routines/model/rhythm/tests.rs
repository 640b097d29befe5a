//! Rhythms against hand-made lists of days, and what is refused.

use super::*;

fn date(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn days(rule: &str, start: &str, from: &str, to: &str) -> Vec<String> {
    let days = Rhythm::parse(rule).unwrap().between(date(start), date(from), date(to));
    days.iter().map(ToString::to_string).collect()
}

#[test]
fn a_rule_reads_back_in_one_order() {
    for rule in [
        "FREQ=DAILY",
        "FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,TH;WKST=SU",
        "FREQ=MONTHLY;COUNT=12;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1",
        "FREQ=MONTHLY;BYDAY=1MO,-1FR",
        "FREQ=MONTHLY;UNTIL=20271231;BYMONTHDAY=1,-1",
        "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=14",
    ] {
        assert_eq!(Rhythm::parse(rule).unwrap().to_string(), rule);
    }
    assert_eq!(Rhythm::parse("FREQ=WEEKLY;BYDAY=SU;INTERVAL=1").unwrap().to_string(), "FREQ=WEEKLY;BYDAY=SU");
}

#[test]
fn what_is_too_often_too_long_or_read_in_several_ways_is_refused() {
    for rule in [
        "",
        "FREQ=HOURLY",
        "FREQ=MINUTELY",
        "FREQ=SECONDLY",
        "FREQ=daily",
        "RRULE:FREQ=DAILY",
        "INTERVAL=2",
        "INTERVAL=2;FREQ=DAILY",
        "FREQ=DAILY;FREQ=WEEKLY",
        "FREQ=DAILY;INTERVAL=0",
        "FREQ=DAILY;INTERVAL=53",
        "FREQ=DAILY;INTERVAL=+2",
        "FREQ=DAILY;COUNT=0",
        "FREQ=DAILY;COUNT=1001",
        "FREQ=DAILY;COUNT=3;UNTIL=20261231",
        "FREQ=DAILY;UNTIL=20261231T100000Z",
        "FREQ=DAILY;UNTIL=20260230",
        "FREQ=DAILY;BYHOUR=9",
        "FREQ=DAILY;BYMONTH=2",
        "FREQ=WEEKLY;BYDAY=1MO",
        "FREQ=WEEKLY;BYDAY=MO,MO",
        "FREQ=WEEKLY;BYDAY=MO;BYSETPOS=1",
        "FREQ=WEEKLY;BYDAY=",
        "FREQ=WEEKLY;BYDAY=é",
        "FREQ=MONTHLY;BYMONTHDAY=0",
        "FREQ=MONTHLY;BYMONTHDAY=32",
        "FREQ=MONTHLY;BYDAY=6MO",
        "FREQ=MONTHLY;BYDAY=MO;BYMONTHDAY=13",
        "FREQ=MONTHLY;INTERVAL=2;BYMONTH=3",
        "FREQ=MONTHLY;INTERVAL=25",
        "FREQ=YEARLY;BYDAY=1MO",
        "FREQ=YEARLY;BYMONTH=2",
        "FREQ=YEARLY;BYWEEKNO=20",
        "FREQ=DAILY;",
    ] {
        assert!(Rhythm::parse(rule).is_err(), "{rule}");
    }
    assert_eq!(Rhythm::parse(&"A".repeat(201)).unwrap_err().0, "too_long");
}

#[test]
fn days_are_those_of_the_standard() {
    assert_eq!(days("FREQ=WEEKLY;INTERVAL=2;BYDAY=MO", "2026-03-04", "2026-03-04", "2026-04-01"), ["2026-03-16", "2026-03-30"]);
    assert_eq!(days("FREQ=MONTHLY", "2026-01-31", "2026-01-01", "2026-05-31"), ["2026-01-31", "2026-03-31", "2026-05-31"]);
    assert_eq!(days("FREQ=MONTHLY;BYMONTHDAY=-1", "2026-01-31", "2026-02-01", "2026-03-31"), ["2026-02-28", "2026-03-31"]);
    assert_eq!(
        days("FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1", "2026-01-01", "2026-01-01", "2026-02-28"),
        ["2026-01-30", "2026-02-27"]
    );
    assert_eq!(days("FREQ=DAILY;COUNT=2", "2026-01-01", "2026-01-02", "2026-12-31"), ["2026-01-02"]);
    assert_eq!(days("FREQ=DAILY;UNTIL=20260102", "2026-01-01", "2026-01-01", "2026-12-31"), ["2026-01-01", "2026-01-02"]);
}

#[test]
fn looking_from_a_later_day_finds_the_same_days() {
    let start = date("2026-01-07");
    for rule in
        ["FREQ=DAILY;INTERVAL=3", "FREQ=WEEKLY;INTERVAL=3;BYDAY=SU,WE", "FREQ=WEEKLY;BYDAY=SU,TU;WKST=SU", "FREQ=DAILY;INTERVAL=5;BYDAY=MO"]
    {
        let rhythm = Rhythm::parse(rule).unwrap();
        let all = rhythm.between(start, start, date("2027-12-31"));
        for from in (0..700).step_by(13).map(|later| start + Days::new(later)) {
            let rest: Vec<NaiveDate> = all.iter().copied().filter(|day| *day >= from).collect();
            assert_eq!(rhythm.between(start, from, date("2027-12-31")), rest, "{rule} from {from}");
        }
    }
}

#[test]
fn a_rule_without_a_day_is_found_out() {
    let begins = |rule: &str, start: &str| Rhythm::parse(rule).unwrap().begins(date(start));
    assert_eq!(begins("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30", "2026-01-01"), None);
    assert_eq!(begins("FREQ=MONTHLY;INTERVAL=12;BYMONTHDAY=31", "2026-02-01"), None);
    assert_eq!(begins("FREQ=MONTHLY;BYDAY=MO;BYSETPOS=5", "2026-02-01"), Some(date("2026-03-30")));
    assert_eq!(begins("FREQ=DAILY;UNTIL=20260101", "2026-02-01"), None);
}
