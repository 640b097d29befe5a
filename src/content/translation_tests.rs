//! What is promised of every translation in `content/`, whatever it translates: it is there, it is whole, it is no copy, and its English
//! has not changed since it was made.
//!
//! A folder with an `en.json` holds words; the other languages lie beside it. `content/TRANSLATIONS` lists each translation with the
//! SHA-256 of the English file that it was made from, and `script/translated FILE` writes its line.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde_json::Value;

use super::digest;
use super::language::{DEFAULT_LANGUAGE, is_language_tag};
use super::translations::REQUIRED_LANGUAGES;

/// A text of more letters than this is hardly the same in two languages.
const ANYHOW_THE_SAME: usize = 10;
/// Longer texts that are the same in English and in a translation all the same: the file, the place in it.
const THE_SAME: &[(&str, &str)] = &[];

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("content")
}

/// Every folder that holds words.
fn folders() -> Vec<PathBuf> {
    let (mut found, mut open) = (Vec::new(), vec![root()]);
    while let Some(folder) = open.pop() {
        open.extend(std::fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path()).filter(|path| path.is_dir()));
        if folder.join("en.json").exists() {
            found.push(folder);
        }
    }
    found.sort();
    found
}

/// Every translation: those that must be there, and those that are.
fn translations() -> Vec<PathBuf> {
    let mut found = Vec::new();
    for folder in folders() {
        let there = std::fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path());
        let names = there.filter_map(|path| Some(path.file_name()?.to_str()?.strip_suffix(".json")?.to_owned()));
        // `set` and `guide` have the shape of a tag, too; languages that have a code of two letters are named by it.
        let tags = names.filter(|name| is_language_tag(name) && name.split('-').next().is_some_and(|primary| primary.len() == 2));
        let mut tags: Vec<String> = tags.chain(REQUIRED_LANGUAGES.map(str::to_owned)).filter(|tag| tag != DEFAULT_LANGUAGE).collect();
        tags.sort_unstable();
        tags.dedup();
        found.extend(tags.into_iter().map(|tag| folder.join(format!("{tag}.json"))));
    }
    found
}

fn below_root(path: &Path) -> String {
    path.strip_prefix(root()).unwrap().to_str().unwrap().to_owned()
}

/// Path below `content/` to digest.
fn recorded() -> BTreeMap<String, String> {
    let list = std::fs::read_to_string(root().join("TRANSLATIONS")).unwrap();
    list.lines().map(|line| line.split_once("  ").unwrap()).map(|(digest, path)| (path.to_owned(), digest.to_owned())).collect()
}

/// Every text of a file by its JSON pointer.
fn texts(path: &Path) -> BTreeMap<String, String> {
    let value: Value = serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap_or_else(|why| panic!("{}: {why}", path.display()));
    let (mut found, mut open) = (BTreeMap::new(), vec![(String::new(), value)]);
    while let Some((place, value)) = open.pop() {
        match value {
            Value::Object(members) => open.extend(members.into_iter().map(|(key, value)| (format!("{place}/{key}"), value))),
            Value::Array(items) => open.extend(items.into_iter().enumerate().map(|(n, value)| (format!("{place}/{n}"), value))),
            Value::String(text) => drop(found.insert(place, text)),
            other @ (Value::Null | Value::Bool(_) | Value::Number(_)) => panic!("{other} at {place} in {} is no text", path.display()),
        }
    }
    found
}

/// What stands in braces, sorted.
fn placeholders(text: &str) -> Vec<&str> {
    let mut found: Vec<&str> = text.split('{').skip(1).filter_map(|rest| rest.split_once('}')).map(|(name, _)| name).collect();
    found.sort_unstable();
    found.dedup();
    found
}

/// How many letters there are outside of placeholders.
fn letters(text: &str) -> usize {
    let outside =
        text.split('{').enumerate().map(|(n, part)| if n == 0 { part } else { part.split_once('}').map_or("", |(_, rest)| rest) });
    outside.flat_map(str::chars).filter(|c| c.is_alphabetic()).count()
}

#[test]
fn every_text_is_there_in_every_language() {
    assert!(folders().len() >= 20, "content/ is not where it was");
    let missing: Vec<String> = translations().iter().filter(|path| !path.exists()).map(|path| below_root(path)).collect();
    assert!(missing.is_empty(), "not translated yet: {missing:#?}");
}

#[test]
fn no_translation_is_older_than_its_english() {
    let recorded = recorded();
    let stale = translations().into_iter().filter(|path| {
        let english = std::fs::read(path.with_file_name("en.json")).unwrap();
        recorded.get(&below_root(path)) != Some(&digest::of_file(&english))
    });
    let stale: Vec<String> = stale.map(|path| format!("script/translated content/{}", below_root(&path))).collect();
    assert!(stale.is_empty(), "the English of these has changed, or they are new. Read both, mend them, then run\n{}", stale.join("\n"));
}

#[test]
fn nothing_is_recorded_that_is_not_there() {
    let there: Vec<String> = translations().iter().map(|path| below_root(path)).collect();
    let gone: Vec<String> = recorded().into_keys().filter(|path| !there.contains(path)).collect();
    assert!(gone.is_empty(), "take these lines out of content/TRANSLATIONS: {gone:#?}");
}

#[test]
fn every_translation_has_the_places_and_the_placeholders_of_its_english() {
    for path in translations() {
        let (english, translated) = (texts(&path.with_file_name("en.json")), texts(&path));
        let file = below_root(&path);
        assert!(english.keys().eq(translated.keys()), "{file} does not have the keys of en.json");
        for (place, text) in &english {
            assert_eq!(placeholders(&translated[place]), placeholders(text), "{file}#{place}");
        }
    }
}

#[test]
fn no_translation_is_a_copy_of_the_english() {
    for path in translations() {
        let (english, translated) = (texts(&path.with_file_name("en.json")), texts(&path));
        let file = below_root(&path);
        for (place, text) in english.iter().filter(|(_, text)| letters(text) > ANYHOW_THE_SAME) {
            let listed = THE_SAME.contains(&(file.as_str(), place.as_str()));
            assert_eq!(translated[place] == *text, listed, "{file}#{place}: {text}");
        }
    }
}

#[test]
fn no_text_is_empty_or_hides_a_character_that_reorders_it() {
    let english = folders().into_iter().map(|folder| folder.join("en.json"));
    for path in translations().into_iter().chain(english) {
        for (place, text) in texts(&path) {
            let hidden = |c: char| {
                c.is_control() || matches!(c, '\u{061C}' | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
            };
            assert!(!text.trim().is_empty() && !text.contains(hidden), "{}#{place}", below_root(&path));
        }
    }
}
