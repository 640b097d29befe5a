//! Which of what is due is put before somebody.

use chrono::{DateTime, NaiveDate, Utc};

use crate::content::{Catalogue, RelationshipKind};
use crate::features::recommendations::model::{self as recommendations, Considered};
use crate::features::relationships::model::Details;
use crate::features::routines::model::{AdoptedPractice, History, Situation, Standing};
use crate::kernel::zone;

/// Prompts at once: more would be a list of duties.
pub const MOST: usize = 3;

/// An adopted practice that may be put before somebody, and what it depends on.
#[derive(Clone, Debug)]
pub struct Admitted {
    pub practice: AdoptedPractice,
    pub situation: Situation,
    pub history: History,
    pub kind: RelationshipKind,
}

/// What decides whether an adopted practice is admitted.
#[derive(Clone, Debug)]
pub struct Candidate {
    pub practice: AdoptedPractice,
    pub tie: Details,
    pub situation: Situation,
    pub history: History,
    pub considered: Considered,
    pub worn_out: bool,
}

impl Candidate {
    /// The candidate, if nothing rules it out: as it is with what is suggested next.
    #[must_use]
    pub fn admitted(self, catalogue: &Catalogue, today: NaiveDate) -> Option<Admitted> {
        let practice = catalogue.practice(&self.practice.adopted.practice)?;
        let situation = recommendations::Situation::new(&self.tie, today, self.worn_out);
        let kind = situation.kind;
        recommendations::may_be_offered(catalogue, &situation, &self.considered, practice).then_some(Admitted {
            practice: self.practice,
            situation: self.situation,
            history: self.history,
            kind,
        })
    }
}

/// What is due today, of a practice that the catalogue has.
#[derive(Clone, Debug)]
pub struct Prompt {
    pub adopted: AdoptedPractice,
    pub kind: RelationshipKind,
    pub standing: Standing,
}

/// The prompts, the gentlest first: what asks for least, then what takes least time, then what has waited longest.
#[must_use]
pub fn gentlest(catalogue: &Catalogue, admitted: Vec<Admitted>, now: DateTime<Utc>) -> Vec<Prompt> {
    let prompt = |one: Admitted| {
        let today = zone::local_date(now, one.practice.plan.time_zone);
        let standing = Standing::of(&one.practice, &one.situation, one.history, today);
        let definition = catalogue.practice(&one.practice.adopted.practice).filter(|_| standing.is_open())?.definition();
        let place = (definition.effort, definition.minutes, standing.due.map(|due| due.on), one.practice.id);
        Some((place, Prompt { adopted: one.practice, kind: one.kind, standing }))
    };
    let mut due: Vec<_> = admitted.into_iter().filter_map(prompt).collect();
    due.sort_by_key(|(place, _)| *place);
    due.into_iter().map(|(_, prompt)| prompt).take(MOST).collect()
}
