//! `<language>.json` of a practice: its words in one language, and nothing but words.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::content::vocabulary::RelationshipKind;

/// All texts of a practice in one language.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PracticeWords {
    /// What to do, in a few words.
    pub title: String,
    /// One sentence on what it is.
    pub summary: String,
    /// Why it may help.
    pub why: String,
    /// Three to six, in order.
    pub steps: Vec<String>,
    /// How it counts when both take part.
    pub for_both: String,
    /// When to leave it, in words for the person.
    pub not_when: String,
    /// What to do where it does not work out.
    pub if_it_does_not_land: String,
    /// What reads otherwise in some kinds of relationship.
    #[serde(default)]
    pub by_kind: BTreeMap<RelationshipKind, WordsForKind>,
}

/// Texts that replace the general ones for one kind of relationship.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WordsForKind {
    /// Replaces the title.
    #[serde(default)]
    pub title: Option<String>,
    /// Replaces the summary.
    #[serde(default)]
    pub summary: Option<String>,
    /// Replaces all steps.
    #[serde(default)]
    pub steps: Option<Vec<String>>,
}

/// The texts that may differ by kind of relationship, as they read for one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PracticeWording<'a> {
    /// What to do, in a few words.
    pub title: &'a str,
    /// One sentence on what it is.
    pub summary: &'a str,
    /// Three to six, in order.
    pub steps: &'a [String],
}

impl PracticeWords {
    /// Title, summary and steps as they read for a kind of relationship; the general ones where none is named.
    #[must_use]
    pub fn wording(&self, kind: Option<RelationshipKind>) -> PracticeWording<'_> {
        let own = kind.and_then(|kind| self.by_kind.get(&kind));
        PracticeWording {
            title: own.and_then(|own| own.title.as_deref()).unwrap_or(&self.title),
            summary: own.and_then(|own| own.summary.as_deref()).unwrap_or(&self.summary),
            steps: own.and_then(|own| own.steps.as_deref()).unwrap_or(&self.steps),
        }
    }
}
