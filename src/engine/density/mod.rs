//! Distributions of a balance, as probabilities of narrow cells between -1 and 1.
//!
//! A level's posterior is a mixture, often skewed or with two humps after a change. It is carried whole and
//! its interval is read off as quantiles; matching moments would under-cover there.

mod gather;
mod mover;
mod normal;
#[cfg(test)]
mod tests;

use std::sync::LazyLock;

use super::math::{balance_to_logit, logit_to_balance};
pub use gather::gathered;
pub use mover::Mover;

/// Number of cells.
pub const CELLS: usize = 200;
/// Width of a cell.
const WIDTH: f64 = 0.01;
/// The largest logit that is told apart: the middle of the outermost cell is a balance of .995.
pub const LIMIT: f64 = 6.0;

/// A distribution of a balance; the cells' probabilities sum to 1.
#[derive(Clone, Debug, PartialEq)]
pub struct Distribution {
    cells: [f64; CELLS],
}

/// The middles of the cells, ascending.
static MIDDLES: LazyLock<[f64; CELLS]> = LazyLock::new(|| {
    let mut next = -199_i32;
    [(); CELLS].map(|()| {
        let middle = f64::from(next) / 200.0;
        next += 2;
        middle
    })
});

/// The logits of the cells' middles.
static LOGITS: LazyLock<[f64; CELLS]> = LazyLock::new(|| MIDDLES.map(|middle| balance_to_logit(middle, LIMIT)));

/// The middles of the cells, ascending.
#[must_use]
pub fn middles() -> &'static [f64; CELLS] {
    &MIDDLES
}

/// The logits of the cells' middles.
#[must_use]
pub fn logits() -> &'static [f64; CELLS] {
    &LOGITS
}

impl Distribution {
    /// Scales non-negative weights to probabilities; flat where they weigh nothing at all.
    #[must_use]
    pub fn normalised(weights: [f64; CELLS]) -> Self {
        let total: f64 = weights.iter().sum();
        if total > 0.0 && total.is_finite() {
            Self { cells: weights.map(|weight| weight / total) }
        } else {
            Self { cells: [WIDTH / 2.0; CELLS] }
        }
    }

    /// A mixture of normals (weight, mean, variance), cut off at -1 and 1.
    #[must_use]
    pub fn mixture(parts: impl Iterator<Item = (f64, f64, f64)>) -> Self {
        let mut cells = [0.0; CELLS];
        for (weight, mean, variance) in gathered(parts) {
            normal::add(&mut cells, weight, mean, variance);
        }
        Self::normalised(cells)
    }

    /// The cells' probabilities.
    #[must_use]
    pub const fn cells(&self) -> &[f64; CELLS] {
        &self.cells
    }

    /// Mean of the balance.
    #[must_use]
    pub fn mean(&self) -> f64 {
        self.cells.iter().zip(middles()).map(|(cell, middle)| cell * middle).sum()
    }

    /// Mean and variance of the logit.
    #[must_use]
    pub fn logit_moments(&self) -> (f64, f64) {
        let logits = logits();
        let mean: f64 = self.cells.iter().zip(logits).map(|(cell, logit)| cell * logit).sum();
        let variance = self.cells.iter().zip(logits).map(|(cell, logit)| cell * (logit - mean) * (logit - mean)).sum();
        (mean, variance)
    }

    /// Probability that the balance is below `balance`.
    #[must_use]
    pub fn below(&self, balance: f64) -> f64 {
        let inside = |middle: f64| ((balance - middle) / WIDTH + 0.5).clamp(0.0, 1.0);
        let sum: f64 = self.cells.iter().zip(middles()).map(|(cell, middle)| cell * inside(*middle)).sum();
        sum.clamp(0.0, 1.0)
    }

    /// The balance under which lies the probability `p`.
    #[must_use]
    pub fn quantile(&self, p: f64) -> f64 {
        let mut left = p;
        for (cell, middle) in self.cells.iter().zip(middles()) {
            if *cell >= left && *cell > 0.0 {
                return middle + WIDTH * (left / cell - 0.5);
            }
            left -= cell;
        }
        1.0
    }

    /// Multiplies by the likelihood N(logit; `theta`, `variance`), the product raised to `power`.
    #[must_use]
    pub fn fused(&self, theta: f64, variance: f64, power: f64) -> Self {
        let mut logs = self.cells.map(libm::log);
        for (log, logit) in logs.iter_mut().zip(logits()) {
            *log = power * (*log - 0.5 * (logit - theta) * (logit - theta) / variance);
        }
        let high = logs.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        Self::normalised(logs.map(|log| libm::exp(log - high)))
    }
}

/// The balances at either end of the neutral zone around an expected balance, in logits `half` apart from it.
#[must_use]
pub fn neutral_zone(expected: f64, half: f64) -> (f64, f64) {
    let centre = balance_to_logit(expected, LIMIT);
    (logit_to_balance(centre - half), logit_to_balance(centre + half))
}
