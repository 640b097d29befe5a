//! Which of what is due is put before somebody.

use chrono::NaiveDate;

use crate::content::{Catalogue, Practice, RelationshipKind};
use crate::features::recommendations::model::{self as recommendations, Considered};
use crate::features::relationships::model::Details;
use crate::features::routines::model::{AdoptedPractice, History, Situation, Standing};

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

/// What is due today.
#[derive(Clone, Debug)]
pub struct Prompt<'a> {
    pub adopted: AdoptedPractice,
    pub practice: &'a Practice,
    pub kind: RelationshipKind,
    pub standing: Standing,
}

/// The prompts, the gentlest first: what asks for least, then what takes least time, then what has waited longest.
#[must_use]
pub fn gentlest(catalogue: &Catalogue, admitted: Vec<(Admitted, NaiveDate)>) -> Vec<Prompt<'_>> {
    let prompt = |(one, today): (Admitted, NaiveDate)| {
        let standing = Standing::of(&one.practice, &one.situation, one.history, today);
        let practice = catalogue.practice(&one.practice.adopted.practice).filter(|_| standing.is_open())?;
        Some(Prompt { adopted: one.practice, practice, kind: one.kind, standing })
    };
    let mut due: Vec<Prompt<'_>> = admitted.into_iter().filter_map(prompt).collect();
    due.sort_by_key(|one| {
        let definition = one.practice.definition();
        (definition.effort, definition.minutes, one.standing.due.map(|due| due.on), one.adopted.id)
    });
    due.truncate(MOST);
    due
}
