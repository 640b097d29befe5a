//! Weekly monitoring: how often a tie that is even ever raises an alarm, and how long a real change takes to raise one.

use super::methods::{Method, engine_estimates, median_probability};
use super::score::{ALARM, Figure, bootstrap, mean};
use super::tie::Tie;
use crate::engine::assess;
use crate::engine::assessment::State;
use crate::engine::policy::Policy;
use crate::engine::types::Keeper;

/// The first day on which a tie is looked at, counted from 1, and the days between looks.
const FIRST_LOOK: i32 = 35;
const EVERY: usize = 7;

/// One look at a tie.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Look {
    /// The day, counted from 0.
    pub day: i32,
    /// Whether the median over dimensions of the probability of imbalance exceeds [`ALARM`].
    pub alarm: bool,
    /// Whether the engine's overall state is a sustained imbalance; of other methods never.
    pub sustained: bool,
}

/// All weekly looks at a tie.
#[must_use]
pub fn looks(tie: &Tie, method: Method, kept_by: Keeper, policy: &Policy) -> Vec<Look> {
    let look = |day: i32| {
        if method == Method::Engine {
            let assessment = assess(&tie.evidence(day, kept_by), policy);
            let alarm = median_probability(&engine_estimates(&assessment)) > ALARM;
            Look { day, alarm, sustained: assessment.overall.state == State::SustainedImbalance }
        } else {
            let alarm = median_probability(&method.estimates(tie, day, kept_by, policy)) > ALARM;
            Look { day, alarm, sustained: false }
        }
    };
    (FIRST_LOOK - 1..tie.days).step_by(EVERY).map(look).collect()
}

/// Share of ties that ever raise an alarm.
#[must_use]
pub fn ever(ties: &[Vec<Look>], seed: u64) -> Option<Figure> {
    let ever: Vec<f64> = ties.iter().map(|looks| f64::from(u8::from(looks.iter().any(|look| look.alarm)))).collect();
    bootstrap(&ever, seed, &|values| vec![mean(values.copied())]).into_iter().next().flatten()
}

/// How long changes take to be seen.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Delay {
    /// Median days from the change to the first look that saw it; `None` where half of the ties were never seen.
    pub median: Option<Figure>,
    /// Share of ties in which the change was seen at all within the follow-up.
    pub seen: f64,
}

/// The delay from `changes` to the first look at or after them for which `seen` holds.
#[must_use]
pub fn delay(ties: &[(i32, Vec<Look>)], seed: u64, saw: impl Fn(&Look) -> bool) -> Delay {
    let of = |(change, looks): &(i32, Vec<Look>)| {
        let first = looks.iter().find(|look| look.day >= *change && saw(look));
        first.map_or(f64::INFINITY, |look| f64::from(look.day - change + 1))
    };
    let delays: Vec<f64> = ties.iter().map(of).collect();
    let median = bootstrap(&delays, seed, &|values| vec![median(values.copied().collect())]).into_iter().next().flatten();
    Delay { median, seen: mean(delays.iter().map(|delay| f64::from(u8::from(delay.is_finite())))).unwrap_or(0.0) }
}

fn median(mut values: Vec<f64>) -> Option<f64> {
    values.sort_unstable_by(f64::total_cmp);
    values.get(values.len() / 2).copied().filter(|median| median.is_finite())
}
