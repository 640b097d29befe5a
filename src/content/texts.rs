//! Short texts by key and language: what assessments say to a person (`content/texts`), and what problems say (`content/problems`).
//!
//! `<language>.json` is one flat object. English is complete; another language that lacks a key is refused.

use std::collections::BTreeMap;

use chrono::{Datelike, NaiveDate};
use include_dir::{Dir, include_dir};

use super::error::{ContentError, Problem, Report, Rule};
use super::language::{DEFAULT_LANGUAGE, negotiate};

static TEXTS: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/content/texts");
static PROBLEMS: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/content/problems");

/// Every text of one folder, as it was when the program was built.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
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
    /// What assessments say.
    ///
    /// # Errors
    /// Every file that is no flat object of texts, and every language that lacks a key of English or has one more.
    pub fn load() -> Result<Self, ContentError> {
        Self::read(&TEXTS)
    }

    /// What problems say: `<code>.title`, `<code>.advice`, and the labels of the pages that explain them.
    ///
    /// # Errors
    /// As [`Texts::load`].
    pub fn of_problems() -> Result<Self, ContentError> {
        Self::read(&PROBLEMS)
    }

    fn read(folder: &Dir<'_>) -> Result<Self, ContentError> {
        let (mut by_language, mut problems) = (BTreeMap::new(), Vec::new());
        for file in folder.files() {
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

    /// The languages there are, by tag.
    pub fn languages(&self) -> impl Iterator<Item = &str> {
        self.by_language.keys().map(String::as_str)
    }

    /// The keys that every language has.
    pub fn keys(&self) -> impl Iterator<Item = &str> {
        self.by_language.get(DEFAULT_LANGUAGE).into_iter().flat_map(|phrases| phrases.keys().map(String::as_str))
    }

    /// The texts in the language that an Accept-Language header prefers (RFC 4647 lookup); English where it names none of ours.
    #[must_use]
    pub fn accepted(&self, accept_language: &str) -> Phrases<'_> {
        let language = negotiate(accept_language, self.languages());
        let (language, phrases) =
            self.by_language.get_key_value(language).map_or((DEFAULT_LANGUAGE, None), |(key, value)| (key.as_str(), Some(value)));
        Phrases { language, phrases }
    }
}

impl<'a> Phrases<'a> {
    /// The text of a key; empty where there is none, so that an answer recorded by another version still reads.
    #[must_use]
    pub fn get(&self, key: &str) -> &'a str {
        self.phrases.and_then(|phrases| phrases.get(key)).map_or("", String::as_str)
    }

    /// A day as the reader's language writes it, such as 2 March 2026. The year, the month's name and the day are never taken for one
    /// another.
    #[must_use]
    pub fn date(&self, day: NaiveDate) -> String {
        let month = self.get(&format!("format.month.{}", day.month()));
        let pattern = self.get("format.date").replace("{month}", month);
        pattern.replace("{day}", &day.day().to_string()).replace("{year}", &day.year().to_string())
    }
}

fn refused(path: &str) -> Vec<Problem> {
    let mut report = Report::new(format!("texts or problems: {path}"));
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
        for (language, phrases) in [Texts::load(), Texts::of_problems()].into_iter().flat_map(|texts| texts.unwrap().by_language) {
            for (key, text) in &phrases {
                let label = ["label.", "dimension.", "format."].iter().any(|family| key.starts_with(family))
                    || key.split('.').next_back() == Some("title");
                let sentence = text.ends_with(['.', '?']) && text.len() > 10;
                assert!(text.trim() == text && (label || sentence), "{language} {key}: {text}");
            }
        }
    }
}
