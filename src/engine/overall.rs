//! All sufficient dimensions together. The shared bias of whoever kept the log is counted once.

use super::assessment::{DimensionResult, Figures, Missing, Overall, OverallFigures, Shift, State};
use super::density::Distribution;
use super::explain::Stages;
use super::infer::{Inference, distribution, expected};
use super::level::matrix::{Vector, ZEROS};
use super::math::span_days;
use super::policy::Policy;
use super::readings::Readings;
use super::report::{figures, leaning, local_outside, shift};
use super::states::{self, Standing};
use super::types::{ByDimension, Dimension};

/// The overall result from those of the dimensions, with the dimensions' shares and the distributions behind it.
#[must_use]
pub fn overall(dimensions: &[DimensionResult], readings: &Readings) -> (Overall, Option<(Vector, Stages)>) {
    let Readings { evidence, policy, today, local, .. } = readings;
    let weights = weights(dimensions, policy);
    let Some(shares) = shares(&weights) else {
        let missing = vec![Missing::AnyDimension];
        return (Overall { state: State::InsufficientEvidence, figures: None, missing }, None);
    };
    let expected = expected(&shares, evidence);
    let (log, answered) = mean_level(&shares, today, readings);
    let stages = Stages { corrected: readings.correction.apply(&answered), log, answered };
    let earlier = || leaning(&mean_level(&shares, readings.earlier(), readings).1, expected, readings);
    let standing = Standing {
        figures: figures(&stages.corrected, expected, &policy.states),
        earlier: &earlier,
        effective: weights.iter().map(|&(dimension, _)| today.series.get(dimension).effective).sum(),
        span_days: span(&weights, today),
        shift: shift(&readings.shifts, &shares, &policy.level),
        local_outside: &|| local_outside(local, &shares, expected, &policy.states),
        as_of: today.as_of,
    };
    let state = states::state(&standing, &policy.states);
    let figures = overall_figures(dimensions, &weights, standing.figures, standing.shift, policy);
    let overall = Overall {
        state,
        figures: (state != State::InsufficientEvidence).then_some(figures),
        missing: states::missing(&standing, &policy.states),
    };
    (overall, Some((shares, stages)))
}

/// The weights as shares that sum to 1; `None` where there are none.
fn shares(weights: &[(Dimension, f64)]) -> Option<Vector> {
    let total: f64 = weights.iter().map(|(_, weight)| weight).sum();
    let mut shares = ByDimension(ZEROS);
    for &(dimension, weight) in weights {
        *shares.get_mut(dimension) = weight / total;
    }
    (total > 0.0).then_some(shares.0)
}

/// Weight of each sufficient dimension: effective events against the half weight.
fn weights(dimensions: &[DimensionResult], policy: &Policy) -> Vec<(Dimension, f64)> {
    dimensions
        .iter()
        .filter(|result| result.state != State::InsufficientEvidence)
        .map(|result| {
            let events = result.effective_events;
            (result.dimension, events / (events + policy.states.overall_half_weight))
        })
        .collect()
}

/// Distribution of the weighted mean level by the log alone, and with answers.
///
/// Each component knows how the dimensions' levels go together, so what they share is counted once and the
/// mean is not made out to be surer than it is.
fn mean_level(shares: &Vector, inference: &Inference, readings: &Readings) -> (Distribution, Distribution) {
    let log = distribution(&inference.levels, shares, readings.evidence, readings.policy);
    let answered_at_all = !readings.evidence.questionnaires.is_empty();
    let (moved, narrowed) = if answered_at_all { change_by_answers(shares, inference) } else { (0.0, 1.0) };
    let answered = if narrowed < 1.0 {
        let (mean, variance) = log.logit_moments();
        // A likelihood that moves and narrows the mean as the dimensions' own answers moved and narrowed them.
        let answers_variance = variance * narrowed / (1.0 - narrowed);
        log.fused(mean + moved / (1.0 - narrowed), answers_variance, 1.0)
    } else {
        log.clone()
    };
    (log, answered)
}

/// How answers moved the weighted mean logit, and by which factor they narrowed its variance.
fn change_by_answers(shares: &Vector, inference: &Inference) -> (f64, f64) {
    let (mut moved, mut before, mut after) = (0.0, 0.0, 0.0);
    for ((dimension, fused), share) in inference.fused.iter().zip(shares) {
        let log = inference.pooled.get(dimension);
        let (log_mean, log_variance) = log.logit_moments();
        let (mean, variance) = if fused == log { (log_mean, log_variance) } else { fused.logit_moments() };
        moved += share * (mean - log_mean);
        before += share * share * log_variance;
        after += share * share * variance;
    }
    (moved, if before > 0.0 { (after / before).clamp(0.05, 1.0) } else { 1.0 })
}

fn span(weights: &[(Dimension, f64)], inference: &Inference) -> i32 {
    let days = |&(dimension, _): &(Dimension, f64)| &inference.series.get(dimension).days;
    let first = weights.iter().filter_map(|weight| days(weight).first()).map(|day| day.day).min();
    let last = weights.iter().filter_map(|weight| days(weight).last()).map(|day| day.day).max();
    first.zip(last).map_or(0, |(first, last)| span_days(first, last))
}

fn overall_figures(
    dimensions: &[DimensionResult],
    weights: &[(Dimension, f64)],
    figures: Figures,
    shift: Option<Shift>,
    policy: &Policy,
) -> OverallFigures {
    let (mut net, mut size, mut total) = (0.0, 0.0, 0.0);
    for &(dimension, weight) in weights {
        let balance = dimensions.iter().find(|result| result.dimension == dimension).map_or(0.0, |result| result.estimate.balance);
        net += weight * balance;
        size += weight * balance.abs();
        total += weight;
    }
    let complementarity = if size < policy.states.complementarity_floor { 0.0 } else { (1.0 - net.abs() / size).clamp(0.0, 1.0) };
    OverallFigures { figures, net_imbalance: net.abs() / total, complementarity, shift }
}
