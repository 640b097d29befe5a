//! Somebody who asks for an account: a visitor with a password to be, or the bearer of another issuer's token.

use std::future::Future;
use std::pin::Pin;

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest};

use super::auth::{Registering, Visitor, bearer, gate, spend};
use super::limits::{Class, Subject};
use super::problem::Problem;
use crate::kernel::external::Claimed;

/// Who asks, within their budget.
#[derive(Debug)]
pub enum Applicant {
    /// Without a token of another issuer; counted by address.
    Visitor,
    /// With one that is believed; counted by subject, so that people behind one address do not wait for each other.
    External(Claimed),
}

impl FromRequest for Applicant {
    type Error = Problem;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Problem>>>>;

    fn from_request(req: &HttpRequest, _: &mut Payload) -> Self::Future {
        let req = req.clone();
        Box::pin(async move {
            let gate = gate(&req)?;
            if let Some((external, token)) = gate.external.as_ref().zip(bearer(&req))
                && let Some(claimed) = external.tokens.verify(token, gate.clock.now()).await?
            {
                spend(&gate, &req, Class::Accounts, Subject::Account(claimed.subject.budget()))?;
                return Ok(Self::External(claimed));
            }
            Visitor::<Registering>::extract(&req).await.map(|_| Self::Visitor)
        })
    }
}
