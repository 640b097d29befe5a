//! A token taken apart (RFC 7515, compact form). Nothing in it is believed yet.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Map, Value};

use super::strict::object;
use crate::kernel::external::MAX_LENGTH;

/// Header, claims, and what was signed.
#[derive(Debug)]
pub struct Token<'a> {
    pub header: Map<String, Value>,
    /// An object.
    pub claims: Value,
    /// Header and claims as they were written.
    pub signed: &'a str,
    /// The signature as it was written.
    pub signature: &'a str,
}

impl<'a> Token<'a> {
    /// Reads three parts of base64url, the first two of them JSON objects.
    pub fn read(text: &'a str) -> Option<Self> {
        if text.len() > MAX_LENGTH {
            return None;
        }
        let (signed, signature) = text.rsplit_once('.')?;
        let (header, claims) = signed.split_once('.')?;
        let part = |part: &str| object(&URL_SAFE_NO_PAD.decode(part).ok()?);
        Some(Self { header: part(header)?, claims: Value::Object(part(claims)?), signed, signature })
    }

    /// A member of the header that is a text.
    pub fn header_text(&self, name: &str) -> Option<&str> {
        self.header.get(name).and_then(Value::as_str)
    }

    /// A claim that is a text.
    pub fn text(&self, name: &str) -> Option<&str> {
        self.claims.get(name).and_then(Value::as_str)
    }

    /// A claim that is a time (RFC 7519, `NumericDate`): seconds since 1970, fractions dropped.
    pub fn seconds(&self, name: &str) -> Option<i64> {
        const LATEST: f64 = 253_402_300_799.0;
        let value = self.claims.get(name)?;
        let whole = value.as_f64().filter(|seconds| (0.0..=LATEST).contains(seconds))?;
        #[expect(clippy::cast_possible_truncation, reason = "between 0 and the end of the year 9999, so it fits")]
        Some(value.as_i64().unwrap_or(whole as i64))
    }
}
