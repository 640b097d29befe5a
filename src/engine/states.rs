//! From figures to what may be said: the first rule that holds.

use super::assessment::{Figures, Missing, Shift, State};
use super::policy::StatePolicy;
use super::types::Day;

/// The probabilities that the balance is over and under the neutral zone.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Leaning {
    /// That it is over.
    pub over: f64,
    /// That it is under.
    pub under: f64,
}

/// What the rules look at. What is given as a function is asked for only by a rule that gets that far.
#[derive(Clone, Copy)]
pub struct Standing<'a> {
    /// Today's figures.
    pub figures: Figures,
    /// The probabilities of an imbalance as they stood some days earlier.
    pub earlier: &'a dyn Fn() -> Leaning,
    /// Sum of effective acts.
    pub effective: f64,
    /// Days from the first to the last act.
    pub span_days: i32,
    /// A possible change.
    pub shift: Option<Shift>,
    /// Probability that today's local level is outside the neutral zone.
    pub local_outside: &'a dyn Fn() -> f64,
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
    } else if imbalance < policy.ebb_max_probability && (standing.local_outside)() > policy.ebb_local_probability {
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
    let today = &standing.figures;
    let lasting = today.probability() >= policy.sustained_probability
        && standing.span_days >= policy.sustained_min_span_days
        && !is_recent(standing, policy);
    lasting && {
        let earlier = (standing.earlier)();
        let same_side = (today.probability_over > today.probability_under) == (earlier.over > earlier.under);
        (earlier.over + earlier.under).min(1.0) >= policy.sustained_probability && same_side
    }
}

fn is_recent(standing: &Standing, policy: &StatePolicy) -> bool {
    standing
        .shift
        .is_some_and(|shift| shift.probability >= policy.shift_probability && standing.as_of.since(shift.day) < policy.recent_days)
}
