//! Storing imports, one at a time: each may take much memory and holds a connection for long.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::model::{Import, Imported};
use super::store;
use crate::db::Db;
use crate::db::creation::Creation;
use crate::kernel::{AccountId, Error};

/// Imports that one process reads and stores at a time.
const AT_ONCE: usize = 1;
/// The largest import takes some seconds.
const RETRY: Duration = Duration::from_secs(10);

/// Where imports go.
#[derive(Clone, Debug)]
pub struct Imports {
    db: Db,
    turns: Arc<Semaphore>,
}

/// The right to read an import and store it; it ends when it is dropped.
#[derive(Debug)]
pub struct Turn(#[expect(dead_code, reason = "held, not read")] OwnedSemaphorePermit);

impl Imports {
    #[must_use]
    pub fn new(db: Db) -> Self {
        Self { db, turns: Arc::new(Semaphore::new(AT_ONCE)) }
    }

    /// A turn, or the answer to come back later: nobody waits with a large body in hand.
    pub fn turn(&self) -> Result<Turn, Error> {
        Arc::clone(&self.turns).try_acquire_owned().map(Turn).map_err(|_| Error::unavailable(RETRY))
    }

    /// Stores all of it, or nothing.
    pub async fn bring(&self, account: AccountId, import: Import, creation: Creation) -> Result<Imported, Error> {
        self.db.write_words(account, move |conn, key| store::bring(conn, key, &import, &creation)).await
    }
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
