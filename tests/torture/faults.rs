//! The kinds of fault, their order and how each is done. What a fault breaks, it mends before it ends.

use std::time::{Duration, Instant};

use crate::rig::seeded::Seeded;
use crate::site::Site;

mod clients;
mod database;
mod others;
mod service;

/// What came of a fault: what exactly was done, or why it could not be.
pub enum Done {
    Told(String),
    /// A promise that was broken meanwhile.
    Broken(String),
    Skipped(String),
}

/// One kind of fault.
pub struct Fault {
    pub name: &'static str,
    pub what: &'static str,
    pub run: fn(&mut Site, &mut Seeded) -> Done,
}

pub const ALL: &[Fault] = &[
    Fault { name: "kill-service", what: "an instance is killed under load and started again", run: service::kill },
    Fault { name: "rolling-restart", what: "both instances are stopped by SIGTERM and replaced, one after the other", run: service::roll },
    Fault { name: "kill-postgres", what: "every process of Postgres is killed; it starts again a little later", run: database::kill },
    Fault { name: "freeze-postgres", what: "every process of Postgres is stopped by SIGSTOP and goes on later", run: database::freeze },
    Fault { name: "stop-postgres", what: "Postgres is stopped in fast mode and started again", run: database::stop },
    Fault {
        name: "fail-over",
        what: "the primary is killed; its synchronous standby takes over at the same address",
        run: database::fail_over,
    },
    Fault { name: "cut-connections", what: "the way to Postgres is cut, again and again", run: database::cut },
    Fault { name: "silent-connections", what: "open connections to Postgres fall silent for good; new ones work", run: database::silence },
    Fault { name: "full-disk", what: "the primary's disk is filled to the last byte and freed later", run: database::fill_disk },
    Fault { name: "terminate-backends", what: "the service's connections are ended by pg_terminate_backend", run: others::terminate },
    Fault { name: "take-connections", what: "somebody else takes every connection that Postgres gives", run: others::take_connections },
    Fault { name: "deadlocks", what: "somebody else locks the same rows in another order", run: others::deadlocks },
    Fault { name: "slow-clients", what: "hundreds of clients send half a request, or take no answer", run: clients::half_open },
];

/// The kinds in an order that the seed decides: each once before any comes again.
pub fn in_order(kinds: &[&'static Fault], count: usize, chance: &mut Seeded) -> Vec<&'static Fault> {
    let mut order = Vec::new();
    while order.len() < count {
        let mut round = kinds.to_vec();
        for last in (1..round.len()).rev() {
            round.swap(last, chance.below(last + 1));
        }
        order.extend(round);
    }
    order.truncate(count);
    order
}

/// A length between two numbers of seconds.
fn between(chance: &mut Seeded, least: usize, most: usize) -> Duration {
    Duration::from_millis((least * 1000 + chance.below((most - least) * 1000)) as u64)
}

fn wait(time: Duration) {
    std::thread::sleep(time);
}

/// Tells what was done, and for how long.
fn told(what: &str, since: Instant) -> Done {
    Done::Told(format!("{what}, {:.1} s", since.elapsed().as_secs_f64()))
}
