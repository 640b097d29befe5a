//! Many rows at once: batches over HTTP, against COPY into the same table as a superuser, whom no policy binds.

use std::fmt::Write as _;
use std::fs;
use std::net::SocketAddr;
use std::time::{Duration, Instant};

use serde_json::json;

use crate::entry;
use crate::figures::{Comparison, Unit, thousands};
use crate::options::Options;
use crate::rig::http::{self, Connection};
use crate::rig::people::Person;
use crate::rig::seeded::Seeded;
use crate::stand::Stand;

/// The most that a batch may hold.
const BATCH: usize = 1_000;

pub fn measure(stand: &mut Stand, options: &Options) -> Vec<Comparison> {
    let rows = if options.quick { 20_000 } else { 200_000 };
    let found = [1, 4].map(|connections| {
        let what = format!("batches of {BATCH}, {connections} at a time, rows");
        let mut found = Comparison::new(what, format!("COPY of {} rows", thousands(rows as f64)), Unit::ARate);
        for run in 0..options.runs {
            stand.settle();
            found.theirs.0.push(rows as f64 / copy(stand, rows));
            stand.refresh();
            stand.settle();
            found.ours.0.push(rows as f64 / batches(stand, rows, connections, run));
        }
        crate::tell(&found);
        stand.note_memory(&format!("batches, {connections} at a time"));
        found
    });
    found.into()
}

/// Copies rows of the load's shape from a file; says how many seconds psql says it took.
fn copy(stand: &Stand, rows: usize) -> f64 {
    let (mut psql, url) = stand.client("psql", true);
    let file = stand.folder.0.join("rows.tsv");
    let columns = "account_id, id, relationship_id, occurred_at, utc_offset_seconds, time_zone, local_date, precision, actor, \
                   dimension, effort, source, note_sealed, request_digest, created_at, updated_at";
    let prepare = format!(
        "\\copy (SELECT p.account, gen_random_uuid(), p.relationship, now() - new.n * interval '1 second', 0, 'UTC', current_date, 1, 1, 2, 3, 1, \
         decode(repeat('5a', {}), 'hex'), decode(repeat('a5', 32), 'hex'), now(), now() \
         FROM generate_series(1, {rows}) new (n) JOIN load_people p ON p.n = new.n % 64) TO '{}'",
        stand.sealed,
        file.display()
    );
    let load = format!("\\copy interactions ({columns}) FROM '{}'", file.display());
    psql.args(["--no-psqlrc", "--quiet", "--set", "ON_ERROR_STOP=1", "--dbname", &url, "--command", &prepare]);
    let output = psql.args(["--command", "\\timing on", "--command", &load]).output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{said}{}", String::from_utf8_lossy(&output.stderr));
    fs::remove_file(file).unwrap();
    let mut took = said.lines().filter_map(|line| line.strip_prefix("Time: ")?.split(' ').next()?.parse::<f64>().ok());
    took.next_back().unwrap() / 1000.0
}

/// Sends as many rows in batches; says how many seconds that took. The requests are written beforehand.
fn batches(stand: &Stand, rows: usize, connections: usize, run: usize) -> f64 {
    let mut ids = Seeded::new(0xba7c_0000 + (connections * 100 + run) as u64);
    let requests: Vec<Vec<u8>> =
        (0..rows / BATCH).map(|n| request(stand.address(), &stand.people[n % stand.people.len()], &mut ids)).collect();
    let before = stand.rows();
    let begun = Instant::now();
    std::thread::scope(|scope| {
        for some in requests.chunks(requests.len().div_ceil(connections)) {
            scope.spawn(move || {
                let mut connection = Connection::open(stand.address(), Duration::from_mins(2)).unwrap();
                for request in some {
                    let created = connection.send_bytes(request).unwrap().expect(200)["created"].as_u64();
                    assert_eq!(created, Some(BATCH as u64));
                }
            });
        }
    });
    let took = begun.elapsed().as_secs_f64();
    assert_eq!(stand.rows() - before, i64::try_from(rows).unwrap());
    took
}

fn request(address: SocketAddr, person: &Person, ids: &mut Seeded) -> Vec<u8> {
    let items: Vec<_> =
        (0..BATCH).map(|_| json!({"relationship_id": person.relationship, "interaction": entry(&ids.uuid().to_string())})).collect();
    let body = json!({"items": items}).to_string();
    let bearer = format!("Bearer {}", person.token);
    let headers = [("Authorization", bearer.as_str()), ("Content-Type", "application/json")];
    let mut request = http::head(address, "POST", "/v1/interactions/batch", &headers, body.len());
    let _ = write!(request, "{body}");
    request.into_bytes()
}
