//! Erasing rows and counting them: each function is one transaction's work and answers with its receipt.
//!
//! The account's row is held first and the relationship's second, as every change of its evidence holds that one: an assessment
//! that is being recorded comes before and is erased too, or after, and is computed again because what it rests on is gone
//! (`features/assessments/service.rs`). Ids that are erased stay taken, without content.

use chrono::{DateTime, Utc};
use diesel::dsl::{count_star, sql};
use diesel::prelude::*;
use diesel::sql_types::{Bool, Date};
use uuid::Uuid;

use super::model::{Class, Days, Extent, Receipt};
use crate::db::schema::{
    accounts, adopted_practices, assessments, interaction_revisions as revisions, interactions, practice_sessions, relationships,
    responses, sessions,
};
use crate::db::tombstones::{self, Kind};
use crate::db::{Conn, copies, erased, take_long};
use crate::kernel::{AccountId, Code, Error, InteractionId, RelationshipId};

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
pub fn of_days(conn: &mut Conn, account: AccountId, id: RelationshipId, days: Days, now: DateTime<Utc>) -> Result<Receipt, Error> {
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
    let answered = responses::table
        .filter(responses::account_id.eq(account.0).and(responses::relationship_id.eq(id.0)))
        .filter(responses::local_date.between(days.from(), days.to()));
    let computed = assessments::table
        .filter(assessments::account_id.eq(account.0).and(assessments::relationship_id.eq(id.0)))
        .filter(assessments::window_from.le(days.to()).and(assessments::window_to.ge(days.from())));
    let practised = practice_sessions::table
        .filter(practice_sessions::account_id.eq(account.0).and(practice_sessions::relationship_id.eq(id.0)))
        .filter(practice_sessions::local_date.between(days.from(), days.to()));
    let history = counted(diesel::delete(history).execute(conn)?);
    let entries = diesel::delete(entries).returning(interactions::id).get_results::<Uuid>(conn)?;
    let answered = diesel::delete(answered).returning(responses::id).get_results::<Uuid>(conn)?;
    let computed = diesel::delete(computed).returning(assessments::id).get_results::<Uuid>(conn)?;
    let practised = diesel::delete(practised).returning(practice_sessions::id).get_results::<Uuid>(conn)?;
    let mut erased = vec![(Class::InteractionHistory, history)];
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
    Ok(Receipt { extent: Extent::Days(days), erased, erased_at: now })
}

/// Erases a relationship with everything logged in it.
pub fn of_relationship(conn: &mut Conn, account: AccountId, id: RelationshipId, now: DateTime<Utc>) -> Result<Receipt, Error> {
    hold(conn, account, id)?;
    let erased = vec![
        (Class::Relationships, 1),
        (Class::Interactions, interactions_of(conn, account, id)?),
        (Class::InteractionHistory, history_of(conn, account, id)?),
        (Class::Responses, responses_of(conn, account, id)?),
        (Class::Assessments, assessments_of(conn, account, id)?),
        (Class::AdoptedPractices, adopted_practices_of(conn, account, id)?),
        (Class::PracticeSessions, practice_sessions_of(conn, account, id)?),
    ];
    for (kind, statement) in [
        (Kind::Interaction, "SELECT id FROM interactions WHERE account_id = $1 AND relationship_id = $2"),
        (Kind::Response, "SELECT id FROM responses WHERE account_id = $1 AND relationship_id = $2"),
        (Kind::Assessment, "SELECT id FROM assessments WHERE account_id = $1 AND relationship_id = $2"),
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
        (Class::Responses, count_of!(responses)),
        (Class::Assessments, count_of!(assessments)),
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
    responses_of: responses;
    assessments_of: assessments;
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
