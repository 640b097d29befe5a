//! A disk of its own for a server, small enough to be filled: an ext4 file system in a file, where this machine lets one be mounted.

use std::fs;
use std::io::Write;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// Room for the database, for a journal of the size that the servers are told, and for little else.
const MEBIBYTES: u64 = 700;

/// A mounted file system; it goes with whoever holds it.
pub struct Disk {
    image: PathBuf,
    point: PathBuf,
}

impl Disk {
    /// Makes and mounts one at `point`, or says why that cannot be.
    pub fn mount(image: PathBuf, point: &Path) -> Result<Self, String> {
        fs::create_dir_all(point).map_err(|why| why.to_string())?;
        let file = fs::File::create(&image).map_err(|why| why.to_string())?;
        file.set_len(MEBIBYTES * 1024 * 1024).map_err(|why| why.to_string())?;
        run(Command::new("mkfs.ext4").args(["-q", "-m", "0"]).arg(&image))?;
        run(Command::new("mount").args(["-o", "loop"]).arg(&image).arg(point))?;
        fs::set_permissions(point, fs::Permissions::from_mode(0o755)).map_err(|why| why.to_string())?;
        Ok(Self { image, point: point.to_owned() })
    }

    /// Leaves not a byte.
    pub fn fill(&self) {
        let mut file = fs::File::create(self.filler()).unwrap();
        for size in [8 * 1024 * 1024, 64 * 1024, 4096] {
            let zeros = vec![0_u8; size];
            while file.write_all(&zeros).is_ok() && file.sync_data().is_ok() {}
        }
    }

    /// Gives back what [`Disk::fill`] took.
    pub fn free(&self) {
        let _ = fs::remove_file(self.filler());
    }

    fn filler(&self) -> PathBuf {
        self.point.join("filler")
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("-l").arg(&self.point).status();
        let _ = fs::remove_file(&self.image);
    }
}

fn run(command: &mut Command) -> Result<(), String> {
    let program = command.get_program().display().to_string();
    let output = command.stdin(Stdio::null()).output().map_err(|why| format!("{program}: {why}"))?;
    let said = String::from_utf8_lossy(&output.stderr).trim().replace('\n', "; ");
    if output.status.success() { Ok(()) } else { Err(format!("{program}: {said}")) }
}
