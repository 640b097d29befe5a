//! The accounts' data keys: made with the account, wrapped by the operator's master key, gone with the account.
//!
//! A key is fetched and unwrapped once in each transaction that reads or writes words; nothing keeps it longer, so an account
//! that is erased is unreadable at once, on every instance.

use std::collections::HashMap;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use diesel::deserialize::{self, FromSql, FromSqlRow};
use diesel::expression::AsExpression;
use diesel::pg::{Pg, PgValue};
use diesel::prelude::*;
use diesel::serialize::{self, Output, ToSql};
use diesel::sql_types::Binary;
use uuid::Uuid;
use zeroize::Zeroizing;

use super::Conn;
use super::schema::account_keys as t;
use crate::kernel::sealed::{self, Column, Place, SealingKey};
use crate::kernel::{AccountId, Code, Error, Random, Reach, keys};

/// Words as they lie in a row.
#[derive(Clone, Debug, PartialEq, Eq, AsExpression, FromSqlRow)]
#[diesel(sql_type = Binary)]
pub struct Sealed(Vec<u8>);

impl ToSql<Binary, Pg> for Sealed {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Pg>) -> serialize::Result {
        <Vec<u8> as ToSql<Binary, Pg>>::to_sql(&self.0, out)
    }
}

impl FromSql<Binary, Pg> for Sealed {
    fn from_sql(bytes: PgValue<'_>) -> deserialize::Result<Self> {
        <Vec<u8> as FromSql<Binary, Pg>>::from_sql(bytes).map(Self)
    }
}

/// The master keys: the first wraps, every one of them unwraps.
#[derive(Clone, Debug)]
pub struct Vault {
    wrapping: Arc<[SealingKey]>,
    random: Random,
}

impl Vault {
    /// The vault of these master keys, the current one first.
    pub fn new<'a>(masters: impl IntoIterator<Item = &'a [u8; 32]>, random: Random) -> Result<Self, Error> {
        let wrapping = masters.into_iter().map(keys::wrapping_key).collect::<Result<Arc<[_]>, _>>()?;
        if wrapping.is_empty() { Err(Error::internal("there is no master key")) } else { Ok(Self { wrapping, random }) }
    }

    /// Makes the first data key of a new account.
    pub fn make_key(&self, conn: &mut Conn, account: AccountId, now: DateTime<Utc>) -> Result<AccountKey, Error> {
        let bytes = Zeroizing::new(self.random.bytes::<32>()?);
        let id = 1;
        diesel::insert_into(t::table)
            .values((
                t::account_id.eq(account.0),
                t::key_id.eq(id),
                t::wrapped.eq(self.wrap(&place_of_key(account, id), &bytes)?),
                t::created_at.eq(now),
            ))
            .execute(conn)?;
        Ok(AccountKey { account, keys: vec![SealingKey::new(id.cast_unsigned(), &bytes)?], random: self.random, opens: Opens::All })
    }

    /// Makes a second data key, under which all is sealed from now on; false where the account has a second one already.
    pub fn add_key(&self, conn: &mut Conn, account: AccountId, now: DateTime<Utc>) -> Result<bool, Error> {
        let ids: Vec<i32> = t::table.filter(t::account_id.eq(account.0)).select(t::key_id).for_update().load(conn)?;
        let [only] = *ids.as_slice() else { return Ok(false) };
        let id = only + 1;
        let wrapped = self.make_wrapped(&place_of_key(account, id))?;
        let row = (t::account_id.eq(account.0), t::key_id.eq(id), t::wrapped.eq(wrapped), t::created_at.eq(now));
        // Of two who begin at once one makes it.
        Ok(diesel::insert_into(t::table).values(row).on_conflict_do_nothing().execute(conn)? == 1)
    }

    /// Drops every key whose successor was made before a moment. What is still sealed by it can never be opened again.
    pub fn drop_superseded(&self, conn: &mut Conn, account: AccountId, before: DateTime<Utc>) -> Result<usize, Error> {
        let settled = t::table.filter(t::account_id.eq(account.0).and(t::created_at.le(before))).select(diesel::dsl::max(t::key_id));
        let Some(newest) = settled.first::<Option<i32>>(conn)? else { return Ok(0) };
        Ok(diesel::delete(t::table.filter(t::account_id.eq(account.0).and(t::key_id.lt(newest)))).execute(conn)?)
    }

    /// The account's key, in one query. An account without one is gone, and its caller nobody.
    pub fn key_of(&self, conn: &mut Conn, account: AccountId) -> Result<AccountKey, Error> {
        self.keys_of(conn, &[account])?.remove(&account).ok_or_else(|| Error::new(Code::Unauthenticated))
    }

    /// The keys of several accounts, in one query. An account without one is not among them.
    pub fn keys_of(&self, conn: &mut Conn, accounts: &[AccountId]) -> Result<HashMap<AccountId, AccountKey>, Error> {
        let rows: Vec<(Uuid, i32, Sealed)> = t::table
            .filter(t::account_id.eq_any(accounts.iter().map(|account| account.0)))
            .select((t::account_id, t::key_id, t::wrapped))
            .order((t::account_id, t::key_id.desc()))
            .load(conn)?;
        self.unwrapped(&rows)
    }

    /// The keys of several accounts from their rows: account, number and wrapped key, an account's newest first.
    pub fn unwrapped(&self, rows: &[(Uuid, i32, Sealed)]) -> Result<HashMap<AccountId, AccountKey>, Error> {
        let mut found: HashMap<AccountId, AccountKey> = HashMap::with_capacity(rows.len());
        for (account, id, wrapped) in rows {
            let account = AccountId(*account);
            let key = SealingKey::new(id.cast_unsigned(), &*self.unwrap(&place_of_key(account, *id), wrapped)?)?;
            let closed = || AccountKey { account, keys: Vec::new(), random: self.random, opens: Opens::All };
            found.entry(account).or_insert_with(closed).keys.push(key);
        }
        Ok(found)
    }

    /// Wraps again, under the current master key, whatever of these accounts is wrapped under another; says how many keys that
    /// were. The rows are held meanwhile, so that an erasure comes before or after.
    pub fn rewrap(&self, conn: &mut Conn, accounts: &[AccountId]) -> Result<usize, Error> {
        let rows: Vec<(Uuid, i32, Sealed)> = t::table
            .filter(t::account_id.eq_any(accounts.iter().map(|account| account.0)))
            .select((t::account_id, t::key_id, t::wrapped))
            .order((t::account_id, t::key_id))
            .for_no_key_update()
            .load(conn)?;
        let mut count = 0;
        for (account, id, wrapped) in &rows {
            if let Some(wrapped) = self.wrap_anew(&place_of_key(AccountId(*account), *id), wrapped)? {
                let row = t::table.filter(t::account_id.eq(account).and(t::key_id.eq(id)));
                count += diesel::update(row).set(t::wrapped.eq(wrapped)).execute(conn)?;
            }
        }
        Ok(count)
    }

    fn current(&self) -> Result<&SealingKey, Error> {
        self.wrapping.first().ok_or_else(|| Error::internal("there is no master key"))
    }

    /// A new key for one place, wrapped by the current master key.
    pub(super) fn make_wrapped(&self, place: &Place) -> Result<Sealed, Error> {
        self.wrap(place, &Zeroizing::new(self.random.bytes::<32>()?))
    }

    /// The same key, wrapped by the current master key; nothing where it already is.
    pub(super) fn wrap_anew(&self, place: &Place, wrapped: &Sealed) -> Result<Option<Sealed>, Error> {
        if sealed::key_id(&wrapped.0) == Some(self.current()?.id()) {
            return Ok(None);
        }
        self.wrap(place, &*self.unwrap(place, wrapped)?).map(Some)
    }

    fn wrap(&self, place: &Place, bytes: &[u8; 32]) -> Result<Sealed, Error> {
        self.current()?.seal(place, bytes, self.random).map(Sealed)
    }

    /// Opens a wrapped key, whichever of the master keys wrapped it.
    pub(super) fn unwrap(&self, place: &Place, wrapped: &Sealed) -> Result<Zeroizing<[u8; 32]>, Error> {
        let unknown = || Error::internal("a key is wrapped by a master key that this service was not given");
        let by = sealed::key_id(&wrapped.0);
        let master = self.wrapping.iter().find(|key| Some(key.id()) == by).ok_or_else(unknown)?;
        let opened = master.open(place, &wrapped.0)?;
        let mut bytes = Zeroizing::new([0_u8; 32]);
        if opened.len() != bytes.len() {
            return Err(Error::internal("a wrapped key has an unusual length"));
        }
        bytes.copy_from_slice(&opened);
        Ok(bytes)
    }
}

/// Where an account's wrapped key lies.
fn place_of_key(account: AccountId, id: i32) -> Place {
    Place { column: Column { table: "account_keys", name: "wrapped" }, account, row: Uuid::nil(), part: i64::from(id) }
}

/// One account's key, open for the length of a transaction. Stores that read or write words are handed it in the account's place.
#[derive(Debug)]
pub struct AccountKey {
    account: AccountId,
    /// The newest first: it seals, every one of them opens.
    keys: Vec<SealingKey>,
    random: Random,
    opens: Opens,
}

/// Which columns a key opens for whoever asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Opens {
    All,
    /// For a grant: these alone.
    Some(&'static [(&'static str, &'static str)]),
}

/// What every grant opens: what the person calls the other one.
const LENT: &[(&str, &str)] = &[("relationships", "alias_sealed")];
/// What a grant with notes opens.
const LENT_WITH_NOTES: &[(&str, &str)] = &[
    ("relationships", "alias_sealed"),
    ("interactions", "note_sealed"),
    ("interactions", "client_note_sealed"),
    ("records", "what_sealed"),
];

impl AccountKey {
    /// The same key, for whoever reaches no further than this.
    #[must_use]
    pub fn within(self, reach: &Reach) -> Self {
        let opens = match reach {
            Reach::Whole | Reach::Tie(_) => Opens::All,
            Reach::Loan(loan) => Opens::Some(if loan.notes { LENT_WITH_NOTES } else { LENT }),
        };
        Self { opens, ..self }
    }

    /// Whether it opens what lies in a column. What it does not open is to be left out of an answer.
    #[must_use]
    pub fn opens(&self, column: Column) -> bool {
        match self.opens {
            Opens::All => true,
            Opens::Some(columns) => columns.contains(&(column.table, column.name)),
        }
    }

    /// Whose key it is.
    #[must_use]
    pub const fn account(&self) -> AccountId {
        self.account
    }

    /// The id of the key that seals.
    pub fn newest(&self) -> Result<u32, Error> {
        self.keys.first().map(SealingKey::id).ok_or_else(|| Error::internal("an account has no key"))
    }

    /// Seals words for a column of a row.
    pub fn seal(&self, column: Column, row: Uuid, words: &str) -> Result<Sealed, Error> {
        self.seal_part(column, row, 0, words)
    }

    /// [`AccountKey::seal`], where several rows share an id.
    pub fn seal_part(&self, column: Column, row: Uuid, part: i64, words: &str) -> Result<Sealed, Error> {
        let newest = self.keys.first().ok_or_else(|| Error::internal("an account has no key"))?;
        newest.seal(&Place { column, account: self.account, row, part }, words.as_bytes(), self.random).map(Sealed)
    }

    /// Opens what lies in a column of a row.
    pub fn open(&self, column: Column, row: Uuid, words: &Sealed) -> Result<String, Error> {
        self.open_part(column, row, 0, words)
    }

    /// [`AccountKey::open`], where several rows share an id.
    pub fn open_part(&self, column: Column, row: Uuid, part: i64, words: &Sealed) -> Result<String, Error> {
        if !self.opens(column) {
            return Err(Error::internal("words were to be opened that are not lent"));
        }
        let id = sealed::key_id(&words.0);
        let key = self.keys.iter().find(|key| Some(key.id()) == id).ok_or_else(|| Error::internal("words are sealed by a lost key"))?;
        let opened = key.open(&Place { column, account: self.account, row, part }, &words.0)?;
        std::str::from_utf8(&opened).map(str::to_owned).map_err(|_| Error::internal("sealed words are not text"))
    }
}
