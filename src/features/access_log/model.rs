//! What the access log tells apart, and how long it is kept.

use chrono::{DateTime, DurationRound, TimeDelta, Utc};

use crate::kernel::{GrantId, SessionId};

/// How long a line is kept.
pub const KEPT: TimeDelta = TimeDelta::days(90);

/// A class of data that can be read. The numbers are stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Class {
    Account = 1,
    Sessions = 2,
    Relationships = 3,
    Interactions = 4,
    InteractionHistory = 5,
    Responses = 6,
    /// Assessments, their pictures and timelines.
    Assessments = 7,
    Exports = 8,
    AccessLog = 9,
    Grants = 10,
    /// Promises, plans, needs and repairs.
    Records = 11,
    /// Practices that were adopted, what is due of them, and calendars' addresses.
    Practices = 12,
}

impl Class {
    const ALL: [Self; 12] = [
        Self::Account,
        Self::Sessions,
        Self::Relationships,
        Self::Interactions,
        Self::InteractionHistory,
        Self::Responses,
        Self::Assessments,
        Self::Exports,
        Self::AccessLog,
        Self::Grants,
        Self::Records,
        Self::Practices,
    ];

    #[must_use]
    pub const fn number(self) -> i16 {
        self as i16
    }

    /// The class of a stored number.
    #[must_use]
    pub fn of_number(number: i16) -> Option<Self> {
        Self::ALL.into_iter().find(|class| class.number() == number)
    }

    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Account => "account",
            Self::Sessions => "sessions",
            Self::Relationships => "relationships",
            Self::Interactions => "interactions",
            Self::InteractionHistory => "interaction_history",
            Self::Responses => "responses",
            Self::Assessments => "assessments",
            Self::Exports => "exports",
            Self::AccessLog => "access_log",
            Self::Grants => "grants",
            Self::Records => "records",
            Self::Practices => "practices",
        }
    }

    /// What a read of the route with this template shows; nothing where it shows nothing of an account.
    #[must_use]
    pub fn of_route(template: &str) -> Option<Self> {
        let parts: Vec<&str> = template.split('/').skip(1).collect();
        match parts.as_slice() {
            ["v1", "account" | "accounts"] | ["v1", "account", "consents" | "pin" | "retention", ..] => Some(Self::Account),
            ["v1", "account", "access-log"] => Some(Self::AccessLog),
            ["v1", "account", "exports", ..] => Some(Self::Exports),
            // Unlocking shows nothing but a time.
            ["v1", "sessions", "unlocks"] => None,
            ["v1", "sessions", ..] => Some(Self::Sessions),
            ["v1", "grants", ..] | ["v1", "relationships", _, "grants"] => Some(Self::Grants),
            // What somebody answered about safety is read under the class that every app reads: a class of its own would tell of it.
            // So would one for whether the next step was ever left to the other.
            ["v1", "relationships"]
            | ["v1", "relationships" | "experiments", _]
            | ["v1", "relationships", _, "safety" | "not-for-me" | "experiments", ..] => Some(Self::Relationships),
            ["v1", "relationships", _, "practices"] | ["v1", "adopted-practices" | "prompts" | "calendar-feeds", ..] => {
                Some(Self::Practices)
            }
            ["v1", "relationships", _, "interactions"] | ["v1", "interactions", _] => Some(Self::Interactions),
            ["v1", "interactions", _, "history"] => Some(Self::InteractionHistory),
            ["v1", "relationships", _, "promises" | "plans" | "needs" | "repairs"]
            | ["v1", "promises" | "plans" | "needs" | "repairs", _] => Some(Self::Records),
            ["v1", "relationships", _, "responses" | "question-sets", ..] => Some(Self::Responses),
            ["v1", "relationships", _, "assessments" | "timeline" | "reviews", ..] | ["v1", "experiments", _, "debrief"] => {
                Some(Self::Assessments)
            }
            _ => None,
        }
    }
}

/// A session read something of a class in an hour.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Access {
    /// The hour's beginning, in UTC.
    pub hour: DateTime<Utc>,
    pub session: SessionId,
    /// The grant that the session came by.
    pub grant: Option<GrantId>,
    pub class: Class,
}

/// The beginning of the hour.
#[must_use]
pub fn hour_of(now: DateTime<Utc>) -> DateTime<Utc> {
    now.duration_trunc(TimeDelta::hours(1)).unwrap_or(now)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_class_is_found_by_its_number() {
        for class in Class::ALL {
            assert_eq!(Class::of_number(class.number()), Some(class));
        }
        assert_eq!(Class::of_number(0), None);
    }

    #[test]
    fn an_hour_begins_at_its_first_minute() {
        let at = |text: &str| text.parse::<DateTime<Utc>>().unwrap();
        assert_eq!(hour_of(at("2026-03-02T12:59:59.999Z")), at("2026-03-02T12:00:00Z"));
    }
}
