//! The folder of the Unix socket: beside the cluster, or a short private one where that path would be too long.
//!
//! A socket's path fits into about 100 bytes (108 on Linux, 104 on macOS), which a deep data directory exceeds.

use std::env;
use std::fs;
use std::io;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::{MetadataExt, chown};
use std::path::{Path, PathBuf};

use percent_encoding::{NON_ALPHANUMERIC, percent_encode};

use super::account::ServerAccount;
use super::data_dir::{make_folder, make_fresh_folder};
use super::error::{At, ClusterError};

/// The port in the socket's name; no network port is opened.
pub(super) const PORT: u16 = 5432;

/// The longest path of a socket, in bytes, that is safe on every system.
const LONGEST_PATH: usize = 99;

const PRIVATE: u32 = 0o700;

/// How the names of short folders begin.
const SHORT_NAME: &str = "reciprocity-socket-";

/// The folder the socket is in.
#[derive(Debug)]
pub(super) struct SocketFolder {
    pub path: PathBuf,
    /// Made for this run alone, and removed after it.
    pub temporary: bool,
}

/// Makes the folder of the socket, open to the server's account alone (and to root).
pub(super) fn prepare(home: &Path, account: &ServerAccount) -> Result<SocketFolder, ClusterError> {
    let beside = home.join("socket");
    if fits(&beside) {
        match make_folder(&beside, PRIVATE) {
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            made => made.at("create", &beside)?,
        }
        give(&beside, account)?;
        return Ok(SocketFolder { path: beside, temporary: false });
    }
    let path = make_short(&short_places(account), account)?;
    Ok(SocketFolder { path, temporary: true })
}

/// The connection URL for libpq: the socket's folder percent-encoded as the host.
pub(super) fn url(socket: &Path, role: &str, database: &str) -> String {
    let host = percent_encode(socket.as_os_str().as_bytes(), NON_ALPHANUMERIC);
    let role = percent_encode(role.as_bytes(), NON_ALPHANUMERIC);
    let database = percent_encode(database.as_bytes(), NON_ALPHANUMERIC);
    format!("postgresql://{role}@{host}:{PORT}/{database}")
}

fn socket_name() -> String {
    format!(".s.PGSQL.{PORT}")
}

fn fits(folder: &Path) -> bool {
    folder.join(format!(".s.PGSQL.{PORT}")).as_os_str().len() <= LONGEST_PATH
}

fn short_places(account: &ServerAccount) -> Vec<PathBuf> {
    let runtime = match account.switch_to {
        Some(_) => Some(PathBuf::from("/run")),
        None => env::var_os("XDG_RUNTIME_DIR").map(PathBuf::from),
    };
    runtime.into_iter().chain([env::temp_dir(), PathBuf::from("/tmp")]).filter(|place| place.is_absolute()).collect()
}

fn make_short(places: &[PathBuf], account: &ServerAccount) -> Result<PathBuf, ClusterError> {
    let name = format!("{SHORT_NAME}{}", std::process::id());
    let mut last = None;
    for place in places.iter().filter(|place| fits(&place.join(format!("{name}-1000")))) {
        let made = make_fresh_folder(place, &name, PRIVATE).and_then(|path| give(&path, account).map(|()| path));
        match made {
            Ok(path) if account.can_enter(&path) => return Ok(path),
            Ok(path) => {
                last = Some(ClusterError::DirectoryOutOfReach { account: account.name.clone(), path });
            }
            Err(error) => last = Some(error),
        }
    }
    Err(last.unwrap_or(ClusterError::DirectoryOutOfReach { account: account.name.clone(), path: "/tmp".into() }))
}

/// Removes what a server that was killed left in the folder. Its lock file names a process, and Postgres would refuse to
/// start while anything bears that number.
pub(super) fn clear(folder: &Path) {
    for file in [socket_name(), format!("{}.lock", socket_name())] {
        let _may_be_gone_already = fs::remove_file(folder.join(file));
    }
}

/// Removes the short folder of an earlier run whose guard could not. Only one that this service made is touched: by its
/// name, its owner, and for being a real folder.
pub(super) fn remove_leftover(folder: &Path, account: &ServerAccount) {
    let name = folder.file_name().unwrap_or_default().to_string_lossy();
    let ours = fs::symlink_metadata(folder).is_ok_and(|metadata| metadata.is_dir() && metadata.uid() == account.uid().as_raw());
    if !name.starts_with(SHORT_NAME) || !ours {
        return;
    }
    clear(folder);
    let _stays_when_not_empty = fs::remove_dir(folder);
}

/// Hands a folder that root made to the server's account.
pub(super) fn give(folder: &Path, account: &ServerAccount) -> Result<(), ClusterError> {
    match account.switch_to {
        Some((uid, gid)) => chown(folder, Some(uid.as_raw()), Some(gid.as_raw())).at("hand over", folder),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests stop at the first surprise")]

    use std::os::unix::fs::PermissionsExt;

    use super::*;

    fn myself() -> ServerAccount {
        ServerAccount { name: "sam".to_owned(), switch_to: None }
    }

    #[test]
    fn a_socket_path_of_100_bytes_or_more_does_not_fit() {
        let name = "/.s.PGSQL.5432".len();
        assert!(fits(Path::new(&format!("/{}", "d".repeat(LONGEST_PATH - name - 1)))));
        assert!(!fits(Path::new(&format!("/{}", "d".repeat(LONGEST_PATH - name)))));
    }

    #[test]
    fn a_deep_home_gets_a_short_private_folder_elsewhere() {
        let home = env::temp_dir().join("d".repeat(120));
        let folder = prepare(&home, &myself()).unwrap();
        assert!(folder.temporary && fits(&folder.path), "{folder:?}");
        assert_eq!(fs::metadata(&folder.path).unwrap().permissions().mode() & 0o777, PRIVATE);
        fs::remove_dir(folder.path).unwrap();
    }

    #[test]
    fn a_leftover_folder_is_removed_only_if_this_service_made_it() {
        let above = make_fresh_folder(&env::temp_dir(), "reciprocity-leftover-test", PRIVATE).unwrap();
        let [ours, foreign] = [format!("{SHORT_NAME}1"), "other".to_owned()].map(|name| above.join(name));
        for folder in [&ours, &foreign] {
            make_folder(folder, PRIVATE).unwrap();
            fs::write(folder.join(socket_name()), "").unwrap();
            remove_leftover(folder, &myself());
        }
        assert!(!ours.exists());
        assert!(foreign.join(socket_name()).exists());
        fs::remove_dir_all(above).unwrap();
    }

    #[test]
    fn the_url_names_the_folder_percent_encoded() {
        assert_eq!(
            url(Path::new("/var/lib/my data/socket"), "reciprocity", "reciprocity"),
            "postgresql://reciprocity@%2Fvar%2Flib%2Fmy%20data%2Fsocket:5432/reciprocity"
        );
    }
}
