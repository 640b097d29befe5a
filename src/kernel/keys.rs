//! Secrets derived from other secrets (HKDF-SHA-256, RFC 5869): one purpose, one key.
//!
//! From each master key come the key that wraps the accounts' keys and the key that signs access tokens. What has to outlive a
//! master key, digests of requests and page cursors, comes from a random secret that is stored wrapped (`db::request_key`).

use aws_lc_rs::{hkdf, hmac};
use zeroize::Zeroizing;

use super::error::Error;
use super::sealed::SealingKey;

/// The keys that recognise requests and cursors, and that PINs are hashed under; the same on every instance, and whatever the master key is. Never printed.
#[derive(Clone)]
pub struct Keys {
    digest: hmac::Key,
    cursor: hmac::Key,
    pin: hmac::Key,
}

impl std::fmt::Debug for Keys {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Keys")
    }
}

impl Keys {
    /// Derives them from 32 random bytes.
    pub fn derive(secret: &[u8; 32]) -> Result<Self, Error> {
        let root = root(secret);
        Ok(Self {
            digest: hmac::Key::new(hmac::HMAC_SHA256, &*expand(&root, b"request digest")?),
            cursor: hmac::Key::new(hmac::HMAC_SHA256, &*expand(&root, b"page cursor")?),
            pin: hmac::Key::new(hmac::HMAC_SHA256, &*expand(&root, b"account pin")?),
        })
    }

    /// A keyed digest (HMAC-SHA-256): says whether two requests were the same without keeping either.
    #[must_use]
    pub fn digest(&self, parts: &[&[u8]]) -> [u8; 32] {
        tag(&self.digest, parts)
    }

    /// What is hashed in a PIN's place: the PINs are so few that a hash of one is guessed by whoever has the hash, unless they lack
    /// this key.
    #[must_use]
    pub fn pin_tag(&self, parts: &[&[u8]]) -> [u8; 32] {
        tag(&self.pin, parts)
    }

    /// The tag that makes a page cursor ours.
    #[must_use]
    pub fn cursor_tag(&self, parts: &[&[u8]]) -> [u8; 32] {
        tag(&self.cursor, parts)
    }
}

/// The seed of the Ed25519 key that signs access tokens under this master key.
pub fn signing_seed(master: &[u8; 32]) -> Result<Zeroizing<[u8; 32]>, Error> {
    expand(&root(master), b"access token signature")
}

/// The key that wraps the accounts' data keys. Its id is derived too, so that a wrapped key says which master key opens it
/// without saying anything about that key.
pub fn wrapping_key(master: &[u8; 32]) -> Result<SealingKey, Error> {
    let root = root(master);
    let id = expand(&root, b"master key id")?;
    let id = id.first_chunk().copied().unwrap_or_default();
    SealingKey::new(u32::from_be_bytes(id), &*expand(&root, b"account key wrapping")?)
}

fn root(secret: &[u8; 32]) -> hkdf::Prk {
    hkdf::Salt::new(hkdf::HKDF_SHA256, b"reciprocity/1").extract(secret)
}

fn expand(root: &hkdf::Prk, label: &[u8]) -> Result<Zeroizing<[u8; 32]>, Error> {
    let mut key = Zeroizing::new([0_u8; 32]);
    let labels = [label];
    let failed = |_| Error::internal("a key could not be derived");
    root.expand(&labels, hkdf::HKDF_SHA256).map_err(failed)?.fill(key.as_mut_slice()).map_err(failed)?;
    Ok(key)
}

/// Each part is preceded by its length, so that ("a","bc") and ("ab","c") differ.
fn tag(key: &hmac::Key, parts: &[&[u8]]) -> [u8; 32] {
    let mut context = hmac::Context::with_key(key);
    for part in parts {
        context.update(&(part.len() as u64).to_be_bytes());
        context.update(part);
    }
    let mut out = [0_u8; 32];
    for (to, from) in out.iter_mut().zip(context.sign().as_ref()) {
        *to = *from;
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_digest_depends_on_the_key_and_on_where_the_parts_begin() {
        let keys = Keys::derive(&[7; 32]).unwrap();
        let others = Keys::derive(&[8; 32]).unwrap();
        assert_eq!(keys.digest(&[b"a", b"bc"]), keys.digest(&[b"a", b"bc"]));
        assert_ne!(keys.digest(&[b"a", b"bc"]), keys.digest(&[b"ab", b"c"]));
        assert_ne!(keys.digest(&[b"a", b"bc"]), others.digest(&[b"a", b"bc"]));
        assert_ne!(keys.digest(&[b"a"]), keys.cursor_tag(&[b"a"]));
        assert_ne!(keys.digest(&[b"a"]), keys.pin_tag(&[b"a"]));
    }

    #[test]
    fn each_master_key_has_a_wrapping_key_and_an_id_of_its_own_that_stay_the_same() {
        let id = |byte: u8| wrapping_key(&[byte; 32]).unwrap().id();
        assert_eq!(id(7), id(7));
        assert_ne!(id(7), id(8));
    }
}
