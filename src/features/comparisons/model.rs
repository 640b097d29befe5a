//! Which days are compared with which.

use chrono::{Days, NaiveDate};

pub use crate::engine::comparison::{
    BalanceChange, BalanceReading, ByPeriod, Change, DimensionComparison, Rate, RateChange, Reason, StepReading,
};
pub use crate::engine::types::Dimension;
use crate::kernel::RelationshipId;

/// Bounds of the time before, in days: twice as long as what it is about, at least four weeks, at most eight.
const BEFORE: (u64, u64) = (28, 56);
/// Bounds of the time afterwards: as long as what it is about, at least two weeks, at most eight.
const AFTER: (u64, u64) = (14, 56);

/// What is asked: around which days, in which ways. It is the other person's own steps that are counted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asked {
    pub relationship: RelationshipId,
    /// The first day of the time that it is about.
    pub starts_on: NaiveDate,
    /// Its last day. Where that comes before the first there was no such time.
    pub ends_on: NaiveDate,
    /// Whether it goes on: then that is only the last day so far, and there is no time afterwards.
    pub goes_on: bool,
    pub dimensions: Vec<Dimension>,
    /// Leaves out steps that are said to have come only after asking.
    pub unprompted_only: bool,
}

/// Days from first to last, both included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DaySpan {
    pub from: NaiveDate,
    pub to: NaiveDate,
}

/// The comparison, with the days that it is of.
#[derive(Clone, Debug, PartialEq)]
pub struct Compared {
    /// The last day that was read.
    pub as_of: NaiveDate,
    /// Whether what it is about goes on.
    pub goes_on: bool,
    pub periods: ByPeriod<DaySpan>,
    pub dimensions: Vec<DimensionComparison>,
}

impl Asked {
    /// The days before, during and after.
    #[must_use]
    pub fn periods(&self) -> ByPeriod<DaySpan> {
        let length = (self.ends_on - self.starts_on).num_days().saturating_add(1);
        let length = u64::try_from(length).unwrap_or(0);
        let back = |day: NaiveDate, days: u64| day.checked_sub_days(Days::new(days)).unwrap_or(day);
        let ahead = |day: NaiveDate, days: u64| day.checked_add_days(Days::new(days)).unwrap_or(day);
        let end = self.ends_on.max(back(self.starts_on, 1));
        ByPeriod {
            before: DaySpan { from: back(self.starts_on, (2 * length).clamp(BEFORE.0, BEFORE.1)), to: back(self.starts_on, 1) },
            during: DaySpan { from: self.starts_on, to: self.ends_on },
            after: DaySpan { from: ahead(end, 1), to: ahead(end, length.clamp(AFTER.0, AFTER.1)) },
        }
    }
}

impl DaySpan {
    /// Whether there is no day from first to last.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.to < self.from
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn spans(starts_on: &str, ends_on: &str) -> [String; 3] {
        let asked = Asked {
            relationship: RelationshipId(uuid::Uuid::nil()),
            starts_on: day(starts_on),
            ends_on: day(ends_on),
            goes_on: false,
            dimensions: vec![Dimension::Initiation],
            unprompted_only: true,
        };
        asked.periods().each().map(|span| format!("{} {}", span.from, span.to))
    }

    #[test]
    fn the_periods_stand_next_to_each_other() {
        let fortnight = spans("2026-03-02", "2026-03-15");
        assert_eq!(fortnight, ["2026-02-02 2026-03-01", "2026-03-02 2026-03-15", "2026-03-16 2026-03-29"]);
        let week = spans("2026-03-02", "2026-03-08");
        assert_eq!(week, ["2026-02-02 2026-03-01", "2026-03-02 2026-03-08", "2026-03-09 2026-03-22"]);
        let year = spans("2025-03-02", "2026-03-01");
        assert_eq!(year, ["2025-01-05 2025-03-01", "2025-03-02 2026-03-01", "2026-03-02 2026-04-26"]);
    }

    #[test]
    fn a_time_that_ended_before_it_began_has_no_day() {
        let none = spans("2026-03-02", "2026-02-27");
        assert_eq!(none, ["2026-02-02 2026-03-01", "2026-03-02 2026-02-27", "2026-03-02 2026-03-15"]);
    }
}
