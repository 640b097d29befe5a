//! Entries as evidence: only what the engine reads, in one statement, and a stamp that tells whether they changed since.

use chrono::NaiveDate;
use diesel::dsl::{count_star, sql};
use diesel::prelude::*;
use diesel::sql_types::BigInt;
use uuid::Uuid;

use crate::db::schema::interactions as t;
use crate::kernel::{AccountId, Error, RelationshipId};

/// What an assessment reads of an entry.
#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = t)]
pub struct EvidenceRow {
    pub id: Uuid,
    pub local_date: NaiveDate,
    pub dimension: i16,
    pub actor: i16,
    pub effort: Option<i16>,
    pub prompted: Option<bool>,
    pub energy_after: Option<i16>,
    pub felt_heard: Option<i16>,
    /// Its place in the order of changes; 0 where it is not stored.
    pub change: i64,
}

/// How many entries there were, and their changes as a sum and folded into one number: equal stamps mean equal entries, while writers
/// are held off. A change puts a greater number in the place of a smaller one, but numbers are given before they are committed, so
/// the greatest alone would not do.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Stamp {
    count: i64,
    sum: i64,
    folded: i64,
}

impl Stamp {
    /// The stamp of entries that were read.
    #[must_use]
    pub fn of(rows: &[EvidenceRow]) -> Self {
        rows.iter().fold(Self::default(), |stamp, row| Self {
            count: stamp.count + 1,
            sum: stamp.sum.wrapping_add(row.change),
            folded: stamp.folded ^ row.change,
        })
    }
}

/// The entries of a window, at most `limit`, in a fixed order.
pub fn between(
    conn: &mut PgConnection,
    account: AccountId,
    relationship: RelationshipId,
    (from, to): (NaiveDate, NaiveDate),
    limit: i64,
) -> Result<Vec<EvidenceRow>, Error> {
    Ok(t::table
        .filter(t::account_id.eq(account.0).and(t::relationship_id.eq(relationship.0)))
        .filter(t::local_date.between(from, to))
        .order((t::local_date.asc(), t::id.asc()))
        .limit(limit)
        .select(EvidenceRow::as_select())
        .load(conn)?)
}

/// Whether all of these entries are still there, changed or not.
pub fn all_there(conn: &mut PgConnection, account: AccountId, ids: &[Uuid]) -> Result<bool, Error> {
    let found: i64 = t::table.filter(t::account_id.eq(account.0).and(t::id.eq_any(ids))).select(count_star()).first(conn)?;
    Ok(usize::try_from(found).is_ok_and(|found| found == ids.len()))
}

/// The stamp of a window.
pub fn stamp(
    conn: &mut PgConnection,
    account: AccountId,
    relationship: RelationshipId,
    (from, to): (NaiveDate, NaiveDate),
) -> Result<Stamp, Error> {
    let (count, sum, folded) = t::table
        .filter(t::account_id.eq(account.0).and(t::relationship_id.eq(relationship.0)))
        .filter(t::local_date.between(from, to))
        .select((count_star(), sql::<BigInt>("coalesce(sum(change), 0)::bigint"), sql::<BigInt>("coalesce(bit_xor(change), 0)")))
        .first(conn)?;
    Ok(Stamp { count, sum, folded })
}
