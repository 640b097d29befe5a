//! Bringing an import into an empty account, in one transaction, and the row that says what it brought.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use uuid::Uuid;

use super::model::{Import, Imported};
use crate::db::creation::Creation;
use crate::db::idempotency::{self, Claim};
use crate::db::schema::{account_imports as t, accounts, relationships as ties, tombstones as removed};
use crate::db::tombstones::{self, Kind};
use crate::db::{AccountKey, Conn};
use crate::features::exports::model::{RemovedId, RemovedKind};
use crate::features::{
    accounts as settings, consents, experiments, interactions, recommendations, records, relationships, responses, routines, safety,
};
use crate::kernel::{AccountId, Code, Error};

#[derive(Queryable, Selectable)]
#[diesel(table_name = t)]
struct Row {
    id: Uuid,
    request_digest: Vec<u8>,
    relationships: i32,
    interactions: i32,
    interaction_history: i32,
    responses: i32,
    removed_ids: i32,
    consents: i32,
    adopted_practices: i32,
    practice_sessions: i32,
    not_for_me: i32,
    records: i32,
    experiments: i32,
    consents_left_out: i32,
    assessments_left_out: i32,
    sessions_left_out: i32,
    grants_left_out: i32,
    access_log_left_out: i32,
    imported_at: DateTime<Utc>,
}

impl Row {
    fn read(self) -> Imported {
        Imported {
            id: self.id,
            relationships: self.relationships,
            interactions: self.interactions,
            interaction_history: self.interaction_history,
            records: self.records,
            responses: self.responses,
            removed_ids: self.removed_ids,
            consents: self.consents,
            adopted_practices: self.adopted_practices,
            practice_sessions: self.practice_sessions,
            not_for_me: self.not_for_me,
            experiments: self.experiments,
            consents_left_out: self.consents_left_out,
            assessments_left_out: self.assessments_left_out,
            sessions_left_out: self.sessions_left_out,
            grants_left_out: self.grants_left_out,
            access_log_left_out: self.access_log_left_out,
            imported_at: self.imported_at,
        }
    }
}

/// Brings everything, unless the same request brought it before. The account's row is held, so that two imports, or an import
/// and a new relationship, come one after the other.
pub fn bring(conn: &mut Conn, key: &AccountKey, import: &Import, creation: &Creation) -> Result<Imported, Error> {
    let account = key.account();
    let own = accounts::table.filter(accounts::account_id.eq(account.0)).select(accounts::version);
    own.for_no_key_update().first::<i64>(conn).optional()?.ok_or_else(|| Error::new(Code::Unauthenticated))?;
    let before: Option<Row> = t::table.filter(t::account_id.eq(account.0)).select(Row::as_select()).first(conn).optional()?;
    let same = before.filter(|row| row.request_digest == creation.digest);
    if let Some(key) = &creation.idempotency {
        // A key is bound to what is answered: the import that is there already, or the one about to be made.
        let id = same.as_ref().map_or(creation.id, |same| same.id);
        if let Claim::Replay(id, _) = idempotency::claim(conn, account, key, id, creation.now)? {
            return get(conn, account, id);
        }
    }
    if let Some(same) = same {
        return Ok(same.read());
    }
    refuse_unless_empty(conn, account)?;
    store_all(conn, key, import, creation.now)?;
    record(conn, account, import, creation)
}

/// Relationships hold everything that is logged; what was removed left its id.
fn refuse_unless_empty(conn: &mut Conn, account: AccountId) -> Result<(), Error> {
    let there = ties::table.filter(ties::account_id.eq(account.0)).select(ties::id).first::<Uuid>(conn).optional()?;
    let gone = removed::table.filter(removed::account_id.eq(account.0)).select(removed::id).first::<Uuid>(conn).optional()?;
    let imported = t::table.filter(t::account_id.eq(account.0)).select(t::id).first::<Uuid>(conn).optional()?;
    if there.or(gone).or(imported).is_some() { Err(Error::new(Code::AccountNotEmpty)) } else { Ok(()) }
}

fn store_all(conn: &mut Conn, key: &AccountKey, import: &Import, now: DateTime<Utc>) -> Result<(), Error> {
    let account = key.account();
    settings::update(conn, account, &import.settings, |_| Ok(()), now)?;
    let zone = settings::time_zone_of(conn, account)?;
    relationships::restore(conn, key, &import.ties)?;
    interactions::restore(conn, key, &import.entries, zone, now)?;
    interactions::restore_history(conn, key, &import.history, zone)?;
    records::restore(conn, key, &import.promises)?;
    records::restore(conn, key, &import.plans)?;
    records::restore(conn, key, &import.needs)?;
    records::restore(conn, key, &import.repairs)?;
    responses::restore(conn, account, &import.responses)?;
    consents::restore(conn, account, &import.consents)?;
    routines::restore(conn, account, &import.practices)?;
    routines::restore_sessions(conn, key, &import.practice_sessions)?;
    recommendations::restore(conn, account, &import.not_for_me)?;
    experiments::restore(conn, key, &import.experiments)?;
    safety::restore(conn, key, &import.safety_answers)?;
    let removed = |one: &RemovedId| (kind_of(one.kind), one.id, one.removed_at);
    tombstones::restore(conn, account, &import.removed.iter().map(removed).collect::<Vec<_>>())
}

const fn kind_of(kind: RemovedKind) -> Kind {
    match kind {
        RemovedKind::Relationship => Kind::Relationship,
        RemovedKind::Interaction => Kind::Interaction,
        RemovedKind::Response => Kind::Response,
        RemovedKind::Assessment => Kind::Assessment,
        RemovedKind::Promise => Kind::Promise,
        RemovedKind::Plan => Kind::Plan,
        RemovedKind::Need => Kind::Need,
        RemovedKind::Repair => Kind::Repair,
        RemovedKind::Experiment => Kind::Experiment,
        RemovedKind::AdoptedPractice => Kind::AdoptedPractice,
        RemovedKind::PracticeSession => Kind::PracticeSession,
    }
}

fn record(conn: &mut Conn, account: AccountId, import: &Import, creation: &Creation) -> Result<Imported, Error> {
    let count = |records: usize| i32::try_from(records).map_err(Error::internal);
    let row: Row = diesel::insert_into(t::table)
        .values((
            (t::account_id.eq(account.0), t::id.eq(creation.id), t::request_digest.eq(creation.digest.as_slice())),
            t::relationships.eq(count(import.ties.len())?),
            t::interactions.eq(count(import.entries.len())?),
            t::interaction_history.eq(count(import.history.len())?),
            (t::records.eq(count(import.records())?), t::responses.eq(count(import.responses.len())?)),
            (t::removed_ids.eq(count(import.removed.len())?), t::not_for_me.eq(count(import.not_for_me.len())?)),
            t::experiments.eq(count(import.experiments.len())?),
            (t::adopted_practices.eq(count(import.practices.len())?), t::practice_sessions.eq(count(import.practice_sessions.len())?)),
            (t::consents.eq(count(import.consents.len())?), t::consents_left_out.eq(count(import.left_out.consents)?)),
            t::assessments_left_out.eq(count(import.left_out.assessments)?),
            (t::sessions_left_out.eq(count(import.left_out.sessions)?), t::grants_left_out.eq(count(import.left_out.grants)?)),
            t::access_log_left_out.eq(count(import.left_out.access_log)?),
            t::imported_at.eq(creation.now),
        ))
        .returning(Row::as_returning())
        .get_result(conn)?;
    Ok(row.read())
}

/// What an import brought.
fn get(conn: &mut Conn, account: AccountId, id: Uuid) -> Result<Imported, Error> {
    let own = t::table.filter(t::account_id.eq(account.0).and(t::id.eq(id)));
    own.select(Row::as_select()).first(conn).optional()?.map(Row::read).ok_or_else(Error::not_found)
}
