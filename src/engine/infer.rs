//! Steps 1 to 5 as of one day: from day sums to a density for every dimension.

use super::assessment::Conflict;
use super::density::Density;
use super::effective::{self, Series};
use super::evidence::{ContextEffect, Evidence};
use super::fuse;
use super::level::candidate_dates;
use super::level::mixture::{LevelMixture, mixtures};
use super::policy::Policy;
use super::pool::{self, Pooled};
use super::rollup::{RollUp, observed_dimensions};
use super::types::{ByDimension, Day};

/// Everything known about the levels on one day.
#[derive(Clone, Debug, PartialEq)]
pub struct Inference {
    /// The day.
    pub as_of: Day,
    /// Step 1.
    pub series: ByDimension<Series>,
    /// Step 2.
    pub mixtures: ByDimension<LevelMixture>,
    /// Step 4.
    pub pooled: Pooled,
    /// Step 5, answers fused in.
    pub fused: ByDimension<Density>,
    /// Step 5, complete: the posterior that is reported.
    pub posterior: ByDimension<Density>,
    /// Where log and answers disagree.
    pub conflicts: Vec<Conflict>,
    /// Whether there was any date at which a shift was considered.
    pub has_dates: bool,
}

/// Infers the levels as of `as_of` from the day sums up to it; of `evidence` only the rest is read.
#[must_use]
pub fn infer(roll_up: &RollUp, evidence: &Evidence, as_of: Day, policy: &Policy) -> Inference {
    let oldest = as_of.plus(-policy.effective.horizon_days);
    let exempt = |day: Day| in_context(evidence, day, ContextEffect::Exempt);
    let strained = |day: Day| in_context(evidence, day, ContextEffect::Widen);
    let roll_up = roll_up.filtered(|day| day <= as_of && day >= oldest && !exempt(day));
    let series = effective::series(&roll_up, as_of, &strained, &policy.effective);
    let dates = candidate_dates(&roll_up, &policy.level);
    let mixtures = mixtures(&series, &dates, as_of, &policy.level);
    let likelihoods = mixtures.map(|_, mixture| pool::likelihood(mixture, &policy.level));
    let pooled = pool::pool(&likelihoods, &observed_dimensions(&roll_up), &policy.pooling);

    let mut conflicts = Vec::new();
    let fused = pooled.densities.map(|dimension, density| {
        let Some(answers) = fuse::answers_for(evidence, dimension, &policy.fusion) else {
            return density.clone();
        };
        let (fused, distance) = fuse::fuse(density, answers, &policy.fusion);
        if let Some(distance) = distance {
            conflicts.push(fuse::conflict(dimension, density, answers, distance));
        }
        fused
    });
    let posterior = fused.map(|_, density| fuse::corrected(density, evidence.kept_by, &policy.fusion));
    Inference { as_of, series, mixtures, pooled, fused, posterior, conflicts, has_dates: !dates.is_empty() }
}

fn in_context(evidence: &Evidence, day: Day, effect: ContextEffect) -> bool {
    evidence.contexts.iter().any(|period| period.effect == effect && period.from <= day && day <= period.to)
}
