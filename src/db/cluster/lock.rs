//! One holder a data directory: an advisory lock on a file, freed by the operating system with the holder's death.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{Read, Seek, SeekFrom, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;
use std::thread;
use std::time::Duration;

use super::error::{At, ClusterError};

const STEP: Duration = Duration::from_millis(5);

/// What became of an attempt to take the lock.
pub(super) enum Attempt {
    /// Taken; held until the file is dropped.
    Taken(File),
    /// Somebody else has it; the process id they wrote, where it can be read.
    HeldBy(Option<u32>),
}

/// Takes the lock, or says who has it.
fn try_take(path: &Path) -> Result<Attempt, ClusterError> {
    let mut options = OpenOptions::new();
    options.read(true).write(true).create(true).truncate(false).mode(0o600);
    let mut file = options.open(path).at("open", path)?;
    match file.try_lock() {
        Ok(()) => {
            file.set_len(0).at("write", path)?;
            writeln!(file, "{}", std::process::id()).at("write", path)?;
            Ok(Attempt::Taken(file))
        }
        Err(TryLockError::WouldBlock) => Ok(Attempt::HeldBy(read_holder(&mut file))),
        Err(TryLockError::Error(source)) => Err(source).at("lock", path),
    }
}

/// Takes the lock, waiting at most `limit` for another holder to let go.
///
/// A short limit is needed even where nobody is waited for: a child that another thread of a former holder is just
/// starting keeps the lock until it runs its program.
pub(super) fn take_within(path: &Path, limit: Duration) -> Result<Attempt, ClusterError> {
    let mut waited = Duration::ZERO;
    loop {
        match try_take(path)? {
            Attempt::HeldBy(_) if waited < limit => thread::sleep(STEP),
            attempt => return Ok(attempt),
        }
        waited += STEP;
    }
}

fn read_holder(file: &mut File) -> Option<u32> {
    let mut text = String::new();
    file.seek(SeekFrom::Start(0)).ok()?;
    file.take(32).read_to_string(&mut text).ok()?;
    text.trim().parse().ok()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests stop at the first surprise")]

    use super::*;

    #[test]
    fn the_second_taker_learns_who_holds_the_lock_until_it_is_dropped() {
        let path = std::env::temp_dir().join(format!("reciprocity-lock-test-{}", std::process::id()));
        let Attempt::Taken(first) = try_take(&path).unwrap() else { unreachable!("nobody holds it yet") };
        let second = take_within(&path, STEP).unwrap();
        assert!(matches!(second, Attempt::HeldBy(Some(pid)) if pid == std::process::id()));
        drop(first);
        let third = take_within(&path, Duration::from_secs(5)).unwrap();
        assert!(matches!(third, Attempt::Taken(_)));
        std::fs::remove_file(path).unwrap();
    }
}
