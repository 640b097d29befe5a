//! Somebody who is not signed in: counted by the address that they come from.

use std::marker::PhantomData;
use std::net::IpAddr;
use std::sync::Arc;

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest};

use super::{Gate, gate, spend};
use crate::api::guesses::{Attempt, Guesses, Secret};
use crate::api::limits::{Class, Subject};
use crate::api::problem::Problem;
use crate::kernel::{AccountId, Code, Error};

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

/// Where somebody who is signed in comes from, for the secrets that they are asked for all the same: a session is no way to guess.
#[derive(Debug)]
pub struct Asked {
    guesses: Arc<Guesses>,
    address: IpAddr,
}

impl Asked {
    /// Begins an attempt at the account's password, unless too many have failed.
    pub fn attempt(&self, account: AccountId) -> Result<Attempt, Error> {
        self.guesses.begin(Secret::CurrentPassword, &account.to_string(), self.address)
    }
}

impl FromRequest for Asked {
    type Error = Problem;
    type Future = std::future::Ready<Result<Self, Problem>>;

    fn from_request(req: &HttpRequest, _: &mut Payload) -> Self::Future {
        std::future::ready(gate(req).map(|gate| Self { guesses: Arc::clone(&gate.guesses), address: address(&gate, req) }))
    }
}

/// A calendar program within its address's budget. No header tells of the budget: a secret address that is wrong is answered like a
/// path that is none.
#[derive(Clone, Copy, Debug)]
pub struct Passing;

impl FromRequest for Passing {
    type Error = Problem;
    type Future = std::future::Ready<Result<Self, Problem>>;

    fn from_request(req: &HttpRequest, _: &mut Payload) -> Self::Future {
        let taken = gate(req).and_then(|gate| {
            let subject = Subject::Address(address(&gate, req));
            gate.limits.take(Class::Calendars, subject).map_err(|(error, _)| error.into())
        });
        std::future::ready(taken.map(|_| Self))
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
            let address = address(&gate, req);
            spend(&gate, req, C::CLASS, Subject::Address(address))?;
            Ok(Self { guesses: Arc::clone(&gate.guesses), address, class: PhantomData })
        }))
    }
}

/// Who is counted for the client's address.
pub(in crate::api) fn address(gate: &Gate, req: &HttpRequest) -> IpAddr {
    counted(of_client(gate, req))
}

/// The client's address: the peer, or what the outermost trusted proxy wrote last in X-Forwarded-For.
fn of_client(gate: &Gate, req: &HttpRequest) -> IpAddr {
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
