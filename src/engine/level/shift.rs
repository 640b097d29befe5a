//! Whether the levels shifted, and when.
//!
//! The levels before a date and after it are known together: with the days' information about the old ones and their prior
//! in `C^-1`, their pull `p`, and the block across `X`, the old levels are `C (p - X b)` given the new ones `b`, with
//! covariance `C`. So the move weighed by `s` is normal with mean `g'm - s'C p` and variance `g'V g + s'C s`, where
//! `g = s + X'C s` and the new levels have mean `m` and covariance `V`.

use super::explanations::{Explanation, Shift};
use super::join::Before;
use super::matrix::{Matrix, Vector, add_scaled, dot, quadratic, times};
use super::posterior::{Component, Levels};
use crate::engine::density::gathered;
use crate::engine::math::normal_cdf;
use crate::engine::types::Day;

/// How far the levels moved, under every component of a posterior that has a shift.
#[derive(Clone, Debug, PartialEq)]
pub struct Shifts {
    /// The likeliest date; the earlier one among equals.
    pub likeliest: Option<Day>,
    moves: Vec<Moves>,
}

/// The levels before one shift, and those after it under each component that has it.
#[derive(Clone, Debug, PartialEq)]
struct Moves {
    explanation: usize,
    before: Before,
    /// `C p`.
    mean: Vector,
    /// `C`.
    covariance: Matrix,
    /// Weight, mean and covariance of the new levels.
    new: Vec<(f64, Vector, Matrix)>,
}

impl Shifts {
    /// Looks at every component with a shift.
    #[must_use]
    pub fn new(levels: &Levels) -> Self {
        let mut moves: Vec<Moves> = Vec::new();
        for (component, explanation) in levels.explained() {
            let Some(shift) = &explanation.shift else { continue };
            let new = (component.weight, component.mean, component.covariance);
            // The components of one explanation stand next to each other and have their old levels in common.
            match moves.last_mut() {
                Some(last) if last.explanation == component.explanation => last.new.push(new),
                Some(_) | None => moves.push(Moves { new: vec![new], ..Moves::new(component.explanation, shift) }),
            }
        }
        Self { likeliest: likeliest(levels), moves }
    }

    /// Probability that the level, weighed over dimensions by `shares`, moved by more than `size` at a shift.
    #[must_use]
    pub fn probability(&self, shares: &Vector, size: f64) -> f64 {
        let beyond = |(weight, mean, variance): (f64, f64, f64)| {
            let sd = variance.max(1e-12).sqrt();
            weight * (normal_cdf((mean - size) / sd) + normal_cdf((-size - mean) / sd))
        };
        let moves = gathered(self.moves.iter().flat_map(|moves| moves.weighed(shares)));
        moves.into_iter().map(beyond).sum::<f64>().min(1.0)
    }
}

impl Moves {
    fn new(explanation: usize, shift: &Shift) -> Self {
        let old = shift.old_levels();
        Self { explanation, before: shift.before, mean: old.mean, covariance: old.covariance, new: Vec::new() }
    }

    /// Weight, mean and variance of the move under each component.
    fn weighed(&self, shares: &Vector) -> impl Iterator<Item = (f64, f64, f64)> {
        let old = times(&self.covariance, shares);
        let mut reach = self.before.reach(&old);
        add_scaled(&mut reach, shares, 1.0);
        let (old_mean, old_variance) = (dot(shares, &self.mean), dot(shares, &old));
        let moved = move |(weight, mean, covariance): &(f64, Vector, Matrix)| {
            (*weight, dot(&reach, mean) - old_mean, quadratic(covariance, &reach) + old_variance)
        };
        self.new.iter().map(moved)
    }
}

fn likeliest(levels: &Levels) -> Option<Day> {
    // A date that stands for several weeks is weighed as one of them.
    let of_week = |(part, explanation): (&Component, &Explanation)| {
        let shift = explanation.shift.as_ref()?;
        Some((shift.date, part.weight / shift.share))
    };
    let mut dates: Vec<(Day, f64)> = levels.explained().filter_map(of_week).collect();
    dates.sort_by_key(|(day, _)| *day);
    let sums =
        dates.chunk_by(|a, b| a.0 == b.0).filter_map(|group| Some((group.first()?.0, group.iter().map(|(_, weight)| weight).sum::<f64>())));
    sums.reduce(|best, next| if next.1 > best.1 { next } else { best }).map(|(day, _)| day)
}
