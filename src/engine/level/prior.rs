//! Levels that are alike: Gaussian priors of all levels at once, and what becomes of them.

use super::days::Side;
use super::matrix::{Matrix, SIZE, Vector, add_matrix, dot, exchangeable, times};
use super::solve::{Product, inner_products, inverse};
use crate::engine::math::count;

/// A Gaussian prior N(0, P) of levels that share a centre and spread around it: `P = s I + c 1 1'`.
///
/// Its inverse has the same form, `own I + shared 1 1'`, with `own = 1/s` and `shared = -c / (s (s + n c))`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Prior {
    /// On the diagonal of the inverse, beside `shared`.
    pub own: f64,
    /// Everywhere in the inverse.
    pub shared: f64,
    /// The logarithm of the inverse's determinant.
    pub log_determinant: f64,
    precision: Matrix,
}

impl Prior {
    /// Levels that share a centre of standard deviation `centre` and spread around it by `spread`, above 0.
    #[must_use]
    pub fn new(centre: f64, spread: f64) -> Self {
        let (spread, centre) = (spread * spread, centre * centre);
        let levels = count(SIZE);
        let together = spread + levels * centre;
        let (own, shared) = (1.0 / spread, -centre / (spread * together));
        let log_determinant = -(levels - 1.0) * libm::log(spread) - libm::log(together);
        Self { own, shared, log_determinant, precision: exchangeable(own, shared) }
    }

    /// Posterior precision of the levels behind `side`.
    #[must_use]
    pub fn precision_with(&self, side: &Side) -> Matrix {
        let mut precision = side.information;
        add_matrix(&mut precision, &self.precision);
        precision
    }

    /// Logarithm of the marginal likelihood of `side`.
    #[must_use]
    pub fn log_evidence(&self, side: &Side) -> f64 {
        let ([[fit]], determinant) = inner_products(&self.precision_with(side), &[side.pull]);
        self.evidence(side.deviance, fit, determinant.logarithm())
    }

    /// The same from the parts: `fit` is pull' C pull with the posterior covariance C, whose inverse has the
    /// determinant.
    #[must_use]
    pub fn evidence(&self, deviance: f64, fit: f64, log_determinant: f64) -> f64 {
        0.5 * (fit - deviance + self.log_determinant - log_determinant)
    }
}

/// The posterior of levels.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Updated {
    /// Logarithm of the marginal likelihood.
    pub log_evidence: f64,
    /// Posterior mean of each level.
    pub mean: Vector,
    /// Posterior covariance of the levels.
    pub covariance: Matrix,
}

impl Updated {
    /// Updates the prior.
    #[must_use]
    pub fn new(side: &Side, prior: &Prior) -> Self {
        let (covariance, log_determinant) = inverse(&prior.precision_with(side));
        let mean = times(&covariance, &side.pull);
        Self { log_evidence: prior.evidence(side.deviance, dot(&mean, &side.pull), log_determinant), mean, covariance }
    }
}

/// The posterior of levels that the days tell about one by one: `C = diag(a) - k a a'` (Sherman and Morrison).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Separate {
    /// `a`: the variances under `own` alone.
    pub variance: Vector,
    /// `k`: what the levels share.
    pub shared: f64,
    /// Posterior mean of each level.
    pub mean: Vector,
    /// One over the determinant of the posterior precision.
    pub inverse_determinant: Product,
}

impl Separate {
    /// Updates the prior with precisions and pulls of separate levels.
    #[must_use]
    pub fn new(information: &Vector, pull: &Vector, prior: &Prior) -> Self {
        let variance = information.map(|information| 1.0 / (information + prior.own));
        let together = 1.0 + prior.shared * variance.iter().sum::<f64>();
        let shared = prior.shared / together;
        let all = shared * dot(&variance, pull);
        let mut mean = variance;
        for (mean, pull) in mean.iter_mut().zip(pull) {
            *mean *= pull - all;
        }
        let mut determinant = Product::ONE;
        determinant.times(1.0 / together);
        for variance in variance {
            determinant.times(variance);
        }
        Self { variance, shared, mean, inverse_determinant: determinant }
    }
}
