//! How an interaction lies in its table.

use chrono::{DateTime, FixedOffset, NaiveDate, Utc};
use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::notes::{self, SealedNote};
use crate::db::AccountKey;
use crate::db::schema::{interaction_revisions as revisions, interactions as t};
use crate::db::vault::Sealed;
use crate::features::interactions::model::{
    Act, Interaction, Moment, Note, Outcome, Precision, Source, actor_code, actor_of, dimension_code, dimension_of,
};
use crate::kernel::{Error, InteractionId, RelationshipId, zone};

#[derive(Queryable, Selectable)]
#[diesel(table_name = t)]
pub struct Row {
    pub id: Uuid,
    pub relationship_id: Uuid,
    pub occurred_at: DateTime<Utc>,
    utc_offset_seconds: i32,
    time_zone: String,
    pub local_date: NaiveDate,
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
    note_sealed: Option<Sealed>,
    client_note_sealed: Option<Sealed>,
    pub request_digest: Vec<u8>,
    version: i64,
    created_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
}

impl Row {
    /// The entry, its note opened.
    pub fn read(self, key: &AccountKey) -> Result<Interaction, Error> {
        let damaged = || Error::internal("a stored interaction has a number this version does not know");
        let note = SealedNote { words: self.note_sealed, client: self.client_note_sealed };
        let note = notes::OF_ENTRIES.open(key, self.id, 0, &note)?;
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
                note,
            },
            moment: Moment { occurred_at: self.occurred_at.with_timezone(&offset), time_zone, local_date: self.local_date },
            version: self.version,
            created_at: self.created_at,
            updated_at: self.updated_at,
        })
    }
}

/// What an entry said before a change. The note is sealed apart from the rest.
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
    #[serde(skip)]
    pub note: Option<Note>,
}

impl Revision {
    /// What an entry says, as the revision that is kept of it.
    pub fn of(version: i64, changed_at: DateTime<Utc>, act: &Act, moment: Moment) -> Self {
        Self {
            version,
            changed_at,
            occurred_at: moment.occurred_at,
            local_date: moment.local_date,
            actor: actor_code(act.actor),
            dimension: dimension_code(act.dimension),
            effort: act.effort,
            energy_after: act.energy_after,
            felt_heard: act.felt_heard,
            prompted: act.prompted,
            duration_minutes: act.duration_minutes,
            needed: act.needed,
            asked_for: act.asked_for,
            outcome: act.outcome.map(Outcome::code),
            precision: act.precision.code(),
            time_zone: moment.time_zone.name().to_owned(),
            note: act.note.clone(),
        }
    }
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = revisions)]
pub struct RevisionRow {
    pub interaction_id: Uuid,
    version: i64,
    changed_at: DateTime<Utc>,
    content: serde_json::Value,
    note_sealed: Option<Sealed>,
    client_note_sealed: Option<Sealed>,
}

impl RevisionRow {
    /// The revision, its note opened.
    pub fn read(self, key: &AccountKey) -> Result<Revision, Error> {
        let said: Revision = serde_json::from_value(self.content).map_err(|_| Error::internal("a stored revision could not be read"))?;
        let note = SealedNote { words: self.note_sealed, client: self.client_note_sealed };
        let note = notes::OF_REVISIONS.open(key, self.interaction_id, self.version, &note)?;
        Ok(Revision { version: self.version, changed_at: self.changed_at, note, ..said })
    }
}
