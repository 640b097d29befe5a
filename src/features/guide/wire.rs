//! The guide as it travels: a question in the list, and a question with its answers.

use serde::Serialize;
use utoipa::ToSchema;

use crate::content::{GuideAnswer, GuideLinks, GuidePage, GuideWords, Localised, RelationshipKind};

// Bounds the members of a list in the document; nothing is ever made of it.
#[derive(ToSchema)]
#[schema(max_length = 40)]
#[expect(dead_code, reason = "for the document alone")]
struct Word(String);

/// A question of the guide in the list.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({
    "question": "unbalanced", "version": 1, "title": "What can I do when it is unbalanced?",
    "kinds": ["dating", "partner", "family", "friend"], "language": "en"
}))]
pub struct GuideSummary {
    /// Stable name: healthy-tie, invested, missing, foster or unbalanced
    #[schema(max_length = 40)]
    question: String,
    /// From 1, rising whenever it changes.
    #[schema(minimum = 1, maximum = 10_000)]
    version: u32,
    /// The question, as a person would ask it.
    #[schema(max_length = 200)]
    title: String,
    /// The kinds of relationship it is answered for: dating, partner, family or friend
    #[schema(max_items = 20, value_type = Vec<Word>, inline)]
    kinds: Vec<String>,
    /// The language of the words: a BCP 47 tag.
    #[schema(max_length = 35)]
    language: String,
}

/// The questions of the guide.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({"data": [{
    "question": "unbalanced", "version": 1, "title": "What can I do when it is unbalanced?",
    "kinds": ["dating", "partner", "family", "friend"], "language": "en"
}]}))]
pub struct GuideList {
    #[schema(max_items = 20)]
    pub data: Vec<GuideSummary>,
}

/// A question of the guide with its answers, in one language.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = GuidePage, example = json!({
    "question": "unbalanced", "version": 1, "title": "What can I do when it is unbalanced?",
    "kinds": ["dating", "partner", "family", "friend"], "language": "en", "languages": ["en", "de", "es", "fr", "pt-BR"],
    "safety": "If you are afraid of them, or cannot safely say no, this is not about balance. Leave the rest and look at the help near you.",
    "answers": [{
        "kind": "friend", "short": "Say that you miss them and what you would like, and give them time to answer.",
        "points": [{"id": "lighter", "text": "A friendship may become lighter for a while. It need not end."}],
        "practices": ["speaking-up"], "question_sets": ["friendship-check"]
    }],
    "licence": "MIT OR Apache-2.0"
}))]
pub struct GuidePageView {
    #[serde(flatten)]
    summary: GuideSummary,
    /// The languages it has: BCP 47 tags.
    #[schema(max_items = 200, value_type = Vec<Word>, inline)]
    languages: Vec<String>,
    /// To be shown with every answer: fear is no matter of balance.
    #[schema(max_length = 1_000)]
    safety: String,
    /// By kind of relationship; one where a kind was asked for.
    #[schema(max_items = 20)]
    answers: Vec<GuideAnswerView>,
    /// SPDX expression.
    #[schema(max_length = 100)]
    licence: String,
}

/// The answer for one kind of relationship.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = GuideAnswer)]
pub struct GuideAnswerView {
    /// dating, partner, family or friend
    #[schema(max_length = 40)]
    kind: String,
    /// In a few sentences.
    #[schema(max_length = 1_000)]
    short: String,
    /// In the order in which they are read.
    #[schema(max_items = 6)]
    points: Vec<GuidePoint>,
    /// Practices to go on with, by name (`/v1/practices/{slug}`).
    #[schema(max_items = 20, value_type = Vec<Word>, inline)]
    practices: Vec<String>,
    /// Question sets to go on with, by name (`/v1/question-sets/{slug}`).
    #[schema(max_items = 20, value_type = Vec<Word>, inline)]
    question_sets: Vec<String>,
}

/// One point of an answer.
#[derive(Debug, Serialize, ToSchema)]
pub struct GuidePoint {
    /// Unique in the answer.
    #[schema(max_length = 40)]
    id: String,
    #[schema(max_length = 500)]
    text: String,
}

impl GuideSummary {
    /// The question as a reader of these words sees it in the list.
    #[must_use]
    pub fn of(page: &GuidePage, localised: &Localised<'_, GuideWords>) -> Self {
        let definition = page.definition();
        Self {
            question: definition.question.to_string(),
            version: definition.version,
            title: localised.words.question.clone(),
            kinds: definition.relationship_kinds.iter().map(ToString::to_string).collect(),
            language: localised.language.to_owned(),
        }
    }
}

impl GuidePageView {
    /// The question with the answers for a kind of relationship, or for all, as a reader of these words sees it.
    #[must_use]
    pub fn of(page: &GuidePage, localised: &Localised<'_, GuideWords>, kind: Option<RelationshipKind>) -> Self {
        let (definition, words) = (page.definition(), localised.words);
        let asked = definition.answers.iter().filter(|(answered, _)| kind.is_none_or(|kind| kind == **answered));
        let answers = asked.filter_map(|(kind, links)| Some(GuideAnswerView::of(*kind, links, words.answers.get(kind)?)));
        Self {
            summary: GuideSummary::of(page, localised),
            languages: page.words().languages().map(str::to_owned).collect(),
            safety: words.safety.clone(),
            answers: answers.collect(),
            licence: definition.licence.clone(),
        }
    }
}

impl GuideAnswerView {
    fn of(kind: RelationshipKind, links: &GuideLinks, answer: &GuideAnswer) -> Self {
        let text = |id: &String| answer.points.get(id).cloned().unwrap_or_default();
        Self {
            kind: kind.to_string(),
            short: answer.short.clone(),
            points: links.points.iter().map(|id| GuidePoint { id: id.clone(), text: text(id) }).collect(),
            practices: links.practices.clone(),
            question_sets: links.question_sets.clone(),
        }
    }
}
