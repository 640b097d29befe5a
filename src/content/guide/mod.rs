//! The guide: five questions about reciprocity, answered for each kind of relationship in a few lines.

mod check;
#[cfg(test)]
mod check_tests;

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::content::embedded::Files;
use crate::content::error::Problem;
use crate::content::translations::{Translations, read_checked};
use crate::content::vocabulary::{GuideQuestion, RelationshipKind, Status};

/// One question with its answers in every language. It can only be had from files that keep every rule, and cannot be changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GuidePage {
    definition: GuideDefinition,
    words: Translations<GuideWords>,
}

/// `guide.json`: everything about a question but its words.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GuideDefinition {
    /// Which of the five.
    pub question: GuideQuestion,
    /// From 1, rising with every change.
    pub version: u32,
    /// Whether it is served; it has to be.
    pub status: Status,
    /// The kinds of relationship it is answered for: all.
    pub relationship_kinds: Vec<RelationshipKind>,
    /// By kind of relationship.
    pub answers: BTreeMap<RelationshipKind, GuideLinks>,
    /// SPDX licence expression of the words.
    pub licence: String,
}

/// The order of an answer's points, and what it leads to.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GuideLinks {
    /// Ids, in the order in which they are read.
    pub points: Vec<String>,
    /// Practices for this kind of relationship.
    pub practices: Vec<String>,
    /// Question sets for this kind of relationship.
    pub question_sets: Vec<String>,
}

/// `<language>.json`: the words of one question in one language.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GuideWords {
    /// The question, as a person would ask it.
    pub question: String,
    /// Shown with every answer.
    pub safety: String,
    /// By kind of relationship.
    pub answers: BTreeMap<RelationshipKind, GuideAnswer>,
}

/// One answer.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GuideAnswer {
    /// At most 60 words.
    pub short: String,
    /// Point id to text of at most 30 words.
    pub points: BTreeMap<String, String>,
}

/// What an answer may lead to: what is served, by name, and the kinds of relationship it is made for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(in crate::content) struct Served {
    pub(in crate::content) practices: BTreeMap<String, Vec<RelationshipKind>>,
    pub(in crate::content) question_sets: BTreeMap<String, Vec<RelationshipKind>>,
}

impl GuidePage {
    /// Parses and checks the files of one question.
    pub(in crate::content) fn read(files: &Files, served: &Served) -> Result<Self, Vec<Problem>> {
        let (definition, words) = read_checked(
            files,
            "guide",
            |definition| check::definition(definition, files, served),
            |definition, words| check::words(definition, words, files),
        )?;
        Ok(Self { definition, words })
    }

    /// Everything but the words.
    #[must_use]
    pub const fn definition(&self) -> &GuideDefinition {
        &self.definition
    }

    /// The words, by language.
    #[must_use]
    pub const fn words(&self) -> &Translations<GuideWords> {
        &self.words
    }
}
