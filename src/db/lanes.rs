//! Work at the database, each on a lane of its own, and a watch over all of them: a lane that has heard nothing for longer than any answer
//! may take is given up, and what it held is free again.
//!
//! A connection can fall silent without an end: a machine on the way forgets it, or answers for a process that does not. Whoever reads from it
//! then waits, and nothing of theirs can end that, because libpq blocks. So the work is left where it is and everything around it is
//! replaced: the pool, in which other connections may be as silent, and the turn or the writer that the lane stood for. That
//! happens only where new connections work, so a database that is away or slow loses nothing, and only up to as many lanes as
//! there are, so there are at most twice as many connections as configured. ADR 0021 has the reasons.

mod watch;

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, OnceLock, PoisonError, RwLock};
use std::time::{Duration, Instant};

use diesel::Connection;
use diesel::connection::InstrumentationEvent;
use diesel::r2d2::{Pool, PoolError, PooledConnection};

use super::TURN;
use super::reaching::Manager;
use crate::meters::{Held, Meters};

/// For how long a lane may hear nothing: longer than Postgres lets one of its statements run (`db::prelude`).
pub(super) const SILENT: Duration = Duration::from_secs(13);
/// The same for work whose statements may take minutes (`db::take_long`).
pub(super) const SILENT_LONG: Duration = Duration::from_secs(630);
/// How long a connection is kept that nobody uses; the pool looks every half minute.
const UNUSED: Duration = Duration::from_mins(2);

/// The pool and all who work on its connections.
#[derive(Clone)]
pub(super) struct Lanes(Arc<Shared>);

struct Shared {
    url: String,
    /// How many lanes there are at once, and so how many may be given up and not yet at their end.
    size: u32,
    pool: RwLock<Numbered>,
    next: AtomicU64,
    /// Those at work, the oldest first.
    open: Mutex<BTreeMap<u64, Arc<Watched>>>,
    ended: Condvar,
    /// What times are counted from.
    begun: Instant,
    questions: Arc<()>,
}

/// A pool, and the how manieth it is.
#[derive(Clone)]
struct Numbered {
    number: u64,
    pool: Pool<Manager>,
    retired: Arc<AtomicBool>,
}

/// What the watch sees of a lane.
struct Watched {
    silent_after: Duration,
    /// When it last heard or said something, in milliseconds since the lanes were made. Its connection, too, has a hand on it.
    heard: Arc<AtomicU64>,
    pool: AtomicU64,
    give_up: Mutex<Option<GiveUp>>,
    given_up: OnceLock<Held>,
    meters: Arc<Meters>,
}

type GiveUp = Box<dyn FnOnce() + Send>;

/// Work at the database, until this is dropped.
pub(super) struct Lane {
    shared: Arc<Shared>,
    number: u64,
    watched: Arc<Watched>,
}

impl Lanes {
    /// A pool of at most `size` connections, opened when they are first needed, for as many who work at once.
    pub(super) fn new(url: &str, size: u32) -> Self {
        let shared = Arc::new(Shared {
            url: url.to_owned(),
            size,
            pool: RwLock::new(Numbered::new(0, url, size)),
            next: AtomicU64::new(0),
            open: Mutex::default(),
            ended: Condvar::new(),
            begun: Instant::now(),
            questions: Arc::default(),
        });
        let weak = Arc::downgrade(&shared);
        if std::thread::Builder::new().name("watch-lanes".to_owned()).spawn(move || watch::watch(&weak)).is_err() {
            tracing::error!("no thread is left to watch the connections to the database");
        }
        Self(shared)
    }

    /// Others of the same database, which these neither use up nor hold up.
    pub(super) fn beside(&self, size: u32) -> Self {
        Self::new(&self.0.url, size)
    }

    /// Begins work that may hear nothing for so long. If it is given up, `give_up` is called, once; otherwise that is dropped with the lane.
    pub(super) fn begin(&self, silent_after: Duration, meters: &Arc<Meters>, give_up: impl FnOnce() + Send + 'static) -> Lane {
        let watched = Arc::new(Watched {
            silent_after,
            heard: Arc::new(AtomicU64::new(self.0.now())),
            pool: AtomicU64::new(self.0.pool().number),
            give_up: Mutex::new(Some(Box::new(give_up))),
            given_up: OnceLock::new(),
            meters: Arc::clone(meters),
        });
        let number = self.0.next.fetch_add(1, Ordering::Relaxed);
        self.0.open().insert(number, Arc::clone(&watched));
        Lane { shared: Arc::clone(&self.0), number, watched }
    }

    /// Waits until nobody is at work, and says whether that came to pass in time.
    pub(super) fn wait_for_the_end(&self, patience: Duration) -> bool {
        let waited = self.0.ended.wait_timeout_while(self.0.open(), patience, |open| !open.is_empty());
        !waited.unwrap_or_else(PoisonError::into_inner).1.timed_out()
    }
}

impl Lane {
    /// A connection, on which whatever is said or heard counts as a sign of life.
    pub(super) fn connection(&self) -> Result<PooledConnection<Manager>, PoolError> {
        let Numbered { number, pool, .. } = self.shared.pool();
        self.watched.pool.store(number, Ordering::Relaxed);
        let mut conn = pool.get()?;
        let (heard, begun) = (Arc::clone(&self.watched.heard), self.shared.begun);
        heard.store(millis(begun.elapsed()), Ordering::Relaxed);
        conn.set_instrumentation(move |_: InstrumentationEvent<'_>| heard.store(millis(begun.elapsed()), Ordering::Relaxed));
        Ok(conn)
    }

    /// Ends it, and says whether nobody else stands in its place by then.
    pub(super) fn end(self) -> bool {
        self.watched.take().is_some()
    }

    #[cfg(test)]
    fn is_given_up(&self) -> bool {
        self.watched.given_up.get().is_some()
    }
}

impl Drop for Lane {
    fn drop(&mut self) {
        // What it held ends with the work, whoever else still looks at it.
        drop(self.watched.take());
        self.shared.open().remove(&self.number);
        self.shared.ended.notify_all();
    }
}

impl Watched {
    fn take(&self) -> Option<GiveUp> {
        self.give_up.lock().unwrap_or_else(PoisonError::into_inner).take()
    }

    fn is_silent(&self, now: u64) -> bool {
        self.given_up.get().is_none() && now.saturating_sub(self.heard.load(Ordering::Relaxed)) > millis(self.silent_after)
    }

    fn give_up(&self) {
        // Whoever takes it has the place: this, or the lane that comes to its end at the same moment.
        if let Some(give_up) = self.take() {
            drop(self.given_up.set(self.meters.database.give_up()));
            give_up();
        }
    }
}

impl Numbered {
    fn new(number: u64, url: &str, size: u32) -> Self {
        let retired = Arc::new(AtomicBool::new(false));
        let pool = Pool::builder()
            .max_size(size)
            .min_idle(Some(0))
            .connection_timeout(TURN)
            .idle_timeout(Some(UNUSED))
            .test_on_check_out(false)
            .build_unchecked(Manager::new(url, Arc::clone(&retired)));
        Self { number, pool, retired }
    }
}

impl Shared {
    fn now(&self) -> u64 {
        millis(self.begun.elapsed())
    }

    fn open(&self) -> MutexGuard<'_, BTreeMap<u64, Arc<Watched>>> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn pool(&self) -> Numbered {
        self.pool.read().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests;
