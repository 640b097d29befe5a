//! Work that few may do at once: those who wait, those who were sent away, how long it takes.

use std::time::Duration;

use prometheus_client::metrics::counter::Counter;
use prometheus_client::registry::{Registry, Unit};

use super::{Held, Histogram, Level};

/// Meters of one bounded place to work.
#[derive(Clone, Debug)]
pub struct Work {
    waiting: Level,
    running: Level,
    refused: Counter,
    took: Histogram,
}

impl Default for Work {
    fn default() -> Self {
        Self { waiting: Level::default(), running: Level::default(), refused: Counter::default(), took: Histogram::of_steps() }
    }
}

impl Work {
    pub(super) fn register(&self, registry: &mut Registry) {
        registry.register("queue_depth", "Work that waits for its turn.", self.waiting.0.clone());
        registry.register("running", "Work that is being done.", self.running.0.clone());
        registry.register("refused", "Work that was refused because too much waited; answered with 503.", self.refused.clone());
        registry.register_with_unit("run_duration", "Work from its turn on to its end.", Unit::Seconds, self.took.clone());
    }

    /// Somebody waits for a turn, until what is given back is dropped.
    #[must_use]
    pub fn waiting(&self) -> Held {
        self.waiting.hold()
    }

    /// Somebody was told to come back.
    pub fn refuse(&self) {
        self.refused.inc();
    }

    /// Work has begun, and goes on until what is given back is dropped.
    #[must_use]
    pub fn running(&self) -> Held {
        self.running.hold()
    }

    /// Work came to its end.
    pub fn took(&self, duration: Duration) {
        self.took.took(duration);
    }
}
