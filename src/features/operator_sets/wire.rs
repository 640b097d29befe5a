//! An operator's question sets as they travel: the document, and what is said about it.
//!
//! The document is the content's own type; what stands here of it are bounds and meanings for the contract alone. The bounds are those of
//! `read`: what a draft may be. What a set has to be to be published, the rules say (`content`).

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::model::{Entry, Made};
use crate::content::{Definition, Finding, Words};

/// A question set in one document: what it is, and its words in each language.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!(example()))]
#[expect(dead_code, reason = "for the document alone")]
pub struct QuestionSetDocument {
    set: QuestionSetDefinition,
    /// By language tag (BCP 47). English is needed to publish; whoever's language is missing reads that.
    words: BTreeMap<String, QuestionSetWords>,
}

/// A small set that can be published as it is.
fn example() -> serde_json::Value {
    serde_json::from_str(include_str!("example.json")).unwrap_or_default()
}

/// Everything about a version but its words; content/README.md explains how one is written.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[expect(dead_code, reason = "for the document alone")]
pub struct QuestionSetDefinition {
    /// The set's name, the same in every version; as in the address.
    #[schema(max_length = 1_000)]
    slug: String,
    /// From 1, rising; as in the address.
    #[schema(minimum = 0, maximum = 2_147_483_647)]
    version: u32,
    /// draft, as long as it is one
    #[schema(max_length = 40, pattern = "^(draft|published)$")]
    status: String,
    /// The kinds of relationship it is written for.
    #[schema(max_items = 60, value_type = Vec<KindOfTie>, inline)]
    relationship_kinds: Vec<String>,
    #[schema(
        max_length = 40,
        pattern = "^(overview|in_depth|after_interaction|weekly|monthly|over_functioning|repair|trust|mutual|boundaries)$"
    )]
    purpose: String,
    /// How many days back the questions ask: 1 to 90 to be published.
    #[schema(minimum = 0, maximum = 2_147_483_647)]
    recall_period_days: u32,
    /// The age in years at which a reader should follow every question: 10 to 16 to be published.
    #[schema(minimum = 0, maximum = 255)]
    reading_age: u8,
    /// Under which terms the questions may be used: an SPDX expression.
    #[schema(max_length = 1_000)]
    licence: String,
    /// What the set rests on and what is not known about it: for developers, in English.
    #[schema(max_length = 1_000)]
    evidence_note: String,
    #[schema(max_items = 60)]
    scales: Vec<DefinitionScale>,
    /// In the order they are asked.
    #[schema(max_items = 60)]
    items: Vec<DefinitionItem>,
    scoring: DefinitionScoring,
}

#[derive(ToSchema)]
#[schema(max_length = 40, pattern = "^(dating|partner|family|friend)$")]
#[expect(dead_code, reason = "for the document alone")]
struct KindOfTie(String);

/// An answer scale.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[expect(dead_code, reason = "for the document alone")]
pub struct DefinitionScale {
    #[schema(max_length = 1_000)]
    id: String,
    /// Lowest first, one scale point apart.
    #[schema(max_items = 60)]
    options: Vec<DefinitionOption>,
}

/// One answer on a scale; its label is in the words.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[expect(dead_code, reason = "for the document alone")]
pub struct DefinitionOption {
    #[schema(max_length = 1_000)]
    code: String,
    #[schema(minimum = -2_147_483_648_i64, maximum = 2_147_483_647)]
    value: i32,
}

/// One question; its text is in the words.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[expect(dead_code, reason = "for the document alone")]
pub struct DefinitionItem {
    #[schema(max_length = 1_000)]
    id: String,
    #[schema(
        nullable = false,
        max_length = 40,
        pattern = "^(emotional_support|celebration|initiation|repair|appreciation|practical_help|promises_kept|needs_met)$"
    )]
    dimension: Option<String>,
    #[schema(max_length = 40, pattern = "^(giving|receiving|they_would_say|self)$")]
    perspective: String,
    /// The id of the same question with the two people swapped.
    #[schema(nullable = false, max_length = 1_000)]
    mirror: Option<String>,
    /// The id of the question that this one sees through the other person's eyes.
    #[schema(nullable = false, max_length = 1_000)]
    reviews: Option<String>,
    /// Whether a higher answer means less of the dimension.
    reverse: bool,
    /// The id of its scale.
    #[schema(max_length = 1_000)]
    scale: String,
    /// Its share in a mean, relative to the other questions; 0 where it is not scored.
    #[schema(minimum = -2_147_483_648_i64, maximum = 2_147_483_647)]
    weight: f64,
    /// Whether it may be skipped.
    optional: bool,
    #[schema(
        nullable = false,
        max_length = 40,
        pattern = "^(last_stepped_up|energised_or_depleted|count_on_each_other|starts_conversations|repair_natural_or_pushed|needs_equal_attention|felt_heard)$"
    )]
    key_question: Option<String>,
    #[schema(nullable = false)]
    enable_when: Option<DefinitionCondition>,
}

/// Ask the question only where an earlier one has a fitting answer.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[expect(dead_code, reason = "for the document alone")]
pub struct DefinitionCondition {
    #[schema(max_length = 1_000)]
    item: String,
    #[schema(max_length = 40, pattern = "^(equals|at_least|at_most)$")]
    operator: String,
    #[schema(minimum = -2_147_483_648_i64, maximum = 2_147_483_647)]
    value: i32,
}

/// How answers become figures.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[expect(dead_code, reason = "for the document alone")]
pub struct DefinitionScoring {
    #[schema(max_length = 40, pattern = "^(weighted_mean_1)$")]
    method: String,
    /// The share of the questions asked that must be answered: 0.5 to 1 to be published.
    #[schema(minimum = -2_147_483_648_i64, maximum = 2_147_483_647)]
    minimum_answered_share: f64,
    #[schema(max_length = 40, pattern = "^(provisional|measured)$")]
    reliability_status: String,
    #[schema(max_items = 60)]
    dimensions: Vec<DefinitionDimension>,
    #[schema(max_items = 60)]
    measures: Vec<DefinitionMeasure>,
}

/// The two sides of one dimension: each other's mirrors, question by question.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[expect(dead_code, reason = "for the document alone")]
pub struct DefinitionDimension {
    #[schema(
        max_length = 40,
        pattern = "^(emotional_support|celebration|initiation|repair|appreciation|practical_help|promises_kept|needs_met)$"
    )]
    dimension: String,
    give: DefinitionSide,
    receive: DefinitionSide,
}

/// One side of a dimension.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[expect(dead_code, reason = "for the document alone")]
pub struct DefinitionSide {
    #[schema(max_items = 60, value_type = Vec<ItemId>, inline)]
    items: Vec<String>,
    /// Reliability of the mean of all its questions (Cronbach 1951), between 0 and 1.
    #[schema(minimum = -2_147_483_648_i64, maximum = 2_147_483_647)]
    alpha: f64,
    /// Of that mean across people, in scale points.
    #[schema(minimum = -2_147_483_648_i64, maximum = 2_147_483_647)]
    standard_deviation: f64,
}

#[derive(ToSchema)]
#[schema(max_length = 1_000)]
#[expect(dead_code, reason = "for the document alone")]
struct ItemId(String);

/// What is reported on its own.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[expect(dead_code, reason = "for the document alone")]
pub struct DefinitionMeasure {
    #[schema(max_length = 40, pattern = "^(felt_heard|energy_after)$")]
    measure: String,
    #[schema(max_items = 60, value_type = Vec<ItemId>, inline)]
    items: Vec<String>,
}

/// All texts of one version in one language.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[expect(dead_code, reason = "for the document alone")]
pub struct QuestionSetWords {
    #[schema(max_length = 1_000)]
    title: String,
    #[schema(max_length = 1_000)]
    description: String,
    /// What to show before the first question.
    #[schema(max_length = 1_000)]
    instructions: String,
    choices: QuestionSetChoices,
    /// By the id of the item.
    #[schema(value_type = BTreeMap<String, DraftText>)]
    items: BTreeMap<String, String>,
    /// By the id of the scale, then by the code of the option.
    #[schema(value_type = BTreeMap<String, BTreeMap<String, DraftText>>)]
    scales: BTreeMap<String, BTreeMap<String, String>>,
}

#[derive(ToSchema)]
#[schema(max_length = 1_000)]
#[expect(dead_code, reason = "for the document alone")]
pub struct DraftText(String);

/// Labels for the two ways of not answering.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[expect(dead_code, reason = "for the document alone")]
pub struct QuestionSetChoices {
    #[schema(max_length = 1_000)]
    skip: String,
    #[schema(max_length = 1_000)]
    prefer_not_to_say: String,
}

/// A version that an operator made, without what it asks.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = OperatorSet, example = json!({
    "slug": "evening-check", "version": 1, "status": "published", "created_at": "2026-03-01T12:00:00Z", "updated_at": "2026-03-02T12:00:00Z",
    "published_at": "2026-03-02T12:00:00Z"
}))]
pub struct OperatorSetEntry {
    #[schema(max_length = 40)]
    slug: String,
    #[schema(minimum = 1, maximum = 10_000)]
    version: i32,
    /// draft, published or retired
    #[schema(max_length = 40)]
    status: String,
    created_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
    #[serde(skip_serializing_if = "Option::is_none")]
    published_at: Option<DateTime<Utc>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    retired_at: Option<DateTime<Utc>>,
}

/// Every version that an operator made.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({"data": [{
    "slug": "evening-check", "version": 1, "status": "published", "created_at": "2026-03-01T12:00:00Z", "updated_at": "2026-03-02T12:00:00Z",
    "published_at": "2026-03-02T12:00:00Z"
}]}))]
pub struct OperatorSetList {
    #[schema(max_items = 500)]
    data: Vec<OperatorSetEntry>,
}

/// A version that an operator made.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = OperatorQuestionSet, example = json!(version_example()))]
pub struct OperatorSetView {
    #[serde(flatten)]
    entry: OperatorSetEntry,
    #[schema(value_type = QuestionSetDefinition)]
    set: Definition,
    #[schema(value_type = BTreeMap<String, QuestionSetWords>)]
    words: BTreeMap<String, Words>,
    /// What the rules find in a draft; what keeps it from being published comes first. Nothing of what is published is looked at again.
    #[schema(max_items = 200)]
    findings: Vec<FindingView>,
}

fn version_example() -> serde_json::Value {
    let mut whole = example();
    if let Some(members) = whole.as_object_mut() {
        let at = "2026-03-01T12:00:00Z";
        for (name, value) in [("slug", "evening-check"), ("status", "draft"), ("created_at", at), ("updated_at", at)] {
            members.insert(name.to_owned(), value.into());
        }
        members.insert("version".to_owned(), 1.into());
        members.insert("findings".to_owned(), serde_json::Value::Array(Vec::new()));
    }
    whole
}

/// What the rules find in a document.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = QuestionSetLint, example = json!({"publishable": false, "findings": [{
    "pointer": "/words/en/items/es-give-1", "code": "double_barrelled", "refuses": true, "matched": "and",
    "detail": "Asks about two things at once; make it two questions."
}]}))]
pub struct LintView {
    /// Whether nothing that was found keeps it from being published.
    publishable: bool,
    #[schema(max_items = 200)]
    findings: Vec<FindingView>,
}

/// Something that is wrong with a question set.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = QuestionSetFinding, example = json!({
    "pointer": "/words/en/items/es-give-1", "code": "double_barrelled", "refuses": true, "matched": "and",
    "detail": "Asks about two things at once; make it two questions."
}))]
pub struct FindingView {
    /// Where in the document (RFC 6901), as near as it leads.
    #[schema(max_length = 5_000)]
    pointer: String,
    /// The rule: one of wording (docs/wording.md), such as `leading` or `label`, or one of structure, such as `mirror_differs`
    #[schema(max_length = 60)]
    code: String,
    /// Whether it keeps the set from being published; otherwise it is for whoever writes to judge.
    refuses: bool,
    /// The rule in a sentence.
    #[schema(max_length = 300)]
    detail: String,
    /// For rules of wording: the entry of the service's list that was met; `*` stands for any ending, `_` for any word.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 100)]
    matched: Option<String>,
}

impl From<Entry> for OperatorSetEntry {
    fn from(entry: Entry) -> Self {
        Self {
            slug: entry.name.slug,
            version: entry.name.version,
            status: entry.standing.as_str().to_owned(),
            created_at: entry.created_at,
            updated_at: entry.updated_at,
            published_at: entry.published_at,
            retired_at: entry.retired_at,
        }
    }
}

impl From<Vec<Entry>> for OperatorSetList {
    fn from(entries: Vec<Entry>) -> Self {
        Self { data: entries.into_iter().map(OperatorSetEntry::from).collect() }
    }
}

impl OperatorSetView {
    /// A version, with what was found in it.
    #[must_use]
    pub fn new(made: Made, findings: Vec<Finding>) -> Self {
        let (set, words) = (made.document.set, made.document.words);
        Self { entry: made.entry.into(), set, words, findings: findings.into_iter().map(FindingView::from).collect() }
    }
}

impl From<Vec<Finding>> for LintView {
    fn from(findings: Vec<Finding>) -> Self {
        let publishable = findings.iter().all(|one| !one.refuses);
        Self { publishable, findings: findings.into_iter().map(FindingView::from).collect() }
    }
}

impl From<Finding> for FindingView {
    fn from(found: Finding) -> Self {
        Self {
            pointer: found.pointer,
            code: found.code.to_owned(),
            refuses: found.refuses,
            detail: found.detail.to_owned(),
            matched: found.entry.map(str::to_owned),
        }
    }
}
