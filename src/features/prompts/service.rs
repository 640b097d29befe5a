//! Gathering what is due: the same number of statements, however many practices there are.

use chrono::{DateTime, Utc};

use super::model::{Admitted, Candidate};
use crate::content::Catalogue;
use crate::db::{AccountKey, Conn};
use crate::features::{assessments, recommendations, routines};
use crate::kernel::{Error, RelationshipId};

/// The account's adopted practices that may be put before its person now, with what they depend on.
pub fn admitted(conn: &mut Conn, key: &AccountKey, catalogue: &Catalogue, now: DateTime<Utc>) -> Result<Vec<Admitted>, Error> {
    let account = key.account();
    let live = routines::live(conn, account)?;
    let practices: Vec<_> = live.iter().map(|(practice, ..)| practice.clone()).collect();
    let mut ties: Vec<RelationshipId> = practices.iter().map(|one| one.relationship).collect();
    ties.sort_unstable();
    ties.dedup();
    let mut histories = routines::histories(conn, account, &practices, now)?;
    let considered = recommendations::considered_of(conn, key, &ties)?;
    let worn_out = assessments::worn_out(conn, account, &ties)?;
    let candidates = live.into_iter().map(|(practice, tie, situation)| {
        let (history, relationship) = (histories.remove(&practice.id).unwrap_or_default(), practice.relationship);
        let considered = considered.get(&relationship).cloned().unwrap_or_default();
        Candidate { practice, tie, situation, history, considered, worn_out: worn_out.contains(&relationship) }
    });
    Ok(candidates.filter_map(|one| one.admitted(catalogue, now.date_naive())).collect())
}
