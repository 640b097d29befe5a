//! Rows of the access log.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::sql_query;
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
        let within_session = t::session_id.eq(session).and(t::class.lt(class));
        query = query.filter(t::hour.lt(hour).or(t::hour.eq(hour).and(t::session_id.lt(session).or(within_session))));
    }
    let rows = query.load::<Row>(conn)?.into_iter().map(read).collect::<Result<Vec<_>, _>>()?;
    Ok(Page::from_fetched(rows, page.limit, |row: &Access| (row.hour, row.session.0, row.class.number())))
}

/// The lines of the account after a session and a place in it, for taking along: by session, then by hour and class. The place
/// is the hour's second since 1970 times 100, plus the class's number.
pub fn after(conn: &mut Conn, account: AccountId, (session, place): (Uuid, i64), limit: i64) -> Result<Vec<(Access, i64)>, Error> {
    let (hour, class) =
        (DateTime::from_timestamp(place.div_euclid(100), 0).unwrap_or_default(), i16::try_from(place.rem_euclid(100)).unwrap_or(0));
    let later = t::hour.gt(hour).or(t::hour.eq(hour).and(t::class.gt(class)));
    let rows = t::table
        .filter(t::account_id.eq(account.0))
        .filter(t::session_id.gt(session).or(t::session_id.eq(session).and(later)))
        .order((t::session_id.asc(), t::hour.asc(), t::class.asc()))
        .limit(limit)
        .select((t::hour, t::session_id, t::class, t::grant_id))
        .load::<Row>(conn)?;
    rows.into_iter().map(|row| Ok((read(row)?, row.0.timestamp() * 100 + i64::from(row.2)))).collect()
}
