//! Distributions of a balance, as probabilities of narrow cells between -1 and 1.
//!
//! A level's posterior is a mixture, often skewed or with two humps after a change. It is carried whole and
//! its interval is read off as quantiles; matching moments would under-cover there.

#[cfg(test)]
mod tests;

use super::math::{balance_to_logit, logit_to_balance};

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
#[must_use]
pub fn middles() -> [f64; CELLS] {
    let mut next = -199_i32;
    [(); CELLS].map(|()| {
        let middle = f64::from(next) / 200.0;
        next += 2;
        middle
    })
}

/// The logits of the cells' middles.
#[must_use]
pub fn logits() -> [f64; CELLS] {
    middles().map(|middle| balance_to_logit(middle, LIMIT))
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
        for (weight, mean, variance) in parts {
            add_normal(&mut cells, weight, mean, variance);
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
        let sum: f64 = self.cells.iter().zip(middles()).map(|(cell, middle)| cell * inside(middle)).sum();
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

/// Adds `shift + N(0, sd^2)` to the logit of a distribution. Made once, used for every dimension.
#[derive(Clone, Debug, PartialEq)]
pub struct Mover {
    /// For each cell the first cell that reaches it, and the shares of those from there on.
    rows: Vec<(usize, Vec<f64>)>,
}

impl Mover {
    /// Works the shares out; beyond five standard deviations nothing arrives.
    #[must_use]
    pub fn new(shift: f64, sd: f64) -> Self {
        let logits = logits();
        let row = |(to, middle): (f64, f64)| {
            let first = logits.iter().take_while(|from| to - **from - shift > 5.0 * sd).count();
            // A cell near the ends spans more logits: its probability arrives thinner by its width in logits.
            let width = 1.0 - middle * middle;
            let reaching = logits.iter().skip(first).take_while(|from| to - **from - shift > -5.0 * sd);
            let shares = reaching.map(|from| {
                let z = (to - from - shift) / sd;
                libm::exp(-0.5 * z * z) / width
            });
            (first, shares.collect())
        };
        Self { rows: logits.into_iter().zip(middles()).map(row).collect() }
    }

    /// The distribution after the move.
    #[must_use]
    pub fn apply(&self, distribution: &Distribution) -> Distribution {
        let mut weights = [0.0; CELLS];
        for (weight, (first, shares)) in weights.iter_mut().zip(&self.rows) {
            *weight = distribution.cells.iter().skip(*first).zip(shares).map(|(cell, share)| cell * share).sum();
        }
        Distribution::normalised(weights)
    }
}

/// Adds a normal, walking outwards from its mean: neighbouring cells differ by a factor that itself changes
/// by a constant factor, so three exponentials serve all cells.
fn add_normal(cells: &mut [f64; CELLS], weight: f64, mean: f64, variance: f64) {
    let centre = libm::round((mean.clamp(-0.995, 0.995) + 0.995) / WIDTH);
    let at = nearest_cell(centre);
    let start = -0.995 + centre * WIDTH;
    let precision = 1.0 / variance;
    let shrink = libm::exp(-WIDTH * WIDTH * precision);
    let peak = weight * (precision.sqrt()) * libm::exp(-0.5 * (start - mean) * (start - mean) * precision);
    let step = |towards: f64| libm::exp(-(towards * WIDTH * (start - mean) + 0.5 * WIDTH * WIDTH) * precision);
    let (low, high) = cells.split_at_mut(at);
    let (mut value, mut factor) = (peak, step(1.0));
    for cell in high {
        *cell += value;
        value *= factor;
        factor *= shrink;
    }
    let mut factor = step(-1.0);
    let mut value = peak * factor;
    for cell in low.iter_mut().rev() {
        factor *= shrink;
        *cell += value;
        value *= factor;
    }
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "the caller holds the value between 0 and the number of cells")]
const fn nearest_cell(centre: f64) -> usize {
    let at = centre as usize;
    if at < CELLS { at } else { CELLS - 1 }
}

/// The balances at either end of the neutral zone around an expected balance, in logits `half` apart from it.
#[must_use]
pub fn neutral_zone(expected: f64, half: f64) -> (f64, f64) {
    let centre = balance_to_logit(expected, LIMIT);
    (logit_to_balance(centre - half), logit_to_balance(centre + half))
}
