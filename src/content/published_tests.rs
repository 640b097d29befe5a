//! What is promised of practices, openers and the guide once they are served: a change of what they say takes a higher version.
//!
//! `content/PUBLISHED` has a line for each version that was ever served: the SHA-256 of the file of facts followed by the English words,
//! where they lie, and the version. Lines are only ever added.

use std::collections::BTreeMap;

use super::digest;
use super::embedded::{Files, guide_files, opener_files, practice_files};
use crate::content::Status;

const PUBLISHED: &str = include_str!("../../content/PUBLISHED");

/// Digest, path and version of every line, in the order in which they were added.
fn listed() -> Vec<(&'static str, &'static str, u32)> {
    let parts = |line: &'static str| line.split_once("  ").and_then(|(digest, rest)| Some((digest, rest.split_once(' ')?)));
    PUBLISHED.lines().map(|line| parts(line).unwrap()).map(|(digest, (path, version))| (digest, path, version.parse().unwrap())).collect()
}

/// Everything that is served: where it lies, its version, and the digest of what it says.
fn served() -> Vec<(String, u32, String)> {
    let all = [practice_files().0, opener_files().0.into_iter().collect(), guide_files().0].concat();
    let facts = |files: &Files| serde_json::from_slice::<serde_json::Value>(&files.definition).unwrap();
    let english = |files: &Files| files.words.iter().find(|(language, _)| language == "en").unwrap().1.clone();
    let published = all.iter().filter(|files| facts(files)["status"] == Status::Published.as_str());
    let version = |files: &Files| u32::try_from(facts(files)["version"].as_u64().unwrap()).unwrap();
    published
        .map(|files| (files.path.clone(), version(files), digest::of_file(&[files.definition.clone(), english(files)].concat())))
        .collect()
}

#[test]
fn what_is_served_says_what_it_said_when_its_version_was_listed() {
    let served = served();
    assert_eq!(served.len(), 18, "twelve practices, the openers and five questions");
    for (path, version, digest) in served {
        let line = listed().into_iter().find(|(_, listed, of)| *listed == path && *of == version);
        let (expected, _, _) = line.unwrap_or_else(|| panic!("version {version} of {path} is not in content/PUBLISHED: {digest}"));
        assert_eq!(expected, digest, "{path} is published: a change takes a higher version, and a line of its own in content/PUBLISHED");
    }
}

#[test]
fn versions_go_up_one_by_one_and_the_newest_is_the_one_that_is_served() {
    let mut newest: BTreeMap<&str, u32> = BTreeMap::new();
    for (_, path, version) in listed() {
        let before = newest.insert(path, version).unwrap_or_default();
        assert_eq!(version, before + 1, "{path}");
    }
    for (path, version, _) in served() {
        assert_eq!(newest.get(path.as_str()), Some(&version), "{path}");
    }
}
