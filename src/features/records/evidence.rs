//! How records count in an assessment: the one rule (docs/promises.md).
//!
//! | record | act it gives | on | patterns that read it |
//! |---|---|---|---|
//! | a promise that was kept, late too | `promises_kept`, by who promised | the day it was kept | words without action, keeps promises |
//! | a need that was met; in part: half the usual weight | `needs_met`, by who met it | the day it was met | needs explained and not met, needs met on both sides |
//! | the first move of a repair | `repair`, by who moved first | the day of the move | repair only when pushed, by themselves |
//! | a plan that got a date | `initiation`, by who set the date | the day it was set | plans never scheduled, plans get scheduled |
//!
//! The act is left out where an entry was logged of it: one that the record names, or one of the same way, person and local day. That
//! entry then stands for the record, which feeds the patterns alone. So nothing counts twice, and an entry logged later takes the act's
//! place. Patterns read the records that began within the window, as they stood on its last day: what became of one later is not known yet,
//! and neither is how often a need was explained after it.

use std::collections::{HashMap, HashSet};

use chrono::NaiveDate;
use uuid::Uuid;

use super::model::{Actor, Details, Move, Need, NeedOutcome, Plan, PlanStatus, Promise, PromiseOutcome, RecordKind, Repair, StoredRecord};
use crate::engine::evidence as engine;
use crate::engine::types::{Day, Dimension, EntryId};
use crate::features::interactions::EvidenceRow;
use crate::features::interactions::model::{actor_code, dimension_code};

/// Effort of an act whose weight is half the usual one: of the usual two.
const HALF: i16 = 1;

/// What the records of a window come to, with numbers that follow those of the entries.
#[derive(Clone, Debug, Default)]
pub struct Fed {
    /// The records that come to anything, by number: the first follows the last entry.
    pub known: Vec<(Uuid, RecordKind)>,
    /// Acts that no entry stands for; in the order of their numbers.
    pub acts: Vec<(EntryId, EvidenceRow)>,
    pub promises: Vec<engine::Promise>,
    pub needs: Vec<engine::Need>,
    pub plans: Vec<engine::Plan>,
    pub repairs: Vec<engine::Repair>,
    /// Repairs known under the number of the entry that stands for them: who cites the one cites the other.
    pub stood_for: Vec<(EntryId, Uuid)>,
}

/// An act that a record speaks of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
struct Act {
    day: NaiveDate,
    dimension: Dimension,
    actor: Actor,
    weight: Option<i16>,
}

/// What the records come to beside the entries of the window, which stand by day. `records` are those that touch the window.
#[must_use]
pub fn feed(entries: &[EvidenceRow], records: &[StoredRecord], (from, to): (NaiveDate, NaiveDate), day: impl Fn(NaiveDate) -> Day) -> Fed {
    let mut fed = Fed::default();
    let mut logged = Logged::new(entries, records);
    for record in records {
        let number = EntryId(u32::try_from(entries.len() + fed.known.len()).unwrap_or(u32::MAX));
        let begun = record.local_date >= from && record.local_date <= to;
        let act = act(&record.details).filter(|act| act.day >= from && act.day <= to);
        let entry = act.and_then(|act| logged.standing_for(record, act));
        // An entry that the record names may lie outside of the window: it stands all the same.
        let counts = act.filter(|_| entry.is_none() && record.interaction.is_none());
        let read = fed.read(record, (begun, to), (number, entry), &day, &mut logged);
        if let Some(act) = counts {
            fed.acts.push((number, row(record, act)));
        }
        if read || counts.is_some() {
            fed.known.push((record.id.0, record.details.kind()));
        }
    }
    fed
}

/// The act that a record speaks of, where there is one and somebody did it.
fn act(details: &Details) -> Option<Act> {
    let act = |day, dimension, actor| Act { day, dimension, actor, weight: None };
    match details {
        Details::Promise(promise @ Promise { by, settled_on, .. }) => {
            settled_on.filter(|_| promise.was_kept()).map(|day| act(day, Dimension::PromisesKept, *by))
        }
        Details::Need(Need { outcome, settled_on, met_by, .. }) => {
            let met = settled_on.zip(*met_by).map(|(day, by)| act(day, Dimension::NeedsMet, by));
            match outcome {
                NeedOutcome::Met => met,
                NeedOutcome::Partly => met.map(|act| Act { weight: Some(HALF), ..act }),
                NeedOutcome::Open | NeedOutcome::Unmet => None,
            }
        }
        Details::Plan(Plan { status: PlanStatus::Scheduled, settled_on, scheduled_by, .. }) => {
            settled_on.zip(*scheduled_by).map(|(day, by)| act(day, Dimension::Initiation, by))
        }
        Details::Plan(Plan { status: PlanStatus::Open | PlanStatus::Dropped, .. }) => None,
        Details::Repair(Repair { first_move, .. }) => first_move.map(|first| act(first.on, Dimension::Repair, first.by)),
    }
}

/// An act as an entry would say it.
fn row(record: &StoredRecord, act: Act) -> EvidenceRow {
    let prompted = match &record.details {
        Details::Repair(repair) => repair.first_move.and_then(|first| first.prompted),
        Details::Promise(_) | Details::Plan(_) | Details::Need(_) => None,
    };
    EvidenceRow {
        id: record.id.0,
        local_date: act.day,
        dimension: dimension_code(act.dimension),
        actor: actor_code(act.actor),
        effort: act.weight,
        prompted,
        energy_after: None,
        felt_heard: None,
    }
}

impl Fed {
    /// Adds what the patterns read of a record; whether they know it under its own number.
    fn read(
        &mut self,
        record: &StoredRecord,
        (begun, to): (bool, NaiveDate),
        (id, entry): (EntryId, Option<usize>),
        day: &impl Fn(NaiveDate) -> Day,
        logged: &mut Logged,
    ) -> bool {
        // On the window's last day nobody knew what came later.
        let known = |settled_on: Option<NaiveDate>| settled_on.is_some_and(|on| on <= to);
        match &record.details {
            Details::Promise(promise) if begun => {
                let outcome = if known(promise.settled_on) { promise.outcome } else { PromiseOutcome::Open };
                self.promises.push(engine::Promise {
                    id,
                    by: promise.by,
                    made: day(record.local_date),
                    due: promise.due.map(day),
                    outcome,
                });
                true
            }
            Details::Need(need) if begun => {
                let outcome = if known(need.settled_on) { need.outcome } else { NeedOutcome::Open };
                let again = need.explained_on.iter().filter(|on| **on <= to).count();
                let times_explained = u32::try_from(again).unwrap_or(u32::MAX).saturating_add(1);
                self.needs.push(engine::Need { id, of: need.of, day: day(record.local_date), outcome, times_explained });
                true
            }
            Details::Plan(plan) if begun => {
                let scheduled = match plan.status {
                    PlanStatus::Scheduled if known(plan.settled_on) => Some(true),
                    PlanStatus::Dropped if known(plan.settled_on) => Some(false),
                    PlanStatus::Open | PlanStatus::Scheduled | PlanStatus::Dropped => None,
                };
                self.plans.push(engine::Plan { id, day: day(record.local_date), proposed_by: plan.proposed_by, scheduled });
                true
            }
            // A repair counts on the day of its first move, whenever it came to it; and an open one nowhere.
            Details::Repair(Repair { first_move: Some(first), .. }) if known(Some(first.on)) => {
                // The engine takes an entry and a repair under one number for one event.
                let shared = entry.and_then(|place| logged.take(place));
                self.stood_for.extend(shared.map(|entry| (entry, record.id.0)));
                let id = shared.unwrap_or(id);
                let Move { by, on, prompted, accepted } = *first;
                self.repairs.push(engine::Repair { id, day: day(on), moved_first: by, prompted, accepted });
                shared.is_none()
            }
            Details::Promise(_) | Details::Plan(_) | Details::Need(_) | Details::Repair(_) => false,
        }
    }
}

/// The entries, looked up by what might stand for a record.
struct Logged {
    /// Places of the entries that records name.
    named: HashMap<Uuid, usize>,
    /// The entries of each day, way and person that some record speaks of.
    alike: HashMap<Key, Alike>,
    /// Entries that a repair is known under already.
    taken: HashSet<usize>,
}

/// The day, the way and the person: whatever is the same in these stands for each other.
type Key = (NaiveDate, i16, i16);

/// Places of entries that are alike, ascending.
#[derive(Default)]
struct Alike {
    places: Vec<usize>,
    /// How many of them, from the first on, a repair is known under: they are never looked at again.
    passed: usize,
}

impl Act {
    fn key(self) -> Key {
        (self.day, dimension_code(self.dimension), actor_code(self.actor))
    }
}

impl Logged {
    fn new(entries: &[EvidenceRow], records: &[StoredRecord]) -> Self {
        let wanted: HashSet<Uuid> = records.iter().filter_map(|record| record.interaction.map(|entry| entry.0)).collect();
        let named = if wanted.is_empty() {
            HashMap::new()
        } else {
            entries.iter().zip(0..).filter(|(row, _)| wanted.contains(&row.id)).map(|(row, place)| (row.id, place)).collect()
        };
        let acts = records.iter().filter_map(|record| act(&record.details));
        let mut alike: HashMap<Key, Alike> = acts.map(|act| (act.key(), Alike::default())).collect();
        if !alike.is_empty() {
            for (place, row) in entries.iter().enumerate() {
                if let Some(some) = alike.get_mut(&(row.local_date, row.dimension, row.actor)) {
                    some.places.push(place);
                }
            }
        }
        Self { named, alike, taken: HashSet::new() }
    }

    /// The place of the entry that stands for a record: the one it names, or the first of the same day, way and person, one that no repair
    /// is known under before one that is.
    fn standing_for(&mut self, record: &StoredRecord, act: Act) -> Option<usize> {
        if let Some(named) = record.interaction {
            return self.named.get(&named.0).copied();
        }
        let Alike { places, passed } = self.alike.get_mut(&act.key())?;
        let left = places.get(*passed..).unwrap_or_default();
        *passed += left.iter().take_while(|place| self.taken.contains(place)).count();
        places.get(*passed).or(places.first()).copied()
    }

    /// The number of an entry under which a repair is to be known; of several repairs one has it.
    fn take(&mut self, place: usize) -> Option<EntryId> {
        let number = u32::try_from(place).ok().map(EntryId);
        number.filter(|_| self.taken.insert(place))
    }
}

#[cfg(test)]
mod tests;
