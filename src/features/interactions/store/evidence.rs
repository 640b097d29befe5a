//! Entries as evidence: only what the engine reads, and a stamp that tells whether they changed since.
//!
//! Whole weeks are read as they were packed (`weeks`), the days around them as entries.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use diesel::dsl::count_star;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Bool, Date, Int2, Nullable, Uuid as SqlUuid};
use uuid::Uuid;

use super::weeks::{self, Week};
use crate::db::columns::over_columns;
use crate::db::schema::interactions as t;
use crate::kernel::{AccountId, Error, RelationshipId};

/// What an assessment reads of an entry.
#[derive(Clone, Debug, PartialEq, Eq, Queryable)]
pub struct EvidenceRow {
    pub id: Uuid,
    pub local_date: NaiveDate,
    pub dimension: i16,
    pub actor: i16,
    pub effort: Option<i16>,
    pub prompted: Option<bool>,
    pub energy_after: Option<i16>,
    pub felt_heard: Option<i16>,
}

/// An entry with its place in the order of changes.
#[derive(Clone, Debug, Queryable)]
pub struct ChangedRow {
    pub row: EvidenceRow,
    pub change: i64,
}

/// The first and the last day of a window.
pub type Span = (NaiveDate, NaiveDate);

/// The entries of a window.
#[derive(Clone, Debug)]
pub struct Entries {
    /// By day, then by id.
    pub rows: Vec<EvidenceRow>,
    pub stamp: Stamp,
    /// Weeks that were read as entries and could be packed.
    pub weeks: Vec<Week>,
}

/// How many entries there were, and their changes as a sum, folded, and as a sum of products: equal stamps mean equal entries, while
/// writers are held off. A change puts a greater number in the place of a smaller one, but numbers are given before they are committed,
/// so the greatest alone would not do, nor would sums alone: 5 and 8 have the sum of 4 and 9, and fold to the same.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Stamp {
    pub(super) count: i64,
    pub(super) sum: i64,
    pub(super) folded: i64,
    pub(super) mixed: i64,
}

/// What the numbers of changes are divided by to mix them; two primes, so that a product tells more than its factors.
const PRIMES: (i64, i64) = (1_000_003, 998_244_353);

/// Products are kept below this, so that the sum over a hundred thousand entries fits.
const MODULUS: i64 = 1_000_000_000_039;

impl Stamp {
    /// The stamp of entries with these changes.
    pub(super) fn of(changes: impl Iterator<Item = i64>) -> Self {
        let one = |change: i64| Self { count: 1, sum: change, folded: change, mixed: (change % PRIMES.0) * (change % PRIMES.1) % MODULUS };
        changes.map(one).fold(Self::default(), Self::and)
    }

    /// The stamp of two heaps of entries together.
    fn and(self, other: Self) -> Self {
        Self {
            count: self.count + other.count,
            sum: self.sum.wrapping_add(other.sum),
            folded: self.folded ^ other.folded,
            mixed: self.mixed.wrapping_add(other.mixed),
        }
    }
}

/// The entries of a window, or nothing where there are more than `most`.
pub fn between(
    conn: &mut PgConnection,
    account: AccountId,
    relationship: RelationshipId,
    span: Span,
    most: usize,
) -> Result<Option<Entries>, Error> {
    let stamps = weeks::stamps(conn, account, relationship, span)?;
    if stamps.values().try_fold(most, |room, week| room.checked_sub(usize::try_from(week.count).ok()?)).is_none() {
        return Ok(None);
    }
    let packed = if stamps.is_empty() { BTreeMap::new() } else { weeks::packed(conn, account, relationship, span, &stamps)? };
    let room = most.saturating_sub(packed.values().map(Vec::len).sum());
    let limit = i64::try_from(room).unwrap_or(i64::MAX).saturating_add(1);
    let Spans { account, relationship, first, last } = besides(account, relationship, span, &packed);
    let mut single: Vec<ChangedRow> = Single { account, relationship, first, last, limit }.load(conn)?;
    if single.len() > room {
        return Ok(None);
    }
    let of_weeks = packed.keys().filter_map(|monday| stamps.get(monday)).copied();
    let stamp = of_weeks.fold(Stamp::of(single.iter().map(|one| one.change)), Stamp::and);
    // They come in this order, a run at a time, but Postgres does not promise it, and a week in two pieces must not be packed.
    single.sort_by_key(|one| (one.row.local_date, one.row.id));
    let weeks = Week::whole(&single, span);
    let mut rows: Vec<EvidenceRow> = single.into_iter().map(|one| one.row).chain(packed.into_values().flatten()).collect();
    // Two sorted heaps and a few more: what is in order already costs one look.
    rows.sort_by_key(|row| (row.local_date, row.id));
    Ok(Some(Entries { rows, stamp, weeks }))
}

/// The last day before a window and the first after it on which there is an entry.
pub fn around(
    conn: &mut PgConnection,
    account: AccountId,
    relationship: RelationshipId,
    (first, last): Span,
) -> Result<(Option<NaiveDate>, Option<NaiveDate>), Error> {
    let own = || t::table.filter(t::account_id.eq(account.0).and(t::relationship_id.eq(relationship.0))).select(t::local_date);
    let before = own().filter(t::local_date.lt(first)).order(t::local_date.desc()).limit(1).first(conn).optional()?;
    let after = own().filter(t::local_date.gt(last)).order(t::local_date.asc()).limit(1).first(conn).optional()?;
    Ok((before, after))
}

/// Whether all of these entries are still there, changed or not.
pub fn all_there(conn: &mut PgConnection, account: AccountId, ids: &[Uuid]) -> Result<bool, Error> {
    let found: i64 = t::table.filter(t::account_id.eq(account.0).and(t::id.eq_any(ids))).select(count_star()).first(conn)?;
    Ok(usize::try_from(found).is_ok_and(|found| found == ids.len()))
}

/// The stamp of a window.
pub fn stamp(conn: &mut PgConnection, account: AccountId, relationship: RelationshipId, span: Span) -> Result<Stamp, Error> {
    let weeks = weeks::stamps(conn, account, relationship, span)?;
    let Spans { account, relationship, first, last } = besides(account, relationship, span, &weeks);
    let single: Vec<i64> = Changes { account, relationship, first, last }.load(conn)?;
    Ok(weeks.into_values().fold(Stamp::of(single.into_iter()), Stamp::and))
}

/// Runs of days, a row each.
struct Spans {
    account: Vec<Uuid>,
    relationship: Vec<Uuid>,
    first: Vec<NaiveDate>,
    last: Vec<NaiveDate>,
}

/// The runs of days of a window that lie in none of some weeks.
fn besides<T>(account: AccountId, relationship: RelationshipId, span: Span, weeks: &BTreeMap<NaiveDate, T>) -> Spans {
    let (first, last): (Vec<_>, Vec<_>) = weeks::runs_besides(weeks, span).into_iter().unzip();
    Spans { account: vec![account.0; first.len()], relationship: vec![relationship.0; first.len()], first, last }
}

// A run at a time through the index, whatever the planner thinks of how many days and entries there are: a list of days in one
// condition made it read the relationship's whole log.
over_columns! {
    /// Entries of some runs of days.
    Single { account: SqlUuid => Uuid, relationship: SqlUuid => Uuid, first: Date => NaiveDate, last: Date => NaiveDate }
    -> ((SqlUuid, Date, Int2, Int2, Nullable<Int2>, Nullable<Bool>, Nullable<Int2>, Nullable<Int2>), BigInt),
    "SELECT i.id, i.local_date, i.dimension, i.actor, i.effort, i.prompted, i.energy_after, i.felt_heard, i.change FROM",
    "AS run (account_id, relationship_id, first_day, last_day) CROSS JOIN LATERAL (SELECT * FROM interactions \
     WHERE account_id = run.account_id AND relationship_id = run.relationship_id \
     AND local_date BETWEEN run.first_day AND run.last_day ORDER BY local_date, id) i", limit
}

over_columns! {
    /// The places of entries of some runs of days in the order of changes.
    Changes { account: SqlUuid => Uuid, relationship: SqlUuid => Uuid, first: Date => NaiveDate, last: Date => NaiveDate } -> BigInt,
    "SELECT i.change FROM",
    "AS run (account_id, relationship_id, first_day, last_day) CROSS JOIN LATERAL (SELECT change FROM interactions \
     WHERE account_id = run.account_id AND relationship_id = run.relationship_id \
     AND local_date BETWEEN run.first_day AND run.last_day ORDER BY local_date, id) i"
}
