//! Turns at the database: as many at work as there are connections for them, a bounded number that waits, and the rest told at once.

use std::sync::Arc;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::TURN;
use crate::kernel::Error;
use crate::meters::Meters;

/// Requests that wait for their turn; one more is told at once, so that those who wait are answered before long.
const WAITING: usize = 256;

/// Who may use a connection, shared by everybody who asks for one.
#[derive(Clone)]
pub(super) struct Turns {
    /// Places for those who are at work and those who wait for it.
    places: Arc<Semaphore>,
    turns: Arc<Semaphore>,
}

/// A turn; it ends when it is dropped.
pub(super) struct Turn {
    _place: OwnedSemaphorePermit,
    _turn: OwnedSemaphorePermit,
}

impl Turns {
    pub(super) fn new(at_once: usize) -> Self {
        let places = Arc::new(Semaphore::new(at_once.saturating_add(WAITING)));
        Self { places, turns: Arc::new(Semaphore::new(at_once)) }
    }

    /// A turn, within [`TURN`].
    pub(super) async fn take(&self, meters: &Meters) -> Result<Turn, Error> {
        let again = || {
            meters.database.timed_out();
            Error::unavailable(TURN)
        };
        let place = Arc::clone(&self.places).try_acquire_owned().map_err(|_| again())?;
        if let Ok(turn) = Arc::clone(&self.turns).try_acquire_owned() {
            return Ok(Turn { _place: place, _turn: turn });
        }
        let _waiting = meters.database.waiting();
        let waited = tokio::time::timeout(TURN, Arc::clone(&self.turns).acquire_owned()).await;
        let turn = waited.ok().and_then(Result::ok).ok_or_else(again)?;
        Ok(Turn { _place: place, _turn: turn })
    }
}
