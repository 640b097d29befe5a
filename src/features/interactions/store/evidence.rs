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

/// How many entries there were, and their changes as a sum, folded, and as a sum of products: equal stamps mean equal entries, while
/// writers are held off. A change puts a greater number in the place of a smaller one, but numbers are given before they are committed,
/// so the greatest alone would not do, nor would sums alone: 5 and 8 have the sum of 4 and 9, and fold to the same.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Stamp {
    count: i64,
    sum: i64,
    folded: i64,
    mixed: i64,
}

/// What the numbers of changes are divided by to mix them; two primes, so that a product tells more than its factors.
const PRIMES: (i64, i64) = (1_000_003, 998_244_353);

/// Products are kept below this, so that the sum over a hundred thousand entries fits.
const MODULUS: i64 = 1_000_000_000_039;

impl Stamp {
    /// The stamp of entries that were read.
    #[must_use]
    pub fn of(rows: &[EvidenceRow]) -> Self {
        rows.iter().fold(Self::default(), |stamp, row| Self {
            count: stamp.count + 1,
            sum: stamp.sum.wrapping_add(row.change),
            folded: stamp.folded ^ row.change,
            mixed: stamp.mixed.wrapping_add((row.change % PRIMES.0) * (row.change % PRIMES.1) % MODULUS),
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
    let mixed = format!("coalesce(sum((change % {}) * (change % {}) % {MODULUS}), 0)::bigint", PRIMES.0, PRIMES.1);
    let (count, sum, folded, mixed) = t::table
        .filter(t::account_id.eq(account.0).and(t::relationship_id.eq(relationship.0)))
        .filter(t::local_date.between(from, to))
        .select((
            count_star(),
            sql::<BigInt>("coalesce(sum(change), 0)::bigint"),
            sql::<BigInt>("coalesce(bit_xor(change), 0)"),
            sql::<BigInt>(&mixed),
        ))
        .first(conn)?;
    Ok(Stamp { count, sum, folded, mixed })
}
