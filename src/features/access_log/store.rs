//! Rows of the access log.

use chrono::{DateTime, Utc};
use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_query;
use diesel::sql_types::{Bool, SmallInt, Timestamptz, Uuid as SqlUuid};
use uuid::Uuid;

use super::model::{Access, Class, KEPT};
use crate::db::Conn;
use crate::db::schema::access_log as t;
use crate::kernel::access::Reader;
use crate::kernel::page::{Page, PageRequest};
use crate::kernel::{AccountId, Error, GrantId, SessionId};

/// Where a page of the log goes on: latest hour first.
pub type Position = (DateTime<Utc>, Uuid, i16);
type Row = (DateTime<Utc>, Uuid, i16, Option<Uuid>);

fn read((hour, session, class, grant): Row) -> Result<Access, Error> {
    let class = Class::of_number(class).ok_or_else(|| Error::internal("a line of the access log has an unknown class"))?;
    Ok(Access { hour, session: SessionId(session), grant: grant.map(GrantId), class })
}

/// Writes a line, unless it is there. Where somebody holds the account's row, which an erasure of it does, it gives up soon: an
/// answer waits for it.
pub fn record(conn: &mut Conn, reader: Reader, class: Class, hour: DateTime<Utc>) -> Result<(), Error> {
    sql_query("SET LOCAL lock_timeout = 500").execute(conn)?;
    let grant = t::grant_id.eq(reader.grant.map(|grant| grant.0));
    let row =
        (t::account_id.eq(reader.account.0), t::hour.eq(hour), t::session_id.eq(reader.session.0), t::class.eq(class.number()), grant);
    diesel::insert_into(t::table).values(row).on_conflict_do_nothing().execute(conn)?;
    Ok(())
}

/// Drops the lines that are too old, of the accounts that the transaction may see.
pub fn forget_old(conn: &mut Conn, now: DateTime<Utc>) -> Result<usize, Error> {
    Ok(diesel::delete(t::table.filter(t::hour.lt(now - KEPT))).execute(conn)?)
}

/// A page of the log, latest first, of one grant where it is named; lines that are too old are not shown, wherever they still lie.
pub fn list(
    conn: &mut Conn,
    account: AccountId,
    grant: Option<GrantId>,
    page: &PageRequest<Position>,
    now: DateTime<Utc>,
) -> Result<Page<Access, Position>, Error> {
    let mut query = t::table
        .filter(t::account_id.eq(account.0).and(t::hour.ge(now - KEPT)))
        .select((t::hour, t::session_id, t::class, t::grant_id))
        .order((t::hour.desc(), t::session_id.desc(), t::class.desc()))
        .limit(page.limit + 1)
        .into_boxed();
    if let Some(grant) = grant {
        query = query.filter(t::grant_id.eq(grant.0));
    }
    if let Some((hour, session, class)) = page.after {
        query = query.filter(beyond("<", hour, session, class));
    }
    let rows = query.load::<Row>(conn)?.into_iter().map(read).collect::<Result<Vec<_>, _>>()?;
    Ok(Page::from_fetched(rows, page.limit, |row: &Access| (row.hour, row.session.0, row.class.number())))
}

/// Before or after a line, as one comparison of rows: an index finds it where it is.
fn beyond(which: &str, hour: DateTime<Utc>, session: Uuid, class: i16) -> Beyond {
    let place = sql::<Bool>(&format!("(hour, session_id, class) {which} (")).bind::<Timestamptz, _>(hour).sql(", ");
    Box::new(place.bind::<SqlUuid, _>(session).sql(", ").bind::<SmallInt, _>(class).sql(")"))
}

type Beyond = Box<dyn BoxableExpression<t::table, diesel::pg::Pg, SqlType = Bool>>;

/// The lines of the account after a session and a place, for taking along: by hour, then by session and class. The place is the
/// hour's second since 1970 times 100, plus the class's number.
pub fn after(conn: &mut Conn, account: AccountId, (session, place): (Uuid, i64), limit: i64) -> Result<Vec<(Access, i64)>, Error> {
    let (hour, class) =
        (DateTime::from_timestamp(place.div_euclid(100), 0).unwrap_or_default(), i16::try_from(place.rem_euclid(100)).unwrap_or(0));
    let rows = t::table
        .filter(t::account_id.eq(account.0))
        .filter(beyond(">", hour, session, class))
        .order((t::hour.asc(), t::session_id.asc(), t::class.asc()))
        .limit(limit)
        .select((t::hour, t::session_id, t::class, t::grant_id))
        .load::<Row>(conn)?;
    rows.into_iter().map(|row| Ok((read(row)?, row.0.timestamp() * 100 + i64::from(row.2)))).collect()
}
