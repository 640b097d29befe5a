//! A question set that has passed every check, with its words in every language it has.

use std::collections::BTreeMap;

use super::check;
use super::definition::{Definition, Item, Scale};
use super::words::Words;
use crate::content::digest;
use crate::content::embedded::SetFiles;
use crate::content::error::{Problem, Report, Rule};
use crate::content::language::{self, DEFAULT_LANGUAGE};
use crate::content::vocabulary::Status;

/// One version of a question set. It can only be had from files that keep every rule, and cannot be changed.
#[derive(Debug, Clone, PartialEq)]
pub struct QuestionSet {
    definition: Definition,
    default: Translation,
    others: BTreeMap<String, Translation>,
}

/// The words of a set in one language.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Translation {
    language: String,
    words: Words,
    digest: String,
}

impl Translation {
    /// BCP 47 language tag.
    #[must_use]
    pub fn language(&self) -> &str {
        &self.language
    }

    /// The texts.
    #[must_use]
    pub fn words(&self) -> &Words {
        &self.words
    }

    /// SHA-256, in hexadecimal, over slug, version, language and both files.
    ///
    /// It changes whenever any of them changes, so it can carry a strong `ETag`. Representations other than the one it is
    /// used for first (another media type) need a suffix of their own.
    #[must_use]
    pub fn digest(&self) -> &str {
        &self.digest
    }
}

impl QuestionSet {
    /// Parses and checks the files of one version.
    pub(in crate::content) fn read(files: &SetFiles) -> Result<Self, Vec<Problem>> {
        let folder = format!("{}/{}", files.slug, files.version);
        let mut problems = Vec::new();
        let definition: Option<Definition> = parse(&format!("{folder}/set.json"), &files.set, &mut problems);
        let mut translations: BTreeMap<String, Translation> = BTreeMap::new();
        for (language, bytes) in &files.words {
            if let Some(words) = parse(&format!("{folder}/{language}.json"), bytes, &mut problems) {
                let digest = digest_of(files, language, bytes);
                let translation = Translation { language: language.clone(), words, digest };
                translations.insert(language.clone(), translation);
            }
        }
        if let Some(definition) = &definition {
            problems.extend(check::in_repository(definition, files));
            problems.extend(check::definition(definition));
            for translation in translations.values() {
                problems.extend(check::words(definition, translation));
            }
        }
        match (definition, translations.remove(DEFAULT_LANGUAGE)) {
            (Some(definition), Some(default)) if problems.is_empty() => Ok(Self { definition, default, others: translations }),
            (Some(_), Some(_)) | (None, _) => Err(problems),
            (Some(_), None) => {
                let mut report = Report::new(folder);
                report.add(DEFAULT_LANGUAGE, Rule::MissingDefaultLanguage);
                problems.extend(report.into_problems());
                Err(problems)
            }
        }
    }

    /// A set that kept every rule when it was published, as it was stored. It is believed: rules that came later do not take away what
    /// people have answered. Nothing where it has no words in the default language, or cannot be written.
    pub(in crate::content) fn of_published(definition: Definition, words: BTreeMap<String, Words>) -> Option<Self> {
        let mut translations = translations(&definition, words)?;
        let default = translations.remove(DEFAULT_LANGUAGE)?;
        Some(Self { definition, default, others: translations })
    }

    /// Everything but the words.
    #[must_use]
    pub fn definition(&self) -> &Definition {
        &self.definition
    }

    /// Stable name, the same in every version.
    #[must_use]
    pub fn slug(&self) -> &str {
        &self.definition.slug
    }

    /// From 1, rising.
    #[must_use]
    pub fn version(&self) -> u32 {
        self.definition.version
    }

    /// Whether it is served, and fixed for ever.
    #[must_use]
    pub fn is_published(&self) -> bool {
        self.definition.status == Status::Published
    }

    /// The item with this id.
    #[must_use]
    pub fn item(&self, id: &str) -> Option<&Item> {
        self.definition.items.iter().find(|item| item.id == id)
    }

    /// The scale of an item of this set.
    #[must_use]
    pub fn scale_of(&self, item: &Item) -> Option<&Scale> {
        self.definition.scales.iter().find(|scale| scale.id == item.scale)
    }

    /// The languages it has words in, the default first.
    pub fn languages(&self) -> impl Iterator<Item = &str> {
        self.translations().map(Translation::language)
    }

    /// The words in every language it has, the default first.
    pub fn translations(&self) -> impl Iterator<Item = &Translation> {
        std::iter::once(&self.default).chain(self.others.values())
    }

    /// The words in exactly this language; letter case does not matter.
    #[must_use]
    pub fn translation(&self, language: &str) -> Option<&Translation> {
        self.translations().find(|translation| translation.language.eq_ignore_ascii_case(language))
    }

    /// The words that suit the reader of this `Accept-Language` best. See [`language::negotiate`].
    #[must_use]
    pub fn localise(&self, accept_language: &str) -> &Translation {
        self.translation(language::negotiate(accept_language, self.languages())).unwrap_or(&self.default)
    }
}

fn parse<T: serde::de::DeserializeOwned>(file: &str, bytes: &[u8], problems: &mut Vec<Problem>) -> Option<T> {
    serde_json::from_slice(bytes)
        .map_err(|error| {
            let mut report = Report::new(file);
            report.add(error.to_string(), Rule::Unreadable);
            problems.extend(report.into_problems());
        })
        .ok()
}

/// The words of a set that is no set of files, by language; nothing where they cannot be written.
pub(in crate::content) fn translations(definition: &Definition, words: BTreeMap<String, Words>) -> Option<BTreeMap<String, Translation>> {
    let files = SetFiles {
        slug: definition.slug.clone(),
        version: definition.version.to_string(),
        set: serde_json::to_vec(definition).ok()?,
        words: Vec::new(),
    };
    let of_language = |(language, words): (String, Words)| {
        let digest = digest_of(&files, &language, &serde_json::to_vec(&words).ok()?);
        Some((language.clone(), Translation { language, words, digest }))
    };
    words.into_iter().map(of_language).collect()
}

fn digest_of(files: &SetFiles, language: &str, words: &[u8]) -> String {
    digest::of_parts(&[files.slug.as_bytes(), files.version.as_bytes(), language.as_bytes(), &files.set, words])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::content::embedded;

    /// The embedded pulse in English alone, with the same words a second time under another language tag.
    fn in_two_languages() -> SetFiles {
        let (sets, _) = embedded::question_set_files();
        let mut files = sets.into_iter().find(|files| files.slug == "after-interaction-pulse").unwrap();
        files.words.retain(|(language, _)| language == "en");
        let words = files.words[0].1.clone();
        files.words.push(("de".to_owned(), words));
        files
    }

    #[test]
    fn the_reader_gets_their_language_or_the_default() {
        let set = QuestionSet::read(&in_two_languages()).unwrap();
        assert_eq!(set.languages().collect::<Vec<_>>(), ["en", "de"]);
        assert_eq!(set.localise("de-AT, en;q=0.5").language(), "de");
        assert_eq!(set.localise("en;q=0").language(), "en");
        assert_eq!(set.localise("\u{0}").language(), "en");
    }

    #[test]
    fn each_language_and_each_change_of_a_file_has_its_own_digest() {
        let files = in_two_languages();
        let before = QuestionSet::read(&files).unwrap();
        let digest = |set: &QuestionSet, language| set.translation(language).unwrap().digest().to_owned();
        assert_ne!(digest(&before, "en"), digest(&before, "de"));
        let mut changed = files;
        changed.set.push(b' ');
        changed.words[1].1.push(b'\n');
        let after = QuestionSet::read(&changed).unwrap();
        assert_ne!(digest(&before, "en"), digest(&after, "en"));
        assert_ne!(digest(&before, "de"), digest(&after, "de"));
    }

    #[test]
    fn a_set_without_the_default_language_is_refused() {
        let mut files = in_two_languages();
        files.words.remove(0);
        let problems = QuestionSet::read(&files).unwrap_err();
        assert_eq!(problems[0].rule, Rule::MissingDefaultLanguage);
    }
}
