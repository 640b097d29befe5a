//! What changed since a practice was taken up: before, while it was done, and after it was dropped.

use std::sync::Arc;

use chrono::{DateTime, Utc};

use super::model::AdoptedPractice;
use super::store;
use crate::content::Catalogue;
use crate::db::Db;
use crate::features::assessments::Jobs;
use crate::features::comparisons;
use crate::features::comparisons::model::{Compared, DaySpan};
use crate::features::responses::dimension_of;
use crate::kernel::{AdoptedPracticeId, Error, View};

/// What changed, and how often it was done meanwhile.
#[derive(Clone, Debug)]
pub struct Changed {
    pub practice: AdoptedPractice,
    pub compared: Compared,
    /// Times that were noted from its first day to its last.
    pub sessions: usize,
}

/// What changed in the ways that a practice aims at, as the catalogue has them now; none where the catalogue has it no longer.
pub async fn change(
    db: &Db,
    jobs: &Jobs,
    catalogue: Arc<Catalogue>,
    view: View,
    id: AdoptedPracticeId,
    now: DateTime<Utc>,
) -> Result<Changed, Error> {
    let account = view.account();
    let read = db.snapshot(view, move |conn| {
        let practice = store::get(conn, account, id)?;
        let DaySpan { from, to } = practice.done_on(now);
        let noted = store::sessions_of(conn, account, practice.relationship, (from, to))?;
        Ok((noted.into_iter().filter(|(of, _, _)| *of == id).count(), practice))
    });
    let (sessions, practice) = read.await?;
    let aims = catalogue.practice(&practice.adopted.practice).map(|found| found.definition().dimensions.as_slice()).unwrap_or_default();
    let aims = aims.iter().map(|aim| dimension_of(*aim)).collect();
    let compared = comparisons::before_and_after(db, jobs, view, practice.asked(aims, now), now).await?;
    Ok(Changed { practice, compared, sessions })
}
