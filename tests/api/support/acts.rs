//! An entry as the service's own functions take it.

use reciprocity::engine::types::{Actor, Dimension};
use reciprocity::features::interactions::model::{Act, Precision, Source};

/// What the logger did, with nothing said of it that need not be said but its effort.
pub fn plain() -> Act {
    Act {
        actor: Actor::Me,
        dimension: Dimension::PracticalHelp,
        precision: Precision::Exact,
        prompted: None,
        effort: Some(2),
        energy_after: None,
        felt_heard: None,
        duration_minutes: None,
        needed: None,
        asked_for: None,
        outcome: None,
        source: Source::App,
        note: None,
    }
}
