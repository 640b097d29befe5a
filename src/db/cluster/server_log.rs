//! The server's log: one file and one before it, each of bounded size.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

/// The size at which a file becomes the one before; both together stay below twice this plus one write.
const LARGEST: u64 = 1024 * 1024;

/// How much of the end an error message repeats, in bytes.
const TAIL: u64 = 2000;

/// Writes to the file, and begins a new one when it is full.
pub(super) struct ServerLog {
    path: PathBuf,
    file: File,
    size: u64,
    largest: u64,
}

impl ServerLog {
    pub fn open(path: &Path) -> io::Result<Self> {
        Self::with_limit(path, LARGEST)
    }

    fn with_limit(path: &Path, largest: u64) -> io::Result<Self> {
        let file = OpenOptions::new().append(true).create(true).mode(0o600).open(path)?;
        let size = file.metadata()?.len();
        Ok(Self { path: path.to_owned(), file, size, largest })
    }

    /// Copies until the source ends. What cannot be written is dropped, so that the server never waits for its log.
    pub fn copy_from(mut self, mut source: impl Read) {
        let mut buffer = [0_u8; 8192];
        loop {
            match source.read(&mut buffer) {
                Ok(0) => return,
                Ok(count) => {
                    let _lost_when_the_disk_is_full = self.append(buffer.get(..count).unwrap_or_default());
                }
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(_) => return,
            }
        }
    }

    fn append(&mut self, bytes: &[u8]) -> io::Result<()> {
        if self.size >= self.largest {
            fs::rename(&self.path, before(&self.path))?;
            *self = Self::with_limit(&self.path, self.largest)?;
        }
        self.file.write_all(bytes)?;
        self.size += bytes.len() as u64;
        Ok(())
    }
}

fn before(path: &Path) -> PathBuf {
    path.with_extension("log.1")
}

/// The last lines of the log, for an error message.
pub(super) fn tail(path: &Path) -> String {
    let read = || -> io::Result<String> {
        let mut file = File::open(path)?;
        let size = file.metadata()?.len();
        file.seek(SeekFrom::Start(size.saturating_sub(TAIL)))?;
        let mut bytes = Vec::new();
        file.take(TAIL).read_to_end(&mut bytes)?;
        Ok(String::from_utf8_lossy(&bytes).trim_end().to_owned())
    };
    read().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests stop at the first surprise")]

    use super::*;

    #[test]
    fn the_log_keeps_its_latest_lines_and_stays_bounded() {
        let path = std::env::temp_dir().join(format!("reciprocity-log-test-{}.log", std::process::id()));
        let mut log = ServerLog::with_limit(&path, 100).unwrap();
        for number in 0..1000 {
            log.append(format!("line {number}\n").as_bytes()).unwrap();
        }
        assert!(fs::metadata(&path).unwrap().len() < 120);
        assert!(fs::metadata(before(&path)).unwrap().len() < 120);
        assert!(tail(&path).ends_with("line 999"));
        fs::remove_file(before(&path)).unwrap();
        fs::remove_file(path).unwrap();
    }
}
