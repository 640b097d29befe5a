//! Storing imports, one at a time: each may take much memory and holds a connection for long.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::model::{Import, Imported};
use super::store;
use crate::db::creation::Creation;
use crate::db::{AccountKey, Conn, Db};
use crate::kernel::{Error, View};

/// Bodies that one process receives at a time: each may take 32 MiB, and as long as its sender likes, within a bound.
const RECEIVED: usize = 8;
/// Imports that one process reads and stores at a time.
const AT_ONCE: usize = 1;
/// The largest import takes some seconds.
const RETRY: Duration = Duration::from_secs(10);

/// Where imports go.
#[derive(Clone, Debug)]
pub struct Imports {
    db: Db,
    seats: Arc<Semaphore>,
    turns: Arc<Semaphore>,
}

/// The right to send an import, or to have it read and stored; it ends when it is dropped.
#[derive(Debug)]
pub struct Turn(#[expect(dead_code, reason = "held, not read")] OwnedSemaphorePermit);

impl Imports {
    #[must_use]
    pub fn new(db: Db) -> Self {
        Self { db, seats: Arc::new(Semaphore::new(RECEIVED)), turns: Arc::new(Semaphore::new(AT_ONCE)) }
    }

    /// The right to send a body, or the answer to come back later.
    pub fn seat(&self) -> Result<Turn, Error> {
        take(&self.seats)
    }

    /// The right to have a body read and stored, or the answer to come back later: nobody waits with a large body in hand.
    pub fn turn(&self) -> Result<Turn, Error> {
        take(&self.turns)
    }

    /// Stores all of it, or nothing.
    pub async fn bring(&self, view: View, import: Import, creation: Creation, turn: Turn) -> Result<Imported, Error> {
        let bring = move |conn: &mut Conn, key: &AccountKey| {
            let _turn = turn;
            store::bring(conn, key, &import, &creation)
        };
        self.db.unhurried().write_words(view, bring).await
    }
}

fn take(rights: &Arc<Semaphore>) -> Result<Turn, Error> {
    Arc::clone(rights).try_acquire_owned().map(Turn).map_err(|_| Error::unavailable(RETRY))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::db::Vault;
    use crate::kernel::{Code, Random};

    #[tokio::test]
    async fn one_import_is_read_at_a_time_and_the_next_is_told_to_come_back() {
        let imports = Imports::new(Db::connect("postgres:///", 1, Vault::new([&[7; 32]], Random).unwrap()));
        let turn = imports.turn().unwrap();
        assert_eq!(imports.turn().unwrap_err().code, Code::Unavailable);
        drop(turn);
        assert!(imports.turn().is_ok());
    }
}
