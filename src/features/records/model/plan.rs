//! A plan to meet or to do something together ("we should catch up"), and whether it got a date.

use chrono::NaiveDate;

use super::days::{Days, Settling, settled_on};
use super::{Actor, Columns, Kind, RecordKind, actor, code};
use crate::kernel::{FieldError, Fields};

/// How far a plan came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PlanStatus {
    /// It has no date yet.
    Open,
    /// It has a date.
    Scheduled,
    /// It will not get one.
    Dropped,
}

/// A plan.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Plan {
    /// Who voiced it.
    pub proposed_by: Actor,
    pub status: PlanStatus,
    /// The day on which the date was set, or the plan dropped; nothing while it is open.
    pub settled_on: Option<NaiveDate>,
    /// The date that it got.
    pub scheduled_for: Option<NaiveDate>,
    /// Who set the date, where that was said.
    pub scheduled_by: Option<Actor>,
}

/// A change of a plan.
#[derive(Clone, Debug, Default)]
pub struct PlanChange {
    pub proposed_by: Option<Actor>,
    pub status: Option<PlanStatus>,
    pub settled_on: Option<Option<NaiveDate>>,
    pub scheduled_for: Option<Option<NaiveDate>>,
    pub scheduled_by: Option<Option<Actor>>,
}

impl PlanStatus {
    const ALL: [Self; 3] = [Self::Open, Self::Scheduled, Self::Dropped];

    /// The stored number.
    #[must_use]
    pub const fn number(self) -> i16 {
        match self {
            Self::Open => 1,
            Self::Scheduled => 2,
            Self::Dropped => 3,
        }
    }

    /// The word on the wire.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Scheduled => "scheduled",
            Self::Dropped => "dropped",
        }
    }
}

impl Plan {
    /// A plan without a date.
    #[must_use]
    pub const fn open(proposed_by: Actor) -> Self {
        Self { proposed_by, status: PlanStatus::Open, settled_on: None, scheduled_for: None, scheduled_by: None }
    }
}

impl Kind for Plan {
    const KIND: RecordKind = RecordKind::Plan;
    type Change = PlanChange;

    fn changed(self, change: PlanChange, days: Days) -> Result<Self, Vec<FieldError>> {
        let mut fields = Fields::default();
        let status = change.status.unwrap_or(self.status);
        let settling = Settling { open: status == PlanStatus::Open, same: status == self.status, was: self.settled_on };
        let settled_on = settled_on(&mut fields, settling, change.settled_on, days);
        let (scheduled_for, scheduled_by) = if status == PlanStatus::Scheduled {
            let date = change.scheduled_for.unwrap_or(self.scheduled_for);
            if date.is_none() {
                fields.push("/scheduled_for", "required", "A plan that is scheduled has a date.");
            }
            (date.and_then(|date| fields.take("/scheduled_for", days.ahead(date))), change.scheduled_by.unwrap_or(self.scheduled_by))
        } else {
            let detail = "Only a plan that is scheduled has a date, and somebody who set it.";
            if change.scheduled_for.flatten().is_some() {
                fields.push("/scheduled_for", "not_scheduled", detail);
            }
            if change.scheduled_by.flatten().is_some() {
                fields.push("/scheduled_by", "not_scheduled", detail);
            }
            (None, None)
        };
        let proposed_by = change.proposed_by.unwrap_or(self.proposed_by);
        fields.finish(Some(Self { proposed_by, status, settled_on, scheduled_for, scheduled_by }))
    }

    fn columns(&self) -> Columns {
        Columns {
            status: self.status.number(),
            actor: code(Some(self.proposed_by)),
            settled_on: self.settled_on,
            settled_by: code(self.scheduled_by),
            until: self.scheduled_for,
            ..Columns::default()
        }
    }

    fn of_columns(columns: Columns) -> Option<Self> {
        Some(Self {
            proposed_by: actor(columns.actor)??,
            status: PlanStatus::ALL.into_iter().find(|status| status.number() == columns.status)?,
            settled_on: columns.settled_on,
            scheduled_for: columns.until,
            scheduled_by: actor(columns.settled_by)?,
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

    #[test]
    fn a_plan_is_scheduled_with_a_date_and_loses_it_when_it_is_open_again() {
        let scheduled = PlanChange {
            status: Some(PlanStatus::Scheduled),
            scheduled_for: Some(Some(day("2026-04-01"))),
            scheduled_by: Some(Some(Actor::Me)),
            ..PlanChange::default()
        };
        let plan = Plan::open(Actor::Them).changed(scheduled, days()).unwrap();
        assert_eq!(plan.settled_on, Some(day("2026-03-20")));
        assert_eq!(Plan::of_columns(plan.columns()).as_ref(), Some(&plan));
        let opened = PlanChange { status: Some(PlanStatus::Open), ..PlanChange::default() };
        assert_eq!(plan.changed(opened, days()).unwrap(), Plan::open(Actor::Them));
    }

    #[test]
    fn a_date_and_being_scheduled_go_together() {
        let pointer = |change: PlanChange| Plan::open(Actor::Me).changed(change, days()).unwrap_err()[0].pointer.clone();
        assert_eq!(pointer(PlanChange { status: Some(PlanStatus::Scheduled), ..PlanChange::default() }), "/scheduled_for");
        assert_eq!(pointer(PlanChange { scheduled_for: Some(Some(day("2026-04-01"))), ..PlanChange::default() }), "/scheduled_for");
        assert_eq!(pointer(PlanChange { scheduled_by: Some(Some(Actor::Me)), ..PlanChange::default() }), "/scheduled_by");
    }
}
