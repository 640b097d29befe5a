//! Reading entries: one, or a page of a relationship's.

use std::cmp::Reverse;

use chrono::{DateTime, Datelike, Days, NaiveDate, NaiveTime, Utc};
use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::{Bool, Timestamptz, Uuid as SqlUuid};
use uuid::Uuid;

use super::row::Row;
use crate::db::AccountKey;
use crate::db::schema::interactions as t;
use crate::db::tombstones;
use crate::features::interactions::model::{Interaction, Sought, actor_code};
use crate::kernel::page::{Page, PageRequest};
use crate::kernel::{AccountId, Error, InteractionId, RelationshipId};

/// Where a page of the list goes on: latest first.
pub type Position = (DateTime<Utc>, Uuid);

/// The entry, or the reason why there is none.
pub fn get(conn: &mut PgConnection, key: &AccountKey, id: InteractionId) -> Result<Interaction, Error> {
    let account = key.account();
    let own = t::table.filter(t::account_id.eq(account.0).and(t::id.eq(id.0)));
    match own.select(Row::as_select()).first(conn).optional()? {
        Some(row) => row.read(key),
        None => Err(tombstones::missing(conn, account, tombstones::Kind::Interaction, id.0)?),
    }
}

/// A page of a relationship's entries, latest first. Each of some dimensions is asked for by itself, so that an index has its entries in
/// order: a rare one is not looked for among all the others.
pub fn list(
    conn: &mut PgConnection,
    key: &AccountKey,
    relationship: RelationshipId,
    sought: &Sought,
    page: &PageRequest<Position>,
) -> Result<Page<Interaction, Position>, Error> {
    let mut rows = match &sought.dimensions {
        None => latest(conn, key.account(), relationship, sought, None, page)?,
        Some(some) => {
            let mut all = Vec::new();
            for dimension in some {
                all.extend(latest(conn, key.account(), relationship, sought, Some(*dimension), page)?);
            }
            all.sort_by_key(|row| Reverse((row.occurred_at, row.id)));
            all
        }
    };
    // One more than the page, which says that it goes on.
    rows.truncate(usize::try_from(page.limit + 1).unwrap_or(usize::MAX));
    let entries = rows.into_iter().map(|row| row.read(key)).collect::<Result<Vec<_>, _>>()?;
    Ok(Page::from_fetched(entries, page.limit, |row: &Interaction| (row.moment.occurred_at.with_timezone(&Utc), row.id.0)))
}

/// The latest rows of one dimension, or of all.
fn latest(
    conn: &mut PgConnection,
    account: AccountId,
    relationship: RelationshipId,
    sought: &Sought,
    dimension: Option<i16>,
    page: &PageRequest<Position>,
) -> Result<Vec<Row>, Error> {
    let mut query = t::table
        .filter(t::account_id.eq(account.0).and(t::relationship_id.eq(relationship.0)))
        .select(Row::as_select())
        .order((t::occurred_at.desc(), t::id.desc()))
        .limit(page.limit + 1)
        .into_boxed();
    if let Some(dimension) = dimension {
        query = query.filter(t::dimension.eq(dimension));
    }
    if let Some(actor) = sought.actor {
        query = query.filter(t::actor.eq(actor_code(actor)));
    }
    // A local day lies within a day of its instant's (`When::check`), and the index is by instants.
    if let Some(from) = sought.from {
        query = query.filter(t::local_date.ge(from));
        if let Some(first) = start_of(from.checked_sub_days(Days::new(1))) {
            query = query.filter(t::occurred_at.ge(first));
        }
    }
    if let Some(to) = sought.to {
        query = query.filter(t::local_date.le(to));
        if let Some(end) = start_of(to.checked_add_days(Days::new(2))) {
            query = query.filter(t::occurred_at.lt(end));
        }
    }
    // With text in it, so that it is planned for the filters of this very request: one plan for all would read far more than it gives.
    if let Some((at, id)) = page.after {
        query = query.filter(
            sql::<Bool>("(interactions.occurred_at, interactions.id) < (")
                .bind::<Timestamptz, _>(at)
                .sql(", ")
                .bind::<SqlUuid, _>(id)
                .sql(")"),
        );
    }
    Ok(query.load(conn)?)
}

/// The first instant of a day; nothing for one that no entry can have, which bounds nothing.
fn start_of(day: Option<NaiveDate>) -> Option<DateTime<Utc>> {
    let day = day.filter(|day| (1..=9999).contains(&day.year()))?;
    Some(day.and_time(NaiveTime::MIN).and_utc())
}

/// Entries of the account in the order of their ids, after one of them.
pub fn after(conn: &mut PgConnection, key: &AccountKey, id: Uuid, limit: i64) -> Result<Vec<Interaction>, Error> {
    let rest = t::table.filter(t::account_id.eq(key.account().0).and(t::id.gt(id)));
    let rows = rest.order(t::id.asc()).limit(limit).select(Row::as_select()).load(conn)?;
    rows.into_iter().map(|row| row.read(key)).collect()
}
