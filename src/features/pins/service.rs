//! Setting, removing and giving PINs: where hashing, counting and sessions meet.

use std::future::Future;

use chrono::{DateTime, Utc};
use tracing::Instrument;

use super::model::{Pin, UnlockTime};
use super::store;
use crate::db::{Conn, Db};
use crate::features::accounts::{Passwords, end_waiting_grants, hold_password, verify_password};
use crate::kernel::trusted::Trusted;
use crate::kernel::{AccountId, Code, Error, Keys, Random, SessionId, View};

/// What the work on PINs needs around it.
#[derive(Clone, Debug)]
pub struct Pins {
    pub db: Db,
    pub passwords: Passwords,
    /// PINs are hashed under a key of these, which no dump of the database holds.
    pub keys: Keys,
    pub trusted: Trusted,
    pub random: Random,
}

impl Pins {
    /// Sets or replaces the PIN, with the password. Every session is locked at once, and a code that waits lets nobody in any more.
    pub async fn set(&self, account: AccountId, password: &str, pin: &Pin, time: UnlockTime, now: DateTime<Utc>) -> Result<(), Error> {
        let verified = verify_password(&self.db, &self.passwords, account, password).await?;
        let hash = self.passwords.hash(self.tag(account, pin), self.random).await?;
        let set = move |conn: &mut Conn| {
            hold_password(conn, account, &verified)?;
            end_waiting_grants(conn, account, now)?;
            store::set(conn, account, &hash, time, now)
        };
        let done = self.db.write(View::whole(account), set).await;
        self.trusted.forget(account);
        done
    }

    /// Removes the PIN, with the password; nothing is locked any more.
    pub async fn remove(&self, account: AccountId, password: &str) -> Result<(), Error> {
        let verified = verify_password(&self.db, &self.passwords, account, password).await?;
        let remove = move |conn: &mut Conn| {
            hold_password(conn, account, &verified)?;
            store::remove(conn, account)
        };
        let done = self.db.write(View::whole(account), remove).await;
        self.trusted.forget(account);
        done
    }

    /// Unlocks the session with the PIN and says until when. No PIN set and a wrong one answer the same. An attempt that was counted is
    /// settled, although whoever made it hangs up: a right PIN must not count as a wrong one in a tunnel.
    pub async fn unlock(&self, account: AccountId, session: SessionId, pin: Pin, now: DateTime<Utc>) -> Result<DateTime<Utc>, Error> {
        let pins = self.clone();
        to_its_end(async move { pins.try_pin(account, session, &pin, now).await }).await
    }

    async fn try_pin(&self, account: AccountId, session: SessionId, pin: &Pin, now: DateTime<Utc>) -> Result<DateTime<Utc>, Error> {
        let begun = self.db.write(View::whole(account), move |conn| store::begin(conn, account, session, now)).await?;
        let attempt = begun.map_err(|code| {
            self.trusted.forget(account);
            Error::new(code)
        })?;
        let matches = match self.passwords.matches(self.tag(account, pin), Some(attempt.hash.clone())).await {
            Ok(matches) => matches,
            Err(failed) => {
                self.db.write(View::whole(account), move |conn| store::give_back(conn, account, session)).await?;
                return Err(failed);
            }
        };
        let settle = move |conn: &mut Conn| match (matches, attempt.last) {
            (true, _) => store::unlock(conn, account, session, &attempt, now),
            (false, true) => store::end(conn, account, session, now).map(|()| None),
            (false, false) => Ok(None),
        };
        let settled = self.db.write(View::whole(account), settle).await;
        self.trusted.forget(account);
        settled?.ok_or_else(|| Error::new(Code::WrongPin))
    }

    /// Locks the session again at once, although the app that asked for it is closed before the answer comes.
    pub async fn lock(&self, account: AccountId, session: SessionId) -> Result<(), Error> {
        let pins = self.clone();
        let lock = async move {
            let locked = pins.db.write(View::whole(account), move |conn| store::lock(conn, account, session)).await;
            pins.trusted.forget(account);
            locked
        };
        to_its_end(lock).await
    }

    /// What is hashed in the PIN's place; the same PIN of two accounts looks different.
    fn tag(&self, account: AccountId, pin: &Pin) -> [u8; 32] {
        self.keys.pin_tag(&[account.0.as_bytes(), pin.expose().as_bytes()])
    }
}

/// Runs work that goes on where its request is dropped, as it is when a connection breaks.
async fn to_its_end<T: Send + 'static>(work: impl Future<Output = Result<T, Error>> + Send + 'static) -> Result<T, Error> {
    tokio::spawn(work.in_current_span()).await.map_err(|_| Error::internal("work on a PIN panicked"))?
}
