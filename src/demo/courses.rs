//! How an exchange goes over time: who gives on a day, and how much is logged on it.

use chrono::{Datelike, Days, NaiveDate};

use super::numbers::Numbers;

/// A change this close to the end of the log cannot be told from a swing yet, so none is looked for.
const SETTLED_DAYS: u64 = 21;

/// Which share of the acts is the logger's, in per cent, over time.
#[derive(Clone, Copy, Debug)]
pub enum Course {
    /// Always the same.
    Level(u32),
    /// One share for some days, then the other for as many, and so on; `from` is the share of the last days.
    Swing { from: u32, to: u32, turn_days: u16 },
    /// One share until the last Monday at least three weeks before the log ends, another since.
    Shift { before: u32, after: u32 },
}

/// How much is logged when.
#[derive(Clone, Copy, Debug)]
pub enum Rhythm {
    /// Up to six acts a day, this many in ten days on average.
    Steady { acts_in_ten_days: u32 },
    /// Nothing, then some full days, again and again; the last of them end the log.
    Bursts { every_days: u16, days: u16, acts_a_day: u32 },
}

impl Course {
    /// The logger's share on `day` of a log that ends on `last`, in per cent.
    #[must_use]
    pub fn share_on(&self, day: NaiveDate, last: NaiveDate) -> u32 {
        match *self {
            Self::Level(share) => share,
            Self::Swing { from, to, turn_days } => {
                let turns = days_before(day, last) / u64::from(turn_days.max(1));
                if turns.is_multiple_of(2) { from } else { to }
            }
            Self::Shift { before, after } => {
                if day < monday_of(days_back(last, SETTLED_DAYS)) {
                    before
                } else {
                    after
                }
            }
        }
    }
}

impl Rhythm {
    /// How many acts are logged on `day` of a log that ends on `last`. The last day has at least one.
    pub fn acts_on(&self, day: NaiveDate, last: NaiveDate, numbers: &mut Numbers) -> u32 {
        let acts = match *self {
            Self::Steady { acts_in_ten_days } => {
                // Six chances a day.
                (0..6).map(|_| u32::from(numbers.below(60) < acts_in_ten_days)).sum()
            }
            Self::Bursts { every_days, days, acts_a_day } => {
                let place = days_before(day, last) % u64::from(every_days.max(1));
                if place < u64::from(days) { acts_a_day } else { 0 }
            }
        };
        if day == last { acts.max(1) } else { acts }
    }
}

fn days_before(day: NaiveDate, last: NaiveDate) -> u64 {
    u64::try_from((last - day).num_days()).unwrap_or(0)
}

/// The day this many days earlier; the day itself where the calendar does not reach that far.
pub(super) fn days_back(day: NaiveDate, days: u64) -> NaiveDate {
    day.checked_sub_days(Days::new(days)).unwrap_or(day)
}

fn monday_of(day: NaiveDate) -> NaiveDate {
    days_back(day, u64::from(day.weekday().num_days_from_monday()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn date(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn a_shift_falls_on_a_monday_three_to_four_weeks_before_the_end() {
        let course = Course::Shift { before: 50, after: 90 };
        for last in date("2026-03-01").iter_days().take(14) {
            let first = (20..=28).rev().map(|back| last - Days::new(back)).find(|day| course.share_on(*day, last) == 90).unwrap();
            assert_eq!(first.weekday(), chrono::Weekday::Mon);
            assert!((21..=27).contains(&(last - first).num_days()), "{last}");
        }
    }

    #[test]
    fn a_swing_ends_with_its_first_share_and_takes_turns_before() {
        let (course, last) = (Course::Swing { from: 20, to: 80, turn_days: 14 }, date("2026-03-01"));
        let shares = [0, 13, 14, 27, 28].map(|back| course.share_on(last - Days::new(back), last));
        assert_eq!(shares, [20, 20, 80, 80, 20]);
    }

    #[test]
    fn rhythms_log_what_they_say() {
        let (last, mut numbers) = (date("2026-03-01"), Numbers::of(3));
        let steady = Rhythm::Steady { acts_in_ten_days: 15 };
        let acts: u32 = last.iter_days().take(1_000).map(|day| steady.acts_on(day, last, &mut numbers)).sum();
        assert!((1_400..1_600).contains(&acts), "{acts}");
        let bursts = Rhythm::Bursts { every_days: 10, days: 2, acts_a_day: 4 };
        let acts = [0, 1, 2, 9, 10].map(|back| bursts.acts_on(last - Days::new(back), last, &mut numbers));
        assert_eq!(acts, [4, 4, 0, 0, 4]);
    }
}
