//! Rows of step-back tests. What people wrote in them is sealed.

use chrono::{DateTime, NaiveDate, Utc};
use diesel::dsl::count_star;
use diesel::prelude::*;
use diesel::sql_types::{Timestamptz, Uuid as SqlUuid};
use uuid::Uuid;

use super::model::{Experiment, MAX_PER_RELATIONSHIP, Plan, Restored, StopRule, last_day};
use crate::db::creation::{Creation, Start};
use crate::db::place;
use crate::db::schema::experiments as t;
use crate::db::tombstones::{self, Kind};
use crate::db::vault::Sealed;
use crate::db::{AccountKey, Conn, copies};
use crate::features::comparisons::model::DaySpan;
use crate::features::interactions::model::{dimension_code, dimension_of};
use crate::kernel::page::{Page, PageRequest};
use crate::kernel::sealed::Column;
use crate::kernel::{AccountId, Error, ExperimentId, RelationshipId};

/// Where a page of the list goes on: newest first.
pub type Position = (DateTime<Utc>, Uuid);

const HYPOTHESIS: Column = Column { table: "experiments", name: "hypothesis_sealed" };
const OWN_STOP_RULE: Column = Column { table: "experiments", name: "own_stop_rule_sealed" };
const END_NOTE: Column = Column { table: "experiments", name: "end_note_sealed" };

#[derive(Queryable, Selectable)]
#[diesel(table_name = t)]
struct Row {
    id: Uuid,
    relationship_id: Uuid,
    hypothesis_sealed: Sealed,
    own_stop_rule_sealed: Option<Sealed>,
    end_note_sealed: Option<Sealed>,
    stop_rules: Vec<i16>,
    dimensions: Vec<i16>,
    unprompted_only: bool,
    starts_on: NaiveDate,
    length_days: i16,
    stopped_on: Option<NaiveDate>,
    request_digest: Vec<u8>,
    version: i64,
    created_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
}

impl Row {
    fn read(self, key: &AccountKey) -> Result<Experiment, Error> {
        let damaged = || Error::internal("a stored test has a number this version does not know");
        let open = |column, sealed: Option<Sealed>| sealed.map(|sealed| key.open(column, self.id, &sealed)).transpose();
        let rules = self.stop_rules.iter().map(|code| StopRule::of_code(*code).ok_or_else(damaged));
        let dimensions = self.dimensions.iter().map(|code| dimension_of(*code).ok_or_else(damaged));
        Ok(Experiment {
            id: ExperimentId(self.id),
            relationship: RelationshipId(self.relationship_id),
            plan: Plan {
                hypothesis: key.open(HYPOTHESIS, self.id, &self.hypothesis_sealed)?,
                stop_rules: rules.collect::<Result<_, _>>()?,
                own_stop_rule: open(OWN_STOP_RULE, self.own_stop_rule_sealed)?,
                dimensions: dimensions.collect::<Result<_, _>>()?,
                unprompted_only: self.unprompted_only,
                starts_on: self.starts_on,
                length_days: self.length_days,
            },
            stopped_on: self.stopped_on,
            end_note: open(END_NOTE, self.end_note_sealed)?,
            version: self.version,
            created_at: self.created_at,
            updated_at: self.updated_at,
        })
    }
}

/// Which tests are looked at.
#[derive(Clone, Copy, Debug)]
pub enum Scope {
    Account,
    Tie(RelationshipId),
    One(ExperimentId),
}

/// The tests that are planned or running on a day, each with its relationship.
pub fn going_on(conn: &mut Conn, account: AccountId, scope: Scope, today: NaiveDate) -> Result<Vec<(ExperimentId, RelationshipId)>, Error> {
    let mut query = t::table
        .filter(t::account_id.eq(account.0).and(t::stopped_on.is_null()))
        .filter(place::PlusDays::new(t::starts_on, t::length_days).gt(today))
        .select((t::id, t::relationship_id))
        .into_boxed();
    match scope {
        Scope::Account => {}
        Scope::Tie(tie) => query = query.filter(t::relationship_id.eq(tie.0)),
        Scope::One(id) => query = query.filter(t::id.eq(id.0)),
    }
    let rows: Vec<(Uuid, Uuid)> = query.load(conn)?;
    Ok(rows.into_iter().map(|(id, tie)| (ExperimentId(id), RelationshipId(tie))).collect())
}

/// Ends some tests on a day, as the person does. The statement is made whether there are any or not.
pub fn stop(conn: &mut Conn, account: AccountId, ids: &[ExperimentId], day: NaiveDate, now: DateTime<Utc>) -> Result<(), Error> {
    let these = t::table.filter(t::account_id.eq(account.0).and(t::id.eq_any(ids.iter().map(|id| id.0))));
    diesel::update(these.filter(t::stopped_on.is_null()))
        .set((t::stopped_on.eq(day), t::version.eq(t::version + 1), t::updated_at.eq(now)))
        .execute(conn)?;
    Ok(())
}

/// What the same request has made before, if it has; claims its Idempotency-Key if it has not.
pub fn made_before(conn: &mut Conn, key: &AccountKey, creation: &Creation) -> Result<Option<Experiment>, Error> {
    let account = key.account();
    let id = match creation.begin(conn, account, Kind::Experiment)? {
        Start::Replay(id) => return get(conn, key, ExperimentId(id)).map(Some),
        Start::Make(id) => id,
    };
    let own = t::table.filter(t::account_id.eq(account.0).and(t::id.eq(id)));
    let Some(row) = own.select(Row::as_select()).first(conn).optional()? else { return Ok(None) };
    creation.recognise(&row.request_digest)?;
    row.read(key).map(Some)
}

/// How many tests the relationship has.
pub fn count(conn: &mut Conn, account: AccountId, tie: RelationshipId) -> Result<i64, Error> {
    Ok(t::table.filter(t::account_id.eq(account.0).and(t::relationship_id.eq(tie.0))).select(count_star()).first(conn)?)
}

/// The days of the relationship's other tests, fifty at most; none of one that was called off before it began.
pub fn other_days(conn: &mut Conn, account: AccountId, test: &Experiment) -> Result<Vec<DaySpan>, Error> {
    let rows: Vec<(NaiveDate, i16, Option<NaiveDate>)> = t::table
        .filter(t::account_id.eq(account.0).and(t::relationship_id.eq(test.relationship.0)).and(t::id.ne(test.id.0)))
        .select((t::starts_on, t::length_days, t::stopped_on))
        .limit(MAX_PER_RELATIONSHIP)
        .load(conn)?;
    let days = rows.into_iter().map(|(from, length, stopped)| DaySpan { from, to: last_day(from, length, stopped) });
    Ok(days.filter(|days| !days.is_empty()).collect())
}

/// Stores a new test.
pub fn insert(conn: &mut Conn, key: &AccountKey, tie: RelationshipId, plan: &Plan, creation: &Creation) -> Result<Experiment, Error> {
    let new = Restored {
        id: ExperimentId(creation.id),
        digest: creation.digest,
        relationship: tie,
        plan: plan.clone(),
        stopped_on: None,
        end_note: None,
        created_at: creation.now,
        updated_at: creation.now,
    };
    restore(conn, key, &[new])?;
    get(conn, key, ExperimentId(creation.id))
}

/// Stores tests as they are given; their relationships are there.
pub fn restore(conn: &mut Conn, key: &AccountKey, some: &[Restored]) -> Result<(), Error> {
    // A statement takes 65,535 parameters at most.
    for some in some.chunks(1_000) {
        let row = |one: &Restored| -> Result<_, Error> {
            let (id, plan) = (one.id.0, &one.plan);
            let seal = |column, words: Option<&String>| words.map(|words| key.seal(column, id, words)).transpose();
            Ok((
                (t::account_id.eq(key.account().0), t::id.eq(id), t::relationship_id.eq(one.relationship.0)),
                t::hypothesis_sealed.eq(key.seal(HYPOTHESIS, id, &plan.hypothesis)?),
                t::own_stop_rule_sealed.eq(seal(OWN_STOP_RULE, plan.own_stop_rule.as_ref())?),
                t::end_note_sealed.eq(seal(END_NOTE, one.end_note.as_ref())?),
                t::stop_rules.eq(plan.stop_rules.iter().map(|rule| rule.code()).collect::<Vec<_>>()),
                t::dimensions.eq(plan.dimensions.iter().map(|one| dimension_code(*one)).collect::<Vec<_>>()),
                (t::unprompted_only.eq(plan.unprompted_only), t::starts_on.eq(plan.starts_on), t::length_days.eq(plan.length_days)),
                (t::stopped_on.eq(one.stopped_on), t::request_digest.eq(one.digest.to_vec())),
                (t::created_at.eq(one.created_at), t::updated_at.eq(one.updated_at)),
            ))
        };
        diesel::insert_into(t::table).values(some.iter().map(row).collect::<Result<Vec<_>, _>>()?).execute(conn)?;
    }
    Ok(())
}

/// The test, or the reason why there is none.
pub fn get(conn: &mut Conn, key: &AccountKey, id: ExperimentId) -> Result<Experiment, Error> {
    let own = t::table.filter(t::account_id.eq(key.account().0).and(t::id.eq(id.0)));
    match own.select(Row::as_select()).first(conn).optional()? {
        Some(row) => row.read(key),
        None => Err(tombstones::missing(conn, key.account(), Kind::Experiment, id.0)?),
    }
}

/// A page of a relationship's tests, newest first.
pub fn list(
    conn: &mut Conn,
    key: &AccountKey,
    tie: RelationshipId,
    page: &PageRequest<Position>,
) -> Result<Page<Experiment, Position>, Error> {
    let mut query = t::table
        .filter(t::account_id.eq(key.account().0).and(t::relationship_id.eq(tie.0)))
        .select(Row::as_select())
        .order((t::created_at.desc(), t::id.desc()))
        .limit(page.limit + 1)
        .into_boxed();
    if let Some((at, id)) = page.after {
        query = query.filter(place::before::<(Timestamptz, SqlUuid), _, _>((t::created_at, t::id), (at, id)));
    }
    let rows = query.load(conn)?.into_iter().map(|row| row.read(key)).collect::<Result<Vec<_>, _>>()?;
    Ok(Page::from_fetched(rows, page.limit, |one: &Experiment| (one.created_at, one.id.0)))
}

/// Tests of the account in the order of their ids, after one of them.
pub fn after(conn: &mut Conn, key: &AccountKey, id: Uuid, limit: i64) -> Result<Vec<Experiment>, Error> {
    let rest = t::table.filter(t::account_id.eq(key.account().0).and(t::id.gt(id)));
    let rows = rest.order(t::id.asc()).limit(limit).select(Row::as_select()).load(conn)?;
    rows.into_iter().map(|row| row.read(key)).collect()
}

/// As [`get`], and nobody else changes it until the transaction ends.
pub fn get_for_update(conn: &mut Conn, key: &AccountKey, id: ExperimentId) -> Result<Experiment, Error> {
    let own = t::table.filter(t::account_id.eq(key.account().0).and(t::id.eq(id.0)));
    match own.select(Row::as_select()).for_update().first(conn).optional()? {
        Some(row) => row.read(key),
        None => Err(tombstones::missing(conn, key.account(), Kind::Experiment, id.0)?),
    }
}

/// Stores how a test ended and what was noted of it.
pub fn replace(
    conn: &mut Conn,
    key: &AccountKey,
    id: ExperimentId,
    (stopped_on, end_note): (Option<NaiveDate>, Option<&str>),
    now: DateTime<Utc>,
) -> Result<Experiment, Error> {
    let note = end_note.map(|note| key.seal(END_NOTE, id.0, note)).transpose()?;
    let changed: Row = diesel::update(t::table.filter(t::account_id.eq(key.account().0).and(t::id.eq(id.0))))
        .set((t::stopped_on.eq(stopped_on), t::end_note_sealed.eq(note), t::version.eq(t::version + 1), t::updated_at.eq(now)))
        .returning(Row::as_returning())
        .get_result(conn)?;
    changed.read(key)
}

/// Removes a test; its id stays taken, without content.
pub fn delete(conn: &mut Conn, account: AccountId, id: ExperimentId, now: DateTime<Utc>) -> Result<(), Error> {
    copies::forget(conn, account)?;
    let own = t::table.filter(t::account_id.eq(account.0).and(t::id.eq(id.0)));
    let Some(tie) = diesel::delete(own).returning(t::relationship_id).get_result::<Uuid>(conn).optional()? else {
        return Err(tombstones::missing(conn, account, Kind::Experiment, id.0)?);
    };
    tombstones::bury(conn, account, Kind::Experiment, (id.0, tie), now)
}
