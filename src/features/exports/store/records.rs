//! What belongs to the account and to no feature's list: its sessions, ended ones too, and the ids that were removed.

use chrono::{DateTime, Utc};
use diesel::dsl::count_star;
use diesel::prelude::*;
use diesel::sql_types::{SmallInt, Uuid as SqlUuid};
use uuid::Uuid;

use crate::db::place;
use crate::db::schema::{
    access_log, adopted_practices, assessments, consents, experiments, grants, interaction_revisions, interactions, not_for_me,
    practice_sessions, records, relationships, responses, safety_answers, sessions as s, tombstones,
};
use crate::db::vault::Sealed;
use crate::db::{AccountKey, Conn};
use crate::features::exports::model::{Include, PAGE, Place, RemovedId, RemovedKind, SessionRecord};
use crate::kernel::sealed::Column;
use crate::kernel::{AccountId, Error};

const LABEL: Column = Column { table: "sessions", name: "label_sealed" };

#[derive(Queryable, Selectable)]
#[diesel(table_name = s)]
struct SessionRow {
    session_id: Uuid,
    label_sealed: Option<Sealed>,
    scope: String,
    relationship_id: Option<Uuid>,
    grant_id: Option<Uuid>,
    created_at: DateTime<Utc>,
    last_used_at: DateTime<Utc>,
    expires_at: DateTime<Utc>,
    ended_at: Option<DateTime<Utc>>,
}

/// The sessions after a place, in the order of their ids.
pub fn sessions(conn: &mut Conn, key: &AccountKey, after: Place) -> Result<Vec<SessionRecord>, Error> {
    let rows: Vec<SessionRow> = s::table
        .filter(s::account_id.eq(key.account().0).and(s::session_id.gt(after.id)))
        .order(s::session_id.asc())
        .limit(PAGE)
        .select(SessionRow::as_select())
        .load(conn)?;
    let read = |row: SessionRow| -> Result<SessionRecord, Error> {
        Ok(SessionRecord {
            id: row.session_id,
            label: row.label_sealed.map(|label| key.open(LABEL, row.session_id, &label)).transpose()?,
            scope: row.scope,
            relationship: row.relationship_id,
            grant: row.grant_id,
            created_at: row.created_at,
            last_used_at: row.last_used_at,
            expires_at: row.expires_at,
            ended_at: row.ended_at,
        })
    };
    rows.into_iter().map(read).collect()
}

/// The removed ids after a place, in the order of kinds and ids, as they lie.
pub fn removed_ids(conn: &mut Conn, account: AccountId, after: Place) -> Result<Vec<RemovedId>, Error> {
    let kind = i16::try_from(after.number).map_err(Error::internal)?;
    let later = place::after::<(SmallInt, SqlUuid), _, _>((tombstones::kind, tombstones::id), (kind, after.id));
    let rows: Vec<(i16, Uuid, DateTime<Utc>)> = tombstones::table
        .filter(tombstones::account_id.eq(account.0))
        .filter(later)
        .order((tombstones::kind.asc(), tombstones::id.asc()))
        .limit(PAGE)
        .select((tombstones::kind, tombstones::id, tombstones::removed_at))
        .load(conn)?;
    let read = |(kind, id, removed_at): (i16, Uuid, DateTime<Utc>)| -> Result<RemovedId, Error> {
        let unknown = || Error::internal("a removed id is of a kind this version does not know");
        Ok(RemovedId { kind: RemovedKind::of_number(kind).ok_or_else(unknown)?, id, removed_at })
    };
    rows.into_iter().map(read).collect()
}

/// How many records an export would have now.
pub fn count(conn: &mut Conn, account: AccountId, include: Include) -> Result<i64, Error> {
    let mut all = 1;
    macro_rules! add {
        ($($table:ident),+) => {$(
            all += $table::table.filter($table::account_id.eq(account.0)).select(count_star()).first::<i64>(conn)?;
        )+};
    }
    add!(
        access_log,
        consents,
        s,
        grants,
        relationships,
        interactions,
        interaction_revisions,
        records,
        responses,
        assessments,
        tombstones,
        practice_sessions,
        adopted_practices,
        not_for_me,
        experiments
    );
    if include.safety_answers {
        add!(safety_answers);
    }
    Ok(all)
}
