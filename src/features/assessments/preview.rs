//! Evidence out of a request, as the engine reads it. Nothing is stored; the account's zone alone is read, to know today.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::gather::{self, Frame, Material};
use super::model::{EntryId, EvidenceRow, Named, Preview};
use crate::db::Conn;
use crate::engine::Evidence;
use crate::kernel::{AccountId, Error};

/// Turns a preview into what the engine is given: the same entries give the same digest and figures as when they are stored.
pub fn gather(conn: &mut Conn, account: AccountId, preview: Preview, now: DateTime<Utc>) -> Result<Material, Error> {
    let window = gather::window(conn, account, preview.wanted, now)?;
    let mut rows = preview.entries;
    rows.sort_by_key(|row| (row.local_date, row.id, content_of(row)));
    let frame = Frame { kept_by: preview.kept_by, expected_balance: preview.expected_balance, contexts: &preview.contexts };
    let mut evidence = gather::evidence(frame, window, &rows)?;
    evidence.questionnaires = preview.answers;
    let mut numbers = Numbers::of(&rows);
    evidence.promises = numbers.give(preview.promises, |promise, id| promise.id = id);
    evidence.needs = numbers.give(preview.needs, |need, id| need.id = id);
    evidence.plans = numbers.give(preview.plans, |plan, id| plan.id = id);
    evidence.repairs = numbers.give(preview.repairs, |repair, id| repair.id = id);
    let digest = gather::digest_with(&evidence, &rows, &more(&evidence, &numbers.ids));
    Ok(Material { window, evidence, ids: numbers.ids, digest })
}

type Content = (i16, i16, Option<i16>, Option<bool>, Option<i16>, Option<i16>);

/// What orders entries without a name, so that their order in the request does not matter.
fn content_of(row: &EvidenceRow) -> Content {
    (row.dimension, row.actor, row.effort, row.prompted, row.energy_after, row.felt_heard)
}

/// What a log does not have, as bytes for the digest; empty where there is none of it, as for a log.
fn more(evidence: &Evidence, ids: &[Uuid]) -> Vec<u8> {
    let records = (&evidence.promises, &evidence.needs, &evidence.plans, &evidence.repairs);
    let none = records.0.is_empty() && records.1.is_empty() && records.2.is_empty() && records.3.is_empty();
    if none { Vec::new() } else { format!("{records:?} {ids:?}").into_bytes() }
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

    fn give<T>(&mut self, mut named: Vec<Named<T>>, set: impl Fn(&mut T, EntryId)) -> Vec<T> {
        named.sort_by_key(|one| one.id);
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
