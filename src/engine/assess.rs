//! Runs all steps and puts the assessment together.

use std::collections::BTreeSet;

use super::assessment::{Assessment, Conflict, DimensionResult, EvidenceSummary, Figures, Measures, Method, Overall, State};
use super::effective;
use super::evidence::Evidence;
use super::explain::{Explainer, Explanation, Stages, explain};
use super::guard::{self, Dropped};
use super::infer::Readings;
use super::level::matrix::Vector;
use super::level::posterior::only;
use super::notes::notes;
use super::overall::overall;
use super::patterns::vitality::{energy_mean, heard_mean};
use super::patterns::{Finding, Outcome, Record, check_all};
use super::policy::Policy;
use super::report::dimension_result;
use super::rollup::RollUp;
use super::types::{Actor, Dimension};

/// Assesses the evidence. Total: every input has an answer, and the same input has the same one.
#[must_use]
pub fn assess(evidence: &Evidence, policy: &Policy) -> Assessment {
    let (clean, dropped) = guard::clean(evidence);
    let roll_up = RollUp::from_entries(&clean.entries);
    let core = core(&clean, &roll_up, true, policy);
    let summary = summary(&clean, &roll_up, dropped, policy);
    let record = Record { evidence: &clean, dimensions: &core.dimensions, overall: &core.overall, policy };
    let checks = check_all(&record);
    let shown = |strength: bool| {
        let shown = checks.iter().filter(move |check| check.outcome == Outcome::Shown);
        shown.filter(|check| check.code.is_strength() == strength).cloned().collect()
    };
    Assessment {
        method: Method { name: policy.name, version: policy.version },
        notes: notes(&clean, &summary, policy),
        evidence: summary,
        explanations: core.explanations,
        patterns: shown(false),
        strengths: shown(true),
        measures: Measures { energy_after: energy_mean(&record), felt_heard: heard_mean(&record) },
        checks,
        overall: core.overall,
        dimensions: core.dimensions,
        conflicts: core.conflicts,
    }
}

/// The figures: what mirrors by being turned round.
#[derive(Clone, Debug, PartialEq)]
pub struct Core {
    /// Every dimension, in order.
    pub dimensions: Vec<DimensionResult>,
    /// All sufficient dimensions together.
    pub overall: Overall,
    /// Where the log and the answers disagree.
    pub conflicts: Vec<Conflict>,
    /// Scores taken apart; empty unless they were asked for.
    pub explanations: Vec<Explanation>,
}

/// The figures of cleaned evidence, their explanations where `explained` says so.
///
/// Sums round differently in the two directions. One of them is used for both and the result turned round,
/// which makes swapped roles the mirror to the last bit.
#[must_use]
pub fn core(clean: &Evidence, roll_up: &RollUp, explained: bool, policy: &Policy) -> Core {
    if leans_to_other(clean, roll_up) {
        oriented(&clean.mirrored(), &roll_up.mirrored(), explained, policy).mirrored()
    } else {
        oriented(clean, roll_up, explained, policy)
    }
}

fn oriented(evidence: &Evidence, roll_up: &RollUp, explained: bool, policy: &Policy) -> Core {
    let readings = Readings::new(roll_up, evidence, policy);
    let dimensions = Dimension::ALL.map(|dimension| dimension_result(dimension, &readings)).to_vec();
    let (overall, behind) = overall(&dimensions, &readings);
    let explanations = if explained { explanations(behind.as_ref(), &dimensions, &readings, roll_up) } else { Vec::new() };
    Core { dimensions, overall, conflicts: readings.today.conflicts, explanations }
}

/// The overall score and that of every sufficient dimension, taken apart.
fn explanations(
    behind: Option<&(Vector, Stages)>,
    dimensions: &[DimensionResult],
    readings: &Readings,
    roll_up: &RollUp,
) -> Vec<Explanation> {
    let explainer = Explainer::new(readings, roll_up);
    let overall = behind.into_iter().map(|(shares, stages)| explain(None, shares, stages, &explainer));
    let sufficient = dimensions.iter().filter(|result| result.state != State::InsufficientEvidence);
    let each = sufficient.map(|result| {
        let stages = Stages::of(&readings.today, result.dimension);
        explain(Some(result.dimension), &only(result.dimension), &stages, &explainer)
    });
    overall.chain(each).collect()
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

impl Core {
    /// The same figures seen from the other side.
    #[must_use]
    pub fn mirrored(mut self) -> Self {
        if let Some(figures) = &mut self.overall.figures {
            figures.figures = figures.figures.mirrored();
        }
        for result in &mut self.dimensions {
            result.estimate = result.estimate.mirrored();
            result.figures = result.figures.map(Figures::mirrored);
            result.expected_balance = 0.0 - result.expected_balance;
            result.local_balance = 0.0 - result.local_balance;
        }
        for conflict in &mut self.conflicts {
            conflict.log_balance = 0.0 - conflict.log_balance;
            conflict.answers_balance = 0.0 - conflict.answers_balance;
        }
        self.explanations = self.explanations.into_iter().map(Explanation::mirrored).collect();
        self
    }
}

impl Assessment {
    /// The same assessment seen from the other side.
    #[must_use]
    pub fn mirrored(self) -> Self {
        let core = Core { dimensions: self.dimensions, overall: self.overall, conflicts: self.conflicts, explanations: self.explanations }
            .mirrored();
        Self {
            dimensions: core.dimensions,
            overall: core.overall,
            conflicts: core.conflicts,
            explanations: core.explanations,
            patterns: mirrored_findings(self.patterns),
            strengths: mirrored_findings(self.strengths),
            checks: mirrored_findings(self.checks),
            ..self
        }
    }
}

fn mirrored_findings(mut findings: Vec<Finding>) -> Vec<Finding> {
    for finding in &mut findings {
        finding.whose = finding.whose.mirrored();
    }
    findings.sort_by_key(|finding| (finding.code, finding.whose));
    findings
}
