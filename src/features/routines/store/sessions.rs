//! Rows of the times that adopted practices were done. What was shared lies sealed.

use chrono::{DateTime, NaiveDate, Utc};
use diesel::prelude::*;
use diesel::sql_types::{Date, Timestamptz, Uuid as SqlUuid};
use uuid::Uuid;

use super::hold;
use crate::db::creation::{Creation, Made, Start};
use crate::db::place;
use crate::db::schema::{adopted_practices, practice_sessions as t};
use crate::db::tombstones::{self, Kind};
use crate::db::vault::Sealed;
use crate::db::{AccountKey, Conn, copies};
use crate::features::interactions::model::{actor_code, actor_of};
use crate::features::routines::model::{MAX_SESSIONS, PracticeSession, RestoredSession, Told, ToldChange, check_day};
use crate::kernel::page::{Page, PageRequest};
use crate::kernel::sealed::Column;
use crate::kernel::{AccountId, AdoptedPracticeId, Code, Error, FieldError, PracticeSessionId, RelationshipId, zone};

/// Where a page of the list goes on: the latest day first.
pub type Position = (NaiveDate, DateTime<Utc>, Uuid);

const CHALLENGE: Column = Column { table: "practice_sessions", name: "challenge_sealed" };
const WIN: Column = Column { table: "practice_sessions", name: "win_sealed" };

#[derive(Queryable, Selectable)]
#[diesel(table_name = t)]
struct Row {
    id: Uuid,
    adopted_practice_id: Uuid,
    relationship_id: Uuid,
    local_date: NaiveDate,
    started_by: i16,
    took_part: i16,
    screen_free: Option<bool>,
    felt: Option<i16>,
    challenge_sealed: Option<Sealed>,
    win_sealed: Option<Sealed>,
    request_digest: Vec<u8>,
    version: i64,
    created_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
}

impl Row {
    fn read(self, key: &AccountKey) -> Result<PracticeSession, Error> {
        let damaged = || Error::internal("a stored practice session has a number this version does not know");
        let told = Told {
            local_date: Some(self.local_date),
            started_by: actor_of(self.started_by).ok_or_else(damaged)?,
            took_part: actor_of(self.took_part).ok_or_else(damaged)?,
            screen_free: self.screen_free,
            felt: self.felt,
            challenge: self.challenge_sealed.map(|words| key.open(CHALLENGE, self.id, &words)).transpose()?,
            win: self.win_sealed.map(|words| key.open(WIN, self.id, &words)).transpose()?,
        };
        Ok(PracticeSession {
            id: PracticeSessionId(self.id),
            practice: AdoptedPracticeId(self.adopted_practice_id),
            relationship: RelationshipId(self.relationship_id),
            local_date: self.local_date,
            told,
            version: self.version,
            created_at: self.created_at,
            updated_at: self.updated_at,
        })
    }
}

#[diesel::dsl::auto_type]
fn own(account: Uuid, practice: Uuid, id: Uuid) -> _ {
    t::table.filter(t::account_id.eq(account).and(t::adopted_practice_id.eq(practice)).and(t::id.eq(id)))
}

type Columns = (
    diesel::dsl::Eq<t::local_date, NaiveDate>,
    diesel::dsl::Eq<t::started_by, i16>,
    diesel::dsl::Eq<t::took_part, i16>,
    diesel::dsl::Eq<t::screen_free, Option<bool>>,
    diesel::dsl::Eq<t::felt, Option<i16>>,
    diesel::dsl::Eq<t::challenge_sealed, Option<Sealed>>,
    diesel::dsl::Eq<t::win_sealed, Option<Sealed>>,
);

fn columns(key: &AccountKey, id: Uuid, day: NaiveDate, told: &Told) -> Result<Columns, Error> {
    Ok((
        t::local_date.eq(day),
        t::started_by.eq(actor_code(told.started_by)),
        t::took_part.eq(actor_code(told.took_part)),
        t::screen_free.eq(told.screen_free),
        t::felt.eq(told.felt),
        t::challenge_sealed.eq(told.challenge.as_deref().map(|words| key.seal(CHALLENGE, id, words)).transpose()?),
        t::win_sealed.eq(told.win.as_deref().map(|words| key.seal(WIN, id, words)).transpose()?),
    ))
}

fn settled(day: NaiveDate, today: NaiveDate) -> Result<NaiveDate, Error> {
    check_day(day, today).map_err(|(code, detail)| Error::invalid(vec![FieldError::new("/local_date", code, detail)]))
}

/// Notes a time that a practice was done, unless the same request did before.
pub fn create(
    conn: &mut Conn,
    key: &AccountKey,
    practice: AdoptedPracticeId,
    told: &Told,
    creation: &Creation,
) -> Result<Made<PracticeSession>, Error> {
    let account = key.account();
    let id = match creation.begin(conn, account, Kind::PracticeSession)? {
        Start::Replay(id) => return Ok(Made { fresh: false, value: get(conn, key, practice, PracticeSessionId(id))? }),
        Start::Make(id) => id,
    };
    let before = t::table.filter(t::account_id.eq(account.0).and(t::id.eq(id)));
    if let Some(row) = before.select(Row::as_select()).first::<Row>(conn).optional()? {
        creation.recognise(&row.request_digest)?;
        return Ok(Made { fresh: false, value: row.read(key)? });
    }
    let of = hold(conn, account, practice)?;
    let there: i64 = t::table.filter(t::account_id.eq(account.0).and(t::adopted_practice_id.eq(practice.0))).count().get_result(conn)?;
    if there >= MAX_SESSIONS {
        return Err(Error::new(Code::LimitReached));
    }
    let today = zone::local_date(creation.now, of.plan.time_zone);
    let day = settled(told.local_date.unwrap_or(today), today)?;
    let row: Row = diesel::insert_into(t::table)
        .values((
            (t::account_id.eq(account.0), t::id.eq(id), t::adopted_practice_id.eq(practice.0), t::relationship_id.eq(of.relationship.0)),
            columns(key, id, day, told)?,
            t::request_digest.eq(creation.digest.as_slice()),
            (t::created_at.eq(creation.now), t::updated_at.eq(creation.now)),
        ))
        .returning(Row::as_returning())
        .get_result(conn)?;
    Ok(Made { fresh: true, value: row.read(key)? })
}

/// The session, or the reason why there is none.
pub fn get(conn: &mut Conn, key: &AccountKey, practice: AdoptedPracticeId, id: PracticeSessionId) -> Result<PracticeSession, Error> {
    match own(key.account().0, practice.0, id.0).select(Row::as_select()).first::<Row>(conn).optional()? {
        Some(row) => row.read(key),
        None => Err(missing(conn, key.account(), practice, id)?),
    }
}

fn missing(conn: &mut Conn, account: AccountId, practice: AdoptedPracticeId, id: PracticeSessionId) -> Result<Error, Error> {
    tombstones::refuse_buried(conn, account, Kind::PracticeSession, id.0)?;
    tombstones::missing(conn, account, Kind::AdoptedPractice, practice.0)
}

/// A page of a practice's sessions, the latest day first.
pub fn list(
    conn: &mut Conn,
    key: &AccountKey,
    practice: AdoptedPracticeId,
    page: &PageRequest<Position>,
) -> Result<Page<PracticeSession, Position>, Error> {
    super::get(conn, key.account(), practice)?;
    let mut query = t::table
        .filter(t::account_id.eq(key.account().0).and(t::adopted_practice_id.eq(practice.0)))
        .select(Row::as_select())
        .order((t::local_date.desc(), t::created_at.desc(), t::id.desc()))
        .limit(page.limit + 1)
        .into_boxed();
    if let Some((day, at, id)) = page.after {
        query = query.filter(place::before::<(Date, Timestamptz, SqlUuid), _, _>((t::local_date, t::created_at, t::id), (day, at, id)));
    }
    let rows = query.load(conn)?.into_iter().map(|row: Row| row.read(key)).collect::<Result<Vec<_>, _>>()?;
    Ok(Page::from_fetched(rows, page.limit, |one: &PracticeSession| (one.local_date, one.created_at, one.id.0)))
}

/// Applies a change. `check` sees the stored version first.
pub fn update(
    conn: &mut Conn,
    key: &AccountKey,
    (practice, id): (AdoptedPracticeId, PracticeSessionId),
    change: ToldChange,
    check: impl FnOnce(i64) -> Result<(), Error>,
    now: DateTime<Utc>,
) -> Result<PracticeSession, Error> {
    let account = key.account();
    let Some(row) = own(account.0, practice.0, id.0).select(Row::as_select()).for_update().first::<Row>(conn).optional()? else {
        return Err(missing(conn, account, practice, id)?);
    };
    let stored = row.read(key)?;
    check(stored.version)?;
    let of = adopted_practices::account_id.eq(account.0).and(adopted_practices::id.eq(practice.0));
    let name: String = adopted_practices::table.filter(of).select(adopted_practices::time_zone).first(conn)?;
    let zone = zone::parse(&name).map_err(|_| Error::internal("a stored adopted practice has an unknown zone"))?;
    let told = change.apply(stored.told);
    let day = settled(told.local_date.unwrap_or(stored.local_date), zone::local_date(now, zone))?;
    let changed: Row = diesel::update(own(account.0, practice.0, id.0))
        .set((columns(key, id.0, day, &told)?, t::version.eq(t::version + 1), t::updated_at.eq(now)))
        .returning(Row::as_returning())
        .get_result(conn)?;
    changed.read(key)
}

/// Removes a session; its id stays taken, without content.
pub fn delete(
    conn: &mut Conn,
    account: AccountId,
    practice: AdoptedPracticeId,
    id: PracticeSessionId,
    now: DateTime<Utc>,
) -> Result<(), Error> {
    copies::forget(conn, account)?;
    let removed = diesel::delete(own(account.0, practice.0, id.0)).returning(t::relationship_id).get_result::<Uuid>(conn).optional()?;
    match removed {
        Some(tie) => tombstones::bury(conn, account, Kind::PracticeSession, (id.0, tie), now),
        None => Err(missing(conn, account, practice, id)?),
    }
}

/// Marks the ids of a practice's sessions as removed.
pub fn bury_of(
    conn: &mut Conn,
    account: AccountId,
    practice: AdoptedPracticeId,
    tie: RelationshipId,
    now: DateTime<Utc>,
) -> Result<(), Error> {
    let of = t::table.filter(t::account_id.eq(account.0).and(t::adopted_practice_id.eq(practice.0)));
    let ids: Vec<Uuid> = of.select(t::id).load(conn)?;
    let ids: Vec<_> = ids.into_iter().map(|id| (id, tie.0)).collect();
    tombstones::bury_many(conn, account, Kind::PracticeSession, &ids, now)
}

/// The sessions of a relationship on some days, oldest first: what a comparison of before and after reads. No words are opened.
pub fn of_relationship(
    conn: &mut Conn,
    account: AccountId,
    relationship: RelationshipId,
    (from, to): (NaiveDate, NaiveDate),
) -> Result<Vec<(AdoptedPracticeId, NaiveDate, bool)>, Error> {
    let of = t::table.filter(t::account_id.eq(account.0).and(t::relationship_id.eq(relationship.0)));
    let rows: Vec<(Uuid, NaiveDate, i16)> = of
        .filter(t::local_date.between(from, to))
        .order((t::local_date.asc(), t::id.asc()))
        .limit(MAX_SESSIONS)
        .select((t::adopted_practice_id, t::local_date, t::took_part))
        .load(conn)?;
    Ok(rows.into_iter().map(|(practice, day, part)| (AdoptedPracticeId(practice), day, part == BOTH)).collect())
}

/// How `took_part` is stored where both did.
const BOTH: i16 = 3;

/// Sessions of the account in the order of their ids, after one of them.
pub fn sessions_after(conn: &mut Conn, key: &AccountKey, id: Uuid, limit: i64) -> Result<Vec<PracticeSession>, Error> {
    let rest = t::table.filter(t::account_id.eq(key.account().0).and(t::id.gt(id)));
    let rows: Vec<Row> = rest.order(t::id.asc()).limit(limit).select(Row::as_select()).load(conn)?;
    rows.into_iter().map(|row| row.read(key)).collect()
}

/// Stores sessions as they were elsewhere; their practices are there.
pub fn restore(conn: &mut Conn, key: &AccountKey, all: &[RestoredSession]) -> Result<(), Error> {
    for some in all.chunks(1_000) {
        let row = |RestoredSession { session, digest }: &RestoredSession| -> Result<_, Error> {
            Ok((
                (t::account_id.eq(key.account().0), t::id.eq(session.id.0)),
                (t::adopted_practice_id.eq(session.practice.0), t::relationship_id.eq(session.relationship.0)),
                columns(key, session.id.0, session.local_date, &session.told)?,
                t::request_digest.eq(digest.to_vec()),
                (t::created_at.eq(session.created_at), t::updated_at.eq(session.updated_at)),
            ))
        };
        diesel::insert_into(t::table).values(some.iter().map(row).collect::<Result<Vec<_>, _>>()?).execute(conn)?;
    }
    Ok(())
}
