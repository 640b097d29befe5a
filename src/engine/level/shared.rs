//! Kalman filter of one ebb that all dimensions share.
//!
//! The ebb is filtered for the data and, alongside, for a level of 1 in each dimension: its estimate under
//! the levels `b` is `data - unit'b`, so one pass serves every level, and what a day adds to their likelihood is
//! the square of `gap = data gap - unit gap'b`.
//!
//! It serves every date of a shift as well. A level that begins at a date lacks the ebb that it would have been
//! taken for until then: from the date on its gap is `unit gap + unit(date) fading`, and that of the level
//! before is `-unit(date) fading`, where the fading is what the filter remembers of an error at the date. A
//! second pass, backwards, sums its products.

use super::days::{JointDay, Side};
use super::matrix::{SIZE, Vector, ZEROS, add_scaled};
use super::solve::Product;
use super::{Correlations, Ebb};
use crate::engine::types::Day;

/// What one ebb makes of the days.
#[derive(Clone, Debug, PartialEq)]
pub struct Filtered {
    /// By piece between dates, cross products of gaps, the part within days left out; their deviance is 0.
    pub pieces: Vec<Side>,
    /// Minus twice the logarithm of the likelihood at level 0.
    pub deviance: f64,
    /// By date, what the days from it on remember.
    pub memories: Vec<Memory>,
    /// Today's ebb as the data alone would have it.
    pub data: f64,
    /// What a level of 1 in each dimension takes away from it.
    pub unit: Vector,
    /// Its variance.
    pub variance: f64,
}

/// How the days from a date on remember the levels before it.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Memory {
    /// The ebb at the date that a level of 1 in each dimension would be taken for.
    pub unit: Vector,
    /// Products of the fading with unit gaps.
    pub gaps: Vector,
    /// Products of the fading with itself.
    pub fading: f64,
    /// Products of the fading with data gaps.
    pub data: f64,
}

/// A day as the filter saw it.
#[derive(Clone, Copy)]
struct Step {
    day: Day,
    unit_gap: Vector,
    data_gap: f64,
    precision: f64,
    /// What the filter keeps of an error in its estimate.
    kept: f64,
}

impl Step {
    const EMPTY: Self = Self { day: Day(0), unit_gap: ZEROS, data_gap: 0.0, precision: 0.0, kept: 0.0 };
}

/// Filters the days, cut into pieces at each of the ascending `dates`, up to `today`.
#[must_use]
pub fn filter(pieces: &[&[JointDay]], dates: &[Day], today: Day, ebb: &Ebb) -> Filtered {
    let table = Correlations::new(ebb);
    let mut filter = Filter::new(&table);
    // Filled in place: a step is larger than what is worked out at a time.
    let mut steps = vec![Step::EMPTY; pieces.iter().map(|piece| piece.len()).sum()];
    let mut ahead = steps.as_mut_slice();
    let (mut sums, mut units) = (Vec::with_capacity(pieces.len()), Vec::with_capacity(pieces.len()));
    for (piece, date) in pieces.iter().zip(dates.iter().chain([&today])) {
        let (of_piece, rest) = std::mem::take(&mut ahead).split_at_mut(piece.len());
        piece.iter().zip(of_piece.iter_mut()).for_each(|(day, step)| filter.take(day, step));
        sums.push(products(of_piece));
        ahead = rest;
        filter.move_to(*date);
        units.push(filter.unit);
    }
    let memories = memories(&steps, dates, &units, &table);
    let deviance = filter.deviance + filter.determinant.logarithm();
    Filtered { pieces: sums, deviance, memories, data: filter.data, unit: filter.unit, variance: filter.variance }
}

struct Filter<'a> {
    table: &'a Correlations,
    data: f64,
    unit: Vector,
    variance: f64,
    edge: Option<Day>,
    deviance: f64,
    determinant: Product,
}

impl<'a> Filter<'a> {
    /// The ebb is at its stationary prior.
    const fn new(table: &'a Correlations) -> Self {
        let variance = table.variance();
        Self { table, data: 0.0, unit: ZEROS, variance, edge: None, deviance: 0.0, determinant: Product::ONE }
    }

    #[inline]
    fn move_to(&mut self, day: Day) {
        let gap = self.edge.map_or(0, |edge| day.since(edge));
        self.edge = Some(day);
        if gap > 0 {
            let (phi, stationary) = (self.table.over(gap), self.table.variance());
            self.data *= phi;
            self.unit = self.unit.map(|unit| unit * phi);
            self.variance = stationary + phi * phi * (self.variance - stationary);
        }
    }

    #[inline]
    fn take(&mut self, day: &JointDay, step: &mut Step) {
        self.move_to(day.day);
        let precision = 1.0 / (self.variance + day.variance);
        let data_gap = day.mean - self.data;
        for ((gap, share), unit) in step.unit_gap.iter_mut().zip(&day.share).zip(&self.unit) {
            *gap = share - unit;
        }
        self.deviance += data_gap * data_gap * precision;
        self.determinant.times(1.0 + self.variance / day.variance);
        let gain = self.variance * precision;
        let kept = day.variance * precision;
        self.data += gain * data_gap;
        add_scaled(&mut self.unit, &step.unit_gap, gain);
        self.variance *= kept;
        (step.day, step.data_gap, step.precision, step.kept) = (day.day, data_gap, precision, kept);
    }
}

/// Cross products of the gaps of one piece.
///
/// Row by row, so that a row stays in registers over all days; of the upper rows the half that is not mirrored.
#[expect(clippy::indexing_slicing, reason = "every index is below the fixed size of the arrays")]
fn products(steps: &[Step]) -> Side {
    let mut sum = Side::EMPTY;
    for at in 0..SIZE / 2 {
        let row: [f64; SIZE / 2] = row(steps, |step| step.precision * step.unit_gap[at]);
        sum.information[at][..SIZE / 2].copy_from_slice(&row);
    }
    for at in SIZE / 2..SIZE {
        sum.information[at] = row(steps, |step| step.precision * step.unit_gap[at]);
    }
    for at in 0..SIZE / 2 {
        for across in SIZE / 2..SIZE {
            sum.information[at][across] = sum.information[across][at];
        }
    }
    sum.pull = row(steps, |step| step.precision * step.data_gap);
    sum
}

/// The first of the unit gaps, weighed and summed.
#[inline]
fn row<const N: usize>(steps: &[Step], weight: impl Fn(&Step) -> f64) -> [f64; N] {
    let mut sum = [0.0; N];
    for step in steps {
        let weight = weight(step);
        for (sum, gap) in sum.iter_mut().zip(&step.unit_gap) {
            *sum += weight * gap;
        }
    }
    sum
}

/// Goes back through the days and looks at what comes after each date.
fn memories(steps: &[Step], dates: &[Day], units: &[Vector], table: &Correlations) -> Vec<Memory> {
    let (mut memory, mut edge, mut rest) = (Memory::default(), None, steps);
    let mut found = Vec::with_capacity(dates.len());
    for (date, unit) in dates.iter().zip(units).rev() {
        let (before, piece) = rest.split_at(rest.partition_point(|step| step.day < *date));
        for step in piece.iter().rev() {
            memory.fade(edge.map_or(0, |edge: Day| edge.since(step.day)), step.kept, table);
            memory.fading += step.precision;
            memory.data += step.precision * step.data_gap;
            add_scaled(&mut memory.gaps, &step.unit_gap, step.precision);
            edge = Some(step.day);
        }
        memory.fade(edge.map_or(0, |edge| edge.since(*date)), 1.0, table);
        (edge, rest) = (Some(*date), before);
        found.push(Memory { unit: *unit, ..memory });
    }
    found.reverse();
    found
}

impl Memory {
    /// As remembered `gap` days before, of an error of which a share is `kept` there.
    fn fade(&mut self, gap: i32, kept: f64, table: &Correlations) {
        let fading = kept * table.over(gap);
        self.fading *= fading * fading;
        self.data *= fading;
        self.gaps = self.gaps.map(|gap| gap * fading);
    }
}
