//! Idempotency keys: what a key has made, remembered for a day as digests and an id.
//!
//! Everything happens inside the transaction that makes the resource, so a key is kept exactly when its resource is.

use chrono::{DateTime, TimeDelta, Utc};
use diesel::prelude::*;
use diesel::sql_query;
use diesel::sql_types::BigInt;
use uuid::Uuid;

use super::schema::idempotency_keys as keys;
use crate::kernel::{AccountId, Code, Error};

/// How long a key is remembered.
const KEPT: TimeDelta = TimeDelta::hours(24);
/// Old keys swept away with each new one, so that the table needs no caretaker.
const SWEEP: i64 = 20;

/// A client's key and what it was sent with, both as keyed digests.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct IdempotencyKey {
    pub key_digest: [u8; 32],
    pub request_digest: [u8; 32],
}

/// What a key turned out to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Claim {
    /// Nobody used it in the last day; it is now this transaction's.
    Fresh,
    /// The same request made this resource before, at this instant.
    Replay(Uuid, DateTime<Utc>),
}

diesel::define_sql_function! {
    /// Takes a lock that ends with the transaction, where nobody has it.
    fn pg_try_advisory_xact_lock(key: BigInt) -> Bool;
}

diesel::define_sql_function! {
    /// Waits for a lock that ends with the transaction; what it returns is void, which Diesel has no name for.
    fn pg_advisory_xact_lock(key: BigInt) -> Bool;
}

/// Claims the key for a resource about to be made. A second request that holds the same key right now gets
/// [`Code::ConcurrentRequest`]; another request under a known key gets [`Code::IdempotencyKeyReused`].
pub fn claim(
    conn: &mut PgConnection,
    account: AccountId,
    key: &IdempotencyKey,
    resource: Uuid,
    now: DateTime<Utc>,
) -> Result<Claim, Error> {
    lock(conn, account, key)?;
    // How old it is, is looked at here: asked for with it, the key may be looked for among all of the day's.
    let known = keys::table
        .filter(keys::account_id.eq(account.0).and(keys::key_digest.eq(key.key_digest.as_slice())))
        .select((keys::request_digest, keys::resource_id, keys::created_at))
        .first::<(Vec<u8>, Uuid, DateTime<Utc>)>(conn)
        .optional()?;
    if let Some((request, resource, at)) = known.filter(|(_, _, at)| *at > now - KEPT) {
        return if request == key.request_digest { Ok(Claim::Replay(resource, at)) } else { Err(Error::new(Code::IdempotencyKeyReused)) };
    }
    remember(conn, account, key, resource, now)?;
    Ok(Claim::Fresh)
}

/// The lock ends with the transaction; whoever finds it taken is told so instead of waiting.
fn lock(conn: &mut PgConnection, account: AccountId, key: &IdempotencyKey) -> Result<(), Error> {
    let mut folded = account.0.as_u64_pair().1;
    for chunk in key.key_digest.chunks_exact(8) {
        folded ^= chunk.iter().fold(0_u64, |sum, byte| (sum << 8) | u64::from(*byte));
    }
    if diesel::select(pg_try_advisory_xact_lock(folded.cast_signed())).get_result(conn)? {
        Ok(())
    } else {
        Err(Error::new(Code::ConcurrentRequest))
    }
}

/// Waits until no other transaction is making this id.
pub fn take_turn(conn: &mut PgConnection, account: AccountId, id: Uuid) -> Result<(), Error> {
    let folded = account.0.as_u64_pair().0 ^ account.0.as_u64_pair().1 ^ id.as_u64_pair().0.rotate_left(1) ^ id.as_u64_pair().1;
    diesel::select(pg_advisory_xact_lock(folded.cast_signed())).execute(conn)?;
    Ok(())
}

fn remember(conn: &mut PgConnection, account: AccountId, key: &IdempotencyKey, resource: Uuid, now: DateTime<Utc>) -> Result<(), Error> {
    sql_query(
        "DELETE FROM idempotency_keys WHERE account_id = $1 AND key_digest = ANY \
         (ARRAY(SELECT key_digest FROM idempotency_keys WHERE account_id = $1 AND created_at <= $2 LIMIT $3))",
    )
    .bind::<diesel::sql_types::Uuid, _>(account.0)
    .bind::<diesel::sql_types::Timestamptz, _>(now - KEPT)
    .bind::<BigInt, _>(SWEEP)
    .execute(conn)?;
    diesel::insert_into(keys::table)
        .values((
            keys::account_id.eq(account.0),
            keys::key_digest.eq(key.key_digest.as_slice()),
            keys::request_digest.eq(key.request_digest.as_slice()),
            keys::resource_id.eq(resource),
            keys::created_at.eq(now),
        ))
        .on_conflict((keys::account_id, keys::key_digest))
        .do_update()
        .set((keys::request_digest.eq(key.request_digest.as_slice()), keys::resource_id.eq(resource), keys::created_at.eq(now)))
        .execute(conn)?;
    Ok(())
}
