//! The master key of a local service: made once, in a file that only its owner can read, apart from the data it protects.

use std::io::Write;
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use base64::Engine as _;
use zeroize::Zeroizing;

use super::StartError;
use crate::config::{Config, MasterKey, MasterKeys, Mode};
use crate::kernel::Random;

const FILE: &str = "master.key";

/// The configured keys, or those of the local file, which is made where there is none. Call it while the data folder is held, so
/// that two starts do not make two keys.
pub fn master_keys(config: &Config) -> Result<MasterKeys, StartError> {
    if let Some(keys) = &config.master_keys {
        return Ok(keys.clone());
    }
    debug_assert_eq!(config.mode, Mode::Development, "production is refused without a key when the configuration is read");
    let path = file(config);
    let before = config.data_dir.join(FILE);
    if let Some(keys) = read(&path)? {
        return Ok(keys);
    }
    let keys = match read(&before)? {
        Some(keys) => keys,
        None => MasterKeys::only(MasterKey(Random.bytes()?)),
    };
    write(&path, &keys).map_err(|cause| failed(&path, &format!("cannot be written: {cause}")))?;
    // Only now that it is safe in its own folder: the one among the data would go wherever a copy of the data goes.
    match std::fs::remove_file(&before) {
        Err(cause) if cause.kind() != std::io::ErrorKind::NotFound => Err(failed(&before, &format!("cannot be removed: {cause}"))),
        Ok(()) | Err(_) => Ok(keys),
    }
}

/// Where the local key lies, where one is used.
pub fn file(config: &Config) -> PathBuf {
    config.key_dir.join(FILE)
}

fn failed(path: &Path, problem: &str) -> StartError {
    StartError::KeyFile { path: path.display().to_string(), problem: problem.to_owned() }
}

fn read(path: &Path) -> Result<Option<MasterKeys>, StartError> {
    match std::fs::read_to_string(path).map(Zeroizing::new) {
        Ok(text) => MasterKeys::parse(&text).map(Some).map_err(|why| failed(path, &format!("does not hold master keys: {why}"))),
        Err(missing) if missing.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(cause) => Err(failed(path, &format!("cannot be read: {cause}"))),
    }
}

/// Written whole and synced under another name first, so that a crash leaves a key or none, never half of one.
fn write(path: &Path, keys: &MasterKeys) -> std::io::Result<()> {
    let folder = path.parent().unwrap_or(Path::new("."));
    std::fs::DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
    let draft = path.with_extension("key.new");
    let mut file = std::fs::OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&draft)?;
    for key in keys.all() {
        let line = Zeroizing::new(base64::engine::general_purpose::STANDARD.encode(key));
        writeln!(file, "{}", *line)?;
    }
    file.sync_all()?;
    std::fs::rename(&draft, path)?;
    std::fs::File::open(folder)?.sync_all()
}
