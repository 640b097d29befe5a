//! The guard: the process between the service and its Postgres, so that no death of the service leaves a server behind.
//!
//! It is this program again, holding the reading end of a pipe whose writing end only the service has. However the
//! service dies, the pipe closes, and the guard stops Postgres in fast mode. Should Postgres end before the service, it is started again.

use std::ffi::OsString;
use std::io::{self, Read, Write};
use std::process::{ExitCode, Stdio};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender};
use std::thread;
use std::time::Duration;

use nix::sys::signal::{SigSet, Signal};
use nix::unistd::Pid;

use super::error::{At, ClusterError};
use super::lock::{self, Attempt};
use super::plan::GuardPlan;
use super::postmaster::{self, PidFile};
use super::server_log::{self, ServerLog};
use super::settings::server_args;
use super::{FAILED, READY, initialise, socket};

/// How long an earlier guard of the same cluster may take to stop its server.
const EARLIER_GUARD: Duration = Duration::from_secs(90);
/// How often readiness is looked up.
const STEP: Duration = Duration::from_millis(5);
/// How long a start may take, in seconds; recovery after a crash reads up to a gigabyte of log.
const START_SECONDS: u64 = 600;
const START_STEPS: u64 = START_SECONDS * 1000 / 5;
/// The pause before a server that died is started again.
const RESTART_PAUSE: Duration = Duration::from_millis(200);
/// How many starts in a row may fail once the server has run, or after a run that did not end cleanly.
const RESTARTS: u32 = 20;
/// How long a fast and then an immediate shutdown may take, in seconds.
const FAST_SECONDS: u64 = 60;
const IMMEDIATE_SECONDS: u64 = 10;

/// What happens to a guard.
enum Event {
    /// The service's end of the pipe is closed.
    ServiceGone,
    /// The server and all of its processes have ended.
    ServerGone,
}

/// Runs the hidden subcommand `postgres-guard` with the arguments after its name; returns when the server has stopped.
pub fn guard_main(args: impl Iterator<Item = OsString>) -> ExitCode {
    // Service managers signal the whole group at once. The server must outlive the service's last requests, so the
    // guard heeds its pipe alone.
    let deaf: SigSet = [Signal::SIGTERM, Signal::SIGINT, Signal::SIGHUP].into_iter().collect();
    let outcome = deaf.thread_block().map_err(io::Error::from).at("block signals in", "the guard".as_ref());
    match outcome.and_then(|()| GuardPlan::parse(args)).and_then(|plan| guard(&plan)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            report(&format!("{FAILED}\n{error}"));
            ExitCode::FAILURE
        }
    }
}

fn guard(plan: &GuardPlan) -> Result<(), ClusterError> {
    let (sender, events) = mpsc::channel();
    watch_service(sender.clone());
    let _only_guard = match lock::take_within(&plan.lock, EARLIER_GUARD)? {
        Attempt::Taken(file) => file,
        Attempt::HeldBy(_) => {
            return Err(ClusterError::EarlierGuardBusy { cluster: plan.cluster.clone() });
        }
    };
    let outcome = run(plan, &sender, &events);
    plan.remove_folders();
    outcome
}

fn run(plan: &GuardPlan, sender: &Sender<Event>, events: &Receiver<Event>) -> Result<(), ClusterError> {
    let leftover = postmaster::stop_leftover(&plan.cluster)?;
    let unclean = leftover.is_some();
    if let Some(folder) = leftover.and_then(|file| file.socket) {
        // This run's own folder may bear the name again.
        if folder != plan.socket {
            socket::remove_leftover(&folder, &plan.account);
        }
    }
    socket::clear(&plan.socket);
    initialise::ensure_cluster(plan)?;
    initialise::write_access_rules(plan)?;
    // Processes of a server that was killed may hold its memory for a moment longer.
    supervise(plan, sender, events, if unclean { RESTARTS } else { 0 })
}

fn supervise(plan: &GuardPlan, sender: &Sender<Event>, events: &Receiver<Event>, mut retries: u32) -> Result<(), ClusterError> {
    loop {
        let pid = start_server(plan, sender.clone())?;
        let early = wait_until_ready(plan, pid, events)?;
        if early.is_none() {
            retries = RESTARTS;
            report(READY);
        }
        // The guard holds a sender itself, so waiting never fails.
        let event = early.or_else(|| events.recv().ok()).unwrap_or(Event::ServiceGone);
        match event {
            Event::ServiceGone => return stop_server(plan, pid, events),
            Event::ServerGone if retries == 0 => {
                return Err(ClusterError::ServerFailed { log: plan.log.clone(), tail: server_log::tail(&plan.log) });
            }
            Event::ServerGone => retries -= 1,
        }
        if events.recv_timeout(RESTART_PAUSE).is_ok() {
            return Ok(());
        }
    }
}

/// Waits for the end of the pipe on standard input in a thread of its own.
fn watch_service(events: Sender<Event>) {
    thread::spawn(move || {
        let mut nothing = [0_u8; 64];
        let mut pipe = io::stdin().lock();
        loop {
            match pipe.read(&mut nothing) {
                Ok(0) => break,
                Err(error) if error.kind() != io::ErrorKind::Interrupted => break,
                Ok(_) | Err(_) => {}
            }
        }
        let _guard_may_have_ended = events.send(Event::ServiceGone);
    });
}

/// Starts the server; a thread copies its log and reports its end.
fn start_server(plan: &GuardPlan, events: Sender<Event>) -> Result<Pid, ClusterError> {
    let program = plan.programs.postgres();
    let log = ServerLog::open(&plan.log).at("open", &plan.log)?;
    let mut command = plan.account.command(&program);
    command.args(server_args(plan)).stdout(Stdio::null()).stderr(Stdio::piped());
    let mut server = command.spawn().at("run", &program)?;
    let pid = Pid::from_raw(i32::try_from(server.id()).unwrap_or(i32::MAX));
    let messages = server.stderr.take();
    thread::spawn(move || {
        // Every process of the server holds the pipe, so its end is the end of the last of them.
        if let Some(messages) = messages {
            log.copy_from(messages);
        }
        let _how_does_not_matter = server.wait();
        let _guard_may_have_ended = events.send(Event::ServerGone);
    });
    Ok(pid)
}

/// Waits until the server takes connections; an event that comes first is handed back.
fn wait_until_ready(plan: &GuardPlan, pid: Pid, events: &Receiver<Event>) -> Result<Option<Event>, ClusterError> {
    for _ in 0..START_STEPS {
        if PidFile::read(&plan.cluster)?.is_some_and(|file| file.ready && file.pid == pid) {
            return Ok(None);
        }
        if let Ok(event) = events.recv_timeout(STEP) {
            return Ok(Some(event));
        }
    }
    stop_server(plan, pid, events)?;
    Err(ClusterError::StartTimedOut { seconds: START_SECONDS, log: plan.log.clone() })
}

fn stop_server(plan: &GuardPlan, pid: Pid, events: &Receiver<Event>) -> Result<(), ClusterError> {
    for (signal, seconds) in [(Signal::SIGINT, FAST_SECONDS), (Signal::SIGQUIT, IMMEDIATE_SECONDS)] {
        postmaster::send(pid, signal, &plan.cluster)?;
        loop {
            match events.recv_timeout(Duration::from_secs(seconds)) {
                Ok(Event::ServerGone) => return Ok(()),
                Ok(Event::ServiceGone) => {}
                Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => break,
            }
        }
    }
    Err(ClusterError::StopTimedOut { seconds: FAST_SECONDS + IMMEDIATE_SECONDS, log: plan.log.clone() })
}

/// Tells the service; when it is gone there is nobody to tell.
fn report(text: &str) {
    let mut out = io::stdout().lock();
    let _service_may_be_gone = writeln!(out, "{text}").and_then(|()| out.flush());
}
