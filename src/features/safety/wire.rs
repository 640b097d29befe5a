//! The screen and its answers as they travel.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::model::{Answered, Answers};
use crate::content::{Consequence, Localised, SafetyAnswer, SafetyScreen, ScreenItem, ScreenWords};
use crate::kernel::{FieldError, Fields};

mod screen;

pub use screen::{NamedText, OutcomeView, ScreenView};

/// Where help is, whatever was answered.
pub const RESOURCES: &str = "/v1/safety/resources";

/// An answer to one item, sent and returned alike.
#[derive(Clone, Debug, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = SafetyAnswer, example = json!({"item": "afraid", "answer": "no"}))]
pub struct AnswerBody {
    /// The item's id in the screen.
    #[schema(min_length = 1, max_length = 40, pattern = "^[a-z][a-z0-9_-]*$")]
    item: String,
    #[schema(inline)]
    answer: AnswerWord,
}

/// What an item is answered with.
#[derive(Clone, Copy, Debug, Deserialize, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum AnswerWord {
    Yes,
    No,
    PreferNotToSay,
}

impl From<AnswerWord> for SafetyAnswer {
    fn from(word: AnswerWord) -> Self {
        match word {
            AnswerWord::Yes => Self::Yes,
            AnswerWord::No => Self::No,
            AnswerWord::PreferNotToSay => Self::PreferNotToSay,
        }
    }
}

impl From<SafetyAnswer> for AnswerWord {
    fn from(answer: SafetyAnswer) -> Self {
        match answer {
            SafetyAnswer::Yes => Self::Yes,
            SafetyAnswer::No => Self::No,
            SafetyAnswer::PreferNotToSay => Self::PreferNotToSay,
        }
    }
}

/// All answers about one relationship; they take the place of those before.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"answers": [{"item": "afraid", "answer": "no"}, {"item": "say_no", "answer": "yes"}]}))]
pub struct PutSafetyAnswers {
    /// In any order; what is left out counts as `prefer_not_to_say`.
    #[schema(max_items = 20)]
    pub answers: Vec<AnswerBody>,
}

/// Answers that are answers to this screen, each item once.
pub fn parse(answers: &[AnswerBody], screen: &SafetyScreen) -> Result<Answers, Vec<FieldError>> {
    let (mut fields, mut read) = (Fields::default(), Answers::default());
    for (place, one) in answers.iter().enumerate() {
        let pointer = format!("/answers/{place}/item");
        if !screen.has_item(&one.item) {
            fields.push(pointer, "unknown_item", "The screen asks nothing under this id.");
        } else if read.0.insert(one.item.clone(), one.answer.into()).is_some() {
            fields.push(pointer, "duplicate_item", "An earlier answer is to this item.");
        }
    }
    fields.finish(Some(read))
}

fn bodies(answers: Answers) -> Vec<AnswerBody> {
    answers.0.into_iter().map(|(item, answer)| AnswerBody { item, answer: answer.into() }).collect()
}

/// What was answered about one relationship, and what follows from it. Where nothing was, the list is empty.
#[derive(Serialize, ToSchema)]
#[schema(as = SafetyAnswers, example = json!({
    "answers": [{"item": "afraid", "answer": "no"}, {"item": "say_no", "answer": "yes"}],
    "outcome": {
        "id": "careful", "coaching": true, "title": "Some answers are open, and that is fine",
        "text": "To be on the safe side, we leave out ideas about stepping back.", "topics_first": [],
        "withheld_practices": ["step-back-test"], "withheld_openers": true, "withheld_guide": ["unbalanced"]
    },
    "resources": "/v1/safety/resources", "language": "en"
}))]
pub struct SafetyAnswersView {
    #[schema(max_items = 20)]
    answers: Vec<AnswerBody>,
    outcome: OutcomeView,
    /// Where help is, whatever was answered.
    #[schema(max_length = 100)]
    resources: &'static str,
    /// The language of the texts: a BCP 47 tag.
    #[schema(max_length = 35)]
    language: String,
}

impl SafetyAnswersView {
    /// Some answers with what follows from them, said in a language.
    #[must_use]
    pub fn new(answers: Answers, consequence: Consequence<'_>, said: &Localised<'_, ScreenWords>) -> Self {
        Self {
            outcome: OutcomeView::new(consequence.outcome, consequence.text, said.words),
            answers: bodies(answers),
            resources: RESOURCES,
            language: said.language.to_owned(),
        }
    }
}

/// The answers about one relationship, in an export that asked for them.
#[derive(Serialize, ToSchema)]
#[schema(example = json!({
    "relationship_id": "01980000-0000-7000-8000-000000000001", "answers": [{"item": "afraid", "answer": "no"}]
}))]
pub struct ExportedSafetyAnswers {
    relationship_id: Uuid,
    #[schema(max_items = 20)]
    answers: Vec<AnswerBody>,
}

impl From<Answered> for ExportedSafetyAnswers {
    fn from(found: Answered) -> Self {
        Self { relationship_id: found.relationship.0, answers: bodies(found.answers) }
    }
}

/// Which answers to an item lead where, as words.
fn words(answers: &[SafetyAnswer]) -> Vec<AnswerWord> {
    answers.iter().copied().map(AnswerWord::from).collect()
}

/// What an item leads to: nothing but help, and some ideas left out.
fn leads(item: &ScreenItem) -> [Vec<AnswerWord>; 2] {
    [words(&item.resources_only_on), words(&item.careful_on)]
}
