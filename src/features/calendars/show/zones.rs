//! A time zone as iCalendar has it (RFC 5545, section 3.6.5): how far it is from UTC from when on.
//!
//! Every change of clocks in the years that matter is looked up. Where the last of them fall on the same weekday of the same month, as they do
//! under most laws, a rule goes on with them for ever; the others are named one by one. So the past is as it was, laws that changed included.

use std::fmt::Write;

use chrono::{Datelike, Duration, NaiveDate, NaiveDateTime, Offset, TimeZone};
use chrono_tz::{OffsetComponents, OffsetName, Tz};

/// Years in a row that a rule has to hold before it is believed.
const BELIEVED: usize = 4;

/// How a zone's clocks stand.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Clocks {
    /// Seconds east of UTC.
    offset: i32,
    is_summer: bool,
    name: String,
}

/// A change of clocks: the local time at which it came, by the clocks before it.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Change {
    at: NaiveDateTime,
    before: i32,
    after: Clocks,
}

/// The VTIMEZONE of a zone from the beginning of one year to the end of another.
#[must_use]
pub fn zone(tz: Tz, first_year: i32, last_year: i32) -> String {
    let (Some(from), Some(to)) = (midnight(first_year), midnight(last_year + 1)) else { return String::new() };
    let changes = changes(tz, from, to);
    let mut text = format!("BEGIN:VTIMEZONE\r\nTZID:{}\r\n", tz.name());
    let stood = clocks(tz, from);
    let offset = stood.offset;
    observance(&mut text, &Change { at: from + Duration::seconds(offset.into()), before: offset, after: stood }, &[], None);
    let mut rest = changes.as_slice();
    let mut seen: Vec<&Change> = Vec::new();
    while let Some((change, others)) = rest.split_first() {
        rest = others;
        if seen.iter().any(|one| alike(one, change)) {
            continue;
        }
        seen.push(change);
        let same: Vec<&Change> = changes.iter().filter(|one| alike(one, change)).collect();
        write_alike(&mut text, &same, last_year);
    }
    text.push_str("END:VTIMEZONE\r\n");
    text
}

fn midnight(year: i32) -> Option<NaiveDateTime> {
    NaiveDate::from_ymd_opt(year, 1, 1)?.and_hms_opt(0, 0, 0)
}

fn clocks(tz: Tz, utc: NaiveDateTime) -> Clocks {
    let offset = tz.offset_from_utc_datetime(&utc);
    Clocks {
        offset: offset.fix().local_minus_utc(),
        is_summer: !offset.dst_offset().is_zero(),
        name: offset.abbreviation().unwrap_or_default().to_owned(),
    }
}

/// Every change between two instants, found a day at a time and then to the second.
fn changes(tz: Tz, from: NaiveDateTime, to: NaiveDateTime) -> Vec<Change> {
    let (mut found, mut day, mut stood) = (Vec::new(), from, clocks(tz, from));
    while day < to {
        let next = day + Duration::days(1);
        let stand = clocks(tz, next);
        if stand != stood {
            let (mut before, mut after) = (day, next);
            while after - before > Duration::seconds(1) {
                let middle = before + (after - before) / 2;
                if clocks(tz, middle) == stood { before = middle } else { after = middle }
            }
            found.push(Change { at: after + Duration::seconds(stood.offset.into()), before: stood.offset, after: stand.clone() });
            stood = stand;
        }
        day = next;
    }
    found
}

fn alike(one: &Change, other: &Change) -> bool {
    one.before == other.before && one.after == other.after
}

/// Changes from and to the same clocks: those of the past one by one, and the last by a rule where there is one.
fn write_alike(text: &mut String, same: &[&Change], last_year: i32) {
    let (past, ruled) = same.split_at(same.len() - in_rule(same, last_year).map_or(0, |(count, _)| count));
    if let Some((first, others)) = past.split_first() {
        observance(text, first, others, None);
    }
    if let (Some(first), Some((_, place))) = (ruled.first(), in_rule(same, last_year)) {
        let rule = format!("FREQ=YEARLY;BYMONTH={};BYDAY={place}{}", first.at.month(), weekday(first.at));
        observance(text, first, &[], Some(&rule));
    }
}

/// How many of the last changes a yearly rule names, up to the last year, and which weekday of the month that is.
fn in_rule(same: &[&Change], last_year: i32) -> Option<(usize, i64)> {
    let last = same.last().filter(|last| last.at.year() == last_year)?;
    let place_of = |at: NaiveDateTime| i64::from((at.day() - 1) / 7 + 1);
    let is_last = |at: NaiveDateTime| (at + Duration::days(7)).month() != at.month();
    let fits = |change: &Change, years: i32, place: i64| {
        let (at, end) = (change.at, last.at);
        let placed = if place < 0 { is_last(at) } else { place_of(at) == place };
        at.year() == last_year - years && at.month() == end.month() && at.weekday() == end.weekday() && at.time() == end.time() && placed
    };
    let count = |place: i64| same.iter().rev().zip(0..).take_while(|(change, years)| fits(change, *years, place)).count();
    let places = [-1, place_of(last.at)].map(|place| (count(place), place));
    places.into_iter().max_by_key(|(count, place)| (*count, -*place)).filter(|(count, _)| *count >= BELIEVED)
}

fn weekday(at: NaiveDateTime) -> &'static str {
    match at.weekday() {
        chrono::Weekday::Mon => "MO",
        chrono::Weekday::Tue => "TU",
        chrono::Weekday::Wed => "WE",
        chrono::Weekday::Thu => "TH",
        chrono::Weekday::Fri => "FR",
        chrono::Weekday::Sat => "SA",
        chrono::Weekday::Sun => "SU",
    }
}

fn observance(text: &mut String, first: &Change, others: &[&Change], rule: Option<&str>) {
    let kind = if first.after.is_summer { "DAYLIGHT" } else { "STANDARD" };
    let (before, after) = (distance(first.before), distance(first.after.offset));
    let start = first.at.format("%Y%m%dT%H%M%S");
    let _ =
        write!(text, "BEGIN:{kind}\r\nDTSTART:{start}\r\nTZOFFSETFROM:{before}\r\nTZOFFSETTO:{after}\r\nTZNAME:{}\r\n", first.after.name);
    if let Some(rule) = rule {
        let _ = write!(text, "RRULE:{rule}\r\n");
    }
    for other in others {
        let _ = write!(text, "RDATE:{}\r\n", other.at.format("%Y%m%dT%H%M%S"));
    }
    let _ = write!(text, "END:{kind}\r\n");
}

/// Hours and minutes from UTC, and seconds where there are any.
fn distance(seconds: i32) -> String {
    let (sign, all) = (if seconds < 0 { '-' } else { '+' }, seconds.unsigned_abs());
    let rest = if all % 60 == 0 { String::new() } else { format!("{:02}", all % 60) };
    format!("{sign}{:02}{:02}{rest}", all / 3_600, all / 60 % 60)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(name: &str, first: i32, last: i32) -> Vec<String> {
        zone(name.parse().unwrap(), first, last).lines().map(str::to_owned).collect()
    }

    #[test]
    fn a_law_that_lasts_is_a_rule() {
        let berlin = lines("Europe/Berlin", 2025, 2036);
        for line in ["TZID:Europe/Berlin", "RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU", "RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU"] {
            assert!(berlin.iter().any(|one| one == line), "{berlin:#?}");
        }
        let new_york = lines("America/New_York", 2025, 2036);
        assert!(new_york.iter().any(|one| one == "RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=2SU"), "{new_york:#?}");
        let lord_howe = lines("Australia/Lord_Howe", 2025, 2036);
        assert!(
            lord_howe.iter().any(|one| one == "TZOFFSETTO:+1030")
                && lord_howe.iter().any(|one| one == "RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=1SU")
        );
    }

    #[test]
    fn what_has_no_rule_is_named_and_what_never_changes_stands_once() {
        let casablanca = lines("Africa/Casablanca", 2025, 2030);
        assert!(casablanca.iter().any(|one| one.starts_with("RDATE:")) && !casablanca.iter().any(|one| one.starts_with("RRULE:")));
        let kathmandu = lines("Asia/Kathmandu", 2025, 2036);
        assert_eq!(kathmandu.iter().filter(|one| one.starts_with("DTSTART:")).count(), 1);
        assert!(kathmandu.iter().any(|one| one == "TZOFFSETTO:+0545"));
    }

    #[test]
    fn a_law_that_was_changed_is_in_it_as_it_was() {
        // Mexico gave up changing its clocks in 2022.
        let mexico = lines("America/Mexico_City", 2021, 2036);
        assert!(!mexico.iter().any(|one| one.starts_with("RRULE:")), "{mexico:#?}");
        assert!(mexico.iter().any(|one| one.starts_with("RDATE:202204")), "{mexico:#?}");
    }
}
