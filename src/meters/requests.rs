//! Requests: how many, how they were answered, how long that took, how many there are now.
//!
//! The table of routes is made at start and never grows. A request looks its route up once; what it then adds to is a number at a
//! known place.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::Instant;

use prometheus_client::encoding::{EncodeMetric, MetricEncoder};
use prometheus_client::metrics::MetricType;
use prometheus_client::metrics::counter::ConstCounter;
use prometheus_client::registry::{Registry, Unit};

use super::{Held, Histogram, Level};

/// The methods that have a name; every other one is `other`, whatever it was called.
const METHODS: [&str; 8] = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", OTHER];
/// The statuses that have a number, in order; every other one is `other`.
const STATUSES: [u16; 30] = [
    200, 201, 202, 204, 206, 301, 302, 303, 304, 307, 308, 400, 401, 403, 404, 405, 406, 408, 409, 410, 412, 413, 415, 416, 422, 428, 429,
    500, 501, 503,
];
const OTHER: &str = "other";
/// What is said in place of a status where the client went away before there was one.
const GONE: &str = "gone";
/// What is said in place of a route where none was met.
const UNMATCHED: &str = "unmatched";

/// Meters of requests.
#[derive(Clone, Debug)]
pub struct Requests {
    table: Arc<Table>,
    in_flight: Level,
}

#[derive(Debug)]
struct Table {
    routes: HashMap<String, Arc<Route>>,
    unmatched: Arc<Route>,
}

/// A route template, and what happened on it.
#[derive(Debug)]
pub struct Route {
    template: String,
    /// By method; a method that nobody used takes no room.
    answers: [OnceLock<Box<Answers>>; METHODS.len()],
}

#[derive(Debug)]
struct Answers {
    /// By status, then those of another status, then those whose client was gone.
    counts: [AtomicU64; STATUSES.len() + 2],
    took: Histogram,
}

impl Requests {
    pub(super) fn new(templates: impl IntoIterator<Item = String>) -> Self {
        let routes = templates.into_iter().map(|template| (template.clone(), Arc::new(Route::new(template)))).collect();
        let table = Arc::new(Table { routes, unmatched: Arc::new(Route::new(UNMATCHED.to_owned())) });
        Self { table, in_flight: Level::default() }
    }

    pub(super) fn register(&self, registry: &mut Registry) {
        let help = "Requests by method, route template and status.";
        registry.register("requests", help, Counts(Arc::clone(&self.table)));
        let help = "From a request's head to its answer's head, by method and route template.";
        registry.register_with_unit("request_duration", help, Unit::Seconds, Latencies(Arc::clone(&self.table)));
        registry.register("requests_in_flight", "Requests that are being answered.", self.in_flight.0.clone());
    }

    /// A request has come in. `template` is that of the route it met, if it met one.
    #[must_use]
    pub fn begin(&self, template: Option<&str>, method: &str) -> Underway {
        let route = template.and_then(|template| self.table.routes.get(template)).unwrap_or(&self.table.unmatched);
        let method = METHODS.iter().position(|known| *known == method).unwrap_or(METHODS.len() - 1);
        Underway { route: Arc::clone(route), method, begun: Instant::now(), status: None, _held: self.in_flight.hold() }
    }
}

impl Table {
    /// Every route, those with a method that was used.
    fn used(&self) -> impl Iterator<Item = (&str, &'static str, &Answers)> {
        self.routes.values().chain([&self.unmatched]).flat_map(|route| {
            let used = METHODS.iter().zip(&route.answers);
            used.filter_map(|(method, answers)| Some((route.template.as_str(), *method, answers.get()?.as_ref())))
        })
    }
}

impl Route {
    fn new(template: String) -> Self {
        Self { template, answers: std::array::from_fn(|_| OnceLock::new()) }
    }

    /// The template, such as `/v1/relationships/{relationship_id}`; `unmatched` where no route was met.
    #[must_use]
    pub fn template(&self) -> &str {
        &self.template
    }

    /// Whether a request met a route at all.
    #[must_use]
    pub fn is_known(&self) -> bool {
        self.template != UNMATCHED
    }
}

impl Answers {
    fn new() -> Self {
        Self { counts: std::array::from_fn(|_| AtomicU64::new(0)), took: Histogram::of_requests() }
    }
}

/// A request that is being answered. Dropped without [`Underway::answered`] it is counted as one whose client was gone.
#[derive(Debug)]
pub struct Underway {
    route: Arc<Route>,
    method: usize,
    begun: Instant,
    status: Option<u16>,
    _held: Held,
}

impl Underway {
    #[must_use]
    pub const fn route(&self) -> &Arc<Route> {
        &self.route
    }

    /// It was answered with this status.
    pub fn answered(mut self, status: u16) {
        self.status = Some(status);
    }
}

impl Drop for Underway {
    fn drop(&mut self) {
        let Some(answers) = self.route.answers.get(self.method) else { return };
        let answers = answers.get_or_init(|| Box::new(Answers::new()));
        let place = self.status.map_or(STATUSES.len() + 1, |status| STATUSES.binary_search(&status).unwrap_or(STATUSES.len()));
        if let Some(count) = answers.counts.get(place) {
            count.fetch_add(1, Ordering::Relaxed);
        }
        answers.took.took(self.begun.elapsed());
    }
}

/// `requests_total`
#[derive(Debug)]
struct Counts(Arc<Table>);

impl EncodeMetric for Counts {
    fn encode(&self, mut encoder: MetricEncoder) -> Result<(), std::fmt::Error> {
        for (route, method, answers) in self.0.used() {
            let named = STATUSES.iter().map(ToString::to_string).chain([OTHER.to_owned(), GONE.to_owned()]);
            for (status, count) in named.zip(&answers.counts) {
                let count = count.load(Ordering::Relaxed);
                if count > 0 {
                    let labels = [("method", method), ("route", route), ("status", status.as_str())];
                    ConstCounter::new(count).encode(encoder.encode_family(&labels)?)?;
                }
            }
        }
        Ok(())
    }

    fn metric_type(&self) -> MetricType {
        MetricType::Counter
    }
}

/// `request_duration_seconds`
#[derive(Debug)]
struct Latencies(Arc<Table>);

impl EncodeMetric for Latencies {
    fn encode(&self, mut encoder: MetricEncoder) -> Result<(), std::fmt::Error> {
        self.0
            .used()
            .try_for_each(|(route, method, answers)| answers.took.encode(encoder.encode_family(&[("method", method), ("route", route)])?))
    }

    fn metric_type(&self) -> MetricType {
        MetricType::Histogram
    }
}
