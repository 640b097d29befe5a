//! Reading across accounts as the role that owns the tables: for an operator's aggregate measurements, never for a request.
//!
//! The policies hold for the owner too, so the accounts are named, some hundred at a time, as the service names one.

use diesel::connection::SimpleConnection;
use diesel::pg::PgConnection;
use diesel::prelude::*;
use uuid::Uuid;

use super::prelude::sees_all;
use super::schema::account_handles as handles;
use crate::kernel::{AccountId, Error};

/// Accounts whose rows are seen at once.
const BATCH: i64 = 500;

/// Calls `work` with the rows of some accounts in view, again and again until every account was, at one instant of the
/// database and without a chance to change anything. `work` says whether to go on.
pub fn survey(owner_url: &str, mut work: impl FnMut(&mut PgConnection) -> Result<bool, Error>) -> Result<(), Error> {
    let mut conn = PgConnection::establish(owner_url).map_err(Error::internal)?;
    conn.build_transaction().read_only().repeatable_read().run(|conn| {
        let mut after = Uuid::nil();
        loop {
            let accounts: Vec<Uuid> = handles::table
                .filter(handles::account_id.gt(after))
                .order(handles::account_id)
                .limit(BATCH)
                .select(handles::account_id)
                .load(conn)?;
            let Some(last) = accounts.last() else { return Ok(()) };
            after = *last;
            let named: Vec<AccountId> = accounts.iter().copied().map(AccountId).collect();
            conn.batch_execute(&sees_all(&named))?;
            if !work(conn)? {
                return Ok(());
            }
        }
    })
}
