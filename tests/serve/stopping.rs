//! Stopping: what was begun is answered, whoever sends requests is told in time, and nothing keeps the program from its end.

use std::io::{ErrorKind, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::path::Path;
use std::time::{Duration, Instant};

use diesel::connection::SimpleConnection;
use diesel::sql_types::BigInt;
use diesel::{PgConnection, QueryableByName, RunQueryDsl};
use nix::sys::signal::Signal;
use serde_json::json;

use crate::forwarder::Forwarder;
use crate::program::PASSWORD;
use crate::rig::http::{Answer, Connection};
use crate::rig::postgres::{Folder, OWNER, Postgres};
use crate::rig::program::Program;
use crate::waiting::{PATIENCE, eventually};

/// Less than what is in flight may take (20 s), and far more than ending takes.
const AT_ONCE: Duration = Duration::from_secs(15);

/// A service on a Postgres of its own, reached by a way that can fall silent.
struct Site {
    program: Program,
    gate: Forwarder,
    postgres: Postgres,
    folder: Folder,
}

impl Site {
    fn start(name: &str, vars: &[(&str, &str)]) -> Self {
        let folder = Folder::new(name);
        let home = folder.0.join("postgres");
        std::fs::create_dir(&home).unwrap();
        let postgres = Postgres::create(&home, &["fsync=off"]);
        let gate = Forwarder::to(postgres.port());
        let program = start(&folder, &gate, vars);
        Self { program, gate, postgres, folder }
    }
}

fn start(folder: &Folder, gate: &Forwarder, vars: &[(&str, &str)]) -> Program {
    let url = Postgres::tcp_url(OWNER, OWNER, gate.port);
    Program::start(Path::new(env!("CARGO_BIN_EXE_reciprocity")), &folder.0, &url, &url, vars).unwrap()
}

fn is_closed(address: SocketAddr) -> bool {
    TcpStream::connect(address).is_err_and(|why| why.kind() == ErrorKind::ConnectionRefused)
}

/// A request that the service has begun to read, and the part of it that is still missing.
fn begin(address: SocketAddr) -> (TcpStream, Vec<u8>) {
    let mut stream = TcpStream::connect(address).unwrap();
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    let body = json!({"password": PASSWORD}).to_string();
    let head = "Host: x\r\nContent-Type: application/json\r\nExpect: 100-continue";
    write!(stream, "POST /v1/accounts HTTP/1.1\r\n{head}\r\nContent-Length: {}\r\n\r\n", body.len()).unwrap();
    let mut told = Vec::new();
    while !told.ends_with(b"\r\n\r\n") {
        let mut byte = [0];
        stream.read_exact(&mut byte).unwrap();
        told.extend(byte);
    }
    assert!(told.starts_with(b"HTTP/1.1 100 "), "{}", String::from_utf8_lossy(&told));
    (stream, body.into_bytes())
}

#[test]
fn what_was_begun_before_the_signal_is_answered_and_is_the_last_on_its_connection() {
    let site = Site::start("stopping-begun", &[]);
    let address = site.program.address;
    let mut kept = Connection::open(address, PATIENCE).unwrap();
    assert!(!kept.get("/healthz", None).unwrap().closes());
    let (mut stream, rest) = begin(address);
    site.program.signal(Signal::SIGTERM);
    assert!(eventually(|| is_closed(address)), "it goes on listening");
    stream.write_all(&rest).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    let answer = answer.to_ascii_lowercase();
    assert!(answer.starts_with("http/1.1 201 ") && answer.contains("\r\nconnection: close\r\n"), "{answer}");
    assert!(site.program.wait().success());
}

#[test]
fn while_it_drains_it_says_that_it_is_not_ready_and_answers_and_a_second_signal_ends_that() {
    let site = Site::start("stopping-drain", &[("RECIPROCITY_DRAIN_SECONDS", "3600")]);
    let address = site.program.address;
    let ask = |path: &str| Connection::open(address, PATIENCE).and_then(|mut connection| connection.get(path, None)).unwrap();
    assert_eq!(ask("/readyz").status, 200);
    site.program.signal(Signal::SIGTERM);
    assert!(eventually(|| ask("/readyz").status == 503), "it says that it is ready");
    let answers = ["/healthz", "/v1/question-sets", "/v1/account"].map(ask);
    assert_eq!(answers.each_ref().map(|answer| answer.status), [200, 200, 401]);
    assert!(answers.iter().all(Answer::closes), "a connection stays open");
    site.program.signal(Signal::SIGTERM);
    let begun = Instant::now();
    assert!(site.program.wait().success());
    assert!(begun.elapsed() < AT_ONCE, "it took {:?}", begun.elapsed());
}

#[test]
fn a_second_signal_does_not_wait_for_what_is_in_flight() {
    let site = Site::start("stopping-second", &[]);
    let address = site.program.address;
    let (_held, _) = begin(address);
    site.program.signal(Signal::SIGTERM);
    assert!(eventually(|| is_closed(address)), "it goes on listening");
    let begun = Instant::now();
    site.program.signal(Signal::SIGINT);
    assert!(site.program.wait().success());
    assert!(begun.elapsed() < AT_ONCE, "it took {:?}", begun.elapsed());
}

#[derive(QueryableByName)]
struct Count {
    #[diesel(sql_type = BigInt)]
    count: i64,
}

fn waiting(conn: &mut PgConnection) -> i64 {
    let query = "SELECT count(*) AS count FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'";
    diesel::sql_query(query).get_result::<Count>(conn).unwrap().count
}

#[test]
fn a_database_that_says_nothing_keeps_nobody_from_stopping() {
    let site = Site::start("stopping-silent", &[]);
    assert!(site.program.end(Signal::SIGTERM).success());
    let (mut holder, mut looking) = (site.postgres.connect(OWNER), site.postgres.connect(OWNER));
    holder.batch_execute("BEGIN; LOCK TABLE erased_subjects IN ACCESS EXCLUSIVE MODE").unwrap();
    // Its first sweep waits for that table, and then for a connection that says nothing.
    let mut program = start(&site.folder, &site.gate, &[]);
    assert!(eventually(|| waiting(&mut looking) > 0), "no sweep waits");
    site.gate.silence();
    let begun = Instant::now();
    program.signal(Signal::SIGTERM);
    assert!(eventually(|| !program.runs() || begun.elapsed() > AT_ONCE) && !program.runs(), "it does not end");
}
