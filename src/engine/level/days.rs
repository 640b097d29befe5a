//! The observed days of all dimensions side by side.
//!
//! Dimensions seen on the same day meet the same ebb. Of such a day, the precision-weighted mean tells about
//! the ebb; what is left within the day tells about the differences between levels and is the same under
//! every setting, so it is summed once.

use std::iter::Peekable;
use std::slice::Iter;

use super::matrix::{Matrix, NOTHING, SIZE, Vector, ZEROS, add_diagonal, add_matrix, add_outer, add_scaled};
use crate::engine::effective::{Observation, Series};
use crate::engine::types::{ByDimension, Day};

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

    /// Adds what another says about the same levels.
    pub fn add(&mut self, other: &Self) {
        add_matrix(&mut self.information, &other.information);
        add_scaled(&mut self.pull, &other.pull, 1.0);
        self.deviance += other.deviance;
    }

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

/// The observed days of all dimensions, ascending, with balances relative to what is expected.
#[must_use]
pub fn joint_days(series: &ByDimension<Series>, expected: &ByDimension<f64>) -> Vec<JointDay> {
    let mut ahead = series.0.each_ref().map(|series| series.days.iter().peekable());
    let most = series.iter().map(|(_, series)| series.days.len()).max().unwrap_or(0);
    let mut days = Vec::with_capacity(most);
    days.extend(std::iter::from_fn(|| next_day(&mut ahead, &expected.0)));
    days
}

fn next_day(ahead: &mut [Peekable<Iter<Observation>>; SIZE], expected: &Vector) -> Option<JointDay> {
    let day = ahead.iter_mut().filter_map(|days| days.peek().map(|next| next.day)).min()?;
    let (mut precision, mut balance) = (ZEROS, ZEROS);
    for (((days, precision), balance), expected) in ahead.iter_mut().zip(&mut precision).zip(&mut balance).zip(expected) {
        if let Some(observed) = days.next_if(|next| next.day == day) {
            *precision = 1.0 / observed.variance;
            *balance = observed.balance - expected;
        }
    }
    let total: f64 = precision.iter().sum();
    let share = precision.map(|own| own / total);
    let mean = share.iter().zip(&balance).map(|(share, value)| share * value).sum();
    Some(JointDay { day, precision, balance, share, mean, variance: 1.0 / total })
}

/// The days cut at each of the ascending `dates`: one piece more than there are dates.
#[must_use]
pub fn pieces<'a>(days: &'a [JointDay], dates: &[Day]) -> Vec<&'a [JointDay]> {
    let mut rest = days;
    let mut pieces = Vec::with_capacity(dates.len() + 1);
    for date in dates {
        let (before, after) = rest.split_at(rest.partition_point(|day| day.day < *date));
        pieces.push(before);
        rest = after;
    }
    pieces.push(rest);
    pieces
}

/// What the days of each piece say within themselves, whatever the ebb.
#[must_use]
pub fn within(pieces: &[&[JointDay]]) -> Vec<Side> {
    let of_piece = |piece: &&[JointDay]| {
        let mut sum = Side::EMPTY;
        piece.iter().for_each(|day| sum.add_within(day));
        sum
    };
    pieces.iter().map(of_piece).collect()
}

/// Sums of the pieces before each date, and of those after it.
#[derive(Clone, Debug, PartialEq)]
pub struct Sums {
    /// By date, all pieces before it; at the end all pieces.
    pub before: Vec<Side>,
    /// By date, all pieces from it on.
    pub after: Vec<Side>,
}

impl Sums {
    /// Adds up from both ends.
    #[must_use]
    pub fn new(mut pieces: Vec<Side>) -> Self {
        let mut sum = Side::EMPTY;
        let mut before = Vec::with_capacity(pieces.len());
        for piece in &pieces {
            sum.add(piece);
            before.push(sum);
        }
        sum = Side::EMPTY;
        for piece in pieces.iter_mut().rev() {
            sum.add(piece);
            *piece = sum;
        }
        Self { before, after: pieces }
    }

    /// The sums on both sides of each date.
    pub fn at_dates(&self) -> impl Iterator<Item = (&Side, &Side)> {
        self.before.iter().zip(self.after.iter().skip(1))
    }
}
