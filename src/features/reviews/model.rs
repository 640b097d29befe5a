//! A month, and what a review of it says.

use std::cmp::Reverse;
use std::collections::BTreeSet;
use std::fmt;

use chrono::{Datelike, Months, NaiveDate};

use crate::features::assessments::FindingOutcome;
use crate::features::interactions::EvidenceRow;
use crate::features::interactions::model::{Dimension, dimension_of};

/// Questions there are in the content. Each month has the next, the same for everybody: nothing that anyone logged or answered can be
/// read from it.
pub const QUESTIONS: i32 = 12;

/// A month of the calendar, from January 1970 on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Month {
    first: NaiveDate,
}

impl Month {
    /// The month that is written like this: `2026-02`.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (year, month) = text.split_once('-')?;
        let digits = |text: &str, count: usize| text.len() == count && text.bytes().all(|byte| byte.is_ascii_digit());
        if !digits(year, 4) || !digits(month, 2) {
            return None;
        }
        let first = NaiveDate::from_ymd_opt(year.parse().ok()?, month.parse().ok()?, 1)?;
        (first.year() >= 1970).then_some(Self { first })
    }

    #[must_use]
    pub const fn first(self) -> NaiveDate {
        self.first
    }

    #[must_use]
    pub fn last(self) -> NaiveDate {
        let next = self.first.checked_add_months(Months::new(1));
        next.and_then(|next| next.pred_opt()).unwrap_or(self.first)
    }

    #[must_use]
    pub fn before(self) -> Self {
        Self { first: self.first.checked_sub_months(Months::new(1)).unwrap_or(self.first) }
    }

    /// The number of its question, from 1.
    #[must_use]
    pub fn question(self) -> i32 {
        // Months count from 1, so January of year 0 has the second.
        (self.first.year() * 12 + i32::try_from(self.first.month()).unwrap_or_default()).rem_euclid(QUESTIONS) + 1
    }
}

impl fmt::Display for Month {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}", self.first.format("%Y-%m"))
    }
}

/// On how many days something of a dimension was logged, whoever did it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Noticed {
    pub dimension: Dimension,
    pub days: usize,
    /// In the month before, as a whole.
    pub days_before: usize,
}

/// What one month held.
#[derive(Clone, Debug)]
pub struct Review {
    pub month: Month,
    /// The last day that counts: the month's, or the last that is over.
    pub to: NaiveDate,
    pub strengths: Vec<FindingOutcome>,
    /// What there is more of first; nothing that neither month has.
    pub noticed: Vec<Noticed>,
}

impl Review {
    /// Whether the month is over.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        self.to == self.month.last()
    }
}

/// The strengths that a page for two can hold: what is true of both, of the other, and of the logger where it is true of the other as well.
/// The logger's own without the other's would say by what is missing what it does not say.
#[must_use]
pub fn shown(found: Vec<FindingOutcome>) -> Vec<FindingOutcome> {
    let of_both: BTreeSet<String> = found.iter().filter(|one| one.whose == "them").map(|one| one.code.clone()).collect();
    found.into_iter().filter(|one| one.whose != "me" || of_both.contains(&one.code)).collect()
}

/// The days of two months on which each dimension was logged.
#[must_use]
pub fn noticed(rows: &[EvidenceRow], month: Month) -> Vec<Noticed> {
    let days = |dimension: Dimension, before: bool| {
        let of = rows.iter().filter(|row| dimension_of(row.dimension) == Some(dimension) && (row.local_date < month.first) == before);
        of.map(|row| row.local_date).collect::<BTreeSet<_>>().len()
    };
    let count = |dimension| Noticed { dimension, days: days(dimension, false), days_before: days(dimension, true) };
    let mut all: Vec<Noticed> = Dimension::ALL.into_iter().map(count).filter(|one| one.days + one.days_before > 0).collect();
    all.sort_by_key(|one| Reverse(i64::try_from(one.days).unwrap_or(i64::MAX) - i64::try_from(one.days_before).unwrap_or(i64::MAX)));
    all
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::features::interactions::model::dimension_code;

    fn month(text: &str) -> Month {
        Month::parse(text).unwrap()
    }

    #[test]
    fn a_month_is_written_in_one_way() {
        assert_eq!((month("2026-02").to_string(), month("2026-02").last().to_string()), ("2026-02".to_owned(), "2026-02-28".to_owned()));
        assert_eq!(month("2026-01").before(), month("2025-12"));
        for wrong in ["2026-2", "2026-13", "2026-00", "26-02", "+026-02", "2026-02-01", "1969-12", "", "2026"] {
            assert_eq!(Month::parse(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn a_year_has_every_question_once_and_each_month_another() {
        let asked: BTreeSet<i32> = (1..=12).map(|number| month(&format!("2026-{number:02}")).question()).collect();
        assert_eq!(asked, (1..=QUESTIONS).collect());
        assert_ne!(month("2025-12").question(), month("2026-01").question());
    }

    #[test]
    fn what_the_logger_does_well_is_told_only_where_the_other_does_it_too() {
        let strength = |code: &str, whose: &str| FindingOutcome {
            code: code.to_owned(),
            whose: whose.to_owned(),
            probability: 0.9,
            entry_ids: Vec::new(),
            counter_entry_ids: Vec::new(),
            other_reading: String::new(),
        };
        let (kept, theirs) = (strength("keeps_promises", "me"), strength("keeps_promises", "them"));
        let (alone, both) = (strength("repair_by_themselves", "me"), strength("energising", "both"));
        assert_eq!(shown(vec![kept.clone(), alone, both.clone()]), std::slice::from_ref(&both));
        assert_eq!(shown(vec![kept.clone(), theirs.clone(), both.clone()]), [kept, theirs.clone(), both]);
        assert_eq!(shown(vec![theirs.clone()]), [theirs]);
    }

    #[test]
    fn days_are_counted_once_whoever_acted_and_what_there_is_more_of_comes_first() {
        let row = |day: &str, dimension, actor| EvidenceRow {
            id: Uuid::nil(),
            local_date: day.parse().unwrap(),
            dimension: dimension_code(dimension),
            actor,
            effort: None,
            prompted: None,
            energy_after: None,
            felt_heard: None,
        };
        let rows = [
            row("2026-01-31", Dimension::Repair, 1),
            row("2026-01-30", Dimension::Repair, 2),
            row("2026-02-01", Dimension::Repair, 1),
            row("2026-02-01", Dimension::Celebration, 1),
            row("2026-02-01", Dimension::Celebration, 2),
            row("2026-02-28", Dimension::Celebration, 3),
        ];
        let counted = |dimension, days, days_before| Noticed { dimension, days, days_before };
        assert_eq!(noticed(&rows, month("2026-02")), [counted(Dimension::Celebration, 2, 0), counted(Dimension::Repair, 1, 2)]);
        assert_eq!(noticed(&[], month("2026-02")), []);
    }
}
