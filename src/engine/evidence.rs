//! What an assessment is computed from. Plain values: the caller has resolved zones, ids and words.

use super::types::{Actor, ByDimension, Day, Dimension, EntryId, Keeper};

/// Everything one assessment may read.
#[derive(Clone, Debug, PartialEq)]
pub struct Evidence {
    /// The last day that counts; normally the last complete local day.
    pub as_of: Day,
    /// The first day that counts.
    pub window_from: Day,
    /// Who kept the log.
    pub kept_by: Keeper,
    /// The balance that is right for this relationship, -1 to 1, 0 among peers.
    pub expected_balance: ByDimension<f64>,
    /// Logged acts, in any order.
    pub entries: Vec<Entry>,
    /// Scored answers about giving and receiving.
    pub questionnaires: Vec<Questionnaire>,
    /// Known strain and exempt times.
    pub contexts: Vec<ContextPeriod>,
    /// Promises either side made.
    pub promises: Vec<Promise>,
    /// Needs either side expressed.
    pub needs: Vec<Need>,
    /// Plans to meet or do something together.
    pub plans: Vec<Plan>,
    /// Repairs after a disconnection, where they are recorded apart from entries.
    pub repairs: Vec<Repair>,
}

impl Evidence {
    /// Evidence without any records, among peers, kept by the logger.
    #[must_use]
    pub fn empty(window_from: Day, as_of: Day) -> Self {
        Self {
            as_of,
            window_from,
            kept_by: Keeper::Logger,
            expected_balance: ByDimension::default(),
            entries: Vec::new(),
            questionnaires: Vec::new(),
            contexts: Vec::new(),
            promises: Vec::new(),
            needs: Vec::new(),
            plans: Vec::new(),
            repairs: Vec::new(),
        }
    }

    /// The same evidence seen from the other side: actors, keeper, answers and expected balance swapped.
    #[must_use]
    pub fn mirrored(mut self) -> Self {
        self.kept_by = self.kept_by.mirrored();
        self.expected_balance = self.expected_balance.map(|_, expected| 0.0 - expected);
        for entry in &mut self.entries {
            entry.actor = entry.actor.mirrored();
        }
        for answers in &mut self.questionnaires {
            std::mem::swap(&mut answers.give, &mut answers.receive);
            std::mem::swap(&mut answers.give_error, &mut answers.receive_error);
        }
        for promise in &mut self.promises {
            promise.by = promise.by.mirrored();
        }
        for need in &mut self.needs {
            need.of = need.of.mirrored();
        }
        for plan in &mut self.plans {
            plan.proposed_by = plan.proposed_by.mirrored();
        }
        for repair in &mut self.repairs {
            repair.moved_first = repair.moved_first.mirrored();
        }
        self
    }
}

/// One logged act.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Entry {
    /// The caller's handle; a second entry with the same handle is dropped and counted.
    pub id: EntryId,
    /// The local day of the act.
    pub day: Day,
    /// What kind of giving it was.
    pub dimension: Dimension,
    /// Who did it.
    pub actor: Actor,
    /// Effort, 1 to 5; use 2 where it was not said. Must be finite and above 0.
    pub weight: f64,
    /// Whether it came only after asking. Matters to patterns, never to balance.
    pub prompted: Option<bool>,
    /// The logger's energy afterwards, -3 to 3.
    pub energy_after: Option<i8>,
    /// How far the logger felt heard, 1 to 5.
    pub felt_heard: Option<u8>,
}

/// How reliable a scale score is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum ScaleError {
    /// The standard error of measurement itself, in scale points.
    StandardError(f64),
    /// Cronbach's alpha and the score's standard deviation in scale points: SEM = sd sqrt(1 - alpha).
    Alpha {
        /// Internal consistency, 0 to 1.
        alpha: f64,
        /// Standard deviation of the score among respondents, in scale points.
        sd: f64,
    },
}

/// One person's scores on a giving and a receiving scale that share their range.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Questionnaire {
    /// The day it was answered.
    pub day: Day,
    /// The dimension it asks about, or the relationship as a whole.
    pub dimension: Option<Dimension>,
    /// Score of what the logger gives, in scale points.
    pub give: f64,
    /// Score of what the logger receives, in scale points.
    pub receive: f64,
    /// Highest minus lowest possible score, in scale points; above 0.
    pub range: f64,
    /// Unreliability of the giving score.
    pub give_error: ScaleError,
    /// Unreliability of the receiving score.
    pub receive_error: ScaleError,
}

/// What a context period does to the evidence within it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ContextEffect {
    /// Known strain: the days count less, so what is normal widens.
    Widen,
    /// The days are not read for balance at all.
    Exempt,
}

/// A time of known strain, both days included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ContextPeriod {
    /// First day.
    pub from: Day,
    /// Last day.
    pub to: Day,
    /// What it does.
    pub effect: ContextEffect,
}

/// How a promise ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum PromiseOutcome {
    /// Not settled yet; read as broken only once its grace has ended.
    Open,
    /// Kept in time.
    Kept,
    /// Kept, but late.
    Late,
    /// Not kept.
    Broken,
    /// Changed by agreement: neither kept nor broken.
    Renegotiated,
}

/// A promise one side made to the other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Promise {
    /// The caller's handle.
    pub id: EntryId,
    /// Who promised.
    pub by: Actor,
    /// The day it was made.
    pub made: Day,
    /// The day it was due, where one was named.
    pub due: Option<Day>,
    /// How it ended.
    pub outcome: PromiseOutcome,
}

/// What became of a need.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum NeedOutcome {
    /// Not known yet.
    Open,
    /// Met.
    Met,
    /// Met in part.
    Partly,
    /// Not met.
    Unmet,
}

/// A need one side expressed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Need {
    /// The caller's handle.
    pub id: EntryId,
    /// Whose need it was.
    pub of: Actor,
    /// The day it was expressed.
    pub day: Day,
    /// What became of it.
    pub outcome: NeedOutcome,
    /// How often it was explained, the first time included; at least 1.
    pub times_explained: u32,
}

/// A plan to meet or do something together ("we should catch up").
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Plan {
    /// The caller's handle.
    pub id: EntryId,
    /// The day it was voiced.
    pub day: Day,
    /// Who voiced it.
    pub proposed_by: Actor,
    /// Whether a date was ever set; `None` while that is open.
    pub scheduled: Option<bool>,
}

/// A repair after a disconnection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Repair {
    /// The caller's handle.
    pub id: EntryId,
    /// The day of the first move.
    pub day: Day,
    /// Who moved first.
    pub moved_first: Actor,
    /// Whether it came only after being pushed.
    pub prompted: Option<bool>,
    /// Whether the other side accepted it.
    pub accepted: Option<bool>,
}

impl ScaleError {
    /// Squared standard error of measurement, in squared scale points.
    #[must_use]
    pub fn variance(self) -> f64 {
        match self {
            Self::StandardError(error) => error * error,
            Self::Alpha { alpha, sd } => sd * sd * (1.0 - alpha.clamp(0.0, 1.0)),
        }
    }
}
