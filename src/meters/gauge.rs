//! A number that goes up and comes down again, whatever happens in between.

use prometheus_client::metrics::gauge::Gauge;

/// How many of something there are now.
#[derive(Clone, Debug, Default)]
pub struct Level(pub(super) Gauge);

/// One of them; it is there until this is dropped.
#[derive(Debug)]
pub struct Held(Gauge);

impl Level {
    /// One more, until what is given back is dropped. For whatever may fail, panic or be given up half-way.
    #[must_use]
    pub fn hold(&self) -> Held {
        self.0.inc();
        Held(self.0.clone())
    }

    /// One more.
    pub fn inc(&self) {
        self.0.inc();
    }

    /// One less.
    pub fn dec(&self) {
        self.0.dec();
    }

    pub fn set(&self, value: i64) {
        self.0.set(value);
    }

    #[must_use]
    pub fn get(&self) -> i64 {
        self.0.get()
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        self.0.dec();
    }
}
