//! wrk: many connections that ask as fast as they are answered.

use std::fmt::Write as _;
use std::fs;
use std::net::SocketAddr;
use std::path::Path;
use std::process::Command;

use serde_json::Value;

use crate::rig::people::Person;
use crate::{NOTE, entry};

/// What a run did.
#[derive(Clone, Copy, Debug)]
pub struct Ran {
    pub answers: i64,
    pub a_second: f64,
    /// Answers of 400 and above.
    pub refused: i64,
    /// Connections that broke, or had no answer within two seconds.
    pub broken: i64,
    #[allow(dead_code, reason = "told where a run is refused")]
    pub slow: i64,
}

/// Distinct random ids, and requests written beforehand up to them.
const CREATING: &str = "\
local byte, format, random = string.byte, string.format, math.random
function init(args)
  local chance = io.open('/dev/urandom', 'rb')
  local a, b, c, d = byte(chance:read(4), 1, 4)
  chance:close()
  math.randomseed(((a * 256 + b) * 256 + c) * 256 + d)
end
local function id()
  return format('%04x%04x-%04x-4%03x-%04x-%04x%04x%04x', random(0, 65535), random(0, 65535), random(0, 65535), random(0, 4095),
    random(32768, 49151), random(0, 65535), random(0, 65535), random(0, 65535))
end
function request()
  return heads[random(#heads)] .. id() .. tail
end
";

const TELLING: &str = "\
function done(summary, latency, requests)
  local e = summary.errors
  io.write(string.format('RESULT {\"answers\": %d, \"micros\": %d, \"refused\": %d, \"broken\": %d, \"slow\": %d}\\n',
    summary.requests, summary.duration, e.status, e.connect + e.read + e.write, e.timeout))
end
";

/// Whether wrk is installed.
pub fn check() -> Result<(), String> {
    // It answers to --version with an exit code of its own.
    Command::new("wrk")
        .arg("--version")
        .output()
        .map(|_| ())
        .map_err(|_| "wrk is missing. It is in the package wrk of Debian and Fedora".to_owned())
}

/// Logs an entry a request, each with an id of its own, for people at random.
pub fn create(folder: &Path, address: SocketAddr, people: &[Person], connections: usize, seconds: u64) -> Ran {
    let marker = "00000000-0000-0000-0000-000000000000";
    let body = entry(marker).to_string();
    let (before, after) = body.split_once(marker).unwrap();
    let mut script = String::from("local heads = {\n");
    for person in people {
        let bearer = format!("Bearer {}", person.token);
        let headers = [("Authorization", bearer.as_str()), ("Content-Type", "application/json")];
        let head = crate::rig::http::head(address, "POST", &person.entries(), &headers, body.len());
        let _ = writeln!(script, "{:?},", format!("{head}{before}"));
    }
    let _ = write!(script, "}}\nlocal tail = {after:?}\n{CREATING}{TELLING}");
    assert!(body.contains(NOTE));
    run(folder, &script, &format!("http://{address}/"), connections, seconds)
}

/// Gets one address.
pub fn get(folder: &Path, url: &str, connections: usize, seconds: u64) -> Ran {
    run(folder, TELLING, url, connections, seconds)
}

fn run(folder: &Path, script: &str, url: &str, connections: usize, seconds: u64) -> Ran {
    let file = folder.join("wrk.lua");
    fs::write(&file, script).unwrap();
    let mut wrk = Command::new("wrk");
    wrk.arg(format!("-t{}", connections.min(2))).arg(format!("-c{connections}")).arg(format!("-d{seconds}s"));
    let output = wrk.arg("--script").arg(&file).arg(url).output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    let told: Option<Value> = said.lines().find_map(|line| serde_json::from_str(line.strip_prefix("RESULT ")?).ok());
    let told = told.unwrap_or_else(|| panic!("wrk said nothing: {said}{}", String::from_utf8_lossy(&output.stderr)));
    let of = |name: &str| told[name].as_i64().unwrap();
    let a_second = of("answers") as f64 * 1e6 / of("micros") as f64;
    Ran { answers: of("answers"), a_second, refused: of("refused"), broken: of("broken"), slow: of("slow") }
}
