//! Accounts whose sign-ins are another issuer's: found by a digest of issuer and subject, made on request alone.

use chrono::{DateTime, TimeDelta, Utc};

use super::model::{Account, Handle, Settings};
use super::service::Accounts;
use super::{store, subjects};
use crate::config::LONGEST_TOKEN_AGE_MINUTES;
use crate::db::{Conn, Db};
use crate::kernel::external::{Claimed, Pending, SKEW, Subjects};
use crate::kernel::{AccountId, Code, Error, View};

/// An account as it was found or made.
#[derive(Debug)]
pub struct Opened {
    pub account: Account,
    /// Whether it was made just now.
    pub made: bool,
}

impl Accounts {
    /// The account of a token's subject, made where there is none. Of requests that come together one makes it.
    ///
    /// `may_make` is asked where there is none. Refused for a token from before the subject's last account was erased, or before its sessions were ended.
    pub async fn open(
        &self,
        claimed: Claimed,
        settings: Settings,
        now: DateTime<Utc>,
        may_make: impl FnOnce() -> Result<(), Error>,
    ) -> Result<Opened, Error> {
        if let Some(account) = self.find(claimed).await? {
            return Ok(Opened { account, made: false });
        }
        may_make()?;
        if let Some(account) = self.make(claimed, settings, now).await? {
            return Ok(Opened { account, made: true });
        }
        let account = self.find(claimed).await?.ok_or_else(|| Error::new(Code::Unauthenticated))?;
        Ok(Opened { account, made: false })
    }

    async fn find(&self, claimed: Claimed) -> Result<Option<Account>, Error> {
        let Some(account) = self.db.lookup(move |conn| subjects::account_of(conn, claimed.subject)).await? else { return Ok(None) };
        let get = move |conn: &mut Conn| {
            subjects::take(conn, account, claimed.issued_at)?;
            store::get(conn, account).map(Some)
        };
        self.db.read(View::whole(account), get).await
    }

    /// Makes it; nothing where somebody else was faster.
    async fn make(&self, claimed: Claimed, settings: Settings, now: DateTime<Utc>) -> Result<Option<Account>, Error> {
        let account = AccountId(self.random.uuid_v7(now)?);
        let (handle, vault) = (Handle::generate(self.random)?, self.db.vault().clone());
        let insert = move |conn: &mut Conn| {
            let made = store::insert(conn, account, &handle, &settings, None, now)?;
            vault.make_key(conn, account, now)?;
            if !subjects::insert(conn, claimed.subject, account)? {
                return Err(Error::new(Code::IdConflict));
            }
            // Looked at last: an erasure that was under way is over by now, because both write the subject's row.
            if let Some(erased_at) = subjects::erased_at(conn, claimed.subject)? {
                if claimed.issued_at <= erased_at + SKEW {
                    return Err(Error::new(Code::Unauthenticated));
                }
                // What was issued before is refused by the new account too.
                subjects::end_tokens(conn, account, erased_at)?;
            }
            Ok(made)
        };
        match self.db.write(View::whole(account), insert).await {
            Ok(made) => Ok(Some(made)),
            Err(error) if error.code == Code::IdConflict => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Forgets erased subjects whose tokens have all come to their end.
    pub async fn sweep(&self, now: DateTime<Utc>) -> Result<(), Error> {
        let before = now - TimeDelta::minutes(i64::from(LONGEST_TOKEN_AGE_MINUTES)) - SKEW * 2;
        self.db.write_in(&[], move |conn| subjects::forget_erased(conn, before)).await?;
        Ok(())
    }
}

/// Answers the edge's question whose account a token opens, from the database.
#[derive(Clone, Debug)]
pub struct StoredSubjects {
    pub db: Db,
}

impl Subjects for StoredSubjects {
    fn account_of(&self, claimed: Claimed) -> Pending<'static, Option<AccountId>> {
        let db = self.db.clone();
        Box::pin(async move {
            let Some(account) = db.lookup(move |conn| subjects::account_of(conn, claimed.subject)).await? else { return Ok(None) };
            db.read(View::whole(account), move |conn| subjects::take(conn, account, claimed.issued_at)).await?;
            Ok(Some(account))
        })
    }
}
