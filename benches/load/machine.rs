//! On what it was measured.

use std::fs;
use std::path::Path;

use crate::stand::Stand;

/// Settings that decide what a commit costs.
const SETTINGS: [&str; 8] = [
    "server_version",
    "fsync",
    "synchronous_commit",
    "full_page_writes",
    "wal_sync_method",
    "shared_buffers",
    "max_wal_size",
    "max_connections",
];

/// Lines for a person.
pub fn describe(stand: &Stand) -> Vec<String> {
    let settings = SETTINGS.map(|name| format!("{name} {}", stand.text(&format!("current_setting('{name}')"))));
    vec![
        format!("{}, {} cores, {:.0} GiB of memory, {}", processor(), cores(), memory(), filesystem(&stand.folder.0)),
        format!("Postgres: {}", settings.join(", ")),
    ]
}

/// How many others would have liked to run at once, over the last minute (proc(5)).
pub fn busy() -> f64 {
    let text = fs::read_to_string("/proc/loadavg").unwrap_or_default();
    text.split(' ').next().and_then(|word| word.parse().ok()).unwrap_or(f64::NAN)
}

fn cores() -> usize {
    std::thread::available_parallelism().map_or(1, usize::from)
}

fn processor() -> String {
    let text = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = text.lines().find_map(|line| line.strip_prefix("model name")?.split(": ").nth(1));
    model.unwrap_or("a processor of unknown name").to_owned()
}

fn memory() -> f64 {
    let text = fs::read_to_string("/proc/meminfo").unwrap_or_default();
    let total = text.lines().find_map(|line| line.strip_prefix("MemTotal:")?.split_whitespace().next()?.parse::<f64>().ok());
    total.unwrap_or(f64::NAN) / 1024.0 / 1024.0
}

/// The kind of filesystem the database lies on: that of the longest mount point above it.
fn filesystem(folder: &Path) -> String {
    let mounts = fs::read_to_string("/proc/mounts").unwrap_or_default();
    let mounts = mounts.lines().filter_map(|line| {
        let mut words = line.split(' ').skip(1);
        let (point, kind) = (words.next()?, words.next()?);
        folder.starts_with(point).then(|| (point.len(), kind.to_owned()))
    });
    mounts.max_by_key(|(length, _)| *length).map_or_else(|| "an unknown filesystem".to_owned(), |(_, kind)| kind)
}
