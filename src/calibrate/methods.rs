//! The methods that are compared: the engine, and what one would otherwise reach for.

use super::tie::{DIMENSIONS, Tie, dimensions};
use crate::engine::math::beta_cdf;
use crate::engine::policy::Policy;
use crate::engine::types::{Dimension, Keeper};
use crate::engine::{Assessment, assess};

/// Half-width of the neutral zone on the balance scale.
pub const NEUTRAL: f64 = 0.2;

/// What a method says about one dimension.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Estimate {
    /// Balance, -1 to 1.
    pub balance: f64,
    /// The 90 % interval, where the method has one.
    pub interval: Option<(f64, f64)>,
    /// Probability that the balance is outside the neutral zone.
    pub probability: f64,
}

/// A way to turn a log into an estimate.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Method {
    /// The engine.
    Engine,
    /// A Beta posterior on the raw share of weights, from a flat prior.
    Share,
    /// The same with weights that fade by a factor e in the given number of days.
    Ewma(f64),
    /// The raw balance against a threshold, sure of itself from five acts on.
    Ratio,
}

impl Method {
    /// All methods, the engine first.
    pub const ALL: [Self; 5] = [Self::Engine, Self::Share, Self::Ewma(30.0), Self::Ewma(14.0), Self::Ratio];

    /// A short name for tables.
    #[must_use]
    pub fn name(self) -> String {
        match self {
            Self::Engine => "engine".to_owned(),
            Self::Share => "raw Beta".to_owned(),
            Self::Ewma(days) => format!("EWMA {days} days"),
            Self::Ratio => "ratio, threshold".to_owned(),
        }
    }

    /// The estimates at the end of the day `last`.
    #[must_use]
    pub fn estimates(self, tie: &Tie, last: i32, kept_by: Keeper, policy: &Policy) -> [Estimate; DIMENSIONS] {
        match self {
            Self::Engine => engine_estimates(&assess(&tie.evidence(last, kept_by), policy)),
            Self::Share => by_dimension(|dimension| beta(faded(tie, dimension, last, f64::INFINITY))),
            Self::Ewma(days) => by_dimension(|dimension| beta(faded(tie, dimension, last, days))),
            Self::Ratio => by_dimension(|dimension| ratio(tie, dimension, last)),
        }
    }
}

/// The engine's figures, also of dimensions about which it says that the evidence is insufficient.
#[must_use]
pub fn engine_estimates(assessment: &Assessment) -> [Estimate; DIMENSIONS] {
    by_dimension(|dimension| {
        let result = assessment.dimensions.iter().find(|result| result.dimension == dimension);
        result.map_or(UNKNOWN, |result| Estimate {
            balance: result.estimate.balance,
            interval: Some((result.estimate.lower_90, result.estimate.upper_90)),
            probability: result.estimate.probability(),
        })
    })
}

/// The median over dimensions of the probability of imbalance: what an alarm looks at.
#[must_use]
pub fn median_probability(estimates: &[Estimate; DIMENSIONS]) -> f64 {
    let mut probabilities = estimates.map(|estimate| estimate.probability);
    probabilities.sort_unstable_by(f64::total_cmp);
    probabilities.get(DIMENSIONS / 2).copied().unwrap_or(0.5)
}

const UNKNOWN: Estimate = Estimate { balance: 0.0, interval: Some((-1.0, 1.0)), probability: 0.5 };

fn by_dimension(mut estimate: impl FnMut(Dimension) -> Estimate) -> [Estimate; DIMENSIONS] {
    let mut all = [UNKNOWN; DIMENSIONS];
    for (place, dimension) in all.iter_mut().zip(dimensions()) {
        *place = estimate(dimension);
    }
    all
}

/// Given and received weight, each act fading by e in `days`.
fn faded(tie: &Tie, dimension: Dimension, last: i32, days: f64) -> (f64, f64) {
    tie.until(last).filter(|act| act.dimension == dimension).fold((0.0, 0.0), |(given, received), act| {
        let weight = act.weight * libm::exp(-f64::from(last - act.day) / days);
        if act.given { (given + weight, received) } else { (given, received + weight) }
    })
}

fn beta((given, received): (f64, f64)) -> Estimate {
    let (a, b) = (given + 1.0, received + 1.0);
    let below = |balance: f64| beta_cdf(f64::midpoint(balance, 1.0), a, b);
    Estimate {
        balance: (a - b) / (a + b),
        interval: Some((quantile(&below, 0.05), quantile(&below, 0.95))),
        probability: below(-NEUTRAL) + 1.0 - below(NEUTRAL),
    }
}

/// Where a distribution function reaches `p`, by halving: 40 steps are exact to 1e-12.
fn quantile(below: &impl Fn(f64) -> f64, p: f64) -> f64 {
    let (mut low, mut high) = (-1.0, 1.0);
    for _ in 0..40 {
        let middle = f64::midpoint(low, high);
        if below(middle) < p { low = middle } else { high = middle }
    }
    f64::midpoint(low, high)
}

fn ratio(tie: &Tie, dimension: Dimension, last: i32) -> Estimate {
    let acts = tie.until(last).filter(|act| act.dimension == dimension).count();
    let (given, received) = faded(tie, dimension, last, f64::INFINITY);
    let total = given + received;
    let balance = if total > 0.0 { (given - received) / total } else { 0.0 };
    let sure = acts >= 5 && balance.abs() > NEUTRAL;
    Estimate { balance, interval: None, probability: if sure { 1.0 } else { 0.0 } }
}
