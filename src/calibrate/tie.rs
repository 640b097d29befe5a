//! A tie and its log: simulated, or read from a file; with the truth where it is known.

use crate::engine::evidence::{Entry, Evidence};
use crate::engine::types::{Actor, Day, Dimension, EntryId, Keeper};

/// Ties have this many dimensions: the first five of the engine's.
pub const DIMENSIONS: usize = 5;

/// The dimensions of a tie, in order.
pub fn dimensions() -> impl Iterator<Item = Dimension> {
    Dimension::ALL.into_iter().take(DIMENSIONS)
}

/// One logged act.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Act {
    /// Days since the first day, from 0.
    pub day: i32,
    /// What kind of giving it was.
    pub dimension: Dimension,
    /// Whether the logger gave; received otherwise.
    pub given: bool,
    /// Effort, above 0.
    pub weight: f64,
}

/// What is known to be so, whatever was logged.
#[derive(Clone, Debug, PartialEq)]
pub struct Truth {
    /// How the tie behaves: one of the kinds of [`super::simulate`], or a word from a file.
    pub kind: String,
    /// The sustained level of each dimension on the last day, -1 to 1.
    pub balances: [f64; DIMENSIONS],
    /// Days since the first day on which the level changed.
    pub change_day: Option<i32>,
}

/// A tie: its log by day.
#[derive(Clone, Debug, PartialEq)]
pub struct Tie {
    /// A number of its own.
    pub id: u64,
    /// The first day of the window.
    pub first: Day,
    /// How many days the window has, at least 1.
    pub days: i32,
    /// What was logged, ascending by day.
    pub acts: Vec<Act>,
    /// What is known beyond the log.
    pub truth: Option<Truth>,
}

impl Tie {
    /// What an assessment may read at the end of the day `last`, counted from 0.
    #[must_use]
    pub fn evidence(&self, last: i32, kept_by: Keeper) -> Evidence {
        let mut evidence = Evidence { kept_by, ..Evidence::empty(self.first, self.first.plus(last)) };
        evidence.entries = self.until(last).zip(0_u32..).map(|(act, id)| self.entry(act, EntryId(id))).collect();
        evidence
    }

    /// The acts up to the day `last`, itself included.
    pub fn until(&self, last: i32) -> impl Iterator<Item = &Act> {
        self.acts.iter().filter(move |act| act.day <= last)
    }

    /// The last day of the window, counted from 0.
    #[must_use]
    pub const fn last_day(&self) -> i32 {
        self.days.saturating_sub(1)
    }

    const fn entry(&self, act: &Act, id: EntryId) -> Entry {
        Entry {
            id,
            day: self.first.plus(act.day),
            dimension: act.dimension,
            actor: if act.given { Actor::Me } else { Actor::Them },
            weight: act.weight,
            prompted: None,
            energy_after: None,
            felt_heard: None,
        }
    }
}
