//! Rows of PINs, and what their right and wrong entries leave at the sessions.
//!
//! An attempt is counted before it is checked and given back when it was right: however many come at once, on however many
//! instances, no more are checked than may be wrong. The PIN's row is held first and the session's second.

use chrono::{DateTime, Utc};
use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::Integer;
use uuid::Uuid;

use super::model::{AFTER_A_SIGN_IN, MOST_OF_A_SESSION, MOST_OF_AN_ACCOUNT, UnlockTime, WINDOW};
use crate::db::schema::{account_pins as p, sessions as s};
use crate::kernel::{AccountId, Code, Error, SessionId};

/// How long the account's PIN unlocks a session; nothing where it has none.
pub fn get(conn: &mut PgConnection, account: AccountId) -> Result<Option<UnlockTime>, Error> {
    let minutes = p::table.filter(p::account_id.eq(account.0)).select(p::unlock_minutes).first(conn).optional()?;
    Ok(minutes.map(UnlockTime::of_stored))
}

/// Sets or replaces the PIN. Every session is locked from now on, and nothing counts that was wrong before.
pub fn set(conn: &mut PgConnection, account: AccountId, hash: &str, time: UnlockTime, now: DateTime<Utc>) -> Result<(), Error> {
    let values = (
        p::pin_hash.eq(hash),
        p::unlock_minutes.eq(time.minutes()),
        p::wrong.eq(0),
        p::wrong_since.eq(None::<DateTime<Utc>>),
        p::set_at.eq(now),
    );
    diesel::insert_into(p::table)
        .values((p::account_id.eq(account.0), values))
        .on_conflict(p::account_id)
        .do_update()
        .set(values)
        .execute(conn)?;
    forget_unlocks(conn, account)
}

/// Removes the PIN, if there is one.
pub fn remove(conn: &mut PgConnection, account: AccountId) -> Result<(), Error> {
    diesel::delete(p::table.filter(p::account_id.eq(account.0))).execute(conn)?;
    forget_unlocks(conn, account)
}

fn forget_unlocks(conn: &mut PgConnection, account: AccountId) -> Result<(), Error> {
    diesel::update(s::table.filter(s::account_id.eq(account.0)))
        .set((s::unlocked_until.eq(None::<DateTime<Utc>>), s::wrong_pins.eq(0)))
        .execute(conn)?;
    Ok(())
}

/// After a sign-in with the password some PINs are taken again, where none was any more.
pub fn resume(conn: &mut PgConnection, account: AccountId) -> Result<(), Error> {
    diesel::update(p::table.filter(p::account_id.eq(account.0).and(p::wrong.gt(AFTER_A_SIGN_IN))))
        .set(p::wrong.eq(AFTER_A_SIGN_IN))
        .execute(conn)?;
    Ok(())
}

/// An attempt that was counted: what to compare with, and whether it is the last that the session takes.
#[derive(Clone, Debug)]
pub struct Attempt {
    pub hash: String,
    pub last: bool,
    /// How often the session was locked until then.
    pub locks: i32,
}

/// Counts an attempt, or says why there is none. The reason is a value, so that ending a session is not undone by it.
pub fn begin(conn: &mut PgConnection, account: AccountId, session: SessionId, now: DateTime<Utc>) -> Result<Result<Attempt, Code>, Error> {
    let pin = p::table.filter(p::account_id.eq(account.0));
    let found = pin.select((p::pin_hash, p::wrong, p::wrong_since)).for_update().first::<(String, i32, Option<DateTime<Utc>>)>(conn);
    let Some((hash, wrong, since)) = found.optional()? else { return Ok(Err(Code::WrongPin)) };
    let living = own(account, session).filter(s::ended_at.is_null().and(s::expires_at.gt(now)));
    let here = living.select((s::wrong_pins, s::locks)).for_update().first::<(i32, i32)>(conn).optional()?;
    let Some((wrong_here, locks)) = here else { return Ok(Err(Code::Unauthenticated)) };
    if wrong_here >= MOST_OF_A_SESSION {
        end(conn, account, session, now)?;
        return Ok(Err(Code::Unauthenticated));
    }
    if wrong >= MOST_OF_AN_ACCOUNT {
        return Ok(Err(Code::PinSuspended));
    }
    let (wrong, since) = match since {
        Some(since) if now - since < WINDOW => (wrong, since),
        Some(_) | None => (0, now),
    };
    diesel::update(pin).set((p::wrong.eq(wrong + 1), p::wrong_since.eq(since))).execute(conn)?;
    diesel::update(own(account, session)).set(s::wrong_pins.eq(wrong_here + 1)).execute(conn)?;
    Ok(Ok(Attempt { hash, last: wrong_here + 1 >= MOST_OF_A_SESSION, locks }))
}

/// Unlocks the session and gives the attempt back; nothing where the PIN was changed meanwhile, or the session ended or was locked.
pub fn unlock(
    conn: &mut PgConnection,
    account: AccountId,
    session: SessionId,
    attempt: &Attempt,
    now: DateTime<Utc>,
) -> Result<Option<DateTime<Utc>>, Error> {
    let pin = p::table.filter(p::account_id.eq(account.0).and(p::pin_hash.eq(&attempt.hash)));
    let Some(minutes) = pin.select(p::unlock_minutes).for_update().first(conn).optional()? else { return Ok(None) };
    let until = now + UnlockTime::of_stored(minutes).time();
    diesel::update(pin).set(p::wrong.eq(sql::<Integer>("greatest(wrong - 1, 0)"))).execute(conn)?;
    let opened = diesel::update(own(account, session))
        .filter(s::ended_at.is_null().and(s::expires_at.gt(now)).and(s::locks.eq(attempt.locks)))
        .set((s::unlocked_until.eq(until), s::wrong_pins.eq(0)))
        .execute(conn)?;
    Ok((opened == 1).then_some(until))
}

/// Takes back an attempt that was never checked.
pub fn give_back(conn: &mut PgConnection, account: AccountId, session: SessionId) -> Result<(), Error> {
    let pin = p::table.filter(p::account_id.eq(account.0));
    diesel::update(pin).set(p::wrong.eq(sql::<Integer>("greatest(wrong - 1, 0)"))).execute(conn)?;
    diesel::update(own(account, session)).set(s::wrong_pins.eq(sql::<Integer>("greatest(wrong_pins - 1, 0)"))).execute(conn)?;
    Ok(())
}

/// Locks the session again, against a PIN that is being checked too.
pub fn lock(conn: &mut PgConnection, account: AccountId, session: SessionId) -> Result<(), Error> {
    diesel::update(own(account, session)).set((s::unlocked_until.eq(None::<DateTime<Utc>>), s::locks.eq(s::locks + 1))).execute(conn)?;
    Ok(())
}

/// Ends the session: its last attempt was wrong.
pub fn end(conn: &mut PgConnection, account: AccountId, session: SessionId, now: DateTime<Utc>) -> Result<(), Error> {
    diesel::update(own(account, session)).filter(s::ended_at.is_null()).set(s::ended_at.eq(now)).execute(conn)?;
    Ok(())
}

#[diesel::dsl::auto_type]
fn own(account: AccountId, session: SessionId) -> _ {
    let (account, session): (Uuid, Uuid) = (account.0, session.0);
    s::table.filter(s::account_id.eq(account).and(s::session_id.eq(session)))
}
