//! An operator's command, and a step of continuous integration: has the help that this build lists been looked at again in time?
//!
//! It reads today's date, which no test may. So tests stay the same on every day, and this one check goes stale by itself.

use std::fmt::Write;

use chrono::NaiveDate;

use crate::content::{Catalogue, ContentError, HelpDirectory};
use crate::kernel::Clock;

/// Why the content should not go out as it is.
#[derive(Debug, thiserror::Error)]
pub enum CheckError {
    #[error("usage: reciprocity content-check")]
    Usage,
    #[error("the content that this program carries is damaged: {0}")]
    Content(#[from] ContentError),
    #[error("{0}")]
    Overdue(String),
}

/// What to say where every review is still to come.
///
/// # Errors
/// The services whose review was due before today, with their sources. They are still served, and marked.
pub fn report(clock: &Clock) -> Result<String, CheckError> {
    of(Catalogue::load()?.library().help(), clock.now().date_naive())
}

fn of(directory: &HelpDirectory, today: NaiveDate) -> Result<String, CheckError> {
    let mut overdue = String::new();
    for entry in directory.overdue(today) {
        let _ = write!(overdue, "\n  {} was to be looked at again by {}: {}", entry.id, entry.review_by, entry.source);
    }
    if overdue.is_empty() {
        let next = directory.next_review().map_or_else(|| "never".to_owned(), |day| day.to_string());
        return Ok(format!("The directory of help is in date; the next review is due by {next}.\n"));
    }
    Err(CheckError::Overdue(format!("the directory of help is stale; content/README.md says what to do:{overdue}")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::{DateTime, TimeDelta};

    fn directory() -> HelpDirectory {
        Catalogue::load().unwrap().library().help().clone()
    }

    #[test]
    fn a_directory_in_date_says_when_it_is_looked_at_next() {
        let due = directory().next_review().unwrap();
        assert!(of(&directory(), due).unwrap().contains(&due.to_string()));
    }

    #[test]
    fn the_day_after_a_review_was_due_the_check_fails_and_names_what_is_stale() {
        let due = directory().next_review().unwrap();
        let stale = directory().overdue(due.succ_opt().unwrap()).map(|entry| entry.id.clone()).collect::<Vec<_>>();
        let said = of(&directory(), due.succ_opt().unwrap()).unwrap_err().to_string();
        assert!(!stale.is_empty() && stale.iter().all(|id| said.contains(id.as_str())), "{said}");
        assert_eq!(said.lines().count(), stale.len() + 1);
    }

    #[test]
    fn the_clock_that_is_handed_in_decides() {
        let clock = Clock::manual(DateTime::from_timestamp(0, 0).unwrap());
        assert!(report(&clock).is_ok());
        clock.advance(TimeDelta::days(365 * 200));
        assert!(matches!(report(&clock), Err(CheckError::Overdue(_))));
    }
}
