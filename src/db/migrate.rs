//! Brings the database to the version this program knows, one instance at a time.

use std::time::Duration;

use chrono::{DateTime, Utc};
use diesel::migration::{Migration, MigrationVersion};
use diesel::pg::{Pg, PgConnection};
use diesel::{Connection, RunQueryDsl, sql_query};
use diesel_migrations::{EmbeddedMigrations, MigrationHarness, embed_migrations};

use super::plain_words;
use super::vault::Vault;
use crate::kernel::Error;

/// Every migration, in the binary: a deployment needs no files beside it.
const MIGRATIONS: EmbeddedMigrations = embed_migrations!("migrations");
/// Any number, as long as every instance uses the same: only one migrates, the others wait for it.
const LOCK: i64 = 7_240_113_905;
/// Drops the columns of plain words; what is still in them is sealed first.
const NO_PLAIN_WORDS: &str = "20261122000021";

/// Why the database could not be made ready.
#[derive(Debug, thiserror::Error)]
pub enum MigrateError {
    #[error("cannot connect to the database to make it ready: {0}")]
    Connect(#[from] diesel::ConnectionError),
    #[error("Postgres {0} is too old; version 15 or newer is needed")]
    TooOld(i32),
    #[error("the database could not be asked: {0}")]
    Query(#[from] diesel::result::Error),
    #[error(
        "somebody else holds a table that is to be changed, and did not let go of it {0} times in a row; steps before this one stay done. \
         Start again when they are done: SELECT * FROM pg_stat_activity names them"
    )]
    Held(u32),
    #[error("a migration failed: {0}")]
    Migration(Box<dyn std::error::Error + Send + Sync>),
    #[error("the words that are stored in plain text could not be sealed: {}", cause(.0))]
    Sealing(Error),
}

/// How long a migration waits for a table that others use, and how often. Whoever wants the table meanwhile waits behind it, so it
/// gives way soon and comes again.
#[derive(Clone, Copy, Debug)]
pub struct Patience {
    pub wait: Duration,
    pub tries: u32,
    /// Between two tries, for those who waited behind it.
    pub pause: Duration,
}

impl Patience {
    /// Some two minutes in all.
    pub const USUAL: Self = Self { wait: Duration::from_secs(5), tries: 20, pause: Duration::from_secs(1) };
}

fn cause(error: &Error) -> String {
    error.cause().map_or_else(|| error.to_string(), ToString::to_string)
}

#[derive(diesel::QueryableByName)]
struct ServerVersion {
    #[diesel(sql_type = diesel::sql_types::Integer)]
    number: i32,
}

/// Runs what has not run yet, as the owner. Blocks; call it before serving. The vault is for words that are stored in plain
/// text, which only a database from before words were sealed has.
pub fn migrate(owner_url: &str, vault: &Vault, now: DateTime<Utc>) -> Result<usize, MigrateError> {
    migrate_with(owner_url, vault, now, Patience::USUAL)
}

/// As [`migrate`], with a patience of its own.
pub fn migrate_with(owner_url: &str, vault: &Vault, now: DateTime<Utc>, patience: Patience) -> Result<usize, MigrateError> {
    let mut conn = PgConnection::establish(owner_url)?;
    let version: ServerVersion = sql_query("SELECT current_setting('server_version_num')::int AS number").get_result(&mut conn)?;
    if version.number < 150_000 {
        return Err(MigrateError::TooOld(version.number / 10_000));
    }
    sql_query(format!("SELECT pg_advisory_lock({LOCK})")).execute(&mut conn)?;
    let pending = conn.pending_migrations(MIGRATIONS).map_err(MigrateError::Migration)?;
    for migration in &pending {
        step(&mut conn, migration.as_ref(), vault, now, patience)?;
    }
    sql_query(format!("SELECT pg_advisory_unlock({LOCK})")).execute(&mut conn)?;
    Ok(pending.len())
}

fn step(
    conn: &mut PgConnection,
    migration: &dyn Migration<Pg>,
    vault: &Vault,
    now: DateTime<Utc>,
    patience: Patience,
) -> Result<(), MigrateError> {
    if migration.name().version() == MigrationVersion::from(NO_PLAIN_WORDS) {
        plain_words::seal_all(conn, vault, now).map_err(MigrateError::Sealing)?;
    }
    for tried in 1..=patience.tries {
        sql_query(format!("SET lock_timeout = {}", patience.wait.as_millis())).execute(conn)?;
        let done = change(conn, migration);
        // What comes after has nothing to do with this.
        sql_query("RESET lock_timeout").execute(conn)?;
        match done {
            Err(MigrateError::Migration(failed)) if waited_in_vain(failed.as_ref()) => {
                tracing::warn!(tried, "a table that is to be changed is held by somebody else");
                std::thread::sleep(patience.pause);
            }
            done => return done,
        }
    }
    Err(MigrateError::Held(patience.tries))
}

/// Runs one migration, in a transaction of its own: where it fails nothing is changed.
fn change(conn: &mut PgConnection, migration: &dyn Migration<Pg>) -> Result<(), MigrateError> {
    conn.run_migration(migration).map_err(MigrateError::Migration)?;
    Ok(())
}

/// Postgres says so in words alone, as far as the driver passes on what it says.
fn waited_in_vain(failed: &(dyn std::error::Error + 'static)) -> bool {
    std::iter::successors(Some(failed), |error| error.source()).any(|error| {
        let text = error.to_string();
        text.contains("lock timeout") || text.contains("deadlock detected")
    })
}
