//! Signing in and refreshing: where passwords, rows and tokens meet.

use std::future::Future;
use std::pin::Pin;

use chrono::{DateTime, Utc};
use tokio::sync::Mutex;

use super::model::{Lease, RefreshToken, Wanted};
use super::store::{self, Rotation};
use crate::db::{AccountKey, Conn, Db, withdrawn};
use crate::features::accounts::model::Handle;
use crate::features::accounts::{Passwords, end_tokens, find_by_handle, hold_password, password_hash_of};
use crate::features::{pins, relationships};
use crate::kernel::signing::SigningKey;
use crate::kernel::token::{Identity, Living, Tokens, Verified};
use crate::kernel::trusted::{LIFE, Trusted};
use crate::kernel::{AccountId, Clock, Code, Error, FieldError, Random, SessionId, View};

/// What the session work needs around it.
#[derive(Clone, Debug)]
pub struct Sessions {
    pub db: Db,
    pub passwords: Passwords,
    pub tokens: Tokens,
    pub trusted: Trusted,
    pub random: Random,
}

/// What a client gets: a short-lived token to act with, a rotating one to go on with.
#[derive(Debug)]
pub struct Granted {
    pub session: Lease,
    pub access_token: String,
    /// How long the access token is good for, in seconds.
    pub access_seconds: i32,
    pub refresh_token: RefreshToken,
}

impl Sessions {
    /// Checks the password and starts a session. Unknown handle and wrong password cost and answer the same; whether there is the
    /// relationship that it is to be for is said after that alone.
    pub async fn sign_in(&self, handle: Handle, password: &str, wanted: Wanted, now: DateTime<Utc>) -> Result<Granted, Error> {
        let (account, stored) = find_by_handle(&self.db, handle, password_hash_of).await?;
        let matches = self.passwords.matches(password, stored.clone()).await?;
        let Some((account, verified)) = account.zip(stored).filter(|_| matches) else {
            return Err(Error::new(Code::InvalidCredentials));
        };
        let admit = move |conn: &mut Conn, _: &AccountKey| {
            // Hashing took a while; a password changed meanwhile ended every session, and this must not be one more.
            hold_password(conn, account, &verified)?;
            if let Some(relationship) = wanted.relationship {
                relationships::hold(conn, account, relationship).map_err(unknown_relationship)?;
            }
            pins::resume(conn, account)?;
            Ok(wanted)
        };
        self.begin(account, now, admit).await
    }

    /// Looks whether somebody may be let in at all, before the account's key is asked for.
    pub async fn look<T: Send + 'static>(
        &self,
        account: AccountId,
        look: impl FnOnce(&mut Conn) -> Result<T, Error> + Send + 'static,
    ) -> Result<T, Error> {
        self.db.read(View::whole(account), look).await
    }

    /// Starts a session of an account, as `admit` says it may begin, in the same transaction.
    pub async fn begin(
        &self,
        account: AccountId,
        now: DateTime<Utc>,
        admit: impl FnOnce(&mut Conn, &AccountKey) -> Result<Wanted, Error> + Send + 'static,
    ) -> Result<Granted, Error> {
        let token = RefreshToken::generate(account, SessionId(self.random.uuid_v7(now)?), self.random)?;
        let kept = token.clone();
        let start = move |conn: &mut Conn, key: &AccountKey| {
            let wanted = admit(conn, key)?;
            store::insert(conn, key, &kept, &wanted, now)
        };
        // An account that is gone lets nobody in, in the words of a wrong secret.
        let gone = |error: Error| if error.code == Code::Unauthenticated { Error::new(Code::InvalidCredentials) } else { error };
        let session = self.db.write_words(View::whole(account), start).await.map_err(gone)?;
        self.grant(session, token, now)
    }

    /// Exchanges a refresh token for a new pair.
    pub async fn refresh(&self, shown: RefreshToken, now: DateTime<Utc>) -> Result<Granted, Error> {
        let next = RefreshToken::generate(shown.account, shown.session, self.random)?;
        let replacement = next.clone();
        match self.db.write(View::whole(shown.account), move |conn| store::rotate(conn, &shown, &replacement, now)).await? {
            Rotation::Rotated(session) => self.grant(session, next, now),
            Rotation::Reused => {
                self.trusted.forget(next.account);
                tracing::warn!("a used refresh token came back; its session was ended");
                Err(Error::new(Code::InvalidCredentials))
            }
            Rotation::Unknown => Err(Error::new(Code::InvalidCredentials)),
        }
    }

    /// Ends one session; false where there is no such living one.
    pub async fn end(&self, account: AccountId, session: SessionId, now: DateTime<Utc>) -> Result<bool, Error> {
        let ended = self.db.write(View::whole(account), move |conn| store::end(conn, account, session, now)).await;
        self.trusted.forget(account);
        ended
    }

    /// Ends them all.
    pub async fn end_all(&self, account: AccountId, now: DateTime<Utc>) -> Result<(), Error> {
        let end = move |conn: &mut Conn| {
            store::end_all(conn, account, now)?;
            end_tokens(conn, account, now)
        };
        let ended = self.db.write(View::whole(account), end).await;
        self.trusted.forget(account);
        ended
    }

    fn grant(&self, session: Lease, refresh_token: RefreshToken, now: DateTime<Utc>) -> Result<Granted, Error> {
        let identity = Identity { account: refresh_token.account, session: session.id, scope: session.scope };
        let access_seconds = i32::try_from(session.token_lifetime(now).num_seconds().max(1)).unwrap_or(i32::MAX);
        Ok(Granted {
            access_seconds,
            access_token: self.tokens.issue(&identity, session.token_lifetime(now), now)?,
            session,
            refresh_token,
        })
    }
}

/// A relationship that is named in a body and is not there, or no more, makes the member wrong.
fn unknown_relationship(error: Error) -> Error {
    if !matches!(error.code, Code::NotFound | Code::Gone) {
        return error;
    }
    Error::invalid(vec![FieldError::new("/relationship_id", "unknown_relationship", "The account has no such relationship.")])
}

/// Answers the edge's question whether a session lives, from the database.
#[derive(Clone, Debug)]
pub struct StoredSessions {
    pub db: Db,
    pub clock: Clock,
}

impl crate::kernel::token::SessionCheck for StoredSessions {
    fn alive(&self, token: &Verified) -> Pin<Box<dyn Future<Output = Result<Option<Living>, Error>> + Send>> {
        let (db, now, token) = (self.db.clone(), self.clock.now(), token.clone());
        Box::pin(async move { db.read(View::whole(token.identity.account), move |conn| store::alive(conn, &token, now)).await })
    }

    fn believes(&self, kid: &str) -> Pin<Box<dyn Future<Output = Result<bool, Error>> + Send>> {
        let (db, kid) = (self.db.clone(), kid.to_owned());
        Box::pin(async move { Ok(!db.lookup(withdrawn::all).await?.contains(&kid)) })
    }
}

/// The public keys that are believed now: the configured ones without those that were withdrawn. Anybody may ask for them as often
/// as they like, so the database is asked once in two seconds.
#[derive(Debug)]
pub struct PublishedKeys {
    db: Db,
    clock: Clock,
    keys: Vec<SigningKey>,
    last: Mutex<Option<(DateTime<Utc>, Vec<SigningKey>)>>,
}

impl PublishedKeys {
    #[must_use]
    pub fn new(db: Db, clock: Clock, tokens: &Tokens) -> Self {
        Self { db, clock, keys: tokens.keys().to_vec(), last: Mutex::new(None) }
    }

    /// The keys, the one that signs first. Whoever asks while somebody else's question is on its way waits for that answer.
    pub async fn get(&self) -> Result<Vec<SigningKey>, Error> {
        let mut last = self.last.lock().await;
        let now = self.clock.now();
        if let Some((_, keys)) = last.as_ref().filter(|(at, _)| *at <= now && now - *at < LIFE) {
            return Ok(keys.clone());
        }
        let withdrawn = self.db.lookup(withdrawn::all).await?;
        let keys: Vec<SigningKey> = self.keys.iter().filter(|key| !withdrawn.contains(&key.kid)).cloned().collect();
        *last = Some((now, keys.clone()));
        Ok(keys)
    }
}
