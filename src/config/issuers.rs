//! Which other issuers' access tokens are believed, and whether there are accounts with passwords beside them.
//!
//! The list is one JSON document, in `RECIPROCITY_ISSUERS` or in the file that `RECIPROCITY_ISSUERS_FILE` names. docs/issuers.md
//! explains every member.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::time::Duration;

use serde::Deserialize;

use super::address::Address;
use super::{Mode, Vars};

/// Issuers at most; each costs a fetch now and then.
const MOST_ISSUERS: usize = 10;
/// Audiences, types and values of scopes at most, each.
const MOST_NAMES: usize = 50;
/// The longest name of any kind. Bytes.
const LONGEST: usize = 500;
/// A key set in a file is as large as one that is fetched may be. Bytes.
const LARGEST_FILE: u64 = 256 * 1024;
/// The longest that a token may be believed after its issue: the ledger of erased subjects remembers them for a little longer.
pub const LONGEST_TOKEN_AGE_MINUTES: u32 = 24 * 60;

const MINUTE: u64 = 60;
const HOUR: u64 = 60 * MINUTE;

/// Whose tokens open accounts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AccountSource {
    /// Our own, after a password.
    BuiltIn,
    /// Other issuers' alone: nobody registers, signs in, recovers or refreshes here.
    External,
    Both,
}

impl AccountSource {
    #[must_use]
    pub const fn has_passwords(self) -> bool {
        matches!(self, Self::BuiltIn | Self::Both)
    }
}

/// A signature that can be believed: asymmetric ones alone, so that no public key is ever a shared secret (RFC 8725, 3.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
pub enum SignatureAlgorithm {
    ES256,
    ES384,
    EdDSA,
    RS256,
    RS384,
    RS512,
    PS256,
    PS384,
    PS512,
}

/// Where an issuer's public keys come from.
#[derive(Clone, Debug)]
pub enum KeySource {
    /// A key set (RFC 7517) as it was written down; it changes with a restart.
    Static(String),
    /// Fetched from this address.
    At(Address),
    /// Fetched from the address that the issuer's metadata names (`OpenID` Connect Discovery 1.0).
    Discovered,
}

/// What a claim's values allow.
#[derive(Clone, Debug)]
pub struct ScopeRule {
    /// The name of a member, or a JSON Pointer where it begins with a slash.
    pub claim: String,
    pub may_write: BTreeSet<String>,
    pub may_delete: BTreeSet<String>,
    /// Values that make an operator of the bearer: they keep the question sets, and have no account.
    pub admin_content: BTreeSet<String>,
}

/// An issuer whose tokens are believed, and which of them.
#[derive(Clone, Debug)]
pub struct Issuer {
    /// What `iss` has to say, byte for byte.
    pub name: Address,
    pub audiences: Vec<String>,
    pub keys: KeySource,
    pub algorithms: Vec<SignatureAlgorithm>,
    /// What `typ` may say, in small letters and without `application/`.
    pub types: Vec<String>,
    pub scopes: ScopeRule,
    /// How long after `iat` a token is believed, whatever its `exp` says.
    pub max_token_age: Duration,
    /// How often the keys are fetched.
    pub refresh: Duration,
    /// How long fetching one document may take.
    pub fetch_timeout: Duration,
    /// How long fetched keys are believed while they cannot be fetched again.
    pub keep: Duration,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    issuers: Vec<Written>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    issuer: String,
    audiences: Vec<String>,
    jwks: Option<Box<serde_json::value::RawValue>>,
    jwks_file: Option<PathBuf>,
    jwks_uri: Option<String>,
    #[serde(default = "usual_algorithms")]
    algorithms: Vec<SignatureAlgorithm>,
    #[serde(default = "usual_types")]
    types: Vec<String>,
    #[serde(default)]
    scopes: WrittenScopes,
    #[serde(default = "usual_token_age")]
    max_token_age_minutes: u32,
    #[serde(default = "usual_refresh")]
    refresh_minutes: u32,
    #[serde(default = "usual_fetch_timeout")]
    fetch_timeout_seconds: u32,
    #[serde(default = "usual_keep")]
    keep_hours: u32,
}

#[derive(Deserialize)]
#[serde(default, deny_unknown_fields)]
struct WrittenScopes {
    claim: String,
    read_write: BTreeSet<String>,
    read_write_delete: BTreeSet<String>,
    admin_content: BTreeSet<String>,
}

impl Default for WrittenScopes {
    fn default() -> Self {
        let none = BTreeSet::new;
        Self { claim: "scope".to_owned(), read_write: none(), read_write_delete: none(), admin_content: none() }
    }
}

impl WrittenScopes {
    /// Whether one value would make an operator of somebody who only signs in to their own account.
    fn is_for_people_and_operators(&self) -> bool {
        self.admin_content.iter().any(|value| self.read_write.contains(value) || self.read_write_delete.contains(value))
    }
}

fn usual_algorithms() -> Vec<SignatureAlgorithm> {
    vec![SignatureAlgorithm::ES256, SignatureAlgorithm::EdDSA, SignatureAlgorithm::RS256]
}

fn usual_types() -> Vec<String> {
    vec!["at+jwt".to_owned()]
}

const fn usual_token_age() -> u32 {
    60
}

const fn usual_refresh() -> u32 {
    10
}

const fn usual_fetch_timeout() -> u32 {
    5
}

const fn usual_keep() -> u32 {
    24
}

impl Vars<'_> {
    /// Whose tokens are believed: said once by name, and once by the list, so that neither comes about by a slip.
    pub(super) fn accounts(&mut self, mode: Mode, own: &str) -> (AccountSource, Vec<Issuer>) {
        let source = self.choice(
            "RECIPROCITY_ACCOUNTS",
            AccountSource::BuiltIn,
            &[("built-in", AccountSource::BuiltIn), ("external", AccountSource::External), ("both", AccountSource::Both)],
        );
        let listed = self.get("RECIPROCITY_ISSUERS");
        match (source, listed) {
            (AccountSource::BuiltIn, None) => {}
            (AccountSource::BuiltIn, Some(_)) => {
                self.wrong.push("  RECIPROCITY_ACCOUNTS: must say external or both where RECIPROCITY_ISSUERS is set".to_owned());
            }
            (AccountSource::External | AccountSource::Both, None) => {
                self.wrong.push("  RECIPROCITY_ISSUERS: must be set where accounts come from other issuers".to_owned());
            }
            (AccountSource::External | AccountSource::Both, Some(text)) => match read(&text, mode, own) {
                Ok(issuers) => return (source, issuers),
                Err(wrong) => self.wrong.extend(wrong.into_iter().map(|why| format!("  RECIPROCITY_ISSUERS: {why}"))),
            },
        }
        (source, Vec::new())
    }
}

/// Reads the list; `own` is the issuer of our own tokens.
fn read(text: &str, mode: Mode, own: &str) -> Result<Vec<Issuer>, Vec<String>> {
    let file: File = serde_json::from_str(text).map_err(|why| vec![format!("cannot be read: {why}")])?;
    if file.issuers.is_empty() || file.issuers.len() > MOST_ISSUERS {
        return Err(vec![format!("must list 1 to {MOST_ISSUERS} issuers")]);
    }
    let (mut issuers, mut wrong) = (Vec::<Issuer>::new(), Vec::new());
    for (at, written) in file.issuers.into_iter().enumerate() {
        let again = issuers.iter().any(|before| before.name.as_str() == written.issuer) || written.issuer == own;
        match written.check(mode) {
            Ok(_) if again => wrong.push(format!("issuer {}: is listed twice, or is this service itself", at + 1)),
            Ok(issuer) => issuers.push(issuer),
            Err(whys) => wrong.extend(whys.into_iter().map(|why| format!("issuer {}: {why}", at + 1))),
        }
    }
    if wrong.is_empty() { Ok(issuers) } else { Err(wrong) }
}

impl Written {
    fn check(self, mode: Mode) -> Result<Issuer, Vec<String>> {
        let mut wrong = Vec::new();
        let plain = mode == Mode::Development;
        let name = Address::parse(&self.issuer, plain).filter(Address::has_no_query);
        if name.is_none() {
            wrong.push(format!("issuer {UNSAFE_ADDRESS}, without a query"));
        }
        let keys = key_source(self.jwks, self.jwks_file, self.jwks_uri, plain).map_err(|why| wrong.push(why)).ok();
        for (member, names, least) in [
            ("audiences", self.audiences.iter().collect::<Vec<_>>(), 1),
            ("types", self.types.iter().collect(), 1),
            ("scopes.claim", vec![&self.scopes.claim], 1),
            ("scopes.read_write", self.scopes.read_write.iter().collect(), 0),
            ("scopes.read_write_delete", self.scopes.read_write_delete.iter().collect(), 0),
            ("scopes.admin_content", self.scopes.admin_content.iter().collect(), 0),
        ] {
            let good = |name: &&String| !name.is_empty() && name.len() <= LONGEST && !name.contains(char::is_whitespace);
            if names.len() < least || names.len() > MOST_NAMES || !names.iter().all(good) {
                wrong.push(format!("{member} must be {least} to {MOST_NAMES} names without spaces"));
            }
        }
        if self.scopes.is_for_people_and_operators() {
            wrong.push("scopes.admin_content must have no value that read_write or read_write_delete has".to_owned());
        }
        if self.algorithms.is_empty() {
            wrong.push("algorithms must not be empty".to_owned());
        }
        for (member, value, most) in [
            ("max_token_age_minutes", self.max_token_age_minutes, LONGEST_TOKEN_AGE_MINUTES),
            ("refresh_minutes", self.refresh_minutes, 24 * 60),
            ("fetch_timeout_seconds", self.fetch_timeout_seconds, 60),
            ("keep_hours", self.keep_hours, 7 * 24),
        ] {
            if value == 0 || value > most {
                wrong.push(format!("{member} must be from 1 to {most}"));
            }
        }
        let Some((name, keys)) = name.zip(keys).filter(|_| wrong.is_empty()) else { return Err(wrong) };
        Ok(Issuer {
            name,
            audiences: self.audiences,
            keys,
            algorithms: self.algorithms,
            types: self.types.iter().map(|name| type_name(name)).collect(),
            scopes: ScopeRule {
                claim: self.scopes.claim,
                may_write: self.scopes.read_write,
                may_delete: self.scopes.read_write_delete,
                admin_content: self.scopes.admin_content,
            },
            max_token_age: Duration::from_secs(u64::from(self.max_token_age_minutes) * MINUTE),
            refresh: Duration::from_secs(u64::from(self.refresh_minutes) * MINUTE),
            fetch_timeout: Duration::from_secs(u64::from(self.fetch_timeout_seconds)),
            keep: Duration::from_secs(u64::from(self.keep_hours) * HOUR),
        })
    }
}

const UNSAFE_ADDRESS: &str = "must be an https address (in development also http on this machine)";

fn key_source(
    inline: Option<Box<serde_json::value::RawValue>>,
    file: Option<PathBuf>,
    uri: Option<String>,
    plain: bool,
) -> Result<KeySource, String> {
    match (inline, file, uri) {
        (None, None, None) => Ok(KeySource::Discovered),
        (Some(set), None, None) => Ok(KeySource::Static(set.get().to_owned())),
        (None, Some(path), None) => read_file(&path).map(KeySource::Static).map_err(|why| format!("jwks_file {why}")),
        (None, None, Some(uri)) => Address::parse(&uri, plain).map(KeySource::At).ok_or_else(|| format!("jwks_uri {UNSAFE_ADDRESS}")),
        _ => Err("jwks, jwks_file and jwks_uri exclude each other".to_owned()),
    }
}

fn read_file(path: &PathBuf) -> Result<String, String> {
    let size = std::fs::metadata(path).map_err(|why| format!("cannot be read ({})", why.kind()))?.len();
    if size > LARGEST_FILE {
        return Err("is too large".to_owned());
    }
    std::fs::read_to_string(path).map_err(|why| format!("cannot be read ({})", why.kind()))
}

/// A media type as `typ` writes it: capitals and a leading `application/` do not matter (RFC 7515, 4.1.9).
#[must_use]
pub fn type_name(written: &str) -> String {
    let small = written.to_ascii_lowercase();
    small.strip_prefix("application/").unwrap_or(&small).to_owned()
}

#[cfg(test)]
#[path = "issuers_tests.rs"]
mod tests;
