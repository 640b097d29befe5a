//! Turns at the database: as many at work as there are connections for them, a bounded number that waits, and the rest told at once.
//!
//! A queue that comes and goes is waited in; one that stays is work that does not get done, and everybody in it waits for nothing. So
//! where no turn has been free for a while, waiting is short (the idea of `CoDel`, RFC 8289, as Maurer 2015, "Fail at Scale", has it for requests).

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
    at_work: Arc<Semaphore>,
    begun: Instant,
    /// When a turn was last free, in milliseconds since.
    free: Arc<AtomicU64>,
}

/// A turn; it ends when it is dropped.
pub(super) struct Turn {
    _place: Option<OwnedSemaphorePermit>,
    _turn: OwnedSemaphorePermit,
}

impl Turns {
    pub(super) fn new(at_once: usize) -> Self {
        let places = Arc::new(Semaphore::new(at_once.saturating_add(WAITING)));
        Self { places, at_work: Arc::new(Semaphore::new(at_once)), begun: Instant::now(), free: Arc::default() }
    }

    /// A turn, within [`TURN`], or sooner where nobody has had one at once for a while. What goes on with work that is partly done is not `new`:
    /// it is neither hurried nor told to come back at the door, because refusing it would waste what was done.
    pub(super) async fn take(&self, new: bool, meters: &Meters) -> Result<Turn, Error> {
        let again = || {
            meters.database.timed_out();
            Error::unavailable(TURN)
        };
        let place = if new { Some(Arc::clone(&self.places).try_acquire_owned().map_err(|_| again())?) } else { None };
        if let Ok(turn) = Arc::clone(&self.at_work).try_acquire_owned() {
            self.free.store(millis(self.begun.elapsed()), Ordering::Relaxed);
            return Ok(Turn { _place: place, _turn: turn });
        }
        let _waiting = meters.database.waiting();
        let patience = if new { self.patience(self.begun.elapsed()) } else { TURN };
        let waited = tokio::time::timeout(patience, Arc::clone(&self.at_work).acquire_owned()).await;
        let turn = waited.ok().and_then(Result::ok).ok_or_else(again)?;
        Ok(Turn { _place: place, _turn: turn })
    }

    fn patience(&self, now: Duration) -> Duration {
        let queued_for = millis(now).saturating_sub(self.free.load(Ordering::Relaxed));
        if queued_for > millis(STAYS) { HURRY } else { TURN }
    }
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
    async fn whoever_waits_for_a_turn_says_nothing_of_a_free_one() {
        let (turns, meters) = (Turns::new(1), Meters::default());
        let turn = turns.take(true, &meters).await.unwrap();
        turns.free.store(7, Ordering::Relaxed);
        let (waited, ()) = tokio::join!(turns.take(false, &meters), async { drop(turn) });
        assert!(waited.is_ok());
        assert_eq!(turns.free.load(Ordering::Relaxed), 7);
    }
}
