//! Rate limits: a bucket per account (or address) and class of request, refilled evenly over a minute; and one for what an account
//! stores, refilled over a day.
//!
//! The headers follow the IETF draft "RateLimit header fields for HTTP".

use std::net::IpAddr;
use std::num::NonZeroU32;
use std::sync::Arc;
use std::time::Duration;

use governor::clock::{Clock as _, DefaultClock};
use governor::middleware::StateInformationMiddleware;
use governor::state::keyed::DashMapStateStore;
use governor::{Quota, RateLimiter};
use uuid::Uuid;

use crate::config::Limits as Configured;
use crate::kernel::{Code, Error};
use crate::meters::Meters;

const WINDOW_SECONDS: u64 = 60;
const DAY_SECONDS: u64 = 86_400;

/// What kind of work a request asks for; each kind has a budget of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Class {
    Reads,
    Writes,
    /// Removing has a budget of its own, and none for the day: whoever fills a log must not keep its owner from clearing it.
    Removals,
    Batches,
    Assessments,
    Previews,
    SignIns,
    /// Giving the PIN, counted by session: whoever plays with one device keeps nobody from another.
    Unlocks,
    Refreshes,
    Accounts,
    /// What operators do: drafts of question sets, publishing, retiring.
    Administration,
    /// What calendar programs read, by address.
    Calendars,
    /// What is stored, whatever the request: no header speaks of it until it is spent.
    Stored,
}

impl Class {
    const ALL: [Self; 13] = [
        Self::Reads,
        Self::Writes,
        Self::Removals,
        Self::Batches,
        Self::Assessments,
        Self::Previews,
        Self::SignIns,
        Self::Unlocks,
        Self::Refreshes,
        Self::Accounts,
        Self::Administration,
        Self::Calendars,
        Self::Stored,
    ];

    const fn name(self) -> &'static str {
        match self {
            Self::Reads => "reads",
            Self::Writes => "writes",
            Self::Removals => "removals",
            Self::Batches => "batches",
            Self::Assessments => "assessments",
            Self::Previews => "previews",
            Self::SignIns => "sign-ins",
            Self::Unlocks => "unlocks",
            Self::Refreshes => "refreshes",
            Self::Accounts => "accounts",
            Self::Administration => "administration",
            Self::Calendars => "calendars",
            Self::Stored => "stored",
        }
    }

    const fn window_seconds(self) -> u64 {
        match self {
            Self::Reads
            | Self::Writes
            | Self::Removals
            | Self::Batches
            | Self::Assessments
            | Self::Previews
            | Self::SignIns
            | Self::Unlocks
            | Self::Refreshes
            | Self::Accounts
            | Self::Administration
            | Self::Calendars => WINDOW_SECONDS,
            Self::Stored => DAY_SECONDS,
        }
    }

    /// Whether what is asked for adds to what is stored.
    pub(super) const fn stores(self) -> bool {
        match self {
            Self::Writes | Self::Batches | Self::Assessments => true,
            Self::Reads
            | Self::Removals
            | Self::Previews
            | Self::SignIns
            | Self::Unlocks
            | Self::Refreshes
            | Self::Accounts
            | Self::Administration
            | Self::Calendars
            | Self::Stored => false,
        }
    }
}

/// Who is counted: an account, or an address where there is none yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Subject {
    Account(Uuid),
    Address(IpAddr),
}

type Bucket = RateLimiter<Subject, DashMapStateStore<Subject>, DefaultClock, StateInformationMiddleware>;

/// How much of a budget is left, for the response's headers.
#[derive(Clone, Copy, Debug)]
pub struct Left {
    class: Class,
    limit: u32,
    remaining: u32,
    reset_seconds: u64,
}

impl Left {
    /// `RateLimit-Policy` and `RateLimit`.
    #[must_use]
    pub fn headers(&self) -> (String, String) {
        let (name, window) = (self.class.name(), self.class.window_seconds());
        (format!("\"{name}\";q={};w={window}", self.limit), format!("\"{name}\";r={};t={}", self.remaining, self.reset_seconds))
    }
}

/// One bucket store a class.
pub struct Limits {
    reads: (u32, Bucket),
    writes: (u32, Bucket),
    removals: (u32, Bucket),
    batches: (u32, Bucket),
    assessments: (u32, Bucket),
    previews: (u32, Bucket),
    sign_ins: (u32, Bucket),
    unlocks: (u32, Bucket),
    refreshes: (u32, Bucket),
    accounts: (u32, Bucket),
    administration: (u32, Bucket),
    calendars: (u32, Bucket),
    stored: (u32, Bucket),
    meters: Arc<Meters>,
}

impl std::fmt::Debug for Limits {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Limits")
    }
}

impl Limits {
    #[must_use]
    pub fn new(configured: &Configured) -> Self {
        Self {
            reads: bucket(configured.reads),
            writes: bucket(configured.writes),
            removals: bucket(configured.writes),
            batches: bucket(configured.batches),
            assessments: bucket(configured.assessments),
            previews: bucket(configured.previews),
            sign_ins: bucket(configured.sign_ins),
            unlocks: bucket(configured.sign_ins),
            refreshes: bucket(configured.refreshes),
            accounts: bucket(configured.accounts),
            administration: bucket(configured.reads),
            calendars: bucket(configured.refreshes),
            stored: daily_bucket(configured.stored_a_day),
            meters: Arc::default(),
        }
    }

    /// The same, counting what it refuses.
    #[must_use]
    pub fn measured_by(self, meters: Arc<Meters>) -> Self {
        for class in Class::ALL {
            meters.limits.begin(class.name());
        }
        Self { meters, ..self }
    }

    /// Takes one from the subject's budget, or refuses with the time until there is one again.
    pub fn take(&self, class: Class, subject: Subject) -> Result<Left, (Error, Left)> {
        self.take_some(class, subject, NonZeroU32::MIN)
    }

    /// [`Limits::take`], so many at once: all of them, or none.
    pub fn take_some(&self, class: Class, subject: Subject, count: NonZeroU32) -> Result<Left, (Error, Left)> {
        let (limit, bucket) = self.of(class);
        let window = class.window_seconds();
        let checked = bucket.check_key_n(&subject, count);
        if !matches!(checked, Ok(Ok(_))) {
            self.meters.limits.refused(class.name());
        }
        match checked {
            Ok(Ok(snapshot)) => {
                let remaining = snapshot.remaining_burst_capacity();
                Ok(Left { class, limit: *limit, remaining, reset_seconds: refill_seconds(*limit, remaining, window) })
            }
            // More than a whole budget: no time to wait would be enough, so the longest is named.
            Err(_) => {
                let left = Left { class, limit: *limit, remaining: 0, reset_seconds: window };
                Err((Error::new(Code::TooManyRequests).retry_after(Duration::from_secs(window)), left))
            }
            Ok(Err(not_until)) => {
                let wait = not_until.wait_time_from(DefaultClock::default().now());
                let seconds = wait.as_secs() + 1;
                let left = Left { class, limit: *limit, remaining: 0, reset_seconds: seconds };
                let error = Error::new(Code::TooManyRequests).retry_after(Duration::from_secs(seconds));
                Err((error, left))
            }
        }
    }

    /// Forgets subjects whose budget is full again, so that memory follows those who are active.
    pub fn forget_idle(&self) {
        let by_account = [&self.reads, &self.writes, &self.removals, &self.batches, &self.assessments, &self.previews];
        let all = by_account.into_iter().chain([
            &self.sign_ins,
            &self.unlocks,
            &self.refreshes,
            &self.accounts,
            &self.administration,
            &self.calendars,
            &self.stored,
        ]);
        for (_, bucket) in all {
            bucket.retain_recent();
            bucket.shrink_to_fit();
        }
    }

    const fn of(&self, class: Class) -> &(u32, Bucket) {
        match class {
            Class::Reads => &self.reads,
            Class::Writes => &self.writes,
            Class::Removals => &self.removals,
            Class::Batches => &self.batches,
            Class::Assessments => &self.assessments,
            Class::Previews => &self.previews,
            Class::SignIns => &self.sign_ins,
            Class::Unlocks => &self.unlocks,
            Class::Refreshes => &self.refreshes,
            Class::Accounts => &self.accounts,
            Class::Administration => &self.administration,
            Class::Calendars => &self.calendars,
            Class::Stored => &self.stored,
        }
    }
}

fn bucket(per_minute: u32) -> (u32, Bucket) {
    let limit = NonZeroU32::new(per_minute).unwrap_or(NonZeroU32::MIN);
    let bucket = RateLimiter::dashmap_with_clock(Quota::per_minute(limit), DefaultClock::default());
    (limit.get(), bucket.with_middleware())
}

fn daily_bucket(per_day: u32) -> (u32, Bucket) {
    let limit = NonZeroU32::new(per_day).unwrap_or(NonZeroU32::MIN);
    let every = Duration::from_secs(DAY_SECONDS) / limit.get();
    let quota = Quota::with_period(every).unwrap_or(Quota::per_second(NonZeroU32::MIN)).allow_burst(limit);
    (limit.get(), RateLimiter::dashmap_with_clock(quota, DefaultClock::default()).with_middleware())
}

fn refill_seconds(limit: u32, remaining: u32, window: u64) -> u64 {
    let missing = u64::from(limit.saturating_sub(remaining));
    (missing * window).div_ceil(u64::from(limit.max(1)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_spent_budget_refuses_says_when_and_leaves_others_alone() {
        let limits = Limits::new(&Configured { batches: 2, ..Configured::default() });
        let (sam, kim) = (Subject::Account(Uuid::from_u128(1)), Subject::Account(Uuid::from_u128(2)));
        assert_eq!(limits.take(Class::Batches, sam).unwrap().remaining, 1);
        assert_eq!(limits.take(Class::Batches, sam).unwrap().remaining, 0);
        let (error, _) = limits.take(Class::Batches, sam).unwrap_err();
        assert_eq!(error.code, Code::TooManyRequests);
        assert!(error.retry_after.unwrap() <= Duration::from_secs(31));
        assert!(limits.take(Class::Batches, kim).is_ok());
        assert!(limits.take(Class::Reads, sam).is_ok());
    }

    #[test]
    fn a_day_of_storing_is_spent_by_pieces_and_never_overdrawn() {
        let limits = Limits::new(&Configured { stored_a_day: 1_000, ..Configured::default() });
        let sam = Subject::Account(Uuid::from_u128(1));
        let take = |count| limits.take_some(Class::Stored, sam, NonZeroU32::new(count).unwrap());
        assert_eq!(take(900).unwrap().remaining, 100);
        let (error, left) = take(101).unwrap_err();
        assert_eq!((error.code, left.headers().0.as_str()), (Code::TooManyRequests, "\"stored\";q=1000;w=86400"));
        assert!(error.retry_after.unwrap() <= Duration::from_secs(88), "one more in a thousandth of a day");
        assert!(take(100).is_ok());
        assert_eq!(take(1_001).unwrap_err().0.retry_after, Some(Duration::from_hours(24)));
    }
}
