//! How an interaction lies in its table.

use chrono::{DateTime, FixedOffset, NaiveDate, Utc};
use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::db::schema::interactions as t;
use crate::features::interactions::model::{Act, Interaction, Moment, Outcome, Precision, Source, actor_of, dimension_of};
use crate::kernel::{Error, InteractionId, RelationshipId, zone};

#[derive(Queryable, Selectable)]
#[diesel(table_name = t)]
pub struct Row {
    pub id: Uuid,
    pub relationship_id: Uuid,
    occurred_at: DateTime<Utc>,
    utc_offset_seconds: i32,
    time_zone: String,
    local_date: NaiveDate,
    precision: i16,
    actor: i16,
    dimension: i16,
    prompted: Option<bool>,
    effort: Option<i16>,
    energy_after: Option<i16>,
    felt_heard: Option<i16>,
    duration_minutes: Option<i32>,
    needed: Option<bool>,
    asked_for: Option<bool>,
    outcome: Option<i16>,
    source: i16,
    note: Option<String>,
    pub request_digest: Vec<u8>,
    version: i64,
    created_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
}

impl Row {
    pub fn read(self) -> Result<Interaction, Error> {
        let damaged = || Error::internal("a stored interaction has a number this version does not know");
        let time_zone = zone::parse(&self.time_zone).map_err(|_| damaged())?;
        let offset = FixedOffset::east_opt(self.utc_offset_seconds).ok_or_else(damaged)?;
        let outcome = self.outcome.map(|code| Outcome::of_code(code).ok_or_else(damaged)).transpose()?;
        Ok(Interaction {
            id: InteractionId(self.id),
            relationship: RelationshipId(self.relationship_id),
            act: Act {
                actor: actor_of(self.actor).ok_or_else(damaged)?,
                dimension: dimension_of(self.dimension).ok_or_else(damaged)?,
                precision: Precision::of_code(self.precision).ok_or_else(damaged)?,
                prompted: self.prompted,
                effort: self.effort,
                energy_after: self.energy_after,
                felt_heard: self.felt_heard,
                duration_minutes: self.duration_minutes,
                needed: self.needed,
                asked_for: self.asked_for,
                outcome,
                source: Source::of_code(self.source).ok_or_else(damaged)?,
                note: self.note,
            },
            moment: Moment { occurred_at: self.occurred_at.with_timezone(&offset), time_zone, local_date: self.local_date },
            version: self.version,
            created_at: self.created_at,
            updated_at: self.updated_at,
        })
    }
}

/// What an entry said before a change.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Revision {
    #[serde(skip)]
    pub version: i64,
    #[serde(skip)]
    pub changed_at: DateTime<Utc>,
    pub occurred_at: DateTime<FixedOffset>,
    pub local_date: NaiveDate,
    pub actor: i16,
    pub dimension: i16,
    pub effort: Option<i16>,
    pub energy_after: Option<i16>,
    pub felt_heard: Option<i16>,
    pub prompted: Option<bool>,
    #[serde(default)]
    pub duration_minutes: Option<i32>,
    #[serde(default)]
    pub needed: Option<bool>,
    #[serde(default)]
    pub asked_for: Option<bool>,
    #[serde(default)]
    pub outcome: Option<i16>,
    pub precision: i16,
    pub time_zone: String,
    pub note: Option<String>,
}
