//! How a response differs from the completion before it, as it travels.

use chrono::NaiveDate;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::Comparison;
use crate::features::responses::model::ScaleChange;

/// How a completed response differs from the one before it, of the same version of the same question set.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ResponseChange, example = json!({
    "response_id": "01980000-0000-7000-8000-000000000004", "question_set": "reciprocity-check", "version": 1, "local_date": "2026-03-01",
    "previous": {"response_id": "01980000-0000-7000-8000-000000000003", "local_date": "2026-01-15"}, "reliability": "provisional",
    "scales": [{"dimension": "emotional_support", "side": "receive", "before": 1.0, "after": 3.0, "difference": 2.0,
        "standard_error": 0.81, "index": 2.46, "reliable": true}]
}))]
pub struct ResponseChangeView {
    response_id: Uuid,
    #[schema(max_length = 40)]
    question_set: String,
    #[schema(minimum = 1, maximum = 10_000)]
    version: u32,
    local_date: NaiveDate,
    /// Absent where this is the first completion, or still in progress.
    #[serde(skip_serializing_if = "Option::is_none")]
    previous: Option<PreviousView>,
    /// provisional (alpha and standard deviation are assumed, nobody has measured them) or measured
    #[schema(max_length = 40)]
    reliability: String,
    /// Scales that were answered in the same items both times.
    #[schema(max_items = 16)]
    scales: Vec<ScaleChangeView>,
}

/// The completion that is compared with.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = PreviousResponse)]
pub struct PreviousView {
    response_id: Uuid,
    local_date: NaiveDate,
}

/// Reliable change of one scale (Jacobson and Truax 1991).
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ScaleChange)]
pub struct ScaleChangeView {
    #[schema(max_length = 40)]
    dimension: String,
    /// give or receive
    #[schema(max_length = 10)]
    side: String,
    /// The mean then, in scale points.
    #[schema(minimum = -10, maximum = 10)]
    before: f64,
    /// The mean now.
    #[schema(minimum = -10, maximum = 10)]
    after: f64,
    /// after - before
    #[schema(minimum = -20, maximum = 20)]
    difference: f64,
    /// Standard error of the difference, in scale points; see `reliability`.
    #[schema(minimum = 0)]
    standard_error: f64,
    /// `difference` / `standard_error`
    index: f64,
    /// Whether the index lies beyond 1.96 either way: more than error of measurement explains at 5 %.
    reliable: bool,
}

impl From<Comparison> for ResponseChangeView {
    fn from(found: Comparison) -> Self {
        let details = found.response.details;
        Self {
            response_id: found.response.id.0,
            question_set: details.question_set,
            version: details.question_set_version,
            local_date: details.local_date,
            previous: found.previous.map(|one| PreviousView { response_id: one.id.0, local_date: one.details.local_date }),
            reliability: if found.provisional { "provisional" } else { "measured" }.to_owned(),
            scales: found.scales.into_iter().map(ScaleChangeView::from).collect(),
        }
    }
}

impl From<ScaleChange> for ScaleChangeView {
    fn from(change: ScaleChange) -> Self {
        let ScaleChange { dimension, side, before, after, standard_error, index, reliable } = change;
        Self {
            dimension: dimension.to_string(),
            side: side.to_owned(),
            before,
            after,
            difference: after - before,
            standard_error,
            index,
            reliable,
        }
    }
}
