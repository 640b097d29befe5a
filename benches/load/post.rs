//! Logging one entry a request, against pgbench inserting the same row; and the latency with one client, against pgbench's and
//! against the same entry in a transaction of its own, which is what sharing a commit must not cost.

use std::time::{Duration, Instant};

use crate::entry;
use crate::figures::{Comparison, Unit, percentile};
use crate::options::Options;
use crate::rig::http;
use crate::rig::people::Person;
use crate::rig::seeded::Seeded;
use crate::stand::Stand;
use crate::{pgbench, wrk};

const CLIENTS: [usize; 4] = [1, 16, 64, 256];

pub fn measure(stand: &mut Stand, options: &Options) -> Vec<Comparison> {
    let mut found = Vec::new();
    for clients in CLIENTS {
        found.push(throughput(stand, options, clients));
        stand.note_memory(&format!("POST, {clients} at once"));
    }
    found.extend(latency(stand, options));
    found
}

fn throughput(stand: &mut Stand, options: &Options, clients: usize) -> Comparison {
    let what = format!("POST interactions, {clients} at once");
    let mut found = Comparison::new(what, format!("pgbench, {clients} at once"), Unit::ARate);
    stand.refresh();
    create(stand, clients, 1);
    for _ in 0..options.runs {
        stand.settle();
        found.theirs.0.push(pgbench::run(stand, clients, options.seconds, false).a_second);
        stand.refresh();
        stand.settle();
        found.ours.0.push(create(stand, clients, options.seconds).a_second);
    }
    crate::tell(&found);
    found
}

/// A run that counts only if each answer was a new row and each new row was answered, but for those on their way at its end.
fn create(stand: &Stand, clients: usize, seconds: u64) -> wrk::Ran {
    let before = stand.rows();
    let ran = wrk::create(&stand.folder.0, stand.address(), &stand.people, clients, seconds);
    let stored = settled(stand) - before;
    let on_their_way = i64::try_from(clients).unwrap();
    assert_eq!((ran.refused, ran.broken), (0, 0), "some were not created: {ran:?}");
    assert!((ran.answers..=ran.answers + on_their_way).contains(&stored), "{stored} rows of {ran:?}");
    ran
}

/// The number of rows, once it stays the same.
fn settled(stand: &Stand) -> i64 {
    let mut before = stand.rows();
    loop {
        std::thread::sleep(Duration::from_millis(300));
        let now = stand.rows();
        if now == before {
            return now;
        }
        before = now;
    }
}

/// One after the other on one connection; what wrk would add to its percentiles for those it might have sent meanwhile is left out.
fn latency(stand: &mut Stand, options: &Options) -> Vec<Comparison> {
    let parts = [(0.5, "median"), (0.95, "95 of 100 within")];
    let against =
        |what: &'static str| parts.map(|(_, name)| Comparison::new(format!("POST, one client: {name}"), what, Unit::Milliseconds));
    let (mut beside, mut alone) = (against("pgbench, one client"), against("POST of the same entry, not grouped"));
    for run in 0..options.runs {
        stand.settle();
        let theirs = pgbench::run(stand, 1, options.seconds, true).latencies;
        stand.refresh();
        stand.settle();
        let tokens = stand.people.iter().map(|person| person.token.clone()).collect();
        let ours = one_after_the_other(stand, tokens, options.seconds, 2 * run);
        stand.settle();
        // A session for one relationship logs the same entries, each in a transaction of its own.
        let tokens = stand.people.iter().map(|person| person.narrow_token(stand.address())).collect();
        let plain = one_after_the_other(stand, tokens, options.seconds, 2 * run + 1);
        for ((beside, alone), (part, _)) in beside.iter_mut().zip(&mut alone).zip(parts) {
            beside.theirs.0.push(percentile(&theirs, part));
            alone.theirs.0.push(percentile(&plain, part));
            beside.ours.0.push(percentile(&ours, part));
            alone.ours.0.push(percentile(&ours, part));
        }
    }
    let found: Vec<Comparison> = beside.into_iter().chain(alone).collect();
    found.iter().for_each(crate::tell);
    found
}

fn one_after_the_other(stand: &Stand, tokens: Vec<String>, seconds: u64, run: usize) -> Vec<f64> {
    let (mut connection, mut ids) = (stand.connection(), Seeded::new(0x10ad + run as u64));
    let people: Vec<(&Person, String)> = stand.people.iter().zip(tokens).collect();
    let (begun, mut latencies) = (Instant::now(), Vec::new());
    while begun.elapsed() < Duration::from_secs(seconds) {
        let (person, token) = &people[ids.below(people.len())];
        let body = entry(&ids.uuid().to_string()).to_string();
        let bearer = format!("Bearer {token}");
        let headers = [("Authorization", bearer.as_str()), ("Content-Type", "application/json")];
        let request = http::head(stand.address(), "POST", &person.entries(), &headers, body.len()) + &body;
        let asked = Instant::now();
        let answer = connection.send_bytes(request.as_bytes()).unwrap();
        latencies.push(asked.elapsed().as_secs_f64() * 1000.0);
        answer.expect(201);
    }
    latencies
}
