//! What would change a state: the fewest further entries that do, found by running the engine on them.

use super::assess::Prepared;
use super::assessment::State;
use super::evidence::Evidence;
use super::guard::{self, Dropped};
use super::policy::Policy;
use super::rollup::RollUp;
use super::types::{Actor, ByDimension, Dimension};

/// Never more runs of the engine than this.
pub const MAX_RUNS: u32 = 64;
/// Never more further entries than this: one a day for about two months.
const MAX_ENTRIES: u32 = 64;
/// Weight of a further entry: that of one whose effort was not said.
const USUAL_WEIGHT: f64 = 2.0;

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
    let (clean, dropped) = guard::clean(evidence);
    let dimension = match target {
        Target::Dimension(dimension) => dimension,
        Target::Overall => busiest(&clean),
    };
    let roll_up = RollUp::from_sorted(&clean.entries);
    let mut rest = Evidence::empty(clean.window_from, clean.as_of);
    (rest.kept_by, rest.expected_balance) = (clean.kept_by, clean.expected_balance);
    (rest.questionnaires, rest.contexts) = (clean.questionnaires, clean.contexts);
    let mut search = Search { rest, roll_up, dropped, policy, target, dimension, runs: 0 };
    let from = search.with(0, Actor::Both);
    let by_me = search.fewest(Actor::Me, from);
    let by_them = search.fewest(Actor::Them, from);
    WhatWouldChange { from, by_me, by_them, runs: search.runs }
}

fn busiest(evidence: &Evidence) -> Dimension {
    let mut entries = ByDimension::<usize>::default();
    for entry in &evidence.entries {
        *entries.get_mut(entry.dimension) += 1;
    }
    let more = |best: Dimension, next: Dimension| if entries.get(next) > entries.get(best) { next } else { best };
    Dimension::ALL.into_iter().reduce(more).unwrap_or(Dimension::EmotionalSupport)
}

/// The search for one target. A state depends on entries through their sums alone, so these are what grows.
struct Search<'a> {
    /// Of the clean evidence what bears on states, entries left out.
    rest: Evidence,
    /// The sums of the entries.
    roll_up: RollUp,
    dropped: Dropped,
    policy: &'a Policy,
    target: Target,
    /// The dimension of further entries.
    dimension: Dimension,
    runs: u32,
}

impl Search<'_> {
    /// The state with so many further entries.
    fn with(&mut self, count: u32, actor: Actor) -> State {
        self.runs += 1;
        let (mut evidence, mut roll_up) = (self.rest.clone(), self.roll_up.clone());
        for _ in 0..count {
            evidence.as_of = evidence.as_of.plus(1);
            roll_up.add_act(self.dimension, evidence.as_of, actor, USUAL_WEIGHT);
        }
        Prepared::from_sums(evidence, roll_up, self.dropped).state(self.target, self.policy)
    }

    /// Goes up by a quarter at a time until the state differs, then halves the gap: at most 24 runs.
    ///
    /// Larger steps could jump over a state: an imbalance that turns round is even in between.
    fn fewest(&mut self, actor: Actor, from: State) -> Option<Change> {
        let mut same = 0;
        let mut count = 1;
        let mut found = self.with(count, actor);
        while found == from {
            same = count;
            count += (count / 4).max(1);
            if count > MAX_ENTRIES || self.runs >= MAX_RUNS / 2 * if actor == Actor::Me { 1 } else { 2 } {
                return None;
            }
            found = self.with(count, actor);
        }
        let mut to = found;
        while count - same > 1 {
            let middle = u32::midpoint(same, count);
            let state = self.with(middle, actor);
            if state == from {
                same = middle;
            } else {
                (count, to) = (middle, state);
            }
        }
        Some(Change { entries: count, dimension: self.dimension, to })
    }
}
