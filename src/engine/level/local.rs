//! Today's local levels: the level and the ebb on top of it, component by component.

use super::explanations::{Edge, Explanation};
use super::matrix::{Vector, add_scaled, diagonal, dot, times};
use super::posterior::{Component, Levels};

/// Today's local levels under every component of a posterior.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct LocalLevels {
    parts: Vec<Local>,
}

#[derive(Clone, Copy, Debug, PartialEq)]
struct Local {
    weight: f64,
    mean: Vector,
    sd: Vector,
}

impl LocalLevels {
    /// Adds today's ebb to the levels.
    #[must_use]
    pub fn new(levels: &Levels) -> Self {
        Self { parts: levels.explained().map(|(part, explanation)| local(part, explanation)).collect() }
    }

    /// Means and variances of today's local level weighed by `shares`, component by component.
    pub fn weighed(&self, shares: &Vector) -> impl Iterator<Item = (f64, f64, f64)> {
        self.parts.iter().map(|part| {
            // Local levels move together; at worst as one.
            let sd = dot(shares, &part.sd);
            (part.weight, dot(shares, &part.mean), sd * sd)
        })
    }
}

/// Mean and standard deviation of each dimension's level and ebb together.
fn local(component: &Component, explanation: &Explanation) -> Local {
    let (mut mean, mut spread) = (component.mean, diagonal(&component.covariance));
    match &explanation.edge {
        Edge::Shared { data, unit, variance } => {
            let ebb = data - dot(unit, &component.mean);
            let against = times(&component.covariance, unit);
            let common = dot(unit, &against) + variance;
            mean = mean.map(|level| level + ebb);
            add_scaled(&mut spread, &against, -2.0);
            spread = spread.map(|own| own + common);
        }
        Edge::Own { data, unit, variance } => {
            for ((mean, spread), ((data, unit), variance)) in mean.iter_mut().zip(&mut spread).zip(data.iter().zip(unit).zip(variance)) {
                let left = 1.0 - unit;
                *mean = data + left * *mean;
                *spread = variance + left * left * *spread;
            }
        }
    }
    Local { weight: component.weight, mean, sd: spread.map(|variance| variance.max(0.0).sqrt()) }
}
