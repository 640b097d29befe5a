//! Erasing an account's rows, and the ledger of what was erased: it outlives a restored backup, so that the restored copy can
//! be made to forget again.
//!
//! An account is named there by a digest under the secret that requests are recognised with (`db::request_key`). Whoever reads
//! the ledger learns how many accounts were erased and when, not whose. That secret outlives every master key and is in every
//! backup, so whichever master key opens a backup also finds its accounts in the ledger.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::sql_query;
use diesel::sql_types::{Timestamptz, Uuid};

use super::prelude::sees_all;
use super::rotation::accounts_after;
use super::schema::{account_handles, accounts, erased_accounts as t};
use super::{Conn, take_long};
use crate::kernel::{AccountId, Code, Error, Keys};

/// Accounts looked at in one transaction.
const BATCH: i64 = 500;

/// Digests of erased accounts, and when each was erased.
pub type Ledger = BTreeMap<Vec<u8>, DateTime<Utc>>;

/// What stands in the ledger for an account.
#[must_use]
pub fn digest_of(keys: &Keys, account: AccountId) -> [u8; 32] {
    keys.digest(&[b"erased account", account.0.as_bytes()])
}

/// Says under which secret a ledger was written: a ledger under another one would name nobody here, and say nothing of it.
#[must_use]
pub fn secret_of(keys: &Keys) -> String {
    let digest = keys.digest(&[b"ledger of erased accounts"]);
    format!("{:016x}", u64::from_be_bytes(digest.first_chunk().copied().unwrap_or_default()))
}

/// Removes the account with everything in it; its key goes too, and with it every word. Where it is another issuer's, its subject
/// is remembered, so that a token which is still alive does not make it again.
pub fn remove(conn: &mut Conn, account: AccountId, now: DateTime<Utc>) -> Result<(), Error> {
    take_long(conn)?;
    sql_query(
        "INSERT INTO erased_subjects (subject_digest, erased_at) SELECT subject_digest, $2 FROM external_subjects WHERE account_id = $1 \
         ON CONFLICT (subject_digest) DO UPDATE SET erased_at = greatest(erased_subjects.erased_at, EXCLUDED.erased_at)",
    )
    .bind::<Uuid, _>(account.0)
    .bind::<Timestamptz, _>(now)
    .execute(conn)?;
    diesel::delete(account_handles::table.filter(account_handles::account_id.eq(account.0))).execute(conn)?;
    // An account whose row is not found must not lose its handle either: nobody would find the rest of it again.
    match diesel::delete(accounts::table.filter(accounts::account_id.eq(account.0))).execute(conn)? {
        1 => Ok(()),
        _ => Err(Error::new(Code::Unauthenticated)),
    }
}

/// Writes that accounts were erased; lines that are there stay as they are.
pub fn record<'a>(conn: &mut Conn, lines: impl IntoIterator<Item = (&'a [u8], DateTime<Utc>)>) -> Result<(), Error> {
    let rows: Vec<_> = lines.into_iter().map(|(digest, at)| (t::account_digest.eq(digest), t::erased_at.eq(at))).collect();
    // A statement takes 65,535 parameters at most.
    for some in rows.chunks(10_000) {
        diesel::insert_into(t::table).values(some).on_conflict_do_nothing().execute(conn)?;
    }
    Ok(())
}

/// The whole ledger, read as the role that owns the tables.
pub fn read(owner_url: &str) -> Result<Ledger, Error> {
    let mut conn = PgConnection::establish(owner_url).map_err(Error::internal)?;
    let rows: Vec<(Vec<u8>, DateTime<Utc>)> = t::table.select((t::account_digest, t::erased_at)).load(&mut conn)?;
    Ok(rows.into_iter().collect())
}

/// Erases every account that the ledger names, and takes its lines over; says how many accounts that were. The keys are those
/// that the ledger was written under.
///
/// A batch of accounts is one transaction; it may be broken off and repeated.
pub fn apply(owner_url: &str, ledger: &Ledger, keys: &Keys) -> Result<usize, Error> {
    let mut conn = PgConnection::establish(owner_url).map_err(Error::internal)?;
    conn.transaction(|conn| record(conn, ledger.iter().map(|(digest, at)| (digest.as_slice(), *at))))?;
    let (mut erased, mut after) = (0, AccountId(uuid::Uuid::nil()));
    loop {
        let batch = accounts_after(&mut conn, after, BATCH)?;
        let Some(last) = batch.last() else { return Ok(erased) };
        after = *last;
        let returned = |account: AccountId| ledger.get(digest_of(keys, account).as_slice()).map(|at| (account, *at));
        let again: Vec<(AccountId, DateTime<Utc>)> = batch.into_iter().filter_map(returned).collect();
        erased += again.len();
        conn.transaction(|conn| again.iter().try_for_each(|(account, at)| remove_as_owner(conn, *account, *at)))?;
    }
}

/// The policies hold for the owner too, so it names the account as the service does.
fn remove_as_owner(conn: &mut Conn, account: AccountId, at: DateTime<Utc>) -> Result<(), Error> {
    conn.batch_execute(&sees_all(&[account]))?;
    remove(conn, account, at)
}
