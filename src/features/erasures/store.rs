//! Erasing rows and counting them: each function is one transaction's work and answers with its receipt.
//!
//! The account's row is held first and the relationship's second, as every change of its evidence holds that one: an assessment
//! that is being recorded comes before and is erased too, or after, and is computed again because what it rests on is gone
//! (`features/assessments/service.rs`). Ids that are erased stay taken, without content.

use chrono::{DateTime, NaiveDate, Utc};
use diesel::dsl::{count_star, sql};
use diesel::prelude::*;
use diesel::sql_query;
use diesel::sql_types::{Bool, Date, Timestamptz, Uuid as SqlUuid};
use uuid::Uuid;

use super::model::{Class, Days, Extent, Receipt};
use crate::db::schema::{
    accounts, adopted_practices, assessments, experiments, interaction_revisions as revisions, interactions, practice_sessions, records,
    relationships, responses, sessions,
};
use crate::db::staleness::{self, Touched};
use crate::db::tombstones::{self, Kind};
use crate::db::{Conn, copies, erased, take_long};
use crate::kernel::{AccountId, Code, Error, InteractionId, Reach, RelationshipId, View};

/// The stored number of a repair, which ends on a day of its own.
const REPAIR: i16 = 4;

/// Erases what an entry said before, and leaves the entry.
pub fn of_history(conn: &mut Conn, account: AccountId, id: InteractionId, now: DateTime<Utc>) -> Result<Receipt, Error> {
    copies::forget(conn, account)?;
    let own = interactions::table.filter(interactions::account_id.eq(account.0).and(interactions::id.eq(id.0)));
    if own.select(interactions::id).for_key_share().first::<Uuid>(conn).optional()?.is_none() {
        return Err(tombstones::missing(conn, account, Kind::Interaction, id.0)?);
    }
    let said = revisions::table.filter(revisions::account_id.eq(account.0).and(revisions::interaction_id.eq(id.0)));
    let count = counted(diesel::delete(said).execute(conn)?);
    Ok(Receipt { extent: Extent::History, erased: vec![(Class::InteractionHistory, count)], erased_at: now })
}

/// Erases what was logged and answered on some days, and every assessment whose window meets them: its figures are made of
/// those days, whether it names their entries or not.
///
/// What somebody tries is told to sessions that reach everything: to others nothing of it was erased.
pub fn of_days(conn: &mut Conn, view: &View, id: RelationshipId, days: Days, now: DateTime<Utc>) -> Result<Receipt, Error> {
    let account = view.account();
    hold(conn, account, id)?;
    let entries = interactions::table
        .filter(interactions::account_id.eq(account.0).and(interactions::relationship_id.eq(id.0)))
        .filter(interactions::local_date.between(days.from(), days.to()));
    let of_tie = interactions::table.filter(interactions::account_id.eq(account.0).and(interactions::relationship_id.eq(id.0)));
    // What an entry said before counts by the day it said: an entry that was moved away leaves nothing behind on these days.
    let said_of =
        sql::<Bool>("(content ->> 'local_date')::date BETWEEN ").bind::<Date, _>(days.from()).sql(" AND ").bind::<Date, _>(days.to());
    let moved = revisions::interaction_id.eq_any(of_tie.select(interactions::id)).and(said_of);
    let history = revisions::table
        .filter(revisions::account_id.eq(account.0))
        .filter(revisions::interaction_id.eq_any(entries.select(interactions::id)).or(moved));
    // What began on these days, and what became of something on them. That it was explained again on one of them is erased alone.
    let noted = records::table.filter(records::account_id.eq(account.0).and(records::relationship_id.eq(id.0))).filter(
        records::local_date
            .between(days.from(), days.to())
            .or(records::settled_on.assume_not_null().between(days.from(), days.to()))
            .or(records::kind.eq(REPAIR).and(records::until.assume_not_null().between(days.from(), days.to()))),
    );
    let answered = responses::table
        .filter(responses::account_id.eq(account.0).and(responses::relationship_id.eq(id.0)))
        .filter(responses::local_date.between(days.from(), days.to()));
    let practised = practice_sessions::table
        .filter(practice_sessions::account_id.eq(account.0).and(practice_sessions::relationship_id.eq(id.0)))
        .filter(practice_sessions::local_date.between(days.from(), days.to()));
    let history = counted(diesel::delete(history).execute(conn)?);
    let entries = diesel::delete(entries).returning(interactions::id).get_results::<Uuid>(conn)?;
    let noted: Vec<Noted> = diesel::delete(noted).returning(NOTED).get_results(conn)?;
    explained(conn, account, id, days, now)?;
    let answered = diesel::delete(answered).returning(responses::id).get_results::<Uuid>(conn)?;
    let cited: Vec<Uuid> = noted.iter().map(|one| one.1).collect();
    let met = assessments::window_from.le(days.to()).and(assessments::window_to.ge(days.from()));
    let computed = assessments::table
        .filter(assessments::account_id.eq(account.0).and(assessments::relationship_id.eq(id.0)))
        .filter(met.or(assessments::cited.overlaps_with(cited)));
    let computed = diesel::delete(computed).returning(assessments::id).get_results::<Uuid>(conn)?;
    bury_records(conn, account, id.0, &noted, now)?;
    let days_of = |one: &Noted| [Some(one.2), one.3].into_iter().flatten().map(|day| Touched::on(id.0, day));
    staleness::mark(conn, account, &noted.iter().flat_map(days_of).collect::<Vec<_>>())?;
    let practised = diesel::delete(practised).returning(practice_sessions::id).get_results::<Uuid>(conn)?;
    let mut erased = vec![(Class::InteractionHistory, history), (Class::Records, counted(noted.len()))];
    for (class, kind, ids) in [
        (Class::Interactions, Kind::Interaction, entries),
        (Class::Responses, Kind::Response, answered),
        (Class::Assessments, Kind::Assessment, computed),
        (Class::PracticeSessions, Kind::PracticeSession, practised),
    ] {
        let ids: Vec<_> = ids.into_iter().map(|one| (one, id.0)).collect();
        tombstones::bury_many(conn, account, kind, &ids, now)?;
        erased.push((class, counted(ids.len())));
    }
    keep_to_oneself(view, &mut erased);
    Ok(Receipt { extent: Extent::Days(days), erased, erased_at: now })
}

/// A record that is gone: its kind, its id, the days on which it began and was settled.
type Noted = (i16, Uuid, NaiveDate, Option<NaiveDate>);

const NOTED: (records::kind, records::id, records::local_date, records::settled_on) =
    (records::kind, records::id, records::local_date, records::settled_on);

/// Forgets that needs of a relationship were explained again on some days.
fn explained(conn: &mut Conn, account: AccountId, id: RelationshipId, days: Days, now: DateTime<Utc>) -> Result<(), Error> {
    sql_query(
        "UPDATE records SET explained_on = ARRAY(SELECT day FROM unnest(explained_on) day WHERE NOT day BETWEEN $3 AND $4), \
         change = nextval('evidence_changes'), version = version + 1, updated_at = $5 \
         WHERE account_id = $1 AND relationship_id = $2 AND kind = 3 AND local_date <= $4 \
         AND EXISTS (SELECT FROM unnest(explained_on) day WHERE day BETWEEN $3 AND $4)",
    )
    .bind::<SqlUuid, _>(account.0)
    .bind::<SqlUuid, _>(id.0)
    .bind::<Date, _>(days.from())
    .bind::<Date, _>(days.to())
    .bind::<Timestamptz, _>(now)
    .execute(conn)?;
    Ok(())
}

/// Leaves the ids of erased records taken, those of each kind in one statement.
fn bury_records(conn: &mut Conn, account: AccountId, tie: Uuid, gone: &[Noted], now: DateTime<Utc>) -> Result<(), Error> {
    for (number, kind) in RECORDS {
        let ids: Vec<_> = gone.iter().filter(|one| one.0 == number).map(|one| (one.1, tie)).collect();
        tombstones::bury_many(conn, account, kind, &ids, now)?;
    }
    Ok(())
}

/// The kinds of records as they are stored, and as their removed ids are.
pub const RECORDS: [(i16, Kind); 4] = [(1, Kind::Promise), (2, Kind::Plan), (3, Kind::Need), (4, Kind::Repair)];

/// Counts nothing of what the person tries by themselves where the receipt goes to a narrower session.
fn keep_to_oneself(view: &View, erased: &mut [(Class, i64)]) {
    let is_own = |class| matches!(class, Class::AdoptedPractices | Class::PracticeSessions | Class::Experiments);
    if *view.reach() != Reach::Whole {
        erased.iter_mut().filter(|(class, _)| is_own(*class)).for_each(|(_, count)| *count = 0);
    }
}

/// Erases a relationship with everything logged in it. What somebody tries goes too, and is counted as in [`of_days`].
pub fn of_relationship(conn: &mut Conn, view: &View, id: RelationshipId, now: DateTime<Utc>) -> Result<Receipt, Error> {
    let account = view.account();
    hold(conn, account, id)?;
    let mut erased = vec![
        (Class::Relationships, 1),
        (Class::Interactions, interactions_of(conn, account, id)?),
        (Class::InteractionHistory, history_of(conn, account, id)?),
        (Class::Records, records_of(conn, account, id)?),
        (Class::Responses, responses_of(conn, account, id)?),
        (Class::Assessments, assessments_of(conn, account, id)?),
        (Class::Experiments, experiments_of(conn, account, id)?),
        (Class::AdoptedPractices, adopted_practices_of(conn, account, id)?),
        (Class::PracticeSessions, practice_sessions_of(conn, account, id)?),
    ];
    keep_to_oneself(view, &mut erased);
    for (kind, statement) in [
        (Kind::Interaction, "SELECT id FROM interactions WHERE account_id = $1 AND relationship_id = $2"),
        (Kind::Promise, "SELECT id FROM records WHERE account_id = $1 AND relationship_id = $2 AND kind = 1"),
        (Kind::Plan, "SELECT id FROM records WHERE account_id = $1 AND relationship_id = $2 AND kind = 2"),
        (Kind::Need, "SELECT id FROM records WHERE account_id = $1 AND relationship_id = $2 AND kind = 3"),
        (Kind::Repair, "SELECT id FROM records WHERE account_id = $1 AND relationship_id = $2 AND kind = 4"),
        (Kind::Response, "SELECT id FROM responses WHERE account_id = $1 AND relationship_id = $2"),
        (Kind::Assessment, "SELECT id FROM assessments WHERE account_id = $1 AND relationship_id = $2"),
        (Kind::Experiment, "SELECT id FROM experiments WHERE account_id = $1 AND relationship_id = $2"),
        (Kind::AdoptedPractice, "SELECT id FROM adopted_practices WHERE account_id = $1 AND relationship_id = $2"),
        (Kind::PracticeSession, "SELECT id FROM practice_sessions WHERE account_id = $1 AND relationship_id = $2"),
    ] {
        tombstones::bury_selected(conn, account, kind, statement, id.0, now)?;
    }
    tombstones::bury(conn, account, Kind::Relationship, (id.0, id.0), now)?;
    let own = relationships::table.filter(relationships::account_id.eq(account.0).and(relationships::id.eq(id.0)));
    diesel::delete(own).execute(conn)?;
    Ok(Receipt { extent: Extent::Relationship, erased, erased_at: now })
}

/// Erases the account with everything in it, and writes `digest` into the ledger of erased accounts.
pub fn of_account(conn: &mut Conn, account: AccountId, digest: &[u8], now: DateTime<Utc>) -> Result<Receipt, Error> {
    take_long(conn)?;
    let own = accounts::table.filter(accounts::account_id.eq(account.0));
    own.select(accounts::version).for_update().first::<i64>(conn).optional()?.ok_or_else(|| Error::new(Code::Unauthenticated))?;
    // Whoever is writing comes before and is counted, or after and finds nothing.
    let ties = relationships::table.filter(relationships::account_id.eq(account.0)).order(relationships::id);
    ties.select(relationships::id).for_update().load::<Uuid>(conn)?;
    macro_rules! count_of {
        ($table:ident) => {
            $table::table.filter($table::account_id.eq(account.0)).select(count_star()).first::<i64>(conn)?
        };
    }
    let erased = vec![
        (Class::Relationships, count_of!(relationships)),
        (Class::Interactions, count_of!(interactions)),
        (Class::InteractionHistory, count_of!(revisions)),
        (Class::Records, count_of!(records)),
        (Class::Responses, count_of!(responses)),
        (Class::Assessments, count_of!(assessments)),
        (Class::Experiments, count_of!(experiments)),
        (Class::AdoptedPractices, count_of!(adopted_practices)),
        (Class::PracticeSessions, count_of!(practice_sessions)),
        (Class::Sessions, count_of!(sessions)),
    ];
    erased::record(conn, [(digest, now)])?;
    erased::remove(conn, account, now)?;
    Ok(Receipt { extent: Extent::Account, erased, erased_at: now })
}

/// Drops the exports that have the relationship in them, and holds it.
fn hold(conn: &mut Conn, account: AccountId, id: RelationshipId) -> Result<(), Error> {
    take_long(conn)?;
    copies::forget(conn, account)?;
    let own = relationships::table.filter(relationships::account_id.eq(account.0).and(relationships::id.eq(id.0)));
    if own.select(relationships::version).for_update().first::<i64>(conn).optional()?.is_none() {
        return Err(tombstones::missing(conn, account, Kind::Relationship, id.0)?);
    }
    Ok(())
}

macro_rules! count_in_relationship {
    ($($name:ident: $table:ident;)+) => {$(
        fn $name(conn: &mut Conn, account: AccountId, id: RelationshipId) -> Result<i64, Error> {
            let own = $table::table.filter($table::account_id.eq(account.0).and($table::relationship_id.eq(id.0)));
            Ok(own.select(count_star()).first(conn)?)
        }
    )+};
}

count_in_relationship! {
    interactions_of: interactions;
    records_of: records;
    responses_of: responses;
    assessments_of: assessments;
    experiments_of: experiments;
    adopted_practices_of: adopted_practices;
    practice_sessions_of: practice_sessions;
}

fn history_of(conn: &mut Conn, account: AccountId, id: RelationshipId) -> Result<i64, Error> {
    let entries = interactions::table
        .filter(interactions::account_id.eq(account.0).and(interactions::relationship_id.eq(id.0)))
        .select(interactions::id);
    let said = revisions::table.filter(revisions::account_id.eq(account.0).and(revisions::interaction_id.eq_any(entries)));
    Ok(said.select(count_star()).first(conn)?)
}

fn counted(rows: usize) -> i64 {
    i64::try_from(rows).unwrap_or(i64::MAX)
}
