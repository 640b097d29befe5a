//! The one door to Postgres: a pool, a transaction as the serving role, errors in the kernel's words.
//!
//! Nothing outside this folder knows r2d2 or `spawn_blocking`. Every closure runs inside one transaction, as the role
//! that cannot bypass row-level security, and sees the rows of the view it was given and no others.

pub mod citing;
pub mod cluster;
pub mod columns;
pub mod copies;
pub mod creation;
pub mod data_keys;
pub mod erased;
pub mod error;
pub mod group;
pub mod idempotency;
mod lanes;
pub mod migrate;
pub mod owner;
pub mod place;
mod plain_words;
mod prelude;
pub mod reaching;
pub mod request_key;
pub mod rotation;
pub mod schema;
pub mod serving_role;
pub mod staleness;
pub mod tombstones;
mod transaction;
mod turns;
pub mod upkeep;
pub mod vault;
pub mod withdrawn;

use std::sync::Arc;
use std::time::{Duration, Instant};

use chrono::{DateTime, TimeDelta, Utc};
use diesel::RunQueryDsl;
use diesel::pg::PgConnection;
use tokio::sync::Mutex;
use tracing::Span;

use crate::kernel::{AccountId, Error, View};
use crate::meters::{Kind, Meters};
use lanes::Lanes;
pub use prelude::{read_in_order, take_long};
use transaction::Mode;
use turns::Turns;
pub use vault::{AccountKey, Vault};

/// A connection inside a transaction, as stores are handed it.
pub type Conn = PgConnection;

/// How long a request waits for its turn at the database, and then for a connection, before it is told to come back.
const TURN: Duration = Duration::from_secs(2);
/// How long the answer to "are you there" is waited for: less than a probe's patience.
const THERE: Duration = Duration::from_secs(3);
/// How long whoever asked waits for work that is not known to take long. A database that was stopped in its tracks says nothing, and
/// no time-out of its own ends that. The work keeps its turn until it ends or is given up (`db::lanes`).
const PATIENCE: Duration = Duration::from_secs(15);
/// How long an answer to "are you there" holds: anybody may ask, as often as they like.
const READY: TimeDelta = TimeDelta::seconds(1);
/// Whether the database answered, and when it was asked.
#[derive(Clone, Copy)]
struct Answered {
    at: DateTime<Utc>,
    well: bool,
}

/// A pool of connections to one Postgres.
#[derive(Clone)]
pub struct Db {
    lanes: Lanes,
    size: u32,
    turns: Turns,
    patience: Option<Duration>,
    /// Whether what is asked begins something, or goes on with it.
    new: bool,
    vault: Vault,
    meters: Arc<Meters>,
    answered: Arc<Mutex<Option<Answered>>>,
}

impl std::fmt::Debug for Db {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Db")
    }
}

impl Db {
    /// Makes a pool of `size` connections; they are opened when first needed, so a database that is down stops nothing here.
    #[must_use]
    pub fn connect(url: &str, size: u32, vault: Vault) -> Self {
        let lanes = Lanes::new(&reaching::patiently(url), size);
        let turns = Turns::new(usize::try_from(size).unwrap_or(1));
        Self { lanes, size, turns, patience: Some(PATIENCE), new: true, vault, meters: Arc::default(), answered: Arc::default() }
    }

    /// The same, counting what it does.
    #[must_use]
    pub fn measured_by(self, meters: Arc<Meters>) -> Self {
        meters.database.pool_of(self.size);
        Self { meters, ..self }
    }

    /// The same database for work that may take minutes: erasures, imports, upkeep.
    #[must_use]
    pub fn unhurried(&self) -> Self {
        Self { patience: None, ..self.clone() }
    }

    /// The same database for the rest of work that is partly done: it waits for its turn where a new request would be told to come back.
    #[must_use]
    pub fn going_on(&self) -> Self {
        Self { new: false, ..self.clone() }
    }

    /// The same database over as many connections beside these, which nobody else uses up.
    fn beside(&self, size: u32) -> Self {
        Self { lanes: self.lanes.beside(size), ..self.clone() }
    }

    /// Where the keys to the accounts' words are.
    #[must_use]
    pub const fn vault(&self) -> &Vault {
        &self.vault
    }

    /// Reads rows of a view in a read-only transaction.
    pub async fn read<T, F>(&self, view: View, work: F) -> Result<T, Error>
    where
        T: Send + 'static,
        F: FnOnce(&mut PgConnection) -> Result<T, Error> + Send + 'static,
    {
        self.run(Kind::Read, Mode::Read, prelude::of_reading(&view), work).await
    }

    /// Reads rows of a view as they stood at one instant, however many statements it takes.
    pub async fn snapshot<T, F>(&self, view: View, work: F) -> Result<T, Error>
    where
        T: Send + 'static,
        F: FnOnce(&mut PgConnection) -> Result<T, Error> + Send + 'static,
    {
        self.run(Kind::Read, Mode::Snapshot, prelude::of_reading(&view), work).await
    }

    /// [`Db::snapshot`] where words are read: the account's key is fetched first, once.
    pub async fn snapshot_words<T, F>(&self, view: View, work: F) -> Result<T, Error>
    where
        T: Send + 'static,
        F: FnOnce(&mut PgConnection, &AccountKey) -> Result<T, Error> + Send + 'static,
    {
        let vault = self.vault.clone();
        self.snapshot(view, move |conn| {
            let key = vault.key_of(conn, view.account())?.within(view.reach());
            work(conn, &key)
        })
        .await
    }

    /// Changes rows of a view: all of it happens, or none.
    pub async fn write<T, F>(&self, view: View, work: F) -> Result<T, Error>
    where
        T: Send + 'static,
        F: FnOnce(&mut PgConnection) -> Result<T, Error> + Send + 'static,
    {
        self.run(Kind::Write, Mode::Change, prelude::of_view(&view), work).await
    }

    /// [`Db::read`] where words are read: the account's key is fetched first, once.
    pub async fn read_words<T, F>(&self, view: View, work: F) -> Result<T, Error>
    where
        T: Send + 'static,
        F: FnOnce(&mut PgConnection, &AccountKey) -> Result<T, Error> + Send + 'static,
    {
        let vault = self.vault.clone();
        self.read(view, move |conn| {
            let key = vault.key_of(conn, view.account())?.within(view.reach());
            work(conn, &key)
        })
        .await
    }

    /// [`Db::write`] where words are read or written: the account's key is fetched first, once.
    pub async fn write_words<T, F>(&self, view: View, work: F) -> Result<T, Error>
    where
        T: Send + 'static,
        F: FnOnce(&mut PgConnection, &AccountKey) -> Result<T, Error> + Send + 'static,
    {
        let vault = self.vault.clone();
        self.write(view, move |conn| {
            let key = vault.key_of(conn, view.account())?.within(view.reach());
            work(conn, &key)
        })
        .await
    }

    /// Changes rows of several accounts at once, for upkeep alone: no request is served by it.
    pub async fn write_in<T, F>(&self, accounts: &[AccountId], work: F) -> Result<T, Error>
    where
        T: Send + 'static,
        F: FnOnce(&mut PgConnection) -> Result<T, Error> + Send + 'static,
    {
        self.unhurried().run(Kind::Write, Mode::Change, prelude::of_accounts(accounts), work).await
    }

    /// Reads what must be known before there is an account (a handle). Rows with a policy are invisible here.
    pub async fn lookup<T, F>(&self, work: F) -> Result<T, Error>
    where
        T: Send + 'static,
        F: FnOnce(&mut PgConnection) -> Result<T, Error> + Send + 'static,
    {
        self.run(Kind::Lookup, Mode::Read, prelude::of_accounts(&[]), work).await
    }

    /// Reads content that an operator keeps, drafts too; no account's row exists here.
    pub async fn read_content<T, F>(&self, work: F) -> Result<T, Error>
    where
        T: Send + 'static,
        F: FnOnce(&mut PgConnection) -> Result<T, Error> + Send + 'static,
    {
        self.run(Kind::Read, Mode::Read, prelude::of_content(), work).await
    }

    /// Changes content that an operator keeps; no account's row exists here.
    pub async fn keep_content<T, F>(&self, work: F) -> Result<T, Error>
    where
        T: Send + 'static,
        F: FnOnce(&mut PgConnection) -> Result<T, Error> + Send + 'static,
    {
        self.run(Kind::Write, Mode::Change, prelude::of_content(), work).await
    }

    /// Whether the database answers, as far as is known from less than a second ago. Whoever asks while somebody else's question
    /// is on its way waits for that answer.
    pub async fn ping(&self, now: DateTime<Utc>) -> Result<(), Error> {
        let asked = tokio::time::timeout(THERE, self.ask(now));
        // A connection whose other end fell silent would have every probe wait behind the first.
        asked.await.unwrap_or_else(|_| Err(Error::unavailable(TURN)))
    }

    async fn ask(&self, now: DateTime<Utc>) -> Result<(), Error> {
        let mut answered = self.answered.lock().await;
        if let Some(last) = answered.filter(|last| last.at <= now && now - last.at < READY) {
            return if last.well { Ok(()) } else { Err(Error::unavailable(TURN)) };
        }
        // A service that has much to do is not one whose database is gone: the question is not hurried.
        let asking = self.going_on();
        let asked = asking.lookup(|conn| {
            diesel::sql_query("SELECT 1").execute(conn)?;
            Ok(())
        });
        let asked = asked.await;
        *answered = Some(Answered { at: now, well: asked.is_ok() });
        asked
    }

    /// Waits for the end of whatever is being done, and says whether it came in time: for whoever is about to end the program.
    #[must_use]
    pub fn comes_to_rest(&self, patience: Duration) -> bool {
        self.lanes.wait_for_the_end(patience)
    }

    async fn run<T, F>(&self, kind: Kind, mode: Mode, prelude: String, work: F) -> Result<T, Error>
    where
        T: Send + 'static,
        F: FnOnce(&mut PgConnection) -> Result<T, Error> + Send + 'static,
    {
        let (meters, span, asked) = (Arc::clone(&self.meters), Span::current(), Instant::now());
        let turn = self.turns.take(self.new, &self.meters).await?;
        let silent_after = if self.patience.is_some() { lanes::SILENT } else { lanes::SILENT_LONG };
        // The turn ends with the work, not with the request: a client that hangs up frees nothing early.
        let lane = self.lanes.begin(silent_after, &self.meters, move || drop(turn));
        let task = tokio::task::spawn_blocking(move || {
            let _entered = span.enter();
            let _transaction = tracing::debug_span!("transaction", kind = kind.name()).entered();
            let lane = lane;
            let mut conn = lane.connection().map_err(|cause| {
                meters.database.no_connection();
                Error::unavailable(TURN).caused_by(cause)
            })?;
            let (_in_use, begun) = (meters.database.connected(asked.elapsed()), Instant::now());
            let done = transaction::within(&mut conn, mode, &prelude, work);
            meters.database.transaction(kind, begun.elapsed());
            done
        });
        let done = match self.patience {
            Some(patience) => tokio::time::timeout(patience, task).await.map_err(|_| {
                self.meters.database.overdue();
                Error::unavailable(TURN)
            })?,
            None => task.await,
        };
        // What a panic says may quote a row, so it is not kept as the cause.
        done.map_err(|_| Error::internal("the work on a connection panicked"))?
    }
}
