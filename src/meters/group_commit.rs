//! Writes that are committed together: how many wait, how many go at once, how long the commit takes.

use std::time::Duration;

use prometheus_client::metrics::counter::Counter;
use prometheus_client::registry::{Registry, Unit};

use super::{Histogram, Level};

/// Meters of writes that are committed together.
///
/// Whoever waits counts itself with `queue_depth.hold()` (or `inc` and `dec`), whoever commits says [`GroupCommit::batch`] once for each
/// commit, and whoever sends somebody away because the line is full says [`GroupCommit::refuse`].
#[derive(Clone, Debug)]
pub struct GroupCommit {
    /// Writes that wait to be committed.
    pub queue_depth: Level,
    refused: Counter,
    unanswered: Counter,
    writers_replaced: Counter,
    rows: Histogram,
    took: Histogram,
}

impl Default for GroupCommit {
    fn default() -> Self {
        Self {
            queue_depth: Level::default(),
            refused: Counter::default(),
            unanswered: Counter::default(),
            writers_replaced: Counter::default(),
            rows: Histogram::of_rows(),
            took: Histogram::of_steps(),
        }
    }
}

impl GroupCommit {
    pub(super) fn register(&self, registry: &mut Registry) {
        registry.register("queue_depth", "Writes that wait to be committed with others.", self.queue_depth.0.clone());
        registry.register("refused", "Writes that were refused because too many waited; answered with 503.", self.refused.clone());
        let help = "Writes whose answer was not waited for any longer; answered with 503, and possibly written.";
        registry.register("unanswered", help, self.unanswered.clone());
        let help = "Writers in whose place another was put, because their connection fell silent.";
        registry.register("writers_replaced", help, self.writers_replaced.clone());
        registry.register("batch_rows", "Writes that went into one commit.", self.rows.clone());
        registry.register_with_unit("duration", "One commit of several writes, with its statements.", Unit::Seconds, self.took.clone());
    }

    /// So many writes were committed at once, or failed to be, and it took so long.
    pub fn batch(&self, rows: usize, took: Duration) {
        self.rows.observe(u64::try_from(rows).unwrap_or(u64::MAX));
        self.took.took(took);
    }

    /// A write was sent away because too many waited.
    pub fn refuse(&self) {
        self.refused.inc();
    }

    /// A write had no answer in time.
    pub fn leave_unanswered(&self) {
        self.unanswered.inc();
    }

    /// Another writer stands in the place of one whose connection fell silent.
    pub fn replace_writer(&self) {
        self.writers_replaced.inc();
    }
}
