//! The rule by property: whatever was logged and noted, no act counts twice, none is lost, and swapped roles give the mirror.

use std::collections::BTreeMap;

use proptest::prelude::*;

use super::*;
use crate::features::records::model::Move;
use crate::kernel::{InteractionId, RecordId};

const FIRST: i64 = 20_000;

fn date(day: i64) -> NaiveDate {
    NaiveDate::default() + chrono::TimeDelta::days(day)
}

fn count(date: NaiveDate) -> Day {
    Day(i32::try_from((date - NaiveDate::default()).num_days()).unwrap())
}

fn span() -> (NaiveDate, NaiveDate) {
    (date(FIRST), date(FIRST + 9))
}

fn entry(n: usize, (day, dimension, actor): (i64, Dimension, Actor)) -> EvidenceRow {
    EvidenceRow {
        id: Uuid::from_u128(n as u128 + 1),
        local_date: date(FIRST + day),
        dimension: dimension_code(dimension),
        actor: actor_code(actor),
        effort: None,
        prompted: None,
        energy_after: None,
        felt_heard: None,
    }
}

fn actor() -> impl Strategy<Value = Actor> {
    prop_oneof![Just(Actor::Me), Just(Actor::Them), Just(Actor::Both), Just(Actor::Unknown)]
}

fn way() -> impl Strategy<Value = Dimension> {
    prop_oneof![
        Just(Dimension::PromisesKept),
        Just(Dimension::NeedsMet),
        Just(Dimension::Initiation),
        Just(Dimension::Repair),
        Just(Dimension::Celebration)
    ]
}

/// Some days of a short window, in order.
fn entries() -> impl Strategy<Value = Vec<EvidenceRow>> {
    prop::collection::vec((0_i64..10, way(), actor()), 0..14).prop_map(|mut all| {
        all.sort_by_key(|one| one.0);
        all.into_iter().enumerate().map(|(n, one)| entry(n, one)).collect()
    })
}

fn details() -> impl Strategy<Value = (i64, Details)> {
    // Some begin before the window, some are settled after it.
    let days = (-3_i64..10, 0_i64..6);
    (days, 0..9_usize, actor(), any::<Option<bool>>()).prop_map(|((begun, after), what, by, prompted)| {
        let settled_on = Some(date(FIRST + begun + after));
        let details = match what {
            0 => Details::Promise(Promise::open(by)),
            1 => Details::Promise(Promise { outcome: PromiseOutcome::Kept, settled_on, ..Promise::open(by) }),
            2 => Details::Promise(Promise { outcome: PromiseOutcome::Broken, settled_on, ..Promise::open(by) }),
            3 => Details::Need(Need { outcome: NeedOutcome::Met, settled_on, met_by: Some(by), ..Need::open(by.mirrored()) }),
            4 => Details::Need(Need { outcome: NeedOutcome::Partly, settled_on, met_by: Some(by), ..Need::open(by.mirrored()) }),
            5 => Details::Plan(Plan { status: PlanStatus::Scheduled, settled_on, scheduled_by: Some(by), ..Plan::open(by) }),
            6 => Details::Plan(Plan { status: PlanStatus::Dropped, settled_on, ..Plan::open(by) }),
            7 => Details::Repair(Repair::default()),
            _ => {
                let first_move = settled_on.map(|on| Move { by, on, prompted, accepted: None });
                Details::Repair(Repair { first_move, ..Repair::default() })
            }
        };
        (begun, details)
    })
}

fn records() -> impl Strategy<Value = Vec<StoredRecord>> {
    // One in four names an entry: one that is there, or one that lies elsewhere.
    let named = prop_oneof![3 => Just(None), 1 => (1_u128..20).prop_map(Some)];
    prop::collection::vec((details(), named), 0..14).prop_map(|all| {
        let record = |(n, ((begun, details), named)): (usize, ((i64, Details), Option<u128>))| StoredRecord {
            id: RecordId(Uuid::from_u128(n as u128 + 1_000)),
            local_date: date(FIRST + begun),
            interaction: named.map(|id| InteractionId(Uuid::from_u128(id))),
            details,
            change: 0,
        };
        all.into_iter().enumerate().map(record).collect()
    })
}

/// What tells acts apart: the day, the way and the person.
fn key(row: &EvidenceRow) -> (NaiveDate, i16, i16) {
    (row.local_date, row.dimension, row.actor)
}

fn mirrored(row: &EvidenceRow) -> EvidenceRow {
    let actor = crate::features::interactions::model::actor_of(row.actor).unwrap();
    EvidenceRow { actor: actor_code(actor.mirrored()), ..row.clone() }
}

fn mirrored_record(record: &StoredRecord) -> StoredRecord {
    let details = match record.details.clone() {
        Details::Promise(one) => Details::Promise(Promise { by: one.by.mirrored(), ..one }),
        Details::Plan(one) => {
            Details::Plan(Plan { proposed_by: one.proposed_by.mirrored(), scheduled_by: one.scheduled_by.map(Actor::mirrored), ..one })
        }
        Details::Need(one) => Details::Need(Need { of: one.of.mirrored(), met_by: one.met_by.map(Actor::mirrored), ..one }),
        Details::Repair(one) => {
            Details::Repair(Repair { first_move: one.first_move.map(|first| Move { by: first.by.mirrored(), ..first }), ..one })
        }
    };
    StoredRecord { details, ..record.clone() }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 512, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn an_act_counts_where_no_entry_stands_for_it_and_nowhere_else(entries in entries(), records in records()) {
        let fed = feed(&entries, &records, span(), count);
        let counted: BTreeMap<Uuid, &EvidenceRow> = fed.acts.iter().map(|(_, row)| (row.id, row)).collect();
        prop_assert_eq!(counted.len(), fed.acts.len(), "one act a record at most");
        for record in &records {
            let speaks_of = act(&record.details).filter(|act| act.day >= span().0 && act.day <= span().1);
            let logged = |act: Act| entries.iter().any(|row| key(row) == (act.day, dimension_code(act.dimension), actor_code(act.actor)));
            let wanted = speaks_of.filter(|act| record.interaction.is_none() && !logged(*act));
            match (wanted, counted.get(&record.id.0)) {
                (Some(act), Some(row)) => {
                    prop_assert_eq!(key(row), (act.day, dimension_code(act.dimension), actor_code(act.actor)));
                    prop_assert_eq!(row.effort, matches!(&record.details, Details::Need(need) if need.outcome == NeedOutcome::Partly).then_some(1));
                }
                (None, None) => {}
                (wanted, found) => prop_assert!(false, "{wanted:?} {found:?}"),
            }
        }
    }

    #[test]
    fn logging_what_a_record_tells_takes_its_place_and_changes_nothing_else(entries in entries(), records in records(), which in any::<prop::sample::Index>()) {
        let before = feed(&entries, &records, span(), count);
        prop_assume!(!before.acts.is_empty());
        let (_, told) = which.get(&before.acts).clone();
        let mut more = entries.clone();
        let place = more.partition_point(|row| row.local_date <= told.local_date);
        more.insert(place, EvidenceRow { id: Uuid::from_u128(500), ..told.clone() });
        let after = feed(&more, &records, span(), count);
        let left: Vec<&EvidenceRow> = after.acts.iter().map(|(_, row)| row).collect();
        let wanted: Vec<&EvidenceRow> = before.acts.iter().map(|(_, row)| row).filter(|row| key(row) != key(&told)).collect();
        prop_assert_eq!(left, wanted);
    }

    #[test]
    fn the_engine_counts_a_repair_and_its_entry_once(entries in entries(), records in records()) {
        let fed = feed(&entries, &records, span(), count);
        let numbers: HashSet<EntryId> = fed.repairs.iter().map(|repair| repair.id).collect();
        prop_assert_eq!(numbers.len(), fed.repairs.len(), "no two repairs share a number");
        for repair in &fed.repairs {
            let place = usize::try_from(repair.id.0).unwrap();
            if entries.get(place).is_some() {
                prop_assert!(fed.stood_for.iter().any(|(number, _)| *number == repair.id));
            } else {
                prop_assert_eq!(fed.known[place - entries.len()].1, RecordKind::Repair);
            }
        }
        let moved = |record: &&StoredRecord| matches!(&record.details, Details::Repair(Repair { first_move: Some(first), .. }) if first.on <= span().1);
        prop_assert_eq!(fed.repairs.len(), records.iter().filter(moved).count(), "each is counted, an open one nowhere");
    }

    #[test]
    fn numbers_follow_those_of_the_entries_and_each_is_one_records(entries in entries(), records in records()) {
        let fed = feed(&entries, &records, span(), count);
        let ids: HashSet<Uuid> = fed.known.iter().map(|(id, _)| *id).collect();
        prop_assert_eq!(ids.len(), fed.known.len());
        for (number, row) in &fed.acts {
            prop_assert_eq!(fed.known[usize::try_from(number.0).unwrap() - entries.len()].0, row.id);
        }
        for id in fed.promises.iter().map(|one| one.id).chain(fed.needs.iter().map(|one| one.id)).chain(fed.plans.iter().map(|one| one.id)) {
            prop_assert!(usize::try_from(id.0).unwrap() >= entries.len());
        }
    }

    #[test]
    fn swapped_roles_give_the_mirror(entries in entries(), records in records()) {
        let fed = feed(&entries, &records, span(), count);
        let turned: Vec<EvidenceRow> = entries.iter().map(mirrored).collect();
        let turned = feed(&turned, &records.iter().map(mirrored_record).collect::<Vec<_>>(), span(), count);
        let acts: Vec<(EntryId, EvidenceRow)> = fed.acts.iter().map(|(number, row)| (*number, mirrored(row))).collect();
        prop_assert_eq!(turned.acts, acts);
        prop_assert_eq!(&turned.stood_for, &fed.stood_for);
        prop_assert_eq!(turned.repairs.iter().map(|one| one.moved_first).collect::<Vec<_>>(), fed.repairs.iter().map(|one| one.moved_first.mirrored()).collect::<Vec<_>>());
        prop_assert_eq!(turned.promises.len() + turned.needs.len() + turned.plans.len(), fed.promises.len() + fed.needs.len() + fed.plans.len());
    }
}

#[test]
fn on_the_last_day_of_a_window_nobody_knew_what_came_later() {
    let kept = Promise { outcome: PromiseOutcome::Kept, settled_on: Some(date(FIRST + 12)), ..Promise::open(Actor::Me) };
    let met = Need { outcome: NeedOutcome::Met, settled_on: Some(date(FIRST + 12)), met_by: Some(Actor::Me), ..Need::open(Actor::Them) };
    let dropped = Plan { status: PlanStatus::Dropped, settled_on: Some(date(FIRST + 12)), ..Plan::open(Actor::Me) };
    let record = |n: u128, details| StoredRecord {
        id: RecordId(Uuid::from_u128(n)),
        local_date: date(FIRST + 1),
        interaction: None,
        details,
        change: 0,
    };
    let records = [record(1, Details::Promise(kept)), record(2, Details::Need(met)), record(3, Details::Plan(dropped))];
    let fed = feed(&[], &records, span(), count);
    assert_eq!((fed.promises[0].outcome, fed.needs[0].outcome, fed.plans[0].scheduled), (PromiseOutcome::Open, NeedOutcome::Open, None));
    assert!(fed.acts.is_empty());
    let later = feed(&[], &records, (date(FIRST + 10), date(FIRST + 20)), count);
    assert_eq!((later.acts.len(), later.promises.len()), (2, 0), "acts of later days; begun before, they are no pattern's");
}

#[test]
fn as_many_entries_and_acts_as_a_window_holds_may_all_be_of_one_day() {
    // Each repair but the last has an entry of its own; for the needs there is none.
    const MANY: usize = 30_000;
    let entries: Vec<EvidenceRow> = (0..MANY).map(|n| entry(n, (1, Dimension::Repair, Actor::Them))).collect();
    let moved = Move { by: Actor::Them, on: date(FIRST + 1), prompted: None, accepted: None };
    let repair = Details::Repair(Repair { first_move: Some(moved), ..Repair::default() });
    let met = Need { outcome: NeedOutcome::Met, settled_on: Some(moved.on), met_by: Some(Actor::Them), ..Need::open(Actor::Me) };
    let record = |n: usize| StoredRecord {
        id: RecordId(Uuid::from_u128(n as u128 + 1_000_000)),
        local_date: moved.on,
        interaction: None,
        details: if n <= MANY { repair.clone() } else { Details::Need(met.clone()) },
        change: 0,
    };
    let records: Vec<StoredRecord> = (0..=2 * MANY).map(record).collect();
    let fed = feed(&entries, &records, span(), count);
    assert_eq!((fed.repairs.len(), fed.stood_for.len(), fed.acts.len()), (MANY + 1, MANY, MANY));
    let numbers: HashSet<EntryId> = fed.repairs.iter().map(|repair| repair.id).collect();
    assert_eq!(numbers.len(), MANY + 1, "the last one is known by itself");
}
