//! Kalman filters over the observed days of one dimension under one ebb setting.
//!
//! The ebb is filtered twice over, for the data and for the constant 1: the estimate of the ebb under a
//! level `a` is `data - a * unit`, so one pass serves every level. Whitened cross products add up on the way.

use super::Ebb;
use crate::engine::effective::Observation;
use crate::engine::types::Day;

/// What a run of observed days says about the level behind them and the ebb at its edge.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Segment {
    /// Whitened 1'1: how much the segment says about its level.
    pub information: f64,
    /// Whitened 1'y.
    pub pull: f64,
    /// Whitened y'y plus the log determinant of the innovations.
    pub deviance: f64,
    /// Ebb at the edge as the data alone would have it.
    pub data: f64,
    /// What a level of 1 takes away from it.
    pub unit: f64,
    /// Variance of the ebb at the edge.
    pub variance: f64,
    /// The day of the edge, `None` before any observation.
    edge: Option<Day>,
}

impl Segment {
    /// The segment without observations: the ebb is at its stationary prior.
    #[must_use]
    pub const fn start(ebb: &Ebb) -> Self {
        Self {
            information: 0.0,
            pull: 0.0,
            deviance: 0.0,
            data: 0.0,
            unit: 0.0,
            variance: ebb.sd * ebb.sd,
            edge: None,
        }
    }

    /// The same segment with its edge moved to `day`, on whichever side. AR(1) looks alike in both directions.
    #[must_use]
    pub fn moved_to(mut self, day: Day, ebb: &Ebb) -> Self {
        let gap = self.edge.map_or(0, |edge| day.since(edge).abs());
        if gap > 0 && ebb.sd > 0.0 {
            self = self.faded(ebb.correlation(gap), ebb);
        }
        self.edge = Some(day);
        self
    }

    fn faded(mut self, phi: f64, ebb: &Ebb) -> Self {
        self.data *= phi;
        self.unit *= phi;
        self.variance = ebb.sd * ebb.sd + phi * phi * (self.variance - ebb.sd * ebb.sd);
        self
    }

    /// Takes in one more day at the edge.
    #[must_use]
    pub fn with(self, observation: &Observation, ebb: &Ebb) -> Self {
        let mut next = self.moved_to(observation.day, ebb);
        let spread = next.variance + observation.variance;
        let (data_gap, unit_gap) = (observation.balance - next.data, 1.0 - next.unit);
        next.information += unit_gap * unit_gap / spread;
        next.pull += unit_gap * data_gap / spread;
        next.deviance += data_gap * data_gap / spread + libm::log(spread);
        let gain = next.variance / spread;
        next.data += gain * data_gap;
        next.unit += gain * unit_gap;
        next.variance *= observation.variance / spread;
        next
    }
}

/// What is known on both sides of one date.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct AtDate {
    /// The days before the date, with the edge moved to it.
    pub before: Segment,
    /// The days from the date on, with the edge moved to it.
    pub after: Segment,
    /// How much of the ebb as estimated before the date is left in the estimate of today's.
    pub carried: f64,
}

/// Segments at each date and over all days.
#[derive(Clone, Debug, PartialEq)]
pub struct Split {
    /// For each date, what is known on its sides.
    pub dates: Vec<AtDate>,
    /// All days, with the edge moved to today.
    pub whole: Segment,
}

/// Filters forwards and backwards and keeps the state at each of the ascending `dates`.
#[must_use]
pub fn split(days: &[Observation], dates: &[Day], today: Day, ebb: &Ebb) -> Split {
    let mut before = Vec::with_capacity(dates.len());
    let mut noise_shares = Vec::with_capacity(days.len());
    let mut forward = Segment::start(ebb);
    let mut waiting = dates.iter().copied().peekable();
    for observation in days {
        while let Some(date) = waiting.next_if(|date| *date <= observation.day) {
            before.push(forward.moved_to(date, ebb));
        }
        let expected = forward.moved_to(observation.day, ebb);
        noise_shares.push(observation.variance / (expected.variance + observation.variance));
        forward = expected.with(observation, ebb);
    }
    before.extend(waiting.map(|date| forward.moved_to(date, ebb)));

    let mut after = Vec::with_capacity(dates.len());
    let mut backward = Segment::start(ebb);
    let mut kept = 1.0;
    let mut waiting = dates.iter().rev().copied().peekable();
    for (observation, noise_share) in days.iter().zip(noise_shares).rev() {
        while let Some(date) = waiting.next_if(|date| *date > observation.day) {
            after.push((backward.moved_to(date, ebb), kept));
        }
        kept *= noise_share;
        backward = backward.with(observation, ebb);
    }
    after.extend(waiting.map(|date| (backward.moved_to(date, ebb), kept)));
    after.reverse();
    let at_dates = dates.iter().zip(before.into_iter().zip(after)).map(|(date, (before, (after, kept)))| {
        let carried = if ebb.sd > 0.0 { kept * ebb.correlation(today.since(*date)) } else { 0.0 };
        AtDate { before, after, carried }
    });
    Split { dates: at_dates.collect(), whole: forward.moved_to(today, ebb) }
}
