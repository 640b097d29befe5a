//! Who takes the first step, and who repairs without being pushed.

use super::tally::{Tally, Weighed};
use super::{Code, Finding, Record, Strain, Whose};
use crate::engine::evidence::Evidence;
use crate::engine::types::{Actor, Day, Dimension, EntryId};

/// The prior that takes no side.
const EVEN_PRIOR: (f64, f64) = (1.0, 1.0);

/// First steps: those of the logger against those of the other. The entries ascend by day.
#[must_use]
pub fn starts(evidence: &Evidence, strain: &Strain) -> Tally {
    let mut tally = Tally::default();
    for entry in evidence.entries.iter().rev().filter(|entry| entry.dimension == Dimension::Initiation) {
        if Whose::EACH.into_iter().any(|whose| whose.is(entry.actor)) {
            tally.count(entry.day, entry.id, Whose::Logger.is(entry.actor), strain.on(entry.day));
        }
    }
    tally
}

/// The share that corresponds to `share` where the balance that is right is `expected` in place of 0: its odds times those of that balance.
fn share_around(expected: f64, share: f64) -> f64 {
    let (given, received) = (share * (1.0 + expected), (1.0 - share) * (1.0 - expected));
    given / (given + received)
}

/// `whose` takes most of the first steps: more than the share that is expected of them, as far from it as 60 to 40 is from even.
#[must_use]
pub fn always_starting(record: &Record, whose: Whose) -> Finding {
    let policy = &record.policy.patterns;
    let expected = *record.evidence.expected_balance.get(Dimension::Initiation);
    let (tally, expected) = match whose {
        Whose::Logger | Whose::Both => (record.starts.clone(), expected),
        Whose::Other => (record.starts.swapped(), 0.0 - expected),
    };
    let weighed = Weighed {
        records: tally.total(),
        floor: policy.min_starts,
        probability: 1.0 - tally.below(share_around(expected, policy.most_starts), EVEN_PRIOR),
        needed: policy.probability,
    };
    weighed.finding(Code::AlwaysStarting, whose, tally.cited(), tally.cited_against())
}

/// First steps are shared, as far as that is expected.
#[must_use]
pub fn shared_starting(record: &Record) -> Finding {
    let policy = &record.policy.patterns;
    let tally = &record.starts;
    let expected = *record.evidence.expected_balance.get(Dimension::Initiation);
    let between = |tally: &Tally, expected: f64| {
        let [low, high] = [0.5 - policy.shared_starts, 0.5 + policy.shared_starts].map(|share| share_around(expected, share));
        tally.below(high, EVEN_PRIOR) - tally.below(low, EVEN_PRIOR)
    };
    // Both directions, so that swapped roles round alike.
    let probability = f64::midpoint(between(tally, expected), between(&tally.swapped(), 0.0 - expected));
    let weighed = Weighed { records: tally.total(), floor: policy.min_starts, probability, needed: policy.probability };
    let fewer = tally.yes_weight.min(tally.no_weight);
    let both: Vec<EntryId> = both_cited(tally);
    let against = if fewer > 0.0 { Vec::new() } else { both.clone() };
    weighed.finding(Code::SharedStarting, Whose::Both, if fewer > 0.0 { both } else { Vec::new() }, against)
}

fn both_cited(tally: &Tally) -> Vec<EntryId> {
    let mut both = tally.cited();
    both.extend(tally.cited_against());
    both.sort_unstable();
    both.truncate(super::tally::CITED);
    both
}

struct Move {
    day: Day,
    id: EntryId,
    by: Actor,
    prompted: Option<bool>,
}

/// Repairs from both kinds of record, the later entries first; one that is in both counts once.
fn moves<'a>(record: &Record<'a>) -> impl Iterator<Item = Move> + use<'a> {
    let Evidence { repairs, entries, .. } = record.evidence;
    let typed = repairs.iter().map(|repair| Move { day: repair.day, id: repair.id, by: repair.moved_first, prompted: repair.prompted });
    let logged = entries.iter().rev().filter(|entry| entry.dimension == Dimension::Repair);
    // Typed repairs stand in the order of their handles.
    let untyped = logged.filter(|entry| repairs.binary_search_by_key(&entry.id, |repair| repair.id).is_err());
    typed.chain(untyped.map(|entry| Move { day: entry.day, id: entry.id, by: entry.actor, prompted: entry.prompted }))
}

/// `whose` repairs only when pushed, or by themselves.
#[must_use]
pub fn repairs(record: &Record, whose: Whose) -> [Finding; 2] {
    let policy = &record.policy.patterns;
    let (mut of_all, mut of_own) = (Tally::default(), Tally::default());
    let mut pushed = false;
    for one in moves(record) {
        let worth = record.strain.on(one.day);
        let (own, others) = (whose.is(one.by), whose.mirrored().is(one.by));
        match one.prompted {
            Some(prompted) if own => {
                pushed |= prompted && worth > 0.0;
                of_all.count(one.day, one.id, !prompted, worth);
                of_own.count(one.day, one.id, !prompted, worth);
            }
            Some(_) | None if others => of_all.count(one.day, one.id, false, worth),
            Some(_) | None => {}
        }
    }
    // Somebody who never moves at all was not pushed either: that is another matter.
    let rarely = Weighed {
        records: if pushed { of_all.total() } else { 0.0 },
        floor: policy.min_repairs,
        probability: of_all.below(policy.pushed_share, EVEN_PRIOR),
        needed: policy.probability,
    };
    let freely = Weighed {
        records: of_own.total(),
        floor: policy.min_repairs,
        probability: 1.0 - of_own.below(policy.unpushed_share, EVEN_PRIOR),
        needed: policy.probability,
    };
    [
        rarely.finding(Code::RepairOnlyWhenPushed, whose, of_all.cited_against(), of_all.cited()),
        freely.finding(Code::RepairByThemselves, whose, of_own.cited(), of_own.cited_against()),
    ]
}
