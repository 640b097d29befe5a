//! Brings the database to the version this program knows, one instance at a time.

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
    #[error("a migration failed: {0}")]
    Migration(Box<dyn std::error::Error + Send + Sync>),
    #[error("the words that are stored in plain text could not be sealed: {}", cause(.0))]
    Sealing(Error),
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
    let mut conn = PgConnection::establish(owner_url)?;
    let version: ServerVersion = sql_query("SELECT current_setting('server_version_num')::int AS number").get_result(&mut conn)?;
    if version.number < 150_000 {
        return Err(MigrateError::TooOld(version.number / 10_000));
    }
    sql_query(format!("SELECT pg_advisory_lock({LOCK})")).execute(&mut conn)?;
    let pending = conn.pending_migrations(MIGRATIONS).map_err(MigrateError::Migration)?;
    for migration in &pending {
        step(&mut conn, migration.as_ref(), vault, now)?;
    }
    sql_query(format!("SELECT pg_advisory_unlock({LOCK})")).execute(&mut conn)?;
    Ok(pending.len())
}

fn step(conn: &mut PgConnection, migration: &dyn Migration<Pg>, vault: &Vault, now: DateTime<Utc>) -> Result<(), MigrateError> {
    if migration.name().version() == MigrationVersion::from(NO_PLAIN_WORDS) {
        plain_words::seal_all(conn, vault, now).map_err(MigrateError::Sealing)?;
    }
    conn.run_migration(migration).map_err(MigrateError::Migration)?;
    Ok(())
}
