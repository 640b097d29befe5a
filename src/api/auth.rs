//! Who is calling, and whether they may: the permission stands in the handler's signature.
//!
//! `Caller<Read>` in a signature means that the handler runs only with a valid token of a living session that may read,
//! within the account's budget. The order is fixed: signature, scope, budget, session, reach, lock, the day's
//! storing.

mod later;
mod operator;
mod permission;
mod visitor;

pub use later::{Standing, Storing};
pub use operator::Keeper;
pub use permission::*;
pub(super) use visitor::address;
pub use visitor::{Asked, ByAddress, Passing, Refreshing, Registering, SigningIn, Visitor};

use std::future::Future;
use std::marker::PhantomData;
use std::pin::Pin;
use std::sync::Arc;

use actix_web::dev::Payload;
use actix_web::http::header::AUTHORIZATION;
use actix_web::{FromRequest, HttpMessage, HttpRequest, web};

use super::external::External;
use super::guesses::Guesses;
use super::limits::{Class, Left, Limits, Subject};
use super::problem::Problem;
use crate::config::AccountSource;
use crate::kernel::access::Reader;
use crate::kernel::external::MAX_LENGTH;
use crate::kernel::operator::OperatorTokens;
use crate::kernel::token::{Identity, Living, SessionCheck, Tokens, Verified};
use crate::kernel::trusted::{Believed, Digest, Trusted};
use crate::kernel::{AccountId, Clock, Code, Error, Reach, SessionId, View};
use crate::meters::Meters;

/// What the extractors need.
#[derive(Clone)]
pub struct Gate {
    pub tokens: Tokens,
    /// Operators' tokens, which open no account.
    pub operators: OperatorTokens,
    pub clock: Clock,
    pub limits: Arc<Limits>,
    pub guesses: Arc<Guesses>,
    pub sessions: Arc<dyn SessionCheck>,
    /// What was checked a moment ago; whoever ends something forgets it here.
    pub trusted: Trusted,
    pub trusted_proxies: u8,
    pub meters: Arc<Meters>,
    /// Whether our own tokens and passwords open anything.
    pub accounts: AccountSource,
    /// Other issuers, where there are any.
    pub external: Option<External>,
}

/// The verified caller, with permission `P`.
#[derive(Debug)]
pub struct Caller<P> {
    pub account: AccountId,
    pub session: SessionId,
    /// Whether the session is locked: nothing that is stored may be shown. Always false where the permission asks for an unlocked one.
    pub locked: bool,
    pub reach: Reach,
    permission: PhantomData<P>,
}

impl<P> Caller<P> {
    /// What of the account the caller may see, for whatever is asked of the database.
    #[must_use]
    pub const fn view(&self) -> View {
        View::new(self.account, self.reach)
    }
}

impl<P: Permission> FromRequest for Caller<P> {
    type Error = Problem;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Problem>>>>;

    fn from_request(req: &HttpRequest, _: &mut Payload) -> Self::Future {
        let req = req.clone();
        Box::pin(async move {
            let gate = gate(&req)?;
            let shown = Shown::read(&gate, &req).await?;
            let identity = shown.verified.identity;
            if !P::allowed(identity.scope) {
                return Err(Error::new(Code::InsufficientScope).into());
            }
            let counted = if P::CLASS == Class::Unlocks { identity.session.0 } else { identity.account.0 };
            spend(&gate, &req, P::CLASS, Subject::Account(counted))?;
            let Living { lock, reach, .. } = shown.confirm(&gate, P::ASKS).await?;
            if !P::ADMITS.admits(&reach) {
                return Err(Error::new(Code::InsufficientScope).into());
            }
            let locked = !lock.is_open(gate.clock.now());
            if locked && P::ASKS == Asks::Unlocked {
                return Err(Error::new(Code::StepUpRequired).into());
            }
            if P::CLASS.stores() {
                Storing { limits: Arc::clone(&gate.limits), req: req.clone() }.spend(identity.account, 1)?;
            }
            let Identity { account, session, .. } = identity;
            req.extensions_mut().insert(Reader { account, session, grant: reach.grant() });
            Ok(Self { account, session, locked, reach, permission: PhantomData })
        })
    }
}

pub(super) fn gate(req: &HttpRequest) -> Result<web::Data<Gate>, Problem> {
    req.app_data::<web::Data<Gate>>().cloned().ok_or_else(|| Error::internal("the gate is not set up").into())
}

/// The token in the Authorization header, and nowhere else.
pub(super) fn bearer(req: &HttpRequest) -> Option<&str> {
    let (scheme, token) = req.headers().get(AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
    let token = token.trim();
    (scheme.eq_ignore_ascii_case("bearer") && token.len() <= MAX_LENGTH).then_some(token)
}

/// A token that was shown and whose signature holds.
struct Shown {
    verified: Verified,
    digest: Digest,
    /// Its session, where that was found alive a moment ago.
    believed: Option<Living>,
}

impl Shown {
    async fn read(gate: &web::Data<Gate>, req: &HttpRequest) -> Result<Self, Error> {
        let token = bearer(req).ok_or_else(|| Error::new(Code::Unauthenticated))?;
        let (digest, now) = (Digest::of(token), gate.clock.now());
        if let Some(Believed { verified, living, due }) = gate.trusted.get(digest, now) {
            gate.meters.token_cache.hit();
            if due && gate.external.is_none() {
                actix_web::rt::spawn(ask_again(gate.clone(), verified.clone(), digest));
            }
            return Ok(Self { verified, digest, believed: Some(living) });
        }
        gate.meters.token_cache.miss();
        if let Some(external) = &gate.external
            && let Some(claimed) = external.tokens.verify(token, now).await?
        {
            // The account is not known yet, so the subject is counted: a token without an account asks the database in vain.
            spend(gate, req, Class::Reads, Subject::Account(claimed.subject.budget()))?;
            let (verified, living) = external.account_of(claimed, digest, &gate.trusted, &gate.clock).await?;
            return Ok(Self { verified, digest, believed: Some(living) });
        }
        if !gate.accounts.has_passwords() {
            return Err(Error::new(Code::Unauthenticated));
        }
        Ok(Self { verified: gate.tokens.verify(token, now)?, digest, believed: None })
    }

    /// Asks whether the session lives, what it reaches and how its lock is, unless that was asked a moment ago. What cannot be asked is not believed.
    /// A lock that is in the way is asked for again: it may have been opened since, on another instance.
    async fn confirm(self, gate: &Gate, asks: Asks) -> Result<Living, Error> {
        let now = gate.clock.now();
        if let Some(living) = self.believed.filter(|living| asks == Asks::Nothing || living.lock.is_open(now)) {
            return Ok(living);
        }
        ask(gate, self.verified, self.digest).await
    }
}

/// Asks whether a session lives, and remembers that it does.
async fn ask(gate: &Gate, verified: Verified, digest: Digest) -> Result<Living, Error> {
    let asked = gate.trusted.ask(gate.clock.now());
    let answer = gate.sessions.alive(&verified).await;
    // A database that cannot be reached may be one whose sessions were ended, so nothing is believed any more. One that is
    // only busy (no cause) is not given more to do.
    if answer.as_ref().is_err_and(|failed| failed.cause().is_some()) {
        gate.trusted.forget_all();
    }
    let living = answer?.ok_or_else(|| {
        // Somebody may have asked in time: it ended since.
        gate.trusted.forget_token(digest);
        Error::new(Code::Unauthenticated)
    })?;
    gate.trusted.remember(digest, verified, living, asked);
    Ok(living)
}

/// [`ask`] while what was found a moment ago is still believed. Where it fails, whoever comes when that is over asks themselves.
async fn ask_again(gate: web::Data<Gate>, verified: Verified, digest: Digest) {
    drop(ask(&gate, verified, digest).await);
}

pub(super) fn spend(gate: &Gate, req: &HttpRequest, class: Class, subject: Subject) -> Result<(), Error> {
    let (result, left): (Result<(), Error>, Left) = match gate.limits.take(class, subject) {
        Ok(left) => (Ok(()), left),
        Err((error, left)) => (Err(error), left),
    };
    req.extensions_mut().insert(left);
    result
}
