//! The balance of each period and how it changed.
//!
//! An intervention at known dates (Box and Tiao 1975): a day's balance is a level, plus a step in the time that it is about, plus another step
//! afterwards, plus an ebb, plus noise. Ebb, noise and priors are those of an assessment (docs/assessment.md): the ebb is AR(1), or none, over
//! the same sizes and time constants; level and steps are N(0, .64). Each setting of the ebb has its posterior in closed form, and its
//! marginal likelihood weighs it; the steps are mixtures of normals, whose quantiles are the interval. So a swing that any fortnight could
//! show widens the interval and is not taken for a change. Who kept the log does not matter here: over-claiming is in every period alike.

use super::answer::BalanceChange;
use super::days::Counted;
use super::quantiles::mixture_quantile;
use super::question::{ByPeriod, Place};
use super::whiten::{Ebb, Seen, whiten};
use crate::engine::effective::Observation;
use crate::engine::math::log_sum;
use crate::engine::policy::LevelPolicy;

/// Fewest effective acts of a period for a figure.
pub const MIN_EFFECTIVE: f64 = 3.0;
/// Probability that there is no ebb. More than in an assessment, which looks at months: within some weeks of one dimension a swing is rarely
/// worth telling from noise. Chosen on simulated ties, so that nine in ten intervals hold the truth with and without one
/// (docs/adr/0031-before-during-and-after.md).
const CALM: f64 = 0.85;
/// Weight of the balance 0 in the first estimate of a period's balance, which sets the variances.
const PILOT_WEIGHT: f64 = 2.0;

/// A posterior under one setting of the ebb: of the level before and of the two steps.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Component {
    weight: f64,
    level: f64,
    during: (f64, f64),
    after: (f64, f64),
}

/// What is known of the balances.
#[derive(Clone, Debug, PartialEq)]
pub struct Balances {
    effective: ByPeriod<f64>,
    components: Vec<Component>,
}

impl Balances {
    /// Infers them from the observed days of one dimension, which ascend, on the days that count for steps, too.
    #[must_use]
    pub fn new(days: &[Observation], periods: &ByPeriod<Counted>, policy: &LevelPolicy) -> Self {
        let within = periods.map(|counted| days.iter().copied().filter(|day| counted.has(day.day)).collect::<Vec<_>>());
        let effective = within.map(|days| 0.0 + days.iter().map(|day| day.effective).sum::<f64>());
        let mut seen: Vec<Seen> = Vec::new();
        for (days, (during, after)) in within.each().into_iter().zip([(0.0, 0.0), (1.0, 0.0), (0.0, 1.0)]) {
            let spread = spread(days);
            seen.extend(days.iter().map(|day| Seen {
                day: day.day,
                balance: day.balance,
                variance: spread / day.effective,
                during,
                after,
            }));
        }
        let settings = settings(policy);
        let found: Vec<(f64, Component)> = settings.iter().map(|(prior, ebb)| component(&seen, *ebb, *prior, policy)).collect();
        let total = log_sum(&found.iter().map(|(log, _)| *log).collect::<Vec<_>>());
        let components = found.into_iter().map(|(log, one)| Component { weight: libm::exp(log - total), ..one }).collect();
        Self { effective, components }
    }

    /// Effective number of acts of each period.
    #[must_use]
    pub const fn effective(&self) -> ByPeriod<f64> {
        self.effective
    }

    /// The mean level of each period, -1 to 1; absent where there is too little.
    #[must_use]
    pub fn levels(&self) -> ByPeriod<Option<f64>> {
        let mean = |of: fn(&Component) -> f64| {
            let sum: f64 = self.components.iter().map(|one| one.weight * of(one)).sum();
            sum.clamp(-1.0, 1.0)
        };
        let known = self.effective.map(|effective| *effective >= MIN_EFFECTIVE);
        ByPeriod {
            before: known.before.then(|| mean(|one| one.level)),
            during: known.during.then(|| mean(|one| one.level + one.during.0)),
            after: known.after.then(|| mean(|one| one.level + one.after.0)),
        }
    }

    /// The change since before; absent where either period has too little.
    #[must_use]
    pub fn change(&self, place: Place) -> Option<BalanceChange> {
        if self.effective.before < MIN_EFFECTIVE || *self.effective.at(place) < MIN_EFFECTIVE {
            return None;
        }
        let of = |one: &Component| match place {
            Place::During => one.during,
            Place::After => one.after,
        };
        let parts: Vec<(f64, f64, f64)> = self.components.iter().map(|one| (one.weight, of(one).0, of(one).1)).collect();
        // The upper end is the lower one of the mirror, so that swapped roles round alike.
        let mirror: Vec<(f64, f64, f64)> = parts.iter().map(|(weight, mean, variance)| (*weight, 0.0 - mean, *variance)).collect();
        let difference: f64 = parts.iter().map(|(weight, mean, _)| weight * mean).sum();
        Some(BalanceChange {
            difference: difference.clamp(-2.0, 2.0),
            lower_90: mixture_quantile(0.05, &parts).clamp(-2.0, 2.0),
            upper_90: (0.0 - mixture_quantile(0.05, &mirror)).clamp(-2.0, 2.0),
        })
    }
}

/// Variance of one effective act of a period: 1 minus the square of a first estimate of its balance, shrunk to 0.
fn spread(days: &[Observation]) -> f64 {
    let effective: f64 = days.iter().map(|day| day.effective).sum();
    let leaning: f64 = days.iter().map(|day| day.effective * day.balance).sum();
    let pilot = leaning / (effective + PILOT_WEIGHT);
    1.0 - pilot * pilot
}

/// The settings of the ebb with their probabilities: none, or each size with each time constant.
fn settings(policy: &LevelPolicy) -> Vec<(f64, Ebb)> {
    let calm = std::iter::once((CALM, Ebb { sd: 0.0, days: 1.0 }));
    let swings = policy.ebb_sds.iter().flat_map(|(sd, of_size)| {
        let moving = 1.0 - CALM;
        policy.shared_ebb_days.iter().map(move |(days, of_time)| (moving * of_size * of_time, Ebb { sd: *sd, days: *days }))
    });
    calm.chain(swings).collect()
}

/// The posterior under one setting, with the logarithm of its prior times marginal likelihood.
fn component(seen: &[Seen], ebb: Ebb, prior: f64, policy: &LevelPolicy) -> (f64, Component) {
    let p = whiten(seen, ebb);
    let known = 1.0 / policy.level_variance;
    let (ll, dd, aa) = (p.ll + known, p.dd + known, p.aa + known);
    // Inverse of the symmetric 3 x 3 precision matrix by its cofactors.
    let (of_level, level_during, level_after) = (dd * aa - p.da * p.da, p.la * p.da - p.ld * aa, p.ld * p.da - dd * p.la);
    let (of_during, across, of_after) = (ll * aa - p.la * p.la, p.ld * p.la - ll * p.da, ll * dd - p.ld * p.ld);
    let determinant = ll * of_level + p.ld * level_during + p.la * level_after;
    let level = (of_level * p.ly + level_during * p.dy + level_after * p.ay) / determinant;
    let during = (level_during * p.ly + of_during * p.dy + across * p.ay) / determinant;
    let after = (level_after * p.ly + across * p.dy + of_after * p.ay) / determinant;
    let explained = p.ly * level + p.dy * during + p.ay * after;
    let log = libm::log(prior) + 0.5 * (explained - p.yy - p.log_determinant - libm::log(determinant));
    (log, Component { weight: 0.0, level, during: (during, of_during / determinant), after: (after, of_after / determinant) })
}
