//! A relationship over time as it travels: which days are asked for, and the series behind the picture.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::answer::{MethodView, ShiftView, WindowView};
use super::request::wanted;
use crate::content::Phrases;
use crate::features::assessments::model::{DimensionOutcome, FiguresOutcome, Timeline, Wanted, WeekOutcome, state_text_key};
use crate::features::relationships::ContextView;
use crate::kernel::{Error, Fields, RelationshipId};

/// Which days to show.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct TimelineQuery {
    /// The last day, in the account's zone: today at the latest; without it, the last complete day.
    #[param(required = false)]
    as_of: Option<NaiveDate>,
    /// How many days up to that one.
    #[param(required = false, minimum = 1, maximum = 3660, default = 180, example = 180)]
    window_days: Option<i32>,
}

impl TimelineQuery {
    /// The days that are wanted.
    pub fn parse(&self) -> Result<Wanted, Error> {
        let mut fields = Fields::default();
        let wanted = wanted(&mut fields, self.as_of, self.window_days);
        fields.finish(Some(wanted)).map_err(|fields| Error::invalid(fields).in_query())
    }
}

/// The series behind the picture: what was logged week by week, and the level that an assessment sees beneath it.
#[derive(Serialize, ToSchema)]
#[schema(as = Timeline, example = json!({
    "relationship_id": "01980000-0000-7000-8000-000000000001", "window": {"from": "2025-09-03", "to": "2026-03-01"},
    "method": {"name": "reciprocity-level-shift", "version": "1.3.0"},
    "dimensions": [{"dimension": "initiation", "state": "balanced", "text": "Giving and receiving are about even.",
        "level": {"balance": 0.05, "lower_90": -0.14, "upper_90": 0.23}, "shift": {"probability": 0.11, "date": "2025-12-01"},
        "ebb_sd": 0.08, "local_balance": 0.02,
        "weeks": [{"from": "2026-02-23", "entries": 4, "given": 6.0, "received": 2.0, "balance": 0.5}]}],
    "contexts": [{"kind": "exams", "effect": "widen", "from": "2026-02-01", "to": "2026-02-20"}]
}))]
pub struct TimelineView {
    relationship_id: Uuid,
    window: WindowView,
    method: MethodView,
    /// All eight, in a fixed order.
    #[schema(max_items = 8)]
    dimensions: Vec<TimelineDimensionView>,
    /// Periods of strain that touch the window.
    #[schema(max_items = 50)]
    contexts: Vec<ContextView>,
}

/// One way of giving over time. Level, shift and ebb are absent where the evidence is insufficient.
#[derive(Serialize, ToSchema)]
#[schema(as = TimelineDimension)]
pub struct TimelineDimensionView {
    /// `emotional_support`, celebration, initiation, repair, appreciation, `practical_help`, `promises_kept` or `needs_met`
    #[schema(max_length = 40)]
    dimension: String,
    /// `insufficient_evidence`, `sustained_imbalance`, `recent_shift`, ebb, balanced or unclear
    #[schema(max_length = 40)]
    state: String,
    /// The state in words.
    #[schema(max_length = 500)]
    text: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    level: Option<LevelView>,
    /// The likeliest date at which the level changed, and how likely it is that it changed at all.
    #[serde(skip_serializing_if = "Option::is_none")]
    shift: Option<ShiftView>,
    /// How far it swings around its level.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 0)]
    ebb_sd: Option<f64>,
    /// Where it stands on the last day, swing included.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(minimum = -1, maximum = 1)]
    local_balance: Option<f64>,
    /// Weeks with entries, earliest first. A week that is not here has none: it is unobserved, not even.
    #[schema(max_items = 525)]
    weeks: Vec<WeekView>,
}

/// The lasting level as it is on the last day, from -1 (only the logger receives) to 1 (only the logger gives).
#[derive(Serialize, ToSchema)]
#[schema(as = Level)]
pub struct LevelView {
    #[schema(minimum = -1, maximum = 1)]
    balance: f64,
    #[schema(minimum = -1, maximum = 1)]
    lower_90: f64,
    #[schema(minimum = -1, maximum = 1)]
    upper_90: f64,
}

/// What was logged in one week, as it was logged. A single week says little; the level is what the weeks say together.
#[derive(Serialize, ToSchema)]
#[schema(as = Week)]
pub struct WeekView {
    /// Its Monday. Of the first and the last week only the days inside the window count.
    from: NaiveDate,
    /// Entries, those by an unknown actor included.
    #[schema(minimum = 1)]
    entries: u32,
    /// The effort of what the logger did; half of what both did.
    #[schema(minimum = 0)]
    given: f64,
    /// The effort of what the other did; half of what both did.
    #[schema(minimum = 0)]
    received: f64,
    /// (given - received) / (given + received); absent where nobody is known to have acted.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(minimum = -1, maximum = 1)]
    balance: Option<f64>,
}

impl TimelineView {
    /// The series in the language of `phrases`.
    #[must_use]
    pub fn new(relationship: RelationshipId, found: Timeline, phrases: Phrases<'_>) -> Self {
        let computed = found.computed;
        let weeks = computed.outcome.weeks;
        let dimension = |result: DimensionOutcome| {
            let own = weeks.iter().filter(|week| week.dimension == result.dimension).map(WeekView::from).collect();
            TimelineDimensionView::new(result, own, phrases)
        };
        Self {
            relationship_id: relationship.0,
            window: WindowView { from: computed.window.from, to: computed.window.to },
            method: MethodView { name: computed.method_name, version: computed.method_version },
            dimensions: computed.outcome.dimensions.into_iter().map(dimension).collect(),
            contexts: found.contexts.into_iter().map(ContextView::from).collect(),
        }
    }
}

impl TimelineDimensionView {
    fn new(result: DimensionOutcome, weeks: Vec<WeekView>, phrases: Phrases<'_>) -> Self {
        Self {
            text: phrases.get(&state_text_key(&result.state, result.figures.as_ref())).to_owned(),
            dimension: result.dimension,
            state: result.state,
            level: result.figures.map(LevelView::from),
            shift: result.shift.map(|shift| ShiftView { probability: shift.probability, date: shift.date }),
            ebb_sd: result.ebb_sd,
            local_balance: result.local_balance,
            weeks,
        }
    }
}

impl From<FiguresOutcome> for LevelView {
    fn from(figures: FiguresOutcome) -> Self {
        Self { balance: figures.balance, lower_90: figures.lower_90, upper_90: figures.upper_90 }
    }
}

impl From<&WeekOutcome> for WeekView {
    fn from(week: &WeekOutcome) -> Self {
        Self { from: week.from, entries: week.entries, given: week.given, received: week.received, balance: week.balance() }
    }
}
