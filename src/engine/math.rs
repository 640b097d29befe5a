//! Elementary functions, all from libm so that every platform computes the same bits.

use super::types::Day;

/// Logarithm of the sum of exponentials; negative infinity where there are none.
#[must_use]
pub fn log_sum(values: &[f64]) -> f64 {
    let high = values.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    if high == f64::NEG_INFINITY {
        return high;
    }
    high + libm::log(values.iter().map(|value| libm::exp(value - high)).sum())
}

/// Distribution function of the standard normal.
#[must_use]
pub fn normal_cdf(z: f64) -> f64 {
    0.5 * libm::erfc(-z * std::f64::consts::FRAC_1_SQRT_2)
}

/// A count as a number; exact up to 2^32, and no count here comes near it.
#[must_use]
pub fn count(items: usize) -> f64 {
    f64::from(u32::try_from(items).unwrap_or(u32::MAX))
}

/// Logit of the share that a balance stands for: `2 atanh(balance)`, held at `limit` either way.
#[must_use]
pub fn balance_to_logit(balance: f64, limit: f64) -> f64 {
    let logit = 2.0 * libm::atanh(balance.clamp(-1.0, 1.0));
    if logit.is_nan() { 0.0 } else { logit.clamp(-limit, limit) }
}

/// Balance that a logit stands for, -1 to 1.
#[must_use]
pub fn logit_to_balance(logit: f64) -> f64 {
    libm::tanh(logit / 2.0)
}

/// Days from first to last, both included.
#[must_use]
pub fn span_days(first: Day, last: Day) -> i32 {
    last.since(first).saturating_add(1)
}

/// Distribution function of the Beta distribution: the regularised incomplete beta function `I_x(a, b)`.
///
/// Continued fraction by Lentz's method (Press et al., Numerical Recipes, 6.4); `a` and `b` above 0, up to about a million, which
/// the number of steps suffices for. What is no number gives 0.
#[must_use]
pub fn beta_cdf(x: f64, a: f64, b: f64) -> f64 {
    if x.is_nan() || x <= 0.0 || !(a + b).is_finite() {
        return 0.0;
    }
    if x >= 1.0 {
        return 1.0;
    }
    // The fraction converges fast on the lower side of the mean; the other side is its complement.
    if x > (a + 1.0) / (a + b + 2.0) { 1.0 - beta_below(1.0 - x, b, a) } else { beta_below(x, a, b) }
}

/// The same by the fraction, wherever `x` lies: at the mean itself rounding may call either side the lower one.
fn beta_below(x: f64, a: f64, b: f64) -> f64 {
    let log_front = libm::lgamma(a + b) - libm::lgamma(a) - libm::lgamma(b) + a * libm::log(x) + b * libm::log1p(-x);
    (libm::exp(log_front) / a * beta_fraction(x, a, b)).clamp(0.0, 1.0)
}

fn beta_fraction(x: f64, a: f64, b: f64) -> f64 {
    const TINY: f64 = 1e-300;
    let away_from_zero = |value: f64| if value.abs() < TINY { TINY } else { value };
    let mut upper = 1.0;
    let mut lower = 1.0 / away_from_zero(1.0 - (a + b) * x / (a + 1.0));
    let mut fraction = lower;
    for step in 1..=3_000_u16 {
        let m = f64::from(step);
        let even = m * (b - m) * x / ((a + 2.0 * m - 1.0) * (a + 2.0 * m));
        let odd = -(a + m) * (a + b + m) * x / ((a + 2.0 * m) * (a + 2.0 * m + 1.0));
        let mut change = 1.0;
        for term in [even, odd] {
            lower = 1.0 / away_from_zero(1.0 + term * lower);
            upper = away_from_zero(1.0 + term / upper);
            change = lower * upper;
            fraction *= change;
        }
        if (change - 1.0).abs() < 1e-15 {
            break;
        }
    }
    fraction
}
