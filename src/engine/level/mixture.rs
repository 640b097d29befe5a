//! Weighs every pair of ebb setting and shift date by what all dimensions say about it.

use super::join::{Likelihood, Shifted};
use super::segment::{Split, split};
use super::{Ebb, ebbs};
use crate::engine::effective::Series;
use crate::engine::math::{count, log_add, log_sum};
use crate::engine::policy::LevelPolicy;
use crate::engine::types::{ByDimension, Day, Dimension};

/// One explanation of a dimension's days: an ebb setting, and a shift or none.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Component {
    /// Posterior probability; a dimension's components sum to 1.
    pub weight: f64,
    /// What the days say about the current level under this explanation.
    pub likelihood: Likelihood,
    /// The setting of the ebb.
    pub ebb: Ebb,
    /// The date of the shift, where this explanation has one.
    pub shift: Option<Day>,
    /// Mean and variance of today's local level: level and ebb together.
    pub local: (f64, f64),
}

/// What one dimension's days say about its current level.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct LevelMixture {
    /// Explanations worth keeping, in a fixed order.
    pub components: Vec<Component>,
}

impl LevelMixture {
    /// Posterior probability that the level shifted.
    #[must_use]
    pub fn shift_probability(&self) -> f64 {
        let shifted = self.components.iter().filter(|part| part.shift.is_some());
        shifted.map(|part| part.weight).sum::<f64>().min(1.0)
    }

    /// The likeliest date of a shift; the earlier one among equals.
    #[must_use]
    pub fn shift_date(&self) -> Option<Day> {
        let mut dates: Vec<(Day, f64)> = Vec::new();
        for part in &self.components {
            if let Some(date) = part.shift {
                match dates.binary_search_by_key(&date, |known| known.0) {
                    Ok(at) => dates.iter_mut().skip(at).take(1).for_each(|known| known.1 += part.weight),
                    Err(at) => dates.insert(at, (date, part.weight)),
                }
            }
        }
        dates.into_iter().reduce(|best, next| if next.1 > best.1 { next } else { best }).map(|best| best.0)
    }

    /// Posterior mean of the standard deviation of the ebb, on the balance scale.
    #[must_use]
    pub fn ebb_sd(&self) -> f64 {
        self.components.iter().map(|part| part.weight * part.ebb.sd).sum()
    }

    /// Mean and variance of the current level under its prior N(0, `variance`).
    #[must_use]
    pub fn level(&self, variance: f64) -> (f64, f64) {
        self.moments(variance, |part| part.likelihood.posterior(variance))
    }

    /// Mean and variance of today's local level.
    #[must_use]
    pub fn local(&self, variance: f64) -> (f64, f64) {
        self.moments(variance, |part| part.local)
    }

    fn moments(&self, prior: f64, of: impl Fn(&Component) -> (f64, f64)) -> (f64, f64) {
        if self.components.is_empty() {
            return (0.0, prior);
        }
        let mean: f64 = self.components.iter().map(|part| part.weight * of(part).0).sum();
        let spread = |part: &Component| {
            let (centre, variance) = of(part);
            variance + (centre - mean) * (centre - mean)
        };
        (mean, self.components.iter().map(|part| part.weight * spread(part)).sum())
    }
}

/// Every dimension's mixture as of `as_of`.
#[must_use]
pub fn mixtures(
    series: &ByDimension<Series>,
    dates: &[Day],
    as_of: Day,
    policy: &LevelPolicy,
) -> ByDimension<LevelMixture> {
    let settings = ebbs(policy);
    let observed: Vec<Observed> = series
        .iter()
        .filter(|(_, series)| !series.days.is_empty())
        .map(|(dimension, series)| Observed::new(dimension, series, dates, as_of, &settings, policy))
        .collect();
    let weights = pair_weights(&observed, dates.len(), &settings, policy);
    let mut mixtures = ByDimension::<LevelMixture>::default();
    for one in &observed {
        mixtures.get_mut(one.dimension).components = one.components(&weights, dates, &settings, policy);
    }
    mixtures
}

/// A pair of ebb setting and date as one dimension sees it.
#[derive(Clone, Copy)]
struct Pair {
    /// Log marginal likelihood, taking part in the shift or not.
    log_evidence: f64,
    steady: (Likelihood, (f64, f64)),
    shifted: Option<(Shifted, (f64, f64))>,
}

/// One dimension under all pairs, in the order settings, then no date and each date.
struct Observed {
    dimension: Dimension,
    pairs: Vec<Pair>,
}

impl Observed {
    fn new(
        dimension: Dimension,
        series: &Series,
        dates: &[Day],
        as_of: Day,
        settings: &[Ebb],
        policy: &LevelPolicy,
    ) -> Self {
        let pairs = settings
            .iter()
            .flat_map(|ebb| pairs_of_setting(&split(&series.days, dates, as_of, ebb), ebb, policy))
            .collect();
        Self { dimension, pairs }
    }

    fn components(
        &self,
        weights: &[f64],
        dates: &[Day],
        settings: &[Ebb],
        policy: &LevelPolicy,
    ) -> Vec<Component> {
        let prior = policy.level_variance;
        let names = settings.iter().flat_map(|ebb| {
            std::iter::once(None).chain(dates.iter().copied().map(Some)).map(move |date| (*ebb, date))
        });
        let mut parts: Vec<Component> = Vec::new();
        for ((pair, weight), (ebb, date)) in self.pairs.iter().zip(weights).zip(names) {
            let share = |log_marginal: f64, participation: f64| {
                participation * libm::exp(weight + log_marginal - pair.log_evidence)
            };
            let (steady, local) = pair.steady;
            let staying = if date.is_some() { 1.0 - policy.shift_participation } else { 1.0 };
            let weight = share(steady.log_marginal(prior), staying);
            parts.push(Component { weight, likelihood: steady, ebb, shift: None, local });
            if let Some((shifted, local)) = pair.shifted {
                let weight = share(shifted.current.log_marginal(prior), policy.shift_participation);
                parts.push(Component { weight, likelihood: shifted.current, ebb, shift: date, local });
            }
        }
        keep_heavy(parts, policy.component_floor)
    }
}

fn pairs_of_setting(split: &Split, ebb: &Ebb, policy: &LevelPolicy) -> Vec<Pair> {
    let prior = policy.level_variance;
    let (whole, taking_part) = (&split.whole, policy.shift_participation);
    let steady_likelihood = Likelihood::steady(whole);
    let (mean, variance) = steady_likelihood.posterior(prior);
    let left = 1.0 - whole.unit;
    let steady = (steady_likelihood, (whole.data + left * mean, whole.variance + left * left * variance));
    let log_steady = steady_likelihood.log_marginal(prior);
    let mut pairs = vec![Pair { log_evidence: log_steady, steady, shifted: None }];
    let (log_out, log_in) = (libm::log(1.0 - taking_part), libm::log(taking_part));
    for at in &split.dates {
        let shifted = Shifted::new(&at.before, &at.after, ebb, policy);
        let (mean, variance) = shifted.current.posterior(prior);
        let old_unit = at.before.unit * at.carried;
        let left = 1.0 - (whole.unit - old_unit) - old_unit * shifted.old_lean;
        let local_mean = whole.data - old_unit * shifted.old_mean + left * mean;
        let local_variance =
            whole.variance + left * left * variance + old_unit * old_unit * shifted.old_variance;
        let log_shifted = shifted.current.log_marginal(prior);
        pairs.push(Pair {
            log_evidence: log_add(log_out + log_steady, log_in + log_shifted),
            steady,
            shifted: Some((shifted, (local_mean, local_variance))),
        });
    }
    pairs
}

/// Log posterior probability of every pair, all dimensions together.
fn pair_weights(observed: &[Observed], dates: usize, settings: &[Ebb], policy: &LevelPolicy) -> Vec<f64> {
    let (log_stay, log_date) = if dates == 0 {
        (0.0, f64::NEG_INFINITY)
    } else {
        let each = policy.shift_probability / count(dates);
        (libm::log(1.0 - policy.shift_probability), libm::log(each))
    };
    let mut weights: Vec<f64> = settings
        .iter()
        .flat_map(|ebb| {
            let log_prior = libm::log(ebb.prior);
            let each = std::iter::repeat_n(log_prior + log_date, dates);
            std::iter::once(log_prior + log_stay).chain(each)
        })
        .collect();
    for one in observed {
        for (weight, pair) in weights.iter_mut().zip(&one.pairs) {
            *weight += pair.log_evidence;
        }
    }
    let total = log_sum(&weights);
    for weight in &mut weights {
        *weight -= total;
    }
    weights
}

/// Drops explanations too light to matter and makes the others sum to 1.
fn keep_heavy(mut parts: Vec<Component>, floor: f64) -> Vec<Component> {
    let heaviest = parts.iter().map(|part| part.weight).fold(0.0, f64::max);
    parts.retain(|part| part.weight > heaviest * floor);
    let total: f64 = parts.iter().map(|part| part.weight).sum();
    for part in &mut parts {
        part.weight /= total;
    }
    parts
}
