//! Rows of relationships. Their names are sealed, so no query filters or sorts by them.

use std::collections::{HashMap, HashSet};

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::sql_types::{Bool, Timestamptz, Uuid as SqlUuid};
use uuid::Uuid;

use super::model::{Change, Details, Filter, KeptBy, Kind, MAX_PER_ACCOUNT, Named, Names, NotActive, Relationship, Restored, Status};
use crate::db::AccountKey;
use crate::db::columns::over_columns;
use crate::db::creation::{Creation, Made, Start};
use crate::db::place;
use crate::db::schema::{accounts, relationships as t};
use crate::db::staleness::{self, Touched};
use crate::db::tombstones;
use crate::db::vault::Sealed;
use crate::features::accounts as people;
use crate::kernel::page::{Page, PageRequest};
use crate::kernel::sealed::Column;
use crate::kernel::{AccountId, Code, Error, RelationshipId, zone};

/// Where a page of the list goes on: newest first.
pub type Position = (DateTime<Utc>, Uuid);

const ALIAS: Column = Column { table: "relationships", name: "alias_sealed" };
const LABEL: Column = Column { table: "relationships", name: "label_sealed" };

diesel::define_sql_function! {
    /// Periods of strain, as much of them as the transaction reaches (migrations/*_reach).
    fn reciprocity_contexts(contexts: diesel::sql_types::Jsonb) -> diesel::sql_types::Jsonb;
}

diesel::define_sql_function! {
    /// The periods in which it was not active, once it is active on a day or is not (migrations/*_routines).
    fn reciprocity_quiet(quiet: diesel::sql_types::Jsonb, active: Bool, day: diesel::sql_types::Date) -> diesel::sql_types::Jsonb;
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = t)]
struct Row {
    id: Uuid,
    kind: String,
    status: String,
    kept_by: String,
    expected_balance: f64,
    #[diesel(select_expression = reciprocity_contexts(t::contexts))]
    contexts: serde_json::Value,
    request_digest: Vec<u8>,
    version: i64,
    created_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = t)]
struct SealedNames {
    alias_sealed: Sealed,
    label_sealed: Option<Sealed>,
}

type NamedRow = (Row, SealedNames);

impl Row {
    fn read(self) -> Result<Relationship, Error> {
        let damaged = || Error::internal("a stored relationship has a word this version does not know");
        Ok(Relationship {
            id: RelationshipId(self.id),
            details: Details {
                kind: Kind::parse(&self.kind).ok_or_else(damaged)?,
                status: Status::parse(&self.status).ok_or_else(damaged)?,
                kept_by: KeptBy::parse(&self.kept_by).ok_or_else(damaged)?,
                expected_balance: self.expected_balance,
                contexts: serde_json::from_value(self.contexts).map_err(|_| damaged())?,
            },
            version: self.version,
            created_at: self.created_at,
            updated_at: self.updated_at,
        })
    }
}

impl SealedNames {
    fn seal(key: &AccountKey, id: Uuid, names: &Names) -> Result<Self, Error> {
        let label = names.label.as_deref().map(|label| key.seal(LABEL, id, label)).transpose()?;
        Ok(Self { alias_sealed: key.seal(ALIAS, id, &names.alias)?, label_sealed: label })
    }

    fn open(&self, key: &AccountKey, id: Uuid) -> Result<Names, Error> {
        let lent = self.label_sealed.as_ref().filter(|_| key.opens(LABEL));
        let label = lent.map(|label| key.open(LABEL, id, label)).transpose()?;
        Ok(Names { alias: key.open(ALIAS, id, &self.alias_sealed)?, label })
    }
}

fn read_named(key: &AccountKey, (row, names): NamedRow) -> Result<Named, Error> {
    Ok(Named { names: names.open(key, row.id)?, relationship: row.read()? })
}

/// Makes a relationship, unless the same request made it before.
pub fn create(
    conn: &mut PgConnection,
    key: &AccountKey,
    names: &Names,
    details: &Details,
    creation: &Creation,
) -> Result<Made<Named>, Error> {
    let account = key.account();
    let id = match creation.begin(conn, account, tombstones::Kind::Relationship)? {
        Start::Replay(id) => return Ok(Made { fresh: false, value: get(conn, key, RelationshipId(id))? }),
        Start::Make(id) => id,
    };
    if let Some(found) = named_row(conn, account, id)? {
        creation.recognise(&found.0.request_digest)?;
        return Ok(Made { fresh: false, value: read_named(key, found)? });
    }
    refuse_too_many(conn, account)?;
    let inserted = diesel::insert_into(t::table)
        .values((
            t::account_id.eq(account.0),
            t::id.eq(id),
            columns(key, id, names, details)?,
            t::request_digest.eq(creation.digest.as_slice()),
            t::created_at.eq(creation.now),
            t::updated_at.eq(creation.now),
        ))
        .returning(NamedRow::as_returning())
        .get_result(conn)?;
    Ok(Made { fresh: true, value: read_named(key, inserted)? })
}

/// Stores relationships as they were elsewhere, in one statement. There are no more of them than an account may have.
pub fn restore(conn: &mut PgConnection, key: &AccountKey, ties: &[Restored]) -> Result<(), Error> {
    let row = |tie: &Restored| -> Result<_, Error> {
        Ok((
            t::account_id.eq(key.account().0),
            t::id.eq(tie.id.0),
            columns(key, tie.id.0, &tie.names, &tie.details)?,
            t::quiet.eq(serde_json::to_value(&tie.not_active).map_err(Error::internal)?),
            t::request_digest.eq(tie.digest.to_vec()),
            t::created_at.eq(tie.created_at),
            t::updated_at.eq(tie.updated_at),
        ))
    };
    let rows = ties.iter().map(row).collect::<Result<Vec<_>, _>>()?;
    diesel::insert_into(t::table).values(rows).execute(conn)?;
    Ok(())
}

/// The account's row is locked while counting, so that two requests cannot both take the last place.
fn refuse_too_many(conn: &mut PgConnection, account: AccountId) -> Result<(), Error> {
    accounts::table.filter(accounts::account_id.eq(account.0)).select(accounts::version).for_no_key_update().first::<i64>(conn)?;
    let count: i64 = t::table.filter(t::account_id.eq(account.0)).count().get_result(conn)?;
    if count < MAX_PER_ACCOUNT { Ok(()) } else { Err(Error::new(Code::LimitReached)) }
}

type Columns = (
    diesel::dsl::Eq<t::alias_sealed, Sealed>,
    diesel::dsl::Eq<t::label_sealed, Option<Sealed>>,
    diesel::dsl::Eq<t::kind, &'static str>,
    diesel::dsl::Eq<t::status, &'static str>,
    diesel::dsl::Eq<t::kept_by, &'static str>,
    diesel::dsl::Eq<t::expected_balance, f64>,
    diesel::dsl::Eq<t::contexts, serde_json::Value>,
);

fn columns(key: &AccountKey, id: Uuid, names: &Names, details: &Details) -> Result<Columns, Error> {
    let sealed = SealedNames::seal(key, id, names)?;
    Ok((
        t::alias_sealed.eq(sealed.alias_sealed),
        t::label_sealed.eq(sealed.label_sealed),
        t::kind.eq(details.kind.as_str()),
        t::status.eq(details.status.as_str()),
        t::kept_by.eq(details.kept_by.as_str()),
        t::expected_balance.eq(details.expected_balance),
        t::contexts.eq(serde_json::to_value(&details.contexts).map_err(Error::internal)?),
    ))
}

fn named_row(conn: &mut PgConnection, account: AccountId, id: Uuid) -> Result<Option<NamedRow>, Error> {
    let own = t::table.filter(t::account_id.eq(account.0).and(t::id.eq(id)));
    Ok(own.select(NamedRow::as_select()).first(conn).optional()?)
}

/// The relationship with its names, or the reason why there is none.
pub fn get(conn: &mut PgConnection, key: &AccountKey, id: RelationshipId) -> Result<Named, Error> {
    match named_row(conn, key.account(), id.0)? {
        Some(found) => read_named(key, found),
        None => Err(tombstones::missing(conn, key.account(), tombstones::Kind::Relationship, id.0)?),
    }
}

/// What the logger calls the relationship, or the reason why there is none.
pub fn names(conn: &mut PgConnection, key: &AccountKey, id: RelationshipId) -> Result<Names, Error> {
    Ok(get(conn, key, id)?.names)
}

/// The relationship without its names, or the reason why there is none.
pub fn find(conn: &mut PgConnection, account: AccountId, id: RelationshipId) -> Result<Relationship, Error> {
    let own = t::table.filter(t::account_id.eq(account.0).and(t::id.eq(id.0)));
    match own.select(Row::as_select()).first(conn).optional()? {
        Some(row) => row.read(),
        None => Err(tombstones::missing(conn, account, tombstones::Kind::Relationship, id.0)?),
    }
}

/// Those of some relationships that are there, without their names.
pub fn some(conn: &mut PgConnection, account: AccountId, ids: &[RelationshipId]) -> Result<Vec<Relationship>, Error> {
    let own = t::table.filter(t::account_id.eq(account.0).and(t::id.eq_any(ids.iter().map(|id| id.0))));
    own.select(Row::as_select()).load(conn)?.into_iter().map(Row::read).collect()
}

/// Some relationships without their names, each with the periods in which it was not active; those that are not there are not among them.
pub fn with_quiet(
    conn: &mut PgConnection,
    account: AccountId,
    ids: &[RelationshipId],
) -> Result<HashMap<RelationshipId, (Details, Vec<NotActive>)>, Error> {
    let own = t::table.filter(t::account_id.eq(account.0).and(t::id.eq_any(ids.iter().map(|id| id.0))));
    let rows: Vec<(Row, serde_json::Value)> = own.select((Row::as_select(), t::quiet)).load(conn)?;
    let read = |(row, quiet): (Row, serde_json::Value)| {
        let found = row.read()?;
        Ok((found.id, (found.details, read_quiet(quiet)?)))
    };
    rows.into_iter().map(read).collect()
}

/// Keeps the relationship from going until the transaction ends, or says why there is none.
pub fn hold(conn: &mut PgConnection, account: AccountId, id: RelationshipId) -> Result<(), Error> {
    let own = t::table.filter(t::account_id.eq(account.0).and(t::id.eq(id.0)));
    match own.select(t::version).for_key_share().first::<i64>(conn).optional()? {
        Some(_) => Ok(()),
        None => Err(tombstones::missing(conn, account, tombstones::Kind::Relationship, id.0)?),
    }
}

/// Keeps relationships of several accounts from going until the transaction ends, and says which: those that are there and that
/// nobody else holds, so that it waits for none.
pub fn hold_free(conn: &mut PgConnection, wanted: &[(AccountId, RelationshipId)]) -> Result<HashSet<(Uuid, Uuid)>, Error> {
    let hold = Hold { account: wanted.iter().map(|(account, _)| account.0).collect(), id: wanted.iter().map(|(_, id)| id.0).collect() };
    Ok(hold.load::<(Uuid, Uuid)>(conn)?.into_iter().collect())
}

over_columns! {
    Hold { account: SqlUuid => Uuid, id: SqlUuid => Uuid } -> (SqlUuid, SqlUuid),
    "SELECT r.account_id, r.id FROM", "AS wanted (account_id, id) JOIN relationships r USING (account_id, id) FOR KEY SHARE OF r SKIP LOCKED"
}

/// Holds off every writer of this relationship's evidence until the transaction ends: their foreign keys wait for it.
pub fn lock(conn: &mut PgConnection, account: AccountId, id: RelationshipId) -> Result<(), Error> {
    let own = t::table.filter(t::account_id.eq(account.0).and(t::id.eq(id.0)));
    match own.select(t::version).for_update().first::<i64>(conn).optional()? {
        Some(_) => Ok(()),
        None => Err(tombstones::missing(conn, account, tombstones::Kind::Relationship, id.0)?),
    }
}

/// A page of the list, newest first.
pub fn list(
    conn: &mut PgConnection,
    key: &AccountKey,
    filter: Filter,
    page: &PageRequest<Position>,
) -> Result<Page<Named, Position>, Error> {
    let mut query = t::table
        .filter(t::account_id.eq(key.account().0))
        .select(NamedRow::as_select())
        .order((t::created_at.desc(), t::id.desc()))
        .limit(page.limit + 1)
        .into_boxed();
    if let Some(status) = filter.status {
        query = query.filter(t::status.eq(status.as_str()));
    }
    if let Some(kind) = filter.kind {
        query = query.filter(t::kind.eq(kind.as_str()));
    }
    if let Some((at, id)) = page.after {
        query = query.filter(place::before::<(Timestamptz, SqlUuid), _, _>((t::created_at, t::id), (at, id)));
    }
    let rows = query.load(conn)?.into_iter().map(|found| read_named(key, found)).collect::<Result<Vec<_>, _>>()?;
    Ok(Page::from_fetched(rows, page.limit, |row: &Named| (row.relationship.created_at, row.relationship.id.0)))
}

/// Relationships of the account in the order of their ids, after one of them, each with the periods in which it was not active.
pub fn after(conn: &mut PgConnection, key: &AccountKey, id: Uuid, limit: i64) -> Result<Vec<(Named, Vec<NotActive>)>, Error> {
    let rest = t::table.filter(t::account_id.eq(key.account().0).and(t::id.gt(id)));
    let rows: Vec<(NamedRow, serde_json::Value)> =
        rest.order(t::id.asc()).limit(limit).select((NamedRow::as_select(), t::quiet)).load(conn)?;
    rows.into_iter().map(|(found, quiet)| Ok((read_named(key, found)?, read_quiet(quiet)?))).collect()
}

fn read_quiet(quiet: serde_json::Value) -> Result<Vec<NotActive>, Error> {
    serde_json::from_value(quiet).map_err(|_| Error::internal("stored quiet periods cannot be read"))
}

/// Applies a change. `check` sees the stored version first.
pub fn update(
    conn: &mut PgConnection,
    key: &AccountKey,
    id: RelationshipId,
    change: Change,
    check: impl FnOnce(i64) -> Result<(), Error>,
    now: DateTime<Utc>,
) -> Result<Named, Error> {
    let account = key.account();
    let own = t::table.filter(t::account_id.eq(account.0).and(t::id.eq(id.0)));
    let Some(found) = own.select(NamedRow::as_select()).for_update().first(conn).optional()? else {
        return Err(tombstones::missing(conn, account, tombstones::Kind::Relationship, id.0)?);
    };
    let Named { names, relationship: stored } = read_named(key, found)?;
    check(stored.version)?;
    let before = stored.details.clone();
    let (names, details) = (names.changed(&change), stored.details.changed(change));
    if !details.same_evidence(&before) {
        staleness::mark(conn, account, &[Touched::wholly(id.0)])?;
    }
    // A day is the person's own: it begins where they are.
    let today = zone::local_date(now, people::time_zone_of(conn, account)?);
    let quiet = t::quiet.eq(reciprocity_quiet(t::quiet, details.status == Status::Active, today));
    let changed = diesel::update(own)
        .set((columns(key, id.0, &names, &details)?, quiet, t::version.eq(t::version + 1), t::updated_at.eq(now)))
        .returning(NamedRow::as_returning())
        .get_result(conn)?;
    read_named(key, changed)
}
