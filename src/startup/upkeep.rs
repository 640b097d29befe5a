//! What runs beside the server: dropping what has been kept for its time, and going on with what a stop left unfinished.

use std::time::Duration;

use actix_web::rt::time::sleep;

use super::Parts;
use crate::features::operator_sets;
use crate::kernel::Error;

/// How often. What has been kept for its time is not answered any more from its last moment on, whether it is dropped or not.
const EVERY: Duration = Duration::from_hours(1);

/// Sweeps now, and every hour from then on.
pub async fn keep_up(parts: Parts) {
    loop {
        sweep(&parts).await;
        sleep(EVERY).await;
    }
}

/// One time through everything that is kept for a time. What cannot be done is said in the log and comes again with the next time.
pub async fn sweep(parts: &Parts) {
    // Exports come last: completing them takes longest.
    let subjects = parts.accounts.sweep(parts.clock.now()).await;
    let swept = [subjects, parts.access_log.sweep().await, parts.retention.sweep().await, parts.exports.sweep().await];
    for (what, done) in ["erased_subjects", "access_log", "retention", "exports"].into_iter().zip(swept) {
        let Err(error) = done else {
            parts.meters.upkeep.succeeded(what, parts.clock.now().timestamp());
            continue;
        };
        parts.meters.upkeep.failed(what);
        let cause = error.cause_text();
        tracing::warn!(code = ?error.code, cause, what, "old rows could not be looked for; the next time comes in an hour");
    }
}

/// Fetches the other issuers' keys now, each on its own, and again and again at its interval.
pub fn keep_issuers(parts: &Parts) {
    for (refresher, every) in parts.issuers.refreshing() {
        actix_web::rt::spawn(async move {
            loop {
                refresher.refresh().await;
                sleep(every).await;
            }
        });
    }
}

/// Looks again and again for question sets that were published or retired on other instances, until the service stops.
pub async fn keep_question_sets(parts: Parts) {
    loop {
        sleep(operator_sets::EVERY).await;
        if let Err(error) = refresh_question_sets(&parts).await {
            let cause = error.cause_text();
            tracing::warn!(code = ?error.code, cause, "question sets could not be looked for; those that are known are served");
        }
    }
}

/// Looks once.
pub async fn refresh_question_sets(parts: &Parts) -> Result<(), Error> {
    parts.operator_sets.refresh().await
}

/// Fetches every other issuer's keys once.
pub async fn refresh_issuers(parts: &Parts) {
    parts.issuers.refresh().await;
}
