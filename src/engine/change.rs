//! What would change a state: the fewest further entries that do, found by running the engine on them.

use super::assess::core;
use super::assessment::State;
use super::evidence::{Entry, Evidence};
use super::guard;
use super::policy::Policy;
use super::rollup::RollUp;
use super::types::{Actor, Dimension, EntryId};

/// Never more runs of the engine than this.
pub const MAX_RUNS: u32 = 64;
/// Never more further entries than this: one a day for about two months.
const MAX_ENTRIES: u32 = 64;

/// The state that is to change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Target {
    /// The overall state; further entries come in the dimension with the most evidence.
    Overall,
    /// The state of one dimension.
    Dimension(Dimension),
}

/// The fewest further entries by one person that change the state.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Change {
    /// How many, one a day from the day after the last of the evidence.
    pub entries: u32,
    /// The dimension they are in.
    pub dimension: Dimension,
    /// The state they lead to.
    pub to: State,
}

/// What would change a state.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WhatWouldChange {
    /// The state as it is.
    pub from: State,
    /// Further acts of the logger, where at most 64 of them suffice.
    pub by_me: Option<Change>,
    /// Further acts of the other person, likewise.
    pub by_them: Option<Change>,
    /// How often the engine was run, at most [`MAX_RUNS`].
    pub runs: u32,
}

impl WhatWouldChange {
    /// The same seen from the other side.
    #[must_use]
    pub const fn mirrored(self) -> Self {
        Self { by_me: self.by_them, by_them: self.by_me, ..self }
    }
}

/// Looks for the fewest further entries by either person that change the state of `target`.
///
/// Entries are added one a day after `as_of`, which moves along with them. Each number is verified: the engine
/// was run with it and with one fewer.
#[must_use]
pub fn what_would_change(evidence: &Evidence, target: Target, policy: &Policy) -> WhatWouldChange {
    let (clean, _) = guard::clean(evidence);
    let mut search = Search { clean: &clean, policy, target, runs: 0 };
    let from = search.state(&clean);
    let dimension = match target {
        Target::Dimension(dimension) => dimension,
        Target::Overall => busiest(&clean),
    };
    let by_me = search.fewest(Actor::Me, dimension, from);
    let by_them = search.fewest(Actor::Them, dimension, from);
    WhatWouldChange { from, by_me, by_them, runs: search.runs }
}

fn busiest(evidence: &Evidence) -> Dimension {
    let entries = |dimension: &Dimension| evidence.entries.iter().filter(|entry| entry.dimension == *dimension).count();
    let more = |best: Dimension, next: Dimension| if entries(&next) > entries(&best) { next } else { best };
    Dimension::ALL.into_iter().reduce(more).unwrap_or(Dimension::EmotionalSupport)
}

struct Search<'a> {
    clean: &'a Evidence,
    policy: &'a Policy,
    target: Target,
    runs: u32,
}

impl Search<'_> {
    fn state(&mut self, evidence: &Evidence) -> State {
        self.runs += 1;
        let core = core(evidence, &RollUp::from_entries(&evidence.entries), false, self.policy);
        match self.target {
            Target::Overall => core.overall.state,
            Target::Dimension(dimension) => core
                .dimensions
                .iter()
                .find(|result| result.dimension == dimension)
                .map_or(State::InsufficientEvidence, |result| result.state),
        }
    }

    fn with(&mut self, count: u32, actor: Actor, dimension: Dimension) -> State {
        let mut evidence = self.clean.clone();
        let next = evidence.entries.iter().map(|entry| entry.id.0).max().map_or(0, |last| last.saturating_add(1));
        for further in 0..count {
            evidence.as_of = evidence.as_of.plus(1);
            evidence.entries.push(Entry {
                id: EntryId(next.saturating_add(further)),
                day: evidence.as_of,
                dimension,
                actor,
                weight: 2.0,
                prompted: None,
                energy_after: None,
                felt_heard: None,
            });
        }
        self.state(&evidence)
    }

    /// Doubles until the state differs, then halves the gap: at most 14 runs.
    fn fewest(&mut self, actor: Actor, dimension: Dimension, from: State) -> Option<Change> {
        let mut same = 0;
        let mut count = 1;
        let mut found = self.with(count, actor, dimension);
        while found == from {
            same = count;
            count *= 2;
            if count > MAX_ENTRIES || self.runs >= MAX_RUNS / 2 * if actor == Actor::Me { 1 } else { 2 } {
                return None;
            }
            found = self.with(count, actor, dimension);
        }
        let mut to = found;
        while count - same > 1 {
            let middle = u32::midpoint(same, count);
            let state = self.with(middle, actor, dimension);
            if state == from {
                same = middle;
            } else {
                (count, to) = (middle, state);
            }
        }
        Some(Change { entries: count, dimension, to })
    }
}
