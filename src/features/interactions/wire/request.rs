//! What clients send.

use chrono::{DateTime, FixedOffset, NaiveDate, SubsecRound, Utc};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use utoipa::ToSchema;
use uuid::Uuid;

use super::note::{EncryptedNote, parse_note, parse_note_change};
use super::words::{ActorWord, DimensionWord, OutcomeWord, PrecisionWord, SourceWord};
use crate::api::body::{patched, present};
use crate::features::interactions::model::{Act, Change, Outcome, Precision, Source, When};
use crate::kernel::text::Refusal;
use crate::kernel::{FieldError, Fields, zone};

/// What happened. Only who and in which way are needed.
#[derive(Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"actor": "them", "dimension": "emotional_support", "effort": 3, "felt_heard": 4, "energy_after": 1}))]
pub struct CreateInteraction {
    /// Chosen by the client if it likes: any UUID but nil and max.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    pub id: Option<Uuid>,
    #[schema(inline)]
    actor: ActorWord,
    #[schema(inline)]
    dimension: DimensionWord,
    /// Whether it came only after asking; false means by itself.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    prompted: Option<bool>,
    /// How much it took, 1 to 5.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    #[schema(value_type = i32, minimum = 1, maximum = 5)]
    effort: Option<i16>,
    /// The logger's energy afterwards, -3 (drained) to 3 (full).
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    #[schema(value_type = i32, minimum = -3, maximum = 3)]
    energy_after: Option<i16>,
    /// How far the logger felt heard, 1 to 5.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    #[schema(value_type = i32, minimum = 1, maximum = 5)]
    felt_heard: Option<i16>,
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 0, maximum = 10080)]
    duration_minutes: Option<i32>,
    /// Whether it was needed.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    needed: Option<bool>,
    /// Whether it was asked for.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    asked_for: Option<bool>,
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    #[schema(inline)]
    outcome: Option<OutcomeWord>,
    /// The logger's own words. Never read by an assessment, never in a log.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 10000, format = "prose")]
    note: Option<String>,
    /// In place of `note`, never beside it: words that the client encrypted and this service cannot read.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    note_encrypted: Option<EncryptedNote>,
    /// When; without it, now. From 1970 to 24 hours ahead.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    #[schema(value_type = String, format = DateTime, max_length = 64)]
    occurred_at: Option<DateTime<FixedOffset>>,
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    #[schema(inline)]
    precision: Option<PrecisionWord>,
    /// Where; without it, the account's zone.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    #[schema(min_length = 1, max_length = 64, format = "iana-time-zone")]
    time_zone: Option<String>,
    /// The day it belongs to for the logger, within a day of `occurred_at`; without it, the day there and then.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    #[schema(value_type = String, format = Date, max_length = 10)]
    local_date: Option<NaiveDate>,
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    #[schema(inline)]
    source: Option<SourceWord>,
}

impl CreateInteraction {
    /// Checks every member.
    pub fn parse(self, now: DateTime<Utc>) -> Result<(Act, When), Vec<FieldError>> {
        let mut fields = Fields::default();
        let when = parse_when(&mut fields, self.occurred_at, self.time_zone.as_deref(), self.local_date, now);
        let act = Act {
            actor: self.actor.into(),
            dimension: self.dimension.into(),
            precision: self.precision.map_or(Precision::Exact, Precision::from),
            prompted: self.prompted,
            effort: self.effort.and_then(|value| fields.take("/effort", within(value, 1, 5))),
            energy_after: self.energy_after.and_then(|value| fields.take("/energy_after", within(value, -3, 3))),
            felt_heard: self.felt_heard.and_then(|value| fields.take("/felt_heard", within(value, 1, 5))),
            duration_minutes: self.duration_minutes.and_then(|value| fields.take("/duration_minutes", within(value, 0, 10_080))),
            needed: self.needed,
            asked_for: self.asked_for,
            outcome: self.outcome.map(Outcome::from),
            source: self.source.map_or(Source::App, Source::from),
            note: parse_note(&mut fields, self.note, self.note_encrypted),
        };
        fields.finish(Some((act, when)))
    }
}

/// What to change: absent stays, null removes.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[expect(clippy::option_option, reason = "the three cases of RFC 7396: absent, null, value")]
#[schema(example = json!({"effort": 2, "note": null}))]
pub struct UpdateInteraction {
    #[serde(default, deserialize_with = "present")]
    #[schema(inline, nullable = false)]
    actor: Option<ActorWord>,
    #[serde(default, deserialize_with = "present")]
    #[schema(inline, nullable = false)]
    dimension: Option<DimensionWord>,
    #[serde(default, deserialize_with = "patched")]
    #[schema(value_type = Option<bool>)]
    prompted: Option<Option<bool>>,
    #[serde(default, deserialize_with = "patched")]
    #[schema(value_type = Option<i32>, minimum = 1, maximum = 5)]
    effort: Option<Option<i16>>,
    #[serde(default, deserialize_with = "patched")]
    #[schema(value_type = Option<i32>, minimum = -3, maximum = 3)]
    energy_after: Option<Option<i16>>,
    #[serde(default, deserialize_with = "patched")]
    #[schema(value_type = Option<i32>, minimum = 1, maximum = 5)]
    felt_heard: Option<Option<i16>>,
    #[serde(default, deserialize_with = "patched")]
    #[schema(value_type = Option<i32>, minimum = 0, maximum = 10080)]
    duration_minutes: Option<Option<i32>>,
    #[serde(default, deserialize_with = "patched")]
    #[schema(value_type = Option<bool>)]
    needed: Option<Option<bool>>,
    #[serde(default, deserialize_with = "patched")]
    #[schema(value_type = Option<bool>)]
    asked_for: Option<Option<bool>>,
    /// accepted, declined, ignored or open; null removes it.
    #[serde(default, deserialize_with = "patched")]
    #[schema(value_type = Option<OutcomeWord>, inline)]
    outcome: Option<Option<OutcomeWord>>,
    #[serde(default, deserialize_with = "patched")]
    #[schema(value_type = Option<String>, max_length = 10000, format = "prose")]
    note: Option<Option<String>>,
    /// Replaced as a whole. A note of either form takes the place of the other.
    #[serde(default, deserialize_with = "patched")]
    #[schema(value_type = Option<EncryptedNote>)]
    note_encrypted: Option<Option<EncryptedNote>>,
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = String, nullable = false, format = DateTime, max_length = 64)]
    occurred_at: Option<DateTime<FixedOffset>>,
    #[serde(default, deserialize_with = "present")]
    #[schema(inline, nullable = false)]
    precision: Option<PrecisionWord>,
    #[serde(default, deserialize_with = "present")]
    #[schema(nullable = false, min_length = 1, max_length = 64, format = "iana-time-zone")]
    time_zone: Option<String>,
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = String, nullable = false, format = Date, max_length = 10)]
    local_date: Option<NaiveDate>,
}

impl UpdateInteraction {
    /// Checks every member that is there.
    pub fn parse(self, now: DateTime<Utc>) -> Result<Change, Vec<FieldError>> {
        let mut fields = Fields::default();
        let when = parse_when(&mut fields, self.occurred_at, self.time_zone.as_deref(), self.local_date, now);
        let change = Change {
            actor: self.actor.map(Into::into),
            dimension: self.dimension.map(Into::into),
            precision: self.precision.map(Into::into),
            prompted: self.prompted,
            effort: self.effort.map(|value| value.and_then(|value| fields.take("/effort", within(value, 1, 5)))),
            energy_after: self.energy_after.map(|value| value.and_then(|value| fields.take("/energy_after", within(value, -3, 3)))),
            felt_heard: self.felt_heard.map(|value| value.and_then(|value| fields.take("/felt_heard", within(value, 1, 5)))),
            duration_minutes: self
                .duration_minutes
                .map(|value| value.and_then(|value| fields.take("/duration_minutes", within(value, 0, 10_080)))),
            needed: self.needed,
            asked_for: self.asked_for,
            outcome: self.outcome.map(|outcome| outcome.map(Outcome::from)),
            note: parse_note_change(&mut fields, self.note, self.note_encrypted),
            when,
        };
        fields.finish(Some(change))
    }
}

/// Many entries at once, across relationships.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"items": [{"relationship_id": "01980000-0000-7000-8000-000000000001",
    "interaction": {"actor": "me", "dimension": "initiation", "occurred_at": "2026-03-01T09:30:00+01:00"}}]}))]
pub struct CreateBatch {
    /// Read one by one: a bad item has a result of its own and touches no other.
    #[schema(value_type = Vec<BatchItem>, min_items = 1, max_items = 1000)]
    pub items: Vec<Box<RawValue>>,
}

/// One entry of a batch and where it belongs.
#[derive(Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct BatchItem {
    pub relationship_id: Uuid,
    pub interaction: CreateInteraction,
}

fn parse_when(
    fields: &mut Fields,
    occurred_at: Option<DateTime<FixedOffset>>,
    time_zone: Option<&str>,
    local_date: Option<NaiveDate>,
    now: DateTime<Utc>,
) -> When {
    let time_zone = time_zone.and_then(|name| fields.take("/time_zone", zone::parse(name)));
    // Microseconds are what is stored, so they are what is answered.
    let occurred_at = occurred_at.map(|at| at.trunc_subsecs(6));
    if local_date.is_some() && occurred_at.is_none() {
        fields.push("/local_date", "needs_occurred_at", "A local date needs occurred_at beside it.");
    }
    let when = When { occurred_at, time_zone, local_date };
    if let Err((pointer, (code, detail))) = when.check(now) {
        fields.push(pointer, code, detail);
    }
    when
}

/// The value, if it lies within these bounds.
pub fn within<T: Copy + PartialOrd + std::fmt::Display>(value: T, lowest: T, highest: T) -> Result<T, Refusal> {
    if value >= lowest && value <= highest {
        Ok(value)
    } else {
        Err(("out_of_range", format!("A whole number from {lowest} to {highest} belongs here.")))
    }
}
