//! Rhythms against hand-made lists of days, and what is refused.

use chrono::Days;

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

/// A rule, one that a position among days of the month was made for too.
fn parsed(rule: &str) -> Rhythm {
    let made = "FREQ=MONTHLY;BYMONTHDAY=28,29,30,31;BYSETPOS=-1";
    if rule == made { Rhythm::parse("FREQ=MONTHLY").unwrap().counted_from(date("2026-01-31")) } else { Rhythm::parse(rule).unwrap() }
}

/// The days of a rule as a library of others works them out.
fn elsewhere(rule: &str, start: NaiveDate, last: NaiveDate) -> Vec<NaiveDate> {
    let written = format!("DTSTART:{}T000000Z\nRRULE:{rule}", start.format("%Y%m%d"));
    let set: rrule::RRuleSet = written.parse().unwrap();
    (&set).into_iter().map(|at| at.date_naive()).take_while(|day| *day <= last).collect()
}

#[test]
fn days_are_those_that_a_library_of_others_finds() {
    let rules = [
        "FREQ=DAILY",
        "FREQ=DAILY;INTERVAL=3;BYDAY=MO,WE",
        "FREQ=DAILY;COUNT=9",
        "FREQ=WEEKLY",
        "FREQ=WEEKLY;INTERVAL=2;BYDAY=TU,SU",
        "FREQ=WEEKLY;INTERVAL=2;BYDAY=TU,SU;WKST=SU",
        "FREQ=WEEKLY;INTERVAL=3;BYDAY=FR;COUNT=7",
        "FREQ=MONTHLY",
        "FREQ=MONTHLY;INTERVAL=5;COUNT=6",
        "FREQ=MONTHLY;BYMONTHDAY=1,-1,30",
        "FREQ=MONTHLY;INTERVAL=2;BYDAY=1SU,-1FR,5MO",
        "FREQ=MONTHLY;BYDAY=SA,SU",
        "FREQ=MONTHLY;BYMONTH=2,7",
        "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1,2",
        "FREQ=MONTHLY;BYMONTHDAY=28,29,30,31;BYSETPOS=-1",
        "FREQ=YEARLY",
        "FREQ=YEARLY;INTERVAL=2",
        "FREQ=YEARLY;BYMONTH=3,10;BYDAY=-1SU",
        "FREQ=YEARLY;INTERVAL=3;BYMONTH=2;BYMONTHDAY=29,-1,5",
    ];
    for start in ["2026-01-31", "2024-02-29", "2025-12-28", "2026-07-01"].map(date) {
        let last = start + Days::new(10 * 366);
        for rule in rules {
            assert!(parsed(rule).between(start, start, last) == elsewhere(rule, start, last), "{rule} from {start}");
        }
    }
}

#[test]
fn looking_from_a_later_month_or_year_finds_the_same_days() {
    let start = date("2026-01-31");
    for rule in ["FREQ=MONTHLY;INTERVAL=7", "FREQ=MONTHLY;INTERVAL=2;BYDAY=-1FR", "FREQ=YEARLY;INTERVAL=2", "FREQ=MONTHLY;COUNT=20"] {
        let rhythm = Rhythm::parse(rule).unwrap();
        let (all, last) = (rhythm.between(start, start, date("2040-12-31")), date("2040-12-31"));
        for from in (0..4_000).step_by(97).map(|later| start + Days::new(later)) {
            let rest: Vec<NaiveDate> = all.iter().copied().filter(|day| *day >= from).collect();
            assert_eq!(rhythm.between(start, from, last), rest, "{rule} from {from}");
        }
    }
}

#[test]
fn a_rule_that_names_no_day_is_given_up_after_five_years() {
    for (rule, most) in [("FREQ=MONTHLY;BYMONTH=2;BYMONTHDAY=30", 62), ("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30", 7)] {
        let rhythm = Rhythm::parse(rule).unwrap();
        for start in ["1970-01-01", "2026-01-01", "9990-01-01"] {
            let looked_at = steps::of(|| assert_eq!(rhythm.begins(date(start)), None));
            assert!(looked_at <= most, "{rule} from {start}: {looked_at}");
        }
    }
    let daily = Rhythm::parse("FREQ=DAILY").unwrap();
    assert_eq!((daily.first_from(date("2026-01-01"), NaiveDate::MAX), daily.begins(NaiveDate::MAX)), (None, None));
}

#[test]
fn counted_from_a_day_that_was_not_chosen_a_shorter_month_has_its_last_day() {
    let from =
        |rule: &str, day: &str| Rhythm::parse(rule).unwrap().counted_from(date(day)).between(date(day), date(day), date("2028-03-31"));
    let months: Vec<String> = from("FREQ=MONTHLY", "2027-12-30").iter().map(ToString::to_string).collect();
    assert_eq!(months, ["2027-12-30", "2028-01-30", "2028-02-29", "2028-03-30"]);
    assert_eq!(from("FREQ=YEARLY", "2024-02-29").len(), 5, "every year, on the last of February");
    assert_eq!(from("FREQ=MONTHLY;BYDAY=1SU", "2028-01-31").len(), 2, "a rule that names days keeps them");
}
