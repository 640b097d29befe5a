//! Probes tell the truth: alive is a process that answers, ready is one whose database answers soon, and that is not stopping.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener};
use std::os::unix::net::UnixStream;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use chrono::TimeDelta;

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

/// Stands between a service and its database, and falls silent when it is told to: connections stay open and nothing comes.
struct Line {
    address: SocketAddr,
    silent: Arc<AtomicBool>,
}

impl Line {
    fn to(socket: PathBuf) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let (address, silent) = (listener.local_addr().unwrap(), Arc::new(AtomicBool::new(false)));
        let heard = Arc::clone(&silent);
        std::thread::spawn(move || {
            for client in listener.incoming().map_while(Result::ok) {
                let Ok(server) = UnixStream::connect(&socket) else { return };
                let (from_client, from_server) = (client.try_clone().unwrap(), server.try_clone().unwrap());
                let (there, back) = (Arc::clone(&heard), Arc::clone(&heard));
                std::thread::spawn(move || pass(from_client, server, &there));
                std::thread::spawn(move || pass(from_server, client, &back));
            }
        });
        Self { address, silent }
    }
}

fn pass(mut from: impl Read, mut to: impl Write, silent: &AtomicBool) {
    let mut buffer = [0_u8; 8_192];
    while let Ok(read @ 1..) = from.read(&mut buffer) {
        // What comes while the line is silent is swallowed: neither side hears that anything is wrong.
        if !silent.load(Ordering::SeqCst) && to.write_all(&buffer[..read]).is_err() {
            return;
        }
    }
}

/// The socket, the role and the database of `postgresql://role@%2Ffolder:5432/database`.
fn parts_of(url: &str) -> (PathBuf, &str, &str) {
    let (role, place) = url.strip_prefix("postgresql://").unwrap().split_once('@').unwrap();
    let (place, database) = place.split_once('/').unwrap();
    let (folder, port) = place.split_once(':').unwrap();
    let folder = percent_encoding::percent_decode_str(folder).decode_utf8().unwrap();
    (PathBuf::from(folder.as_ref()).join(format!(".s.PGSQL.{port}")), role, database)
}

#[test]
fn a_database_that_falls_silent_on_an_open_connection_is_not_ready_and_holds_no_probe_up() {
    let service = Service::start();
    let (socket, role, database) = parts_of(&service.database.url);
    let line = Line::to(socket);
    let behind = Running::start(&format!("postgresql://{role}@{}/{database}?sslmode=disable&gssencmode=disable", line.address), &[]);
    let probe = Client::new(behind.address, None);
    probe.get("/readyz").expect(200);
    line.silent.store(true, Ordering::SeqCst);
    behind.clock.advance(TimeDelta::seconds(1));
    let begun = Instant::now();
    probe.get("/readyz").problem(503, "unavailable");
    // Three seconds, with room for a busy machine; what is no probe is waited for fifteen.
    assert!(begun.elapsed() < Duration::from_secs(12), "a probe waits for as long as a request");
    probe.get("/healthz").expect(200);
}
