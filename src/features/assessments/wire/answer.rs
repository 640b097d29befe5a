//! What clients get.

use chrono::{DateTime, NaiveDate, Utc};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::change::ChangeView;
use super::measures::MeasuresView;

/// What the evidence supports, as a snapshot. Never a verdict: per dimension, with an interval.
#[derive(Serialize, ToSchema)]
#[schema(as = Assessment, example = json!({
    "id": "01980000-0000-7000-8000-0000000000c1", "relationship_id": "01980000-0000-7000-8000-000000000001", "as_of": "2026-03-01",
    "window": {"from": "2025-09-03", "to": "2026-03-01"}, "method": {"name": "reciprocity-level-shift", "version": "1.3.0"},
    "evidence": {"digest": "sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08", "entries": 84,
        "unknown_actor_entries": 0, "days": 51, "first_day": "2025-09-05", "last_day": "2026-02-27", "kept_by": "logger"},
    "stale": false,
    "overall": {"state": "balanced", "text": "Giving and receiving are about even.", "balance": 0.03, "lower_90": -0.12, "upper_90": 0.18, "net_imbalance": 0.03, "complementarity": 0.4, "missing": []},
    "dimensions": [{"dimension": "initiation", "state": "balanced", "text": "Giving and receiving are about even.", "balance": 0.05, "lower_90": -0.14, "upper_90": 0.23,
        "probability_over": 0.07, "probability_under": 0.01, "expected_balance": 0.0, "effective_events": 31.5, "entries": 40,
        "shift": {"probability": 0.11, "date": "2025-12-01"}, "ebb_sd": 0.08, "local_balance": 0.02, "explanation": [], "missing": []}],
    "patterns": [], "strengths": [], "explanation": [], "checks": [{"code": "always_starting", "whose": "me", "outcome": "not_shown"}], "measures": {}, "conflicts": [],
    "notes": [{"code": "so_far", "text": "This is what the entries so far support. More entries can change it."}],
    "created_at": "2026-03-02T12:00:00Z"
}))]
pub struct AssessmentView {
    pub id: Uuid,
    pub relationship_id: Uuid,
    pub as_of: NaiveDate,
    pub window: WindowView,
    pub method: MethodView,
    pub evidence: EvidenceView,
    /// Whether the evidence has changed since; compute again for a current one.
    pub stale: bool,
    pub overall: OverallView,
    /// All eight, in a fixed order.
    #[schema(max_items = 8)]
    pub dimensions: Vec<DimensionView>,
    #[schema(max_items = 50)]
    pub patterns: Vec<FindingView>,
    #[schema(max_items = 50)]
    pub strengths: Vec<FindingView>,
    /// What the overall figure is made of; the contributions sum to it.
    #[schema(max_items = 200)]
    pub explanation: Vec<ContributionView>,
    /// Which of the ids that are named here are promises, plans, needs and repairs; the others are interactions.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(max_items = 2000)]
    pub cited_records: Vec<CitedRecordView>,
    /// Every check for a pattern or a strength and how it came out: `no_evidence`, `too_little`, `not_shown` or shown.
    #[schema(max_items = 100)]
    pub checks: Vec<CheckView>,
    pub measures: MeasuresView,
    /// Where the log and the answers disagree.
    #[schema(max_items = 8)]
    pub conflicts: Vec<ConflictView>,
    /// What to keep in mind.
    #[schema(max_items = 20)]
    pub notes: Vec<NoteView>,
    /// How firm states are; there where `include=what_would_change` was asked for. All together first, then the dimensions with the
    /// most entries, as far as 64 runs of the engine reach.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(max_items = 9)]
    pub what_would_change: Option<Vec<ChangeView>>,
    pub created_at: DateTime<Utc>,
}

/// What the evidence of a request supports: as an assessment, but nothing of it is stored.
#[derive(Serialize, ToSchema)]
#[schema(as = AssessmentPreview, example = json!({
    "as_of": "2026-03-01", "window": {"from": "2025-09-03", "to": "2026-03-01"},
    "method": {"name": "reciprocity-level-shift", "version": "1.3.0"},
    "evidence": {"digest": "sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08", "entries": 1,
        "unknown_actor_entries": 0, "days": 1, "first_day": "2026-02-27", "last_day": "2026-02-27", "kept_by": "logger"},
    "overall": {"state": "insufficient_evidence", "text": "Not enough entries yet to say anything about this.", "missing": []},
    "dimensions": [], "patterns": [], "strengths": [], "explanation": [],
    "checks": [{"code": "words_without_action", "whose": "them", "outcome": "too_little"}], "measures": {}, "conflicts": [],
    "notes": [{"code": "so_far", "text": "This is what the entries so far support. More entries can change it."}]
}))]
pub struct PreviewView {
    pub as_of: NaiveDate,
    pub window: WindowView,
    pub method: MethodView,
    pub evidence: EvidenceView,
    pub overall: OverallView,
    /// All eight, in a fixed order.
    #[schema(max_items = 8)]
    pub dimensions: Vec<DimensionView>,
    #[schema(max_items = 50)]
    pub patterns: Vec<FindingView>,
    #[schema(max_items = 50)]
    pub strengths: Vec<FindingView>,
    /// What the overall figure is made of; the contributions sum to it.
    #[schema(max_items = 200)]
    pub explanation: Vec<ContributionView>,
    /// Every check for a pattern or a strength and how it came out: `no_evidence`, `too_little`, `not_shown` or shown.
    #[schema(max_items = 100)]
    pub checks: Vec<CheckView>,
    pub measures: MeasuresView,
    /// Where the log and the answers disagree.
    #[schema(max_items = 8)]
    pub conflicts: Vec<ConflictView>,
    /// What to keep in mind.
    #[schema(max_items = 20)]
    pub notes: Vec<NoteView>,
    /// How firm states are; there where `include=what_would_change` was asked for. All together first, then the dimensions with the
    /// most entries, as far as 64 runs of the engine reach.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(max_items = 9)]
    pub what_would_change: Option<Vec<ChangeView>>,
}

/// The days that count, both included; local dates.
#[derive(Serialize, ToSchema)]
#[schema(as = Window)]
pub struct WindowView {
    pub from: NaiveDate,
    pub to: NaiveDate,
}

/// How it was computed. The same evidence and version give the same figures.
#[derive(Serialize, ToSchema)]
#[schema(as = Method)]
pub struct MethodView {
    #[schema(max_length = 60)]
    pub name: String,
    #[schema(max_length = 30)]
    pub version: String,
}

/// What was read.
#[derive(Serialize, ToSchema)]
#[schema(as = Evidence)]
pub struct EvidenceView {
    /// SHA-256 of everything that was read: equal digests, equal evidence.
    #[schema(max_length = 80)]
    pub digest: String,
    #[schema(minimum = 0)]
    pub entries: u32,
    /// Counted, but in no balance.
    #[schema(minimum = 0)]
    pub unknown_actor_entries: u32,
    /// Days with at least one entry.
    #[schema(minimum = 0)]
    pub days: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub first_day: Option<NaiveDate>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_day: Option<NaiveDate>,
    /// logger, other or neither
    #[schema(max_length = 40)]
    pub kept_by: String,
}

/// All sufficient dimensions together; not to be shown without them. Figures are absent where the evidence is insufficient.
#[derive(Serialize, ToSchema)]
#[schema(as = Overall)]
pub struct OverallView {
    /// `insufficient_evidence`, `sustained_imbalance`, `recent_shift`, ebb, balanced or unclear
    #[schema(max_length = 40)]
    pub state: String,
    /// The state in words.
    #[schema(max_length = 500)]
    pub text: String,
    /// From -1 (only the logger receives) to 1 (only the logger gives).
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(minimum = -1, maximum = 1)]
    pub balance: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(minimum = -1, maximum = 1)]
    pub lower_90: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(minimum = -1, maximum = 1)]
    pub upper_90: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 0, maximum = 1)]
    pub net_imbalance: Option<f64>,
    /// How far opposite imbalances make up for each other.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 0, maximum = 1)]
    pub complementarity: Option<f64>,
    #[schema(max_items = 10)]
    pub missing: Vec<MissingView>,
}

/// One of the eight ways of giving. Figures are absent where the evidence is insufficient; `missing` says what would help.
#[derive(Serialize, ToSchema)]
#[schema(as = DimensionResult)]
pub struct DimensionView {
    /// `emotional_support`, celebration, initiation, repair, appreciation, `practical_help`, `promises_kept` or `needs_met`
    #[schema(max_length = 40)]
    pub dimension: String,
    /// `insufficient_evidence`, `sustained_imbalance`, `recent_shift`, ebb, balanced or unclear
    #[schema(max_length = 40)]
    pub state: String,
    /// The state in words.
    #[schema(max_length = 500)]
    pub text: String,
    /// From -1 (only the logger receives) to 1 (only the logger gives).
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(minimum = -1, maximum = 1)]
    pub balance: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(minimum = -1, maximum = 1)]
    pub lower_90: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(minimum = -1, maximum = 1)]
    pub upper_90: Option<f64>,
    /// That the logger gives more than the neutral zone around what is expected.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 0, maximum = 1)]
    pub probability_over: Option<f64>,
    /// That the logger gives less than that.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 0, maximum = 1)]
    pub probability_under: Option<f64>,
    #[schema(minimum = -1, maximum = 1)]
    pub expected_balance: f64,
    /// Independent acts that would say as much.
    #[schema(minimum = 0)]
    pub effective_events: f64,
    #[schema(minimum = 0)]
    pub entries: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub shift: Option<ShiftView>,
    /// How far it swings around its level.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 0)]
    pub ebb_sd: Option<f64>,
    /// Where it stands just now, swing included.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(minimum = -1, maximum = 1)]
    pub local_balance: Option<f64>,
    /// What this dimension's figure is made of.
    #[schema(max_items = 200)]
    pub explanation: Vec<ContributionView>,
    #[schema(max_items = 10)]
    pub missing: Vec<MissingView>,
}

/// A possible change of the level.
#[derive(Serialize, ToSchema)]
#[schema(as = Shift)]
pub struct ShiftView {
    #[schema(minimum = 0, maximum = 1)]
    pub probability: f64,
    /// The likeliest date.
    pub date: NaiveDate,
}

/// What is needed before anything can be said.
#[derive(Serialize, ToSchema)]
#[schema(as = Missing)]
pub struct MissingView {
    /// `more_acts`, `narrower_interval` or `any_dimension`
    #[schema(max_length = 40)]
    pub code: String,
    /// About how many more.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 0)]
    pub more: Option<u32>,
    #[schema(max_length = 300)]
    pub text: String,
}

/// A pattern or a strength, with the entries and records behind it, those that speak against it, and another reading.
#[derive(Serialize, ToSchema)]
#[schema(as = Finding)]
pub struct FindingView {
    #[schema(max_length = 60)]
    pub code: String,
    /// Whose behaviour: me, them or both.
    #[schema(max_length = 20)]
    pub whose: String,
    #[schema(max_length = 500)]
    pub text: String,
    #[schema(minimum = 0, maximum = 1)]
    pub probability: f64,
    #[schema(max_items = 50)]
    pub entry_ids: Vec<Uuid>,
    #[schema(max_items = 50)]
    pub counter_entry_ids: Vec<Uuid>,
    #[schema(max_length = 500)]
    pub other_reading: String,
}

/// A record that is named in an assessment.
#[derive(Serialize, ToSchema)]
#[schema(as = CitedRecord)]
pub struct CitedRecordView {
    pub id: Uuid,
    /// promise, plan, need or repair
    #[schema(max_length = 40)]
    pub kind: String,
}

/// How a check came out.
#[derive(Serialize, ToSchema)]
#[schema(as = Check)]
pub struct CheckView {
    #[schema(max_length = 60)]
    pub code: String,
    /// me, them or both
    #[schema(max_length = 20)]
    pub whose: String,
    /// `no_evidence`, `too_little`, `not_shown` or shown
    #[schema(max_length = 40)]
    pub outcome: String,
}

/// One part of the score, which is the balance on a logit scale; the parts sum to it.
#[derive(Serialize, ToSchema)]
#[schema(as = Contribution)]
pub struct ContributionView {
    /// `expected_balance`, entry, `other_entries`, pooling, prior, answers or `kept_by`
    #[schema(max_length = 40)]
    pub kind: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub entry_id: Option<Uuid>,
    pub contribution: f64,
}

/// The log and the answers point to clearly different levels.
#[derive(Serialize, ToSchema)]
#[schema(as = Conflict)]
pub struct ConflictView {
    #[schema(max_length = 40)]
    pub dimension: String,
    #[schema(minimum = -1, maximum = 1)]
    pub log_balance: f64,
    #[schema(minimum = -1, maximum = 1)]
    pub answers_balance: f64,
}

/// Something to keep in mind.
#[derive(Serialize, ToSchema)]
#[schema(as = Note)]
pub struct NoteView {
    #[schema(max_length = 60)]
    pub code: String,
    #[schema(max_length = 500)]
    pub text: String,
}

/// A page of assessments.
#[derive(Serialize, ToSchema)]
pub struct AssessmentPage {
    #[schema(max_items = 200)]
    pub data: Vec<AssessmentView>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 500)]
    pub next_cursor: Option<String>,
}
