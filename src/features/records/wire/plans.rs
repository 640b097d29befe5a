//! Plans as they travel.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::{frame, frame_change, status_words};
use crate::api::body::{patched, present};
use crate::features::interactions::ActorWord;
use crate::features::interactions::model::actor_word;
use crate::features::records::model::{Change, Draft, Plan, PlanChange, PlanStatus, Record};
use crate::kernel::{FieldError, Fields, RelationshipId};

status_words! {
    /// How far a plan came: it has no date yet, it got one, or it will not get one.
    PlanStatusWord => PlanStatus { Open, Scheduled, Dropped }
}

/// A plan to meet or to do something together ("we should catch up"). Only who voiced it is needed.
#[derive(Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"proposed_by": "them", "local_date": "2026-02-20", "what": "the lake, before summer"}))]
pub struct CreatePlan {
    /// Chosen by the client if it likes: any UUID but nil and max.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    pub id: Option<Uuid>,
    /// Who voiced it.
    #[schema(inline)]
    proposed_by: ActorWord,
    /// The day it was voiced, from 1970 to tomorrow; without it, today in the account's zone.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    #[schema(value_type = String, format = Date, max_length = 10)]
    local_date: Option<NaiveDate>,
    /// Without it, open.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    #[schema(inline)]
    status: Option<PlanStatusWord>,
    /// The date that it got; needed where it is scheduled, and not before the local date.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    #[schema(value_type = String, format = Date, max_length = 10)]
    scheduled_for: Option<NaiveDate>,
    /// Who set the date.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    #[schema(inline)]
    scheduled_by: Option<ActorWord>,
    /// The day on which the date was set, or the plan dropped; without it, today. What is open has none.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    #[schema(value_type = String, format = Date, max_length = 10)]
    settled_on: Option<NaiveDate>,
    /// An interaction of the same relationship that was logged of setting the date; it then counts in the plan's place.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    interaction_id: Option<Uuid>,
    /// What was planned, in the person's own words. Never read by an assessment, never in a log.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 2000, format = "prose")]
    what: Option<String>,
}

impl CreatePlan {
    /// Checks what can be checked without the day where the person is.
    pub fn parse(self, relationship: RelationshipId) -> Result<Draft<Plan>, Vec<FieldError>> {
        let mut fields = Fields::default();
        let frame = frame(&mut fields, self.local_date, self.what.as_deref(), self.interaction_id);
        let details = PlanChange {
            proposed_by: None,
            status: self.status.map(Into::into),
            settled_on: self.settled_on.map(Some),
            scheduled_for: self.scheduled_for.map(Some),
            scheduled_by: self.scheduled_by.map(|by| Some(by.into())),
        };
        fields.finish(Some(Draft { relationship, blank: Plan::open(self.proposed_by.into()), change: Change { frame, details } }))
    }
}

/// What to change: absent stays, null removes. A plan gets its date so: its status, the date, and who set it.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[expect(clippy::option_option, reason = "the three cases of RFC 7396: absent, null, value")]
#[schema(example = json!({"status": "scheduled", "scheduled_for": "2026-04-10", "scheduled_by": "me"}))]
pub struct UpdatePlan {
    #[serde(default, deserialize_with = "present")]
    #[schema(inline, nullable = false)]
    proposed_by: Option<ActorWord>,
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = String, nullable = false, format = Date, max_length = 10)]
    local_date: Option<NaiveDate>,
    /// One that is opened again forgets its date.
    #[serde(default, deserialize_with = "present")]
    #[schema(inline, nullable = false)]
    status: Option<PlanStatusWord>,
    #[serde(default, deserialize_with = "patched")]
    #[schema(value_type = Option<String>, format = Date, max_length = 10)]
    scheduled_for: Option<Option<NaiveDate>>,
    /// me, them, both or unknown; null removes it.
    #[serde(default, deserialize_with = "patched")]
    #[schema(value_type = Option<ActorWord>, inline)]
    scheduled_by: Option<Option<ActorWord>>,
    #[serde(default, deserialize_with = "patched")]
    #[schema(value_type = Option<String>, format = Date, max_length = 10)]
    settled_on: Option<Option<NaiveDate>>,
    #[serde(default, deserialize_with = "patched")]
    #[schema(value_type = Option<Uuid>)]
    interaction_id: Option<Option<Uuid>>,
    #[serde(default, deserialize_with = "patched")]
    #[schema(value_type = Option<String>, max_length = 2000, format = "prose")]
    what: Option<Option<String>>,
}

impl UpdatePlan {
    /// Checks every member that is there.
    pub fn parse(self) -> Result<Change<Plan>, Vec<FieldError>> {
        let mut fields = Fields::default();
        let frame = frame_change(&mut fields, self.local_date, self.what, self.interaction_id);
        let details = PlanChange {
            proposed_by: self.proposed_by.map(Into::into),
            status: self.status.map(Into::into),
            settled_on: self.settled_on,
            scheduled_for: self.scheduled_for,
            scheduled_by: self.scheduled_by.map(|by| by.map(Into::into)),
        };
        fields.finish(Some(Change { frame, details }))
    }
}

/// A plan as it is stored.
#[derive(Serialize, ToSchema)]
#[schema(as = PlanRecord, example = json!({
    "id": "01980000-0000-7000-8000-0000000000d2", "relationship_id": "01980000-0000-7000-8000-000000000001", "proposed_by": "them",
    "local_date": "2026-02-20", "status": "scheduled", "scheduled_for": "2026-04-10", "scheduled_by": "me", "settled_on": "2026-03-01",
    "what": "the lake, before summer", "created_at": "2026-02-20T18:00:00Z", "updated_at": "2026-03-01T20:31:00Z"
}))]
pub struct PlanView {
    id: Uuid,
    relationship_id: Uuid,
    /// me, them, both or unknown
    #[schema(max_length = 40)]
    proposed_by: &'static str,
    /// The day it was voiced; fixed when it was written.
    local_date: NaiveDate,
    /// open, scheduled or dropped
    #[schema(max_length = 40)]
    status: &'static str,
    /// The date that it got.
    #[serde(skip_serializing_if = "Option::is_none")]
    scheduled_for: Option<NaiveDate>,
    /// me, them, both or unknown
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 40)]
    scheduled_by: Option<&'static str>,
    /// The day on which the date was set, or the plan dropped.
    #[serde(skip_serializing_if = "Option::is_none")]
    settled_on: Option<NaiveDate>,
    /// The interaction that counts in its place.
    #[serde(skip_serializing_if = "Option::is_none")]
    interaction_id: Option<Uuid>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 2000)]
    what: Option<String>,
    created_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
}

impl From<Record<Plan>> for PlanView {
    fn from(found: Record<Plan>) -> Self {
        let (frame, plan) = (found.frame, found.details);
        Self {
            id: found.id.0,
            relationship_id: found.relationship.0,
            proposed_by: actor_word(plan.proposed_by),
            local_date: frame.local_date,
            status: plan.status.as_str(),
            scheduled_for: plan.scheduled_for,
            scheduled_by: plan.scheduled_by.map(actor_word),
            settled_on: plan.settled_on,
            interaction_id: frame.interaction.map(|entry| entry.0),
            what: frame.what,
            created_at: found.created_at,
            updated_at: found.updated_at,
        }
    }
}

/// A page of plans.
#[derive(Serialize, ToSchema)]
pub struct PlanPage {
    #[schema(max_items = 200)]
    pub data: Vec<PlanView>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 500)]
    pub next_cursor: Option<String>,
}
