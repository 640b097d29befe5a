//! Holding a token against what the operator said of its issuer (RFC 8725, RFC 9068).
//!
//! Claims come before the key and the key before the signature, so that nothing is looked for on behalf of a token that could not
//! be believed anyway.

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::Value;

use super::keys::{Found, KeySet, name_of, signed};
use super::token::Token;
use crate::config::{Issuer, ScopeRule, SignatureAlgorithm, type_name};
use crate::kernel::external::SKEW;
use crate::kernel::token::Scope;

/// The longest subject, sign-in or key's name. Bytes (`OpenID` Connect Core, section 2, bounds `sub` at 255).
const LONGEST: usize = 255;
/// What id tokens and logout tokens carry and access tokens do not: where `typ` says only JWT, it is how they are told apart.
const OF_OTHER_KINDS: [&str; 5] = ["nonce", "at_hash", "c_hash", "s_hash", "events"];
/// Header members that would change what the token means.
const NOT_UNDERSTOOD: [&str; 5] = ["crit", "cty", "zip", "enc", "b64"];
/// The type that RFC 9068 gives to access tokens.
const ACCESS_TOKEN: &str = "at+jwt";

/// What a believed token says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Said {
    pub subject: String,
    /// What tells this sign-in from others of the same person.
    pub sign_in: String,
    pub scope: Scope,
    /// Whether it makes its bearer an operator, who keeps question sets and has no account.
    pub operator: bool,
    pub issued_at: DateTime<Utc>,
    /// When it ends, tolerance included.
    pub until: DateTime<Utc>,
}

/// Why it is not believed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refused {
    /// Its key has a name that the set does not have; everything else but the signature is in order.
    UnknownKey,
    No,
}

/// Believes a token of this issuer, or does not. `iss` was compared before.
pub fn check(token: &Token<'_>, issuer: &Issuer, keys: &KeySet, now: DateTime<Utc>) -> Result<Said, Refused> {
    let (algorithm, kid) = header(token, issuer).ok_or(Refused::No)?;
    let said = claims(token, issuer, now).ok_or(Refused::No)?;
    match keys.find(kid, algorithm) {
        Found::Unknown => Err(Refused::UnknownKey),
        Found::Key(key) if signed(key, algorithm, token.signed, token.signature) => Ok(said),
        Found::Unfit | Found::Key(_) => Err(Refused::No),
    }
}

/// The algorithm, which must be one of the issuer's, and the name of the key.
fn header<'a>(token: &'a Token<'_>, issuer: &Issuer) -> Option<(SignatureAlgorithm, Option<&'a str>)> {
    if NOT_UNDERSTOOD.iter().any(|name| token.header.contains_key(*name)) {
        return None;
    }
    let named = type_name(token.header_text("typ")?);
    let of_another_kind = named != ACCESS_TOKEN && OF_OTHER_KINDS.iter().any(|name| token.claims.get(*name).is_some());
    if !issuer.types.contains(&named) || of_another_kind {
        return None;
    }
    let wanted = token.header_text("alg")?;
    let algorithm = issuer.algorithms.iter().copied().find(|algorithm| name_of(*algorithm) == wanted)?;
    let kid = match token.header.get("kid") {
        None => None,
        Some(kid) => Some(kid.as_str().filter(|kid| (1..=LONGEST).contains(&kid.len()))?),
    };
    Some((algorithm, kid))
}

fn claims(token: &Token<'_>, issuer: &Issuer, now: DateTime<Utc>) -> Option<Said> {
    let time = |name: &str| DateTime::from_timestamp(token.seconds(name)?, 0);
    let (issued_at, expires) = (time("iat")?, time("exp")?);
    let begins = if token.claims.get("nbf").is_some() { time("nbf")? } else { issued_at };
    let oldest = issued_at + TimeDelta::from_std(issuer.max_token_age).ok()?;
    let until = expires.min(oldest) + SKEW;
    let in_time = issued_at <= now + SKEW && begins <= now + SKEW && now < until;
    let subject = token.text("sub").filter(|subject| (1..=LONGEST).contains(&subject.len()))?;
    (in_time && is_for_us(token.claims.get("aud")?, issuer)).then(|| Said {
        subject: subject.to_owned(),
        sign_in: sign_in(token),
        scope: scope(token, &issuer.scopes),
        operator: is_operators(token, &issuer.scopes),
        issued_at,
        until,
    })
}

/// A name or a list of names, one of which is ours.
fn is_for_us(audience: &Value, issuer: &Issuer) -> bool {
    let ours = |name: &Value| name.as_str().is_some_and(|name| issuer.audiences.iter().any(|ours| ours == name));
    match audience {
        Value::Array(names) => names.iter().all(Value::is_string) && names.iter().any(ours),
        Value::String(_) => ours(audience),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::Object(_) => false,
    }
}

/// The issuer's session where it names one, else when the person signed in, else this token alone.
fn sign_in(token: &Token<'_>) -> String {
    ["sid", "auth_time", "jti", "iat"].into_iter().find_map(|name| Some(format!("{name} {}", token.claims.get(name)?))).unwrap_or_default()
}

/// The most that the claim's values allow; reading where they say nothing.
fn scope(token: &Token<'_>, rule: &ScopeRule) -> Scope {
    let values = values(token, rule);
    let delete = values.iter().any(|value| rule.may_delete.contains(*value));
    Scope { write: delete || values.iter().any(|value| rule.may_write.contains(*value)), delete }
}

/// Whether one of the claim's values makes an operator of the bearer.
fn is_operators(token: &Token<'_>, rule: &ScopeRule) -> bool {
    values(token, rule).iter().any(|value| rule.admin_content.contains(*value))
}

/// A text with spaces, or a list.
fn values<'a>(token: &'a Token<'_>, rule: &ScopeRule) -> Vec<&'a str> {
    let claim = if rule.claim.starts_with('/') { token.claims.pointer(&rule.claim) } else { token.claims.get(&rule.claim) };
    match claim {
        Some(Value::String(words)) => words.split(' ').collect(),
        Some(Value::Array(words)) => words.iter().filter_map(Value::as_str).collect(),
        Some(Value::Null | Value::Bool(_) | Value::Number(_) | Value::Object(_)) | None => Vec::new(),
    }
}

#[cfg(test)]
#[path = "rules_tests.rs"]
mod tests;
