//! Starting: decides where the cluster lives and who runs it, then starts the guard and hears from it.

use std::env;
use std::fs;
use std::io::{BufRead, BufReader, Read};
use std::os::unix::fs::MetadataExt;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Stdio};
use std::sync::mpsc::{self, Receiver};
use std::thread;
use std::time::Duration;

use super::account::ServerAccount;
use super::data_dir::{self, Home, make_fresh_folder};
use super::error::{At, ClusterError};
use super::lock::{self, Attempt};
use super::plan::GuardPlan;
use super::programs::{ServerPrograms, cluster_folder, existing_cluster};
use super::{ClusterOptions, FAILED, GUARD_SUBCOMMAND, LocalCluster, READY, Report, Storage, socket};

/// How long the guard is listened to before it counts as lost: longer than all it may wait for itself.
const GUARD_SILENCE: Duration = Duration::from_mins(13);

/// How long the lock may still be held by a process that is on its way out.
const SERVICE_LOCK: Duration = Duration::from_millis(200);

pub(super) fn start(options: &ClusterOptions) -> Result<LocalCluster, ClusterError> {
    let account = ServerAccount::choose(options.postgres_user.as_deref())?;
    let (data_dir, throwaway) = match &options.storage {
        Storage::Kept(data_dir) => (data_dir::prepare(data_dir)?, false),
        Storage::Throwaway => (make_throwaway_folder(&account)?, true),
    };
    let only_service = match lock::take_within(&data_dir.join("service.lock"), SERVICE_LOCK)? {
        Attempt::Taken(file) => file,
        Attempt::HeldBy(holder) => return Err(ClusterError::AlreadyRunning { data_dir, holder }),
    };
    let home = data_dir::home(&data_dir, &account)?;
    let plan = make_plan(options, account, &data_dir, &home, throwaway)?;
    let description = describe(&plan, &data_dir, &home);
    let mut guard = spawn_guard(&options.guard_executable, &plan)?;
    let lost = || ClusterError::GuardLost { log: plan.log.clone() };
    let (Some(leash), Some(voice)) = (guard.stdin.take(), guard.stdout.take()) else {
        return Err(lost());
    };
    let reports = listen(voice);
    match reports.recv_timeout(GUARD_SILENCE) {
        Ok(Report::Ready) => Ok(LocalCluster { plan, description, guard, leash, reports, _only_service: only_service }),
        Ok(Report::Failed(reason)) => {
            reap(guard);
            Err(ClusterError::Guard(reason))
        }
        Err(_) => Err(lost()),
    }
}

fn make_plan(
    options: &ClusterOptions,
    account: ServerAccount,
    data_dir: &Path,
    home: &Home,
    throwaway: bool,
) -> Result<GuardPlan, ClusterError> {
    let existing = existing_cluster(&home.path);
    let programs = ServerPrograms::find_for(options.postgres_bin.as_deref(), existing.as_ref())?;
    account.require_runs(&programs.postgres())?;
    let cluster = existing.map_or_else(|| home.path.join(cluster_folder(programs.major())), |existing| existing.path);
    require_owner(&cluster, &account)?;
    let socket = socket::prepare(&home.path, &account)?;
    let mut remove = Vec::new();
    if socket.temporary {
        remove.push(socket.path.clone());
    }
    if throwaway {
        remove.push(data_dir.to_owned());
    }
    Ok(GuardPlan {
        programs,
        account,
        cluster,
        socket: socket.path,
        log: data_dir.join("postgres.log"),
        lock: data_dir.join("guard.lock"),
        throwaway,
        remove,
    })
}

fn require_owner(cluster: &Path, account: &ServerAccount) -> Result<(), ClusterError> {
    match fs::metadata(cluster) {
        Ok(metadata) if metadata.uid() != account.uid().as_raw() => {
            Err(ClusterError::WrongOwner { cluster: cluster.to_owned(), owner: metadata.uid(), account: account.name.clone() })
        }
        Ok(_) | Err(_) => Ok(()),
    }
}

/// A new folder that the server's account can enter, in the system's temporary folder.
fn make_throwaway_folder(account: &ServerAccount) -> Result<PathBuf, ClusterError> {
    let mode = if account.switch_to.is_some() { 0o711 } else { 0o700 };
    let places = [env::temp_dir(), PathBuf::from("/tmp")];
    let place = places.iter().find(|place| place.is_absolute() && account.can_enter(place));
    let place = place.ok_or_else(|| ClusterError::DirectoryOutOfReach { account: account.name.clone(), path: env::temp_dir() })?;
    let folder = make_fresh_folder(place, &format!("reciprocity-test-{}", std::process::id()), mode)?;
    fs::canonicalize(&folder).at("resolve", &folder)
}

fn describe(plan: &GuardPlan, data_dir: &Path, home: &Home) -> Vec<String> {
    let mut lines =
        vec![format!("Postgres {} keeps its data in {} and runs as {}.", plan.programs.major(), plan.cluster.display(), plan.account.name)];
    if home.elsewhere {
        lines.push(format!(
            "That is not in {}, which {} cannot enter; the place is recorded in {}.",
            data_dir.display(),
            plan.account.name,
            data_dir.join("cluster-location").display()
        ));
    }
    lines.push(format!("It listens in {} and logs to {}.", plan.socket.display(), plan.log.display()));
    lines
}

/// Starts the guard in a process group of its own, so that Ctrl-C in a terminal does not reach it, and with an empty
/// environment, so that no secret of the service stays in another process.
fn spawn_guard(executable: &Path, plan: &GuardPlan) -> Result<Child, ClusterError> {
    let mut command = Command::new(executable);
    command.arg(GUARD_SUBCOMMAND).args(plan.to_args());
    command.env_clear().env("PATH", env::var_os("PATH").unwrap_or_default()).current_dir("/").process_group(0);
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
    command.spawn().at("start", executable)
}

/// Reads what the guard says in a thread of its own, to the guard's end.
fn listen(voice: ChildStdout) -> Receiver<Report> {
    let (sender, reports) = mpsc::channel();
    thread::spawn(move || {
        let mut voice = BufReader::new(voice);
        let mut line = String::new();
        while voice.read_line(&mut line).is_ok_and(|count| count > 0) {
            let report = match line.trim_end() {
                READY => Some(Report::Ready),
                FAILED => {
                    let mut reason = String::new();
                    let _what_came_is_told = voice.read_to_string(&mut reason);
                    Some(Report::Failed(reason.trim_end().to_owned()))
                }
                _ => None,
            };
            if let Some(report) = report {
                let _nobody_may_be_waiting = sender.send(report);
            }
            line.clear();
        }
    });
    reports
}

/// Takes the exit status of a guard that is about to end.
fn reap(mut guard: Child) {
    let _status_is_told_already = guard.wait();
}
