//! All sufficient dimensions together. The shared bias of whoever kept the log is counted once.

use super::assessment::{DimensionResult, Figures, Missing, Overall, OverallFigures, Shift, State};
use super::density::{Density, LIMIT, grid};
use super::evidence::Evidence;
use super::fuse;
use super::infer::Inference;
use super::level::mixture::LevelMixture;
use super::math::{balance_to_logit, span_days};
use super::policy::Policy;
use super::report::{figures, local_outside, shift};
use super::states::{self, Standing};
use super::types::{ByDimension, Dimension};

/// The overall result from those of the dimensions.
#[must_use]
pub fn overall(
    dimensions: &[DimensionResult],
    evidence: &Evidence,
    today: &Inference,
    earlier: &Inference,
    policy: &Policy,
) -> Overall {
    let weights = weights(dimensions, policy);
    let total: f64 = weights.iter().map(|(_, weight)| weight).sum();
    if total <= 0.0 {
        let missing = vec![Missing::AnyDimension];
        return Overall { state: State::InsufficientEvidence, figures: None, missing };
    }
    let shares: Vec<(Dimension, f64)> = weights.iter().map(|&(dimension, weight)| (dimension, weight / total)).collect();
    let expected = shares
        .iter()
        .map(|&(dimension, share)| share * balance_to_logit(*evidence.expected_balance.get(dimension), LIMIT))
        .sum();
    let at = |inference: &Inference| figures(&mean_density(&shares, evidence, inference, policy), expected, &policy.states);
    let together = together(&shares, today);
    let standing = Standing {
        figures: at(today),
        earlier: at(earlier),
        effective: shares.iter().map(|&(dimension, _)| today.series.get(dimension).effective).sum(),
        span_days: span(&shares, today),
        shift: shift(&together),
        local_outside: local_outside(&together, expected, &policy.states),
        as_of: today.as_of,
    };
    let state = states::state(&standing, &policy.states);
    let figures = overall_figures(dimensions, &weights, standing.figures, standing.shift, policy);
    Overall {
        state,
        figures: (state != State::InsufficientEvidence).then_some(figures),
        missing: states::missing(&standing, &policy.states),
    }
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

/// Density of the weighted mean logit.
///
/// Given centre and spread the dimensions are independent; what they share enters through the mixture over
/// both, so the mean is not made out to be surer than it is.
fn mean_density(shares: &[(Dimension, f64)], evidence: &Evidence, inference: &Inference, policy: &Policy) -> Density {
    let answered = moments_change(inference);
    let points = grid();
    let mut values = points.map(|_| 0.0);
    for hypothesis in &inference.pooled.hypotheses {
        let (mut mean, mut variance) = (0.0, 0.0);
        for &(dimension, share) in shares {
            let (own_mean, own_variance) = *hypothesis.moments.get(dimension);
            let (moved, narrowed) = *answered.get(dimension);
            mean += share * (own_mean + moved);
            variance += share * share * own_variance * narrowed;
        }
        // No narrower than the grid can show.
        let variance = variance.max(policy.level.resolution_sd * policy.level.resolution_sd * 4.0);
        for (value, theta) in values.iter_mut().zip(points) {
            let off = theta - mean;
            *value += hypothesis.weight / variance.sqrt() * libm::exp(-0.5 * off * off / variance);
        }
    }
    let log = Density::normalised(values);
    let fused = match fuse::answers(evidence, None, &policy.fusion) {
        Some(answers) => fuse::fuse(&log, answers, &policy.fusion).0,
        None => log,
    };
    fuse::corrected(&fused, evidence.kept_by, &policy.fusion)
}

/// How a dimension's own answers moved its mean and narrowed its variance.
fn moments_change(inference: &Inference) -> ByDimension<(f64, f64)> {
    inference.fused.map(|dimension, fused| {
        let pooled = inference.pooled.densities.get(dimension);
        if fused == pooled {
            return (0.0, 1.0);
        }
        let ((before, variance_before), (after, variance_after)) = (pooled.moments(), fused.moments());
        (after - before, variance_after / variance_before)
    })
}

/// The dimensions' explanations in one mixture, each by its share.
fn together(shares: &[(Dimension, f64)], inference: &Inference) -> LevelMixture {
    let components = shares
        .iter()
        .flat_map(|&(dimension, share)| {
            inference.mixtures.get(dimension).components.iter().map(move |part| {
                let mut part = *part;
                part.weight *= share;
                part
            })
        })
        .collect();
    LevelMixture { components }
}

fn span(shares: &[(Dimension, f64)], inference: &Inference) -> i32 {
    let days = |&(dimension, _): &(Dimension, f64)| &inference.series.get(dimension).days;
    let first = shares.iter().filter_map(|share| days(share).first()).map(|day| day.day).min();
    let last = shares.iter().filter_map(|share| days(share).last()).map(|day| day.day).max();
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
    let complementarity =
        if size < policy.states.complementarity_floor { 0.0 } else { (1.0 - net.abs() / size).clamp(0.0, 1.0) };
    OverallFigures { figures, net_imbalance: net.abs() / total, complementarity, shift }
}
