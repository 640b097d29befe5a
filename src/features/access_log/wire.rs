//! A line of the access log as it is answered.

use chrono::{DateTime, Utc};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::model::Access;

/// A session read something of a class in an hour.
#[derive(Serialize, ToSchema)]
#[schema(as = Access, example = json!({
    "hour": "2026-03-01T12:00:00Z", "session_id": "01980000-0000-7000-8000-0000000000b1", "class": "assessments"
}))]
pub struct AccessView {
    /// The hour's beginning, in UTC.
    hour: DateTime<Utc>,
    /// Whose read it was; one of the sessions, or one that has ended.
    session_id: Uuid,
    /// The grant that the session came by, where it came by one.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    grant_id: Option<Uuid>,
    /// account, sessions, relationships, interactions, `interaction_history`, responses, assessments, exports, `access_log` or grants
    #[schema(max_length = 40)]
    class: String,
}

/// A page of the access log.
#[derive(Serialize, ToSchema)]
pub struct AccessPage {
    #[schema(max_items = 200)]
    pub data: Vec<AccessView>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 500)]
    pub next_cursor: Option<String>,
}

impl From<Access> for AccessView {
    fn from(access: Access) -> Self {
        Self {
            hour: access.hour,
            session_id: access.session.0,
            grant_id: access.grant.map(|id| id.0),
            class: access.class.as_str().to_owned(),
        }
    }
}
