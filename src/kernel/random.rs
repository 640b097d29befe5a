//! Randomness is an argument: ids, tokens and codes are drawn from a [`Random`] that the caller is given.

use chrono::{DateTime, Utc};
use uuid::{Builder, Uuid};

use super::error::Error;

/// The operating system's random source, behind one door so that its use can be seen.
#[derive(Clone, Copy, Debug, Default)]
pub struct Random;

impl Random {
    /// `N` unpredictable bytes. Fails only where the operating system has none to give.
    pub fn bytes<const N: usize>(self) -> Result<[u8; N], Error> {
        let mut bytes = [0_u8; N];
        aws_lc_rs::rand::fill(&mut bytes).map_err(|_| Error::internal("the operating system gave no randomness"))?;
        Ok(bytes)
    }

    /// A new time-ordered id (RFC 9562, version 7) at `now`.
    pub fn uuid_v7(self, now: DateTime<Utc>) -> Result<Uuid, Error> {
        Ok(uuid_v7_from(now, &self.bytes::<10>()?))
    }
}

/// The version 7 UUID of an instant and ten given bytes: the same input gives the same id.
#[must_use]
pub fn uuid_v7_from(instant: DateTime<Utc>, bytes: &[u8; 10]) -> Uuid {
    let millis = u64::try_from(instant.timestamp_millis()).unwrap_or(0);
    Builder::from_unix_timestamp_millis(millis, bytes).into_uuid()
}
