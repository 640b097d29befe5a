//! The watch over the lanes: who is silent, whether the database answers somebody new, and what is replaced then.

use std::sync::atomic::Ordering;
use std::sync::{Arc, PoisonError, Weak, mpsc};
use std::time::Duration;

use diesel::pg::PgConnection;
use diesel::sql_types::Bool;
use diesel::{Connection, QueryableByName, RunQueryDsl};

use super::{Numbered, Shared, Watched};

/// How often the lanes are looked over.
const LOOK: Duration = Duration::from_secs(1);
/// How long a new connection may take to show that the database is well.
const WELL: Duration = Duration::from_secs(8);
/// How many questions whether it is well may be on their way: one that was never answered must not be the last.
const QUESTIONS: usize = 3;

/// Whether the database is well, for a connection that was opened to ask. Where commits wait for a standby, or for a disk that takes its time,
/// those who wait hear nothing either: another connection would wait as they do. Events are spelled in two ways, by version.
const IS_WELL: &str = "SELECT NOT EXISTS (SELECT FROM pg_stat_activity WHERE usename = session_user \
     AND lower(wait_event) IN ('syncrep', 'walsync', 'walwrite') AND clock_timestamp() - query_start > interval '5 s') AS well";

#[derive(QueryableByName)]
struct Answer {
    #[diesel(sql_type = Bool)]
    well: bool,
}

impl Shared {
    /// Gives up whoever has heard nothing for too long, where that can help.
    pub(super) fn look(&self, now: u64, is_well: impl FnOnce() -> bool) {
        let current = self.pool().number;
        let of_the_pool = |lane: &Arc<Watched>| lane.pool.load(Ordering::Relaxed) == current;
        // Those of a pool that was replaced need no further question.
        if self.silent(now).iter().any(of_the_pool) {
            if !is_well() {
                return;
            }
            // Some may have heard meanwhile what they waited for.
            if self.silent(now).iter().any(of_the_pool) {
                self.replace_pool();
            }
        }
        for lane in self.silent(now) {
            lane.give_up();
        }
    }

    /// The oldest of those that are silent: as many as may be given up.
    fn silent(&self, now: u64) -> Vec<Arc<Watched>> {
        let open = self.open();
        let given_up = open.values().filter(|lane| lane.given_up.get().is_some()).count();
        let left = usize::try_from(self.size).unwrap_or(usize::MAX).saturating_sub(given_up);
        open.values().filter(|lane| lane.is_silent(now)).take(left).map(Arc::clone).collect()
    }

    fn replace_pool(&self) {
        tracing::warn!("connections to the database fell silent while new ones work; they are given up");
        let old = self.pool();
        let new = Numbered::new(old.number.wrapping_add(1), &self.url, self.size);
        *self.pool.write().unwrap_or_else(PoisonError::into_inner) = new;
        old.retired.store(true, Ordering::Relaxed);
        // Those that nobody uses would stay until the last of those that are given up comes to its end.
        while let Some(idle) = old.pool.try_get() {
            drop(idle);
        }
    }

    /// Whether the database answers on a new connection, and soon.
    fn is_well(&self) -> bool {
        if Arc::strong_count(&self.questions) > QUESTIONS {
            return false;
        }
        let (asked, url, (answer, answered)) = (Arc::clone(&self.questions), self.url.clone(), mpsc::channel());
        let ask = move || {
            let well = PgConnection::establish(&url)
                .is_ok_and(|mut conn| diesel::sql_query(IS_WELL).get_result::<Answer>(&mut conn).is_ok_and(|answer| answer.well));
            // Nobody may wait for it any more.
            drop((asked, answer.send(well)));
        };
        let asking = std::thread::Builder::new().name("ask-database".to_owned()).spawn(ask);
        asking.is_ok() && answered.recv_timeout(WELL).unwrap_or(false)
    }
}

/// Looks over the lanes until nobody needs them any more.
pub(super) fn watch(lanes: &Weak<Shared>) {
    while let Some(shared) = lanes.upgrade() {
        shared.look(shared.now(), || shared.is_well());
        drop(shared);
        std::thread::sleep(LOOK);
    }
}
