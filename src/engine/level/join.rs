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

use super::days::Side;
use super::matrix::{Matrix, SIZE, Vector, ZEROS, add_diagonal, add_outer, add_scaled, dot, times};
use super::own::{self, Separately};
use super::prior::{Prior, Separate, Updated};
use super::shared;
use super::solve::inner_products;

/// How the levels before a date enter those after it: the block across of the joint information.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Across {
    /// `-before after'`.
    RankOne { before: Vector, after: Vector },
    /// Dimension by dimension: the days tell about the old levels one by one.
    Diagonal(Vector),
}

/// What the days say if the levels shifted at a date.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Split {
    /// About the current levels, those before integrated out.
    pub current: Side,
    /// About the levels before.
    pub before: Before,
}

/// The levels before a date.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Before {
    side: Side,
    across: Across,
}

impl Split {
    /// Splits at a date under an ebb that all dimensions share. `sums` is what the days on both sides say, their
    /// deviances left out as `deviance` is that of all days, `prior` that of the levels before.
    #[must_use]
    pub fn shared(sums: (&Side, &Side), deviance: f64, memory: &shared::Memory, prior: &Prior) -> Self {
        let shared::Memory { unit, gaps, fading, data } = memory;
        let mut after = *gaps;
        add_scaled(&mut after, unit, *fading);
        let mut side = Side { deviance: 0.0, ..*sums.0 };
        add_outer(&mut side.information, unit, *fading);
        add_scaled(&mut side.pull, unit, -data);

        // The old levels reach the current ones through one number, unit'b: its mean and variance are enough.
        let ([[fit, mean], [_, variance]], log_determinant) = inner_products(&prior.precision_with(&side), &[side.pull, *unit]);
        let mut current = *sums.1;
        current.deviance = deviance - 2.0 * prior.evidence(&side, fit, log_determinant);
        add_scaled(&mut current.pull, unit, *data);
        add_scaled(&mut current.pull, &after, mean);
        // R u' + u w' - w w' variance, row by row.
        for (((row, gap), unit_here), after_here) in current.information.iter_mut().zip(gaps).zip(unit).zip(&after) {
            let along = unit_here - variance * after_here;
            for ((value, unit), after) in row.iter_mut().zip(unit).zip(&after) {
                *value += gap * unit + along * after;
            }
        }
        Self { current, before: Before { side, across: Across::RankOne { before: *unit, after } } }
    }

    /// The same under ebbs that each dimension has by itself.
    #[expect(clippy::indexing_slicing, clippy::needless_range_loop, reason = "one index, below their fixed size, runs over several arrays")]
    #[must_use]
    pub fn own(sums: (&Separately, &Separately), deviance: f64, memory: &own::Memory, prior: &Prior) -> Self {
        let (mut old, mut new) = (*sums.0, *sums.1);
        let mut across = ZEROS;
        for at in 0..SIZE {
            let (unit, gap, fading, data) = (memory.unit[at], memory.gaps[at], memory.fading[at], memory.data[at]);
            let after = gap + fading * unit;
            old.information[at] += fading * unit * unit;
            old.pull[at] -= data * unit;
            new.information[at] += unit * (gap + after);
            new.pull[at] += data * unit;
            across[at] = -unit * after;
        }
        let mut side = Side { pull: old.pull, ..Side::EMPTY };
        add_diagonal(&mut side.information, &old.information);
        let separate = Separate::new(&old.information, &old.pull, prior);
        let evidence = prior.evidence(&side, dot(&old.pull, &separate.mean), separate.log_determinant);

        let mut reach = across;
        for at in 0..SIZE {
            reach[at] *= separate.variance[at];
            new.information[at] -= across[at] * reach[at];
            new.pull[at] -= across[at] * separate.mean[at];
        }
        let mut current = Side { pull: new.pull, deviance: deviance - 2.0 * evidence, ..Side::EMPTY };
        add_outer(&mut current.information, &reach, separate.shared);
        add_diagonal(&mut current.information, &new.information);
        Self { current, before: Before { side, across: Across::Diagonal(across) } }
    }
}

impl Before {
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
            Across::Diagonal(factors) => {
                let mut reaching = *new;
                for (value, factor) in reaching.iter_mut().zip(factors) {
                    *value *= factor;
                }
                reaching
            }
        };
        times(covariance, &reaching).map(|value| -value)
    }
}
