//! All ebb settings and shift dates weighed by what the days say, and the levels pooled under each.
//!
//! Pooling (step 4) happens here, where it is exact: given a setting and a date the days are a Gaussian
//! likelihood of all levels at once, and given a kind of relationship the levels are Gaussian around a shared
//! centre. So every component is a Gaussian over all levels, and their mixture is the posterior.

use super::days::joint_days;
use super::explanations::{Explanation, explanations};
use super::join::{Prior, Updated};
use super::matrix::{Matrix, Vector, ZEROS, diagonal, dot, quadratic};
use crate::engine::effective::Series;
use crate::engine::math::{log_sum, normal_cdf};
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
    /// Mean of today's local level, ebb included.
    pub local_mean: Vector,
    /// Its variance.
    pub local_variance: Vector,
    /// Which of the posterior's explanations it belongs to.
    pub explanation: usize,
    /// Centre and spread of the kind of relationship.
    pub kind: (f64, f64),
}

/// The posterior of all levels.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Levels {
    /// Explanations worth keeping, in a fixed order.
    pub explanations: Vec<Explanation>,
    /// Their components; weights sum to 1. None where nothing was observed.
    pub components: Vec<Component>,
}

impl Levels {
    /// Weighs everything. `series` holds balances relative to what is expected.
    #[must_use]
    pub fn new(series: &ByDimension<Series>, dates: &[Day], today: Day, policy: &LevelPolicy, pooling: &PoolingPolicy) -> Self {
        let days = joint_days(series);
        if days.is_empty() {
            return Self::default();
        }
        let explanations = explanations(series, &days, dates, today, policy);
        let components = components(&explanations, policy, pooling);
        Self { explanations, components }
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

    /// The likeliest date of a shift; the earlier one among equals.
    #[must_use]
    pub fn shift_date(&self) -> Option<Day> {
        let mut dates: Vec<(Day, f64)> =
            self.explained().filter_map(|(part, explanation)| Some((explanation.shift?, part.weight))).collect();
        dates.sort_by_key(|(day, _)| *day);
        let sums = dates
            .chunk_by(|a, b| a.0 == b.0)
            .filter_map(|group| Some((group.first()?.0, group.iter().map(|(_, weight)| weight).sum::<f64>())));
        sums.reduce(|best, next| if next.1 > best.1 { next } else { best }).map(|(day, _)| day)
    }

    /// Probability that the level, weighed over dimensions by `shares`, moved by more than `size` at a shift.
    #[must_use]
    pub fn shift_probability(&self, shares: &Vector, size: f64) -> f64 {
        let moved = |part: &Component, explanation: &Explanation| {
            let (old_mean, old_variance) = explanation.old?;
            let mean = dot(shares, &part.mean) - dot(shares, &old_mean);
            let squares = shares.map(|share| share * share);
            let variance = quadratic(&part.covariance, shares) + dot(&squares, &old_variance);
            let sd = variance.max(1e-12).sqrt();
            Some(part.weight * (normal_cdf((mean - size) / sd) + normal_cdf((-size - mean) / sd)))
        };
        self.explained().filter_map(|(part, explanation)| moved(part, explanation)).sum::<f64>().min(1.0)
    }

    /// Means and variances of the level weighed by `shares`, component by component.
    pub fn weighed(&self, shares: &Vector) -> impl Iterator<Item = (f64, f64, f64)> {
        self.components.iter().map(|part| (part.weight, dot(shares, &part.mean), quadratic(&part.covariance, shares)))
    }

    /// Means and variances of today's local level weighed by `shares`, component by component.
    pub fn weighed_local(&self, shares: &Vector) -> impl Iterator<Item = (f64, f64, f64)> {
        self.components.iter().map(|part| {
            // Local levels move together; at worst as one.
            let sds = part.local_variance.map(|variance| variance.max(0.0).sqrt());
            let sd = dot(shares, &sds);
            (part.weight, dot(shares, &part.local_mean), sd * sd)
        })
    }

    /// Precision about a dimension's level beyond the flat prior, whatever the other dimensions say.
    #[must_use]
    pub fn own_precision(&self, dimension: Dimension, variance: f64) -> f64 {
        let flat = Prior::new(0.0, variance.sqrt());
        let mut weights = vec![0.0; self.explanations.len()];
        for part in &self.components {
            if let Some(weight) = weights.get_mut(part.explanation) {
                *weight += part.weight;
            }
        }
        let moments: Vec<(f64, f64, f64)> = self
            .explanations
            .iter()
            .zip(weights)
            .filter(|(_, weight)| *weight > 1e-4)
            .map(|(explanation, weight)| {
                let updated = Updated::new(&explanation.likelihood, &flat);
                let variances = ByDimension(diagonal(&updated.covariance));
                (weight, *ByDimension(updated.mean).get(dimension), *variances.get(dimension))
            })
            .collect();
        let total: f64 = moments.iter().map(|part| part.0).sum();
        if total <= 0.0 {
            return 0.0;
        }
        let mean = moments.iter().map(|part| part.0 * part.1).sum::<f64>() / total;
        let spread = moments.iter().map(|part| part.0 * (part.2 + (part.1 - mean) * (part.1 - mean))).sum::<f64>() / total;
        (1.0 / spread - 1.0 / variance).max(0.0)
    }
}

/// The vector that picks out one dimension.
#[must_use]
pub fn only(dimension: Dimension) -> Vector {
    let mut shares = ByDimension(ZEROS);
    *shares.get_mut(dimension) = 1.0;
    shares.0
}

fn components(explanations: &[Explanation], policy: &LevelPolicy, pooling: &PoolingPolicy) -> Vec<Component> {
    let kinds: Vec<((f64, f64), f64, Prior)> =
        pooling.kinds.iter().map(|&(centre, spread, weight)| ((centre, spread), libm::log(weight), Prior::new(centre, spread))).collect();
    let screening = Prior::new(policy.screening_levels.0, policy.screening_levels.1);
    let mut parts = Vec::new();
    for (at, explanation) in explanations.iter().enumerate() {
        // The screening prior's evidence is taken out again and each kind's put in its place.
        let without = explanation.log_weight - Updated::new(&explanation.likelihood, &screening).log_evidence;
        for (kind, log_prior, prior) in &kinds {
            let updated = Updated::new(&explanation.likelihood, prior);
            let (local_mean, local_variance) = explanation.edge.local(&updated);
            parts.push(Component {
                weight: without + log_prior + updated.log_evidence,
                mean: updated.mean,
                covariance: updated.covariance,
                local_mean,
                local_variance,
                explanation: at,
                kind: *kind,
            });
        }
    }
    let total = log_sum(&parts.iter().map(|part| part.weight).collect::<Vec<_>>());
    for part in &mut parts {
        part.weight = libm::exp(part.weight - total);
    }
    let heaviest = parts.iter().map(|part| part.weight).fold(0.0, f64::max);
    parts.retain(|part| part.weight > heaviest * policy.component_floor);
    let kept: f64 = parts.iter().map(|part| part.weight).sum();
    for part in &mut parts {
        part.weight /= kept;
    }
    parts
}
