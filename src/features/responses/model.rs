//! What a response is: answers to a version of a question set, kept while they grow and fixed once completed.

use chrono::{DateTime, NaiveDate, Utc};

pub use crate::content::{Answer, AnswerValue, Dimension};
use crate::kernel::text::Refusal;
use crate::kernel::{RelationshipId, ResponseId};

/// Answers a response may hold: a question set has at most 40 items.
pub const MAX_ANSWERS: usize = 40;

/// How far a response is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// Answers may still be added and changed.
    InProgress,
    /// Fixed for ever, and part of the evidence.
    Completed,
}

impl Status {
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::InProgress => "in_progress",
            Self::Completed => "completed",
        }
    }

    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        [Self::InProgress, Self::Completed].into_iter().find(|status| status.as_str() == word)
    }
}

/// What a client sends to begin a response; not yet checked against the set.
#[derive(Clone, Debug)]
pub struct Submission {
    pub question_set: String,
    /// The version to answer; the newest where none is named.
    pub version: Option<u32>,
    pub answers: Vec<Answer>,
    pub status: Status,
    pub local_date: Option<NaiveDate>,
}

/// A response that fits its set, ready to be stored.
#[derive(Clone, Debug)]
pub struct Details {
    pub question_set: String,
    pub question_set_version: u32,
    pub answers: Vec<Answer>,
    pub status: Status,
    /// The day it is about, in the person's own calendar.
    pub local_date: NaiveDate,
}

/// A stored response.
#[derive(Clone, Debug)]
pub struct Response {
    pub id: ResponseId,
    pub relationship: RelationshipId,
    pub details: Details,
    pub completed_at: Option<DateTime<Utc>>,
    pub version: i64,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
}

/// A response of another account of the same person, to be stored as it was there.
#[derive(Clone, Debug)]
pub struct Restored {
    pub id: ResponseId,
    pub relationship: RelationshipId,
    pub digest: [u8; 32],
    pub details: Details,
    pub completed_at: Option<DateTime<Utc>>,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
}

/// A change of a response in progress; absent members stay as they are.
#[derive(Clone, Debug, Default)]
pub struct Change {
    pub answers: Option<Vec<Answer>>,
    pub status: Option<Status>,
    pub local_date: Option<NaiveDate>,
}

/// A completed response as evidence.
#[derive(Clone, Debug, PartialEq)]
pub struct StoredResponse {
    pub id: ResponseId,
    pub question_set: String,
    pub version: u32,
    pub answers: Vec<Answer>,
    pub local_date: NaiveDate,
    pub completed_at: Option<DateTime<Utc>>,
    /// Its place in the account's order of changes to evidence.
    pub change: i64,
}

/// How one scale changed between two completions.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ScaleChange {
    pub dimension: Dimension,
    /// `give` or `receive`.
    pub side: &'static str,
    /// Means in scale points.
    pub before: f64,
    pub after: f64,
    /// Of the difference, in scale points.
    pub standard_error: f64,
    /// The difference over its standard error.
    pub index: f64,
    /// Whether it is more than error of measurement explains at 5 %.
    pub reliable: bool,
}

/// A response beside the completion before it, of the same version of the same set.
#[derive(Clone, Debug)]
pub struct Comparison {
    pub response: Response,
    /// Nothing where this is the first, or still in progress.
    pub previous: Option<Response>,
    pub provisional: bool,
    pub scales: Vec<ScaleChange>,
}

/// Which responses a list shows.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    pub status: Option<Status>,
    pub question_set: Option<String>,
}

impl Details {
    /// These details with a change applied.
    #[must_use]
    pub fn changed(self, change: Change) -> Self {
        Self {
            answers: change.answers.unwrap_or(self.answers),
            status: change.status.unwrap_or(self.status),
            local_date: change.local_date.unwrap_or(self.local_date),
            ..self
        }
    }
}

/// The day a client names: from 1970 to tomorrow, since the client's clock may already be in the next day.
pub fn checked_day(named: NaiveDate, today: NaiveDate) -> Result<NaiveDate, Refusal> {
    let tomorrow = today.succ_opt().unwrap_or(today);
    if (NaiveDate::default()..=tomorrow).contains(&named) {
        return Ok(named);
    }
    Err(("out_of_range", "A day from 1970-01-01 to tomorrow belongs here.".to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_is_neither_before_1970_nor_after_tomorrow() {
        let day = |text: &str| text.parse::<NaiveDate>().unwrap();
        let allowed = |named| checked_day(day(named), day("2026-03-02")).is_ok();
        assert!(allowed("1970-01-01") && allowed("2026-03-02") && allowed("2026-03-03"));
        assert!(!allowed("1969-12-31") && !allowed("2026-03-04"));
    }

    #[test]
    fn a_status_is_found_by_its_own_word_and_no_other() {
        assert_eq!(Status::parse("completed"), Some(Status::Completed));
        assert_eq!(Status::parse("in_progress"), Some(Status::InProgress));
        assert_eq!(Status::parse("Completed"), None);
    }
}
