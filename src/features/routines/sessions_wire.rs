//! Times that a practice was done, as they travel.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::model::{MAX_SHARED, PracticeSession, Told, ToldChange};
use crate::api::body::{patched, present};
use crate::features::interactions::model::{Actor, actor_word};
use crate::features::interactions::{ActorWord, within};
use crate::kernel::{FieldError, Fields, text};

/// One time that a practice was done: who began and who took part.
#[derive(Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"started_by": "me", "took_part": "both", "screen_free": true, "felt": 2, "challenge": "the move", "win": "a good talk"}))]
pub struct CreatePracticeSession {
    /// Chosen by the client if it likes: any UUID but nil and max.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    pub id: Option<Uuid>,
    /// The local day, not after today; without it, today.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    #[schema(value_type = String, format = Date, max_length = 10)]
    local_date: Option<NaiveDate>,
    /// Who began.
    #[schema(inline)]
    started_by: ActorWord,
    /// Who took part. A practice that takes two counts when both did.
    #[schema(inline)]
    took_part: ActorWord,
    /// Whether screens were away.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    screen_free: Option<bool>,
    /// How it felt, from -3 (drained) to 3 (full).
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    #[schema(value_type = i32, minimum = -3, maximum = 3)]
    felt: Option<i16>,
    /// What was hard, in a word or a few. Never read by an assessment, never in a log.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    #[schema(min_length = 1, max_length = 200, format = "line")]
    challenge: Option<String>,
    /// What was good, in a word or a few.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    #[schema(min_length = 1, max_length = 200, format = "line")]
    win: Option<String>,
}

impl CreatePracticeSession {
    /// Checks every member but the day, which depends on where the practice is.
    pub fn parse(self) -> Result<Told, Vec<FieldError>> {
        let mut fields = Fields::default();
        let told = Told {
            local_date: self.local_date,
            started_by: self.started_by.into(),
            took_part: self.took_part.into(),
            screen_free: self.screen_free,
            felt: self.felt.and_then(|felt| fields.take("/felt", within(felt, -3, 3))),
            challenge: self.challenge.and_then(|words| fields.take("/challenge", text::line(&words, MAX_SHARED))),
            win: self.win.and_then(|words| fields.take("/win", text::line(&words, MAX_SHARED))),
        };
        fields.finish(Some(told))
    }
}

/// What to change: absent stays, null removes.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[expect(clippy::option_option, reason = "the three cases of RFC 7396: absent, null, value")]
#[schema(example = json!({"took_part": "both", "win": null}))]
pub struct UpdatePracticeSession {
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = String, nullable = false, format = Date, max_length = 10)]
    local_date: Option<NaiveDate>,
    #[serde(default, deserialize_with = "present")]
    #[schema(inline, nullable = false)]
    started_by: Option<ActorWord>,
    #[serde(default, deserialize_with = "present")]
    #[schema(inline, nullable = false)]
    took_part: Option<ActorWord>,
    #[serde(default, deserialize_with = "patched")]
    #[schema(value_type = Option<bool>)]
    screen_free: Option<Option<bool>>,
    #[serde(default, deserialize_with = "patched")]
    #[schema(value_type = Option<i32>, minimum = -3, maximum = 3)]
    felt: Option<Option<i16>>,
    #[serde(default, deserialize_with = "patched")]
    #[schema(value_type = Option<String>, min_length = 1, max_length = 200, format = "line")]
    challenge: Option<Option<String>>,
    #[serde(default, deserialize_with = "patched")]
    #[schema(value_type = Option<String>, min_length = 1, max_length = 200, format = "line")]
    win: Option<Option<String>>,
}

impl UpdatePracticeSession {
    /// Checks every member that is there.
    pub fn parse(self) -> Result<ToldChange, Vec<FieldError>> {
        let mut fields = Fields::default();
        let change = ToldChange {
            local_date: self.local_date,
            started_by: self.started_by.map(Actor::from),
            took_part: self.took_part.map(Actor::from),
            screen_free: self.screen_free,
            felt: self.felt.map(|felt| felt.and_then(|felt| fields.take("/felt", within(felt, -3, 3)))),
            challenge: self.challenge.map(|words| words.and_then(|words| fields.take("/challenge", text::line(&words, MAX_SHARED)))),
            win: self.win.map(|words| words.and_then(|words| fields.take("/win", text::line(&words, MAX_SHARED)))),
        };
        fields.finish(Some(change))
    }
}

/// One time that a practice was done.
#[derive(Serialize, ToSchema)]
#[schema(as = PracticeSession, example = json!({
    "id": "01980000-0000-7000-8000-000000000012", "adopted_practice_id": "01980000-0000-7000-8000-000000000011",
    "relationship_id": "01980000-0000-7000-8000-000000000001", "local_date": "2026-03-01", "started_by": "me", "took_part": "both",
    "mutual": true, "screen_free": true, "felt": 2, "challenge": "the move", "win": "a good talk",
    "created_at": "2026-03-01T20:31:00Z", "updated_at": "2026-03-01T20:31:00Z"
}))]
pub struct PracticeSessionView {
    id: Uuid,
    adopted_practice_id: Uuid,
    relationship_id: Uuid,
    local_date: NaiveDate,
    /// me, them, both or unknown
    #[schema(max_length = 40)]
    started_by: String,
    /// me, them, both or unknown
    #[schema(max_length = 40)]
    took_part: String,
    /// Whether both took part.
    mutual: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    screen_free: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = i32, minimum = -3, maximum = 3)]
    felt: Option<i16>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 200)]
    challenge: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 200)]
    win: Option<String>,
    created_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
}

impl From<PracticeSession> for PracticeSessionView {
    fn from(found: PracticeSession) -> Self {
        let mutual = found.is_mutual();
        let PracticeSession { id, practice, relationship, local_date, told, version: _, created_at, updated_at } = found;
        Self {
            id: id.0,
            adopted_practice_id: practice.0,
            relationship_id: relationship.0,
            local_date,
            started_by: actor_word(told.started_by).to_owned(),
            took_part: actor_word(told.took_part).to_owned(),
            mutual,
            screen_free: told.screen_free,
            felt: told.felt,
            challenge: told.challenge,
            win: told.win,
            created_at,
            updated_at,
        }
    }
}

/// What an export calls it.
pub type ExportedPracticeSession = PracticeSessionView;

/// A page of times that a practice was done.
#[derive(Serialize, ToSchema)]
pub struct PracticeSessionPage {
    #[schema(max_items = 200)]
    pub data: Vec<PracticeSessionView>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 500)]
    pub next_cursor: Option<String>,
}

/// What a session's record in an export says beside what makes one.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PracticeSessionRest {
    pub adopted_practice_id: Uuid,
    pub relationship_id: Uuid,
    #[expect(dead_code, reason = "it follows from who took part")]
    mutual: bool,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
}
