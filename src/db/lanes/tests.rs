//! When a lane is given up, and when not; no database is needed for that.

use std::sync::atomic::AtomicUsize;

use super::*;

/// A long time, for whatever is in a hurry.
const LATER: u64 = 13_001;

fn lanes(size: u32) -> Lanes {
    Lanes::new("postgres://127.0.0.1:1/nothing", size)
}

/// A lane, and how often it was given up.
fn lane(lanes: &Lanes, silent_after: Duration) -> (Lane, Arc<AtomicUsize>) {
    let times = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&times);
    let count = move || {
        counted.fetch_add(1, Ordering::Relaxed);
    };
    let lane = lanes.begin(silent_after, &Arc::default(), count);
    (lane, times)
}

fn pool(lanes: &Lanes) -> u64 {
    lanes.0.pool().number
}

#[test]
fn whoever_has_heard_nothing_for_too_long_is_given_up_once_and_the_pool_is_replaced() {
    let lanes = lanes(3);
    let ((silent, times), (long, never)) = (lane(&lanes, SILENT), lane(&lanes, SILENT_LONG));
    let now = lanes.0.now();
    lanes.0.look(now, || panic!("nobody is silent"));
    lanes.0.look(now + LATER, || true);
    lanes.0.look(now + LATER, || panic!("nobody else is silent"));
    assert_eq!((silent.is_given_up(), times.load(Ordering::Relaxed), pool(&lanes)), (true, 1, 1));
    assert_eq!((long.is_given_up(), never.load(Ordering::Relaxed)), (false, 0), "its statements may take minutes");
    silent.watched.heard.store(now + LATER, Ordering::Relaxed);
    assert!(!silent.watched.is_silent(now + LATER));
}

#[test]
fn where_new_connections_do_not_work_nobody_is_given_up() {
    let lanes = lanes(3);
    let (silent, times) = lane(&lanes, SILENT);
    lanes.0.look(lanes.0.now() + LATER, || false);
    assert_eq!((silent.is_given_up(), times.load(Ordering::Relaxed), pool(&lanes)), (false, 0, 0));
}

#[test]
fn a_sign_of_life_while_the_database_is_asked_is_enough() {
    let lanes = lanes(3);
    let (alive, times) = lane(&lanes, SILENT);
    let later = lanes.0.now() + LATER;
    lanes.0.look(later, || {
        alive.watched.heard.store(later, Ordering::Relaxed);
        true
    });
    assert_eq!((alive.is_given_up(), times.load(Ordering::Relaxed), pool(&lanes)), (false, 0, 0));
}

#[test]
fn those_of_a_pool_that_was_replaced_are_given_up_without_a_question() {
    let lanes = lanes(3);
    let ((first, _), (second, _)) = (lane(&lanes, SILENT), lane(&lanes, SILENT));
    let later = lanes.0.now() + LATER;
    second.watched.heard.store(later, Ordering::Relaxed);
    lanes.0.look(later, || true);
    assert!(first.is_given_up() && !second.is_given_up());
    lanes.0.look(later + LATER, || panic!("what is silent belongs to the first pool"));
    assert!(second.is_given_up());
    assert_eq!(pool(&lanes), 1, "the second pool stays");
}

#[test]
fn no_more_are_given_up_at_once_than_there_are_lanes() {
    let lanes = lanes(2);
    let mut silent: Vec<_> = (0..5).map(|_| lane(&lanes, SILENT).0).collect();
    let later = lanes.0.now() + LATER;
    lanes.0.look(later, || true);
    lanes.0.look(later, || panic!("as many are given up as may be"));
    let given_up: Vec<bool> = silent.iter().map(Lane::is_given_up).collect();
    assert_eq!(given_up, [true, true, false, false, false]);
    drop(silent.remove(0));
    lanes.0.look(later, || true);
    assert_eq!(silent.iter().filter(|lane| lane.is_given_up()).count(), 2, "one that came to its end makes room for another");
}

#[test]
fn what_a_lane_holds_goes_with_it_and_the_end_of_all_work_can_be_waited_for() {
    let lanes = lanes(3);
    let (lane, times) = lane(&lanes, SILENT);
    assert!(!lanes.wait_for_the_end(Duration::ZERO));
    drop(lane);
    assert!(lanes.wait_for_the_end(Duration::ZERO));
    assert_eq!((times.load(Ordering::Relaxed), Arc::strong_count(&times)), (0, 1));
}
