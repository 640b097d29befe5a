//! Refuses slowly when it refuses much: whoever asks again at once must not take the processors from those who are served.
//!
//! A refusal of a service that has too much to do costs little, but not nothing, and a client that is told to come back in a second and
//! comes back at once costs it again. With thousands of them nearly all that the machine does is refusing. So above some refusals a second each
//! further one is held back for as long as its client should have waited. Nothing else is held for it: the request is done with.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use actix_web::body::MessageBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::StatusCode;
use actix_web::middleware::Next;
use actix_web::rt::time::sleep;
use actix_web::{Error, web};

/// Refusals a second that are told at once.
const AT_ONCE: u64 = 100;
/// How long one more is held back.
const HELD_BACK: Duration = Duration::from_secs(1);
/// Bits of the count beside its second.
const COUNT: u32 = 32;

/// Counts the refusals of the running second, of all threads.
#[derive(Debug)]
pub struct Refusals {
    begun: Instant,
    /// The second since the beginning, and how many there were in it.
    counted: AtomicU64,
}

impl Default for Refusals {
    fn default() -> Self {
        Self { begun: Instant::now(), counted: AtomicU64::new(0) }
    }
}

impl Refusals {
    /// Counts one more, and says whether there were too many before it.
    fn are_many(&self, after: Duration) -> bool {
        let second = after.as_secs() << COUNT;
        let next = |counted: u64| Some(if counted >> COUNT == second >> COUNT { counted.saturating_add(1) } else { second + 1 });
        let before = self.counted.fetch_update(Ordering::Relaxed, Ordering::Relaxed, next).unwrap_or(second);
        before >> COUNT == second >> COUNT && before - second >= AT_ONCE
    }
}

/// Wraps every request, outside of what measures it. Probes are always told at once.
pub async fn refuse_slowly(req: ServiceRequest, next: Next<impl MessageBody>) -> Result<ServiceResponse<impl MessageBody>, Error> {
    let refusals = req.app_data::<web::Data<Refusals>>().cloned();
    let is_probe = !req.path().starts_with("/v1/");
    let answered = next.call(req).await?;
    if answered.status() == StatusCode::SERVICE_UNAVAILABLE
        && !is_probe
        && refusals.is_some_and(|refusals| refusals.are_many(refusals.begun.elapsed()))
    {
        sleep(HELD_BACK).await;
    }
    Ok(answered)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_of_a_second_are_told_at_once_and_the_next_second_begins_anew() {
        let refusals = Refusals::default();
        let held = |after: u64| (0..AT_ONCE + 3).filter(|_| refusals.are_many(Duration::from_millis(after))).count();
        assert_eq!([held(0), held(1_500), held(1_500), held(2_000)], [3, 3, 103, 3]);
    }
}
