//! Records as evidence: those of a window, in one statement, and a stamp that tells whether they changed since.

use chrono::NaiveDate;
use diesel::dsl::count_star;
use diesel::prelude::*;
use uuid::Uuid;

use super::row::{Figures, damaged};
use crate::db::schema::records as t;
use crate::features::records::model::{Details, StoredRecord};
use crate::kernel::{AccountId, Error, InteractionId, RecordId, RelationshipId};

/// The first and the last day of a window.
pub type Span = (NaiveDate, NaiveDate);

/// The records of a window, each with its place in the order of changes: equal stamps mean equal records, while writers are held off.
pub type Stamp = Vec<(RecordId, i64)>;

#[derive(Queryable, Selectable)]
#[diesel(table_name = t)]
struct EvidenceRow {
    id: Uuid,
    kind: i16,
    local_date: NaiveDate,
    interaction_id: Option<Uuid>,
    change: i64,
    #[diesel(embed)]
    figures: Figures,
}

impl EvidenceRow {
    fn read(self) -> Result<StoredRecord, Error> {
        Ok(StoredRecord {
            id: RecordId(self.id),
            local_date: self.local_date,
            interaction: self.interaction_id.map(InteractionId),
            details: Details::of_columns(self.kind, self.figures.into()).ok_or_else(damaged)?,
            change: self.change,
        })
    }
}

/// Those that began on some day of the window. What was settled in it and began before is asked for beside it, not with an OR: each
/// has an index of its own, whatever else the relationship holds.
#[diesel::dsl::auto_type]
fn begun(account: Uuid, relationship: Uuid, from: NaiveDate, to: NaiveDate) -> _ {
    t::table.filter(t::account_id.eq(account).and(t::relationship_id.eq(relationship))).filter(t::local_date.between(from, to))
}

/// Those that were settled on some day of the window, and began before it.
#[diesel::dsl::auto_type]
fn settled(account: Uuid, relationship: Uuid, from: NaiveDate, to: NaiveDate) -> _ {
    t::table
        .filter(t::account_id.eq(account).and(t::relationship_id.eq(relationship)))
        .filter(t::settled_on.assume_not_null().between(from, to))
        .filter(t::local_date.lt(from))
}

/// The records of a window by day and id, or nothing where there are more than `most`.
pub fn between(
    conn: &mut PgConnection,
    account: AccountId,
    relationship: RelationshipId,
    (from, to): Span,
    most: usize,
) -> Result<Option<Vec<StoredRecord>>, Error> {
    let limit = i64::try_from(most).unwrap_or(i64::MAX).saturating_add(1);
    let (begun, settled) = (begun(account.0, relationship.0, from, to), settled(account.0, relationship.0, from, to));
    let all = begun.select(EvidenceRow::as_select()).union_all(settled.select(EvidenceRow::as_select()));
    let rows: Vec<EvidenceRow> = all.limit(limit).load(conn)?;
    if rows.len() > most {
        return Ok(None);
    }
    let mut found = rows.into_iter().map(EvidenceRow::read).collect::<Result<Vec<_>, _>>()?;
    found.sort_by_key(|record| (record.local_date, record.id));
    Ok(Some(found))
}

/// The stamp of a window.
pub fn stamp(conn: &mut PgConnection, account: AccountId, relationship: RelationshipId, (from, to): Span) -> Result<Stamp, Error> {
    let (begun, settled) = (begun(account.0, relationship.0, from, to), settled(account.0, relationship.0, from, to));
    let what = (t::local_date, t::id, t::change);
    let found: Vec<(NaiveDate, Uuid, i64)> = begun.select(what).union_all(settled.select(what)).load(conn)?;
    let mut found: Vec<_> = found.into_iter().map(|(day, id, change)| (day, RecordId(id), change)).collect();
    found.sort_unstable();
    Ok(found.into_iter().map(|(_, id, change)| (id, change)).collect())
}

/// Whether all of these records are still there, changed or not.
pub fn all_there(conn: &mut PgConnection, account: AccountId, records: &[(RecordId, i64)]) -> Result<bool, Error> {
    if records.is_empty() {
        return Ok(true);
    }
    let own = t::table.filter(t::account_id.eq(account.0).and(t::id.eq_any(records.iter().map(|(id, _)| id.0))));
    let found: i64 = own.select(count_star()).first(conn)?;
    Ok(usize::try_from(found).is_ok_and(|found| found == records.len()))
}
