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
    /// Whether the logger leaves steps to the other in that time, on purpose: then nothing is said of its balance.
    pub leaves_steps: bool,
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
    /// Whether steps that are said to have come only after asking were left out.
    pub unprompted_only: bool,
    pub periods: ByPeriod<DaySpan>,
    /// Nothing where it ended before it began: there is nothing to compare.
    pub dimensions: Vec<DimensionComparison>,
}

impl Asked {
    /// Whether there is such a time, or may be: one that goes on and began today has no complete day yet.
    #[must_use]
    pub fn took_place(&self) -> bool {
        self.goes_on || self.starts_on <= self.ends_on
    }

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

impl Compared {
    /// Whether it ended before it began.
    #[must_use]
    pub fn never_took_place(&self) -> bool {
        !self.goes_on && self.periods.during.is_empty()
    }

    /// Whether some of these days lie before or after the time that it is about, and were read.
    #[must_use]
    pub fn reads(&self, days: &DaySpan) -> bool {
        let last = self.periods.after.to.min(self.as_of);
        !days.is_empty() && days.from <= last && days.to >= self.periods.before.from
    }

    /// Whether in the time that it is about somewhere nothing was logged, or no step of theirs.
    #[must_use]
    pub fn is_silent(&self) -> bool {
        self.reasons().any(is_silence)
    }

    /// Whether of that time somewhere nothing can be said for another reason.
    #[must_use]
    pub fn is_open(&self) -> bool {
        self.reasons().any(|reason| !is_silence(reason))
    }

    fn reasons(&self) -> impl Iterator<Item = Reason> {
        self.dimensions.iter().filter_map(|one| match one.during.reading {
            StepReading::Inconclusive(reason) => Some(reason),
            StepReading::More | StepReading::Fewer | StepReading::NoClearChange => None,
        })
    }
}

const fn is_silence(reason: Reason) -> bool {
    match reason {
        Reason::NoEntries | Reason::NoSteps => true,
        Reason::NotYet
        | Reason::TooShort
        | Reason::NothingBefore
        | Reason::ShortBefore
        | Reason::KnownStrain
        | Reason::Gaps
        | Reason::TooFew
        | Reason::ByDesign => false,
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
        asked(starts_on, ends_on, false).periods().each().map(|span| format!("{} {}", span.from, span.to))
    }

    fn asked(starts_on: &str, ends_on: &str, goes_on: bool) -> Asked {
        Asked {
            relationship: RelationshipId(uuid::Uuid::nil()),
            starts_on: day(starts_on),
            ends_on: day(ends_on),
            goes_on,
            dimensions: vec![Dimension::Initiation],
            unprompted_only: true,
            leaves_steps: false,
        }
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
        let took_place = [("2026-02-27", false), ("2026-03-01", true), ("2026-03-02", false)];
        assert_eq!(took_place.map(|(end, goes_on)| asked("2026-03-02", end, goes_on).took_place()), [false, true, true]);
    }
}
