//! What a calendar feed is, and the secret in its address.

use aws_lc_rs::digest::{SHA256, digest};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, Utc};

use crate::features::routines::model::{AdoptedPractice, History, Situation};
use crate::kernel::{CalendarFeedId, Error, Random};

/// Feeds that an account may have.
pub const MAX_FEEDS: i64 = 10;
/// The longest title of a person's own, in characters: a few words.
pub const MAX_TITLE: usize = 40;
/// Random bytes in an address: 160 bits.
const SECRET_BYTES: usize = 20;
/// What calendar programs like an address to end with.
const ENDING: &str = ".ics";

/// A practice whose times a feed tells, and what they depend on: its plan, its relationship, and the day of the last contact where
/// that moves it; nothing that was answered or found out.
#[derive(Clone, Debug)]
pub struct Told {
    pub practice: AdoptedPractice,
    pub situation: Situation,
    pub history: History,
}

/// A stored feed. Its address is not among what can be read again.
#[derive(Clone, Debug)]
pub struct Feed {
    pub id: CalendarFeedId,
    /// What its events are called; nothing: neutral words in the account's language.
    pub title: Option<String>,
    pub created_at: DateTime<Utc>,
}

/// The last part of a feed's address. It names no account: two addresses of one person have nothing in common.
#[derive(Clone, PartialEq, Eq)]
pub struct Address(String);

impl Address {
    pub fn generate(random: Random) -> Result<Self, Error> {
        Ok(Self(format!("{}{ENDING}", URL_SAFE_NO_PAD.encode(random.bytes::<SECRET_BYTES>()?))))
    }

    /// The path to hand to a calendar program.
    #[must_use]
    pub fn expose(&self) -> String {
        format!("/v1/calendar/{}", self.0)
    }

    /// What is stored in its place.
    #[must_use]
    pub fn digest(&self) -> Vec<u8> {
        digest_of(&self.0)
    }
}

/// The digest of whatever stands where an address would. The secret is random and long, so a plain digest cannot be reversed, and looking one
/// up takes the same work whatever was asked for.
#[must_use]
pub fn digest_of(asked: &str) -> Vec<u8> {
    digest(&SHA256, asked.as_bytes()).as_ref().to_vec()
}

impl std::fmt::Debug for Address {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("***")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_never_twice_the_same_and_does_not_show_itself() {
        let (one, other) = (Address::generate(Random).unwrap(), Address::generate(Random).unwrap());
        assert_ne!(one.digest(), other.digest());
        assert_eq!(one.expose().len(), "/v1/calendar/".len() + 27 + ".ics".len(), "160 bits, six a character");
        assert_eq!((format!("{one:?}"), one.digest()), ("***".to_owned(), digest_of(one.expose().rsplit('/').next().unwrap())));
    }
}
