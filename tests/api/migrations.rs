//! Bringing a database that is in use to a newer version.

use std::time::Duration;

use diesel::connection::SimpleConnection;
use reciprocity::db::migrate::{MigrateError, Patience, migrate_with};

use crate::support::{MASTER, START, Service, rows, vault};

#[test]
fn a_table_that_is_held_is_given_up_soon_and_changed_when_it_is_free() {
    let service = Service::start();
    let patience = Patience { wait: Duration::from_millis(50), tries: 2, pause: Duration::ZERO };
    let migrated = || migrate_with(&service.database.url, &vault(&[MASTER]), START.parse().unwrap(), patience);
    let (mut conn, mut holder) = (service.database.connect(), service.database.connect());
    let undo = "DROP INDEX interactions_by_dimension; DELETE FROM __diesel_schema_migrations WHERE version = '20261123000071'";
    conn.batch_execute(undo).unwrap();
    holder.batch_execute("BEGIN; LOCK TABLE interactions IN ROW EXCLUSIVE MODE").unwrap();
    assert!(matches!(migrated(), Err(MigrateError::Held(2))));
    let there = "SELECT count(*) AS count FROM pg_indexes WHERE indexname = 'interactions_by_dimension'";
    assert_eq!(rows::count(&mut conn, there), 0);
    holder.batch_execute("COMMIT").unwrap();
    // This one only waits its turn, and a busy machine may take longer over it than a moment.
    assert!(crate::support::eventually(|| migrated().is_ok()));
    assert_eq!(rows::count(&mut conn, there), 1);
}
