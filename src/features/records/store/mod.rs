//! Rows of records, of all four kinds, and what their changes mean for stored assessments.
//!
//! Every change holds the relationship's row first, so that an assessment being recorded sees it before or after, not half; then the entry
//! that the record names, then the record, then assessments, which is the order in which entries go.

mod change;
mod evidence;
mod row;

use chrono::NaiveDate;
use diesel::prelude::*;
use diesel::sql_types::{Date, Uuid as SqlUuid};
use uuid::Uuid;

use super::model::{self, Actor, Filter, Kind, Need, NeedOutcome, Record, RecordKind, Topic, topic_of};
use crate::db::place;
use crate::db::schema::records as t;
use crate::db::{AccountKey, tombstones};
use crate::features::relationships;
use crate::kernel::page::{Page, PageRequest};
use crate::kernel::{AccountId, Error, RecordId, RelationshipId};

pub use change::{create, delete, restore, update};
pub use evidence::{Stamp, all_there, between, stamp};
use row::Row;

/// Where a page of the list goes on: the latest day first.
pub type Position = (NaiveDate, Uuid);

/// Under which kind a removed id is kept.
const fn grave(kind: RecordKind) -> tombstones::Kind {
    match kind {
        RecordKind::Promise => tombstones::Kind::Promise,
        RecordKind::Plan => tombstones::Kind::Plan,
        RecordKind::Need => tombstones::Kind::Need,
        RecordKind::Repair => tombstones::Kind::Repair,
    }
}

/// The row of this kind, if it is there.
#[diesel::dsl::auto_type]
fn own(account: Uuid, kind: i16, id: Uuid) -> _ {
    t::table.filter(t::account_id.eq(account).and(t::kind.eq(kind)).and(t::id.eq(id)))
}

/// Why there is no such record.
fn missing(conn: &mut PgConnection, account: AccountId, kind: RecordKind, id: RecordId) -> Result<Error, Error> {
    tombstones::missing(conn, account, grave(kind), id.0)
}

/// The record, or the reason why there is none.
pub fn get<K: Kind>(conn: &mut PgConnection, key: &AccountKey, id: RecordId) -> Result<Record<K>, Error> {
    match own(key.account().0, K::KIND as i16, id.0).select(Row::as_select()).first(conn).optional()? {
        Some(row) => row.read(key),
        None => Err(missing(conn, key.account(), K::KIND, id)?),
    }
}

/// A page of a relationship's records of one kind, the latest day first; or the reason why there is no such relationship.
pub fn list<K: Kind>(
    conn: &mut PgConnection,
    key: &AccountKey,
    relationship: RelationshipId,
    filter: Filter,
    page: &PageRequest<Position>,
) -> Result<Page<Record<K>, Position>, Error> {
    relationships::find(conn, key.account(), relationship)?;
    let mut query = t::table
        .filter(t::account_id.eq(key.account().0).and(t::relationship_id.eq(relationship.0)).and(t::kind.eq(K::KIND as i16)))
        .select(Row::as_select())
        .order((t::local_date.desc(), t::id.desc()))
        .limit(page.limit + 1)
        .into_boxed();
    if let Some(status) = filter.status {
        query = query.filter(t::status.eq(status));
    }
    if let Some(from) = filter.from {
        query = query.filter(t::local_date.ge(from));
    }
    if let Some(to) = filter.to {
        query = query.filter(t::local_date.le(to));
    }
    if let Some((day, id)) = page.after {
        query = query.filter(place::before::<(Date, SqlUuid), _, _>((t::local_date, t::id), (day, id)));
    }
    let rows = query.load(conn)?.into_iter().map(|row| row.read(key)).collect::<Result<Vec<_>, _>>()?;
    Ok(Page::from_fetched(rows, page.limit, |row: &Record<K>| (row.frame.local_date, row.id.0)))
}

/// At most so many needs are looked at for what they ask for.
const MOST_NEEDS: i64 = 100;

/// What the person's own needs ask for that were noted in a relationship and are not wholly met: the latest first, each once.
pub fn asked_for(conn: &mut PgConnection, account: AccountId, relationship: RelationshipId) -> Result<Vec<Topic>, Error> {
    let own = t::table.filter(t::account_id.eq(account.0).and(t::relationship_id.eq(relationship.0)));
    let rows: Vec<(Option<i16>, Option<i16>, i16)> = own
        .filter(t::topic.is_not_null())
        .order((t::local_date.desc(), t::id.desc()))
        .limit(MOST_NEEDS)
        .select((t::topic, t::actor, t::status))
        .load(conn)?;
    let mut topics: Vec<Topic> = Vec::new();
    for (topic, actor, status) in rows {
        let own = matches!(model::actor(actor).flatten(), Some(Actor::Me | Actor::Both));
        let topic = topic.and_then(topic_of).filter(|topic| own && status != Need::status(NeedOutcome::Met) && !topics.contains(topic));
        topics.extend(topic);
    }
    Ok(topics)
}

/// Records of one kind of the account in the order of their ids, after one of them.
pub fn after<K: Kind>(conn: &mut PgConnection, key: &AccountKey, id: Uuid, limit: i64) -> Result<Vec<Record<K>>, Error> {
    let rest = t::table.filter(t::account_id.eq(key.account().0).and(t::kind.eq(K::KIND as i16)).and(t::id.gt(id)));
    let rows = rest.order(t::id.asc()).limit(limit).select(Row::as_select()).load(conn)?;
    rows.into_iter().map(|row| row.read(key)).collect()
}
