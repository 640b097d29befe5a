//! Exports that this process makes in the background.

use prometheus_client::metrics::counter::Counter;
use prometheus_client::registry::Registry;

use super::labelled::Each;
use super::{Held, Level};

/// Meters of exports.
#[derive(Clone, Debug, Default)]
pub struct Exports {
    waiting: Level,
    working: Level,
    completed: Counter,
    failed: Counter,
}

impl Exports {
    pub(super) fn register(&self, registry: &mut Registry) {
        let levels = [("waiting", self.waiting.0.clone()), ("working", self.working.0.clone())];
        registry.register("jobs", "Exports that this process makes, by what they do now.", Each::new("state", levels));
        let ends = [("completed", self.completed.clone()), ("failed", self.failed.clone())];
        registry.register("jobs_ended", "Exports that this process stopped making, by how.", Each::new("outcome", ends));
    }

    /// An export waits for its turn, until what is given back is dropped.
    #[must_use]
    pub fn waiting(&self) -> Held {
        self.waiting.hold()
    }

    /// A page of an export is being made, until what is given back is dropped.
    #[must_use]
    pub fn working(&self) -> Held {
        self.working.hold()
    }

    /// An export is complete.
    pub fn completed(&self) {
        self.completed.inc();
    }

    /// An export was left unfinished.
    pub fn failed(&self) {
        self.failed.inc();
    }
}
