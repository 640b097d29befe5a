//! A rhythm: a recurrence rule of RFC 5545 (section 3.3.10) without a start, and the days that it comes to.
//!
//! Of the standard, what a person does once a day at most needs: frequencies from daily on; intervals; an end by count or by day; days of the
//! week, of the month, months; positions within a month. What the libraries of calendar programs are known to read in several ways is
//! refused (positions within a week, weeks of the year), and so is what would make whoever looks for the next day look long. Days are
//! worked out as days, without a clock or a zone (`days`); `due` gives them a time.

mod days;

use chrono::{Datelike, NaiveDate, Weekday};

use crate::kernel::text::Refusal;
pub use days::SOON;
#[cfg(test)]
pub use days::steps;

/// The longest rule, in characters.
pub const MAX_CADENCE: usize = 200;
/// The days of the shortest month.
const SHORTEST: u32 = 28;

/// A rule that keeps every bound.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rhythm {
    every: Every,
    interval: u16,
    count: Option<u32>,
    until: Option<NaiveDate>,
    by_day: Vec<(Option<i16>, Weekday)>,
    by_month_day: Vec<i8>,
    by_month: Vec<u8>,
    by_set_pos: Vec<i32>,
    week_start: Option<Weekday>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Every {
    Day,
    Week,
    Month,
    Year,
}

impl Every {
    const ALL: [(Self, &'static str); 4] = [(Self::Day, "DAILY"), (Self::Week, "WEEKLY"), (Self::Month, "MONTHLY"), (Self::Year, "YEARLY")];

    fn as_str(self) -> &'static str {
        Self::ALL.iter().find(|(every, _)| *every == self).map_or("", |(_, word)| word)
    }
}

const WEEKDAYS: [(Weekday, &str); 7] = [
    (Weekday::Mon, "MO"),
    (Weekday::Tue, "TU"),
    (Weekday::Wed, "WE"),
    (Weekday::Thu, "TH"),
    (Weekday::Fri, "FR"),
    (Weekday::Sat, "SA"),
    (Weekday::Sun, "SU"),
];

fn weekday_of(word: &str) -> Option<Weekday> {
    WEEKDAYS.iter().find(|(_, name)| *name == word).map(|(day, _)| *day)
}

fn word_of(day: Weekday) -> &'static str {
    WEEKDAYS.iter().find(|(one, _)| *one == day).map_or("", |(_, name)| name)
}

fn refused(detail: &str) -> Refusal {
    ("not_a_rhythm", detail.to_owned())
}

impl Rhythm {
    /// Reads a rule such as `FREQ=WEEKLY;BYDAY=SU`, without `RRULE:` before it.
    pub fn parse(text: &str) -> Result<Self, Refusal> {
        if text.chars().count() > MAX_CADENCE {
            return Err(("too_long", format!("At most {MAX_CADENCE} characters are accepted.")));
        }
        let mut rule = Self {
            every: Every::Day,
            interval: 1,
            count: None,
            until: None,
            by_day: Vec::new(),
            by_month_day: Vec::new(),
            by_month: Vec::new(),
            by_set_pos: Vec::new(),
            week_start: None,
        };
        let mut seen: Vec<&str> = Vec::new();
        if !text.starts_with("FREQ=") {
            return Err(refused("A rule begins with how often: FREQ=DAILY, WEEKLY, MONTHLY or YEARLY."));
        }
        for part in text.split(';') {
            let (name, value) = part.split_once('=').ok_or_else(|| refused("A rule is made of parts such as FREQ=WEEKLY."))?;
            if seen.contains(&name) {
                return Err(refused("A part of a rule stands in it once."));
            }
            seen.push(name);
            rule.read(name, value)?;
        }
        rule.check()?;
        Ok(rule)
    }

    fn read(&mut self, name: &str, value: &str) -> Result<(), Refusal> {
        match name {
            "FREQ" => {
                let known = Every::ALL.iter().find(|(_, word)| *word == value).map(|(every, _)| *every);
                self.every = known.ok_or_else(|| refused("How often is DAILY, WEEKLY, MONTHLY or YEARLY."))?;
            }
            "INTERVAL" => self.interval = number(value, 1, 52)?,
            "COUNT" => self.count = Some(number(value, 1, 1_000)?),
            "UNTIL" => self.until = Some(day(value)?),
            "BYDAY" => self.by_day = list(value, 7, ordinal_weekday)?,
            "BYMONTHDAY" => self.by_month_day = list(value, 31, |text| around_zero(text, 31))?,
            "BYMONTH" => self.by_month = list(value, 12, |text| number(text, 1, 12))?,
            "BYSETPOS" => self.by_set_pos = list(value, 5, |text| around_zero(text, 5))?,
            "WKST" => {
                let day = weekday_of(value).ok_or_else(|| refused("A day of the week is MO, TU, WE, TH, FR, SA or SU."));
                self.week_start = Some(day?);
            }
            _ => {
                return Err(refused(
                    "The parts of a rule are FREQ, INTERVAL, COUNT, UNTIL, BYDAY, BYMONTHDAY, BYMONTH, BYSETPOS and WKST.",
                ));
            }
        }
        Ok(())
    }

    /// What goes together, so that a day is never far and every calendar program reads the same.
    fn check(&self) -> Result<(), Refusal> {
        let in_months = matches!(self.every, Every::Month | Every::Year);
        let says_days = !self.by_day.is_empty() || !self.by_month_day.is_empty();
        let counted = self.by_day.iter().any(|(place, _)| place.is_some());
        let rules: [(bool, &str); 8] = [
            (self.count.is_none() || self.until.is_none(), "A rule ends after a COUNT or by UNTIL, not both."),
            (in_months || (self.by_month_day.is_empty() && self.by_month.is_empty()), "BYMONTHDAY and BYMONTH go with MONTHLY and YEARLY."),
            (self.by_day.is_empty() || self.by_month_day.is_empty(), "A rule names days of the week or of the month, not both."),
            (!counted || in_months, "The first or last such day, as in 1MO, goes with MONTHLY and YEARLY."),
            (self.every != Every::Year || self.by_month.is_empty() != says_days, "YEARLY names days together with BYMONTH."),
            (self.every != Every::Month || self.by_month.is_empty() || self.interval == 1, "MONTHLY with BYMONTH has no INTERVAL."),
            (
                self.by_set_pos.is_empty() || (self.every == Every::Month && !self.by_day.is_empty() && !counted),
                "BYSETPOS goes with MONTHLY and plain BYDAY.",
            ),
            (self.every == Every::Day || self.every == Every::Week || self.interval <= 24, "Every 24 months or years at most."),
        ];
        rules.iter().find(|(kept, _)| !kept).map_or(Ok(()), |(_, detail)| Err(refused(detail)))
    }

    /// Whether it says how often and nothing else, so that it can be counted from any day.
    #[must_use]
    pub fn is_plain(&self) -> bool {
        self.count.is_none() && self.until.is_none() && self.by_day.is_empty() && self.by_month_day.is_empty() && self.by_month.is_empty()
    }

    /// The last day on which it may fall, where it says so.
    #[must_use]
    pub const fn until(&self) -> Option<NaiveDate> {
        self.until
    }

    /// The rule as it is counted from a day that was not chosen: where a month is shorter than the day says, its last day stands for it.
    #[must_use]
    pub fn counted_from(&self, day: NaiveDate) -> Self {
        let mut rule = self.clone();
        match self.every {
            Every::Month if self.is_plain() && day.day() > SHORTEST => {
                rule.by_month_day = (SHORTEST..=day.day()).filter_map(|day| i8::try_from(day).ok()).collect();
                rule.by_set_pos = vec![-1];
            }
            Every::Year if self.is_plain() && day.day() > SHORTEST && day.month() == 2 => {
                rule.by_month = vec![2];
                rule.by_month_day = vec![-1];
            }
            Every::Day | Every::Week | Every::Month | Every::Year => {}
        }
        rule
    }
}

/// The rule, its parts in one order. `until` is a day; whoever writes a calendar gives it the form that the start has.
impl std::fmt::Display for Rhythm {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "FREQ={}", self.every.as_str())?;
        if self.interval > 1 {
            write!(f, ";INTERVAL={}", self.interval)?;
        }
        if let Some(count) = self.count {
            write!(f, ";COUNT={count}")?;
        }
        if let Some(until) = self.until {
            write!(f, ";UNTIL={}", until.format("%Y%m%d"))?;
        }
        let places = |(place, day): &(Option<i16>, Weekday)| format!("{}{}", place.map_or(String::new(), |n| n.to_string()), word_of(*day));
        part(f, "BYMONTH", self.by_month.iter().map(u8::to_string))?;
        part(f, "BYMONTHDAY", self.by_month_day.iter().map(i8::to_string))?;
        part(f, "BYDAY", self.by_day.iter().map(places))?;
        part(f, "BYSETPOS", self.by_set_pos.iter().map(i32::to_string))?;
        self.week_start.map_or(Ok(()), |day| write!(f, ";WKST={}", word_of(day)))
    }
}

fn part(f: &mut std::fmt::Formatter<'_>, name: &str, values: impl Iterator<Item = String>) -> std::fmt::Result {
    let values: Vec<String> = values.collect();
    if values.is_empty() { Ok(()) } else { write!(f, ";{name}={}", values.join(",")) }
}

fn list<T: PartialEq>(value: &str, most: usize, read: impl Fn(&str) -> Result<T, Refusal>) -> Result<Vec<T>, Refusal> {
    let all = value.split(',').take(most + 1).map(read).collect::<Result<Vec<T>, _>>()?;
    let twice = all.iter().enumerate().any(|(place, one)| all.iter().take(place).any(|other| other == one));
    if all.len() > most || twice { Err(refused("A list of a rule names each value once.")) } else { Ok(all) }
}

/// A whole number, written plainly.
fn number<T: std::str::FromStr + PartialOrd + ToString + Copy>(value: &str, least: T, most: T) -> Result<T, Refusal> {
    let read = value.parse::<T>().ok().filter(|read| *read >= least && *read <= most && read.to_string() == value);
    read.ok_or_else(|| refused(&format!("A whole number from {} to {} belongs there.", least.to_string(), most.to_string())))
}

/// A place from the beginning, or from the end where it is negative.
fn around_zero<T: std::str::FromStr + From<i8> + PartialOrd + ToString + Copy>(value: &str, most: i8) -> Result<T, Refusal> {
    let read: T = number(value, T::from(-most), T::from(most))?;
    if value == "0" { Err(refused("Places are counted from 1, or from the end from -1.")) } else { Ok(read) }
}

fn ordinal_weekday(text: &str) -> Result<(Option<i16>, Weekday), Refusal> {
    let unknown = || refused("A day of the week is MO, TU, WE, TH, FR, SA or SU, with a place before it as in 1MO or -1FR.");
    let at = text.len().checked_sub(2).filter(|at| text.is_char_boundary(*at)).ok_or_else(unknown)?;
    let (place, word) = text.split_at(at);
    let day = weekday_of(word).ok_or_else(unknown)?;
    let place = if place.is_empty() { None } else { Some(around_zero(place, 5)?) };
    Ok((place, day))
}

/// A day written as in 20261231.
fn day(value: &str) -> Result<NaiveDate, Refusal> {
    let plain = value.len() == 8 && value.bytes().all(|byte| byte.is_ascii_digit());
    let read = NaiveDate::parse_from_str(value, "%Y%m%d").ok().filter(|day| plain && (1970..=9999).contains(&day.year()));
    read.ok_or_else(|| refused("UNTIL is a day, such as 20261231."))
}

#[cfg(test)]
mod tests;
