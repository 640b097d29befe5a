//! What the records of an export say beside what makes a thing of their kind.

use chrono::{DateTime, Utc};
use serde::Deserialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::LeftOutRecord;
use crate::api::body::present;
use crate::features::relationships::{NotActiveBody, StatusWord};

/// What the account's record says beside what can be changed of an account.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AccountRest {
    #[serde(default, deserialize_with = "present")]
    #[schema(nullable = false)]
    #[expect(dead_code, reason = "the account that it goes into has its own")]
    id: Option<Uuid>,
    #[serde(default, deserialize_with = "present")]
    #[schema(nullable = false, min_length = 1, max_length = 60, format = "account-handle")]
    pub handle: Option<String>,
    #[serde(default, deserialize_with = "present")]
    #[schema(nullable = false)]
    pub created_at: Option<DateTime<Utc>>,
    #[serde(default, deserialize_with = "present")]
    #[schema(nullable = false)]
    pub updated_at: Option<DateTime<Utc>>,
}

/// What a line of consents says beside what makes one.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ConsentRest {
    pub decided_at: DateTime<Utc>,
}

/// What a relationship's record says beside what makes one.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RelationshipRest {
    #[schema(inline)]
    pub status: StatusWord,
    /// Absent: none but the one that goes on where it is not active.
    #[serde(default)]
    #[schema(max_items = 50)]
    pub not_active: Vec<NotActiveBody>,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
}

/// What an entry's record says beside what makes one.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct InteractionRest {
    pub relationship_id: Uuid,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
}

/// What the record of an earlier version says beside what makes an entry.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RevisionRest {
    pub interaction_id: Uuid,
    /// Counted from 1.
    #[schema(minimum = 1, maximum = 1_000_000)]
    pub version: i64,
    pub changed_at: DateTime<Utc>,
}

/// What a response's record says beside what makes one. Its scores are worked out anew.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ResponseRest {
    pub relationship_id: Uuid,
    /// There where it is completed.
    #[serde(default, deserialize_with = "present")]
    #[schema(nullable = false)]
    pub completed_at: Option<DateTime<Utc>>,
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<Object>, nullable = false)]
    #[expect(dead_code, reason = "worked out anew from the answers")]
    scores: Option<LeftOutRecord>,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
}

/// What the record of a promise or a plan says beside what makes one.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RecordRest {
    pub relationship_id: Uuid,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
}

/// What a need's record says beside what makes one.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NeedRest {
    relationship_id: Uuid,
    #[serde(default, deserialize_with = "present")]
    #[schema(nullable = false)]
    #[expect(dead_code, reason = "counted anew from the days")]
    times_explained: Option<i32>,
    created_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
}

/// What a repair's record says beside what makes one. How far it came follows from its days.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RepairRest {
    relationship_id: Uuid,
    #[serde(default, deserialize_with = "present")]
    #[schema(nullable = false, max_length = 40)]
    #[expect(dead_code, reason = "follows from the days")]
    status: Option<String>,
    #[serde(default, deserialize_with = "present")]
    #[schema(nullable = false)]
    #[expect(dead_code, reason = "follows from the days")]
    days_to_first_move: Option<i32>,
    #[serde(default, deserialize_with = "present")]
    #[schema(nullable = false)]
    #[expect(dead_code, reason = "follows from the days")]
    duration_days: Option<i32>,
    created_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
}

impl From<NeedRest> for RecordRest {
    fn from(NeedRest { relationship_id, created_at, updated_at, .. }: NeedRest) -> Self {
        Self { relationship_id, created_at, updated_at }
    }
}

impl From<RepairRest> for RecordRest {
    fn from(RepairRest { relationship_id, created_at, updated_at, .. }: RepairRest) -> Self {
        Self { relationship_id, created_at, updated_at }
    }
}
