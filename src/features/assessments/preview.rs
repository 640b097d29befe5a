//! Evidence out of a request, as the engine reads it. Nothing is stored; the account's zone alone is read, to know today.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::digest::digest_of;
use super::gather::{self, Frame, Material, Records};
use super::model::{EntryId, EvidenceRow, Named, Preview};
use crate::db::Conn;
use crate::kernel::{AccountId, Error};

/// Turns a preview into what the engine is given: the same entries within the window give the same digest and figures as when they
/// are stored.
pub fn gather(conn: &mut Conn, account: AccountId, preview: Preview, now: DateTime<Utc>) -> Result<Material, Error> {
    let window = gather::window(conn, account, preview.wanted, now)?;
    let mut rows = preview.entries;
    rows.sort_by_key(|row| (row.local_date, row.id, content_of(row)));
    let frame = Frame { kept_by: preview.kept_by, expected_balance: preview.expected_balance, contexts: &preview.contexts };
    let mut evidence = gather::evidence(frame, window, &rows)?;
    evidence.questionnaires = preview.answers;
    let mut numbers = Numbers::of(&rows);
    evidence.promises = numbers.give(preview.promises, |of| (of.made, of.by, of.due, of.outcome), |promise, id| promise.id = id);
    evidence.needs = numbers.give(preview.needs, |of| (of.day, of.of, of.outcome, of.times_explained), |need, id| need.id = id);
    evidence.plans = numbers.give(preview.plans, |of| (of.day, of.proposed_by, of.scheduled), |plan, id| plan.id = id);
    evidence.repairs = numbers.give(preview.repairs, |of| (of.day, of.moved_first, of.prompted, of.accepted), |repair, id| repair.id = id);
    let digest = digest_of(&evidence, &rows, &numbers.ids, (&[], None));
    Ok(Material { window, evidence, ids: numbers.ids, records: Records::default(), repairs: None, digest })
}

type Content = (i16, i16, Option<i16>, Option<bool>, Option<i16>, Option<i16>);

/// What orders entries without a name, so that their order in the request does not matter.
fn content_of(row: &EvidenceRow) -> Content {
    (row.dimension, row.actor, row.effort, row.prompted, row.energy_after, row.felt_heard)
}

/// Handles for the engine: entries first, in order; a record with a name that an entry has is the same event.
struct Numbers {
    ids: Vec<Uuid>,
    known: BTreeMap<Uuid, EntryId>,
}

impl Numbers {
    fn of(rows: &[EvidenceRow]) -> Self {
        let ids: Vec<Uuid> = rows.iter().map(|row| row.id).collect();
        let known = ids.iter().copied().zip((0..).map(EntryId)).filter(|(id, _)| !id.is_nil()).collect();
        Self { ids, known }
    }

    /// Numbers records in order of their names; those without one in order of their `content`, as they came in no order that counts.
    fn give<T, K: Ord>(&mut self, mut named: Vec<Named<T>>, content: impl Fn(&T) -> K, set: impl Fn(&mut T, EntryId)) -> Vec<T> {
        named.sort_by_key(|one| (one.id, content(&one.record)));
        let numbered = |Named { id, mut record }: Named<T>| {
            set(&mut record, self.number(id));
            record
        };
        named.into_iter().map(numbered).collect()
    }

    fn number(&mut self, id: Uuid) -> EntryId {
        if let Some(known) = self.known.get(&id) {
            return *known;
        }
        let next = EntryId(u32::try_from(self.ids.len()).unwrap_or(u32::MAX));
        self.ids.push(id);
        if !id.is_nil() {
            self.known.insert(id, next);
        }
        next
    }
}
