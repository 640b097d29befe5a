//! What is known about a tie that rules practices out. What is not known is never read as safe.

use chrono::{Days, NaiveDate};

use crate::content::{Contraindication, Practice, RelationshipKind};
use crate::features::relationships::model::{Context, ContextKind, Details, Kind, Status};

/// How long a period of strain is heeded after its end: a loss is fresh for weeks.
const FRESH: Days = Days::new(28);
/// Somewhere it is tomorrow already.
const AHEAD: Days = Days::new(1);

/// A tie as far as a recommendation depends on it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Situation {
    pub kind: RelationshipKind,
    /// Nothing is suggested for a tie that is paused, put away or has ended.
    pub is_active: bool,
    /// What holds, or may.
    ruled_out_by: Vec<Contraindication>,
}

impl Situation {
    /// The situation of a tie on a day (UTC). `worn_out` is what an assessment found of the logger's strength.
    #[must_use]
    pub fn new(details: &Details, today: NaiveDate, worn_out: bool) -> Self {
        let mut ruled_out_by = Vec::new();
        // A parent and a child, or somebody who is cared for: among peers the expected balance is 0.
        if details.kind == Kind::Family || details.expected_balance != 0.0 {
            ruled_out_by.extend([Contraindication::Minor, Contraindication::Dependent]);
        }
        let near = details.contexts.iter().filter(|period| is_near(period, today));
        ruled_out_by.extend(near.flat_map(|period| strain(period.kind)).copied());
        if worn_out {
            ruled_out_by.push(Contraindication::WornOut);
        }
        Self { kind: kind_of(details.kind), is_active: details.status == Status::Active, ruled_out_by }
    }

    /// Whether a practice is for such ties, and nothing that holds rules it out.
    #[must_use]
    pub fn admits(&self, practice: &Practice) -> bool {
        practice.definition().relationship_kinds.contains(&self.kind)
            && !self.ruled_out_by.iter().any(|code| practice.is_ruled_out_by(*code))
    }
}

fn is_near(period: &Context, today: NaiveDate) -> bool {
    let begun = today.checked_add_days(AHEAD).is_none_or(|tomorrow| period.from <= tomorrow);
    let lately = |to: NaiveDate| to.checked_add_days(FRESH).is_none_or(|until| until >= today);
    begun && period.to.is_none_or(lately)
}

/// What may hold while there is such a strain.
const fn strain(kind: ContextKind) -> &'static [Contraindication] {
    match kind {
        ContextKind::Illness => &[Contraindication::Crisis, Contraindication::Dependent],
        ContextKind::Newborn => &[Contraindication::Minor, Contraindication::Dependent],
        // It may be a death, a job that was lost, the end of something.
        ContextKind::Other => &[Contraindication::Crisis, Contraindication::RecentLoss],
        ContextKind::Exams | ContextKind::Distance => &[],
    }
}

const fn kind_of(kind: Kind) -> RelationshipKind {
    match kind {
        Kind::Dating => RelationshipKind::Dating,
        Kind::Partner => RelationshipKind::Partner,
        Kind::Family => RelationshipKind::Family,
        Kind::Friend => RelationshipKind::Friend,
    }
}
