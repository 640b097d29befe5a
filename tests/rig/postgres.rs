//! A Postgres server of one's own that may be stopped, frozen, killed and started again, with the settings of the local one.
//!
//! The service's own local Postgres (src/db/cluster) is neither for many clients nor to be killed: its guard brings it down in order
//! and removes what is left. Here a server has a port, a folder and a fate of its own.

use std::fs;
use std::net::TcpListener;
use std::os::unix::fs::{PermissionsExt, chown};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use diesel::connection::SimpleConnection;
use diesel::{Connection, PgConnection};
use nix::sys::signal::{Signal, kill};
use nix::unistd::{Gid, Pid, Uid, User};
use reciprocity::db::cluster::ServerPrograms;

/// The role that owns the service's tables.
pub const OWNER: &str = "reciprocity";
/// Past every policy.
pub const SUPERUSER: &str = "postgres";
/// Of the roles, over TCP; the socket's folder is closed to others and needs none.
const PASSWORD: &str = "only-for-this-run";
/// How long a start may take, with what it has to recover.
const START: Duration = Duration::from_mins(2);

/// Those of `src/db/cluster/settings.rs` for a database that is kept, so that what is measured is what is shipped.
const SETTINGS: &[&str] = &[
    "fsync=on",
    "full_page_writes=on",
    "synchronous_commit=on",
    "shared_buffers=128MB",
    "jit=off",
    "ssl=off",
    "timezone=UTC",
    "lc_messages=C",
    "log_destination=stderr",
    "logging_collector=off",
];

/// A server and its folder.
pub struct Postgres {
    bin: PathBuf,
    /// Who runs it, where this program is root: Postgres refuses to run as root.
    user: Option<(Uid, Gid)>,
    home: PathBuf,
    port: u16,
    settings: Vec<String>,
    child: Option<Child>,
}

impl Postgres {
    /// Makes a cluster in `home`, which must be there, and starts it.
    pub fn create(home: &Path, settings: &[&str]) -> Self {
        let mut server = Self::prepare(home, settings);
        let mut initdb = server.command("initdb");
        initdb.arg("-D").arg(server.data()).args(["--username", SUPERUSER, "--encoding=UTF8", "--auth=trust", "--locale=C"]);
        run(initdb.args(["--data-checksums", "--no-instructions"]));
        let rules = "local all all trust\nlocal replication all trust\nhost all all 127.0.0.1/32 scram-sha-256\n\
                     host replication all 127.0.0.1/32 scram-sha-256\n";
        fs::write(server.data().join("pg_hba.conf"), rules).unwrap();
        server.start();
        let mut superuser = server.connect("postgres");
        for statement in [
            format!("ALTER ROLE {SUPERUSER} PASSWORD '{PASSWORD}'"),
            format!("CREATE ROLE {OWNER} LOGIN CREATEROLE PASSWORD '{PASSWORD}'"),
            format!("CREATE DATABASE {OWNER} OWNER {OWNER}"),
        ] {
            superuser.batch_execute(&statement).unwrap();
        }
        server
    }

    /// Copies a running server into `home` and starts the copy as its standby.
    pub fn standby_of(primary: &Self, home: &Path, name: &str, settings: &[&str]) -> Self {
        let mut server = Self::prepare(home, settings);
        let mut copy = server.command("pg_basebackup");
        copy.arg("-D").arg(server.data()).args(["--wal-method=stream", "--checkpoint=fast", "--write-recovery-conf"]);
        // A slot keeps what the standby has not yet had, however long it was away.
        copy.args(["--create-slot", "--slot", name]);
        run(copy.arg("-d").arg(format!("{} application_name={name}", primary.words(SUPERUSER))));
        server.start();
        server
    }

    fn prepare(home: &Path, settings: &[&str]) -> Self {
        let programs = ServerPrograms::find(None).unwrap_or_else(|why| panic!("{why}"));
        let user = Uid::effective().is_root().then(|| {
            let user = User::from_name("postgres").unwrap().expect("root needs a user named postgres to run the server as");
            (user.uid, user.gid)
        });
        let server = Self {
            bin: programs.bin().to_owned(),
            user,
            home: home.to_owned(),
            port: free_port(),
            settings: SETTINGS.iter().chain(settings).map(|setting| (*setting).to_owned()).collect(),
            child: None,
        };
        for folder in [server.home.clone(), server.home.join("socket")] {
            fs::create_dir_all(&folder).unwrap();
            fs::set_permissions(&folder, fs::Permissions::from_mode(0o700)).unwrap();
            if let Some((uid, gid)) = user {
                chown(&folder, Some(uid.as_raw()), Some(gid.as_raw())).unwrap();
            }
        }
        server
    }

    pub fn data(&self) -> PathBuf {
        self.home.join("data")
    }

    pub const fn port(&self) -> u16 {
        self.port
    }

    /// Starts it on the port it had and waits until it takes connections.
    pub fn start(&mut self) {
        self.try_start().unwrap();
    }

    /// [`Postgres::start`] where that may fail.
    pub fn try_start(&mut self) -> Result<(), String> {
        let log = fs::File::options().create(true).append(true).open(self.home.join("postgres.log")).unwrap();
        let mut postgres = self.command("postgres");
        postgres.arg("-D").arg(self.data()).stdout(Stdio::null()).stderr(log);
        let socket = format!("unix_socket_directories={}", self.home.join("socket").display());
        for setting in [socket, format!("port={}", self.port), "listen_addresses=127.0.0.1".to_owned()].iter().chain(&self.settings) {
            postgres.args(["-c", setting]);
        }
        self.child = Some(postgres.spawn().unwrap());
        let begun = Instant::now();
        while let Err(why) = self.try_connect("postgres") {
            let ended = self.child.as_mut().unwrap().try_wait().unwrap();
            if ended.is_some() || begun.elapsed() > START {
                let said = super::program::last_lines(&self.home.join("postgres.log"));
                return Err(format!("Postgres did not start: {why}\n{said}"));
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        Ok(())
    }

    /// Stops it in order: `SIGINT` for a fast stop, `SIGQUIT` for an immediate one.
    pub fn stop(&mut self, signal: Signal) {
        if let Some(mut child) = self.child.take() {
            let _ = kill(pid_of(&child), signal);
            let _ = child.wait();
        }
    }

    /// Kills every process of it at once, as a loss of power would.
    pub fn kill(&mut self) {
        let Some(mut child) = self.child.take() else { return };
        let backends = children_of(child.id());
        let _ = kill(pid_of(&child), Signal::SIGKILL);
        for backend in backends {
            let _ = kill(backend, Signal::SIGKILL);
        }
        let _ = child.wait();
    }

    /// Sends every process of it a signal: `SIGSTOP` freezes it, `SIGCONT` lets it go on.
    pub fn signal_all(&self, signal: Signal) {
        let Some(child) = &self.child else { return };
        let _ = kill(pid_of(child), signal);
        for backend in children_of(child.id()) {
            let _ = kill(backend, signal);
        }
    }

    /// Makes a standby the primary.
    pub fn promote(&self) {
        self.connect("postgres").batch_execute("SELECT pg_promote(true, 60)").unwrap();
    }

    /// A connection past every policy.
    pub fn connect(&self, database: &str) -> PgConnection {
        self.try_connect(database).unwrap()
    }

    /// [`Postgres::connect`] where the server may be away.
    pub fn try_connect(&self, database: &str) -> diesel::ConnectionResult<PgConnection> {
        PgConnection::establish(&self.socket_url(SUPERUSER, database))
    }

    /// Whether its first process still runs.
    pub fn runs(&mut self) -> bool {
        self.child.as_mut().is_some_and(|child| child.try_wait().is_ok_and(|ended| ended.is_none()))
    }

    /// The folder it was made in.
    pub fn home(&self) -> &Path {
        &self.home
    }

    /// A URL over the Unix socket.
    pub fn socket_url(&self, role: &str, database: &str) -> String {
        let folder = self.home.join("socket").display().to_string().replace('/', "%2F");
        format!("postgresql://{role}@{folder}:{}/{database}", self.port)
    }

    /// A URL over TCP, to this server or to whatever stands in front of it at `port`.
    pub fn tcp_url(role: &str, database: &str, port: u16) -> String {
        format!("postgresql://{role}:{PASSWORD}@127.0.0.1:{port}/{database}")
    }

    fn words(&self, role: &str) -> String {
        format!("host=127.0.0.1 port={} user={role} password={PASSWORD}", self.port)
    }

    /// A program beside the server; else the one on the way, as where a package puts links to some of them.
    fn program(&self, name: &str) -> PathBuf {
        let real = fs::canonicalize(self.bin.join("postgres")).ok().and_then(|real| Some(real.parent()?.join(name)));
        let places = [Some(self.bin.join(name)), real];
        places.into_iter().flatten().find(|place| place.is_file()).unwrap_or_else(|| PathBuf::from(name))
    }

    /// One of the server's programs, run as whom it may run as.
    fn command(&self, program: &str) -> Command {
        let mut command = Command::new(self.program(program));
        command.env_clear().env("PATH", "/usr/bin:/bin").env("LC_ALL", "C").env("TZ", "UTC").current_dir("/").stdin(Stdio::null());
        if let Some((uid, gid)) = self.user {
            command.uid(uid.as_raw()).gid(gid.as_raw());
        }
        command
    }

    /// A client's program, such as pgbench, run as this program.
    pub fn client(&self, program: &str) -> Command {
        let mut command = Command::new(self.program(program));
        command.env_clear().env("PATH", "/usr/bin:/bin").env("LC_ALL", "C").stdin(Stdio::null());
        command
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        self.signal_all(Signal::SIGCONT);
        self.stop(Signal::SIGQUIT);
    }
}

fn pid_of(child: &Child) -> Pid {
    Pid::from_raw(child.id().cast_signed())
}

/// The processes whose parent is this one, from proc(5): the fourth word of `stat`, after a name that may hold anything.
fn children_of(parent: u32) -> Vec<Pid> {
    let is_child = |id: &i32| {
        let stat = fs::read_to_string(format!("/proc/{id}/stat")).unwrap_or_default();
        stat.rsplit(')').next().and_then(|rest| rest.split_whitespace().nth(1)) == Some(&parent.to_string())
    };
    let all = fs::read_dir("/proc").unwrap().flatten().filter_map(|entry| entry.file_name().to_str()?.parse().ok());
    all.filter(is_child).map(Pid::from_raw).collect()
}

fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

#[track_caller]
fn run(command: &mut Command) {
    let output = command.output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

/// A folder that goes with whoever made it.
pub struct Folder(pub PathBuf);

impl Folder {
    /// A new folder among the temporary files.
    pub fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("reciprocity-{name}-{}", std::process::id()));
        fs::create_dir(&path).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
        Self(path)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}
