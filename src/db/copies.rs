//! Copies of an account's data that must not outlive it: an export, finished or not, is forgotten when something is erased.

use diesel::prelude::*;

use super::Conn;
use super::schema::{account_exports, accounts};
use crate::kernel::{AccountId, Error};

/// Drops the account's exports; the first thing that every erasure does.
///
/// The account's row is held, as it is when an export begins: one that begins at the same time waits, and finds the rows gone.
/// Erasures take it before any other row, so that two of them wait for each other in one order.
pub fn forget(conn: &mut Conn, account: AccountId) -> Result<(), Error> {
    let own = accounts::table.filter(accounts::account_id.eq(account.0));
    own.select(accounts::version).for_no_key_update().first::<i64>(conn).optional()?;
    diesel::delete(account_exports::table.filter(account_exports::account_id.eq(account.0))).execute(conn)?;
    Ok(())
}
