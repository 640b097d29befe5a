//! The explanations of the days: every pair of ebb setting and shift date, those too light left out.

use super::days::{JointDay, Side, within};
use super::join::{AfterShift, Junction, Prior, Updated, sum};
use super::matrix::{Vector, add_scaled, diagonal, dot, times};
use super::own::{self, Bundle};
use super::shared::{self, Segment};
use super::{Ebb, Reach, ebbs};
use crate::engine::effective::Series;
use crate::engine::math::count;
use crate::engine::policy::LevelPolicy;
use crate::engine::types::{ByDimension, Day};

/// A pair of ebb setting and shift date.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Explanation {
    /// The setting of the ebb.
    pub ebb: Ebb,
    /// The date of the shift, where there is one.
    pub shift: Option<Day>,
    /// What the days say about the current levels.
    pub likelihood: Side,
    /// Mean and variance of the levels before the shift.
    pub old: Option<(Vector, Vector)>,
    /// Logarithm of prior times marginal likelihood under the screening prior.
    pub(super) log_weight: f64,
    /// The ebb today.
    pub(super) edge: Edge,
}

/// Today's ebb: `data - unit'b`, with its variance.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Edge {
    /// One ebb for all dimensions.
    Shared { data: f64, unit: Vector, variance: f64 },
    /// One for each.
    Own { data: Vector, unit: Vector, variance: Vector },
}

impl Edge {
    /// Mean and variance of each dimension's level and ebb together.
    #[must_use]
    pub fn local(&self, levels: &Updated) -> (Vector, Vector) {
        let (mut mean, mut spread) = (levels.mean, diagonal(&levels.covariance));
        match self {
            Self::Shared { data, unit, variance } => {
                let ebb = data - dot(unit, &levels.mean);
                let against = times(&levels.covariance, unit);
                let common = dot(unit, &against) + variance;
                mean = mean.map(|level| level + ebb);
                add_scaled(&mut spread, &against, -2.0);
                spread = spread.map(|own| own + common);
            }
            Self::Own { data, unit, variance } => {
                for ((mean, spread), ((data, unit), variance)) in mean.iter_mut().zip(&mut spread).zip(data.iter().zip(unit).zip(variance))
                {
                    let left = 1.0 - unit;
                    *mean = data + left * *mean;
                    *spread = variance + left * left * *spread;
                }
            }
        }
        (mean, spread)
    }
}

/// All explanations that weigh enough under the screening prior, in a fixed order.
#[must_use]
pub fn explanations(series: &ByDimension<Series>, days: &[JointDay], dates: &[Day], today: Day, policy: &LevelPolicy) -> Vec<Explanation> {
    let mut kept = Shortlist::new(dates.len(), policy);
    let (within_dates, within_whole) = within(days, dates);
    for ebb in ebbs(policy) {
        match ebb.reach {
            Reach::Shared => {
                let split = shared::split(days, dates, today, &ebb);
                let edge = shared_edge(&split.whole);
                kept.steady(ebb, &sum(&split.whole.side, &within_whole), edge);
                for ((sides, within), date) in split.dates.iter().zip(&within_dates).zip(dates) {
                    let junction = Junction::shared(sides, within, ebb.variance());
                    kept.shifted(ebb, *date, &junction, edge);
                }
            }
            Reach::Own => {
                let split = own::split(series, dates, today, &ebb);
                let edge = own_edge(&split.whole);
                kept.steady(ebb, &Side::of_bundle(&split.whole), edge);
                for (sides, date) in split.dates.iter().zip(dates) {
                    kept.shifted(ebb, *date, &Junction::own(sides, ebb.variance()), edge);
                }
            }
        }
    }
    kept.finish()
}

const fn shared_edge(whole: &Segment) -> Edge {
    Edge::Shared { data: whole.data, unit: whole.unit, variance: whole.variance }
}

fn own_edge(whole: &Bundle) -> Edge {
    Edge::Own {
        data: own::each(whole, |segment| segment.data),
        unit: own::each(whole, |segment| segment.unit),
        variance: own::each(whole, |segment| segment.variance),
    }
}

/// Collects explanations and drops those too light to matter as it goes.
struct Shortlist {
    kept: Vec<Explanation>,
    heaviest: f64,
    log_floor: f64,
    log_stay: f64,
    log_date: f64,
    screening: Prior,
    old: Prior,
}

impl Shortlist {
    fn new(dates: usize, policy: &LevelPolicy) -> Self {
        let shift = if dates == 0 { 0.0 } else { policy.shift_probability };
        Self {
            kept: Vec::new(),
            heaviest: f64::NEG_INFINITY,
            log_floor: libm::log(policy.component_floor),
            log_stay: libm::log(1.0 - shift),
            log_date: libm::log(shift) - libm::log(count(dates).max(1.0)),
            screening: Prior::new(policy.screening_levels.0, policy.screening_levels.1),
            old: Prior::new(policy.old_levels.0, policy.old_levels.1),
        }
    }

    fn steady(&mut self, ebb: Ebb, likelihood: &Side, edge: Edge) {
        self.offer(ebb, None, likelihood, None, edge);
    }

    fn shifted(&mut self, ebb: Ebb, date: Day, junction: &Junction, edge: Edge) {
        let AfterShift { current, old_mean, old_variance } = junction.after(&self.old);
        self.offer(ebb, Some(date), &current, Some((old_mean, old_variance)), edge);
    }

    fn offer(&mut self, ebb: Ebb, shift: Option<Day>, likelihood: &Side, old: Option<(Vector, Vector)>, edge: Edge) {
        let prior = libm::log(ebb.prior) + if shift.is_some() { self.log_date } else { self.log_stay };
        let log_weight = prior + Updated::new(likelihood, &self.screening).log_evidence;
        if log_weight > self.heaviest + self.log_floor {
            self.heaviest = self.heaviest.max(log_weight);
            self.kept.push(Explanation { ebb, shift, likelihood: *likelihood, old, log_weight, edge });
        }
    }

    fn finish(mut self) -> Vec<Explanation> {
        let lightest = self.heaviest + self.log_floor;
        self.kept.retain(|explanation| explanation.log_weight > lightest);
        self.kept
    }
}
