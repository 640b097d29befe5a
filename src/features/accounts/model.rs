//! What an account is, and the checked values it is made of.

mod common;

use chrono::{DateTime, Utc};
use chrono_tz::Tz;

use crate::kernel::text::Refusal;
use crate::kernel::{AccountId, Error, Random, code, text};

/// Random bytes in a handle: 80 bits, sixteen characters and two check characters.
const HANDLE_BYTES: usize = 10;
/// Random bytes in a recovery code: 128 bits.
const RECOVERY_BYTES: usize = 16;
/// The shortest password accepted (NIST SP 800-63B asks for 8; a home adversary knows birthdays and pets).
pub const MIN_PASSWORD: usize = 12;
/// The longest; a bound on work, not on imagination.
pub const MAX_PASSWORD: usize = 256;

/// An account as its owner sees it.
#[derive(Clone, Debug)]
pub struct Account {
    pub id: AccountId,
    pub handle: String,
    pub locale: String,
    pub time_zone: Tz,
    pub version: i64,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
}

/// What a person may choose.
#[derive(Clone, Debug, Default)]
pub struct Settings {
    pub locale: Option<String>,
    pub time_zone: Option<Tz>,
}

/// The name an account is signed in with: made by the server, says nothing about its owner.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Handle(String);

impl Handle {
    pub fn generate(random: Random) -> Result<Self, Error> {
        Ok(Self(code::write(&random.bytes::<HANDLE_BYTES>()?)))
    }

    /// Reads what a person typed; a typing mistake is noticed here, before anything is looked up.
    pub fn parse(typed: &str) -> Result<Self, Refusal> {
        code::read(typed, HANDLE_BYTES).map(Self).ok_or_else(|| mistyped("handle"))
    }

    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// The way back in when the password is lost. Shown once.
#[derive(Clone, PartialEq, Eq)]
pub struct RecoveryCode(String);

impl RecoveryCode {
    pub fn generate(random: Random) -> Result<Self, Error> {
        Ok(Self(code::write(&random.bytes::<RECOVERY_BYTES>()?)))
    }

    pub fn parse(typed: &str) -> Result<Self, Refusal> {
        code::read(typed, RECOVERY_BYTES).map(Self).ok_or_else(|| mistyped("recovery code"))
    }

    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Debug for RecoveryCode {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("***")
    }
}

fn mistyped(what: &str) -> Refusal {
    ("mistyped", format!("This is not a {what} as it was given out; check each character."))
}

/// A password long enough to be one, and none of those that are tried first.
#[derive(Clone, PartialEq, Eq)]
pub struct Password(String);

impl Password {
    /// Says why not without repeating it. A handle or a recovery code, of whomever, stands on a note beside the account's and is
    /// no secret from who finds that.
    pub fn parse(value: String) -> Result<Self, Refusal> {
        match value.chars().count() {
            0..MIN_PASSWORD => Err(("too_short", format!("Use at least {MIN_PASSWORD} characters; a few words are good."))),
            MIN_PASSWORD..=MAX_PASSWORD if Handle::parse(&value).is_ok() || RecoveryCode::parse(&value).is_ok() => {
                Err(("not_secret", "A handle or a recovery code is not taken as a password.".to_owned()))
            }
            MIN_PASSWORD..=MAX_PASSWORD if common::is_common(&value) => {
                Err(("too_common", "This password is one of the first that are tried; a few words of your own are good.".to_owned()))
            }
            MIN_PASSWORD..=MAX_PASSWORD => Ok(Self(value)),
            _ => Err(("too_long", format!("At most {MAX_PASSWORD} characters are accepted."))),
        }
    }

    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Debug for Password {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("***")
    }
}

/// An invitation as it was typed: 1 to 200 characters.
pub fn parse_invite_code(typed: &str) -> Result<String, Refusal> {
    text::line(typed, 200)
}

/// Reads a language tag such as `en` or `pt-BR` (the shape of BCP 47, without its registry).
pub fn parse_locale(tag: &str) -> Result<String, Refusal> {
    let mut parts = tag.split('-');
    let language = parts.next().unwrap_or_default();
    let primary = (2..=3).contains(&language.len()) && language.bytes().all(|b| b.is_ascii_alphabetic());
    let rest = parts.all(|part| (2..=8).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_alphanumeric()));
    if primary && rest && tag.len() <= 35 {
        Ok(tag.to_owned())
    } else {
        Err(("invalid_language_tag", "Use a language tag such as en or pt-BR.".to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn handles_are_long_random_and_forgiving_to_type() {
        let handle = Handle::generate(Random).unwrap();
        assert_ne!(handle, Handle::generate(Random).unwrap());
        assert_eq!(Handle::parse(&handle.as_str().to_uppercase()).unwrap(), handle);
        assert!(Handle::parse("sam").is_err());
    }

    #[test]
    fn secrets_do_not_show_in_debug_output() {
        let password = Password::parse("correct horse battery".to_owned()).unwrap();
        assert_eq!(format!("{password:?}"), "***");
        assert!(Password::parse("short".to_owned()).is_err());
    }

    #[test]
    fn language_tags_have_the_shape_of_bcp_47() {
        for good in ["en", "pt-BR", "zh-Hant-TW"] {
            assert!(parse_locale(good).is_ok(), "{good}");
        }
        for bad in ["", "e", "english please", "en_US", "en-"] {
            assert!(parse_locale(bad).is_err(), "{bad}");
        }
    }
}
