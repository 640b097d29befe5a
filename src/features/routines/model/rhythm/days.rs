//! The days that a rhythm comes to, by the calendar alone: its days, weeks, months or years are gone through one after the other, from the
//! one that is asked about to the last day that is asked for and never further, whether the rule names a day in them or not.

use chrono::{Datelike, Days, Months, NaiveDate, Weekday};

use super::{Every, Rhythm};

/// How far after a day it is looked for one of the rule.
pub const SOON: Days = Days::new(5 * 366);
/// Days that are worked out at once, at most.
const MOST: usize = 4_000;

impl Rhythm {
    /// The first day, if there is one within five years of the start.
    #[must_use]
    pub fn begins(&self, start: NaiveDate) -> Option<NaiveDate> {
        self.first_from(start, start)
    }

    /// The first day of the rule, counted from `start`, that is not before `from`, if there is one within five years of that.
    #[must_use]
    pub fn first_from(&self, start: NaiveDate, from: NaiveDate) -> Option<NaiveDate> {
        self.days(start, from, from.checked_add_days(SOON)?).next()
    }

    /// The days of the rule, counted from `start`, from one day to another, both included; the first 4,000 of them.
    #[must_use]
    pub fn between(&self, start: NaiveDate, from: NaiveDate, to: NaiveDate) -> Vec<NaiveDate> {
        self.days(start, from, to).take(MOST).collect()
    }

    /// The days of the rule, counted from `start`, from one day to another, both included. No period after `to` is looked at.
    pub fn days(&self, start: NaiveDate, from: NaiveDate, to: NaiveDate) -> impl Iterator<Item = NaiveDate> + '_ {
        let last = self.until.map_or(to, |until| until.min(to));
        // What is counted is counted from the start; what is not may be begun in the period that is asked about.
        let skipped = if self.count.is_some() { 0 } else { self.periods(start, from) };
        let count = self.count.and_then(|count| usize::try_from(count).ok()).unwrap_or(usize::MAX);
        let periods = (skipped..=u32::MAX).map_while(move |number| self.period(start, number).filter(|first| *first <= last));
        periods
            .inspect(|_| steps::count())
            .flat_map(move |first| self.within(start, first))
            .filter(move |day| *day >= start)
            .take(count)
            .take_while(move |day| *day <= last)
            .filter(move |day| *day >= from)
    }

    /// How many whole periods lie between the one of the start and the one of a day.
    fn periods(&self, start: NaiveDate, day: NaiveDate) -> u32 {
        let interval = i64::from(self.interval);
        let months = |day: NaiveDate| i64::from(day.year()) * 12 + i64::from(day.month0());
        let whole = match self.every {
            Every::Day => (day - start).num_days() / interval,
            Every::Week => self.week_of(start).map_or(0, |first| (day - first).num_days() / (7 * interval)),
            Every::Month => (months(day) - months(start)) / interval,
            Every::Year => i64::from(day.year() - start.year()) / interval,
        };
        u32::try_from(whole).unwrap_or_default()
    }

    /// The first day of a period: of the day, week, month or year that lies so many intervals after that of the start.
    fn period(&self, start: NaiveDate, number: u32) -> Option<NaiveDate> {
        let later = number.checked_mul(u32::from(self.interval))?;
        match self.every {
            Every::Day => start.checked_add_days(Days::new(u64::from(later))),
            Every::Week => self.week_of(start)?.checked_add_days(Days::new(7 * u64::from(later))),
            Every::Month => start.with_day(1)?.checked_add_months(Months::new(later)),
            Every::Year => NaiveDate::from_ymd_opt(start.year().checked_add_unsigned(later)?, 1, 1),
        }
    }

    /// The first day of the week of a day.
    fn week_of(&self, day: NaiveDate) -> Option<NaiveDate> {
        let into = day.weekday().days_since(self.week_start.unwrap_or(Weekday::Mon));
        day.checked_sub_days(Days::new(u64::from(into)))
    }

    /// The days of the rule in a period, in order.
    fn within(&self, start: NaiveDate, first: NaiveDate) -> Vec<NaiveDate> {
        let named = |day: &NaiveDate| self.by_day.iter().any(|(_, weekday)| *weekday == day.weekday());
        match self.every {
            Every::Day => Some(first).into_iter().filter(|day| self.by_day.is_empty() || named(day)).collect(),
            Every::Week if self.by_day.is_empty() => first.iter_days().take(7).filter(|day| day.weekday() == start.weekday()).collect(),
            Every::Week => first.iter_days().take(7).filter(named).collect(),
            Every::Month => self.of_month(start, first),
            Every::Year if self.by_month.is_empty() => {
                first.with_month(start.month()).map_or(Vec::new(), |first| self.of_month(start, first))
            }
            Every::Year => (1..=12).filter_map(|month| first.with_month(month)).flat_map(|first| self.of_month(start, first)).collect(),
        }
    }

    /// The days of the rule in a month, in order.
    fn of_month(&self, start: NaiveDate, first: NaiveDate) -> Vec<NaiveDate> {
        if !self.by_month.is_empty() && !self.by_month.iter().any(|month| u32::from(*month) == first.month()) {
            return Vec::new();
        }
        let length = i64::from(first.num_days_in_month());
        let days = first.iter_days().take(usize::from(first.num_days_in_month()));
        let days: Vec<NaiveDate> = days.filter(|day| self.names(start, *day, length)).collect();
        if self.by_set_pos.is_empty() {
            return days;
        }
        let all = days.len();
        let at = |place: usize| {
            let from_end = all.saturating_sub(place);
            self.by_set_pos.iter().any(|wanted| place_of(*wanted, place + 1, from_end))
        };
        days.into_iter().enumerate().filter(|(place, _)| at(*place)).map(|(_, day)| day).collect()
    }

    /// Whether a day of a month of so many days is one of the rule.
    fn names(&self, start: NaiveDate, day: NaiveDate, length: i64) -> bool {
        let (place, from_end) = (i64::from(day.day()), length - i64::from(day.day()) + 1);
        if !self.by_month_day.is_empty() {
            return self.by_month_day.iter().any(|wanted| i64::from(*wanted) == place || i64::from(*wanted) == -from_end);
        }
        let fits = |wanted: Option<i16>| {
            wanted.is_none_or(|wanted| i64::from(wanted) == (place - 1) / 7 + 1 || i64::from(wanted) == -((from_end - 1) / 7 + 1))
        };
        if self.by_day.is_empty() {
            day.day() == start.day()
        } else {
            self.by_day.iter().any(|(wanted, on)| *on == day.weekday() && fits(*wanted))
        }
    }
}

/// Whether a place from the beginning, or from the end where it is negative, is the one that lies so far from both.
fn place_of(wanted: i32, from_beginning: usize, from_end: usize) -> bool {
    let place = usize::try_from(wanted.unsigned_abs()).unwrap_or_default();
    if wanted > 0 { place == from_beginning } else { place == from_end }
}

/// How many periods were looked at: what the tests hold to a bound.
pub mod steps {
    #[cfg(test)]
    thread_local! {
        static COUNTED: std::cell::Cell<usize> = const { std::cell::Cell::new(0) };
    }

    /// One more.
    pub fn count() {
        #[cfg(test)]
        COUNTED.with(|counted| counted.set(counted.get() + 1));
    }

    /// How many some work takes.
    #[cfg(test)]
    pub fn of(work: impl FnOnce()) -> usize {
        let before = COUNTED.with(std::cell::Cell::get);
        work();
        COUNTED.with(std::cell::Cell::get) - before
    }
}
