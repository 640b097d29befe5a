//! What a session is, and the refresh token that continues it.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, TimeDelta, Utc};
use uuid::Uuid;

use crate::kernel::text::Refusal;
use crate::kernel::token::{ACCESS_TOKEN_LIFETIME, Scope};
use crate::kernel::{AccountId, Error, GrantId, Random, RelationshipId, SessionId};

/// How long a session may lie without being refreshed before it ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Idle(i32);

impl Idle {
    /// Below, a phone that is looked at twice in an hour would have to sign in each time. Minutes.
    pub const SHORTEST: i32 = 5;
    /// 30 days, and what a session has where nothing else was asked for. Minutes.
    pub const LONGEST: Self = Self(43_200);

    /// Takes 5 to 43,200 minutes.
    pub fn parse(minutes: i32) -> Result<Self, Refusal> {
        match minutes {
            Self::SHORTEST..=43_200 => Ok(Self(minutes)),
            _ => Err(("out_of_range", "A session may lie idle for 5 to 43200 minutes.".to_owned())),
        }
    }

    /// What is stored: outside the bounds, the nearest.
    #[must_use]
    pub fn of_stored(minutes: i32) -> Self {
        Self(minutes.clamp(Self::SHORTEST, Self::LONGEST.0))
    }

    #[must_use]
    pub const fn minutes(self) -> i32 {
        self.0
    }

    #[must_use]
    pub fn time(self) -> TimeDelta {
        TimeDelta::minutes(i64::from(self.0))
    }

    /// How long an access token of such a session is good for: it must not outlive what it belongs to.
    #[must_use]
    pub fn token_lifetime(self) -> TimeDelta {
        self.time().min(ACCESS_TOKEN_LIFETIME)
    }
}

/// A session as its owner sees it.
#[derive(Clone, Debug)]
pub struct Session {
    pub id: SessionId,
    pub label: Option<String>,
    pub scope: Scope,
    /// The one relationship that it reaches, where it does not reach everything.
    pub relationship: Option<RelationshipId>,
    /// The grant that it came by.
    pub grant: Option<GrantId>,
    pub created_at: DateTime<Utc>,
    pub last_used_at: DateTime<Utc>,
    pub idle: Idle,
    pub expires_at: DateTime<Utc>,
}

/// What was granted when a session began or was refreshed.
#[derive(Clone, Copy, Debug)]
pub struct Lease {
    pub id: SessionId,
    pub scope: Scope,
    pub idle: Idle,
    pub relationship: Option<RelationshipId>,
    pub expires_at: DateTime<Utc>,
}

/// What a session begins with: what a client asks for when it signs in, or what a grant says.
#[derive(Clone, Debug)]
pub struct Wanted {
    pub label: Option<String>,
    pub scope: Scope,
    pub idle: Idle,
    pub relationship: Option<RelationshipId>,
    pub lent: Option<Lent>,
}

/// The grant that a session comes by, and when that ends.
#[derive(Clone, Copy, Debug)]
pub struct Lent {
    pub grant: GrantId,
    pub until: DateTime<Utc>,
}

impl Lease {
    /// How long an access token that is made now is good for: it must not outlive the session.
    #[must_use]
    pub fn token_lifetime(&self, now: DateTime<Utc>) -> TimeDelta {
        self.idle.token_lifetime().min(self.expires_at - now)
    }
}

/// What a client holds to go on: the account and session it belongs to, and 256 random bits.
#[derive(Clone, PartialEq, Eq)]
pub struct RefreshToken {
    pub account: AccountId,
    pub session: SessionId,
    secret: [u8; 32],
}

impl RefreshToken {
    pub fn generate(account: AccountId, session: SessionId, random: Random) -> Result<Self, Error> {
        Ok(Self { account, session, secret: random.bytes()? })
    }

    /// Reads the written form.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let bytes: [u8; 64] = URL_SAFE_NO_PAD.decode(text).ok()?.try_into().ok()?;
        let (account, rest) = bytes.split_first_chunk::<16>()?;
        let (session, rest) = rest.split_first_chunk::<16>()?;
        Some(Self {
            account: AccountId(Uuid::from_bytes(*account)),
            session: SessionId(Uuid::from_bytes(*session)),
            secret: rest.try_into().ok()?,
        })
    }

    /// The written form: 86 characters, safe in a header or a body.
    #[must_use]
    pub fn expose(&self) -> String {
        let bytes = [self.account.0.as_bytes().as_slice(), self.session.0.as_bytes(), &self.secret].concat();
        URL_SAFE_NO_PAD.encode(bytes)
    }

    /// What is stored in its place. The secret is random and long, so a plain digest cannot be reversed.
    #[must_use]
    pub fn digest(&self) -> Vec<u8> {
        aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, &self.secret).as_ref().to_vec()
    }
}

impl std::fmt::Debug for RefreshToken {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("***")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_access_token_outlives_an_idle_session() {
        assert_eq!(Idle::parse(5).unwrap().token_lifetime(), TimeDelta::minutes(5));
        assert_eq!(Idle::parse(43_200).unwrap(), Idle::LONGEST);
        assert_eq!(Idle::LONGEST.token_lifetime(), ACCESS_TOKEN_LIFETIME);
        assert!(Idle::parse(4).is_err() && Idle::parse(43_201).is_err());
        assert_eq!(Idle::of_stored(0).minutes(), 5);
    }

    #[test]
    fn a_refresh_token_reads_back_and_nothing_else_does() {
        let token = RefreshToken::generate(AccountId(Uuid::from_u128(1)), SessionId(Uuid::from_u128(2)), Random).unwrap();
        assert_eq!(RefreshToken::parse(&token.expose()), Some(token.clone()));
        assert_eq!(token.expose().len(), 86);
        for wrong in ["", "abc", &token.expose()[1..], "é"] {
            assert_eq!(RefreshToken::parse(wrong), None, "{wrong}");
        }
    }
}
