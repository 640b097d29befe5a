//! Counting what happened against what did not, and citing both.

use super::{Code, Finding, Outcome, Whose};
use crate::engine::evidence::Entry;
use crate::engine::math::beta_cdf;
use crate::engine::top::Top;
use crate::engine::types::{Day, EntryId};

/// At most this many records are cited on either side, the latest first.
pub const CITED: usize = 20;

/// Records for and against, with how much each counts.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Tally {
    yes: Latest,
    no: Latest,
    /// Weight for.
    pub yes_weight: f64,
    /// Weight against.
    pub no_weight: f64,
}

impl Tally {
    /// Counts one record that speaks for, or against, as much as its days count.
    pub fn count(&mut self, day: Day, id: EntryId, speaks_for: bool, worth: f64) {
        if speaks_for {
            self.weigh(day, id, worth, 0.0);
        } else {
            self.weigh(day, id, 0.0, worth);
        }
    }

    /// Counts one record that speaks so much for and so much against. What has no weight is not cited.
    pub fn weigh(&mut self, day: Day, id: EntryId, speaks_for: f64, against: f64) {
        self.yes_weight += speaks_for;
        self.no_weight += against;
        if speaks_for > 0.0 {
            self.yes.offer(day, id);
        }
        if against > 0.0 {
            self.no.offer(day, id);
        }
    }

    /// What speaks for and what speaks against, the other way round.
    #[must_use]
    pub fn swapped(&self) -> Self {
        Self { yes: self.no.clone(), no: self.yes.clone(), yes_weight: self.no_weight, no_weight: self.yes_weight }
    }

    /// All records.
    #[must_use]
    pub fn total(&self) -> f64 {
        self.yes_weight + self.no_weight
    }

    /// Posterior probability that the rate is below `rate` under a Beta prior.
    #[must_use]
    pub fn below(&self, rate: f64, prior: (f64, f64)) -> f64 {
        beta_cdf(rate, prior.0 + self.yes_weight, prior.1 + self.no_weight)
    }

    /// The records for, as they are cited.
    #[must_use]
    pub fn cited(&self) -> Vec<EntryId> {
        self.yes.cited()
    }

    /// The records against, as they are cited.
    #[must_use]
    pub fn cited_against(&self) -> Vec<EntryId> {
        self.no.cited()
    }
}

/// The latest records, at most [`CITED`].
#[derive(Clone, Debug, PartialEq)]
pub struct Latest(Top<(Day, EntryId)>);

impl Default for Latest {
    fn default() -> Self {
        Self(Top::new(CITED))
    }
}

impl Latest {
    /// Takes in one record; it is quickest to offer the later ones first.
    pub fn offer(&mut self, day: Day, id: EntryId) {
        self.0.offer((day, id), |a, b| b.0.cmp(&a.0).then(a.1.cmp(&b.1)));
    }

    /// Whether it is full of records later than `day`.
    #[must_use]
    pub fn is_after(&self, day: Day) -> bool {
        self.0.is_full() && self.0.as_slice().last().is_some_and(|last| last.0 > day)
    }

    /// The latest first.
    #[must_use]
    pub fn cited(&self) -> Vec<EntryId> {
        self.0.as_slice().iter().map(|(_, id)| *id).collect()
    }
}

/// The latest of the entries first, at most [`CITED`]; the entries ascend by day.
pub fn cite<'a>(entries: impl DoubleEndedIterator<Item = &'a Entry>) -> Vec<EntryId> {
    let mut latest = Latest::default();
    for entry in entries.rev() {
        if latest.is_after(entry.day) {
            break;
        }
        latest.offer(entry.day, entry.id);
    }
    latest.cited()
}

/// Records there are and records there must be, and what they say.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Weighed {
    /// Records there are.
    pub records: f64,
    /// Records there must be.
    pub floor: f64,
    /// Posterior probability of what is checked for.
    pub probability: f64,
    /// Probability it needs.
    pub needed: f64,
}

impl Weighed {
    /// How the check comes out.
    #[must_use]
    pub fn outcome(&self) -> Outcome {
        if self.records <= 0.0 {
            Outcome::NoEvidence
        } else if self.records < self.floor {
            Outcome::TooLittle
        } else if self.probability >= self.needed {
            Outcome::Shown
        } else {
            Outcome::NotShown
        }
    }

    /// The finding, citing these records.
    #[must_use]
    pub fn finding(&self, code: Code, whose: Whose, entries: Vec<EntryId>, counter_entries: Vec<EntryId>) -> Finding {
        let outcome = self.outcome();
        if outcome == Outcome::NoEvidence {
            return Finding { code, whose, outcome, probability: 0.0, entries: Vec::new(), counter_entries: Vec::new() };
        }
        let probability = self.probability;
        Finding { code, whose, outcome, probability, entries, counter_entries }
    }
}
