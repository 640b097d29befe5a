//! Changing and removing entries, and what they said before.

use chrono::{DateTime, Offset, Utc};
use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Uuid as SqlUuid};
use uuid::Uuid;

use super::notes;
use super::row::{Revision, RevisionRow, Row};
use crate::db::place;
use crate::db::schema::{interaction_revisions as revisions, interactions as t, relationships};
use crate::db::staleness::{self, Touched};
use crate::db::tombstones;
use crate::db::{AccountKey, citing, copies};
use crate::features::interactions::model::{Act, Change, Interaction, Moment, Outcome, actor_code, dimension_code};
use crate::kernel::page::{Page, PageRequest};
use crate::kernel::{AccountId, Error, InteractionId};

/// Applies a change and keeps what stood there before. `check` sees the stored version first.
pub fn update(
    conn: &mut PgConnection,
    key: &AccountKey,
    id: InteractionId,
    change: Change,
    check: impl FnOnce(i64) -> Result<(), Error>,
    now: DateTime<Utc>,
) -> Result<Interaction, Error> {
    let before = locked(conn, key.account(), id, Hold::Shared)?.read(key)?;
    check(before.version)?;
    keep(conn, key, &before, now)?;
    let first_day = before.moment.local_date;
    let (act, moment) = change.apply(before.act, before.moment);
    let changed = write(conn, key, id, &act, moment, now)?;
    let days = [first_day, moment.local_date].map(|day| Touched::on(before.relationship.0, day));
    staleness::mark(conn, key.account(), &days)?;
    changed.read(key)
}

/// Keeps what an entry says as a revision.
fn keep(conn: &mut PgConnection, key: &AccountKey, entry: &Interaction, now: DateTime<Utc>) -> Result<(), Error> {
    keep_all(conn, key, &[(entry.id, Revision::of(entry.version, now, &entry.act, entry.moment))])
}

/// Keeps revisions of entries, in one statement: some hundreds at most.
pub fn keep_all(conn: &mut PgConnection, key: &AccountKey, said: &[(InteractionId, Revision)]) -> Result<(), Error> {
    let row = |(id, said): &(InteractionId, Revision)| -> Result<_, Error> {
        let note = notes::OF_REVISIONS.seal(key, id.0, said.version, said.note.as_ref())?;
        Ok((
            revisions::account_id.eq(key.account().0),
            revisions::interaction_id.eq(id.0),
            revisions::version.eq(said.version),
            revisions::changed_at.eq(said.changed_at),
            revisions::content.eq(serde_json::to_value(said).map_err(Error::internal)?),
            revisions::note_sealed.eq(note.words),
            revisions::client_note_sealed.eq(note.client),
        ))
    };
    let rows = said.iter().map(row).collect::<Result<Vec<_>, _>>()?;
    diesel::insert_into(revisions::table).values(rows).execute(conn)?;
    Ok(())
}

/// How the relationship is held.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Hold {
    /// It stays; others may write into it meanwhile.
    Shared,
    /// Nobody else writes into it meanwhile.
    Alone,
}

/// Holds the relationship first and the entry second, the order everyone keeps: an assessment that is being recorded, and
/// the removal of the whole relationship, see the change before or after, not half.
fn locked(conn: &mut PgConnection, account: AccountId, id: InteractionId, hold: Hold) -> Result<Row, Error> {
    let own = t::table.filter(t::account_id.eq(account.0).and(t::id.eq(id.0)));
    if let Some(relationship) = own.select(t::relationship_id).first::<Uuid>(conn).optional()? {
        let tie = relationships::table.filter(relationships::account_id.eq(account.0).and(relationships::id.eq(relationship)));
        let version = tie.select(relationships::version);
        match hold {
            Hold::Shared => version.for_key_share().first::<i64>(conn).optional()?,
            Hold::Alone => version.for_update().first::<i64>(conn).optional()?,
        };
    }
    match own.select(Row::as_select()).for_update().first(conn).optional()? {
        Some(row) => Ok(row),
        None => Err(tombstones::missing(conn, account, tombstones::Kind::Interaction, id.0)?),
    }
}

fn write(
    conn: &mut PgConnection,
    key: &AccountKey,
    id: InteractionId,
    act: &Act,
    moment: Moment,
    now: DateTime<Utc>,
) -> Result<Row, Error> {
    let note = notes::OF_ENTRIES.seal(key, id.0, 0, act.note.as_ref())?;
    let changed = diesel::update(t::table.filter(t::account_id.eq(key.account().0).and(t::id.eq(id.0))))
        .set((
            (
                t::occurred_at.eq(moment.occurred_at.with_timezone(&Utc)),
                t::utc_offset_seconds.eq(moment.occurred_at.offset().fix().local_minus_utc()),
                t::time_zone.eq(moment.time_zone.name()),
                t::local_date.eq(moment.local_date),
                t::precision.eq(act.precision.code()),
                t::actor.eq(actor_code(act.actor)),
                t::dimension.eq(dimension_code(act.dimension)),
                t::prompted.eq(act.prompted),
            ),
            (
                t::effort.eq(act.effort),
                t::energy_after.eq(act.energy_after),
                t::felt_heard.eq(act.felt_heard),
                t::duration_minutes.eq(act.duration_minutes),
                t::needed.eq(act.needed),
                t::asked_for.eq(act.asked_for),
                t::outcome.eq(act.outcome.map(Outcome::code)),
                t::note_sealed.eq(note.words),
                t::client_note_sealed.eq(note.client),
            ),
            t::change.eq(sql::<BigInt>("nextval('evidence_changes')")),
            t::version.eq(t::version + 1),
            t::updated_at.eq(now),
        ))
        .returning(Row::as_returning())
        .get_result(conn)?;
    Ok(changed)
}

/// Removes an entry with its history. Assessments that cite it go too; the others of its days become stale.
///
/// The relationship is held alone: the entry leads on to its records, and to assessments in no order of their own, while whoever changes one of those
/// records holds it and asks for the entry.
pub fn delete(conn: &mut PgConnection, account: AccountId, id: InteractionId, now: DateTime<Utc>) -> Result<(), Error> {
    copies::forget(conn, account)?;
    let entry = locked(conn, account, id, Hold::Alone)?;
    tombstones::bury(conn, account, tombstones::Kind::Interaction, (id.0, entry.relationship_id), now)?;
    // The entry first: its week, then the records that it stood for, which are freed with it, and then assessments are held.
    diesel::delete(t::table.filter(t::account_id.eq(account.0).and(t::id.eq(id.0)))).execute(conn)?;
    citing::erase(conn, account, entry.relationship_id, id.0, now)?;
    staleness::mark(conn, account, &[Touched::on(entry.relationship_id, entry.local_date)])
}

/// What the entry said before each change, latest change first.
pub fn history(
    conn: &mut PgConnection,
    key: &AccountKey,
    id: InteractionId,
    page: &PageRequest<i64>,
) -> Result<Page<Revision, i64>, Error> {
    super::get(conn, key, id)?;
    let mut query = revisions::table
        .filter(revisions::account_id.eq(key.account().0).and(revisions::interaction_id.eq(id.0)))
        .select(RevisionRow::as_select())
        .order(revisions::version.desc())
        .limit(page.limit + 1)
        .into_boxed();
    if let Some(after) = page.after {
        query = query.filter(revisions::version.lt(after));
    }
    let rows = query.load(conn)?.into_iter().map(|row| row.read(key)).collect::<Result<Vec<_>, Error>>()?;
    Ok(Page::from_fetched(rows, page.limit, |row| row.version))
}

/// What the account's entries said before their changes, each with its entry, in the order of entries and versions.
pub fn history_after(
    conn: &mut PgConnection,
    key: &AccountKey,
    (entry, version): (Uuid, i64),
    limit: i64,
) -> Result<Vec<(Uuid, Revision)>, Error> {
    let later = place::after::<(SqlUuid, BigInt), _, _>((revisions::interaction_id, revisions::version), (entry, version));
    let rows = revisions::table
        .filter(revisions::account_id.eq(key.account().0))
        .filter(later)
        .order((revisions::interaction_id.asc(), revisions::version.asc()))
        .limit(limit)
        .select(RevisionRow::as_select())
        .load(conn)?;
    rows.into_iter().map(|row| Ok((row.interaction_id, row.read(key)?))).collect()
}
