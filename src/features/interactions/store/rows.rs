//! New rows: any number in one statement, of one account or of several.

use std::collections::{HashMap, HashSet};

use chrono::{DateTime, Offset, Utc};
use diesel::prelude::*;
use diesel::sql_types::{Array, Binary, Bool, Date, Int2, Int4, Nullable, Text, Timestamptz, Uuid as SqlUuid};
use uuid::Uuid;

use super::notes;
use crate::db::AccountKey;
use crate::db::staleness::Touched;
use crate::features::interactions::model::{Interaction, Moment, NewEntry, Outcome, actor_code, dimension_code};
use crate::kernel::{AccountId, Error, InteractionId};

/// Rows go in as arrays, one a column, so that the statement is the same for one and for a thousand.
const INSERT: &str = "\
    INSERT INTO interactions (account_id, id, relationship_id, occurred_at, utc_offset_seconds, time_zone, local_date, precision, \
        actor, dimension, prompted, effort, energy_after, felt_heard, duration_minutes, needed, asked_for, outcome, source, \
        note_sealed, client_note_sealed, request_digest, created_at, updated_at) \
    SELECT new.*, new.at \
    FROM unnest($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23) \
        new (account, id, relationship, occurred, utc_offset, zone, day, exact, actor, dimension, prompted, effort, energy, heard, \
        minutes, needed, asked, outcome, source, note, client_note, digest, at) \
    ON CONFLICT DO NOTHING RETURNING account_id, id";

/// An entry whose moment is settled, with the key that seals its note.
#[derive(Clone, Copy)]
pub struct Fresh<'a> {
    pub key: &'a AccountKey,
    pub entry: &'a NewEntry,
    pub moment: Moment,
    pub now: DateTime<Utc>,
}

impl Fresh<'_> {
    /// What names its row.
    pub const fn row(&self) -> (Uuid, Uuid) {
        (self.key.account().0, self.entry.id)
    }
}

/// An entry as it lies there when it was just written.
#[must_use]
pub fn made(entry: NewEntry, moment: Moment, now: DateTime<Utc>) -> Interaction {
    Interaction {
        id: InteractionId(entry.id),
        relationship: entry.relationship,
        act: entry.act,
        moment,
        version: 1,
        created_at: now,
        updated_at: now,
    }
}

/// Writes rows and says which: accounts and ids. One whose id is taken is left out. To be sorted by account and id, so that two who
/// write the same ids wait for each other instead of for ever.
pub fn insert(conn: &mut PgConnection, fresh: &[Fresh<'_>]) -> Result<HashSet<(Uuid, Uuid)>, Error> {
    if fresh.is_empty() {
        return Ok(HashSet::new());
    }
    let note = |one: &Fresh<'_>| notes::OF_ENTRIES.seal(one.key, one.entry.id, 0, one.entry.act.note.as_ref());
    let notes = fresh.iter().map(note).collect::<Result<Vec<_>, _>>()?;
    let (words, client): (Vec<_>, Vec<_>) = notes.into_iter().map(|note| (note.words, note.client)).unzip();
    macro_rules! column {
        ($one:ident => $value:expr) => {
            fresh.iter().map(|$one| $value).collect::<Vec<_>>()
        };
    }
    let written: Vec<WrittenRow> = diesel::sql_query(INSERT)
        .bind::<Array<SqlUuid>, _>(column!(one => one.key.account().0))
        .bind::<Array<SqlUuid>, _>(column!(one => one.entry.id))
        .bind::<Array<SqlUuid>, _>(column!(one => one.entry.relationship.0))
        .bind::<Array<Timestamptz>, _>(column!(one => one.moment.occurred_at.with_timezone(&Utc)))
        .bind::<Array<Int4>, _>(column!(one => one.moment.occurred_at.offset().fix().local_minus_utc()))
        .bind::<Array<Text>, _>(column!(one => one.moment.time_zone.name()))
        .bind::<Array<Date>, _>(column!(one => one.moment.local_date))
        .bind::<Array<Int2>, _>(column!(one => one.entry.act.precision.code()))
        .bind::<Array<Int2>, _>(column!(one => actor_code(one.entry.act.actor)))
        .bind::<Array<Int2>, _>(column!(one => dimension_code(one.entry.act.dimension)))
        .bind::<Array<Nullable<Bool>>, _>(column!(one => one.entry.act.prompted))
        .bind::<Array<Nullable<Int2>>, _>(column!(one => one.entry.act.effort))
        .bind::<Array<Nullable<Int2>>, _>(column!(one => one.entry.act.energy_after))
        .bind::<Array<Nullable<Int2>>, _>(column!(one => one.entry.act.felt_heard))
        .bind::<Array<Nullable<Int4>>, _>(column!(one => one.entry.act.duration_minutes))
        .bind::<Array<Nullable<Bool>>, _>(column!(one => one.entry.act.needed))
        .bind::<Array<Nullable<Bool>>, _>(column!(one => one.entry.act.asked_for))
        .bind::<Array<Nullable<Int2>>, _>(column!(one => one.entry.act.outcome.map(Outcome::code)))
        .bind::<Array<Int2>, _>(column!(one => one.entry.act.source.code()))
        .bind::<Array<Nullable<Binary>>, _>(words)
        .bind::<Array<Nullable<Binary>>, _>(client)
        .bind::<Array<Binary>, _>(column!(one => one.entry.digest.as_slice()))
        .bind::<Array<Timestamptz>, _>(column!(one => one.now))
        .load(conn)?;
    Ok(written.into_iter().map(|row| (row.account_id, row.id)).collect())
}

/// The days of what was written, a relationship at a time.
pub fn touched(fresh: &[Fresh<'_>], written: &HashSet<(Uuid, Uuid)>) -> Vec<(AccountId, Touched)> {
    let mut spans: HashMap<(Uuid, Uuid), Touched> = HashMap::new();
    for one in fresh.iter().filter(|one| written.contains(&one.row())) {
        let (account, relationship, day) = (one.key.account().0, one.entry.relationship.0, one.moment.local_date);
        let span = spans.entry((account, relationship)).or_insert_with(|| Touched::on(relationship, day));
        *span = Touched { first: span.first.min(day), last: span.last.max(day), ..*span };
    }
    spans.into_iter().map(|((account, _), touched)| (AccountId(account), touched)).collect()
}

/// Takes rows away again that were written in this transaction.
pub fn take_back(conn: &mut PgConnection, rows: &HashSet<(Uuid, Uuid)>) -> Result<(), Error> {
    if rows.is_empty() {
        return Ok(());
    }
    diesel::sql_query(
        "DELETE FROM interactions i USING unnest($1, $2) AS taken (account_id, id) \
         WHERE i.account_id = taken.account_id AND i.id = taken.id",
    )
    .bind::<Array<SqlUuid>, _>(rows.iter().map(|(account, _)| *account).collect::<Vec<_>>())
    .bind::<Array<SqlUuid>, _>(rows.iter().map(|(_, id)| *id).collect::<Vec<_>>())
    .execute(conn)?;
    Ok(())
}

#[derive(QueryableByName)]
struct WrittenRow {
    #[diesel(sql_type = SqlUuid)]
    account_id: Uuid,
    #[diesel(sql_type = SqlUuid)]
    id: Uuid,
}
