//! Rows of answers: one a relationship, sealed. Erasing leaves nothing: no row, no tombstone, no line anywhere.

use diesel::prelude::*;
use diesel::upsert::excluded;
use uuid::Uuid;

use super::model::{Answered, Answers};
use crate::db::schema::safety_answers as t;
use crate::db::vault::Sealed;
use crate::db::{AccountKey, Conn, copies};
use crate::features::relationships;
use crate::kernel::sealed::Column;
use crate::kernel::{AccountId, Error, RelationshipId};

const ANSWERS: Column = Column { table: "safety_answers", name: "answers_sealed" };

/// What lies sealed of a relationship; nothing there is nothing said.
pub fn opened(key: &AccountKey, relationship: RelationshipId, sealed: Option<&Sealed>) -> Result<Answers, Error> {
    sealed.map_or_else(|| Ok(Answers::default()), |sealed| Answers::of_text(&key.open(ANSWERS, relationship.0, sealed)?))
}

/// The answers about a relationship, or the reason why there is no such relationship.
pub fn get(conn: &mut Conn, key: &AccountKey, relationship: RelationshipId) -> Result<Answers, Error> {
    relationships::find(conn, key.account(), relationship)?;
    let own = t::table.filter(t::account_id.eq(key.account().0).and(t::relationship_id.eq(relationship.0)));
    let sealed: Option<Sealed> = own.select(t::answers_sealed).first(conn).optional()?;
    opened(key, relationship, sealed.as_ref())
}

/// The answers about some relationships; those about which nothing was answered are not among them.
pub fn some(conn: &mut Conn, key: &AccountKey, relationships: &[RelationshipId]) -> Result<Vec<Answered>, Error> {
    let of_ties = t::relationship_id.eq_any(relationships.iter().map(|id| id.0));
    let own = t::table.filter(t::account_id.eq(key.account().0).and(of_ties));
    read(key, own.select((t::relationship_id, t::answers_sealed)).load(conn)?)
}

/// Puts answers in the place of those that are there.
pub fn put(conn: &mut Conn, key: &AccountKey, relationship: RelationshipId, answers: &Answers) -> Result<(), Error> {
    relationships::hold(conn, key.account(), relationship)?;
    store(conn, key, &[Answered { relationship, answers: answers.clone() }])
}

fn store(conn: &mut Conn, key: &AccountKey, answered: &[Answered]) -> Result<(), Error> {
    let row = |one: &Answered| -> Result<_, Error> {
        let sealed = key.seal(ANSWERS, one.relationship.0, &one.answers.to_text()?)?;
        Ok((t::account_id.eq(key.account().0), t::relationship_id.eq(one.relationship.0), t::answers_sealed.eq(sealed)))
    };
    let rows = answered.iter().map(row).collect::<Result<Vec<_>, _>>()?;
    diesel::insert_into(t::table)
        .values(rows)
        .on_conflict((t::account_id, t::relationship_id))
        .do_update()
        .set(t::answers_sealed.eq(excluded(t::answers_sealed)))
        .execute(conn)?;
    Ok(())
}

/// Erases the answers about a relationship, and the exports that may have them in them: whether there were any makes no difference.
pub fn remove(conn: &mut Conn, account: AccountId, relationship: RelationshipId) -> Result<(), Error> {
    copies::forget(conn, account)?;
    relationships::hold(conn, account, relationship)?;
    diesel::delete(t::table.filter(t::account_id.eq(account.0).and(t::relationship_id.eq(relationship.0)))).execute(conn)?;
    Ok(())
}

/// The account's answers in the order of the relationships' ids, after one of them.
pub fn after(conn: &mut Conn, key: &AccountKey, id: Uuid, limit: i64) -> Result<Vec<Answered>, Error> {
    let rest = t::table.filter(t::account_id.eq(key.account().0).and(t::relationship_id.gt(id)));
    let rest = rest.order(t::relationship_id.asc()).limit(limit).select((t::relationship_id, t::answers_sealed));
    read(key, rest.load(conn)?)
}

fn read(key: &AccountKey, rows: Vec<(Uuid, Sealed)>) -> Result<Vec<Answered>, Error> {
    let one = |(id, sealed): (Uuid, Sealed)| {
        let relationship = RelationshipId(id);
        Ok(Answered { relationship, answers: opened(key, relationship, Some(&sealed))? })
    };
    rows.into_iter().map(one).collect()
}

/// Stores answers that were given elsewhere. There are no more of them than an account may have relationships.
pub fn restore(conn: &mut Conn, key: &AccountKey, answered: &[Answered]) -> Result<(), Error> {
    if answered.is_empty() { Ok(()) } else { store(conn, key, answered) }
}
