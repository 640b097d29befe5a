//! Retention as it travels.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::model::{Change, Class, Dropped, Kept};
use crate::api::body::patched;
use crate::kernel::{FieldError, Fields};

/// How many days each class is kept. An absent member means for ever; for the access log, 90 days.
#[derive(Serialize, ToSchema)]
#[expect(clippy::struct_field_names, reason = "numbers carry their unit in the name")]
#[schema(as = Retention, example = json!({"notes_days": 365, "access_log_days": 30}))]
pub struct RetentionView {
    /// Interactions and what they said before, by their local date.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 1, maximum = 36500)]
    interactions_days: Option<i32>,
    /// The notes of interactions, by the interaction's local date; the rest of it stays.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 1, maximum = 36500)]
    notes_days: Option<i32>,
    /// Responses, by their local date.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 1, maximum = 36500)]
    question_set_responses_days: Option<i32>,
    /// Assessments, by when they were computed.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 1, maximum = 36500)]
    assessments_days: Option<i32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 1, maximum = 90)]
    access_log_days: Option<i32>,
    /// The history of what was dropped.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 1, maximum = 36500)]
    history_days: Option<i32>,
}

impl From<Kept> for RetentionView {
    fn from(kept: Kept) -> Self {
        Self {
            interactions_days: kept.interactions,
            notes_days: kept.notes,
            question_set_responses_days: kept.responses,
            assessments_days: kept.assessments,
            access_log_days: kept.access_log,
            history_days: kept.history,
        }
    }
}

/// What to change: absent stays, null keeps for ever.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[expect(clippy::option_option, reason = "the three cases of RFC 7396: absent, null, value")]
#[expect(clippy::struct_field_names, reason = "numbers carry their unit in the name")]
#[schema(example = json!({"notes_days": 365, "assessments_days": null}))]
pub struct UpdateRetention {
    #[serde(default, deserialize_with = "patched")]
    #[schema(value_type = Option<i32>, minimum = 1, maximum = 36500)]
    interactions_days: Option<Option<i32>>,
    #[serde(default, deserialize_with = "patched")]
    #[schema(value_type = Option<i32>, minimum = 1, maximum = 36500)]
    notes_days: Option<Option<i32>>,
    #[serde(default, deserialize_with = "patched")]
    #[schema(value_type = Option<i32>, minimum = 1, maximum = 36500)]
    question_set_responses_days: Option<Option<i32>>,
    #[serde(default, deserialize_with = "patched")]
    #[schema(value_type = Option<i32>, minimum = 1, maximum = 36500)]
    assessments_days: Option<Option<i32>>,
    #[serde(default, deserialize_with = "patched")]
    #[schema(value_type = Option<i32>, minimum = 1, maximum = 90)]
    access_log_days: Option<Option<i32>>,
    #[serde(default, deserialize_with = "patched")]
    #[schema(value_type = Option<i32>, minimum = 1, maximum = 36500)]
    history_days: Option<Option<i32>>,
}

impl UpdateRetention {
    /// Checks every member that is there.
    pub fn parse(&self) -> Result<Change, Vec<FieldError>> {
        let mut fields = Fields::default();
        let mut days = |class: Class, given: Option<Option<i32>>| {
            let pointer = format!("/{}_days", class.as_str());
            given.map(|given| given.and_then(|days| fields.take(&pointer, class.days(days))))
        };
        let change = Change {
            interactions: days(Class::Interactions, self.interactions_days),
            notes: days(Class::Notes, self.notes_days),
            responses: days(Class::Responses, self.question_set_responses_days),
            assessments: days(Class::Assessments, self.assessments_days),
            access_log: days(Class::AccessLog, self.access_log_days),
            history: days(Class::History, self.history_days),
        };
        fields.finish(Some(change))
    }
}

/// Something was dropped because its time was over: how much of which class, and when.
#[derive(Serialize, ToSchema)]
#[schema(as = DroppedClass, example = json!({"class": "notes", "count": 12, "applied_at": "2026-03-01T12:00:00Z"}))]
pub struct DroppedView {
    /// interactions, notes, `question_set_responses`, assessments, `access_log` or history
    #[schema(max_length = 40)]
    class: &'static str,
    #[schema(minimum = 1)]
    count: i64,
    applied_at: DateTime<Utc>,
}

impl From<Dropped> for DroppedView {
    fn from(dropped: Dropped) -> Self {
        Self { class: dropped.class.as_str(), count: dropped.count, applied_at: dropped.applied_at }
    }
}

/// A page of what was dropped.
#[derive(Serialize, ToSchema)]
pub struct DroppedPage {
    #[schema(max_items = 200)]
    pub data: Vec<DroppedView>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 500)]
    pub next_cursor: Option<String>,
}
