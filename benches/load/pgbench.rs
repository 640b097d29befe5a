//! What Postgres does without a service: pgbench, one plain prepared INSERT a transaction.
//!
//! The row, the table, its indexes, keys and policies, the role and the settings of the transaction are those of the service; so are
//! the socket and the durability. What the service does besides (reading JSON, checking the token and the limits, sealing the note,
//! looking for a retry) is not there.

use std::fs;
use std::process::Command;

use crate::stand::Stand;

/// One row, as somebody would write it who trusts whoever asks. Every hundredth transaction goes on with another account.
const SCRIPT: &str = "\
\\set another random(1, 100)
\\if :started = 0 or :another = 1
\\set n random(0, 63)
SELECT account, relationship FROM load_people WHERE n = :n \\gset
\\set started 1
\\endif
BEGIN;
SELECT set_config('role', 'reciprocity_app', true), set_config('statement_timeout', '10000', true), \
set_config('reciprocity.accounts', :account, true), set_config('reciprocity.reach', 'whole', true);
INSERT INTO interactions (account_id, id, relationship_id, occurred_at, utc_offset_seconds, time_zone, local_date, precision, actor, \
dimension, effort, source, note_sealed, request_digest, created_at, updated_at) VALUES (:account::uuid, gen_random_uuid(), \
:relationship::uuid, now(), 0, 'UTC', current_date, 1, 1, 2, 3, 1, '\\xNOTE', '\\xDIGEST', now(), now());
COMMIT;
";

/// What a run did.
#[derive(Clone, Debug)]
pub struct Ran {
    pub a_second: f64,
    /// Of each transaction, in milliseconds; only where they were asked for.
    pub latencies: Vec<f64>,
}

/// Runs it with so many clients; `each` asks for the latency of each transaction.
pub fn run(stand: &Stand, clients: usize, seconds: u64, each: bool) -> Ran {
    let (mut pgbench, url) = stand.client("pgbench", false);
    let (script, log) = (stand.folder.0.join("insert.sql"), stand.folder.0.join("pgbench-log"));
    fs::write(&script, script_of(stand.sealed)).unwrap();
    pgbench.args(["--no-vacuum", "--protocol=prepared", "--define=started=0", "--file"]).arg(&script);
    pgbench.arg(format!("--client={clients}")).arg(format!("--jobs={}", clients.min(2))).arg(format!("--time={seconds}"));
    if each {
        pgbench.arg("--log").arg(format!("--log-prefix={}", log.display()));
    }
    let output = pgbench.arg(url).output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{said}{}", String::from_utf8_lossy(&output.stderr));
    assert!(said.contains("number of failed transactions: 0 "), "{said}");
    let a_second = said.lines().find_map(|line| line.strip_prefix("tps = ")?.split(' ').next()?.parse().ok()).unwrap();
    Ran { a_second, latencies: if each { latencies(stand) } else { Vec::new() } }
}

/// Whether pgbench is installed, beside the server or on the way.
pub fn check(stand: &Stand) -> Result<(), String> {
    let found: Result<_, _> = Command::status(stand.client("pgbench", false).0.arg("--version").stdout(std::process::Stdio::null()));
    found.map(|_| ()).map_err(|_| {
        "pgbench is missing beside the Postgres server. It is in Debian's package postgresql-contrib or postgresql-15, \
         in Fedora's postgresql-contrib"
            .to_owned()
    })
}

fn script_of(note: usize) -> String {
    SCRIPT.replace("NOTE", &"5a".repeat(note)).replace("DIGEST", &"a5".repeat(32))
}

/// The third word of each line of pgbench's logs, in microseconds.
fn latencies(stand: &Stand) -> Vec<f64> {
    let mut all = Vec::new();
    for entry in fs::read_dir(&stand.folder.0).unwrap().flatten() {
        if !entry.file_name().to_string_lossy().starts_with("pgbench-log") {
            continue;
        }
        let text = fs::read_to_string(entry.path()).unwrap();
        all.extend(text.lines().filter_map(|line| line.split(' ').nth(2)?.parse::<f64>().ok()).map(|micros| micros / 1000.0));
        fs::remove_file(entry.path()).unwrap();
    }
    all
}
