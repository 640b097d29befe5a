//! Beginning a step-back test where it may be offered, and ending it where it may be no more.
//!
//! Whether it may is worked out from the tie and from answers to the safety screen whenever somebody looks at a test: one that may not go
//! on ends then, in the same way in which the person ends one. So no time is kept at which an answer was given, and the work is the
//! same whatever the answers are.

mod debrief;

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};
use uuid::Uuid;

use super::model::{Change, Experiment, MAX_PER_RELATIONSHIP, PRACTICE, Phase, Plan, Standing};
use super::store::{self, Position, Scope};
use crate::content::Catalogue;
use crate::db::creation::{Creation, Made};
use crate::db::{AccountKey, Conn};
use crate::features::recommendations::model::Situation;
use crate::features::relationships::model::Details;
use crate::features::safety::model::Answers;
use crate::features::{accounts, relationships, safety};
use crate::kernel::page::{Page, PageRequest};
use crate::kernel::{Code, Error, ExperimentId, FieldError, RelationshipId, zone};
pub use debrief::{Debriefed, debrief};

/// Whether a test may be offered: by the tie, and by what was answered about it.
fn may_be_offered(catalogue: &Catalogue, tie: &Details, answers: &Answers, now: DateTime<Utc>) -> bool {
    let situation = Situation::new(tie, now.date_naive(), false);
    let by_tie = catalogue.practice(PRACTICE).is_some_and(|practice| situation.admits(practice));
    // All of it is worked out, whatever comes out first.
    let all = [situation.is_active, by_tie, answers.admit(catalogue.safety_screen(), PRACTICE)];
    all.into_iter().filter(|admits| *admits).count() == all.len()
}

/// Of some relationships, those where a test may be offered.
fn where_offered(
    conn: &mut Conn,
    key: &AccountKey,
    catalogue: &Catalogue,
    ties: &[RelationshipId],
    now: DateTime<Utc>,
) -> Result<Vec<RelationshipId>, Error> {
    let found = relationships::some(conn, key.account(), ties)?;
    let answered = safety::some(conn, key, ties)?.into_iter().map(|one| (one.relationship, one.answers));
    let mut answers: BTreeMap<RelationshipId, Answers> = answered.collect();
    let mut admitting = found;
    admitting.retain(|tie| may_be_offered(catalogue, &tie.details, &answers.remove(&tie.id).unwrap_or_default(), now));
    Ok(admitting.into_iter().map(|tie| tie.id).collect())
}

/// Ends the tests that may not go on, and says which day it is. As many statements whatever there is.
fn settle(conn: &mut Conn, key: &AccountKey, catalogue: &Catalogue, scope: Scope, now: DateTime<Utc>) -> Result<NaiveDate, Error> {
    let account = key.account();
    let today = zone::local_date(now, accounts::time_zone_of(conn, account)?);
    let going_on = store::going_on(conn, account, scope, today)?;
    let ties: Vec<RelationshipId> = going_on.iter().map(|(_, tie)| *tie).collect();
    let offered = where_offered(conn, key, catalogue, &ties, now)?;
    let over: Vec<ExperimentId> = going_on.into_iter().filter(|(_, tie)| !offered.contains(tie)).map(|(id, _)| id).collect();
    store::stop(conn, account, &over, today, now)?;
    Ok(today)
}

/// Begins a test, unless the same request began it before. One at a time in a relationship.
pub fn create(
    conn: &mut Conn,
    key: &AccountKey,
    catalogue: &Catalogue,
    tie: RelationshipId,
    plan: &Plan,
    creation: &Creation,
) -> Result<Made<Standing>, Error> {
    let (account, now) = (key.account(), creation.now);
    relationships::lock(conn, account, tie)?;
    let today = settle(conn, key, catalogue, Scope::Tie(tie), now)?;
    // A retry is answered as the request was, whatever may be offered by now.
    if let Some(experiment) = store::made_before(conn, key, creation)? {
        return Ok(Made { fresh: false, value: Standing { experiment, today } });
    }
    plan.check_beginning(now)?;
    let offered = where_offered(conn, key, catalogue, &[tie], now)?;
    let (others, all) = (store::going_on(conn, account, Scope::Tie(tie), today)?, store::count(conn, account, tie)?);
    if offered.is_empty() {
        return Err(Error::new(Code::NotOffered));
    }
    if !others.is_empty() || all >= MAX_PER_RELATIONSHIP {
        return Err(Error::new(Code::LimitReached));
    }
    let experiment = store::insert(conn, key, tie, plan, creation)?;
    Ok(Made { fresh: true, value: Standing { experiment, today } })
}

/// The test, or the reason why there is none.
pub fn get(conn: &mut Conn, key: &AccountKey, catalogue: &Catalogue, id: ExperimentId, now: DateTime<Utc>) -> Result<Standing, Error> {
    let today = settle(conn, key, catalogue, Scope::One(id), now)?;
    Ok(Standing { experiment: store::get(conn, key, id)?, today })
}

/// A page of a relationship's tests, newest first, or the reason why there is no such relationship.
pub fn list(
    conn: &mut Conn,
    key: &AccountKey,
    catalogue: &Catalogue,
    tie: RelationshipId,
    page: &PageRequest<Position>,
    now: DateTime<Utc>,
) -> Result<(Page<Experiment, Position>, NaiveDate), Error> {
    relationships::hold(conn, key.account(), tie)?;
    let today = settle(conn, key, catalogue, Scope::Tie(tie), now)?;
    Ok((store::list(conn, key, tie, page)?, today))
}

/// The account's tests as they stand, in the order of their ids, after one of them.
pub fn exported(
    conn: &mut Conn,
    key: &AccountKey,
    catalogue: &Catalogue,
    (id, limit): (Uuid, i64),
    now: DateTime<Utc>,
) -> Result<Vec<Standing>, Error> {
    let today = settle(conn, key, catalogue, Scope::Account, now)?;
    let found = store::after(conn, key, id, limit)?;
    Ok(found.into_iter().map(|experiment| Standing { experiment, today }).collect())
}

/// Ends a test before its time, or notes what came of it. `check` sees the number of its tag first.
pub fn update(
    conn: &mut Conn,
    key: &AccountKey,
    catalogue: &Catalogue,
    id: ExperimentId,
    change: Change,
    check: impl FnOnce(i64) -> Result<(), Error>,
    now: DateTime<Utc>,
) -> Result<Standing, Error> {
    let today = settle(conn, key, catalogue, Scope::One(id), now)?;
    let before = Standing { experiment: store::get_for_update(conn, key, id)?, today };
    check(before.tag())?;
    let stopped_on = match change.stopped_on {
        None => before.experiment.stopped_on,
        Some(day) => Some(checked_end(&before, day)?),
    };
    let end_note = change.end_note.unwrap_or(before.experiment.end_note);
    let experiment = store::replace(conn, key, id, (stopped_on, end_note.as_deref()), now)?;
    Ok(Standing { experiment, today })
}

/// The day on which a test ends before its time: one of its days that is here already, or today where it has not begun.
fn checked_end(of: &Standing, day: NaiveDate) -> Result<NaiveDate, Error> {
    let refused = |code, detail: &str| Err(Error::invalid(vec![FieldError::new("/stopped_on", code, detail)]));
    if of.experiment.stopped_on == Some(day) {
        return Ok(day);
    }
    match of.phase() {
        Phase::Ended => refused("already_over", "It is over; the day on which it ended does not change."),
        Phase::Planned if day == of.today => Ok(day),
        Phase::Running if (of.experiment.plan.starts_on..=of.today).contains(&day) => Ok(day),
        Phase::Planned | Phase::Running => refused("out_of_range", "A day of the test up to today belongs here; before it begins, today."),
    }
}
