//! Storing entries as they were in another account of the same person: logged like any others, then given their own times.

use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use diesel::prelude::*;
use diesel::sql_query;
use diesel::sql_types::{Array, BigInt, Timestamptz, Uuid as SqlUuid};

use super::change::keep_all;
use super::insert::log;
use super::row::Revision;
use crate::db::AccountKey;
use crate::features::interactions::model::{Logged, MAX_BATCH, NewEntry, Restored, RestoredRevision};
use crate::kernel::Error;

const OWN_TIMES: &str = "UPDATE interactions i SET created_at = own.created_at, updated_at = own.updated_at, version = own.version \
    FROM unnest($2, $3, $4, $5) AS own (id, created_at, updated_at, version) WHERE i.account_id = $1 AND i.id = own.id";

/// Stores entries whose relationships are there and whose ids are free; the first that cannot be stored is the failure of all.
pub fn restore(conn: &mut PgConnection, key: &AccountKey, entries: &[Restored], zone: Tz, now: DateTime<Utc>) -> Result<(), Error> {
    for some in entries.chunks(MAX_BATCH) {
        let new: Vec<NewEntry> = some.iter().map(|restored| restored.entry.clone()).collect();
        for logged in log(conn, key, &new, zone, now)? {
            match logged {
                Logged::Created(_) | Logged::Replayed(_) => {}
                Logged::Refused(error) => return Err(error),
            }
        }
        sql_query(OWN_TIMES)
            .bind::<SqlUuid, _>(key.account().0)
            .bind::<Array<SqlUuid>, _>(some.iter().map(|one| one.entry.id).collect::<Vec<_>>())
            .bind::<Array<Timestamptz>, _>(some.iter().map(|one| one.created_at).collect::<Vec<_>>())
            .bind::<Array<Timestamptz>, _>(some.iter().map(|one| one.updated_at).collect::<Vec<_>>())
            .bind::<Array<BigInt>, _>(some.iter().map(|one| one.version).collect::<Vec<_>>())
            .execute(conn)?;
    }
    Ok(())
}

/// Stores what entries said before their changes; the entries are there.
pub fn restore_history(conn: &mut PgConnection, key: &AccountKey, said: &[RestoredRevision], zone: Tz) -> Result<(), Error> {
    for some in said.chunks(MAX_BATCH) {
        let revision = |one: &RestoredRevision| {
            (one.entry, Revision::of(one.version, one.changed_at, &one.act, one.when.settle(zone, one.changed_at)))
        };
        keep_all(conn, key, &some.iter().map(revision).collect::<Vec<_>>())?;
    }
    Ok(())
}
