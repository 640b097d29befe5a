//! Step 5: answers to questionnaires, and who kept the log, on the logit scale.
//!
//! One person answers both the log and the questionnaire and over-claims in both alike, so the bias is
//! taken off once, after the two are fused.

use std::borrow::Cow;

use super::assessment::Conflict;
use super::density::{Distribution, Mover};
use super::evidence::{Evidence, Questionnaire};
use super::math::logit_to_balance;
use super::policy::FusionPolicy;
use super::types::{Dimension, Keeper};

/// What questionnaires say about a level, in logits.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Answers {
    /// Mean.
    pub theta: f64,
    /// Variance.
    pub variance: f64,
}

/// The answers about `target` given last; several of the same day are weighed by precision.
///
/// A whole relationship's answers say less about one dimension than that dimension's own would.
#[must_use]
pub fn answers(evidence: &Evidence, target: Option<Dimension>, policy: &FusionPolicy) -> Option<Answers> {
    let about = |answers: &&Questionnaire| answers.dimension == target;
    let last = evidence.questionnaires.iter().filter(about).map(|answers| answers.day).max()?;
    let mut of_day: Vec<(f64, f64)> = evidence
        .questionnaires
        .iter()
        .filter(about)
        .filter(|answers| answers.day == last)
        .map(|answers| measured(answers, policy))
        .collect();
    of_day.sort_unstable_by(|a, b| a.0.abs().total_cmp(&b.0.abs()).then(a.0.total_cmp(&b.0)).then(a.1.total_cmp(&b.1)));
    let precision: f64 = of_day.iter().map(|(_, variance)| 1.0 / variance).sum();
    let theta = of_day.iter().map(|(theta, variance)| theta / variance).sum::<f64>() / precision;
    let variance = 1.0 / precision + policy.questionnaire_sd * policy.questionnaire_sd;
    Some(Answers { theta, variance })
}

/// Logit and measurement variance of one questionnaire: 2.2 (give - receive) / range.
fn measured(answers: &Questionnaire, policy: &FusionPolicy) -> (f64, f64) {
    let slope = policy.questionnaire_slope / answers.range;
    let error = answers.give_error.variance() + answers.receive_error.variance();
    (slope * (answers.give - answers.receive), (slope * slope * error).max(1e-6))
}

/// The answers that bear on one dimension: its own, and those about the whole.
#[must_use]
pub fn answers_for(evidence: &Evidence, dimension: Dimension, policy: &FusionPolicy) -> Option<Answers> {
    let own = answers(evidence, Some(dimension), policy);
    let between = policy.questionnaire_between_sd * policy.questionnaire_between_sd;
    let whole = answers(evidence, None, policy).map(|whole| Answers { variance: whole.variance + between, ..whole });
    match (own, whole) {
        (Some(own), Some(whole)) => {
            let precision = 1.0 / own.variance + 1.0 / whole.variance;
            let theta = (own.theta / own.variance + whole.theta / whole.variance) / precision;
            Some(Answers { theta, variance: 1.0 / precision })
        }
        (own, whole) => own.or(whole),
    }
}

/// Log and answers fused by precision; where they disagree, both are trusted less, and the distance is told.
#[must_use]
pub fn fuse(log: &Distribution, answers: Answers, policy: &FusionPolicy) -> (Distribution, Option<f64>) {
    let (mean, variance) = log.logit_moments();
    let gap = mean - answers.theta;
    let distance = gap * gap / (variance + answers.variance);
    let conflict = distance > policy.conflict_threshold;
    // Raising a density to 1/k multiplies its variance by k.
    let power = if conflict { policy.conflict_threshold / distance } else { 1.0 };
    (log.fused(answers.theta, answers.variance, power), conflict.then_some(distance))
}

/// A conflict as it is reported.
#[must_use]
pub fn conflict(dimension: Dimension, log: &Distribution, answers: Answers, distance_squared: f64) -> Conflict {
    Conflict { dimension, distance_squared, log_balance: log.mean(), answers_balance: logit_to_balance(answers.theta) }
}

/// Shift, in logits, that undoes the over-claiming of whoever kept the log.
#[must_use]
pub fn keeper_shift(keeper: Keeper, policy: &FusionPolicy) -> f64 {
    match keeper {
        Keeper::Logger => -policy.keeper_shift,
        Keeper::Other => policy.keeper_shift,
        Keeper::Neither => 0.0,
    }
}

/// Takes the over-claiming of whoever kept the log off again: a shift, and doubt about its size.
#[derive(Clone, Debug, PartialEq)]
pub struct KeeperCorrection(Option<Cow<'static, Mover>>);

impl KeeperCorrection {
    /// Prepares the correction; a record that neither kept needs none.
    #[must_use]
    pub fn new(keeper: Keeper, policy: &FusionPolicy) -> Self {
        Self(match keeper {
            Keeper::Neither => None,
            Keeper::Logger | Keeper::Other => Some(Mover::prepared(keeper_shift(keeper, policy), policy.keeper_sd)),
        })
    }

    /// The distribution once who kept the log is considered.
    #[must_use]
    pub fn apply(&self, fused: &Distribution) -> Distribution {
        self.0.as_ref().map_or_else(|| fused.clone(), |mover| mover.apply(fused))
    }

    /// The probabilities below some balances once who kept the log is considered.
    #[must_use]
    pub fn below<const N: usize>(&self, fused: &Distribution, balances: [f64; N]) -> [f64; N] {
        self.0.as_ref().map_or_else(|| balances.map(|balance| fused.below(balance)), |mover| mover.below(fused, balances))
    }
}

/// Both people's logs of one level.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct TwoLogs {
    /// Mean logit, seen from the first person.
    pub theta: f64,
    /// Its variance.
    pub variance: f64,
    /// How much both over-claim, on average, in logits: half of what their claims have in common.
    pub overclaiming: f64,
}

/// Fuses two logs of the same tie, each (mean, variance) in logits from its keeper's own side and before any
/// correction; `covariance` where both logged the same events.
///
/// Over-claiming is alike on both sides and cancels; what is left of it is the difference between two people.
#[must_use]
pub fn two_logs(first: (f64, f64), second: (f64, f64), covariance: f64, policy: &FusionPolicy) -> TwoLogs {
    let bias = policy.keeper_sd * policy.keeper_sd;
    TwoLogs {
        theta: (first.0 - second.0) / 2.0,
        variance: (first.1 + second.1) / 4.0 + bias / 2.0 + covariance.abs() / 2.0,
        overclaiming: f64::midpoint(first.0, second.0),
    }
}
