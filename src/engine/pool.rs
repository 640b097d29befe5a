//! Steps 3 and 4: from mixtures to densities, and partial pooling across dimensions.
//!
//! The dimensions of one relationship resemble each other: theta_d ~ N(M, tau^2) in logits, with M and tau
//! unknown. Both are summed out over a grid instead of by a normal approximation, so that likelihoods with
//! two humps or long tails keep their shape.

use super::density::{Density, POINTS, STEP, grid};
use super::level::mixture::{Component, LevelMixture};
use super::math::{log_sum, logit_to_balance};
use super::policy::{LevelPolicy, PoolingPolicy};
use super::types::{ByDimension, Dimension};

/// Centres reach 4 logits either way, in steps of the density's grid.
const CENTRES: usize = 81;
/// Distances between a centre and a point of the grid, in steps: -100 to 100.
const DISTANCES: usize = POINTS + CENTRES - 1;

/// The pooled posterior: a density for each dimension and what they share.
#[derive(Clone, Debug, PartialEq)]
pub struct Pooled {
    /// Posterior of each dimension's logit, before who kept the log is considered.
    pub densities: ByDimension<Density>,
    /// Posterior over centre and spread, with each dimension's moments under them.
    pub hypotheses: Vec<Hypothesis>,
}

/// One centre and spread of the relationship.
#[derive(Clone, Debug, PartialEq)]
pub struct Hypothesis {
    /// Posterior probability.
    pub weight: f64,
    /// Mean and variance of each dimension's logit under it.
    pub moments: ByDimension<(f64, f64)>,
}

/// Likelihood of the logit on the grid, at most 1; all 1 where nothing was observed.
#[must_use]
pub fn likelihood(mixture: &LevelMixture, policy: &LevelPolicy) -> [f64; POINTS] {
    if mixture.components.is_empty() {
        return [1.0; POINTS];
    }
    let parts: Vec<Blurred> = mixture.components.iter().map(|part| Blurred::new(part, policy)).collect();
    let balances = grid().map(logit_to_balance);
    let highest = balances
        .iter()
        .map(|b| parts.iter().map(|part| part.log_at(*b)).fold(f64::NEG_INFINITY, f64::max))
        .fold(f64::NEG_INFINITY, f64::max);
    let values = balances.map(|b| parts.iter().map(|part| libm::exp(part.log_at(b) - highest)).sum::<f64>());
    let top = values.iter().copied().fold(0.0, f64::max);
    values.map(|value| value / top)
}

/// A component's likelihood with the resolution's variance added to its own.
struct Blurred {
    log_scale: f64,
    pull: f64,
    information: f64,
}

impl Blurred {
    fn new(part: &Component, policy: &LevelPolicy) -> Self {
        let own = &part.likelihood;
        let blur = policy.resolution_sd * policy.resolution_sd;
        let shrink = 1.0 / (1.0 + blur * own.information);
        let log_weight = libm::log(part.weight) - own.log_marginal(policy.level_variance);
        let peak = 0.5 * (own.pull * own.pull * blur * shrink + libm::log(shrink));
        Self {
            log_scale: log_weight + own.log_scale + peak,
            pull: own.pull * shrink,
            information: own.information * shrink,
        }
    }

    fn log_at(&self, balance: f64) -> f64 {
        self.log_scale + balance * (self.pull - 0.5 * self.information * balance)
    }
}

/// Pools the dimensions' likelihoods.
#[must_use]
pub fn pool(likelihoods: &ByDimension<[f64; POINTS]>, observed: &[Dimension], policy: &PoolingPolicy) -> Pooled {
    let centre_priors = centre_priors(policy);
    let kernels: Vec<(f64, Vec<f64>)> =
        policy.spreads.iter().map(|&(spread, weight)| (weight, kernel(spread))).collect();
    let cells: Vec<(f64, &[f64])> = kernels
        .iter()
        .flat_map(|(weight, kernel)| {
            centre_priors.iter().zip(kernel.windows(POINTS).rev()).map(move |(prior, window)| (prior * weight, window))
        })
        .collect();
    let evidence: ByDimension<Vec<f64>> = likelihoods.map(|dimension, likelihood| {
        if observed.contains(&dimension) {
            cells.iter().map(|(_, window)| dot(window, likelihood).max(f64::MIN_POSITIVE)).collect()
        } else {
            vec![1.0; cells.len()]
        }
    });
    let weights = posterior(&cells, &evidence, observed);
    let densities = likelihoods.map(|dimension, likelihood| {
        let mut prior = [0.0; POINTS];
        for (((_, window), weight), own) in cells.iter().zip(&weights).zip(evidence.get(dimension)) {
            let weight = weight / own;
            if weight > 0.0 {
                prior.iter_mut().zip(*window).for_each(|(sum, value)| *sum += weight * value);
            }
        }
        prior.iter_mut().zip(likelihood).for_each(|(value, likelihood)| *value *= likelihood);
        Density::normalised(prior)
    });
    let hypotheses = hypotheses(&cells, &weights, likelihoods);
    Pooled { densities, hypotheses }
}

fn posterior(cells: &[(f64, &[f64])], evidence: &ByDimension<Vec<f64>>, observed: &[Dimension]) -> Vec<f64> {
    let mut logs: Vec<f64> = cells.iter().map(|(prior, _)| libm::log(*prior)).collect();
    for dimension in observed {
        for (log, value) in logs.iter_mut().zip(evidence.get(*dimension)) {
            *log += libm::log(*value);
        }
    }
    let total = log_sum(&logs);
    logs.iter().map(|log| libm::exp(log - total)).collect()
}

/// Hypotheses light enough to be left out of the overall figure.
const HYPOTHESIS_FLOOR: f64 = 1e-6;

fn hypotheses(
    cells: &[(f64, &[f64])],
    weights: &[f64],
    likelihoods: &ByDimension<[f64; POINTS]>,
) -> Vec<Hypothesis> {
    let points = grid();
    let moments = |window: &[f64], likelihood: &[f64; POINTS]| {
        let (mut mass, mut first, mut second) = (0.0, 0.0, 0.0);
        for ((theta, value), likelihood) in points.iter().zip(window).zip(likelihood) {
            let share = value * likelihood;
            mass += share;
            first += share * theta;
            second += share * theta * theta;
        }
        let mean = first / mass;
        if mass > 0.0 { (mean, (second / mass - mean * mean).max(0.0)) } else { (0.0, 0.0) }
    };
    cells
        .iter()
        .zip(weights)
        .filter(|(_, weight)| **weight > HYPOTHESIS_FLOOR)
        .map(|((_, window), weight)| Hypothesis {
            weight: *weight,
            moments: likelihoods.map(|_, likelihood| moments(window, likelihood)),
        })
        .collect()
}

fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

/// Normal density with standard deviation `spread` at all distances, times the grid's step.
fn kernel(spread: f64) -> Vec<f64> {
    let scale = STEP / (spread * (2.0 * std::f64::consts::PI).sqrt());
    steps_around_zero(DISTANCES).map(|distance| scale * libm::exp(-0.5 * (distance / spread) * (distance / spread))).collect()
}

fn centre_priors(policy: &PoolingPolicy) -> Vec<f64> {
    let values: Vec<f64> = steps_around_zero(CENTRES)
        .map(|centre| {
            let normal = |sd: f64| libm::exp(-0.5 * (centre / sd) * (centre / sd)) / sd;
            policy.centres.iter().map(|&(sd, weight)| weight * normal(sd)).sum()
        })
        .collect();
    let total: f64 = values.iter().sum();
    values.iter().map(|value| value / total).collect()
}

/// `points` multiples of the grid's step, the middle one 0.
fn steps_around_zero(points: usize) -> impl Iterator<Item = f64> {
    let half = i32::try_from(points / 2).unwrap_or(0);
    (-half..=half).map(|step| f64::from(step) / 10.0)
}
