//! Step 2: the current level of every dimension, beneath an ebb and at most one shift.
//!
//! The model is linear and Gaussian on the balance scale: a day's balance is the level, plus an ebb (AR(1)
//! with a stationary start), plus the noise of few acts. At one Monday the level may have shifted. Ebb
//! setting and date are unknown and shared by the dimensions, so that all of them speak to both.
//!
//! [`segment`] runs Kalman filters from both ends, [`join`] joins them at each date, [`mixture`] weighs the
//! pairs of setting and date and leaves the likelihood of each dimension's current level.

pub mod join;
pub mod mixture;
pub mod segment;


use super::policy::LevelPolicy;
use super::rollup::RollUp;
use super::types::Day;

/// One setting of the ebb.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Ebb {
    /// Stationary standard deviation on the balance scale; 0 for no ebb.
    pub sd: f64,
    /// Logarithm of the correlation from one day to the next.
    pub log_phi: f64,
    /// Prior probability.
    pub prior: f64,
}

impl Ebb {
    /// Correlation of the ebb over `days`.
    #[must_use]
    pub fn correlation(&self, days: i32) -> f64 {
        libm::exp(self.log_phi * f64::from(days))
    }
}

/// All settings of the ebb, calm first.
#[must_use]
pub fn ebbs(policy: &LevelPolicy) -> Vec<Ebb> {
    let calm = Ebb { sd: 0.0, log_phi: f64::NEG_INFINITY, prior: policy.calm_probability };
    let swings = policy.ebb_sds.iter().flat_map(|&(sd, sd_weight)| {
        policy.ebb_days.iter().map(move |&(days, days_weight)| Ebb {
            sd,
            log_phi: -1.0 / days,
            prior: (1.0 - policy.calm_probability) * sd_weight * days_weight,
        })
    });
    std::iter::once(calm).chain(swings).collect()
}

/// Dates at which the level may have shifted: every Monday well inside the evidence, ascending.
///
/// Fixed calendar days, so that assessing a day later does not move them. None under a span of twice the margin.
#[must_use]
pub fn candidate_dates(roll_up: &RollUp, policy: &LevelPolicy) -> Vec<Day> {
    let Some((first, last)) = roll_up.span() else { return Vec::new() };
    let end = last.plus(-policy.shift_margin_days);
    let start = first.plus(policy.shift_margin_days).next_monday();
    std::iter::successors(Some(start), |day| Some(day.plus(7))).take_while(|day| *day <= end).collect()
}
