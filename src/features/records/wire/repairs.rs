//! Repairs as they travel.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::{frame, frame_change, status_words};
use crate::api::body::{patched, present};
use crate::features::interactions::ActorWord;
use crate::features::interactions::model::actor_word;
use crate::features::records::model::{Change, Draft, Record, Repair, RepairChange, RepairStatus};
use crate::kernel::{FieldError, Fields, RelationshipId};

status_words! {
    /// How far a repair came: nobody has moved yet, somebody moved, or it is over.
    RepairStatusWord => RepairStatus { Open, Moved, Repaired }
}

/// What came between them, and how it was repaired, as far as that is known yet. Nothing is needed: a quarrel of today is an open one.
#[derive(Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"local_date": "2026-02-20", "noticed_by": "me", "what": "we talked past each other about money"}))]
pub struct CreateRepair {
    /// Chosen by the client if it likes: any UUID but nil and max.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    pub id: Option<Uuid>,
    /// The day it happened, from 1970 to tomorrow; without it, today in the account's zone.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    #[schema(value_type = String, format = Date, max_length = 10)]
    local_date: Option<NaiveDate>,
    /// Who noticed that something was wrong.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    #[schema(inline)]
    noticed_by: Option<ActorWord>,
    /// Who moved first.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    #[schema(inline)]
    moved_first: Option<ActorWord>,
    /// The day of the first move; without it, today.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    #[schema(value_type = String, format = Date, max_length = 10)]
    moved_on: Option<NaiveDate>,
    /// Whether the first move came only after being pushed; false means by itself.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    prompted: Option<bool>,
    /// Whether the other accepted it.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    accepted: Option<bool>,
    /// The day it was over.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    #[schema(value_type = String, format = Date, max_length = 10)]
    repaired_on: Option<NaiveDate>,
    /// An interaction of the same relationship that was logged of the first move; it then counts in the repair's place.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    interaction_id: Option<Uuid>,
    /// What happened, in the person's own words. Never read by an assessment, never in a log.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 2000, format = "prose")]
    what: Option<String>,
}

impl CreateRepair {
    /// Checks what can be checked without the day where the person is.
    pub fn parse(self, relationship: RelationshipId) -> Result<Draft<Repair>, Vec<FieldError>> {
        let mut fields = Fields::default();
        let frame = frame(&mut fields, self.local_date, self.what.as_deref(), self.interaction_id);
        let details = RepairChange {
            noticed_by: self.noticed_by.map(|by| Some(by.into())),
            moved_first: self.moved_first.map(|by| Some(by.into())),
            moved_on: self.moved_on.map(Some),
            prompted: self.prompted.map(Some),
            accepted: self.accepted.map(Some),
            repaired_on: self.repaired_on.map(Some),
        };
        fields.finish(Some(Draft { relationship, blank: Repair::default(), change: Change { frame, details } }))
    }
}

/// What to change: absent stays, null removes. What became of it is said so: who moved first, and when it was over.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[expect(clippy::option_option, reason = "the three cases of RFC 7396: absent, null, value")]
#[schema(example = json!({"moved_first": "them", "prompted": false, "accepted": true}))]
pub struct UpdateRepair {
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = String, nullable = false, format = Date, max_length = 10)]
    local_date: Option<NaiveDate>,
    /// me, them, both or unknown; null removes it.
    #[serde(default, deserialize_with = "patched")]
    #[schema(value_type = Option<ActorWord>, inline)]
    noticed_by: Option<Option<ActorWord>>,
    /// me, them, both or unknown; null says that nobody moved, and takes the rest of the move away.
    #[serde(default, deserialize_with = "patched")]
    #[schema(value_type = Option<ActorWord>, inline)]
    moved_first: Option<Option<ActorWord>>,
    #[serde(default, deserialize_with = "patched")]
    #[schema(value_type = Option<String>, format = Date, max_length = 10)]
    moved_on: Option<Option<NaiveDate>>,
    #[serde(default, deserialize_with = "patched")]
    #[schema(value_type = Option<bool>)]
    prompted: Option<Option<bool>>,
    #[serde(default, deserialize_with = "patched")]
    #[schema(value_type = Option<bool>)]
    accepted: Option<Option<bool>>,
    #[serde(default, deserialize_with = "patched")]
    #[schema(value_type = Option<String>, format = Date, max_length = 10)]
    repaired_on: Option<Option<NaiveDate>>,
    #[serde(default, deserialize_with = "patched")]
    #[schema(value_type = Option<Uuid>)]
    interaction_id: Option<Option<Uuid>>,
    #[serde(default, deserialize_with = "patched")]
    #[schema(value_type = Option<String>, max_length = 2000, format = "prose")]
    what: Option<Option<String>>,
}

impl UpdateRepair {
    /// Checks every member that is there.
    pub fn parse(self) -> Result<Change<Repair>, Vec<FieldError>> {
        let mut fields = Fields::default();
        let frame = frame_change(&mut fields, self.local_date, self.what, self.interaction_id);
        let details = RepairChange {
            noticed_by: self.noticed_by.map(|by| by.map(Into::into)),
            moved_first: self.moved_first.map(|by| by.map(Into::into)),
            moved_on: self.moved_on,
            prompted: self.prompted,
            accepted: self.accepted,
            repaired_on: self.repaired_on,
        };
        fields.finish(Some(Change { frame, details }))
    }
}

/// A repair as it is stored. How far it came and how long it took follow from its days; an open one is open, not a failure.
#[derive(Serialize, ToSchema)]
#[schema(as = RepairRecord, example = json!({
    "id": "01980000-0000-7000-8000-0000000000d4", "relationship_id": "01980000-0000-7000-8000-000000000001", "local_date": "2026-02-20",
    "status": "repaired", "noticed_by": "me", "moved_first": "them", "moved_on": "2026-02-21", "days_to_first_move": 1, "prompted": false,
    "accepted": true, "repaired_on": "2026-02-22", "duration_days": 2, "what": "we talked past each other about money",
    "created_at": "2026-02-20T18:00:00Z", "updated_at": "2026-02-22T20:31:00Z"
}))]
pub struct RepairView {
    id: Uuid,
    relationship_id: Uuid,
    /// The day it happened; fixed when it was written.
    local_date: NaiveDate,
    /// open (nobody has moved yet), moved or repaired
    #[schema(max_length = 40)]
    status: &'static str,
    /// me, them, both or unknown
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 40)]
    noticed_by: Option<&'static str>,
    /// me, them, both or unknown
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 40)]
    moved_first: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    moved_on: Option<NaiveDate>,
    /// Whole days until the first move.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 0)]
    days_to_first_move: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    prompted: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    accepted: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    repaired_on: Option<NaiveDate>,
    /// Whole days until it was over.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 0)]
    duration_days: Option<i64>,
    /// The interaction that counts in its place.
    #[serde(skip_serializing_if = "Option::is_none")]
    interaction_id: Option<Uuid>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 2000)]
    what: Option<String>,
    created_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
}

impl From<Record<Repair>> for RepairView {
    fn from(found: Record<Repair>) -> Self {
        let (frame, repair) = (found.frame, found.details);
        let first = repair.first_move;
        Self {
            id: found.id.0,
            relationship_id: found.relationship.0,
            local_date: frame.local_date,
            status: repair.status().as_str(),
            noticed_by: repair.noticed_by.map(actor_word),
            moved_first: first.map(|first| actor_word(first.by)),
            moved_on: first.map(|first| first.on),
            days_to_first_move: repair.days_to_first_move(frame.local_date),
            prompted: first.and_then(|first| first.prompted),
            accepted: first.and_then(|first| first.accepted),
            repaired_on: repair.repaired_on,
            duration_days: repair.duration_days(frame.local_date),
            interaction_id: frame.interaction.map(|entry| entry.0),
            what: frame.what,
            created_at: found.created_at,
            updated_at: found.updated_at,
        }
    }
}

/// A page of repairs.
#[derive(Serialize, ToSchema)]
pub struct RepairPage {
    #[schema(max_items = 200)]
    pub data: Vec<RepairView>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 500)]
    pub next_cursor: Option<String>,
}
