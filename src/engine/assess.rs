//! Runs all steps and puts the assessment together.

use std::collections::BTreeSet;

use super::assessment::{Assessment, EvidenceSummary, Method, Overall};
use super::effective;
use super::evidence::Evidence;
use super::guard::{self, Dropped};
use super::infer::Readings;
use super::overall::overall;
use super::policy::Policy;
use super::report::dimension_result;
use super::rollup::RollUp;
use super::types::{Actor, Dimension};

/// Assesses the evidence. Total: every input has an answer, and the same input has the same one.
#[must_use]
pub fn assess(evidence: &Evidence, policy: &Policy) -> Assessment {
    let (clean, dropped) = guard::clean(evidence);
    let roll_up = RollUp::from_entries(&clean.entries);
    // Sums round differently in the two directions; one of them is used for both. See `RollUp::lean`.
    if leans_to_other(&clean, &roll_up) {
        assess_oriented(&clean.mirrored(), &roll_up.mirrored(), dropped, policy).mirrored()
    } else {
        assess_oriented(&clean, &roll_up, dropped, policy)
    }
}

fn assess_oriented(evidence: &Evidence, roll_up: &RollUp, dropped: Dropped, policy: &Policy) -> Assessment {
    let readings = Readings::new(roll_up, evidence, policy);
    let dimensions = Dimension::ALL.map(|dimension| dimension_result(dimension, &readings)).to_vec();
    let overall = overall(&dimensions, &readings);
    Assessment {
        method: Method { name: policy.name, version: policy.version },
        evidence: summary(evidence, roll_up, dropped, policy),
        overall,
        dimensions,
        conflicts: readings.today.conflicts,
    }
}

fn leans_to_other(evidence: &Evidence, roll_up: &RollUp) -> bool {
    let log = roll_up.lean();
    let answers = evidence.questionnaires.iter().map(|answers| answers.give - answers.receive).sum::<f64>();
    let expected = evidence.expected_balance.iter().map(|(_, expected)| *expected).find(|lean| *lean != 0.0);
    [log, answers, expected.unwrap_or(0.0)].into_iter().find(|lean| *lean != 0.0).is_some_and(|lean| lean < 0.0)
}

fn summary(evidence: &Evidence, roll_up: &RollUp, dropped: Dropped, policy: &Policy) -> EvidenceSummary {
    let days: BTreeSet<_> = evidence.entries.iter().map(|entry| entry.day).collect();
    let unknown = evidence.entries.iter().filter(|entry| entry.actor == Actor::Unknown);
    let number = |items: usize| u32::try_from(items).unwrap_or(u32::MAX);
    EvidenceSummary {
        entries: number(evidence.entries.len()),
        unknown_actor_entries: number(unknown.count()),
        days: number(days.len()),
        first_day: days.first().copied(),
        last_day: days.last().copied(),
        dropped,
        agreement: effective::agreement(roll_up, &policy.effective),
    }
}

impl Assessment {
    /// The same assessment seen from the other side.
    #[must_use]
    pub fn mirrored(mut self) -> Self {
        self.overall = mirrored_overall(self.overall);
        for result in &mut self.dimensions {
            result.estimate = result.estimate.mirrored();
            result.figures = result.figures.map(super::assessment::Figures::mirrored);
            result.expected_balance = 0.0 - result.expected_balance;
            result.local_balance = 0.0 - result.local_balance;
        }
        for conflict in &mut self.conflicts {
            conflict.log_balance = 0.0 - conflict.log_balance;
            conflict.answers_balance = 0.0 - conflict.answers_balance;
        }
        self
    }
}

fn mirrored_overall(mut overall: Overall) -> Overall {
    if let Some(figures) = &mut overall.figures {
        figures.figures = figures.figures.mirrored();
    }
    overall
}
