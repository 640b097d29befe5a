//! What must hold whatever the evidence, and the edges of what evidence can be.

mod edges;
mod explain;
mod mirror;
mod properties;
mod states;

use super::evidence::{Entry, Evidence};
use super::rollup::{self, RollUp};
use super::types::{Actor, Day, Dimension, EntryId, Keeper};

/// A plain entry of weight 2.
pub fn entry(id: u32, day: i32, dimension: Dimension, actor: Actor) -> Entry {
    Entry { id: EntryId(id), day: Day(day), dimension, actor, weight: 2.0, prompted: None, energy_after: None, felt_heard: None }
}

/// The first day of the evidence made here, a Monday.
pub const START: i32 = 20_003;

/// Evidence over `days` days, measured rather than kept by anyone.
pub fn measured(days: i32, entries: Vec<Entry>) -> Evidence {
    let mut evidence = Evidence::empty(Day(START), Day(START + days - 1));
    evidence.kept_by = Keeper::Neither;
    evidence.entries = entries;
    evidence
}

/// Every day one act in each of `dimensions`; of ten in a row the logger does `given`.
pub fn steady(days: i32, dimensions: &[Dimension], given: i32) -> Vec<Entry> {
    let mut entries = Vec::new();
    for day in 0..days {
        for dimension in dimensions {
            let turn = (day * 7 + i32::try_from(dimension.index()).unwrap() * 3) % 10;
            let actor = if turn < given { Actor::Me } else { Actor::Them };
            entries.push(entry(u32::try_from(entries.len()).unwrap(), START + day, *dimension, actor));
        }
    }
    entries
}

/// The sums of entries in whatever order.
pub fn rolled_up(entries: &[Entry]) -> RollUp {
    let mut sorted = entries.to_vec();
    rollup::sort(&mut sorted);
    RollUp::from_sorted(&sorted)
}
