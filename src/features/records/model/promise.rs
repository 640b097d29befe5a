//! A promise: who made it, until when, and whether it was kept.

use chrono::NaiveDate;
use uuid::Uuid;

use super::days::{Days, Settling, settled_on};
use super::{Actor, Columns, Kind, PromiseOutcome, RecordKind, actor, code};
use crate::kernel::{FieldError, Fields};

/// What one side promised the other.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Promise {
    /// Who promised.
    pub by: Actor,
    /// The day it is due, where one was named.
    pub due: Option<NaiveDate>,
    /// With a due day, kept in time or late follows from the days.
    pub outcome: PromiseOutcome,
    /// The day it was kept, broken or renegotiated; nothing while it is open.
    pub settled_on: Option<NaiveDate>,
    /// The promise that took its place; it may be gone by now.
    pub replaced_by: Option<Uuid>,
}

/// A change of a promise.
#[derive(Clone, Debug, Default)]
pub struct PromiseChange {
    pub by: Option<Actor>,
    pub due: Option<Option<NaiveDate>>,
    pub outcome: Option<PromiseOutcome>,
    pub settled_on: Option<Option<NaiveDate>>,
    pub replaced_by: Option<Option<Uuid>>,
}

impl Promise {
    /// A promise of which nothing has become yet.
    #[must_use]
    pub const fn open(by: Actor) -> Self {
        Self { by, due: None, outcome: PromiseOutcome::Open, settled_on: None, replaced_by: None }
    }

    /// Whether it was kept, in time or late.
    #[must_use]
    pub const fn was_kept(&self) -> bool {
        matches!(self.outcome, PromiseOutcome::Kept | PromiseOutcome::Late)
    }

    /// The stored number of an outcome.
    #[must_use]
    pub const fn status(outcome: PromiseOutcome) -> i16 {
        match outcome {
            PromiseOutcome::Open => 1,
            PromiseOutcome::Kept => 2,
            PromiseOutcome::Late => 3,
            PromiseOutcome::Broken => 4,
            PromiseOutcome::Renegotiated => 5,
        }
    }

    /// The word for an outcome.
    #[must_use]
    pub const fn word(outcome: PromiseOutcome) -> &'static str {
        match outcome {
            PromiseOutcome::Open => "open",
            PromiseOutcome::Kept => "kept",
            PromiseOutcome::Late => "late",
            PromiseOutcome::Broken => "broken",
            PromiseOutcome::Renegotiated => "renegotiated",
        }
    }

    /// In time or late, by the days where there is a due day.
    fn in_time(self) -> Self {
        let late = self.due.zip(self.settled_on).map(|(due, on)| on > due);
        let outcome = match (late, self.outcome) {
            (Some(true), PromiseOutcome::Kept) => PromiseOutcome::Late,
            (Some(false), PromiseOutcome::Late) => PromiseOutcome::Kept,
            (_, outcome) => outcome,
        };
        Self { outcome, ..self }
    }
}

impl Kind for Promise {
    const KIND: RecordKind = RecordKind::Promise;
    type Change = PromiseChange;

    fn changed(self, change: PromiseChange, days: Days) -> Result<Self, Vec<FieldError>> {
        let mut fields = Fields::default();
        let outcome = change.outcome.unwrap_or(self.outcome);
        let kept = |outcome| matches!(outcome, PromiseOutcome::Kept | PromiseOutcome::Late);
        let settling = Settling {
            open: outcome == PromiseOutcome::Open,
            same: outcome == self.outcome || (kept(outcome) && kept(self.outcome)),
            was: self.settled_on,
        };
        let due = change.due.unwrap_or(self.due).and_then(|due| fields.take("/due", days.ahead(due)));
        let replaced_by = match (outcome, change.replaced_by) {
            (PromiseOutcome::Renegotiated, named) => named.unwrap_or(self.replaced_by),
            (_, Some(Some(_))) => {
                fields.push("/replaced_by", "not_renegotiated", "Only a renegotiated promise has another in its place.");
                None
            }
            (_, Some(None) | None) => None,
        };
        let settled_on = settled_on(&mut fields, settling, change.settled_on, days);
        let promise = Self { by: change.by.unwrap_or(self.by), due, outcome, settled_on, replaced_by };
        fields.finish(Some(promise.in_time()))
    }

    fn columns(&self) -> Columns {
        Columns {
            status: Self::status(self.outcome),
            actor: code(Some(self.by)),
            settled_on: self.settled_on,
            until: self.due,
            replaced_by: self.replaced_by,
            ..Columns::default()
        }
    }

    fn of_columns(columns: Columns) -> Option<Self> {
        let all = [PromiseOutcome::Open, PromiseOutcome::Kept, PromiseOutcome::Late, PromiseOutcome::Broken, PromiseOutcome::Renegotiated];
        Some(Self {
            by: actor(columns.actor)??,
            due: columns.until,
            outcome: all.into_iter().find(|outcome| Self::status(*outcome) == columns.status)?,
            settled_on: columns.settled_on,
            replaced_by: columns.replaced_by,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    const KEPT: PromiseChange =
        PromiseChange { by: None, due: None, outcome: Some(PromiseOutcome::Kept), settled_on: None, replaced_by: None };

    fn days() -> Days {
        Days { local_date: day("2026-03-01"), today: day("2026-03-20") }
    }

    #[test]
    fn whether_it_was_kept_in_time_follows_from_the_days() {
        let due = Promise { due: Some(day("2026-03-10")), ..Promise::open(Actor::Them) };
        let on = |text: &str| PromiseChange { settled_on: Some(Some(day(text))), ..KEPT };
        let late = due.clone().changed(on("2026-03-11"), days()).unwrap();
        assert_eq!(late.outcome, PromiseOutcome::Late);
        assert_eq!(due.changed(on("2026-03-10"), days()).unwrap().outcome, PromiseOutcome::Kept);
        let later_due = PromiseChange { due: Some(Some(day("2026-03-15"))), ..PromiseChange::default() };
        let moved = late.changed(later_due, days()).unwrap();
        assert_eq!((moved.outcome, moved.settled_on), (PromiseOutcome::Kept, Some(day("2026-03-11"))));
        let said = PromiseChange { outcome: Some(PromiseOutcome::Late), ..KEPT };
        assert_eq!(Promise::open(Actor::Me).changed(said, days()).unwrap().outcome, PromiseOutcome::Late, "without a due day, as said");
    }

    #[test]
    fn what_is_opened_again_forgets_how_it_was_settled() {
        let renegotiated = PromiseChange {
            outcome: Some(PromiseOutcome::Renegotiated),
            replaced_by: Some(Some(Uuid::from_u128(7))),
            ..PromiseChange::default()
        };
        let settled = Promise::open(Actor::Me).changed(renegotiated, days()).unwrap();
        assert!(settled.replaced_by.is_some() && settled.settled_on == Some(day("2026-03-20")));
        let reopened = PromiseChange { outcome: Some(PromiseOutcome::Open), ..PromiseChange::default() };
        assert_eq!(settled.changed(reopened, days()).unwrap(), Promise::open(Actor::Me));
    }

    #[test]
    fn what_does_not_fit_is_pointed_at() {
        let pointer = |change: PromiseChange| Promise::open(Actor::Me).changed(change, days()).unwrap_err()[0].pointer.clone();
        assert_eq!(pointer(PromiseChange { due: Some(Some(day("2026-02-01"))), ..PromiseChange::default() }), "/due");
        assert_eq!(pointer(PromiseChange { settled_on: Some(Some(day("2026-03-02"))), ..PromiseChange::default() }), "/settled_on");
        assert_eq!(pointer(PromiseChange { replaced_by: Some(Some(Uuid::from_u128(7))), ..KEPT }), "/replaced_by");
    }

    #[test]
    fn a_row_reads_back() {
        for outcome in [PromiseOutcome::Open, PromiseOutcome::Kept, PromiseOutcome::Late, PromiseOutcome::Broken] {
            let promise = Promise { outcome, due: Some(day("2026-03-10")), ..Promise::open(Actor::Both) };
            assert_eq!(Promise::of_columns(promise.columns()), Some(promise));
        }
        assert_eq!(Promise::of_columns(Columns { status: 9, actor: Some(1), ..Columns::default() }), None);
    }
}
