//! Group commit: what several callers want written at the same moment goes into one transaction, and each is answered after it.
//!
//! A commit waits for the disk, so a hundred commits at once are a hundred waits in a row; one commit of a hundred rows is one. A few
//! writers take whatever waits in a bounded queue, so a group is as large as the load makes it: alone, an item is written at once.
//!
//! A group holds what goes in without a question, and nothing else. What is unusual (an id that is taken, a row that somebody
//! holds, a statement that fails) is handed back to its caller, who asks on their own in a transaction of their own; so one bad item
//! never fails its neighbours. The transaction names the accounts of its items, and row-level security holds for it as for any other.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use tokio::sync::{mpsc, oneshot};
use tracing::Instrument;
use tracing::field::Empty;

use super::lanes::{Lane, SILENT};
use super::transaction::{self, Mode};
use super::{Conn, Db, TURN, Vault, prelude};
use crate::kernel::{AccountId, Code, Error};
use crate::meters::{Held, Meters};

/// Transactions that groups may be written in at the same time; each has a connection of its own.
pub const MOST_WRITERS: u32 = 16;
/// Items in one transaction.
const MOST: usize = 256;
/// Items that wait; one more is told to come back. They are two full groups, which are written in a tenth of a second.
pub const QUEUE: usize = 512;
/// How long a writer tries the halves of a group that failed; what is left then goes alone, so that many bad entries hold up nobody else.
const HALVING: Duration = Duration::from_millis(500);
/// How long a caller waits for an answer: longer than a group takes at most, unless its connection fell silent, when another writer takes
/// the place of whoever waits for it (`db::lanes`). What was asked for may still be written then; asked again under the same id it is found.
const ANSWER: Duration = Duration::from_secs(15);

/// Items that can be written together.
pub trait Together: Send + Sync + 'static {
    type Item: Send + 'static;
    /// What the writing adds to what the caller knows of its item.
    type Done: Send + 'static;

    /// Whose item it is.
    fn account(item: &Self::Item) -> AccountId;

    /// Writes items of several accounts. One answer for each, in order: nothing where the item has to be looked at on its own.
    fn write(conn: &mut Conn, vault: &Vault, items: &[Self::Item]) -> Result<Vec<Option<Self::Done>>, Error>;
}

/// What came of an item.
#[derive(Debug)]
pub enum Written<I, D> {
    /// It is durable.
    Done(I, D),
    /// It was not written; its caller has to look at it in a transaction of its own.
    Alone(I),
}

type Answer<T> = Result<Written<<T as Together>::Item, <T as Together>::Done>, Error>;

struct Waiting<T: Together> {
    item: T::Item,
    /// The answer, and with how many others it was written.
    answer: oneshot::Sender<(Answer<T>, usize)>,
    _counted: Held,
}

/// The way to the writers. They end when the last clone is dropped.
pub struct Group<T: Together> {
    queue: mpsc::Sender<Waiting<T>>,
    meters: Arc<Meters>,
}

impl<T: Together> Clone for Group<T> {
    fn clone(&self) -> Self {
        Self { queue: self.queue.clone(), meters: Arc::clone(&self.meters) }
    }
}

impl<T: Together> std::fmt::Debug for Group<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Group")
    }
}

impl<T: Together> Group<T> {
    /// Starts the writers of a group, [`MOST_WRITERS`] of them at most: while some wait for the disk, another is being filled.
    pub fn start(db: &Db, writers: u32) -> std::io::Result<Self> {
        let (queue, waiting) = mpsc::channel(QUEUE);
        let (waiting, writers) = (Arc::new(Mutex::new(waiting)), writers.clamp(1, MOST_WRITERS));
        let db = db.beside(writers);
        for _ in 0..writers {
            start_writer::<T>(db.clone(), Arc::clone(&waiting))?;
        }
        Ok(Self { queue, meters: Arc::clone(&db.meters) })
    }

    /// Has an item written with whatever else waits, and answers when it is durable.
    pub async fn write(&self, item: T::Item) -> Answer<T> {
        let (answer, answered) = oneshot::channel();
        // A full queue is said at once: waiting in front of it would be a second, unbounded one.
        let waiting = Waiting { item, answer, _counted: self.meters.group_commit.queue_depth.hold() };
        self.queue.try_send(waiting).map_err(|_| {
            self.meters.group_commit.refuse();
            Error::unavailable(TURN)
        })?;
        let span = tracing::debug_span!("group", size = Empty);
        match tokio::time::timeout(ANSWER, answered).instrument(span.clone()).await {
            Ok(Ok((answer, size))) => {
                span.record("size", size);
                answer
            }
            Ok(Err(_)) => Err(Error::internal("a group was not written to its end")),
            Err(_) => {
                self.meters.group_commit.leave_unanswered();
                Err(Error::unavailable(TURN))
            }
        }
    }
}

/// Those that wait, for whichever writer is free.
type Queue<T> = Arc<Mutex<mpsc::Receiver<Waiting<T>>>>;

fn start_writer<T: Together>(db: Db, waiting: Queue<T>) -> std::io::Result<()> {
    std::thread::Builder::new().name("writer".to_owned()).spawn(move || write_on::<T>(&db, &waiting)).map(drop)
}

/// Another writer for the place of one whose connection fell silent.
fn replace_writer<T: Together>(db: Db, waiting: Queue<T>) {
    db.meters.group_commit.replace_writer();
    if start_writer::<T>(db, waiting).is_err() {
        tracing::error!("a writer's connection fell silent, and no thread is left for another");
    }
}

/// What one writer does all its life.
fn write_on<T: Together>(db: &Db, waiting: &Queue<T>) {
    let mut group = Vec::with_capacity(MOST);
    loop {
        // The other writers wait for the lock meanwhile, and then take what has gathered.
        if waiting.lock().unwrap_or_else(PoisonError::into_inner).blocking_recv_many(&mut group, MOST) == 0 {
            return;
        }
        // Whoever has hung up, or was told to come back, asks again if it matters.
        group.retain(|one| !one.answer.is_closed());
        let whole = std::mem::take(&mut group);
        let (of, queue) = (db.clone(), Arc::clone(waiting));
        let lane = db.lanes.begin(SILENT, &db.meters, move || replace_writer::<T>(of, queue));
        write_group(db, &lane, whole);
        if !lane.end() {
            return;
        }
    }
}

fn write_group<T: Together>(db: &Db, lane: &Lane, group: Vec<Waiting<T>>) {
    if group.is_empty() {
        return;
    }
    // They wait no longer: what follows is the writing.
    let (items, answers): (Vec<_>, Vec<_>) = group.into_iter().map(|one| (one.item, one.answer)).unzip();
    let begun = Instant::now();
    let mut results = Vec::with_capacity(items.len());
    write_some::<T>(db, lane, &items, begun, &mut results);
    let size = items.len();
    db.meters.group_commit.batch(size, begun.elapsed());
    let mut results = results.into_iter();
    for (item, answer) in items.into_iter().zip(answers) {
        let result = match results.next() {
            Some(Outcome::Done(done)) => Ok(Written::Done(item, done)),
            Some(Outcome::Later(wait)) => Err(Error::unavailable(wait)),
            Some(Outcome::Alone) | None => Ok(Written::Alone(item)),
        };
        // A caller that has gone asks again, under the same id, if it matters.
        drop(answer.send((result, size)));
    }
}

/// What came of one item of a group.
enum Outcome<D> {
    Done(D),
    Alone,
    /// Asking again on one's own would be in vain now.
    Later(Duration),
}

/// Writes items in one transaction. Where that fails for all of them, each half is tried by itself, so that whatever made it fail goes
/// alone and its neighbours do not.
fn write_some<T: Together>(db: &Db, lane: &Lane, items: &[T::Item], begun: Instant, results: &mut Vec<Outcome<T::Done>>) {
    match in_one_transaction::<T>(db, lane, items) {
        Ok(done) => results.extend(done.into_iter().map(|done| done.map_or(Outcome::Alone, Outcome::Done))),
        Err(failed) => match (tell(&failed), items.split_at_checked(items.len() / 2)) {
            (Some(wait), _) => results.extend(items.iter().map(|_| Outcome::Later(wait))),
            (None, Some((first, second))) if !first.is_empty() && begun.elapsed() < HALVING => {
                write_some::<T>(db, lane, first, begun, results);
                write_some::<T>(db, lane, second, begun, results);
            }
            (None, _) => results.extend(items.iter().map(|_| Outcome::Alone)),
        },
    }
}

/// Notes that a group failed, and says how long to wait where asking again on one's own would be in vain now.
fn tell(failed: &Error) -> Option<Duration> {
    tracing::warn!(code = ?failed.code, cause = failed.cause().map(tracing::field::display), "a group was not written");
    (failed.code == Code::Unavailable).then(|| failed.retry_after.unwrap_or(TURN))
}

fn in_one_transaction<T: Together>(db: &Db, lane: &Lane, items: &[T::Item]) -> Result<Vec<Option<T::Done>>, Error> {
    let mut accounts: Vec<AccountId> = items.iter().map(T::account).collect();
    accounts.sort_unstable();
    accounts.dedup();
    let write = || {
        let mut conn = lane.connection().map_err(|cause| {
            db.meters.database.no_connection();
            Error::unavailable(TURN).caused_by(cause)
        })?;
        let write = |conn: &mut Conn| T::write(conn, &db.vault, items);
        transaction::within(&mut conn, Mode::Change, &prelude::of_group(&accounts), write)
    };
    // What a panic says may quote a row, so it is not kept; its connection is dropped.
    catch_unwind(AssertUnwindSafe(write)).unwrap_or_else(|_| Err(Error::internal("the writing of a group panicked")))
}
