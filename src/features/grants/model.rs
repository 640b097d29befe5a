//! What a grant is: which entries may be read, until when, and the code that opens it once.

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use uuid::Uuid;

use crate::features::interactions::model::{Dimension, dimension_of};
use crate::kernel::reach::Dimensions;
use crate::kernel::text::Refusal;
use crate::kernel::{AccountId, Error, GrantId, Random, RelationshipId, code};

/// The longest that a grant may last.
pub const LONGEST: TimeDelta = TimeDelta::days(366);
/// Grants of an account that are not over.
pub const MOST_LASTING: i64 = 50;
/// Grants that are over and still listed; beyond that the oldest go.
pub const MOST_OVER: i64 = 200;
/// Random bytes in a code: 128 bits.
const SECRET_BYTES: usize = 16;
/// A code names its account, so that nothing has to be found without knowing whose it is.
const CODE_BYTES: usize = 16 + SECRET_BYTES;

/// What a grant lends, and until when.
#[derive(Clone, Debug)]
pub struct Terms {
    pub relationship: RelationshipId,
    /// The first and the last local day, both included.
    pub from: Option<NaiveDate>,
    pub to: Option<NaiveDate>,
    /// Nothing: all of them.
    pub dimensions: Option<Dimensions>,
    pub notes: bool,
    pub expires_at: DateTime<Utc>,
    /// What the person calls it.
    pub label: Option<String>,
}

/// A stored grant. Its code is not among what can be read again.
#[derive(Clone, Debug)]
pub struct Grant {
    pub id: GrantId,
    pub terms: Terms,
    pub created_at: DateTime<Utc>,
    pub redeemed_at: Option<DateTime<Utc>>,
    pub ended_at: Option<DateTime<Utc>>,
}

/// Where a grant stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// Nobody has used its code yet.
    Waiting,
    /// Somebody has, and may read.
    Redeemed,
    /// The person ended it.
    Ended,
    /// Its time is over.
    Expired,
}

impl State {
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Redeemed => "redeemed",
            Self::Ended => "ended",
            Self::Expired => "expired",
        }
    }
}

impl Grant {
    /// Where it stands at an instant.
    #[must_use]
    pub fn state(&self, now: DateTime<Utc>) -> State {
        match (self.ended_at, self.redeemed_at) {
            (Some(_), _) => State::Ended,
            (None, _) if self.terms.expires_at <= now => State::Expired,
            (None, Some(_)) => State::Redeemed,
            (None, None) => State::Waiting,
        }
    }
}

/// The dimensions of a set, in the usual order.
pub fn dimensions_of(set: Dimensions) -> impl Iterator<Item = Dimension> {
    set.numbers().filter_map(dimension_of)
}

/// What opens a grant once: whose it is, and 128 random bits.
#[derive(Clone, PartialEq, Eq)]
pub struct GrantCode {
    pub account: AccountId,
    secret: [u8; SECRET_BYTES],
}

impl GrantCode {
    pub fn generate(account: AccountId, random: Random) -> Result<Self, Error> {
        Ok(Self { account, secret: random.bytes()? })
    }

    /// Reads what a person typed; a typing mistake is noticed here, before anything is looked up.
    pub fn parse(typed: &str) -> Result<Self, Refusal> {
        let mistyped = || ("mistyped", "This is not a grant's code as it was given out; check each character.".to_owned());
        let bytes: [u8; CODE_BYTES] = code::bytes(typed).ok_or_else(mistyped)?;
        let (account, secret) = bytes.split_first_chunk::<16>().ok_or_else(mistyped)?;
        let secret = secret.try_into().map_err(|_| mistyped())?;
        Ok(Self { account: AccountId(Uuid::from_bytes(*account)), secret })
    }

    /// The written form: 54 characters in groups of four.
    #[must_use]
    pub fn expose(&self) -> String {
        code::write(&[self.account.0.as_bytes().as_slice(), &self.secret].concat())
    }

    /// What is stored in its place. The secret is random and long, so a plain digest cannot be reversed.
    #[must_use]
    pub fn digest(&self) -> Vec<u8> {
        aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, &self.secret).as_ref().to_vec()
    }
}

impl std::fmt::Debug for GrantCode {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("***")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::features::interactions::model::dimension_code;

    #[test]
    fn a_code_reads_back_however_it_is_typed_and_no_other_does() {
        let code = GrantCode::generate(AccountId(Uuid::from_u128(u128::MAX / 3)), Random).unwrap();
        let written = code.expose();
        assert_eq!(written.len(), 54 + 13, "thirteen dashes");
        for typed in [written.clone(), written.to_uppercase(), written.replace('-', " ")] {
            assert_eq!(GrantCode::parse(&typed).unwrap(), code);
        }
        let mistyped = if written.starts_with('5') { written.replacen('5', "6", 1) } else { format!("5{}", &written[1..]) };
        for wrong in ["", "sam", &written[1..], &mistyped] {
            assert!(GrantCode::parse(wrong).is_err(), "{wrong}");
        }
        assert_eq!(format!("{code:?}"), "***");
    }

    #[test]
    fn every_dimension_can_be_lent() {
        for dimension in Dimension::ALL {
            let set = Dimensions::of_numbers(&[dimension_code(dimension)]).unwrap();
            assert_eq!(dimensions_of(set).collect::<Vec<_>>(), [dimension]);
        }
    }

    #[test]
    fn what_was_ended_is_ended_even_after_its_time() {
        let at = |text: &str| text.parse::<DateTime<Utc>>().unwrap();
        let now = at("2026-03-02T12:00:00Z");
        let terms = |expires_at| Terms {
            relationship: RelationshipId(Uuid::nil()),
            from: None,
            to: None,
            dimensions: None,
            notes: false,
            expires_at,
            label: None,
        };
        let grant = |expires_at, redeemed_at, ended_at| {
            Grant { id: GrantId(Uuid::nil()), terms: terms(expires_at), created_at: now, redeemed_at, ended_at }.state(now)
        };
        let (later, earlier) = (at("2026-03-03T12:00:00Z"), at("2026-03-01T12:00:00Z"));
        assert_eq!(grant(later, None, None), State::Waiting);
        assert_eq!(grant(later, Some(earlier), None), State::Redeemed);
        assert_eq!((grant(now, Some(earlier), None), grant(earlier, None, None)), (State::Expired, State::Expired));
        assert_eq!(grant(earlier, Some(earlier), Some(earlier)), State::Ended);
    }
}
