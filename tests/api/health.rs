//! Probes tell the truth: alive is a process that answers, ready is one whose database answers soon, and that is not stopping.

use std::time::{Duration, Instant};

use chrono::TimeDelta;

use crate::support::line::Line;
use crate::support::{Client, Running, Service};

#[test]
fn a_service_that_was_told_to_stop_is_alive_and_answers_and_is_not_ready() {
    let service = Service::start();
    let me = service.someone();
    service.stranger().get("/readyz").expect(200);
    service.begin_to_stop();
    let refused = service.stranger().get("/readyz");
    refused.problem(503, "unavailable");
    assert_eq!(refused.header("retry-after"), "20");
    service.stranger().get("/healthz").expect(200);
    me.get("/v1/account").expect(200);
}

#[test]
fn a_database_that_falls_silent_on_an_open_connection_is_not_ready_and_holds_no_probe_up() {
    let service = Service::start();
    let line = Line::to(&service.database);
    let behind = Running::start(&line.url(), &[]);
    let probe = Client::new(behind.address, None);
    probe.get("/readyz").expect(200);
    line.fall_silent();
    behind.clock.advance(TimeDelta::seconds(1));
    let begun = Instant::now();
    probe.get("/readyz").problem(503, "unavailable");
    // Three seconds, with room for a busy machine; what is no probe is waited for fifteen.
    assert!(begun.elapsed() < Duration::from_secs(12), "a probe waits for as long as a request");
    probe.get("/healthz").expect(200);
}
