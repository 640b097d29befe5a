//! Finds the installed Postgres server programs, and decides which version serves.

use std::collections::BTreeSet;
use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::error::ClusterError;

/// The oldest major version the service supports.
pub const OLDEST_SUPPORTED: u32 = 15;

/// Places where packages put one folder a version: the folder above, how the version's folder begins, what follows it.
const VERSIONED_PLACES: &[(&str, &str, &str)] = &[
    ("/usr/lib/postgresql", "", "bin"),         // Debian, Ubuntu
    ("/usr", "pgsql-", "bin"),                  // the Postgres project's packages for Fedora and its kin
    ("/usr/lib", "postgresql", "bin"),          // openSUSE
    ("/usr/libexec", "postgresql", ""),         // Alpine
    ("/opt/homebrew/opt", "postgresql", "bin"), // Homebrew on Apple silicon
    ("/usr/local/opt", "postgresql", "bin"),    // Homebrew on Intel
];

/// Places that hold at most one version.
const SINGLE_PLACES: &[&str] = &["/usr/bin", "/usr/local/bin", "/usr/local/pgsql/bin"];

/// One installed set of server programs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServerPrograms {
    bin: PathBuf,
    major: u32,
}

impl ServerPrograms {
    /// The newest supported programs: in `explicit` where that is given, otherwise on `PATH` and in the folders where
    /// the packages of Linux distributions and Homebrew put them.
    ///
    /// # Errors
    /// [`ClusterError::NoPrograms`], [`ClusterError::NamedProgramsMissing`] or [`ClusterError::ProgramsTooOld`].
    pub fn find(explicit: Option<&Path>) -> Result<Self, ClusterError> {
        newest_supported(find_all(explicit)?)?.into_iter().next().ok_or(ClusterError::NoPrograms)
    }

    /// Like [`ServerPrograms::find`], but for a cluster folder that exists already its own version is a must.
    ///
    /// # Errors
    /// Also [`ClusterError::VersionNotInstalled`].
    pub(super) fn find_for(explicit: Option<&Path>, existing: Option<&ExistingCluster>) -> Result<Self, ClusterError> {
        choose(newest_supported(find_all(explicit)?)?, existing)
    }

    /// The major version, such as 17.
    #[must_use]
    pub fn major(&self) -> u32 {
        self.major
    }

    /// The folder the programs are in.
    #[must_use]
    pub fn bin(&self) -> &Path {
        &self.bin
    }

    pub(super) fn from_parts(bin: PathBuf, major: u32) -> Self {
        Self { bin, major }
    }

    pub(super) fn initdb(&self) -> PathBuf {
        self.bin.join("initdb")
    }

    pub(super) fn postgres(&self) -> PathBuf {
        self.bin.join("postgres")
    }

    /// Asks the programs in `bin` for their version; `None` where there are none, or they do not run.
    fn inspect(bin: &Path) -> Option<Self> {
        if !bin.join("initdb").is_file() || !bin.join("postgres").is_file() {
            return None;
        }
        let output = Command::new(bin.join("postgres")).arg("--version").current_dir("/").output().ok()?;
        let major = parse_major(&String::from_utf8_lossy(&output.stdout))?;
        Some(Self { bin: bin.to_owned(), major })
    }
}

/// A folder with data, and the version that wrote it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct ExistingCluster {
    pub path: PathBuf,
    pub major: u32,
}

/// The name of the folder that holds a cluster of version `major`.
pub(super) fn cluster_folder(major: u32) -> String {
    format!("postgres-{major}")
}

/// The newest cluster folder inside `home`, if there is one.
pub(super) fn existing_cluster(home: &Path) -> Option<ExistingCluster> {
    let entries = fs::read_dir(home).ok()?;
    entries
        .flatten()
        .filter_map(|entry| {
            let major = entry.file_name().to_str()?.strip_prefix("postgres-")?.parse().ok()?;
            entry.path().join("PG_VERSION").is_file().then(|| ExistingCluster { path: entry.path(), major })
        })
        .max_by_key(|cluster| cluster.major)
}

fn find_all(explicit: Option<&Path>) -> Result<Vec<ServerPrograms>, ClusterError> {
    if let Some(dir) = explicit {
        return ServerPrograms::inspect(dir)
            .map(|programs| vec![programs])
            .ok_or_else(|| ClusterError::NamedProgramsMissing { dir: dir.to_owned() });
    }
    let mut seen = BTreeSet::new();
    Ok(candidate_folders()
        .into_iter()
        // The same folder is often reached by two names; each program is asked once.
        .filter(|dir| fs::canonicalize(dir).is_ok_and(|real| seen.insert(real)))
        .filter_map(|dir| ServerPrograms::inspect(&dir))
        .collect())
}

fn candidate_folders() -> Vec<PathBuf> {
    let path = env::var_os("PATH").unwrap_or_default();
    // Relative entries of PATH would name another folder in the guard, which works elsewhere.
    let mut folders: Vec<PathBuf> = env::split_paths(&path).filter(|dir| dir.is_absolute()).collect();
    for (above, prefix, below) in VERSIONED_PLACES {
        let Ok(entries) = fs::read_dir(above) else {
            continue;
        };
        let versions = entries.flatten().filter(|entry| entry.file_name().to_string_lossy().starts_with(prefix));
        folders.extend(versions.map(|entry| entry.path().join(below)));
    }
    folders.extend(SINGLE_PLACES.iter().map(PathBuf::from));
    folders
}

/// Drops what is too old and sorts the rest, newest first; equal versions keep the order in which they were found.
fn newest_supported(mut found: Vec<ServerPrograms>) -> Result<Vec<ServerPrograms>, ClusterError> {
    let newest = found.iter().map(|programs| programs.major).max().ok_or(ClusterError::NoPrograms)?;
    found.retain(|programs| programs.major >= OLDEST_SUPPORTED);
    if found.is_empty() {
        return Err(ClusterError::ProgramsTooOld { found: newest, minimum: OLDEST_SUPPORTED });
    }
    found.sort_by_key(|programs| std::cmp::Reverse(programs.major));
    Ok(found)
}

fn choose(newest_first: Vec<ServerPrograms>, existing: Option<&ExistingCluster>) -> Result<ServerPrograms, ClusterError> {
    let Some(cluster) = existing else {
        return newest_first.into_iter().next().ok_or(ClusterError::NoPrograms);
    };
    let mut installed: Vec<u32> = newest_first.iter().map(|programs| programs.major).collect();
    installed.dedup();
    newest_first.into_iter().find(|programs| programs.major == cluster.major).ok_or_else(|| ClusterError::VersionNotInstalled {
        cluster: cluster.path.clone(),
        major: cluster.major,
        installed,
    })
}

/// The major version in the answer to `postgres --version`, such as `postgres (PostgreSQL) 17.2 (Debian 17.2-1)`.
fn parse_major(answer: &str) -> Option<u32> {
    let version = answer.split_once("(PostgreSQL)")?.1.trim_start();
    let digits = version.find(|c: char| !c.is_ascii_digit()).map_or(version, |end| version.split_at(end).0);
    digits.parse().ok()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests stop at the first surprise")]

    use super::*;

    fn programs(major: u32) -> ServerPrograms {
        ServerPrograms::from_parts(format!("/usr/lib/postgresql/{major}/bin").into(), major)
    }

    fn existing(major: u32) -> ExistingCluster {
        ExistingCluster { path: format!("/data/postgres-{major}").into(), major }
    }

    #[test]
    fn the_major_version_is_read_from_releases_and_previews() {
        assert_eq!(parse_major("postgres (PostgreSQL) 15.14 (Debian 15.14-0+deb12u1)\n"), Some(15));
        assert_eq!(parse_major("postgres (PostgreSQL) 17.2"), Some(17));
        assert_eq!(parse_major("postgres (PostgreSQL) 18beta1"), Some(18));
        assert_eq!(parse_major("postgres (PostgreSQL) 9.6.24"), Some(9));
    }

    #[test]
    fn an_answer_of_another_program_is_no_version() {
        assert_eq!(parse_major("psql 15.1"), None);
        assert_eq!(parse_major("postgres (PostgreSQL) devel"), None);
        assert_eq!(parse_major(""), None);
    }

    #[test]
    fn the_newest_version_serves_a_new_cluster() {
        let found = newest_supported(vec![programs(15), programs(17), programs(16)]).unwrap();
        assert_eq!(choose(found, None).unwrap().major(), 17);
    }

    #[test]
    fn an_existing_cluster_keeps_its_version_though_a_newer_one_is_installed() {
        let found = newest_supported(vec![programs(17), programs(15)]).unwrap();
        assert_eq!(choose(found, Some(&existing(15))).unwrap().major(), 15);
    }

    #[test]
    fn an_existing_cluster_without_its_programs_is_refused() {
        let found = newest_supported(vec![programs(17), programs(17), programs(16)]).unwrap();
        let error = choose(found, Some(&existing(15))).unwrap_err();
        assert!(matches!(&error, ClusterError::VersionNotInstalled { major: 15, installed, .. } if *installed == [17, 16]), "{error:?}");
    }

    #[test]
    fn a_version_before_the_oldest_supported_does_not_count() {
        let error = newest_supported(vec![programs(13), programs(14)]).unwrap_err();
        assert!(matches!(error, ClusterError::ProgramsTooOld { found: 14, minimum: 15 }), "{error:?}");
        assert!(matches!(newest_supported(vec![]), Err(ClusterError::NoPrograms)));
    }

    #[test]
    fn a_named_folder_without_programs_is_named_in_the_error() {
        let error = ServerPrograms::find(Some(Path::new("/nowhere/bin"))).unwrap_err();
        assert!(error.to_string().contains("/nowhere/bin"));
    }
}
