//! Erasing what is older than somebody wanted it kept, some rows at a time, with the same consequences as any erasure.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};
use diesel::prelude::*;
use diesel::sql_query;
use diesel::sql_types::{Array, BigInt, Date, Uuid as SqlUuid};
use uuid::Uuid;

use super::store::RECORDS;
use crate::db::schema::{assessments, interaction_revisions as revisions, interactions, records, relationships, responses};
use crate::db::staleness::Touched;
use crate::db::tombstones::{self, Kind};
use crate::db::{Conn, copies};
use crate::kernel::{AccountId, Error};

/// What is too old.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Aged {
    /// Entries of days before this one, and what others said of such days before they were moved.
    Interactions(NaiveDate),
    /// Notes of entries of days before this one; the entries stay.
    Notes(NaiveDate),
    /// Promises, plans, needs and repairs that began before this day.
    Records(NaiveDate),
    /// Responses of days before this one.
    Responses(NaiveDate),
    /// Assessments that were computed before this instant.
    Assessments(DateTime<Utc>),
}

/// Erases at most `limit` of what is too old, the oldest first; says how many there were.
pub fn of_aged(conn: &mut Conn, account: AccountId, aged: Aged, limit: i64, now: DateTime<Utc>) -> Result<i64, Error> {
    let count = match aged {
        Aged::Interactions(day) => entries(conn, account, day, limit, now)?.max(moved(conn, account, day, limit)?),
        Aged::Notes(day) => notes(conn, account, day, limit, now)?,
        Aged::Records(day) => noted(conn, account, day, limit, now)?,
        Aged::Responses(day) => answers(conn, account, day, limit, now)?,
        Aged::Assessments(instant) => computed(conn, account, instant, limit, now)?,
    };
    i64::try_from(count).map_err(Error::internal)
}

/// Rows of a table before a day, a relationship at a time, as its index has them: whoever has nothing that old is not searched through.
macro_rules! before {
    ($table:literal) => {
        concat!(
            "SELECT old.id, r.id AS relationship_id, old.local_date FROM relationships r CROSS JOIN LATERAL (SELECT e.id, e.local_date FROM ",
            $table,
            " e WHERE e.account_id = $1 AND e.relationship_id = r.id AND e.local_date < $2 ORDER BY e.local_date, e.id LIMIT $3) old \
             WHERE r.account_id = $1 ORDER BY old.local_date, old.id LIMIT $3"
        )
    };
}

/// A row of a relationship's evidence.
#[derive(Clone, Copy, QueryableByName)]
struct Old {
    #[diesel(sql_type = SqlUuid)]
    id: Uuid,
    #[diesel(sql_type = SqlUuid)]
    relationship_id: Uuid,
    #[diesel(sql_type = Date)]
    local_date: NaiveDate,
}

/// Rows of a relationship's evidence before a day. What was moved to a later day meanwhile is left alone.
macro_rules! evidence_before {
    ($($name:ident: $table:ident, $old:expr, $kind:expr;)+) => {$(
        fn $name(conn: &mut Conn, account: AccountId, day: NaiveDate, limit: i64, now: DateTime<Utc>) -> Result<usize, Error> {
            let old = sql_query($old).bind::<SqlUuid, _>(account.0).bind::<Date, _>(day).bind::<BigInt, _>(limit);
            let old: Vec<Old> = old.load(conn)?;
            let ids = hold(conn, account, &old)?;
            let still = $table::table.filter($table::account_id.eq(account.0).and($table::id.eq_any(&ids)));
            let gone: Vec<tombstones::Removed> = diesel::delete(still.filter($table::local_date.lt(day)))
                .returning(($table::id, $table::relationship_id))
                .get_results(conn)?;
            tombstones::bury_many(conn, account, $kind, &gone, now)?;
            assessments_of(conn, account, &old, now)?;
            Ok(gone.len())
        }
    )+};
}

evidence_before! {
    entries: interactions, before!("interactions"), Kind::Interaction;
    answers: responses, before!("responses"), Kind::Response;
}

/// Records that began before a day. Whatever was computed of the days on which they were settled shows them, too.
fn noted(conn: &mut Conn, account: AccountId, day: NaiveDate, limit: i64, now: DateTime<Utc>) -> Result<usize, Error> {
    let old = sql_query(before!("records")).bind::<SqlUuid, _>(account.0).bind::<Date, _>(day).bind::<BigInt, _>(limit);
    let mut old: Vec<Old> = old.load(conn)?;
    let ids = hold(conn, account, &old)?;
    let still = records::table.filter(records::account_id.eq(account.0).and(records::id.eq_any(&ids)));
    let gone: Vec<Noted> = diesel::delete(still.filter(records::local_date.lt(day)))
        .returning((records::kind, records::id, records::relationship_id, records::settled_on))
        .get_results(conn)?;
    for (number, kind) in RECORDS {
        let ids: Vec<tombstones::Removed> = gone.iter().filter(|one| one.0 == number).map(|one| (one.1, one.2)).collect();
        tombstones::bury_many(conn, account, kind, &ids, now)?;
    }
    let settled = gone.iter().filter_map(|(_, id, tie, on)| on.map(|on| Old { id: *id, relationship_id: *tie, local_date: on }));
    old.extend(settled);
    assessments_of(conn, account, &old, now)?;
    Ok(gone.len())
}

/// A record that is gone: its kind, its id, its relationship, and the day on which it was settled.
type Noted = (i16, Uuid, Uuid, Option<NaiveDate>);

/// What entries said of days before this one until they were moved to a later day.
fn moved(conn: &mut Conn, account: AccountId, day: NaiveDate, limit: i64) -> Result<usize, Error> {
    let gone = sql_query(
        "DELETE FROM interaction_revisions r USING (SELECT interaction_id, version FROM interaction_revisions \
         WHERE account_id = $1 AND (content ->> 'local_date')::date < $2 ORDER BY interaction_id, version LIMIT $3) AS old \
         WHERE r.account_id = $1 AND r.interaction_id = old.interaction_id AND r.version = old.version",
    );
    let gone = gone.bind::<SqlUuid, _>(account.0).bind::<Date, _>(day).bind::<BigInt, _>(limit).execute(conn)?;
    if gone > 0 {
        copies::forget(conn, account)?;
    }
    Ok(gone)
}

fn computed(conn: &mut Conn, account: AccountId, instant: DateTime<Utc>, limit: i64, now: DateTime<Utc>) -> Result<usize, Error> {
    let own = assessments::table.filter(assessments::account_id.eq(account.0).and(assessments::created_at.lt(instant)));
    let old = own.order(assessments::created_at).limit(limit).select((assessments::id, assessments::relationship_id));
    let ids: Vec<tombstones::Removed> = old.load(conn)?;
    if !ids.is_empty() {
        copies::forget(conn, account)?;
    }
    let these = assessments::id.eq_any(ids.iter().map(|(id, _)| *id));
    diesel::delete(assessments::table.filter(assessments::account_id.eq(account.0).and(these))).execute(conn)?;
    tombstones::bury_many(conn, account, Kind::Assessment, &ids, now)?;
    Ok(ids.len())
}

/// Drops the exports and holds the relationships, as every erasure does, where there is something to erase; gives the ids.
fn hold(conn: &mut Conn, account: AccountId, old: &[Old]) -> Result<Vec<Uuid>, Error> {
    if !old.is_empty() {
        copies::forget(conn, account)?;
        let ties: Vec<Uuid> = spans(old).into_iter().map(|span| span.relationship).collect();
        let own = relationships::table.filter(relationships::account_id.eq(account.0).and(relationships::id.eq_any(ties)));
        own.order(relationships::id).select(relationships::id).for_update().load::<Uuid>(conn)?;
    }
    Ok(old.iter().map(|one| one.id).collect())
}

fn spans(old: &[Old]) -> Vec<Touched> {
    let mut spans: BTreeMap<Uuid, Touched> = BTreeMap::new();
    for Old { relationship_id: tie, local_date: day, .. } in old.iter().copied() {
        let span = spans.entry(tie).or_insert_with(|| Touched::on(tie, day));
        *span = Touched { first: span.first.min(day), last: span.last.max(day), ..*span };
    }
    spans.into_values().collect()
}

#[derive(QueryableByName)]
struct Gone {
    #[diesel(sql_type = SqlUuid)]
    id: Uuid,
    #[diesel(sql_type = SqlUuid)]
    relationship_id: Uuid,
}

/// Erases the assessments whose window meets the days: their figures are made of them.
fn assessments_of(conn: &mut Conn, account: AccountId, old: &[Old], now: DateTime<Utc>) -> Result<(), Error> {
    let spans = spans(old);
    if spans.is_empty() {
        return Ok(());
    }
    let gone: Vec<Gone> = sql_query(
        "DELETE FROM assessments a USING unnest($2, $3, $4) AS touched (relationship_id, first_day, last_day) \
         WHERE a.account_id = $1 AND a.relationship_id = touched.relationship_id \
         AND a.window_from <= touched.last_day AND a.window_to >= touched.first_day RETURNING a.id, a.relationship_id",
    )
    .bind::<SqlUuid, _>(account.0)
    .bind::<Array<SqlUuid>, _>(spans.iter().map(|one| one.relationship).collect::<Vec<_>>())
    .bind::<Array<Date>, _>(spans.iter().map(|one| one.first).collect::<Vec<_>>())
    .bind::<Array<Date>, _>(spans.iter().map(|one| one.last).collect::<Vec<_>>())
    .load(conn)?;
    let ids: Vec<_> = gone.into_iter().map(|row| (row.id, row.relationship_id)).collect();
    tombstones::bury_many(conn, account, Kind::Assessment, &ids, now)
}

/// Erases notes, those in the history too; the entries are another version of themselves without them.
fn notes(conn: &mut Conn, account: AccountId, day: NaiveDate, limit: i64, now: DateTime<Utc>) -> Result<usize, Error> {
    let old = interactions::table.filter(interactions::account_id.eq(account.0).and(interactions::local_date.lt(day)));
    let spoken = revisions::note_sealed.is_not_null().or(revisions::client_note_sealed.is_not_null());
    let in_history = revisions::table.filter(revisions::account_id.eq(account.0)).filter(spoken).select(revisions::interaction_id);
    let said = interactions::note_sealed.is_not_null().or(interactions::client_note_sealed.is_not_null());
    let ids: Vec<Uuid> = old
        .filter(said.or(interactions::id.eq_any(in_history)))
        .order((interactions::local_date, interactions::id))
        .limit(limit)
        .select(interactions::id)
        .load(conn)?;
    if ids.is_empty() {
        return Ok(0);
    }
    copies::forget(conn, account)?;
    let entries = interactions::table.filter(interactions::account_id.eq(account.0).and(interactions::id.eq_any(&ids)));
    // What was moved to a later day meanwhile keeps its notes, and those of its history.
    let ids: Vec<Uuid> = diesel::update(entries.filter(interactions::local_date.lt(day)))
        .set((
            interactions::note_sealed.eq(None::<Vec<u8>>),
            interactions::client_note_sealed.eq(None::<Vec<u8>>),
            interactions::version.eq(interactions::version + 1),
            interactions::updated_at.eq(now),
        ))
        .returning(interactions::id)
        .get_results(conn)?;
    let kept = revisions::table.filter(revisions::account_id.eq(account.0).and(revisions::interaction_id.eq_any(&ids)));
    diesel::update(kept)
        .set((revisions::note_sealed.eq(None::<Vec<u8>>), revisions::client_note_sealed.eq(None::<Vec<u8>>)))
        .execute(conn)?;
    Ok(ids.len())
}
