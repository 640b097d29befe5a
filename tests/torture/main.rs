//! Torture: two instances of the real service on a real Postgres with a synchronous standby, clients that never give up, and everything
//! that can go wrong beneath them, in an order that a seed decides. What was acknowledged has to be there afterwards, once.
//!
//! It is no part of `cargo test`; `script/torture` builds and runs it, and docs/torture.md says what it does and how to read it.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "it stops at the first surprise")]
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "it tells a person at a terminal")]

mod check;
mod clients;
mod disk;
mod faults;
mod forwarder;
mod ledger;
mod options;
mod probes;
mod proxy;
mod report;
mod site;

#[allow(dead_code, reason = "the load bench needs other parts of it")]
#[path = "../rig/mod.rs"]
mod rig;

use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use faults::{Done, Fault};
use ledger::Ledger;
use options::Options;
use probes::Probes;
use report::Report;
use rig::people::Person;
use rig::seeded::Seeded;
use site::Site;

/// How many clients log at once, each for an account of its own.
const CLIENTS: usize = 8;
/// Between two faults everything works for so long.
const CALM: Duration = Duration::from_secs(2);

fn main() -> ExitCode {
    let options = match Options::parse(std::env::args().skip(1)) {
        Ok(options) => options,
        Err(why) => {
            eprintln!("{why}");
            return ExitCode::FAILURE;
        }
    };
    if options.list {
        for fault in faults::ALL {
            println!("{:<20} {}", fault.name, fault.what);
        }
        return ExitCode::SUCCESS;
    }
    let kinds: Vec<&'static Fault> =
        faults::ALL.iter().filter(|fault| options.only.is_empty() || options.only.iter().any(|name| name == fault.name)).collect();
    if kinds.len() < options.only.len() || kinds.is_empty() {
        eprintln!("there is no such kind of fault; --list names them");
        return ExitCode::FAILURE;
    }
    let report = torture(&options, &kinds);
    println!("{}", report.text());
    if report.holds(options.lie, options.strict) { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn torture(options: &Options, kinds: &[&'static Fault]) -> Report {
    let mut site = Site::start();
    if let Err(why) = &site.disks {
        println!("no disk of its own could be made, so none is filled: {why}");
    }
    let address = site.proxy.address;
    let mut people: Vec<Person> = (0..CLIENTS).map(|_| Person::make(address)).collect();
    let (ledger, stop_clients, stop_probes) = (Arc::new(Ledger::new()), Arc::new(AtomicBool::new(false)), Arc::new(AtomicBool::new(false)));
    let probes = Probes::start(&site.probed, &stop_probes);
    let clients = clients::start(&people, address, &ledger, &stop_clients, options.seed);
    let faults = run_faults(&mut site, options, kinds, &ledger);
    ledger.fault("the end");
    stop_clients.store(true, Ordering::Relaxed);
    for client in clients {
        client.join().unwrap();
    }
    stop_probes.store(true, Ordering::Relaxed);
    let samples = probes.finish();
    let lie = options.lie.then(|| check::lie(&site, &people, &ledger));
    let findings = check::check(&site, &mut people, &ledger);
    let mut broken: Vec<String> =
        faults.iter().filter(|(_, told)| told.starts_with("BROKEN")).map(|(name, told)| format!("{name}: {told}")).collect();
    broken.extend(probes::untruths(&samples, &site.away));
    broken.extend(ledger.broken_promises());
    Report {
        seed: options.seed,
        findings,
        faults,
        answers: ledger.answers(),
        longest: ledger.longest(),
        probed: samples.len(),
        slowest_away: probes::slowest_to_say_away(&samples, &site.away),
        broken,
        lie,
    }
}

/// Does them one after the other, and waits each time until all is well again.
fn run_faults(site: &mut Site, options: &Options, kinds: &[&'static Fault], ledger: &Ledger) -> Vec<(&'static str, String)> {
    let mut chance = Seeded::new(options.seed);
    let (begun, mut done) = (Instant::now(), Vec::new());
    for fault in faults::in_order(kinds, options.faults.unwrap_or(kinds.len()), &mut chance) {
        // Each has a seed of its own, so that how long one takes changes nothing about the next.
        let mut chance = Seeded::new(chance.next());
        if begun.elapsed() > Duration::from_secs(options.seconds) {
            break;
        }
        std::thread::sleep(CALM);
        ledger.fault(fault.name);
        let before = ledger.successes();
        let outcome = (fault.run)(site, &mut chance);
        let mut told = match outcome {
            Done::Told(what) => what,
            Done::Broken(what) => format!("BROKEN: {what}"),
            Done::Skipped(why) => format!("skipped: {why}"),
        };
        match site.recover() {
            Some(took) if took > probes::SAYS_BACK => told = format!("BROKEN: {told}; ready again only {:.1} s after", took.as_secs_f64()),
            Some(took) => told = format!("{told}; ready again {:.1} s after", took.as_secs_f64()),
            None => told = format!("BROKEN: {told}; not ready again within a minute"),
        }
        println!(
            "{:>6.1} s  {:<20} {told}; {} acknowledged meanwhile",
            begun.elapsed().as_secs_f64(),
            fault.name,
            ledger.successes() - before
        );
        done.push((fault.name, told));
    }
    std::thread::sleep(CALM);
    done
}
