//! What would change a state: a few further entries that do, where one fewer does not, found by running the engine on them.

use std::collections::BTreeMap;

use super::assess::Prepared;
use super::assessment::State;
use super::evidence::Evidence;
use super::guard::{self, Dropped};
use super::policy::Policy;
use super::rollup::RollUp;
use super::types::{Actor, ByDimension, Dimension};

/// Never more runs of the engine than this for one request, over all that is asked.
pub const MAX_RUNS: u32 = 64;
/// Never more further entries than this: one a day for about two months.
const MAX_ENTRIES: u32 = 64;
/// Weight of a further entry: that of one whose effort was not said.
const USUAL_WEIGHT: f64 = 2.0;

/// The state that is to change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Target {
    /// The overall state; further entries come in the dimension with the most entries.
    Overall,
    /// The state of one dimension.
    Dimension(Dimension),
}

/// Further entries by one person that change the state, where one fewer does not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Change {
    /// How many, one a day from the day after `as_of`.
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
    /// Further acts of the logger, where one of the numbers tried, up to 64, changes it.
    pub by_me: Option<Change>,
    /// Further acts of the other person, likewise.
    pub by_them: Option<Change>,
}

impl WhatWouldChange {
    /// The same seen from the other side.
    #[must_use]
    pub const fn mirrored(self) -> Self {
        Self { by_me: self.by_them, by_them: self.by_me, ..self }
    }
}

/// The states that some evidence leads to.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct States {
    /// That of all dimensions together.
    pub overall: State,
    /// That of each.
    pub dimensions: ByDimension<State>,
}

impl States {
    const fn of(&self, target: Target) -> State {
        match target {
            Target::Overall => self.overall,
            Target::Dimension(dimension) => *self.dimensions.get(dimension),
        }
    }
}

/// Looks for few further entries by either person that change states. Days pass while they are added, and that counts, too.
///
/// Entries are added one a day from the day after `as_of` on, which moves along with them. A state depends on entries through
/// their sums alone, so these are what grows. What was run for one target is remembered for the others.
#[derive(Clone, Debug)]
pub struct Search<'a> {
    /// Of the clean evidence what bears on states, entries left out.
    rest: Evidence,
    /// The sums of the entries.
    roll_up: RollUp,
    dropped: Dropped,
    policy: &'a Policy,
    /// The dimension of further entries where all together are to change.
    busiest: Dimension,
    known: BTreeMap<(Dimension, Actor, u32), States>,
    /// How often the engine may still be run.
    left: u32,
}

/// No run of the engine is left.
struct RanOut;

impl<'a> Search<'a> {
    /// Prepares the evidence; nothing is run yet.
    #[must_use]
    pub fn new(evidence: &Evidence, policy: &'a Policy) -> Self {
        let (clean, dropped) = guard::clean(evidence);
        let (roll_up, busiest) = (RollUp::from_sorted(&clean.entries), busiest(&clean));
        let mut rest = Evidence::empty(clean.window_from, clean.as_of);
        (rest.kept_by, rest.expected_balance) = (clean.kept_by, clean.expected_balance);
        (rest.questionnaires, rest.contexts) = (clean.questionnaires, clean.contexts);
        Self { rest, roll_up, dropped, policy, busiest, known: BTreeMap::new(), left: MAX_RUNS }
    }

    /// What would change the state of `target`. Each number is verified: the engine was run with it and with one fewer. `None`
    /// where more runs would be needed than are left; those of a new search suffice for any target.
    pub fn target(&mut self, target: Target) -> Option<WhatWouldChange> {
        self.both_ways(target).ok()
    }

    /// How often the engine was run.
    #[must_use]
    pub const fn runs(&self) -> u32 {
        MAX_RUNS - self.left
    }

    fn both_ways(&mut self, target: Target) -> Result<WhatWouldChange, RanOut> {
        let from = self.with(target, 0, Actor::Both)?;
        Ok(WhatWouldChange { from, by_me: self.fewest(target, Actor::Me, from)?, by_them: self.fewest(target, Actor::Them, from)? })
    }

    const fn dimension(&self, target: Target) -> Dimension {
        match target {
            Target::Overall => self.busiest,
            Target::Dimension(dimension) => dimension,
        }
    }

    /// The state of `target` with so many further entries.
    fn with(&mut self, target: Target, count: u32, actor: Actor) -> Result<State, RanOut> {
        // Without any the dimension they would be in does not matter.
        let dimension = if count == 0 { self.busiest } else { self.dimension(target) };
        if let Some(known) = self.known.get(&(dimension, actor, count)) {
            return Ok(known.of(target));
        }
        self.left = self.left.checked_sub(1).ok_or(RanOut)?;
        let (mut evidence, mut roll_up) = (self.rest.clone(), self.roll_up.clone());
        for _ in 0..count {
            evidence.as_of = evidence.as_of.plus(1);
            roll_up.add_act(dimension, evidence.as_of, actor, USUAL_WEIGHT);
        }
        let states = Prepared::from_sums(evidence, roll_up, self.dropped).states(self.policy);
        self.known.insert((dimension, actor, count), states);
        Ok(states.of(target))
    }

    /// Goes up by a quarter at a time until the state differs, then halves the gap: at most 24 runs.
    ///
    /// Larger steps could jump over a state: an imbalance that turns round is even in between. So could these, from nine on; what is
    /// found is a number that changes the state where one fewer does not.
    fn fewest(&mut self, target: Target, actor: Actor, from: State) -> Result<Option<Change>, RanOut> {
        let mut same = 0;
        let mut count = 1;
        let mut found = self.with(target, count, actor)?;
        while found == from {
            same = count;
            if count >= MAX_ENTRIES {
                return Ok(None);
            }
            count = (count + (count / 4).max(1)).min(MAX_ENTRIES);
            found = self.with(target, count, actor)?;
        }
        let mut to = found;
        while count - same > 1 {
            let middle = u32::midpoint(same, count);
            let state = self.with(target, middle, actor)?;
            if state == from {
                same = middle;
            } else {
                (count, to) = (middle, state);
            }
        }
        Ok(Some(Change { entries: count, dimension: self.dimension(target), to }))
    }
}

fn busiest(evidence: &Evidence) -> Dimension {
    let mut entries = ByDimension::<usize>::default();
    for entry in &evidence.entries {
        *entries.get_mut(entry.dimension) += 1;
    }
    let more = |best: Dimension, next: Dimension| if entries.get(next) > entries.get(best) { next } else { best };
    Dimension::ALL.into_iter().reduce(more).unwrap_or(Dimension::EmotionalSupport)
}
