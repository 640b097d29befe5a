//! A made-up diary: entries in all dimensions, spread evenly over the days and in their order, as a log has them.
//!
//! The logger gives seven times out of ten, which is the costliest answer: a lasting imbalance is looked at
//! twice, as of today and as of a week before.

use reciprocity::engine::Evidence;
use reciprocity::engine::evidence::Entry;
use reciprocity::engine::types::{Actor, Day, Dimension, EntryId};

/// The first day of every diary, a Monday.
const FIRST: Day = Day(20_003);

/// `entries` entries over `days` days.
pub fn diary(days: u32, entries: u32) -> Evidence {
    let day_of = |entry: u32| i32::try_from(u64::from(entry) * u64::from(days) / u64::from(entries.max(1))).unwrap_or(0);
    let last = i32::try_from(days).unwrap_or(i32::MAX) - 1;
    let mut evidence = Evidence::empty(FIRST, FIRST.plus(last));
    let mut chance = Chance(1);
    evidence.entries = (0..entries)
        .zip(Dimension::ALL.into_iter().cycle())
        .map(|(id, dimension)| Entry {
            id: EntryId(id),
            day: FIRST.plus(day_of(id)),
            dimension,
            actor: if chance.below(10) < 7 { Actor::Me } else { Actor::Them },
            weight: f64::from(1 + chance.below(5)),
            prompted: (chance.below(3) == 0).then(|| chance.below(2) == 0),
            energy_after: (chance.below(3) == 0).then(|| i8::try_from(chance.below(7)).unwrap_or(0) - 3),
            felt_heard: (chance.below(3) == 0).then(|| u8::try_from(1 + chance.below(5)).unwrap_or(1)),
        })
        .collect();
    evidence
}

/// One entry a day in every dimension.
pub fn daily(days: u32) -> Evidence {
    diary(days, days * 8)
}

/// Numbers that look like chance and are always the same (xorshift, Marsaglia 2003).
struct Chance(u64);

impl Chance {
    fn below(&mut self, limit: u32) -> u32 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        u32::try_from((self.0 >> 32) % u64::from(limit)).unwrap_or(0)
    }
}
