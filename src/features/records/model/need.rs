//! A need: whose it is, how often it was explained, and whether the other met it.

use chrono::NaiveDate;

use super::days::{Days, Settling, settled_on};
use super::{Actor, Columns, Kind, NeedOutcome, RecordKind, actor, code};
pub use crate::content::Need as Topic;
use crate::kernel::text::Refusal;
use crate::kernel::{FieldError, Fields};

/// Days on which a need was explained again, at most.
pub const MAX_EXPLAINED: usize = 100;

/// A need that somebody expressed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Need {
    /// Whose need it is, and who expressed it.
    pub of: Actor,
    /// What it asks for, where that was said: what a sentence to begin a talk with is chosen by.
    pub topic: Option<Topic>,
    /// Days on which it was explained again, ascending, each once.
    pub explained_on: Vec<NaiveDate>,
    pub outcome: NeedOutcome,
    /// The day it was met, or was clearly not; nothing while it is open.
    pub settled_on: Option<NaiveDate>,
    /// Who met it, as far as it was met.
    pub met_by: Option<Actor>,
}

/// A change of a need.
#[derive(Clone, Debug, Default)]
pub struct NeedChange {
    pub of: Option<Actor>,
    pub topic: Option<Option<Topic>>,
    pub explained_on: Option<Vec<NaiveDate>>,
    pub outcome: Option<NeedOutcome>,
    pub settled_on: Option<Option<NaiveDate>>,
    pub met_by: Option<Option<Actor>>,
}

impl Need {
    /// A need of which nothing has become yet.
    #[must_use]
    pub const fn open(of: Actor) -> Self {
        Self { of, topic: None, explained_on: Vec::new(), outcome: NeedOutcome::Open, settled_on: None, met_by: None }
    }

    /// How often it was explained, the first time included.
    #[must_use]
    pub const fn times_explained(&self) -> usize {
        self.explained_on.len() + 1
    }

    /// The stored number of an outcome.
    #[must_use]
    pub const fn status(outcome: NeedOutcome) -> i16 {
        match outcome {
            NeedOutcome::Open => 1,
            NeedOutcome::Met => 2,
            NeedOutcome::Partly => 3,
            NeedOutcome::Unmet => 4,
        }
    }

    /// The word for an outcome.
    #[must_use]
    pub const fn word(outcome: NeedOutcome) -> &'static str {
        match outcome {
            NeedOutcome::Open => "open",
            NeedOutcome::Met => "met",
            NeedOutcome::Partly => "partly",
            NeedOutcome::Unmet => "unmet",
        }
    }
}

/// The stored number of what a need asks for; none for any, which is no need of its own.
const fn topic_code(topic: Topic) -> Option<i16> {
    match topic {
        Topic::BeingHeard => Some(1),
        Topic::TimeTogether => Some(2),
        Topic::Help => Some(3),
        Topic::Reliability => Some(4),
        Topic::Appreciation => Some(5),
        Topic::MakingUp => Some(6),
        Topic::Space => Some(7),
        Topic::SharingGoodNews => Some(8),
        Topic::Any => None,
    }
}

/// What a stored number asks for; nothing for a number that this version does not know.
#[must_use]
pub fn topic_of(code: i16) -> Option<Topic> {
    Topic::ALL.iter().copied().find(|topic| topic_code(*topic) == Some(code))
}

/// Whether it was met at all.
const fn is_met(outcome: NeedOutcome) -> bool {
    matches!(outcome, NeedOutcome::Met | NeedOutcome::Partly)
}

/// A need of one person is met by the other; of a shared one, or one of nobody knows whom, anybody.
fn other_of(of: Actor) -> Option<Actor> {
    match of {
        Actor::Me => Some(Actor::Them),
        Actor::Them => Some(Actor::Me),
        Actor::Both | Actor::Unknown => None,
    }
}

fn met_by(of: Actor, by: Actor) -> Result<Actor, Refusal> {
    match other_of(of) {
        Some(other) if by != other && by != Actor::Unknown => {
            Err(("not_the_other", "A need of one of them is met by the other; or say unknown.".to_owned()))
        }
        Some(_) | None => Ok(by),
    }
}

impl Kind for Need {
    const KIND: RecordKind = RecordKind::Need;
    type Change = NeedChange;

    fn changed(self, change: NeedChange, days: Days) -> Result<Self, Vec<FieldError>> {
        let mut fields = Fields::default();
        let of = change.of.unwrap_or(self.of);
        let outcome = change.outcome.unwrap_or(self.outcome);
        let settling = Settling {
            open: outcome == NeedOutcome::Open,
            same: outcome == self.outcome || (is_met(outcome) && is_met(self.outcome)),
            was: self.settled_on,
        };
        let settled_on = settled_on(&mut fields, settling, change.settled_on, days);
        let by = match (is_met(outcome), change.met_by) {
            (true, Some(Some(by))) => fields.take("/met_by", met_by(of, by)),
            // Whoever met it before meets it still, nobody in particular too, unless it became somebody else's need.
            (true, None) if is_met(self.outcome) && of == self.of => self.met_by,
            (true, None) => other_of(of),
            (false, Some(Some(_))) => {
                fields.push("/met_by", "not_met", "Nobody met what is not met.");
                None
            }
            (_, Some(None)) | (false, None) => None,
        };
        let mut explained_on = change.explained_on.unwrap_or(self.explained_on);
        explained_on.sort_unstable();
        explained_on.dedup();
        if explained_on.len() > MAX_EXPLAINED {
            fields.push("/explained_on", "too_many", format!("At most {MAX_EXPLAINED} days are kept."));
        }
        for day in &explained_on {
            if let Err((code, detail)) = days.past(*day) {
                fields.push("/explained_on", code, detail);
                break;
            }
        }
        let topic = change.topic.unwrap_or(self.topic);
        fields.finish(Some(Self { of, topic, explained_on, outcome, settled_on, met_by: by }))
    }

    fn in_full(change: NeedChange) -> NeedChange {
        NeedChange { met_by: change.met_by.or(Some(None)), ..change }
    }

    fn columns(&self) -> Columns {
        Columns {
            status: Self::status(self.outcome),
            actor: code(Some(self.of)),
            settled_on: self.settled_on,
            settled_by: code(self.met_by),
            explained_on: self.explained_on.clone(),
            topic: self.topic.and_then(topic_code),
            ..Columns::default()
        }
    }

    fn of_columns(columns: Columns) -> Option<Self> {
        let all = [NeedOutcome::Open, NeedOutcome::Met, NeedOutcome::Partly, NeedOutcome::Unmet];
        Some(Self {
            of: actor(columns.actor)??,
            topic: columns.topic.map(|code| topic_of(code).ok_or(())).transpose().ok()?,
            explained_on: columns.explained_on,
            outcome: all.into_iter().find(|outcome| Self::status(*outcome) == columns.status)?,
            settled_on: columns.settled_on,
            met_by: actor(columns.settled_by)?,
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

    fn met() -> NeedChange {
        NeedChange { outcome: Some(NeedOutcome::Met), ..NeedChange::default() }
    }

    #[test]
    fn a_need_is_met_by_the_other_unless_that_is_not_known() {
        let need = Need::open(Actor::Me).changed(met(), days()).unwrap();
        assert_eq!((need.met_by, need.settled_on), (Some(Actor::Them), Some(day("2026-03-20"))));
        assert_eq!(Need::of_columns(need.columns()).as_ref(), Some(&need));
        let by = |by| NeedChange { met_by: Some(Some(by)), ..met() };
        assert_eq!(Need::open(Actor::Me).changed(by(Actor::Unknown), days()).unwrap().met_by, Some(Actor::Unknown));
        for own in [Actor::Me, Actor::Both] {
            assert_eq!(Need::open(Actor::Me).changed(by(own), days()).unwrap_err()[0].code, "not_the_other");
        }
        assert_eq!(Need::open(Actor::Both).changed(by(Actor::Me), days()).unwrap().met_by, Some(Actor::Me));
        assert_eq!(Need::open(Actor::Both).changed(met(), days()).unwrap().met_by, None, "nobody said who");
        let turned = NeedChange { of: Some(Actor::Them), ..NeedChange::default() };
        assert_eq!(need.changed(turned, days()).unwrap().met_by, Some(Actor::Me));
    }

    #[test]
    fn that_nobody_in_particular_met_it_stays_so_until_it_is_met_anew_or_anothers_need() {
        let nobody = NeedChange { met_by: Some(None), ..NeedChange::default() };
        let need = Need::open(Actor::Me).changed(met(), days()).unwrap().changed(nobody, days()).unwrap();
        assert_eq!(need.met_by, None);
        for change in [NeedChange::default(), met(), NeedChange { outcome: Some(NeedOutcome::Partly), ..NeedChange::default() }] {
            assert_eq!(need.clone().changed(change, days()).unwrap().met_by, None);
        }
        let open = NeedChange { outcome: Some(NeedOutcome::Open), ..NeedChange::default() };
        assert_eq!(need.clone().changed(open, days()).unwrap().changed(met(), days()).unwrap().met_by, Some(Actor::Them));
        let turned = NeedChange { of: Some(Actor::Them), ..NeedChange::default() };
        assert_eq!(need.changed(turned, days()).unwrap().met_by, Some(Actor::Me));
        assert_eq!(Need::open(Actor::Me).changed(Need::in_full(met()), days()).unwrap().met_by, None, "an export would have named them");
    }

    #[test]
    fn one_that_was_met_and_then_in_part_was_met_on_the_same_day() {
        let need = Need::open(Actor::Me).changed(NeedChange { settled_on: Some(Some(day("2026-03-05"))), ..met() }, days()).unwrap();
        let to = |outcome| NeedChange { outcome: Some(outcome), ..NeedChange::default() };
        let partly = need.changed(to(NeedOutcome::Partly), days()).unwrap();
        assert_eq!(partly.settled_on, Some(day("2026-03-05")));
        assert_eq!(partly.clone().changed(met(), days()).unwrap().settled_on, Some(day("2026-03-05")));
        assert_eq!(partly.changed(to(NeedOutcome::Unmet), days()).unwrap().settled_on, Some(day("2026-03-20")));
    }

    #[test]
    fn days_of_explaining_are_ordered_counted_once_and_bounded() {
        let on = |days: &[&str]| NeedChange { explained_on: Some(days.iter().map(|text| day(text)).collect()), ..NeedChange::default() };
        let need = Need::open(Actor::Me).changed(on(&["2026-03-09", "2026-03-05", "2026-03-09"]), days()).unwrap();
        assert_eq!((need.explained_on.clone(), need.times_explained()), (vec![day("2026-03-05"), day("2026-03-09")], 3));
        assert_eq!(Need::open(Actor::Me).changed(on(&["2026-02-01"]), days()).unwrap_err()[0].pointer, "/explained_on");
        let long = Days { local_date: day("2020-01-01"), ..days() };
        let many = (0..=MAX_EXPLAINED as u64).map(|n| day("2020-01-01") + chrono::Days::new(n)).collect();
        let change = NeedChange { explained_on: Some(many), ..NeedChange::default() };
        assert_eq!(Need::open(Actor::Me).changed(change, long).unwrap_err()[0].code, "too_many");
    }

    #[test]
    fn what_a_need_asks_for_is_kept_until_it_is_taken_back() {
        for topic in Topic::ALL.iter().copied().filter(|topic| *topic != Topic::Any) {
            let asking = NeedChange { topic: Some(Some(topic)), ..NeedChange::default() };
            let need = Need::open(Actor::Me).changed(asking, days()).unwrap().changed(met(), days()).unwrap();
            assert_eq!(Need::of_columns(need.columns()), Some(need.clone()));
            assert_eq!(need.topic, Some(topic));
            let none = NeedChange { topic: Some(None), ..NeedChange::default() };
            assert_eq!(need.changed(none, days()).unwrap().topic, None);
        }
        let unknown = Columns { topic: Some(9), ..Need::open(Actor::Me).columns() };
        assert_eq!(Need::of_columns(unknown), None);
    }

    #[test]
    fn nobody_met_what_is_not_met() {
        let change = NeedChange { outcome: Some(NeedOutcome::Unmet), met_by: Some(Some(Actor::Them)), ..NeedChange::default() };
        assert_eq!(Need::open(Actor::Me).changed(change, days()).unwrap_err()[0].code, "not_met");
    }
}
