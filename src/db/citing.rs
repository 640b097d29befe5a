//! Assessments that name what is erased: they go with it.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use uuid::Uuid;

use super::Conn;
use super::schema::assessments;
use super::tombstones::{self, Kind};
use crate::kernel::{AccountId, Error};

/// Erases the assessments of a relationship that cite this entry or record; their ids stay taken.
pub fn erase(conn: &mut Conn, account: AccountId, relationship: Uuid, cited: Uuid, now: DateTime<Utc>) -> Result<(), Error> {
    let citing = assessments::table
        .filter(assessments::account_id.eq(account.0).and(assessments::relationship_id.eq(relationship)))
        .filter(assessments::cited.contains(vec![cited]));
    let erased: Vec<Uuid> = diesel::delete(citing).returning(assessments::id).get_results(conn)?;
    if erased.is_empty() {
        return Ok(());
    }
    let erased: Vec<_> = erased.into_iter().map(|id| (id, relationship)).collect();
    tombstones::bury_all(conn, account, Kind::Assessment, &erased, now)
}
