//! What an assessment says. Figures are always estimated; a state says whether they may be relied on.

use super::explain::Explanation;
use super::guard::Dropped;
use super::notes::Note;
use super::patterns::Finding;
use super::patterns::vitality::RatedMean;
use super::types::{Day, Dimension};

/// The result of [`super::assess`].
#[derive(Clone, Debug, PartialEq)]
pub struct Assessment {
    /// The method that was used.
    pub method: Method,
    /// What was read.
    pub evidence: EvidenceSummary,
    /// All sufficient dimensions together; never to be shown without them.
    pub overall: Overall,
    /// Every dimension, in order.
    pub dimensions: Vec<DimensionResult>,
    /// Where the log and the answers disagree.
    pub conflicts: Vec<Conflict>,
    /// Patterns that are shown.
    pub patterns: Vec<Finding>,
    /// Strengths that are shown.
    pub strengths: Vec<Finding>,
    /// Every check and how it came out, shown or not.
    pub checks: Vec<Finding>,
    /// What is reported on its own, beside balance.
    pub measures: Measures,
    /// Scores taken apart: the overall one, then each sufficient dimension's.
    pub explanations: Vec<Explanation>,
    /// What a reader must know beside the figures.
    pub notes: Vec<Note>,
}

/// What is never averaged into a balance.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Measures {
    /// Mean energy after time together, -3 to 3, shrunk to 0.
    pub energy_after: RatedMean,
    /// Mean rating of feeling heard, 1 to 5, shrunk to 3.
    pub felt_heard: RatedMean,
}

/// Name and version of the method.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Method {
    /// Name.
    pub name: &'static str,
    /// Version.
    pub version: &'static str,
}

/// What was read.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct EvidenceSummary {
    /// Entries that passed the guards.
    pub entries: u32,
    /// Of these, entries by an unknown actor: in the count, in no balance.
    pub unknown_actor_entries: u32,
    /// Days with at least one entry.
    pub days: u32,
    /// First day with an entry.
    pub first_day: Option<Day>,
    /// Last day with an entry.
    pub last_day: Option<Day>,
    /// Records left out.
    pub dropped: Dropped,
    /// How far acts of one day agree beyond chance, 0 to 1.
    pub agreement: f64,
}

/// What can be said. The order is that of the rules: the first that holds is the state.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum State {
    /// Too little to say anything; `missing` says what would help.
    InsufficientEvidence,
    /// One side has carried more for long enough to say so.
    SustainedImbalance,
    /// The level changed within the last weeks.
    RecentShift,
    /// Uneven just now, even beneath.
    Ebb,
    /// Within the neutral zone.
    Balanced,
    /// Enough evidence, no clear answer.
    Unclear,
}

impl State {
    /// The name used on the wire.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::InsufficientEvidence => "insufficient_evidence",
            Self::SustainedImbalance => "sustained_imbalance",
            Self::RecentShift => "recent_shift",
            Self::Ebb => "ebb",
            Self::Balanced => "balanced",
            Self::Unclear => "unclear",
        }
    }
}

/// A balance with its uncertainty.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Figures {
    /// Posterior mean of the signed balance: 1 = only the logger gives, -1 = only the logger receives.
    pub balance: f64,
    /// The balance is above this with 95 %.
    pub lower_90: f64,
    /// The balance is below this with 95 %.
    pub upper_90: f64,
    /// Probability that the logger gives more than the neutral zone around the expected balance.
    pub probability_over: f64,
    /// Probability that the logger gives less than that.
    pub probability_under: f64,
}

impl Figures {
    /// Probability of an imbalance to either side.
    #[must_use]
    pub fn probability(&self) -> f64 {
        (self.probability_over + self.probability_under).min(1.0)
    }

    /// The same seen from the other side.
    #[must_use]
    pub fn mirrored(self) -> Self {
        Self {
            balance: 0.0 - self.balance,
            lower_90: 0.0 - self.upper_90,
            upper_90: 0.0 - self.lower_90,
            probability_over: self.probability_under,
            probability_under: self.probability_over,
        }
    }
}

/// A possible change of the level.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Shift {
    /// Probability that the level changed at all within the evidence.
    pub probability: f64,
    /// The likeliest date.
    pub day: Day,
}

/// What more is needed before anything can be said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Missing {
    /// About this many more acts, on different days.
    Acts {
        /// At least this many.
        more: u32,
    },
    /// More acts that point one way: the interval is too wide as yet.
    NarrowerInterval,
    /// No dimension is sufficient.
    AnyDimension,
}

/// The result for one dimension.
#[derive(Clone, Debug, PartialEq)]
pub struct DimensionResult {
    /// The dimension.
    pub dimension: Dimension,
    /// What can be said.
    pub state: State,
    /// The figures, where the evidence suffices.
    pub figures: Option<Figures>,
    /// The figures in any case, for calibration; not to be shown where `figures` is absent.
    pub estimate: Figures,
    /// The balance that is right for this relationship.
    pub expected_balance: f64,
    /// Independent acts that would say as much about the level as the evidence does.
    pub effective_events: f64,
    /// Sum of the days' effective acts; what the floor for sufficiency is compared with.
    pub effective_acts: f64,
    /// Entries in the dimension, unknown actors included.
    pub entries: u32,
    /// A possible change of the level, where there was a date to consider.
    pub shift: Option<Shift>,
    /// Posterior mean of the standard deviation of the ebb, on the balance scale.
    pub ebb_sd: f64,
    /// Today's balance, ebb included, -1 to 1.
    pub local_balance: f64,
    /// What is missing where the evidence does not suffice.
    pub missing: Vec<Missing>,
}

/// All sufficient dimensions together.
#[derive(Clone, Debug, PartialEq)]
pub struct Overall {
    /// What can be said.
    pub state: State,
    /// The figures, where any dimension is sufficient.
    pub figures: Option<OverallFigures>,
    /// What is missing where nothing can be said.
    pub missing: Vec<Missing>,
}

/// The overall figures.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct OverallFigures {
    /// The mean level over the dimensions.
    pub figures: Figures,
    /// Size of the weighted mean of the balances, 0 to 1.
    pub net_imbalance: f64,
    /// How far opposite imbalances make up for each other, 0 to 1.
    pub complementarity: f64,
    /// A possible change of the level.
    pub shift: Option<Shift>,
}

/// The log and the answers point to clearly different levels.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Conflict {
    /// The dimension of the answers.
    pub dimension: Dimension,
    /// Squared distance in standard deviations.
    pub distance_squared: f64,
    /// Balance by the log alone.
    pub log_balance: f64,
    /// Balance by the answers alone.
    pub answers_balance: f64,
}
