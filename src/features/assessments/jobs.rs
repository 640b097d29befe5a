//! Where the engine runs: one job a core, a short queue, then "come back later".

use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::sync::Semaphore;

use crate::kernel::Error;
use crate::meters::Meters;

/// Jobs that may wait for a core, for each core.
const WAITING: usize = 8;
/// A job takes milliseconds; whoever is told to come back finds the queue shorter.
const RETRY: Duration = Duration::from_secs(1);

/// A bounded place to compute.
#[derive(Clone, Debug)]
pub struct Jobs {
    admitted: Arc<Semaphore>,
    running: Arc<Semaphore>,
    meters: Arc<Meters>,
}

impl Jobs {
    /// Room for `cores` jobs at once and some more in line.
    #[must_use]
    pub fn new(cores: usize) -> Self {
        let cores = cores.max(1);
        Self { admitted: Arc::new(Semaphore::new(cores * (WAITING + 1))), running: Arc::new(Semaphore::new(cores)), meters: Arc::default() }
    }

    /// The same, counting what it does.
    #[must_use]
    pub fn measured_by(self, meters: Arc<Meters>) -> Self {
        Self { meters, ..self }
    }

    /// Runs a computation off the request threads, or refuses at once when the line is full.
    pub async fn run<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> Result<T, Error> {
        let Ok(place) = Arc::clone(&self.admitted).try_acquire_owned() else {
            self.meters.engine.refuse();
            return Err(Error::unavailable(RETRY));
        };
        let waiting = self.meters.engine.waiting();
        let turn = Arc::clone(&self.running).acquire_owned().await.map_err(Error::internal)?;
        drop(waiting);
        let (meters, span) = (Arc::clone(&self.meters), tracing::debug_span!("assess"));
        let task = tokio::task::spawn_blocking(move || {
            let _held = (place, turn, meters.engine.running(), span.entered());
            let begun = Instant::now();
            let done = work();
            meters.engine.took(begun.elapsed());
            done
        });
        task.await.map_err(Error::internal)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::Code;

    #[tokio::test]
    async fn a_full_line_refuses_and_a_free_one_runs() {
        let jobs = Jobs::new(1);
        assert_eq!(jobs.run(|| 7).await.unwrap(), 7);
        let held: Vec<_> = (0..=WAITING).map(|_| Arc::clone(&jobs.admitted).try_acquire_owned().unwrap()).collect();
        assert_eq!(jobs.run(|| 7).await.unwrap_err().code, Code::Unavailable);
        drop(held);
        assert_eq!(jobs.run(|| 7).await.unwrap(), 7);
    }
}
