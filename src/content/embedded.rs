//! The files of `content/` as they were when the program was built, grouped by what belongs together.

use include_dir::{Dir, File, include_dir};

use super::error::{Problem, Report, Rule};

/// `<slug>/<version>/{set,<language>}.json`, and the list of digests beside the slugs.
static QUESTION_SETS: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/content/question-sets");

/// `<slug>/{practice,<language>}.json`.
static PRACTICES: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/content/practices");

/// `{openers,<language>}.json`.
static OPENERS: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/content/openers");

/// `<question>/{guide,<language>}.json`.
static GUIDE: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/content/guide");

/// `{screen,resources,<language>}.json`: two files of facts, and the words of both.
static SAFETY: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/content/safety");

/// The files of `content/safety/` that are no words.
const SAFETY_FACTS: [&str; 2] = ["screen", "resources"];

/// The list of digests of published files, for `sha256sum --check`.
pub(super) const DIGESTS: &str = "SHA256SUMS";

/// The files of one version of one set, not yet read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct SetFiles {
    pub(super) slug: String,
    pub(super) version: String,
    pub(super) set: Vec<u8>,
    /// Language tag and file.
    pub(super) words: Vec<(String, Vec<u8>)>,
}

/// What lies in one folder: a file of facts and the words in each language, not yet read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Files {
    /// Path below `content/`, such as `practices/boundaries`.
    pub(super) path: String,
    /// The last part of the path.
    pub(super) name: String,
    pub(super) definition: Vec<u8>,
    /// Language tag and file.
    pub(super) words: Vec<(String, Vec<u8>)>,
}

/// The files of every practice, and what lies where it should not.
pub(super) fn practice_files() -> (Vec<Files>, Vec<Problem>) {
    folders("practices", &PRACTICES, "practice")
}

/// The files of the openers, and what lies where it should not.
pub(super) fn opener_files() -> (Option<Files>, Vec<Problem>) {
    let mut problems = Vec::new();
    (folder_files("openers", &OPENERS, "openers", &mut problems), problems)
}

/// The files of every question of the guide, and what lies where it should not.
pub(super) fn guide_files() -> (Vec<Files>, Vec<Problem>) {
    folders("guide", &GUIDE, "guide")
}

/// One of the files of facts about safety, the words beside it, and what lies where it should not.
pub(super) fn safety_files(definition: &str) -> (Option<Files>, Vec<Problem>) {
    let mut problems = Vec::new();
    let mut files = folder_files("safety", &SAFETY, definition, &mut problems);
    if let Some(files) = &mut files {
        files.words.retain(|(language, _)| !SAFETY_FACTS.contains(&language.as_str()));
    }
    (files, problems)
}

/// The files of every version, and what lies where it should not.
pub(super) fn question_set_files() -> (Vec<SetFiles>, Vec<Problem>) {
    let mut problems = unexpected(QUESTION_SETS.files().filter(|file| name(file.path()) != DIGESTS));
    let mut sets = Vec::new();
    for slug in QUESTION_SETS.dirs() {
        problems.extend(unexpected(slug.files()));
        for version in slug.dirs() {
            match version_files(slug, version) {
                Ok(files) => sets.push(files),
                Err(found) => problems.extend(found),
            }
        }
    }
    (sets, problems)
}

/// The embedded file at a path below `content/question-sets/`.
#[cfg(test)]
pub(super) fn question_set_file(path: &str) -> Option<&'static [u8]> {
    QUESTION_SETS.get_file(path).map(File::contents)
}

fn version_files(slug: &Dir<'_>, version: &Dir<'_>) -> Result<SetFiles, Vec<Problem>> {
    let mut set = None;
    let mut words = Vec::new();
    let mut report = Report::new(version.path().display().to_string());
    for directory in version.dirs() {
        report.add(name(directory.path()), Rule::UnexpectedFile);
    }
    for file in version.files() {
        match name(file.path()).strip_suffix(".json") {
            Some("set") => set = Some(file.contents().to_vec()),
            Some(language) => words.push((language.to_owned(), file.contents().to_vec())),
            None => report.add(name(file.path()), Rule::UnexpectedFile),
        }
    }
    report.require(set.is_some(), "set.json", Rule::MissingSetFile);
    let problems = report.into_problems();
    match set {
        Some(set) if problems.is_empty() => {
            Ok(SetFiles { slug: name(slug.path()).to_owned(), version: name(version.path()).to_owned(), set, words })
        }
        Some(_) | None => Err(problems),
    }
}

/// The folders directly in `root`, each of which holds `<definition>.json` and its words.
fn folders(root: &str, directory: &Dir<'_>, definition: &str) -> (Vec<Files>, Vec<Problem>) {
    let mut report = Report::new(root);
    for file in directory.files() {
        report.add(name(file.path()), Rule::UnexpectedFile);
    }
    let mut problems = report.into_problems();
    let mut found = Vec::new();
    for folder in directory.dirs() {
        found.extend(folder_files(&format!("{root}/{}", name(folder.path())), folder, definition, &mut problems));
    }
    (found, problems)
}

fn folder_files(path: &str, folder: &Dir<'_>, definition: &str, problems: &mut Vec<Problem>) -> Option<Files> {
    let (mut facts, mut words) = (None, Vec::new());
    let mut report = Report::new(path);
    for directory in folder.dirs() {
        report.add(name(directory.path()), Rule::UnexpectedFile);
    }
    for file in folder.files() {
        match name(file.path()).strip_suffix(".json") {
            Some(stem) if stem == definition => facts = Some(file.contents().to_vec()),
            Some(language) => words.push((language.to_owned(), file.contents().to_vec())),
            None => report.add(name(file.path()), Rule::UnexpectedFile),
        }
    }
    report.require(facts.is_some(), format!("{definition}.json"), Rule::MissingDefinition);
    problems.extend(report.into_problems());
    let last = path.rsplit('/').next().unwrap_or(path).to_owned();
    facts.map(|definition| Files { path: path.to_owned(), name: last, definition, words })
}

fn unexpected<'a>(files: impl Iterator<Item = &'a File<'a>>) -> Vec<Problem> {
    files.map(|file| Problem { file: file.path().display().to_string(), place: "folder".to_owned(), rule: Rule::UnexpectedFile }).collect()
}

fn name(path: &std::path::Path) -> &str {
    path.file_name().and_then(std::ffi::OsStr::to_str).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_file_on_disk_is_embedded_as_it_is() {
        let roots =
            [("question-sets", &QUESTION_SETS), ("practices", &PRACTICES), ("openers", &OPENERS), ("guide", &GUIDE), ("safety", &SAFETY)];
        for (folder, embedded) in roots {
            let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("content").join(folder);
            let mut folders = vec![root.clone()];
            let mut seen = 0;
            while let Some(folder) = folders.pop() {
                for entry in std::fs::read_dir(folder).unwrap() {
                    let path = entry.unwrap().path();
                    if path.is_dir() {
                        folders.push(path);
                        continue;
                    }
                    let below = path.strip_prefix(&root).unwrap().to_str().unwrap();
                    let file = embedded.get_file(below).map(File::contents);
                    assert_eq!(file, Some(std::fs::read(&path).unwrap().as_slice()), "{folder}/{below}", folder = root.display());
                    seen += 1;
                }
            }
            assert!(seen > 5, "{folder}");
        }
    }
}
