//! The private local Postgres: what `reciprocity serve` uses where no `DATABASE_URL` is given, and what tests use.
//!
//! It is a real Postgres, run from the installed server programs, with one dialect and one set of migrations for every
//! way to run the service. It listens on a Unix socket in a folder of its own and on no network. [`LocalCluster::start`]
//! decides where everything lives and starts a guard (see [`guard_main`]), which makes the cluster on the first run,
//! runs the server as an unprivileged account, and stops it when the service ends, by whatever death.
//!
//! In the data directory: `postgres-<version>/` the cluster, `socket/` the socket's folder, `postgres.log` what the
//! server says, `service.lock` and `guard.lock` against a second start, and `cluster-location`, which names the folder
//! of the cluster where the server's account cannot enter the data directory.

mod account;
mod data_dir;
mod error;
mod guard;
mod initialise;
mod lock;
mod plan;
mod postmaster;
mod programs;
mod server_log;
mod settings;
mod socket;
mod start;

use std::fs::File;
use std::path::PathBuf;
use std::process::{Child, ChildStdin};
use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::time::Duration;

pub use data_dir::default_data_dir;
pub use error::ClusterError;
pub use guard::guard_main;
pub use programs::ServerPrograms;

use error::At;
use plan::GuardPlan;

/// The role the service connects as; owns the database, and is no superuser.
const ROLE: &str = "reciprocity";
/// The service's database.
const DATABASE: &str = "reciprocity";
/// The role that owns the cluster.
const SUPERUSER: &str = "postgres";

/// The first line a guard says: that the server takes connections, or that the rest is the reason why not.
const READY: &str = "ready";
const FAILED: &str = "failed";

/// The name of the hidden subcommand that runs [`guard_main`].
pub const GUARD_SUBCOMMAND: &str = "postgres-guard";

/// How long stopping may take, in seconds: longer than the guard gives the server.
const STOP_SECONDS: u64 = 80;

/// Whether the data stays.
#[derive(Debug, Clone)]
pub enum Storage {
    /// Kept in this directory between runs, and as durable as Postgres can make it.
    Kept(PathBuf),
    /// In a new temporary folder, fast instead of durable, and removed when it stops. For tests.
    Throwaway,
}

/// How to run a local cluster.
#[derive(Debug, Clone)]
pub struct ClusterOptions {
    /// Where the data lives, and whether it stays.
    pub storage: Storage,
    /// The program that runs [`guard_main`] for the subcommand [`GUARD_SUBCOMMAND`]: the service's own executable.
    pub guard_executable: PathBuf,
    /// The folder of the server programs (`RECIPROCITY_POSTGRES_BIN`); `None` searches.
    pub postgres_bin: Option<PathBuf>,
    /// The account to run the server as when started by root (`RECIPROCITY_POSTGRES_USER`); `None` takes `postgres`.
    pub postgres_user: Option<String>,
}

/// A running Postgres of this process's own.
///
/// Dropping it closes the guard's pipe, which stops the server without waiting for it; [`LocalCluster::stop`] waits.
#[derive(Debug)]
pub struct LocalCluster {
    plan: GuardPlan,
    /// Lines for a person about where the cluster lives.
    description: Vec<String>,
    guard: Child,
    /// While this is open the server runs.
    leash: ChildStdin,
    reports: Receiver<Report>,
    _only_service: File,
}

/// What a guard says; the end of the reports is the guard's end.
#[derive(Debug)]
enum Report {
    Ready,
    Failed(String),
}

impl LocalCluster {
    /// Starts the server, making its cluster on the first run, and returns once it takes connections.
    ///
    /// # Errors
    /// Every [`ClusterError`] but [`ClusterError::StopTimedOut`]; the guard then stops what it had started.
    pub fn start(options: &ClusterOptions) -> Result<Self, ClusterError> {
        start::start(options)
    }

    /// The libpq connection URL of the service's role and database.
    #[must_use]
    pub fn url(&self) -> String {
        self.url_for(ROLE, DATABASE)
    }

    /// The libpq connection URL of another role or database; only `reciprocity` and the superuser `postgres` may log in.
    #[must_use]
    pub fn url_for(&self, role: &str, database: &str) -> String {
        socket::url(&self.plan.socket, role, database)
    }

    /// Lines for a person that tell where the database lives, who runs it and where it logs.
    #[must_use]
    pub fn describe(&self) -> &[String] {
        &self.description
    }

    /// Stops the server and waits until it has written everything and ended.
    ///
    /// # Errors
    /// [`ClusterError::StopTimedOut`], or what prevented stopping a server whose guard was killed.
    pub fn stop(mut self) -> Result<(), ClusterError> {
        drop(self.leash);
        let timed_out = || ClusterError::StopTimedOut { seconds: STOP_SECONDS, log: self.plan.log.clone() };
        loop {
            match self.reports.recv_timeout(Duration::from_secs(STOP_SECONDS)) {
                Ok(Report::Ready | Report::Failed(_)) => {}
                Err(RecvTimeoutError::Disconnected) => break,
                Err(RecvTimeoutError::Timeout) => return Err(timed_out()),
            }
        }
        let status = self.guard.wait().at("wait for the guard of", &self.plan.cluster)?;
        if !status.success() {
            // A guard that was killed could not stop its server.
            postmaster::stop_leftover(&self.plan.cluster)?;
            self.plan.remove_folders();
        }
        Ok(())
    }
}
