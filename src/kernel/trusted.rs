//! Tokens that were checked a moment ago, so that not every request asks the database whether its session lives.
//!
//! The bound on revocation is here: what was checked is believed for less than [`LIFE`], counted from before the question was
//! asked, so whatever ends a session ends it on every instance within that time. Where the database cannot be asked nothing is
//! believed. Tokens are kept as SHA-256 digests, never as themselves.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use aws_lc_rs::digest::{SHA256, digest};
use chrono::{DateTime, TimeDelta, Utc};

use super::ids::AccountId;
use super::token::{Living, Verified};

/// How long a check is believed.
pub const LIFE: TimeDelta = TimeDelta::seconds(2);
/// From which age on a token that is still shown is checked again, once, so that those who show it need not wait for that.
const DUE: TimeDelta = TimeDelta::seconds(1);
/// Tokens remembered at once; about 3 MB. One more, and those whose time is over make room, or else all of them.
const MOST: usize = 10_000;

/// A token's name here.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Digest([u8; 32]);

impl Digest {
    #[must_use]
    pub fn of(token: &str) -> Self {
        let mut bytes = [0_u8; 32];
        for (to, from) in bytes.iter_mut().zip(digest(&SHA256, token.as_bytes()).as_ref()) {
            *to = *from;
        }
        Self(bytes)
    }
}

/// What is believed, shared by the requests of one instance.
#[derive(Clone, Debug, Default)]
pub struct Trusted(Arc<Mutex<Inner>>);

#[derive(Debug, Default)]
struct Inner {
    checked: HashMap<Digest, Checked>,
    /// Counts what was forgotten, so that an answer that was on its way meanwhile is not remembered.
    forgotten: u64,
}

#[derive(Debug)]
struct Checked {
    verified: Verified,
    living: Living,
    at: DateTime<Utc>,
    /// Whether somebody was told that it is due.
    told: bool,
}

/// What is believed of a token.
#[derive(Clone, Debug)]
pub struct Believed {
    pub verified: Verified,
    /// Its session as it was found; the caller looks at the clock for its lock.
    pub living: Living,
    /// Whether it is time to ask again. That is told once: whoever hears it asks.
    pub due: bool,
}

/// The moment before a question: what is forgotten after it outdates the answer.
#[derive(Clone, Copy, Debug)]
pub struct Asked {
    at: DateTime<Utc>,
    forgotten: u64,
}

impl Trusted {
    /// What is believed of this token now.
    #[must_use]
    pub fn get(&self, token: Digest, now: DateTime<Utc>) -> Option<Believed> {
        let mut inner = self.inner();
        let known = inner.checked.get_mut(&token).filter(|known| fresh(known.at, now) && now < known.verified.until)?;
        let due = !known.told && now - known.at >= DUE;
        known.told |= due;
        Some(Believed { verified: known.verified.clone(), living: known.living, due })
    }

    /// To be called before the database is asked.
    #[must_use]
    pub fn ask(&self, now: DateTime<Utc>) -> Asked {
        Asked { at: now, forgotten: self.inner().forgotten }
    }

    /// Remembers a good answer, unless something was forgotten since it was asked for. It is believed no longer
    /// than the session lives.
    pub fn remember(&self, token: Digest, verified: Verified, living: Living, asked: Asked) {
        let verified = Verified { until: verified.until.min(living.until), ..verified };
        let mut inner = self.inner();
        if inner.forgotten != asked.forgotten {
            return;
        }
        if inner.checked.len() >= MOST {
            inner.checked.retain(|_, known| fresh(known.at, asked.at));
        }
        if inner.checked.len() >= MOST {
            inner.checked.clear();
        }
        inner.checked.insert(token, Checked { verified, living, at: asked.at, told: false });
    }

    /// Forgets an account's tokens: something of it has just ended here.
    pub fn forget(&self, account: AccountId) {
        let mut inner = self.inner();
        inner.forgotten += 1;
        inner.checked.retain(|_, known| known.verified.identity.account != account);
    }

    /// Forgets one token: its session was found to have ended.
    pub fn forget_token(&self, token: Digest) {
        self.inner().checked.remove(&token);
    }

    /// Forgets everything: the database cannot be asked.
    pub fn forget_all(&self) {
        let mut inner = self.inner();
        inner.forgotten += 1;
        inner.checked.clear();
    }

    fn inner(&self) -> MutexGuard<'_, Inner> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A clock that was set back makes nothing last longer.
fn fresh(at: DateTime<Utc>, now: DateTime<Utc>) -> bool {
    at <= now && now - at < LIFE
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::kernel::lock::Lock;
    use crate::kernel::token::{Identity, Scope};
    use crate::kernel::{Reach, SessionId};

    fn noon() -> DateTime<Utc> {
        "2026-03-01T12:00:00Z".parse().unwrap()
    }

    fn verified(account: u128) -> Verified {
        let identity = Identity { account: AccountId(Uuid::from_u128(account)), session: SessionId(Uuid::nil()), scope: Scope::FULL };
        Verified { identity, kid: "k".to_owned(), until: noon() + TimeDelta::minutes(10) }
    }

    fn living() -> Living {
        Living { lock: Lock::Absent, reach: Reach::Whole, until: DateTime::<Utc>::MAX_UTC }
    }

    fn known(trusted: &Trusted, token: &str, now: DateTime<Utc>) -> bool {
        trusted.get(Digest::of(token), now).is_some()
    }

    #[test]
    fn one_of_those_who_show_a_token_is_told_to_ask_again_before_its_time_is_over() {
        let trusted = Trusted::default();
        let due = |after| trusted.get(Digest::of("a"), noon() + TimeDelta::milliseconds(after)).is_some_and(|believed| believed.due);
        trusted.remember(Digest::of("a"), verified(1), living(), trusted.ask(noon()));
        assert_eq!([999, 1_000, 1_000, 1_999].map(due), [false, true, false, false]);
        trusted.remember(Digest::of("a"), verified(1), living(), trusted.ask(noon() + TimeDelta::milliseconds(1_000)));
        assert_eq!([1_999, 2_000, 2_000].map(due), [false, true, false]);
    }

    #[test]
    fn a_check_is_believed_for_less_than_two_seconds_and_never_past_the_tokens_end() {
        let trusted = Trusted::default();
        trusted.remember(Digest::of("a"), verified(1), living(), trusted.ask(noon()));
        let short = Verified { until: noon() + TimeDelta::seconds(1), ..verified(1) };
        trusted.remember(Digest::of("b"), short, living(), trusted.ask(noon()));
        assert!(known(&trusted, "a", noon()) && known(&trusted, "a", noon() + TimeDelta::milliseconds(1_999)));
        assert!(!known(&trusted, "a", noon() + LIFE) && !known(&trusted, "a", noon() - TimeDelta::seconds(1)));
        assert!(!known(&trusted, "b", noon() + TimeDelta::seconds(1)) && !known(&trusted, "c", noon()));
        let ending = Living { until: noon() + TimeDelta::seconds(1), ..living() };
        trusted.remember(Digest::of("d"), verified(1), ending, trusted.ask(noon()));
        assert!(known(&trusted, "d", noon()) && !known(&trusted, "d", noon() + TimeDelta::seconds(1)), "the session has ended");
    }

    #[test]
    fn what_ends_here_is_forgotten_at_once_and_an_answer_on_its_way_is_not_remembered() {
        let trusted = Trusted::default();
        trusted.remember(Digest::of("a"), verified(1), living(), trusted.ask(noon()));
        trusted.remember(Digest::of("b"), verified(2), living(), trusted.ask(noon()));
        let asked = trusted.ask(noon());
        trusted.forget(AccountId(Uuid::from_u128(1)));
        trusted.remember(Digest::of("a"), verified(1), living(), asked);
        assert!(!known(&trusted, "a", noon()) && known(&trusted, "b", noon()));
        trusted.forget_all();
        assert!(!known(&trusted, "b", noon()));
    }

    #[test]
    fn no_more_than_a_bounded_number_is_remembered() {
        let trusted = Trusted::default();
        for n in 0..=MOST {
            trusted.remember(Digest::of(&n.to_string()), verified(1), living(), trusted.ask(noon()));
            assert!(trusted.inner().checked.len() <= MOST);
        }
    }
}
