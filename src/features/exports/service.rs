//! Making exports in the background, and forgetting them when their day is over.

use std::collections::HashSet;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::Semaphore;
use tokio::task::JoinHandle;
use uuid::Uuid;

use super::model::{Export, Part, Place};
use super::{With, page, store};
use crate::content::{Shelf, Texts};
use crate::db::{Conn, Db, read_in_order, upkeep};
use crate::features::accounts::{Passwords, confirm_password};
use crate::kernel::{AccountId, Clock, Code, Error, Random, View};
use crate::meters::Meters;

/// Exports that one process makes at a time; the others wait, so that requests do not wait for the database behind them.
const AT_ONCE: usize = 2;

/// How long upkeep waits for the exports that it goes on with: half of the hour in which it comes again.
const PATIENCE: Duration = Duration::from_mins(30);

/// What making exports needs around it.
#[derive(Clone, Debug)]
pub struct Exports {
    db: Db,
    shelf: Shelf,
    texts: Arc<Texts>,
    clock: Clock,
    random: Random,
    passwords: Passwords,
    /// The accounts whose export this process is making: one task an account is enough.
    busy: Arc<Mutex<HashSet<AccountId>>>,
    turns: Arc<Semaphore>,
    meters: Arc<Meters>,
    /// How long upkeep waits for the exports that it goes on with.
    patience: Duration,
}

impl Exports {
    #[must_use]
    pub fn new(db: Db, shelf: Shelf, texts: Arc<Texts>, clock: Clock, (random, passwords): (Random, Passwords)) -> Self {
        let turns = Arc::new(Semaphore::new(AT_ONCE));
        Self { db, shelf, texts, clock, random, passwords, busy: Arc::default(), turns, meters: Arc::default(), patience: PATIENCE }
    }

    /// The same, counting what it does.
    #[must_use]
    pub fn measured_by(self, meters: Arc<Meters>) -> Self {
        Self { meters, ..self }
    }

    /// Begins an export, or finds the one that is being made.
    pub async fn begin(&self, view: View) -> Result<Export, Error> {
        self.begin_with(view, None).await
    }

    /// [`Exports::begin`] with answers to the safety screen in it: for whoever gives the account's password. An account of another issuer has
    /// none to give; the answers are read where they were given.
    pub async fn begin_with_safety_answers(&self, view: View, password: Option<&str>) -> Result<Export, Error> {
        let verified = confirm_password(&self.db, &self.passwords, view.account(), password).await?;
        let verified = verified.ok_or_else(|| Error::new(Code::PasswordsNotUsed))?;
        self.begin_with(view, Some(verified)).await
    }

    async fn begin_with(&self, view: View, verified: Option<String>) -> Result<Export, Error> {
        let (account, now) = (view.account(), self.clock.now());
        let id = self.random.uuid_v7(now)?;
        let export = self.db.write(view, move |conn| store::begin(conn, account, id, verified.as_deref(), now)).await?;
        drop(self.go_on(account));
        Ok(export)
    }

    /// How far an export is. One that nobody is making, because the service was restarted, is taken up again.
    pub async fn get(&self, view: View, id: Uuid) -> Result<Export, Error> {
        let (account, now) = (view.account(), self.clock.now());
        let found = self.db.write(view, move |conn| {
            store::forget_expired(conn, now)?;
            // The expired must be gone although this one is then not found, so the finding is not what the write answers with.
            Ok(store::get(conn, account, id, now))
        });
        let export = found.await??;
        if export.is_running() {
            drop(self.go_on(account));
        }
        Ok(export)
    }

    /// The next chunk of a complete export, of one part where it is named.
    pub async fn chunk(&self, view: View, id: Uuid, number: i32, part: Option<Part>) -> Result<Option<(i32, Part, String)>, Error> {
        let now = self.clock.now();
        self.db.read_words(view, move |conn, key| store::chunk(conn, key, (id, now), number, part)).await
    }

    /// Goes through all accounts: drops the exports that expired, completes those that are not complete.
    pub async fn sweep(&self) -> Result<(), Error> {
        let now = self.clock.now();
        let swept = move |conn: &mut Conn| {
            store::forget_expired(conn, now)?;
            store::unfinished(conn)
        };
        let unfinished = upkeep::in_batches(&self.db, swept).await?.into_iter().flatten();
        let under_way: Vec<JoinHandle<()>> = unfinished.filter_map(|account| self.go_on(account)).collect();
        // One that hangs goes on by itself; what else is kept for a time must not wait for it.
        match tokio::time::timeout(self.patience, futures_of(under_way)).await {
            Ok(done) => done,
            Err(_) => Err(Error::unavailable(self.patience)),
        }
    }

    /// Makes the rest of the account's export, unless this process is at it already.
    fn go_on(&self, account: AccountId) -> Option<JoinHandle<()>> {
        if !self.busy.lock().unwrap_or_else(PoisonError::into_inner).insert(account) {
            return None;
        }
        let exports = self.clone();
        Some(tokio::spawn(async move {
            let made = exports.make(account).await;
            exports.busy.lock().unwrap_or_else(PoisonError::into_inner).remove(&account);
            // An account that was erased meanwhile has nothing left to export.
            let made = made.or_else(|error| if error.code == Code::Unauthenticated { Ok(()) } else { Err(error) });
            let Err(error) = made else { return exports.meters.exports.completed() };
            exports.meters.exports.failed();
            tracing::warn!(code = ?error.code, cause = error.cause_text(), "an export could not be made; where that may pass, asking for its status goes on with it");
        }))
    }

    async fn make(&self, account: AccountId) -> Result<(), Error> {
        loop {
            // A turn for each step, so that a long export lets a short one through.
            let waiting = self.meters.exports.waiting();
            let _turn = self.turns.acquire().await.map_err(Error::internal)?;
            drop(waiting);
            let _working = self.meters.exports.working();
            let (catalogue, texts, now) = (self.shelf.current(), Arc::clone(&self.texts), self.clock.now());
            let db = self.db.going_on();
            let step = db.write_words(View::whole(account), move |conn, key| {
                let Some(export) = store::next(conn, account)? else { return Ok(Step::Done) };
                read_in_order(conn)?;
                let page = match page(conn, key, With { catalogue: &catalogue, texts: &texts, now, include: export.include }, export.place)
                {
                    Ok(page) => page,
                    Err(error) if error.code == Code::Internal => {
                        return Ok(Step::Unreadable(Unreadable { id: export.id, place: export.place, error }));
                    }
                    Err(error) => return Err(error),
                };
                store::add(conn, key, &export, &page.records, page.next, now)?;
                Ok(if page.next.is_some() { Step::More } else { Step::Done })
            });
            match step.await? {
                Step::More => {}
                Step::Done => return Ok(()),
                Step::Unreadable(what) => return self.fail(account, what).await,
            }
        }
    }

    /// Ends an export that cannot be made: what is stored is no better the next time.
    async fn fail(&self, account: AccountId, Unreadable { id, place, error }: Unreadable) -> Result<(), Error> {
        tracing::warn!(export = %id, part = place.part.number(), after = %place.id, cause = error.cause_text(), "an export cannot read what is stored");
        let now = self.clock.now();
        self.db.going_on().write(View::whole(account), move |conn| store::fail(conn, account, id, now)).await?;
        Err(error)
    }
}

/// What came of a step.
enum Step {
    More,
    Done,
    Unreadable(Unreadable),
}

/// An export that met something that cannot be read, and after which record.
struct Unreadable {
    id: Uuid,
    place: Place,
    error: Error,
}

/// Waits for them all.
async fn futures_of(under_way: Vec<JoinHandle<()>>) -> Result<(), Error> {
    for one in under_way {
        one.await.map_err(Error::internal)?;
    }
    Ok(())
}
