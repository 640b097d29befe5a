//! Dropping what is too old, account by account, some rows at a time.

use super::store;
use crate::db::{Db, upkeep};
use crate::kernel::{AccountId, Clock, Error, View};

/// Transactions that one sweep spends on an account; what is left comes with the next.
const STEPS: usize = 50;

/// What applies the settings.
#[derive(Clone, Debug)]
pub struct Retention {
    db: Db,
    clock: Clock,
}

impl Retention {
    #[must_use]
    pub const fn new(db: Db, clock: Clock) -> Self {
        Self { db, clock }
    }

    /// Goes through all accounts that have settings. Two instances that do so at once take turns at an account; one whose rows
    /// cannot be dropped keeps no other from its turn.
    pub async fn sweep(&self) -> Result<(), Error> {
        for account in upkeep::in_batches(&self.db, store::with_settings).await?.into_iter().flatten() {
            if let Err(error) = self.apply(account).await {
                let cause = error.cause_text();
                tracing::warn!(code = ?error.code, cause, "what an account keeps no longer could not be dropped; it comes again with the next time");
            }
        }
        Ok(())
    }

    async fn apply(&self, account: AccountId) -> Result<(), Error> {
        let now = self.clock.now();
        for _ in 0..STEPS {
            if !self.db.unhurried().write(View::whole(account), move |conn| store::apply(conn, account, now)).await? {
                break;
            }
        }
        Ok(())
    }
}
