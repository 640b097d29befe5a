//! Densities over the logit of a share, on one fixed grid.
//!
//! A level's posterior is a mixture, often skewed or with two humps after a change, so it is carried as a
//! density and its interval is read off as quantiles; matching moments would under-cover there.

use super::math::logit_to_balance;

/// Grid points; odd, so that 0 is one of them.
pub const POINTS: usize = 121;
/// Distance of neighbouring points, in logits.
pub const STEP: f64 = 0.1;
/// The grid runs from minus this to this; 6 logits are a balance of .995.
pub const LIMIT: f64 = 6.0;

/// A density over the grid; integrates to 1 by the trapezoid rule with steps of [`STEP`].
#[derive(Clone, Debug, PartialEq)]
pub struct Density(pub [f64; POINTS]);

/// The grid's points, ascending.
#[must_use]
pub fn grid() -> [f64; POINTS] {
    let mut next = -60_i32;
    [(); POINTS].map(|()| {
        let point = f64::from(next) / 10.0;
        next += 1;
        point
    })
}

impl Density {
    /// Scales non-negative values to a density; flat where they carry no weight at all.
    #[must_use]
    pub fn normalised(values: [f64; POINTS]) -> Self {
        let total: f64 = values.iter().sum::<f64>() * STEP;
        if total > 0.0 && total.is_finite() {
            Self(values.map(|value| value / total))
        } else {
            Self([1.0 / (2.0 * LIMIT + STEP); POINTS])
        }
    }

    /// Expected value of a function of the logit.
    #[must_use]
    pub fn expect(&self, of: impl Fn(f64) -> f64) -> f64 {
        grid().iter().zip(&self.0).map(|(&theta, density)| density * of(theta)).sum::<f64>() * STEP
    }

    /// Mean and variance of the logit.
    #[must_use]
    pub fn moments(&self) -> (f64, f64) {
        let mean = self.expect(|theta| theta);
        (mean, self.expect(|theta| (theta - mean) * (theta - mean)))
    }

    /// Mean of the balance.
    #[must_use]
    pub fn mean_balance(&self) -> f64 {
        self.expect(logit_to_balance)
    }

    /// Probability that the logit is at most `theta`.
    #[must_use]
    pub fn below(&self, theta: f64) -> f64 {
        let mut sum = 0.0;
        for (start, left, right) in self.cells() {
            let share = ((theta - start) / STEP).clamp(0.0, 1.0);
            sum += STEP * share * (left + (right - left) * share / 2.0);
        }
        (sum / self.mass()).clamp(0.0, 1.0)
    }

    /// The logit under which lies the probability `p`.
    #[must_use]
    pub fn quantile(&self, p: f64) -> f64 {
        let mut left_over = p * self.mass();
        for (start, left, right) in self.cells() {
            let cell = STEP * (left + right) / 2.0;
            if cell >= left_over && cell > 0.0 {
                // The density is linear within a cell: solve the quadratic, in its stable form.
                let target = left_over / STEP;
                let root = (left * left + 2.0 * (right - left) * target).max(0.0).sqrt();
                let share = if left + root > 0.0 { 2.0 * target / (left + root) } else { 0.0 };
                return start + STEP * share.clamp(0.0, 1.0);
            }
            left_over -= cell;
        }
        LIMIT
    }

    /// The density of `theta + shift + noise`, noise N(0, `sd`^2).
    #[must_use]
    pub fn moved(&self, shift: f64, sd: f64) -> Self {
        let points = grid();
        let kernel = |distance: f64| libm::exp(-0.5 * (distance / sd) * (distance / sd));
        Self::normalised(points.map(|to| {
            points.iter().zip(&self.0).map(|(from, density)| density * kernel(to - from - shift)).sum()
        }))
    }

    /// The density of minus the logit.
    #[must_use]
    pub fn mirrored(&self) -> Self {
        let mut values = self.0;
        values.reverse();
        Self(values)
    }

    fn cells(&self) -> impl Iterator<Item = (f64, f64, f64)> {
        let starts = grid();
        let pairs = self.0.into_iter().zip(self.0.into_iter().skip(1));
        starts.into_iter().zip(pairs).map(|(start, (left, right))| (start, left, right))
    }

    fn mass(&self) -> f64 {
        self.cells().map(|(_, left, right)| STEP * (left + right) / 2.0).sum()
    }
}
