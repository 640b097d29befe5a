//! Step 2: the current levels of all dimensions, beneath an ebb and at most one shift.
//!
//! The model is linear and Gaussian on the balance scale: a day's balance is the dimension's level, plus an
//! ebb (AR(1) with a stationary start), plus the noise of few acts. At one Monday all levels may have moved.
//! A hard fortnight touches every dimension at once, so the ebb is either shared by all of them or each has
//! its own; which one, how strong and how slow, and the date of the shift are unknown.
//!
//! | part | module |
//! |---|---|
//! | settings of the ebb, dates of a shift | here |
//! | dimensions side by side, day by day | [`days`] |
//! | Kalman filters, there and back | [`shared`], [`own`] |
//! | the days split at a date | [`join`] |
//! | all settings and dates, screened | [`explanations`] |
//! | levels pooled under each of them | [`posterior`] |
//! | today's levels, ebb included; the shift | [`local`], [`shift`] |
//! | how far each day moves a level | [`influence`] |
//! | vectors, matrices, normal priors | [`matrix`], [`solve`], [`prior`] |

pub mod days;
pub mod episode;
pub mod explanations;
pub mod influence;
pub mod join;
pub mod local;
pub mod matrix;
pub mod own;
pub mod posterior;
pub mod prior;
pub mod shared;
pub mod shift;
pub mod solve;

#[cfg(test)]
mod tests;

use super::policy::LevelPolicy;
use super::rollup::RollUp;
use super::types::Day;

/// Whose ebb it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reach {
    /// One ebb moves all dimensions alike.
    Shared,
    /// Each dimension ebbs by itself.
    Own,
    /// One swing moves all dimensions alike from this day on, and stays as it is: a late episode.
    Since(Day),
}

/// One setting of the ebb.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Ebb {
    /// Whose ebb it is.
    pub reach: Reach,
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

    /// Stationary variance.
    #[must_use]
    pub const fn variance(&self) -> f64 {
        self.sd * self.sd
    }
}

/// The correlations of an ebb, those over the usual gaps looked up.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Correlations {
    ebb: Ebb,
    table: [f64; 64],
}

impl Correlations {
    /// Fills the table.
    #[must_use]
    pub fn new(ebb: &Ebb) -> Self {
        let (phi, mut next) = (ebb.correlation(1), 1.0);
        let table = [(); 64].map(|()| {
            let correlation = next;
            next *= phi;
            correlation
        });
        Self { ebb: *ebb, table }
    }

    /// Stationary variance of the ebb.
    #[must_use]
    pub const fn variance(&self) -> f64 {
        self.ebb.variance()
    }

    /// Correlation over `days`, 0 or more.
    #[must_use]
    #[inline]
    pub fn over(&self, days: i32) -> f64 {
        let known = usize::try_from(days).ok().and_then(|days| self.table.get(days)).copied();
        known.unwrap_or_else(|| self.ebb.correlation(days))
    }
}

/// All settings of the ebb: none, shared ones, own ones.
#[must_use]
pub fn ebbs(policy: &LevelPolicy) -> Vec<Ebb> {
    // No ebb is nobody's; the filters of single dimensions are quicker.
    let calm = Ebb { reach: Reach::Own, sd: 0.0, log_phi: -1.0, prior: policy.calm_probability };
    let swinging = 1.0 - policy.calm_probability - policy.episode_probability;
    let settings = |reach, days: &[(f64, f64)], probability: f64| -> Vec<Ebb> {
        let of_sd = |&(sd, sd_weight): &(f64, f64)| {
            let of_days = move |&(days, days_weight): &(f64, f64)| Ebb {
                reach,
                sd,
                log_phi: -1.0 / days,
                prior: probability * sd_weight * days_weight,
            };
            days.iter().map(of_days).collect::<Vec<_>>()
        };
        policy.ebb_sds.iter().flat_map(of_sd).collect()
    };
    let shared = settings(Reach::Shared, &policy.shared_ebb_days, swinging * policy.shared_probability);
    let own = settings(Reach::Own, &policy.own_ebb_days, swinging * (1.0 - policy.shared_probability));
    std::iter::once(calm).chain(shared).chain(own).collect()
}

/// Dates at which the levels may have shifted: Mondays well inside the evidence, ascending. Beyond half a year every other one,
/// beyond a year every fourth.
///
/// Fixed calendar days, so that assessing a day later moves none of them; at most one becomes too old to be looked at. None under a span of twice the margin.
#[must_use]
pub fn candidate_dates(roll_up: &RollUp, policy: &LevelPolicy) -> Vec<Day> {
    let Some((first, last)) = roll_up.span() else { return Vec::new() };
    let end = last.plus(-policy.shift_margin_days);
    let earliest = first.plus(policy.shift_margin_days).max(last.plus(-policy.shift_reach_days));
    let start = earliest.next_monday();
    let mondays = std::iter::successors(Some(start), |day| Some(day.plus(7))).take_while(|day| *day <= end);
    let spaced = mondays.filter(|day| day.0.div_euclid(7).rem_euclid(weeks_apart(last.since(*day))) == 0);
    // Two dates with next to nothing between them are the same shift.
    let mut known = 0;
    let told_apart = |day: &Day| {
        let rows = roll_up.rows_before(*day) / policy.shift_rows.max(1);
        std::mem::replace(&mut known, rows) < rows
    };
    spaced.filter(told_apart).collect()
}

/// Shares of the prior probability of a shift: each date stands for the weeks up to the next one, which are all alike; the last
/// one for its own.
#[must_use]
pub fn date_shares(dates: &[Day]) -> Vec<f64> {
    let nexts = dates.iter().skip(1).copied().chain(dates.last().map(|last| last.plus(7)));
    let days: Vec<f64> = dates.iter().zip(nexts).map(|(date, next)| f64::from(next.since(*date))).collect();
    let all: f64 = days.iter().sum();
    days.into_iter().map(|days| days / all).collect()
}

/// Weeks between dates so many days before the last of the evidence. What came before an old date has lost most of its weight:
/// whether the level shifted is still worth knowing there, in which week it did is not.
const fn weeks_apart(age: i32) -> i32 {
    match age {
        ..=182 => 1,
        183..=364 => 2,
        365.. => 4,
    }
}
