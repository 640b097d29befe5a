//! Operators' tokens: for whoever keeps the service's question sets. They open no account, and no account's token opens what they open.
//!
//! A token of ours is signed by the keys that sign access tokens, and told apart from those by its type, its audience and its scope
//! (RFC 8725, sections 3.11 and 3.12): neither check believes a token of the other kind. It is made by a command on the machine that has
//! the master key, never over HTTP. An issuer of the operator's can make them, too (`config::issuers`).

use chrono::{DateTime, TimeDelta, Utc};
use jsonwebtoken::Validation;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::error::{Code, Error};
use super::signing::SigningKey;
use super::token::{in_time, key_of, sign, validation};

/// The longest that a token is good for.
pub const LONGEST: TimeDelta = TimeDelta::minutes(60);
/// What it allows: drafts of question sets, publishing and retiring them.
pub const SCOPE: &str = "admin:content";
const TYPE: &str = "operator+jwt";
const AUDIENCE: &str = "reciprocity/operator";
/// Whoever has the master key: there are no names of operators here.
const SUBJECT: &str = "operator";

/// An operator, as far as anybody needs to know.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Operator {
    /// For the log: the token, or who an issuer says it is as a digest under a secret.
    pub id: Uuid,
}

/// A token of ours whose signature holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VerifiedOperator {
    pub operator: Operator,
    /// The key that signed it; whether it is still believed is another question.
    pub kid: String,
}

#[derive(Serialize, Deserialize)]
struct Claims {
    iss: String,
    aud: String,
    sub: String,
    jti: Uuid,
    scope: String,
    iat: i64,
    nbf: i64,
    exp: i64,
}

/// Signs and verifies operators' tokens.
#[derive(Clone, Debug)]
pub struct OperatorTokens {
    issuer: String,
    /// The first signs.
    keys: Vec<SigningKey>,
    validation: Validation,
}

impl OperatorTokens {
    /// Prepares the signing keys that belong to the master keys, the current one first.
    pub fn new<'a>(masters: impl IntoIterator<Item = &'a [u8; 32]>, issuer: &str) -> Result<Self, Error> {
        let keys = masters.into_iter().map(SigningKey::of_master).collect::<Result<_, _>>()?;
        Ok(Self { issuer: issuer.to_owned(), keys, validation: validation(issuer, AUDIENCE) })
    }

    /// A token named `id`, good from `now` for `lifetime`, [`LONGEST`] at most.
    pub fn issue(&self, id: Uuid, lifetime: TimeDelta, now: DateTime<Utc>) -> Result<String, Error> {
        let claims = Claims {
            iss: self.issuer.clone(),
            aud: AUDIENCE.to_owned(),
            sub: SUBJECT.to_owned(),
            jti: id,
            scope: SCOPE.to_owned(),
            iat: now.timestamp(),
            nbf: now.timestamp(),
            exp: (now + lifetime.min(LONGEST)).timestamp(),
        };
        sign(&self.keys, TYPE, &claims)
    }

    /// Believes a token only if this service made it for an operator, and `now` lies within its time.
    pub fn verify(&self, token: &str, now: DateTime<Utc>) -> Result<VerifiedOperator, Error> {
        let refused = || Error::new(Code::Unauthenticated);
        let key = key_of(token, TYPE, &self.keys).ok_or_else(refused)?;
        let claims = jsonwebtoken::decode::<Claims>(token, &key.decoding, &self.validation).map_err(|_| refused())?.claims;
        in_time(claims.nbf, claims.exp, now).ok_or_else(refused)?;
        let lasts = claims.exp.saturating_sub(claims.iat);
        if claims.sub != SUBJECT || claims.scope != SCOPE || !(0..=LONGEST.num_seconds()).contains(&lasts) {
            return Err(refused());
        }
        Ok(VerifiedOperator { operator: Operator { id: claims.jti }, kid: key.kid.clone() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::token::{ACCESS_TOKEN_LIFETIME, Identity, Scope, Tokens};
    use crate::kernel::{AccountId, SessionId};

    const ISSUER: &str = "https://here.example";

    fn operators(seed: u8) -> OperatorTokens {
        OperatorTokens::new(&[[seed; 32]], ISSUER).unwrap()
    }

    fn noon() -> DateTime<Utc> {
        "2026-03-01T12:00:00Z".parse().unwrap()
    }

    #[test]
    fn it_is_believed_within_its_time_which_is_an_hour_at_most() {
        let token = operators(1).issue(Uuid::from_u128(5), TimeDelta::days(30), noon()).unwrap();
        let believed = |after| operators(1).verify(&token, noon() + TimeDelta::minutes(after)).map(|one| one.operator.id);
        assert_eq!(believed(59).unwrap(), Uuid::from_u128(5));
        assert!(believed(61).is_err() && believed(-1).is_err());
        assert!(operators(2).verify(&token, noon()).is_err());
        assert!(OperatorTokens::new(&[[1; 32]], "https://there.example").unwrap().verify(&token, noon()).is_err());
    }

    #[test]
    fn an_accounts_token_is_no_operators_and_an_operators_none_of_an_account() {
        let accounts = Tokens::new(&[[1; 32]], ISSUER).unwrap();
        let identity = Identity { account: AccountId(Uuid::from_u128(7)), session: SessionId(Uuid::from_u128(8)), scope: Scope::FULL };
        let theirs = accounts.issue(&identity, ACCESS_TOKEN_LIFETIME, noon()).unwrap();
        let ours = operators(1).issue(Uuid::from_u128(5), TimeDelta::minutes(15), noon()).unwrap();
        assert!(operators(1).verify(&theirs, noon()).is_err() && accounts.verify(&ours, noon()).is_err());
        assert!(operators(1).verify(&ours, noon()).is_ok() && accounts.verify(&theirs, noon()).is_ok());
    }

    /// A token with the claims of a good one, changed, signed by the right key.
    fn signed_with(kind: &str, change: impl FnOnce(&mut Claims)) -> String {
        let mut claims = Claims {
            iss: ISSUER.to_owned(),
            aud: AUDIENCE.to_owned(),
            sub: SUBJECT.to_owned(),
            jti: Uuid::from_u128(5),
            scope: SCOPE.to_owned(),
            iat: noon().timestamp(),
            nbf: noon().timestamp(),
            exp: noon().timestamp() + 600,
        };
        change(&mut claims);
        sign(&operators(1).keys, kind, &claims).unwrap()
    }

    #[test]
    fn type_audience_subject_scope_and_time_each_tell_it_apart() {
        let believed = |token: &str| operators(1).verify(token, noon()).is_ok();
        assert!(believed(&signed_with(TYPE, |_| {})));
        for wrong in [
            signed_with("at+jwt", |_| {}),
            signed_with("JWT", |_| {}),
            signed_with(TYPE, |claims| claims.aud = "reciprocity".to_owned()),
            signed_with(TYPE, |claims| claims.sub = Uuid::from_u128(7).to_string()),
            signed_with(TYPE, |claims| claims.scope = "read write delete".to_owned()),
            signed_with(TYPE, |claims| claims.scope = format!("{SCOPE} read")),
            signed_with(TYPE, |claims| claims.exp = noon().timestamp() + 3_601),
            signed_with(TYPE, |claims| claims.exp = noon().timestamp() - 31),
        ] {
            assert!(!believed(&wrong), "{wrong}");
        }
    }
}
