//! Access tokens: short-lived JWTs that only this service issues and accepts (RFC 7519, RFC 9068, RFC 8725).
//!
//! One algorithm, one issuer, one audience, one type; anything else is refused before its claims are believed.

use std::future::Future;
use std::pin::Pin;

use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, TimeDelta, Utc};
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::error::{Code, Error};
use super::ids::{AccountId, SessionId};
use super::keys::Keys;

/// How long an access token is good for.
pub const ACCESS_TOKEN_LIFETIME: TimeDelta = TimeDelta::minutes(10);
/// Clocks of phones and servers differ a little.
const LEEWAY: TimeDelta = TimeDelta::seconds(30);
/// RFC 9068's type for access tokens; an id token or any other JWT of ours would not carry it.
const TYPE: &str = "at+jwt";
const AUDIENCE: &str = "reciprocity";
/// Longer than any token we issue, short enough to cost nothing to refuse.
const MAX_LENGTH: usize = 4_096;

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

/// Says whether a session still lives; the sessions feature answers, the edge asks.
pub trait SessionCheck: Send + Sync {
    fn alive(&self, account: AccountId, session: SessionId) -> Pin<Box<dyn Future<Output = Result<bool, Error>> + Send>>;
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
#[derive(Clone)]
pub struct Tokens {
    issuer: String,
    kid: String,
    public_x: String,
    encoding: EncodingKey,
    decoding: DecodingKey,
    validation: Validation,
}

impl std::fmt::Debug for Tokens {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Tokens")
    }
}

impl Tokens {
    /// Prepares the Ed25519 key (RFC 8032) derived from the master key, named by its public half.
    pub fn new(keys: &Keys, issuer: &str) -> Result<Self, Error> {
        let pair = Ed25519KeyPair::from_seed_unchecked(keys.signing_seed()).map_err(|_| Error::internal("the signing key was rejected"))?;
        let public_x = URL_SAFE_NO_PAD.encode(pair.public_key().as_ref());
        let mut validation = Validation::new(Algorithm::EdDSA);
        validation.set_issuer(&[issuer]);
        validation.set_audience(&[AUDIENCE]);
        validation.set_required_spec_claims(&["iss", "aud", "sub", "exp"]);
        // Time is checked against the clock we are given, in `verify`.
        validation.validate_exp = false;
        validation.validate_nbf = false;
        let kid: String = public_x.chars().take(16).collect();
        Ok(Self {
            issuer: issuer.to_owned(),
            kid,
            encoding: EncodingKey::from_ed_der(pkcs8(keys.signing_seed()).as_slice()),
            decoding: DecodingKey::from_ed_components(&public_x).map_err(Error::internal)?,
            public_x,
            validation,
        })
    }

    /// A token for `identity`, good from `now` for [`ACCESS_TOKEN_LIFETIME`].
    pub fn issue(&self, identity: &Identity, now: DateTime<Utc>) -> Result<String, Error> {
        let claims = Claims {
            iss: self.issuer.clone(),
            aud: AUDIENCE.to_owned(),
            sub: identity.account.0,
            sid: identity.session.0,
            scope: identity.scope.as_str().to_owned(),
            iat: now.timestamp(),
            nbf: now.timestamp(),
            exp: (now + ACCESS_TOKEN_LIFETIME).timestamp(),
        };
        let mut header = Header::new(Algorithm::EdDSA);
        header.typ = Some(TYPE.to_owned());
        header.kid = Some(self.kid.clone());
        jsonwebtoken::encode(&header, &claims, &self.encoding).map_err(Error::internal)
    }

    /// Believes a token only if this service made it, for this audience, and `now` lies within its time.
    pub fn verify(&self, token: &str, now: DateTime<Utc>) -> Result<Identity, Error> {
        let refused = || Error::new(Code::Unauthenticated);
        if token.len() > MAX_LENGTH {
            return Err(refused());
        }
        let header = jsonwebtoken::decode_header(token).map_err(|_| refused())?;
        let named = header.kid.as_deref() == Some(self.kid.as_str()) && header.typ.as_deref() == Some(TYPE);
        if !named || header.alg != Algorithm::EdDSA {
            return Err(refused());
        }
        let claims = jsonwebtoken::decode::<Claims>(token, &self.decoding, &self.validation).map_err(|_| refused())?.claims;
        let leeway = LEEWAY.num_seconds();
        let in_time = claims.nbf - leeway <= now.timestamp() && now.timestamp() < claims.exp + leeway;
        let scope = Scope::parse(&claims.scope).filter(|_| in_time).ok_or_else(refused)?;
        Ok(Identity { account: AccountId(claims.sub), session: SessionId(claims.sid), scope })
    }

    /// The public half of the key: id and `x` coordinate in base64url (RFC 8037).
    #[must_use]
    pub fn public_key(&self) -> (&str, &str) {
        (&self.kid, &self.public_x)
    }
}

/// The PKCS #8 envelope of an Ed25519 seed (RFC 8410, section 7): a fixed prefix and the 32 bytes.
fn pkcs8(seed: &[u8; 32]) -> Vec<u8> {
    const PREFIX: [u8; 16] = [0x30, 0x2e, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x04, 0x22, 0x04, 0x20];
    [PREFIX.as_slice(), seed.as_slice()].concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tokens(seed: u8) -> Tokens {
        Tokens::new(&Keys::derive(&[seed; 32]).unwrap(), "https://here.example").unwrap()
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
        let token = tokens.issue(&identity(), noon()).unwrap();
        assert_eq!(tokens.verify(&token, noon()).unwrap(), identity());
        assert!(tokens.verify(&token, noon() + TimeDelta::minutes(11)).is_err());
        assert!(tokens.verify(&token, noon() - TimeDelta::minutes(1)).is_err());
    }

    #[test]
    fn a_token_of_another_key_or_issuer_is_refused() {
        let token = tokens(1).issue(&identity(), noon()).unwrap();
        assert!(tokens(2).verify(&token, noon()).is_err());
        let elsewhere = Tokens::new(&Keys::derive(&[1; 32]).unwrap(), "https://there.example").unwrap();
        assert!(elsewhere.verify(&token, noon()).is_err());
    }

    #[test]
    fn unsigned_retyped_and_oversized_tokens_are_refused() {
        let tokens = tokens(1);
        let token = tokens.issue(&identity(), noon()).unwrap();
        let mut parts = token.split('.');
        let (_, claims, signature) = (parts.next().unwrap(), parts.next().unwrap(), parts.next().unwrap());
        let (kid, _) = tokens.public_key();
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
