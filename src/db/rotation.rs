//! Work on every account, a bounded batch at a time: wrapping all keys under the current master key, and trying whether we have it.

use diesel::prelude::*;
use uuid::Uuid;

use super::schema::account_handles as handles;
use super::{Conn, Db, request_key};
use crate::kernel::{AccountId, Error, View};

/// Accounts in one transaction: short enough that nobody who writes in one of them waits noticeably.
const BATCH: i64 = 200;

/// What a rotation has done.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Rotated {
    pub accounts: usize,
    /// Keys that were wrapped by an older master key, and are no longer.
    pub rewrapped: usize,
}

/// Wraps every account's key, and the service's own, under the current master key, while the service serves.
///
/// It does nothing where nothing is left to do, and goes on where a run before it was broken off.
pub async fn rotate(db: &Db) -> Result<Rotated, Error> {
    let mut done = Rotated { accounts: 0, rewrapped: request_key::rewrap(db).await? };
    let mut after = AccountId(Uuid::nil());
    loop {
        let batch = db.lookup(move |conn| accounts_after(conn, after, BATCH)).await?;
        let Some(last) = batch.last() else { return Ok(done) };
        after = *last;
        done.accounts += batch.len();
        let (vault, accounts) = (db.vault().clone(), batch.clone());
        done.rewrapped += db.write_in(&batch, move |conn| vault.rewrap(conn, &accounts)).await?;
    }
}

/// Whether the oldest and the newest account's key can be unwrapped: a service that was given another master key is told at its
/// start, not by its users. An account that goes meanwhile proves nothing and is passed over.
pub async fn try_keys(db: &Db) -> Result<(), Error> {
    let ends = db.lookup(|conn| Ok([end(conn, false)?, end(conn, true)?])).await?;
    for account in ends.into_iter().flatten() {
        let vault = db.vault().clone();
        db.read(View::whole(account), move |conn| match vault.key_of(conn, account) {
            Ok(_) => Ok(()),
            Err(gone) if gone.cause().is_none() => Ok(()),
            Err(failed) => Err(failed),
        })
        .await?;
    }
    Ok(())
}

fn end(conn: &mut Conn, newest: bool) -> Result<Option<AccountId>, Error> {
    let ids = handles::table.select(handles::account_id).limit(1).into_boxed();
    let ordered = if newest { ids.order(handles::account_id.desc()) } else { ids.order(handles::account_id.asc()) };
    Ok(ordered.first::<Uuid>(conn).optional()?.map(AccountId))
}

/// The next accounts in the order of their ids. Handles have no policy, so they are where all accounts can be seen.
pub fn accounts_after(conn: &mut Conn, after: AccountId, limit: i64) -> Result<Vec<AccountId>, Error> {
    let ids = handles::table.filter(handles::account_id.gt(after.0)).order(handles::account_id.asc()).limit(limit);
    Ok(ids.select(handles::account_id).load::<Uuid>(conn)?.into_iter().map(AccountId).collect())
}
