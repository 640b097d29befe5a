//! Public keys of an issuer (RFC 7517): each with the algorithms it is for, and no other.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::{Algorithm, DecodingKey};
use serde_json::{Map, Value};

use super::strict::object;
use crate::config::SignatureAlgorithm;

/// Keys of one issuer at most; more are left out.
const MOST: usize = 100;
/// RSA keys of fewer bits are left out (RFC 8725, 3.5; NIST SP 800-57).
const LEAST_RSA_BITS: usize = 2_048;
const MOST_RSA_BITS: usize = 8_192;

/// A set of public keys that can verify.
#[derive(Debug, Default)]
pub struct KeySet(Vec<Key>);

#[derive(Debug)]
struct Key {
    kid: Option<String>,
    algorithms: Vec<SignatureAlgorithm>,
    decoding: DecodingKey,
}

/// What a set has for a token.
#[derive(Debug)]
pub enum Found<'a> {
    Key(&'a DecodingKey),
    /// No key has this name: the issuer may have new ones.
    Unknown,
    /// There is one of this name that is not for this algorithm, or no way to tell which of several is meant.
    Unfit,
}

impl KeySet {
    /// Reads a set. Keys that cannot be used are left out, as RFC 7517 asks; a document that is no set is nothing.
    #[must_use]
    pub fn read(bytes: &[u8]) -> Option<Self> {
        let set = object(bytes)?;
        let keys = set.get("keys")?.as_array()?;
        Some(Self(keys.iter().filter_map(Value::as_object).filter_map(Key::read).take(MOST).collect()))
    }

    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The key that a token names. Without a name there must be only one key.
    #[must_use]
    pub fn find(&self, kid: Option<&str>, algorithm: SignatureAlgorithm) -> Found<'_> {
        let named: Vec<&Key> = match kid {
            Some(kid) => self.0.iter().filter(|key| key.kid.as_deref() == Some(kid)).collect(),
            None if self.0.len() > 1 => return Found::Unfit,
            None => self.0.iter().collect(),
        };
        match named.as_slice() {
            [] => Found::Unknown,
            [key] if key.algorithms.contains(&algorithm) => Found::Key(&key.decoding),
            [..] => Found::Unfit,
        }
    }
}

impl Key {
    fn read(jwk: &Map<String, Value>) -> Option<Self> {
        let text = |name: &str| jwk.get(name).and_then(Value::as_str);
        let for_signatures = jwk.get("use").is_none_or(|usage| usage == "sig");
        let may_verify = jwk.get("key_ops").is_none_or(|ops| ops.as_array().is_some_and(|ops| ops.iter().any(|op| op == "verify")));
        // A private key that is published is anybody's.
        if !for_signatures || !may_verify || jwk.contains_key("d") || jwk.contains_key("k") {
            return None;
        }
        let (mut algorithms, decoding) = match (text("kty")?, text("crv")) {
            ("EC", Some("P-256")) => (vec![SignatureAlgorithm::ES256], ec(text("x")?, text("y")?, 32)?),
            ("EC", Some("P-384")) => (vec![SignatureAlgorithm::ES384], ec(text("x")?, text("y")?, 48)?),
            ("OKP", Some("Ed25519")) => (vec![SignatureAlgorithm::EdDSA], ed(text("x")?)?),
            ("RSA", None) => (RSA.to_vec(), rsa(text("n")?, text("e")?)?),
            _ => return None,
        };
        if let Some(only) = jwk.get("alg") {
            algorithms.retain(|algorithm| only == name_of(*algorithm) || (only == "Ed25519" && *algorithm == SignatureAlgorithm::EdDSA));
        }
        let kid = match jwk.get("kid") {
            None => None,
            Some(kid) => Some(kid.as_str()?.to_owned()),
        };
        (!algorithms.is_empty()).then_some(Self { kid, algorithms, decoding })
    }
}

const RSA: [SignatureAlgorithm; 6] = [
    SignatureAlgorithm::RS256,
    SignatureAlgorithm::RS384,
    SignatureAlgorithm::RS512,
    SignatureAlgorithm::PS256,
    SignatureAlgorithm::PS384,
    SignatureAlgorithm::PS512,
];

fn bytes(text: &str) -> Option<Vec<u8>> {
    URL_SAFE_NO_PAD.decode(text).ok()
}

fn ec(x: &str, y: &str, length: usize) -> Option<DecodingKey> {
    let right = bytes(x)?.len() == length && bytes(y)?.len() == length;
    DecodingKey::from_ec_components(x, y).ok().filter(|_| right)
}

fn ed(x: &str) -> Option<DecodingKey> {
    let right = bytes(x)?.len() == 32;
    DecodingKey::from_ed_components(x).ok().filter(|_| right)
}

/// Long enough, and with an exponent that is odd and at least 65,537 (FIPS 186-5): with 1 or 3 a signature can be made up.
fn rsa(n: &str, e: &str) -> Option<DecodingKey> {
    let (modulus, exponent) = (bytes(n)?, bytes(e)?);
    let (modulus, exponent) = (without_zeros(&modulus), without_zeros(&exponent));
    let bits = modulus.first().map_or(0, |first| modulus.len() * 8 - first.leading_zeros() as usize);
    let large = exponent.len() >= 3 && exponent.len() <= 4 && (exponent.len() > 3 || exponent >= [1, 0, 1].as_slice());
    let odd = exponent.last().is_some_and(|last| last % 2 == 1);
    let good = (LEAST_RSA_BITS..=MOST_RSA_BITS).contains(&bits) && large && odd;
    good.then(|| DecodingKey::from_rsa_raw_components(modulus, exponent))
}

/// Large numbers may be written with zeros in front.
fn without_zeros(number: &[u8]) -> &[u8] {
    let zeros = number.iter().take_while(|byte| **byte == 0).count();
    number.get(zeros..).unwrap_or_default()
}

/// What `alg` says for it.
pub const fn name_of(algorithm: SignatureAlgorithm) -> &'static str {
    match algorithm {
        SignatureAlgorithm::ES256 => "ES256",
        SignatureAlgorithm::ES384 => "ES384",
        SignatureAlgorithm::EdDSA => "EdDSA",
        SignatureAlgorithm::RS256 => "RS256",
        SignatureAlgorithm::RS384 => "RS384",
        SignatureAlgorithm::RS512 => "RS512",
        SignatureAlgorithm::PS256 => "PS256",
        SignatureAlgorithm::PS384 => "PS384",
        SignatureAlgorithm::PS512 => "PS512",
    }
}

/// Whether the key signed this. The algorithm is the one that was agreed on beforehand, never the token's wish.
pub fn signed(key: &DecodingKey, algorithm: SignatureAlgorithm, signed: &str, signature: &str) -> bool {
    let algorithm = match algorithm {
        SignatureAlgorithm::ES256 => Algorithm::ES256,
        SignatureAlgorithm::ES384 => Algorithm::ES384,
        SignatureAlgorithm::EdDSA => Algorithm::EdDSA,
        SignatureAlgorithm::RS256 => Algorithm::RS256,
        SignatureAlgorithm::RS384 => Algorithm::RS384,
        SignatureAlgorithm::RS512 => Algorithm::RS512,
        SignatureAlgorithm::PS256 => Algorithm::PS256,
        SignatureAlgorithm::PS384 => Algorithm::PS384,
        SignatureAlgorithm::PS512 => Algorithm::PS512,
    };
    jsonwebtoken::crypto::verify(signature, signed.as_bytes(), key, algorithm).unwrap_or(false)
}

#[cfg(test)]
#[path = "keys_tests.rs"]
mod tests;
