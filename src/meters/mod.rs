//! What the service counts about itself: meters that are handed in and read by `/metrics`.
//!
//! A leaf: it knows nothing of requests, rows or accounts, and takes no text that came from outside. Label values are route
//! templates from a list that is closed at start, or words of the program's own, so no request can add a series. Counting is an
//! addition on an atomic number: no lock, no allocation, no formatting. The text is made when somebody asks for it.
//!
//! Names and units follow Prometheus (prometheus.io/docs/practices/naming), the text is OpenMetrics 1.0.

mod database;
mod exports;
mod gauge;
mod group_commit;
mod histogram;
mod labelled;
mod process;
mod requests;
mod work;

pub use database::{Database, Kind};
pub use exports::Exports;
pub use gauge::{Held, Level};
pub use group_commit::GroupCommit;
pub use histogram::Histogram;
pub use labelled::{Refusals, TokenCache, Upkeep};
pub use requests::{Requests, Route, Underway};
pub use work::Work;

use prometheus_client::encoding::text;
use prometheus_client::metrics::info::Info;
use prometheus_client::registry::Registry;

/// The media type of what [`Meters::text`] makes.
pub const MEDIA_TYPE: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

/// Every meter of one service. The parts are handed one `Arc` of it and call what is theirs.
#[derive(Debug)]
pub struct Meters {
    registry: Registry,
    pub requests: Requests,
    pub database: Database,
    /// Computing assessments.
    pub engine: Work,
    /// Hashing and checking secrets with argon2id.
    pub passwords: Work,
    pub exports: Exports,
    pub limits: Refusals,
    pub upkeep: Upkeep,
    pub token_cache: TokenCache,
    pub group_commit: GroupCommit,
}

impl Meters {
    /// Meters for a service that serves these route templates and no others; what matches none of them is counted as `unmatched`.
    #[must_use]
    pub fn new(templates: impl IntoIterator<Item = String>) -> Self {
        let mut meters = Self {
            registry: Registry::default(),
            requests: Requests::new(templates),
            database: Database::default(),
            engine: Work::default(),
            passwords: Work::default(),
            exports: Exports::default(),
            limits: Refusals::default(),
            upkeep: Upkeep::default(),
            token_cache: TokenCache::default(),
            group_commit: GroupCommit::default(),
        };
        let mut registry = Registry::default();
        meters.register(registry.sub_registry_with_prefix("reciprocity"));
        // The process's own names are the same in every program, so they have no prefix.
        process::register(&mut registry);
        meters.registry = registry;
        meters
    }

    fn register(&self, registry: &mut Registry) {
        registry.register("build", "Which version runs.", Info::new(vec![("version", env!("CARGO_PKG_VERSION"))]));
        self.requests.register(registry.sub_registry_with_prefix("http"));
        self.database.register(registry.sub_registry_with_prefix("db"));
        self.engine.register(registry.sub_registry_with_prefix("engine"));
        self.passwords.register(registry.sub_registry_with_prefix("passwords"));
        self.exports.register(registry.sub_registry_with_prefix("export"));
        self.limits.register(registry);
        self.upkeep.register(registry.sub_registry_with_prefix("upkeep"));
        self.token_cache.register(registry);
        self.group_commit.register(registry.sub_registry_with_prefix("group_commit"));
    }

    /// Everything as OpenMetrics text. Each value is read by itself, so two that belong together may be some requests apart.
    #[must_use]
    pub fn text(&self) -> String {
        let mut whole = String::new();
        // Writing to a string does not fail, and no metric of ours refuses to be written.
        let _ = text::encode(&mut whole, &self.registry);
        whole
    }
}

impl Default for Meters {
    /// Meters that nobody reads: for commands beside the service.
    fn default() -> Self {
        Self::new([])
    }
}

/// A duration as the histograms count it: whole nanoseconds.
fn nanoseconds(duration: std::time::Duration) -> u64 {
    u64::try_from(duration.as_nanos()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests;
