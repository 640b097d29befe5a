//! Metrics with a label whose values are words of the program's own.

use std::sync::Arc;

use prometheus_client::encoding::{EncodeMetric, MetricEncoder};
use prometheus_client::metrics::MetricType;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::registry::{Registry, Unit};

/// A label, and one of the program's own words. `'static` keeps out whatever a request brought.
type Word = [(&'static str, &'static str); 1];

/// One metric for each of some words that are known beforehand.
#[derive(Clone, Debug)]
pub(super) struct Each<M> {
    label: &'static str,
    members: Arc<[(&'static str, M)]>,
}

impl<M> Each<M> {
    pub fn new<const N: usize>(label: &'static str, members: [(&'static str, M); N]) -> Self {
        Self { label, members: Arc::new(members) }
    }
}

impl<M: EncodeMetric> EncodeMetric for Each<M> {
    fn encode(&self, mut encoder: MetricEncoder) -> Result<(), std::fmt::Error> {
        self.members.iter().try_for_each(|(word, metric)| metric.encode(encoder.encode_family(&[(self.label, *word)])?))
    }

    fn metric_type(&self) -> MetricType {
        self.members.first().map_or(MetricType::Unknown, |(_, metric)| metric.metric_type())
    }
}

/// Requests refused because a budget was spent, by the budget's class.
#[derive(Clone, Debug, Default)]
pub struct Refusals(Family<Word, Counter>);

impl Refusals {
    pub(super) fn register(&self, registry: &mut Registry) {
        registry.register("rate_limited", "Requests refused because a budget was spent, by its class.", self.0.clone());
    }

    /// Shows a class from the beginning on, with nothing refused. Say each one once.
    pub fn begin(&self, class: &'static str) {
        drop(self.0.get_or_create(&[("class", class)]));
    }

    /// A budget of this class was spent.
    pub fn refused(&self, class: &'static str) {
        self.0.get_or_create(&[("class", class)]).inc();
    }
}

/// What runs beside the requests once an hour, by its name.
#[derive(Clone, Debug, Default)]
pub struct Upkeep {
    succeeded_at: Family<Word, Gauge>,
    failures: Family<Word, Counter>,
}

impl Upkeep {
    pub(super) fn register(&self, registry: &mut Registry) {
        let help = "When a sweep last went through without an error, in seconds since 1970.";
        registry.register_with_unit("last_success_timestamp", help, Unit::Seconds, self.succeeded_at.clone());
        registry.register("failures", "Sweeps that broke off with an error.", self.failures.clone());
    }

    /// A sweep went through. `at` is in seconds since 1970.
    pub fn succeeded(&self, sweep: &'static str, at: i64) {
        self.succeeded_at.get_or_create(&[("sweep", sweep)]).set(at);
        drop(self.failures.get_or_create(&[("sweep", sweep)]));
    }

    /// A sweep broke off.
    pub fn failed(&self, sweep: &'static str) {
        self.failures.get_or_create(&[("sweep", sweep)]).inc();
    }
}

/// Whether an access token was known from a moment ago or had to be checked.
#[derive(Clone, Debug, Default)]
pub struct TokenCache {
    hits: Counter,
    misses: Counter,
}

impl TokenCache {
    pub(super) fn register(&self, registry: &mut Registry) {
        let help = "Access tokens that were shown: known from a moment ago (hit), or to be checked (miss).";
        registry.register("token_cache_lookups", help, Each::new("outcome", [("hit", self.hits.clone()), ("miss", self.misses.clone())]));
    }

    /// The token was known.
    pub fn hit(&self) {
        self.hits.inc();
    }

    /// The token has to be checked.
    pub fn miss(&self) {
        self.misses.inc();
    }
}
