//! What each entry adds to a score under the likeliest explanation of the days.

use std::cmp::Ordering;
use std::ops::Range;

use super::NAMED_ENTRIES;
use crate::engine::density::LIMIT;
use crate::engine::evidence::Entry;
use crate::engine::level::days::JointDay;
use crate::engine::level::influence::Influences;
use crate::engine::level::matrix::{Vector, ZEROS, dot};
use crate::engine::math::balance_to_logit;
use crate::engine::readings::Readings;
use crate::engine::rollup::RollUp;
use crate::engine::top::Top;
use crate::engine::types::{Actor, ByDimension, Dimension, EntryId};

/// The observed days with the entries behind them, prepared once for all scores.
#[derive(Debug)]
pub struct Explainer<'a> {
    readings: &'a Readings<'a>,
    /// Balances relative to what is expected.
    days: &'a [JointDay],
    acts: ByDimension<Vec<Acts>>,
    likeliest: Option<Likeliest<'a>>,
}

/// The likeliest explanation of the days.
#[derive(Debug)]
struct Likeliest<'a> {
    mean: &'a Vector,
    influences: Influences<'a>,
}

/// The entries of one dimension on one observed day.
#[derive(Debug)]
struct Acts {
    /// Which of the observed days.
    day: usize,
    /// Which of the evidence's entries.
    entries: Range<usize>,
    /// Weight of all of them.
    weight: f64,
}

/// What entries add, in logits.
#[derive(Debug)]
pub struct Contributions {
    /// Those of the weighed dimensions that add or take most, the strongest first.
    pub strongest: Top<(EntryId, f64)>,
    /// How many entries the weighed dimensions have.
    pub count: usize,
    /// What all of these add together.
    pub entries: f64,
    /// What the entries of the other dimensions add.
    pub others: f64,
}

impl<'a> Explainer<'a> {
    /// Finds the entries of every observed day; they stand in the order of [`crate::engine::rollup::sort`].
    #[must_use]
    pub fn new(readings: &'a Readings<'a>) -> Self {
        let levels = &readings.today.levels;
        let (days, heaviest) =
            (levels.days.as_slice(), levels.explained().reduce(|best, next| if next.0.weight > best.0.weight { next } else { best }));
        let acts = acts(&readings.evidence.entries, days, readings.roll_up);
        let likeliest = heaviest
            .map(|(component, explanation)| Likeliest { mean: &component.mean, influences: Influences::new(days, component, explanation) });
        Self { readings, days, acts, likeliest }
    }

    /// What is explained.
    #[must_use]
    pub const fn readings(&self) -> &Readings<'a> {
        self.readings
    }

    /// What each entry adds to the levels weighed by `shares` around the balance `base`.
    #[must_use]
    pub fn contributions(&self, shares: &Vector, base: f64) -> Contributions {
        let mut found = Contributions { strongest: Top::new(NAMED_ENTRIES), count: 0, entries: 0.0, others: 0.0 };
        let Some(Likeliest { mean, influences }) = &self.likeliest else { return found };
        let days = influences.on(self.days, shares);
        let slope = slope(base, dot(shares, mean));
        found.others = slope * self.others(&days, shares);
        let dimensions = self.acts.0.iter().zip(shares).zip(&self.readings.evidence.expected_balance.0).enumerate();
        for (at, ((acts, _), expected)) in dimensions.filter(|(_, ((_, share), _))| **share > 0.0) {
            // Later acts mostly weigh more: from the end on, the strongest are found early.
            for acts in acts.iter().rev() {
                let influence = days.get(acts.day).and_then(|day| day.get(at)).copied().unwrap_or(0.0);
                let entries = self.readings.evidence.entries.get(acts.entries.clone()).unwrap_or_default();
                found.add(entries, slope * influence / acts.weight, *expected);
            }
        }
        found
    }

    /// What the days of the dimensions without a share add to the level.
    fn others(&self, days: &[Vector], shares: &Vector) -> f64 {
        let counted = shares.map(|share| if share > 0.0 { 0.0 } else { 1.0 });
        let mut sums = ZEROS;
        for (influence, day) in days.iter().zip(self.days) {
            for ((sum, influence), balance) in sums.iter_mut().zip(influence).zip(&day.balance) {
                *sum += influence * balance;
            }
        }
        dot(&sums, &counted)
    }
}

impl Contributions {
    /// Adds entries that weigh `each` logits for every unit of weight, around the `expected` balance.
    fn add(&mut self, entries: &[Entry], each: f64, expected: f64) {
        let stronger = |a: &(EntryId, f64), b: &(EntryId, f64)| -> Ordering { b.1.abs().total_cmp(&a.1.abs()).then(a.0.cmp(&b.0)) };
        for entry in entries {
            let side = match entry.actor {
                Actor::Me => 1.0,
                Actor::Them => -1.0,
                Actor::Both => 0.0,
                Actor::Unknown => continue,
            };
            let contribution = each * entry.weight * (side - expected);
            self.entries += contribution;
            self.count += 1;
            self.strongest.offer((entry.id, contribution), stronger);
        }
    }
}

/// The runs of entries that share an observed day and a dimension.
fn acts(entries: &[Entry], days: &[JointDay], roll_up: &RollUp) -> ByDimension<Vec<Acts>> {
    let mut acts = ByDimension::from_fn(|_| Vec::with_capacity(days.len()));
    let mut rows = roll_up.rows.0.each_ref().map(|rows| rows.iter());
    let mut start = entries.partition_point(|entry| days.first().is_none_or(|first| entry.day < first.day));
    let mut rest = entries.get(start..).unwrap_or_default();
    for (day, joint) in days.iter().enumerate() {
        let skipped = rest.iter().take_while(|entry| entry.day < joint.day).count();
        (start, rest) = (start + skipped, rest.get(skipped..).unwrap_or_default());
        let dimensions = acts.0.iter_mut().zip(&mut rows).zip(Dimension::ALL).zip(&joint.precision);
        for (((acts, rows), dimension), precision) in dimensions {
            let count = rest.iter().take_while(|entry| entry.day == joint.day && entry.dimension == dimension).count();
            let row = if *precision > 0.0 { rows.find(|row| row.day >= joint.day) } else { None };
            if let Some(row) = row {
                acts.push(Acts { day, entries: start..start + count, weight: row.given + row.received });
            }
            (start, rest) = (start + count, rest.get(count..).unwrap_or_default());
        }
    }
    acts
}

/// Logits for each unit of balance between `base` and the level on top of it.
fn slope(base: f64, level: f64) -> f64 {
    let logit = |balance: f64| balance_to_logit(balance.clamp(-0.98, 0.98), LIMIT);
    if level.abs() < 1e-6 {
        2.0 / (1.0 - base.clamp(-0.98, 0.98) * base.clamp(-0.98, 0.98))
    } else {
        (logit(base + level) - logit(base)) / level
    }
}
