//! A feed as an iCalendar object (RFC 5545): an event for each adopted practice that has a rhythm, with the zone that it is in.
//!
//! What is written depends on what is stored and on the day, so that the same calendar has the same entity tag. It does not tell when
//! something was changed: DTSTAMP is the day of adopting, and there is no SEQUENCE, which only calendars that invite need (METHOD).

mod zones;

use std::collections::BTreeMap;

use chrono::{DateTime, Datelike, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, Utc};
use chrono_tz::Tz;
use icalendar::{Calendar, Class, Component, Event, Property};
use uuid::{Builder, Uuid};

use crate::features::calendars::model::Told;
use crate::features::routines::model::{AdoptedPractice, Rhythm, instant};
use crate::kernel::zone::local_date;
use crate::kernel::{AdoptedPracticeId, CalendarFeedId, Keys};
pub use zones::zone;

/// Every event takes as long, whatever it stands for.
const LENGTH: &str = "PT15M";
/// How far ahead days of rest are left out by name.
const AHEAD: TimeDelta = TimeDelta::days(2 * 366);
/// Days of rest that an event leaves out.
const MOST_RESTS: usize = 1_000;
/// How many years ahead changes of clocks are written.
const YEARS: i32 = 10;

/// The id of a practice's event in a feed: the same for as long as both are there, and nothing that links two feeds.
#[must_use]
pub fn uid(keys: &Keys, feed: CalendarFeedId, practice: AdoptedPracticeId) -> Uuid {
    let digest = keys.digest(&[b"calendar event", feed.0.as_bytes(), practice.0.as_bytes()]);
    Builder::from_custom_bytes(digest.first_chunk().copied().unwrap_or_default()).into_uuid()
}

/// The calendar of some practices, under one title.
#[must_use]
pub fn calendar(title: &str, uid: impl Fn(AdoptedPracticeId) -> Uuid, told: &[Told], now: DateTime<Utc>) -> String {
    let mut written = Calendar::empty();
    for (name, value) in [("VERSION", "2.0"), ("PRODID", "-//calendar//EN"), ("CALSCALE", "GREGORIAN"), ("X-WR-CALNAME", title)] {
        written.append_property(Property::new(name, value));
    }
    written.append_property(Property::new("REFRESH-INTERVAL", "PT6H").add_parameter("VALUE", "DURATION").done());
    let mut zones: BTreeMap<&str, (Tz, i32)> = BTreeMap::new();
    for one in told {
        let Some(days) = Days::of(one, local_date(now, one.practice.plan.time_zone)) else { continue };
        let plan = &one.practice.plan;
        if plan.time_of_day.is_some() {
            let (_, first) = zones.entry(plan.time_zone.name()).or_insert((plan.time_zone, i32::MAX));
            *first = (*first).min(days.first.year());
        }
        written.push(event(title, uid(one.practice.id), &one.practice, &days));
    }
    let zones: String = zones.values().map(|(tz, first)| zone(*tz, first - 1, now.year() + YEARS)).collect();
    with_zones(&written.to_string(), &zones)
}

/// The zones go before the events. The library knows none; its lines are whole lines, and a title's never is this one.
fn with_zones(written: &str, zones: &str) -> String {
    written.replacen("\r\nBEGIN:VEVENT\r\n", &format!("\r\n{zones}BEGIN:VEVENT\r\n"), 1)
}

/// The days of a practice as a calendar has them: the first, the rule, and those on which it rests.
struct Days {
    first: NaiveDate,
    rule: Rhythm,
    /// From today on: those that are over would tell when it was rested.
    rests: Vec<NaiveDate>,
}

impl Days {
    /// Nothing where there is no rhythm, or it rests with no end in sight.
    fn of(one: &Told, today: NaiveDate) -> Option<Self> {
        let (practice, plan) = (&one.practice, &one.practice.plan);
        let rule = practice.rhythm(&one.history)?;
        let mut rests = plan.rests.iter().chain(&one.situation.quiet);
        if rests.any(|rest| rest.to.is_none() && rest.from <= today) {
            return None;
        }
        let counted = practice.counted_from(&one.history);
        // The day of contact is done; the days that are counted from it come after it.
        let first = if counted > plan.starts_on { rule.first_from(counted, counted.succ_opt()?)? } else { rule.begins(counted)? };
        let mut days = rule.between(first, first.max(today), today.checked_add_signed(AHEAD)?);
        days.retain(|day| practice.rests_on(&one.situation, *day));
        days.truncate(MOST_RESTS);
        Some(Self { first, rule, rests: days })
    }
}

fn event(title: &str, uid: Uuid, practice: &AdoptedPractice, days: &Days) -> Event {
    let (plan, mut event) = (&practice.plan, Event::new());
    event.summary(title).class(Class::Private);
    for (name, value) in [
        ("UID", uid.to_string()),
        ("DTSTAMP", utc(practice.adopted_on.and_time(NaiveTime::MIN))),
        ("TRANSP", "TRANSPARENT".to_owned()),
        ("RRULE", rule(&days.rule, plan.time_of_day, plan.time_zone)),
    ] {
        event.append_property(Property::new(name, value));
    }
    event.append_property(moment("DTSTART", days.first, plan.time_of_day, plan.time_zone));
    if plan.time_of_day.is_some() {
        event.append_property(Property::new("DURATION", LENGTH));
    }
    for day in &days.rests {
        event.append_multi_property(moment("EXDATE", *day, plan.time_of_day, plan.time_zone));
    }
    event.done()
}

/// A day, or a local time on it in its zone.
fn moment(name: &str, day: NaiveDate, time: Option<NaiveTime>, zone: Tz) -> Property {
    match time {
        None => Property::new(name, day.format("%Y%m%d").to_string()).add_parameter("VALUE", "DATE").done(),
        Some(time) => Property::new(name, day.and_time(time).format("%Y%m%dT%H%M%S").to_string()).add_parameter("TZID", zone.name()).done(),
    }
}

/// The rule; where the start has a time of day, the end is a moment in UTC, as the standard asks.
fn rule(rhythm: &Rhythm, time: Option<NaiveTime>, zone: Tz) -> String {
    let written = rhythm.to_string();
    let ends = rhythm.until().zip(time).and_then(|(day, time)| Some((day, instant(day.and_time(time), zone)?)));
    ends.map_or(written.clone(), |(day, at)| {
        written.replacen(&format!("UNTIL={}", day.format("%Y%m%d")), &format!("UNTIL={}", utc(at.naive_utc())), 1)
    })
}

fn utc(at: NaiveDateTime) -> String {
    at.format("%Y%m%dT%H%M%SZ").to_string()
}

#[cfg(test)]
mod tests;
