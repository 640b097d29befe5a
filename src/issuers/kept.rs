//! The issuers that are believed, with the keys that are known of each.
//!
//! Keys are fetched in the background and kept while the issuer is down, for a bounded time. A token whose key nobody has seen yet
//! has them fetched again, once a minute and for all who wait together, so that made-up names of keys are no way to have us ask
//! an issuer more often.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use tokio::sync::{Mutex as Queue, Semaphore};

use super::fetch::{FetchError, Fetcher};
use super::keys::KeySet;
use super::rules::{Refused, Said, check};
use super::token::Token;
use crate::config::{Issuer, KeySource};
use crate::kernel::external::{Claimed, ExternalTokens, Pending, Subject};
use crate::kernel::operator::Operator;
use crate::kernel::{Clock, Code, Error, Keys};

/// How long after an attempt a token's wish for new keys is not heard.
const PAUSE: TimeDelta = TimeDelta::minutes(1);
/// When to ask again where no key of an issuer is known.
const COME_BACK: Duration = Duration::from_secs(30);
/// Requests that wait for new keys of one issuer; further ones are asked to come back.
const WAITING: usize = 50;

/// Everything about the other issuers; shared by the workers of one instance.
#[derive(Debug)]
pub struct Issuers {
    known: Vec<Arc<Known>>,
    /// Makes subjects' digests.
    secret: Keys,
}

#[derive(Debug)]
struct Known {
    /// Its place in the configuration, from 1: what the log calls it.
    number: usize,
    issuer: Issuer,
    fetcher: Fetcher,
    clock: Clock,
    held: Mutex<Held>,
    /// When a fetch was last begun; held while one is under way.
    begun: Queue<Option<DateTime<Utc>>>,
    waiting: Semaphore,
}

/// The keys, when they were fetched, and how often that was; a static set never is.
#[derive(Clone, Debug)]
struct Held {
    keys: Arc<KeySet>,
    fetched: Option<DateTime<Utc>>,
    times: u64,
}

impl Issuers {
    /// Prepares them; nothing is fetched yet, so that an issuer that is down holds nothing up. Fails where a static set has no key
    /// that can be used.
    pub fn new(issuers: &[Issuer], secret: Keys, clock: &Clock) -> Result<Self, Error> {
        let mut fetcher = None;
        let mut known = |(at, issuer): (usize, &Issuer)| {
            // Certificates are read from the system where they are needed, once.
            let fetcher = fetcher.get_or_insert_with(Fetcher::new).clone();
            Known::new(at + 1, issuer, fetcher, clock.clone()).map(Arc::new)
        };
        Ok(Self { known: issuers.iter().enumerate().map(&mut known).collect::<Result<_, _>>()?, secret })
    }

    /// Fetches every issuer's keys once. What cannot be fetched is said in the log, and the old keys stay for their time.
    pub async fn refresh(&self) {
        for known in self.known.iter().filter(|known| known.is_fetched()) {
            known.refresh().await;
        }
    }

    /// For each issuer whose keys are fetched: what to do again and again, and how long to wait in between.
    #[must_use]
    pub fn refreshing(&self) -> Vec<(Refresher, Duration)> {
        let fetched = self.known.iter().filter(|known| known.is_fetched());
        fetched.map(|known| (Refresher(Arc::clone(known)), known.issuer.refresh)).collect()
    }

    /// Who a token speaks for, and what else it says; nothing where it names none of these issuers.
    async fn believe(&self, token: &str, now: DateTime<Utc>) -> Result<Option<(Subject, Said)>, Error> {
        let Some(token) = Token::read(token) else { return Ok(None) };
        let named = token.text("iss").and_then(|name| self.known.iter().find(|known| known.issuer.name.as_str() == name));
        let Some(known) = named else { return Ok(None) };
        let said = known.believe(&token, now).await?;
        Ok(Some((Subject::of(&self.secret, known.issuer.name.as_str(), &said.subject), said)))
    }

    async fn person(&self, token: &str, now: DateTime<Utc>) -> Result<Option<Claimed>, Error> {
        match self.believe(token, now).await? {
            Some((_, said)) if said.operator => Err(Error::new(Code::Unauthenticated)),
            Some((subject, said)) => {
                let session = subject.session(&self.secret, &said.sign_in);
                Ok(Some(Claimed { subject, session, scope: said.scope, issued_at: said.issued_at, until: said.until }))
            }
            None => Ok(None),
        }
    }

    async fn keeper(&self, token: &str, now: DateTime<Utc>) -> Result<Option<Operator>, Error> {
        let believed = self.believe(token, now).await?;
        Ok(believed.filter(|(_, said)| said.operator).map(|(subject, _)| subject.operator()))
    }
}

impl ExternalTokens for Issuers {
    fn verify<'a>(&'a self, token: &'a str, now: DateTime<Utc>) -> Pending<'a, Option<Claimed>> {
        Box::pin(self.person(token, now))
    }

    fn operator<'a>(&'a self, token: &'a str, now: DateTime<Utc>) -> Pending<'a, Option<Operator>> {
        Box::pin(self.keeper(token, now))
    }
}

/// Fetches one issuer's keys.
#[derive(Clone, Debug)]
pub struct Refresher(Arc<Known>);

impl Refresher {
    pub async fn refresh(&self) {
        self.0.refresh().await;
    }
}

impl Known {
    fn new(number: usize, issuer: &Issuer, fetcher: Fetcher, clock: Clock) -> Result<Self, Error> {
        let keys = match &issuer.keys {
            KeySource::Static(text) => KeySet::read(text.as_bytes())
                .filter(|keys| !keys.is_empty())
                .ok_or_else(|| Error::internal(format!("the key set of issuer {number} has no key that can be used")))?,
            KeySource::At(_) | KeySource::Discovered => KeySet::default(),
        };
        let held = Mutex::new(Held { keys: Arc::new(keys), fetched: None, times: 0 });
        Ok(Self { number, issuer: issuer.clone(), fetcher, clock, held, begun: Queue::default(), waiting: Semaphore::new(WAITING) })
    }

    const fn is_fetched(&self) -> bool {
        matches!(self.issuer.keys, KeySource::At(_) | KeySource::Discovered)
    }

    async fn believe(self: &Arc<Self>, token: &Token<'_>, now: DateTime<Utc>) -> Result<Said, Error> {
        let held = self.held();
        match check(token, &self.issuer, &self.believed(&held, now), now) {
            Ok(said) => Ok(said),
            Err(Refused::UnknownKey) if self.is_fetched() && self.renew(held.times).await? => {
                check(token, &self.issuer, &self.believed(&self.held(), now), now).map_err(|_| Error::new(Code::Unauthenticated))
            }
            // Without a key nothing is known of the token; to be called wrong would have an app throw it away.
            Err(Refused::UnknownKey) if self.believed(&self.held(), now).is_empty() => Err(Error::unavailable(COME_BACK)),
            Err(Refused::UnknownKey | Refused::No) => Err(Error::new(Code::Unauthenticated)),
        }
    }

    fn held(&self) -> Held {
        self.held.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The keys, unless they were fetched too long ago.
    fn believed(&self, held: &Held, now: DateTime<Utc>) -> Arc<KeySet> {
        let keep = TimeDelta::from_std(self.issuer.keep).unwrap_or_default();
        let too_old = self.is_fetched() && held.fetched.is_none_or(|at| now - at >= keep);
        if too_old { Arc::default() } else { Arc::clone(&held.keys) }
    }

    /// Has the keys fetched on behalf of a token that was checked when they had been fetched `seen` times; says whether there are others now.
    async fn renew(self: &Arc<Self>, seen: u64) -> Result<bool, Error> {
        let Ok(_place) = self.waiting.try_acquire() else { return Err(Error::unavailable(Duration::from_secs(1))) };
        // It goes on where the client hangs up: what was begun counts as the minute's one attempt.
        let known = Arc::clone(self);
        let task = tokio::spawn(async move {
            let mut begun = known.begun.lock().await;
            let now = known.clock.now();
            let lately = begun.is_some_and(|at| (now - at).abs() < PAUSE);
            if known.held().times == seen && !lately {
                *begun = Some(now);
                known.fetch().await;
            }
            known.held().times != seen
        });
        task.await.map_err(|_| Error::internal("fetching an issuer's keys panicked"))
    }

    async fn refresh(self: &Arc<Self>) {
        let mut begun = self.begun.lock().await;
        *begun = Some(self.clock.now());
        self.fetch().await;
    }

    /// Fetches and keeps; the caller holds `begun`.
    async fn fetch(self: &Arc<Self>) {
        let known = Arc::clone(self);
        let fetched = tokio::task::spawn_blocking(move || known.fetcher.keys(&known.issuer)).await;
        match fetched.unwrap_or(Err(FetchError::Broken)) {
            Ok(keys) => {
                let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
                *held = Held { keys: Arc::new(keys), fetched: Some(self.clock.now()), times: held.times + 1 };
            }
            Err(why) => {
                tracing::warn!(issuer = self.number, cause = %why, "an issuer's keys could not be fetched; those that are known stay for their time");
            }
        }
    }
}
