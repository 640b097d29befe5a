//! What an assessment is once it is recorded: the engine's answer in words and dates that last.

mod preview;

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::features::recommendations::model::Considered;
use crate::features::records::model::RepairsMeasure;
use crate::features::relationships::model::{Context, Details};
use crate::kernel::{AssessmentId, RelationshipId};

pub use preview::{
    Answers, EntryId, EvidenceRow, MAX_PREVIEW_RECORDS, Named, Need, NeedOutcome, Plan, Preview, Promise, PromiseOutcome, Repair,
    ScaleError,
};

/// Days a window has where the client does not say.
pub const DEFAULT_WINDOW_DAYS: i32 = 180;
/// The longest window: ten years.
pub const MAX_WINDOW_DAYS: i32 = 3_660;
/// Entries one assessment reads at most; more are refused, never silently cut.
pub const MAX_ENTRIES: usize = 250_000;

/// Which days to assess.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Wanted {
    /// The last day that counts; without it, the last complete local day.
    pub as_of: Option<NaiveDate>,
    pub window_days: i32,
}

/// The days an assessment covers, both included, in the logger's local dates.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Window {
    pub from: NaiveDate,
    pub to: NaiveDate,
}

/// What was computed, of whatever evidence: what a recorded assessment and a preview have in common.
#[derive(Clone, Debug)]
pub struct Computed {
    pub window: Window,
    pub method_name: String,
    pub method_version: String,
    pub evidence_digest: Vec<u8>,
    pub outcome: Outcome,
}

/// A recorded assessment.
#[derive(Clone, Debug)]
pub struct Assessment {
    pub id: AssessmentId,
    pub relationship: RelationshipId,
    pub computed: Computed,
    pub stale: bool,
    pub created_at: DateTime<Utc>,
}

/// What a recommendation depends on beside the assessment: as it is now, and never stored with it.
#[derive(Clone, Debug)]
pub struct Circumstances {
    pub tie: Details,
    pub considered: Considered,
}

/// An assessment that was found, and the alias it is about.
#[derive(Clone, Debug)]
pub struct Found {
    pub assessment: Assessment,
    pub alias: String,
    /// Nothing for a session that does not reach the whole account: to it nothing is suggested.
    pub circumstances: Option<Circumstances>,
}

/// The engine's answer as it is stored. Fields are only ever added, with a default, so that old rows read on.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Outcome {
    pub evidence: EvidenceRead,
    pub overall: OverallOutcome,
    pub dimensions: Vec<DimensionOutcome>,
    #[serde(default)]
    pub conflicts: Vec<ConflictOutcome>,
    #[serde(default)]
    pub patterns: Vec<FindingOutcome>,
    #[serde(default)]
    pub strengths: Vec<FindingOutcome>,
    #[serde(default)]
    pub checks: Vec<CheckOutcome>,
    #[serde(default)]
    pub explanation: Vec<PartOutcome>,
    #[serde(default)]
    pub measures: MeasuresOutcome,
    #[serde(default)]
    pub notes: Vec<String>,
    /// What was given and received, a week and dimension at a time; weeks without entries are left out. The picture draws
    /// them, and the timeline lists them.
    #[serde(default)]
    pub weeks: Vec<WeekOutcome>,
    /// Which of the cited ids are promises, plans, needs and repairs.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub cited_records: Vec<CitedOutcome>,
    /// What would change the states; there once somebody asked for it.
    ///
    /// It is kept with the rest, not worked out on reading, so that it can be read again word for word when the evidence has
    /// changed or an entry is gone, and so that reading never runs the engine. Who asks later has it added by computing
    /// again: the same evidence and version give the same figures.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub what_would_change: Option<Vec<ChangeOutcome>>,
}

/// A record that is cited.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CitedOutcome {
    pub id: Uuid,
    pub kind: String,
}

/// What would change one state: the fewest further entries of either person, each verified by running the engine.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ChangeOutcome {
    /// Nothing for all ways together.
    pub dimension: Option<String>,
    /// The state as it is.
    pub state: String,
    pub by_me: Option<StepOutcome>,
    pub by_them: Option<StepOutcome>,
}

/// So many further entries, one a day, and the state they lead to.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct StepOutcome {
    pub entries: u32,
    pub dimension: String,
    pub state: String,
}

/// What a client asks for beside the usual.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Include {
    pub what_would_change: bool,
}

impl Assessment {
    /// Without what was not asked for.
    #[must_use]
    pub fn with(self, include: Include) -> Self {
        Self { computed: self.computed.with(include), ..self }
    }
}

impl Computed {
    /// Without what was not asked for.
    #[must_use]
    pub fn with(mut self, include: Include) -> Self {
        if !include.what_would_change {
            self.outcome.what_would_change = None;
        }
        self
    }
}

/// Weighted sums of one week of one dimension.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct WeekOutcome {
    /// The week's Monday.
    pub from: NaiveDate,
    pub dimension: String,
    pub given: f64,
    pub received: f64,
    /// Entries behind them, those by an unknown actor included; 0 in what was recorded before they were counted.
    #[serde(default)]
    pub entries: u32,
}

impl WeekOutcome {
    /// The week's own balance, from -1 to 1: what is seen, before any model. Nothing where nobody is known to have acted.
    #[must_use]
    pub fn balance(&self) -> Option<f64> {
        let sum = self.given + self.received;
        (sum > 0.0).then(|| (self.given - self.received) / sum)
    }
}

/// What a picture of a relationship over time is drawn from.
#[derive(Clone, Debug)]
pub struct Timeline {
    pub computed: Computed,
    /// Periods of strain that touch the window.
    pub contexts: Vec<Context>,
}

/// A pattern or strength that is shown; see the engine's `Finding`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FindingOutcome {
    pub code: String,
    pub whose: String,
    pub probability: f64,
    pub entry_ids: Vec<Uuid>,
    pub counter_entry_ids: Vec<Uuid>,
    pub other_reading: String,
}

/// How a check came out, shown or not.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CheckOutcome {
    pub code: String,
    pub whose: String,
    pub outcome: String,
}

/// One part of a score, in logits.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PartOutcome {
    pub kind: String,
    pub entry_id: Option<Uuid>,
    pub contribution: f64,
}

/// What is reported on its own and never averaged into a balance.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct MeasuresOutcome {
    pub energy_after: Option<RatingOutcome>,
    pub felt_heard: Option<RatingOutcome>,
    /// What the repairs of the window come to; nothing where none was noted, or in what was recorded before it was told.
    #[serde(default)]
    pub repairs: Option<RepairsMeasure>,
}

/// A mean of ratings with its standard error.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct RatingOutcome {
    pub mean: f64,
    pub standard_error: f64,
    pub days: u32,
}

/// What was read.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct EvidenceRead {
    pub entries: u32,
    pub unknown_actor_entries: u32,
    pub days: u32,
    pub first_day: Option<NaiveDate>,
    pub last_day: Option<NaiveDate>,
    pub kept_by: String,
}

/// A balance with its uncertainty; see the engine's `Figures`.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct FiguresOutcome {
    pub balance: f64,
    pub lower_90: f64,
    pub upper_90: f64,
    pub probability_over: f64,
    pub probability_under: f64,
}

/// A possible change of the level.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct ShiftOutcome {
    pub probability: f64,
    pub date: NaiveDate,
}

/// All sufficient dimensions together.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct OverallOutcome {
    pub state: String,
    pub figures: Option<FiguresOutcome>,
    pub net_imbalance: Option<f64>,
    pub complementarity: Option<f64>,
    pub missing: Vec<MissingOutcome>,
}

/// One dimension.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DimensionOutcome {
    pub dimension: String,
    pub state: String,
    pub figures: Option<FiguresOutcome>,
    pub expected_balance: f64,
    pub effective_events: f64,
    pub entries: u32,
    pub shift: Option<ShiftOutcome>,
    pub ebb_sd: Option<f64>,
    pub local_balance: Option<f64>,
    #[serde(default)]
    pub explanation: Vec<PartOutcome>,
    pub missing: Vec<MissingOutcome>,
}

impl Outcome {
    /// [`is_worn_out`] of what was found.
    #[must_use]
    pub fn is_worn_out(&self) -> bool {
        is_worn_out(&self.overall, &self.measures)
    }
}

/// Whether the logger gives more than there is strength for: drained after time together, or carrying more of everything for a while.
#[must_use]
pub fn is_worn_out(overall: &OverallOutcome, measures: &MeasuresOutcome) -> bool {
    let drained = measures.energy_after.is_some_and(|energy| energy.mean < 0.0);
    let carries = overall.figures.is_some_and(|figures| figures.balance > 0.0);
    drained || (overall.state == "sustained_imbalance" && carries)
}

/// The key of the text that says a state; where one side carries more, it says which.
#[must_use]
pub fn state_text_key(state: &str, figures: Option<&FiguresOutcome>) -> String {
    match figures.filter(|_| state == "sustained_imbalance") {
        Some(figures) if figures.balance > 0.0 => format!("state.{state}.me"),
        Some(_) => format!("state.{state}.them"),
        None => format!("state.{state}"),
    }
}

/// What is needed before anything can be said.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct MissingOutcome {
    pub code: String,
    pub more: Option<u32>,
}

/// Where the log and the answers point to clearly different levels.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ConflictOutcome {
    pub dimension: String,
    pub log_balance: f64,
    pub answers_balance: f64,
}

/// A result about to be recorded.
#[derive(Clone, Debug)]
pub struct NewAssessment {
    pub id: Uuid,
    pub computed: Computed,
    /// Entries named in the outcome.
    pub cited: Vec<Uuid>,
}
