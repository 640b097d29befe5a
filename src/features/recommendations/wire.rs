//! Practices that are not to be suggested, as they travel.

use chrono::{DateTime, Utc};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::model::NotForMe;

/// A practice that is not to be suggested.
#[derive(Serialize, ToSchema)]
#[schema(as = NotForMe, example = json!({"practice": "daily-check-in", "decided_at": "2026-03-01T12:00:00Z"}))]
pub struct NotForMeView {
    /// The practice's name, in whatever version.
    #[schema(max_length = 40)]
    practice: String,
    decided_at: DateTime<Utc>,
}

impl From<NotForMe> for NotForMeView {
    fn from(one: NotForMe) -> Self {
        Self { practice: one.practice, decided_at: one.decided_at }
    }
}

/// The practices that are not to be suggested in a relationship, by name.
#[derive(Serialize, ToSchema)]
#[schema(example = json!({"data": [{"practice": "daily-check-in", "decided_at": "2026-03-01T12:00:00Z"}]}))]
pub struct NotForMeList {
    #[schema(max_items = 100)]
    pub data: Vec<NotForMeView>,
}

/// A practice that is not to be suggested, and in which relationship.
#[derive(Serialize, ToSchema)]
#[schema(example = json!({
    "relationship_id": "01980000-0000-7000-8000-000000000001", "practice": "daily-check-in", "decided_at": "2026-03-01T12:00:00Z"
}))]
pub struct ExportedNotForMe {
    relationship_id: Uuid,
    #[schema(max_length = 40)]
    practice: String,
    decided_at: DateTime<Utc>,
}

impl From<NotForMe> for ExportedNotForMe {
    fn from(one: NotForMe) -> Self {
        Self { relationship_id: one.relationship.0, practice: one.practice, decided_at: one.decided_at }
    }
}
