//! Needs as they travel.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::{frame, frame_change, status_words};
use crate::api::body::{patched, present};
use crate::features::interactions::ActorWord;
use crate::features::interactions::model::actor_word;
use crate::features::records::model::{Change, Draft, Need, NeedChange, NeedOutcome, Record, Topic};
use crate::kernel::{FieldError, Fields, RelationshipId};

status_words! {
    /// What became of a need.
    NeedStatusWord => NeedOutcome { Open, Met, Partly, Unmet }
    /// What a need asks for.
    NeedTopicWord => Topic { BeingHeard, TimeTogether, Help, Reliability, Appreciation, MakingUp, Space, SharingGoodNews }
}

/// A need that one of them expressed. Only whose need it is is needed.
#[derive(Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"of": "me", "topic": "time_together", "local_date": "2026-02-20", "explained_on": ["2026-02-25"], "what": "an hour without screens"}))]
pub struct CreateNeed {
    /// Chosen by the client if it likes: any UUID but nil and max.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    pub id: Option<Uuid>,
    /// Whose need it is, and who expressed it.
    #[schema(inline)]
    of: ActorWord,
    /// What it asks for, as sentences to begin a talk with are sorted (`GET /v1/openers`).
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    #[schema(inline)]
    topic: Option<NeedTopicWord>,
    /// The day it was first expressed, from 1970 to tomorrow; without it, today in the account's zone.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    #[schema(value_type = String, format = Date, max_length = 10)]
    local_date: Option<NaiveDate>,
    /// Days on which it was explained again; a day counts once.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Vec<NaiveDate>, max_items = 100)]
    explained_on: Option<Vec<NaiveDate>>,
    /// Without it, open.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    #[schema(inline)]
    status: Option<NeedStatusWord>,
    /// The day it was met, or was clearly not; without it, today. What is open has none.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    #[schema(value_type = String, format = Date, max_length = 10)]
    settled_on: Option<NaiveDate>,
    /// Who met it. A need of one of them is met by the other, which is what is meant where nothing is said.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    #[schema(inline)]
    met_by: Option<ActorWord>,
    /// An interaction of the same relationship that was logged of its being met; it then counts in the need's place.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    interaction_id: Option<Uuid>,
    /// The need, in the person's own words. Never read by an assessment, never in a log.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 2000, format = "prose")]
    what: Option<String>,
}

impl CreateNeed {
    /// Checks what can be checked without the day where the person is.
    pub fn parse(self, relationship: RelationshipId) -> Result<Draft<Need>, Vec<FieldError>> {
        let mut fields = Fields::default();
        let frame = frame(&mut fields, self.local_date, self.what.as_deref(), self.interaction_id);
        let details = NeedChange {
            of: None,
            topic: self.topic.map(|topic| Some(topic.into())),
            explained_on: self.explained_on,
            outcome: self.status.map(Into::into),
            settled_on: self.settled_on.map(Some),
            met_by: self.met_by.map(|by| Some(by.into())),
        };
        fields.finish(Some(Draft { relationship, blank: Need::open(self.of.into()), change: Change { frame, details } }))
    }
}

/// What to change: absent stays, null removes. A need is settled so: its status, and the day where it was not today.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[expect(clippy::option_option, reason = "the three cases of RFC 7396: absent, null, value")]
#[schema(example = json!({"status": "partly"}))]
pub struct UpdateNeed {
    #[serde(default, deserialize_with = "present")]
    #[schema(inline, nullable = false)]
    of: Option<ActorWord>,
    /// Null removes it.
    #[serde(default, deserialize_with = "patched")]
    #[schema(value_type = Option<NeedTopicWord>, inline)]
    topic: Option<Option<NeedTopicWord>>,
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = String, nullable = false, format = Date, max_length = 10)]
    local_date: Option<NaiveDate>,
    /// Replaced as a whole.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Vec<NaiveDate>, nullable = false, max_items = 100)]
    explained_on: Option<Vec<NaiveDate>>,
    /// One that is opened again forgets the day on which it was settled, and who met it.
    #[serde(default, deserialize_with = "present")]
    #[schema(inline, nullable = false)]
    status: Option<NeedStatusWord>,
    #[serde(default, deserialize_with = "patched")]
    #[schema(value_type = Option<String>, format = Date, max_length = 10)]
    settled_on: Option<Option<NaiveDate>>,
    /// me, them, both or unknown; null removes it.
    #[serde(default, deserialize_with = "patched")]
    #[schema(value_type = Option<ActorWord>, inline)]
    met_by: Option<Option<ActorWord>>,
    #[serde(default, deserialize_with = "patched")]
    #[schema(value_type = Option<Uuid>)]
    interaction_id: Option<Option<Uuid>>,
    #[serde(default, deserialize_with = "patched")]
    #[schema(value_type = Option<String>, max_length = 2000, format = "prose")]
    what: Option<Option<String>>,
}

impl UpdateNeed {
    /// Checks every member that is there.
    pub fn parse(self) -> Result<Change<Need>, Vec<FieldError>> {
        let mut fields = Fields::default();
        let frame = frame_change(&mut fields, self.local_date, self.what, self.interaction_id);
        let details = NeedChange {
            of: self.of.map(Into::into),
            topic: self.topic.map(|topic| topic.map(Into::into)),
            explained_on: self.explained_on,
            outcome: self.status.map(Into::into),
            settled_on: self.settled_on,
            met_by: self.met_by.map(|by| by.map(Into::into)),
        };
        fields.finish(Some(Change { frame, details }))
    }
}

/// A need as it is stored.
#[derive(Serialize, ToSchema)]
#[schema(as = NeedRecord, example = json!({
    "id": "01980000-0000-7000-8000-0000000000d3", "relationship_id": "01980000-0000-7000-8000-000000000001", "of": "me",
    "local_date": "2026-02-20", "explained_on": ["2026-02-25"], "times_explained": 2, "status": "met", "settled_on": "2026-03-01",
    "met_by": "them", "what": "an hour without screens", "created_at": "2026-02-20T18:00:00Z", "updated_at": "2026-03-01T20:31:00Z"
}))]
pub struct NeedView {
    id: Uuid,
    relationship_id: Uuid,
    /// me, them, both or unknown
    #[schema(max_length = 40)]
    of: &'static str,
    /// `being_heard`, `time_together`, help, reliability, appreciation, `making_up`, space or `sharing_good_news`
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 40)]
    topic: Option<&'static str>,
    /// The day it was first expressed; fixed when it was written.
    local_date: NaiveDate,
    /// Days on which it was explained again, ascending.
    #[schema(max_items = 100)]
    explained_on: Vec<NaiveDate>,
    /// On how many days it was explained, the first included.
    #[schema(minimum = 1, maximum = 101)]
    times_explained: i32,
    /// open, met, partly or unmet
    #[schema(max_length = 40)]
    status: &'static str,
    /// The day it was met, or was clearly not.
    #[serde(skip_serializing_if = "Option::is_none")]
    settled_on: Option<NaiveDate>,
    /// me, them, both or unknown
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 40)]
    met_by: Option<&'static str>,
    /// The interaction that counts in its place.
    #[serde(skip_serializing_if = "Option::is_none")]
    interaction_id: Option<Uuid>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 2000)]
    what: Option<String>,
    created_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
}

impl From<Record<Need>> for NeedView {
    fn from(found: Record<Need>) -> Self {
        let (frame, need) = (found.frame, found.details);
        Self {
            id: found.id.0,
            relationship_id: found.relationship.0,
            of: actor_word(need.of),
            topic: need.topic.map(Topic::as_str),
            local_date: frame.local_date,
            times_explained: i32::try_from(need.times_explained()).unwrap_or(i32::MAX),
            explained_on: need.explained_on,
            status: Need::word(need.outcome),
            settled_on: need.settled_on,
            met_by: need.met_by.map(actor_word),
            interaction_id: frame.interaction.map(|entry| entry.0),
            what: frame.what,
            created_at: found.created_at,
            updated_at: found.updated_at,
        }
    }
}

/// A page of needs.
#[derive(Serialize, ToSchema)]
pub struct NeedPage {
    #[schema(max_items = 200)]
    pub data: Vec<NeedView>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 500)]
    pub next_cursor: Option<String>,
}
