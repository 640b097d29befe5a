//! How far each day moves a level: with the explanation held fixed, the level is additive in the days.
//!
//! The posterior mean is `v' X' C^-1 y` with the days' covariance `C` (ebb and noise) and a weight `v` of every
//! level. `C^-1 X v` needs no matrix: smooth the ebb as if `X v` were the data and take it off, each day
//! divided by its noise.

use super::days::{JointDay, within};
use super::explanations::Explanation;
use super::join::{Junction, Prior};
use super::matrix::{Vector, ZEROS, dot, times};
use super::posterior::Component;
use super::{Correlations, Ebb, Reach, own, shared};
use crate::engine::effective::Series;
use crate::engine::policy::LevelPolicy;
use crate::engine::types::{ByDimension, Day};

/// For every observed day, how much a balance of 1 in each dimension adds to the level weighed by `shares`.
///
/// `days` are those of `series`, side by side.
#[must_use]
pub fn influences(
    series: &ByDimension<Series>,
    days: &[JointDay],
    component: &Component,
    explanation: &Explanation,
    shares: &Vector,
    policy: &LevelPolicy,
) -> Vec<(Day, Vector)> {
    let new = times(&component.covariance, shares);
    let old = explanation.shift.map(|date| (date, old_weights(series, days, date, &explanation.ebb, &new, policy)));
    let weights = |day: Day| match &old {
        Some((date, old)) if day < *date => *old,
        Some(_) | None => new,
    };
    let ebb = &explanation.ebb;
    let swings = match ebb.reach {
        Reach::Shared => shared_swings(days, &weights, ebb),
        Reach::Own => own_swings(days, &weights, ebb),
    };
    days.iter()
        .zip(swings)
        .map(|(day, swing)| {
            let mut influence = weights(day.day);
            for ((value, swing), precision) in influence.iter_mut().zip(&swing).zip(&day.precision) {
                *value = precision * (*value - swing);
            }
            (day.day, influence)
        })
        .collect()
}

fn old_weights(series: &ByDimension<Series>, days: &[JointDay], date: Day, ebb: &Ebb, new: &Vector, policy: &LevelPolicy) -> Vector {
    let prior = Prior::new(policy.old_levels.0, policy.old_levels.1);
    let junction = match ebb.reach {
        Reach::Shared => {
            let (sides, within) = (shared::split(days, &[date], date, ebb), within(days, &[date]).0);
            sides.dates.first().zip(within.first()).map(|(sides, within)| Junction::shared(sides, within, ebb.variance()))
        }
        Reach::Own => own::split(series, &[date], date, ebb).dates.first().map(|sides| Junction::own(sides, ebb.variance())),
    };
    junction.map_or(ZEROS, |junction| junction.old_given(new, &prior))
}

fn shared_swings(days: &[JointDay], weights: &impl Fn(Day) -> Vector, ebb: &Ebb) -> Vec<Vector> {
    let data: Vec<(Day, f64, f64)> = days.iter().map(|day| (day.day, dot(&day.share, &weights(day.day)), day.variance)).collect();
    smooth(&data, ebb).into_iter().map(|swing| ZEROS.map(|_| swing)).collect()
}

fn own_swings(days: &[JointDay], weights: &impl Fn(Day) -> Vector, ebb: &Ebb) -> Vec<Vector> {
    let mut swings = vec![ByDimension(ZEROS); days.len()];
    for dimension in crate::engine::types::Dimension::ALL {
        let observed = |day: &JointDay| *ByDimension(day.precision).get(dimension);
        let data: Vec<(Day, f64, f64)> = days
            .iter()
            .filter(|day| observed(day) > 0.0)
            .map(|day| (day.day, *ByDimension(weights(day.day)).get(dimension), 1.0 / observed(day)))
            .collect();
        let seen = swings.iter_mut().zip(days).filter(|(_, day)| observed(day) > 0.0);
        for ((swing, _), value) in seen.zip(smooth(&data, ebb)) {
            *swing.get_mut(dimension) = value;
        }
    }
    swings.into_iter().map(|swing| swing.0).collect()
}

/// Rauch, Tung and Striebel's smoother of the ebb, given (day, value, noise variance).
fn smooth(data: &[(Day, f64, f64)], ebb: &Ebb) -> Vec<f64> {
    if ebb.sd <= 0.0 {
        return vec![0.0; data.len()];
    }
    let table = Correlations::new(ebb);
    let stationary = ebb.variance();
    let (mut mean, mut variance, mut before) = (0.0, stationary, None);
    let mut filtered = Vec::with_capacity(data.len());
    for &(day, value, noise) in data {
        let phi = before.map_or(1.0, |earlier| table.over(day.since(earlier)));
        let expected = phi * mean;
        let predicted = stationary + phi * phi * (variance - stationary);
        let gain = predicted / (predicted + noise);
        mean = expected + gain * (value - expected);
        variance = predicted * (1.0 - gain);
        filtered.push((mean, variance, day));
        before = Some(day);
    }
    let mut smoothed = Vec::with_capacity(data.len());
    let mut later: Option<(f64, Day)> = None;
    for &(mean, variance, day) in filtered.iter().rev() {
        let value = later.map_or(mean, |(next, next_day)| {
            let phi = table.over(next_day.since(day));
            let predicted = stationary + phi * phi * (variance - stationary);
            mean + variance * phi / predicted * (next - phi * mean)
        });
        smoothed.push(value);
        later = Some((value, day));
    }
    smoothed.reverse();
    smoothed
}
