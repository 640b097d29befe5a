//! A transaction whose beginning and prelude are one message: a trip to the database less for everything that is asked.

use diesel::connection::{AnsiTransactionManager, SimpleConnection, TransactionManager};
use diesel::result::Error as Diesel;

use super::Conn;
use crate::kernel::Error;

/// What follows the word BEGIN.
#[derive(Clone, Copy, Debug)]
pub enum Mode {
    Change,
    Read,
    /// Every statement sees what the first one saw.
    Snapshot,
}

impl Mode {
    const fn sql(self) -> &'static str {
        match self {
            Self::Change => "BEGIN",
            Self::Read => "BEGIN READ ONLY",
            Self::Snapshot => "BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY",
        }
    }
}

/// Does work in a transaction that was told its `prelude`: all of it happens, or none.
pub fn within<T>(conn: &mut Conn, mode: Mode, prelude: &str, work: impl FnOnce(&mut Conn) -> Result<T, Error>) -> Result<T, Error> {
    if let Err(refused) = AnsiTransactionManager::begin_transaction_sql(conn, &format!("{}; {prelude}", mode.sql())) {
        // It may have begun and then refused the prelude, which diesel does not know of.
        drop(conn.batch_execute("ROLLBACK"));
        return Err(refused.into());
    }
    match work(conn) {
        Ok(done) => AnsiTransactionManager::commit_transaction(conn).map(|()| done).map_err(Error::from),
        Err(failed) => match AnsiTransactionManager::rollback_transaction(conn) {
            // Where that failed too, the first failure says more; the connection is not used again.
            Ok(()) | Err(Diesel::BrokenTransactionManager) => Err(failed),
            Err(refused) => Err(refused.into()),
        },
    }
}
