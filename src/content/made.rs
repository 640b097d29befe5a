//! Question sets that an operator makes while the service runs: the structure and the rules of the files in `content/`, in one document.
//!
//! [`SetDocument::findings`] says everything that is wrong with one, each with a JSON pointer into the document. What refuses keeps it from
//! being published; the rest is for whoever writes to judge. What was published is read back as it was, whatever rules came later.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::error::{Problem, Report, Rule};
use super::language::DEFAULT_LANGUAGE;
use super::question_sets::check;
use super::question_sets::{Definition, QuestionSet, Words, translations};
use super::vocabulary::Status;
use super::wording::{WordingFinding, wording};

/// Findings that are told at most: whoever has more mends these first.
const MOST_FINDINGS: usize = 200;

/// A question set in one document: `set` is a `set.json`, `words` has a `<language>.json` for each language.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SetDocument {
    pub set: Definition,
    /// By language tag.
    pub words: BTreeMap<String, Words>,
}

/// Something that is wrong with a document.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Finding {
    /// A JSON pointer (RFC 6901) into the document, as near as it leads.
    pub pointer: String,
    /// Whether it keeps the document from being published.
    pub refuses: bool,
    /// The rule, as a word for programs.
    pub code: &'static str,
    /// The rule, as a sentence for people.
    pub detail: &'static str,
    /// For rules of wording: the entry of our list that was met.
    pub entry: Option<&'static str>,
}

impl SetDocument {
    /// Everything that the rules find, what refuses first.
    #[must_use]
    pub fn findings(&self) -> Vec<Finding> {
        let value = serde_json::to_value(self).unwrap_or_default();
        let mut problems = check::definition(&self.set);
        problems.extend(self.languages());
        // Words are checked against the set, which has to be written for that; what cannot be written is not sound.
        for translation in translations(&self.set, self.words.clone()).unwrap_or_default().values() {
            problems.extend(check::words(&self.set, translation));
        }
        let mut found: BTreeSet<Finding> = problems.iter().map(|problem| structural(&value, problem)).collect();
        for (language, words) in &self.words {
            found.extend(wording(words, language, self.set.reading_age).into_iter().map(|one| worded(&value, language, &one)));
        }
        let mut found: Vec<Finding> = found.into_iter().collect();
        found.sort_by_key(|one| !one.refuses);
        found.truncate(MOST_FINDINGS);
        found
    }

    /// Whether it calls itself a draft.
    #[must_use]
    pub fn is_draft(&self) -> bool {
        self.set.status == Status::Draft
    }

    /// The same, calling itself published.
    #[must_use]
    pub fn as_published(mut self) -> Self {
        self.set.status = Status::Published;
        self
    }

    /// The set, where it was published: it kept every rule then. Nothing where it cannot be read by this build.
    #[must_use]
    pub fn into_published(self) -> Option<QuestionSet> {
        QuestionSet::of_published(self.set, self.words)
    }

    /// English is what everybody is given whose language is missing; a language is there once, whatever its capitals.
    fn languages(&self) -> Vec<Problem> {
        let mut report = Report::new("words");
        report.require(self.words.contains_key(DEFAULT_LANGUAGE), "", Rule::MissingDefaultLanguage);
        let small: BTreeSet<String> = self.words.keys().map(|tag| tag.to_ascii_lowercase()).collect();
        report.require(small.len() == self.words.len(), "", Rule::Duplicate);
        report.into_problems()
    }
}

fn structural(document: &Value, problem: &Problem) -> Finding {
    // `<slug>/<version>/set.json`, `<slug>/<version>/<language>.json`, or `words` for all of them.
    let file = problem.file.rsplit('/').next().unwrap_or_default();
    let start: Vec<&str> = match file.strip_suffix(".json") {
        Some("set") => vec!["set"],
        Some(language) => vec!["words", language],
        None => vec![file],
    };
    let pointer = pointer(document, start.into_iter().chain(problem.place.split('/')));
    Finding { pointer, refuses: true, code: problem.rule.as_str(), detail: problem.rule.explanation(), entry: None }
}

fn worded(document: &Value, language: &str, found: &WordingFinding) -> Finding {
    let pointer = pointer(document, ["words", language].into_iter().chain(found.place.split('/')));
    let rule = found.rule;
    Finding { pointer, refuses: rule.refuses(), code: rule.as_str(), detail: rule.explanation(), entry: found.entry }
}

/// Follows names into the document, as far as there is something: a member of an object, or the element of a list that has this name.
fn pointer<'a>(document: &Value, names: impl Iterator<Item = &'a str>) -> String {
    let (mut at, mut pointer) = (document, String::new());
    for name in names {
        let name = match name {
            "giving" if at.get("give").is_some() => "give",
            "receiving" if at.get("receive").is_some() => "receive",
            other => other,
        };
        let next = match at {
            Value::Array(elements) => named(elements, name).map(|(place, element)| (place.to_string(), element)),
            Value::Object(members) => members.get(name).map(|member| (name.replace('~', "~0").replace('/', "~1"), member)),
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => None,
        };
        let Some((step, value)) = next else { break };
        pointer.extend(["/", &step]);
        at = value;
    }
    pointer
}

fn named<'a>(elements: &'a [Value], name: &str) -> Option<(usize, &'a Value)> {
    // An item is called by its id and not by its dimension, which others have, too.
    let own_name = |element: &'a Value| ["id", "dimension", "measure", "code"].iter().find_map(|key| element.get(key));
    elements.iter().enumerate().find(|(_, element)| own_name(element).is_some_and(|own| own == name))
}

#[cfg(test)]
#[path = "made_tests.rs"]
mod tests;
