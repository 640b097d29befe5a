//! How far each day moves a level: with the explanation held fixed, the level is additive in the days.
//!
//! The posterior mean is `v' X' C^-1 y` with the days' covariance `C` (ebb and noise) and a weight `v` of every
//! level. `C^-1 X v` needs no matrix: smooth the ebb as if `X v` were the data and take it off, each day
//! divided by its noise. Smoothing is linear, so it is done once for a weight of 1 in every level.

use super::days::JointDay;
use super::explanations::{Explanation, Shift};
use super::join::Before;
use super::matrix::{Matrix, SIZE, Vector, ZEROS, add_scaled, dot, times};
use super::posterior::Component;
use super::{Correlations, Ebb, Reach};
use crate::engine::types::Day;

/// The influence of the days under one component of the posterior, prepared for every weighing of the levels.
#[derive(Debug)]
pub struct Influences<'a> {
    reach: Reach,
    /// Covariance of the levels as they are.
    new: &'a Matrix,
    /// Of a level of 1 in each dimension since the shift, by day: the ebb it would be taken for.
    new_swings: Vec<Vector>,
    old: Option<Old<'a>>,
}

/// Swings of a day, with the levels that are taken for them.
type Swing<'s> = (&'s Vector, &'s Vector);

/// The levels before the shift.
#[derive(Debug)]
struct Old<'a> {
    date: Day,
    before: &'a Before,
    covariance: Matrix,
    swings: Vec<Vector>,
}

impl<'a> Influences<'a> {
    /// Smooths a level of 1 in each dimension.
    #[must_use]
    pub fn new(days: &[JointDay], component: &'a Component, explanation: &'a Explanation) -> Self {
        let ebb = &explanation.ebb;
        let date = explanation.shift.as_ref().map(|shift| shift.date);
        let new_swings = swings(days, |day| date.is_none_or(|date| day >= date), ebb);
        let old = explanation.shift.as_ref().map(|shift| {
            let Shift { date, before, .. } = shift;
            Old { date: *date, before, covariance: shift.old_levels().covariance, swings: swings(days, |day| day < *date, ebb) }
        });
        Self { reach: ebb.reach, new: &component.covariance, new_swings, old }
    }

    /// For each of the same days, how much a balance of 1 in each dimension adds to the level weighed by `shares`.
    #[must_use]
    pub fn on(&self, days: &[JointDay], shares: &Vector) -> Vec<Vector> {
        let new = times(self.new, shares);
        let old = self.old.as_ref().map_or(ZEROS, |old| old.before.given(&new, &old.covariance));
        let date = self.old.as_ref().map(|old| old.date);
        let mut new_swings = self.new_swings.iter();
        let mut old_swings = self.old.iter().flat_map(|old| &old.swings);
        let influence = |day: &JointDay| {
            let weights = if date.is_some_and(|date| day.day < date) { &old } else { &new };
            let mut left = *weights;
            self.take_off(&mut left, new_swings.next().map(|swing| (swing, &new)));
            self.take_off(&mut left, old_swings.next().map(|swing| (swing, &old)));
            for (left, precision) in left.iter_mut().zip(&day.precision) {
                *left *= precision;
            }
            left
        };
        days.iter().map(influence).collect()
    }

    /// Takes off what levels are taken for ebb.
    fn take_off(&self, left: &mut Vector, swing: Option<Swing>) {
        let Some((swing, level)) = swing else { return };
        match self.reach {
            Reach::Shared | Reach::Since(_) => {
                let together = dot(swing, level);
                for left in left {
                    *left -= together;
                }
            }
            Reach::Own => left.iter_mut().zip(swing).zip(level).for_each(|((left, swing), level)| *left -= swing * level),
        }
    }
}

/// The ebb that a level of 1 on the days for which `holds` would be taken for, dimension by dimension.
///
/// A shared ebb is seen through the day's mean: a dimension's level reaches it by the dimension's share. None
/// where there is no ebb.
fn swings(days: &[JointDay], holds: impl Fn(Day) -> bool, ebb: &Ebb) -> Vec<Vector> {
    if ebb.sd <= 0.0 {
        return Vec::new();
    }
    if let Reach::Since(start) = ebb.reach {
        return since(days, start, ebb);
    }
    let value = |day: &JointDay| match ebb.reach {
        Reach::Shared if holds(day.day) => day.share,
        Reach::Own if holds(day.day) => [1.0; SIZE],
        Reach::Shared | Reach::Own | Reach::Since(_) => ZEROS,
    };
    let precision = |day: &JointDay| match ebb.reach {
        Reach::Shared | Reach::Since(_) => [1.0 / day.variance; SIZE],
        Reach::Own => day.precision,
    };
    smooth(days, &value, &precision, &Correlations::new(ebb))
}

/// The same under a late episode: all days from its start on meet one swing, which sees each dimension by its precision.
fn since(days: &[JointDay], start: Day, episode: &Ebb) -> Vec<Vector> {
    let late = |day: &JointDay| day.day >= start;
    let mut unit = ZEROS;
    for day in days.iter().filter(|day| late(day)) {
        add_scaled(&mut unit, &day.precision, 1.0);
    }
    let total = unit.iter().sum::<f64>() + 1.0 / episode.variance();
    let unit = unit.map(|precision| precision / total);
    days.iter().map(|day| if late(day) { unit } else { ZEROS }).collect()
}

/// What the forward pass of the smoother knows after a day.
struct Filtered {
    day: Day,
    mean: Vector,
    variance: Vector,
}

/// Rauch, Tung and Striebel's smoother of the ebb, given each day's values and their precision.
#[expect(clippy::indexing_slicing, reason = "every index is below the fixed size of the arrays")]
fn smooth(
    days: &[JointDay],
    value: &impl Fn(&JointDay) -> Vector,
    precision: &impl Fn(&JointDay) -> Vector,
    table: &Correlations,
) -> Vec<Vector> {
    let stationary = table.variance();
    let (mut mean, mut variance, mut before) = (ZEROS, [stationary; SIZE], None);
    let mut filtered = Vec::with_capacity(days.len());
    for day in days {
        let phi = before.map_or(1.0, |earlier| table.over(day.day.since(earlier)));
        let (value, precision) = (value(day), precision(day));
        for at in 0..SIZE {
            let expected = phi * mean[at];
            let predicted = stationary + phi * phi * (variance[at] - stationary);
            let left = 1.0 / (1.0 + predicted * precision[at]);
            variance[at] = predicted * left;
            mean[at] = expected + variance[at] * precision[at] * (value[at] - expected);
        }
        filtered.push(Filtered { day: day.day, mean, variance });
        before = Some(day.day);
    }
    let mut smoothed = vec![ZEROS; days.len()];
    let mut later: Option<(Vector, Day)> = None;
    for (swing, Filtered { day, mean, variance }) in smoothed.iter_mut().zip(&filtered).rev() {
        *swing = *mean;
        if let Some((next, next_day)) = later {
            let phi = table.over(next_day.since(*day));
            for at in 0..SIZE {
                let predicted = stationary + phi * phi * (variance[at] - stationary);
                swing[at] += variance[at] * phi / predicted * (next[at] - phi * mean[at]);
            }
        }
        later = Some((*swing, *day));
    }
    smoothed
}
