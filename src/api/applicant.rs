//! Somebody who asks for an account: a visitor with a password to be, or the bearer of another issuer's token.

use std::future::Future;
use std::pin::Pin;

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest, web};

use super::auth::{Gate, Registering, Visitor, address, bearer, gate, spend};
use super::limits::{Class, Subject};
use super::problem::Problem;
use crate::kernel::Error;
use crate::kernel::external::Claimed;

/// Who asks, within their budget.
#[derive(Debug)]
pub enum Applicant {
    /// Without a token of another issuer; counted by address.
    Visitor,
    /// With one that is believed; counted by subject, so that people behind one address do not wait for each other.
    External(Claimed, Making),
}

/// Counts an account that is about to be made for another issuer's subject by address: whoever makes up subjects at an issuer that lets
/// everybody in must not make accounts as fast as that.
pub struct Making {
    gate: web::Data<Gate>,
    req: HttpRequest,
}

impl std::fmt::Debug for Making {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Making")
    }
}

impl Making {
    /// Takes one from the address's budget.
    pub fn spend(&self) -> Result<(), Error> {
        spend(&self.gate, &self.req, Class::Accounts, Subject::Address(address(&self.gate, &self.req)))
    }
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
                return Ok(Self::External(claimed, Making { gate, req }));
            }
            Visitor::<Registering>::extract(&req).await.map(|_| Self::Visitor)
        })
    }
}
