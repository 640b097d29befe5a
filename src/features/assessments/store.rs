//! Rows of assessments.

use std::collections::HashSet;
use std::io::Write;

use chrono::{DateTime, NaiveDate, Utc};
use diesel::deserialize::{self, FromSql, FromSqlRow};
use diesel::expression::AsExpression;
use diesel::pg::{Pg, PgValue};
use diesel::prelude::*;
use diesel::serialize::{self, IsNull, Output, ToSql};
use diesel::sql_types::{Jsonb, Uuid as SqlUuid};
use uuid::Uuid;

use super::model::{Assessment, Computed, MeasuresOutcome, NewAssessment, Outcome, OverallOutcome, Window, is_worn_out};
use crate::db::columns::over_columns;
use crate::db::schema::assessments as t;
use crate::db::tombstones;
use crate::kernel::page::{Page, PageRequest};
use crate::kernel::{AccountId, AssessmentId, Error, RelationshipId};

#[derive(Queryable, Selectable)]
#[diesel(table_name = t)]
struct Row {
    id: Uuid,
    relationship_id: Uuid,
    window_from: NaiveDate,
    window_to: NaiveDate,
    method_name: String,
    method_version: String,
    evidence_digest: Vec<u8>,
    result: Stored,
    stale: bool,
    created_at: DateTime<Utc>,
}

impl Row {
    fn read(self) -> Assessment {
        Assessment {
            id: AssessmentId(self.id),
            relationship: RelationshipId(self.relationship_id),
            computed: Computed {
                window: Window { from: self.window_from, to: self.window_to },
                method_name: self.method_name,
                method_version: self.method_version,
                evidence_digest: self.evidence_digest,
                outcome: self.result.0,
            },
            stale: self.stale,
            created_at: self.created_at,
        }
    }
}

/// A result as it lies there: written and read without a tree of values between, which cost as much as the statement itself.
#[derive(Debug, AsExpression, FromSqlRow)]
#[diesel(sql_type = Jsonb)]
struct Stored(Outcome);

/// The first byte of a `jsonb` on the wire.
const JSONB_VERSION: u8 = 1;

impl ToSql<Jsonb, Pg> for Stored {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Pg>) -> serialize::Result {
        out.write_all(&[JSONB_VERSION])?;
        serde_json::to_writer(out, &self.0)?;
        Ok(IsNull::No)
    }
}

impl FromSql<Jsonb, Pg> for Stored {
    fn from_sql(value: PgValue<'_>) -> deserialize::Result<Self> {
        match value.as_bytes().split_first() {
            Some((&JSONB_VERSION, json)) => Ok(Self(serde_json::from_slice(json)?)),
            Some(_) | None => Err("a result is stored in an unknown way".into()),
        }
    }
}

/// The recorded assessment of exactly this evidence, window and method version.
pub fn same(
    conn: &mut PgConnection,
    account: AccountId,
    relationship: RelationshipId,
    window: Window,
    digest: &[u8],
    version: &str,
) -> Result<Option<Assessment>, Error> {
    Ok(t::table
        .filter(t::account_id.eq(account.0).and(t::relationship_id.eq(relationship.0)))
        .filter(t::as_of.eq(window.to).and(t::window_from.eq(window.from)))
        .filter(t::evidence_digest.eq(digest).and(t::method_version.eq(version)))
        .select(Row::as_select())
        .first(conn)
        .optional()?
        .map(Row::read))
}

/// Records a result.
pub fn insert(
    conn: &mut PgConnection,
    account: AccountId,
    relationship: RelationshipId,
    NewAssessment { id, computed, cited }: NewAssessment,
    stale: bool,
    now: DateTime<Utc>,
) -> Result<Assessment, Error> {
    let Computed { window, method_name, method_version, evidence_digest, outcome } = computed;
    let stored = Stored(outcome);
    diesel::insert_into(t::table)
        .values((
            (
                t::account_id.eq(account.0),
                t::id.eq(id),
                t::relationship_id.eq(relationship.0),
                t::as_of.eq(window.to),
                t::window_from.eq(window.from),
                t::window_to.eq(window.to),
            ),
            t::method_name.eq(&method_name),
            t::method_version.eq(&method_version),
            t::evidence_digest.eq(&evidence_digest),
            t::result.eq(&stored),
            t::cited.eq(&cited),
            t::stale.eq(stale),
            t::created_at.eq(now),
        ))
        .execute(conn)?;
    let computed = Computed { window, method_name, method_version, evidence_digest, outcome: stored.0 };
    Ok(Assessment { id: AssessmentId(id), relationship, computed, stale, created_at: now })
}

/// Says that a recorded assessment shows what is stored, after all.
pub fn make_current(conn: &mut PgConnection, account: AccountId, id: AssessmentId) -> Result<Assessment, Error> {
    Ok(diesel::update(t::table.filter(t::account_id.eq(account.0).and(t::id.eq(id.0))))
        .set(t::stale.eq(false))
        .returning(Row::as_returning())
        .get_result::<Row>(conn)?
        .read())
}

/// Adds to a recorded result what was asked for later.
pub fn amend(conn: &mut PgConnection, account: AccountId, id: AssessmentId, outcome: &Outcome) -> Result<(), Error> {
    diesel::update(t::table.filter(t::account_id.eq(account.0).and(t::id.eq(id.0))))
        .set(t::result.eq(&Stored(outcome.clone())))
        .execute(conn)?;
    Ok(())
}

/// The assessment, or the reason why there is none.
pub fn get(conn: &mut PgConnection, account: AccountId, relationship: RelationshipId, id: AssessmentId) -> Result<Assessment, Error> {
    let own = t::table.filter(t::account_id.eq(account.0).and(t::relationship_id.eq(relationship.0)).and(t::id.eq(id.0)));
    match own.select(Row::as_select()).first(conn).optional()? {
        Some(row) => Ok(row.read()),
        None => Err(tombstones::missing(conn, account, tombstones::Kind::Assessment, id.0)?),
    }
}

/// A page of a relationship's assessments, latest first.
pub fn list(
    conn: &mut PgConnection,
    account: AccountId,
    relationship: RelationshipId,
    page: &PageRequest<Uuid>,
) -> Result<Page<Assessment, Uuid>, Error> {
    let mut query = t::table
        .filter(t::account_id.eq(account.0).and(t::relationship_id.eq(relationship.0)))
        .select(Row::as_select())
        .order(t::id.desc())
        .limit(page.limit + 1)
        .into_boxed();
    if let Some(after) = page.after {
        query = query.filter(t::id.lt(after));
    }
    let rows = query.load(conn)?.into_iter().map(Row::read).collect();
    Ok(Page::from_fetched(rows, page.limit, |row: &Assessment| row.id.0))
}

over_columns! {
    /// What the newest assessment of each relationship says of the logger's strength.
    Newest { account: SqlUuid => Uuid, relationship: SqlUuid => Uuid } -> (SqlUuid, Jsonb),
    "SELECT asked.relationship_id, last.strength FROM",
    "AS asked (account_id, relationship_id) CROSS JOIN LATERAL (\
     SELECT jsonb_build_object('overall', a.result -> 'overall', 'measures', COALESCE(a.result -> 'measures', '{}')) AS strength \
     FROM assessments a WHERE a.account_id = asked.account_id AND a.relationship_id = asked.relationship_id \
     ORDER BY a.id DESC LIMIT 1) AS last"
}

#[derive(serde::Deserialize)]
struct Strength {
    overall: OverallOutcome,
    #[serde(default)]
    measures: MeasuresOutcome,
}

/// The relationships, of some, in which the newest assessment found that the logger gives more than there is strength for.
pub fn worn_out(conn: &mut PgConnection, account: AccountId, ties: &[RelationshipId]) -> Result<HashSet<RelationshipId>, Error> {
    let newest = Newest { account: vec![account.0; ties.len()], relationship: ties.iter().map(|tie| tie.0).collect() };
    let found: Vec<(Uuid, serde_json::Value)> = newest.load(conn)?;
    let mut worn_out = HashSet::new();
    for (tie, strength) in found {
        let read: Strength = serde_json::from_value(strength).map_err(|_| Error::internal("a stored result cannot be read"))?;
        if is_worn_out(&read.overall, &read.measures) {
            worn_out.insert(RelationshipId(tie));
        }
    }
    Ok(worn_out)
}

/// Assessments of the account in the order of their ids, after one of them.
pub fn after(conn: &mut PgConnection, account: AccountId, id: Uuid, limit: i64) -> Result<Vec<Assessment>, Error> {
    let rest = t::table.filter(t::account_id.eq(account.0).and(t::id.gt(id)));
    let rows: Vec<Row> = rest.order(t::id.asc()).limit(limit).select(Row::as_select()).load(conn)?;
    Ok(rows.into_iter().map(Row::read).collect())
}
