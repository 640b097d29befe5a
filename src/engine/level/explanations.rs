//! The explanations of the days: every pair of ebb setting and shift date, those too light left out.

use super::days::{JointDay, Side, Sums, pieces, within};
use super::episode::episodes;
use super::join::{Before, OwnSplit, SharedDate, Split};
use super::matrix::Vector;
use super::prior::{Prior, Updated};
use super::{Ebb, Reach, date_shares, ebbs, own, shared};
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
    pub(super) log_weight: f64,
}

/// A shift of the levels.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Shift {
    /// The first day of the new levels.
    pub date: Day,
    /// The date's share of the prior probability of a shift.
    pub share: f64,
    /// What the days say about the levels before.
    pub before: Before,
    /// Centre and spread of what was believed about these before any evidence.
    pub kind: (f64, f64),
}

impl Shift {
    /// The levels before it.
    #[must_use]
    pub fn old_levels(&self) -> Updated {
        self.before.levels(&Prior::new(self.kind.0, self.kind.1))
    }
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
    let shares = date_shares(dates).into_iter().map(|share| (share, libm::log(share))).collect();
    let log = Log { days, dates, shares, today, pieces: pieces(days, dates) };
    let within = within(&log.pieces);
    let screening = Prior::new(policy.screening_levels.0, policy.screening_levels.1);
    let old: Vec<OldKind> = policy.old_levels.iter().map(OldKind::new).collect();
    let mut kept = Shortlist::new(&old, &screening, policy, dates.is_empty());
    for ebb in ebbs(policy) {
        match ebb.reach {
            Reach::Shared => kept.shared(&log, &within, ebb),
            Reach::Own => kept.own(&log, ebb, policy),
            // Episodes are no settings of their own: they go with the calm one.
            Reach::Since(_) => {}
        }
    }
    kept.finish()
}

/// The observed days, cut at the possible dates of a shift.
struct Log<'a> {
    days: &'a [JointDay],
    dates: &'a [Day],
    /// The dates' shares of the prior probability of a shift, with their logarithms.
    shares: Vec<(f64, f64)>,
    today: Day,
    pieces: Vec<&'a [JointDay]>,
}

/// A possible date, its share and the logarithm of that.
type Candidate = (Day, f64, f64);

impl Log<'_> {
    fn candidates(&self) -> impl Iterator<Item = Candidate> {
        self.dates.iter().zip(&self.shares).map(|(date, (share, log_share))| (*date, *share, *log_share))
    }
}

/// A kind of levels before a shift: centre and spread, logarithm of its prior weight, and what it makes of levels.
struct OldKind {
    kind: (f64, f64),
    log_weight: f64,
    prior: Prior,
}

impl OldKind {
    fn new(&(centre, spread, weight): &(f64, f64, f64)) -> Self {
        Self { kind: (centre, spread), log_weight: libm::log(weight), prior: Prior::new(centre, spread) }
    }
}

/// A setting of the ebb, and the ebb today.
struct Setting {
    ebb: Ebb,
    edge: Edge,
    log_prior: f64,
}

impl Setting {
    fn new(ebb: Ebb, edge: Edge) -> Self {
        Self { ebb, edge, log_prior: libm::log(ebb.prior) }
    }
}

/// Room for so many explanations at first.
const USUALLY_KEPT: usize = 128;

/// Collects explanations and drops those too light to matter as it goes.
struct Shortlist<'a> {
    kept: Vec<Explanation>,
    heaviest: f64,
    log_floor: f64,
    log_stay: f64,
    log_shift: f64,
    old: &'a [OldKind],
    screening: &'a Prior,
}

impl<'a> Shortlist<'a> {
    fn new(old: &'a [OldKind], screening: &'a Prior, policy: &LevelPolicy, dateless: bool) -> Self {
        let shift = if dateless { 0.0 } else { policy.shift_probability };
        Self {
            kept: Vec::with_capacity(USUALLY_KEPT),
            heaviest: f64::NEG_INFINITY,
            log_floor: libm::log(policy.component_floor),
            log_stay: libm::log(1.0 - shift),
            log_shift: libm::log(shift),
            old,
            screening,
        }
    }

    /// What one ebb of all dimensions makes of the log; `within` is what days say whatever the ebb.
    fn shared(&mut self, log: &Log, within: &[Side], ebb: Ebb) {
        let shared::Filtered { pieces: mut sums, deviance, memories, data, unit, variance } =
            shared::filter(&log.pieces, log.dates, log.today, &ebb);
        sums.iter_mut().zip(within).for_each(|(sum, within)| sum.add(within));
        let deviance = deviance + within.iter().map(|side| side.deviance).sum::<f64>();
        let sums = Sums::new(sums);
        let from = Setting::new(ebb, Edge::Shared { data, unit, variance });
        self.steady(&from, &Side { deviance, ..sums.before.last().copied().unwrap_or(Side::EMPTY) });
        for ((sums, memory), candidate) in sums.at_dates().zip(&memories).zip(log.candidates()) {
            let joined = SharedDate::new(sums, deviance, memory, self.screening);
            for old in self.old {
                self.shifted(&from, candidate, old, &joined.under(&old.prior));
            }
        }
    }

    /// What ebbs of single dimensions make of it, and late episodes without any.
    fn own(&mut self, log: &Log, ebb: Ebb, policy: &LevelPolicy) {
        let own = own::filter(&log.pieces, log.dates, log.today, &ebb);
        let from = Setting::new(ebb, Edge::Own { data: own.data, unit: own.unit, variance: own.variance });
        self.steady(&from, &own.steady());
        if ebb.sd <= 0.0 {
            for (ebb, likelihood, edge) in episodes(log.days, log.today, &ebb, policy) {
                self.steady(&Setting::new(ebb, edge), &likelihood);
            }
        }
        for ((sums, memory), candidate) in own.before.iter().zip(&own.after).zip(&own.memories).zip(log.candidates()) {
            for old in self.old {
                let split = OwnSplit::new(sums, own.deviance, memory, &old.prior, self.screening);
                self.shifted(&from, candidate, old, &split);
            }
        }
    }

    fn steady(&mut self, from: &Setting, likelihood: &Side) {
        let log_evidence = self.screening.log_evidence(likelihood);
        self.offer(from, self.log_stay, log_evidence, || (*likelihood, None));
    }

    fn shifted(&mut self, from: &Setting, (date, share, log_share): Candidate, old: &OldKind, split: &impl Split) {
        let shift = || Shift { date, share, before: split.before(), kind: old.kind };
        let log_prior = self.log_shift + log_share + old.log_weight;
        self.offer(from, log_prior, split.log_evidence(), || (split.current(), Some(shift())));
    }

    fn offer(&mut self, from: &Setting, log_prior: f64, log_evidence: f64, found: impl FnOnce() -> (Side, Option<Shift>)) {
        let log_prior = log_prior + from.log_prior;
        let log_weight = log_prior + log_evidence;
        if log_weight > self.heaviest + self.log_floor {
            self.heaviest = self.heaviest.max(log_weight);
            let Setting { ebb, edge, .. } = from;
            let (likelihood, shift) = found();
            self.kept.push(Explanation { ebb: *ebb, shift, likelihood, log_prior, edge: *edge, log_weight });
        }
    }

    fn finish(mut self) -> Vec<Explanation> {
        let lightest = self.heaviest + self.log_floor;
        self.kept.retain(|explanation| explanation.log_weight > lightest);
        self.kept
    }
}
