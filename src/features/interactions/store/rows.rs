//! New rows: any number in one statement, of one account or of several.

use std::collections::{HashMap, HashSet};

use chrono::{DateTime, NaiveDate, Offset, Utc};
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::query_builder::{AstPass, Query, QueryFragment, QueryId};
use diesel::result::{DatabaseErrorKind, Error as Diesel};
use diesel::sql_types::{Binary, Bool, Date, Int2, Int4, Nullable, Text, Timestamptz, Uuid as SqlUuid};
use uuid::Uuid;

use super::notes;
use crate::db::AccountKey;
use crate::db::columns::over_columns;
use crate::db::staleness::Touched;
use crate::db::vault::Sealed;
use crate::features::interactions::model::{Interaction, Moment, NewEntry, Outcome, actor_code, dimension_code};
use crate::kernel::{AccountId, Error, InteractionId};

/// Rows from which on two more trips to the database (to set a savepoint, and to release it) cost less than what they save.
const MANY: usize = 100;

over_columns! {
    /// New rows.
    Insert {
        account: SqlUuid => Uuid,
        id: SqlUuid => Uuid,
        relationship: SqlUuid => Uuid,
        occurred_at: Timestamptz => DateTime<Utc>,
        utc_offset_seconds: Int4 => i32,
        time_zone: Text => &'static str,
        local_date: Date => NaiveDate,
        precision: Int2 => i16,
        actor: Int2 => i16,
        dimension: Int2 => i16,
        prompted: Nullable<Bool> => Option<bool>,
        effort: Nullable<Int2> => Option<i16>,
        energy_after: Nullable<Int2> => Option<i16>,
        felt_heard: Nullable<Int2> => Option<i16>,
        duration_minutes: Nullable<Int4> => Option<i32>,
        needed: Nullable<Bool> => Option<bool>,
        asked_for: Nullable<Bool> => Option<bool>,
        outcome: Nullable<Int2> => Option<i16>,
        source: Int2 => i16,
        note: Nullable<Binary> => Option<Sealed>,
        client_note: Nullable<Binary> => Option<Sealed>,
        digest: Binary => [u8; 32],
        created_at: Timestamptz => DateTime<Utc>,
        updated_at: Timestamptz => DateTime<Utc>,
    } -> (),
    "INSERT INTO interactions (account_id, id, relationship_id, occurred_at, utc_offset_seconds, time_zone, local_date, precision, \
     actor, dimension, prompted, effort, energy_after, felt_heard, duration_minutes, needed, asked_for, outcome, source, \
     note_sealed, client_note_sealed, request_digest, created_at, updated_at) SELECT * FROM",
    "new"
}

// It is kept, for when it has to be asked in the other way.
impl RunQueryDsl<PgConnection> for &Insert {}

/// [`Insert`], which leaves out whatever has an id that is taken, and names the accounts and ids of the others.
#[derive(Debug)]
struct InsertUntaken<'a>(&'a Insert);

impl QueryFragment<Pg> for InsertUntaken<'_> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        self.0.walk_ast(out.reborrow())?;
        out.push_sql(" ON CONFLICT DO NOTHING RETURNING account_id, id");
        Ok(())
    }
}

impl QueryId for InsertUntaken<'_> {
    type QueryId = InsertUntaken<'static>;
    const HAS_STATIC_QUERY_ID: bool = true;
}

impl Query for InsertUntaken<'_> {
    type SqlType = (SqlUuid, SqlUuid);
}

impl RunQueryDsl<PgConnection> for InsertUntaken<'_> {}

over_columns! {
    /// Rows that go again.
    TakeBack { account: SqlUuid => Uuid, id: SqlUuid => Uuid } -> (),
    "DELETE FROM interactions i USING", "AS taken (account_id, id) WHERE i.account_id = taken.account_id AND i.id = taken.id"
}

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
    let insert = Insert {
        account: column!(one => one.key.account().0),
        id: column!(one => one.entry.id),
        relationship: column!(one => one.entry.relationship.0),
        occurred_at: column!(one => one.moment.occurred_at.with_timezone(&Utc)),
        utc_offset_seconds: column!(one => one.moment.occurred_at.offset().fix().local_minus_utc()),
        time_zone: column!(one => one.moment.time_zone.name()),
        local_date: column!(one => one.moment.local_date),
        precision: column!(one => one.entry.act.precision.code()),
        actor: column!(one => actor_code(one.entry.act.actor)),
        dimension: column!(one => dimension_code(one.entry.act.dimension)),
        prompted: column!(one => one.entry.act.prompted),
        effort: column!(one => one.entry.act.effort),
        energy_after: column!(one => one.entry.act.energy_after),
        felt_heard: column!(one => one.entry.act.felt_heard),
        duration_minutes: column!(one => one.entry.act.duration_minutes),
        needed: column!(one => one.entry.act.needed),
        asked_for: column!(one => one.entry.act.asked_for),
        outcome: column!(one => one.entry.act.outcome.map(Outcome::code)),
        source: column!(one => one.entry.act.source.code()),
        note: words,
        client_note: client,
        digest: column!(one => one.entry.digest),
        created_at: column!(one => one.now),
        updated_at: column!(one => one.now),
    };
    if fresh.len() >= MANY && all_untaken(conn, &insert)? {
        return Ok(fresh.iter().map(Fresh::row).collect());
    }
    Ok(InsertUntaken(&insert).load::<(Uuid, Uuid)>(conn)?.into_iter().collect())
}

/// Writes all rows, or none where one of their ids is taken. Hardly ever is one, and not to look for it first saves an eighth of the time.
fn all_untaken(conn: &mut PgConnection, insert: &Insert) -> Result<bool, Error> {
    match conn.transaction(|conn| insert.execute(conn)) {
        Ok(_) => Ok(true),
        Err(Diesel::DatabaseError(DatabaseErrorKind::UniqueViolation, _)) => Ok(false),
        Err(failed) => Err(failed.into()),
    }
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
    let back = TakeBack { account: rows.iter().map(|(account, _)| *account).collect(), id: rows.iter().map(|(_, id)| *id).collect() };
    back.execute(conn)?;
    Ok(())
}
