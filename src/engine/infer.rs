//! Steps 1 to 5 as of one day, but for who kept the log: from day sums to a distribution for every dimension.

use super::assessment::Conflict;
use super::calendar::Calendar;
use super::density::Distribution;
use super::effective::{self, Series};
use super::evidence::{ContextEffect, Evidence};
use super::fuse;
use super::level::candidate_dates;
use super::level::days::joint_days;
use super::level::matrix::Vector;
use super::level::posterior::Levels;
use super::policy::Policy;
use super::rollup::RollUp;
use super::types::{ByDimension, Day};

/// Everything known about the levels on one day.
#[derive(Clone, Debug, PartialEq)]
pub struct Inference {
    /// The day.
    pub as_of: Day,
    /// Step 1.
    pub series: ByDimension<Series>,
    /// Steps 2 to 4, relative to the expected balance.
    pub levels: Levels,
    /// Steps 2 to 4 as distributions.
    pub pooled: ByDimension<Distribution>,
    /// Step 5, answers fused in; who kept the log is still to be considered.
    pub fused: ByDimension<Distribution>,
    /// Where log and answers disagree.
    pub conflicts: Vec<Conflict>,
}

/// Infers the levels as of `as_of` from the day sums up to it; of `evidence` only the rest is read.
#[must_use]
pub fn infer(roll_up: &RollUp, evidence: &Evidence, as_of: Day, policy: &Policy) -> Inference {
    let oldest = as_of.plus(-policy.effective.horizon_days);
    let exempt = Calendar::new(&evidence.contexts, ContextEffect::Exempt);
    let strained = Calendar::new(&evidence.contexts, ContextEffect::Widen);
    let roll_up = roll_up.between(oldest, as_of, |day| !exempt.contains(day));
    let series = effective::series(&roll_up, as_of, &|day| strained.contains(day), &policy.effective);
    let days = joint_days(&series, &evidence.expected_balance);
    let dates = candidate_dates(&roll_up, &policy.level);
    let levels = Levels::new(days, &dates, as_of, &policy.level, &policy.pooling);
    let pooled = pooled(&levels, &series, evidence, policy);

    let mut conflicts = Vec::new();
    let fused = pooled.map(|dimension, log| {
        let Some(answers) = fuse::answers_for(evidence, dimension, &policy.fusion) else {
            return log.clone();
        };
        let (fused, distance) = fuse::fuse(log, answers, &policy.fusion);
        if let Some(distance) = distance {
            conflicts.push(fuse::conflict(dimension, log, answers, distance));
        }
        fused
    });
    Inference { as_of, series, levels, pooled, fused, conflicts }
}

/// The distribution of each level, by the log alone.
fn pooled(levels: &Levels, series: &ByDimension<Series>, evidence: &Evidence, policy: &Policy) -> ByDimension<Distribution> {
    // Dimensions without a day are known alike, by way of the others; they differ by what is expected at most.
    let mut unseen: Option<(f64, Distribution)> = None;
    ByDimension::from_fn(|dimension| {
        let expected = *evidence.expected_balance.get(dimension);
        let seen = !series.get(dimension).days.is_empty();
        match &unseen {
            Some((known, distribution)) if !seen && known.total_cmp(&expected).is_eq() => distribution.clone(),
            Some(_) | None => {
                let distribution = mixture(levels, levels.of(dimension), expected, policy);
                if !seen {
                    unseen = Some((expected, distribution.clone()));
                }
                distribution
            }
        }
    })
}

/// Distribution of the levels weighed by `shares`, by the log alone.
#[must_use]
pub fn distribution(levels: &Levels, shares: &Vector, evidence: &Evidence, policy: &Policy) -> Distribution {
    mixture(levels, levels.weighed(shares), expected(shares, evidence), policy)
}

/// The mixture of (weight, mean, variance) around an expected balance; that of the kinds where nothing was observed.
fn mixture(levels: &Levels, parts: impl Iterator<Item = (f64, f64, f64)>, expected: f64, policy: &Policy) -> Distribution {
    if levels.components.is_empty() {
        let kinds = policy.pooling.kinds.iter();
        return Distribution::mixture(kinds.map(|&(centre, spread, weight)| (weight, expected, centre * centre + spread * spread)));
    }
    let blur = policy.level.resolution_sd * policy.level.resolution_sd;
    Distribution::mixture(parts.map(|(weight, mean, variance)| (weight, mean + expected, variance + blur)))
}

/// The expected balance weighed by `shares`.
#[must_use]
pub fn expected(shares: &Vector, evidence: &Evidence) -> f64 {
    shares.iter().zip(evidence.expected_balance.0).map(|(share, expected)| share * expected).sum()
}
