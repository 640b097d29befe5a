//! Responses as they travel: requests, answers, and how a request becomes a submission that can be checked against its set.

mod change;
mod rotation;
mod scores;

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::model::{Change, Comparison, MAX_ANSWERS, Response, Status, Submission};
use crate::api::body::present;
use crate::content::{self, AnswerValue, Scored};
use crate::kernel::{FieldError, Fields};
pub use change::ResponseChangeView;
pub use rotation::{QuestionSetTurn, QuestionSetTurnList};
pub use scores::{AnswerCounts, DimensionScoreView, MeasureScoreView, PerspectiveGapView, ScoresView, SideScoreView};

/// An answer to one item, sent and returned alike. Exactly one of `value`, `skipped` and `prefer_not_to_say` is there.
#[derive(Clone, Debug, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = Answer, example = json!({"item": "es-give-1", "value": 3}))]
pub struct AnswerBody {
    /// The item's id in the question set.
    #[schema(min_length = 1, max_length = 40, pattern = "^[a-z][a-z0-9_-]*$")]
    item: String,
    /// The value of an option of the item's scale.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    #[schema(minimum = -10, maximum = 10)]
    value: Option<i32>,
    /// True where the item was passed over.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    skipped: Option<bool>,
    /// True where an answer was declined.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    prefer_not_to_say: Option<bool>,
}

/// A new response.
#[derive(Debug, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = CreateQuestionSetResponse, example = json!({
    "question_set": "reciprocity-check", "answers": [{"item": "cel-give-1", "value": 4}, {"item": "cel-receive-1", "skipped": true}]
}))]
pub struct CreateResponse {
    /// Chosen by the client if it likes: any UUID but nil and max.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    pub id: Option<Uuid>,
    /// The slug of the question set.
    #[schema(min_length = 1, max_length = 40, pattern = "^[a-z][a-z0-9_-]*$")]
    question_set: String,
    /// The version of the question set that was shown; without it the newest. Fixed from then on.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 1, maximum = 10_000)]
    version: Option<u32>,
    /// In any order; items may be missing. Each must be open under the other answers (`enable_when`).
    #[serde(default)]
    #[schema(max_items = 40)]
    answers: Vec<AnswerBody>,
    /// `in_progress` unless said otherwise; a completed response is scored and does not change any more.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    #[schema(inline)]
    status: Option<ResponseStatusWord>,
    /// The day it is about; without it today in the account's time zone. Not before 1970-01-01 and not after tomorrow.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    local_date: Option<NaiveDate>,
}

/// How far a response is.
#[derive(Clone, Copy, Debug, Deserialize, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ResponseStatusWord {
    InProgress,
    Completed,
}

/// What to change in a response in progress: absent stays, the answers are replaced as a whole, completed ends it.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = UpdateQuestionSetResponse, example = json!({"status": "completed"}))]
pub struct UpdateResponse {
    /// All answers, the old ones too (RFC 7396 replaces arrays).
    #[serde(default, deserialize_with = "present")]
    #[schema(nullable = false, max_items = 40)]
    answers: Option<Vec<AnswerBody>>,
    #[serde(default, deserialize_with = "present")]
    #[schema(inline, nullable = false)]
    status: Option<ResponseStatusWord>,
    #[serde(default, deserialize_with = "present")]
    #[schema(nullable = false)]
    local_date: Option<NaiveDate>,
}

/// Answers to one version of a question set, about one relationship.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = QuestionSetResponse, example = json!({
    "id": "01980000-0000-7000-8000-000000000003", "relationship_id": "01980000-0000-7000-8000-000000000001",
    "question_set": "reciprocity-check", "version": 1, "status": "in_progress",
    "answers": [{"item": "cel-give-1", "value": 4}, {"item": "cel-receive-1", "skipped": true}], "local_date": "2026-03-01",
    "created_at": "2026-03-01T12:00:00Z", "updated_at": "2026-03-01T12:00:00Z"
}))]
pub struct ResponseView {
    id: Uuid,
    relationship_id: Uuid,
    /// The slug of the question set.
    #[schema(max_length = 40)]
    question_set: String,
    /// The version of the question set, fixed when the response was begun.
    #[schema(minimum = 1, maximum = 10_000)]
    version: u32,
    /// `in_progress` or completed
    #[schema(max_length = 40)]
    status: String,
    /// In the order they were sent.
    #[schema(max_items = 40)]
    answers: Vec<AnswerBody>,
    local_date: NaiveDate,
    #[serde(skip_serializing_if = "Option::is_none")]
    completed_at: Option<DateTime<Utc>>,
    /// The figures of a completed response.
    #[serde(skip_serializing_if = "Option::is_none")]
    scores: Option<ScoresView>,
    created_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
}

/// A page of responses.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = QuestionSetResponsePage, example = json!({"data": [{
    "id": "01980000-0000-7000-8000-000000000003", "relationship_id": "01980000-0000-7000-8000-000000000001",
    "question_set": "reciprocity-check", "version": 1, "status": "in_progress",
    "answers": [{"item": "cel-give-1", "value": 4}], "local_date": "2026-03-01",
    "created_at": "2026-03-01T12:00:00Z", "updated_at": "2026-03-01T12:00:00Z"
}]}))]
pub struct ResponsePage {
    #[schema(max_items = 200)]
    pub data: Vec<ResponseView>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 500)]
    pub next_cursor: Option<String>,
}

impl CreateResponse {
    /// The request for this, however it came in.
    #[must_use]
    pub fn new(
        id: Option<Uuid>,
        question_set: &str,
        version: Option<u32>,
        answers: Vec<content::Answer>,
        status: Status,
        local_date: Option<NaiveDate>,
    ) -> Self {
        let status = match status {
            Status::InProgress => ResponseStatusWord::InProgress,
            Status::Completed => ResponseStatusWord::Completed,
        };
        let answers = answers.into_iter().map(AnswerBody::from).collect();
        Self { id, question_set: question_set.to_owned(), version, answers, status: Some(status), local_date }
    }

    /// Checks the form; whether the answers fit the set is for the service to say.
    pub fn parse(self) -> Result<Submission, Vec<FieldError>> {
        let mut fields = Fields::default();
        let submission = Submission {
            question_set: self.question_set,
            version: self.version,
            answers: answers(&mut fields, self.answers),
            status: self.status.map_or(Status::InProgress, Status::from),
            local_date: self.local_date,
        };
        fields.finish(Some(submission))
    }
}

impl UpdateResponse {
    /// Checks the form of every member that is there.
    pub fn parse(self) -> Result<Change, Vec<FieldError>> {
        let mut fields = Fields::default();
        let change = Change {
            answers: self.answers.map(|list| answers(&mut fields, list)),
            status: self.status.map(Status::from),
            local_date: self.local_date,
        };
        fields.finish(Some(change))
    }
}

fn answers(fields: &mut Fields, list: Vec<AnswerBody>) -> Vec<content::Answer> {
    if list.len() > MAX_ANSWERS {
        fields.push("/answers", "too_many", format!("At most {MAX_ANSWERS} answers are accepted."));
        return Vec::new();
    }
    let mut read = Vec::with_capacity(list.len());
    for (index, answer) in list.into_iter().enumerate() {
        match answer.parse() {
            Some(answer) => read.push(answer),
            None => fields.push(
                format!("/answers/{index}"),
                "one_answer",
                "Exactly one of value, skipped: true and prefer_not_to_say: true belongs here.",
            ),
        }
    }
    read
}

impl AnswerBody {
    /// `false` says the same as leaving the member out.
    fn parse(self) -> Option<content::Answer> {
        let value = match (self.value, self.skipped.unwrap_or(false), self.prefer_not_to_say.unwrap_or(false)) {
            (Some(value), false, false) => AnswerValue::Chosen(value),
            (None, true, false) => AnswerValue::Skipped,
            (None, false, true) => AnswerValue::PreferNotToSay,
            (Some(_), true, _) | (Some(_), _, true) | (None, true, true) | (None, false, false) => return None,
        };
        Some(content::Answer { item_id: self.item, value })
    }
}

impl From<content::Answer> for AnswerBody {
    fn from(answer: content::Answer) -> Self {
        let bare = Self { item: answer.item_id, value: None, skipped: None, prefer_not_to_say: None };
        match answer.value {
            AnswerValue::Chosen(value) => Self { value: Some(value), ..bare },
            AnswerValue::Skipped => Self { skipped: Some(true), ..bare },
            AnswerValue::PreferNotToSay => Self { prefer_not_to_say: Some(true), ..bare },
        }
    }
}

impl From<ResponseStatusWord> for Status {
    fn from(word: ResponseStatusWord) -> Self {
        match word {
            ResponseStatusWord::InProgress => Self::InProgress,
            ResponseStatusWord::Completed => Self::Completed,
        }
    }
}

impl ResponseView {
    /// A stored response with its figures, where it has any.
    #[must_use]
    pub fn of(found: Response, scored: Option<Scored>) -> Self {
        let details = found.details;
        Self {
            id: found.id.0,
            relationship_id: found.relationship.0,
            question_set: details.question_set,
            version: details.question_set_version,
            status: details.status.as_str().to_owned(),
            answers: details.answers.into_iter().map(AnswerBody::from).collect(),
            local_date: details.local_date,
            completed_at: found.completed_at,
            scores: scored.map(ScoresView::from),
            created_at: found.created_at,
            updated_at: found.updated_at,
        }
    }
}
