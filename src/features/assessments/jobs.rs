//! Where the engine runs: one job a core, a short queue, then "come back later". What reads before it and records after it begins here too:
//! a few at once, so that nothing that was read is thrown away for want of a core (docs/adr/0023).

use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::kernel::Error;
use crate::meters::Meters;

/// Jobs that may wait for a core, for each core.
const WAITING: usize = 8;
/// Assessments between their first reading and their recording at once, for each core: enough to keep cores busy while some wait for the disk.
const UNDER_WAY: usize = 4;
/// Those that are under way or wait to begin, for each core.
const LINE: usize = 32;
/// How long one waits to begin.
const PATIENCE: Duration = Duration::from_millis(250);
/// A job takes milliseconds; whoever is told to come back finds the queue shorter.
const RETRY: Duration = Duration::from_secs(1);

/// A place among those that are under way; it is given back when it is dropped.
#[derive(Debug)]
pub struct Begun {
    _line: OwnedSemaphorePermit,
    _under_way: OwnedSemaphorePermit,
}

/// A bounded place to compute.
#[derive(Clone, Debug)]
pub struct Jobs {
    line: Arc<Semaphore>,
    under_way: Arc<Semaphore>,
    admitted: Arc<Semaphore>,
    running: Arc<Semaphore>,
    meters: Arc<Meters>,
}

impl Jobs {
    /// Room for `cores` jobs at once and some more in line.
    #[must_use]
    pub fn new(cores: usize) -> Self {
        let cores = cores.max(1);
        let [line, under_way, admitted, running] =
            [LINE, UNDER_WAY, WAITING + 1, 1].map(|for_each| Arc::new(Semaphore::new(cores.saturating_mul(for_each))));
        Self { line, under_way, admitted, running, meters: Arc::default() }
    }

    /// The same, counting what it does.
    #[must_use]
    pub fn measured_by(self, meters: Arc<Meters>) -> Self {
        Self { meters, ..self }
    }

    /// A place for work that reads, computes and records; refused at once when the line is full, and after a quarter of a second in it.
    pub async fn begin(&self) -> Result<Begun, Error> {
        let Ok(line) = Arc::clone(&self.line).try_acquire_owned() else { return Err(self.refused()) };
        let under_way = tokio::time::timeout(PATIENCE, Arc::clone(&self.under_way).acquire_owned());
        let Ok(under_way) = under_way.await else { return Err(self.refused()) };
        Ok(Begun { _line: line, _under_way: under_way.map_err(Error::internal)? })
    }

    fn refused(&self) -> Error {
        self.meters.engine.refuse();
        Error::unavailable(RETRY)
    }

    /// Runs a computation off the request threads, or refuses at once when the line is full.
    pub async fn run<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> Result<T, Error> {
        let Ok(place) = Arc::clone(&self.admitted).try_acquire_owned() else {
            return Err(self.refused());
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

    #[tokio::test]
    async fn a_few_are_under_way_the_next_waits_for_one_of_them_and_one_more_than_the_line_holds_is_told_at_once() {
        let (jobs, mut under_way) = (Jobs::new(1), Vec::new());
        for _ in 0..UNDER_WAY {
            under_way.push(jobs.begin().await.unwrap());
        }
        assert_eq!(jobs.under_way.available_permits(), 0);
        let first = under_way.pop();
        let (next, ()) = tokio::join!(jobs.begin(), async { drop(first) });
        under_way.push(next.unwrap());

        let others: Vec<_> = (UNDER_WAY..LINE).map(|_| Arc::clone(&jobs.line).try_acquire_owned().unwrap()).collect();
        assert_eq!(jobs.begin().await.unwrap_err().code, Code::Unavailable);
        drop((others, under_way));
        assert!(jobs.begin().await.is_ok());
    }

    #[tokio::test]
    async fn whoever_waits_to_begin_is_told_after_a_while() {
        let jobs = Jobs::new(1);
        let under_way = jobs.under_way.acquire_many(4).await.unwrap();
        assert_eq!(jobs.begin().await.unwrap_err().code, Code::Unavailable);
        assert_eq!(jobs.line.available_permits(), LINE);
        drop(under_way);
    }
}
