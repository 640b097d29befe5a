//! Elementary functions, all from libm so that every platform computes the same bits.

use super::types::Day;

/// Logarithm of the sum of two exponentials.
#[must_use]
pub fn log_add(a: f64, b: f64) -> f64 {
    let (high, low) = if a >= b { (a, b) } else { (b, a) };
    if high == f64::NEG_INFINITY { high } else { high + libm::log1p(libm::exp(low - high)) }
}

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
