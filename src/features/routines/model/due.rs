//! Where an adopted practice stands on a day: whose turn it is, what is due, how it went. Worked out from the sessions whenever it is
//! asked for, and stored nowhere.
//!
//! 1. Days of the rhythm are counted from `starts_on`. Where being in touch is what the practice is for, and the rule says how often and
//!    nothing else, they are counted from the last real contact once there was one: a session, or an interaction by the other or by both.
//!    A rule that names days keeps them; contact covers those up to it.
//! 2. A day that has come is open until it is done or covered, until the next, for a week at most; then it is let go without a word. What
//!    was put off is open from the day that was said, as long.
//! 3. While the practice rests nothing is open, and nothing that lies before the rest is open after it.
//! 4. It is the turn of whoever did not begin last, of the two; a time that both began, or nobody knows who, leaves the turn as it was.
//! 5. What was kept in a row is counted back from today. One time left out between two that were kept breaks nothing, and rests are passed over.
//!    So is a time in whose stead there was real contact, where being in touch is what the practice is for.
//!
//! It is looked five years ahead and no further.

use chrono::{DateTime, Days, FixedOffset, LocalResult, NaiveDate, NaiveDateTime, Offset, TimeDelta, TimeZone};
use chrono_tz::Tz;

use super::rhythm::SOON;
use super::{AdoptedPractice, Plan, Rest, Rhythm, Turns};
use crate::features::interactions::model::Actor;
use crate::kernel::zone;

/// How long a day that has come stays open.
const OPEN: Days = Days::new(7);
/// How far back it is looked for what was kept.
const BACK: Days = Days::new(400);

/// What an adopted practice depends on beside itself.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Situation {
    /// Whether the relationship is an active one now, and the practice may be put before its person.
    pub is_active: bool,
    /// Periods in which it was not, and periods of strain.
    pub quiet: Vec<Rest>,
}

/// What the sessions of an adopted practice, and the log around them, come to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct History {
    pub sessions: i64,
    /// Those in which both took part.
    pub together: i64,
    pub started_by_me: i64,
    pub started_by_them: i64,
    pub last_on: Option<NaiveDate>,
    /// Who began last, of the two.
    pub last_starter: Option<Actor>,
    /// The last session in which both took part, or day of `contact_days`.
    pub last_contact: Option<NaiveDate>,
    /// The days with an interaction by the other or by both, or with a part of the other in something that was noted, of the last 400 days;
    /// none where being in touch is not what the practice is for.
    pub contact_days: Vec<NaiveDate>,
    /// The days of sessions that count, of the last 400 days.
    pub counted_days: Vec<NaiveDate>,
}

/// What is due, or will be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Due {
    /// Whether its day has come.
    pub is_open: bool,
    pub on: NaiveDate,
    /// The moment, where the practice has a time of day.
    pub at: Option<DateTime<FixedOffset>>,
}

/// What was kept in a row. There is none where nothing was.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Kept {
    pub times: usize,
    pub since: NaiveDate,
}

/// Where an adopted practice stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Standing {
    pub today: NaiveDate,
    /// Whose turn it is, where there are turns and somebody began before.
    pub turn: Option<Actor>,
    pub due: Option<Due>,
    pub is_resting: bool,
    pub kept: Option<Kept>,
    pub history: History,
}

impl Standing {
    /// Where it stands on a local day.
    #[must_use]
    pub fn of(practice: &AdoptedPractice, situation: &Situation, history: History, today: NaiveDate) -> Self {
        let clock = Clockwork { practice, plan: &practice.plan, situation, history: &history, today };
        let (turn, due, is_resting, kept) = (clock.turn(), clock.due(), clock.rests_on(today), clock.kept());
        Self { today, turn, due, is_resting, kept, history }
    }

    /// Whether its day has come, and it was not put off.
    #[must_use]
    pub fn is_open(&self) -> bool {
        self.due.is_some_and(|due| due.is_open)
    }
}

impl AdoptedPractice {
    /// The day that its rhythm is counted from, with what was done and logged (rule 1).
    #[must_use]
    pub fn counted_from(&self, history: &History) -> NaiveDate {
        let plain = self.plan.cadence.as_ref().is_some_and(Rhythm::is_plain);
        let contact = history.last_contact.filter(|day| self.adopted.resets_on_contact && plain && *day >= self.plan.starts_on);
        contact.unwrap_or(self.plan.starts_on)
    }

    /// The rule as it is counted from that day.
    #[must_use]
    pub fn rhythm(&self, history: &History) -> Option<Rhythm> {
        let (counted, chosen) = (self.counted_from(history), self.plan.starts_on);
        self.plan.cadence.as_ref().map(|rule| if counted == chosen { rule.clone() } else { rule.counted_from(counted) })
    }

    /// Whether it rests on a day, now or then.
    #[must_use]
    pub fn rests_on(&self, situation: &Situation, day: NaiveDate) -> bool {
        self.plan.rests.iter().chain(&situation.quiet).any(|rest| rest.covers(day))
    }
}

struct Clockwork<'a> {
    practice: &'a AdoptedPractice,
    plan: &'a Plan,
    situation: &'a Situation,
    history: &'a History,
    today: NaiveDate,
}

impl Clockwork<'_> {
    fn rests_on(&self, day: NaiveDate) -> bool {
        (day == self.today && !self.situation.is_active) || self.practice.rests_on(self.situation, day)
    }

    fn turn(&self) -> Option<Actor> {
        // Nobody is to begin what rests with the relationship.
        if !self.situation.is_active {
            return None;
        }
        match (self.plan.turns, self.history.last_starter) {
            (Turns::Alternating, Some(Actor::Me)) => Some(Actor::Them),
            (Turns::Alternating, Some(Actor::Them)) => Some(Actor::Me),
            (Turns::Alternating, Some(Actor::Both | Actor::Unknown) | None) | (Turns::None, _) => None,
        }
    }

    /// The last day that something stands for already: it was done then, or contact covers it.
    fn covered(&self) -> Option<NaiveDate> {
        let contact = self.history.last_contact.filter(|_| self.practice.adopted.resets_on_contact);
        self.history.last_on.max(contact)
    }

    fn due(&self) -> Option<Due> {
        let rhythm = self.practice.rhythm(self.history)?;
        if self.plan.dropped_on.is_some() {
            return None;
        }
        let start = self.practice.counted_from(self.history);
        let open = self.open(&rhythm, start);
        let on = open.map_or_else(|| self.next(&rhythm, start), Some)?;
        Some(Due {
            is_open: open.is_some(),
            on,
            at: self.plan.time_of_day.and_then(|time| instant(on.and_time(time), self.plan.time_zone)),
        })
    }

    fn rests(&self) -> impl Iterator<Item = &Rest> {
        self.plan.rests.iter().chain(&self.situation.quiet)
    }

    /// The day that has come and is neither done nor let go (rules 2 and 3).
    fn open(&self, rhythm: &Rhythm, start: NaiveDate) -> Option<NaiveDate> {
        if self.rests_on(self.today) || self.plan.snoozed_until.is_some_and(|until| self.today < until) {
            return None;
        }
        let after = |day: NaiveDate| day.succ_opt();
        let ends = self.rests().filter_map(|rest| rest.to).filter(|to| *to < self.today).max();
        let week = self.today.checked_sub_days(OPEN);
        // What was put off is not let go before the day that was said, nor for a week after it.
        let put_off = self.plan.snoozed_until.filter(|until| week.is_some_and(|week| week <= *until));
        // Only what was open when it was put off, or came after that: what was let go before stays so. It was put off by the last change.
        let put_off_on = zone::local_date(self.practice.updated_at, self.plan.time_zone);
        let back = self.today.checked_sub_days(BACK).max(put_off_on.checked_sub_days(OPEN));
        let looked_from = if put_off.is_some() { back } else { week };
        let first = [looked_from, self.covered().and_then(after), ends.and_then(after)].into_iter().flatten().max()?;
        rhythm.between(start, first, self.today).last().copied()
    }

    /// The next day that nothing stands for, and on which it does not rest, within five years.
    fn next(&self, rhythm: &Rhythm, start: NaiveDate) -> Option<NaiveDate> {
        if !self.situation.is_active {
            return None;
        }
        let covered_today = self.covered().is_some_and(|day| day >= self.today);
        let tomorrow = self.today.succ_opt()?;
        let first = if covered_today || !self.rests_on(self.today) { tomorrow } else { self.today };
        let mut from = self.plan.snoozed_until.map_or(first, |until| until.max(first));
        let last = self.today.checked_add_days(SOON)?;
        for day in rhythm.days(start, from, last) {
            if day < from {
                continue;
            }
            match self.rests().find(|rest| rest.covers(day)) {
                None => return Some(day),
                // Nothing that lies in the rest is looked at, and nothing at all where it has no end that soon.
                Some(rest) => from = rest.to?.succ_opt().filter(|from| *from <= last)?,
            }
        }
        None
    }

    /// What was kept in a row (rule 5).
    fn kept(&self) -> Option<Kept> {
        let rhythm = self.plan.cadence.as_ref()?;
        let from = self.plan.starts_on.max(self.today.checked_sub_days(BACK)?);
        let mut days = rhythm.between(self.plan.starts_on, from, self.today);
        // What was done on a day of rest was done all the same.
        days.retain(|day| self.history.counted_days.contains(day) || !self.practice.rests_on(self.situation, *day));
        let (mut kept, mut left_out, mut ends) = (None, 0, self.today.succ_opt()?);
        for day in days.into_iter().rev() {
            if let Some(since) = self.history.counted_days.iter().copied().filter(|done| (day..ends).contains(done)).min() {
                left_out = 0;
                let times = kept.map_or(1, |kept: Kept| kept.times + 1);
                kept = Some(Kept { times, since });
            } else if ends <= self.today && !self.history.contact_days.iter().any(|met| (day..ends).contains(met)) {
                // Today is not over yet.
                left_out += 1;
            }
            if left_out > 1 {
                break;
            }
            ends = day;
        }
        kept
    }
}

/// The moment of a local date and time (RFC 5545, section 3.3.5): where a change of clocks has it twice, the first; where it has none, as
/// by the clock before the change.
#[must_use]
pub fn instant(local: NaiveDateTime, zone: Tz) -> Option<DateTime<FixedOffset>> {
    let found = match zone.from_local_datetime(&local) {
        LocalResult::Single(at) | LocalResult::Ambiguous(at, _) => at,
        LocalResult::None => {
            let before = zone.from_local_datetime(&local.checked_sub_signed(TimeDelta::days(1))?).earliest()?.offset().fix();
            before.from_local_datetime(&local).single()?.with_timezone(&zone)
        }
    };
    Some(found.with_timezone(&found.offset().fix()))
}

#[cfg(test)]
mod tests;
