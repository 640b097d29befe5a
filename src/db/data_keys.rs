//! Replacing the accounts' data keys: a new one for each account, everything sealed anew under it, the old one dropped.
//!
//! Two steps, because a transaction that began before the new key came may still seal under the old one: [`begin`] makes the keys and
//! seals anew; [`finish`], an hour later, seals what such a transaction left and drops the old keys. Both may be broken off and
//! repeated, and the service serves meanwhile.

use chrono::{DateTime, TimeDelta, Utc};
use diesel::prelude::*;
use diesel::sql_query;
use diesel::sql_types::{Array, BigInt, Binary, Integer, Uuid as SqlUuid};
use uuid::Uuid;

use super::rotation::accounts_after;
use super::vault::{AccountKey, Sealed};
use super::{Conn, Db, take_long};
use crate::kernel::sealed::Column;
use crate::kernel::{AccountId, Code, Error, View};

/// Accounts looked up at once, and rows sealed in one transaction.
const BATCH: i64 = 500;
/// Longer than any transaction lives: the longest statement may run ten minutes (`db::take_long`).
pub const SETTLED: TimeDelta = TimeDelta::hours(1);

/// A column of sealed words, and what tells its rows apart (SQL).
#[derive(Clone, Copy, Debug)]
pub struct SealedColumn {
    pub column: Column,
    row: &'static str,
    part: &'static str,
    /// Rows in one transaction: an export's chunk may be some megabytes, everything else is 40 kB at most.
    at_once: i64,
}

const fn of(table: &'static str, name: &'static str, row: &'static str, part: &'static str) -> SealedColumn {
    SealedColumn { column: Column { table, name }, row, part, at_once: BATCH }
}

/// Every column of sealed words.
pub const COLUMNS: &[SealedColumn] = &[
    SealedColumn { at_once: 4, ..of("account_export_chunks", "content_sealed", "export_id", "number::bigint") },
    of("calendar_feeds", "title_sealed", "id", "0::bigint"),
    of("experiments", "end_note_sealed", "id", "0::bigint"),
    of("experiments", "hypothesis_sealed", "id", "0::bigint"),
    of("experiments", "own_stop_rule_sealed", "id", "0::bigint"),
    of("grants", "label_sealed", "id", "0::bigint"),
    of("interaction_revisions", "client_note_sealed", "interaction_id", "version"),
    of("interaction_revisions", "note_sealed", "interaction_id", "version"),
    of("interactions", "client_note_sealed", "id", "0::bigint"),
    of("interactions", "note_sealed", "id", "0::bigint"),
    of("practice_sessions", "challenge_sealed", "id", "0::bigint"),
    of("practice_sessions", "win_sealed", "id", "0::bigint"),
    of("records", "what_sealed", "id", "0::bigint"),
    of("relationships", "alias_sealed", "id", "0::bigint"),
    of("relationships", "label_sealed", "id", "0::bigint"),
    of("safety_answers", "answers_sealed", "relationship_id", "0::bigint"),
    of("sessions", "label_sealed", "session_id", "0::bigint"),
];

/// What a step has done.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Done {
    pub accounts: usize,
    /// Keys that were made, or dropped.
    pub keys: usize,
    /// Texts that were sealed anew.
    pub texts: usize,
}

#[derive(QueryableByName)]
struct Found {
    #[diesel(sql_type = SqlUuid)]
    id: Uuid,
    #[diesel(sql_type = BigInt)]
    part: i64,
    #[diesel(sql_type = Binary)]
    bytes: Sealed,
}

/// Where the next batch of a column begins.
type Place = (Uuid, i64);

/// Gives every account that has one key a second, and seals all of its words under it.
pub async fn begin(db: &Db, now: DateTime<Utc>) -> Result<Done, Error> {
    let mut done = Done::default();
    for_each_account(db, &mut done, async |db, account, done| {
        let vault = db.vault().clone();
        done.keys += usize::from(db.unhurried().write(View::whole(account), move |conn| vault.add_key(conn, account, now)).await?);
        done.texts += seal_anew(db, account).await?;
        Ok(())
    })
    .await?;
    Ok(done)
}

/// Drops every key that has had a successor for [`SETTLED`], after sealing what is left of it.
pub async fn finish(db: &Db, now: DateTime<Utc>) -> Result<Done, Error> {
    let mut done = Done::default();
    for_each_account(db, &mut done, async |db, account, done| {
        done.texts += seal_anew(db, account).await?;
        let vault = db.vault().clone();
        let drop_old = move |conn: &mut Conn, key: &AccountKey| {
            if anything_left(conn, key)? { Ok(0) } else { vault.drop_superseded(conn, account, now - SETTLED) }
        };
        done.keys += db.unhurried().write_words(View::whole(account), drop_old).await?;
        Ok(())
    })
    .await?;
    Ok(done)
}

async fn for_each_account(
    db: &Db,
    done: &mut Done,
    mut work: impl AsyncFnMut(&Db, AccountId, &mut Done) -> Result<(), Error>,
) -> Result<(), Error> {
    let (mut after, mut first_failure) = (AccountId(Uuid::nil()), Ok(()));
    loop {
        let batch = db.lookup(move |conn| accounts_after(conn, after, BATCH)).await?;
        let Some(last) = batch.last() else { return first_failure };
        after = *last;
        for account in batch {
            match work(db, account, done).await {
                Ok(()) => done.accounts += 1,
                // Erased meanwhile.
                Err(gone) if gone.code == Code::Unauthenticated => {}
                // One that fails keeps no other from its turn; the command fails in the end.
                Err(failed) => first_failure = first_failure.and(Err(failed)),
            }
        }
    }
}

async fn seal_anew(db: &Db, account: AccountId) -> Result<usize, Error> {
    let mut texts = 0;
    for column in COLUMNS {
        let mut after: Place = (Uuid::nil(), i64::MIN);
        loop {
            let (sealed, last) =
                db.unhurried().write_words(View::whole(account), move |conn, key| seal_some(conn, key, column, after)).await?;
            texts += sealed;
            let Some(last) = last else { break };
            after = last;
        }
    }
    Ok(texts)
}

/// Whether a text is sealed by a key that is not the newest.
fn anything_left(conn: &mut Conn, key: &AccountKey) -> Result<bool, Error> {
    take_long(conn)?;
    for SealedColumn { column: Column { table, name }, .. } in COLUMNS {
        let left =
            format!("SELECT count(*) AS count FROM (SELECT FROM {table} WHERE account_id = $1 AND {} LIMIT 1) left_over", by_another(name));
        let asked = sql_query(left).bind::<SqlUuid, _>(key.account().0).bind::<Integer, _>(number_of(key)?);
        if asked.get_result::<Left>(conn)?.count > 0 {
            return Ok(true);
        }
    }
    Ok(false)
}

#[derive(QueryableByName)]
struct Left {
    #[diesel(sql_type = BigInt)]
    count: i64,
}

/// Whether a column is sealed by another key than `$2`, as SQL: the id stands in its second to fifth byte (`kernel::sealed`).
fn by_another(name: &str) -> String {
    format!("{name} IS NOT NULL AND substring({name} FROM 2 FOR 4) <> int4send($2)")
}

fn number_of(key: &AccountKey) -> Result<i32, Error> {
    i32::try_from(key.newest()?).map_err(Error::internal)
}

/// Seals a batch that older keys sealed; says how many texts that were, and where the next batch begins.
fn seal_some(conn: &mut Conn, key: &AccountKey, which: &SealedColumn, after: Place) -> Result<(usize, Option<Place>), Error> {
    let SealedColumn { column: Column { table, name }, row, part, at_once } = *which;
    // Where hardly anything is left, looking for it goes through all of the account.
    take_long(conn)?;
    let find = format!(
        "SELECT {row} AS id, {part} AS part, {name} AS bytes FROM {table} WHERE account_id = $1 AND {} \
         AND {row} >= $3 AND ({row}, {part}) > ($3, $4) ORDER BY 1, 2 LIMIT $5",
        by_another(name)
    );
    let found: Vec<Found> = sql_query(find)
        .bind::<SqlUuid, _>(key.account().0)
        .bind::<Integer, _>(number_of(key)?)
        .bind::<SqlUuid, _>(after.0)
        .bind::<BigInt, _>(after.1)
        .bind::<BigInt, _>(at_once)
        .load(conn)?;
    let Some(last) = found.last().map(|last| (last.id, last.part)) else { return Ok((0, None)) };
    // What was changed meanwhile was sealed by whoever changed it.
    let put = format!(
        "UPDATE {table} t SET {name} = new.sealed FROM unnest($2, $3, $4, $5) new (row_id, part_id, was, sealed) \
         WHERE t.account_id = $1 AND t.{row} = new.row_id AND {part} = new.part_id AND t.{name} = new.was"
    );
    let anew = |one: &Found| key.seal_part(which.column, one.id, one.part, &key.open_part(which.column, one.id, one.part, &one.bytes)?);
    let sealed = found.iter().map(anew).collect::<Result<Vec<Sealed>, Error>>()?;
    let count = sql_query(put)
        .bind::<SqlUuid, _>(key.account().0)
        .bind::<Array<SqlUuid>, _>(found.iter().map(|one| one.id).collect::<Vec<_>>())
        .bind::<Array<BigInt>, _>(found.iter().map(|one| one.part).collect::<Vec<_>>())
        .bind::<Array<Binary>, _>(found.into_iter().map(|one| one.bytes).collect::<Vec<_>>())
        .bind::<Array<Binary>, _>(sealed)
        .execute(conn)?;
    Ok((count, Some(last)))
}
