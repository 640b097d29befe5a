//! How Postgres is reached: what is asked of TCP at both ends, so that a connection whose other end is gone comes to its end.
//!
//! TCP by itself waits for hours. libpq and Postgres leave that as it is unless they are told; ADR 0021 has what this bounds, and what it
//! cannot: where somebody on the way goes on answering for a process that says nothing, only `db::lanes` notices.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use diesel::ConnectionError;
use diesel::connection::SimpleConnection;
use diesel::pg::PgConnection;
use diesel::r2d2::{ConnectionManager, Error, ManageConnection};

/// What libpq is told (PostgreSQL's manual, "Parameter Key Words"), in seconds but for the last: whoever waits for an answer hears in about ten
/// seconds that nobody is there, and a connection is opened in five or not at all. None of it but the first means anything to a Unix socket.
const ASKED: &str = "connect_timeout=5 keepalives=1 keepalives_idle=5 keepalives_interval=2 keepalives_count=3 tcp_user_timeout=10000";

/// The same for the other end, so that what a vanished instance held is free again; and how long whoever was forgotten on the way may say nothing:
/// within a transaction, whose rows are held, for longer than any work between two statements takes; outside, for longer than the pool
/// keeps what nobody uses (`db::lanes`). Said of the session: what is said of a transaction ends with its failure, before its end.
const ASKED_OF_POSTGRES: &str = "SET tcp_keepalives_idle = 5; SET tcp_keepalives_interval = 2; SET tcp_keepalives_count = 3; \
     SET tcp_user_timeout = 10000; SET idle_in_transaction_session_timeout = '20s'; SET idle_session_timeout = '4min'";

/// The way to a database, as a URL or as words, with [`ASKED`] in front of whatever it says itself: of two the later holds, so what the
/// operator says does.
#[must_use]
pub fn patiently(url: &str) -> String {
    let Some((scheme, rest)) = url.split_once("://").filter(|(scheme, _)| ["postgres", "postgresql"].contains(scheme)) else {
        return format!("{ASKED} {url}");
    };
    let asked = ASKED.replace(' ', "&");
    // As libpq reads it: up to the first @ that comes before any slash there are a name and a password, which may have a question mark.
    let credentials = rest.find(['@', '/']).filter(|end| rest[*end..].starts_with('@')).unwrap_or(0);
    let (before, after) = rest.split_at(credentials);
    match after.split_once('?') {
        Some((place, "")) => format!("{scheme}://{before}{place}?{asked}"),
        Some((place, said)) => format!("{scheme}://{before}{place}?{asked}&{said}"),
        None => format!("{scheme}://{before}{after}?{asked}"),
    }
}

/// Makes the connections of one pool. Once that is retired it makes none, and keeps none that comes back.
pub(super) struct Manager {
    inner: ConnectionManager<PgConnection>,
    retired: Arc<AtomicBool>,
}

impl Manager {
    pub(super) fn new(url: &str, retired: Arc<AtomicBool>) -> Self {
        Self { inner: ConnectionManager::new(url), retired }
    }
}

impl ManageConnection for Manager {
    type Connection = PgConnection;
    type Error = Error;

    fn connect(&self) -> Result<PgConnection, Error> {
        if self.retired.load(Ordering::Relaxed) {
            return Err(Error::ConnectionError(ConnectionError::BadConnection("this pool is retired".to_owned())));
        }
        let mut conn = self.inner.connect()?;
        if conn.batch_execute(ASKED_OF_POSTGRES).is_err() {
            tracing::debug!("the database was not told when to give this connection up");
        }
        Ok(conn)
    }

    fn is_valid(&self, conn: &mut PgConnection) -> Result<(), Error> {
        self.inner.is_valid(conn)
    }

    fn has_broken(&self, conn: &mut PgConnection) -> bool {
        self.retired.load(Ordering::Relaxed) || self.inner.has_broken(conn)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const AS_URL: &str = "connect_timeout=5&keepalives=1&keepalives_idle=5&keepalives_interval=2&keepalives_count=3&tcp_user_timeout=10000";

    #[test]
    fn what_the_operator_says_comes_last_and_so_holds() {
        for (said, told) in [
            ("postgres://db/r", "postgres://db/r?{}"),
            ("postgresql://sam@db:5432/r?", "postgresql://sam@db:5432/r?{}"),
            ("postgres://sam:a?b@db/r?connect_timeout=9", "postgres://sam:a?b@db/r?{}&connect_timeout=9"),
            ("postgres://db/r?host=/a@b", "postgres://db/r?{}&host=/a@b"),
            ("postgresql:///r?host=%2Frun", "postgresql:///r?{}&host=%2Frun"),
        ] {
            assert_eq!(patiently(said), told.replace("{}", AS_URL), "{said}");
        }
        assert_eq!(patiently("host=db connect_timeout=9"), format!("{ASKED} host=db connect_timeout=9"));
    }
}
