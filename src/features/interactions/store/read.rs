//! Reading entries: one, or a page of a relationship's.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use uuid::Uuid;

use super::row::Row;
use crate::db::AccountKey;
use crate::db::schema::interactions as t;
use crate::db::tombstones;
use crate::features::interactions::model::{Filter, Interaction, actor_code, dimension_code};
use crate::kernel::page::{Page, PageRequest};
use crate::kernel::{Error, InteractionId, RelationshipId};

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

/// A page of a relationship's entries, latest first.
pub fn list(
    conn: &mut PgConnection,
    key: &AccountKey,
    relationship: RelationshipId,
    filter: Filter,
    page: &PageRequest<Position>,
) -> Result<Page<Interaction, Position>, Error> {
    let mut query = t::table
        .filter(t::account_id.eq(key.account().0).and(t::relationship_id.eq(relationship.0)))
        .select(Row::as_select())
        .order((t::occurred_at.desc(), t::id.desc()))
        .limit(page.limit + 1)
        .into_boxed();
    if let Some(dimension) = filter.dimension {
        query = query.filter(t::dimension.eq(dimension_code(dimension)));
    }
    if let Some(actor) = filter.actor {
        query = query.filter(t::actor.eq(actor_code(actor)));
    }
    if let Some(from) = filter.from {
        query = query.filter(t::local_date.ge(from));
    }
    if let Some(to) = filter.to {
        query = query.filter(t::local_date.le(to));
    }
    if let Some((at, id)) = page.after {
        query = query.filter(t::occurred_at.lt(at).or(t::occurred_at.eq(at).and(t::id.lt(id))));
    }
    let rows = query.load(conn)?.into_iter().map(|row| row.read(key)).collect::<Result<Vec<_>, _>>()?;
    Ok(Page::from_fetched(rows, page.limit, |row: &Interaction| (row.moment.occurred_at.with_timezone(&Utc), row.id.0)))
}

/// Entries of the account in the order of their ids, after one of them.
pub fn after(conn: &mut PgConnection, key: &AccountKey, id: Uuid, limit: i64) -> Result<Vec<Interaction>, Error> {
    let rest = t::table.filter(t::account_id.eq(key.account().0).and(t::id.gt(id)));
    let rows = rest.order(t::id.asc()).limit(limit).select(Row::as_select()).load(conn)?;
    rows.into_iter().map(|row| row.read(key)).collect()
}
