//! Steps 1 to 5 as of one day: from day sums to a distribution for every dimension.

use super::assessment::Conflict;
use super::density::Distribution;
use super::effective::{self, Series};
use super::evidence::{ContextEffect, Evidence};
use super::fuse::{self, KeeperCorrection};
use super::level::candidate_dates;
use super::level::matrix::Vector;
use super::level::posterior::{Levels, only};
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
    /// Step 5, answers fused in.
    pub fused: ByDimension<Distribution>,
    /// Step 5, complete: the posterior that is reported.
    pub posterior: ByDimension<Distribution>,
    /// Where log and answers disagree.
    pub conflicts: Vec<Conflict>,
}

/// Today's inference beside that of some days earlier: the same evidence, cut.
#[derive(Clone, Debug, PartialEq)]
pub struct Readings<'a> {
    /// The evidence, cleaned.
    pub evidence: &'a Evidence,
    /// The constants.
    pub policy: &'a Policy,
    /// The correction for who kept the log.
    pub correction: KeeperCorrection,
    /// As of `evidence.as_of`.
    pub today: Inference,
    /// As of some days before.
    pub earlier: Inference,
}

impl<'a> Readings<'a> {
    /// Infers both.
    #[must_use]
    pub fn new(roll_up: &RollUp, evidence: &'a Evidence, policy: &'a Policy) -> Self {
        let correction = KeeperCorrection::new(evidence.kept_by, &policy.fusion);
        let at = |day| infer(roll_up, evidence, day, &correction, policy);
        let today = at(evidence.as_of);
        let earlier = at(evidence.as_of.plus(-policy.states.sustained_lag_days));
        Self { evidence, policy, correction, today, earlier }
    }
}

/// Infers the levels as of `as_of` from the day sums up to it; of `evidence` only the rest is read.
///
/// `correction` is that of the evidence's keeper.
#[must_use]
pub fn infer(roll_up: &RollUp, evidence: &Evidence, as_of: Day, correction: &KeeperCorrection, policy: &Policy) -> Inference {
    let oldest = as_of.plus(-policy.effective.horizon_days);
    let exempt = |day: Day| in_context(evidence, day, ContextEffect::Exempt);
    let strained = |day: Day| in_context(evidence, day, ContextEffect::Widen);
    let roll_up = roll_up.filtered(|day| day <= as_of && day >= oldest && !exempt(day));
    let series = effective::series(&roll_up, as_of, &strained, &policy.effective);
    let relative = series.map(|dimension, series| series.relative_to(*evidence.expected_balance.get(dimension)));
    let dates = candidate_dates(&roll_up, &policy.level);
    let levels = Levels::new(&relative, &dates, as_of, &policy.level, &policy.pooling);
    let pooled = ByDimension::from_fn(|dimension| distribution(&levels, &only(dimension), evidence, policy));

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
    let posterior = fused.map(|_, fused| correction.apply(fused));
    Inference { as_of, series, levels, pooled, fused, posterior, conflicts }
}

/// Distribution of the levels weighed by `shares`, by the log alone.
#[must_use]
pub fn distribution(levels: &Levels, shares: &Vector, evidence: &Evidence, policy: &Policy) -> Distribution {
    let expected = expected(shares, evidence);
    if levels.components.is_empty() {
        let kinds = policy.pooling.kinds.iter();
        return Distribution::mixture(kinds.map(|&(centre, spread, weight)| (weight, expected, centre * centre + spread * spread)));
    }
    let blur = policy.level.resolution_sd * policy.level.resolution_sd;
    Distribution::mixture(levels.weighed(shares).map(|(weight, mean, variance)| (weight, mean + expected, variance + blur)))
}

/// The expected balance weighed by `shares`.
#[must_use]
pub fn expected(shares: &Vector, evidence: &Evidence) -> f64 {
    shares.iter().zip(evidence.expected_balance.0).map(|(share, expected)| share * expected).sum()
}

fn in_context(evidence: &Evidence, day: Day, effect: ContextEffect) -> bool {
    evidence.contexts.iter().any(|period| period.effect == effect && period.from <= day && day <= period.to)
}
