//! Making a resource once: client-chosen ids, retries and idempotency keys, decided inside the creating transaction.

use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::Conn;
use super::idempotency::{self, Claim, IdempotencyKey};
use super::tombstones::{self, Kind};
use crate::kernel::{AccountId, Code, Error};

/// A request to make something.
#[derive(Clone, Debug)]
pub struct Creation {
    /// The id to give it: the client's, or a new one.
    pub id: Uuid,
    /// Keyed digest of the request, kept with the row to recognise a retry.
    pub digest: [u8; 32],
    pub idempotency: Option<IdempotencyKey>,
    pub now: DateTime<Utc>,
}

/// Something made, or found to have been made by the same request before.
#[derive(Clone, Debug)]
pub struct Made<T> {
    pub fresh: bool,
    pub value: T,
}

/// Whether there is something to make.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Start {
    /// Make it under this id.
    Make(Uuid),
    /// It was made under this id.
    Replay(Uuid),
}

impl Creation {
    /// Claims the idempotency key and refuses ids that were removed. Two requests for the same id take turns, so that the
    /// second finds what the first has made.
    pub fn begin(&self, conn: &mut Conn, account: AccountId, kind: Kind) -> Result<Start, Error> {
        if let Some(key) = &self.idempotency
            && let Claim::Replay(id, _) = idempotency::claim(conn, account, key, self.id, self.now)?
        {
            tombstones::refuse_buried(conn, account, kind, id)?;
            return Ok(Start::Replay(id));
        }
        idempotency::take_turn(conn, account, self.id)?;
        tombstones::refuse_buried(conn, account, kind, self.id)?;
        Ok(Start::Make(self.id))
    }

    /// As [`Creation::begin`], for what is never removed.
    pub fn begin_lasting(&self, conn: &mut Conn, account: AccountId) -> Result<Start, Error> {
        if let Some(key) = &self.idempotency
            && let Claim::Replay(id, _) = idempotency::claim(conn, account, key, self.id, self.now)?
        {
            return Ok(Start::Replay(id));
        }
        idempotency::take_turn(conn, account, self.id)?;
        Ok(Start::Make(self.id))
    }

    /// Judges a row found under the wanted id: the same request made it, or another did.
    pub fn recognise(&self, stored_digest: &[u8]) -> Result<(), Error> {
        if stored_digest == self.digest { Ok(()) } else { Err(Error::new(Code::IdConflict)) }
    }
}
