//! The keys that sign access tokens: one derived from each master key, so that replacing the master key replaces them too.
//!
//! Ed25519 (RFC 8032), published as RFC 8037 keys. A key is named by the first 96 bits of its public half.

use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::{DecodingKey, EncodingKey};
use zeroize::Zeroizing;

use super::error::Error;
use super::keys::signing_seed;

/// Characters of a key's name.
const KID: usize = 16;

/// One signing key, with its public half and its name.
#[derive(Clone)]
pub struct SigningKey {
    pub kid: String,
    /// The public half in base64url: the `x` of RFC 8037.
    pub public_x: String,
    pub(super) encoding: EncodingKey,
    pub(super) decoding: DecodingKey,
}

impl std::fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "SigningKey({})", self.kid)
    }
}

impl SigningKey {
    /// The signing key that belongs to a master key.
    pub fn of_master(master: &[u8; 32]) -> Result<Self, Error> {
        let seed = signing_seed(master)?;
        let pair = Ed25519KeyPair::from_seed_unchecked(seed.as_slice()).map_err(|_| Error::internal("the signing key was rejected"))?;
        let public_x = URL_SAFE_NO_PAD.encode(pair.public_key().as_ref());
        Ok(Self {
            kid: public_x.chars().take(KID).collect(),
            encoding: EncodingKey::from_ed_der(&pkcs8(&seed)),
            decoding: DecodingKey::from_ed_components(&public_x).map_err(Error::internal)?,
            public_x,
        })
    }
}

/// The PKCS #8 envelope of an Ed25519 seed (RFC 8410, section 7): a fixed prefix and the 32 bytes.
fn pkcs8(seed: &[u8; 32]) -> Zeroizing<Vec<u8>> {
    const PREFIX: [u8; 16] = [0x30, 0x2e, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x04, 0x22, 0x04, 0x20];
    Zeroizing::new([PREFIX.as_slice(), seed.as_slice()].concat())
}
