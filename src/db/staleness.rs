//! Snapshots that no longer show what is stored: marked by whatever changes evidence, read by the assessments feature.

use chrono::NaiveDate;
use diesel::RunQueryDsl;
use diesel::sql_types::{Date, Uuid as SqlUuid};
use uuid::Uuid;

use super::Conn;
use super::columns::over_columns;
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

/// Marks the assessments of an account whose window meets the touched days, in one statement.
pub fn mark(conn: &mut Conn, account: AccountId, touched: &[Touched]) -> Result<(), Error> {
    mark_all(conn, &touched.iter().map(|one| (account, *one)).collect::<Vec<_>>())
}

/// [`mark`] for several accounts. Rows are taken in one order, so that two who mark the same ones wait instead of for ever.
pub fn mark_all(conn: &mut Conn, touched: &[(AccountId, Touched)]) -> Result<(), Error> {
    if touched.is_empty() {
        return Ok(());
    }
    // Postgres dates reach less far than chrono's; these ends lie beyond any window.
    let (earliest, latest) = (NaiveDate::default(), NaiveDate::from_ymd_opt(9999, 12, 31).unwrap_or(NaiveDate::MAX));
    let mark = Mark {
        account: touched.iter().map(|(account, _)| account.0).collect(),
        relationship: touched.iter().map(|(_, one)| one.relationship).collect(),
        first: touched.iter().map(|(_, one)| one.first.max(earliest)).collect(),
        last: touched.iter().map(|(_, one)| one.last.min(latest)).collect(),
    };
    mark.execute(conn)?;
    Ok(())
}

over_columns! {
    Mark { account: SqlUuid => Uuid, relationship: SqlUuid => Uuid, first: Date => NaiveDate, last: Date => NaiveDate } -> (),
    "WITH met AS (SELECT a.account_id, a.id FROM assessments a JOIN",
    "AS touched (account_id, relationship_id, first_day, last_day) USING (account_id, relationship_id) \
     WHERE NOT a.stale AND a.window_from <= touched.last_day AND a.window_to >= touched.first_day \
     ORDER BY a.account_id, a.id FOR NO KEY UPDATE OF a) \
     UPDATE assessments a SET stale = true FROM met WHERE a.account_id = met.account_id AND a.id = met.id"
}
