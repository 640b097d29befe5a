//! When each of some question sets was answered last, in one statement that reads one row of each.

use std::collections::HashMap;

use chrono::NaiveDate;
use diesel::prelude::*;
use diesel::sql_types::{Date, Text, Uuid as SqlUuid};
use uuid::Uuid;

use crate::db::columns::over_columns;
use crate::kernel::{AccountId, Error, RelationshipId};

over_columns! {
    /// The newest completion of each set. Asked for as a range, so that the one index which has sets in order is read: with an equality, the
    /// index of days is in order as well, and holds every other set's days.
    Last { account: SqlUuid => Uuid, relationship: SqlUuid => Uuid, question_set: Text => String } -> (Text, Date),
    "SELECT asked.question_set, last.local_date FROM",
    "AS asked (account_id, relationship_id, question_set) CROSS JOIN LATERAL (SELECT r.local_date FROM responses r \
     WHERE r.account_id = asked.account_id AND r.relationship_id = asked.relationship_id AND r.question_set BETWEEN asked.question_set \
     AND asked.question_set AND r.status = 'completed' ORDER BY r.question_set, r.local_date DESC LIMIT 1) AS last"
}

/// The newest day that each of these sets was answered for, of those that were.
pub fn last_completed(
    conn: &mut PgConnection,
    account: AccountId,
    relationship: RelationshipId,
    question_set: Vec<String>,
) -> Result<HashMap<String, NaiveDate>, Error> {
    let (account, relationship) = (vec![account.0; question_set.len()], vec![relationship.0; question_set.len()]);
    Ok(Last { account, relationship, question_set }.load::<(String, NaiveDate)>(conn)?.into_iter().collect())
}
