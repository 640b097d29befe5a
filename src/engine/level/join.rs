//! Joins what comes before and after a date into the likelihood of the current levels.

use super::days::Side;
use super::matrix::{Matrix, Vector, add_diagonal, add_matrix, add_outer, add_scaled, diagonal, dot, exchangeable, inverse, times};
use super::own::{Bundle, each};
use super::shared::Segment;

/// The terms that tie both sides of a date, because the ebb at the date is one and the same.
///
/// It is known from both sides, N(f, F) and N(k, K), and has the stationary prior N(0, S) once: the integral
/// of N(x; f, F) N(x; k, K) / N(x; 0, S) is a quadratic form in f and k, which are linear in the levels.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Tie {
    before: f64,
    after: f64,
    across: f64,
    log_spread: f64,
}

impl Tie {
    fn new(before: f64, after: f64, stationary: f64) -> Self {
        if stationary <= 0.0 {
            return Self { before: 0.0, after: 0.0, across: 0.0, log_spread: 0.0 };
        }
        // F + K - F K / S, the variance of the difference between both sides.
        let apart = before + after - before * after / stationary;
        Self {
            before: (1.0 - after / stationary) / apart,
            after: (1.0 - before / stationary) / apart,
            across: -1.0 / apart,
            log_spread: libm::log(apart / stationary),
        }
    }

    fn deviance(&self, before: f64, after: f64) -> f64 {
        self.log_spread + self.before * before * before + self.after * after * after + 2.0 * self.across * before * after
    }
}

/// How the levels before a date enter those after it.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Across {
    /// `factor u_before u_after'`.
    RankOne { factor: f64, before: Vector, after: Vector },
    /// Dimension by dimension.
    Diagonal(Vector),
}

/// Old levels, new levels, and the ebb that ties them.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Junction {
    old: Side,
    new: Side,
    across: Across,
}

impl Junction {
    /// Joins under an ebb that all dimensions share; `old` and `new` are what days say within themselves.
    #[must_use]
    pub fn shared(sides: &(Segment, Segment), within: &(Side, Side), stationary: f64) -> Self {
        let (before, after) = sides;
        let tie = Tie::new(before.variance, after.variance, stationary);
        let (mut old, mut new) = (sum(&before.side, &within.0), sum(&after.side, &within.1));
        add_outer(&mut old.information, &before.unit, tie.before);
        add_outer(&mut new.information, &after.unit, tie.after);
        add_scaled(&mut old.pull, &before.unit, tie.before * before.data + tie.across * after.data);
        add_scaled(&mut new.pull, &after.unit, tie.after * after.data + tie.across * before.data);
        old.deviance += tie.deviance(before.data, after.data);
        Self { old, new, across: Across::RankOne { factor: tie.across, before: before.unit, after: after.unit } }
    }

    /// Joins under ebbs that each dimension has by itself.
    #[must_use]
    pub fn own(sides: &(Bundle, Bundle), stationary: f64) -> Self {
        let (mut old, mut new) = (Side::of_bundle(&sides.0), Side::of_bundle(&sides.1));
        let ties = sides.0.map(|dimension, before| {
            let after = sides.1.get(dimension);
            (*before, *after, Tie::new(before.variance, after.variance, stationary))
        });
        let diagonal = |of: &dyn Fn(f64, f64, &Tie) -> f64| ties.0.each_ref().map(|(b, a, tie)| of(b.unit, a.unit, tie));
        add_diagonal(&mut old.information, &diagonal(&|before, _, tie| tie.before * before * before));
        add_diagonal(&mut new.information, &diagonal(&|_, after, tie| tie.after * after * after));
        for ((old, new), (before, after, tie)) in old.pull.iter_mut().zip(&mut new.pull).zip(&ties.0) {
            *old += before.unit * (tie.before * before.data + tie.across * after.data);
            *new += after.unit * (tie.after * after.data + tie.across * before.data);
        }
        old.deviance += ties.0.iter().map(|(before, after, tie)| tie.deviance(before.data, after.data)).sum::<f64>();
        Self { old, new, across: Across::Diagonal(diagonal(&|before, after, tie| tie.across * before * after)) }
    }

    /// Integrates the levels before the date out, under their own prior.
    #[must_use]
    pub fn after(&self, prior: &Prior) -> AfterShift {
        let old = Updated::new(&self.old, prior);
        let (old_mean, covariance) = (old.mean, old.covariance);
        let mut current = self.new;
        current.deviance -= 2.0 * old.log_evidence;
        match &self.across {
            Across::RankOne { factor, before, after } => {
                add_scaled(&mut current.pull, after, -factor * dot(before, &old_mean));
                let spread = dot(before, &times(&covariance, before));
                add_outer(&mut current.information, after, -factor * factor * spread);
            }
            Across::Diagonal(factors) => {
                for ((pull, factor), mean) in current.pull.iter_mut().zip(factors).zip(&old_mean) {
                    *pull -= factor * mean;
                }
                let rows = current.information.iter_mut().zip(&covariance).zip(factors);
                for ((row, covariance), row_factor) in rows {
                    for ((value, covariance), factor) in row.iter_mut().zip(covariance).zip(factors) {
                        *value -= row_factor * covariance * factor;
                    }
                }
            }
        }
        AfterShift { current, old_mean, old_variance: diagonal(&covariance) }
    }
}

impl Junction {
    /// Covariance of the levels before the date with a weighing of those after it, given theirs with it.
    #[must_use]
    pub fn old_given(&self, new: &Vector, prior: &Prior) -> Vector {
        let covariance = Updated::new(&self.old, prior).covariance;
        let reaching = match &self.across {
            Across::RankOne { factor, before, after } => before.map(|before| factor * before * dot(after, new)),
            Across::Diagonal(factors) => {
                let mut reaching = *new;
                for (value, factor) in reaching.iter_mut().zip(factors) {
                    *value *= factor;
                }
                reaching
            }
        };
        times(&covariance, &reaching).map(|value| -value)
    }
}

/// The levels on both sides of a shift.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct AfterShift {
    /// The likelihood of the current levels.
    pub current: Side,
    /// Mean of the levels before, the tie through the ebb left out.
    pub old_mean: Vector,
    /// Their variances.
    pub old_variance: Vector,
}

impl Side {
    /// The side of dimensions that ebb by themselves.
    #[must_use]
    pub fn of_bundle(bundle: &Bundle) -> Self {
        let mut side = Self::EMPTY;
        add_diagonal(&mut side.information, &each(bundle, |segment| segment.information));
        side.pull = each(bundle, |segment| segment.pull);
        side.deviance = each(bundle, |segment| segment.deviance).iter().sum();
        side
    }
}

/// Two sides about the same levels.
#[must_use]
pub fn sum(a: &Side, b: &Side) -> Side {
    let mut both = *a;
    add_matrix(&mut both.information, &b.information);
    add_scaled(&mut both.pull, &b.pull, 1.0);
    both.deviance += b.deviance;
    both
}

/// A Gaussian prior N(0, P) of levels.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Prior {
    /// The inverse of P.
    pub precision: Matrix,
    /// The logarithm of that inverse's determinant.
    pub log_determinant: f64,
}

impl Prior {
    /// Levels that share a centre of standard deviation `centre` and spread around it by `spread`.
    #[must_use]
    pub fn new(centre: f64, spread: f64) -> Self {
        let (precision, log_determinant) = inverse(&exchangeable(spread * spread, centre * centre));
        Self { precision, log_determinant: -log_determinant }
    }
}

/// A likelihood of levels under a Gaussian prior.
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
        let mut precision = side.information;
        add_matrix(&mut precision, &prior.precision);
        let (covariance, log_determinant) = inverse(&precision);
        let mean = times(&covariance, &side.pull);
        let log_evidence = 0.5 * (dot(&mean, &side.pull) - side.deviance + prior.log_determinant - log_determinant);
        Self { log_evidence, mean, covariance }
    }
}
