//! Which practice is suggested, by which rule.
//!
//! 1. Nothing is suggested where the tie is not an active one, where the safety screen leaves nothing but help, and while something is being
//!    tried in it or was until lately: one thing at a time.
//! 2. Of the states that an assessment found, those that matter most are looked at and no others: an imbalance that lasts, before a
//!    recent change, an ebb, no clear answer, and balance. Among them the surest imbalance comes first, and all ways together come last.
//! 3. A practice fits a state where it says so of the state and of who carries more, aims at its dimension, and is for such ties. It
//!    is left out where it must not be offered, where the screen withholds it, where the person does not want it, and where it asks for much.
//! 4. Of several the one that asks for least is taken; then the one that aims at the dimension above all, rests on more, takes less time.

mod situation;
#[cfg(test)]
mod tests;

use std::cmp::Ordering;
use std::collections::BTreeSet;

use chrono::{DateTime, Days, Utc};

use crate::content::{AssessedState, Carrier, Catalogue, Dimension, Effort, EvidenceStrength, Practice, PracticeFilter};
use crate::features::safety::model::Answers;
use crate::kernel::RelationshipId;
pub use situation::Situation;

/// The longest name of a practice.
pub const MAX_SLUG: usize = 40;
/// Practices that may be named for one relationship; there are fewer to choose from.
pub const MAX_NOT_FOR_ME: usize = 100;

/// How long nothing is suggested after what was tried: it has to show, and nobody needs a new task at once.
pub const REST: Days = Days::new(14);

/// A practice that was adopted so lately is being tried, done or not.
pub const BEGUN: Days = Days::new(56);
/// One that was done so lately is being tried; what nobody has done for so long is none any more, adopted or not.
pub const DONE: Days = Days::new(35);

/// A practice that somebody does not want suggested in one relationship.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NotForMe {
    pub relationship: RelationshipId,
    pub practice: String,
    /// Its place in the order of the account's.
    pub number: i64,
    pub decided_at: DateTime<Utc>,
}

/// What the person said that a recommendation heeds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Considered {
    pub answers: Answers,
    pub not_for_me: BTreeSet<String>,
    /// A practice is being done or a test is on, or was within [`REST`].
    pub is_trying: bool,
}

/// A state that an assessment found, of one dimension or of all together.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Standing {
    /// Nothing for all together.
    pub dimension: Option<Dimension>,
    pub state: AssessedState,
    /// Who carries more; for whoever that does not matter it is said all the same.
    pub carries: Carrier,
    /// How probable an imbalance is, from 0 to 1.
    pub imbalance: f64,
}

/// What is suggested, and for which state.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Suggestion<'a> {
    pub practice: &'a Practice,
    pub standing: Standing,
}

/// Whether a practice may be put before somebody: it is for such ties and nothing rules it out, the tie is an active one, the screen does not
/// withhold it, and they did not say that it is not for them.
#[must_use]
pub fn may_be_offered(catalogue: &Catalogue, situation: &Situation, considered: &Considered, practice: &Practice) -> bool {
    situation.is_active
        && situation.admits(practice)
        && considered.answers.admit(catalogue.safety_screen(), practice.slug())
        && !considered.not_for_me.contains(practice.slug())
}

/// The practice to suggest, if there is one.
#[must_use]
pub fn choose<'a>(
    catalogue: &'a Catalogue,
    situation: &Situation,
    considered: &Considered,
    standings: &[Standing],
) -> Option<Suggestion<'a>> {
    if considered.is_trying {
        return None;
    }
    let most = standings.iter().map(|standing| weight(standing.state)).min()?;
    let mut foremost: Vec<Standing> = standings.iter().copied().filter(|standing| weight(standing.state) == most).collect();
    foremost.sort_by(before);
    let may =
        |practice: &&Practice| practice.definition().effort < Effort::High && may_be_offered(catalogue, situation, considered, practice);
    let practices: Vec<&Practice> = catalogue.practices(PracticeFilter::default()).filter(may).collect();
    foremost.into_iter().find_map(|standing| {
        let fitting = practices.iter().copied().filter(|practice| fits(practice, &standing));
        let practice = fitting.min_by_key(|practice| cost(practice, &standing))?;
        Some(Suggestion { practice, standing })
    })
}

/// What matters most comes first.
const fn weight(state: AssessedState) -> u8 {
    match state {
        AssessedState::SustainedImbalance => 0,
        AssessedState::RecentShift => 1,
        AssessedState::Ebb => 2,
        AssessedState::Unclear => 3,
        AssessedState::Balanced => 4,
    }
}

/// Dimensions before all together, the surest imbalance first, then in the order of the dimensions.
fn before(one: &Standing, other: &Standing) -> Ordering {
    let together = |standing: &Standing| standing.dimension.is_none();
    together(one).cmp(&together(other)).then(other.imbalance.total_cmp(&one.imbalance)).then(one.dimension.cmp(&other.dimension))
}

fn fits(practice: &Practice, standing: &Standing) -> bool {
    let aims = |dimension| practice.definition().dimensions.contains(&dimension);
    practice.fits(standing.state, standing.carries) && standing.dimension.is_none_or(aims)
}

/// What it asks for, how far the dimension stands from what it aims at above all, what it rests on, how long it takes, its name.
fn cost<'a>(practice: &'a Practice, standing: &Standing) -> (Effort, usize, EvidenceStrength, u32, &'a str) {
    let definition = practice.definition();
    let place = definition.dimensions.iter().position(|dimension| Some(*dimension) == standing.dimension).unwrap_or_default();
    (definition.effort, place, definition.evidence.strength, definition.minutes, practice.slug())
}
