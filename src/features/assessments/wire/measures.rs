//! What an assessment reports by itself, beside balance: energy, feeling heard, repairs.

use serde::Serialize;
use utoipa::ToSchema;

use crate::features::assessments::model::{MeasuresOutcome, RatingOutcome};
use crate::features::records::model::RepairsMeasure;

/// What is reported on its own and never averaged into a balance; absent where nothing was rated or noted.
#[derive(Serialize, ToSchema)]
#[schema(as = Measures)]
pub struct MeasuresView {
    /// Energy after time together, -3 to 3.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub energy_after: Option<RatingView>,
    /// How far the logger felt heard, 1 to 5.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub felt_heard: Option<RatingView>,
    /// The repairs that began in the window; not in a preview.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub repairs: Option<RepairsView>,
}

/// The repairs that began in the window, as they stood on its last day. One that nobody has moved in is open, and no failure.
#[derive(Serialize, ToSchema)]
#[schema(as = RepairsMeasure, example = json!({"count": 6, "open": 1, "repaired": 4, "accepted": 4, "not_accepted": 0, "noticed_by_me": 3,
    "noticed_by_them": 2, "median_days_to_first_move": 1.0, "median_days": 2.5}))]
pub struct RepairsView {
    #[schema(minimum = 0)]
    pub count: u32,
    /// Nobody has moved yet.
    #[schema(minimum = 0)]
    pub open: u32,
    /// It is over. What is neither open nor over was moved in.
    #[schema(minimum = 0)]
    pub repaired: u32,
    /// First moves that were accepted; where nobody said so, they are in neither of these two.
    #[schema(minimum = 0)]
    pub accepted: u32,
    #[schema(minimum = 0)]
    pub not_accepted: u32,
    /// Noticed by the logger alone; where both did, or nobody said who, it is in neither.
    #[schema(minimum = 0)]
    pub noticed_by_me: u32,
    #[schema(minimum = 0)]
    pub noticed_by_them: u32,
    /// The middle one of the days from what happened to the first move.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 0)]
    pub median_days_to_first_move: Option<f64>,
    /// The middle one of the days until it was over, of those that are.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 0)]
    pub median_days: Option<f64>,
}

/// A cautious mean of ratings: few ratings pull it towards the middle of the scale.
#[derive(Serialize, ToSchema)]
#[schema(as = Rating)]
pub struct RatingView {
    pub mean: f64,
    #[schema(minimum = 0)]
    pub standard_error: f64,
    /// Days with a rating.
    #[schema(minimum = 0)]
    pub days: u32,
}

impl From<MeasuresOutcome> for MeasuresView {
    fn from(measures: MeasuresOutcome) -> Self {
        Self {
            energy_after: measures.energy_after.map(RatingView::from),
            felt_heard: measures.felt_heard.map(RatingView::from),
            repairs: measures.repairs.map(RepairsView::from),
        }
    }
}

impl From<RatingOutcome> for RatingView {
    fn from(rating: RatingOutcome) -> Self {
        Self { mean: rating.mean, standard_error: rating.standard_error, days: rating.days }
    }
}

impl From<RepairsMeasure> for RepairsView {
    fn from(repairs: RepairsMeasure) -> Self {
        Self {
            count: repairs.count,
            open: repairs.open,
            repaired: repairs.repaired,
            accepted: repairs.accepted,
            not_accepted: repairs.not_accepted,
            noticed_by_me: repairs.noticed_by_me,
            noticed_by_them: repairs.noticed_by_them,
            median_days_to_first_move: repairs.median_days_to_first_move,
            median_days: repairs.median_days,
        }
    }
}
