//! What the sessions of adopted practices and the log around them come to: three statements, however many there are.

use std::collections::HashMap;

use chrono::{DateTime, Days, NaiveDate, TimeDelta, Utc};
use diesel::prelude::*;
use diesel::sql_query;
use diesel::sql_types::{Array, BigInt, Bool, Date, Nullable, SmallInt, Uuid as SqlUuid};
use uuid::Uuid;

use crate::db::Conn;
use crate::features::interactions::model::actor_of;
use crate::features::relationships;
use crate::features::relationships::model::{Context, ContextKind, Details, NotActive, Status};
use crate::features::routines::model::{AdoptedPractice, History, Rest, Situation, Standing};
use crate::kernel::{AccountId, AdoptedPracticeId, Error, zone};

/// How far back contact and kept days are looked for.
const BACK: Days = Days::new(400);
/// How long a strain without an end rests what is adopted, its first day left aside.
const WITHOUT_END: Days = Days::new(27);

#[derive(QueryableByName)]
struct Counted {
    #[diesel(sql_type = SqlUuid)]
    id: Uuid,
    #[diesel(sql_type = BigInt)]
    sessions: i64,
    #[diesel(sql_type = BigInt)]
    together: i64,
    #[diesel(sql_type = BigInt)]
    by_me: i64,
    #[diesel(sql_type = BigInt)]
    by_them: i64,
    #[diesel(sql_type = Nullable<Date>)]
    last_on: Option<NaiveDate>,
    #[diesel(sql_type = Nullable<SmallInt>)]
    last_starter: Option<i16>,
    #[diesel(sql_type = Nullable<Date>)]
    last_together: Option<NaiveDate>,
    #[diesel(sql_type = Array<Date>)]
    days: Vec<NaiveDate>,
}

/// A time counts when both take part, or where the practice is for one, whoever did it.
const COUNTED: &str = "SELECT wanted.id, done.* FROM unnest($2, $3) AS wanted (id, takes_two) CROSS JOIN LATERAL (\
     SELECT count(*) AS sessions, count(*) FILTER (WHERE s.took_part = 3) AS together, \
     count(*) FILTER (WHERE s.started_by = 1) AS by_me, count(*) FILTER (WHERE s.started_by = 2) AS by_them, max(s.local_date) AS last_on, \
     (array_agg(s.started_by ORDER BY s.local_date DESC, s.created_at DESC, s.id DESC) FILTER (WHERE s.started_by IN (1, 2)))[1] AS last_starter, \
     max(s.local_date) FILTER (WHERE s.took_part = 3) AS last_together, \
     COALESCE(array_agg(DISTINCT s.local_date) FILTER (WHERE s.local_date >= $4 AND (s.took_part = 3 OR NOT wanted.takes_two)), '{}') AS days \
     FROM practice_sessions s WHERE s.account_id = $1 AND s.adopted_practice_id = wanted.id) AS done";

#[derive(QueryableByName)]
struct Contact {
    #[diesel(sql_type = SqlUuid)]
    id: Uuid,
    #[diesel(sql_type = Array<Date>)]
    days: Vec<NaiveDate>,
}

/// The days on which the other or both did something, a relationship at a time, through the indexes of days: an entry, a plan that they set
/// a date for, a need that they met, a repair in which they moved first.
const CONTACT: &str = "SELECT wanted.id, met.days FROM unnest($2) AS wanted (id) CROSS JOIN LATERAL (\
     SELECT COALESCE(array_agg(act.local_date), '{}') AS days FROM (\
     SELECT i.local_date FROM interactions i WHERE i.account_id = $1 AND i.relationship_id = wanted.id AND i.local_date BETWEEN $3 AND $4 \
     AND i.actor IN (2, 3) UNION \
     SELECT r.settled_on FROM records r WHERE r.account_id = $1 AND r.relationship_id = wanted.id AND r.settled_on BETWEEN $3 AND $4 \
     AND r.settled_by IN (2, 3)) AS act) AS met";

/// The history of each of some adopted practices, up to now.
pub fn histories(
    conn: &mut Conn,
    account: AccountId,
    practices: &[AdoptedPractice],
    now: DateTime<Utc>,
) -> Result<HashMap<AdoptedPracticeId, History>, Error> {
    // The latest day that is today somewhere.
    let today = (now + TimeDelta::hours(14)).date_naive();
    let since = today.checked_sub_days(BACK).unwrap_or(NaiveDate::MIN);
    let (ids, two): (Vec<Uuid>, Vec<bool>) = practices.iter().map(|one| (one.id.0, one.adopted.takes_two)).unzip();
    let counted: Vec<Counted> = sql_query(COUNTED)
        .bind::<SqlUuid, _>(account.0)
        .bind::<Array<SqlUuid>, _>(ids)
        .bind::<Array<Bool>, _>(two)
        .bind::<Date, _>(since)
        .load(conn)?;
    let mut ties: Vec<Uuid> = practices.iter().filter(|one| one.adopted.resets_on_contact).map(|one| one.relationship.0).collect();
    ties.sort_unstable();
    ties.dedup();
    let contacts: Vec<Contact> = sql_query(CONTACT)
        .bind::<SqlUuid, _>(account.0)
        .bind::<Array<SqlUuid>, _>(ties)
        .bind::<Date, _>(since)
        .bind::<Date, _>(today)
        .load(conn)?;
    let contacts: HashMap<Uuid, Vec<NaiveDate>> = contacts.into_iter().map(|one| (one.id, one.days)).collect();
    let mut counted: HashMap<Uuid, Counted> = counted.into_iter().map(|one| (one.id, one)).collect();
    let history = |one: &AdoptedPractice| {
        let met = contacts.get(&one.relationship.0).filter(|_| one.adopted.resets_on_contact);
        (one.id, history_of(counted.remove(&one.id.0), met.cloned().unwrap_or_default()))
    };
    Ok(practices.iter().map(history).collect())
}

fn history_of(counted: Option<Counted>, contact_days: Vec<NaiveDate>) -> History {
    let contact = contact_days.iter().max().copied();
    let Some(counted) = counted else { return History { last_contact: contact, contact_days, ..History::default() } };
    History {
        sessions: counted.sessions,
        together: counted.together,
        started_by_me: counted.by_me,
        started_by_them: counted.by_them,
        last_on: counted.last_on,
        last_starter: counted.last_starter.and_then(actor_of),
        last_contact: contact.max(counted.last_together),
        contact_days,
        counted_days: counted.days,
    }
}

/// What a practice depends on of its relationship: whether it is active, and when nothing was to be expected.
#[must_use]
pub fn situation_of(details: &Details, not_active: &[NotActive]) -> Situation {
    // What goes on is said by its status.
    let over = not_active.iter().filter(|period| period.to.is_some()).map(|period| Rest { from: period.from, to: period.to });
    let quiet = over.chain(details.contexts.iter().filter_map(rest_of)).collect();
    Situation { is_active: details.status == Status::Active, quiet }
}

/// What rests through a period of strain. Living far apart is how it is, not a time to leave alone; and what nobody said the end of rests
/// for four weeks: whoever needs longer says so, and whoever forgot to say that it is over is not left without a word for ever.
fn rest_of(period: &Context) -> Option<Rest> {
    match period.kind {
        ContextKind::Distance => None,
        ContextKind::Illness | ContextKind::Newborn | ContextKind::Exams | ContextKind::Other => {
            Some(Rest { from: period.from, to: period.to.or_else(|| period.from.checked_add_days(WITHOUT_END)) })
        }
    }
}

/// Where an adopted practice stands now. One that is not admitted for such a relationship rests.
pub fn standing(
    conn: &mut Conn,
    account: AccountId,
    practice: &AdoptedPractice,
    now: DateTime<Utc>,
    admits: impl FnOnce(&Details) -> bool,
) -> Result<Standing, Error> {
    let known = relationships::with_quiet(conn, account, &[practice.relationship])?;
    let (details, not_active) = known.get(&practice.relationship).cloned().ok_or_else(Error::not_found)?;
    let history = histories(conn, account, std::slice::from_ref(practice), now)?.remove(&practice.id).unwrap_or_default();
    let today = zone::local_date(now, practice.plan.time_zone);
    let situation = situation_of(&details, &not_active);
    let is_active = situation.is_active && admits(&details);
    Ok(Standing::of(practice, &Situation { is_active, ..situation }, history, today))
}
