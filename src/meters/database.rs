//! The way to the database: the line before it, the pool, the transactions.

use std::time::Duration;

use prometheus_client::metrics::counter::Counter;
use prometheus_client::registry::{Registry, Unit};

use super::labelled::Each;
use super::{Held, Histogram, Level};

/// What a transaction is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Read,
    Write,
    /// What is asked before there is an account: a handle, or whether the database is there at all.
    Lookup,
}

impl Kind {
    const ALL: [Self; 3] = [Self::Read, Self::Write, Self::Lookup];

    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Write => "write",
            Self::Lookup => "lookup",
        }
    }
}

/// Meters of `db`.
#[derive(Clone, Debug)]
pub struct Database {
    pool_size: Level,
    in_use: Level,
    turns_waiting: Level,
    wait: Histogram,
    timeouts: Counter,
    failed: Counter,
    overdue: Counter,
    given_up: Counter,
    silent: Level,
    read: Histogram,
    write: Histogram,
    lookup: Histogram,
}

impl Default for Database {
    fn default() -> Self {
        Self {
            pool_size: Level::default(),
            in_use: Level::default(),
            turns_waiting: Level::default(),
            wait: Histogram::of_steps(),
            timeouts: Counter::default(),
            failed: Counter::default(),
            overdue: Counter::default(),
            given_up: Counter::default(),
            silent: Level::default(),
            read: Histogram::of_steps(),
            write: Histogram::of_steps(),
            lookup: Histogram::of_steps(),
        }
    }
}

impl Database {
    pub(super) fn register(&self, registry: &mut Registry) {
        registry.register("pool_connections_max", "Connections that the pool may hold.", self.pool_size.0.clone());
        registry.register("pool_connections_in_use", "Connections that work is being done on.", self.in_use.0.clone());
        registry.register("turns_waiting", "Work that waits for its turn at the database.", self.turns_waiting.0.clone());
        let help = "From asking for a turn to holding a connection.";
        registry.register_with_unit("pool_wait", help, Unit::Seconds, self.wait.clone());
        registry.register("pool_timeouts", "Work that got no turn in time; it was answered with 503.", self.timeouts.clone());
        registry.register("connection_failures", "Work that had its turn and got no connection.", self.failed.clone());
        let help = "Work whose answer was not waited for any longer; it was answered with 503.";
        registry.register("answers_overdue", help, self.overdue.clone());
        let help = "Connections that fell silent under work and were given up.";
        registry.register("connections_given_up", help, self.given_up.clone());
        registry.register("connections_silent", "Connections that were given up and have not come to their end.", self.silent.0.clone());
        let help = "A transaction, from its beginning to its commit or rollback.";
        let transactions = Each::new("kind", Kind::ALL.map(|kind| (kind.name(), self.of(kind).clone())));
        registry.register_with_unit("transaction_duration", help, Unit::Seconds, transactions);
    }

    /// How many connections the pool may hold. Say it once, when the pool is made.
    pub fn pool_of(&self, size: u32) {
        self.pool_size.set(i64::from(size));
    }

    /// Somebody waits for a turn, until what is given back is dropped.
    #[must_use]
    pub fn waiting(&self) -> Held {
        self.turns_waiting.hold()
    }

    /// Nobody got a turn in time.
    pub fn timed_out(&self) {
        self.timeouts.inc();
    }

    /// No connection could be had.
    pub fn no_connection(&self) {
        self.failed.inc();
    }

    /// Whoever asked waits no longer for what is being done.
    pub fn overdue(&self) {
        self.overdue.inc();
    }

    /// A connection fell silent and is given up; it has not come to its end until what is given back is dropped.
    #[must_use]
    pub fn give_up(&self) -> Held {
        self.given_up.inc();
        self.silent.hold()
    }

    /// A connection was got after so long; it is in use until what is given back is dropped.
    #[must_use]
    pub fn connected(&self, waited: Duration) -> Held {
        self.wait.took(waited);
        self.in_use.hold()
    }

    /// A transaction took so long, whether it was committed or rolled back.
    pub fn transaction(&self, kind: Kind, took: Duration) {
        self.of(kind).took(took);
    }

    const fn of(&self, kind: Kind) -> &Histogram {
        match kind {
            Kind::Read => &self.read,
            Kind::Write => &self.write,
            Kind::Lookup => &self.lookup,
        }
    }
}
