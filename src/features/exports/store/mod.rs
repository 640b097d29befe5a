//! Rows of exports and their chunks, which are sealed under the account's key like everything that people write.

mod records;

use chrono::{DateTime, Utc};
use diesel::dsl::exists;
use diesel::prelude::*;
use uuid::Uuid;

use super::model::{Export, Include, KEPT, Part, Place};
use crate::db::schema::{account_export_chunks as chunks, account_exports as t, accounts};
use crate::db::vault::Sealed;
use crate::db::{AccountKey, Conn};
use crate::kernel::sealed::Column;
use crate::kernel::{AccountId, Code, Error};
pub use records::{count, removed_ids, sessions};

const CONTENT: Column = Column { table: "account_export_chunks", name: "content_sealed" };

#[derive(Queryable, Selectable)]
#[diesel(table_name = t)]
struct Row {
    id: Uuid,
    part: i16,
    after_id: Uuid,
    after_number: i64,
    chunks: i32,
    records: i64,
    expected: i64,
    created_at: DateTime<Utc>,
    completed_at: Option<DateTime<Utc>>,
    expires_at: DateTime<Utc>,
    failed_at: Option<DateTime<Utc>>,
    safety_answers: bool,
}

impl Row {
    fn read(self) -> Result<Export, Error> {
        let part = Part::of_number(self.part).ok_or_else(|| Error::internal("a stored export has a part this version does not know"))?;
        Ok(Export {
            id: self.id,
            include: Include { safety_answers: self.safety_answers },
            place: Place { part, id: self.after_id, number: self.after_number },
            chunks: self.chunks,
            records: self.records,
            expected: self.expected,
            created_at: self.created_at,
            completed_at: self.completed_at,
            failed_at: self.failed_at,
            expires_at: self.expires_at,
        })
    }
}

/// Begins an export, unless the same is being made: then that one. One that is over, or has other things in it, makes room. The account's
/// row is held, so that two requests begin one export, and nobody changes the password that was `verified` meanwhile.
pub fn begin(conn: &mut Conn, account: AccountId, id: Uuid, verified: Option<&str>, now: DateTime<Utc>) -> Result<Export, Error> {
    let own = accounts::table.filter(accounts::account_id.eq(account.0)).select(accounts::password_hash);
    let held = own.for_no_key_update().first::<Option<String>>(conn).optional()?.ok_or_else(|| Error::new(Code::Unauthenticated))?;
    if verified.is_some() && held.as_deref() != verified {
        return Err(Error::new(Code::InvalidCredentials));
    }
    let include = Include { safety_answers: verified.is_some() };
    diesel::delete(t::table.filter(t::account_id.eq(account.0).and(t::expires_at.le(now)))).execute(conn)?;
    let running = t::table.filter(t::account_id.eq(account.0).and(t::completed_at.is_null()).and(t::failed_at.is_null()));
    let running = running.filter(t::safety_answers.eq(include.safety_answers));
    if let Some(row) = running.select(Row::as_select()).first(conn).optional()? {
        return row.read();
    }
    diesel::delete(t::table.filter(t::account_id.eq(account.0))).execute(conn)?;
    let start = Place::start(Part::Account);
    diesel::insert_into(t::table)
        .values((
            (t::account_id.eq(account.0), t::id.eq(id), t::part.eq(start.part.number()), t::after_id.eq(start.id)),
            (t::after_number.eq(start.number), t::chunks.eq(0), t::records.eq(0_i64), t::expected.eq(count(conn, account, include)?)),
            (t::created_at.eq(now), t::expires_at.eq(now + KEPT), t::safety_answers.eq(include.safety_answers)),
        ))
        .returning(Row::as_returning())
        .get_result(conn)?
        .read()
}

/// Drops what has expired, of the accounts that the transaction may see; for upkeep alone.
pub fn forget_expired(conn: &mut Conn, now: DateTime<Utc>) -> Result<usize, Error> {
    Ok(diesel::delete(t::table.filter(t::expires_at.le(now))).execute(conn)?)
}

/// The accounts, of those that the transaction may see, whose export is not over.
pub fn unfinished(conn: &mut Conn) -> Result<Vec<AccountId>, Error> {
    let ids = t::table.filter(t::completed_at.is_null().and(t::failed_at.is_null())).select(t::account_id).load::<Uuid>(conn)?;
    Ok(ids.into_iter().map(AccountId).collect())
}

/// The export; one that expired is none.
pub fn get(conn: &mut Conn, account: AccountId, id: Uuid, now: DateTime<Utc>) -> Result<Export, Error> {
    let own = t::table.filter(t::account_id.eq(account.0).and(t::id.eq(id)).and(t::expires_at.gt(now)));
    own.select(Row::as_select()).first(conn).optional()?.ok_or_else(Error::not_found)?.read()
}

/// The account's unfinished export, held until the transaction ends.
pub fn next(conn: &mut Conn, account: AccountId) -> Result<Option<Export>, Error> {
    let own = t::table.filter(t::account_id.eq(account.0).and(t::completed_at.is_null()).and(t::failed_at.is_null()));
    own.select(Row::as_select()).for_update().first(conn).optional()?.map(Row::read).transpose()
}

/// Adds a page to an export that is held, and notes where it goes on. Without a place to go on it is complete.
pub fn add(
    conn: &mut Conn,
    key: &AccountKey,
    export: &Export,
    page: &[String],
    next: Option<Place>,
    now: DateTime<Utc>,
) -> Result<(), Error> {
    let account = key.account();
    if !page.is_empty() {
        let content = key.seal_part(CONTENT, export.id, i64::from(export.chunks), &page.join(",\n"))?;
        let row = (
            chunks::account_id.eq(account.0),
            chunks::export_id.eq(export.id),
            chunks::number.eq(export.chunks),
            chunks::part.eq(export.place.part.number()),
            chunks::content_sealed.eq(content),
        );
        diesel::insert_into(chunks::table).values(row).execute(conn)?;
    }
    let place = next.unwrap_or(export.place);
    let records = i64::try_from(page.len()).map_err(Error::internal)?;
    diesel::update(t::table.filter(t::account_id.eq(account.0).and(t::id.eq(export.id))))
        .set((
            (t::part.eq(place.part.number()), t::after_id.eq(place.id), t::after_number.eq(place.number)),
            t::chunks.eq(export.chunks + i32::from(!page.is_empty())),
            t::records.eq(export.records + records),
            t::completed_at.eq(next.is_none().then_some(now)),
        ))
        .execute(conn)?;
    Ok(())
}

/// Ends the account's unfinished export, if it is still this one, which cannot be made: what was written of it goes.
pub fn fail(conn: &mut Conn, account: AccountId, id: Uuid, now: DateTime<Utc>) -> Result<(), Error> {
    let Some(export) = next(conn, account)?.filter(|export| export.id == id) else { return Ok(()) };
    diesel::delete(chunks::table.filter(chunks::account_id.eq(account.0).and(chunks::export_id.eq(export.id)))).execute(conn)?;
    diesel::update(t::table.filter(t::account_id.eq(account.0).and(t::id.eq(export.id))))
        .set((t::failed_at.eq(now), t::chunks.eq(0), t::records.eq(0_i64)))
        .execute(conn)?;
    Ok(())
}

/// The first chunk from `number` on, of one part where it is named: its number, its part and its records, comma-separated.
///
/// Nothing where there are no more. An export that is gone, or whose day is over, since its download began is a failure: what was read of it would
/// otherwise end like a whole one.
pub fn chunk(
    conn: &mut Conn,
    key: &AccountKey,
    (export, now): (Uuid, DateTime<Utc>),
    number: i32,
    part: Option<Part>,
) -> Result<Option<(i32, Part, String)>, Error> {
    let own = t::table.filter(t::account_id.eq(key.account().0).and(t::id.eq(export)).and(t::expires_at.gt(now)));
    let mut query = chunks::table
        .filter(exists(own))
        .filter(chunks::account_id.eq(key.account().0).and(chunks::export_id.eq(export)).and(chunks::number.ge(number)))
        .select((chunks::number, chunks::part, chunks::content_sealed))
        .order(chunks::number.asc())
        .into_boxed();
    if let Some(part) = part {
        query = query.filter(chunks::part.eq(part.number()));
    }
    let Some((number, part, content)) = query.first::<(i32, i16, Sealed)>(conn).optional()? else {
        return own.select(t::id).first::<Uuid>(conn).optional()?.map(|_| None).ok_or_else(|| Error::new(Code::Gone));
    };
    let part = Part::of_number(part).ok_or_else(|| Error::internal("a stored chunk has a part this version does not know"))?;
    Ok(Some((number, part, key.open_part(CONTENT, export, i64::from(number), &content)?)))
}
