//! Which days of a period count, how many of them were hard, and on how many something was logged.

use super::question::{ByPeriod, Periods, Span};
use crate::engine::calendar::Calendar;
use crate::engine::evidence::{ContextEffect, Evidence};
use crate::engine::types::Day;

/// A period is read for so many days and no more.
const MOST_DAYS: usize = 1_000;

/// The days of a period that are over and lie within the window.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Counted {
    /// Those that are not exempt, ascending.
    pub days: Vec<Day>,
    /// Days that are exempt.
    pub exempt: u32,
    /// Days that count and are under known strain.
    pub strained: u32,
    /// Days that count and on which something was logged, in whatever dimension.
    pub logged: u32,
}

impl Counted {
    /// Days that count.
    #[must_use]
    pub fn len(&self) -> u32 {
        u32::try_from(self.days.len()).unwrap_or(u32::MAX)
    }

    /// Whether no day counts.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.days.is_empty()
    }

    /// Days under known strain or left out.
    #[must_use]
    pub const fn hard(&self) -> u32 {
        self.strained.saturating_add(self.exempt)
    }

    /// Whether at least half of the days were hard.
    #[must_use]
    pub fn is_mostly_hard(&self) -> bool {
        let all = self.len().saturating_add(self.exempt);
        all > 0 && self.hard().saturating_mul(2) >= all
    }
}

/// Counts the days of each period; `evidence` is clean.
#[must_use]
pub fn counted(evidence: &Evidence, periods: Periods) -> ByPeriod<Counted> {
    let exempt = Calendar::new(&evidence.contexts, ContextEffect::Exempt);
    let strained = Calendar::new(&evidence.contexts, ContextEffect::Widen);
    let mut logged: Vec<Day> = evidence.entries.iter().map(|entry| entry.day).collect();
    logged.dedup();
    periods.map(|span| {
        let within = Span { first: span.first.max(evidence.window_from), last: span.last.min(evidence.as_of) };
        let mut counted = Counted::default();
        for day in (within.first.0..=within.last.0).map(Day).take(MOST_DAYS) {
            if exempt.contains(day) {
                counted.exempt += 1;
                continue;
            }
            counted.strained += u32::from(strained.contains(day));
            counted.logged += u32::from(logged.binary_search(&day).is_ok());
            counted.days.push(day);
        }
        counted
    })
}
