//! What a step-back test is, and when it is over.

mod needs;

use chrono::{DateTime, Days, NaiveDate, Utc};

pub use crate::engine::types::Dimension;
use crate::features::comparisons::model::Asked;
use crate::kernel::{Error, ExperimentId, FieldError, RelationshipId};
pub use needs::{Expressed, to_speak_of};

/// The practice that it is.
pub const PRACTICE: &str = "step-back-test";
/// The longest hypothesis, rule of one's own or closing note, in characters.
pub const MAX_WORDS: usize = 1_000;
/// Tests that one relationship may have.
pub const MAX_PER_RELATIONSHIP: i64 = 50;
/// How far ahead one may begin, in days.
pub const AHEAD: u64 = 31;

/// A reason to stop before the time is over. The numbers are stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum StopRule {
    /// One of the two needs help.
    HelpNeeded = 1,
    /// Waiting hurts too much.
    HurtsTooMuch = 2,
    /// The other asks what is going on.
    TheyAsk = 3,
    /// The other took a step.
    TheyTookAStep = 4,
    /// Something happens in the life of either.
    LifeHappens = 5,
}

impl StopRule {
    pub const ALL: [Self; 5] = [Self::HelpNeeded, Self::HurtsTooMuch, Self::TheyAsk, Self::TheyTookAStep, Self::LifeHappens];

    #[must_use]
    pub const fn code(self) -> i16 {
        self as i16
    }

    /// The rule of a stored number.
    #[must_use]
    pub fn of_code(code: i16) -> Option<Self> {
        Self::ALL.into_iter().find(|rule| rule.code() == code)
    }

    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::HelpNeeded => "help_needed",
            Self::HurtsTooMuch => "hurts_too_much",
            Self::TheyAsk => "they_ask",
            Self::TheyTookAStep => "they_took_a_step",
            Self::LifeHappens => "life_happens",
        }
    }
}

/// What is planned; it does not change once it is made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Plan {
    /// What the person expects, in their words.
    pub hypothesis: String,
    pub stop_rules: Vec<StopRule>,
    /// A rule of their own.
    pub own_stop_rule: Option<String>,
    /// In which ways the other's steps count.
    pub dimensions: Vec<Dimension>,
    pub unprompted_only: bool,
    pub starts_on: NaiveDate,
    pub length_days: i16,
}

/// How far a test is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Phase {
    Planned,
    Running,
    Ended,
}

impl Phase {
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Planned => "planned",
            Self::Running => "running",
            Self::Ended => "ended",
        }
    }
}

/// A stored test.
#[derive(Clone, Debug)]
pub struct Experiment {
    pub id: ExperimentId,
    pub relationship: RelationshipId,
    pub plan: Plan,
    /// Its last day, where it ended before its time. Who ended it, or what, is not kept.
    pub stopped_on: Option<NaiveDate>,
    pub end_note: Option<String>,
    pub version: i64,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
}

/// A test as it stands on a day.
#[derive(Clone, Debug)]
pub struct Standing {
    pub experiment: Experiment,
    /// In the account's zone.
    pub today: NaiveDate,
}

/// A test of another account of the same person, to be stored as it was there.
#[derive(Clone, Debug)]
pub struct Restored {
    pub id: ExperimentId,
    pub digest: [u8; 32],
    pub relationship: RelationshipId,
    pub plan: Plan,
    pub stopped_on: Option<NaiveDate>,
    pub end_note: Option<String>,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
}

/// A change; absent members stay as they are.
#[derive(Clone, Debug, Default)]
pub struct Change {
    pub stopped_on: Option<NaiveDate>,
    pub end_note: Option<Option<String>>,
}

/// The last day of a test: the one on which it was stopped, or as planned.
#[must_use]
pub fn last_day(starts_on: NaiveDate, length_days: i16, stopped_on: Option<NaiveDate>) -> NaiveDate {
    let days = u64::try_from(length_days).unwrap_or(1).saturating_sub(1);
    stopped_on.unwrap_or_else(|| starts_on.checked_add_days(Days::new(days)).unwrap_or(NaiveDate::MAX))
}

impl Plan {
    /// Whether it begins near the moment at which it is made: from yesterday to some weeks ahead.
    pub fn check_beginning(&self, made: DateTime<Utc>) -> Result<(), Error> {
        let today = made.date_naive();
        let first = today.pred_opt().unwrap_or(today);
        let last = today.checked_add_days(Days::new(AHEAD)).unwrap_or(today);
        if (first..=last).contains(&self.starts_on) {
            return Ok(());
        }
        let detail = format!("A day from {first} to {last} belongs here.");
        Err(Error::invalid(vec![FieldError::new("/starts_on", "out_of_range", detail)]))
    }

    /// The last day that was planned.
    #[must_use]
    pub fn last_day(&self) -> NaiveDate {
        last_day(self.starts_on, self.length_days, None)
    }
}

impl Experiment {
    /// The last day, as planned or before.
    #[must_use]
    pub fn ends_on(&self) -> NaiveDate {
        self.stopped_on.unwrap_or_else(|| self.plan.last_day())
    }

    /// How far it is on a day.
    #[must_use]
    pub fn phase(&self, today: NaiveDate) -> Phase {
        if self.stopped_on.is_some() || today > self.plan.last_day() {
            Phase::Ended
        } else if today < self.plan.starts_on {
            Phase::Planned
        } else {
            Phase::Running
        }
    }

    /// What is compared when it is over.
    #[must_use]
    pub fn asked(&self) -> Asked {
        Asked {
            relationship: self.relationship,
            starts_on: self.plan.starts_on,
            ends_on: self.ends_on(),
            goes_on: false,
            dimensions: self.plan.dimensions.clone(),
            unprompted_only: self.plan.unprompted_only,
            leaves_steps: true,
        }
    }
}

impl Standing {
    #[must_use]
    pub fn phase(&self) -> Phase {
        self.experiment.phase(self.today)
    }

    /// The number of its tag: it changes when a day passes that begins or ends it, too.
    #[must_use]
    pub fn tag(&self) -> i64 {
        let passed = match self.phase() {
            Phase::Planned => 0,
            Phase::Running => 1,
            Phase::Ended => 2,
        };
        self.experiment.version.saturating_mul(3).saturating_add(passed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn fortnight() -> Experiment {
        let plan = Plan {
            hypothesis: "They will call.".to_owned(),
            stop_rules: vec![StopRule::HelpNeeded],
            own_stop_rule: None,
            dimensions: vec![Dimension::Initiation],
            unprompted_only: true,
            starts_on: day("2026-03-02"),
            length_days: 14,
        };
        let at = DateTime::UNIX_EPOCH;
        let (id, relationship) = (ExperimentId(uuid::Uuid::nil()), RelationshipId(uuid::Uuid::nil()));
        Experiment { id, relationship, plan, stopped_on: None, end_note: None, version: 1, created_at: at, updated_at: at }
    }

    #[test]
    fn a_test_is_planned_runs_and_is_over_by_the_calendar() {
        let experiment = fortnight();
        let phases = ["2026-03-01", "2026-03-02", "2026-03-15", "2026-03-16"].map(|on| experiment.phase(day(on)).as_str());
        assert_eq!(phases, ["planned", "running", "running", "ended"]);
        let tags = ["2026-03-01", "2026-03-02", "2026-03-16"].map(|on| Standing { experiment: experiment.clone(), today: day(on) }.tag());
        assert_eq!(tags, [3, 4, 5]);
        let stopped = Experiment { stopped_on: Some(day("2026-03-05")), ..experiment };
        assert_eq!((stopped.phase(day("2026-03-05")), stopped.ends_on()), (Phase::Ended, day("2026-03-05")));
    }

    #[test]
    fn each_rule_is_found_by_its_number() {
        assert!(StopRule::ALL.iter().all(|rule| StopRule::of_code(rule.code()) == Some(*rule)));
        assert_eq!(StopRule::of_code(0), None);
    }
}
