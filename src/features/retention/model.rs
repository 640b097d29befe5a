//! What can be kept for a time, and for how long.

use chrono::{DateTime, Utc};

use crate::kernel::text::Refusal;

/// The longest time, in days: a hundred years.
pub const MAX_DAYS: i32 = 36_500;
/// The access log is kept for 90 days at most, and for 30 at least: whoever reads along could otherwise wipe their traces.
pub const MAX_ACCESS_LOG_DAYS: i32 = 90;
pub const MIN_ACCESS_LOG_DAYS: i32 = 30;
/// What was dropped is told of for at least as long as the longest access log.
pub const MIN_HISTORY_DAYS: i32 = MAX_ACCESS_LOG_DAYS;

/// A class of data. The numbers are stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Class {
    /// Entries and what they said before, by their local day.
    Interactions = 1,
    /// The notes of entries, by the entry's local day; the entries stay.
    Notes = 2,
    /// Responses, by their local day.
    Responses = 3,
    /// Assessments, by when they were computed.
    Assessments = 4,
    AccessLog = 5,
    /// This very history.
    History = 6,
    /// Promises, plans, needs and repairs, by their local day.
    Records = 7,
}

impl Class {
    pub const ALL: [Self; 7] =
        [Self::Interactions, Self::Notes, Self::Records, Self::Responses, Self::Assessments, Self::AccessLog, Self::History];

    /// The class of a stored number.
    #[must_use]
    pub fn of_number(number: i16) -> Option<Self> {
        Self::ALL.into_iter().find(|class| *class as i16 == number)
    }

    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Interactions => "interactions",
            Self::Notes => "notes",
            Self::Records => "records",
            Self::Responses => "question_set_responses",
            Self::Assessments => "assessments",
            Self::AccessLog => "access_log",
            Self::History => "history",
        }
    }

    /// The longest time that it can be kept for, in days, short of for ever.
    #[must_use]
    pub const fn most(self) -> i32 {
        match self {
            Self::AccessLog => MAX_ACCESS_LOG_DAYS,
            Self::Interactions | Self::Notes | Self::Records | Self::Responses | Self::Assessments | Self::History => MAX_DAYS,
        }
    }

    /// The shortest time, in days.
    #[must_use]
    pub const fn least(self) -> i32 {
        match self {
            Self::AccessLog => MIN_ACCESS_LOG_DAYS,
            Self::History => MIN_HISTORY_DAYS,
            Self::Interactions | Self::Notes | Self::Records | Self::Responses | Self::Assessments => 1,
        }
    }

    /// A number of days that this class can be kept for.
    pub fn days(self, days: i32) -> Result<i32, Refusal> {
        let (least, most) = (self.least(), self.most());
        if (least..=most).contains(&days) { Ok(days) } else { Err(("out_of_range", format!("{least} to {most} days belong here."))) }
    }
}

/// Days that each class is kept; none means for ever (the access log: 90 days).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Kept {
    pub interactions: Option<i32>,
    pub notes: Option<i32>,
    pub records: Option<i32>,
    pub responses: Option<i32>,
    pub assessments: Option<i32>,
    pub access_log: Option<i32>,
    pub history: Option<i32>,
}

impl Kept {
    /// The days of one class.
    #[must_use]
    pub const fn of(&self, class: Class) -> Option<i32> {
        match class {
            Class::Interactions => self.interactions,
            Class::Notes => self.notes,
            Class::Records => self.records,
            Class::Responses => self.responses,
            Class::Assessments => self.assessments,
            Class::AccessLog => self.access_log,
            Class::History => self.history,
        }
    }
}

/// The settings of an account; version 0 where nobody has said anything.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Settings {
    pub kept: Kept,
    pub version: i64,
}

/// A change; absent members stay, `Some(None)` keeps for ever.
#[derive(Clone, Copy, Debug, Default)]
pub struct Change {
    pub interactions: Option<Option<i32>>,
    pub notes: Option<Option<i32>>,
    pub records: Option<Option<i32>>,
    pub responses: Option<Option<i32>>,
    pub assessments: Option<Option<i32>>,
    pub access_log: Option<Option<i32>>,
    pub history: Option<Option<i32>>,
}

impl Change {
    /// The settings with this change applied.
    #[must_use]
    pub fn apply(self, kept: Kept) -> Kept {
        Kept {
            interactions: self.interactions.unwrap_or(kept.interactions),
            notes: self.notes.unwrap_or(kept.notes),
            records: self.records.unwrap_or(kept.records),
            responses: self.responses.unwrap_or(kept.responses),
            assessments: self.assessments.unwrap_or(kept.assessments),
            access_log: self.access_log.unwrap_or(kept.access_log),
            history: self.history.unwrap_or(kept.history),
        }
    }
}

/// What a line of the history tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Event {
    /// So many were dropped because their time was over.
    Dropped(i64),
    /// From now on the class is kept for so many days; none means as long as can be.
    Changed(Option<i32>),
}

/// A line of the history.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Line {
    pub number: i64,
    pub class: Class,
    pub event: Event,
    pub applied_at: DateTime<Utc>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_class_is_found_by_its_number_and_bounded() {
        for class in Class::ALL {
            assert_eq!(Class::of_number(class as i16), Some(class));
            assert!(class.days(class.least() - 1).is_err() && class.days(class.least()).is_ok() && class.days(class.most() + 1).is_err());
        }
        assert_eq!((Class::of_number(0), Class::AccessLog.least(), Class::AccessLog.most(), Class::History.least()), (None, 30, 90, 90));
    }
}
