//! What came of a test that is over: before, during and after, from what is logged now.

use std::sync::Arc;

use chrono::{DateTime, Utc};

use super::{settle, where_offered};
use crate::content::Catalogue;
use crate::db::Db;
use crate::features::assessments::Jobs;
use crate::features::comparisons::model::{Compared, DaySpan};
use crate::features::experiments::model::{Experiment, Expressed, Phase};
use crate::features::experiments::store::{self, Scope};
use crate::features::{comparisons, records};
use crate::kernel::{Error, ExperimentId, View};

/// What a debrief is told from.
#[derive(Clone, Debug)]
pub struct Debriefed {
    pub experiment: Experiment,
    pub compared: Compared,
    /// The needs to speak of; nothing where no words are offered: after a test that ended before its time, and where none could be begun now.
    pub needs: Option<Expressed>,
    /// The days of the relationship's other tests.
    pub others: Vec<DaySpan>,
}

/// What came of a test. While it is not over there is nothing to be found.
pub async fn debrief(
    db: &Db,
    jobs: &Jobs,
    catalogue: Arc<Catalogue>,
    view: View,
    id: ExperimentId,
    now: DateTime<Utc>,
) -> Result<Debriefed, Error> {
    let work = db.write_words(view, move |conn, key| {
        let today = settle(conn, key, &catalogue, Scope::One(id), now)?;
        let experiment = store::get(conn, key, id)?;
        if experiment.phase(today) != Phase::Ended {
            return Err(Error::not_found());
        }
        let offered = where_offered(conn, key, &catalogue, &[experiment.relationship], now)?;
        let words = !offered.is_empty() && experiment.stopped_on.is_none();
        let needs = words.then(|| records::asked_for(conn, view.account(), experiment.relationship)).transpose()?;
        let others = store::other_days(conn, view.account(), &experiment)?;
        Ok((experiment, needs.map(Expressed), others))
    });
    let (experiment, needs, others) = work.await?;
    let compared = comparisons::before_and_after(db, jobs, view, experiment.asked(), now).await?;
    Ok(Debriefed { experiment, compared, needs, others })
}
