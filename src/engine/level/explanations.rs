//! The explanations of the days: every pair of ebb setting and shift date, those too light left out.

use super::days::{JointDay, Side, Sums, pieces, within};
use super::episode::episodes;
use super::join::{Before, Split};
use super::matrix::Vector;
use super::prior::{Prior, Updated};
use super::{Ebb, Reach, ebbs, own, shared};
use crate::engine::math::count;
use crate::engine::policy::LevelPolicy;
use crate::engine::types::Day;

/// A pair of ebb setting and shift date.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Explanation {
    /// The setting of the ebb.
    pub ebb: Ebb,
    /// The shift, where there is one.
    pub shift: Option<Shift>,
    /// What the days say about the current levels.
    pub likelihood: Side,
    /// Logarithm of the prior probability.
    pub(super) log_prior: f64,
    /// The ebb today.
    pub(super) edge: Edge,
    /// Logarithm of prior times marginal likelihood under the screening prior.
    log_weight: f64,
}

/// A shift of the levels.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Shift {
    /// The first day of the new levels.
    pub date: Day,
    /// What the days say about the levels before.
    pub before: Before,
    /// Centre and spread of what was believed about these before any evidence.
    pub kind: (f64, f64),
}

/// Today's ebb: `data - unit'b`, with its variance.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Edge {
    /// One ebb for all dimensions.
    Shared { data: f64, unit: Vector, variance: f64 },
    /// One for each.
    Own { data: Vector, unit: Vector, variance: Vector },
}

/// All explanations that weigh enough under the screening prior, in a fixed order.
#[must_use]
pub fn explanations(days: &[JointDay], dates: &[Day], today: Day, policy: &LevelPolicy) -> Vec<Explanation> {
    let pieces = pieces(days, dates);
    let within = within(&pieces);
    let within_deviance = within.iter().map(|side| side.deviance).sum::<f64>();
    let old = policy.old_levels.iter().map(|&(centre, spread, weight)| OldKind {
        kind: (centre, spread),
        log_weight: libm::log(weight),
        prior: Prior::new(centre, spread),
    });
    let old: Vec<OldKind> = old.collect();
    let mut kept = Shortlist::new(dates.len(), policy);
    for ebb in ebbs(policy) {
        match ebb.reach {
            Reach::Shared => {
                let shared::Filtered { pieces: mut sums, deviance, memories, data, unit, variance } =
                    shared::filter(&pieces, dates, today, &ebb);
                sums.iter_mut().zip(&within).for_each(|(sum, within)| sum.add(within));
                let sums = Sums::new(sums);
                let from = Setting { ebb, edge: Edge::Shared { data, unit, variance } };
                let deviance = deviance + within_deviance;
                let steady = Side { deviance, ..sums.before.last().copied().unwrap_or(Side::EMPTY) };
                kept.steady(&from, &steady);
                for ((sums, memory), date) in sums.at_dates().zip(&memories).zip(dates) {
                    for old in &old {
                        let split = Split::shared(sums, deviance, memory, &old.prior);
                        kept.shifted(&from, *date, &split, old);
                    }
                }
            }
            // Episodes are no settings of their own: they go with the calm one.
            Reach::Since(_) => {}
            Reach::Own => {
                let own = own::filter(&pieces, dates, today, &ebb);
                let from = Setting { ebb, edge: Edge::Own { data: own.data, unit: own.unit, variance: own.variance } };
                kept.steady(&from, &own.steady());
                if ebb.sd <= 0.0 {
                    for (ebb, likelihood, edge) in episodes(days, &ebb, policy) {
                        kept.steady(&Setting { ebb, edge }, &likelihood);
                    }
                }
                for ((sums, memory), date) in own.before.iter().zip(&own.after).zip(&own.memories).zip(dates) {
                    for old in &old {
                        let split = Split::own(sums, own.deviance, memory, &old.prior);
                        kept.shifted(&from, *date, &split, old);
                    }
                }
            }
        }
    }
    kept.finish()
}

/// A kind of levels before a shift: centre and spread, logarithm of its prior weight, and what it makes of levels.
struct OldKind {
    kind: (f64, f64),
    log_weight: f64,
    prior: Prior,
}

/// A setting of the ebb, and the ebb today.
struct Setting {
    ebb: Ebb,
    edge: Edge,
}

/// Room for so many explanations at first.
const USUALLY_KEPT: usize = 128;

/// Collects explanations and drops those too light to matter as it goes.
struct Shortlist {
    kept: Vec<Explanation>,
    heaviest: f64,
    log_floor: f64,
    log_stay: f64,
    log_date: f64,
    screening: Prior,
}

impl Shift {
    /// The levels before it.
    #[must_use]
    pub fn old_levels(&self) -> Updated {
        self.before.levels(&Prior::new(self.kind.0, self.kind.1))
    }
}

impl Shortlist {
    fn new(dates: usize, policy: &LevelPolicy) -> Self {
        let shift = if dates == 0 { 0.0 } else { policy.shift_probability };
        Self {
            kept: Vec::with_capacity(USUALLY_KEPT),
            heaviest: f64::NEG_INFINITY,
            log_floor: libm::log(policy.component_floor),
            log_stay: libm::log(1.0 - shift),
            log_date: libm::log(shift) - libm::log(count(dates).max(1.0)),
            screening: Prior::new(policy.screening_levels.0, policy.screening_levels.1),
        }
    }

    fn steady(&mut self, from: &Setting, likelihood: &Side) {
        self.offer(from, likelihood, None, self.log_stay);
    }

    fn shifted(&mut self, from: &Setting, date: Day, split: &Split, old: &OldKind) {
        let shift = Shift { date, before: split.before, kind: old.kind };
        self.offer(from, &split.current, Some(&shift), self.log_date + old.log_weight);
    }

    fn offer(&mut self, from: &Setting, likelihood: &Side, shift: Option<&Shift>, log_prior: f64) {
        let log_prior = log_prior + libm::log(from.ebb.prior);
        let log_weight = log_prior + self.screening.log_evidence(likelihood);
        if log_weight > self.heaviest + self.log_floor {
            self.heaviest = self.heaviest.max(log_weight);
            let Setting { ebb, edge } = from;
            self.kept.push(Explanation { ebb: *ebb, shift: shift.copied(), likelihood: *likelihood, log_prior, edge: *edge, log_weight });
        }
    }

    fn finish(mut self) -> Vec<Explanation> {
        let lightest = self.heaviest + self.log_floor;
        self.kept.retain(|explanation| explanation.log_weight > lightest);
        self.kept
    }
}
