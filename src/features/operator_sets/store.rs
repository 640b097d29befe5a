//! Rows of question sets that operators made. No account has any: what a transaction sees of them is said by whether it keeps them.

use chrono::{DateTime, Utc};
use diesel::dsl::sql;
use diesel::expression::SqlLiteral;
use diesel::prelude::*;
use diesel::sql_types::BigInt;
use serde_json::Value;

use super::model::{Entry, Made, Name, Standing, stored_document};
use crate::db::Conn;
use crate::db::schema::question_sets_made as t;
use crate::kernel::{Code, Error};

#[derive(Queryable, Selectable)]
#[diesel(table_name = t)]
struct EntryRow {
    slug: String,
    version: i32,
    status: String,
    revision: i64,
    created_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
    published_at: Option<DateTime<Utc>>,
    retired_at: Option<DateTime<Utc>>,
}

impl EntryRow {
    fn read(self) -> Result<Entry, Error> {
        Ok(Entry {
            standing: Standing::parse(&self.status)?,
            name: Name { slug: self.slug, version: self.version },
            revision: self.revision,
            created_at: self.created_at,
            updated_at: self.updated_at,
            published_at: self.published_at,
            retired_at: self.retired_at,
        })
    }
}

/// A number that is another one whenever something was published or retired: both happen once to a version, and are never undone.
pub fn edition(conn: &mut Conn) -> Result<i64, Error> {
    let counted = "count(*) FILTER (WHERE status <> 'draft') + count(*) FILTER (WHERE status = 'retired')";
    Ok(t::table.select(sql::<BigInt>(counted)).get_result(conn)?)
}

/// Every version that was published, with what it says; a document that this version cannot read is none.
pub fn published(conn: &mut Conn) -> Result<Vec<(Entry, Option<Made>)>, Error> {
    let rows: Vec<(EntryRow, Value)> = t::table
        .filter(t::status.ne(Standing::Draft.as_str()))
        .order((t::slug, t::version))
        .select((EntryRow::as_select(), t::document))
        .load(conn)?;
    let read = |(row, document): (EntryRow, Value)| {
        let entry = row.read()?;
        let made = stored_document(document).ok().map(|document| Made { entry: entry.clone(), document });
        Ok((entry, made))
    };
    rows.into_iter().map(read).collect()
}

/// Every version, by slug and number.
pub fn list(conn: &mut Conn) -> Result<Vec<Entry>, Error> {
    let rows: Vec<EntryRow> = t::table.order((t::slug, t::version)).select(EntryRow::as_select()).load(conn)?;
    rows.into_iter().map(EntryRow::read).collect()
}

/// One version.
pub fn get(conn: &mut Conn, name: &Name) -> Result<Made, Error> {
    let (row, document): (EntryRow, Value) =
        t::table.find((&name.slug, name.version)).select((EntryRow::as_select(), t::document)).first(conn)?;
    Ok(Made { entry: row.read()?, document: stored_document(document)? })
}

/// How a version stands, held against everybody else until the transaction ends.
pub fn hold(conn: &mut Conn, name: &Name) -> Result<Option<Entry>, Error> {
    let found: Option<EntryRow> =
        t::table.find((&name.slug, name.version)).select(EntryRow::as_select()).for_update().first(conn).optional()?;
    found.map(EntryRow::read).transpose()
}

/// A number that no other change has, not even of a draft that was here under the same name.
fn next_revision() -> SqlLiteral<BigInt> {
    sql("nextval('question_sets_made_revision')")
}

/// Stores a new draft; fails where somebody stored one meanwhile.
pub fn insert(conn: &mut Conn, name: &Name, document: &Value, now: DateTime<Utc>) -> Result<Made, Error> {
    let inserted = diesel::insert_into(t::table)
        .values((
            t::slug.eq(&name.slug),
            t::version.eq(name.version),
            t::status.eq(Standing::Draft.as_str()),
            t::document.eq(document),
            t::revision.eq(next_revision()),
            t::created_at.eq(now),
            t::updated_at.eq(now),
        ))
        .on_conflict_do_nothing()
        .execute(conn)?;
    if inserted == 0 { Err(Error::new(Code::PreconditionFailed)) } else { get(conn, name) }
}

/// Replaces a draft that is held.
pub fn replace(conn: &mut Conn, name: &Name, document: &Value, now: DateTime<Utc>) -> Result<Made, Error> {
    diesel::update(t::table.find((&name.slug, name.version)))
        .set((t::document.eq(document), t::revision.eq(next_revision()), t::updated_at.eq(now)))
        .execute(conn)?;
    get(conn, name)
}

/// Publishes a draft as it was looked at; fails where it was changed since.
pub fn publish(conn: &mut Conn, name: &Name, looked_at: i64, document: &Value, now: DateTime<Utc>) -> Result<Made, Error> {
    let draft = t::table.find((&name.slug, name.version)).filter(t::status.eq(Standing::Draft.as_str()).and(t::revision.eq(looked_at)));
    let changed = diesel::update(draft)
        .set((
            t::status.eq(Standing::Published.as_str()),
            t::document.eq(document),
            t::revision.eq(next_revision()),
            t::updated_at.eq(now),
            t::published_at.eq(now),
        ))
        .execute(conn)?;
    if changed == 0 { Err(Error::new(Code::PreconditionFailed)) } else { get(conn, name) }
}

/// Retires a published version that is held.
pub fn retire(conn: &mut Conn, name: &Name, now: DateTime<Utc>) -> Result<(), Error> {
    diesel::update(t::table.find((&name.slug, name.version)))
        .set((t::status.eq(Standing::Retired.as_str()), t::revision.eq(next_revision()), t::updated_at.eq(now), t::retired_at.eq(now)))
        .execute(conn)?;
    Ok(())
}

/// Removes a draft that is held.
pub fn delete(conn: &mut Conn, name: &Name) -> Result<(), Error> {
    diesel::delete(t::table.find((&name.slug, name.version))).execute(conn)?;
    Ok(())
}
