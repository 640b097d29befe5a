//! Whether the levels shifted, and when.

use super::explanations::Shift;
use super::matrix::{Matrix, Vector, add_diagonal, add_scaled, diagonal, dot, quadratic};
use super::posterior::Levels;
use crate::engine::math::normal_cdf;
use crate::engine::types::Day;

/// How far the levels moved, under every component of a posterior that has a shift.
#[derive(Clone, Debug, PartialEq)]
pub struct Shifts {
    /// The likeliest date; the earlier one among equals.
    pub likeliest: Option<Day>,
    moves: Vec<Move>,
}

/// The levels after a shift less those before it.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Move {
    weight: f64,
    mean: Vector,
    covariance: Matrix,
}

impl Shifts {
    /// Looks at every component with a shift.
    #[must_use]
    pub fn new(levels: &Levels) -> Self {
        let mut moves = Vec::new();
        // The components of one explanation stand next to each other and have their old levels in common.
        let mut last: Option<(usize, Vector, Vector)> = None;
        for (component, explanation) in levels.explained() {
            let Some(shift) = &explanation.shift else { continue };
            let (_, mean, variance) = match last {
                Some(known) if known.0 == component.explanation => known,
                Some(_) | None => *last.insert(old_levels(component.explanation, shift)),
            };
            let mut change = Move { weight: component.weight, mean: component.mean, covariance: component.covariance };
            add_scaled(&mut change.mean, &mean, -1.0);
            add_diagonal(&mut change.covariance, &variance);
            moves.push(change);
        }
        Self { likeliest: likeliest(levels), moves }
    }

    /// Probability that the level, weighed over dimensions by `shares`, moved by more than `size` at a shift.
    #[must_use]
    pub fn probability(&self, shares: &Vector, size: f64) -> f64 {
        let moved = |change: &Move| {
            let mean = dot(shares, &change.mean);
            let sd = quadratic(&change.covariance, shares).max(1e-12).sqrt();
            change.weight * (normal_cdf((mean - size) / sd) + normal_cdf((-size - mean) / sd))
        };
        self.moves.iter().map(moved).sum::<f64>().min(1.0)
    }
}

fn old_levels(explanation: usize, shift: &Shift) -> (usize, Vector, Vector) {
    let levels = shift.old_levels();
    (explanation, levels.mean, diagonal(&levels.covariance))
}

fn likeliest(levels: &Levels) -> Option<Day> {
    let mut dates: Vec<(Day, f64)> =
        levels.explained().filter_map(|(part, explanation)| Some((explanation.shift.as_ref()?.date, part.weight))).collect();
    dates.sort_by_key(|(day, _)| *day);
    let sums =
        dates.chunk_by(|a, b| a.0 == b.0).filter_map(|group| Some((group.first()?.0, group.iter().map(|(_, weight)| weight).sum::<f64>())));
    sums.reduce(|best, next| if next.1 > best.1 { next } else { best }).map(|(day, _)| day)
}
