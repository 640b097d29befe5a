//! Asks every instance throughout whether it lives and whether it is ready, and judges afterwards whether that was true.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use crate::proxy::Instances;
use crate::rig::http::Connection;

const EVERY: Duration = Duration::from_millis(250);
/// Who asks a probe waits no longer, as a balancer would not.
const PATIENCE: Duration = Duration::from_secs(5);
/// How soon an instance has to say that the database is away, and that it is back.
pub const SAYS_AWAY: Duration = Duration::from_secs(6);
pub const SAYS_BACK: Duration = Duration::from_secs(15);

/// One question and its answer.
#[derive(Clone, Copy, Debug)]
pub struct Sample {
    asked: Instant,
    answered: Instant,
    instance: usize,
    live: bool,
    /// Nothing where none came in time.
    status: Option<u16>,
}

/// When the database could certainly not be used, and why.
#[derive(Clone, Debug)]
pub struct Away {
    pub from: Instant,
    pub to: Instant,
    pub fault: String,
}

/// Those that ask, and what they heard.
pub struct Probes {
    samples: Arc<Mutex<Vec<Sample>>>,
    threads: Vec<JoinHandle<()>>,
}

impl Probes {
    pub fn start(instances: &Instances, stop: &Arc<AtomicBool>) -> Self {
        let samples: Arc<Mutex<Vec<Sample>>> = Arc::default();
        let count = instances.lock().unwrap().len();
        let all = (0..count).flat_map(|instance| [(instance, true), (instance, false)]);
        let threads = all.map(|(instance, live)| {
            let (instances, stop, samples) = (Arc::clone(instances), Arc::clone(stop), Arc::clone(&samples));
            thread::spawn(move || {
                while !stop.load(Ordering::Relaxed) {
                    let address = instances.lock().unwrap()[instance];
                    if let Some(address) = address {
                        let (asked, status) = (Instant::now(), ask(address, live));
                        // What was stopped meanwhile owes nobody an answer.
                        if instances.lock().unwrap()[instance] == Some(address) {
                            samples.lock().unwrap().push(Sample { asked, answered: Instant::now(), instance, live, status });
                        }
                    }
                    thread::sleep(EVERY);
                }
            })
        });
        let threads = threads.collect();
        Self { samples, threads }
    }

    /// Waits for the last answers and gives everything that was heard.
    pub fn finish(self) -> Vec<Sample> {
        for thread in self.threads {
            let _ = thread.join();
        }
        self.samples.lock().unwrap().clone()
    }
}

/// The answer of `/healthz` or `/readyz`.
pub fn ask(address: SocketAddr, live: bool) -> Option<u16> {
    let path = if live { "/healthz" } else { "/readyz" };
    Connection::open(address, PATIENCE).ok()?.get(path, None).ok().map(|answer| answer.status)
}

/// What the probes said that was not so, a line each.
pub fn untruths(samples: &[Sample], away: &[Away]) -> Vec<String> {
    let mut found = Vec::new();
    let dead = samples.iter().filter(|sample| sample.live && sample.status != Some(200)).count();
    if dead > 0 {
        found
            .push(format!("{dead} of {} questions whether it lives were not answered with 200", samples.iter().filter(|s| s.live).count()));
    }
    for window in away {
        let due = |sample: &&Sample| !sample.live && sample.asked > window.from + SAYS_AWAY && sample.answered < window.to;
        let asked: Vec<&Sample> = samples.iter().filter(due).collect();
        let ready = asked.iter().filter(|sample| sample.status == Some(200)).count();
        let silent = asked.iter().filter(|sample| sample.status.is_none()).count();
        if ready > 0 {
            found.push(format!("{}: ready {ready} of {} times while the database was away", window.fault, asked.len()));
        }
        if silent > 0 {
            let instances: std::collections::BTreeSet<usize> = asked.iter().map(|sample| sample.instance).collect();
            let total = asked.len();
            found.push(format!(
                "{}: {silent} of {total} questions whether instances {instances:?} are ready had no answer in {PATIENCE:?}",
                window.fault
            ));
        }
    }
    found
}

/// How soon after the beginning of each window the last instance said that it is not ready.
pub fn slowest_to_say_away(samples: &[Sample], away: &[Away]) -> Option<Duration> {
    let of_window = |window: &Away| {
        let said = |sample: &&Sample| !sample.live && sample.status == Some(503) && sample.asked >= window.from && sample.asked < window.to;
        let firsts = [0, 1].map(|instance| samples.iter().filter(said).find(|sample| sample.instance == instance));
        firsts.into_iter().flatten().map(|first| first.asked - window.from).max()
    };
    away.iter().filter_map(of_window).max()
}
