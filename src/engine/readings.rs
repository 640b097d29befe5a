//! What the figures are read from: today's inference with everything about it that several figures need, and
//! that of some days earlier, which few of them do.

use std::cell::OnceCell;

use super::density::Distribution;
use super::evidence::Evidence;
use super::fuse::KeeperCorrection;
use super::infer::{Inference, infer};
use super::level::local::LocalLevels;
use super::level::shift::Shifts;
use super::policy::Policy;
use super::rollup::RollUp;
use super::types::ByDimension;

/// Today's inference beside that of some days earlier: the same evidence, cut.
#[derive(Clone, Debug)]
pub struct Readings<'a> {
    /// The evidence, cleaned.
    pub evidence: &'a Evidence,
    /// The evidence, summed by day.
    pub roll_up: &'a RollUp,
    /// The constants.
    pub policy: &'a Policy,
    /// The correction for who kept the log.
    pub correction: KeeperCorrection,
    /// As of `evidence.as_of`.
    pub today: Inference,
    /// Step 5, complete: the posterior that is reported.
    pub posterior: ByDimension<Distribution>,
    /// Today's levels with the ebb on top.
    pub local: LocalLevels,
    /// Whether the levels shifted up to today.
    pub shifts: Shifts,
    /// Precision about each level today, in itself.
    pub own_precision: ByDimension<f64>,
    /// As of some days before, once somebody asks.
    earlier: OnceCell<Inference>,
}

impl<'a> Readings<'a> {
    /// Infers today's levels.
    #[must_use]
    pub fn new(roll_up: &'a RollUp, evidence: &'a Evidence, policy: &'a Policy) -> Self {
        let correction = KeeperCorrection::new(evidence.kept_by, &policy.fusion);
        let today = infer(roll_up, evidence, evidence.as_of, policy);
        let posterior = today.fused.map(|_, fused| correction.apply(fused));
        let local = LocalLevels::new(&today.levels);
        let shifts = Shifts::new(&today.levels);
        let own_precision = today.levels.own_precision(policy.level.level_variance);
        Self { evidence, roll_up, policy, correction, today, posterior, local, shifts, own_precision, earlier: OnceCell::new() }
    }

    /// The inference as of some days earlier. It costs as much as today's, and only a lasting imbalance needs it.
    #[must_use]
    pub fn earlier(&self) -> &Inference {
        let day = self.evidence.as_of.plus(-self.policy.states.sustained_lag_days);
        self.earlier.get_or_init(|| infer(self.roll_up, self.evidence, day, self.policy))
    }
}
