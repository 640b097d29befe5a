//! The short texts of assessments, by key and language: what a state, a note, a pattern or another reading says to a person.
//!
//! `content/texts/<language>.json` is one flat object. English is complete; another language that lacks a key is refused.

use std::collections::BTreeMap;

use include_dir::{Dir, include_dir};

use super::error::{ContentError, Problem, Report, Rule};
use super::language::{DEFAULT_LANGUAGE, negotiate};

static TEXTS: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/content/texts");

/// Every text of this build.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Texts {
    by_language: BTreeMap<String, BTreeMap<String, String>>,
}

/// The texts of one language.
#[derive(Debug, Clone, Copy)]
pub struct Phrases<'a> {
    pub language: &'a str,
    phrases: Option<&'a BTreeMap<String, String>>,
}

impl Texts {
    /// Reads the embedded files.
    ///
    /// # Errors
    /// Every file that is no flat object of texts, and every language that lacks a key of English or has one more.
    pub fn load() -> Result<Self, ContentError> {
        let (mut by_language, mut problems) = (BTreeMap::new(), Vec::new());
        for file in TEXTS.files() {
            let path = file.path().display().to_string();
            let language = path.strip_suffix(".json").map(str::to_owned);
            match (language, serde_json::from_slice::<BTreeMap<String, String>>(file.contents())) {
                (Some(language), Ok(phrases)) => {
                    by_language.insert(language, phrases);
                }
                (None, _) | (_, Err(_)) => problems.extend(refused(&path)),
            }
        }
        let keys = |phrases: &BTreeMap<String, String>| phrases.keys().cloned().collect::<Vec<_>>();
        let complete = by_language.get(DEFAULT_LANGUAGE).map(keys).unwrap_or_default();
        for (language, phrases) in &by_language {
            if keys(phrases) != complete {
                problems.extend(refused(language));
            }
        }
        if problems.is_empty() { Ok(Self { by_language }) } else { Err(ContentError { problems }) }
    }

    /// The texts in the language that an Accept-Language header prefers (RFC 4647 lookup); English where it names none of ours.
    #[must_use]
    pub fn accepted(&self, accept_language: &str) -> Phrases<'_> {
        let language = negotiate(accept_language, self.by_language.keys().map(String::as_str));
        let (language, phrases) =
            self.by_language.get_key_value(language).map_or((DEFAULT_LANGUAGE, None), |(key, value)| (key.as_str(), Some(value)));
        Phrases { language, phrases }
    }
}

impl Phrases<'_> {
    /// The text of a key; empty where there is none, so that an answer recorded by another version still reads.
    #[must_use]
    pub fn get(&self, key: &str) -> &str {
        self.phrases.and_then(|phrases| phrases.get(key)).map_or("", String::as_str)
    }
}

fn refused(path: &str) -> Vec<Problem> {
    let mut report = Report::new(format!("texts/{path}"));
    report.add("", Rule::UnexpectedFile);
    report.into_problems()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_file_reads_and_an_unknown_key_is_no_failure() {
        let texts = Texts::load().unwrap();
        let phrases = texts.accepted("xx, de;q=0.1");
        assert!(!phrases.get("note.so_far").is_empty());
        assert_eq!(phrases.get("no.such.key"), "");
    }

    #[test]
    fn every_text_is_a_sentence_for_a_person() {
        let texts = Texts::load().unwrap();
        for (language, phrases) in &texts.by_language {
            for (key, text) in phrases {
                let label = key.starts_with("label.") || key.starts_with("dimension.");
                let sentence = text.ends_with('.') && text.len() > 10;
                assert!(text.trim() == text && (label || sentence), "{language} {key}: {text}");
            }
        }
    }
}
