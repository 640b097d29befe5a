//! Making, changing and removing records.

use chrono::{DateTime, NaiveDate, Utc};
use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::BigInt;
use uuid::Uuid;

use super::row::{Row, columns};
use super::{get, grave, missing, own};
use crate::db::creation::{Creation, Made, Start};
use crate::db::schema::{interactions, records as t};
use crate::db::staleness::{self, Touched};
use crate::db::tombstones;
use crate::db::{AccountKey, citing, copies};
use crate::features::records::model::{Change, Draft, Frame, Kind, Record, Restored};
use crate::features::{accounts, relationships};
use crate::kernel::{AccountId, Error, FieldError, InteractionId, RecordId, RelationshipId, zone};

/// Stores a record, unless the same request stored it before.
pub fn create<K: Kind>(conn: &mut PgConnection, key: &AccountKey, draft: Draft<K>, creation: &Creation) -> Result<Made<Record<K>>, Error> {
    let (account, relationship) = (key.account(), draft.relationship);
    relationships::hold(conn, account, relationship)?;
    let id = match creation.begin(conn, account, grave(K::KIND))? {
        Start::Replay(id) => return Ok(Made { fresh: false, value: get(conn, key, RecordId(id))? }),
        Start::Make(id) => RecordId(id),
    };
    let there = t::table.filter(t::account_id.eq(account.0).and(t::id.eq(id.0))).select(t::request_digest);
    if let Some(digest) = there.first::<Vec<u8>>(conn).optional()? {
        creation.recognise(&digest)?;
        return Ok(Made { fresh: false, value: get(conn, key, id)? });
    }
    let (frame, details) = draft.settled(today(conn, account, creation.now)?).map_err(Error::invalid)?;
    let held = hold_entry(conn, account, relationship, frame.interaction)?;
    check_entry(frame.interaction, held)?;
    let made: Row = diesel::insert_into(t::table)
        .values((
            (t::account_id.eq(account.0), t::id.eq(id.0), t::relationship_id.eq(relationship.0), t::kind.eq(K::KIND as i16)),
            columns(key, id, &frame, &details)?,
            t::request_digest.eq(creation.digest.as_slice()),
            t::created_at.eq(creation.now),
            t::updated_at.eq(creation.now),
        ))
        .returning(Row::as_returning())
        .get_result(conn)?;
    outdate(conn, account, relationship, &[(&frame, &details)])?;
    Ok(Made { fresh: true, value: made.read(key)? })
}

/// Today where the person is.
fn today(conn: &mut PgConnection, account: AccountId, now: DateTime<Utc>) -> Result<NaiveDate, Error> {
    Ok(zone::local_date(now, accounts::time_zone_of(conn, account)?))
}

/// Holds the entry that is to stand for a record, so that it does not go meanwhile; whether the relationship has it. Entries are held before
/// records, the order in which they are removed.
fn hold_entry(
    conn: &mut PgConnection,
    account: AccountId,
    relationship: RelationshipId,
    named: Option<InteractionId>,
) -> Result<bool, Error> {
    let Some(named) = named else { return Ok(false) };
    let entry = interactions::table.filter(interactions::account_id.eq(account.0).and(interactions::id.eq(named.0)));
    let of_tie = entry.filter(interactions::relationship_id.eq(relationship.0)).select(interactions::id);
    Ok(of_tie.for_key_share().first::<Uuid>(conn).optional()?.is_some())
}

/// The entry that is to stand for a record is one of the same relationship.
fn check_entry(named: Option<InteractionId>, held: bool) -> Result<(), Error> {
    if named.is_none() || held {
        return Ok(());
    }
    let detail = "This relationship has no interaction under this id.";
    Err(Error::invalid(vec![FieldError::new("/interaction_id", "unknown_interaction", detail)]))
}

/// Marks the assessments stale whose window holds a day on which any of these began or was settled.
fn outdate<K: Kind>(conn: &mut PgConnection, account: AccountId, relationship: RelationshipId, said: &[(&Frame, &K)]) -> Result<(), Error> {
    let days = said.iter().flat_map(|(frame, details)| [Some(frame.local_date), details.columns().settled_on]);
    let touched: Vec<Touched> = days.flatten().map(|day| Touched::on(relationship.0, day)).collect();
    staleness::mark(conn, account, &touched)
}

/// The relationship of a record, which never changes; or the reason why there is no such record.
fn tie_of<K: Kind>(conn: &mut PgConnection, account: AccountId, id: RecordId) -> Result<RelationshipId, Error> {
    match own(account.0, K::KIND as i16, id.0).select(t::relationship_id).first::<Uuid>(conn).optional()? {
        Some(tie) => Ok(RelationshipId(tie)),
        None => Err(missing(conn, account, K::KIND, id)?),
    }
}

/// The record, held, where it is still there. Its relationship is held already, and so is the entry that it is to name.
fn locked<K: Kind>(conn: &mut PgConnection, account: AccountId, id: RecordId) -> Result<Row, Error> {
    match own(account.0, K::KIND as i16, id.0).select(Row::as_select()).for_update().first(conn).optional()? {
        Some(row) => Ok(row),
        None => Err(missing(conn, account, K::KIND, id)?),
    }
}

/// Applies a change. `check` sees the stored version first.
pub fn update<K: Kind>(
    conn: &mut PgConnection,
    key: &AccountKey,
    id: RecordId,
    change: Change<K>,
    check: impl FnOnce(i64) -> Result<(), Error>,
    now: DateTime<Utc>,
) -> Result<Record<K>, Error> {
    let account = key.account();
    let relationship = tie_of::<K>(conn, account, id)?;
    relationships::hold(conn, account, relationship)?;
    let new_entry = change.frame.interaction.flatten();
    let held = hold_entry(conn, account, relationship, new_entry)?;
    let before: Record<K> = locked::<K>(conn, account, id)?.read(key)?;
    check(before.version)?;
    let today = today(conn, account, now)?;
    let was = (before.frame.clone(), before.details.clone());
    let (frame, details) = change.apply(was, today).map_err(Error::invalid)?;
    check_entry(new_entry, held)?;
    let changed: Row = diesel::update(t::table.filter(t::account_id.eq(account.0).and(t::id.eq(id.0))))
        .set((
            columns(key, id, &frame, &details)?,
            t::change.eq(sql::<BigInt>("nextval('evidence_changes')")),
            t::version.eq(t::version + 1),
            t::updated_at.eq(now),
        ))
        .returning(Row::as_returning())
        .get_result(conn)?;
    outdate(conn, account, relationship, &[(&before.frame, &before.details), (&frame, &details)])?;
    changed.read(key)
}

/// Removes a record; its id stays taken, without content. Assessments that cite it go too, the others of its days become stale. The
/// relationship is held alone, because these assessments are held in no order.
pub fn delete<K: Kind>(conn: &mut PgConnection, account: AccountId, id: RecordId, now: DateTime<Utc>) -> Result<(), Error> {
    copies::forget(conn, account)?;
    let relationship = tie_of::<K>(conn, account, id)?;
    relationships::lock(conn, account, relationship)?;
    let row = locked::<K>(conn, account, id)?;
    let (tie, days) = (row.relationship_id, row.days());
    tombstones::bury(conn, account, grave(K::KIND), (id.0, tie), now)?;
    diesel::delete(t::table.filter(t::account_id.eq(account.0).and(t::id.eq(id.0)))).execute(conn)?;
    citing::erase(conn, account, tie, id.0, now)?;
    let touched: Vec<Touched> = days.map(|day| Touched::on(tie, day)).collect();
    staleness::mark(conn, account, &touched)
}

/// Stores records as they were elsewhere; their relationships, and the entries that they name, are there.
pub fn restore<K: Kind>(conn: &mut PgConnection, key: &AccountKey, records: &[Restored<K>]) -> Result<(), Error> {
    // A statement takes 65,535 parameters at most.
    for some in records.chunks(1_000) {
        let row = |one: &Restored<K>| -> Result<_, Error> {
            Ok((
                (
                    t::account_id.eq(key.account().0),
                    t::id.eq(one.id.0),
                    t::relationship_id.eq(one.relationship.0),
                    t::kind.eq(K::KIND as i16),
                ),
                columns(key, one.id, &one.frame, &one.details)?,
                t::request_digest.eq(one.digest.to_vec()),
                t::created_at.eq(one.created_at),
                t::updated_at.eq(one.updated_at),
            ))
        };
        diesel::insert_into(t::table).values(some.iter().map(row).collect::<Result<Vec<_>, _>>()?).execute(conn)?;
    }
    Ok(())
}
