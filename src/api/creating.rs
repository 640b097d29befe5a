//! What every creating POST needs, in one extractor: the id, the digest, the Idempotency-Key, the moment.

use std::future::{Ready, ready};

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest, web};
use serde::Serialize;
use uuid::Uuid;

use super::conditions::Conditions;
use super::idempotency::{IdempotencyHeader, request_digest};
use super::problem::Problem;
use crate::db::creation::Creation;
use crate::db::idempotency::IdempotencyKey;
use crate::kernel::{AccountId, Clock, Error, FieldError, Keys, Random, ids};

/// The parts of a creation that come with the request or the server, not with the body.
#[derive(Debug)]
pub struct Creating {
    header: IdempotencyHeader,
    keys: web::Data<Keys>,
    clock: web::Data<Clock>,
    random: web::Data<Random>,
    pub conditions: Conditions,
}

impl Creating {
    /// Whether the client sent an Idempotency-Key.
    #[must_use]
    pub fn has_key(&self) -> bool {
        self.header.is_there()
    }

    /// Puts a creation together. `place` is where the thing is made; `id` is the client's choice, if it made one.
    pub fn of(&self, account: AccountId, place: &str, body: &impl Serialize, id: Option<Uuid>) -> Result<Creation, Error> {
        let now = self.clock.now();
        let id = match id {
            Some(id) if ids::is_client_id(id) => id,
            Some(_) => {
                let detail = "Choose any UUID but the nil and the max one.";
                return Err(Error::invalid(vec![FieldError::new("/id", "reserved_id", detail)]));
            }
            None => self.random.uuid_v7(now)?,
        };
        let digest = request_digest(&self.keys, account, place, body)?;
        let key = self.header.digests(&self.keys, account, &digest);
        let idempotency = key.map(|(key_digest, request_digest)| IdempotencyKey { key_digest, request_digest });
        Ok(Creation { id, digest, idempotency, now })
    }
}

impl FromRequest for Creating {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(req: &HttpRequest, payload: &mut Payload) -> Self::Future {
        ready((|| {
            let header = IdempotencyHeader::from_request(req, payload).into_inner()?;
            let conditions = Conditions::from_request(req, payload).into_inner()?;
            let missing = || Problem(Error::internal("a shared value is not set up"));
            Ok(Self {
                header,
                conditions,
                keys: req.app_data().cloned().ok_or_else(missing)?,
                clock: req.app_data().cloned().ok_or_else(missing)?,
                random: req.app_data().cloned().ok_or_else(missing)?,
            })
        })())
    }
}
