//! Ten times as many clients as saturate the service, and a thousand that are slow: whoever is let in is answered soon, the others are
//! told to come back, and memory stays where it is.
//!
//! Clients here ask again as soon as they are answered, and after a refusal too, which is the worst that they can do. They run on this
//! machine's processors like the service and its database: what they take is missing there. One thread that serves thousands of clients is
//! late for each of them, so some, on a thread of their own, are timed for all.

mod crowd;
mod slow;

use std::fs;

use crate::figures::{Comparison, Unit, percentile};
use crate::options::Options;
use crate::rig::people::Person;
use crate::rig::seeded::Seeded;
use crate::stand::Stand;
use crowd::{Crowd, Request, Seen};

/// Connections at which throughput grows no more, and ten times as many.
const SATURATING: usize = 256;
const TOO_MANY: usize = 2_560;
/// Clients that hold a connection and get nowhere, beside some that ask like anybody.
const SLOW: usize = 1_000;
const USUAL: usize = 16;
/// Of so many clients of a crowd one is timed: of those that are let in there must be hundreds for a figure about 99 of 100.
const TIMED_OF: usize = 5;

/// How a request for somebody is written.
type Write = fn(&Person, &mut Seeded) -> Request;

pub fn measure(stand: &mut Stand, options: &Options) -> Vec<Comparison> {
    enough_files();
    let mut found = Vec::new();
    let kinds: [(&str, Write); 3] = [("POST interactions", entry), ("GET interactions", list), ("POST assessments", assessment)];
    for (name, write) in kinds {
        found.extend(crowded(stand, options, name, write));
    }
    found.push(beside_slow_ones(stand, options));
    found
}

/// Each connection takes a file here, and two in the service, which has the same limit.
fn enough_files() {
    let limits = fs::read_to_string("/proc/self/limits").unwrap_or_default();
    let files = limits.lines().find(|line| line.starts_with("Max open files")).and_then(|line| line.split_whitespace().nth(3));
    let files: usize = files.and_then(|word| word.parse().ok()).unwrap_or(usize::MAX);
    assert!(files > 3 * TOO_MANY, "{files} files may be open at once, and {} are needed: ulimit -n {}", 3 * TOO_MANY, 4 * TOO_MANY);
}

fn crowded(stand: &mut Stand, options: &Options, name: &str, write: Write) -> [Comparison; 3] {
    let named = |what: &str, unit| Comparison::new(format!("{name}, {TOO_MANY} at once: {what}"), format!("{SATURATING} at once"), unit);
    let mut found = [
        named("99 of 100 accepted within", Unit::Milliseconds),
        named("accepted", Unit::ARate),
        named("refused, of 100", Unit::OfAHundred),
    ];
    for run in 0..options.runs {
        let [few, many] = [SATURATING, TOO_MANY].map(|clients| {
            stand.refresh();
            stand.settle();
            let before = stand.program.memory().0;
            let crowd =
                |clients, seed| Crowd { address: stand.address(), people: &stand.people, clients, seconds: options.seconds, write, seed };
            // No two crowds log under the same ids: what is stored already is answered in another way.
            let first = 2 * (10_000 * run + clients) as u64;
            let seen = std::thread::scope(|scope| {
                let timed = clients / TIMED_OF;
                let others = scope.spawn(move || crowd(clients - timed, first).ask());
                crowd(timed, first + 1).ask().timed_for(others.join().unwrap())
            });
            let during = stand.program.memory().0;
            stand.note_memory(&format!("{name}, {clients} at once ({before:.0} MiB before, {during:.0} at its end)"));
            assert_eq!(seen.odd, Vec::<u16>::new(), "{name}: answers that are neither success nor 503");
            seen
        });
        for (found, figure) in found.iter_mut().zip([Seen::slowest, Seen::accepted_a_second, Seen::refused_of_a_hundred]) {
            found.ours.0.push(figure(&many));
            found.theirs.0.push(figure(&few));
        }
        eprintln!(
            "{name}: {} connections were broken by the service, {} answers asked to come back and did not say when",
            many.broken, many.unsaid
        );
    }
    found.iter().for_each(crate::tell);
    found
}

fn beside_slow_ones(stand: &mut Stand, options: &Options) -> Comparison {
    let what = format!("GET interactions, {USUAL} at once beside {SLOW} slow clients: 99 of 100 within");
    let mut found = Comparison::new(what, "without them", Unit::Milliseconds);
    for run in 0..options.runs {
        stand.refresh();
        let crowd = || Crowd {
            address: stand.address(),
            people: &stand.people,
            clients: USUAL,
            seconds: options.seconds,
            write: list,
            seed: run as u64,
        };
        let alone = crowd().ask();
        let beside = slow::beside(stand.address(), SLOW, || crowd().ask());
        for seen in [&alone, &beside] {
            assert_eq!((seen.refused, seen.broken, seen.odd.len()), (0, 0, 0), "some of the usual ones were not answered");
        }
        found.theirs.0.push(alone.slowest());
        found.ours.0.push(beside.slowest());
    }
    stand.note_memory(&format!("{SLOW} slow clients"));
    crate::tell(&found);
    found
}

fn entry(person: &Person, chance: &mut Seeded) -> Request {
    Request { method: "POST", path: person.entries(), body: crate::entry(&chance.uuid().to_string()).to_string() }
}

fn list(person: &Person, _: &mut Seeded) -> Request {
    Request { method: "GET", path: format!("{}?limit=20", person.entries()), body: String::new() }
}

/// Of a window that hardly anybody asked for before, so that it has to be computed.
fn assessment(person: &Person, chance: &mut Seeded) -> Request {
    let body = serde_json::json!({"window_days": 14 + chance.below(350), "as_of": format!("2026-{:02}-{:02}", 1 + chance.below(9), 1 + chance.below(28))});
    Request { method: "POST", path: format!("/v1/relationships/{}/assessments", person.relationship), body: body.to_string() }
}

impl Seen {
    fn slowest(&self) -> f64 {
        percentile(&self.latencies, 0.99)
    }

    /// The latencies of these, and everything else of these and of others.
    fn timed_for(mut self, others: Self) -> Self {
        self.accepted += others.accepted;
        self.refused += others.refused;
        self.unsaid += others.unsaid;
        self.broken += others.broken;
        self.odd.extend(others.odd);
        self
    }

    fn accepted_a_second(&self) -> f64 {
        self.accepted as f64 / self.seconds
    }

    fn refused_of_a_hundred(&self) -> f64 {
        100.0 * self.refused as f64 / (self.refused + self.accepted).max(1) as f64
    }
}
