//! Question sets as they travel: an entry in a list, and the whole set with its items and scales.

use serde::Serialize;
use utoipa::ToSchema;

use crate::content::{Choices, EnableWhen, Item, QuestionSet, Scale, ScaleOption, Translation, Words};

/// Seconds an item takes to read and answer: a round figure, said to be one.
const SECONDS_AN_ITEM: u32 = 10;

// Bounds the members of a list in the document; nothing is ever made of it.
#[derive(ToSchema)]
#[schema(max_length = 40)]
#[expect(dead_code, reason = "for the document alone")]
struct Word(String);

/// A question set in a list.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({
    "slug": "after-interaction-pulse", "version": 1, "title": "Right after: a short check",
    "description": "Six short lines for the moment after a date, a call or a visit.", "purpose": "after_interaction",
    "kinds": ["dating", "partner", "family", "friend"], "item_count": 6, "minutes": 1, "language": "en"
}))]
pub struct QuestionSetSummary {
    /// Stable name, the same in every version.
    #[schema(max_length = 40)]
    slug: String,
    /// The newest version; from 1, rising.
    #[schema(minimum = 1, maximum = 10_000)]
    version: u32,
    #[schema(max_length = 200)]
    title: String,
    #[schema(max_length = 1_000)]
    description: String,
    /// overview, `in_depth`, `after_interaction`, weekly, monthly, `over_functioning`, repair, trust, mutual or boundaries
    #[schema(max_length = 40)]
    purpose: String,
    /// The kinds of relationship it is written for: dating, partner, family or friend
    #[schema(max_items = 20, value_type = Vec<Word>, inline)]
    kinds: Vec<String>,
    /// Questions in the set; some are asked only after certain answers.
    #[schema(minimum = 1, maximum = 40)]
    item_count: u32,
    /// About how long it takes, at ten seconds a question.
    #[schema(minimum = 1, maximum = 60)]
    minutes: u32,
    /// The language of title and description: a BCP 47 tag.
    #[schema(max_length = 35)]
    language: String,
}

/// The question sets that fit.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({"data": [{
    "slug": "after-interaction-pulse", "version": 1, "title": "Right after: a short check",
    "description": "Six short lines for the moment after a date, a call or a visit.", "purpose": "after_interaction",
    "kinds": ["dating", "partner", "family", "friend"], "item_count": 6, "minutes": 1, "language": "en"
}]}))]
pub struct QuestionSetList {
    #[schema(max_items = 200)]
    pub data: Vec<QuestionSetSummary>,
}

/// One version of a question set, in one language. It never changes once it is served.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = QuestionSet, example = json!({
    "slug": "after-interaction-pulse", "version": 1, "title": "Right after: a short check",
    "description": "Six short lines for the moment after a date, a call or a visit.", "purpose": "after_interaction",
    "kinds": ["dating", "partner", "family", "friend"], "item_count": 2, "minutes": 1, "language": "en", "languages": ["en"],
    "instructions": "Think only of the time you have just spent together.", "recall_period_days": 1, "reading_age": 12,
    "minimum_answered_share": 0.5, "reliability": "provisional",
    "choices": {"skip": "Skip", "prefer_not_to_say": "Prefer not to say"},
    "items": [
        {"id": "es-give-1", "text": "I listened closely to what they said.", "dimension": "emotional_support", "perspective": "giving",
         "mirror": "es-receive-1", "reverse_keyed": false, "scale": "extent", "skip_allowed": true},
        {"id": "es-receive-1", "text": "They listened closely to what I said.", "dimension": "emotional_support",
         "perspective": "receiving", "mirror": "es-give-1", "reverse_keyed": false, "scale": "extent", "skip_allowed": true}
    ],
    "scales": [{"id": "extent", "options": [{"value": 0, "code": "not_at_all", "label": "Not at all"}, {"value": 1, "code": "fully", "label": "Fully"}]}],
    "licence": "MIT OR Apache-2.0", "evidence_note": "Nobody has measured the items yet. Not a clinical instrument."
}))]
pub struct QuestionSetView {
    #[serde(flatten)]
    summary: QuestionSetSummary,
    /// The languages this version has: BCP 47 tags.
    #[schema(max_items = 200, value_type = Vec<Word>, inline)]
    languages: Vec<String>,
    /// What to show before the first question.
    #[schema(max_length = 2_000)]
    instructions: String,
    /// How many days back the questions ask.
    #[schema(minimum = 1, maximum = 90)]
    recall_period_days: u32,
    /// The age in years at which a reader should follow every question.
    #[schema(minimum = 10, maximum = 16)]
    reading_age: u8,
    /// The share of the questions asked that a figure needs.
    #[schema(minimum = 0.5, maximum = 1)]
    minimum_answered_share: f64,
    /// provisional (assumed, nobody has measured it) or measured (on a sample that the evidence note describes)
    #[schema(max_length = 40)]
    reliability: String,
    choices: ChoiceLabels,
    /// In the order they are asked.
    #[schema(max_items = 40)]
    items: Vec<QuestionSetItem>,
    #[schema(max_items = 40)]
    scales: Vec<QuestionSetScale>,
    /// SPDX expression.
    #[schema(max_length = 100)]
    licence: String,
    /// What the set rests on and what is not known about it: for developers, in English.
    #[schema(max_length = 1_000)]
    evidence_note: String,
}

/// Labels for the two ways of not answering.
#[derive(Debug, Serialize, ToSchema)]
pub struct ChoiceLabels {
    #[schema(max_length = 100)]
    skip: String,
    #[schema(max_length = 100)]
    prefer_not_to_say: String,
}

/// One question.
#[derive(Debug, Serialize, ToSchema)]
pub struct QuestionSetItem {
    /// Unique in the set; what an answer names.
    #[schema(max_length = 40)]
    id: String,
    #[schema(max_length = 500)]
    text: String,
    /// `emotional_support`, celebration, initiation, repair, appreciation, `practical_help`, `promises_kept` or `needs_met`;
    /// absent for experience that belongs to none.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 40)]
    dimension: Option<String>,
    /// giving (what I do for them), receiving (what they do for me), `they_would_say` (what they would answer) or self
    #[schema(max_length = 40)]
    perspective: String,
    /// The same question with the two people swapped.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 40)]
    mirror: Option<String>,
    /// The question that this one sees through the other person's eyes.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 40)]
    reviews: Option<String>,
    /// Whether a higher answer means less of the dimension; scoring turns it round.
    reverse_keyed: bool,
    /// The id of its scale.
    #[schema(max_length = 40)]
    scale: String,
    /// Whether it may be skipped; "prefer not to say" is always possible.
    skip_allowed: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    enable_when: Option<EnableCondition>,
}

/// Ask the question only where an earlier one has a fitting answer; skipped or not said does not fit.
#[derive(Debug, Serialize, ToSchema)]
pub struct EnableCondition {
    /// The earlier question.
    #[schema(max_length = 40)]
    item: String,
    /// equals, `at_least` or `at_most`
    #[schema(max_length = 40)]
    operator: String,
    #[schema(minimum = -10, maximum = 10)]
    value: i32,
}

/// An answer scale.
#[derive(Debug, Serialize, ToSchema)]
pub struct QuestionSetScale {
    /// Unique in the set.
    #[schema(max_length = 40)]
    id: String,
    /// Lowest first, one scale point apart.
    #[schema(max_items = 11)]
    options: Vec<QuestionSetOption>,
}

/// One answer on a scale.
#[derive(Debug, Serialize, ToSchema)]
pub struct QuestionSetOption {
    /// What an answer carries, in scale points.
    #[schema(minimum = -10, maximum = 10)]
    value: i32,
    /// The same in every language.
    #[schema(max_length = 40)]
    code: String,
    #[schema(max_length = 100)]
    label: String,
}

impl QuestionSetSummary {
    /// The set as a reader of this translation sees it in a list.
    #[must_use]
    pub fn of(set: &QuestionSet, translation: &Translation) -> Self {
        let (definition, words) = (set.definition(), translation.words());
        // A set has at most 40 items.
        let item_count = u32::try_from(definition.items.len()).unwrap_or(u32::MAX);
        Self {
            slug: definition.slug.clone(),
            version: definition.version,
            title: words.title.clone(),
            description: words.description.clone(),
            purpose: definition.purpose.to_string(),
            kinds: definition.relationship_kinds.iter().map(ToString::to_string).collect(),
            item_count,
            minutes: item_count.saturating_mul(SECONDS_AN_ITEM).div_ceil(60),
            language: translation.language().to_owned(),
        }
    }
}

impl QuestionSetView {
    /// The whole set as a reader of this translation sees it.
    #[must_use]
    pub fn of(set: &QuestionSet, translation: &Translation) -> Self {
        let (definition, words) = (set.definition(), translation.words());
        Self {
            summary: QuestionSetSummary::of(set, translation),
            languages: set.languages().map(str::to_owned).collect(),
            instructions: words.instructions.clone(),
            recall_period_days: definition.recall_period_days,
            reading_age: definition.reading_age,
            minimum_answered_share: definition.scoring.minimum_answered_share,
            reliability: definition.scoring.reliability_status.to_string(),
            choices: ChoiceLabels::from(&words.choices),
            items: definition.items.iter().map(|item| QuestionSetItem::of(item, words)).collect(),
            scales: definition.scales.iter().map(|scale| QuestionSetScale::of(scale, words)).collect(),
            licence: definition.licence.clone(),
            evidence_note: definition.evidence_note.clone(),
        }
    }
}

impl QuestionSetItem {
    fn of(item: &Item, words: &Words) -> Self {
        Self {
            id: item.id.clone(),
            text: words.item(&item.id).unwrap_or_default().to_owned(),
            dimension: item.dimension.map(|dimension| dimension.to_string()),
            perspective: item.perspective.to_string(),
            mirror: item.mirror.clone(),
            reviews: item.reviews.clone(),
            reverse_keyed: item.reverse,
            scale: item.scale.clone(),
            skip_allowed: item.optional,
            enable_when: item.enable_when.as_ref().map(EnableCondition::from),
        }
    }
}

impl QuestionSetScale {
    fn of(scale: &Scale, words: &Words) -> Self {
        let option = |option: &ScaleOption| QuestionSetOption {
            value: option.value,
            code: option.code.clone(),
            label: words.label(&scale.id, &option.code).unwrap_or_default().to_owned(),
        };
        Self { id: scale.id.clone(), options: scale.options.iter().map(option).collect() }
    }
}

impl From<&Choices> for ChoiceLabels {
    fn from(choices: &Choices) -> Self {
        Self { skip: choices.skip.clone(), prefer_not_to_say: choices.prefer_not_to_say.clone() }
    }
}

impl From<&EnableWhen> for EnableCondition {
    fn from(condition: &EnableWhen) -> Self {
        Self { item: condition.item.clone(), operator: condition.operator.to_string(), value: condition.value }
    }
}
