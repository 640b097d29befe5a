//! Step 0, the roll-up: per dimension and local day, the sums the level is computed from.
//!
//! The level needs nothing but these rows, so a caller may keep them incrementally. Sums run in a fixed
//! order (day, dimension, weight, actor), so the order in which entries arrive cannot change a bit.

use super::evidence::Entry;
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
    /// Sums entries, which must have passed the guards: finite positive weights, unique handles.
    #[must_use]
    pub fn from_entries(entries: &[Entry]) -> Self {
        let mut known: Vec<&Entry> = entries.iter().filter(|entry| entry.actor != Actor::Unknown).collect();
        known.sort_unstable_by(|a, b| {
            (a.day, a.dimension).cmp(&(b.day, b.dimension)).then(a.weight.total_cmp(&b.weight)).then(a.actor.cmp(&b.actor))
        });
        let mut roll_up = Self::default();
        for entry in known {
            roll_up.add(entry);
        }
        roll_up
    }

    /// Adds one act, at the end in the usual case, or to the day where it belongs.
    pub fn add(&mut self, entry: &Entry) {
        if entry.actor == Actor::Unknown {
            return;
        }
        let rows = self.rows.get_mut(entry.dimension);
        let place = match rows.last() {
            Some(last) if last.day < entry.day => Err(rows.len()),
            Some(_) => rows.binary_search_by_key(&entry.day, |row| row.day),
            None => Err(0),
        };
        let at = match place {
            Ok(at) => at,
            Err(at) => {
                rows.insert(at, DaySums::new(entry.day));
                at
            }
        };
        if let Some(row) = rows.get_mut(at) {
            row.add(entry.actor, entry.weight);
        }
    }

    /// The same sums seen from the other side.
    #[must_use]
    pub fn mirrored(&self) -> Self {
        Self { rows: self.rows.map(|_, rows| rows.iter().map(|row| row.mirrored()).collect()) }
    }

    /// The rows for which `keep` holds.
    #[must_use]
    pub fn filtered(&self, keep: impl Fn(Day) -> bool) -> Self {
        Self { rows: self.rows.map(|_, rows| rows.iter().copied().filter(|row| keep(row.day)).collect()) }
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

/// The dimensions in which anything was known.
#[must_use]
pub fn observed_dimensions(roll_up: &RollUp) -> Vec<Dimension> {
    roll_up.rows.iter().filter(|(_, rows)| !rows.is_empty()).map(|(dimension, _)| dimension).collect()
}
