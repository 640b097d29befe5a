//! Assessments as they travel.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::model::{
    Assessment, ConflictOutcome, DEFAULT_WINDOW_DAYS, DimensionOutcome, FiguresOutcome, MAX_WINDOW_DAYS, MissingOutcome, OverallOutcome,
    Wanted,
};
use crate::api::body::present;
use crate::kernel::{FieldError, Fields};

/// Which days to assess; `{}` is the last 180.
#[derive(Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"window_days": 180}))]
pub struct CreateAssessment {
    /// The last day that counts, in the account's zone: today at the latest; without it, the last complete day.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    #[schema(value_type = String, format = "past-date", max_length = 10)]
    as_of: Option<NaiveDate>,
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 1, maximum = 3660, default = 180)]
    window_days: Option<i32>,
}

impl CreateAssessment {
    pub fn parse(&self) -> Result<Wanted, Vec<FieldError>> {
        let mut fields = Fields::default();
        let window_days = self.window_days.unwrap_or(DEFAULT_WINDOW_DAYS);
        if !(1..=MAX_WINDOW_DAYS).contains(&window_days) {
            fields.push("/window_days", "out_of_range", format!("A window has 1 to {MAX_WINDOW_DAYS} days."));
        }
        if self.as_of.is_some_and(|date| date < NaiveDate::default()) {
            fields.push("/as_of", "too_early", "Entries begin in 1970.");
        }
        fields.finish(Some(Wanted { as_of: self.as_of, window_days }))
    }
}

/// What the evidence supports, as a snapshot. Never a verdict: per dimension, with an interval.
#[derive(Serialize, ToSchema)]
#[schema(as = Assessment, example = json!({
    "id": "01980000-0000-7000-8000-0000000000c1", "relationship_id": "01980000-0000-7000-8000-000000000001", "as_of": "2026-03-01",
    "window": {"from": "2025-09-03", "to": "2026-03-01"}, "method": {"name": "reciprocity-level-shift", "version": "1.0.0"},
    "evidence": {"digest": "sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08", "entries": 84,
        "unknown_actor_entries": 0, "days": 51, "first_day": "2025-09-05", "last_day": "2026-02-27", "kept_by": "logger"},
    "stale": false,
    "overall": {"state": "balanced", "balance": 0.03, "lower_90": -0.12, "upper_90": 0.18, "net_imbalance": 0.03, "complementarity": 0.4, "missing": []},
    "dimensions": [{"dimension": "initiation", "state": "balanced", "balance": 0.05, "lower_90": -0.14, "upper_90": 0.23,
        "probability_over": 0.07, "probability_under": 0.01, "expected_balance": 0.0, "effective_events": 31.5, "entries": 40,
        "shift": {"probability": 0.11, "date": "2025-12-01"}, "ebb_sd": 0.08, "local_balance": 0.02, "missing": []}],
    "patterns": [], "strengths": [], "explanation": [], "conflicts": [],
    "notes": [{"code": "so_far", "text": "This is what the entries so far support. More entries can change it."}],
    "created_at": "2026-03-02T12:00:00Z"
}))]
pub struct AssessmentView {
    id: Uuid,
    relationship_id: Uuid,
    as_of: NaiveDate,
    window: WindowView,
    method: MethodView,
    evidence: EvidenceView,
    /// Whether the evidence has changed since; compute again for a current one.
    stale: bool,
    overall: OverallView,
    /// All eight, in a fixed order.
    #[schema(max_items = 8)]
    dimensions: Vec<DimensionView>,
    #[schema(max_items = 50)]
    patterns: Vec<FindingView>,
    #[schema(max_items = 50)]
    strengths: Vec<FindingView>,
    /// What the overall figure is made of; the contributions sum to it.
    #[schema(max_items = 200)]
    explanation: Vec<ContributionView>,
    /// Where the log and the answers disagree.
    #[schema(max_items = 8)]
    conflicts: Vec<ConflictView>,
    /// What to keep in mind.
    #[schema(max_items = 20)]
    notes: Vec<NoteView>,
    created_at: DateTime<Utc>,
}

/// The days that count, both included; local dates.
#[derive(Serialize, ToSchema)]
#[schema(as = Window)]
pub struct WindowView {
    from: NaiveDate,
    to: NaiveDate,
}

/// How it was computed. The same evidence and version give the same figures.
#[derive(Serialize, ToSchema)]
#[schema(as = Method)]
pub struct MethodView {
    #[schema(max_length = 60)]
    name: String,
    #[schema(max_length = 30)]
    version: String,
}

/// What was read.
#[derive(Serialize, ToSchema)]
#[schema(as = Evidence)]
pub struct EvidenceView {
    /// SHA-256 of everything that was read: equal digests, equal evidence.
    #[schema(max_length = 80)]
    digest: String,
    #[schema(minimum = 0)]
    entries: u32,
    /// Counted, but in no balance.
    #[schema(minimum = 0)]
    unknown_actor_entries: u32,
    /// Days with at least one entry.
    #[schema(minimum = 0)]
    days: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    first_day: Option<NaiveDate>,
    #[serde(skip_serializing_if = "Option::is_none")]
    last_day: Option<NaiveDate>,
    /// logger, other or neither
    #[schema(max_length = 40)]
    kept_by: String,
}

/// All sufficient dimensions together; not to be shown without them. Figures are absent where the evidence is insufficient.
#[derive(Serialize, ToSchema)]
#[schema(as = Overall)]
pub struct OverallView {
    /// insufficient_evidence, sustained_imbalance, recent_shift, ebb, balanced or unclear
    #[schema(max_length = 40)]
    state: String,
    /// From -1 (only the logger receives) to 1 (only the logger gives).
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(minimum = -1, maximum = 1)]
    balance: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(minimum = -1, maximum = 1)]
    lower_90: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(minimum = -1, maximum = 1)]
    upper_90: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 0, maximum = 1)]
    net_imbalance: Option<f64>,
    /// How far opposite imbalances make up for each other.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 0, maximum = 1)]
    complementarity: Option<f64>,
    #[schema(max_items = 10)]
    missing: Vec<MissingView>,
}

/// One of the eight ways of giving. Figures are absent where the evidence is insufficient; `missing` says what would help.
#[derive(Serialize, ToSchema)]
#[schema(as = DimensionResult)]
pub struct DimensionView {
    /// emotional_support, celebration, initiation, repair, appreciation, practical_help, promises_kept or needs_met
    #[schema(max_length = 40)]
    dimension: String,
    /// insufficient_evidence, sustained_imbalance, recent_shift, ebb, balanced or unclear
    #[schema(max_length = 40)]
    state: String,
    /// From -1 (only the logger receives) to 1 (only the logger gives).
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(minimum = -1, maximum = 1)]
    balance: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(minimum = -1, maximum = 1)]
    lower_90: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(minimum = -1, maximum = 1)]
    upper_90: Option<f64>,
    /// That the logger gives more than the neutral zone around what is expected.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 0, maximum = 1)]
    probability_over: Option<f64>,
    /// That the logger gives less than that.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 0, maximum = 1)]
    probability_under: Option<f64>,
    #[schema(minimum = -1, maximum = 1)]
    expected_balance: f64,
    /// Independent acts that would say as much.
    #[schema(minimum = 0)]
    effective_events: f64,
    #[schema(minimum = 0)]
    entries: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    shift: Option<ShiftView>,
    /// How far it swings around its level.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 0)]
    ebb_sd: Option<f64>,
    /// Where it stands just now, swing included.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(minimum = -1, maximum = 1)]
    local_balance: Option<f64>,
    #[schema(max_items = 10)]
    missing: Vec<MissingView>,
}

/// A possible change of the level.
#[derive(Serialize, ToSchema)]
#[schema(as = Shift)]
pub struct ShiftView {
    #[schema(minimum = 0, maximum = 1)]
    probability: f64,
    /// The likeliest date.
    date: NaiveDate,
}

/// What is needed before anything can be said.
#[derive(Serialize, ToSchema)]
#[schema(as = Missing)]
pub struct MissingView {
    /// more_acts, narrower_interval or any_dimension
    #[schema(max_length = 40)]
    code: String,
    /// About how many more.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 0)]
    more: Option<u32>,
    #[schema(max_length = 300)]
    text: String,
}

/// A pattern or a strength, with the entries behind it, those that speak against it, and another reading.
#[derive(Serialize, ToSchema)]
#[schema(as = Finding)]
pub struct FindingView {
    #[schema(max_length = 60)]
    code: String,
    #[schema(minimum = 0, maximum = 1)]
    probability: f64,
    #[schema(max_items = 50)]
    entry_ids: Vec<Uuid>,
    #[schema(max_items = 50)]
    counter_entry_ids: Vec<Uuid>,
    #[schema(max_length = 500)]
    other_reading: String,
}

/// One part of the figure.
#[derive(Serialize, ToSchema)]
#[schema(as = Contribution)]
pub struct ContributionView {
    /// entry, other_entries, prior, keeper, questionnaire or pooling
    #[schema(max_length = 40)]
    kind: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    entry_id: Option<Uuid>,
    contribution: f64,
}

/// The log and the answers point to clearly different levels.
#[derive(Serialize, ToSchema)]
#[schema(as = Conflict)]
pub struct ConflictView {
    #[schema(max_length = 40)]
    dimension: String,
    #[schema(minimum = -1, maximum = 1)]
    log_balance: f64,
    #[schema(minimum = -1, maximum = 1)]
    answers_balance: f64,
}

/// Something to keep in mind.
#[derive(Serialize, ToSchema)]
#[schema(as = Note)]
pub struct NoteView {
    #[schema(max_length = 60)]
    code: String,
    #[schema(max_length = 500)]
    text: String,
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

impl From<Assessment> for AssessmentView {
    fn from(found: Assessment) -> Self {
        let outcome = found.outcome;
        let evidence = outcome.evidence;
        Self {
            id: found.id.0,
            relationship_id: found.relationship.0,
            as_of: found.window.to,
            window: WindowView { from: found.window.from, to: found.window.to },
            method: MethodView { name: found.method_name, version: found.method_version },
            evidence: EvidenceView {
                digest: format!("sha256:{}", data_encoding::HEXLOWER.encode(&found.evidence_digest)),
                entries: evidence.entries,
                unknown_actor_entries: evidence.unknown_actor_entries,
                days: evidence.days,
                first_day: evidence.first_day,
                last_day: evidence.last_day,
                kept_by: evidence.kept_by,
            },
            stale: found.stale,
            overall: outcome.overall.into(),
            dimensions: outcome.dimensions.into_iter().map(DimensionView::from).collect(),
            patterns: Vec::new(),
            strengths: Vec::new(),
            explanation: Vec::new(),
            conflicts: outcome.conflicts.into_iter().map(ConflictView::from).collect(),
            notes: outcome.notes.into_iter().map(|code| NoteView { text: note_text(&code).to_owned(), code }).collect(),
            created_at: found.created_at,
        }
    }
}

impl From<OverallOutcome> for OverallView {
    fn from(overall: OverallOutcome) -> Self {
        let figures = overall.figures;
        Self {
            state: overall.state,
            balance: figures.map(|f| f.balance),
            lower_90: figures.map(|f| f.lower_90),
            upper_90: figures.map(|f| f.upper_90),
            net_imbalance: overall.net_imbalance,
            complementarity: overall.complementarity,
            missing: overall.missing.into_iter().map(MissingView::from).collect(),
        }
    }
}

impl From<DimensionOutcome> for DimensionView {
    fn from(result: DimensionOutcome) -> Self {
        let figure = |pick: fn(&FiguresOutcome) -> f64| result.figures.as_ref().map(pick);
        Self {
            balance: figure(|f| f.balance),
            lower_90: figure(|f| f.lower_90),
            upper_90: figure(|f| f.upper_90),
            probability_over: figure(|f| f.probability_over),
            probability_under: figure(|f| f.probability_under),
            dimension: result.dimension,
            state: result.state,
            expected_balance: result.expected_balance,
            effective_events: result.effective_events,
            entries: result.entries,
            shift: result.shift.map(|shift| ShiftView { probability: shift.probability, date: shift.date }),
            ebb_sd: result.ebb_sd,
            local_balance: result.local_balance,
            missing: result.missing.into_iter().map(MissingView::from).collect(),
        }
    }
}

impl From<MissingOutcome> for MissingView {
    fn from(missing: MissingOutcome) -> Self {
        let text = match missing.code.as_str() {
            "more_acts" => "A few more entries of this kind, on different days, from either side.",
            "narrower_interval" => "The entries point both ways so far; more of them will show which.",
            _ => "Nothing can be said about the whole until one of the ways of giving has enough entries.",
        };
        Self { text: text.to_owned(), code: missing.code, more: missing.more }
    }
}

impl From<ConflictOutcome> for ConflictView {
    fn from(conflict: ConflictOutcome) -> Self {
        Self { dimension: conflict.dimension, log_balance: conflict.log_balance, answers_balance: conflict.answers_balance }
    }
}

fn note_text(code: &str) -> &'static str {
    match code {
        "so_far" => "This is what the entries so far support. More entries can change it.",
        "kept_by_logger" => {
            "You kept this log. Most people notice more of what they give than of what they get, so the figures allow for that."
        }
        "kept_by_other" => {
            "The other person kept this log. Most people notice more of what they give than of what they get, so the figures allow for that."
        }
        "unknown_actors" => "Some entries do not say who acted. They are counted, but they count for neither side.",
        "known_strain" => "A time of strain is marked. Its days weigh less, or are left out, as you chose.",
        _ => "",
    }
}
