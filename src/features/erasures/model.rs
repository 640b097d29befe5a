//! What an erasure is: its extent, and what it took away, by class and count.

use chrono::{DateTime, NaiveDate, Utc};

use crate::kernel::text::Refusal;

/// A kind of row that an erasure can take away.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Class {
    Relationships,
    Interactions,
    /// What entries said before they were changed.
    InteractionHistory,
    /// Promises, plans, needs and repairs.
    Records,
    Responses,
    Assessments,
    Experiments,
    AdoptedPractices,
    PracticeSessions,
    Sessions,
}

impl Class {
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Relationships => "relationships",
            Self::Interactions => "interactions",
            Self::InteractionHistory => "interaction_history",
            Self::Records => "records",
            Self::Responses => "responses",
            Self::Assessments => "assessments",
            Self::Experiments => "experiments",
            Self::AdoptedPractices => "adopted_practices",
            Self::PracticeSessions => "practice_sessions",
            Self::Sessions => "sessions",
        }
    }
}

/// Local days, both included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Days {
    from: NaiveDate,
    to: NaiveDate,
}

impl Days {
    /// Days from 1970 to 9999, in order.
    pub fn parse(from: NaiveDate, to: NaiveDate) -> Result<Self, (&'static str, Refusal)> {
        let known = NaiveDate::default()..=NaiveDate::from_ymd_opt(9999, 12, 31).unwrap_or(NaiveDate::MAX);
        let refusal = || ("out_of_range", "A day from 1970-01-01 to 9999-12-31 belongs here.".to_owned());
        if !known.contains(&from) {
            return Err(("/from", refusal()));
        }
        if !known.contains(&to) {
            return Err(("/to", refusal()));
        }
        if to < from {
            return Err(("/to", ("before_from", "The last day is not before the first.".to_owned())));
        }
        Ok(Self { from, to })
    }

    #[must_use]
    pub const fn from(&self) -> NaiveDate {
        self.from
    }

    #[must_use]
    pub const fn to(&self) -> NaiveDate {
        self.to
    }
}

/// What was to be erased.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Extent {
    Account,
    Relationship,
    /// Some days of one relationship.
    Days(Days),
    /// What one entry said before.
    History,
}

/// What an erasure took away.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Receipt {
    pub extent: Extent,
    pub erased: Vec<(Class, i64)>,
    pub erased_at: DateTime<Utc>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_in_order_and_of_our_time() {
        let days = |from: &str, to: &str| Days::parse(from.parse().unwrap(), to.parse().unwrap()).map_err(|(at, _)| at);
        assert!(days("1970-01-01", "9999-12-31").is_ok() && days("2026-03-02", "2026-03-02").is_ok());
        assert_eq!(days("2026-03-02", "2026-03-01"), Err("/to"));
        assert_eq!(days("1969-12-31", "2026-03-01"), Err("/from"));
        assert_eq!(days("2026-03-02", "+10000-01-01"), Err("/to"));
    }
}
