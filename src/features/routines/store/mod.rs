//! Rows of adopted practices.

mod history;
mod sessions;

use chrono::{DateTime, NaiveDate, NaiveTime, Utc};
use diesel::prelude::*;
use diesel::sql_types::{Timestamptz, Uuid as SqlUuid};
use uuid::Uuid;

use super::model::{
    Adopted, AdoptedPractice, MAX_ADOPTED, MAX_LIVE, NewAdoption, Plan, PlanChange, RestoredPractice, Rhythm, Situation, Turns,
};
use crate::db::creation::{Creation, Made, Start};
use crate::db::place;
use crate::db::schema::{accounts, adopted_practices as t};
use crate::db::tombstones::{self, Kind};
use crate::db::{Conn, copies};
use crate::features::{accounts as people, relationships};
use crate::kernel::page::{Page, PageRequest};
use crate::kernel::{AccountId, AdoptedPracticeId, Code, Error, RelationshipId, zone};
pub use history::{histories, situation_of, standing};
pub use sessions::{
    create as create_session, delete as delete_session, get as get_session, list as list_sessions, of_relationship as sessions_of,
    restore as restore_sessions, sessions_after, update as update_session,
};

/// Where a page of the list goes on: newest first.
pub type Position = (DateTime<Utc>, Uuid);

#[derive(Queryable, Selectable)]
#[diesel(table_name = t)]
pub struct Row {
    pub id: Uuid,
    pub relationship_id: Uuid,
    practice: String,
    practice_version: i32,
    takes_two: bool,
    resets_on_contact: bool,
    turns: String,
    cadence: Option<String>,
    starts_on: NaiveDate,
    time_of_day: Option<NaiveTime>,
    time_zone: String,
    rests: serde_json::Value,
    snoozed_until: Option<NaiveDate>,
    adopted_on: NaiveDate,
    dropped_on: Option<NaiveDate>,
    request_digest: Vec<u8>,
    version: i64,
    created_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
}

impl Row {
    pub fn read(self) -> Result<AdoptedPractice, Error> {
        let damaged = || Error::internal("a stored adopted practice has a word this version does not know");
        let plan = Plan {
            turns: Turns::parse(&self.turns).ok_or_else(damaged)?,
            cadence: self.cadence.as_deref().map(Rhythm::parse).transpose().map_err(|_| damaged())?,
            starts_on: self.starts_on,
            time_of_day: self.time_of_day,
            time_zone: zone::parse(&self.time_zone).map_err(|_| damaged())?,
            rests: serde_json::from_value(self.rests).map_err(|_| damaged())?,
            snoozed_until: self.snoozed_until,
            dropped_on: self.dropped_on,
        };
        let adopted = Adopted {
            practice: self.practice,
            version: u32::try_from(self.practice_version).map_err(Error::internal)?,
            takes_two: self.takes_two,
            resets_on_contact: self.resets_on_contact,
        };
        Ok(AdoptedPractice {
            id: AdoptedPracticeId(self.id),
            relationship: RelationshipId(self.relationship_id),
            adopted,
            plan,
            adopted_on: self.adopted_on,
            version: self.version,
            created_at: self.created_at,
            updated_at: self.updated_at,
        })
    }
}

#[diesel::dsl::auto_type]
fn own(account: Uuid, id: Uuid) -> _ {
    t::table.filter(t::account_id.eq(account).and(t::id.eq(id)))
}

/// Adopts a practice in a relationship, unless the same request did before.
pub fn create(
    conn: &mut Conn,
    account: AccountId,
    relationship: RelationshipId,
    new: &NewAdoption,
    creation: &Creation,
) -> Result<Made<AdoptedPractice>, Error> {
    let id = match creation.begin(conn, account, Kind::AdoptedPractice)? {
        Start::Replay(id) => return Ok(Made { fresh: false, value: get(conn, account, AdoptedPracticeId(id))? }),
        Start::Make(id) => id,
    };
    if let Some(row) = own(account.0, id).select(Row::as_select()).first::<Row>(conn).optional()? {
        creation.recognise(&row.request_digest)?;
        return Ok(Made { fresh: false, value: row.read()? });
    }
    refuse_too_many(conn, account)?;
    relationships::hold(conn, account, relationship)?;
    new.check_kind(&relationships::find(conn, account, relationship)?.details)?;
    let (plan, adopted_on) = new.settle(people::time_zone_of(conn, account)?, creation.now)?;
    let row: Row = diesel::insert_into(t::table)
        .values((
            (t::account_id.eq(account.0), t::id.eq(id), t::relationship_id.eq(relationship.0)),
            of_practice(&new.adopted)?,
            of_plan(&plan)?,
            t::adopted_on.eq(adopted_on),
            t::request_digest.eq(creation.digest.as_slice()),
            (t::created_at.eq(creation.now), t::updated_at.eq(creation.now)),
        ))
        .returning(Row::as_returning())
        .get_result(conn)?;
    Ok(Made { fresh: true, value: row.read()? })
}

/// The account's row is held while counting, so that two requests cannot both take the last place. It comes before every other row that is held,
/// as where an account or a relationship is erased: two that want both wait for one another in one order.
fn refuse_too_many(conn: &mut Conn, account: AccountId) -> Result<(), Error> {
    hold_account(conn, account)?;
    let all = t::table.filter(t::account_id.eq(account.0));
    let total: i64 = all.count().get_result(conn)?;
    let live: i64 = all.filter(t::dropped_on.is_null()).count().get_result(conn)?;
    if total < MAX_ADOPTED && live < MAX_LIVE { Ok(()) } else { Err(Error::new(Code::LimitReached)) }
}

fn hold_account(conn: &mut Conn, account: AccountId) -> Result<(), Error> {
    accounts::table.filter(accounts::account_id.eq(account.0)).select(accounts::version).for_no_key_update().first::<i64>(conn)?;
    Ok(())
}

type OfPractice = (
    diesel::dsl::Eq<t::practice, String>,
    diesel::dsl::Eq<t::practice_version, i32>,
    diesel::dsl::Eq<t::takes_two, bool>,
    diesel::dsl::Eq<t::resets_on_contact, bool>,
);

fn of_practice(adopted: &Adopted) -> Result<OfPractice, Error> {
    Ok((
        t::practice.eq(adopted.practice.clone()),
        t::practice_version.eq(i32::try_from(adopted.version).map_err(Error::internal)?),
        t::takes_two.eq(adopted.takes_two),
        t::resets_on_contact.eq(adopted.resets_on_contact),
    ))
}

type OfPlan = (
    diesel::dsl::Eq<t::turns, &'static str>,
    diesel::dsl::Eq<t::cadence, Option<String>>,
    diesel::dsl::Eq<t::starts_on, NaiveDate>,
    diesel::dsl::Eq<t::time_of_day, Option<NaiveTime>>,
    diesel::dsl::Eq<t::time_zone, &'static str>,
    diesel::dsl::Eq<t::rests, serde_json::Value>,
    diesel::dsl::Eq<t::snoozed_until, Option<NaiveDate>>,
    diesel::dsl::Eq<t::dropped_on, Option<NaiveDate>>,
);

fn of_plan(plan: &Plan) -> Result<OfPlan, Error> {
    Ok((
        t::turns.eq(plan.turns.as_str()),
        t::cadence.eq(plan.cadence.as_ref().map(ToString::to_string)),
        t::starts_on.eq(plan.starts_on),
        t::time_of_day.eq(plan.time_of_day),
        t::time_zone.eq(plan.time_zone.name()),
        t::rests.eq(serde_json::to_value(&plan.rests).map_err(Error::internal)?),
        t::snoozed_until.eq(plan.snoozed_until),
        t::dropped_on.eq(plan.dropped_on),
    ))
}

/// The adopted practice, or the reason why there is none.
pub fn get(conn: &mut Conn, account: AccountId, id: AdoptedPracticeId) -> Result<AdoptedPractice, Error> {
    match own(account.0, id.0).select(Row::as_select()).first::<Row>(conn).optional()? {
        Some(row) => row.read(),
        None => Err(tombstones::missing(conn, account, Kind::AdoptedPractice, id.0)?),
    }
}

/// Keeps the adopted practice, and its relationship, from going until the transaction ends.
fn hold(conn: &mut Conn, account: AccountId, id: AdoptedPracticeId) -> Result<AdoptedPractice, Error> {
    let found = get(conn, account, id)?;
    // An erasure holds the relationship first.
    relationships::hold(conn, account, found.relationship)?;
    match own(account.0, id.0).select(Row::as_select()).for_key_share().first::<Row>(conn).optional()? {
        Some(row) => row.read(),
        None => Err(tombstones::missing(conn, account, Kind::AdoptedPractice, id.0)?),
    }
}

/// Applies a change. `check` sees the stored version first.
pub fn update(
    conn: &mut Conn,
    account: AccountId,
    id: AdoptedPracticeId,
    change: PlanChange,
    check: impl FnOnce(i64) -> Result<(), Error>,
    now: DateTime<Utc>,
) -> Result<AdoptedPractice, Error> {
    // Whether it was dropped is looked at again below, once its row is held.
    let may_take_up = change.dropped_on == Some(None);
    if may_take_up {
        hold_account(conn, account)?;
    }
    let Some(row) = own(account.0, id.0).select(Row::as_select()).for_update().first::<Row>(conn).optional()? else {
        return Err(tombstones::missing(conn, account, Kind::AdoptedPractice, id.0)?);
    };
    let stored = row.read()?;
    check(stored.version)?;
    if may_take_up && stored.plan.dropped_on.is_some() {
        refuse_too_many(conn, account)?;
    }
    let plan = change.apply(stored.plan, stored.adopted_on, now)?;
    let changed: Row = diesel::update(own(account.0, id.0))
        .set((of_plan(&plan)?, t::version.eq(t::version + 1), t::updated_at.eq(now)))
        .returning(Row::as_returning())
        .get_result(conn)?;
    changed.read()
}

/// Removes an adopted practice with its sessions; the ids stay taken, without content.
pub fn delete(conn: &mut Conn, account: AccountId, id: AdoptedPracticeId, now: DateTime<Utc>) -> Result<(), Error> {
    copies::forget(conn, account)?;
    let tie = hold(conn, account, id)?.relationship;
    sessions::bury_of(conn, account, id, tie, now)?;
    tombstones::bury(conn, account, Kind::AdoptedPractice, (id.0, tie.0), now)?;
    diesel::delete(own(account.0, id.0)).execute(conn)?;
    Ok(())
}

/// A page of a relationship's, newest first.
pub fn list(
    conn: &mut Conn,
    account: AccountId,
    relationship: RelationshipId,
    page: &PageRequest<Position>,
) -> Result<Page<AdoptedPractice, Position>, Error> {
    relationships::find(conn, account, relationship)?;
    let mut query = t::table
        .filter(t::account_id.eq(account.0).and(t::relationship_id.eq(relationship.0)))
        .select(Row::as_select())
        .order((t::created_at.desc(), t::id.desc()))
        .limit(page.limit + 1)
        .into_boxed();
    if let Some((at, id)) = page.after {
        query = query.filter(place::before::<(Timestamptz, SqlUuid), _, _>((t::created_at, t::id), (at, id)));
    }
    let rows = query.load(conn)?.into_iter().map(Row::read).collect::<Result<Vec<_>, _>>()?;
    Ok(Page::from_fetched(rows, page.limit, |row: &AdoptedPractice| (row.created_at, row.id.0)))
}

/// The account's that are not dropped, each with what it depends on of its relationship: at most [`MAX_LIVE`].
pub fn live(conn: &mut Conn, account: AccountId) -> Result<Vec<(AdoptedPractice, relationships::model::Details, Situation)>, Error> {
    let rows: Vec<Row> = t::table
        .filter(t::account_id.eq(account.0).and(t::dropped_on.is_null()))
        .order(t::id.asc())
        .limit(MAX_LIVE)
        .select(Row::as_select())
        .load(conn)?;
    let ties: Vec<RelationshipId> = rows.iter().map(|row| RelationshipId(row.relationship_id)).collect();
    let known = relationships::with_quiet(conn, account, &ties)?;
    let with = |row: Row| -> Result<_, Error> {
        let practice = row.read()?;
        let missing = || Error::internal("an adopted practice has no relationship");
        let (details, not_active) = known.get(&practice.relationship).ok_or_else(missing)?;
        let situation = situation_of(details, not_active);
        Ok((practice, details.clone(), situation))
    };
    rows.into_iter().map(with).collect()
}

/// Adopted practices of the account in the order of their ids, after one of them.
pub fn after(conn: &mut Conn, account: AccountId, id: Uuid, limit: i64) -> Result<Vec<AdoptedPractice>, Error> {
    let rest = t::table.filter(t::account_id.eq(account.0).and(t::id.gt(id)));
    let rows: Vec<Row> = rest.order(t::id.asc()).limit(limit).select(Row::as_select()).load(conn)?;
    rows.into_iter().map(Row::read).collect()
}

/// Stores adopted practices as they were elsewhere; their relationships are there.
pub fn restore(conn: &mut Conn, account: AccountId, all: &[RestoredPractice]) -> Result<(), Error> {
    for some in all.chunks(1_000) {
        let row = |RestoredPractice { practice, digest }: &RestoredPractice| -> Result<_, Error> {
            Ok((
                (t::account_id.eq(account.0), t::id.eq(practice.id.0), t::relationship_id.eq(practice.relationship.0)),
                of_practice(&practice.adopted)?,
                of_plan(&practice.plan)?,
                t::adopted_on.eq(practice.adopted_on),
                t::request_digest.eq(digest.to_vec()),
                (t::created_at.eq(practice.created_at), t::updated_at.eq(practice.updated_at)),
            ))
        };
        diesel::insert_into(t::table).values(some.iter().map(row).collect::<Result<Vec<_>, _>>()?).execute(conn)?;
    }
    Ok(())
}
