//! Step 6: densities into figures, and figures into the result of each dimension.

use super::assessment::{DimensionResult, Figures, Shift, State};
use super::density::{Distribution, neutral_zone};
use super::level::local::LocalLevels;
use super::level::matrix::Vector;
use super::level::posterior::only;
use super::level::shift::Shifts;
use super::math::{normal_cdf, span_days};
use super::policy::{LevelPolicy, StatePolicy};
use super::readings::Readings;
use super::states::{self, Leaning, Standing};
use super::types::{ByDimension, Dimension};

/// The figures a distribution stands for, around the balance `expected`.
#[must_use]
pub fn figures(distribution: &Distribution, expected: f64, policy: &StatePolicy) -> Figures {
    let (low, high) = neutral_zone(expected, policy.neutral_logit);
    Figures {
        balance: distribution.mean(),
        lower_90: distribution.quantile(0.05),
        upper_90: distribution.quantile(0.95),
        probability_over: 1.0 - distribution.below(high),
        probability_under: distribution.below(low),
    }
}

/// The probabilities of an imbalance around the balance `expected`, once who kept the log is considered.
#[must_use]
pub fn leaning(fused: &Distribution, expected: f64, readings: &Readings) -> Leaning {
    let (low, high) = neutral_zone(expected, readings.policy.states.neutral_logit);
    let [under, not_over] = readings.correction.below(fused, [low, high]);
    Leaning { over: 1.0 - not_over, under }
}

/// Effective independent events: the precision about the level beyond a flat prior, in acts.
#[must_use]
pub fn effective_events(dimension: Dimension, readings: &Readings) -> f64 {
    let pilot = readings.today.series.get(dimension).pilot;
    (1.0 - pilot * pilot) * readings.own_precision.get(dimension)
}

/// A possible shift of the levels weighed by `shares`, where any date was considered.
#[must_use]
pub fn shift(shifts: &Shifts, shares: &Vector, policy: &LevelPolicy) -> Option<Shift> {
    shifts.likeliest.map(|day| Shift { probability: shifts.probability(shares, policy.shift_size), day })
}

/// Probability that today's local level is outside the neutral zone around the balance `expected`.
#[must_use]
pub fn local_outside(local: &LocalLevels, shares: &Vector, expected: f64, policy: &StatePolicy) -> f64 {
    let (low, high) = neutral_zone(expected, policy.neutral_logit);
    let outside = |(weight, mean, variance): (f64, f64, f64)| {
        let (mean, sd) = (mean + expected, variance.max(1e-12).sqrt());
        weight * (normal_cdf((mean - high) / sd) + normal_cdf((low - mean) / sd))
    };
    local.weighed(shares).map(outside).sum()
}

/// Today's balance, ebb included.
#[must_use]
pub fn local_balance(local: &LocalLevels, shares: &Vector, expected: f64) -> f64 {
    let mean: f64 = local.weighed(shares).map(|(weight, mean, _)| weight * mean).sum();
    (mean + expected).clamp(-1.0, 1.0)
}

/// The results of all dimensions, in order.
#[must_use]
pub fn dimension_results(readings: &Readings) -> Vec<DimensionResult> {
    let mut entries = ByDimension::<u32>::default();
    for entry in &readings.evidence.entries {
        let count = entries.get_mut(entry.dimension);
        *count = count.saturating_add(1);
    }
    Dimension::ALL.map(|dimension| dimension_result(dimension, *entries.get(dimension), readings)).to_vec()
}

/// The result of one dimension with this many entries.
#[must_use]
pub fn dimension_result(dimension: Dimension, entries: u32, readings: &Readings) -> DimensionResult {
    let Readings { evidence, policy, today, local, .. } = readings;
    let expected = *evidence.expected_balance.get(dimension);
    let (series, shares) = (today.series.get(dimension), only(dimension));
    let span = series.days.first().zip(series.days.last());
    let standing = Standing {
        figures: figures(readings.posterior.get(dimension), expected, &policy.states),
        earlier: &|| leaning(readings.earlier().fused.get(dimension), expected, readings),
        effective: series.effective,
        span_days: span.map_or(0, |(first, last)| span_days(first.day, last.day)),
        shift: shift(&readings.shifts, &shares, &policy.level).filter(|_| !series.days.is_empty()),
        local_outside: &|| local_outside(local, &shares, expected, &policy.states),
        as_of: today.as_of,
    };
    let state = states::state(&standing, &policy.states);
    DimensionResult {
        dimension,
        state,
        figures: (state != State::InsufficientEvidence).then_some(standing.figures),
        estimate: standing.figures,
        expected_balance: expected,
        effective_events: effective_events(dimension, readings),
        effective_acts: series.effective,
        entries,
        shift: standing.shift,
        ebb_sd: today.levels.ebb_sd(),
        local_balance: local_balance(local, &shares, expected),
        missing: states::missing(&standing, &policy.states),
    }
}
