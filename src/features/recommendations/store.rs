//! Rows of practices that are not to be suggested, and what a recommendation heeds, in one query.

use std::collections::HashMap;

use chrono::{DateTime, Days, Utc};
use diesel::dsl::{array, exists, not};
use diesel::prelude::*;
use diesel::sql_types::Text;
use uuid::Uuid;

use super::model::{BEGUN, Considered, DONE, NotForMe, REST};
use crate::db::place::PlusDays;
use crate::db::schema::{adopted_practices, experiments, not_for_me as t, practice_sessions, safety_answers};
use crate::db::vault::Sealed;
use crate::db::{AccountKey, Conn, copies};
use crate::features::{relationships, safety};
use crate::kernel::{AccountId, Error, RelationshipId};

#[derive(Queryable, Selectable)]
#[diesel(table_name = t)]
struct Row {
    relationship_id: Uuid,
    practice: String,
    number: i64,
    decided_at: DateTime<Utc>,
}

impl Row {
    fn read(self) -> NotForMe {
        let Self { relationship_id, practice, number, decided_at } = self;
        NotForMe { relationship: RelationshipId(relationship_id), practice, number, decided_at }
    }
}

/// What the person said of a relationship that a recommendation heeds, and whether something is being tried in it.
pub fn considered(conn: &mut Conn, key: &AccountKey, relationship: RelationshipId, now: DateTime<Utc>) -> Result<Considered, Error> {
    let today = now.date_naive();
    let back = |days: Days| today.checked_sub_days(days).unwrap_or(today);
    let of_tie = safety_answers::account_id.eq(key.account().0).and(safety_answers::relationship_id.eq(relationship.0));
    let answers = safety_answers::table.filter(of_tie).select(safety_answers::answers_sealed).single_value();
    let named = t::table.filter(t::account_id.eq(key.account().0).and(t::relationship_id.eq(relationship.0))).select(t::practice);
    let adopted = adopted_practices::table
        .filter(adopted_practices::account_id.eq(key.account().0).and(adopted_practices::relationship_id.eq(relationship.0)));
    let live = adopted_practices::dropped_on.is_null();
    let begun = adopted.filter(live.and(adopted_practices::adopted_on.gt(back(BEGUN))));
    let dropped_on = adopted_practices::dropped_on.assume_not_null();
    let dropped = adopted.filter(not(live)).filter(dropped_on.gt(back(REST)).and(dropped_on.gt(adopted_practices::adopted_on)));
    let done = adopted.filter(live).inner_join(
        practice_sessions::table.on(practice_sessions::account_id
            .eq(adopted_practices::account_id)
            .and(practice_sessions::adopted_practice_id.eq(adopted_practices::id))
            .and(practice_sessions::local_date.gt(back(DONE)))),
    );
    let stopped_on = experiments::stopped_on.assume_not_null();
    let ends_on = PlusDays::new(experiments::starts_on, experiments::length_days);
    let ran_out = experiments::stopped_on.is_null().and(ends_on.gt(back(REST)));
    let stopped = experiments::stopped_on.is_not_null().and(stopped_on.ge(back(REST))).and(stopped_on.ge(experiments::starts_on));
    let tested = experiments::table
        .filter(experiments::account_id.eq(key.account().0).and(experiments::relationship_id.eq(relationship.0)))
        .filter(ran_out.or(stopped));
    let all = diesel::select((answers, array::<Text, _>(named), exists(begun), exists(done), exists(dropped), exists(tested)));
    let (sealed, named, begun, done, dropped, tested): (Option<Sealed>, Vec<String>, bool, bool, bool, bool) = all.get_result(conn)?;
    let answers = safety::opened(key, relationship, sealed.as_ref())?;
    Ok(Considered { answers, not_for_me: named.into_iter().collect(), is_trying: begun || done || dropped || tested })
}

/// What the person said of some relationships that a recommendation heeds, in two statements; of those of which nothing was said, nothing.
pub fn considered_of(conn: &mut Conn, key: &AccountKey, ties: &[RelationshipId]) -> Result<HashMap<RelationshipId, Considered>, Error> {
    let ids = || ties.iter().map(|tie| tie.0);
    let of_ties = safety_answers::account_id.eq(key.account().0).and(safety_answers::relationship_id.eq_any(ids()));
    let answers = safety_answers::table.filter(of_ties).select((safety_answers::relationship_id, safety_answers::answers_sealed));
    let mut all: HashMap<RelationshipId, Considered> = HashMap::new();
    for (tie, sealed) in answers.load::<(Uuid, Sealed)>(conn)? {
        let tie = RelationshipId(tie);
        all.entry(tie).or_default().answers = safety::opened(key, tie, Some(&sealed))?;
    }
    for (tie, practice) in refused_of(conn, key.account(), ties)? {
        all.entry(tie).or_default().not_for_me.insert(practice);
    }
    Ok(all)
}

/// The practices of some relationships that are said to be not for the person, each with its relationship.
pub fn refused_of(conn: &mut Conn, account: AccountId, ties: &[RelationshipId]) -> Result<Vec<(RelationshipId, String)>, Error> {
    let named = t::table.filter(t::account_id.eq(account.0).and(t::relationship_id.eq_any(ties.iter().map(|tie| tie.0))));
    let rows: Vec<(Uuid, String)> = named.select((t::relationship_id, t::practice)).load(conn)?;
    Ok(rows.into_iter().map(|(tie, practice)| (RelationshipId(tie), practice)).collect())
}

/// Remembers that a practice is not to be suggested; one that is remembered already stays as it is.
pub fn add(conn: &mut Conn, account: AccountId, one: &NotForMe) -> Result<(), Error> {
    relationships::hold(conn, account, one.relationship)?;
    restore(conn, account, std::slice::from_ref(one))
}

/// Forgets that a practice was not to be suggested, and the exports that say so.
pub fn remove(conn: &mut Conn, account: AccountId, relationship: RelationshipId, practice: &str) -> Result<(), Error> {
    copies::forget(conn, account)?;
    relationships::hold(conn, account, relationship)?;
    let own = t::table.filter(t::account_id.eq(account.0).and(t::relationship_id.eq(relationship.0)));
    diesel::delete(own.filter(t::practice.eq(practice))).execute(conn)?;
    Ok(())
}

/// The practices that are not to be suggested in a relationship, by name, or the reason why there is no such relationship.
pub fn list(conn: &mut Conn, account: AccountId, relationship: RelationshipId) -> Result<Vec<NotForMe>, Error> {
    relationships::find(conn, account, relationship)?;
    let own = t::table.filter(t::account_id.eq(account.0).and(t::relationship_id.eq(relationship.0)));
    let rows: Vec<Row> = own.order(t::practice.asc()).select(Row::as_select()).load(conn)?;
    Ok(rows.into_iter().map(Row::read).collect())
}

/// The account's, after a number, in order.
pub fn after(conn: &mut Conn, account: AccountId, number: i64, limit: i64) -> Result<Vec<NotForMe>, Error> {
    let rest = t::table.filter(t::account_id.eq(account.0).and(t::number.gt(number)));
    let rows: Vec<Row> = rest.order(t::number.asc()).limit(limit).select(Row::as_select()).load(conn)?;
    Ok(rows.into_iter().map(Row::read).collect())
}

/// Stores some, in their order.
pub fn restore(conn: &mut Conn, account: AccountId, some: &[NotForMe]) -> Result<(), Error> {
    let row = |one: &NotForMe| {
        (
            t::account_id.eq(account.0),
            t::relationship_id.eq(one.relationship.0),
            t::practice.eq(one.practice.clone()),
            t::decided_at.eq(one.decided_at),
        )
    };
    let rows: Vec<_> = some.iter().map(row).collect();
    for some in rows.chunks(1_000) {
        diesel::insert_into(t::table).values(some).on_conflict_do_nothing().execute(conn)?;
    }
    Ok(())
}
