//! What can go wrong with the local Postgres, each case told so that a person knows what to do next.

use std::io;
use std::path::{Path, PathBuf};

/// How to install the server programs, for the messages that need it.
const INSTALL: &str = "\
Install them:
  Debian, Ubuntu:  apt-get install postgresql
  Fedora:          dnf install postgresql-server
  macOS:           brew install postgresql@17
or run script/bootstrap, which does this. Without a local Postgres: `docker compose up` starts one beside the service, \
or name any Postgres in DATABASE_URL.";

/// Why the local Postgres could not be found, made, started or stopped.
///
/// `Display` is the whole message for a person at a terminal; it holds paths, versions and process ids and never data.
#[derive(Debug, thiserror::Error)]
pub enum ClusterError {
    /// No folder that was looked into holds the server programs.
    #[error("The Postgres server programs (initdb, postgres) were not found.\n{INSTALL}")]
    NoPrograms,
    /// The folder named by the operator does not hold the server programs.
    #[error(
        "RECIPROCITY_POSTGRES_BIN names {}, but initdb and postgres are not there, or cannot be run. \
         Name the folder that holds them, or unset it to search the usual places.",
        dir.display()
    )]
    NamedProgramsMissing {
        /// The folder that was named.
        dir: PathBuf,
    },
    /// Only versions were found that are older than the service supports.
    #[error("Only Postgres {found} was found; version {minimum} or newer is needed.\n{INSTALL}")]
    ProgramsTooOld {
        /// The newest version that was found.
        found: u32,
        /// The oldest version that is supported.
        minimum: u32,
    },
    /// The data was written by a version whose programs are not installed.
    #[error("{}", version_not_installed(cluster, *major, installed))]
    VersionNotInstalled {
        /// The folder with the data.
        cluster: PathBuf,
        /// The version that wrote it.
        major: u32,
        /// The versions that are installed, newest first.
        installed: Vec<u32>,
    },
    /// Another service holds the data directory.
    #[error(
        "The data directory {} is in use by {}. Stop that one first, or give this one its own RECIPROCITY_DATA_DIR.",
        data_dir.display(),
        holder.map_or_else(|| "another process".to_owned(), |pid| format!("process {pid}"))
    )]
    AlreadyRunning {
        /// The directory both want.
        data_dir: PathBuf,
        /// The process that has it, where that is known.
        holder: Option<u32>,
    },
    /// An earlier guard did not finish stopping its server in time.
    #[error("An earlier start is still stopping its Postgres in {}. Wait for it, then start again.", cluster.display())]
    EarlierGuardBusy {
        /// The folder with the data.
        cluster: PathBuf,
    },
    /// Started as root, and no account is there to run the server as.
    #[error(
        "Postgres refuses to run as root, and there is no user `postgres` to run it as. Installing the server package \
         makes that user (Debian: apt-get install postgresql; Fedora: dnf install postgresql-server). Otherwise make a \
         user for it (useradd --system reciprocity), name it in RECIPROCITY_POSTGRES_USER, or start as an ordinary user."
    )]
    NoServerAccount,
    /// The named account does not exist.
    #[error("RECIPROCITY_POSTGRES_USER names `{name}`, but this machine has no such user.")]
    UnknownServerAccount {
        /// The name given.
        name: String,
    },
    /// The named account is root.
    #[error("RECIPROCITY_POSTGRES_USER names `{name}`, which is root. Postgres refuses to run as root; name another user.")]
    RootServerAccount {
        /// The name given.
        name: String,
    },
    /// An ordinary user asked to run the server as somebody else.
    #[error("RECIPROCITY_POSTGRES_USER names `{name}`, but only root can start programs as another user. Unset it, or start as root.")]
    OnlyRootChangesUser {
        /// The name given.
        name: String,
    },
    /// The running user id has no name, and Postgres refuses such users.
    #[error(
        "The user id {uid} has no name on this machine (no entry in /etc/passwd), and Postgres refuses to run so. Start as a user with a name."
    )]
    NamelessUser {
        /// The user id.
        uid: u32,
    },
    /// The server account cannot run the server programs.
    #[error("The user `{account}` cannot run {}: {source}. Postgres must be installed where that user may read it.", program.display())]
    ProgramsOutOfReach {
        /// The account the server runs as.
        account: String,
        /// The program that was tried.
        program: PathBuf,
        /// What the operating system said.
        source: io::Error,
    },
    /// Neither the data directory nor a substitute can be entered by the server account.
    #[error("The user `{account}` cannot enter {}, where the database lives. Give it the right to pass through every folder on the way (chmod o+x), or choose another RECIPROCITY_DATA_DIR.", path.display())]
    DirectoryOutOfReach {
        /// The account the server runs as.
        account: String,
        /// The folder.
        path: PathBuf,
    },
    /// No folder to keep data in can be derived.
    #[error("There is no folder to keep data in: neither XDG_DATA_HOME nor HOME is set. Name one in RECIPROCITY_DATA_DIR.")]
    NoDataDirectory,
    /// The recorded folder with the database is gone.
    #[error(
        "{} says that the database lives in {}, but that folder is not there. Nothing was changed. Put the folder back, \
         or, to begin with an empty database, delete the record.",
        record.display(), home.display()
    )]
    RecordedHomeMissing {
        /// The file with the record.
        record: PathBuf,
        /// What it names.
        home: PathBuf,
    },
    /// The existing cluster belongs to another account.
    #[error(
        "The database in {} belongs to user id {owner}, but would now be run as `{account}`. Start it as the user who \
         made it, or choose another RECIPROCITY_DATA_DIR.",
        cluster.display()
    )]
    WrongOwner {
        /// The folder with the data.
        cluster: PathBuf,
        /// Whose it is.
        owner: u32,
        /// Who would run it.
        account: String,
    },
    /// A Postgres that this service did not start has the cluster open, or the pid file cannot be judged.
    #[error(
        "Process {pid} is named in {}/postmaster.pid and is a Postgres server, but not one this service started. \
         Stop it first (kill -INT {pid}).",
        cluster.display()
    )]
    ForeignServer {
        /// The process.
        pid: i32,
        /// The folder with the data.
        cluster: PathBuf,
    },
    /// A server that an earlier service left behind does not stop.
    #[error(
        "The Postgres left behind by an earlier start (process {pid}) does not stop. Stop it by hand (kill -QUIT {pid}), then start again."
    )]
    LeftoverStays {
        /// The process.
        pid: i32,
    },
    /// `initdb`, or a command after it, failed.
    #[error("A new database could not be made in {}. {program} said:\n{said}", cluster.display())]
    Initialisation {
        /// The folder.
        cluster: PathBuf,
        /// Which program failed.
        program: &'static str,
        /// Its last words.
        said: String,
    },
    /// The server ended while starting.
    #[error("Postgres did not start. The last lines of {}:\n{tail}", log.display())]
    ServerFailed {
        /// The server's log.
        log: PathBuf,
        /// The end of it.
        tail: String,
    },
    /// The server did not become ready in time.
    #[error("Postgres was not ready within {seconds} seconds. See {}.", log.display())]
    StartTimedOut {
        /// How long it was waited for.
        seconds: u64,
        /// The server's log.
        log: PathBuf,
    },
    /// The guard ended, or stayed silent, without saying whether the server is ready.
    #[error("The process that looks after Postgres ended before Postgres was ready. See {}.", log.display())]
    GuardLost {
        /// The server's log.
        log: PathBuf,
    },
    /// The guard reported a failure; the text is one of the other messages of this list.
    #[error("{0}")]
    Guard(String),
    /// The guard was started with arguments it does not know; it is not meant to be started by hand.
    #[error("postgres-guard is started by the service itself and not by hand ({0}).")]
    GuardArguments(String),
    /// Postgres did not stop in time.
    #[error("Postgres did not stop within {seconds} seconds. Its data is safe; see {}.", log.display())]
    StopTimedOut {
        /// How long it was waited for.
        seconds: u64,
        /// The server's log.
        log: PathBuf,
    },
    /// The operating system refused something.
    #[error("Could not {doing} {}: {source}", path.display())]
    Io {
        /// What was tried, such as "create".
        doing: &'static str,
        /// On what.
        path: PathBuf,
        /// What the operating system said.
        source: io::Error,
    },
}

fn version_not_installed(cluster: &Path, major: u32, installed: &[u32]) -> String {
    let versions: Vec<String> = installed.iter().map(u32::to_string).collect();
    format!(
        "The database in {} was written by Postgres {major}, but only Postgres {} is installed. Nothing was changed.\n\
         Either install version {major} beside it (Debian: apt-get install postgresql-{major}; Fedora: dnf install \
         postgresql{major}-server; macOS: brew install postgresql@{major}) and start again,\n\
         or move the data to the newer version: with both installed, start the service and dump (pg_dump --format=custom \
         --host=<the folder it listens in> --username=postgres --dbname=reciprocity --file=reciprocity.dump), stop it, \
         rename the folder postgres-{major}, start it again so that it makes a new database, and restore (pg_restore \
         --clean --if-exists --host=<the folder> --username=postgres --dbname=reciprocity reciprocity.dump). Both as the \
         user who starts the service.",
        cluster.display(),
        versions.join(", ")
    )
}

/// Turns an [`io::Result`] into a [`ClusterError::Io`] that says what was tried on which path.
pub(super) trait At<T> {
    /// Names the deed and the path.
    fn at(self, doing: &'static str, path: &Path) -> Result<T, ClusterError>;
}

impl<T> At<T> for io::Result<T> {
    fn at(self, doing: &'static str, path: &Path) -> Result<T, ClusterError> {
        self.map_err(|source| ClusterError::Io { doing, path: path.to_owned(), source })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn missing_programs_name_the_package_of_each_system_and_the_compose_way() {
        let message = ClusterError::NoPrograms.to_string();
        for part in ["apt-get install postgresql", "dnf install postgresql-server", "brew install postgresql@17", "docker compose up"] {
            assert!(message.contains(part), "{part} is missing in: {message}");
        }
    }

    #[test]
    fn a_missing_version_says_what_to_install_and_that_nothing_was_changed() {
        let message = version_not_installed(Path::new("/data/postgres-15"), 15, &[18, 17]);
        for part in ["/data/postgres-15", "only Postgres 18, 17 is installed", "Nothing was changed", "postgresql-15", "pg_dump"] {
            assert!(message.contains(part), "{part} is missing in: {message}");
        }
    }

    #[test]
    fn a_second_start_names_the_process_that_holds_the_directory() {
        let error = ClusterError::AlreadyRunning { data_dir: "/data".into(), holder: Some(42) };
        assert!(error.to_string().contains("in use by process 42"));
    }
}
