//! The same work on many items, on all cores, in order.

use std::num::NonZero;
use std::thread;

/// Does `work` on every item. The results stand in the order of the items, so that nothing depends on the number of cores.
pub fn map<'a, T: Sync, R: Send>(items: &'a [T], work: impl Fn(&'a T) -> R + Sync) -> Vec<R> {
    let cores = thread::available_parallelism().map_or(1, NonZero::get);
    let share = items.len().div_ceil(cores).max(1);
    thread::scope(|scope| {
        let running: Vec<_> = items.chunks(share).map(|part| scope.spawn(|| part.iter().map(&work).collect::<Vec<R>>())).collect();
        running.into_iter().flat_map(|part| part.join().unwrap_or_else(|why| std::panic::resume_unwind(why))).collect()
    })
}
