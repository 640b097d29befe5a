//! The figures of a completed response as they travel: per dimension and side, with what is missing and why.

use serde::Serialize;
use utoipa::ToSchema;

use super::super::reliability::standard_error;
use crate::content::{Counts, DimensionScore, Mean, MeasureScore, PerspectiveGap, Scored, SideScore};

/// What the answers come to, worked out from the version that was answered. Not a verdict: one sitting, one person's view.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ResponseScores)]
pub struct ScoresView {
    counts: AnswerCounts,
    /// provisional (alpha and standard deviation are assumed, nobody has measured them) or measured
    #[schema(max_length = 40)]
    reliability: String,
    /// One entry for each dimension of the question set, answered or not.
    #[schema(max_items = 8)]
    dimensions: Vec<DimensionScoreView>,
    /// How far the person feels heard; absent where the set does not ask. Never part of a balance.
    #[serde(skip_serializing_if = "Option::is_none")]
    felt_heard: Option<MeasureScoreView>,
    /// Energy after time together, drained to energised; absent where the set does not ask. Never part of a balance.
    #[serde(skip_serializing_if = "Option::is_none")]
    energy_after: Option<MeasureScoreView>,
    /// Where the person thinks the other would answer differently.
    #[schema(max_items = 40)]
    perspective_gaps: Vec<PerspectiveGapView>,
}

/// How much was asked and answered; `asked` is the sum of the other four.
#[derive(Debug, Serialize, ToSchema)]
pub struct AnswerCounts {
    /// Items that the answers left open.
    #[schema(minimum = 0, maximum = 40)]
    asked: u32,
    #[schema(minimum = 0, maximum = 40)]
    answered: u32,
    #[schema(minimum = 0, maximum = 40)]
    skipped: u32,
    #[schema(minimum = 0, maximum = 40)]
    preferred_not_to_say: u32,
    #[schema(minimum = 0, maximum = 40)]
    without_answer: u32,
}

/// Giving and receiving in one dimension.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = DimensionScore)]
pub struct DimensionScoreView {
    /// `emotional_support`, celebration, initiation, repair, appreciation, `practical_help`, `promises_kept` or `needs_met`
    #[schema(max_length = 40)]
    dimension: String,
    /// What the person answering does for the other.
    give: SideScoreView,
    /// What the other does for them.
    receive: SideScoreView,
    /// Highest less lowest scale point of both sides.
    #[schema(minimum = 1, maximum = 20)]
    range: i32,
    /// Mirrored pairs of items with both open.
    #[schema(minimum = 0, maximum = 20)]
    pairs_asked: u32,
    /// Mirrored pairs with a value on both sides.
    #[schema(minimum = 0, maximum = 20)]
    pairs_answered: u32,
    /// (give - receive) / range: 1 where only the person answering gives, -1 where only the other does.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(minimum = -1, maximum = 1)]
    difference: Option<f64>,
    /// Why there is no difference: `not_asked`, `too_few_answers`, or `too_few_pairs` where both sides have a mean but of
    /// different questions
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 40)]
    missing: Option<String>,
}

/// One side of a dimension.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = SideScore)]
pub struct SideScoreView {
    /// Mean of the items answered, in scale points, reverse-keyed items turned round.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(minimum = -10, maximum = 10)]
    mean: Option<f64>,
    /// Why there is no mean: `not_asked` or `too_few_answers`
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 40)]
    missing: Option<String>,
    #[schema(minimum = 0, maximum = 40)]
    asked: u32,
    #[schema(minimum = 0, maximum = 40)]
    answered: u32,
    /// Reliability of the mean (Cronbach's alpha, shortened for missing items); see `reliability`.
    #[schema(minimum = 0, maximum = 1)]
    alpha: f64,
    /// Standard deviation of the mean across people, in scale points; see `reliability`.
    #[schema(minimum = 0, maximum = 20)]
    standard_deviation: f64,
    /// Standard error of measurement of the mean, in scale points: standard deviation times the root of 1 - alpha. Absent
    /// without a mean; see `reliability`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 0, maximum = 20)]
    standard_error: Option<f64>,
}

/// A figure that stands on its own.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = MeasureScore)]
pub struct MeasureScoreView {
    /// In scale points.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(minimum = -10, maximum = 10)]
    mean: Option<f64>,
    /// Why there is no mean: `not_asked` or `too_few_answers`
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 40)]
    missing: Option<String>,
    /// The lowest scale point.
    #[schema(minimum = -10, maximum = 10)]
    minimum: i32,
    /// The highest scale point.
    #[schema(minimum = -10, maximum = 10)]
    maximum: i32,
    #[schema(minimum = 0, maximum = 40)]
    asked: u32,
    #[schema(minimum = 0, maximum = 40)]
    answered: u32,
}

/// One item with both people's eyes, the other's as the person answering imagines them.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = PerspectiveGap)]
pub struct PerspectiveGapView {
    /// The item that asks what the other would say.
    #[schema(max_length = 40)]
    item: String,
    /// The item that it reviews.
    #[schema(max_length = 40)]
    reviews: String,
    /// The dimension of both.
    #[schema(max_length = 40)]
    dimension: String,
    /// The person's own answer, in scale points.
    #[schema(minimum = -10, maximum = 10)]
    own: f64,
    /// The answer they expect of the other, in scale points.
    #[schema(minimum = -10, maximum = 10)]
    they_would_say: f64,
    /// (`they_would_say` - own) / range
    #[schema(minimum = -1, maximum = 1)]
    gap: f64,
}

impl From<Scored> for ScoresView {
    fn from(scored: Scored) -> Self {
        Self {
            counts: AnswerCounts::from(scored.counts),
            reliability: if scored.alpha_provisional { "provisional" } else { "measured" }.to_owned(),
            dimensions: scored.dimensions.iter().map(DimensionScoreView::from).collect(),
            felt_heard: scored.felt_heard.as_ref().map(MeasureScoreView::from),
            energy_after: scored.energy_after.as_ref().map(MeasureScoreView::from),
            perspective_gaps: scored.perspective_gaps.into_iter().map(PerspectiveGapView::from).collect(),
        }
    }
}

impl From<Counts> for AnswerCounts {
    fn from(counts: Counts) -> Self {
        let Counts { asked, answered, skipped, preferred_not_to_say, without_answer } = counts;
        Self { asked, answered, skipped, preferred_not_to_say, without_answer }
    }
}

impl From<&DimensionScore> for DimensionScoreView {
    fn from(scored: &DimensionScore) -> Self {
        Self {
            dimension: scored.dimension.to_string(),
            give: SideScoreView::from(&scored.give),
            receive: SideScoreView::from(&scored.receive),
            range: scored.range,
            pairs_asked: scored.pairs_asked,
            pairs_answered: scored.pairs_answered,
            difference: scored.difference,
            missing: why_no_difference(scored).map(str::to_owned),
        }
    }
}

fn why_no_difference(scored: &DimensionScore) -> Option<&'static str> {
    match scored.difference {
        Some(_) => None,
        None => scored.give.mean.missing().or(scored.receive.mean.missing()).or(Some("too_few_pairs")),
    }
}

impl From<&SideScore> for SideScoreView {
    fn from(side: &SideScore) -> Self {
        let (mean, missing) = figure(side.mean);
        let SideScore { asked, answered, alpha, standard_deviation, .. } = *side;
        Self { mean, missing, asked, answered, alpha, standard_deviation, standard_error: standard_error(side) }
    }
}

impl From<&MeasureScore> for MeasureScoreView {
    fn from(scored: &MeasureScore) -> Self {
        let (mean, missing) = figure(scored.mean);
        Self { mean, missing, minimum: scored.minimum, maximum: scored.maximum, asked: scored.asked, answered: scored.answered }
    }
}

impl From<PerspectiveGap> for PerspectiveGapView {
    fn from(gap: PerspectiveGap) -> Self {
        Self {
            item: gap.item_id,
            reviews: gap.reviewed_item_id,
            dimension: gap.dimension.to_string(),
            own: gap.own,
            they_would_say: gap.they_would_say,
            gap: gap.gap,
        }
    }
}

fn figure(mean: Mean) -> (Option<f64>, Option<String>) {
    (mean.value(), mean.missing().map(str::to_owned))
}
