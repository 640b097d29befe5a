//! A repair after a disconnection: who noticed, who moved first, whether it was accepted, how long it took.
//!
//! How far it came follows from its days, so that nothing can contradict them. One that nobody has moved in yet is open, not a failure.

use chrono::NaiveDate;

use super::days::Days;
use super::{Actor, Columns, Kind, RecordKind, actor, code};
use crate::kernel::{FieldError, Fields};

/// How far a repair came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RepairStatus {
    /// Nobody has moved yet.
    Open,
    /// Somebody moved, and it is not over.
    Moved,
    /// It is over.
    Repaired,
}

/// The first move.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Move {
    pub by: Actor,
    pub on: NaiveDate,
    /// Whether it came only after being pushed; nothing where that was not said.
    pub prompted: Option<bool>,
    /// Whether the other accepted it.
    pub accepted: Option<bool>,
}

/// A repair. Its local date is the day on which it came to the disconnection.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Repair {
    /// Who noticed that something was wrong.
    pub noticed_by: Option<Actor>,
    pub first_move: Option<Move>,
    /// The day it was over.
    pub repaired_on: Option<NaiveDate>,
}

/// A change of a repair.
#[derive(Clone, Debug, Default)]
pub struct RepairChange {
    pub noticed_by: Option<Option<Actor>>,
    pub moved_first: Option<Option<Actor>>,
    pub moved_on: Option<Option<NaiveDate>>,
    pub prompted: Option<Option<bool>>,
    pub accepted: Option<Option<bool>>,
    pub repaired_on: Option<Option<NaiveDate>>,
}

impl RepairStatus {
    /// The stored number.
    #[must_use]
    pub const fn number(self) -> i16 {
        match self {
            Self::Open => 1,
            Self::Moved => 2,
            Self::Repaired => 3,
        }
    }

    /// The word on the wire.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Moved => "moved",
            Self::Repaired => "repaired",
        }
    }
}

impl Repair {
    /// How far it came.
    #[must_use]
    pub const fn status(&self) -> RepairStatus {
        match (&self.first_move, &self.repaired_on) {
            (_, Some(_)) => RepairStatus::Repaired,
            (Some(_), None) => RepairStatus::Moved,
            (None, None) => RepairStatus::Open,
        }
    }

    /// Whole days until it was over.
    #[must_use]
    pub fn duration_days(&self, local_date: NaiveDate) -> Option<i64> {
        self.repaired_on.map(|day| (day - local_date).num_days())
    }

    /// Whole days until the first move.
    #[must_use]
    pub fn days_to_first_move(&self, local_date: NaiveDate) -> Option<i64> {
        self.first_move.map(|first| (first.on - local_date).num_days())
    }
}

impl Kind for Repair {
    const KIND: RecordKind = RecordKind::Repair;
    type Change = RepairChange;

    fn changed(self, change: RepairChange, days: Days) -> Result<Self, Vec<FieldError>> {
        let mut fields = Fields::default();
        let was = self.first_move;
        let first_move = if let Some(by) = change.moved_first.unwrap_or(was.map(|first| first.by)) {
            if change.moved_on == Some(None) {
                fields.push("/moved_on", "required", "Whoever moved did so on a day.");
            }
            let named = change.moved_on.flatten().or(was.map(|first| first.on)).unwrap_or_else(|| days.now());
            let prompted = change.prompted.unwrap_or(was.and_then(|first| first.prompted));
            let accepted = change.accepted.unwrap_or(was.and_then(|first| first.accepted));
            fields.take("/moved_on", days.past(named)).map(|on| Move { by, on, prompted, accepted })
        } else {
            let said = [
                ("/moved_on", change.moved_on.flatten().is_some()),
                ("/prompted", change.prompted.flatten().is_some()),
                ("/accepted", change.accepted.flatten().is_some()),
            ];
            for (pointer, _) in said.into_iter().filter(|(_, said)| *said) {
                fields.push(pointer, "nobody_moved", "Say who moved first.");
            }
            None
        };
        let repaired_on = change.repaired_on.unwrap_or(self.repaired_on).and_then(|day| fields.take("/repaired_on", days.past(day)));
        if repaired_on.zip(first_move).is_some_and(|(over, first)| over < first.on) {
            fields.push("/repaired_on", "before_the_first_move", "It was over on the day of the first move at the earliest.");
        }
        fields.finish(Some(Self { noticed_by: change.noticed_by.unwrap_or(self.noticed_by), first_move, repaired_on }))
    }

    fn columns(&self) -> Columns {
        let first = self.first_move;
        Columns {
            status: self.status().number(),
            actor: code(self.noticed_by),
            settled_on: first.map(|first| first.on),
            settled_by: code(first.map(|first| first.by)),
            until: self.repaired_on,
            prompted: first.and_then(|first| first.prompted),
            accepted: first.and_then(|first| first.accepted),
            ..Columns::default()
        }
    }

    fn of_columns(columns: Columns) -> Option<Self> {
        let first = actor(columns.settled_by)?.zip(columns.settled_on);
        Some(Self {
            noticed_by: actor(columns.actor)?,
            first_move: first.map(|(by, on)| Move { by, on, prompted: columns.prompted, accepted: columns.accepted }),
            repaired_on: columns.until,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn days() -> Days {
        Days { local_date: day("2026-03-01"), today: day("2026-03-20") }
    }

    fn moved() -> RepairChange {
        RepairChange {
            moved_first: Some(Some(Actor::Them)),
            moved_on: Some(Some(day("2026-03-03"))),
            prompted: Some(Some(false)),
            ..RepairChange::default()
        }
    }

    #[test]
    fn how_far_it_came_and_how_long_it_took_follow_from_its_days() {
        let open = Repair::default().changed(RepairChange::default(), days()).unwrap();
        assert_eq!((open.status(), open.duration_days(days().local_date)), (RepairStatus::Open, None));
        let moved = open.changed(moved(), days()).unwrap();
        assert_eq!((moved.status(), moved.days_to_first_move(days().local_date)), (RepairStatus::Moved, Some(2)));
        let over = RepairChange { repaired_on: Some(Some(day("2026-03-05"))), accepted: Some(Some(true)), ..RepairChange::default() };
        let over = moved.changed(over, days()).unwrap();
        assert_eq!((over.status(), over.duration_days(days().local_date)), (RepairStatus::Repaired, Some(4)));
        assert_eq!(Repair::of_columns(over.columns()).as_ref(), Some(&over));
        let nobody = RepairChange { moved_first: Some(None), moved_on: Some(None), repaired_on: Some(None), ..RepairChange::default() };
        assert_eq!(over.changed(nobody, days()).unwrap(), Repair::default());
    }

    #[test]
    fn a_move_has_a_day_and_keeps_it() {
        let moved = Repair::default().changed(moved(), days()).unwrap();
        let dayless = RepairChange { moved_on: Some(None), ..RepairChange::default() };
        let refused = moved.clone().changed(dayless.clone(), days()).unwrap_err();
        assert_eq!((refused[0].pointer.as_str(), refused[0].code), ("/moved_on", "required"));
        assert_eq!(Repair::default().changed(dayless, days()).unwrap(), Repair::default(), "nobody moved");
        let turned = RepairChange { moved_first: Some(Some(Actor::Me)), ..RepairChange::default() };
        assert_eq!(moved.changed(turned, days()).unwrap().first_move.unwrap().on, day("2026-03-03"));
    }

    #[test]
    fn a_move_is_somebodys_and_its_end_comes_after_it() {
        let pointer = |change: RepairChange| Repair::default().changed(change, days()).unwrap_err()[0].pointer.clone();
        assert_eq!(pointer(RepairChange { accepted: Some(Some(true)), ..RepairChange::default() }), "/accepted");
        assert_eq!(pointer(RepairChange { moved_on: Some(Some(day("2026-03-03"))), ..RepairChange::default() }), "/moved_on");
        assert_eq!(pointer(RepairChange { repaired_on: Some(Some(day("2026-03-02"))), ..moved() }), "/repaired_on");
        assert_eq!(pointer(RepairChange { repaired_on: Some(Some(day("2026-02-27"))), ..RepairChange::default() }), "/repaired_on");
    }
}
