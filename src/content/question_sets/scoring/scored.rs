//! What scoring yields. Figures that the answers do not support are absent, and say why.

use crate::content::vocabulary::Dimension;

/// The figures from one person's answers to one version of a set.
#[derive(Debug, Clone, PartialEq)]
pub struct Scored {
    /// The set.
    pub slug: String,
    /// Its version; figures of different versions are not comparable without thought.
    pub version: u32,
    /// How much was asked and answered.
    pub counts: Counts,
    /// Whether alpha and the standard deviations are assumptions that nobody has measured.
    pub alpha_provisional: bool,
    /// One entry for each dimension of the set, answered or not.
    pub dimensions: Vec<DimensionScore>,
    /// How far the person feels heard; `None` where the set does not ask. Never part of a balance.
    pub felt_heard: Option<MeasureScore>,
    /// Energy after time together; `None` where the set does not ask. Never part of a balance.
    pub energy_after: Option<MeasureScore>,
    /// How far the person thinks the other would disagree, item by item, where both were answered.
    pub perspective_gaps: Vec<PerspectiveGap>,
}

/// How much of a set was asked and answered. `asked` is the sum of the other four.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Counts {
    /// Items open to this person.
    pub asked: u32,
    /// Items with a value.
    pub answered: u32,
    /// Items passed over.
    pub skipped: u32,
    /// Items declined.
    pub preferred_not_to_say: u32,
    /// Items without any answer.
    pub without_answer: u32,
}

/// Give and Receive in one dimension.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct DimensionScore {
    /// The dimension.
    pub dimension: Dimension,
    /// What I do for them.
    pub give: SideScore,
    /// What they do for me.
    pub receive: SideScore,
    /// Highest less lowest scale point, for both sides.
    pub range: i32,
    /// Mirrored pairs with both items open.
    pub pairs_asked: u32,
    /// Mirrored pairs with a value on both sides.
    pub pairs_answered: u32,
    /// `(Give - Receive) / range`, in [-1, 1]; `None` where a side or the pairs have too few answers.
    pub difference: Option<f64>,
}

/// One side of a dimension.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SideScore {
    /// Items open to this person.
    pub asked: u32,
    /// Items with a value.
    pub answered: u32,
    /// Their mean, in scale points.
    pub mean: Mean,
    /// Reliability of the mean of the items answered: the set's alpha, shortened where some are missing.
    pub alpha: f64,
    /// Standard deviation across people, in scale points.
    pub standard_deviation: f64,
}

/// A mean, or the reason there is none.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Mean {
    /// In scale points, reverse-keyed items turned round.
    Scored(f64),
    /// Asked, but less than the required share has a value.
    TooFewAnswers,
    /// Earlier answers left every item closed.
    NotAsked,
}

/// A measure that is never part of a balance.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct MeasureScore {
    /// The lowest scale point.
    pub minimum: i32,
    /// The highest scale point.
    pub maximum: i32,
    /// Items open to this person.
    pub asked: u32,
    /// Items with a value.
    pub answered: u32,
    /// Their mean, in scale points.
    pub mean: Mean,
}

/// One item seen with both people's eyes, the other's as the person answering imagines them.
#[derive(Debug, Clone, PartialEq)]
pub struct PerspectiveGap {
    /// The they-would-say item.
    pub item_id: String,
    /// The item it reviews.
    pub reviewed_item_id: String,
    /// Their dimension.
    pub dimension: Dimension,
    /// The person's own answer, in scale points, turned round where reverse-keyed.
    pub own: f64,
    /// The answer they expect of the other, likewise.
    pub they_would_say: f64,
    /// `(they_would_say - own) / range`, in [-1, 1].
    pub gap: f64,
}

impl Mean {
    /// The figure, where there is one.
    #[must_use]
    pub const fn value(self) -> Option<f64> {
        match self {
            Self::Scored(mean) => Some(mean),
            Self::TooFewAnswers | Self::NotAsked => None,
        }
    }

    /// Why there is no figure: `too_few_answers` or `not_asked`.
    #[must_use]
    pub const fn missing(self) -> Option<&'static str> {
        match self {
            Self::Scored(_) => None,
            Self::TooFewAnswers => Some("too_few_answers"),
            Self::NotAsked => Some("not_asked"),
        }
    }
}
