//! The days of a record: when it began, when it was settled, how far ahead it looks.
//!
//! They are days in the person's own calendar, not instants. Where none is named it is today in the account's zone, at that moment; a
//! day that is written down never moves again.

use chrono::NaiveDate;

use crate::kernel::Fields;
use crate::kernel::text::Refusal;

/// The last day that people write with four digits.
pub const MAX_DAY: NaiveDate = match NaiveDate::from_ymd_opt(9999, 12, 31) {
    Some(day) => day,
    None => NaiveDate::MAX,
};

/// What the days of a record are checked against.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Days {
    /// The day it began.
    pub local_date: NaiveDate,
    /// Today where the person is.
    pub today: NaiveDate,
}

impl Days {
    /// The last day that may have come: the client's clock may already be in the next day.
    fn tomorrow(self) -> NaiveDate {
        self.today.succ_opt().unwrap_or(self.today)
    }

    /// The day that is meant where none is named: today, or its first day where that is tomorrow already.
    #[must_use]
    pub fn now(self) -> NaiveDate {
        self.today.max(self.local_date)
    }

    /// Whether it can have begun: from 1970 to tomorrow.
    pub fn check_beginning(self) -> Result<(), Refusal> {
        if (NaiveDate::default()..=self.tomorrow()).contains(&self.local_date) {
            return Ok(());
        }
        Err(("out_of_range", "A day from 1970-01-01 to tomorrow belongs here.".to_owned()))
    }

    /// A day on which something became of it: from its first day to tomorrow.
    pub fn past(self, day: NaiveDate) -> Result<NaiveDate, Refusal> {
        if day < self.local_date {
            return Err(before_it_began());
        }
        if day > self.tomorrow() {
            return Err(("in_the_future", "A day up to tomorrow belongs here.".to_owned()));
        }
        Ok(day)
    }

    /// A day that it looks ahead to: from its first day on.
    pub fn ahead(self, day: NaiveDate) -> Result<NaiveDate, Refusal> {
        if day < self.local_date {
            return Err(before_it_began());
        }
        if day > MAX_DAY {
            return Err(("out_of_range", "A day up to 9999-12-31 belongs here.".to_owned()));
        }
        Ok(day)
    }
}

fn before_it_began() -> Refusal {
    ("before_it_began", "This day is not before the local date.".to_owned())
}

/// How a record was settled before a change, and whether it is so still.
#[derive(Clone, Copy, Debug)]
pub struct Settling {
    pub open: bool,
    /// Whether the change left the status alone.
    pub same: bool,
    pub was: Option<NaiveDate>,
}

/// The day on which something was settled: the one that is named, the one that it was, or today. What is open has none.
#[expect(clippy::option_option, reason = "the three cases of RFC 7396: absent, null, value")]
pub fn settled_on(fields: &mut Fields, settling: Settling, named: Option<Option<NaiveDate>>, days: Days) -> Option<NaiveDate> {
    let day = match (settling.open, named) {
        (true, Some(Some(_))) => {
            fields.push("/settled_on", "still_open", "What is open was not settled on any day.");
            return None;
        }
        (true, Some(None) | None) => return None,
        (false, Some(Some(day))) => day,
        (false, Some(None)) => {
            fields.push("/settled_on", "required", "What is settled was settled on a day.");
            return None;
        }
        (false, None) => settling.was.filter(|_| settling.same).unwrap_or_else(|| days.now()),
    };
    fields.take("/settled_on", days.past(day))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn days_lie_between_the_beginning_and_tomorrow_or_ahead() {
        let days = Days { local_date: day("2026-03-01"), today: day("2026-03-10") };
        assert!(days.check_beginning().is_ok() && days.past(day("2026-03-11")).is_ok() && days.ahead(day("9999-12-31")).is_ok());
        assert_eq!(days.past(day("2026-02-28")).unwrap_err().0, "before_it_began");
        assert_eq!(days.ahead(day("2026-02-28")).unwrap_err().0, "before_it_began");
        assert_eq!(days.past(day("2026-03-12")).unwrap_err().0, "in_the_future");
        let early = Days { local_date: day("1969-12-31"), ..days };
        assert_eq!(early.check_beginning().unwrap_err().0, "out_of_range");
    }

    #[test]
    fn a_record_is_settled_on_the_day_named_or_today_and_keeps_it_until_its_status_changes() {
        let days = Days { local_date: day("2026-03-01"), today: day("2026-03-10") };
        let settle = |settling, named| settled_on(&mut Fields::default(), settling, named, days);
        let fresh = Settling { open: false, same: false, was: None };
        assert_eq!(settle(fresh, None), Some(day("2026-03-10")));
        assert_eq!(settle(fresh, Some(Some(day("2026-03-04")))), Some(day("2026-03-04")));
        let before = Settling { same: true, was: Some(day("2026-03-04")), ..fresh };
        assert_eq!(settle(before, None), Some(day("2026-03-04")));
        assert_eq!(settle(Settling { same: false, ..before }, None), Some(day("2026-03-10")));
        assert_eq!(settle(Settling { open: true, ..before }, None), None);
    }
}
