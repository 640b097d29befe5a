//! Logging entries: any number in a handful of statements, each with its own result.

use std::collections::{HashMap, HashSet};

use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use diesel::prelude::*;
use uuid::Uuid;

use super::row::Row;
use super::rows::{Fresh, insert, made, take_back, touched};
use crate::db::AccountKey;
use crate::db::schema::{interactions as t, relationships};
use crate::db::staleness;
use crate::db::tombstones;
use crate::features::interactions::model::{Interaction, Logged, NewEntry};
use crate::kernel::{AccountId, Code, Error};

/// Logs entries and says what came of each, in order. One that cannot be logged does not touch the others.
pub fn log(conn: &mut PgConnection, key: &AccountKey, entries: &[NewEntry], zone: Tz, now: DateTime<Utc>) -> Result<Vec<Logged>, Error> {
    let account = key.account();
    let known = Known::load(conn, account, entries)?;
    let mut first_of: HashMap<Uuid, [u8; 32]> = HashMap::new();
    let mut fresh: Vec<(usize, Fresh<'_>)> = Vec::new();
    let mut results: Vec<Option<Logged>> = Vec::with_capacity(entries.len());
    let mut later: Vec<(usize, Uuid)> = Vec::new();
    for (index, entry) in entries.iter().enumerate() {
        results.push(known.refusal(entry).map(Logged::Refused));
        if results.last().is_some_and(Option::is_some) {
            continue;
        }
        match first_of.get(&entry.id) {
            // The same item twice in one batch is one item; another under its id is a conflict.
            Some(digest) if *digest == entry.digest => later.push((index, entry.id)),
            Some(_) => set(&mut results, index, Logged::Refused(Error::new(Code::IdConflict))),
            None => {
                first_of.insert(entry.id, entry.digest);
                fresh.push((index, Fresh { key, entry, moment: entry.when.settle(zone, now), now }));
            }
        }
    }
    fresh.sort_unstable_by_key(|(_, one)| one.row());
    let (places, fresh): (Vec<usize>, Vec<Fresh<'_>>) = fresh.into_iter().unzip();
    let written = insert(conn, &fresh)?;
    let inserted: HashSet<Uuid> = written.iter().map(|(_, id)| *id).collect();
    // An id may have been removed between our look and our write; what is removed does not come back.
    let removed = tombstones::buried_among(conn, tombstones::Kind::Interaction, &written)?;
    take_back(conn, &removed)?;
    let removed_meanwhile: HashSet<Uuid> = removed.into_iter().map(|(_, id)| id).collect();
    staleness::mark_all(conn, &touched(&fresh, &written))?;
    let before: Vec<Uuid> =
        fresh.iter().map(|one| one.entry.id).filter(|id| !inserted.contains(id)).chain(later.iter().map(|(_, id)| *id)).collect();
    let mut stored = stored(conn, key, &before)?;
    for (index, Fresh { entry, moment, .. }) in places.into_iter().zip(fresh) {
        let logged = if removed_meanwhile.contains(&entry.id) {
            Logged::Refused(Error::new(Code::Gone))
        } else if inserted.contains(&entry.id) {
            Logged::Created(made(entry.clone(), moment, now))
        } else {
            judge(entry, stored.get(&entry.id))
        };
        set(&mut results, index, logged);
    }
    for (index, id) in later {
        let replay = stored.remove(&id).map(|(_, found)| Logged::Replayed(found));
        set(&mut results, index, replay.unwrap_or_else(|| Logged::Refused(Error::new(Code::IdConflict))));
    }
    let lost = || Logged::Refused(Error::internal("an entry has no result"));
    Ok(results.into_iter().map(|result| result.unwrap_or_else(lost)).collect())
}

fn set(results: &mut [Option<Logged>], index: usize, logged: Logged) {
    if let Some(place) = results.get_mut(index) {
        *place = Some(logged);
    }
}

fn judge(entry: &NewEntry, found: Option<&(Vec<u8>, Interaction)>) -> Logged {
    match found {
        Some((digest, interaction)) if *digest == entry.digest => Logged::Replayed(interaction.clone()),
        Some(_) | None => Logged::Refused(Error::new(Code::IdConflict)),
    }
}

/// What must be known before writing: which relationships exist, which ids were removed.
struct Known {
    relationships: HashSet<Uuid>,
    removed_relationships: HashSet<Uuid>,
    removed: HashSet<Uuid>,
}

impl Known {
    fn load(conn: &mut PgConnection, account: AccountId, entries: &[NewEntry]) -> Result<Self, Error> {
        let wanted: HashSet<Uuid> = entries.iter().map(|entry| entry.relationship.0).collect();
        let relationships: HashSet<Uuid> = relationships::table
            .filter(relationships::account_id.eq(account.0).and(relationships::id.eq_any(&wanted)))
            .select(relationships::id)
            .for_key_share()
            .load::<Uuid>(conn)?
            .into_iter()
            .collect();
        let missing: Vec<Uuid> = wanted.difference(&relationships).copied().collect();
        let removed_relationships = if missing.is_empty() {
            HashSet::new()
        } else {
            tombstones::buried(conn, account, tombstones::Kind::Relationship, &missing)?.into_iter().collect()
        };
        let ids: Vec<Uuid> = entries.iter().map(|entry| entry.id).collect();
        let removed = tombstones::buried(conn, account, tombstones::Kind::Interaction, &ids)?.into_iter().collect();
        Ok(Self { relationships, removed_relationships, removed })
    }

    fn refusal(&self, entry: &NewEntry) -> Option<Error> {
        if self.removed.contains(&entry.id) || self.removed_relationships.contains(&entry.relationship.0) {
            return Some(Error::new(Code::Gone));
        }
        (!self.relationships.contains(&entry.relationship.0)).then(Error::not_found)
    }
}

fn stored(conn: &mut PgConnection, key: &AccountKey, ids: &[Uuid]) -> Result<HashMap<Uuid, (Vec<u8>, Interaction)>, Error> {
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    let rows = t::table.filter(t::account_id.eq(key.account().0).and(t::id.eq_any(ids))).select(Row::as_select()).load(conn)?;
    rows.into_iter().map(|mut row| Ok((row.id, (std::mem::take(&mut row.request_digest), row.read(key)?)))).collect()
}
