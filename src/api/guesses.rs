//! Failed sign-ins and recoveries, counted by handle: guessing is slow, and shuts nobody out who knows the secret.
//!
//! docs/adr/0014-guessing.md has the design and what it does not stop. Everything is keyed by digests under a key of this
//! process, so an unknown handle is counted like a known one and nothing here says who was counted.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use aws_lc_rs::hmac;

use crate::config::Limits as Configured;
use crate::kernel::{Clock, Code, Error, Random};

/// What a failure costs, in microseconds: after the first few, one attempt a minute.
const PAUSE: i64 = 60_000_000;
/// How long an address stays known for a handle after the last success, in microseconds: 30 days, as long as a session may lie idle.
const KNOWN_FOR: i64 = 30 * 24 * 60 * PAUSE;
/// Counts kept at once; each takes some 50 bytes. Beyond it the least spent are forgotten first.
const MOST_COUNTS: usize = 100_000;
/// Handles whose addresses are remembered, and addresses for each.
const MOST_HANDLES: usize = 50_000;
const MOST_ADDRESSES: usize = 16;

/// What is being guessed at. Each has counts of its own, so that guessing passwords does not close the way back in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Secret {
    Password,
    /// The password that somebody who is signed in is asked for once more; their account stands where the handle of others does.
    CurrentPassword,
    RecoveryCode,
    /// The code of a grant; its account stands where the handle of others does.
    GrantCode,
}

impl Secret {
    const fn name(self) -> &'static [u8] {
        match self {
            Self::Password => b"password",
            Self::CurrentPassword => b"current",
            Self::RecoveryCode => b"recovery",
            Self::GrantCode => b"grant",
        }
    }
}

type Digest = [u8; 16];

/// The counts of one instance.
pub struct Guesses {
    key: hmac::Key,
    clock: Clock,
    /// Failures for a handle from one address before there are pauses.
    here: i64,
    /// The same for all addresses together that never succeeded for it.
    elsewhere: i64,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    /// When each count will be empty again, in microseconds since 1970.
    counts: HashMap<Digest, i64>,
    /// The addresses that succeeded for a handle, each with the last time.
    known: HashMap<Digest, Vec<(Digest, i64)>>,
}

impl std::fmt::Debug for Guesses {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Guesses")
    }
}

/// An attempt that is under way. Until it is settled it counts as failed, so that many at once are no way around the limit.
#[derive(Debug)]
#[must_use = "an attempt that is not settled counts as failed"]
pub struct Attempt {
    guesses: Arc<Guesses>,
    handle: Digest,
    address: Digest,
    spent: Vec<Digest>,
}

impl Attempt {
    /// Lets the outcome pass: a success is remembered for this address, and only wrong credentials stay counted.
    pub fn settle<T>(self, outcome: Result<T, Error>) -> Result<T, Error> {
        let now = self.guesses.now();
        let mut state = self.guesses.lock();
        let failed = outcome.as_ref().is_err_and(|error| error.code == Code::InvalidCredentials);
        if !failed {
            self.spent.iter().for_each(|count| state.give_back(*count));
        }
        if outcome.is_ok() {
            state.remember(self.handle, self.address, now);
        }
        drop(state);
        outcome
    }
}

impl Guesses {
    pub fn new(configured: &Configured, clock: Clock, random: Random) -> Result<Self, Error> {
        Ok(Self {
            key: hmac::Key::new(hmac::HMAC_SHA256, &random.bytes::<32>()?),
            clock,
            here: configured.failures.into(),
            elsewhere: configured.failures_elsewhere.into(),
            state: Mutex::default(),
        })
    }

    /// Begins an attempt, or refuses it with the time until there may be one. Looks at nothing but counts, so the answer and
    /// its time are the same for a handle that nobody has.
    pub fn begin(self: &Arc<Self>, secret: Secret, handle: &str, address: IpAddr) -> Result<Attempt, Error> {
        let address = address.to_string();
        let (handle_digest, address_digest) =
            (self.digest(&[b"handle", handle.as_bytes()]), self.digest(&[b"address", address.as_bytes()]));
        let here = self.digest(&[secret.name(), handle.as_bytes(), address.as_bytes()]);
        let elsewhere = self.digest(&[secret.name(), handle.as_bytes()]);
        let now = self.now();
        let mut state = self.lock();
        let mut spent = vec![here];
        state.take(here, self.here, now)?;
        if !state.knows(handle_digest, address_digest, now) {
            if let Err(refused) = state.take(elsewhere, self.elsewhere, now) {
                state.give_back(here);
                return Err(refused);
            }
            spent.push(elsewhere);
        }
        drop(state);
        Ok(Attempt { guesses: Arc::clone(self), handle: handle_digest, address: address_digest, spent })
    }

    /// Forgets what is over, so that memory follows those who are active.
    pub fn forget_idle(&self) {
        let now = self.now();
        self.lock().forget_idle(now);
    }

    fn now(&self) -> i64 {
        self.clock.now().timestamp_micros()
    }

    /// A panic elsewhere leaves counts that are still counts.
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn digest(&self, parts: &[&[u8]]) -> Digest {
        let mut context = hmac::Context::with_key(&self.key);
        for part in parts {
            context.update(&part.len().to_be_bytes());
            context.update(part);
        }
        let mut digest = Digest::default();
        digest.iter_mut().zip(context.sign().as_ref()).for_each(|(to, from)| *to = *from);
        digest
    }
}

impl State {
    fn take(&mut self, count: Digest, most: i64, now: i64) -> Result<(), Error> {
        let until = self.counts.get(&count).copied().unwrap_or(now).max(now) + PAUSE;
        let wait = until - now - most * PAUSE;
        if wait > 0 {
            let seconds = u64::try_from(wait).unwrap_or_default().div_ceil(1_000_000);
            return Err(Error::new(Code::TooManyRequests).retry_after(Duration::from_secs(seconds)));
        }
        if self.counts.len() >= MOST_COUNTS && !self.counts.contains_key(&count) {
            self.make_room(now);
        }
        self.counts.insert(count, until);
        Ok(())
    }

    fn give_back(&mut self, count: Digest) {
        if let Some(until) = self.counts.get_mut(&count) {
            *until -= PAUSE;
        }
    }

    fn knows(&self, handle: Digest, address: Digest, now: i64) -> bool {
        let known = self.known.get(&handle).into_iter().flatten();
        known.into_iter().any(|(known, at)| *known == address && now - at < KNOWN_FOR)
    }

    fn remember(&mut self, handle: Digest, address: Digest, now: i64) {
        if self.known.len() >= MOST_HANDLES && !self.known.contains_key(&handle) {
            self.forget_idle(now);
            let times = self.known.values().map(|addresses| latest(addresses)).collect();
            if let Some(oldest) = tenth(times, MOST_HANDLES) {
                self.known.retain(|_, addresses| latest(addresses) > oldest);
            }
        }
        let addresses = self.known.entry(handle).or_default();
        addresses.retain(|(known, _)| *known != address);
        addresses.push((address, now));
        if addresses.len() > MOST_ADDRESSES {
            addresses.remove(0);
        }
    }

    fn forget_idle(&mut self, now: i64) {
        self.counts.retain(|_, until| *until > now);
        self.known.retain(|_, addresses| {
            addresses.retain(|(_, at)| now - at < KNOWN_FOR);
            !addresses.is_empty()
        });
    }

    /// Whoever floods this with made-up handles makes counts of one failure; those go before one that somebody guesses at.
    fn make_room(&mut self, now: i64) {
        self.forget_idle(now);
        if let Some(least) = tenth(self.counts.values().copied().collect(), MOST_COUNTS) {
            self.counts.retain(|_, until| *until > least);
        }
    }
}

fn latest(addresses: &[(Digest, i64)]) -> i64 {
    addresses.last().map_or(i64::MIN, |(_, at)| *at)
}

/// The value up to which a tenth of a full map lies; nothing where there is room.
fn tenth(mut values: Vec<i64>, most: usize) -> Option<i64> {
    (values.len() >= most).then(|| *values.select_nth_unstable(most / 10).1)
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicI64, Ordering};

    use super::*;

    const SAM: &str = "k3v9t0qz8m4xwc2rfx";

    /// The counts, and the microseconds of their clock.
    fn guesses(here: u32, elsewhere: u32) -> (Arc<Guesses>, Arc<AtomicI64>) {
        let micros = Arc::new(AtomicI64::new(1_700_000_000_000_000));
        let configured = Configured { failures: here, failures_elsewhere: elsewhere, ..Configured::default() };
        (Arc::new(Guesses::new(&configured, Clock::Manual(Arc::clone(&micros)), Random).unwrap()), micros)
    }

    fn address(number: u32) -> IpAddr {
        IpAddr::V4(std::net::Ipv4Addr::from_bits(number))
    }

    fn fail(guesses: &Arc<Guesses>, from: u32) -> Result<(), Code> {
        let attempt = guesses.begin(Secret::Password, SAM, address(from)).map_err(|refused| refused.code)?;
        attempt.settle::<()>(Err(Error::new(Code::InvalidCredentials))).unwrap_err();
        Ok(())
    }

    fn succeed(guesses: &Arc<Guesses>, from: u32) -> Result<(), Code> {
        let attempt = guesses.begin(Secret::Password, SAM, address(from)).map_err(|refused| refused.code)?;
        attempt.settle(Ok(())).map_err(|error| error.code)
    }

    #[test]
    fn after_some_failures_there_is_an_attempt_a_minute() {
        let (guesses, clock) = guesses(2, 100);
        (0..2).for_each(|_| fail(&guesses, 1).unwrap());
        let refused = guesses.begin(Secret::Password, SAM, address(1)).unwrap_err();
        assert_eq!((refused.code, refused.retry_after), (Code::TooManyRequests, Some(Duration::from_mins(1))));
        clock.fetch_add(PAUSE, Ordering::SeqCst);
        fail(&guesses, 1).unwrap();
        assert_eq!(fail(&guesses, 1), Err(Code::TooManyRequests));
    }

    #[test]
    fn a_success_and_a_failure_of_ours_cost_nothing() {
        let (guesses, _) = guesses(1, 1);
        for _ in 0..3 {
            succeed(&guesses, 1).unwrap();
            let busy = guesses.begin(Secret::Password, SAM, address(1)).unwrap();
            busy.settle::<()>(Err(Error::unavailable(Duration::from_secs(1)))).unwrap_err();
        }
        fail(&guesses, 1).unwrap();
    }

    #[test]
    fn attempts_at_the_same_time_count_before_they_end() {
        let (guesses, _) = guesses(2, 100);
        let under_way: Vec<_> = (0..2).map(|_| guesses.begin(Secret::Password, SAM, address(1)).unwrap()).collect();
        assert!(guesses.begin(Secret::Password, SAM, address(1)).is_err());
        drop(under_way);
        assert!(guesses.begin(Secret::Password, SAM, address(1)).is_err(), "whoever hangs up before the answer has tried");
    }

    #[test]
    fn an_address_that_succeeded_is_not_held_up_by_what_others_fail() {
        let (guesses, clock) = guesses(5, 3);
        succeed(&guesses, 7).unwrap();
        (1..=3).for_each(|from| fail(&guesses, from).unwrap());
        assert_eq!(succeed(&guesses, 4), Err(Code::TooManyRequests));
        succeed(&guesses, 7).unwrap();
        clock.fetch_add(KNOWN_FOR, Ordering::SeqCst);
        (1..=3).for_each(|from| fail(&guesses, from).unwrap());
        assert_eq!(succeed(&guesses, 7), Err(Code::TooManyRequests), "known for thirty days");
    }

    #[test]
    fn guessing_passwords_does_not_close_recovery() {
        let (guesses, _) = guesses(1, 1);
        fail(&guesses, 1).unwrap();
        assert!(fail(&guesses, 1).is_err());
        guesses.begin(Secret::RecoveryCode, SAM, address(1)).unwrap().settle(Ok(())).unwrap();
    }

    #[test]
    fn a_flood_of_made_up_handles_stays_bounded_and_does_not_clear_what_is_guessed_at() {
        let (guesses, _) = guesses(2, 1_000_000);
        (0..2).for_each(|_| fail(&guesses, 1).unwrap());
        let mut state = guesses.lock();
        let now = guesses.now();
        for made_up in 0..MOST_COUNTS as u128 + 10 {
            state.take(made_up.to_be_bytes(), 5, now).unwrap();
        }
        assert!(state.counts.len() <= MOST_COUNTS, "{}", state.counts.len());
        drop(state);
        assert_eq!(fail(&guesses, 1), Err(Code::TooManyRequests));
    }

    #[test]
    fn addresses_and_handles_that_are_remembered_are_bounded() {
        let (guesses, clock) = guesses(5, 5);
        (0..20).for_each(|from| succeed(&guesses, from).unwrap());
        let mut state = guesses.lock();
        assert_eq!(state.known.values().map(Vec::len).collect::<Vec<_>>(), [MOST_ADDRESSES]);
        let now = guesses.now();
        for (handle, at) in (0..MOST_HANDLES as u128 + 10).zip(now..) {
            state.remember(handle.to_be_bytes(), Digest::default(), at);
        }
        assert!(state.known.len() <= MOST_HANDLES);
        drop(state);
        clock.fetch_add(KNOWN_FOR + PAUSE, Ordering::SeqCst);
        guesses.forget_idle();
        assert!(guesses.lock().known.is_empty());
    }
}
