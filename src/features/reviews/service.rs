//! Gather what a month held. Nothing is stored.

use std::sync::Arc;

use chrono::{DateTime, Utc};

use super::model::{Month, Review, noticed, shown};
use crate::content::Catalogue;
use crate::db::Db;
use crate::engine::types::Day;
use crate::features::assessments::model::{MAX_ENTRIES, Wanted};
use crate::features::assessments::{self, Jobs};
use crate::features::{accounts, interactions, records, relationships};
use crate::kernel::{Error, RelationshipId, View, zone};

/// How far strengths look back from the month's end. Days: half a year, as an assessment does.
const WINDOW_DAYS: i32 = 180;

/// The review of a month that has begun. The engine runs, unless this very evidence is assessed already.
pub async fn review(
    db: &Db,
    jobs: &Jobs,
    catalogue: Arc<Catalogue>,
    view: View,
    relationship: RelationshipId,
    month: Month,
    now: DateTime<Utc>,
) -> Result<Review, Error> {
    let read = db.snapshot_words(view, move |conn, key| {
        relationships::find(conn, key.account(), relationship)?;
        let zone = accounts::time_zone_of(conn, key.account())?;
        let to = month.last().min(zone::last_complete_day(now, zone));
        if month.first() > to {
            return Err(Error::not_found());
        }
        let span = (month.before().first(), to);
        // Where there are too many, the assessment of the half year around them is refused in a moment.
        let entries = interactions::between(conn, key.account(), relationship, span, MAX_ENTRIES)?;
        let mut rows = entries.map(|entries| entries.rows).unwrap_or_default();
        let records = records::between(conn, key.account(), relationship, span, MAX_ENTRIES)?.unwrap_or_default();
        // Of what they come to only the acts are of use here, which have their day as it is.
        rows.extend(records::feed(&rows, &records, span, |_| Day(0)).acts.into_iter().map(|(_, act)| act));
        Ok((to, noticed(&rows, month)))
    });
    let (to, noticed) = read.await?;
    let wanted = Wanted { as_of: Some(to), window_days: WINDOW_DAYS };
    let computed = assessments::computed(db, jobs, catalogue, view, relationship, wanted, now).await?;
    Ok(Review { month, to, strengths: shown(computed.outcome.strengths), noticed })
}
