//! The Idempotency-Key header, turned into keyed digests before anything else sees it.

use std::future::{Ready, ready};

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest};
use serde::Serialize;

use super::problem::Problem;
use crate::kernel::{AccountId, Error, Keys};

/// The longest key accepted; a UUID has 36 characters.
const MAX_LENGTH: usize = 255;

/// The header as sent, where it was.
#[derive(Clone, Debug)]
pub struct IdempotencyHeader(Option<String>);

impl IdempotencyHeader {
    #[must_use]
    pub const fn is_there(&self) -> bool {
        self.0.is_some()
    }

    /// The digests to remember, or nothing where the client sent no key.
    #[must_use]
    pub fn digests(&self, keys: &Keys, account: AccountId, request: &[u8; 32]) -> Option<([u8; 32], [u8; 32])> {
        let key = self.0.as_ref()?;
        Some((keys.digest(&[b"idempotency", account.0.as_bytes(), key.as_bytes()]), *request))
    }
}

impl FromRequest for IdempotencyHeader {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(req: &HttpRequest, _: &mut Payload) -> Self::Future {
        let Some(value) = req.headers().get("idempotency-key") else {
            return ready(Ok(Self(None)));
        };
        let text = value.to_str().unwrap_or_default();
        if text.is_empty() || text.len() > MAX_LENGTH {
            let detail = "Send 1 to 255 visible ASCII characters; a fresh UUID is a good key.";
            return ready(Err(Error::parameter("Idempotency-Key", "invalid", detail).into()));
        }
        ready(Ok(Self(Some(text.to_owned()))))
    }
}

/// The keyed digest of a request: of what it asks for and where, not of how its JSON was spaced or ordered.
pub fn request_digest(keys: &Keys, account: AccountId, place: &str, body: &impl Serialize) -> Result<[u8; 32], Error> {
    let bytes = serde_json::to_vec(body).map_err(Error::internal)?;
    Ok(keys.digest(&[b"request", account.0.as_bytes(), place.as_bytes(), &bytes]))
}
