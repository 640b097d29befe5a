//! All ebb settings and shift dates weighed by what the days say, and the levels pooled under each.
//!
//! Pooling (step 4) happens here, where it is exact: given a setting and a date the days are a Gaussian
//! likelihood of all levels at once, and given a kind of relationship the levels are Gaussian around a shared
//! centre. So every component is a Gaussian over all levels, and their mixture is the posterior.

use super::days::JointDay;
use super::explanations::{Explanation, explanations};
use super::matrix::{Matrix, Vector, ZEROS, diagonal, dot, quadratic};
use super::prior::{Prior, Updated};
use crate::engine::math::log_sum;
use crate::engine::policy::{LevelPolicy, PoolingPolicy};
use crate::engine::types::{ByDimension, Day, Dimension};

/// One explanation of all days, with the levels it leads to.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Component {
    /// Posterior probability.
    pub weight: f64,
    /// Posterior mean of each level.
    pub mean: Vector,
    /// Posterior covariance of the levels.
    pub covariance: Matrix,
    /// Which of the posterior's explanations it belongs to.
    pub explanation: usize,
    /// Centre and spread of the kind of relationship.
    pub kind: (f64, f64),
}

/// The posterior of all levels.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Levels {
    /// The observed days, balances relative to what is expected.
    pub days: Vec<JointDay>,
    /// Explanations worth keeping, in a fixed order.
    pub explanations: Vec<Explanation>,
    /// Their components; weights sum to 1. None where nothing was observed.
    pub components: Vec<Component>,
}

impl Levels {
    /// Weighs everything.
    #[must_use]
    pub fn new(days: Vec<JointDay>, dates: &[Day], today: Day, policy: &LevelPolicy, pooling: &PoolingPolicy) -> Self {
        if days.is_empty() {
            return Self::default();
        }
        let explanations = explanations(&days, dates, today, policy);
        let components = components(&explanations, policy, pooling);
        Self { days, explanations, components }
    }

    /// Each component with the explanation it belongs to.
    pub fn explained(&self) -> impl Iterator<Item = (&Component, &Explanation)> {
        self.components.iter().filter_map(|part| Some((part, self.explanations.get(part.explanation)?)))
    }

    /// Posterior mean of the standard deviation of the ebb.
    #[must_use]
    pub fn ebb_sd(&self) -> f64 {
        self.explained().map(|(part, explanation)| part.weight * explanation.ebb.sd).sum()
    }

    /// Means and variances of one dimension's level, component by component.
    pub fn of(&self, dimension: Dimension) -> impl Iterator<Item = (f64, f64, f64)> {
        let at = dimension.index();
        let of = move |part: &Component| {
            let variance = part.covariance.get(at).and_then(|row| row.get(at));
            Some((part.weight, *part.mean.get(at)?, *variance?))
        };
        self.components.iter().filter_map(of)
    }

    /// Means and variances of the level weighed by `shares`, component by component.
    pub fn weighed(&self, shares: &Vector) -> impl Iterator<Item = (f64, f64, f64)> {
        self.components.iter().map(|part| (part.weight, dot(shares, &part.mean), quadratic(&part.covariance, shares)))
    }

    /// Precision about each dimension's level beyond a flat prior of this variance, whatever the other dimensions say.
    #[must_use]
    pub fn own_precision(&self, variance: f64) -> ByDimension<f64> {
        let flat = Prior::new(0.0, variance.sqrt());
        let mut weights = vec![0.0; self.explanations.len()];
        for part in &self.components {
            if let Some(weight) = weights.get_mut(part.explanation) {
                *weight += part.weight;
            }
        }
        let heavy = self.explanations.iter().zip(weights).filter(|(_, weight)| *weight > 1e-4);
        let parts: Vec<(f64, Updated)> =
            heavy.map(|(explanation, weight)| (weight, Updated::new(&explanation.likelihood, &flat))).collect();
        let total: f64 = parts.iter().map(|part| part.0).sum();
        let average = |of: &dyn Fn(&Updated) -> Vector| {
            let mut sum = ZEROS;
            for (weight, updated) in &parts {
                super::matrix::add_scaled(&mut sum, &of(updated), weight / total);
            }
            ByDimension(sum)
        };
        let mean = average(&|updated| updated.mean);
        let spread = average(&|updated| {
            let mut spread = diagonal(&updated.covariance);
            for ((spread, own), mean) in spread.iter_mut().zip(&updated.mean).zip(&mean.0) {
                *spread += (own - mean) * (own - mean);
            }
            spread
        });
        spread.map(|_, spread| if total > 0.0 { (1.0 / spread - 1.0 / variance).max(0.0) } else { 0.0 })
    }
}

/// The vector that picks out one dimension.
#[must_use]
pub fn only(dimension: Dimension) -> Vector {
    let mut shares = ByDimension(ZEROS);
    *shares.get_mut(dimension) = 1.0;
    shares.0
}

/// A kind of relationship: centre and spread, logarithm of its prior weight, and what it makes of levels.
struct Kind {
    around: (f64, f64),
    log_weight: f64,
    prior: Prior,
}

/// Every explanation under every kind of relationship, those too light left out.
fn components(explanations: &[Explanation], policy: &LevelPolicy, pooling: &PoolingPolicy) -> Vec<Component> {
    let kind =
        |&(centre, spread, weight): &_| Kind { around: (centre, spread), log_weight: libm::log(weight), prior: Prior::new(centre, spread) };
    let kinds: Vec<Kind> = pooling.kinds.iter().map(kind).collect();
    let pairs = || explanations.iter().enumerate().flat_map(|(at, explanation)| kinds.iter().map(move |kind| (at, explanation, kind)));
    // Weighed first, worked out afterwards: most of them weigh nothing.
    let log_weight = |(_, explanation, kind): (usize, &Explanation, &Kind)| {
        explanation.log_prior + kind.log_weight + kind.prior.log_evidence(&explanation.likelihood)
    };
    let mut weights: Vec<f64> = pairs().map(log_weight).collect();
    let total = log_sum(&weights);
    for weight in &mut weights {
        *weight = libm::exp(*weight - total);
    }
    let floor = weights.iter().copied().fold(0.0, f64::max) * policy.component_floor;
    let kept: f64 = weights.iter().filter(|weight| **weight > floor).sum();
    let mut components = Vec::with_capacity(weights.iter().filter(|weight| **weight > floor).count());
    for ((at, explanation, kind), weight) in pairs().zip(weights).filter(|(_, weight)| *weight > floor) {
        let Updated { mean, covariance, .. } = Updated::new(&explanation.likelihood, &kind.prior);
        components.push(Component { weight: weight / kept, mean, covariance, explanation: at, kind: kind.around });
    }
    components
}
