//! Brings the database to the version this program knows, one instance at a time.

use diesel::pg::PgConnection;
use diesel::{Connection, RunQueryDsl, sql_query};
use diesel_migrations::{EmbeddedMigrations, MigrationHarness, embed_migrations};

/// Every migration, in the binary: a deployment needs no files beside it.
const MIGRATIONS: EmbeddedMigrations = embed_migrations!("migrations");
/// Any number, as long as every instance uses the same: only one migrates, the others wait for it.
const LOCK: i64 = 7_240_113_905;

/// Why the database could not be made ready.
#[derive(Debug, thiserror::Error)]
pub enum MigrateError {
    #[error("cannot connect to the database to migrate it: {0}")]
    Connect(#[from] diesel::ConnectionError),
    #[error("Postgres {0} is too old; version 15 or newer is needed")]
    TooOld(i32),
    #[error("the database could not be asked: {0}")]
    Query(#[from] diesel::result::Error),
    #[error("a migration failed: {0}")]
    Migration(Box<dyn std::error::Error + Send + Sync>),
}

#[derive(diesel::QueryableByName)]
struct ServerVersion {
    #[diesel(sql_type = diesel::sql_types::Integer)]
    number: i32,
}

/// Runs what has not run yet, as the owner. Blocks; call it before serving.
pub fn migrate(owner_url: &str) -> Result<usize, MigrateError> {
    let mut conn = PgConnection::establish(owner_url)?;
    let version: ServerVersion = sql_query("SELECT current_setting('server_version_num')::int AS number").get_result(&mut conn)?;
    if version.number < 150_000 {
        return Err(MigrateError::TooOld(version.number / 10_000));
    }
    sql_query(format!("SELECT pg_advisory_lock({LOCK})")).execute(&mut conn)?;
    let applied = conn.run_pending_migrations(MIGRATIONS).map_err(MigrateError::Migration)?.len();
    sql_query(format!("SELECT pg_advisory_unlock({LOCK})")).execute(&mut conn)?;
    Ok(applied)
}
