//! Promises as they travel.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::{frame, frame_change, status_words};
use crate::api::body::{patched, present};
use crate::features::interactions::ActorWord;
use crate::features::interactions::model::actor_word;
use crate::features::records::model::{Change, Draft, Promise, PromiseChange, PromiseOutcome, Record};
use crate::kernel::{FieldError, Fields, RelationshipId};

status_words! {
    /// What became of a promise. With a due day, whether it was kept in time or late follows from the days.
    PromiseStatusWord => PromiseOutcome { Open, Kept, Late, Broken, Renegotiated }
}

/// A promise that one of them made. Only who promised is needed.
#[derive(Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"by": "them", "local_date": "2026-02-20", "due": "2026-02-27", "what": "to call about the weekend"}))]
pub struct CreatePromise {
    /// Chosen by the client if it likes: any UUID but nil and max.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    pub id: Option<Uuid>,
    /// Who promised.
    #[schema(inline)]
    by: ActorWord,
    /// The day it was made, from 1970 to tomorrow; without it, today in the account's zone.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    #[schema(value_type = String, format = Date, max_length = 10)]
    local_date: Option<NaiveDate>,
    /// The day it is due, where one was named; not before the local date.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    #[schema(value_type = String, format = Date, max_length = 10)]
    due: Option<NaiveDate>,
    /// Without it, open.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    #[schema(inline)]
    status: Option<PromiseStatusWord>,
    /// The day it was kept, broken or renegotiated; without it, today. What is open has none.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    #[schema(value_type = String, format = Date, max_length = 10)]
    settled_on: Option<NaiveDate>,
    /// Where it was renegotiated: the promise that took its place.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    replaced_by: Option<Uuid>,
    /// An interaction of the same relationship that was logged of its keeping; it then counts in the promise's place.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    interaction_id: Option<Uuid>,
    /// What was promised, in the person's own words. Never read by an assessment, never in a log.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 2000, format = "prose")]
    what: Option<String>,
}

impl CreatePromise {
    /// Checks what can be checked without the day where the person is.
    pub fn parse(self, relationship: RelationshipId) -> Result<Draft<Promise>, Vec<FieldError>> {
        let mut fields = Fields::default();
        let frame = frame(&mut fields, self.local_date, self.what.as_deref(), self.interaction_id);
        let details = PromiseChange {
            by: None,
            due: self.due.map(Some),
            outcome: self.status.map(Into::into),
            settled_on: self.settled_on.map(Some),
            replaced_by: self.replaced_by.map(Some),
        };
        fields.finish(Some(Draft { relationship, blank: Promise::open(self.by.into()), change: Change { frame, details } }))
    }
}

/// What to change: absent stays, null removes. A promise is settled so: its status, and the day where it was not today.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[expect(clippy::option_option, reason = "the three cases of RFC 7396: absent, null, value")]
#[schema(example = json!({"status": "kept"}))]
pub struct UpdatePromise {
    #[serde(default, deserialize_with = "present")]
    #[schema(inline, nullable = false)]
    by: Option<ActorWord>,
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = String, nullable = false, format = Date, max_length = 10)]
    local_date: Option<NaiveDate>,
    #[serde(default, deserialize_with = "patched")]
    #[schema(value_type = Option<String>, format = Date, max_length = 10)]
    due: Option<Option<NaiveDate>>,
    /// One that is opened again forgets the day on which it was settled, and what replaced it.
    #[serde(default, deserialize_with = "present")]
    #[schema(inline, nullable = false)]
    status: Option<PromiseStatusWord>,
    #[serde(default, deserialize_with = "patched")]
    #[schema(value_type = Option<String>, format = Date, max_length = 10)]
    settled_on: Option<Option<NaiveDate>>,
    #[serde(default, deserialize_with = "patched")]
    #[schema(value_type = Option<Uuid>)]
    replaced_by: Option<Option<Uuid>>,
    #[serde(default, deserialize_with = "patched")]
    #[schema(value_type = Option<Uuid>)]
    interaction_id: Option<Option<Uuid>>,
    #[serde(default, deserialize_with = "patched")]
    #[schema(value_type = Option<String>, max_length = 2000, format = "prose")]
    what: Option<Option<String>>,
}

impl UpdatePromise {
    /// Checks every member that is there.
    pub fn parse(self) -> Result<Change<Promise>, Vec<FieldError>> {
        let mut fields = Fields::default();
        let frame = frame_change(&mut fields, self.local_date, self.what, self.interaction_id);
        let details = PromiseChange {
            by: self.by.map(Into::into),
            due: self.due,
            outcome: self.status.map(Into::into),
            settled_on: self.settled_on,
            replaced_by: self.replaced_by,
        };
        fields.finish(Some(Change { frame, details }))
    }
}

/// A promise as it is stored.
#[derive(Serialize, ToSchema)]
#[schema(as = PromiseRecord, example = json!({
    "id": "01980000-0000-7000-8000-0000000000d1", "relationship_id": "01980000-0000-7000-8000-000000000001", "by": "them",
    "local_date": "2026-02-20", "due": "2026-02-27", "status": "late", "settled_on": "2026-03-01", "what": "to call about the weekend",
    "created_at": "2026-02-20T18:00:00Z", "updated_at": "2026-03-01T20:31:00Z"
}))]
pub struct PromiseView {
    id: Uuid,
    relationship_id: Uuid,
    /// me, them, both or unknown
    #[schema(max_length = 40)]
    by: &'static str,
    /// The day it was made; fixed when it was written.
    local_date: NaiveDate,
    #[serde(skip_serializing_if = "Option::is_none")]
    due: Option<NaiveDate>,
    /// open, kept, late (kept, after it was due), broken or renegotiated
    #[schema(max_length = 40)]
    status: &'static str,
    /// The day it was kept, broken or renegotiated.
    #[serde(skip_serializing_if = "Option::is_none")]
    settled_on: Option<NaiveDate>,
    /// The promise that took its place; it may be gone by now.
    #[serde(skip_serializing_if = "Option::is_none")]
    replaced_by: Option<Uuid>,
    /// The interaction that counts in its place.
    #[serde(skip_serializing_if = "Option::is_none")]
    interaction_id: Option<Uuid>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 2000)]
    what: Option<String>,
    created_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
}

impl From<Record<Promise>> for PromiseView {
    fn from(found: Record<Promise>) -> Self {
        let (frame, promise) = (found.frame, found.details);
        Self {
            id: found.id.0,
            relationship_id: found.relationship.0,
            by: actor_word(promise.by),
            local_date: frame.local_date,
            due: promise.due,
            status: Promise::word(promise.outcome),
            settled_on: promise.settled_on,
            replaced_by: promise.replaced_by,
            interaction_id: frame.interaction.map(|entry| entry.0),
            what: frame.what,
            created_at: found.created_at,
            updated_at: found.updated_at,
        }
    }
}

/// A page of promises.
#[derive(Serialize, ToSchema)]
pub struct PromisePage {
    #[schema(max_items = 200)]
    pub data: Vec<PromiseView>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 500)]
    pub next_cursor: Option<String>,
}
