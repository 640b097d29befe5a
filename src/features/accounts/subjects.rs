//! Rows that say which account a subject of another issuer has, and which subjects had one lately.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use uuid::Uuid;

use crate::db::Conn;
use crate::db::schema::{accounts, erased_subjects, external_subjects};
use crate::kernel::external::{SKEW, Subject};
use crate::kernel::{AccountId, Code, Error};

/// The subject's account.
pub fn account_of(conn: &mut Conn, subject: Subject) -> Result<Option<AccountId>, Error> {
    let found = external_subjects::table.find(subject.0.as_slice()).select(external_subjects::account_id).first(conn).optional()?;
    Ok(found.map(AccountId))
}

/// Fails where the account is not there, or does not take what was issued then: nothing from before its sessions were ended. That it
/// was issued too early is said of what was issued about then alone, to an app that has just signed in anew: an older token learns
/// neither that there was an ending nor, where an account was erased, that there is one again.
pub fn take(conn: &mut Conn, account: AccountId, issued_at: DateTime<Utc>) -> Result<(), Error> {
    let own = accounts::table.filter(accounts::account_id.eq(account.0)).select((accounts::tokens_valid_from, accounts::created_at));
    let found = own.first::<(Option<DateTime<Utc>>, DateTime<Utc>)>(conn).optional()?;
    let (from, made) = found.ok_or_else(|| Error::new(Code::Unauthenticated))?;
    let Some(from) = from.filter(|from| issued_at <= *from) else { return Ok(()) };
    let ended = from - SKEW;
    let just_now = issued_at > ended - SKEW && made <= ended;
    Err(Error::new(if just_now { Code::TokenSuperseded } else { Code::Unauthenticated }))
}

/// Gives the account to the subject; false where it has one already.
pub fn insert(conn: &mut Conn, subject: Subject, account: AccountId) -> Result<bool, Error> {
    let row = (external_subjects::subject_digest.eq(subject.0.as_slice()), external_subjects::account_id.eq(account.0));
    Ok(diesel::insert_into(external_subjects::table).values(row).on_conflict_do_nothing().execute(conn)? == 1)
}

/// When the subject's last account was erased, if that was lately.
pub fn erased_at(conn: &mut Conn, subject: Subject) -> Result<Option<DateTime<Utc>>, Error> {
    Ok(erased_subjects::table.find(subject.0.as_slice()).select(erased_subjects::erased_at).first(conn).optional()?)
}

/// Drops what was remembered of erasures before this moment.
pub fn forget_erased(conn: &mut Conn, before: DateTime<Utc>) -> Result<usize, Error> {
    Ok(diesel::delete(erased_subjects::table.filter(erased_subjects::erased_at.lt(before))).execute(conn)?)
}

/// Refuses every token that another issuer made until `ended`, and by its clock, which may be ahead of ours, a little longer. An
/// account with a password is left as it is.
pub fn end_tokens(conn: &mut Conn, account: AccountId, ended: DateTime<Utc>) -> Result<(), Error> {
    let external = external_subjects::table.filter(external_subjects::account_id.eq(account.0)).select(external_subjects::account_id);
    if external.first::<Uuid>(conn).optional()?.is_some() {
        diesel::update(accounts::table.filter(accounts::account_id.eq(account.0)))
            .set(accounts::tokens_valid_from.eq(ended + SKEW))
            .execute(conn)?;
    }
    Ok(())
}
