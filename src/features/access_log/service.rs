//! Noting reads: once an hour for a session and a class.

use std::collections::HashSet;
use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use chrono::{DateTime, Utc};
use tokio::sync::Semaphore;

use super::model::{Class, hour_of};
use super::store;
use crate::db::{Conn, Db, upkeep};
use crate::kernel::access::{AccessRecorder, Reader};
use crate::kernel::{Clock, Error, View};

/// What is remembered as written; beyond that, lines are tried again and found to be there.
const MOST: usize = 100_000;

/// Lines that are written at a time, and how long one waits for its turn: where they cannot be written, reads go on.
const AT_ONCE: usize = 2;
const TURN: Duration = Duration::from_secs(1);

/// Writes the access log, and remembers what of this hour is written.
#[derive(Clone, Debug)]
pub struct AccessLog {
    db: Db,
    clock: Clock,
    written: Arc<Mutex<Written>>,
    turns: Arc<Semaphore>,
}

#[derive(Debug, Default)]
struct Written {
    hour: DateTime<Utc>,
    lines: HashSet<(Reader, Class)>,
}

impl AccessLog {
    #[must_use]
    pub fn new(db: Db, clock: Clock) -> Self {
        Self { db, clock, written: Arc::default(), turns: Arc::new(Semaphore::new(AT_ONCE)) }
    }

    /// Goes through all accounts and drops the lines that are too old.
    pub async fn sweep(&self) -> Result<(), Error> {
        let now = self.clock.now();
        upkeep::in_batches(&self.db, move |conn| store::forget_old(conn, now)).await?;
        Ok(())
    }

    fn is_written(&self, hour: DateTime<Utc>, line: (Reader, Class)) -> bool {
        let written = self.written.lock().unwrap_or_else(PoisonError::into_inner);
        written.hour == hour && written.lines.contains(&line)
    }

    fn remember(&self, hour: DateTime<Utc>, line: (Reader, Class)) {
        let mut written = self.written.lock().unwrap_or_else(PoisonError::into_inner);
        if written.hour != hour || written.lines.len() >= MOST {
            *written = Written { hour, lines: HashSet::new() };
        }
        written.lines.insert(line);
    }

    async fn write(&self, reader: Reader, class: Class, hour: DateTime<Utc>) -> Result<(), Error> {
        let waiting = tokio::time::timeout(TURN, Arc::clone(&self.turns).acquire_owned());
        let Ok(Ok(turn)) = waiting.await else { return Err(Error::unavailable(TURN)) };
        let record = move |conn: &mut Conn| {
            let _turn = turn;
            store::record(conn, reader, class, hour)
        };
        self.db.write(View::whole(reader.account), record).await
    }

    async fn note(&self, reader: Reader, class: Class) {
        let hour = hour_of(self.clock.now());
        if self.is_written(hour, (reader, class)) {
            return;
        }
        match self.write(reader, class, hour).await {
            Ok(()) => self.remember(hour, (reader, class)),
            Err(error) => {
                tracing::warn!(code = ?error.code, cause = error.cause_text(), "a line of the access log could not be written");
            }
        }
    }
}

impl AccessRecorder for AccessLog {
    fn record<'a>(&'a self, reader: Reader, route: &'a str) -> Pin<Box<dyn Future<Output = ()> + Send + 'a>> {
        Box::pin(async move {
            if let Some(class) = Class::of_route(route) {
                self.note(reader, class).await;
            }
        })
    }
}
