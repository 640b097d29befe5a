//! Splits at a date under an ebb that all dimensions share.

use super::{Across, Before, Split};
use crate::engine::level::days::Side;
use crate::engine::level::matrix::{Vector, add_outer, add_scaled};
use crate::engine::level::prior::Prior;
use crate::engine::level::shared::Memory;
use crate::engine::level::solve::{Product, inner_products};

/// Both sides of a date, and how they meet.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SharedDate<'a> {
    memory: &'a Memory,
    /// `w`: how much of the levels before the days after it take along.
    after: Vector,
    /// What the days say about the current levels if those before were all 0.
    current: Side,
    /// What they say about the levels before.
    before: Side,
    screening: &'a Prior,
    /// Of the pull on the current levels and `w`, under the screening prior.
    products: [[f64; 2]; 2],
    determinant: Product,
}

impl<'a> SharedDate<'a> {
    /// Joins `sums`, what the days on both sides say, their deviances left out as `deviance` is that of all days.
    #[must_use]
    pub fn new(sums: (&Side, &Side), deviance: f64, memory: &'a Memory, screening: &'a Prior) -> Self {
        let Memory { unit, gaps, fading, data } = memory;
        let mut after = *gaps;
        add_scaled(&mut after, unit, *fading);
        let mut before = Side { deviance: 0.0, ..*sums.0 };
        add_outer(&mut before.information, unit, *fading);
        add_scaled(&mut before.pull, unit, -data);

        let mut current = Side { deviance, ..*sums.1 };
        add_scaled(&mut current.pull, unit, *data);
        // R u' + u w', row by row.
        for ((row, gap), unit_here) in current.information.iter_mut().zip(gaps).zip(unit) {
            for ((value, unit), after) in row.iter_mut().zip(unit).zip(&after) {
                *value += gap * unit + unit_here * after;
            }
        }
        let (products, determinant) = inner_products(&screening.precision_with(&current), &[current.pull, after]);
        Self { memory, after, current, before, screening, products, determinant }
    }

    /// Integrates the levels before the date out, under their `prior`.
    #[must_use]
    pub fn under(&self, prior: &Prior) -> SharedSplit<'_> {
        // The old levels reach the current ones through one number, unit'b: its mean and variance are enough.
        let ([[fit, mean], [_, variance]], determinant) =
            inner_products(&prior.precision_with(&self.before), &[self.before.pull, self.memory.unit]);
        let fit = fit + prior.log_determinant;
        SharedSplit { date: self, mean, variance, fit, determinant }
    }
}

/// A date under one kind of levels before it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SharedSplit<'a> {
    date: &'a SharedDate<'a>,
    /// Of the ebb at the date that the old levels were taken for.
    mean: f64,
    variance: f64,
    /// Of the levels before: how well they fit, with the logarithm of their prior's determinant, and that of their posterior.
    fit: f64,
    determinant: Product,
}

impl Split for SharedSplit<'_> {
    /// By the matrix determinant lemma and Sherman and Morrison: the information lacks `w w' variance`, the pull gains `w mean`.
    fn log_evidence(&self) -> f64 {
        let [[fit, along], [_, weight]] = self.date.products;
        // At least 1 / (1 + Q variance), as w'w under the prior is at most Q: above 0 but for rounding of the absurd.
        let left = 1.0 - self.variance * weight;
        if left.is_nan() || left <= 0.0 {
            return f64::NEG_INFINITY;
        }
        let moved = along + self.mean * weight;
        let fit = fit + self.mean * (along + moved) + self.variance * moved * moved / left;
        // One logarithm for all three determinants.
        let mut determinant = self.determinant.and(&self.date.determinant);
        determinant.times(left);
        self.date.screening.evidence(self.date.current.deviance - self.fit, fit, determinant.logarithm())
    }

    fn current(&self) -> Side {
        let mut current = self.date.current;
        current.deviance += self.determinant.logarithm() - self.fit;
        add_scaled(&mut current.pull, &self.date.after, self.mean);
        add_outer(&mut current.information, &self.date.after, -self.variance);
        current
    }

    fn before(&self) -> Before {
        let across = Across::RankOne { before: self.date.memory.unit, after: self.date.after };
        Before { side: self.date.before, across }
    }
}
