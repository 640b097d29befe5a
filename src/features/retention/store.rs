//! Rows of settings and of what was dropped, and dropping.

use chrono::{DateTime, Days, NaiveDate, TimeDelta, Utc};
use diesel::prelude::*;
use uuid::Uuid;

use super::model::{Change, Class, Event, Kept, Line, Settings};
use crate::db::Conn;
use crate::db::schema::{access_log, accounts, retention_history as history, retention_settings as t};
use crate::features::erasures::{self, Aged};
use crate::kernel::page::{Page, PageRequest};
use crate::kernel::{AccountId, Code, Error, zone};

/// The most rows of a class that one transaction drops.
pub const STEP: i64 = 1_000;

#[derive(Queryable, Selectable)]
#[diesel(table_name = t)]
struct Row {
    interactions_days: Option<i32>,
    notes_days: Option<i32>,
    responses_days: Option<i32>,
    assessments_days: Option<i32>,
    access_log_days: Option<i32>,
    history_days: Option<i32>,
    version: i64,
    records_days: Option<i32>,
}

impl Row {
    fn read(self) -> Settings {
        let kept = Kept {
            interactions: self.interactions_days,
            notes: self.notes_days,
            records: self.records_days,
            responses: self.responses_days,
            assessments: self.assessments_days,
            access_log: self.access_log_days,
            history: self.history_days,
        };
        Settings { kept, version: self.version }
    }
}

/// The account's settings; the usual ones where it has none.
pub fn get(conn: &mut Conn, account: AccountId) -> Result<Settings, Error> {
    let own = t::table.filter(t::account_id.eq(account.0)).select(Row::as_select());
    Ok(own.first(conn).optional()?.map(Row::read).unwrap_or_default())
}

/// Applies a change. `check` sees the stored version first. The account's row is held: there may be no settings to hold yet.
pub fn update(
    conn: &mut Conn,
    account: AccountId,
    change: Change,
    check: impl FnOnce(i64) -> Result<(), Error>,
    now: DateTime<Utc>,
) -> Result<Settings, Error> {
    let own = accounts::table.filter(accounts::account_id.eq(account.0)).select(accounts::version);
    own.for_no_key_update().first::<i64>(conn).optional()?.ok_or_else(|| Error::new(Code::Unauthenticated))?;
    let stored = get(conn, account)?;
    check(stored.version)?;
    let kept = change.apply(stored.kept);
    let columns = (
        t::interactions_days.eq(kept.interactions),
        t::notes_days.eq(kept.notes),
        t::records_days.eq(kept.records),
        t::responses_days.eq(kept.responses),
        t::assessments_days.eq(kept.assessments),
        t::access_log_days.eq(kept.access_log),
        t::history_days.eq(kept.history),
        t::version.eq(stored.version + 1),
        t::updated_at.eq(now),
    );
    let row: Row = diesel::insert_into(t::table)
        .values((t::account_id.eq(account.0), columns))
        .on_conflict(t::account_id)
        .do_update()
        .set(columns)
        .returning(Row::as_returning())
        .get_result(conn)?;
    note_changes(conn, account, stored.kept, kept, now)?;
    Ok(row.read())
}

/// What was changed is told of for as long as there is the account: whoever reads along cannot shorten the history to hide it.
fn note_changes(conn: &mut Conn, account: AccountId, before: Kept, after: Kept, now: DateTime<Utc>) -> Result<(), Error> {
    let changed = Class::ALL.into_iter().filter(|class| before.of(*class) != after.of(*class));
    let row = |class: Class| {
        (history::account_id.eq(account.0), history::class.eq(class as i16), history::days.eq(after.of(class)), history::applied_at.eq(now))
    };
    diesel::insert_into(history::table).values(changed.map(row).collect::<Vec<_>>()).execute(conn)?;
    Ok(())
}

/// A page of the history, latest first.
pub fn list(conn: &mut Conn, account: AccountId, page: &PageRequest<i64>) -> Result<Page<Line, i64>, Error> {
    let own = history::table.filter(history::account_id.eq(account.0).and(history::number.lt(page.after.unwrap_or(i64::MAX))));
    let rows: Vec<LineRow> = own
        .order(history::number.desc())
        .limit(page.limit + 1)
        .select((history::number, history::class, history::count, history::days, history::applied_at))
        .load(conn)?;
    let lines = rows.into_iter().map(read_line).collect::<Result<Vec<_>, _>>()?;
    Ok(Page::from_fetched(lines, page.limit, |line: &Line| line.number))
}

type LineRow = (i64, i16, Option<i64>, Option<i32>, DateTime<Utc>);

fn read_line((number, class, count, days, applied_at): LineRow) -> Result<Line, Error> {
    let unknown = || Error::internal("a line of the history has a class this version does not know");
    let class = Class::of_number(class).ok_or_else(unknown)?;
    Ok(Line { number, class, event: count.map_or(Event::Changed(days), Event::Dropped), applied_at })
}

/// The accounts, of those that the transaction may see, that have settings.
pub fn with_settings(conn: &mut Conn) -> Result<Vec<AccountId>, Error> {
    Ok(t::table.select(t::account_id).load::<Uuid>(conn)?.into_iter().map(AccountId).collect())
}

/// Drops some of what is too old, and says so in the history; whether there may be more.
pub fn apply(conn: &mut Conn, account: AccountId, now: DateTime<Utc>) -> Result<bool, Error> {
    let own = accounts::table.filter(accounts::account_id.eq(account.0)).select(accounts::time_zone);
    // Held as every erasure holds it; an account that is gone has nothing left to drop.
    let Some(zone) = own.for_no_key_update().first::<String>(conn).optional()? else { return Ok(false) };
    let zone = zone::parse(&zone).map_err(|_| Error::internal("a stored time zone is unknown"))?;
    let (kept, today) = (get(conn, account)?.kept, zone::local_date(now, zone));
    let mut more = false;
    for class in Class::ALL {
        let Some(days) = kept.of(class) else { continue };
        let count = drop_some(conn, account, class, Before::new(days, today, now), now)?;
        if count > 0 {
            note(conn, account, class, count, now)?;
        }
        more |= count >= STEP;
    }
    Ok(more)
}

/// What is older is too old.
#[derive(Clone, Copy)]
struct Before {
    day: NaiveDate,
    instant: DateTime<Utc>,
}

impl Before {
    fn new(days: i32, today: NaiveDate, now: DateTime<Utc>) -> Self {
        let day = today.checked_sub_days(Days::new(u64::try_from(days).unwrap_or(0))).unwrap_or(NaiveDate::MIN);
        Self { day, instant: now - TimeDelta::days(i64::from(days)) }
    }
}

fn drop_some(conn: &mut Conn, account: AccountId, class: Class, before: Before, now: DateTime<Utc>) -> Result<i64, Error> {
    match class {
        Class::Interactions => erasures::of_aged(conn, account, Aged::Interactions(before.day), STEP, now),
        Class::Notes => erasures::of_aged(conn, account, Aged::Notes(before.day), STEP, now),
        Class::Records => erasures::of_aged(conn, account, Aged::Records(before.day), STEP, now),
        Class::Responses => erasures::of_aged(conn, account, Aged::Responses(before.day), STEP, now),
        Class::Assessments => erasures::of_aged(conn, account, Aged::Assessments(before.instant), STEP, now),
        Class::AccessLog => {
            let old = access_log::table.filter(access_log::account_id.eq(account.0).and(access_log::hour.lt(before.instant)));
            counted(diesel::delete(old).execute(conn)?)
        }
        Class::History => {
            let old = history::table.filter(history::account_id.eq(account.0).and(history::applied_at.lt(before.instant)));
            counted(diesel::delete(old.filter(history::count.is_not_null())).execute(conn)?)
        }
    }
}

fn counted(rows: usize) -> Result<i64, Error> {
    i64::try_from(rows).map_err(Error::internal)
}

/// That its own past was dropped is not worth a line of the history: it would never end.
fn note(conn: &mut Conn, account: AccountId, class: Class, count: i64, now: DateTime<Utc>) -> Result<(), Error> {
    match class {
        Class::History => return Ok(()),
        Class::Interactions | Class::Notes | Class::Records | Class::Responses | Class::Assessments | Class::AccessLog => {}
    }
    let row = (history::account_id.eq(account.0), history::class.eq(class as i16), history::count.eq(count), history::applied_at.eq(now));
    diesel::insert_into(history::table).values(row).execute(conn)?;
    Ok(())
}
