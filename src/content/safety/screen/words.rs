//! What the screen says, in one language. The file has the words of the directory of help, too.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::content::vocabulary::SafetyAnswer;

/// All texts of the screen in one language.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct ScreenWords {
    /// What it is called.
    pub title: String,
    /// That it is optional, and what it is about.
    pub intro: String,
    /// Who sees the answers.
    pub privacy: String,
    /// What to think of before beginning.
    pub before: String,
    /// By item.
    pub items: BTreeMap<String, ScreenItemWords>,
    /// The label of each answer.
    pub answers: BTreeMap<SafetyAnswer, String>,
    /// By the key that an outcome names.
    pub outcomes: BTreeMap<String, OutcomeWords>,
    /// Shown with every item and outcome.
    pub always_here: AlwaysHereWords,
    /// For a button that leaves the page.
    pub close_now: CloseNowWords,
    /// What help is for; the directory shows them.
    pub topics: BTreeMap<String, String>,
}

/// One item.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ScreenItemWords {
    /// The question.
    pub text: String,
    /// What is meant.
    #[serde(default)]
    pub hint: Option<String>,
}

/// What is said after the answers.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OutcomeWords {
    /// In a few words.
    pub title: String,
    /// In some sentences.
    pub text: String,
}

/// Where help is, whatever was answered.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AlwaysHereWords {
    /// In a few words.
    pub title: String,
    /// In some sentences.
    pub text: String,
    /// With `{number}` where the number goes.
    pub emergency: String,
    /// Where the number is not known.
    pub emergency_unknown: String,
    /// What calls and messages leave behind.
    pub traces: String,
}

/// A button that leaves the page.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CloseNowWords {
    /// What stands on it.
    pub label: String,
    /// What it does not do.
    pub hint: String,
}
