//! What a handler asks after it was let in: how much may be stored, and whether the session still lives while a long answer is sent.

use std::future::Future;
use std::num::NonZeroU32;
use std::pin::Pin;
use std::sync::Arc;

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpMessage, HttpRequest, web};

use super::{Gate, bearer, gate};
use crate::api::limits::{Class, Limits, Subject};
use crate::api::problem::Problem;
use crate::kernel::external::Claimed;
use crate::kernel::token::{Came, Verified};
use crate::kernel::{AccountId, Code, Error};

/// What an account may still store today, for work whose amount stands in its body. Everything else that stores is counted as one,
/// by its permission.
#[derive(Debug)]
pub struct Storing {
    pub(super) limits: Arc<Limits>,
    pub(super) req: HttpRequest,
}

impl Storing {
    /// Takes so many from the account's day, or none of them.
    pub fn spend(&self, account: AccountId, things: usize) -> Result<(), Error> {
        let count = u32::try_from(things).ok().and_then(NonZeroU32::new).unwrap_or(NonZeroU32::MIN);
        match self.limits.take_some(Class::Stored, Subject::Account(account.0), count) {
            Ok(_) => Ok(()),
            Err((error, left)) => {
                // The answer's headers are of the budget that refused.
                self.req.extensions_mut().insert(left);
                Err(error)
            }
        }
    }
}

impl FromRequest for Storing {
    type Error = Problem;
    type Future = std::future::Ready<Result<Self, Problem>>;

    fn from_request(req: &HttpRequest, _: &mut Payload) -> Self::Future {
        std::future::ready(gate(req).map(|gate| Self { limits: Arc::clone(&gate.limits), req: req.clone() }))
    }
}

/// Asks later once more what was asked when a request came in: for answers that take long to send.
pub struct Standing {
    gate: web::Data<Gate>,
    token: Whose,
}

/// Who made a token that holds.
enum Whose {
    Ours(Verified),
    Theirs(Claimed),
}

impl Standing {
    /// What the caller came with, to be looked at again in the transaction that does what was asked.
    #[must_use]
    pub fn came(&self) -> Came {
        match &self.token {
            Whose::Ours(verified) => Came::Session(verified.identity.session),
            Whose::Theirs(claimed) => Came::Issued(claimed.issued_at),
        }
    }

    /// Fails where the session has ended since. The token may have come to its end: an answer that is long is not cut short by that.
    pub async fn holds(&self) -> Result<(), Error> {
        let living = match (&self.token, &self.gate.external) {
            (Whose::Ours(verified), _) => self.gate.sessions.alive(verified).await?.is_some(),
            (Whose::Theirs(claimed), Some(external)) => external.subjects.account_of(*claimed).await?.is_some(),
            (Whose::Theirs(_), None) => false,
        };
        if living { Ok(()) } else { Err(Error::new(Code::Unauthenticated)) }
    }

    async fn read(gate: web::Data<Gate>, req: HttpRequest) -> Result<Self, Problem> {
        let token = bearer(&req).ok_or_else(|| Error::new(Code::Unauthenticated))?;
        let now = gate.clock.now();
        let theirs = match &gate.external {
            Some(external) => external.tokens.verify(token, now).await?,
            None => None,
        };
        let token = match theirs {
            Some(claimed) => Whose::Theirs(claimed),
            None => Whose::Ours(gate.tokens.verify(token, now)?),
        };
        Ok(Self { gate, token })
    }
}

impl FromRequest for Standing {
    type Error = Problem;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Problem>>>>;

    fn from_request(req: &HttpRequest, _: &mut Payload) -> Self::Future {
        let req = req.clone();
        Box::pin(async move { Self::read(gate(&req)?, req).await })
    }
}
