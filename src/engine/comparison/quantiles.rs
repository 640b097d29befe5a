//! Quantiles of the Gamma and Beta distributions and of mixtures of normals, by halving.

use crate::engine::math::{beta_cdf, normal_cdf};

/// Halvings: each quantile is known to within a bracket divided by 2^70, which is beyond what a number can tell.
const HALVINGS: u32 = 70;

/// Distribution function of the Gamma distribution with rate 1: the regularised lower incomplete gamma function `P(a, x)`.
///
/// Series below `a + 1`, continued fraction by Lentz's method above (Press et al., Numerical Recipes, 6.2); `a` above 0.
#[must_use]
pub fn gamma_cdf(a: f64, x: f64) -> f64 {
    if x <= 0.0 || !(a + x).is_finite() {
        return 0.0;
    }
    let front = libm::exp(a * libm::log(x) - x - libm::lgamma(a));
    let value = if x < a + 1.0 { front * series(a, x) } else { 1.0 - front * fraction(a, x) };
    value.clamp(0.0, 1.0)
}

fn series(a: f64, x: f64) -> f64 {
    let (mut term, mut sum, mut at) = (1.0 / a, 1.0 / a, a);
    for _ in 0..5_000 {
        at += 1.0;
        term *= x / at;
        sum += term;
        if term < sum * 1e-16 {
            break;
        }
    }
    sum
}

fn fraction(a: f64, x: f64) -> f64 {
    const TINY: f64 = 1e-300;
    let away_from_zero = |value: f64| if value.abs() < TINY { TINY } else { value };
    let mut term = x + 1.0 - a;
    let mut upper = 1.0 / TINY;
    let mut lower = 1.0 / away_from_zero(term);
    let mut fraction = lower;
    for step in 1..=5_000_u16 {
        let factor = -f64::from(step) * (f64::from(step) - a);
        term += 2.0;
        lower = 1.0 / away_from_zero(factor * lower + term);
        upper = away_from_zero(term + factor / upper);
        let change = lower * upper;
        fraction *= change;
        if (change - 1.0).abs() < 1e-15 {
            break;
        }
    }
    fraction
}

/// The value under which lies the probability `p` of a Gamma distribution with shape `a` above 0 and rate 1.
#[must_use]
pub fn gamma_quantile(p: f64, a: f64) -> f64 {
    let mut high = a + 1.0;
    for _ in 0..60 {
        if gamma_cdf(a, high) >= p {
            break;
        }
        high *= 2.0;
    }
    halved(0.0, high, |x| gamma_cdf(a, x) < p)
}

/// The value under which lies the probability `p` of a Beta distribution.
#[must_use]
pub fn beta_quantile(p: f64, a: f64, b: f64) -> f64 {
    halved(0.0, 1.0, |x| beta_cdf(x, a, b) < p)
}

/// The value under which lies the probability `p` of a mixture of normals (weight, mean, variance) whose weights sum to 1, between -4 and 4.
#[must_use]
pub fn mixture_quantile(p: f64, parts: &[(f64, f64, f64)]) -> f64 {
    halved(-4.0, 4.0, |x| parts.iter().map(|(weight, mean, variance)| weight * normal_cdf((x - mean) / variance.sqrt())).sum::<f64>() < p)
}

/// Where `is_below` turns from true to false.
fn halved(mut low: f64, mut high: f64, is_below: impl Fn(f64) -> bool) -> f64 {
    for _ in 0..HALVINGS {
        let middle = f64::midpoint(low, high);
        if is_below(middle) { low = middle } else { high = middle }
    }
    f64::midpoint(low, high)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn where_rounding_calls_either_side_of_the_mean_the_lower_one_there_is_an_end() {
        // 2.7 / 7.2 comes out below .375, and 4.5 / 7.2 below .625.
        let (a, b) = (1.700_000_000_000_000_2, 3.500_000_000_000_000_4);
        assert!((beta_cdf(0.375, a, b) + beta_cdf(0.625, b, a) - 1.0).abs() < 1e-12);
    }

    #[test]
    fn a_quantile_is_where_the_distribution_function_says() {
        for a in [0.5, 1.0, 3.7, 40.5, 900.0] {
            for p in [0.05, 0.5, 0.95] {
                assert!((gamma_cdf(a, gamma_quantile(p, a)) - p).abs() < 1e-9, "{a} {p}");
                assert!((beta_cdf(beta_quantile(p, a, 2.5), a, 2.5) - p).abs() < 1e-9, "{a} {p}");
            }
        }
        // Exponential, and chi-squared with one degree of freedom over 2.
        assert!((gamma_cdf(1.0, 2.0) - (1.0 - libm::exp(-2.0))).abs() < 1e-14);
        assert!((gamma_quantile(0.95, 0.5) - 3.841_458_820_694_124 / 2.0).abs() < 1e-9);
        let parts = [(0.5, -1.0, 0.01), (0.5, 1.0, 0.01)];
        assert!((mixture_quantile(0.25, &parts) + 1.0).abs() < 1e-9);
    }
}
