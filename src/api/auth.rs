//! Who is calling, and whether they may: the permission stands in the handler's signature.
//!
//! `Caller<Read>` in a signature means that the handler runs only with a valid token of a living session that may read,
//! within the account's budget. The order is fixed: signature, scope, budget, session, reach, lock.

use std::future::Future;
use std::marker::PhantomData;
use std::net::IpAddr;
use std::num::NonZeroU32;
use std::pin::Pin;
use std::sync::Arc;

use actix_web::dev::Payload;
use actix_web::http::header::AUTHORIZATION;
use actix_web::{FromRequest, HttpMessage, HttpRequest, web};

use super::external::External;
use super::guesses::{Attempt, Guesses, Secret};
use super::limits::{Class, Left, Limits, Subject};
use super::problem::Problem;
use crate::config::AccountSource;
use crate::kernel::access::Reader;
use crate::kernel::external::{Claimed, MAX_LENGTH};
use crate::kernel::token::{Identity, Living, Scope, SessionCheck, Tokens, Verified};
use crate::kernel::trusted::{Digest, Trusted};
use crate::kernel::{AccountId, Clock, Code, Error, Reach, SessionId, View};

/// What is asked of the session's lock where the account has a PIN.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Asks {
    /// The PIN was given some minutes ago: something stored is shown, or changed.
    Unlocked,
    /// Nothing. Nothing that is stored is shown, and nothing but what is said beside the permission is changed.
    Nothing,
}

/// Which sessions a handler is for, by how much of the account they reach.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Admits {
    /// Those that reach the whole account, and no others.
    Whole,
    /// Also the person's own sessions for one relationship.
    Tie,
    /// Also those that came by a grant.
    Loan,
}

impl Admits {
    const fn admits(self, reach: &Reach) -> bool {
        match (self, reach) {
            (_, Reach::Whole) | (Self::Tie | Self::Loan, Reach::Tie(_)) | (Self::Loan, Reach::Loan(_)) => true,
            (Self::Whole, Reach::Tie(_) | Reach::Loan(_)) | (Self::Tie, Reach::Loan(_)) => false,
        }
    }
}

/// What a handler needs to be allowed, whom it admits, and which budget it draws on.
pub trait Permission: 'static {
    const CLASS: Class;
    const ADMITS: Admits;
    /// Whether a locked session will do; it does not, unless the permission says so.
    const ASKS: Asks = Asks::Unlocked;
    fn allowed(scope: Scope) -> bool;
}

macro_rules! permissions {
    ($($(#[$doc:meta])* $name:ident: $class:ident, $admits:ident, $asks:ident, $test:expr;)+) => {$(
        $(#[$doc])*
        #[derive(Debug)]
        pub struct $name;
        impl Permission for $name {
            const CLASS: Class = Class::$class;
            const ADMITS: Admits = Admits::$admits;
            const ASKS: Asks = Asks::$asks;
            fn allowed(scope: Scope) -> bool {
                let test: fn(Scope) -> bool = $test;
                test(scope)
            }
        }
    )+};
}

permissions! {
    /// Reading what is the account's; every scope may.
    Read: Reads, Whole, Unlocked, |_| true;
    /// Creating and changing what is the account's.
    Write: Writes, Whole, Unlocked, |scope| scope.write;
    /// Removing what is the account's.
    Delete: Writes, Whole, Unlocked, |scope| scope.write && scope.delete;
    /// Letting somebody else read: for a session that may do everything.
    Lend: Writes, Whole, Unlocked, |scope| scope.write && scope.delete;
    /// Work on the whole account at once.
    WriteBatch: Batches, Whole, Unlocked, |scope| scope.write;
    /// Adding to the log. It takes no PIN, so that logging stays a matter of seconds; a locked session's answer shows nothing
    /// ([`Caller::locked`]).
    Log: Writes, Tie, Nothing, |scope| scope.write;
    /// Adding many to the log at once; the answer says what came of each and shows none of it.
    LogBatch: Batches, Tie, Nothing, |scope| scope.write;
    /// Ending sessions and what others were let in by: whoever holds a session may, whatever its scope.
    End: Reads, Whole, Nothing, |_| true;
    /// Ending one session: one that does not reach the whole account may end itself.
    EndOne: Reads, Loan, Nothing, |_| true;
    /// Locking a session again, whatever its scope.
    Relock: Reads, Tie, Nothing, |_| true;
    /// Giving the PIN, whatever the scope: a session that may only read needs it too.
    Unlock: SignIns, Tie, Nothing, |_| true;
    /// Changing the password or the PIN, with the password: counted like sign-ins, so that a borrowed token is no way to guess. It
    /// takes no PIN, because whoever forgot theirs has the password.
    Rekey: SignIns, Whole, Nothing, |scope| scope.write;
    /// Computing without storing; it takes as much work, so it asks for as much.
    Preview: Previews, Whole, Nothing, |scope| scope.write;
    /// Reading what is a relationship's and is lent to nobody; every scope may.
    ReadTie: Reads, Tie, Unlocked, |_| true;
    /// Changing within a relationship.
    WriteTie: Writes, Tie, Unlocked, |scope| scope.write;
    /// Removing within a relationship, or the relationship.
    DeleteTie: Writes, Tie, Unlocked, |scope| scope.write && scope.delete;
    /// Computing about a relationship.
    AssessTie: Assessments, Tie, Unlocked, |scope| scope.write;
    /// Reading what a grant can lend. The PIN is the person's own: whoever was let in by a grant is asked for none.
    ReadLoan: Reads, Loan, Unlocked, |_| true;
    /// Reading what a grant can lend and has to be computed first.
    DeriveLoan: Assessments, Loan, Unlocked, |_| true;
}

/// What the extractors below need.
#[derive(Clone)]
pub struct Gate {
    pub tokens: Tokens,
    pub clock: Clock,
    pub limits: Arc<Limits>,
    pub guesses: Arc<Guesses>,
    pub sessions: Arc<dyn SessionCheck>,
    /// What was checked a moment ago; whoever ends something forgets it here.
    pub trusted: Trusted,
    pub trusted_proxies: u8,
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
            spend(&gate, &req, P::CLASS, Subject::Account(identity.account.0))?;
            if P::CLASS.stores() {
                Storing(Arc::clone(&gate.limits)).spend(identity.account, 1)?;
            }
            let Living { lock, reach, .. } = shown.confirm(&gate, P::ASKS).await?;
            if !P::ADMITS.admits(&reach) {
                return Err(Error::new(Code::InsufficientScope).into());
            }
            let locked = !lock.is_open(gate.clock.now());
            if locked && P::ASKS == Asks::Unlocked {
                return Err(Error::new(Code::StepUpRequired).into());
            }
            let Identity { account, session, .. } = identity;
            req.extensions_mut().insert(Reader { account, session, grant: reach.grant() });
            Ok(Self { account, session, locked, reach, permission: PhantomData })
        })
    }
}

/// Somebody not signed in, within their address's budget.
#[derive(Debug)]
pub struct Visitor<C> {
    guesses: Arc<Guesses>,
    address: IpAddr,
    class: PhantomData<C>,
}

impl Visitor<SigningIn> {
    /// Begins an attempt at a secret of this handle, unless too many have failed.
    pub fn attempt(&self, secret: Secret, handle: &str) -> Result<Attempt, Error> {
        self.guesses.begin(secret, handle, self.address)
    }
}

/// Signing in and recovering.
#[derive(Debug)]
pub struct SigningIn;
/// Going on with a session: no wrong password spends from this budget.
#[derive(Debug)]
pub struct Refreshing;
/// Creating an account.
#[derive(Debug)]
pub struct Registering;

/// A class of request that is counted by address.
pub trait ByAddress: 'static {
    const CLASS: Class;
}
impl ByAddress for SigningIn {
    const CLASS: Class = Class::SignIns;
}
impl ByAddress for Refreshing {
    const CLASS: Class = Class::Refreshes;
}
impl ByAddress for Registering {
    const CLASS: Class = Class::Accounts;
}

impl<C: ByAddress> FromRequest for Visitor<C> {
    type Error = Problem;
    type Future = std::future::Ready<Result<Self, Problem>>;

    fn from_request(req: &HttpRequest, _: &mut Payload) -> Self::Future {
        std::future::ready(gate(req).and_then(|gate| {
            if !gate.accounts.has_passwords() && !matches!(C::CLASS, Class::Accounts) {
                return Err(Error::new(Code::PasswordsNotUsed).into());
            }
            let address = counted(address(&gate, req));
            spend(&gate, req, C::CLASS, Subject::Address(address))?;
            Ok(Self { guesses: Arc::clone(&gate.guesses), address, class: PhantomData })
        }))
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
    async fn read(gate: &Gate, req: &HttpRequest) -> Result<Self, Error> {
        let token = bearer(req).ok_or_else(|| Error::new(Code::Unauthenticated))?;
        let (digest, now) = (Digest::of(token), gate.clock.now());
        if let Some((verified, living)) = gate.trusted.get(digest, now) {
            return Ok(Self { verified, digest, believed: Some(living) });
        }
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
        let asked = gate.trusted.ask(now);
        let answer = gate.sessions.alive(&self.verified).await;
        // A database that cannot be reached may be one whose sessions were ended, so nothing is believed any more. One that is
        // only busy (no cause) is not given more to do.
        if answer.as_ref().is_err_and(|failed| failed.cause().is_some()) {
            gate.trusted.forget_all();
        }
        let living = answer?.ok_or_else(|| Error::new(Code::Unauthenticated))?;
        gate.trusted.remember(self.digest, self.verified, living, asked);
        Ok(living)
    }
}

/// What an account may still store today, for work whose amount stands in its body. Everything else that stores is counted as one,
/// by its permission.
#[derive(Debug)]
pub struct Storing(Arc<Limits>);

impl Storing {
    /// Takes so many from the account's day, or none of them.
    pub fn spend(&self, account: AccountId, things: usize) -> Result<(), Error> {
        let count = u32::try_from(things).ok().and_then(NonZeroU32::new).unwrap_or(NonZeroU32::MIN);
        self.0.take_some(Class::Stored, Subject::Account(account.0), count).map(drop).map_err(|(error, _)| error)
    }
}

impl FromRequest for Storing {
    type Error = Problem;
    type Future = std::future::Ready<Result<Self, Problem>>;

    fn from_request(req: &HttpRequest, _: &mut Payload) -> Self::Future {
        std::future::ready(gate(req).map(|gate| Self(Arc::clone(&gate.limits))))
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

pub(super) fn spend(gate: &Gate, req: &HttpRequest, class: Class, subject: Subject) -> Result<(), Error> {
    let (result, left): (Result<(), Error>, Left) = match gate.limits.take(class, subject) {
        Ok(left) => (Ok(()), left),
        Err((error, left)) => (Err(error), left),
    };
    req.extensions_mut().insert(left);
    result
}

/// The client's address: the peer, or what the outermost trusted proxy wrote last in X-Forwarded-For.
fn address(gate: &Gate, req: &HttpRequest) -> IpAddr {
    let peer = req.peer_addr().map_or(IpAddr::from([0, 0, 0, 0]), |peer| peer.ip());
    let Some(back) = usize::from(gate.trusted_proxies).checked_sub(1) else {
        return peer;
    };
    // Some proxies add a line of their own, so the lines are read as one list; what the client sent stands first.
    let lines: Vec<&str> = req.headers().get_all("x-forwarded-for").filter_map(|value| value.to_str().ok()).collect();
    lines.join(",").rsplit(',').nth(back).and_then(|hop| hop.trim().parse().ok()).unwrap_or(peer)
}

/// Who is counted for an address: a household is given a whole /64 of IPv6 (RFC 6177).
fn counted(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V4(_) => address,
        IpAddr::V6(address) => match address.to_ipv4_mapped() {
            Some(mapped) => IpAddr::V4(mapped),
            None => IpAddr::V6(std::net::Ipv6Addr::from_bits(address.to_bits() & !u128::from(u64::MAX))),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::counted;

    #[test]
    fn a_household_is_counted_once() {
        assert_eq!(counted("2001:db8:1:2:3:4:5:6".parse().unwrap()), counted("2001:db8:1:2:ffff::1".parse().unwrap()));
        assert_ne!(counted("2001:db8:1:2::1".parse().unwrap()), counted("2001:db8:1:3::1".parse().unwrap()));
        assert_eq!(counted("::ffff:192.0.2.7".parse().unwrap()), counted("192.0.2.7".parse().unwrap()));
    }
}
