//! Patterns and the strengths that mirror them: what the records show beyond a balance.
//!
//! Every finding is about behaviour, cites the records behind it and those against it, and names another
//! reading. Each needs a posterior probability and a floor of records; where there are no records at all the
//! check says so. Nobody is diagnosed, and with swapped roles every finding changes sides and nothing else.
//!
//! | records | module |
//! |---|---|
//! | counting rates and citing | [`tally`] |
//! | days of known strain, which count less | [`strain`] |
//! | who starts, who repairs | [`initiative`] |
//! | promises and plans | [`follow_through`] |
//! | needs, over-functioning, mutual investment | [`needs`] |
//! | energy, feeling heard, how much there is | [`vitality`] |

pub mod follow_through;
pub mod initiative;
pub mod needs;
pub mod policy;
pub mod strain;
pub mod tally;
pub mod vitality;

#[cfg(test)]
mod tests;

use super::assessment::{DimensionResult, Overall};
use super::evidence::Evidence;
use super::policy::Policy;
use super::types::{Actor, Day, EntryId};
use strain::Strain;
use tally::Tally;
use vitality::{RatedMean, energy_mean, heard_mean};

/// Whose behaviour a finding is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Whose {
    /// The logger's.
    Logger,
    /// The other person's.
    Other,
    /// What both have together.
    Both,
}

impl Whose {
    /// The two people, the logger first.
    pub const EACH: [Self; 2] = [Self::Logger, Self::Other];

    /// The name used on the wire.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Logger => "me",
            Self::Other => "them",
            Self::Both => "both",
        }
    }

    /// The same person seen from the other side.
    #[must_use]
    pub const fn mirrored(self) -> Self {
        match self {
            Self::Logger => Self::Other,
            Self::Other => Self::Logger,
            Self::Both => Self::Both,
        }
    }

    /// Whether `actor` is this person alone.
    #[must_use]
    pub const fn is(self, actor: Actor) -> bool {
        matches!((self, actor), (Self::Logger, Actor::Me) | (Self::Other, Actor::Them))
    }
}

/// What is checked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Code {
    /// Gives more in at least three ways, while own needs go unmet or energy runs low.
    OverFunctioning,
    /// Takes most of the first steps.
    AlwaysStarting,
    /// Repairs, but hardly ever by themselves.
    RepairOnlyWhenPushed,
    /// Promises, and keeps fewer than half.
    WordsWithoutAction,
    /// Explains needs more often than they are met.
    NeedsExplainedNotMet,
    /// Has less energy after time together.
    Draining,
    /// Voices plans that never get a date.
    PlansNeverScheduled,
    /// Even, with less than half of what there used to be.
    BalancedButEmpty,
    /// Even in at least three ways.
    MutualInvestment,
    /// First steps are shared.
    SharedStarting,
    /// Repairs without being pushed.
    RepairByThemselves,
    /// Keeps promises.
    KeepsPromises,
    /// Needs of both are met.
    NeedsMetOnBothSides,
    /// Has more energy after time together.
    Energising,
    /// Feels heard.
    FeltHeard,
    /// Voices plans that get a date.
    PlansGetScheduled,
    /// Even, with no less than there used to be.
    BalancedAndAlive,
}

impl Code {
    /// The name used on the wire.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::OverFunctioning => "over_functioning",
            Self::AlwaysStarting => "always_starting",
            Self::RepairOnlyWhenPushed => "repair_only_when_pushed",
            Self::WordsWithoutAction => "words_without_action",
            Self::NeedsExplainedNotMet => "needs_explained_not_met",
            Self::Draining => "draining",
            Self::PlansNeverScheduled => "plans_never_scheduled",
            Self::BalancedButEmpty => "balanced_but_empty",
            Self::MutualInvestment => "mutual_investment",
            Self::SharedStarting => "shared_starting",
            Self::RepairByThemselves => "repair_by_themselves",
            Self::KeepsPromises => "keeps_promises",
            Self::NeedsMetOnBothSides => "needs_met_on_both_sides",
            Self::Energising => "energising",
            Self::FeltHeard => "felt_heard",
            Self::PlansGetScheduled => "plans_get_scheduled",
            Self::BalancedAndAlive => "balanced_and_alive",
        }
    }

    /// Whether it is a strength rather than a pattern to look at.
    #[must_use]
    pub const fn is_strength(self) -> bool {
        match self {
            Self::OverFunctioning
            | Self::AlwaysStarting
            | Self::RepairOnlyWhenPushed
            | Self::WordsWithoutAction
            | Self::NeedsExplainedNotMet
            | Self::Draining
            | Self::PlansNeverScheduled
            | Self::BalancedButEmpty => false,
            Self::MutualInvestment
            | Self::SharedStarting
            | Self::RepairByThemselves
            | Self::KeepsPromises
            | Self::NeedsMetOnBothSides
            | Self::Energising
            | Self::FeltHeard
            | Self::PlansGetScheduled
            | Self::BalancedAndAlive => true,
        }
    }

    /// Code of another way to read the same records; the words belong to the content.
    #[must_use]
    pub const fn other_reading(self) -> &'static str {
        match self {
            Self::OverFunctioning => "a_season_in_which_the_other_could_give_less",
            Self::AlwaysStarting => "different_habits_of_reaching_out",
            Self::RepairOnlyWhenPushed => "a_slower_pace_of_calming_down",
            Self::WordsWithoutAction => "circumstances_beyond_their_control",
            Self::NeedsExplainedNotMet => "needs_met_in_ways_not_logged",
            Self::Draining => "tiredness_from_elsewhere",
            Self::PlansNeverScheduled => "a_crowded_time_for_both",
            Self::BalancedButEmpty => "less_logging_rather_than_less_giving",
            Self::MutualInvestment => "giving_that_neither_logs",
            Self::SharedStarting => "starts_set_by_outer_routine",
            Self::RepairByThemselves => "small_frictions_only",
            Self::KeepsPromises => "easy_promises_only",
            Self::NeedsMetOnBothSides => "needs_not_voiced",
            Self::Energising => "good_days_elsewhere",
            Self::FeltHeard => "easy_subjects_only",
            Self::PlansGetScheduled => "plans_set_by_outer_routine",
            Self::BalancedAndAlive => "more_logging_rather_than_more_giving",
        }
    }
}

/// How a check came out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// There are no records of the kind it needs.
    NoEvidence,
    /// There are some, but fewer than its floor.
    TooLittle,
    /// Enough records, and they do not show it.
    NotShown,
    /// Shown with the probability asked for.
    Shown,
}

impl Outcome {
    /// The name used on the wire.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::NoEvidence => "no_evidence",
            Self::TooLittle => "too_little",
            Self::NotShown => "not_shown",
            Self::Shown => "shown",
        }
    }
}

/// One check, with what speaks for it and against it.
#[derive(Clone, Debug, PartialEq)]
pub struct Finding {
    /// What was checked for.
    pub code: Code,
    /// Whose behaviour.
    pub whose: Whose,
    /// How it came out.
    pub outcome: Outcome,
    /// Posterior probability; 0 where there is no evidence.
    pub probability: f64,
    /// Records behind it, the latest first, at most [`tally::CITED`].
    pub entries: Vec<EntryId>,
    /// Records against it, likewise.
    pub counter_entries: Vec<EntryId>,
}

/// What the checks may read: cleaned evidence and the figures made from it.
#[derive(Clone, Debug)]
pub struct Record<'a> {
    /// The evidence, cleaned.
    pub evidence: &'a Evidence,
    /// The results of the dimensions.
    pub dimensions: &'a [DimensionResult],
    /// The overall result.
    pub overall: &'a Overall,
    /// The days that count less.
    pub strain: Strain,
    /// First steps: the logger's against the other's.
    pub starts: Tally,
    /// Mean energy after time together.
    pub energy: RatedMean,
    /// Mean rating of feeling heard.
    pub heard: RatedMean,
    /// The constants.
    pub policy: &'a Policy,
}

impl<'a> Record<'a> {
    /// Works out what several checks need. The entries of the evidence ascend by day.
    #[must_use]
    pub fn new(evidence: &'a Evidence, dimensions: &'a [DimensionResult], overall: &'a Overall, policy: &'a Policy) -> Self {
        let strain = Strain::new(&evidence.contexts, policy);
        let (energy, heard) = (energy_mean(evidence, &strain, policy), heard_mean(evidence, &strain, policy));
        let starts = initiative::starts(evidence, &strain);
        Self { evidence, dimensions, overall, strain, starts, energy, heard, policy }
    }

    /// What a record counts that began on one day and had until another, as far as that has come.
    #[must_use]
    pub fn worth(&self, began: Day, until: Day) -> f64 {
        self.strain.over(began, until.min(self.evidence.as_of))
    }
}

/// Runs every check; by code, then by person.
#[must_use]
pub fn check_all(record: &Record) -> Vec<Finding> {
    let mut findings = Vec::new();
    for whose in Whose::EACH {
        findings.push(needs::over_functioning(record, whose));
        findings.push(initiative::always_starting(record, whose));
        findings.extend(initiative::repairs(record, whose));
        findings.extend(follow_through::promises(record, whose));
        findings.extend(follow_through::plans(record, whose));
        findings.push(needs::explained_not_met(record, whose));
    }
    findings.push(needs::mutual_investment(record));
    findings.push(initiative::shared_starting(record));
    findings.push(needs::met_on_both_sides(record));
    findings.extend(vitality::energy(record));
    findings.push(vitality::felt_heard(record));
    findings.extend(vitality::volume(record));
    findings.sort_by_key(|finding| (finding.code, finding.whose));
    findings
}
