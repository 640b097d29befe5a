//! Retention as it travels.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::model::{Change, Class, Event, Kept, Line};
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
    /// Promises, plans, needs and repairs, by their local date.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 1, maximum = 36500)]
    records_days: Option<i32>,
    /// Responses, by their local date.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 1, maximum = 36500)]
    question_set_responses_days: Option<i32>,
    /// Assessments, by when they were computed.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 1, maximum = 36500)]
    assessments_days: Option<i32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 30, maximum = 90)]
    access_log_days: Option<i32>,
    /// The history of what was dropped. That these settings were changed is told of for good.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 90, maximum = 36500)]
    history_days: Option<i32>,
}

impl From<Kept> for RetentionView {
    fn from(kept: Kept) -> Self {
        Self {
            interactions_days: kept.interactions,
            notes_days: kept.notes,
            records_days: kept.records,
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
    records_days: Option<Option<i32>>,
    #[serde(default, deserialize_with = "patched")]
    #[schema(value_type = Option<i32>, minimum = 1, maximum = 36500)]
    question_set_responses_days: Option<Option<i32>>,
    #[serde(default, deserialize_with = "patched")]
    #[schema(value_type = Option<i32>, minimum = 1, maximum = 36500)]
    assessments_days: Option<Option<i32>>,
    #[serde(default, deserialize_with = "patched")]
    #[schema(value_type = Option<i32>, minimum = 30, maximum = 90)]
    access_log_days: Option<Option<i32>>,
    #[serde(default, deserialize_with = "patched")]
    #[schema(value_type = Option<i32>, minimum = 90, maximum = 36500)]
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
            records: days(Class::Records, self.records_days),
            responses: days(Class::Responses, self.question_set_responses_days),
            assessments: days(Class::Assessments, self.assessments_days),
            access_log: days(Class::AccessLog, self.access_log_days),
            history: days(Class::History, self.history_days),
        };
        fields.finish(Some(change))
    }
}

/// Something was dropped because its time was over, or it was changed for how long a class is kept.
#[derive(Serialize, ToSchema)]
#[schema(as = RetentionLine, example = json!({"event": "dropped", "class": "notes", "count": 12, "applied_at": "2026-03-01T12:00:00Z"}))]
pub struct LineView {
    /// dropped or changed
    #[schema(max_length = 40)]
    event: &'static str,
    /// interactions, notes, records, `question_set_responses`, assessments, `access_log` or history
    #[schema(max_length = 40)]
    class: &'static str,
    /// How many were dropped; only there where something was.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 1)]
    count: Option<i64>,
    /// For how many days it is kept since the change; absent there, it is kept as long as can be.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 1, maximum = 36500)]
    days: Option<i32>,
    applied_at: DateTime<Utc>,
}

impl From<Line> for LineView {
    fn from(line: Line) -> Self {
        let (event, count, days) = match line.event {
            Event::Dropped(count) => ("dropped", Some(count), None),
            Event::Changed(days) => ("changed", None, days),
        };
        Self { event, class: line.class.as_str(), count, days, applied_at: line.applied_at }
    }
}

/// A page of the history.
#[derive(Serialize, ToSchema)]
#[schema(as = RetentionPage)]
pub struct LinePage {
    #[schema(max_items = 200)]
    pub data: Vec<LineView>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 500)]
    pub next_cursor: Option<String>,
}
