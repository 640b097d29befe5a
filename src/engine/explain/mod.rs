//! Why a score is what it is: parts that sum to it.
//!
//! The score is the mean logit, the last figure before the balance. In the likeliest explanation the level is
//! additive in the days and a day in its entries; what the other explanations, the other dimensions, the
//! answers and who kept the log add or take is listed beside them.

mod contributions;

use super::density::{Distribution, LIMIT};
use super::infer::expected;
use super::level::matrix::Vector;
use super::math::balance_to_logit;
use super::readings::Readings;
use super::types::{Dimension, EntryId};
use contributions::Contributions;
pub use contributions::Explainer;

/// Entries named one by one; the rest are one part.
pub const NAMED_ENTRIES: usize = 10;

/// What a part of the score is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PartKind {
    /// The balance that is expected here.
    Expected,
    /// One entry.
    Entry,
    /// All entries that are not named.
    OtherEntries,
    /// The pull of the other dimensions.
    Pooling,
    /// What other explanations, and the doubt about all of them, add or take.
    Prior,
    /// Answers to questionnaires.
    Answers,
    /// Who kept the log.
    Keeper,
}

impl PartKind {
    /// The name used on the wire.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Expected => "expected_balance",
            Self::Entry => "entry",
            Self::OtherEntries => "other_entries",
            Self::Pooling => "pooling",
            Self::Prior => "prior",
            Self::Answers => "answers",
            Self::Keeper => "kept_by",
        }
    }
}

/// One part of a score.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Part {
    /// What it is.
    pub kind: PartKind,
    /// The entry, where it is one.
    pub entry: Option<EntryId>,
    /// What it adds to the score, in logits.
    pub contribution: f64,
}

/// A score taken apart.
#[derive(Clone, Debug, PartialEq)]
pub struct Explanation {
    /// The dimension; `None` for the overall score.
    pub dimension: Option<Dimension>,
    /// Mean logit; the parts sum to it.
    pub score: f64,
    /// The strongest entries first, then the rest.
    pub parts: Vec<Part>,
}

impl Explanation {
    /// The same score seen from the other side.
    #[must_use]
    pub fn mirrored(mut self) -> Self {
        self.score = 0.0 - self.score;
        for part in &mut self.parts {
            part.contribution = 0.0 - part.contribution;
        }
        self
    }
}

/// A distribution at each stage of step 5.
#[derive(Clone, Debug, PartialEq)]
pub struct Stages {
    /// By the log alone.
    pub log: Distribution,
    /// With answers.
    pub answered: Distribution,
    /// With who kept the log considered: what is reported.
    pub corrected: Distribution,
}

impl Stages {
    /// The stages of one dimension.
    #[must_use]
    pub fn of(readings: &Readings, dimension: Dimension) -> Self {
        Self {
            log: readings.today.pooled.get(dimension).clone(),
            answered: readings.today.fused.get(dimension).clone(),
            corrected: readings.posterior.get(dimension).clone(),
        }
    }
}

/// Takes the score of the levels weighed by `shares` apart.
#[must_use]
pub fn explain(dimension: Option<Dimension>, shares: &Vector, stages: &Stages, explainer: &Explainer) -> Explanation {
    let [log, answered, score] = [&stages.log, &stages.answered, &stages.corrected].map(|stage| stage.logit_moments().0);
    let base = expected(shares, explainer.readings().evidence);
    let base_logit = balance_to_logit(base, LIMIT);
    let Contributions { strongest, count, entries, others } = explainer.contributions(shares, base);
    let named: f64 = strongest.as_slice().iter().map(|(_, contribution)| contribution).sum();

    let part = |kind, contribution| Part { kind, entry: None, contribution };
    let mut parts: Vec<Part> =
        strongest.as_slice().iter().map(|&(id, contribution)| Part { kind: PartKind::Entry, entry: Some(id), contribution }).collect();
    parts.extend([
        part(PartKind::OtherEntries, if count > NAMED_ENTRIES { entries - named } else { 0.0 }),
        part(PartKind::Expected, base_logit),
        part(PartKind::Pooling, others),
        part(PartKind::Prior, log - base_logit - entries - others),
        part(PartKind::Answers, answered - log),
        part(PartKind::Keeper, score - answered),
    ]);
    parts.retain(|part| part.contribution != 0.0);
    Explanation { dimension, score, parts }
}
