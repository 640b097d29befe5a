//! Turns at the database: as many at work as there are connections for them, a bounded number that waits, and the rest told at once.
//!
//! A queue that comes and goes is waited in; one that stays is work that does not get done, and everybody in it waits for nothing. So
//! where no turn has been free for a while, waiting is short (the idea of `CoDel`, RFC 8289, as Maurer 2015, "Fail at Scale", has it for requests).
//!
//! Whoever goes on with something (`Db::going_on`) waits behind no queue of those who want to begin: they wait outside, and no more come in than there are
//! turns.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::TURN;
use crate::kernel::Error;
use crate::meters::Meters;

/// Requests that wait for their turn; one more is told at once, so that those who wait are answered before long.
const WAITING: usize = 256;

/// For how long no turn was free, until the queue is one that stays.
const STAYS: Duration = Duration::from_millis(500);
/// How long a turn is waited for then.
const HURRY: Duration = Duration::from_millis(50);

/// Who may use a connection, shared by everybody who asks for one.
#[derive(Clone)]
pub(super) struct Turns {
    /// Places for those who are at work and those who wait for it.
    places: Arc<Semaphore>,
    /// As many as have begun and may be at work; the others that want to begin wait for this.
    inside: Arc<Semaphore>,
    at_work: Arc<Semaphore>,
    begun: Instant,
    /// When a turn was last free, in milliseconds since.
    free: Arc<AtomicU64>,
}

/// A turn; it ends when it is dropped.
pub(super) struct Turn {
    _place: Option<OwnedSemaphorePermit>,
    _inside: Option<OwnedSemaphorePermit>,
    _at_work: OwnedSemaphorePermit,
}

impl Turns {
    pub(super) fn new(at_once: usize) -> Self {
        let places = Arc::new(Semaphore::new(at_once.saturating_add(WAITING)));
        let [inside, at_work] = [(); 2].map(|()| Arc::new(Semaphore::new(at_once)));
        Self { places, inside, at_work, begun: Instant::now(), free: Arc::default() }
    }

    /// A turn, within [`TURN`], or sooner where nobody has had one at once for a while. What goes on with work that is partly done is not `new`:
    /// it is neither hurried nor told to come back at the door, because refusing it would waste what was done.
    pub(super) async fn take(&self, new: bool, meters: &Meters) -> Result<Turn, Error> {
        let again = || {
            meters.database.timed_out();
            Error::unavailable(TURN)
        };
        let place = if new { Some(Arc::clone(&self.places).try_acquire_owned().map_err(|_| again())?) } else { None };
        let inside = if new { now(&self.inside) } else { None };
        if let Some(turn) = if new && inside.is_none() { None } else { now(&self.at_work) } {
            // A turn that is given up is free for a moment even while many wait outside, and whoever goes on may find it then.
            if new || self.inside.available_permits() > 0 {
                self.free.store(millis(self.begun.elapsed()), Ordering::Relaxed);
            }
            return Ok(Turn { _place: place, _inside: inside, _at_work: turn });
        }
        let _waiting = meters.database.waiting();
        let patience = if new { self.patience(self.begun.elapsed()) } else { TURN };
        let waited = tokio::time::timeout(patience, self.in_line(new, inside)).await;
        let (inside, turn) = waited.ok().flatten().ok_or_else(again)?;
        Ok(Turn { _place: place, _inside: inside, _at_work: turn })
    }

    /// Waits first to be let in, unless that is done or need not be, and then for work to end.
    async fn in_line(
        &self,
        new: bool,
        inside: Option<OwnedSemaphorePermit>,
    ) -> Option<(Option<OwnedSemaphorePermit>, OwnedSemaphorePermit)> {
        let inside = if new && inside.is_none() { Some(Arc::clone(&self.inside).acquire_owned().await.ok()?) } else { inside };
        Some((inside, Arc::clone(&self.at_work).acquire_owned().await.ok()?))
    }

    fn patience(&self, now: Duration) -> Duration {
        let queued_for = millis(now).saturating_sub(self.free.load(Ordering::Relaxed));
        if queued_for > millis(STAYS) { HURRY } else { TURN }
    }
}

fn now(places: &Arc<Semaphore>) -> Option<OwnedSemaphorePermit> {
    Arc::clone(places).try_acquire_owned().ok()
}

fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_queue_that_comes_and_goes_is_waited_in_and_one_that_stays_is_left_soon() {
        let (turns, meters) = (Turns::new(1), Meters::default());
        turns.free.store(u64::MAX, Ordering::Relaxed);
        let turn = turns.take(true, &meters).await.unwrap();
        let free = turns.free.load(Ordering::Relaxed);
        assert!(free < u64::MAX, "one was free just now");
        let patience = |millis| turns.patience(Duration::from_millis(free + millis));
        assert_eq!((patience(500), patience(501)), (TURN, HURRY));
        drop(turn);
    }

    #[tokio::test]
    async fn whoever_goes_on_is_let_in_before_those_who_want_to_begin() {
        let (turns, meters, came) = (Turns::new(1), Meters::default(), std::cell::RefCell::default());
        let turn = turns.take(true, &meters).await.unwrap();
        let take = async |who: &'static str, new| {
            let turn = turns.take(new, &meters).await;
            let came: &std::cell::RefCell<Vec<&str>> = &came;
            came.borrow_mut().push(who);
            drop(turn);
        };
        tokio::join!(take("first", true), take("second", true), take("goes on", false), async { drop(turn) });
        assert_eq!(*came.borrow(), ["goes on", "first", "second"]);
    }

    #[tokio::test]
    async fn a_turn_that_was_waited_for_was_not_free_and_one_that_whoever_goes_on_finds_is_free_unless_somebody_wants_to_begin() {
        let (turns, meters) = (Turns::new(1), Meters::default());
        let noted = || turns.free.swap(u64::MAX, Ordering::Relaxed);
        let turn = turns.take(true, &meters).await.unwrap();
        noted();
        let (waited, ()) = tokio::join!(turns.take(true, &meters), async { drop(turn) });
        assert_eq!(noted(), u64::MAX, "it was waited for");

        drop(waited.unwrap());
        let wants_to_begin = Arc::clone(&turns.inside).try_acquire_owned().unwrap();
        drop(turns.take(false, &meters).await.unwrap());
        assert_eq!(noted(), u64::MAX, "somebody wants to begin");

        drop(wants_to_begin);
        drop(turns.take(false, &meters).await.unwrap());
        assert!(noted() < u64::MAX, "nobody wants to begin");
    }
}
