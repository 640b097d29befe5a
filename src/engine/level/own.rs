//! Kalman filters of ebbs that each dimension has by itself.
//!
//! The same two passes as in [`super::shared`], with a number for each dimension in place of vectors. All
//! dimensions step through the days together; one that was not observed has precision 0 there and learns nothing.

use super::days::{JointDay, Side};
use super::matrix::{SIZE, Vector, ZEROS, add_diagonal, add_scaled};
use super::solve::Product;
use super::{Correlations, Ebb};
use crate::engine::types::Day;

/// What ebbs of their own make of the days.
#[derive(Clone, Debug, PartialEq)]
pub struct Filtered {
    /// What the days before each date say about each level, and at the end all days.
    pub before: Vec<Separately>,
    /// What the days from each date on say.
    pub after: Vec<Separately>,
    /// Minus twice the logarithm of the likelihood at level 0, less what every setting has in common.
    pub deviance: f64,
    /// By date, what the days from it on remember.
    pub memories: Vec<Memory>,
    /// Today's ebbs as the data alone would have them.
    pub data: Vector,
    /// What a level of 1 takes away from each.
    pub unit: Vector,
    /// Their variances.
    pub variance: Vector,
}

/// Precision about each level by itself, and the pull on it.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Separately {
    /// Precision about each level.
    pub information: Vector,
    /// Pull on each level.
    pub pull: Vector,
}

/// How the days from a date on remember the levels before it, dimension by dimension.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Memory {
    /// The ebb at the date that a level of 1 would be taken for.
    pub unit: Vector,
    /// Products of the fading with unit gaps.
    pub gaps: Vector,
    /// Products of the fading with itself.
    pub fading: Vector,
    /// Products of the fading with data gaps.
    pub data: Vector,
}

impl Filtered {
    /// What all days say about levels that did not shift.
    #[must_use]
    pub fn steady(&self) -> Side {
        let all = self.before.last().copied().unwrap_or_default();
        let mut side = Side { pull: all.pull, deviance: self.deviance, ..Side::EMPTY };
        add_diagonal(&mut side.information, &all.information);
        side
    }
}

/// A day as the filters saw it.
#[derive(Clone, Copy)]
struct Step {
    day: Day,
    unit_gap: Vector,
    data_gap: Vector,
    precision: Vector,
    /// What a filter keeps of an error in its estimate.
    kept: Vector,
}

impl Step {
    const EMPTY: Self = Self { day: Day(0), unit_gap: ZEROS, data_gap: ZEROS, precision: ZEROS, kept: ZEROS };
}

/// Filters the days, cut into pieces at each of the ascending `dates`, up to `today`.
#[must_use]
pub fn filter(pieces: &[&[JointDay]], dates: &[Day], today: Day, ebb: &Ebb) -> Filtered {
    if ebb.sd <= 0.0 {
        return calm(pieces);
    }
    let table = Correlations::new(ebb);
    let mut filter = Filter::new(&table);
    // Filled in place: a step is larger than what is worked out at a time.
    let mut steps = vec![Step::EMPTY; pieces.iter().map(|piece| piece.len()).sum()];
    let mut ahead = steps.iter_mut();
    let (mut before, mut units) = (Vec::with_capacity(pieces.len()), Vec::with_capacity(pieces.len()));
    let mut sum = Separately::default();
    for (piece, date) in pieces.iter().zip(dates.iter().chain([&today])) {
        for (day, step) in piece.iter().zip(&mut ahead) {
            filter.take(day, step);
            sum.add(step);
        }
        filter.move_to(*date);
        before.push(sum);
        units.push(filter.unit);
    }
    let (after, memories) = memories(&steps, dates, &units, &table);
    let deviance = filter.deviances.iter().sum::<f64>() + filter.determinant.logarithm();
    Filtered { before, after, deviance, memories, data: filter.data, unit: filter.unit, variance: filter.variance }
}

/// Without an ebb there is nothing to filter, and nothing to remember.
#[expect(clippy::indexing_slicing, clippy::needless_range_loop, reason = "one index, below their fixed size, runs over several arrays")]
fn calm(pieces: &[&[JointDay]]) -> Filtered {
    let mut deviances = ZEROS;
    let sum_of = |piece: &&[JointDay]| {
        let mut sum = Separately::default();
        for day in *piece {
            for at in 0..SIZE {
                let pull = day.precision[at] * day.balance[at];
                sum.information[at] += day.precision[at];
                sum.pull[at] += pull;
                deviances[at] += pull * day.balance[at];
            }
        }
        sum
    };
    let sums: Vec<Separately> = pieces.iter().map(sum_of).collect();
    let cumulated = |sum: &mut Separately, piece: &Separately| {
        add_scaled(&mut sum.information, &piece.information, 1.0);
        add_scaled(&mut sum.pull, &piece.pull, 1.0);
        Some(*sum)
    };
    let before = sums.iter().scan(Separately::default(), cumulated).collect();
    let mut after: Vec<Separately> = sums.iter().skip(1).rev().scan(Separately::default(), cumulated).collect();
    after.reverse();
    let memories = vec![Memory::default(); after.len()];
    Filtered { before, after, deviance: deviances.iter().sum(), memories, data: ZEROS, unit: ZEROS, variance: ZEROS }
}

struct Filter<'a> {
    table: &'a Correlations,
    data: Vector,
    unit: Vector,
    variance: Vector,
    edge: Option<Day>,
    deviances: Vector,
    determinant: Product,
}

impl<'a> Filter<'a> {
    /// The ebbs are at their stationary prior.
    const fn new(table: &'a Correlations) -> Self {
        let variance = [table.variance(); SIZE];
        Self { table, data: ZEROS, unit: ZEROS, variance, edge: None, deviances: ZEROS, determinant: Product::ONE }
    }

    #[inline]
    fn move_to(&mut self, day: Day) {
        let gap = self.edge.map_or(0, |edge| day.since(edge));
        self.edge = Some(day);
        if gap > 0 {
            let (phi, stationary) = (self.table.over(gap), self.table.variance());
            self.data = self.data.map(|data| data * phi);
            self.unit = self.unit.map(|unit| unit * phi);
            self.variance = self.variance.map(|variance| stationary + phi * phi * (variance - stationary));
        }
    }

    #[expect(clippy::indexing_slicing, clippy::needless_range_loop, reason = "one index, below their fixed size, runs over several arrays")]
    #[inline]
    fn take(&mut self, day: &JointDay, step: &mut Step) {
        self.move_to(day.day);
        step.day = day.day;
        let mut growth = [1.0; SIZE];
        for at in 0..SIZE {
            growth[at] += self.variance[at] * day.precision[at];
            step.kept[at] = 1.0 / growth[at];
            step.precision[at] = day.precision[at] * step.kept[at];
            step.data_gap[at] = day.balance[at] - self.data[at];
            step.unit_gap[at] = 1.0 - self.unit[at];
            self.deviances[at] += step.data_gap[at] * step.data_gap[at] * step.precision[at];
            let gain = self.variance[at] * step.precision[at];
            self.data[at] += gain * step.data_gap[at];
            self.unit[at] += gain * step.unit_gap[at];
            self.variance[at] *= step.kept[at];
        }
        self.determinant.times(growth.iter().product());
    }
}

impl Separately {
    #[expect(clippy::indexing_slicing, reason = "every index is below the fixed size of the arrays")]
    fn add(&mut self, step: &Step) {
        for at in 0..SIZE {
            let weighed = step.unit_gap[at] * step.precision[at];
            self.information[at] += step.unit_gap[at] * weighed;
            self.pull[at] += step.data_gap[at] * weighed;
        }
    }
}

/// Goes back through the days and looks at what comes after each date.
fn memories(steps: &[Step], dates: &[Day], units: &[Vector], table: &Correlations) -> (Vec<Separately>, Vec<Memory>) {
    let (mut memory, mut sum, mut edge, mut rest) = (Memory::default(), Separately::default(), None, steps);
    let (mut after, mut found) = (Vec::with_capacity(dates.len()), Vec::with_capacity(dates.len()));
    for (date, unit) in dates.iter().zip(units).rev() {
        let (before, piece) = rest.split_at(rest.partition_point(|step| step.day < *date));
        for step in piece.iter().rev() {
            let phi = table.over(edge.map_or(0, |edge: Day| edge.since(step.day)));
            memory.fade(&step.kept.map(|kept| kept * phi));
            memory.add(step);
            sum.add(step);
            edge = Some(step.day);
        }
        memory.fade(&[table.over(edge.map_or(0, |edge| edge.since(*date))); SIZE]);
        (edge, rest) = (Some(*date), before);
        found.push(Memory { unit: *unit, ..memory });
        after.push(sum);
    }
    found.reverse();
    after.reverse();
    (after, found)
}

impl Memory {
    #[expect(clippy::indexing_slicing, clippy::needless_range_loop, reason = "one index, below their fixed size, runs over several arrays")]
    fn fade(&mut self, fading: &Vector) {
        for at in 0..SIZE {
            self.fading[at] *= fading[at] * fading[at];
            self.data[at] *= fading[at];
            self.gaps[at] *= fading[at];
        }
    }

    #[expect(clippy::indexing_slicing, reason = "every index is below the fixed size of the arrays")]
    fn add(&mut self, step: &Step) {
        add_scaled(&mut self.fading, &step.precision, 1.0);
        for at in 0..SIZE {
            self.data[at] += step.precision[at] * step.data_gap[at];
            self.gaps[at] += step.precision[at] * step.unit_gap[at];
        }
    }
}
