//! Rows of accounts and handles.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use diesel::prelude::*;
use uuid::Uuid;

use super::model::{Account, Handle, Settings};
use crate::db::schema::{account_handles, account_keys, accounts, calendar_addresses, calendar_feeds, grants, sessions};
use crate::db::vault::Sealed;
use crate::db::{AccountKey, Vault};
use crate::kernel::{AccountId, Code, Error, zone};

#[derive(Insertable)]
#[diesel(table_name = accounts)]
struct NewAccountRow<'a> {
    account_id: Uuid,
    locale: &'a str,
    time_zone: &'a str,
    password_hash: Option<&'a str>,
    recovery_hash: Option<&'a str>,
    created_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
}

/// The two secrets of an account, as PHC strings.
#[derive(Clone, Debug)]
pub struct Hashes {
    pub password: String,
    pub recovery: String,
}

/// Makes an account and its handle; without secrets where its sign-ins are another issuer's.
pub fn insert(
    conn: &mut PgConnection,
    account: AccountId,
    handle: &Handle,
    settings: &Settings,
    hashes: Option<&Hashes>,
    now: DateTime<Utc>,
) -> Result<Account, Error> {
    let row = NewAccountRow {
        account_id: account.0,
        locale: settings.locale.as_deref().unwrap_or("en"),
        time_zone: settings.time_zone.unwrap_or(Tz::UTC).name(),
        password_hash: hashes.map(|hashes| hashes.password.as_str()),
        recovery_hash: hashes.map(|hashes| hashes.recovery.as_str()),
        created_at: now,
        updated_at: now,
    };
    diesel::insert_into(accounts::table).values(&row).execute(conn)?;
    diesel::insert_into(account_handles::table)
        .values((account_handles::handle.eq(handle.as_str()), account_handles::account_id.eq(account.0)))
        .execute(conn)?;
    get(conn, account)
}

/// The account as it is stored. A caller whose account is gone is nobody.
pub fn get(conn: &mut PgConnection, account: AccountId) -> Result<Account, Error> {
    let (locale, time_zone, version, created_at, updated_at) = accounts::table
        .filter(accounts::account_id.eq(account.0))
        .select((accounts::locale, accounts::time_zone, accounts::version, accounts::created_at, accounts::updated_at))
        .first::<(String, String, i64, DateTime<Utc>, DateTime<Utc>)>(conn)
        .optional()?
        .ok_or_else(|| Error::new(Code::Unauthenticated))?;
    let handle = account_handles::table.filter(account_handles::account_id.eq(account.0)).select(account_handles::handle).first(conn)?;
    let time_zone = zone::parse(&time_zone).map_err(|_| Error::internal("a stored time zone is unknown"))?;
    Ok(Account { id: account, handle, locale, time_zone, version, created_at, updated_at })
}

/// The account's zone now: what "today" means, and the default for new entries.
pub fn time_zone_of(conn: &mut PgConnection, account: AccountId) -> Result<Tz, Error> {
    let name: String = accounts::table
        .filter(accounts::account_id.eq(account.0))
        .select(accounts::time_zone)
        .first(conn)
        .optional()?
        .ok_or_else(|| Error::new(Code::Unauthenticated))?;
    zone::parse(&name).map_err(|_| Error::internal("a stored time zone is unknown"))
}

/// The zones and the keys of several accounts, in one query; one that has gone is not among them.
pub fn zones_and_keys_of(conn: &mut PgConnection, vault: &Vault, of: &[AccountId]) -> Result<HashMap<AccountId, (Tz, AccountKey)>, Error> {
    let rows: Vec<(String, (Uuid, i32, Sealed))> = accounts::table
        .inner_join(account_keys::table)
        .filter(accounts::account_id.eq_any(of.iter().map(|account| account.0)))
        .order((account_keys::account_id, account_keys::key_id.desc()))
        .select((accounts::time_zone, (account_keys::account_id, account_keys::key_id, account_keys::wrapped)))
        .load(conn)?;
    let (zones, keys): (Vec<String>, Vec<_>) = rows.into_iter().unzip();
    let zones: HashMap<Uuid, &String> = keys.iter().map(|key| key.0).zip(&zones).collect();
    let with_zone = |(account, key): (AccountId, AccountKey)| {
        let zone = zones.get(&account.0).and_then(|name| zone::parse(name).ok());
        zone.map(|zone| (account, (zone, key))).ok_or_else(|| Error::internal("a stored time zone is unknown"))
    };
    vault.unwrapped(&keys)?.into_iter().map(with_zone).collect()
}

/// Changes what is given. `check` sees the stored version first.
pub fn update(
    conn: &mut PgConnection,
    account: AccountId,
    settings: &Settings,
    check: impl FnOnce(i64) -> Result<(), Error>,
    now: DateTime<Utc>,
) -> Result<Account, Error> {
    let version = accounts::table
        .filter(accounts::account_id.eq(account.0))
        .select(accounts::version)
        .for_no_key_update()
        .first(conn)
        .optional()?
        .ok_or_else(|| Error::new(Code::Unauthenticated))?;
    check(version)?;
    diesel::update(accounts::table.filter(accounts::account_id.eq(account.0)))
        .set((
            settings.locale.as_deref().map(|locale| accounts::locale.eq(locale)),
            settings.time_zone.map(|zone| accounts::time_zone.eq(zone.name())),
            accounts::version.eq(accounts::version + 1),
            accounts::updated_at.eq(now),
        ))
        .execute(conn)?;
    get(conn, account)
}

/// Whose handle this is.
pub fn account_of_handle(conn: &mut PgConnection, handle: &Handle) -> Result<Option<AccountId>, Error> {
    let found = account_handles::table
        .filter(account_handles::handle.eq(handle.as_str()))
        .select(account_handles::account_id)
        .first(conn)
        .optional()?;
    Ok(found.map(AccountId))
}

/// The stored password hash; none where another issuer signs the person in.
pub fn password_hash_of(conn: &mut PgConnection, account: AccountId) -> Result<Option<String>, Error> {
    let own = accounts::table.filter(accounts::account_id.eq(account.0));
    Ok(own.select(accounts::password_hash).first::<Option<String>>(conn).optional()?.flatten())
}

/// Keeps the password from being changed until the transaction ends; fails where `verified` is no longer its hash.
pub fn hold_password(conn: &mut PgConnection, account: AccountId, verified: &str) -> Result<(), Error> {
    let own = accounts::table.filter(accounts::account_id.eq(account.0).and(accounts::password_hash.eq(verified)));
    match own.select(accounts::version).for_share().first::<i64>(conn).optional()? {
        Some(_) => Ok(()),
        None => Err(Error::new(Code::InvalidCredentials)),
    }
}

/// The stored hash of the recovery code.
pub fn recovery_hash_of(conn: &mut PgConnection, account: AccountId) -> Result<Option<String>, Error> {
    let own = accounts::table.filter(accounts::account_id.eq(account.0));
    Ok(own.select(accounts::recovery_hash).first::<Option<String>>(conn).optional()?.flatten())
}

/// The secret that was checked before a change, as it was stored then.
#[derive(Clone, Debug)]
pub enum Verified {
    Password(String),
    Recovery(String),
}

/// Replaces the password, and the recovery code where a new one is given. Every session but `keep` ends, and every grant.
///
/// Fails where the secret that was verified is no longer the stored one: somebody else was faster, and theirs stands.
pub fn replace_secrets(
    conn: &mut PgConnection,
    account: AccountId,
    verified: &Verified,
    password: &str,
    recovery: Option<&str>,
    keep: Option<Uuid>,
    now: DateTime<Utc>,
) -> Result<(), Error> {
    let own = accounts::table.filter(accounts::account_id.eq(account.0)).select(accounts::version).for_no_key_update();
    let held = match verified {
        Verified::Password(hash) => own.filter(accounts::password_hash.eq(hash)).first::<i64>(conn).optional()?,
        Verified::Recovery(hash) => own.filter(accounts::recovery_hash.eq(hash)).first::<i64>(conn).optional()?,
    };
    if held.is_none() {
        return Err(Error::new(Code::InvalidCredentials));
    }
    diesel::update(accounts::table.filter(accounts::account_id.eq(account.0)))
        .set((
            accounts::password_hash.eq(password),
            recovery.map(|hash| accounts::recovery_hash.eq(hash)),
            accounts::version.eq(accounts::version + 1),
            accounts::updated_at.eq(now),
        ))
        .execute(conn)?;
    end_grants(conn, account, now)?;
    diesel::update(sessions::table.filter(sessions::account_id.eq(account.0)))
        .filter(sessions::ended_at.is_null())
        .filter(sessions::session_id.ne(keep.unwrap_or(Uuid::nil())))
        .set(sessions::ended_at.eq(now))
        .execute(conn)?;
    Ok(())
}

/// Ends the grants whose code nobody has used yet. One that is being redeemed is waited for, and stays.
pub fn end_waiting_grants(conn: &mut PgConnection, account: AccountId, now: DateTime<Utc>) -> Result<(), Error> {
    diesel::update(grants::table.filter(grants::account_id.eq(account.0)))
        .filter(grants::redeemed_at.is_null().and(grants::ended_at.is_null()).and(grants::expires_at.gt(now)))
        .set(grants::ended_at.eq(now))
        .execute(conn)?;
    Ok(())
}

/// Ends every grant that is not over, and removes every calendar feed: whoever wants everybody out means whoever holds a code that waits, and
/// whoever has an address, too. It comes before their sessions: a code that is being redeemed is waited for, and its session is then among
/// those to end.
pub fn end_grants(conn: &mut PgConnection, account: AccountId, now: DateTime<Utc>) -> Result<(), Error> {
    diesel::update(grants::table.filter(grants::account_id.eq(account.0)))
        .filter(grants::ended_at.is_null().and(grants::expires_at.gt(now)))
        .set(grants::ended_at.eq(now))
        .execute(conn)?;
    diesel::delete(calendar_addresses::table.filter(calendar_addresses::account_id.eq(account.0))).execute(conn)?;
    diesel::delete(calendar_feeds::table.filter(calendar_feeds::account_id.eq(account.0))).execute(conn)?;
    Ok(())
}
