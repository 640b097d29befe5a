//! Making, recovering and re-keying accounts: where hashing and rows meet.

use chrono::{DateTime, Utc};

use super::Passwords;
use super::model::{Account, Handle, Password, RecoveryCode, Settings};
use super::store::{self, Hashes, Verified};
use crate::config::{AccountSource, Registration};
use crate::db::{Conn, Db, erased};
use crate::features::erasures::{self, model::Receipt};
use crate::kernel::trusted::Trusted;
use crate::kernel::{AccountId, Code, Error, FieldError, Keys, Random, SessionId, View};

/// What the account work needs around it.
#[derive(Clone, Debug)]
pub struct Accounts {
    pub db: Db,
    pub passwords: Passwords,
    pub random: Random,
    pub registration: Registration,
    /// Whether anybody may have a password here.
    pub source: AccountSource,
    /// Names erased accounts in the ledger; the secret that requests are recognised with, which outlives every master key.
    pub ledger: Keys,
    pub trusted: Trusted,
}

/// Finds the account behind a handle and asks for one of its secrets' hashes; an unknown handle costs the same queries.
pub async fn find_by_handle(
    db: &Db,
    handle: Handle,
    hash_of: fn(&mut Conn, AccountId) -> Result<Option<String>, Error>,
) -> Result<(Option<AccountId>, Option<String>), Error> {
    let account = db.lookup(move |conn| store::account_of_handle(conn, &handle)).await?;
    let asked = account.unwrap_or(AccountId(uuid::Uuid::nil()));
    let hash = db.read(View::whole(asked), move |conn| hash_of(conn, asked)).await?;
    Ok((account, hash))
}

/// The stored hash of the account's password, if `given` is that password.
pub async fn verify_password(db: &Db, passwords: &Passwords, account: AccountId, given: &str) -> Result<String, Error> {
    let stored = db.read(View::whole(account), move |conn| store::password_hash_of(conn, account)).await?;
    let matches = passwords.matches(given, stored.clone()).await?;
    stored.filter(|_| matches).ok_or_else(|| Error::new(Code::InvalidCredentials))
}

/// Asks for the password where the account has one, and gives its stored hash. An account of another issuer has none and takes none.
pub async fn confirm_password(db: &Db, passwords: &Passwords, account: AccountId, given: Option<&str>) -> Result<Option<String>, Error> {
    let refused = |code, detail| Err(Error::invalid(vec![FieldError::new("/current_password", code, detail)]));
    let stored = db.read(View::whole(account), move |conn| store::password_hash_of(conn, account)).await?;
    match (stored, given) {
        (None, None) => Ok(None),
        (None, Some(_)) => refused("not_taken", "An account of another issuer takes none."),
        (Some(_), None) => refused("required", "This member is needed."),
        (Some(hash), Some(given)) if passwords.matches(given, Some(hash.clone())).await? => Ok(Some(hash)),
        (Some(_), Some(_)) => Err(Error::new(Code::InvalidCredentials)),
    }
}

impl Accounts {
    /// Makes an account, if registration allows it. The recovery code is returned here and never again.
    pub async fn create(
        &self,
        password: Password,
        invite_code: Option<&str>,
        settings: Settings,
        now: DateTime<Utc>,
    ) -> Result<(Account, RecoveryCode), Error> {
        if !self.source.has_passwords() {
            return Err(Error::new(Code::PasswordsNotUsed));
        }
        self.admit(invite_code)?;
        let account = AccountId(self.random.uuid_v7(now)?);
        let (handle, recovery) = (Handle::generate(self.random)?, RecoveryCode::generate(self.random)?);
        let hashes = Hashes {
            password: self.passwords.hash(password.expose(), self.random).await?,
            recovery: self.passwords.hash(recovery.expose(), self.random).await?,
        };
        let vault = self.db.vault().clone();
        let insert = move |conn: &mut Conn| {
            let made = store::insert(conn, account, &handle, &settings, Some(&hashes), now)?;
            vault.make_key(conn, account, now)?;
            Ok(made)
        };
        let made = self.db.write(View::whole(account), insert).await?;
        Ok((made, recovery))
    }

    fn admit(&self, invite_code: Option<&str>) -> Result<(), Error> {
        let admitted = match &self.registration {
            Registration::Open => true,
            Registration::Closed => false,
            Registration::Invite(code) => invite_code
                .is_some_and(|given| aws_lc_rs::constant_time::verify_slices_are_equal(given.as_bytes(), code.expose().as_bytes()).is_ok()),
        };
        if admitted { Ok(()) } else { Err(Error::new(Code::RegistrationClosed)) }
    }

    /// Changes the password; every other session ends.
    pub async fn change_password(
        &self,
        account: AccountId,
        session: SessionId,
        current: &str,
        new: Password,
        now: DateTime<Utc>,
    ) -> Result<(), Error> {
        let verified = Verified::Password(verify_password(&self.db, &self.passwords, account, current).await?);
        let hash = self.passwords.hash(new.expose(), self.random).await?;
        let replace = move |conn: &mut Conn| store::replace_secrets(conn, account, &verified, &hash, None, Some(session.0), now);
        let replaced = self.db.write(View::whole(account), replace).await;
        self.trusted.forget(account);
        replaced
    }

    /// Sets a new password with the recovery code; every session ends and a new code replaces the used one.
    pub async fn recover(&self, handle: Handle, code: RecoveryCode, new: Password, now: DateTime<Utc>) -> Result<RecoveryCode, Error> {
        let (account, stored) = find_by_handle(&self.db, handle, store::recovery_hash_of).await?;
        let matches = self.passwords.matches(code.expose(), stored.clone()).await?;
        let Some((account, verified)) = account.zip(stored.map(Verified::Recovery)).filter(|_| matches) else {
            return Err(Error::new(Code::InvalidCredentials));
        };
        let recovery = RecoveryCode::generate(self.random)?;
        let password = self.passwords.hash(new.expose(), self.random).await?;
        let hash = self.passwords.hash(recovery.expose(), self.random).await?;
        let replace = move |conn: &mut Conn| store::replace_secrets(conn, account, &verified, &password, Some(&hash), None, now);
        let replaced = self.db.write(View::whole(account), replace).await;
        self.trusted.forget(account);
        replaced.map(|()| recovery)
    }

    /// Removes the account with everything in it.
    pub async fn delete(&self, account: AccountId, now: DateTime<Utc>) -> Result<Receipt, Error> {
        let digest = erased::digest_of(&self.ledger, account);
        let deleted = self.db.unhurried().write(View::whole(account), move |conn| erasures::of_account(conn, account, &digest, now)).await;
        self.trusted.forget(account);
        deleted
    }
}
