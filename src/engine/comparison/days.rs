//! Which days of a period count, how many of them were hard, on how many something was logged, and for how long the log was silent.
//!
//! A day before the log began is no day without steps. Nor need a day be one on which a log lay still that is written every other day: the
//! longer such a silence lasts, the rather it was not kept. Which of both it was cannot be known, so a claim has to hold either way
//! ([`super::readings`]), and this says which days it is about.

use super::question::{ByPeriod, Question, Span};
use crate::engine::calendar::Calendar;
use crate::engine::evidence::{ContextEffect, Evidence};
use crate::engine::math::count;
use crate::engine::types::Day;

/// Of a longer period its last so many days are read.
const MOST_DAYS: i32 = 1_000;
/// So improbable is a silence at the pace of the time before.
const IMPROBABLE: f64 = 0.05;
/// Bounds of the number of days in a row with nothing logged that make a silence.
const SILENCE: (u32, u32) = (3, 10);

/// The days of a period that are over, within the window, and not before the log began.
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
    /// Days that count and lie in a silence of the log.
    pub silent: u32,
    /// Whether the period is over.
    pub is_over: bool,
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

    /// Whether a day counts.
    #[must_use]
    pub fn has(&self, day: Day) -> bool {
        self.days.binary_search(&day).is_ok()
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

    /// Whether the log was silent on at least half of the days.
    #[must_use]
    pub fn is_mostly_silent(&self) -> bool {
        self.silent > 0 && self.silent.saturating_mul(2) >= self.len()
    }
}

/// Counts the days of each period; `evidence` is clean.
#[must_use]
pub fn counted(evidence: &Evidence, question: &Question) -> ByPeriod<Counted> {
    let mut logged: Vec<Day> = evidence.entries.iter().map(|entry| entry.day).collect();
    logged.sort_unstable();
    logged.dedup();
    let began = match question.around.last_before {
        Some(_) => Some(evidence.window_from),
        None => logged.first().copied(),
    };
    let mut periods = question.periods.map(|span| of_span(evidence, &logged, began, *span));
    periods.during.is_over &= !question.goes_on;
    let silences = silences(evidence, &logged, question, shortest_silence(&periods.before));
    for counted in [&mut periods.before, &mut periods.during, &mut periods.after] {
        let within = |day: &&Day| silences.iter().any(|silence| silence.contains(**day));
        counted.silent = number(counted.days.iter().filter(within).count());
    }
    periods
}

/// Counts the days of one; `logged` ascends, and the log began on a day, if it did.
fn of_span(evidence: &Evidence, logged: &[Day], began: Option<Day>, span: Span) -> Counted {
    let exempt = Calendar::new(&evidence.contexts, ContextEffect::Exempt);
    let strained = Calendar::new(&evidence.contexts, ContextEffect::Widen);
    let mut counted = Counted { is_over: span.last <= evidence.as_of, ..Counted::default() };
    let Some(began) = began else { return counted };
    let last = span.last.min(evidence.as_of);
    let newest = Day(last.0.saturating_sub(MOST_DAYS - 1));
    let first = span.first.max(evidence.window_from).max(began).max(newest);
    for day in (first.0..=last.0).map(Day) {
        if exempt.contains(day) {
            counted.exempt += 1;
            continue;
        }
        counted.strained += u32::from(strained.contains(day));
        counted.logged += u32::from(logged.binary_search(&day).is_ok());
        counted.days.push(day);
    }
    counted
}

/// How many days in a row with nothing logged are a silence: as many as come by chance in one of twenty cases at the pace of the time
/// before, at least three, at most ten.
fn shortest_silence(before: &Counted) -> u32 {
    let pace = f64::from(before.logged) / count(before.days.len()).max(1.0);
    let mut chance = 1.0 - pace;
    let mut days = 1;
    while days < SILENCE.1 && (days < SILENCE.0 || chance > IMPROBABLE) {
        chance *= 1.0 - pace;
        days += 1;
    }
    days
}

/// The silences of the log: runs of at least so many days between days on which something was logged, in the window and next to it.
fn silences(evidence: &Evidence, logged: &[Day], question: &Question, shortest: u32) -> Vec<Span> {
    let next = question.around.next_after.unwrap_or(Day(evidence.as_of.0.saturating_add(1)));
    let kept: Vec<Day> = question.around.last_before.into_iter().chain(logged.iter().copied()).chain([next]).collect();
    let between = kept.windows(2).filter_map(|pair| match pair {
        [one, other] => Some(Span { first: Day(one.0.saturating_add(1)), last: Day(other.0.saturating_sub(1)) }),
        _ => None,
    });
    between.filter(|run| i64::from(run.last.0) - i64::from(run.first.0) + 1 >= i64::from(shortest)).collect()
}

fn number(items: usize) -> u32 {
    u32::try_from(items).unwrap_or(u32::MAX)
}
