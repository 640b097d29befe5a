//! What an interaction is, and the checked values it is made of.

mod note;

use chrono::{DateTime, FixedOffset, NaiveDate, Offset, TimeDelta, Utc};
use chrono_tz::Tz;
use uuid::Uuid;

pub use crate::engine::types::{Actor, Dimension};
use crate::kernel::reach::Reach;
use crate::kernel::text::Refusal;
use crate::kernel::{Error, InteractionId, RelationshipId, zone};
pub use note::{ClientNote, MAX_NOTE, Note, NoteChange, one_of, two_notes};

/// Items in one batch.
pub const MAX_BATCH: usize = 1_000;
/// How far ahead of the server's clock an entry may lie: a phone's clock may be wrong, a day is not.
const AHEAD: TimeDelta = TimeDelta::hours(24);

/// Words with the numbers they are stored as.
macro_rules! coded {
    ($($(#[$doc:meta])* $name:ident { $($variant:ident = $code:literal $word:literal),+ $(,)? })+) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum $name { $($variant),+ }

        impl $name {
            #[must_use]
            pub const fn code(self) -> i16 {
                match self { $(Self::$variant => $code),+ }
            }

            #[must_use]
            pub const fn of_code(code: i16) -> Option<Self> {
                match code { $($code => Some(Self::$variant),)+ _ => None }
            }

            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $word),+ }
            }
        }
    )+};
}

coded! {
    /// How exactly the moment is known.
    Precision { Exact = 1 "exact", Day = 2 "day", Week = 3 "week" }
    /// What became of it, where it answers something.
    Outcome { Accepted = 1 "accepted", Declined = 2 "declined", Ignored = 3 "ignored", Open = 4 "open" }
    /// Where the entry comes from.
    Source { App = 1 "app", Import = 2 "import", Sensor = 3 "sensor", Other = 4 "other" }
}

/// The stored number of an actor.
#[must_use]
pub const fn actor_code(actor: Actor) -> i16 {
    match actor {
        Actor::Me => 1,
        Actor::Them => 2,
        Actor::Both => 3,
        Actor::Unknown => 4,
    }
}

/// The actor behind a stored number.
#[must_use]
pub const fn actor_of(code: i16) -> Option<Actor> {
    match code {
        1 => Some(Actor::Me),
        2 => Some(Actor::Them),
        3 => Some(Actor::Both),
        4 => Some(Actor::Unknown),
        _ => None,
    }
}

/// The word for an actor.
#[must_use]
pub const fn actor_word(actor: Actor) -> &'static str {
    match actor {
        Actor::Me => "me",
        Actor::Them => "them",
        Actor::Both => "both",
        Actor::Unknown => "unknown",
    }
}

/// The stored number of a dimension: its place in the engine's order, from 1.
#[must_use]
pub fn dimension_code(dimension: Dimension) -> i16 {
    i16::try_from(dimension.index()).map_or(0, |index| index + 1)
}

/// The dimension behind a stored number.
#[must_use]
pub fn dimension_of(code: i16) -> Option<Dimension> {
    let place = usize::try_from(code).ok()?.checked_sub(1)?;
    Dimension::ALL.get(place).copied()
}

/// What was logged about the act itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Act {
    pub actor: Actor,
    pub dimension: Dimension,
    pub precision: Precision,
    pub prompted: Option<bool>,
    pub effort: Option<i16>,
    pub energy_after: Option<i16>,
    pub felt_heard: Option<i16>,
    pub duration_minutes: Option<i32>,
    pub needed: Option<bool>,
    pub asked_for: Option<bool>,
    pub outcome: Option<Outcome>,
    pub source: Source,
    pub note: Option<Note>,
}

/// When it happened, as far as the client said.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct When {
    pub occurred_at: Option<DateTime<FixedOffset>>,
    pub time_zone: Option<Tz>,
    pub local_date: Option<NaiveDate>,
}

/// When it happened, settled: the local day never moves again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Moment {
    pub occurred_at: DateTime<FixedOffset>,
    pub time_zone: Tz,
    pub local_date: NaiveDate,
}

impl When {
    /// Checks the moment against the clock.
    pub fn check(&self, now: DateTime<Utc>) -> Result<(), (&'static str, Refusal)> {
        let Some(at) = self.occurred_at else { return Ok(()) };
        let instant = at.with_timezone(&Utc);
        if instant < DateTime::UNIX_EPOCH {
            return Err(("/occurred_at", ("too_early", "Entries begin in 1970.".to_owned())));
        }
        if instant > now + AHEAD {
            return Err(("/occurred_at", ("in_the_future", "At most 24 hours ahead of now are accepted.".to_owned())));
        }
        let far = |date: NaiveDate| (date - instant.date_naive()).num_days().abs() > 1;
        if self.local_date.is_some_and(far) {
            return Err(("/local_date", ("not_that_day", "The local date lies within a day of occurred_at.".to_owned())));
        }
        Ok(())
    }

    /// Fills in what was not said: now, the account's zone, the day it falls on there.
    #[must_use]
    pub fn settle(self, account_zone: Tz, now: DateTime<Utc>) -> Moment {
        let time_zone = self.time_zone.unwrap_or(account_zone);
        let instant = self.occurred_at.map_or(now, |at| at.with_timezone(&Utc));
        let occurred_at = self.occurred_at.unwrap_or_else(|| {
            let local = now.with_timezone(&time_zone);
            local.with_timezone(&local.offset().fix())
        });
        Moment { occurred_at, time_zone, local_date: self.local_date.unwrap_or_else(|| zone::local_date(instant, time_zone)) }
    }
}

/// A new entry, checked, with the identity of the request that made it.
#[derive(Clone, Debug)]
pub struct NewEntry {
    pub relationship: RelationshipId,
    pub id: Uuid,
    pub digest: [u8; 32],
    pub act: Act,
    pub when: When,
}

/// An entry of another account of the same person, to be stored as it was there.
#[derive(Clone, Debug)]
pub struct Restored {
    pub entry: NewEntry,
    pub version: i64,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
}

/// What such an entry said before a change.
#[derive(Clone, Debug)]
pub struct RestoredRevision {
    pub entry: InteractionId,
    pub version: i64,
    pub changed_at: DateTime<Utc>,
    pub act: Act,
    pub when: When,
}

/// A stored entry.
#[derive(Clone, Debug)]
pub struct Interaction {
    pub id: InteractionId,
    pub relationship: RelationshipId,
    pub act: Act,
    pub moment: Moment,
    pub version: i64,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
}

/// A change; absent members stay, `Some(None)` removes.
#[derive(Clone, Debug, Default)]
pub struct Change {
    pub actor: Option<Actor>,
    pub dimension: Option<Dimension>,
    pub precision: Option<Precision>,
    pub prompted: Option<Option<bool>>,
    pub effort: Option<Option<i16>>,
    pub energy_after: Option<Option<i16>>,
    pub felt_heard: Option<Option<i16>>,
    pub duration_minutes: Option<Option<i32>>,
    pub needed: Option<Option<bool>>,
    pub asked_for: Option<Option<bool>>,
    pub outcome: Option<Option<Outcome>>,
    pub note: NoteChange,
    pub when: When,
}

impl Change {
    /// The act and the moment with this change applied. A new instant or zone settles the day anew, unless a day is given.
    #[must_use]
    pub fn apply(self, act: Act, moment: Moment) -> (Act, Moment) {
        let when = self.when;
        let moved = when != When::default();
        let whole = When {
            occurred_at: Some(when.occurred_at.unwrap_or(moment.occurred_at)),
            time_zone: Some(when.time_zone.unwrap_or(moment.time_zone)),
            local_date: when.local_date,
        };
        let moment = if moved { whole.settle(moment.time_zone, moment.occurred_at.with_timezone(&Utc)) } else { moment };
        let act = Act {
            actor: self.actor.unwrap_or(act.actor),
            dimension: self.dimension.unwrap_or(act.dimension),
            precision: self.precision.unwrap_or(act.precision),
            prompted: self.prompted.unwrap_or(act.prompted),
            effort: self.effort.unwrap_or(act.effort),
            energy_after: self.energy_after.unwrap_or(act.energy_after),
            felt_heard: self.felt_heard.unwrap_or(act.felt_heard),
            duration_minutes: self.duration_minutes.unwrap_or(act.duration_minutes),
            needed: self.needed.unwrap_or(act.needed),
            asked_for: self.asked_for.unwrap_or(act.asked_for),
            outcome: self.outcome.unwrap_or(act.outcome),
            note: self.note.apply(act.note),
            source: act.source,
        };
        (act, moment)
    }
}

/// What came of one new entry.
#[derive(Debug)]
pub enum Logged {
    Created(Interaction),
    /// The same request logged it before; as it is stored now.
    Replayed(Interaction),
    /// It could not be logged; its neighbours are not affected.
    Refused(Error),
}

/// Which entries a list shows.
#[derive(Clone, Copy, Debug, Default)]
pub struct Filter {
    pub dimension: Option<Dimension>,
    pub actor: Option<Actor>,
    pub from: Option<NaiveDate>,
    pub to: Option<NaiveDate>,
}

/// Which entries a list looks at: those that its filter shows of those in reach. The database hides the others anyway; said beside
/// the filter, an index finds what a grant lends, however much there is around it.
#[derive(Clone, Debug)]
pub struct Sought {
    /// The stored numbers of the dimensions; nothing: all of them.
    pub dimensions: Option<Vec<i16>>,
    pub actor: Option<Actor>,
    pub from: Option<NaiveDate>,
    pub to: Option<NaiveDate>,
}

impl Filter {
    /// The filter, narrowed to what is in reach.
    #[must_use]
    pub fn within(self, reach: &Reach) -> Sought {
        let loan = match reach {
            Reach::Loan(loan) => Some(loan),
            Reach::Whole | Reach::Tie(_) => None,
        };
        let asked = |number: &i16| self.dimension.is_none_or(|dimension| dimension_code(dimension) == *number);
        let dimensions = match (loan.and_then(|loan| loan.dimensions), self.dimension) {
            (Some(lent), _) => Some(lent.numbers().filter(asked).collect()),
            (None, Some(one)) => Some(vec![dimension_code(one)]),
            (None, None) => None,
        };
        Sought {
            dimensions,
            actor: self.actor,
            from: self.from.max(loan.and_then(|loan| loan.from)),
            to: [self.to, loan.and_then(|loan| loan.to)].into_iter().flatten().min(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    #[test]
    fn a_day_is_settled_in_the_entrys_own_zone_across_a_change_of_clocks() {
        let when = When { occurred_at: Some("2026-03-29T23:30:00Z".parse().unwrap()), ..When::default() };
        let berlin = when.settle("Europe/Berlin".parse().unwrap(), at("2026-03-30T12:00:00Z"));
        assert_eq!(berlin.local_date.to_string(), "2026-03-30");
        let lima = When { time_zone: Some("America/Lima".parse().unwrap()), ..when };
        assert_eq!(lima.settle(Tz::UTC, at("2026-03-30T12:00:00Z")).local_date.to_string(), "2026-03-29");
    }

    #[test]
    fn without_a_moment_it_happened_now_where_the_person_is() {
        let moment = When::default().settle("Europe/Berlin".parse().unwrap(), at("2026-07-01T22:30:00Z"));
        assert_eq!(moment.occurred_at.to_rfc3339(), "2026-07-02T00:30:00+02:00");
        assert_eq!(moment.local_date.to_string(), "2026-07-02");
    }

    #[test]
    fn moments_out_of_bounds_are_refused() {
        let now = at("2026-03-01T12:00:00Z");
        let when = |text: &str| When { occurred_at: Some(text.parse().unwrap()), ..When::default() };
        assert_eq!(when("2026-03-02T12:00:01Z").check(now).unwrap_err().1.0, "in_the_future");
        assert!(when("2026-03-02T12:00:00Z").check(now).is_ok());
        assert_eq!(when("1969-12-31T23:59:59Z").check(now).unwrap_err().1.0, "too_early");
        let other_day = When { local_date: NaiveDate::from_ymd_opt(2026, 2, 20), ..when("2026-03-01T10:00:00Z") };
        assert_eq!(other_day.check(now).unwrap_err().0, "/local_date");
    }

    #[test]
    fn stored_numbers_read_back() {
        for dimension in Dimension::ALL {
            assert_eq!(dimension_of(dimension_code(dimension)), Some(dimension));
        }
        assert_eq!((dimension_of(0), dimension_of(9), dimension_of(-1)), (None, None, None));
        for actor in [Actor::Me, Actor::Them, Actor::Both, Actor::Unknown] {
            assert_eq!(actor_of(actor_code(actor)), Some(actor));
        }
    }
}
