//! Rows of responses, and what their completion and removal mean for stored assessments.
//!
//! Every change holds the relationship's row first, so that an assessment being recorded sees it before or after, not half.

mod last;
mod row;

use chrono::{DateTime, NaiveDate, Utc};
use diesel::dsl::{count_star, sql};
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Timestamptz, Uuid as SqlUuid};
use uuid::Uuid;

use super::model::{Answer, Details, Filter, Response, Restored, Status, StoredResponse};
use crate::db::copies;
use crate::db::creation::{Creation, Start};
use crate::db::place;
use crate::db::schema::{relationships, responses as t};
use crate::db::staleness::{self, Touched};
use crate::db::tombstones::{self, Kind};
use crate::features::consents;
use crate::kernel::page::{Page, PageRequest};
use crate::kernel::{AccountId, Error, RelationshipId, ResponseId};
pub use last::last_completed;
use row::{Row, write_answers};

/// Where a page of the list goes on: newest first.
pub type Position = (DateTime<Utc>, Uuid);

/// The most responses that count in one assessment. There are fewer question sets, so it bounds the work and drops nothing.
const MAX_EVIDENCE: i64 = 100;

/// Keeps the relationship from being removed or assessed until the transaction ends; fails where there is none.
pub fn hold_relationship(conn: &mut PgConnection, account: AccountId, id: RelationshipId) -> Result<(), Error> {
    let own = relationships::table.filter(relationships::account_id.eq(account.0).and(relationships::id.eq(id.0)));
    match own.select(relationships::version).for_key_share().first::<i64>(conn).optional()? {
        Some(_) => Ok(()),
        None => Err(tombstones::missing(conn, account, Kind::Relationship, id.0)?),
    }
}

/// What the same request has made before, if it has; claims its Idempotency-Key if it has not.
pub fn made_before(
    conn: &mut PgConnection,
    account: AccountId,
    relationship: RelationshipId,
    creation: &Creation,
) -> Result<Option<Response>, Error> {
    let id = match creation.begin(conn, account, Kind::Response)? {
        Start::Replay(id) => return get(conn, account, relationship, ResponseId(id)).map(Some),
        Start::Make(id) => id,
    };
    let own = t::table.filter(t::account_id.eq(account.0).and(t::id.eq(id)));
    let Some(row) = own.select(Row::as_select()).first(conn).optional()? else { return Ok(None) };
    creation.recognise(&row.request_digest)?;
    row.read().map(Some)
}

/// Stores a new response.
pub fn insert(
    conn: &mut PgConnection,
    account: AccountId,
    relationship: RelationshipId,
    details: &Details,
    creation: &Creation,
) -> Result<Response, Error> {
    let inserted = diesel::insert_into(t::table)
        .values((
            t::account_id.eq(account.0),
            t::id.eq(creation.id),
            t::relationship_id.eq(relationship.0),
            t::question_set.eq(details.question_set.as_str()),
            t::question_set_version.eq(i32::try_from(details.question_set_version).map_err(Error::internal)?),
            columns(details, creation.now)?,
            t::request_digest.eq(creation.digest.as_slice()),
            t::created_at.eq(creation.now),
            t::updated_at.eq(creation.now),
        ))
        .returning(Row::as_returning())
        .get_result(conn)?;
    outdate_assessments(conn, account, relationship, details)?;
    inserted.read()
}

/// Stores responses as they were elsewhere; their relationships are there.
pub fn restore(conn: &mut PgConnection, account: AccountId, responses: &[Restored]) -> Result<(), Error> {
    // A statement takes 65,535 parameters at most.
    for some in responses.chunks(1_000) {
        let row = |one: &Restored| -> Result<_, Error> {
            Ok((
                (t::account_id.eq(account.0), t::id.eq(one.id.0), t::relationship_id.eq(one.relationship.0)),
                t::question_set.eq(one.details.question_set.clone()),
                t::question_set_version.eq(i32::try_from(one.details.question_set_version).map_err(Error::internal)?),
                columns(&one.details, one.completed_at.unwrap_or(one.updated_at))?,
                t::request_digest.eq(one.digest.to_vec()),
                t::created_at.eq(one.created_at),
                t::updated_at.eq(one.updated_at),
            ))
        };
        diesel::insert_into(t::table).values(some.iter().map(row).collect::<Result<Vec<_>, _>>()?).execute(conn)?;
    }
    Ok(())
}

/// Stores a response in progress as it is after a change.
pub fn replace(
    conn: &mut PgConnection,
    account: AccountId,
    relationship: RelationshipId,
    id: ResponseId,
    details: &Details,
    now: DateTime<Utc>,
) -> Result<Response, Error> {
    let own = t::table.filter(t::account_id.eq(account.0).and(t::relationship_id.eq(relationship.0)).and(t::id.eq(id.0)));
    let changed = diesel::update(own)
        .set((
            columns(details, now)?,
            t::change.eq(sql::<BigInt>("nextval('evidence_changes')")),
            t::version.eq(t::version + 1),
            t::updated_at.eq(now),
        ))
        .returning(Row::as_returning())
        .get_result(conn)?;
    outdate_assessments(conn, account, relationship, details)?;
    changed.read()
}

type Columns = (
    diesel::dsl::Eq<t::status, &'static str>,
    diesel::dsl::Eq<t::answers, serde_json::Value>,
    diesel::dsl::Eq<t::local_date, NaiveDate>,
    diesel::dsl::Eq<t::completed_at, Option<DateTime<Utc>>>,
);

/// What a change may touch. Only a response in progress changes, so one that is completed is completed now.
fn columns(details: &Details, now: DateTime<Utc>) -> Result<Columns, Error> {
    let completed_at = match details.status {
        Status::InProgress => None,
        Status::Completed => Some(now),
    };
    Ok((
        t::status.eq(details.status.as_str()),
        t::answers.eq(write_answers(&details.answers)?),
        t::local_date.eq(details.local_date),
        t::completed_at.eq(completed_at),
    ))
}

/// Marks the assessments whose window holds the day of a completed response as stale; one in progress is no evidence yet.
fn outdate_assessments(conn: &mut PgConnection, account: AccountId, relationship: RelationshipId, details: &Details) -> Result<(), Error> {
    match details.status {
        Status::InProgress => Ok(()),
        Status::Completed => staleness::mark(conn, account, &[Touched::on(relationship.0, details.local_date)]),
    }
}

/// The response, or the reason why there is none.
pub fn get(conn: &mut PgConnection, account: AccountId, relationship: RelationshipId, id: ResponseId) -> Result<Response, Error> {
    let own = t::table.filter(t::account_id.eq(account.0).and(t::relationship_id.eq(relationship.0)).and(t::id.eq(id.0)));
    match own.select(Row::as_select()).first(conn).optional()? {
        Some(row) => row.read(),
        None => Err(missing(conn, account, relationship, id)?),
    }
}

/// The completion before this one, of the same version of the same set: by its day, then by when it was completed.
pub fn previous(conn: &mut PgConnection, account: AccountId, of: &Response) -> Result<Option<Response>, Error> {
    let (day, Some(at)) = (of.details.local_date, of.completed_at) else { return Ok(None) };
    let version = i32::try_from(of.details.question_set_version).map_err(Error::internal)?;
    let earlier_that_day = t::completed_at.lt(at).or(t::completed_at.eq(at).and(t::id.lt(of.id.0)));
    let earlier = t::local_date.lt(day).or(t::local_date.eq(day).and(earlier_that_day.assume_not_null()));
    t::table
        .filter(t::account_id.eq(account.0).and(t::relationship_id.eq(of.relationship.0)))
        .filter(t::status.eq(Status::Completed.as_str()))
        .filter(t::question_set.eq(of.details.question_set.as_str()).and(t::question_set_version.eq(version)))
        .filter(earlier)
        .order((t::local_date.desc(), t::completed_at.desc(), t::id.desc()))
        .select(Row::as_select())
        .first(conn)
        .optional()?
        .map(Row::read)
        .transpose()
}

/// The newest completed answers to a version of a set, one a person, of those accounts that the transaction may see and that
/// agree to statistics.
pub fn newest_of_each(conn: &mut PgConnection, question_set: &str, version: u32) -> Result<Vec<Vec<Answer>>, Error> {
    let agreed = consents::given(conn, consents::STATISTICS)?;
    let rows: Vec<Row> = t::table
        .filter(t::account_id.eq_any(agreed.iter().map(|account| account.0)))
        .filter(t::status.eq(Status::Completed.as_str()))
        .filter(t::question_set.eq(question_set).and(t::question_set_version.eq(i32::try_from(version).map_err(Error::internal)?)))
        .distinct_on(t::account_id)
        .order_by((t::account_id, t::completed_at.desc(), t::id.desc()))
        .select(Row::as_select())
        .load(conn)?;
    rows.into_iter().map(|row| Ok(row.read_as_evidence()?.answers)).collect()
}

/// As [`get`], and nobody else changes it until the transaction ends.
pub fn get_for_update(
    conn: &mut PgConnection,
    account: AccountId,
    relationship: RelationshipId,
    id: ResponseId,
) -> Result<Response, Error> {
    let own = t::table.filter(t::account_id.eq(account.0).and(t::relationship_id.eq(relationship.0)).and(t::id.eq(id.0)));
    match own.select(Row::as_select()).for_update().first(conn).optional()? {
        Some(row) => row.read(),
        None => Err(missing(conn, account, relationship, id)?),
    }
}

fn missing(conn: &mut PgConnection, account: AccountId, relationship: RelationshipId, id: ResponseId) -> Result<Error, Error> {
    tombstones::refuse_buried(conn, account, Kind::Response, id.0)?;
    tombstones::missing(conn, account, Kind::Relationship, relationship.0)
}

/// A page of the list, newest first.
pub fn list(
    conn: &mut PgConnection,
    account: AccountId,
    relationship: RelationshipId,
    filter: &Filter,
    page: &PageRequest<Position>,
) -> Result<Page<Response, Position>, Error> {
    let mut query = t::table
        .filter(t::account_id.eq(account.0).and(t::relationship_id.eq(relationship.0)))
        .select(Row::as_select())
        .order((t::created_at.desc(), t::id.desc()))
        .limit(page.limit + 1)
        .into_boxed();
    if let Some(status) = filter.status {
        query = query.filter(t::status.eq(status.as_str()));
    }
    if let Some(question_set) = &filter.question_set {
        query = query.filter(t::question_set.eq(question_set.as_str()));
    }
    if let Some((at, id)) = page.after {
        query = query.filter(place::before::<(Timestamptz, SqlUuid), _, _>((t::created_at, t::id), (at, id)));
    }
    let rows = query.load(conn)?.into_iter().map(Row::read).collect::<Result<Vec<_>, _>>()?;
    Ok(Page::from_fetched(rows, page.limit, |row: &Response| (row.created_at, row.id.0)))
}

/// Responses of the account in the order of their ids, after one of them.
pub fn after(conn: &mut PgConnection, account: AccountId, id: Uuid, limit: i64) -> Result<Vec<Response>, Error> {
    let rest = t::table.filter(t::account_id.eq(account.0).and(t::id.gt(id)));
    let rows = rest.order(t::id.asc()).limit(limit).select(Row::as_select()).load(conn)?;
    rows.into_iter().map(Row::read).collect()
}

/// Removes a response; its id stays taken, without content.
pub fn delete(
    conn: &mut PgConnection,
    account: AccountId,
    relationship: RelationshipId,
    id: ResponseId,
    now: DateTime<Utc>,
) -> Result<(), Error> {
    copies::forget(conn, account)?;
    hold_relationship(conn, account, relationship)?;
    let removed = get_for_update(conn, account, relationship, id)?;
    tombstones::bury(conn, account, Kind::Response, (id.0, relationship.0), now)?;
    diesel::delete(t::table.filter(t::account_id.eq(account.0).and(t::id.eq(id.0)))).execute(conn)?;
    outdate_assessments(conn, account, relationship, &removed.details)
}

/// Whether all of these responses are still there, changed or not.
pub fn all_there(conn: &mut PgConnection, account: AccountId, ids: &[ResponseId]) -> Result<bool, Error> {
    let own = t::table.filter(t::account_id.eq(account.0).and(t::id.eq_any(ids.iter().map(|id| id.0))));
    let found: i64 = own.select(count_star()).first(conn)?;
    Ok(usize::try_from(found).is_ok_and(|found| found == ids.len()))
}

/// The completed responses that count as evidence from one local day to another, both included, oldest first.
///
/// Of each question set only the newest in the window, by its day and then by when it was completed: later answers to the
/// same questions supersede earlier ones. At most 100, which is more than there are sets.
pub fn completed_between(
    conn: &mut PgConnection,
    account: AccountId,
    relationship: RelationshipId,
    from: NaiveDate,
    to: NaiveDate,
) -> Result<Vec<StoredResponse>, Error> {
    let rows: Vec<Row> = t::table
        .filter(t::account_id.eq(account.0).and(t::relationship_id.eq(relationship.0)))
        .filter(t::status.eq(Status::Completed.as_str()))
        .filter(t::local_date.between(from, to))
        .distinct_on(t::question_set)
        .order_by((t::question_set, t::local_date.desc(), t::completed_at.desc(), t::id.desc()))
        .limit(MAX_EVIDENCE)
        .select(Row::as_select())
        .load(conn)?;
    let mut found = rows.into_iter().map(Row::read_as_evidence).collect::<Result<Vec<_>, _>>()?;
    // By what an export says of them too, so that they count in the same order wherever they are brought.
    found.sort_by_key(|response| (response.local_date, response.completed_at, response.id));
    Ok(found)
}
