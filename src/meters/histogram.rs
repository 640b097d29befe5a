//! A histogram of atomic numbers. The library's own takes a lock for each observation.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use prometheus_client::encoding::{EncodeMetric, MetricEncoder, NoLabelSet};
use prometheus_client::metrics::MetricType;

use super::nanoseconds;

const MICROSECOND: u64 = 1_000;
const MILLISECOND: u64 = 1_000 * MICROSECOND;
const SECOND: u64 = 1_000 * MILLISECOND;

/// Upper bounds of what a client waits for: 0.5 ms to 10 s.
const OF_REQUESTS: &[u64] = &[
    500 * MICROSECOND,
    MILLISECOND,
    2_500 * MICROSECOND,
    5 * MILLISECOND,
    10 * MILLISECOND,
    25 * MILLISECOND,
    50 * MILLISECOND,
    100 * MILLISECOND,
    250 * MILLISECOND,
    500 * MILLISECOND,
    SECOND,
    2_500 * MILLISECOND,
    5 * SECOND,
    10 * SECOND,
];

/// Upper bounds of a part of a request: 0.1 ms to 5 s.
const OF_STEPS: &[u64] = &[
    100 * MICROSECOND,
    250 * MICROSECOND,
    500 * MICROSECOND,
    MILLISECOND,
    2_500 * MICROSECOND,
    5 * MILLISECOND,
    10 * MILLISECOND,
    25 * MILLISECOND,
    50 * MILLISECOND,
    100 * MILLISECOND,
    250 * MILLISECOND,
    500 * MILLISECOND,
    SECOND,
    2_500 * MILLISECOND,
    5 * SECOND,
];

/// Upper bounds of how many come together: 1 to 512.
const OF_ROWS: &[u64] = &[1, 2, 4, 8, 16, 32, 64, 128, 256, 512];

/// Counts of what was observed, by upper bound. Clones count together.
#[derive(Clone, Debug)]
pub struct Histogram(Arc<Counts>);

#[derive(Debug)]
struct Counts {
    bounds: &'static [u64],
    /// What one unit of the text is: a second's nanoseconds, or one row.
    unit: u64,
    /// One for each bound, and one for what is above them all.
    buckets: Box<[AtomicU64]>,
    sum: AtomicU64,
}

impl Histogram {
    /// For whole requests. Seconds.
    #[must_use]
    pub fn of_requests() -> Self {
        Self::new(OF_REQUESTS, SECOND)
    }

    /// For parts of requests. Seconds.
    #[must_use]
    pub fn of_steps() -> Self {
        Self::new(OF_STEPS, SECOND)
    }

    /// For numbers of rows.
    #[must_use]
    pub fn of_rows() -> Self {
        Self::new(OF_ROWS, 1)
    }

    fn new(bounds: &'static [u64], unit: u64) -> Self {
        let buckets = (0..=bounds.len()).map(|_| AtomicU64::new(0)).collect();
        Self(Arc::new(Counts { bounds, unit, buckets, sum: AtomicU64::new(0) }))
    }

    /// Counts a duration.
    pub fn took(&self, duration: Duration) {
        self.observe(nanoseconds(duration));
    }

    /// Counts a number of rows, or of nanoseconds.
    pub fn observe(&self, value: u64) {
        let at = self.0.bounds.partition_point(|bound| *bound < value);
        if let Some(bucket) = self.0.buckets.get(at) {
            bucket.fetch_add(1, Ordering::Relaxed);
            self.0.sum.fetch_add(value, Ordering::Relaxed);
        }
    }

    /// How many were observed.
    #[must_use]
    pub fn count(&self) -> u64 {
        self.0.buckets.iter().map(|bucket| bucket.load(Ordering::Relaxed)).sum()
    }

    /// The value in units of the text. Above 2^53 nanoseconds (104 days) a double is a little off, which a sum may be.
    #[expect(clippy::cast_precision_loss, reason = "see above")]
    fn in_units(&self, value: u64) -> f64 {
        value as f64 / self.0.unit as f64
    }
}

impl EncodeMetric for Histogram {
    fn encode(&self, mut encoder: MetricEncoder) -> Result<(), std::fmt::Error> {
        let bounds = self.0.bounds.iter().map(|bound| self.in_units(*bound)).chain([f64::INFINITY]);
        let buckets: Vec<(f64, u64)> = bounds.zip(&self.0.buckets).map(|(bound, count)| (bound, count.load(Ordering::Relaxed))).collect();
        // The count is that of the buckets just read: a reader rejects a histogram whose last bucket is not its count.
        let count = buckets.iter().map(|(_, count)| count).sum();
        let sum = self.in_units(self.0.sum.load(Ordering::Relaxed));
        encoder.encode_histogram::<NoLabelSet>(sum, count, &buckets, None)
    }

    fn metric_type(&self) -> MetricType {
        MetricType::Histogram
    }
}
