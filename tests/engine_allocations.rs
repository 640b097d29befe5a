//! Once entries are cleaned and summed by day, an assessment asks for room by days, never by entries.
//!
//! A binary of its own: the allocations are counted by a global allocator.

#[allow(dead_code, reason = "the benches' diary can do more than a test needs")]
#[path = "../benches/diary/mod.rs"]
mod diary;

use allocation_counter::{AllocationInfo, measure};
use reciprocity::engine::{Policy, Prepared};

/// What an assessment of so many entries over fifty days asks for after the roll-up.
fn after_roll_up(entries: u32) -> AllocationInfo {
    let (policy, prepared) = (Policy::default(), Prepared::new(&diary::diary(50, entries)));
    // Once beforehand: tables that every assessment shares are filled by the first.
    let first = prepared.assess(&policy);
    let counted = measure(|| assert_eq!(prepared.assess(&policy), first));
    assert!(counted.bytes_total > 0, "the allocator counts");
    counted
}

#[test]
fn fifty_times_the_entries_over_the_same_days_ask_for_no_more_room() {
    let (few, many) = (after_roll_up(2_000), after_roll_up(100_000));
    // Less than a byte and less than a thousandth of an allocation for each further entry.
    assert!(many.bytes_total < few.bytes_total + 98_000, "{few:?} {many:?}");
    assert!(many.count_total < few.count_total + 98, "{few:?} {many:?}");
}
