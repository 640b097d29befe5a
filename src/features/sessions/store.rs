//! Rows of sessions and their refresh tokens.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use uuid::Uuid;

use super::model::{IDLE_LIFETIME, RefreshToken, Session};
use crate::db::schema::{refresh_tokens, sessions};
use crate::kernel::page::{Page, PageRequest};
use crate::kernel::token::Scope;
use crate::kernel::{AccountId, Error, SessionId};

/// Sessions an account may hold at once; the oldest unused ones make room.
const MOST: i64 = 50;

type Row = (Uuid, Option<String>, String, DateTime<Utc>, DateTime<Utc>, DateTime<Utc>);

fn columns() -> (sessions::session_id, sessions::label, sessions::scope, sessions::created_at, sessions::last_used_at, sessions::expires_at)
{
    (sessions::session_id, sessions::label, sessions::scope, sessions::created_at, sessions::last_used_at, sessions::expires_at)
}

fn session((id, label, scope, created_at, last_used_at, expires_at): Row) -> Session {
    // A scope this version does not know allows the least.
    let scope = Scope::parse(&scope).unwrap_or(Scope { write: false, delete: false });
    Session { id: SessionId(id), label, scope, created_at, last_used_at, expires_at }
}

/// Starts a session with its first refresh token; sessions beyond [`MOST`] are dropped, least recently used first.
pub fn insert(
    conn: &mut PgConnection,
    token: &RefreshToken,
    label: Option<&str>,
    scope: Scope,
    now: DateTime<Utc>,
) -> Result<Session, Error> {
    diesel::insert_into(sessions::table)
        .values((
            sessions::account_id.eq(token.account.0),
            sessions::session_id.eq(token.session.0),
            sessions::label.eq(label),
            sessions::scope.eq(scope.as_str()),
            sessions::created_at.eq(now),
            sessions::last_used_at.eq(now),
            sessions::expires_at.eq(now + IDLE_LIFETIME),
        ))
        .execute(conn)?;
    insert_token(conn, token, now)?;
    let keep: Vec<Uuid> = sessions::table
        .filter(sessions::account_id.eq(token.account.0))
        .order((sessions::ended_at.is_null().desc(), sessions::last_used_at.desc()))
        .select(sessions::session_id)
        .limit(MOST)
        .load(conn)?;
    diesel::delete(sessions::table.filter(sessions::account_id.eq(token.account.0)))
        .filter(sessions::session_id.ne_all(keep))
        .execute(conn)?;
    Ok(session((token.session.0, label.map(str::to_owned), scope.as_str().to_owned(), now, now, now + IDLE_LIFETIME)))
}

fn insert_token(conn: &mut PgConnection, token: &RefreshToken, now: DateTime<Utc>) -> Result<(), Error> {
    diesel::insert_into(refresh_tokens::table)
        .values((
            refresh_tokens::account_id.eq(token.account.0),
            refresh_tokens::session_id.eq(token.session.0),
            refresh_tokens::token_digest.eq(token.digest()),
            refresh_tokens::created_at.eq(now),
        ))
        .execute(conn)?;
    Ok(())
}

/// What came of showing a refresh token.
#[derive(Debug)]
pub enum Rotation {
    /// It was good; `next` now takes its place.
    Rotated(Session),
    /// It was used before: the session has been ended.
    Reused,
    /// No living session has it.
    Unknown,
}

/// Exchanges a refresh token for the next one. The session's row is locked, so two uses cannot both succeed.
pub fn rotate(conn: &mut PgConnection, shown: &RefreshToken, next: &RefreshToken, now: DateTime<Utc>) -> Result<Rotation, Error> {
    let own = sessions::table.filter(sessions::account_id.eq(shown.account.0).and(sessions::session_id.eq(shown.session.0)));
    let living = own
        .filter(sessions::ended_at.is_null().and(sessions::expires_at.gt(now)))
        .select(columns())
        .for_update()
        .first::<Row>(conn)
        .optional()?;
    let Some(living) = living else { return Ok(Rotation::Unknown) };
    let token = refresh_tokens::table
        .filter(refresh_tokens::account_id.eq(shown.account.0).and(refresh_tokens::session_id.eq(shown.session.0)))
        .filter(refresh_tokens::token_digest.eq(shown.digest()));
    match token.clone().select(refresh_tokens::used_at).first::<Option<DateTime<Utc>>>(conn).optional()? {
        None => Ok(Rotation::Unknown),
        Some(Some(_)) => {
            diesel::update(own).set(sessions::ended_at.eq(now)).execute(conn)?;
            Ok(Rotation::Reused)
        }
        Some(None) => {
            diesel::update(token).set(refresh_tokens::used_at.eq(now)).execute(conn)?;
            insert_token(conn, next, now)?;
            forget_used(conn, shown, now)?;
            diesel::update(own).set((sessions::last_used_at.eq(now), sessions::expires_at.eq(now + IDLE_LIFETIME))).execute(conn)?;
            Ok(Rotation::Rotated(Session { last_used_at: now, expires_at: now + IDLE_LIFETIME, ..session(living) }))
        }
    }
}

/// A token used longer ago than a session may lie idle can no longer tell a thief from its owner.
fn forget_used(conn: &mut PgConnection, shown: &RefreshToken, now: DateTime<Utc>) -> Result<(), Error> {
    diesel::delete(refresh_tokens::table)
        .filter(refresh_tokens::account_id.eq(shown.account.0).and(refresh_tokens::session_id.eq(shown.session.0)))
        .filter(refresh_tokens::used_at.lt(now - IDLE_LIFETIME))
        .execute(conn)?;
    Ok(())
}

/// Whether the session lives.
pub fn alive(conn: &mut PgConnection, account: AccountId, id: SessionId, now: DateTime<Utc>) -> Result<bool, Error> {
    let living = sessions::table
        .filter(sessions::account_id.eq(account.0).and(sessions::session_id.eq(id.0)))
        .filter(sessions::ended_at.is_null().and(sessions::expires_at.gt(now)));
    Ok(diesel::select(diesel::dsl::exists(living)).get_result(conn)?)
}

/// The living sessions, newest first.
pub fn list(
    conn: &mut PgConnection,
    account: AccountId,
    page: &PageRequest<Uuid>,
    now: DateTime<Utc>,
) -> Result<Page<Session, Uuid>, Error> {
    let mut query = sessions::table
        .filter(sessions::account_id.eq(account.0))
        .filter(sessions::ended_at.is_null().and(sessions::expires_at.gt(now)))
        .select(columns())
        .order(sessions::session_id.desc())
        .limit(page.limit + 1)
        .into_boxed();
    if let Some(after) = page.after {
        query = query.filter(sessions::session_id.lt(after));
    }
    let rows = query.load::<Row>(conn)?.into_iter().map(session).collect();
    Ok(Page::from_fetched(rows, page.limit, |session: &Session| session.id.0))
}

/// Ends one session; false where there is no such living one.
pub fn end(conn: &mut PgConnection, account: AccountId, id: SessionId, now: DateTime<Utc>) -> Result<bool, Error> {
    let ended = diesel::update(sessions::table)
        .filter(sessions::account_id.eq(account.0).and(sessions::session_id.eq(id.0)))
        .filter(sessions::ended_at.is_null().and(sessions::expires_at.gt(now)))
        .set(sessions::ended_at.eq(now))
        .execute(conn)?;
    Ok(ended == 1)
}

/// Ends them all.
pub fn end_all(conn: &mut PgConnection, account: AccountId, now: DateTime<Utc>) -> Result<(), Error> {
    diesel::update(sessions::table)
        .filter(sessions::account_id.eq(account.0).and(sessions::ended_at.is_null()))
        .set(sessions::ended_at.eq(now))
        .execute(conn)?;
    Ok(())
}
