//! Runs all steps and puts the assessment together.

use super::assessment::{Assessment, DimensionResult, EvidenceSummary, Figures, Measures, Method, State};
use super::change::States;
use super::effective;
use super::evidence::{Entry, Evidence};
use super::explain::{Explainer, Explanation, Stages, explain};
use super::guard::{self, Dropped};
use super::level::matrix::Vector;
use super::level::posterior::only;
use super::notes::notes;
use super::overall::overall;
use super::patterns::{Finding, Outcome, Record, check_all};
use super::policy::Policy;
use super::readings::Readings;
use super::report::dimension_results;
use super::rollup::RollUp;
use super::types::{Actor, ByDimension, Day, Keeper};

/// Assesses the evidence. Total: every input has an answer, and the same input has the same one.
#[must_use]
pub fn assess(evidence: &Evidence, policy: &Policy) -> Assessment {
    Prepared::new(evidence).assess(policy)
}

/// Evidence with its entries cleaned and summed by day. What comes after needs room by days, not by entries.
#[derive(Clone, Debug)]
pub struct Prepared {
    evidence: Evidence,
    roll_up: RollUp,
    dropped: Dropped,
    /// Whether the evidence was turned round, see `from_sums`.
    turned: bool,
}

impl Prepared {
    /// Cleans and sums the evidence.
    #[must_use]
    pub fn new(evidence: &Evidence) -> Self {
        let (evidence, dropped) = guard::clean(evidence);
        let roll_up = RollUp::from_sorted(&evidence.entries);
        Self::from_sums(evidence, roll_up, dropped)
    }

    /// Clean evidence with its sums; the entries themselves matter to explanations and patterns alone.
    ///
    /// Sums round differently in the two directions. One of them is used for both and the result turned round,
    /// which makes swapped roles the mirror to the last bit.
    pub(super) fn from_sums(evidence: Evidence, roll_up: RollUp, dropped: Dropped) -> Self {
        if leans_to_other(&evidence, &roll_up) {
            Self { evidence: evidence.mirrored(), roll_up: roll_up.mirrored(), dropped, turned: true }
        } else {
            Self { evidence, roll_up, dropped, turned: false }
        }
    }

    /// Assesses it.
    #[must_use]
    pub fn assess(&self, policy: &Policy) -> Assessment {
        let assessment = self.oriented(policy);
        if self.turned { assessment.mirrored() } else { assessment }
    }

    fn oriented(&self, policy: &Policy) -> Assessment {
        let Self { evidence, roll_up, dropped, .. } = self;
        let readings = Readings::new(roll_up, evidence, policy);
        let dimensions = dimension_results(&readings);
        let (overall, behind) = overall(&dimensions, &readings);
        let explanations = explanations(behind.as_ref(), &dimensions, &readings);
        let record = Record::new(evidence, &dimensions, &overall, policy);
        let checks = check_all(&record);
        let measures = Measures { energy_after: record.energy, felt_heard: record.heard };
        let shown = |strength: bool| {
            let shown = checks.iter().filter(move |check| check.outcome == Outcome::Shown);
            shown.filter(|check| check.code.is_strength() == strength).cloned().collect()
        };
        let days = days(&evidence.entries);
        let summary = summary(evidence, &days, roll_up, *dropped, policy);
        Assessment {
            method: Method { name: policy.name, version: policy.version },
            notes: notes(evidence, &days, &summary, policy),
            evidence: summary,
            explanations,
            patterns: shown(false),
            strengths: shown(true),
            measures,
            checks,
            overall,
            dimensions,
            conflicts: readings.today.conflicts,
        }
    }

    /// The states and nothing else.
    #[must_use]
    pub fn states(&self, policy: &Policy) -> States {
        let readings = Readings::new(&self.roll_up, &self.evidence, policy);
        let results = dimension_results(&readings);
        let mut dimensions = ByDimension::from_fn(|_| State::InsufficientEvidence);
        for result in &results {
            *dimensions.get_mut(result.dimension) = result.state;
        }
        States { overall: overall(&results, &readings).0.state, dimensions }
    }
}

/// The overall score and that of every sufficient dimension, taken apart.
fn explanations(behind: Option<&(Vector, Stages)>, dimensions: &[DimensionResult], readings: &Readings) -> Vec<Explanation> {
    let explainer = Explainer::new(readings);
    let overall = behind.into_iter().map(|(shares, stages)| explain(None, shares, stages, &explainer));
    let sufficient = dimensions.iter().filter(|result| result.state != State::InsufficientEvidence);
    let each = sufficient.map(|result| {
        let stages = Stages::of(readings, result.dimension);
        explain(Some(result.dimension), &only(result.dimension), &stages, &explainer)
    });
    overall.chain(each).collect()
}

/// Which way the evidence is computed. What leans neither way at all is its own mirror, to the last bit but one.
fn leans_to_other(evidence: &Evidence, roll_up: &RollUp) -> bool {
    let log = roll_up.lean();
    let answers = evidence.questionnaires.iter().map(|answers| answers.give - answers.receive).sum::<f64>();
    let expected = evidence.expected_balance.iter().map(|(_, expected)| *expected).find(|lean| *lean != 0.0);
    let keeper = if evidence.kept_by == Keeper::Other { -1.0 } else { 0.0 };
    [log, answers, expected.unwrap_or(0.0), keeper].into_iter().find(|lean| *lean != 0.0).is_some_and(|lean| lean < 0.0)
}

/// The days with entries, ascending.
fn days(entries: &[Entry]) -> Vec<Day> {
    entries.chunk_by(|a, b| a.day == b.day).filter_map(<[Entry]>::first).map(|entry| entry.day).collect()
}

fn summary(evidence: &Evidence, days: &[Day], roll_up: &RollUp, dropped: Dropped, policy: &Policy) -> EvidenceSummary {
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
        self.patterns = mirrored_findings(self.patterns);
        self.strengths = mirrored_findings(self.strengths);
        self.checks = mirrored_findings(self.checks);
        self
    }
}

fn mirrored_findings(mut findings: Vec<Finding>) -> Vec<Finding> {
    for finding in &mut findings {
        finding.whose = finding.whose.mirrored();
    }
    findings.sort_by_key(|finding| (finding.code, finding.whose));
    findings
}
