//! Waiting for what another thread or process does.

use std::time::{Duration, Instant};

/// How long anything may take before a test says that it does not come.
pub const PATIENCE: Duration = Duration::from_mins(2);

/// Whether it becomes true. For what cannot be waited for otherwise: a job that is asked about over HTTP, a statement that waits for
/// a lock. How many times one has to look depends on the machine, so there is no count of them.
pub fn eventually(mut is_so: impl FnMut() -> bool) -> bool {
    let begun = Instant::now();
    while begun.elapsed() < PATIENCE {
        if is_so() {
            return true;
        }
        std::thread::yield_now();
    }
    false
}
