//! Rows of sessions and their refresh tokens.

use chrono::{DateTime, NaiveDate, Utc};
use diesel::dsl::{exists, not};
use diesel::prelude::*;
use uuid::Uuid;

use super::model::{Idle, Lease, RefreshToken, Session, Wanted};
use crate::db::AccountKey;
use crate::db::schema::{account_pins, grants, refresh_tokens, sessions, withdrawn_signing_keys};
use crate::db::vault::Sealed;
use crate::features::accounts;
use crate::kernel::lock::Lock;
use crate::kernel::page::{Page, PageRequest};
use crate::kernel::reach::{Dimensions, Loan};
use crate::kernel::sealed::Column;
use crate::kernel::token::{Living, Scope, Verified};
use crate::kernel::{AccountId, Error, GrantId, Reach, RelationshipId, SessionId};

/// Sessions an account may hold at once; the oldest unused ones make room.
const MOST: i64 = 50;

const LABEL: Column = Column { table: "sessions", name: "label_sealed" };

#[derive(Queryable, Selectable)]
#[diesel(table_name = sessions)]
struct Row {
    session_id: Uuid,
    label_sealed: Option<Sealed>,
    scope: String,
    relationship_id: Option<Uuid>,
    grant_id: Option<Uuid>,
    created_at: DateTime<Utc>,
    last_used_at: DateTime<Utc>,
    expires_at: DateTime<Utc>,
    idle_minutes: i32,
}

impl Row {
    fn read(self, key: &AccountKey) -> Result<Session, Error> {
        Ok(Session {
            id: SessionId(self.session_id),
            label: self.label_sealed.map(|label| key.open(LABEL, self.session_id, &label)).transpose()?,
            scope: read_scope(&self.scope),
            relationship: self.relationship_id.map(RelationshipId),
            grant: self.grant_id.map(GrantId),
            created_at: self.created_at,
            last_used_at: self.last_used_at,
            idle: Idle::of_stored(self.idle_minutes),
            expires_at: self.expires_at,
        })
    }
}

/// A scope this version does not know allows the least.
fn read_scope(scope: &str) -> Scope {
    Scope::parse(scope).unwrap_or(Scope { write: false, delete: false })
}

/// Starts a session with its first refresh token; sessions beyond [`MOST`] are dropped, least recently used first.
pub fn insert(
    conn: &mut PgConnection,
    key: &AccountKey,
    token: &RefreshToken,
    wanted: &Wanted,
    now: DateTime<Utc>,
) -> Result<Lease, Error> {
    let Wanted { label, scope, idle, relationship, lent } = wanted;
    let expires_at = until(now, *idle, lent.map(|lent| lent.until));
    let lease = Lease { id: token.session, scope: *scope, idle: *idle, relationship: *relationship, expires_at };
    diesel::insert_into(sessions::table)
        .values((
            sessions::account_id.eq(token.account.0),
            sessions::session_id.eq(token.session.0),
            sessions::label_sealed.eq(label.as_deref().map(|label| key.seal(LABEL, token.session.0, label)).transpose()?),
            sessions::scope.eq(scope.as_str()),
            sessions::created_at.eq(now),
            sessions::last_used_at.eq(now),
            sessions::expires_at.eq(lease.expires_at),
            sessions::idle_minutes.eq(idle.minutes()),
            sessions::relationship_id.eq(relationship.map(|id| id.0)),
            sessions::grant_id.eq(lent.map(|lent| lent.grant.0)),
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
    Ok(lease)
}

/// When a session ends that is not used from now on: never later than what it came by.
fn until(now: DateTime<Utc>, idle: Idle, lent_until: Option<DateTime<Utc>>) -> DateTime<Utc> {
    let idle = now + idle.time();
    lent_until.map_or(idle, |end| idle.min(end))
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
    Rotated(Lease),
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
        .select((sessions::scope, sessions::idle_minutes, sessions::relationship_id, sessions::grant_id))
        .for_update()
        .first::<(String, i32, Option<Uuid>, Option<Uuid>)>(conn)
        .optional()?;
    let Some((scope, idle, relationship, grant)) = living else { return Ok(Rotation::Unknown) };
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
            let idle = Idle::of_stored(idle);
            let expires_at = until(now, idle, grant.map(|grant| end_of_grant(conn, shown.account, grant)).transpose()?);
            let relationship = relationship.map(RelationshipId);
            let lease = Lease { id: shown.session, scope: read_scope(&scope), idle, relationship, expires_at };
            diesel::update(own).set((sessions::last_used_at.eq(now), sessions::expires_at.eq(lease.expires_at))).execute(conn)?;
            Ok(Rotation::Rotated(lease))
        }
    }
}

fn end_of_grant(conn: &mut PgConnection, account: AccountId, id: Uuid) -> Result<DateTime<Utc>, Error> {
    let own = grants::table.filter(grants::account_id.eq(account.0).and(grants::id.eq(id)));
    Ok(own.select(grants::expires_at).first(conn)?)
}

/// A token used longer ago than any session may lie idle is forgotten. Not sooner where this one may lie for minutes: a thief who goes
/// on refreshing keeps it alive, and the owner's copy that comes the next morning must still end it.
fn forget_used(conn: &mut PgConnection, shown: &RefreshToken, now: DateTime<Utc>) -> Result<(), Error> {
    diesel::delete(refresh_tokens::table)
        .filter(refresh_tokens::account_id.eq(shown.account.0).and(refresh_tokens::session_id.eq(shown.session.0)))
        .filter(refresh_tokens::used_at.lt(now - Idle::LONGEST.time()))
        .execute(conn)?;
    Ok(())
}

/// What a living session lies as: its end, its relationship, whether there is a PIN and until when it is unlocked, and the terms of
/// the grant that it came by.
type Found = (DateTime<Utc>, Option<Uuid>, bool, Option<DateTime<Utc>>, Option<Terms>);

#[derive(Queryable, Selectable)]
#[diesel(table_name = grants)]
struct Terms {
    id: Uuid,
    relationship_id: Uuid,
    first_day: Option<NaiveDate>,
    last_day: Option<NaiveDate>,
    dimensions: Option<Vec<Option<i16>>>,
    notes: bool,
}

impl Terms {
    fn read(self) -> Result<Reach, Error> {
        let damaged = || Error::internal("a stored grant has dimensions this version does not know");
        let some = |numbers: Vec<Option<i16>>| {
            let numbers: Vec<i16> = numbers.into_iter().flatten().collect();
            Dimensions::of_numbers(&numbers).ok_or_else(damaged)
        };
        Ok(Reach::Loan(Loan {
            grant: GrantId(self.id),
            relationship: RelationshipId(self.relationship_id),
            from: self.first_day,
            to: self.last_day,
            dimensions: self.dimensions.map(some).transpose()?,
            notes: self.notes,
        }))
    }
}

/// The session of a token and what it reaches, where it lives and the key that signed it was not withdrawn, in one query. A grant
/// that was ended or is over ends its sessions, whatever their rows say.
pub fn alive(conn: &mut PgConnection, token: &Verified, now: DateTime<Utc>) -> Result<Option<Living>, Error> {
    let (account, session) = (token.identity.account.0, token.identity.session.0);
    let withdrawn = withdrawn_signing_keys::table.filter(withdrawn_signing_keys::kid.eq(&token.kid));
    let has_pin = exists(account_pins::table.filter(account_pins::account_id.eq(account)));
    let lends = grants::ended_at.is_null().and(grants::expires_at.gt(now));
    let of_session = grants::account_id.eq(sessions::account_id).and(sessions::grant_id.eq(grants::id.nullable()));
    let found: Option<Found> = sessions::table
        .left_join(grants::table.on(of_session))
        .filter(sessions::account_id.eq(account).and(sessions::session_id.eq(session)))
        .filter(sessions::ended_at.is_null().and(sessions::expires_at.gt(now)))
        .filter(sessions::grant_id.is_null().or(lends.nullable().is_not_distinct_from(true)))
        .filter(not(exists(withdrawn)))
        .select((sessions::expires_at, sessions::relationship_id, has_pin, sessions::unlocked_until, Option::<Terms>::as_select()))
        .first(conn)
        .optional()?;
    let Some((until, relationship, has_pin, unlocked_until, terms)) = found else { return Ok(None) };
    let lock = Lock::of(has_pin, unlocked_until);
    let (reach, lock) = match (terms, relationship) {
        // The PIN is the person's own; whoever was let in knows none.
        (Some(terms), _) => (terms.read()?, Lock::Absent),
        (None, Some(relationship)) => (Reach::Tie(RelationshipId(relationship)), lock),
        (None, None) => (Reach::Whole, lock),
    };
    Ok(Some(Living { lock, reach, until }))
}

/// The living sessions, newest first.
pub fn list(conn: &mut PgConnection, key: &AccountKey, page: &PageRequest<Uuid>, now: DateTime<Utc>) -> Result<Page<Session, Uuid>, Error> {
    let mut query = sessions::table
        .filter(sessions::account_id.eq(key.account().0))
        .filter(sessions::ended_at.is_null().and(sessions::expires_at.gt(now)))
        .select(Row::as_select())
        .order(sessions::session_id.desc())
        .limit(page.limit + 1)
        .into_boxed();
    if let Some(after) = page.after {
        query = query.filter(sessions::session_id.lt(after));
    }
    let rows = query.load(conn)?.into_iter().map(|row| row.read(key)).collect::<Result<Vec<_>, _>>()?;
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

/// Ends them all, and every grant.
pub fn end_all(conn: &mut PgConnection, account: AccountId, now: DateTime<Utc>) -> Result<(), Error> {
    diesel::update(sessions::table)
        .filter(sessions::account_id.eq(account.0).and(sessions::ended_at.is_null()))
        .set(sessions::ended_at.eq(now))
        .execute(conn)?;
    // After the sessions: one that is making a grant holds its session's row until the grant is there to be seen.
    accounts::end_grants(conn, account, now)
}
