//! Rows of grants. Their codes lie as digests, their labels sealed.

use chrono::{DateTime, NaiveDate, Utc};
use diesel::dsl::{exists, select};
use diesel::prelude::*;
use uuid::Uuid;

use super::model::{Grant, GrantCode, MOST_LASTING, MOST_OVER, Terms};
use crate::db::creation::{Creation, Made, Start};
use crate::db::schema::{account_pins, accounts, grants as t, sessions};
use crate::db::vault::Sealed;
use crate::db::{AccountKey, Conn};
use crate::features::relationships;
use crate::kernel::lock::Lock;
use crate::kernel::page::{Page, PageRequest};
use crate::kernel::reach::Dimensions;
use crate::kernel::sealed::Column;
use crate::kernel::token::Came;
use crate::kernel::{AccountId, Code, Error, GrantId, RelationshipId, SessionId};

const LABEL: Column = Column { table: "grants", name: "label_sealed" };

#[derive(Queryable, Selectable)]
#[diesel(table_name = t)]
struct Row {
    id: Uuid,
    relationship_id: Uuid,
    label_sealed: Option<Sealed>,
    first_day: Option<NaiveDate>,
    last_day: Option<NaiveDate>,
    dimensions: Option<Vec<Option<i16>>>,
    notes: bool,
    created_at: DateTime<Utc>,
    expires_at: DateTime<Utc>,
    redeemed_at: Option<DateTime<Utc>>,
    ended_at: Option<DateTime<Utc>>,
}

impl Row {
    fn read(self, key: &AccountKey) -> Result<Grant, Error> {
        let damaged = || Error::internal("a stored grant has dimensions this version does not know");
        let some = |numbers: Vec<Option<i16>>| {
            let numbers: Vec<i16> = numbers.into_iter().flatten().collect();
            Dimensions::of_numbers(&numbers).ok_or_else(damaged)
        };
        let terms = Terms {
            relationship: RelationshipId(self.relationship_id),
            from: self.first_day,
            to: self.last_day,
            dimensions: self.dimensions.map(some).transpose()?,
            notes: self.notes,
            expires_at: self.expires_at,
            label: self.label_sealed.map(|label| key.open(LABEL, self.id, &label)).transpose()?,
        };
        let (created_at, redeemed_at, ended_at) = (self.created_at, self.redeemed_at, self.ended_at);
        Ok(Grant { id: GrantId(self.id), terms, created_at, redeemed_at, ended_at })
    }
}

/// Makes a grant, unless the same request made it before. The account's row is held, so that no two take the last place, and nobody
/// changes the password that was `verified` meanwhile. Whether the caller may still come in is asked once more: the request was let in
/// before its body had arrived, and what was ended since must give nothing away.
pub fn create(
    conn: &mut Conn,
    key: &AccountKey,
    verified: Option<&str>,
    came: Came,
    terms: &Terms,
    code: &GrantCode,
    creation: &Creation,
) -> Result<Made<Grant>, Error> {
    let (account, now) = (key.account(), creation.now);
    let own = accounts::table.filter(accounts::account_id.eq(account.0)).filter(accounts::password_hash.is_not_distinct_from(verified));
    let held = own.select(accounts::tokens_valid_from).for_no_key_update().first::<Option<DateTime<Utc>>>(conn).optional()?;
    let valid_from = held.ok_or_else(|| Error::new(Code::InvalidCredentials))?;
    match came {
        Came::Session(session) => still_open(conn, account, session, now)?,
        Came::Issued(at) if valid_from.is_some_and(|from| at <= from) => return Err(Error::new(Code::Unauthenticated)),
        Came::Issued(_) => {}
    }
    let id = match creation.begin_lasting(conn, account)? {
        Start::Replay(id) => return Ok(Made { fresh: false, value: get(conn, key, GrantId(id))? }),
        Start::Make(id) => id,
    };
    relationships::hold(conn, account, terms.relationship)?;
    make_room(conn, account, now)?;
    let numbers = terms.dimensions.map(|some| some.numbers().collect::<Vec<_>>());
    let row: Row = diesel::insert_into(t::table)
        .values((
            (t::account_id.eq(account.0), t::id.eq(id), t::relationship_id.eq(terms.relationship.0)),
            t::label_sealed.eq(terms.label.as_deref().map(|label| key.seal(LABEL, id, label)).transpose()?),
            t::code_digest.eq(code.digest()),
            (t::first_day.eq(terms.from), t::last_day.eq(terms.to), t::dimensions.eq(numbers), t::notes.eq(terms.notes)),
            (t::created_at.eq(now), t::expires_at.eq(terms.expires_at)),
        ))
        .returning(Row::as_returning())
        .get_result(conn)?;
    Ok(Made { fresh: true, value: row.read(key)? })
}

/// Fails where the session has ended, or is locked. Its row is held, so that whoever ends or locks it comes before this or after.
fn still_open(conn: &mut Conn, account: AccountId, session: SessionId, now: DateTime<Utc>) -> Result<(), Error> {
    let own = sessions::table.filter(sessions::account_id.eq(account.0).and(sessions::session_id.eq(session.0)));
    let living = own.filter(sessions::ended_at.is_null().and(sessions::expires_at.gt(now)));
    let unlocked_until = living.select(sessions::unlocked_until).for_share().first::<Option<DateTime<Utc>>>(conn).optional()?;
    let unlocked_until = unlocked_until.ok_or_else(|| Error::new(Code::Unauthenticated))?;
    let has_pin = select(exists(account_pins::table.filter(account_pins::account_id.eq(account.0)))).get_result(conn)?;
    if Lock::of(has_pin, unlocked_until).is_open(now) { Ok(()) } else { Err(Error::new(Code::StepUpRequired)) }
}

/// Refuses one too many that lasts, and drops the oldest of those that are over.
fn make_room(conn: &mut Conn, account: AccountId, now: DateTime<Utc>) -> Result<(), Error> {
    let lasts = t::ended_at.is_null().and(t::expires_at.gt(now));
    let lasting: i64 = t::table.filter(t::account_id.eq(account.0)).filter(lasts).count().get_result(conn)?;
    if lasting >= MOST_LASTING {
        return Err(Error::new(Code::LimitReached));
    }
    let over = t::ended_at.is_not_null().or(t::expires_at.le(now));
    let of_account = t::table.filter(t::account_id.eq(account.0)).filter(over);
    // Never many more than that: each grant that is made drops what is too many.
    let newest_first = of_account.order((t::created_at.desc(), t::id.desc())).select(t::id).load::<Uuid>(conn)?;
    let too_many = newest_first.into_iter().skip(usize::try_from(MOST_OVER).unwrap_or(usize::MAX)).collect::<Vec<_>>();
    diesel::delete(t::table.filter(t::account_id.eq(account.0).and(t::id.eq_any(too_many)))).execute(conn)?;
    Ok(())
}

/// A grant.
pub fn get(conn: &mut Conn, key: &AccountKey, id: GrantId) -> Result<Grant, Error> {
    let own = t::table.filter(t::account_id.eq(key.account().0).and(t::id.eq(id.0)));
    own.select(Row::as_select()).first(conn).optional()?.ok_or_else(Error::not_found)?.read(key)
}

/// A page of the grants, newest first.
pub fn list(conn: &mut Conn, key: &AccountKey, page: &PageRequest<Uuid>) -> Result<Page<Grant, Uuid>, Error> {
    let own = t::table.filter(t::account_id.eq(key.account().0).and(t::id.lt(page.after.unwrap_or(Uuid::max()))));
    let rows = own.order(t::id.desc()).limit(page.limit + 1).select(Row::as_select()).load(conn)?;
    let grants = rows.into_iter().map(|row| row.read(key)).collect::<Result<Vec<_>, _>>()?;
    Ok(Page::from_fetched(grants, page.limit, |grant: &Grant| grant.id.0))
}

/// Grants of the account in the order of their ids, after one of them.
pub fn after(conn: &mut Conn, key: &AccountKey, id: Uuid, limit: i64) -> Result<Vec<Grant>, Error> {
    let rest = t::table.filter(t::account_id.eq(key.account().0).and(t::id.gt(id)));
    let rows = rest.order(t::id.asc()).limit(limit).select(Row::as_select()).load(conn)?;
    rows.into_iter().map(|row| row.read(key)).collect()
}

/// Ends a grant and the sessions that came by it; one that is over stays as it is.
pub fn end(conn: &mut Conn, account: AccountId, id: GrantId, now: DateTime<Utc>) -> Result<(), Error> {
    let own = t::table.filter(t::account_id.eq(account.0).and(t::id.eq(id.0)));
    own.select(t::id).for_update().first::<Uuid>(conn).optional()?.ok_or_else(Error::not_found)?;
    diesel::update(own.filter(t::ended_at.is_null().and(t::expires_at.gt(now)))).set(t::ended_at.eq(now)).execute(conn)?;
    diesel::update(sessions::table.filter(sessions::account_id.eq(account.0).and(sessions::grant_id.eq(id.0))))
        .filter(sessions::ended_at.is_null())
        .set(sessions::ended_at.eq(now))
        .execute(conn)?;
    Ok(())
}

/// The relationship of the grant that waits for this code.
pub fn waiting(conn: &mut Conn, code: &GrantCode, now: DateTime<Utc>) -> Result<RelationshipId, Error> {
    let own = t::table.filter(t::account_id.eq(code.account.0).and(t::code_digest.eq(code.digest())));
    let lasts = t::redeemed_at.is_null().and(t::ended_at.is_null()).and(t::expires_at.gt(now));
    let tie = own.filter(lasts).select(t::relationship_id).first::<Uuid>(conn).optional()?;
    tie.map(RelationshipId).ok_or_else(|| Error::new(Code::InvalidCredentials))
}

/// Takes a grant for whoever shows its code, once. The row is held, so that of two who show it at once one gets it.
pub fn redeem(conn: &mut Conn, key: &AccountKey, code: &GrantCode, now: DateTime<Utc>) -> Result<Grant, Error> {
    let own = t::table.filter(t::account_id.eq(key.account().0).and(t::code_digest.eq(code.digest())));
    // An erasure holds the account, then the relationship, and takes grants last; in the same order nobody waits for each other.
    let wrong = || Error::new(Code::InvalidCredentials);
    let tie = waiting(conn, code, now)?;
    accounts::table.filter(accounts::account_id.eq(key.account().0)).select(accounts::version).for_key_share().first::<i64>(conn)?;
    relationships::hold(conn, key.account(), tie).map_err(|gone| if gone.cause().is_none() { wrong() } else { gone })?;
    let lasts = t::redeemed_at.is_null().and(t::ended_at.is_null()).and(t::expires_at.gt(now));
    let found: Option<Row> = own.filter(lasts).select(Row::as_select()).for_update().first(conn).optional()?;
    let grant = found.ok_or_else(wrong)?.read(key)?;
    diesel::update(t::table.filter(t::account_id.eq(key.account().0).and(t::id.eq(grant.id.0))))
        .set(t::redeemed_at.eq(now))
        .execute(conn)?;
    Ok(grant)
}
