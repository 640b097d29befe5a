//! The data directory: which one it is, its making, and the folder in it or elsewhere where the database lives.

use std::env;
use std::ffi::{OsStr, OsString};
use std::fs::{self, DirBuilder, File, Permissions};
use std::io::{self, Write};
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::os::unix::fs::{DirBuilderExt, PermissionsExt};
use std::path::{Path, PathBuf};

use nix::unistd::geteuid;

use super::account::ServerAccount;
use super::error::{At, ClusterError};
use super::programs::existing_cluster;

/// Where clusters go whose data directory the server's account cannot enter.
const ELSEWHERE: &str = "/var/lib/reciprocity-clusters";

/// The file in the data directory that names the folder elsewhere.
const RECORD: &str = "cluster-location";

/// Passing through is allowed, listing is not. Everything inside has rights of its own.
const PASS_THROUGH: u32 = 0o711;
const PRIVATE: u32 = 0o700;

/// How many names are tried for a new folder before giving up.
const NAME_ATTEMPTS: u32 = 1000;

/// The data directory where `RECIPROCITY_DATA_DIR` names none: `/var/lib/reciprocity` for root, otherwise `reciprocity`
/// in the user's XDG data folder (`$XDG_DATA_HOME`, or `~/.local/share`).
///
/// # Errors
/// [`ClusterError::NoDataDirectory`] where no home is known.
pub fn default_data_dir() -> Result<PathBuf, ClusterError> {
    decide_data_dir(geteuid().is_root(), env::var_os("XDG_DATA_HOME"), env::var_os("HOME"))
}

fn decide_data_dir(root: bool, xdg_data_home: Option<OsString>, home: Option<OsString>) -> Result<PathBuf, ClusterError> {
    if root {
        return Ok(PathBuf::from("/var/lib/reciprocity"));
    }
    // The XDG base directory specification says to ignore relative paths.
    let absolute = |value: OsString| Some(PathBuf::from(value)).filter(|path| path.is_absolute());
    xdg_data_home
        .and_then(absolute)
        .or_else(|| Some(home.and_then(absolute)?.join(".local/share")))
        .map(|folder| folder.join("reciprocity"))
        .ok_or(ClusterError::NoDataDirectory)
}

/// Makes the data directory where it is missing, and answers with its absolute path.
pub(super) fn prepare(data_dir: &Path) -> Result<PathBuf, ClusterError> {
    if !data_dir.is_dir() {
        let mode = if geteuid().is_root() { PASS_THROUGH } else { PRIVATE };
        let above = data_dir.parent().unwrap_or(Path::new("/"));
        fs::create_dir_all(above).at("create", above)?;
        make_folder(data_dir, mode).at("create", data_dir)?;
    }
    fs::canonicalize(data_dir).at("resolve", data_dir)
}

/// The folder the cluster lives in, and whether that is another than the data directory.
#[derive(Debug)]
pub(super) struct Home {
    pub path: PathBuf,
    pub elsewhere: bool,
}

/// The folder of the cluster: the recorded one, else the data directory, else, where the server's account cannot enter
/// that, a new folder which is then recorded.
pub(super) fn home(data_dir: &Path, account: &ServerAccount) -> Result<Home, ClusterError> {
    let record = data_dir.join(RECORD);
    if let Some(path) = read_record(&record)? {
        return if path.is_dir() {
            Ok(Home { path, elsewhere: true })
        } else {
            Err(ClusterError::RecordedHomeMissing { record, home: path })
        };
    }
    if account.can_enter(data_dir) {
        return Ok(Home { path: data_dir.to_owned(), elsewhere: false });
    }
    if existing_cluster(data_dir).is_some() {
        // Beginning anew elsewhere would look like lost data.
        return Err(out_of_reach(data_dir, account));
    }
    let path = make_elsewhere(data_dir, account)?;
    write_record(&record, &path).at("write", &record)?;
    Ok(Home { path, elsewhere: true })
}

fn out_of_reach(path: &Path, account: &ServerAccount) -> ClusterError {
    ClusterError::DirectoryOutOfReach { account: account.name.clone(), path: path.to_owned() }
}

fn make_elsewhere(data_dir: &Path, account: &ServerAccount) -> Result<PathBuf, ClusterError> {
    let above = Path::new(ELSEWHERE);
    if !above.is_dir() {
        if let Some(parent) = above.parent() {
            fs::create_dir_all(parent).at("create", parent)?;
        }
        make_folder(above, PASS_THROUGH).at("create", above)?;
    }
    let path = make_fresh_folder(above, &speaking_name(data_dir), PASS_THROUGH)?;
    if account.can_enter(&path) { Ok(path) } else { Err(out_of_reach(&path, account)) }
}

/// A folder name that lets an operator see which data directory it serves: `/srv/x/data` becomes `srv-x-data`.
fn speaking_name(data_dir: &Path) -> String {
    let text = data_dir.to_string_lossy();
    let words: Vec<&str> = text.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty()).collect();
    // The end says more than the beginning; 40 bytes keep the socket's path short enough.
    let joined = words.join("-");
    let start = joined.len().saturating_sub(40);
    joined.get(start..).unwrap_or_default().trim_start_matches('-').to_owned()
}

/// Makes a folder that nobody had before: `name`, or `name-2`, `name-3` and so on.
pub(super) fn make_fresh_folder(above: &Path, name: &str, mode: u32) -> Result<PathBuf, ClusterError> {
    let mut attempt = 1;
    loop {
        let path = if attempt == 1 { above.join(name) } else { above.join(format!("{name}-{attempt}")) };
        match make_folder(&path, mode) {
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists && attempt < NAME_ATTEMPTS => {
                attempt += 1;
            }
            outcome => return outcome.map(|()| path.clone()).at("create", &path),
        }
    }
}

/// Makes one folder with exactly these rights, whatever the umask.
pub(super) fn make_folder(path: &Path, mode: u32) -> io::Result<()> {
    DirBuilder::new().mode(PRIVATE).create(path)?;
    fs::set_permissions(path, Permissions::from_mode(mode))
}

fn read_record(record: &Path) -> Result<Option<PathBuf>, ClusterError> {
    match fs::read(record) {
        Ok(bytes) => Ok(Some(PathBuf::from(OsString::from_vec(bytes.trim_ascii_end().to_vec())))),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error).at("read", record),
    }
}

/// Writes the record so that a loss of power leaves all of it or nothing.
fn write_record(record: &Path, home: &Path) -> io::Result<()> {
    let draft = record.with_extension("new");
    let mut file = File::create(&draft)?;
    file.write_all(OsStr::as_bytes(home.as_os_str()))?;
    file.write_all(b"\n")?;
    file.sync_all()?;
    fs::rename(&draft, record)?;
    sync_folder(record.parent().unwrap_or(Path::new("/")))
}

/// Makes the names in a folder durable.
pub(super) fn sync_folder(folder: &Path) -> io::Result<()> {
    File::open(folder)?.sync_all()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests stop at the first surprise")]

    use super::*;

    fn decided(root: bool, xdg: Option<&str>, home: Option<&str>) -> Option<PathBuf> {
        decide_data_dir(root, xdg.map(OsString::from), home.map(OsString::from)).ok()
    }

    #[test]
    fn root_keeps_its_data_under_var_lib_whatever_its_environment_says() {
        assert_eq!(decided(true, Some("/elsewhere"), Some("/root")), Some("/var/lib/reciprocity".into()));
    }

    #[test]
    fn others_keep_their_data_in_the_xdg_data_folder() {
        assert_eq!(decided(false, Some("/xdg"), Some("/home/k")), Some("/xdg/reciprocity".into()));
        assert_eq!(decided(false, None, Some("/home/k")), Some("/home/k/.local/share/reciprocity".into()));
        assert_eq!(decided(false, Some("relative"), Some("/home/k")), Some("/home/k/.local/share/reciprocity".into()));
        assert_eq!(decided(false, None, None), None);
    }

    #[test]
    fn the_folder_elsewhere_is_named_after_the_data_directory_and_stays_short() {
        assert_eq!(speaking_name(Path::new("/srv/x/data.dir")), "srv-x-data-dir");
        let long = speaking_name(&Path::new("/root").join("word-".repeat(40)));
        assert!(long.len() <= 40 && long.ends_with("word"), "{long}");
    }

    #[test]
    fn a_recorded_folder_that_is_gone_is_an_error_and_not_a_new_database() {
        let data_dir = make_fresh_folder(&env::temp_dir(), "reciprocity-record-test", PRIVATE).unwrap();
        write_record(&data_dir.join(RECORD), Path::new("/nowhere/cluster")).unwrap();
        let account = ServerAccount { name: "sam".to_owned(), switch_to: None };
        let error = home(&data_dir, &account).unwrap_err();
        assert!(matches!(&error, ClusterError::RecordedHomeMissing { home, .. } if home == Path::new("/nowhere/cluster")));
        fs::remove_dir_all(data_dir).unwrap();
    }

    #[test]
    fn a_fresh_folder_is_never_one_that_was_there() {
        let above = make_fresh_folder(&env::temp_dir(), "reciprocity-fresh-test", PRIVATE).unwrap();
        let first = make_fresh_folder(&above, "name", PRIVATE).unwrap();
        let second = make_fresh_folder(&above, "name", PASS_THROUGH).unwrap();
        assert_eq!((first, second.clone()), (above.join("name"), above.join("name-2")));
        assert_eq!(fs::metadata(second).unwrap().permissions().mode() & 0o777, PASS_THROUGH);
        fs::remove_dir_all(above).unwrap();
    }
}
