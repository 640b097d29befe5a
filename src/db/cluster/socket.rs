//! The folder of the Unix socket: beside the cluster, or a short private one where that path would be too long.
//!
//! A socket's path fits into about 100 bytes (108 on Linux, 104 on macOS), which a deep data directory exceeds.

use std::env;
use std::io;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::chown;
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
        return Ok(SocketFolder {
            path: beside,
            temporary: false,
        });
    }
    let path = make_short(&short_places(account), account)?;
    Ok(SocketFolder {
        path,
        temporary: true,
    })
}

/// The connection URL for libpq: the socket's folder percent-encoded as the host.
pub(super) fn url(socket: &Path, role: &str, database: &str) -> String {
    let host = percent_encode(socket.as_os_str().as_bytes(), NON_ALPHANUMERIC);
    let role = percent_encode(role.as_bytes(), NON_ALPHANUMERIC);
    let database = percent_encode(database.as_bytes(), NON_ALPHANUMERIC);
    format!("postgresql://{role}@{host}:{PORT}/{database}")
}

fn fits(folder: &Path) -> bool {
    folder.join(format!(".s.PGSQL.{PORT}")).as_os_str().len() <= LONGEST_PATH
}

fn short_places(account: &ServerAccount) -> Vec<PathBuf> {
    let runtime = match account.switch_to {
        Some(_) => Some(PathBuf::from("/run")),
        None => env::var_os("XDG_RUNTIME_DIR").map(PathBuf::from),
    };
    runtime
        .into_iter()
        .chain([env::temp_dir(), PathBuf::from("/tmp")])
        .filter(|place| place.is_absolute())
        .collect()
}

fn make_short(places: &[PathBuf], account: &ServerAccount) -> Result<PathBuf, ClusterError> {
    let name = format!("reciprocity-{}", std::process::id());
    let mut last = None;
    for place in places
        .iter()
        .filter(|place| fits(&place.join(format!("{name}-1000"))))
    {
        let made = make_fresh_folder(place, &name, PRIVATE)
            .and_then(|path| give(&path, account).map(|()| path));
        match made {
            Ok(path) if account.can_enter(&path) => return Ok(path),
            Ok(path) => {
                last = Some(ClusterError::DirectoryOutOfReach {
                    account: account.name.clone(),
                    path,
                })
            }
            Err(error) => last = Some(error),
        }
    }
    Err(last.unwrap_or(ClusterError::DirectoryOutOfReach {
        account: account.name.clone(),
        path: "/tmp".into(),
    }))
}

/// Hands a folder that root made to the server's account.
pub(super) fn give(folder: &Path, account: &ServerAccount) -> Result<(), ClusterError> {
    match account.switch_to {
        Some((uid, gid)) => {
            chown(folder, Some(uid.as_raw()), Some(gid.as_raw())).at("hand over", folder)
        }
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests stop at the first surprise")]

    use std::fs;
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    fn myself() -> ServerAccount {
        ServerAccount {
            name: "sam".to_owned(),
            switch_to: None,
        }
    }

    #[test]
    fn a_socket_path_of_100_bytes_or_more_does_not_fit() {
        let name = "/.s.PGSQL.5432".len();
        assert!(fits(Path::new(&format!(
            "/{}",
            "d".repeat(LONGEST_PATH - name - 1)
        ))));
        assert!(!fits(Path::new(&format!(
            "/{}",
            "d".repeat(LONGEST_PATH - name)
        ))));
    }

    #[test]
    fn a_deep_home_gets_a_short_private_folder_elsewhere() {
        let home = env::temp_dir().join("d".repeat(120));
        let folder = prepare(&home, &myself()).unwrap();
        assert!(folder.temporary && fits(&folder.path), "{folder:?}");
        assert_eq!(
            fs::metadata(&folder.path).unwrap().permissions().mode() & 0o777,
            PRIVATE
        );
        fs::remove_dir(folder.path).unwrap();
    }

    #[test]
    fn the_url_names_the_folder_percent_encoded() {
        assert_eq!(
            url(
                Path::new("/var/lib/my data/socket"),
                "reciprocity",
                "reciprocity"
            ),
            "postgresql://reciprocity@%2Fvar%2Flib%2Fmy%20data%2Fsocket:5432/reciprocity"
        );
    }
}
