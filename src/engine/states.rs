//! From figures to what may be said: the first rule that holds.

use super::assessment::{Figures, Missing, Shift, State};
use super::policy::StatePolicy;
use super::types::Day;

/// What the rules look at.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Standing {
    /// Today's figures.
    pub figures: Figures,
    /// The figures as they stood some days earlier.
    pub earlier: Figures,
    /// Sum of effective acts.
    pub effective: f64,
    /// Days from the first to the last act.
    pub span_days: i32,
    /// A possible change.
    pub shift: Option<Shift>,
    /// Probability that today's local level is outside the neutral zone.
    pub local_outside: f64,
    /// The day of the assessment.
    pub as_of: Day,
}

/// The state, by the first rule that holds.
#[must_use]
pub fn state(standing: &Standing, policy: &StatePolicy) -> State {
    let imbalance = standing.figures.probability();
    if !missing(standing, policy).is_empty() {
        State::InsufficientEvidence
    } else if is_sustained(standing, policy) {
        State::SustainedImbalance
    } else if is_recent(standing, policy) && imbalance >= policy.recent_imbalance_probability {
        State::RecentShift
    } else if imbalance < policy.ebb_max_probability && standing.local_outside > policy.ebb_local_probability {
        State::Ebb
    } else if imbalance <= policy.balanced_probability {
        State::Balanced
    } else {
        State::Unclear
    }
}

/// What is missing before anything may be said; empty where the evidence suffices.
#[must_use]
pub fn missing(standing: &Standing, policy: &StatePolicy) -> Vec<Missing> {
    let mut missing = Vec::new();
    if standing.effective < policy.min_effective {
        let more = libm::ceil(policy.min_effective - standing.effective).clamp(1.0, 1e6);
        missing.push(Missing::Acts { more: small_count(more) });
    }
    let (low, high) = policy.undecided;
    let imbalance = standing.figures.probability();
    let width = standing.figures.upper_90 - standing.figures.lower_90;
    if width > policy.max_interval_width && imbalance > low && imbalance < high {
        missing.push(Missing::NarrowerInterval);
    }
    missing
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "the caller holds the value between 1 and a million")]
const fn small_count(value: f64) -> u32 {
    value as u32
}

fn is_sustained(standing: &Standing, policy: &StatePolicy) -> bool {
    let leans = |figures: &Figures| figures.probability_over > figures.probability_under;
    standing.figures.probability() >= policy.sustained_probability
        && standing.earlier.probability() >= policy.sustained_probability
        && leans(&standing.figures) == leans(&standing.earlier)
        && standing.span_days >= policy.sustained_min_span_days
        && !is_recent(standing, policy)
}

fn is_recent(standing: &Standing, policy: &StatePolicy) -> bool {
    standing
        .shift
        .is_some_and(|shift| shift.probability >= policy.shift_probability && standing.as_of.since(shift.day) < policy.recent_days)
}
