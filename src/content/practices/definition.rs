//! `practice.json`: everything about a practice but its words.

use serde::Deserialize;

use crate::content::vocabulary::{AssessedState, Carrier, Contraindication, Dimension, Effort, EvidenceStrength, RelationshipKind, Status};

/// What is known about a practice.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PracticeDefinition {
    /// Stable name, the same in every version.
    pub slug: String,
    /// From 1, rising with every change of what people have agreed to do.
    pub version: u32,
    /// Whether it is served.
    pub status: Status,
    /// The kinds of relationship it is written for.
    pub relationship_kinds: Vec<RelationshipKind>,
    /// What it aims at, the first above all.
    pub dimensions: Vec<Dimension>,
    /// How long one time takes, in minutes, 1 to 120.
    pub minutes: u32,
    /// What it asks of the person.
    pub effort: Effort,
    /// Whether it is mutual: it counts as done together only when both took part.
    pub takes_two: bool,
    /// How often, as a recurrence rule (RFC 5545, section 3.3.10) without a start; `None` where a rhythm would spoil it.
    pub suggested_cadence: Option<String>,
    /// Whether phones are put away for it.
    pub screen_free: bool,
    /// The states of an assessment that it fits.
    pub fits_states: Vec<FitsState>,
    /// Where it must not be offered. Always holds fear.
    pub contraindications: Vec<Contraindication>,
    /// What it rests on.
    pub evidence: Evidence,
    /// How long the whole practice lasts, for one that has an end.
    #[serde(default)]
    pub length_days: Option<LengthDays>,
    /// SPDX licence expression of the words.
    pub licence: String,
}

/// A state that a practice fits, and who carries more in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FitsState {
    /// The state.
    pub state: AssessedState,
    /// Who carries more; `Either` where it does not matter.
    pub carries: Carrier,
}

/// What a practice rests on.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Evidence {
    /// How near the studies come to this act.
    pub strength: EvidenceStrength,
    /// For developers, in English: authors, years, and what was not shown.
    pub note: String,
}

/// How long a practice with an end lasts, in days, shortest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LengthDays {
    /// The least that could show anything.
    pub shortest: u32,
    /// What to start from.
    pub usual: u32,
    /// Where it stops at the latest.
    pub longest: u32,
}
