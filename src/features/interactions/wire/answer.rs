//! What clients get.

use chrono::{DateTime, NaiveDate, SecondsFormat, Utc};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::note::{self, EncryptedNote};
use crate::api::problem::{FieldProblem, face};
use crate::features::interactions::model::{Interaction, Logged, Outcome, Precision, actor_of, actor_word, dimension_of};
use crate::features::interactions::store::Revision;

/// An entry as it is stored.
#[derive(Serialize, ToSchema)]
#[schema(as = Interaction, example = json!({
    "id": "01980000-0000-7000-8000-000000000002", "relationship_id": "01980000-0000-7000-8000-000000000001", "actor": "them",
    "dimension": "emotional_support", "effort": 3, "felt_heard": 4, "energy_after": 1, "occurred_at": "2026-03-01T21:30:00+01:00",
    "precision": "exact", "time_zone": "Europe/Berlin", "local_date": "2026-03-01", "source": "app",
    "created_at": "2026-03-01T20:31:00Z", "updated_at": "2026-03-01T20:31:00Z"
}))]
pub struct InteractionView {
    id: Uuid,
    relationship_id: Uuid,
    /// me, them, both or unknown
    #[schema(max_length = 40)]
    actor: String,
    /// `emotional_support`, celebration, initiation, repair, appreciation, `practical_help`, `promises_kept` or `needs_met`
    #[schema(max_length = 40)]
    dimension: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    prompted: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = i32, minimum = 1, maximum = 5)]
    effort: Option<i16>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = i32, minimum = -3, maximum = 3)]
    energy_after: Option<i16>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = i32, minimum = 1, maximum = 5)]
    felt_heard: Option<i16>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 0, maximum = 10080)]
    duration_minutes: Option<i32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    needed: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    asked_for: Option<bool>,
    /// accepted, declined, ignored or open
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 40)]
    outcome: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 10000)]
    note: Option<String>,
    /// In place of `note`, as the client sent it.
    #[serde(skip_serializing_if = "Option::is_none")]
    note_encrypted: Option<EncryptedNote>,
    /// With the offset it was sent with.
    #[schema(value_type = String, format = DateTime, max_length = 64)]
    occurred_at: String,
    /// exact, day or week
    #[schema(max_length = 40)]
    precision: String,
    #[schema(max_length = 64)]
    time_zone: String,
    /// The day it belongs to; fixed when it was written.
    local_date: NaiveDate,
    /// app, import, sensor or other
    #[schema(max_length = 40)]
    source: String,
    created_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
}

impl From<Interaction> for InteractionView {
    fn from(found: Interaction) -> Self {
        let (act, moment) = (found.act, found.moment);
        let (note, note_encrypted) = note::split(act.note);
        Self {
            id: found.id.0,
            relationship_id: found.relationship.0,
            actor: actor_word(act.actor).to_owned(),
            dimension: act.dimension.as_str().to_owned(),
            prompted: act.prompted,
            effort: act.effort,
            energy_after: act.energy_after,
            felt_heard: act.felt_heard,
            duration_minutes: act.duration_minutes,
            needed: act.needed,
            asked_for: act.asked_for,
            outcome: act.outcome.map(|outcome: Outcome| outcome.as_str().to_owned()),
            note,
            note_encrypted,
            occurred_at: moment.occurred_at.to_rfc3339_opts(SecondsFormat::AutoSi, true),
            precision: act.precision.as_str().to_owned(),
            time_zone: moment.time_zone.name().to_owned(),
            local_date: moment.local_date,
            source: act.source.as_str().to_owned(),
            created_at: found.created_at,
            updated_at: found.updated_at,
        }
    }
}

/// A page of entries.
#[derive(Serialize, ToSchema)]
pub struct InteractionPage {
    #[schema(max_items = 200)]
    pub data: Vec<InteractionView>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 500)]
    pub next_cursor: Option<String>,
}

/// What an entry said before a change.
#[derive(Serialize, ToSchema)]
#[schema(as = InteractionRevision, example = json!({
    "version": 1, "changed_at": "2026-03-01T20:31:00Z", "actor": "them", "dimension": "emotional_support", "effort": 3,
    "precision": "exact", "time_zone": "Europe/Berlin", "occurred_at": "2026-03-01T21:30:00+01:00", "local_date": "2026-03-01"
}))]
pub struct RevisionView {
    #[schema(minimum = 1)]
    version: i64,
    /// When it came to say this no longer.
    changed_at: DateTime<Utc>,
    #[schema(max_length = 40)]
    actor: String,
    #[schema(max_length = 40)]
    dimension: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = i32, minimum = 1, maximum = 5)]
    effort: Option<i16>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = i32, minimum = -3, maximum = 3)]
    energy_after: Option<i16>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = i32, minimum = 1, maximum = 5)]
    felt_heard: Option<i16>,
    #[serde(skip_serializing_if = "Option::is_none")]
    prompted: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 0, maximum = 10080)]
    duration_minutes: Option<i32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    needed: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    asked_for: Option<bool>,
    /// accepted, declined, ignored or open
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 40)]
    outcome: Option<String>,
    /// exact, day or week
    #[schema(max_length = 40)]
    precision: String,
    #[schema(max_length = 64)]
    time_zone: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 10000)]
    note: Option<String>,
    /// In place of `note`, as the client sent it.
    #[serde(skip_serializing_if = "Option::is_none")]
    note_encrypted: Option<EncryptedNote>,
    #[schema(value_type = String, format = DateTime, max_length = 64)]
    occurred_at: String,
    local_date: NaiveDate,
}

impl From<Revision> for RevisionView {
    fn from(revision: Revision) -> Self {
        let (note, note_encrypted) = note::split(revision.note);
        Self {
            version: revision.version,
            changed_at: revision.changed_at,
            actor: actor_of(revision.actor).map_or("unknown", actor_word).to_owned(),
            dimension: dimension_of(revision.dimension).map_or("unknown", |dimension| dimension.as_str()).to_owned(),
            effort: revision.effort,
            energy_after: revision.energy_after,
            felt_heard: revision.felt_heard,
            prompted: revision.prompted,
            duration_minutes: revision.duration_minutes,
            needed: revision.needed,
            asked_for: revision.asked_for,
            outcome: revision.outcome.and_then(Outcome::of_code).map(|outcome| outcome.as_str().to_owned()),
            precision: Precision::of_code(revision.precision).unwrap_or(Precision::Exact).as_str().to_owned(),
            time_zone: revision.time_zone,
            note,
            note_encrypted,
            occurred_at: revision.occurred_at.to_rfc3339_opts(SecondsFormat::AutoSi, true),
            local_date: revision.local_date,
        }
    }
}

/// A page of an entry's history.
#[derive(Serialize, ToSchema)]
pub struct RevisionPage {
    #[schema(max_items = 200)]
    pub data: Vec<RevisionView>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 500)]
    pub next_cursor: Option<String>,
}

/// What came of a batch.
#[derive(Serialize, ToSchema)]
#[schema(example = json!({"created": 1, "replayed": 0, "refused": 1, "results": [
    {"index": 0, "status": 201, "id": "01980000-0000-7000-8000-000000000002"},
    {"index": 1, "status": 422, "code": "validation_failed", "errors": [{"pointer": "/interaction/effort", "code": "out_of_range", "detail": "A whole number from 1 to 5 belongs here."}]}
]}))]
pub struct BatchResults {
    #[schema(minimum = 0, maximum = 1000)]
    created: i32,
    #[schema(minimum = 0, maximum = 1000)]
    replayed: i32,
    #[schema(minimum = 0, maximum = 1000)]
    refused: i32,
    /// In the order of the items.
    #[schema(max_items = 1000)]
    results: Vec<BatchResult>,
}

/// What came of one item: the status it would have had alone.
#[derive(Serialize, ToSchema)]
pub struct BatchResult {
    /// The item's place, from 0.
    #[schema(minimum = 0, maximum = 999)]
    index: i32,
    #[schema(minimum = 200, maximum = 599)]
    status: i32,
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<Uuid>,
    /// The problem's code, where it was refused.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 60)]
    code: Option<String>,
    /// Pointers into the item.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(max_items = 100)]
    errors: Vec<FieldProblem>,
}

impl From<Vec<Logged>> for BatchResults {
    fn from(logged: Vec<Logged>) -> Self {
        let (mut created, mut replayed, mut refused) = (0, 0, 0);
        let results = logged
            .into_iter()
            .zip(0..)
            .map(|(logged, index)| match logged {
                Logged::Created(entry) => {
                    created += 1;
                    BatchResult { index, status: 201, id: Some(entry.id.0), code: None, errors: Vec::new() }
                }
                Logged::Replayed(entry) => {
                    replayed += 1;
                    BatchResult { index, status: 200, id: Some(entry.id.0), code: None, errors: Vec::new() }
                }
                Logged::Refused(error) => {
                    refused += 1;
                    let face = face(error.code);
                    let errors = error.fields.iter().map(FieldProblem::from).collect();
                    BatchResult { index, status: i32::from(face.status.as_u16()), id: None, code: Some(face.name.to_owned()), errors }
                }
            })
            .collect();
        Self { created, replayed, refused, results }
    }
}
