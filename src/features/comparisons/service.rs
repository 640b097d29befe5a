//! Gather what was logged on the days, compute.

use chrono::{DateTime, NaiveDate, Utc};

use super::model::{Asked, Compared};
use crate::db::{Conn, Db};
use crate::engine::comparison::{Around, Periods, Question, Side, Span, compare};
use crate::engine::{Evidence, Policy};
use crate::features::assessments::model::Window;
use crate::features::assessments::{self, Jobs, day};
use crate::features::{accounts, interactions};
use crate::kernel::{AccountId, Error, View, zone};

/// What is read for a comparison.
#[derive(Clone, Debug)]
struct Gathered {
    asked: Asked,
    as_of: NaiveDate,
    evidence: Evidence,
    around: Around,
}

/// Reads what was logged on the days that are compared, up to the last complete one; run it in a snapshot.
fn gather(conn: &mut Conn, account: AccountId, asked: Asked, now: DateTime<Utc>) -> Result<Gathered, Error> {
    let as_of = zone::last_complete_day(now, accounts::time_zone_of(conn, account)?);
    let periods = asked.periods();
    let window = Window { from: periods.before.from, to: periods.after.to.min(as_of).max(periods.before.from) };
    let evidence = assessments::evidence_of_days(conn, account, asked.relationship, window)?;
    let (before, after) = interactions::around(conn, account, asked.relationship, (window.from, window.to))?;
    // Until the day that is not over yet something may still be logged.
    let next = as_of.succ_opt().unwrap_or(as_of);
    let around = Around { last_before: before.map(day), next_after: Some(day(after.map_or(next, |day| day.min(next)))) };
    let too_many = || Error::parameter("path", "too_many_entries", "More was logged on these days than is compared.");
    Ok(Gathered { asked, as_of, evidence: evidence.ok_or_else(too_many)?, around })
}

/// Computes what was gathered, where the engine runs.
async fn compute(jobs: &Jobs, gathered: Gathered) -> Result<Compared, Error> {
    jobs.run(move || {
        let Gathered { asked, as_of, evidence, around } = gathered;
        let (periods, took_place) = (asked.periods(), asked.took_place());
        let Asked { goes_on, unprompted_only, leaves_steps, dimensions, .. } = asked;
        let of: Periods = periods.map(|days| Span { first: day(days.from), last: day(days.to) });
        let dimensions = if took_place { dimensions } else { Vec::new() };
        let question = Question { periods: of, side: Side::Other, unprompted_only, goes_on, leaves_steps, around, dimensions };
        Compared { as_of, goes_on, unprompted_only, periods, dimensions: compare(&evidence, &question, &Policy::default()) }
    })
    .await
}

/// What changed in some ways around some days of a relationship, or the reason why there is no such relationship.
pub async fn before_and_after(db: &Db, jobs: &Jobs, view: View, asked: Asked, now: DateTime<Utc>) -> Result<Compared, Error> {
    let account = view.account();
    let gathered = db.snapshot(view, move |conn| gather(conn, account, asked, now)).await?;
    compute(jobs, gathered).await
}
