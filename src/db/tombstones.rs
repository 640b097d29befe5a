//! Ids that were removed: kept without content, so that a removed id answers 410 and is never used again.

use std::collections::HashSet;

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::sql_types::{SmallInt, Uuid as SqlUuid};
use uuid::Uuid;

use super::columns::over_columns;
use super::schema::tombstones;
use crate::kernel::{AccountId, Code, Error};

/// What the id belonged to; the numbers are stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Relationship = 1,
    Interaction = 2,
    Response = 3,
    Assessment = 4,
    Promise = 5,
    Plan = 6,
    Need = 7,
    Repair = 8,
    Experiment = 21,
    AdoptedPractice = 11,
    PracticeSession = 12,
}

/// An id that goes, and the relationship that it belonged to.
pub type Removed = (Uuid, Uuid);

/// Marks an id as removed.
pub fn bury(conn: &mut PgConnection, account: AccountId, kind: Kind, removed: Removed, now: DateTime<Utc>) -> Result<(), Error> {
    bury_all(conn, account, kind, &[removed], now)
}

/// Marks ids as removed, in one statement.
pub fn bury_all(conn: &mut PgConnection, account: AccountId, kind: Kind, removed: &[Removed], now: DateTime<Utc>) -> Result<(), Error> {
    let row = |(id, relationship): &Removed| {
        let what = (tombstones::kind.eq(kind as i16), tombstones::id.eq(*id), tombstones::relationship_id.eq(*relationship));
        (tombstones::account_id.eq(account.0), what, tombstones::removed_at.eq(now))
    };
    let rows: Vec<_> = removed.iter().map(row).collect();
    diesel::insert_into(tombstones::table).values(rows).on_conflict_do_nothing().execute(conn)?;
    Ok(())
}

/// Marks ids as removed at the instants that are given, however many there are. Of which relationship they were is not known.
pub fn restore(conn: &mut PgConnection, account: AccountId, removed: &[(Kind, Uuid, DateTime<Utc>)]) -> Result<(), Error> {
    for some in removed.chunks(10_000) {
        let row = |(kind, id, at): &(Kind, Uuid, DateTime<Utc>)| {
            let what = (tombstones::kind.eq(*kind as i16), tombstones::id.eq(*id), tombstones::removed_at.eq(*at));
            (tombstones::account_id.eq(account.0), what)
        };
        diesel::insert_into(tombstones::table).values(some.iter().map(row).collect::<Vec<_>>()).execute(conn)?;
    }
    Ok(())
}

/// Marks ids as removed, however many there are.
pub fn bury_many(conn: &mut PgConnection, account: AccountId, kind: Kind, removed: &[Removed], now: DateTime<Utc>) -> Result<(), Error> {
    // A statement takes 65,535 parameters at most.
    removed.chunks(10_000).try_for_each(|some| bury_all(conn, account, kind, some, now))
}

/// Marks the ids that `select` finds as removed, however many, in one statement. `$1` is the account, `$2` the
/// relationship.
pub fn bury_selected(
    conn: &mut PgConnection,
    account: AccountId,
    kind: Kind,
    select: &'static str,
    relationship: Uuid,
    now: DateTime<Utc>,
) -> Result<(), Error> {
    diesel::sql_query(format!(
        "INSERT INTO tombstones (account_id, kind, id, removed_at, relationship_id) \
         SELECT $1, $3, found.id, $4, $2 FROM ({select}) found ON CONFLICT DO NOTHING"
    ))
    .bind::<diesel::sql_types::Uuid, _>(account.0)
    .bind::<diesel::sql_types::Uuid, _>(relationship)
    .bind::<diesel::sql_types::SmallInt, _>(kind as i16)
    .bind::<diesel::sql_types::Timestamptz, _>(now)
    .execute(conn)?;
    Ok(())
}

/// Fails with [`Code::Gone`] where the id was removed before.
pub fn refuse_buried(conn: &mut PgConnection, account: AccountId, kind: Kind, id: Uuid) -> Result<(), Error> {
    if buried(conn, account, kind, &[id])?.is_empty() { Ok(()) } else { Err(Error::new(Code::Gone)) }
}

/// Which of these ids were removed before.
pub fn buried(conn: &mut PgConnection, account: AccountId, kind: Kind, ids: &[Uuid]) -> Result<Vec<Uuid>, Error> {
    Ok(tombstones::table
        .filter(tombstones::account_id.eq(account.0).and(tombstones::kind.eq(kind as i16)))
        .filter(tombstones::id.eq_any(ids))
        .select(tombstones::id)
        .load(conn)?)
}

/// Which of these rows, each an account's and an id, were removed before.
pub fn buried_among<'a>(
    conn: &mut PgConnection,
    kind: Kind,
    rows: impl IntoIterator<Item = &'a (Uuid, Uuid)>,
) -> Result<HashSet<(Uuid, Uuid)>, Error> {
    let (account, id): (Vec<Uuid>, Vec<Uuid>) = rows.into_iter().copied().unzip();
    if id.is_empty() {
        return Ok(HashSet::new());
    }
    let among = Among { kind: vec![kind as i16; id.len()], account, id };
    Ok(among.load::<(Uuid, Uuid)>(conn)?.into_iter().collect())
}

over_columns! {
    Among { account: SqlUuid => Uuid, kind: SmallInt => i16, id: SqlUuid => Uuid } -> (SqlUuid, SqlUuid),
    "SELECT t.account_id, t.id FROM", "AS wanted (account_id, kind, id) JOIN tombstones t USING (account_id, kind, id)"
}

/// The answer for a resource that was not found: gone if it once was there, otherwise not found.
pub fn missing(conn: &mut PgConnection, account: AccountId, kind: Kind, id: Uuid) -> Result<Error, Error> {
    Ok(match refuse_buried(conn, account, kind, id) {
        Ok(()) => Error::not_found(),
        Err(gone) => gone,
    })
}
