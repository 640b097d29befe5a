//! Rows of calendar feeds, and the digests of their addresses, which are looked up before the account is known.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use uuid::Uuid;

use super::model::{Address, Feed, MAX_FEEDS, Told};
use crate::db::creation::{Creation, Made, Start};
use crate::db::schema::{accounts, calendar_addresses as a, calendar_feeds as t};
use crate::db::vault::Sealed;
use crate::db::{AccountKey, Conn};
use crate::features::{recommendations, routines};
use crate::kernel::sealed::Column;
use crate::kernel::{AccountId, CalendarFeedId, Code, Error};

const TITLE: Column = Column { table: "calendar_feeds", name: "title_sealed" };

#[derive(Queryable, Selectable)]
#[diesel(table_name = t)]
struct Row {
    id: Uuid,
    title_sealed: Option<Sealed>,
    created_at: DateTime<Utc>,
}

impl Row {
    fn read(self, key: &AccountKey) -> Result<Feed, Error> {
        let title = self.title_sealed.map(|title| key.open(TITLE, self.id, &title)).transpose()?;
        Ok(Feed { id: CalendarFeedId(self.id), title, created_at: self.created_at })
    }
}

/// Makes a feed, unless the same request made it before. The account's row is held, so that no two take the last place.
pub fn create(conn: &mut Conn, key: &AccountKey, title: Option<&str>, address: &Address, creation: &Creation) -> Result<Made<Feed>, Error> {
    let account = key.account();
    let id = match creation.begin_lasting(conn, account)? {
        Start::Replay(id) => return Ok(Made { fresh: false, value: get(conn, key, CalendarFeedId(id))? }),
        Start::Make(id) => id,
    };
    accounts::table.filter(accounts::account_id.eq(account.0)).select(accounts::version).for_no_key_update().first::<i64>(conn)?;
    let count: i64 = t::table.filter(t::account_id.eq(account.0)).count().get_result(conn)?;
    if count >= MAX_FEEDS {
        return Err(Error::new(Code::LimitReached));
    }
    let row: Row = diesel::insert_into(t::table)
        .values((
            (t::account_id.eq(account.0), t::id.eq(id), t::secret_digest.eq(address.digest())),
            t::title_sealed.eq(title.map(|title| key.seal(TITLE, id, title)).transpose()?),
            t::created_at.eq(creation.now),
        ))
        .returning(Row::as_returning())
        .get_result(conn)?;
    diesel::insert_into(a::table).values((a::secret_digest.eq(address.digest()), a::account_id.eq(account.0))).execute(conn)?;
    Ok(Made { fresh: true, value: row.read(key)? })
}

/// A feed.
pub fn get(conn: &mut Conn, key: &AccountKey, id: CalendarFeedId) -> Result<Feed, Error> {
    let own = t::table.filter(t::account_id.eq(key.account().0).and(t::id.eq(id.0)));
    own.select(Row::as_select()).first(conn).optional()?.ok_or_else(Error::not_found)?.read(key)
}

/// The account's feeds, oldest first.
pub fn list(conn: &mut Conn, key: &AccountKey) -> Result<Vec<Feed>, Error> {
    let own = t::table.filter(t::account_id.eq(key.account().0)).order(t::id.asc()).limit(MAX_FEEDS);
    let rows: Vec<Row> = own.select(Row::as_select()).load(conn)?;
    rows.into_iter().map(|row| row.read(key)).collect()
}

/// Whose address this is the digest of.
pub fn whose(conn: &mut Conn, digest: &[u8]) -> Result<Option<AccountId>, Error> {
    let found = a::table.filter(a::secret_digest.eq(digest)).select(a::account_id).first::<Uuid>(conn).optional()?;
    Ok(found.map(AccountId))
}

/// The feed at an address of the account.
pub fn at(conn: &mut Conn, key: &AccountKey, digest: &[u8]) -> Result<Feed, Error> {
    let own = t::table.filter(t::account_id.eq(key.account().0).and(t::secret_digest.eq(digest)));
    own.select(Row::as_select()).first(conn).optional()?.ok_or_else(Error::not_found)?.read(key)
}

/// The adopted practices of active relationships that are neither dropped nor said to be not for the person: all that feeds tell of. The safety
/// screen has no part in it: whoever reads a feed before and after it was answered would read the answer.
pub fn told(conn: &mut Conn, account: AccountId, now: DateTime<Utc>) -> Result<Vec<Told>, Error> {
    let live = routines::live(conn, account)?;
    let ties: Vec<_> = live.iter().map(|(practice, ..)| practice.relationship).collect();
    let refused = recommendations::refused_of(conn, account, &ties)?;
    let told: Vec<_> = live
        .into_iter()
        .filter(|(one, _, situation)| {
            let is_refused = |(tie, practice): &(_, String)| *tie == one.relationship && *practice == one.adopted.practice;
            situation.is_active && !refused.iter().any(is_refused)
        })
        .collect();
    let practices: Vec<_> = told.iter().map(|(practice, ..)| practice.clone()).collect();
    let mut histories = routines::histories(conn, account, &practices, now)?;
    let with = |(practice, _, situation): (routines::model::AdoptedPractice, _, _)| {
        let history = histories.remove(&practice.id).unwrap_or_default();
        Told { practice, situation, history }
    };
    Ok(told.into_iter().map(with).collect())
}

/// Revokes a feed: from the next request on its address is none.
pub fn revoke(conn: &mut Conn, account: AccountId, id: CalendarFeedId) -> Result<(), Error> {
    let own = t::table.filter(t::account_id.eq(account.0).and(t::id.eq(id.0)));
    let digest = diesel::delete(own).returning(t::secret_digest).get_result::<Vec<u8>>(conn).optional()?.ok_or_else(Error::not_found)?;
    diesel::delete(a::table.filter(a::secret_digest.eq(digest))).execute(conn)?;
    Ok(())
}
