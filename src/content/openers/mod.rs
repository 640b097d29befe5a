//! Openers: sentences to begin a talk with, made from needs. They speak of the speaker and leave the other free to say no.

mod check;
#[cfg(test)]
mod check_tests;
#[cfg(test)]
mod published_tests;

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::content::embedded::Files;
use crate::content::error::Problem;
use crate::content::translations::{Translations, read_checked};
use crate::content::vocabulary::{Contraindication, Need, RelationshipKind, Situation, Slot, Status};

/// The openers in every language. They can only be had from files that keep every rule, and cannot be changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Openers {
    definition: OpenersDefinition,
    words: Translations<OpenersWords>,
}

/// `openers.json`: everything about the openers but their words.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OpenersDefinition {
    /// From 1, rising with every change.
    pub version: u32,
    /// Whether they are served; they have to be.
    pub status: Status,
    /// The kinds of relationship they are written for: each opener for all of them.
    pub relationship_kinds: Vec<RelationshipKind>,
    /// In the order in which they are offered.
    pub needs: Vec<Need>,
    /// In the order in which they come up.
    pub situations: Vec<Situation>,
    /// What may have to be filled in.
    pub slots: Vec<Slot>,
    /// Where none of them must be offered. Always holds fear.
    pub contraindications: Vec<Contraindication>,
    /// In the order in which they are offered.
    pub openers: Vec<Opener>,
    /// SPDX licence expression of the words.
    pub licence: String,
}

/// One sentence, or two, to begin with. Its text is in the words, under its id.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Opener {
    /// Unique.
    pub id: String,
    /// What it asks for.
    pub need: Need,
    /// When it is said.
    pub situation: Situation,
    /// What has to be filled in, in every language.
    pub slots: Vec<Slot>,
}

/// `<language>.json`: the words of the openers in one language.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OpenersWords {
    /// What the list is called.
    pub title: String,
    /// What to say before it is used.
    pub note: String,
    /// How each need is called.
    pub needs: BTreeMap<Need, NeedWords>,
    /// How each situation is called.
    pub situations: BTreeMap<Situation, String>,
    /// Opener id to text.
    pub openers: BTreeMap<String, String>,
}

/// How a need is called.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NeedWords {
    /// In a list.
    pub label: String,
    /// In the middle of a sentence, in place of `{need}`; absent for "any".
    #[serde(default)]
    pub slot: Option<String>,
}

impl Openers {
    /// Parses and checks the files.
    pub(in crate::content) fn read(files: &Files) -> Result<Self, Vec<Problem>> {
        let (definition, words) = read_checked(
            files,
            "openers",
            |definition| check::definition(definition, files),
            |definition, words| check::words(definition, words, files),
        )?;
        Ok(Self { definition, words })
    }

    /// Everything but the words.
    #[must_use]
    pub const fn definition(&self) -> &OpenersDefinition {
        &self.definition
    }

    /// The words, by language.
    #[must_use]
    pub const fn words(&self) -> &Translations<OpenersWords> {
        &self.words
    }

    /// The openers for this need and this situation, in the order in which they are offered. What is `None` does not restrict.
    pub fn of(&self, need: Option<Need>, situation: Option<Situation>) -> impl Iterator<Item = &Opener> {
        let fits = move |opener: &&Opener| need.is_none_or(|n| n == opener.need) && situation.is_none_or(|s| s == opener.situation);
        self.definition.openers.iter().filter(fits)
    }
}
