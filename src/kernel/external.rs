//! Tokens of other issuers: who they speak for, and who says so.
//!
//! An issuer's name and the subject in it are known here as one keyed digest; the names themselves go no further than the check
//! of the signature.

use std::future::Future;
use std::pin::Pin;

use chrono::{DateTime, TimeDelta, Utc};
use uuid::Uuid;

use super::error::Error;
use super::ids::{AccountId, SessionId};
use super::keys::Keys;
use super::operator::Operator;
use super::token::Scope;

/// How far an issuer's clock may be from ours.
pub const SKEW: TimeDelta = TimeDelta::seconds(10);
/// The longest token that is looked at: other issuers put more into theirs than we do. Bytes.
pub const MAX_LENGTH: usize = 8_192;

/// A person as an issuer knows them: a digest of both, under a secret of the service.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Subject(pub [u8; 32]);

impl Subject {
    #[must_use]
    pub fn of(keys: &Keys, issuer: &str, subject: &str) -> Self {
        Self(keys.digest(&[b"external subject", issuer.as_bytes(), subject.as_bytes()]))
    }

    /// The id that is counted where there is no account yet (RFC 9562, version 8).
    #[must_use]
    pub fn budget(&self) -> Uuid {
        Uuid::new_v8(self.0.first_chunk().copied().unwrap_or_default())
    }

    /// The id by which the log knows an operator.
    #[must_use]
    pub fn operator(&self) -> Operator {
        Operator { id: self.budget() }
    }

    /// A name for what the person does through one sign-in with the issuer, the same each time and readable to nobody.
    #[must_use]
    pub fn session(&self, keys: &Keys, sign_in: &str) -> SessionId {
        let digest = keys.digest(&[b"external session", &self.0, sign_in.as_bytes()]);
        SessionId(Uuid::new_v8(digest.first_chunk().copied().unwrap_or_default()))
    }
}

/// What a token of another issuer says, once its signature and its claims are believed. Whether there is an account for it, and
/// whether that account still takes it, is another question.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Claimed {
    pub subject: Subject,
    pub session: SessionId,
    pub scope: Scope,
    pub issued_at: DateTime<Utc>,
    /// When it ends, our tolerance included.
    pub until: DateTime<Utc>,
}

/// An answer on its way.
pub type Pending<'a, T> = Pin<Box<dyn Future<Output = Result<T, Error>> + Send + 'a>>;

/// Checks tokens of other issuers.
pub trait ExternalTokens: Send + Sync {
    /// What the token says; nothing where it does not name one of the issuers that are believed, an error where it does and is not
    /// to be believed.
    /// A token that makes its bearer an operator opens no account, so it is not to be believed here.
    fn verify<'a>(&'a self, token: &'a str, now: DateTime<Utc>) -> Pending<'a, Option<Claimed>>;

    /// The operator that the token speaks for; nothing where it is none of an issuer that is believed, or is one of a person.
    fn operator<'a>(&'a self, token: &'a str, now: DateTime<Utc>) -> Pending<'a, Option<Operator>>;
}

/// Knows the accounts of subjects.
pub trait Subjects: Send + Sync {
    /// The account that takes this token; none where there is no account. Fails where it ended what was issued before.
    fn account_of(&self, claimed: Claimed) -> Pending<'static, Option<AccountId>>;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_subject_is_known_by_issuer_and_name_under_a_secret() {
        let (keys, others) = (Keys::derive(&[7; 32]).unwrap(), Keys::derive(&[8; 32]).unwrap());
        let one = Subject::of(&keys, "https://a.example", "k");
        assert_eq!(one, Subject::of(&keys, "https://a.example", "k"));
        for other in [
            Subject::of(&keys, "https://b.example", "k"),
            Subject::of(&keys, "https://a.example", "l"),
            Subject::of(&keys, "https://a.examplek", ""),
            Subject::of(&others, "https://a.example", "k"),
        ] {
            assert_ne!(one, other);
        }
        assert_eq!(one.session(&keys, "1"), one.session(&keys, "1"));
        assert_ne!(one.session(&keys, "1"), one.session(&keys, "2"));
        assert_eq!(one.budget().get_version_num(), 8);
    }
}
