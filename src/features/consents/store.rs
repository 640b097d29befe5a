//! Rows of consents. There is no way to change or remove one.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use uuid::Uuid;

use super::model::{Consent, Decision, MAX_PER_ACCOUNT, Restored};
use crate::db::Conn;
use crate::db::creation::{Creation, Made, Start};
use crate::db::schema::{accounts, consents as t};
use crate::kernel::page::{Page, PageRequest};
use crate::kernel::{AccountId, Code, Error};

#[derive(Queryable, Selectable)]
#[diesel(table_name = t)]
struct Row {
    account_id: Uuid,
    id: Uuid,
    number: i64,
    purpose: String,
    text_version: i32,
    given: bool,
    decided_at: DateTime<Utc>,
    request_digest: Vec<u8>,
}

impl Row {
    fn read(self) -> Consent {
        let decision = Decision { purpose: self.purpose, text_version: self.text_version, given: self.given };
        Consent { id: self.id, number: self.number, decision, decided_at: self.decided_at }
    }
}

/// Adds a line, unless the same request added it before. The account's row is held, so that lines come one after the other.
pub fn add(conn: &mut Conn, account: AccountId, decision: &Decision, creation: &Creation) -> Result<Made<Consent>, Error> {
    let own = accounts::table.filter(accounts::account_id.eq(account.0)).select(accounts::version);
    own.for_no_key_update().first::<i64>(conn).optional()?.ok_or_else(|| Error::new(Code::Unauthenticated))?;
    let id = match creation.begin_lasting(conn, account)? {
        Start::Replay(id) => return Ok(Made { fresh: false, value: get(conn, account, id)? }),
        Start::Make(id) => id,
    };
    if let Some(row) = row(conn, account, id)? {
        creation.recognise(&row.request_digest)?;
        return Ok(Made { fresh: false, value: row.read() });
    }
    let count: i64 = t::table.filter(t::account_id.eq(account.0)).count().get_result(conn)?;
    if count >= MAX_PER_ACCOUNT && !takes_back(conn, account, decision)? {
        return Err(Error::new(Code::LimitReached));
    }
    let added: Row = diesel::insert_into(t::table)
        .values((
            (t::account_id.eq(account.0), t::id.eq(id), t::purpose.eq(&decision.purpose), t::text_version.eq(decision.text_version)),
            (t::given.eq(decision.given), t::decided_at.eq(creation.now), t::request_digest.eq(creation.digest.as_slice())),
        ))
        .returning(Row::as_returning())
        .get_result(conn)?;
    Ok(Made { fresh: true, value: added.read() })
}

/// Whether it withdraws what counts as given. That is never refused; each needs a line before it that gave, so they stay few.
fn takes_back(conn: &mut Conn, account: AccountId, decision: &Decision) -> Result<bool, Error> {
    let of_purpose = t::table.filter(t::account_id.eq(account.0).and(t::purpose.eq(&decision.purpose)));
    let newest: Option<bool> = of_purpose.order(t::number.desc()).select(t::given).first(conn).optional()?;
    Ok(!decision.given && newest == Some(true))
}

/// Adds lines from elsewhere behind those that are here, in their order; a line that is here already stays.
pub fn restore(conn: &mut Conn, account: AccountId, lines: &[Restored]) -> Result<(), Error> {
    let row = |line: &Restored| {
        (
            (t::account_id.eq(account.0), t::id.eq(line.id), t::purpose.eq(line.decision.purpose.clone())),
            (t::text_version.eq(line.decision.text_version), t::given.eq(line.decision.given)),
            (t::decided_at.eq(line.decided_at), t::request_digest.eq(line.digest.to_vec())),
        )
    };
    let rows: Vec<_> = lines.iter().map(row).collect();
    for some in rows.chunks(1_000) {
        diesel::insert_into(t::table).values(some).on_conflict_do_nothing().execute(conn)?;
    }
    Ok(())
}

fn row(conn: &mut Conn, account: AccountId, id: Uuid) -> Result<Option<Row>, Error> {
    Ok(t::table.filter(t::account_id.eq(account.0).and(t::id.eq(id))).select(Row::as_select()).first(conn).optional()?)
}

/// A line.
pub fn get(conn: &mut Conn, account: AccountId, id: Uuid) -> Result<Consent, Error> {
    row(conn, account, id)?.map(Row::read).ok_or_else(Error::not_found)
}

/// A page of the lines, latest first.
pub fn list(conn: &mut Conn, account: AccountId, page: &PageRequest<i64>) -> Result<Page<Consent, i64>, Error> {
    let own = t::table.filter(t::account_id.eq(account.0).and(t::number.lt(page.after.unwrap_or(i64::MAX))));
    let rows: Vec<Row> = own.order(t::number.desc()).limit(page.limit + 1).select(Row::as_select()).load(conn)?;
    Ok(Page::from_fetched(rows.into_iter().map(Row::read).collect(), page.limit, |line: &Consent| line.number))
}

/// Lines of the account after a number, in order.
pub fn after(conn: &mut Conn, account: AccountId, number: i64, limit: i64) -> Result<Vec<Consent>, Error> {
    let rest = t::table.filter(t::account_id.eq(account.0).and(t::number.gt(number)));
    let rows: Vec<Row> = rest.order(t::number.asc()).limit(limit).select(Row::as_select()).load(conn)?;
    Ok(rows.into_iter().map(Row::read).collect())
}

/// The accounts, of those that the transaction may see, whose newest line for a purpose gives consent.
pub fn given(conn: &mut Conn, purpose: &str) -> Result<Vec<AccountId>, Error> {
    let newest: Vec<Row> = t::table
        .filter(t::purpose.eq(purpose))
        .distinct_on(t::account_id)
        .order_by((t::account_id, t::number.desc()))
        .select(Row::as_select())
        .load(conn)?;
    Ok(newest.into_iter().filter(|row| row.given).map(|row| AccountId(row.account_id)).collect())
}
