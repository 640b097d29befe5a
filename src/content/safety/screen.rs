//! The optional safety screen: its items, and what follows from which answers.
//!
//! Outcomes are tried in order: `resources_only` where an item was given an answer that leads there, `careful` where one was given an
//! answer that asks for care, else `open`. What was left out counts as `prefer_not_to_say`, because what is not known is never read as
//! safe; so no answers at all are careful, too.

mod check;
#[cfg(test)]
mod tests;
mod words;

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::content::embedded::Files;
use crate::content::error::Problem;
use crate::content::translations::{Localised, Translations, read_checked};
use crate::content::vocabulary::{RelationshipKind, SafetyAnswer, SafetyOutcome, ScreenPart, Status, Withheld};
pub use words::{AlwaysHereWords, CloseNowWords, OutcomeWords, ScreenItemWords, ScreenWords};

/// Answers by item; an item that is not there was left out.
pub type SafetyAnswers = BTreeMap<String, SafetyAnswer>;

/// The screen in every language. It can only be had from files that keep every rule, and cannot be changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SafetyScreen {
    definition: ScreenDefinition,
    words: Translations<ScreenWords>,
}

/// `screen.json`: everything about the screen but its words.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ScreenDefinition {
    /// Stable name.
    pub slug: String,
    /// From 1, rising with every change of the items or of what follows from them.
    pub version: u32,
    /// Whether it is served; it has to be.
    pub status: Status,
    /// That nobody has to answer it; it has to be true.
    pub optional: bool,
    /// The kinds of relationship it is for: all.
    pub relationship_kinds: Vec<RelationshipKind>,
    /// The answers that each item takes: all.
    pub answers: Vec<SafetyAnswer>,
    /// What an item counts as that was left out.
    pub unanswered_counts_as: SafetyAnswer,
    /// In the order they are asked.
    pub items: Vec<ScreenItem>,
    /// In the order they are tried.
    pub outcomes: Vec<ScreenOutcome>,
    /// What is shown beside every item and outcome.
    pub always_shown: Vec<ScreenPart>,
    /// Where answers never go.
    pub never: Vec<Withheld>,
    /// SPDX licence expression of the words.
    pub licence: String,
}

/// One item.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ScreenItem {
    /// Unique in the screen; it keeps its meaning in every version.
    pub id: String,
    /// Answers after which nothing but help is offered.
    pub resources_only_on: Vec<SafetyAnswer>,
    /// Answers after which some ideas are left out.
    pub careful_on: Vec<SafetyAnswer>,
}

/// What follows from the answers.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ScreenOutcome {
    /// Which of the three.
    pub id: SafetyOutcome,
    /// Whether anything but help is offered at all.
    pub coaching: bool,
    /// The key of its words.
    pub text: String,
    /// Other words where one item alone led here, by item.
    #[serde(default)]
    pub text_where_only: BTreeMap<String, String>,
    /// Which help to show first.
    #[serde(default)]
    pub topics_first: Vec<String>,
    /// Practices that are left out.
    #[serde(default)]
    pub withheld_practices: Vec<String>,
    /// Whether sentences to begin a talk with are left out.
    #[serde(default)]
    pub withheld_openers: bool,
    /// Questions of the guide that are left out.
    #[serde(default)]
    pub withheld_guide: Vec<String>,
}

/// What follows from some answers, and how it is said.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Consequence<'a> {
    /// The outcome.
    pub outcome: &'a ScreenOutcome,
    /// The key of the words to show ([`ScreenWords::outcomes`]).
    pub text: &'a str,
}

impl SafetyScreen {
    /// Parses and checks the files of the screen. `practices` are the names that it may withhold.
    pub(in crate::content) fn read(files: &Files, practices: &[&str]) -> Result<Self, Vec<Problem>> {
        let (definition, words) = read_checked(
            files,
            "screen",
            |definition| check::definition(definition, files, practices),
            |definition, words| check::words(definition, words, files),
        )?;
        Ok(Self { definition, words })
    }

    /// Everything but the words.
    #[must_use]
    pub const fn definition(&self) -> &ScreenDefinition {
        &self.definition
    }

    /// The words that suit the reader of this `Accept-Language` best.
    #[must_use]
    pub fn localise(&self, accept_language: &str) -> Localised<'_, ScreenWords> {
        self.words.localise(accept_language)
    }

    /// Whether the screen asks this.
    #[must_use]
    pub fn has_item(&self, id: &str) -> bool {
        self.definition.items.iter().any(|item| item.id == id)
    }

    /// What follows from these answers. Answers to items that are no longer asked count for nothing.
    #[must_use]
    pub fn consequence(&self, answers: &SafetyAnswers) -> Option<Consequence<'_>> {
        self.definition.outcomes.iter().find_map(|outcome| {
            let leading: Vec<&ScreenItem> = self.definition.items.iter().filter(|item| self.leads(item, outcome.id, answers)).collect();
            let reached = outcome.id == SafetyOutcome::Open || !leading.is_empty();
            let alone = match leading.as_slice() {
                [only] => outcome.text_where_only.get(&only.id),
                _ => None,
            };
            reached.then(|| Consequence { outcome, text: alone.unwrap_or(&outcome.text) })
        })
    }

    fn leads(&self, item: &ScreenItem, outcome: SafetyOutcome, answers: &SafetyAnswers) -> bool {
        let given = answers.get(&item.id).copied().unwrap_or(self.definition.unanswered_counts_as);
        match outcome {
            SafetyOutcome::ResourcesOnly => item.resources_only_on.contains(&given),
            SafetyOutcome::Careful => item.careful_on.contains(&given),
            SafetyOutcome::Open => false,
        }
    }

    /// Whether a practice may be suggested after these answers.
    #[must_use]
    pub fn admits(&self, answers: &SafetyAnswers, practice: &str) -> bool {
        let admits = |found: Consequence<'_>| found.outcome.coaching && !found.outcome.withheld_practices.iter().any(|one| one == practice);
        self.consequence(answers).is_some_and(admits)
    }
}
