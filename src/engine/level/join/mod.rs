//! Splits the days at a date: what they say about the current levels, those before the date integrated out.
//!
//! Levels before and after a date meet in the ebb: the days after it remember the levels before as far as these
//! were taken for ebb ([`super::shared`]). With the ebb at the date `u` for levels of 1 and the sums of products
//! of its fading (with unit gaps `R`, with itself `Q`, with data gaps `D`), both sides together are the quadratic form
//!
//! | | before | after |
//! |---|---|---|
//! | information | `A + Q u u'` | `B + R u' + u R' + Q u u'` |
//! | pull | `a - D u` | `b + D u` |
//! | across | `-u w'`, with `w = R + Q u` | |
//!
//! where A, a and B, b are the sums over the days before the date and from it on.
//!
//! Every date is weighed under every kind of levels before it, and most weigh nothing. So a split first gives its weight
//! under the screening prior of the current levels; what the days say is worked out for those that are kept.

mod own;
mod shared;

pub use own::OwnSplit;
pub use shared::{SharedDate, SharedSplit};

use super::days::Side;
use super::matrix::{Matrix, Vector, dot, times};
use super::prior::{Prior, Updated};

/// The days split at a date, under one kind of levels before it.
pub trait Split {
    /// Logarithm of the marginal likelihood under the screening prior of the current levels.
    fn log_evidence(&self) -> f64;
    /// What the days say about the current levels, those before integrated out.
    fn current(&self) -> Side;
    /// What they say about the levels before.
    fn before(&self) -> Before;
}

/// The levels before a date.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Before {
    side: Side,
    across: Across,
}

/// How the levels before a date enter those after it: the block across of the joint information.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Across {
    /// `-before after'`.
    RankOne { before: Vector, after: Vector },
    /// Dimension by dimension: the days tell about the old levels one by one.
    Diagonal(Vector),
}

impl Before {
    /// `X' v` with the block across `X`: how a weighing of the levels before the date reaches those after it.
    #[must_use]
    pub fn reach(&self, old: &Vector) -> Vector {
        match &self.across {
            Across::RankOne { before, after } => {
                let reaching = -dot(before, old);
                after.map(|after| after * reaching)
            }
            Across::Diagonal(factors) => by_dimension(factors, old),
        }
    }

    /// Mean and covariance of the levels before the date, the tie through the ebb left out.
    #[must_use]
    pub fn levels(&self, prior: &Prior) -> Updated {
        Updated::new(&self.side, prior)
    }

    /// Covariance of the levels before the date with a weighing of those after it, given theirs with it and the
    /// `covariance` of those before.
    #[must_use]
    pub fn given(&self, new: &Vector, covariance: &Matrix) -> Vector {
        let reaching = match &self.across {
            Across::RankOne { before, after } => {
                let reaching = -dot(after, new);
                before.map(|before| before * reaching)
            }
            Across::Diagonal(factors) => by_dimension(factors, new),
        };
        times(covariance, &reaching).map(|value| -value)
    }
}

fn by_dimension(factors: &Vector, values: &Vector) -> Vector {
    let mut products = *values;
    for (value, factor) in products.iter_mut().zip(factors) {
        *value *= factor;
    }
    products
}
