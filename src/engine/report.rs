//! Step 6: densities into figures, and figures into the result of each dimension.

use super::assessment::{DimensionResult, Figures, Shift, State};
use super::density::{Distribution, neutral_zone};
use super::evidence::Evidence;
use super::infer::{Inference, Readings};
use super::level::matrix::Vector;
use super::level::posterior::{Levels, only};
use super::math::{normal_cdf, span_days};
use super::policy::{LevelPolicy, Policy, StatePolicy};
use super::states::{self, Standing};
use super::types::{Dimension, EntryId};

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

/// Effective independent events: the precision about the level beyond a flat prior, in acts.
#[must_use]
pub fn effective_events(inference: &Inference, dimension: Dimension, policy: &Policy) -> f64 {
    let pilot = inference.series.get(dimension).pilot;
    (1.0 - pilot * pilot) * inference.levels.own_precision(dimension, policy.level.level_variance)
}

/// A possible shift of the levels weighed by `shares`, where any date was considered.
#[must_use]
pub fn shift(levels: &Levels, shares: &Vector, policy: &LevelPolicy) -> Option<Shift> {
    let probability = levels.shift_probability(shares, policy.shift_size);
    levels.shift_date().map(|day| Shift { probability, day })
}

/// Probability that today's local level is outside the neutral zone around the balance `expected`.
#[must_use]
pub fn local_outside(levels: &Levels, shares: &Vector, expected: f64, policy: &StatePolicy) -> f64 {
    let (low, high) = neutral_zone(expected, policy.neutral_logit);
    let outside = |(weight, mean, variance): (f64, f64, f64)| {
        let (mean, sd) = (mean + expected, variance.max(1e-12).sqrt());
        weight * (normal_cdf((mean - high) / sd) + normal_cdf((low - mean) / sd))
    };
    levels.weighed_local(shares).map(outside).sum()
}

/// Today's balance, ebb included.
#[must_use]
pub fn local_balance(levels: &Levels, shares: &Vector, expected: f64) -> f64 {
    let mean: f64 = levels.weighed_local(shares).map(|(weight, mean, _)| weight * mean).sum();
    (mean + expected).clamp(-1.0, 1.0)
}

/// The result of one dimension, from today's inference and the one some days earlier.
#[must_use]
pub fn dimension_result(dimension: Dimension, readings: &Readings) -> DimensionResult {
    let Readings { evidence, policy, today, earlier, .. } = readings;
    let expected = *evidence.expected_balance.get(dimension);
    let (series, levels, shares) = (today.series.get(dimension), &today.levels, only(dimension));
    let span = series.days.first().zip(series.days.last());
    let standing = Standing {
        figures: figures(today.posterior.get(dimension), expected, &policy.states),
        earlier: figures(earlier.posterior.get(dimension), expected, &policy.states),
        effective: series.effective,
        span_days: span.map_or(0, |(first, last)| span_days(first.day, last.day)),
        shift: shift(levels, &shares, &policy.level).filter(|_| !series.days.is_empty()),
        local_outside: local_outside(levels, &shares, expected, &policy.states),
        as_of: today.as_of,
    };
    let state = states::state(&standing, &policy.states);
    DimensionResult {
        dimension,
        state,
        figures: (state != State::InsufficientEvidence).then_some(standing.figures),
        estimate: standing.figures,
        expected_balance: expected,
        effective_events: effective_events(today, dimension, policy),
        effective_acts: series.effective,
        entries: entries_in(evidence, dimension),
        shift: standing.shift,
        ebb_sd: levels.ebb_sd(),
        local_balance: local_balance(levels, &shares, expected),
        missing: states::missing(&standing, &policy.states),
    }
}

fn entries_in(evidence: &Evidence, dimension: Dimension) -> u32 {
    let ids = evidence.entries.iter().filter(|entry| entry.dimension == dimension).map(|entry| entry.id);
    ids.fold(0_u32, |count, _: EntryId| count.saturating_add(1))
}
