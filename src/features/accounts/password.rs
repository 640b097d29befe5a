//! Password hashing: argon2id, a few runs at once, the rest wait briefly.
//!
//! Each run takes 19 MiB and some tens of milliseconds on purpose; without a bound a burst of sign-ins would take the
//! machine down. Parameters: OWASP Password Storage Cheat Sheet (m = 19 MiB, t = 2, p = 1).

use std::sync::Arc;
use std::time::{Duration, Instant};

use argon2::Argon2;
use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use tokio::sync::Semaphore;

use crate::kernel::{Error, Random};
use crate::meters::Meters;

const AT_ONCE: usize = 2;
const WAIT: Duration = Duration::from_secs(3);

/// Hashes and checks secrets, [`AT_ONCE`] at a time.
#[derive(Clone, Debug)]
pub struct Passwords {
    turns: Arc<Semaphore>,
    /// Checked in place of a hash that is not there, so that "no such account" costs what "wrong password" costs.
    decoy: Arc<str>,
    meters: Arc<Meters>,
}

impl Passwords {
    pub fn new(random: Random) -> Result<Self, Error> {
        let decoy = hash(&random.bytes::<16>()?, &random.bytes::<16>()?)?;
        Ok(Self { turns: Arc::new(Semaphore::new(AT_ONCE)), decoy: decoy.into(), meters: Arc::default() })
    }

    /// The same, counting what it does.
    #[must_use]
    pub fn measured_by(self, meters: Arc<Meters>) -> Self {
        Self { meters, ..self }
    }

    /// The PHC string to store.
    pub async fn hash(&self, secret: impl AsRef<[u8]>, random: Random) -> Result<String, Error> {
        let (secret, salt) = (secret.as_ref().to_vec(), random.bytes::<16>()?);
        self.run(move || hash(&secret, &salt)).await?
    }

    /// Whether `secret` is the one behind `stored`; takes the same time where nothing is stored.
    pub async fn matches(&self, secret: impl AsRef<[u8]>, stored: Option<String>) -> Result<bool, Error> {
        let known = stored.is_some();
        let stored = stored.unwrap_or_else(|| self.decoy.to_string());
        let secret = secret.as_ref().to_vec();
        let equal = self
            .run(move || {
                let parsed = PasswordHash::new(&stored).map_err(|_| Error::internal("a stored password hash is damaged"))?;
                Ok::<_, Error>(Argon2::default().verify_password(&secret, &parsed).is_ok())
            })
            .await??;
        Ok(equal && known)
    }

    async fn run<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> Result<T, Error> {
        let waiting = self.meters.passwords.waiting();
        let Ok(Ok(turn)) = tokio::time::timeout(WAIT, Arc::clone(&self.turns).acquire_owned()).await else {
            self.meters.passwords.refuse();
            return Err(Error::unavailable(WAIT));
        };
        drop(waiting);
        let meters = Arc::clone(&self.meters);
        let task = tokio::task::spawn_blocking(move || {
            let _held = (turn, meters.passwords.running());
            let begun = Instant::now();
            let done = work();
            meters.passwords.took(begun.elapsed());
            done
        });
        task.await.map_err(|_| Error::internal("the work on a password panicked"))
    }
}

fn hash(secret: &[u8], salt: &[u8; 16]) -> Result<String, Error> {
    let hashed = Argon2::default().hash_password_with_salt(secret, salt);
    Ok(hashed.map_err(|_| Error::internal("a password could not be hashed"))?.to_string())
}
