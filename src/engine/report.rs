//! Step 6: densities into figures, and figures into the result of each dimension.

use super::assessment::{DimensionResult, Figures, Shift, State};
use super::density::{Density, LIMIT};
use super::evidence::Evidence;
use super::infer::Inference;
use super::level::mixture::LevelMixture;
use super::math::{balance_to_logit, logit_to_balance, normal_cdf, span_days};
use super::policy::{Policy, StatePolicy};
use super::states::{self, Standing};
use super::types::{Dimension, EntryId};

/// The figures a density stands for, around the logit `expected`.
#[must_use]
pub fn figures(density: &Density, expected: f64, policy: &StatePolicy) -> Figures {
    Figures {
        balance: density.mean_balance(),
        lower_90: logit_to_balance(density.quantile(0.05)),
        upper_90: logit_to_balance(density.quantile(0.95)),
        probability_over: 1.0 - density.below(expected + policy.neutral_logit),
        probability_under: density.below(expected - policy.neutral_logit),
    }
}

/// Effective independent events: the precision about the level beyond its prior, in acts.
#[must_use]
pub fn effective_events(inference: &Inference, dimension: Dimension, policy: &Policy) -> f64 {
    let prior = policy.level.level_variance;
    let (_, variance) = inference.mixtures.get(dimension).level(prior);
    let pilot = inference.series.get(dimension).pilot;
    (1.0 - pilot * pilot) * (1.0 / variance - 1.0 / prior).max(0.0)
}

/// A possible shift, where any date was considered and the dimension was observed.
#[must_use]
pub fn shift(mixture: &LevelMixture) -> Option<Shift> {
    mixture.shift_date().map(|day| Shift { probability: mixture.shift_probability(), day })
}

/// Probability that today's local level is outside the neutral zone around the expected one.
#[must_use]
pub fn local_outside(mixture: &LevelMixture, expected: f64, policy: &StatePolicy) -> f64 {
    let high = logit_to_balance(expected + policy.neutral_logit);
    let low = logit_to_balance(expected - policy.neutral_logit);
    let outside = |(mean, variance): (f64, f64)| {
        let sd = variance.max(1e-12).sqrt();
        normal_cdf((mean - high) / sd) + normal_cdf((low - mean) / sd)
    };
    mixture.components.iter().map(|part| part.weight * outside(part.local)).sum()
}

/// The result of one dimension, from today's inference and the one some days earlier.
#[must_use]
pub fn dimension_result(
    dimension: Dimension,
    evidence: &Evidence,
    today: &Inference,
    earlier: &Inference,
    policy: &Policy,
) -> DimensionResult {
    let expected_balance = *evidence.expected_balance.get(dimension);
    let expected = balance_to_logit(expected_balance, LIMIT);
    let (series, mixture) = (today.series.get(dimension), today.mixtures.get(dimension));
    let span = series.days.first().zip(series.days.last());
    let standing = Standing {
        figures: figures(today.posterior.get(dimension), expected, &policy.states),
        earlier: figures(earlier.posterior.get(dimension), expected, &policy.states),
        effective: series.effective,
        span_days: span.map_or(0, |(first, last)| span_days(first.day, last.day)),
        shift: shift(mixture),
        local_outside: local_outside(mixture, expected, &policy.states),
        as_of: today.as_of,
    };
    let state = states::state(&standing, &policy.states);
    DimensionResult {
        dimension,
        state,
        figures: (state != State::InsufficientEvidence).then_some(standing.figures),
        estimate: standing.figures,
        expected_balance,
        effective_events: effective_events(today, dimension, policy),
        effective_acts: series.effective,
        entries: entries_in(evidence, dimension),
        shift: standing.shift,
        ebb_sd: mixture.ebb_sd(),
        local_balance: mixture.local(policy.level.level_variance).0.clamp(-1.0, 1.0),
        missing: states::missing(&standing, &policy.states),
    }
}

fn entries_in(evidence: &Evidence, dimension: Dimension) -> u32 {
    let ids = evidence.entries.iter().filter(|entry| entry.dimension == dimension).map(|entry| entry.id);
    ids.fold(0_u32, |count, _: EntryId| count.saturating_add(1))
}
