//! Step 0, the roll-up: per dimension and local day, the sums the level is computed from.
//!
//! The level needs nothing but these rows, so a caller may keep them incrementally. Sums run in a fixed
//! order ([`sort`]), so the order in which entries arrive cannot change a bit.

use std::cmp::Ordering;

use super::evidence::Entry;
use super::math::span_days;
use super::types::{Actor, ByDimension, Day, Dimension};

/// Sums of one dimension on one local day. A day without known entries is unobserved, never zero.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct DaySums {
    /// The local day.
    pub day: Day,
    /// Weight of what the logger gave; acts of both count half to each side.
    pub given: f64,
    /// Weight of what the logger received.
    pub received: f64,
    /// Sum of squared weights of all known acts.
    pub weight_squared: f64,
    /// Acts of the logger alone.
    pub given_count: u32,
    /// Acts of the other person alone.
    pub received_count: u32,
    /// Acts of both together.
    pub mutual_count: u32,
}

impl DaySums {
    const fn new(day: Day) -> Self {
        Self { day, given: 0.0, received: 0.0, weight_squared: 0.0, given_count: 0, received_count: 0, mutual_count: 0 }
    }

    /// Adds one act; acts by an unknown actor add nothing.
    pub fn add(&mut self, actor: Actor, weight: f64) {
        match actor {
            Actor::Me => {
                self.given += weight;
                self.given_count = self.given_count.saturating_add(1);
            }
            Actor::Them => {
                self.received += weight;
                self.received_count = self.received_count.saturating_add(1);
            }
            Actor::Both => {
                self.given += weight / 2.0;
                self.received += weight / 2.0;
                self.mutual_count = self.mutual_count.saturating_add(1);
            }
            Actor::Unknown => return,
        }
        self.weight_squared += weight * weight;
    }

    /// Signed balance of the day, -1 to 1.
    #[must_use]
    pub fn balance(&self) -> f64 {
        (self.given - self.received) / (self.given + self.received)
    }

    /// Kish's effective number of acts: squared sum of weights over the sum of squares.
    #[must_use]
    pub fn kish(&self) -> f64 {
        let weight = self.given + self.received;
        weight * weight / self.weight_squared
    }

    fn mirrored(self) -> Self {
        Self { given: self.received, received: self.given, given_count: self.received_count, received_count: self.given_count, ..self }
    }
}

/// All day sums, by dimension and then by day.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct RollUp {
    /// Rows of each dimension, ascending by day, one a day, each with at least one known act.
    pub rows: ByDimension<Vec<DaySums>>,
}

impl RollUp {
    /// Sums entries that stand in the order of [`sort`] and have passed the guards: finite positive weights, unique handles.
    pub(super) fn from_sorted(entries: &[Entry]) -> Self {
        let span = entries.first().zip(entries.last()).map_or(0, |(first, last)| span_days(first.day, last.day));
        let most = usize::try_from(span).unwrap_or(0).min(entries.len());
        let mut roll_up = Self { rows: ByDimension::from_fn(|_| Vec::with_capacity(most)) };
        for of_day in entries.chunk_by(|a, b| (a.day, a.dimension) == (b.day, b.dimension)) {
            let Some(first) = of_day.first() else { continue };
            let mut row = DaySums::new(first.day);
            for entry in of_day {
                row.add(entry.actor, entry.weight);
            }
            if row.weight_squared > 0.0 {
                roll_up.rows.get_mut(first.dimension).push(row);
            }
        }
        roll_up
    }

    /// Adds the act of an entry.
    pub fn add(&mut self, entry: &Entry) {
        self.add_act(entry.dimension, entry.day, entry.actor, entry.weight);
    }

    /// Adds one act, at the end in the usual case, or to the day where it belongs.
    pub fn add_act(&mut self, dimension: Dimension, day: Day, actor: Actor, weight: f64) {
        if actor == Actor::Unknown {
            return;
        }
        let rows = self.rows.get_mut(dimension);
        let place = match rows.last() {
            Some(last) if last.day < day => Err(rows.len()),
            Some(last) if last.day == day => Ok(rows.len() - 1),
            Some(_) => rows.binary_search_by_key(&day, |row| row.day),
            None => Err(0),
        };
        let at = match place {
            Ok(at) => at,
            Err(at) => {
                rows.insert(at, DaySums::new(day));
                at
            }
        };
        if let Some(row) = rows.get_mut(at) {
            row.add(actor, weight);
        }
    }

    /// The same sums seen from the other side.
    #[must_use]
    pub fn mirrored(mut self) -> Self {
        for row in self.rows.0.iter_mut().flatten() {
            *row = row.mirrored();
        }
        self
    }

    /// The rows from one day to another, both included, for which `keep` holds.
    #[must_use]
    pub fn between(&self, first: Day, last: Day, keep: impl Fn(Day) -> bool) -> Self {
        let within = |rows: &Vec<DaySums>| {
            let (start, end) = (rows.partition_point(|row| row.day < first), rows.partition_point(|row| row.day <= last));
            let rows = rows.get(start..end).unwrap_or_default();
            let mut kept = Vec::with_capacity(rows.len());
            kept.extend(rows.iter().filter(|row| keep(row.day)));
            kept
        };
        Self { rows: self.rows.map(|_, rows| within(rows)) }
    }

    /// How many rows there are before a day, over all dimensions.
    #[must_use]
    pub fn rows_before(&self, day: Day) -> usize {
        self.rows.iter().map(|(_, rows)| rows.partition_point(|row| row.day < day)).sum()
    }

    /// First and last day with known acts, over all dimensions.
    #[must_use]
    pub fn span(&self) -> Option<(Day, Day)> {
        let first = self.rows.iter().filter_map(|(_, rows)| rows.first()).map(|row| row.day).min()?;
        let last = self.rows.iter().filter_map(|(_, rows)| rows.last()).map(|row| row.day).max()?;
        Some((first, last))
    }

    /// Which way the record leans: the first of the dimensions' sums, then of the days', that is not 0.
    ///
    /// Floating-point sums round differently in the two directions. The levels are therefore always computed
    /// in one of them and turned round afterwards, which makes swapped roles the mirror to the last bit.
    #[must_use]
    pub fn lean(&self) -> f64 {
        let of_day = |row: &DaySums| row.given - row.received;
        let sums = self.rows.iter().map(|(_, rows)| rows.iter().map(of_day).sum::<f64>());
        let days = self.rows.iter().flat_map(|(_, rows)| rows.iter().map(of_day));
        sums.chain(days).find(|lean| *lean != 0.0).unwrap_or(0.0)
    }
}

/// Puts entries into the order in which they are summed: by day, dimension and weight, acts of both after those
/// of one, then by handle. It does not depend on the side.
///
/// The days come first and alone: logs mostly stand in that order, which is then found out in one pass.
pub fn sort(entries: &mut [Entry]) {
    entries.sort_unstable_by_key(|entry| entry.day);
    for day in entries.chunk_by_mut(|a, b| a.day == b.day) {
        day.sort_unstable_by(order_in_day);
    }
}

fn order_in_day(a: &Entry, b: &Entry) -> Ordering {
    let people = |entry: &Entry| match entry.actor {
        Actor::Me | Actor::Them => 1,
        Actor::Both => 2,
        Actor::Unknown => 3,
    };
    a.dimension.cmp(&b.dimension).then_with(|| a.weight.total_cmp(&b.weight)).then_with(|| (people(a), a.id).cmp(&(people(b), b.id)))
}
