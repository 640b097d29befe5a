//! `set.json`: everything about a version of a question set but its words.

use serde::{Deserialize, Serialize};

use crate::content::vocabulary::{
    Dimension, KeyQuestion, Measure, Operator, Perspective, Purpose, RelationshipKind, ReliabilityStatus, ScoringMethod, Status,
};

/// One version of a question set, in every language.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Definition {
    /// Stable name, the same in every version.
    pub slug: String,
    /// From 1, rising.
    pub version: u32,
    /// Whether it is served.
    pub status: Status,
    /// The kinds of relationship it is written for.
    pub relationship_kinds: Vec<RelationshipKind>,
    /// What it is for.
    pub purpose: Purpose,
    /// How many days back the items ask, 1 to 90.
    pub recall_period_days: u32,
    /// The age in years at which a reader should follow every item, 10 to 16.
    pub reading_age: u8,
    /// SPDX licence expression of the items.
    pub licence: String,
    /// For developers, in English: what the set rests on, and what is not known about it.
    pub evidence_note: String,
    /// The answer scales, by id.
    pub scales: Vec<Scale>,
    /// The items in the order they are asked.
    pub items: Vec<Item>,
    /// How answers become figures.
    pub scoring: Scoring,
}

/// An answer scale: options whose values go up by one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Scale {
    /// Unique in the set.
    pub id: String,
    /// At least two, lowest first.
    pub options: Vec<ScaleOption>,
}

/// One answer on a scale. Its label is in the words, under its code.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ScaleOption {
    /// Unique in the scale.
    pub code: String,
    /// What an answer stores, in scale points.
    pub value: i32,
}

/// One thing asked. Its text is in the words, under its id.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Item {
    /// Unique in the set, fit to be a FHIR `linkId`.
    pub id: String,
    /// The dimension it belongs to; absent for experience that belongs to none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dimension: Option<Dimension>,
    /// Whose act or view.
    pub perspective: Perspective,
    /// The id of the same question with the two people swapped.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mirror: Option<String>,
    /// For a they-would-say item: the id of the item it sees through the other's eyes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reviews: Option<String>,
    /// Whether a higher answer means less of the dimension.
    pub reverse: bool,
    /// The id of its scale.
    pub scale: String,
    /// Its share in a mean, relative to the other items; 0 where it is not scored.
    pub weight: f64,
    /// Whether it may be skipped. "Prefer not to say" is always possible.
    pub optional: bool,
    /// Which of the product's key questions it asks.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key_question: Option<KeyQuestion>,
    /// The condition under which it is asked; absent means always.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub enable_when: Option<EnableWhen>,
}

/// A condition on the answer to an earlier item. No value there (skipped, not said, not asked) means not fulfilled.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EnableWhen {
    /// The id of the earlier item.
    pub item: String,
    /// How its answer is compared.
    pub operator: Operator,
    /// What its answer is compared with.
    pub value: i32,
}

/// How answers become figures.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Scoring {
    /// The arithmetic.
    pub method: ScoringMethod,
    /// The share of the items asked that must be answered, 0.5 to 1; below it there is no figure.
    pub minimum_answered_share: f64,
    /// Where alpha and the standard deviations come from.
    pub reliability_status: ReliabilityStatus,
    /// Give and Receive, by dimension.
    pub dimensions: Vec<DimensionScoring>,
    /// What is reported on its own.
    pub measures: Vec<MeasureScoring>,
}

/// The two sides of one dimension. The lists are each other's mirrors, item by item.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DimensionScoring {
    /// The dimension.
    pub dimension: Dimension,
    /// What I do for them.
    pub give: Side,
    /// What they do for me.
    pub receive: Side,
}

/// One side of a dimension.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Side {
    /// The ids of its items.
    pub items: Vec<String>,
    /// Reliability of the mean of all its items (Cronbach 1951), 0 to 1 exclusive.
    pub alpha: f64,
    /// Standard deviation of that mean across people, in scale points.
    pub standard_deviation: f64,
}

/// A measure that is never part of a balance.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MeasureScoring {
    /// What is measured.
    pub measure: Measure,
    /// The ids of its items.
    pub items: Vec<String>,
}

impl Scale {
    /// The lowest value.
    #[must_use]
    pub fn minimum(&self) -> i32 {
        self.options.iter().map(|option| option.value).min().unwrap_or_default()
    }

    /// The highest value.
    #[must_use]
    pub fn maximum(&self) -> i32 {
        self.options.iter().map(|option| option.value).max().unwrap_or_default()
    }

    /// Highest less lowest value, in scale points; at least 1 in a checked set.
    #[must_use]
    pub fn range(&self) -> i32 {
        self.maximum().saturating_sub(self.minimum())
    }

    /// Whether an answer can have this value.
    #[must_use]
    pub fn contains(&self, value: i32) -> bool {
        self.options.iter().any(|option| option.value == value)
    }
}

impl EnableWhen {
    /// Whether this answer to the earlier item fulfils the condition.
    #[must_use]
    pub fn admits(&self, answer: i32) -> bool {
        match self.operator {
            Operator::Equals => answer == self.value,
            Operator::AtLeast => answer >= self.value,
            Operator::AtMost => answer <= self.value,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_operator_compares_as_its_name_says() {
        let admitted = |operator| {
            let condition = EnableWhen { item: "a".to_owned(), operator, value: 2 };
            [1, 2, 3].map(|answer| condition.admits(answer))
        };
        assert_eq!(admitted(Operator::Equals), [false, true, false]);
        assert_eq!(admitted(Operator::AtLeast), [false, true, true]);
        assert_eq!(admitted(Operator::AtMost), [true, true, false]);
    }
}
