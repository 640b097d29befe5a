//! `<language>.json`: the words of a question set in one language, and nothing but words.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// All texts of one version in one language.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Words {
    /// The set's name.
    pub title: String,
    /// One or two sentences on what it looks at.
    pub description: String,
    /// What to read before the first item: the period, and how to answer.
    pub instructions: String,
    /// Labels for the two ways of not answering.
    pub choices: Choices,
    /// Item id to text.
    pub items: BTreeMap<String, String>,
    /// Scale id to option code to label.
    pub scales: BTreeMap<String, BTreeMap<String, String>>,
}

/// Labels for the two ways of not answering.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Choices {
    /// Passing over an item, because it does not fit or did not come up.
    pub skip: String,
    /// Declining to answer.
    pub prefer_not_to_say: String,
}

impl Words {
    /// The text of an item.
    #[must_use]
    pub fn item(&self, id: &str) -> Option<&str> {
        self.items.get(id).map(String::as_str)
    }

    /// The label of an option of a scale.
    #[must_use]
    pub fn label(&self, scale: &str, code: &str) -> Option<&str> {
        self.scales.get(scale)?.get(code).map(String::as_str)
    }
}
