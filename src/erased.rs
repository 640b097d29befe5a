//! An operator's command: the ledger of erased accounts as a file to keep beside the backups, and to apply after a restore.
//!
//! A line for each account: its digest, and when it was erased. Nothing in the file says whose account it was.

use std::collections::btree_map::Entry;
use std::ffi::OsString;
use std::fmt::Write as _;
use std::io::{ErrorKind, Write as _};
use std::path::{Path, PathBuf};

use crate::db::erased::{self, Ledger, secret_of};
use crate::kernel::Keys;

const USAGE: &str = "\
usage: reciprocity erased export FILE
       reciprocity erased apply FILE

  export adds every erased account to FILE and drops none that is there; do it after each backup, and before a restore.
  apply erases again, in a restored database, every account that FILE names.
  Both use the database that the environment names, as the role that owns the tables. Where DATABASE_URL is not set, that is
  the private local Postgres, and the service must not be running.";
/// The beginning of the first line, so that another file is not taken for a ledger. Behind it stands under which secret the
/// lines were written.
const HEADER: &str = "reciprocity erased accounts 1";

/// Why nothing was exported or applied.
#[derive(Debug, thiserror::Error)]
pub enum ErasedError {
    #[error("{USAGE}")]
    Usage,
    #[error("the file could not be read or written: {0}")]
    File(#[from] std::io::Error),
    #[error("line {0} of the file is not one of a ledger of erased accounts")]
    Damaged(usize),
    #[error("the file is of another service: this database's secret is not the one its lines were written under, so they name nobody here")]
    OtherService,
    #[error("the database could not be asked: {}", cause_of(.0))]
    Database(crate::kernel::Error),
}

fn cause_of(error: &crate::kernel::Error) -> String {
    error.cause().map_or_else(|| error.to_string(), ToString::to_string)
}

/// What to do with which file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Wanted {
    Export(PathBuf),
    Apply(PathBuf),
}

impl Wanted {
    /// Reads the arguments.
    pub fn parse(args: impl Iterator<Item = OsString>) -> Result<Self, ErasedError> {
        let args: Vec<OsString> = args.collect();
        match args.as_slice() {
            [word, file] if word == "export" => Ok(Self::Export(file.into())),
            [word, file] if word == "apply" => Ok(Self::Apply(file.into())),
            _ => Err(ErasedError::Usage),
        }
    }

    /// Does it, and says in a line what was done. The keys are those of the database's own secret.
    pub fn run(&self, owner_url: &str, keys: &Keys) -> Result<String, ErasedError> {
        match self {
            Self::Export(file) => export(owner_url, file, keys),
            Self::Apply(file) => apply(owner_url, file, keys),
        }
    }
}

fn export(owner_url: &str, file: &Path, keys: &Keys) -> Result<String, ErasedError> {
    let mut ledger = match std::fs::read_to_string(file) {
        Ok(text) => read(&text, &secret_of(keys))?,
        Err(missing) if missing.kind() == ErrorKind::NotFound => Ledger::new(),
        Err(other) => return Err(other.into()),
    };
    let mut added = 0;
    for (digest, at) in erased::read(owner_url).map_err(ErasedError::Database)? {
        if let Entry::Vacant(place) = ledger.entry(digest) {
            place.insert(at);
            added += 1;
        }
    }
    // Written aside and moved into place: neither a full disk nor a crash costs a line that was there.
    let mut aside = file.to_path_buf().into_os_string();
    aside.push(".new");
    let aside = PathBuf::from(aside);
    let mut new = std::fs::File::create(&aside)?;
    new.write_all(written(&ledger, &secret_of(keys)).as_bytes())?;
    new.sync_all()?;
    std::fs::rename(&aside, file)?;
    // The folder names the new file only once it is written itself.
    let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or_else(|| Path::new("."));
    std::fs::File::open(folder)?.sync_all()?;
    Ok(format!("{} erased accounts in the file, {added} of them new\n", ledger.len()))
}

fn apply(owner_url: &str, file: &Path, keys: &Keys) -> Result<String, ErasedError> {
    let ledger = read(&std::fs::read_to_string(file)?, &secret_of(keys))?;
    let again = erased::apply(owner_url, &ledger, keys).map_err(ErasedError::Database)?;
    Ok(format!("{} erased accounts in the file, {again} of them were back and are erased again\n", ledger.len()))
}

fn written(ledger: &Ledger, secret: &str) -> String {
    let mut text = format!("{HEADER} {secret}\n");
    for (digest, at) in ledger {
        for byte in digest {
            let _ = write!(text, "{byte:02x}");
        }
        let _ = writeln!(text, " {}", at.to_rfc3339());
    }
    text
}

fn read(text: &str, secret: &str) -> Result<Ledger, ErasedError> {
    let mut lines = text.lines();
    let of = lines.next().and_then(|first| first.strip_prefix(HEADER)?.strip_prefix(' ')).ok_or(ErasedError::Damaged(1))?;
    if of != secret {
        return Err(ErasedError::OtherService);
    }
    let line = |(at, line): (usize, &str)| read_line(line).ok_or(ErasedError::Damaged(at + 2));
    lines.enumerate().map(line).collect()
}

fn read_line(line: &str) -> Option<(Vec<u8>, chrono::DateTime<chrono::Utc>)> {
    let (digest, at) = line.split_once(' ')?;
    let byte = |from: usize| u8::from_str_radix(digest.get(from..from + 2)?, 16).ok();
    let digest = (0..32).map(|index| byte(index * 2)).collect::<Option<Vec<u8>>>().filter(|_| digest.len() == 64)?;
    Some((digest, at.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_ledger_is_read_as_it_was_written() {
        let ledger =
            Ledger::from([(vec![7; 32], "2026-03-02T12:00:00Z".parse().unwrap()), (vec![9; 32], "2026-03-03T12:00:00Z".parse().unwrap())]);
        assert_eq!(read(&written(&ledger, "0123"), "0123").unwrap(), ledger);
    }

    #[test]
    fn another_file_is_not_taken_for_a_ledger() {
        for wrong in [
            "",
            "something else\n",
            "reciprocity erased accounts 1\n",
            "reciprocity erased accounts 1 0123\nzz 2026-03-02T12:00:00Z\n",
            "reciprocity erased accounts 1 0123\n00 x\n",
        ] {
            assert!(matches!(read(wrong, "0123"), Err(ErasedError::Damaged(_))), "{wrong:?}");
        }
        assert!(matches!(read("reciprocity erased accounts 1 4567\n", "0123"), Err(ErasedError::OtherService)));
    }
}
