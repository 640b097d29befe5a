//! The observed days of all dimensions side by side.
//!
//! Dimensions seen on the same day meet the same ebb. Of such a day, the precision-weighted mean tells about
//! the ebb; what is left within the day tells about the differences between levels and is the same under
//! every setting, so it is summed once.

use super::matrix::{Matrix, NOTHING, Vector, ZEROS, add_diagonal, add_outer, add_scaled};
use crate::engine::effective::Series;
use crate::engine::types::{ByDimension, Day, Dimension};

/// One day on which at least one dimension was observed.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct JointDay {
    /// The day.
    pub day: Day,
    /// Precision of each dimension's balance; 0 where it was not observed.
    pub precision: Vector,
    /// Balance of each dimension; 0 where it was not observed.
    pub balance: Vector,
    /// Share of each dimension in the day's mean.
    pub share: Vector,
    /// Precision-weighted mean balance.
    pub mean: f64,
    /// Variance of that mean around the local level.
    pub variance: f64,
}

/// A quadratic form of levels: `constant - deviance/2 + pull'b - b' information b / 2`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Side {
    /// Precision matrix of the levels.
    pub information: Matrix,
    /// Linear coefficients.
    pub pull: Vector,
    /// Minus twice the logarithm at level 0.
    pub deviance: f64,
}

impl Side {
    /// Says nothing.
    pub const EMPTY: Self = Self { information: NOTHING, pull: ZEROS, deviance: 0.0 };

    /// Adds what a day says about the differences between dimensions.
    pub fn add_within(&mut self, day: &JointDay) {
        add_diagonal(&mut self.information, &day.precision);
        add_outer(&mut self.information, &day.share, -1.0 / day.variance);
        for ((pull, precision), balance) in self.pull.iter_mut().zip(&day.precision).zip(&day.balance) {
            *pull += precision * balance;
            self.deviance += precision * balance * balance;
        }
        add_scaled(&mut self.pull, &day.share, -day.mean / day.variance);
        self.deviance -= day.mean * day.mean / day.variance;
    }
}

/// The observed days of all dimensions, ascending.
#[must_use]
pub fn joint_days(series: &ByDimension<Series>) -> Vec<JointDay> {
    let mut all: Vec<(Day, Dimension, f64, f64)> = series
        .iter()
        .flat_map(|(dimension, series)| series.days.iter().map(move |day| (day.day, dimension, 1.0 / day.variance, day.balance)))
        .collect();
    // Eight runs that are sorted already: the stable sort merges them.
    all.sort_by_key(|(day, dimension, _, _)| (*day, *dimension));
    all.chunk_by(|a, b| a.0 == b.0).filter_map(joint_day).collect()
}

fn joint_day(parts: &[(Day, Dimension, f64, f64)]) -> Option<JointDay> {
    let (mut precision, mut balance) = (ByDimension(ZEROS), ByDimension(ZEROS));
    for (_, dimension, own, value) in parts {
        *precision.get_mut(*dimension) = *own;
        *balance.get_mut(*dimension) = *value;
    }
    let total: f64 = precision.0.iter().sum();
    let share = precision.0.map(|own| own / total);
    let mean = share.iter().zip(&balance.0).map(|(share, value)| share * value).sum();
    let day = parts.first()?.0;
    Some(JointDay { day, precision: precision.0, balance: balance.0, share, mean, variance: 1.0 / total })
}

/// What the days before and after each date say within themselves, whatever the ebb.
#[must_use]
pub fn within(days: &[JointDay], dates: &[Day]) -> (Vec<(Side, Side)>, Side) {
    let sums = |days: &mut dyn Iterator<Item = &JointDay>, dates: &mut dyn Iterator<Item = Day>, forward: bool| {
        let mut sum = Side::EMPTY;
        let mut at_dates = Vec::new();
        let mut waiting = dates.peekable();
        for day in days {
            while waiting.next_if(|date| if forward { *date <= day.day } else { *date > day.day }).is_some() {
                at_dates.push(sum);
            }
            sum.add_within(day);
        }
        at_dates.extend(waiting.map(|_| sum));
        (at_dates, sum)
    };
    let (before, whole) = sums(&mut days.iter(), &mut dates.iter().copied(), true);
    let (mut after, _) = sums(&mut days.iter().rev(), &mut dates.iter().rev().copied(), false);
    after.reverse();
    (before.into_iter().zip(after).collect(), whole)
}
