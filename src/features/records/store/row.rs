//! How a record lies in its table, whichever of the four it is.

use chrono::{DateTime, NaiveDate, Utc};
use diesel::prelude::*;
use uuid::Uuid;

use crate::db::AccountKey;
use crate::db::schema::records as t;
use crate::db::vault::Sealed;
use crate::features::records::model::{Columns, Frame, Kind, Record};
use crate::kernel::sealed::Column;
use crate::kernel::{Error, InteractionId, RecordId, RelationshipId};

pub const WHAT: Column = Column { table: "records", name: "what_sealed" };

#[derive(Queryable, Selectable)]
#[diesel(table_name = t)]
pub struct Row {
    pub id: Uuid,
    pub relationship_id: Uuid,
    local_date: NaiveDate,
    #[diesel(embed)]
    columns: Figures,
    interaction_id: Option<Uuid>,
    what_sealed: Option<Sealed>,
    version: i64,
    created_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
}

/// The columns that mean something else in each kind.
#[derive(Queryable, Selectable)]
#[diesel(table_name = t)]
pub struct Figures {
    status: i16,
    actor: Option<i16>,
    settled_on: Option<NaiveDate>,
    settled_by: Option<i16>,
    until: Option<NaiveDate>,
    prompted: Option<bool>,
    accepted: Option<bool>,
    explained_on: Vec<Option<NaiveDate>>,
    replaced_by: Option<Uuid>,
    topic: Option<i16>,
}

impl From<Figures> for Columns {
    fn from(row: Figures) -> Self {
        Self {
            status: row.status,
            actor: row.actor,
            settled_on: row.settled_on,
            settled_by: row.settled_by,
            until: row.until,
            prompted: row.prompted,
            accepted: row.accepted,
            explained_on: row.explained_on.into_iter().flatten().collect(),
            replaced_by: row.replaced_by,
            topic: row.topic,
        }
    }
}

/// A stored number that nobody knows.
pub fn damaged() -> Error {
    Error::internal("a stored record has a number this version does not know")
}

impl Row {
    /// The days on which it began and was settled.
    pub fn days(&self) -> impl Iterator<Item = NaiveDate> + use<> {
        [Some(self.local_date), self.columns.settled_on].into_iter().flatten()
    }

    /// The record; its words are left out where the key is not lent for them.
    pub fn read<K: Kind>(self, key: &AccountKey) -> Result<Record<K>, Error> {
        let lent = self.what_sealed.as_ref().filter(|_| key.opens(WHAT));
        let what = lent.map(|what| key.open(WHAT, self.id, what)).transpose()?;
        Ok(Record {
            id: RecordId(self.id),
            relationship: RelationshipId(self.relationship_id),
            frame: Frame { local_date: self.local_date, what, interaction: self.interaction_id.map(InteractionId) },
            details: K::of_columns(self.columns.into()).ok_or_else(damaged)?,
            version: self.version,
            created_at: self.created_at,
            updated_at: self.updated_at,
        })
    }
}

type Days = (
    diesel::dsl::Eq<t::local_date, NaiveDate>,
    diesel::dsl::Eq<t::settled_on, Option<NaiveDate>>,
    diesel::dsl::Eq<t::until, Option<NaiveDate>>,
);

type People = (
    diesel::dsl::Eq<t::status, i16>,
    diesel::dsl::Eq<t::actor, Option<i16>>,
    diesel::dsl::Eq<t::settled_by, Option<i16>>,
    diesel::dsl::Eq<t::prompted, Option<bool>>,
    diesel::dsl::Eq<t::accepted, Option<bool>>,
    diesel::dsl::Eq<t::topic, Option<i16>>,
);

type Rest = (
    diesel::dsl::Eq<t::explained_on, Vec<Option<NaiveDate>>>,
    diesel::dsl::Eq<t::replaced_by, Option<Uuid>>,
    diesel::dsl::Eq<t::interaction_id, Option<Uuid>>,
    diesel::dsl::Eq<t::what_sealed, Option<Sealed>>,
);

/// What a record says, as it is written into the row of this id.
pub fn columns<K: Kind>(key: &AccountKey, id: RecordId, frame: &Frame, details: &K) -> Result<(Days, People, Rest), Error> {
    let Columns { status, actor, settled_on, settled_by, until, prompted, accepted, explained_on, replaced_by, topic } = details.columns();
    let what = frame.what.as_deref().map(|what| key.seal(WHAT, id.0, what)).transpose()?;
    let explained: Vec<Option<NaiveDate>> = explained_on.into_iter().map(Some).collect();
    Ok((
        (t::local_date.eq(frame.local_date), t::settled_on.eq(settled_on), t::until.eq(until)),
        (
            t::status.eq(status),
            t::actor.eq(actor),
            t::settled_by.eq(settled_by),
            t::prompted.eq(prompted),
            t::accepted.eq(accepted),
            t::topic.eq(topic),
        ),
        (
            t::explained_on.eq(explained),
            t::replaced_by.eq(replaced_by),
            t::interaction_id.eq(frame.interaction.map(|entry| entry.0)),
            t::what_sealed.eq(what),
        ),
    ))
}
