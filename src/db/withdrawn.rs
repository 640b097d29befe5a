//! Signing keys that are no longer believed: written by the operator, looked at with every check of a session.

use chrono::{DateTime, Utc};
use diesel::prelude::*;

use super::Conn;
use super::schema::withdrawn_signing_keys as t;
use crate::kernel::Error;

/// Withdraws a key, as the owner of the tables. Every instance refuses its tokens within two seconds.
pub fn withdraw(owner_url: &str, kid: &str, now: DateTime<Utc>) -> Result<(), Error> {
    let mut conn = PgConnection::establish(owner_url).map_err(Error::internal)?;
    diesel::insert_into(t::table).values((t::kid.eq(kid), t::withdrawn_at.eq(now))).on_conflict_do_nothing().execute(&mut conn)?;
    Ok(())
}

/// The names of those that were withdrawn.
pub fn all(conn: &mut Conn) -> Result<Vec<String>, Error> {
    Ok(t::table.select(t::kid).order(t::kid).load(conn)?)
}
