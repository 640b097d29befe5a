//! Kalman filters of ebbs that each dimension has by itself.
//!
//! The same filter as that of [`super::shared`], once for each dimension and with numbers in place of vectors.

use super::matrix::{Vector, ZEROS};
use super::{Correlations, Ebb};
use crate::engine::effective::{Observation, Series};
use crate::engine::types::{ByDimension, Day};

/// What a run of days says about one dimension's level, and about its ebb at the edge.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct OwnSegment {
    /// Precision about the level.
    pub information: f64,
    /// Pull on the level.
    pub pull: f64,
    /// Minus twice the logarithm of the likelihood at level 0, less what every setting has in common.
    pub deviance: f64,
    /// Ebb at the edge as the data alone would have it.
    pub data: f64,
    /// What a level of 1 takes away from it.
    pub unit: f64,
    /// Variance of the ebb at the edge.
    pub variance: f64,
    edge: Option<Day>,
    /// Determinant not yet turned into its logarithm.
    determinant: f64,
}

impl OwnSegment {
    const fn start(ebb: &Ebb) -> Self {
        let variance = ebb.sd * ebb.sd;
        Self { information: 0.0, pull: 0.0, deviance: 0.0, data: 0.0, unit: 0.0, variance, edge: None, determinant: 1.0 }
    }

    fn seen_from(mut self, day: Day, ebb: &Ebb, correlations: &Correlations) -> Self {
        self.move_to(day, ebb, correlations);
        self.deviance += libm::log(self.determinant);
        self.determinant = 1.0;
        self
    }

    fn move_to(&mut self, day: Day, ebb: &Ebb, correlations: &Correlations) {
        let gap = self.edge.map_or(0, |edge| day.since(edge).abs());
        self.edge = Some(day);
        if gap > 0 {
            let phi = correlations.over(gap);
            self.data *= phi;
            self.unit *= phi;
            self.variance = ebb.variance() + phi * phi * (self.variance - ebb.variance());
        }
    }

    fn take(&mut self, day: &Observation, ebb: &Ebb, correlations: &Correlations) {
        self.move_to(day.day, ebb, correlations);
        let precision = 1.0 / (self.variance + day.variance);
        let (data_gap, unit_gap) = (day.balance - self.data, 1.0 - self.unit);
        self.information += unit_gap * unit_gap * precision;
        self.pull += unit_gap * data_gap * precision;
        self.deviance += data_gap * data_gap * precision;
        self.determinant *= 1.0 + self.variance / day.variance;
        if self.determinant > 1e200 {
            self.deviance += libm::log(self.determinant);
            self.determinant = 1.0;
        }
        let gain = self.variance * precision;
        self.data += gain * data_gap;
        self.unit += gain * unit_gap;
        self.variance *= day.variance * precision;
    }
}

/// One segment for each dimension.
pub type Bundle = ByDimension<OwnSegment>;

/// Bundles before and after each date, and over all days.
#[derive(Clone, Debug, PartialEq)]
pub struct OwnSplit {
    /// For each date, both sides with the edge at the date.
    pub dates: Vec<(Bundle, Bundle)>,
    /// All days, with the edge at today.
    pub whole: Bundle,
}

/// Filters every dimension forwards and backwards.
#[must_use]
pub fn split(series: &ByDimension<Series>, dates: &[Day], today: Day, ebb: &Ebb) -> OwnSplit {
    let (start, table) = (OwnSegment::start(ebb), Correlations::new(ebb));
    let mut at_dates = vec![(Bundle::from_fn(|_| start), Bundle::from_fn(|_| start)); dates.len()];
    let mut whole = Bundle::from_fn(|_| start);
    for (dimension, series) in series.iter() {
        let mut forward = start;
        let mut waiting = at_dates.iter_mut().zip(dates).peekable();
        for day in &series.days {
            while let Some((sides, date)) = waiting.next_if(|(_, date)| **date <= day.day) {
                *sides.0.get_mut(dimension) = forward.seen_from(*date, ebb, &table);
            }
            forward.take(day, ebb, &table);
        }
        for (sides, date) in waiting {
            *sides.0.get_mut(dimension) = forward.seen_from(*date, ebb, &table);
        }
        *whole.get_mut(dimension) = forward.seen_from(today, ebb, &table);

        let mut backward = start;
        let mut waiting = at_dates.iter_mut().zip(dates).rev().peekable();
        for day in series.days.iter().rev() {
            while let Some((sides, date)) = waiting.next_if(|(_, date)| **date > day.day) {
                *sides.1.get_mut(dimension) = backward.seen_from(*date, ebb, &table);
            }
            backward.take(day, ebb, &table);
        }
        for (sides, date) in waiting {
            *sides.1.get_mut(dimension) = backward.seen_from(*date, ebb, &table);
        }
    }
    OwnSplit { dates: at_dates, whole }
}

/// One number of each dimension's segment.
#[must_use]
pub fn each(bundle: &Bundle, of: impl Fn(&OwnSegment) -> f64) -> Vector {
    let mut values = ZEROS;
    for (value, (_, segment)) in values.iter_mut().zip(bundle.iter()) {
        *value = of(segment);
    }
    values
}
