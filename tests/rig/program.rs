//! The real program as a process of its own, told everything by its environment.

use std::fs::File;
use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

/// Rates that no load reaches: the limits stay at work and never answer.
pub const LIMITS: &[&str] = &[
    "READS",
    "WRITES",
    "BATCHES",
    "ASSESSMENTS",
    "PREVIEWS",
    "STORED_A_DAY",
    "SIGN_INS",
    "REFRESHES",
    "ACCOUNTS",
    "FAILURES",
    "FAILURES_ELSEWHERE",
];
const HIGH: &str = "100000000";

/// One running instance of the service.
pub struct Program {
    child: Child,
    pub address: SocketAddr,
}

impl Program {
    /// Starts it on a database and waits until it serves, or says why it does not. Instances that share `folder` share a key.
    pub fn start(executable: &Path, folder: &Path, database: &str, owner: &str, vars: &[(&str, &str)]) -> Result<Self, String> {
        let log = folder.join("service.log");
        let errors = File::options().create(true).append(true).open(&log).map_err(|why| why.to_string())?;
        let mut command = Command::new(executable);
        command.arg("serve").env_clear().stdin(Stdio::null()).stdout(Stdio::piped()).stderr(errors);
        command.env("DATABASE_URL", database).env("MIGRATION_DATABASE_URL", owner).env("RECIPROCITY_PORT", "0");
        command.env("RECIPROCITY_DATA_DIR", folder.join("data")).envs(vars.iter().copied());
        command.envs(LIMITS.iter().map(|name| (format!("RECIPROCITY_LIMIT_{name}"), HIGH)));
        let mut child = command.spawn().map_err(|why| format!("{}: {why}", executable.display()))?;
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines().map_while(Result::ok);
        let address = lines.find_map(|line| line.split("ready at http://").nth(1)?.parse().ok());
        let Some(address) = address else {
            let _ = child.kill();
            let _ = child.wait();
            return Err(format!("the service did not start; it wrote to {}: {}", log.display(), last_lines(&log)));
        };
        // What else it prints is taken, so that it never waits for a reader.
        std::thread::spawn(move || lines.for_each(drop));
        Ok(Self { child, address })
    }

    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// Sends a signal and waits for the end.
    pub fn end(self, signal: Signal) -> ExitStatus {
        self.signal(signal);
        self.wait()
    }

    /// Waits for its end.
    pub fn wait(mut self) -> ExitStatus {
        self.child.wait().unwrap()
    }

    pub fn signal(&self, signal: Signal) {
        kill(Pid::from_raw(self.child.id().cast_signed()), signal).unwrap();
    }

    /// Whether it still runs.
    pub fn runs(&mut self) -> bool {
        self.child.try_wait().is_ok_and(|ended| ended.is_none())
    }

    /// What it holds in memory now and held at most, in MiB (`VmRSS` and `VmHWM` of proc(5)).
    pub fn memory(&self) -> (f64, f64) {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.id())).unwrap_or_default();
        let of = |name: &str| {
            let line = status.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(':'));
            line.and_then(|rest| rest.split_whitespace().next()?.parse::<f64>().ok()).unwrap_or(0.0) / 1024.0
        };
        (of("VmRSS"), of("VmHWM"))
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        if self.runs() {
            let _ = self.child.kill();
            let _ = self.child.wait();
        }
    }
}

/// The end of a log.
pub fn last_lines(log: &PathBuf) -> String {
    let text = std::fs::read_to_string(log).unwrap_or_default();
    let lines: Vec<&str> = text.lines().collect();
    lines[lines.len().saturating_sub(8)..].join("\n")
}
