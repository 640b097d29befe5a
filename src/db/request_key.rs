//! The secret that recognises requests and page cursors: one for all instances, stored wrapped by a master key.
//!
//! It is made once and outlives every master key, so that a retry is known for a retry whatever was rotated in between.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use uuid::Uuid;
use zeroize::Zeroizing;

use super::schema::request_keys as t;
use super::vault::{Sealed, Vault};
use super::{Conn, Db};
use crate::kernel::sealed::{Column, Place};
use crate::kernel::{AccountId, Error};

/// The only one there is so far.
const ID: i32 = 1;

/// Fetches the secret, as the owner of the tables, and makes it where there is none yet. Blocks; call it before serving.
pub fn fetch(owner_url: &str, vault: &Vault, now: DateTime<Utc>) -> Result<Zeroizing<[u8; 32]>, Error> {
    let mut conn = PgConnection::establish(owner_url).map_err(Error::internal)?;
    let row = (t::key_id.eq(ID), t::wrapped.eq(vault.make_wrapped(&place())?), t::created_at.eq(now));
    // Of two instances that start at once, one makes it and both read it.
    diesel::insert_into(t::table).values(row).on_conflict_do_nothing().execute(&mut conn)?;
    let wrapped: Sealed = t::table.filter(t::key_id.eq(ID)).select(t::wrapped).first(&mut conn)?;
    vault.unwrap(&place(), &wrapped)
}

/// Wraps it under the current master key, where it is wrapped under another; says how many keys that were.
pub async fn rewrap(db: &Db) -> Result<usize, Error> {
    let vault = db.vault().clone();
    db.write_in(&[], move |conn| rewrap_here(conn, &vault)).await
}

fn rewrap_here(conn: &mut Conn, vault: &Vault) -> Result<usize, Error> {
    let row = t::table.filter(t::key_id.eq(ID));
    let Some(wrapped) = row.select(t::wrapped).for_no_key_update().first::<Sealed>(conn).optional()? else { return Ok(0) };
    match vault.wrap_anew(&place(), &wrapped)? {
        Some(wrapped) => Ok(diesel::update(row).set(t::wrapped.eq(wrapped)).execute(conn)?),
        None => Ok(0),
    }
}

/// Where it lies: in a row of its own, of no account.
fn place() -> Place {
    let column = Column { table: "request_keys", name: "wrapped" };
    Place { column, account: AccountId(Uuid::nil()), row: Uuid::nil(), part: i64::from(ID) }
}
