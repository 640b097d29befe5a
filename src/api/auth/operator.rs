//! An operator who keeps the question sets: let in by a token that opens no account.
//!
//! Whoever comes with an account's token is told that it does not allow this, once it was found to be good: a bad one is no token at all.

use std::future::Future;
use std::pin::Pin;

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest, web};
use uuid::Uuid;

use super::permission::Asks;
use super::{Gate, Shown, bearer, gate, spend};
use crate::api::limits::{Class, Subject};
use crate::api::problem::Problem;
use crate::kernel::operator::Operator;
use crate::kernel::{Code, Error};

/// A verified operator, within the budget of operators.
#[derive(Debug)]
pub struct Keeper {
    /// What the log calls them.
    pub id: Uuid,
}

impl Keeper {
    async fn read(gate: web::Data<Gate>, req: HttpRequest) -> Result<Self, Problem> {
        if let Some(Operator { id }) = operator(&gate, &req).await? {
            spend(&gate, &req, Class::Administration, Subject::Account(id))?;
            return Ok(Self { id });
        }
        let shown = Shown::read(&gate, &req).await?;
        spend(&gate, &req, Class::Reads, Subject::Account(shown.verified.identity.account.0))?;
        shown.confirm(&gate, Asks::Nothing).await?;
        Err(Error::new(Code::InsufficientScope).into())
    }
}

/// Who a token makes an operator: one of ours, or one of an issuer that may. Nothing where it is an account's, or none.
async fn operator(gate: &Gate, req: &HttpRequest) -> Result<Option<Operator>, Error> {
    let token = bearer(req).ok_or_else(|| Error::new(Code::Unauthenticated))?;
    let now = gate.clock.now();
    if let Some(external) = &gate.external
        && let Some(operator) = external.tokens.operator(token, now).await?
    {
        return Ok(Some(operator));
    }
    let Ok(verified) = gate.operators.verify(token, now) else { return Ok(None) };
    if gate.sessions.believes(&verified.kid).await? { Ok(Some(verified.operator)) } else { Err(Error::new(Code::Unauthenticated)) }
}

impl FromRequest for Keeper {
    type Error = Problem;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Problem>>>>;

    fn from_request(req: &HttpRequest, _: &mut Payload) -> Self::Future {
        let req = req.clone();
        Box::pin(async move { Self::read(gate(&req)?, req).await })
    }
}
