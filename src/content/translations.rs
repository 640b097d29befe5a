//! The words of one thing in every language it has, read from `<tag>.json` files that must have the same shape as English.

use std::collections::{BTreeMap, BTreeSet};

use serde::de::DeserializeOwned;
use serde_json::Value;

use super::embedded::Files;
use super::error::{Problem, Report, Rule};
use super::language::{self, DEFAULT_LANGUAGE};

/// Everything but question sets is there in all of these; others may join.
pub const REQUIRED_LANGUAGES: [&str; 5] = [DEFAULT_LANGUAGE, "de", "es", "fr", "pt-BR"];

/// The words of one thing, by language. It can only be had from files that are complete.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Translations<W> {
    default: W,
    others: BTreeMap<String, W>,
}

/// Words, and the language they are in.
#[derive(Debug, PartialEq, Eq)]
pub struct Localised<'a, W> {
    /// BCP 47 language tag.
    pub language: &'a str,
    /// The texts.
    pub words: &'a W,
}

impl<W> Translations<W> {
    /// The languages there are words in, the default first.
    pub fn languages(&self) -> impl Iterator<Item = &str> {
        self.all().map(|localised| localised.language)
    }

    /// The words in every language, the default first.
    pub fn all(&self) -> impl Iterator<Item = Localised<'_, W>> {
        let others = self.others.iter().map(|(language, words)| Localised { language, words });
        std::iter::once(Localised { language: DEFAULT_LANGUAGE, words: &self.default }).chain(others)
    }

    /// The words that suit the reader of this `Accept-Language` best. See [`language::negotiate`].
    #[must_use]
    pub fn localise(&self, accept_language: &str) -> Localised<'_, W> {
        let best = language::negotiate(accept_language, self.languages());
        self.others
            .get_key_value(best)
            .map_or(Localised { language: DEFAULT_LANGUAGE, words: &self.default }, |(language, words)| Localised { language, words })
    }
}

impl<W: DeserializeOwned> Translations<W> {
    /// Reads the words that lie in the folder at `path`. `None` where a file cannot be read or English is missing; other
    /// broken rules are reported, and the caller serves nothing where there is a report.
    pub(super) fn read(path: &str, files: &[(String, Vec<u8>)], problems: &mut Vec<Problem>) -> Option<Self> {
        check_names(path, files, problems);
        check_shapes(path, files, problems);
        let mut all: BTreeMap<String, W> = BTreeMap::new();
        for (language, bytes) in files {
            if let Some(words) = parse(&format!("{path}/{language}.json"), bytes, problems) {
                all.insert(language.clone(), words);
            }
        }
        let default = all.remove(DEFAULT_LANGUAGE)?;
        (all.len() + 1 == files.len()).then_some(Self { default, others: all })
    }
}

/// What lies in a folder: the definition in the file of this name, and the words beside it, each put to its rules. Every broken rule of
/// both files at once.
pub(super) fn read_checked<D: DeserializeOwned, W: DeserializeOwned>(
    files: &Files,
    name: &str,
    definition_rules: impl FnOnce(&D) -> Vec<Problem>,
    words_rules: impl FnOnce(&D, &Translations<W>) -> Vec<Problem>,
) -> Result<(D, Translations<W>), Vec<Problem>> {
    let mut problems = Vec::new();
    let definition: Option<D> = parse(&format!("{}/{name}.json", files.path), &files.definition, &mut problems);
    let words = Translations::read(&files.path, &files.words, &mut problems);
    if let Some(definition) = &definition {
        problems.extend(definition_rules(definition));
    }
    if let (Some(definition), Some(words)) = (&definition, &words) {
        problems.extend(words_rules(definition, words));
    }
    match (definition, words) {
        (Some(definition), Some(words)) if problems.is_empty() => Ok((definition, words)),
        (Some(_) | None, _) => Err(problems),
    }
}

/// The file as this type; where it is none, the parser's message is the problem.
pub(super) fn parse<T: DeserializeOwned>(file: &str, bytes: &[u8], problems: &mut Vec<Problem>) -> Option<T> {
    serde_json::from_slice(bytes)
        .map_err(|error| {
            let mut report = Report::new(file);
            report.add(error.to_string(), Rule::Unreadable);
            problems.extend(report.into_problems());
        })
        .ok()
}

fn check_names(path: &str, files: &[(String, Vec<u8>)], problems: &mut Vec<Problem>) {
    let mut report = Report::new(path);
    for (language, _) in files {
        report.require(language::is_language_tag(language), format!("{language}.json"), Rule::BadLanguageTag);
    }
    for required in REQUIRED_LANGUAGES {
        let found = files.iter().any(|(language, _)| language == required);
        report.require(found, format!("{required}.json"), Rule::MissingLanguage);
    }
    problems.extend(report.into_problems());
}

/// Every language has a text in the same places as English: the same keys, and lists of the same length.
fn check_shapes(path: &str, files: &[(String, Vec<u8>)], problems: &mut Vec<Problem>) {
    let places_of = |bytes: &[u8]| serde_json::from_slice::<Value>(bytes).ok().map(|value| places(&value));
    let english = files.iter().find(|(language, _)| language == DEFAULT_LANGUAGE).and_then(|(_, bytes)| places_of(bytes));
    let Some(english) = english else { return };
    for (language, bytes) in files {
        let mut report = Report::new(format!("{path}/{language}.json"));
        let found = places_of(bytes).unwrap_or_else(|| english.clone());
        for missing in english.difference(&found) {
            report.add(missing, Rule::MissingWords);
        }
        for extra in found.difference(&english) {
            report.add(extra, Rule::ExtraWords);
        }
        problems.extend(report.into_problems());
    }
}

/// Where the texts of a file stand.
fn places(value: &Value) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    collect(value, "", &mut found);
    found
}

fn collect(value: &Value, place: &str, found: &mut BTreeSet<String>) {
    let below = |name: &str| if place.is_empty() { name.to_owned() } else { format!("{place}/{name}") };
    match value {
        Value::Object(members) => members.iter().for_each(|(key, member)| collect(member, &below(key), found)),
        Value::Array(members) => {
            members.iter().enumerate().for_each(|(position, member)| collect(member, &below(&position.to_string()), found));
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {
            found.insert(place.to_owned());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    type Texts = BTreeMap<String, Vec<String>>;

    fn files(contents: &[(&str, &str)]) -> Vec<(String, Vec<u8>)> {
        contents.iter().map(|(language, text)| ((*language).to_owned(), text.as_bytes().to_vec())).collect()
    }

    fn complete() -> Vec<(String, Vec<u8>)> {
        files(&REQUIRED_LANGUAGES.map(|language| (language, r#"{"steps": ["a", "b"]}"#)))
    }

    fn broken(files: &[(String, Vec<u8>)]) -> Vec<String> {
        let mut problems = Vec::new();
        let _ = Translations::<Texts>::read("practices/x", files, &mut problems);
        problems.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn the_reader_gets_their_language_or_english() {
        let mut problems = Vec::new();
        let translations = Translations::<Texts>::read("practices/x", &complete(), &mut problems).unwrap();
        assert_eq!(problems, []);
        assert_eq!(translations.languages().collect::<Vec<_>>(), ["en", "de", "es", "fr", "pt-BR"]);
        assert_eq!(translations.localise("de-CH, en;q=0.5").language, "de");
        assert_eq!(translations.localise("pt-BR").language, "pt-BR");
        assert_eq!(translations.localise("tlh").language, "en");
    }

    #[test]
    fn each_of_the_five_languages_must_be_there() {
        for language in REQUIRED_LANGUAGES {
            let mut files = complete();
            files.retain(|(tag, _)| tag != language);
            assert_eq!(broken(&files), [format!("practices/x: {language}.json: the words in this language are missing")]);
        }
    }

    #[test]
    fn a_list_that_is_shorter_or_longer_than_in_english_is_told_with_its_place() {
        let mut files = complete();
        files[1].1 = br#"{"steps": ["a"]}"#.to_vec();
        files[2].1 = br#"{"steps": ["a", "b", "c"], "more": ["d"]}"#.to_vec();
        assert_eq!(
            broken(&files),
            [
                "practices/x/de.json: steps/1: words are missing",
                "practices/x/es.json: more/0: these words belong to nothing",
                "practices/x/es.json: steps/2: these words belong to nothing",
            ]
        );
    }

    #[test]
    fn a_file_that_is_no_language_or_no_json_is_refused() {
        let mut files = complete();
        files.push(("english_uk".to_owned(), files[0].1.clone()));
        assert_eq!(broken(&files), ["practices/x: english_uk.json: the file's name is not a language tag"]);
        let mut files = complete();
        files[4].1.push(b'}');
        assert!(broken(&files)[0].starts_with("practices/x/pt-BR.json: trailing characters"));
    }
}
