//! Records that named an entry to stand for them (docs/promises.md): when the entry goes, they stand for themselves again.

use chrono::{DateTime, NaiveDate, Utc};
use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::BigInt;
use uuid::Uuid;

use super::Conn;
use super::schema::records as t;
use super::staleness::{self, Touched};
use crate::kernel::{AccountId, Error};

/// Lets records go that these entries stood for. What was computed of the records' days becomes stale, because they count now.
pub fn end(conn: &mut Conn, account: AccountId, entries: &[Uuid], now: DateTime<Utc>) -> Result<(), Error> {
    if entries.is_empty() {
        return Ok(());
    }
    let stood_for = t::table.filter(t::account_id.eq(account.0).and(t::interaction_id.eq_any(entries)));
    let freed: Vec<(Uuid, NaiveDate, Option<NaiveDate>)> = diesel::update(stood_for)
        .set((
            t::interaction_id.eq(None::<Uuid>),
            t::change.eq(sql::<BigInt>("nextval('evidence_changes')")),
            t::version.eq(t::version + 1),
            t::updated_at.eq(now),
        ))
        .returning((t::relationship_id, t::local_date, t::settled_on))
        .get_results(conn)?;
    let touched = freed.into_iter().flat_map(|(relationship, day, settled)| {
        let days = [Some(day), settled];
        days.into_iter().flatten().map(move |day| Touched::on(relationship, day))
    });
    staleness::mark(conn, account, &touched.collect::<Vec<_>>())
}
