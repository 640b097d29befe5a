//! What an export is: its parts in their order, how far it is, how long it is kept.

use chrono::{DateTime, TimeDelta, Utc};
use uuid::Uuid;

/// How long an export is kept.
pub const KEPT: TimeDelta = TimeDelta::hours(24);
/// Records in one page, and so the most that is in memory at once: of the longest notes about 6 MB.
pub const PAGE: i64 = 100;

/// A class of the account's data. The numbers are stored and name files, so a part keeps its own for ever and a new one takes the next; the order is
/// that of [`Part::ALL`].
///
/// What refers to something comes before it: whatever is logged while an export is being made, nothing in it refers to what
/// is not in it. (What is removed meanwhile drops the export.)
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    Account = 1,
    Consents = 2,
    AccessLog = 3,
    Sessions = 4,
    Grants = 5,
    RemovedIds = 6,
    Assessments = 7,
    InteractionHistory = 8,
    Interactions = 9,
    Responses = 10,
    NotForMe = 11,
    /// Only where an export was asked to have it, with the password.
    SafetyAnswers = 12,
    Relationships = 13,
    Promises = 14,
    Plans = 15,
    Needs = 16,
    Repairs = 17,
    Experiments = 18,
    PracticeSessions = 19,
    AdoptedPractices = 20,
}

/// What an export has in it beside the usual.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Include {
    pub safety_answers: bool,
}

impl Part {
    /// All of them, in the order of the export.
    pub const ALL: [Self; 20] = [
        Self::Account,
        Self::Consents,
        Self::AccessLog,
        Self::Sessions,
        Self::Grants,
        Self::RemovedIds,
        Self::Assessments,
        Self::InteractionHistory,
        Self::Promises,
        Self::Plans,
        Self::Needs,
        Self::Repairs,
        Self::Interactions,
        Self::Responses,
        Self::PracticeSessions,
        Self::AdoptedPractices,
        Self::NotForMe,
        Self::Experiments,
        Self::SafetyAnswers,
        Self::Relationships,
    ];

    /// The parts of an export, in their order.
    pub fn of(include: Include) -> impl Iterator<Item = Self> {
        Self::ALL.into_iter().filter(move |part| *part != Self::SafetyAnswers || include.safety_answers)
    }

    #[must_use]
    pub const fn number(self) -> i16 {
        self as i16
    }

    /// The part of a stored number.
    #[must_use]
    pub fn of_number(number: i16) -> Option<Self> {
        Self::ALL.into_iter().find(|part| part.number() == number)
    }

    /// The part that follows in such an export.
    #[must_use]
    pub fn next(self, include: Include) -> Option<Self> {
        Self::of(include).find(|part| self.is_before(*part))
    }

    /// Whether it comes before another in the export, whatever their numbers.
    #[must_use]
    pub fn is_before(self, other: Self) -> bool {
        let place = |wanted| Self::ALL.into_iter().position(|part| part == wanted);
        place(self) < place(other)
    }

    /// Its name in the JSON export, and of its table.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Account => "account",
            Self::Consents => "consents",
            Self::Sessions => "sessions",
            Self::Grants => "grants",
            Self::Relationships => "relationships",
            Self::Interactions => "interactions",
            Self::InteractionHistory => "interaction_history",
            Self::Promises => "promises",
            Self::Plans => "plans",
            Self::Needs => "needs",
            Self::Repairs => "repairs",
            Self::Responses => "question_set_responses",
            Self::PracticeSessions => "practice_sessions",
            Self::AdoptedPractices => "adopted_practices",
            Self::NotForMe => "not_for_me",
            Self::Experiments => "experiments",
            Self::SafetyAnswers => "safety_answers",
            Self::Assessments => "assessments",
            Self::RemovedIds => "removed_ids",
            Self::AccessLog => "access_log",
        }
    }

    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|part| part.as_str() == name)
    }
}

/// Where the next page begins: after this id, and this number where several records share an id.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    pub part: Part,
    pub id: Uuid,
    pub number: i64,
}

impl Place {
    /// The beginning of a part.
    #[must_use]
    pub const fn start(part: Part) -> Self {
        Self { part, id: Uuid::nil(), number: 0 }
    }
}

/// How far an export is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Export {
    pub id: Uuid,
    pub include: Include,
    pub place: Place,
    pub chunks: i32,
    /// Records written so far.
    pub records: i64,
    /// Records that there were when it began.
    pub expected: i64,
    pub created_at: DateTime<Utc>,
    pub completed_at: Option<DateTime<Utc>>,
    /// When it met something that could not be read.
    pub failed_at: Option<DateTime<Utc>>,
    pub expires_at: DateTime<Utc>,
}

impl Export {
    /// Whether it is being made, or waits to be.
    #[must_use]
    pub const fn is_running(&self) -> bool {
        self.completed_at.is_none() && self.failed_at.is_none()
    }
}

/// A session as it is exported.
#[derive(Clone, Debug)]
pub struct SessionRecord {
    pub id: Uuid,
    pub label: Option<String>,
    pub scope: String,
    pub relationship: Option<Uuid>,
    pub grant: Option<Uuid>,
    pub created_at: DateTime<Utc>,
    pub last_used_at: DateTime<Utc>,
    pub expires_at: DateTime<Utc>,
    pub ended_at: Option<DateTime<Utc>>,
}

/// What a removed id belonged to; the numbers are stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum RemovedKind {
    Relationship = 1,
    Interaction = 2,
    Response = 3,
    Assessment = 4,
    Promise = 5,
    Plan = 6,
    Need = 7,
    Repair = 8,
    Experiment = 21,
    AdoptedPractice = 11,
    PracticeSession = 12,
}

impl RemovedKind {
    const ALL: [Self; 11] = [
        Self::Relationship,
        Self::Interaction,
        Self::Response,
        Self::Assessment,
        Self::Promise,
        Self::Plan,
        Self::Need,
        Self::Repair,
        Self::Experiment,
        Self::AdoptedPractice,
        Self::PracticeSession,
    ];

    /// The kind of a stored number.
    #[must_use]
    pub fn of_number(number: i16) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| *kind as i16 == number)
    }

    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Relationship => "relationship",
            Self::Interaction => "interaction",
            Self::Response => "response",
            Self::Assessment => "assessment",
            Self::Promise => "promise",
            Self::Plan => "plan",
            Self::Need => "need",
            Self::Repair => "repair",
            Self::Experiment => "experiment",
            Self::AdoptedPractice => "adopted_practice",
            Self::PracticeSession => "practice_session",
        }
    }
}

/// An id that was removed.
#[derive(Clone, Debug)]
pub struct RemovedId {
    pub kind: RemovedKind,
    pub id: Uuid,
    pub removed_at: DateTime<Utc>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_parts_follow_each_other_and_each_is_found_by_its_name_and_number() {
        let mut part = Part::Account;
        let everything = Include { safety_answers: true };
        for expected in Part::ALL {
            assert_eq!(part, expected);
            assert_eq!((Part::parse(part.as_str()), Part::of_number(part.number())), (Some(part), Some(part)));
            part = part.next(everything).unwrap_or(part);
        }
        assert_eq!(Part::Relationships.next(everything), None);
    }

    #[test]
    fn a_part_keeps_the_number_under_which_it_is_stored_wherever_a_new_one_comes() {
        let mut numbers = Part::ALL.map(|part| (part.number(), part.as_str()));
        numbers.sort_unstable();
        let first = ["account", "consents", "access_log", "sessions", "grants", "removed_ids", "assessments", "interaction_history"];
        let then = ["interactions", "question_set_responses", "not_for_me", "safety_answers", "relationships"];
        let added = ["promises", "plans", "needs", "repairs", "experiments", "practice_sessions", "adopted_practices"];
        let names: Vec<&str> = first.into_iter().chain(then).chain(added).collect();
        assert_eq!(numbers.map(|(_, name)| name).to_vec(), names);
        assert_eq!(numbers.map(|(number, _)| number).to_vec(), (1..=20).collect::<Vec<i16>>());
        assert!(Part::Promises.is_before(Part::Interactions) && !Part::Interactions.is_before(Part::Repairs));
    }

    #[test]
    fn safety_answers_are_passed_over_unless_they_are_asked_for() {
        assert_eq!(Part::Experiments.next(Include { safety_answers: true }), Some(Part::SafetyAnswers));
        assert_eq!(Part::Experiments.next(Include::default()), Some(Part::Relationships));
        assert!(Part::of(Include::default()).all(|part| part != Part::SafetyAnswers));
    }
}
