//! Logging entries: any number in a handful of statements, each with its own result.

use std::collections::{HashMap, HashSet};

use chrono::{DateTime, Offset, Utc};
use chrono_tz::Tz;
use diesel::prelude::*;
use diesel::sql_types::{Array, Binary, Bool, Date, Int2, Int4, Nullable, Text, Timestamptz};
use uuid::Uuid;

use super::notes;
use super::row::Row;
use crate::db::AccountKey;
use crate::db::schema::{interactions as t, relationships};
use crate::db::staleness::{self, Touched};
use crate::db::tombstones;
use crate::features::interactions::model::{Interaction, Logged, Moment, NewEntry, Outcome, actor_code, dimension_code};
use crate::kernel::{AccountId, Code, Error, InteractionId};

/// Rows go in as arrays, one a column, so that the statement is the same for one and for a thousand.
const INSERT: &str = "\
    INSERT INTO interactions (account_id, id, relationship_id, occurred_at, utc_offset_seconds, time_zone, local_date, precision, \
        actor, dimension, prompted, effort, energy_after, felt_heard, duration_minutes, needed, asked_for, outcome, source, \
        note_sealed, client_note_sealed, request_digest, created_at, updated_at) \
    SELECT $1, new.*, $23, $23 \
    FROM unnest($2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22) new \
    ON CONFLICT DO NOTHING RETURNING id";

/// Logs entries and says what came of each, in order. One that cannot be logged does not touch the others.
pub fn log(conn: &mut PgConnection, key: &AccountKey, entries: &[NewEntry], zone: Tz, now: DateTime<Utc>) -> Result<Vec<Logged>, Error> {
    let account = key.account();
    let known = Known::load(conn, account, entries)?;
    let mut first_of: HashMap<Uuid, [u8; 32]> = HashMap::new();
    let mut fresh: Vec<(usize, &NewEntry, Moment)> = Vec::new();
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
                fresh.push((index, entry, entry.when.settle(zone, now)));
            }
        }
    }
    // One order for everybody, so that two batches with the same ids wait for each other instead of for ever.
    fresh.sort_unstable_by_key(|(_, entry, _)| entry.id);
    let inserted = insert(conn, key, &fresh, now)?;
    let removed_meanwhile = take_back_removed(conn, account, &inserted)?;
    staleness::mark(conn, account, &touched(&fresh, &inserted))?;
    let before: Vec<Uuid> =
        fresh.iter().map(|(_, entry, _)| entry.id).filter(|id| !inserted.contains(id)).chain(later.iter().map(|(_, id)| *id)).collect();
    let mut stored = stored(conn, key, &before)?;
    for (index, entry, moment) in &fresh {
        let logged = if removed_meanwhile.contains(&entry.id) {
            Logged::Refused(Error::new(Code::Gone))
        } else if inserted.contains(&entry.id) {
            Logged::Created(made(entry, *moment, now))
        } else {
            judge(entry, stored.get(&entry.id))
        };
        set(&mut results, *index, logged);
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

fn made(entry: &NewEntry, moment: Moment, now: DateTime<Utc>) -> Interaction {
    Interaction {
        id: InteractionId(entry.id),
        relationship: entry.relationship,
        act: entry.act.clone(),
        moment,
        version: 1,
        created_at: now,
        updated_at: now,
    }
}

fn insert(
    conn: &mut PgConnection,
    key: &AccountKey,
    fresh: &[(usize, &NewEntry, Moment)],
    now: DateTime<Utc>,
) -> Result<HashSet<Uuid>, Error> {
    if fresh.is_empty() {
        return Ok(HashSet::new());
    }
    let note = |entry: &NewEntry| notes::OF_ENTRIES.seal(key, entry.id, 0, entry.act.note.as_ref());
    let notes = fresh.iter().map(|(_, entry, _)| note(entry)).collect::<Result<Vec<_>, _>>()?;
    let (words, client): (Vec<_>, Vec<_>) = notes.into_iter().map(|note| (note.words, note.client)).unzip();
    macro_rules! column {
        ($entry:ident, $moment:ident => $value:expr) => {
            fresh.iter().map(|(_, $entry, $moment)| $value).collect::<Vec<_>>()
        };
    }
    let ids: Vec<Inserted> = diesel::sql_query(INSERT)
        .bind::<diesel::sql_types::Uuid, _>(key.account().0)
        .bind::<Array<diesel::sql_types::Uuid>, _>(column!(entry, _moment => entry.id))
        .bind::<Array<diesel::sql_types::Uuid>, _>(column!(entry, _moment => entry.relationship.0))
        .bind::<Array<Timestamptz>, _>(column!(_entry, moment => moment.occurred_at.with_timezone(&Utc)))
        .bind::<Array<Int4>, _>(column!(_entry, moment => moment.occurred_at.offset().fix().local_minus_utc()))
        .bind::<Array<Text>, _>(column!(_entry, moment => moment.time_zone.name()))
        .bind::<Array<Date>, _>(column!(_entry, moment => moment.local_date))
        .bind::<Array<Int2>, _>(column!(entry, _moment => entry.act.precision.code()))
        .bind::<Array<Int2>, _>(column!(entry, _moment => actor_code(entry.act.actor)))
        .bind::<Array<Int2>, _>(column!(entry, _moment => dimension_code(entry.act.dimension)))
        .bind::<Array<Nullable<Bool>>, _>(column!(entry, _moment => entry.act.prompted))
        .bind::<Array<Nullable<Int2>>, _>(column!(entry, _moment => entry.act.effort))
        .bind::<Array<Nullable<Int2>>, _>(column!(entry, _moment => entry.act.energy_after))
        .bind::<Array<Nullable<Int2>>, _>(column!(entry, _moment => entry.act.felt_heard))
        .bind::<Array<Nullable<Int4>>, _>(column!(entry, _moment => entry.act.duration_minutes))
        .bind::<Array<Nullable<Bool>>, _>(column!(entry, _moment => entry.act.needed))
        .bind::<Array<Nullable<Bool>>, _>(column!(entry, _moment => entry.act.asked_for))
        .bind::<Array<Nullable<Int2>>, _>(column!(entry, _moment => entry.act.outcome.map(Outcome::code)))
        .bind::<Array<Int2>, _>(column!(entry, _moment => entry.act.source.code()))
        .bind::<Array<Nullable<Binary>>, _>(words)
        .bind::<Array<Nullable<Binary>>, _>(client)
        .bind::<Array<Binary>, _>(column!(entry, _moment => entry.digest.as_slice()))
        .bind::<Timestamptz, _>(now)
        .load(conn)?;
    Ok(ids.into_iter().map(|row| row.id).collect())
}

#[derive(QueryableByName)]
struct Inserted {
    #[diesel(sql_type = diesel::sql_types::Uuid)]
    id: Uuid,
}

/// The days of the new entries, a relationship at a time.
fn touched(fresh: &[(usize, &NewEntry, Moment)], inserted: &HashSet<Uuid>) -> Vec<Touched> {
    let mut spans: HashMap<Uuid, Touched> = HashMap::new();
    for (_, entry, moment) in fresh.iter().filter(|(_, entry, _)| inserted.contains(&entry.id)) {
        let day = moment.local_date;
        let span = spans.entry(entry.relationship.0).or_insert_with(|| Touched::on(entry.relationship.0, day));
        *span = Touched { first: span.first.min(day), last: span.last.max(day), ..*span };
    }
    let mut touched: Vec<Touched> = spans.into_values().collect();
    touched.sort_unstable_by_key(|one| one.relationship);
    touched
}

/// An id may have been removed between our look and our write; what is removed does not come back.
fn take_back_removed(conn: &mut PgConnection, account: AccountId, inserted: &HashSet<Uuid>) -> Result<Vec<Uuid>, Error> {
    let ids: Vec<Uuid> = inserted.iter().copied().collect();
    let removed = tombstones::buried(conn, account, tombstones::Kind::Interaction, &ids)?;
    if !removed.is_empty() {
        diesel::delete(t::table.filter(t::account_id.eq(account.0).and(t::id.eq_any(&removed)))).execute(conn)?;
    }
    Ok(removed)
}
