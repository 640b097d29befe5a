//! Reads `postmaster.pid`, and stops a server that an earlier start left behind once it is proven to be ours.

use std::ffi::OsStr;
use std::fs;
use std::io;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::thread;
use std::time::Duration;

use nix::errno::Errno;
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

use super::error::{At, ClusterError};

const STEP: Duration = Duration::from_millis(10);
/// How many steps a fast shutdown, an immediate one, and the reaping of a dead server are waited for.
const FAST_STEPS: u32 = 6000;
const IMMEDIATE_STEPS: u32 = 1000;
const REAPING_STEPS: u32 = 50;

/// The part of `postmaster.pid` that matters here.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct PidFile {
    pub pid: Pid,
    pub ready: bool,
    /// The folder of the server's socket.
    pub socket: Option<PathBuf>,
}

impl PidFile {
    /// Reads the file of a cluster; `None` where there is none, or it is not written yet.
    pub fn read(cluster: &Path) -> Result<Option<Self>, ClusterError> {
        let path = cluster.join("postmaster.pid");
        match fs::read(&path) {
            Ok(bytes) => Ok(Self::parse(&String::from_utf8_lossy(&bytes))),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error).at("read", &path),
        }
    }

    /// The first line is the process id (negative for a single-user process, which is no server), the fifth the
    /// socket's folder, the eighth tells the state. See `src/include/utils/pidfile.h` in Postgres.
    fn parse(text: &str) -> Option<Self> {
        let mut lines = text.lines().map(str::trim);
        let pid: i32 = lines.next()?.parse().ok()?;
        let socket = lines.nth(3).filter(|folder| folder.starts_with('/')).map(PathBuf::from);
        let ready = lines.nth(2) == Some("ready");
        (pid > 1).then(|| Self { pid: Pid::from_raw(pid), ready, socket })
    }
}

/// What the process named in a pid file is.
#[derive(Debug, PartialEq, Eq)]
enum Standing {
    /// No such process.
    Gone,
    /// Dead, and not yet reaped by its parent.
    Defunct,
    /// The server of this cluster.
    Ours,
    /// A Postgres, but not provably of this cluster.
    OtherPostgres,
    /// The process id was given to something else since.
    Unrelated,
}

/// Stops the server that an earlier start left running on this cluster, if there is one. Answers with the pid file that
/// was found: that there was one means that the last run did not end cleanly.
pub(super) fn stop_leftover(cluster: &Path) -> Result<Option<PidFile>, ClusterError> {
    let Some(file) = PidFile::read(cluster)? else {
        return Ok(None);
    };
    let pid = file.pid;
    match standing(pid, cluster)? {
        Standing::Gone => {}
        // Postgres takes a dead process that was not reaped for a living one, and some containers never reap. Without
        // the pid file it still refuses to start while a process of the dead server is attached to its memory.
        Standing::Defunct if wait_while(pid, cluster, REAPING_STEPS, &Standing::Defunct)? => {}
        Standing::Ours => stop_ours(pid, cluster)?,
        Standing::OtherPostgres => {
            return Err(ClusterError::ForeignServer { pid: pid.as_raw(), cluster: cluster.to_owned() });
        }
        // After a loss of power the number may belong to anything; Postgres would refuse to start beside it.
        Standing::Defunct | Standing::Unrelated => {
            let path = cluster.join("postmaster.pid");
            fs::remove_file(&path).at("remove", &path)?;
        }
    }
    Ok(Some(file))
}

fn stop_ours(pid: Pid, cluster: &Path) -> Result<(), ClusterError> {
    for (signal, steps) in [(Signal::SIGINT, FAST_STEPS), (Signal::SIGQUIT, IMMEDIATE_STEPS)] {
        send(pid, signal, cluster)?;
        if wait_while(pid, cluster, steps, &Standing::Ours)? {
            return Ok(());
        }
    }
    Err(ClusterError::LeftoverStays { pid: pid.as_raw() })
}

/// Sends a signal; that the process is gone already is no error.
pub(super) fn send(pid: Pid, signal: Signal, cluster: &Path) -> Result<(), ClusterError> {
    match kill(pid, signal) {
        Ok(()) | Err(Errno::ESRCH) => Ok(()),
        Err(errno) => Err(io::Error::from(errno)).at("stop the server of", cluster),
    }
}

/// Waits until the process has another standing; whether that came within the steps.
fn wait_while(pid: Pid, cluster: &Path, steps: u32, what: &Standing) -> Result<bool, ClusterError> {
    for _ in 0..steps {
        if standing(pid, cluster)? != *what {
            return Ok(true);
        }
        thread::sleep(STEP);
    }
    Ok(false)
}

fn standing(pid: Pid, cluster: &Path) -> Result<Standing, ClusterError> {
    if kill(pid, None) == Err(Errno::ESRCH) {
        return Ok(Standing::Gone);
    }
    if Path::new("/proc/self/cmdline").exists() { by_proc(pid, cluster) } else { by_ps(pid, cluster) }
}

/// Linux: the exact arguments of the process.
fn by_proc(pid: Pid, cluster: &Path) -> Result<Standing, ClusterError> {
    let path = Path::new("/proc").join(pid.to_string()).join("cmdline");
    match fs::read(&path) {
        Ok(arguments) => Ok(judge_arguments(&arguments, cluster)),
        // ESRCH comes when the process ends between opening and reading.
        Err(error) if error.kind() == io::ErrorKind::NotFound || error.raw_os_error() == Some(Errno::ESRCH as i32) => Ok(Standing::Gone),
        Err(error) => Err(error).at("read", &path),
    }
}

/// Elsewhere: the command line as `ps` prints it.
fn by_ps(pid: Pid, cluster: &Path) -> Result<Standing, ClusterError> {
    let ps = Path::new("/bin/ps");
    let output = Command::new(ps).args(["-ww", "-o", "args=", "-p", &pid.to_string()]).output().at("run", ps)?;
    Ok(judge_line(output.stdout.trim_ascii(), cluster))
}

fn judge_arguments(arguments: &[u8], cluster: &Path) -> Standing {
    let mut words = arguments.split(|byte| *byte == 0);
    match words.next() {
        None | Some([]) => Standing::Defunct,
        Some(program) if is_postgres(program) => {
            let named = words.skip_while(|word| *word != b"-D").nth(1);
            if named == Some(cluster.as_os_str().as_bytes()) { Standing::Ours } else { Standing::OtherPostgres }
        }
        Some(_) => Standing::Unrelated,
    }
}

fn judge_line(line: &[u8], cluster: &Path) -> Standing {
    // As this service starts it: program, -D, folder, -c. The program's path may hold blanks.
    let ours = [b"/postgres -D ", cluster.as_os_str().as_bytes(), b" -c "].concat();
    if line.is_empty() {
        Standing::Gone
    } else if line.starts_with(b"(") || line == b"<defunct>" {
        Standing::Defunct
    } else if line.windows(ours.len()).any(|part| part == ours) {
        Standing::Ours
    } else if line.split(|byte| *byte == b' ').any(is_postgres) {
        Standing::OtherPostgres
    } else {
        Standing::Unrelated
    }
}

fn is_postgres(program: &[u8]) -> bool {
    let name = Path::new(OsStr::from_bytes(program)).file_name();
    name.is_some_and(|name| name == "postgres" || name == "postmaster")
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests stop at the first surprise")]

    use super::*;

    const READY: &str = "4711\n/data/postgres-15\n1700000000\n5432\n/data/socket\n\n  1234 5\nready   \n";

    #[test]
    fn a_pid_file_tells_the_process_and_whether_it_is_ready() {
        let ready = PidFile::parse(READY).unwrap();
        assert_eq!(ready, PidFile { pid: Pid::from_raw(4711), ready: true, socket: Some("/data/socket".into()) });
        assert!(!PidFile::parse(&READY.replace("ready   ", "starting")).unwrap().ready);
        assert!(!PidFile::parse("4711\n/data/postgres-15\n").unwrap().ready);
    }

    #[test]
    fn an_empty_torn_or_single_user_pid_file_names_no_server() {
        for text in ["", "\n", "x\n", "-4711\n/data\n", "1\n", "0\n"] {
            assert_eq!(PidFile::parse(text), None, "{text:?}");
        }
    }

    #[test]
    fn a_process_is_ours_only_if_it_is_a_postgres_on_this_very_folder() {
        let cluster = Path::new("/my data/postgres-15");
        let judge = |words: &[&str]| judge_arguments((words.join("\0") + "\0").as_bytes(), cluster);
        assert_eq!(judge(&["/usr/bin/postgres", "-D", "/my data/postgres-15", "-c", "x=y"]), Standing::Ours);
        assert_eq!(judge(&["/usr/bin/postgres", "-D", "/my data/postgres-1"]), Standing::OtherPostgres);
        assert_eq!(judge(&["postgres: checkpointer "]), Standing::Unrelated);
        assert_eq!(judge(&["/bin/sleep", "-D", "/my data/postgres-15"]), Standing::Unrelated);
        assert_eq!(judge_arguments(b"", cluster), Standing::Defunct);
    }

    #[test]
    fn the_line_of_ps_is_judged_alike() {
        let cluster = Path::new("/my data/postgres-15");
        let judge = |line: &str| judge_line(line.as_bytes(), cluster);
        assert_eq!(judge("/opt/home brew/bin/postgres -D /my data/postgres-15 -c port=5432"), Standing::Ours);
        assert_eq!(judge("/usr/bin/postgres -D /my data/postgres-155 -c port=5432"), Standing::OtherPostgres);
        assert_eq!(judge("(postgres)"), Standing::Defunct);
        assert_eq!(judge("vim /my data/postgres-15/postgresql.conf"), Standing::Unrelated);
        assert_eq!(judge(""), Standing::Gone);
    }

    #[test]
    fn a_number_that_now_belongs_to_another_program_is_no_server_and_is_cleared_away() {
        let cluster = std::env::temp_dir().join(format!("reciprocity-pid-test-{}", std::process::id()));
        fs::create_dir(&cluster).unwrap();
        fs::write(cluster.join("postmaster.pid"), format!("{}\n/old\n", std::process::id())).unwrap();
        assert!(stop_leftover(&cluster).unwrap().is_some());
        assert!(!cluster.join("postmaster.pid").exists());
        assert!(stop_leftover(&cluster).unwrap().is_none());
        fs::remove_dir(cluster).unwrap();
    }
}
