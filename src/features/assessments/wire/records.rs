//! The records of a preview, one kind each: what clients send, and the checked values it becomes.

use chrono::{Datelike, NaiveDate};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::api::body::present;
use crate::features::assessments::gather::day;
use crate::features::assessments::model::{
    Answers, EntryId, EvidenceRow, Named, Need, NeedOutcome, Plan, Promise, PromiseOutcome, Repair, ScaleError,
};
use crate::features::interactions::model::{Actor, Dimension, actor_code, dimension_code};
use crate::features::interactions::{ActorWord, DimensionWord, within};
use crate::kernel::Fields;

/// The engine's handle, until the records of a preview are numbered.
const UNNUMBERED: EntryId = EntryId(0);

/// As often as a need is explained that is kept: once, and on a hundred days again.
const MOST_EXPLAINED: i16 = 101;

/// Something that happened, as far as an assessment reads it.
#[derive(Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = PreviewEntry)]
pub struct EntryBody {
    /// By which findings and explanations name it; without one it counts alike and is not named.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    id: Option<Uuid>,
    #[schema(inline)]
    actor: ActorWord,
    #[schema(inline)]
    dimension: DimensionWord,
    /// The day it belongs to for the logger; not before 1970.
    local_date: NaiveDate,
    /// How much it took, 1 to 5; 2 where it is not said.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    #[schema(value_type = i32, minimum = 1, maximum = 5)]
    effort: Option<i16>,
    /// Whether it came only after asking; false means by itself.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    prompted: Option<bool>,
    /// The logger's energy afterwards, -3 (drained) to 3 (full).
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    #[schema(value_type = i32, minimum = -3, maximum = 3)]
    energy_after: Option<i16>,
    /// How far the logger felt heard, 1 to 5.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    #[schema(value_type = i32, minimum = 1, maximum = 5)]
    felt_heard: Option<i16>,
}

/// Scores of one person on a giving and a receiving scale that share their range. Without a dimension they are about the
/// relationship as a whole.
#[derive(Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = PreviewScores)]
pub struct ScoresBody {
    local_date: NaiveDate,
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    #[schema(inline)]
    dimension: Option<DimensionWord>,
    /// What the logger gives, in scale points.
    #[schema(minimum = -1000, maximum = 1000)]
    give: f64,
    /// What the logger receives, in scale points.
    #[schema(minimum = -1000, maximum = 1000)]
    receive: f64,
    /// Highest less lowest possible score, in scale points; at least as far as the two scores are apart.
    #[schema(minimum = 1, maximum = 1000)]
    range: f64,
    /// Standard error of measurement of the giving score, in scale points.
    #[schema(minimum = 0, maximum = 1000)]
    give_error: f64,
    /// Standard error of measurement of the receiving score, in scale points.
    #[schema(minimum = 0, maximum = 1000)]
    receive_error: f64,
}

/// A promise that `by` made to the other. An open one counts as broken only some time after it was due.
#[derive(Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = PreviewPromise)]
pub struct PromiseBody {
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    id: Option<Uuid>,
    #[schema(inline)]
    by: ActorWord,
    /// The day it was made.
    local_date: NaiveDate,
    /// The day it was due, where one was named.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    due: Option<NaiveDate>,
    #[schema(inline)]
    outcome: PromiseOutcomeWord,
}

/// A need of one of them, and what became of it.
#[derive(Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = PreviewNeed)]
pub struct NeedBody {
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    id: Option<Uuid>,
    #[schema(inline)]
    of: ActorWord,
    /// The day it was expressed.
    local_date: NaiveDate,
    #[schema(inline)]
    outcome: NeedOutcomeWord,
    /// How often it was explained, the first time included; 1 where it is not said.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    #[schema(value_type = i32, minimum = 1, maximum = 101, default = 1)]
    times_explained: Option<i16>,
}

/// A plan to meet or to do something together ("we should catch up"), and who voiced it.
#[derive(Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = PreviewPlan)]
pub struct PlanBody {
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    id: Option<Uuid>,
    #[schema(inline)]
    proposed_by: ActorWord,
    /// The day it was voiced.
    local_date: NaiveDate,
    /// Whether it ever got a date; without it that is open.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    scheduled: Option<bool>,
}

/// The first move after a disconnection, and who made it.
#[derive(Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = PreviewRepair)]
pub struct RepairBody {
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    id: Option<Uuid>,
    #[schema(inline)]
    moved_first: ActorWord,
    local_date: NaiveDate,
    /// Whether it came only after being pushed.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    prompted: Option<bool>,
    /// Whether the other accepted it.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    accepted: Option<bool>,
}

macro_rules! outcome_words {
    ($($(#[$doc:meta])* $word:ident => $model:ident { $($variant:ident),+ $(,)? })+) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, Deserialize, Serialize, ToSchema)]
        #[serde(rename_all = "snake_case")]
        pub enum $word { $($variant),+ }

        impl From<$word> for $model {
            fn from(word: $word) -> Self {
                match word { $($word::$variant => Self::$variant),+ }
            }
        }
    )+};
}

outcome_words! {
    /// How a promise ended; one that was renegotiated is neither kept nor broken.
    PromiseOutcomeWord => PromiseOutcome { Open, Kept, Late, Broken, Renegotiated }
    /// What became of a need.
    NeedOutcomeWord => NeedOutcome { Open, Met, Partly, Unmet }
}

impl EntryBody {
    pub fn parse(self, fields: &mut Fields, at: &str) -> EvidenceRow {
        dated(fields, at, self.local_date);
        let mut bounded = |name: &str, value: Option<i16>, least, most| {
            value.and_then(|value| fields.take(&format!("{at}/{name}"), within(value, least, most)))
        };
        EvidenceRow {
            id: self.id.unwrap_or_default(),
            local_date: self.local_date,
            dimension: dimension_code(Dimension::from(self.dimension)),
            actor: actor_code(Actor::from(self.actor)),
            effort: bounded("effort", self.effort, 1, 5),
            prompted: self.prompted,
            energy_after: bounded("energy_after", self.energy_after, -3, 3),
            felt_heard: bounded("felt_heard", self.felt_heard, 1, 5),
        }
    }
}

impl ScoresBody {
    pub fn parse(self, fields: &mut Fields, at: &str) -> Answers {
        dated(fields, at, self.local_date);
        let bounds = [
            ("give", self.give, -1_000.0),
            ("receive", self.receive, -1_000.0),
            ("range", self.range, 1.0),
            ("give_error", self.give_error, 0.0),
            ("receive_error", self.receive_error, 0.0),
        ];
        for (name, value, least) in bounds {
            if !(least..=1_000.0).contains(&value) {
                fields.push(format!("{at}/{name}"), "out_of_range", format!("A number from {least} to 1000 belongs here."));
            }
        }
        if (self.give - self.receive).abs() > self.range {
            fields.push(format!("{at}/range"), "less_than_difference", "The scores cannot be further apart than the range.");
        }
        Answers {
            day: day(self.local_date),
            dimension: self.dimension.map(Dimension::from),
            give: self.give,
            receive: self.receive,
            range: self.range,
            give_error: ScaleError::StandardError(self.give_error),
            receive_error: ScaleError::StandardError(self.receive_error),
        }
    }
}

impl PromiseBody {
    pub fn parse(self, fields: &mut Fields, at: &str) -> Named<Promise> {
        dated(fields, at, self.local_date);
        if let Some(due) = self.due {
            within_years(fields, &format!("{at}/due"), due);
        }
        let (made, due, outcome) = (day(self.local_date), self.due.map(day), self.outcome.into());
        named(self.id, Promise { id: UNNUMBERED, by: self.by.into(), made, due, outcome })
    }
}

impl NeedBody {
    pub fn parse(self, fields: &mut Fields, at: &str) -> Named<Need> {
        dated(fields, at, self.local_date);
        let times = self.times_explained.and_then(|times| fields.take(&format!("{at}/times_explained"), within(times, 1, MOST_EXPLAINED)));
        let (day, times_explained) = (day(self.local_date), u32::try_from(times.unwrap_or(1)).unwrap_or(1));
        named(self.id, Need { id: UNNUMBERED, of: self.of.into(), day, outcome: self.outcome.into(), times_explained })
    }
}

impl PlanBody {
    pub fn parse(self, fields: &mut Fields, at: &str) -> Named<Plan> {
        dated(fields, at, self.local_date);
        let (day, scheduled) = (day(self.local_date), self.scheduled);
        named(self.id, Plan { id: UNNUMBERED, day, proposed_by: self.proposed_by.into(), scheduled })
    }
}

impl RepairBody {
    pub fn parse(self, fields: &mut Fields, at: &str) -> Named<Repair> {
        dated(fields, at, self.local_date);
        let Self { prompted, accepted, .. } = self;
        named(self.id, Repair { id: UNNUMBERED, day: day(self.local_date), moved_first: self.moved_first.into(), prompted, accepted })
    }
}

fn named<T>(id: Option<Uuid>, record: T) -> Named<T> {
    Named { id: id.unwrap_or_default(), record }
}

fn dated(fields: &mut Fields, at: &str, local_date: NaiveDate) {
    within_years(fields, &format!("{at}/local_date"), local_date);
}

/// Days that people write with four digits, from the year that entries begin.
fn within_years(fields: &mut Fields, pointer: &str, date: NaiveDate) {
    if !(1_970..=9_999).contains(&date.year()) {
        fields.push(pointer, "out_of_range", "A day from 1970-01-01 to 9999-12-31 belongs here.");
    }
}
