//! Access tokens: short-lived JWTs that only this service issues and accepts (RFC 7519, RFC 9068, RFC 8725).
//!
//! One algorithm, one issuer, one audience, one type; anything else is refused before its claims are believed. The first of a list
//! of keys signs, all of them verify, so that keys are replaced without refusing what was signed a minute ago.

use std::future::Future;
use std::pin::Pin;

use chrono::{DateTime, TimeDelta, Utc};
use jsonwebtoken::{Algorithm, Header, Validation};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::error::{Code, Error};
use super::ids::{AccountId, SessionId};
use super::lock::Lock;
use super::reach::Reach;
use super::signing::SigningKey;

/// What a caller came with, for what has to be asked again where it is done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Came {
    /// A session of ours.
    Session(SessionId),
    /// Another issuer's token of this moment.
    Issued(DateTime<Utc>),
}

/// How long an access token is good for, where its session does not end sooner.
pub const ACCESS_TOKEN_LIFETIME: TimeDelta = TimeDelta::minutes(10);
/// Clocks of phones and servers differ a little.
const LEEWAY: TimeDelta = TimeDelta::seconds(30);
/// RFC 9068's type for access tokens; an id token or any other JWT of ours would not carry it.
const TYPE: &str = "at+jwt";
const AUDIENCE: &str = "reciprocity";
/// Longer than any token we issue, short enough to cost nothing to refuse. Bytes.
pub const MAX_LENGTH: usize = 4_096;

/// What a token lets its holder do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Scope {
    pub write: bool,
    pub delete: bool,
}

impl Scope {
    /// Everything the account may do.
    pub const FULL: Self = Self { write: true, delete: true };

    /// Reads the space-separated form: `read`, `read write` or `read write delete`.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        match text {
            "read" => Some(Self { write: false, delete: false }),
            "read write" => Some(Self { write: true, delete: false }),
            "read write delete" => Some(Self::FULL),
            _ => None,
        }
    }

    #[must_use]
    pub fn as_str(self) -> &'static str {
        match (self.write, self.delete) {
            (false, false | true) => "read",
            (true, false) => "read write",
            (true, true) => "read write delete",
        }
    }
}

/// Who a verified token speaks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Identity {
    pub account: AccountId,
    pub session: SessionId,
    pub scope: Scope,
}

/// What a token was found to be when its signature was checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verified {
    pub identity: Identity,
    /// The key that signed it.
    pub kid: String,
    /// When it ends, our tolerance included.
    pub until: DateTime<Utc>,
}

/// What a living session is found to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Living {
    pub lock: Lock,
    pub reach: Reach,
    /// When it ends, unless it is refreshed before.
    pub until: DateTime<Utc>,
}

/// Says whether a token's session still lives and its key is still believed; the sessions feature answers, the edge asks.
pub trait SessionCheck: Send + Sync {
    /// The session; nothing where it does not live, or the key was withdrawn.
    fn alive(&self, token: &Verified) -> Pin<Box<dyn Future<Output = Result<Option<Living>, Error>> + Send>>;

    /// Whether a signing key of ours is still believed, for tokens that have no session.
    fn believes(&self, kid: &str) -> Pin<Box<dyn Future<Output = Result<bool, Error>> + Send>>;
}

#[derive(Serialize, Deserialize)]
struct Claims {
    iss: String,
    aud: String,
    sub: Uuid,
    sid: Uuid,
    scope: String,
    iat: i64,
    nbf: i64,
    exp: i64,
}

/// Signs and verifies access tokens.
#[derive(Clone, Debug)]
pub struct Tokens {
    issuer: String,
    /// The first signs.
    keys: Vec<SigningKey>,
    validation: Validation,
}

impl Tokens {
    /// Prepares the signing keys that belong to the master keys, the current one first.
    pub fn new<'a>(masters: impl IntoIterator<Item = &'a [u8; 32]>, issuer: &str) -> Result<Self, Error> {
        let keys = masters.into_iter().map(SigningKey::of_master).collect::<Result<_, _>>()?;
        Ok(Self { issuer: issuer.to_owned(), keys, validation: validation(issuer, AUDIENCE) })
    }

    /// A token for `identity`, good from `now` for `lifetime`, [`ACCESS_TOKEN_LIFETIME`] at most.
    pub fn issue(&self, identity: &Identity, lifetime: TimeDelta, now: DateTime<Utc>) -> Result<String, Error> {
        let claims = Claims {
            iss: self.issuer.clone(),
            aud: AUDIENCE.to_owned(),
            sub: identity.account.0,
            sid: identity.session.0,
            scope: identity.scope.as_str().to_owned(),
            iat: now.timestamp(),
            nbf: now.timestamp(),
            exp: (now + lifetime.min(ACCESS_TOKEN_LIFETIME)).timestamp(),
        };
        sign(&self.keys, TYPE, &claims)
    }

    /// Believes a token only if this service made it, for this audience, and `now` lies within its time.
    ///
    /// The header chooses among our own keys and nothing else: where it points elsewhere (`jku`, `x5u`, `jwk`) is never looked at.
    pub fn verify(&self, token: &str, now: DateTime<Utc>) -> Result<Verified, Error> {
        let refused = || Error::new(Code::Unauthenticated);
        let key = key_of(token, TYPE, &self.keys).ok_or_else(refused)?;
        let claims = jsonwebtoken::decode::<Claims>(token, &key.decoding, &self.validation).map_err(|_| refused())?.claims;
        let until = in_time(claims.nbf, claims.exp, now).ok_or_else(refused)?;
        let scope = Scope::parse(&claims.scope).ok_or_else(refused)?;
        let identity = Identity { account: AccountId(claims.sub), session: SessionId(claims.sid), scope };
        Ok(Verified { identity, kid: key.kid.clone(), until })
    }

    /// The keys that are believed, the one that signs first.
    #[must_use]
    pub fn keys(&self) -> &[SigningKey] {
        &self.keys
    }
}

/// What holds for all tokens of ours: one algorithm, one issuer, one audience. Time is checked against the clock we are given.
pub(super) fn validation(issuer: &str, audience: &str) -> Validation {
    let mut validation = Validation::new(Algorithm::EdDSA);
    validation.set_issuer(&[issuer]);
    validation.set_audience(&[audience]);
    validation.set_required_spec_claims(&["iss", "aud", "sub", "exp"]);
    validation.validate_exp = false;
    validation.validate_nbf = false;
    validation
}

/// Signs claims with the first key, as a token of this type.
pub(super) fn sign(keys: &[SigningKey], kind: &str, claims: &impl Serialize) -> Result<String, Error> {
    let mut header = Header::new(Algorithm::EdDSA);
    header.typ = Some(kind.to_owned());
    let key = keys.first().ok_or_else(|| Error::internal("there is no signing key"))?;
    header.kid = Some(key.kid.clone());
    jsonwebtoken::encode(&header, claims, &key.encoding).map_err(Error::internal)
}

/// The key of ours that a token of this type names; nothing where its header says anything that a header of ours does not.
pub(super) fn key_of<'a>(token: &str, kind: &str, keys: &'a [SigningKey]) -> Option<&'a SigningKey> {
    if token.len() > MAX_LENGTH {
        return None;
    }
    let header = jsonwebtoken::decode_header(token).ok()?;
    // An extension that must be understood is not (RFC 7515, section 4.1.11), and a token inside a token is no token of ours.
    let plain = header.crit.is_none() && header.cty.is_none() && header.zip.is_none() && header.enc.is_none();
    if !plain || header.typ.as_deref() != Some(kind) || header.alg != Algorithm::EdDSA {
        return None;
    }
    keys.iter().find(|key| Some(key.kid.as_str()) == header.kid.as_deref())
}

/// When a token ends, our tolerance included, where its time is now.
pub(super) fn in_time(begins: i64, expires: i64, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
    let leeway = LEEWAY.num_seconds();
    let until = DateTime::from_timestamp(expires.saturating_add(leeway), 0)?;
    (begins.saturating_sub(leeway) <= now.timestamp() && now < until).then_some(until)
}

#[cfg(test)]
mod tests {
    use base64::Engine as _;
    use base64::engine::general_purpose::URL_SAFE_NO_PAD;

    use super::*;

    fn tokens(seed: u8) -> Tokens {
        Tokens::new(&[[seed; 32]], "https://here.example").unwrap()
    }

    fn identity() -> Identity {
        Identity { account: AccountId(Uuid::from_u128(7)), session: SessionId(Uuid::from_u128(8)), scope: Scope::FULL }
    }

    fn noon() -> DateTime<Utc> {
        "2026-03-01T12:00:00Z".parse().unwrap()
    }

    #[test]
    fn a_token_is_believed_within_its_time_and_not_outside() {
        let tokens = tokens(1);
        let token = tokens.issue(&identity(), ACCESS_TOKEN_LIFETIME, noon()).unwrap();
        assert_eq!(tokens.verify(&token, noon()).unwrap().identity, identity());
        assert!(tokens.verify(&token, noon() + TimeDelta::minutes(11)).is_err());
        assert!(tokens.verify(&token, noon() - TimeDelta::minutes(1)).is_err());
    }

    #[test]
    fn a_token_of_another_key_or_issuer_is_refused() {
        let token = tokens(1).issue(&identity(), ACCESS_TOKEN_LIFETIME, noon()).unwrap();
        assert!(tokens(2).verify(&token, noon()).is_err());
        let elsewhere = Tokens::new(&[[1; 32]], "https://there.example").unwrap();
        assert!(elsewhere.verify(&token, noon()).is_err());
    }

    #[test]
    fn the_first_key_signs_and_the_others_are_still_believed() {
        let old = tokens(1).issue(&identity(), ACCESS_TOKEN_LIFETIME, noon()).unwrap();
        let both = Tokens::new(&[[2; 32], [1; 32]], "https://here.example").unwrap();
        assert_eq!(both.verify(&old, noon()).unwrap().identity, identity());
        let new = both.issue(&identity(), ACCESS_TOKEN_LIFETIME, noon()).unwrap();
        assert!(tokens(2).verify(&new, noon()).is_ok() && tokens(1).verify(&new, noon()).is_err());
    }

    #[test]
    fn unsigned_retyped_and_oversized_tokens_are_refused() {
        let tokens = tokens(1);
        let token = tokens.issue(&identity(), ACCESS_TOKEN_LIFETIME, noon()).unwrap();
        let mut parts = token.split('.');
        let (_, claims, signature) = (parts.next().unwrap(), parts.next().unwrap(), parts.next().unwrap());
        let kid = &tokens.keys()[0].kid;
        for header in [
            format!(r#"{{"alg":"none","typ":"at+jwt","kid":"{kid}"}}"#),
            format!(r#"{{"alg":"HS256","typ":"at+jwt","kid":"{kid}"}}"#),
            format!(r#"{{"alg":"EdDSA","typ":"JWT","kid":"{kid}"}}"#),
            r#"{"alg":"EdDSA","typ":"at+jwt","kid":"../../key"}"#.to_owned(),
        ] {
            let forged = format!("{}.{claims}.{signature}", URL_SAFE_NO_PAD.encode(header));
            assert!(tokens.verify(&forged, noon()).is_err());
        }
        assert!(tokens.verify(&"a".repeat(5_000), noon()).is_err());
    }
}
