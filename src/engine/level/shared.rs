//! Kalman filter of one ebb that all dimensions share.
//!
//! The ebb is filtered for the data and, alongside, for a level of 1 in each dimension: its estimate under
//! the levels `b` is `data - unit'b`, so one pass serves every level. Whitened cross products add up on the way.

use super::days::{JointDay, Side};
use super::matrix::{Vector, ZEROS, add_outer, add_scaled};
use super::{Correlations, Ebb};
use crate::engine::types::Day;

/// What a run of days says about the levels behind it, and about the ebb at its edge.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Segment {
    /// Cross products, the part within days left out.
    pub side: Side,
    /// Ebb at the edge as the data alone would have it.
    pub data: f64,
    /// What a level of 1 in each dimension takes away from it.
    pub unit: Vector,
    /// Variance of the ebb at the edge.
    pub variance: f64,
    /// The day of the edge.
    edge: Option<Day>,
    /// Determinant not yet turned into its logarithm.
    determinant: f64,
}

impl Segment {
    /// No days yet: the ebb is at its stationary prior.
    #[must_use]
    pub const fn start(ebb: &Ebb) -> Self {
        let variance = ebb.sd * ebb.sd;
        Self { side: Side::EMPTY, data: 0.0, unit: ZEROS, variance, edge: None, determinant: 1.0 }
    }

    /// Moves the edge to `day`, on whichever side: AR(1) looks alike in both directions.
    pub fn move_to(&mut self, day: Day, ebb: &Ebb, correlations: &Correlations) {
        let gap = self.edge.map_or(0, |edge| day.since(edge).abs());
        self.edge = Some(day);
        if gap == 0 || ebb.sd <= 0.0 {
            return;
        }
        let phi = correlations.over(gap);
        self.data *= phi;
        self.unit = self.unit.map(|unit| unit * phi);
        self.variance = ebb.variance() + phi * phi * (self.variance - ebb.variance());
    }

    /// Takes in one more day.
    pub fn take(&mut self, day: &JointDay, ebb: &Ebb, correlations: &Correlations) {
        self.move_to(day.day, ebb, correlations);
        let precision = 1.0 / (self.variance + day.variance);
        let data_gap = day.mean - self.data;
        let mut unit_gap = day.share;
        add_scaled(&mut unit_gap, &self.unit, -1.0);
        add_outer(&mut self.side.information, &unit_gap, precision);
        add_scaled(&mut self.side.pull, &unit_gap, precision * data_gap);
        self.side.deviance += data_gap * data_gap * precision;
        self.determinant *= 1.0 + self.variance / day.variance;
        if self.determinant > 1e200 {
            self.settle();
        }
        let gain = self.variance * precision;
        self.data += gain * data_gap;
        add_scaled(&mut self.unit, &unit_gap, gain);
        self.variance *= day.variance * precision;
    }

    fn settle(&mut self) {
        self.side.deviance += libm::log(self.determinant);
        self.determinant = 1.0;
    }

    /// The segment as seen from `day`.
    #[must_use]
    pub fn seen_from(&self, day: Day, ebb: &Ebb, correlations: &Correlations) -> Self {
        let mut seen = *self;
        seen.settle();
        seen.move_to(day, ebb, correlations);
        seen
    }
}

/// Segments before and after each date, and over all days.
#[derive(Clone, Debug, PartialEq)]
pub struct Split {
    /// For each date the days before it and the days from it on, both with the edge at the date.
    pub dates: Vec<(Segment, Segment)>,
    /// All days, with the edge at today.
    pub whole: Segment,
}

/// Filters forwards and backwards and keeps the state at each of the ascending `dates`.
#[must_use]
pub fn split(days: &[JointDay], dates: &[Day], today: Day, ebb: &Ebb) -> Split {
    let table = Correlations::new(ebb);
    let mut before = Vec::with_capacity(dates.len());
    let mut forward = Segment::start(ebb);
    let mut waiting = dates.iter().copied().peekable();
    for day in days {
        while let Some(date) = waiting.next_if(|date| *date <= day.day) {
            before.push(forward.seen_from(date, ebb, &table));
        }
        forward.take(day, ebb, &table);
    }
    before.extend(waiting.map(|date| forward.seen_from(date, ebb, &table)));

    let mut after = Vec::with_capacity(dates.len());
    let mut backward = Segment::start(ebb);
    let mut waiting = dates.iter().rev().copied().peekable();
    for day in days.iter().rev() {
        while let Some(date) = waiting.next_if(|date| *date > day.day) {
            after.push(backward.seen_from(date, ebb, &table));
        }
        backward.take(day, ebb, &table);
    }
    after.extend(waiting.map(|date| backward.seen_from(date, ebb, &table)));
    after.reverse();
    Split { dates: before.into_iter().zip(after).collect(), whole: forward.seen_from(today, ebb, &table) }
}
