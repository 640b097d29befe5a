//! Snapshots that no longer show what is stored: marked by whatever changes evidence, read by the assessments feature.

use chrono::NaiveDate;
use diesel::RunQueryDsl;
use diesel::sql_types::{Array, Date};
use uuid::Uuid;

use super::Conn;
use crate::kernel::{AccountId, Error};

/// A relationship whose evidence changed on some day from `first` to `last`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Touched {
    pub relationship: Uuid,
    pub first: NaiveDate,
    pub last: NaiveDate,
}

impl Touched {
    /// Everything about the relationship, whatever the day.
    #[must_use]
    pub const fn wholly(relationship: Uuid) -> Self {
        Self { relationship, first: NaiveDate::MIN, last: NaiveDate::MAX }
    }

    /// One day.
    #[must_use]
    pub const fn on(relationship: Uuid, day: NaiveDate) -> Self {
        Self { relationship, first: day, last: day }
    }
}

/// Marks the assessments whose window meets the touched days, in one statement.
pub fn mark(conn: &mut Conn, account: AccountId, touched: &[Touched]) -> Result<(), Error> {
    if touched.is_empty() {
        return Ok(());
    }
    // Postgres dates reach less far than chrono's; these ends lie beyond any window.
    let (earliest, latest) = (NaiveDate::default(), NaiveDate::from_ymd_opt(9999, 12, 31).unwrap_or(NaiveDate::MAX));
    diesel::sql_query(
        "UPDATE assessments a SET stale = true FROM unnest($2, $3, $4) AS touched (relationship_id, first_day, last_day) \
         WHERE a.account_id = $1 AND a.relationship_id = touched.relationship_id AND NOT a.stale \
         AND a.window_from <= touched.last_day AND a.window_to >= touched.first_day",
    )
    .bind::<diesel::sql_types::Uuid, _>(account.0)
    .bind::<Array<diesel::sql_types::Uuid>, _>(touched.iter().map(|one| one.relationship).collect::<Vec<_>>())
    .bind::<Array<Date>, _>(touched.iter().map(|one| one.first.max(earliest)).collect::<Vec<_>>())
    .bind::<Array<Date>, _>(touched.iter().map(|one| one.last.min(latest)).collect::<Vec<_>>())
    .execute(conn)?;
    Ok(())
}
