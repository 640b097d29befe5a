//! What other users of the same database do.

use std::thread;
use std::time::{Duration, Instant};

use diesel::connection::SimpleConnection;
use diesel::{Connection, PgConnection, RunQueryDsl};

use super::{Done, between, told, wait};
use crate::rig::postgres::{OWNER, Postgres};
use crate::rig::seeded::Seeded;
use crate::site::{Site, count_on};

/// The service's connections are the owner's that do not bear this name.
const NAME: &str = "somebody_else";

pub fn terminate(site: &mut Site, chance: &mut Seeded) -> Done {
    let (begun, times, mut ended) = (Instant::now(), 5 + chance.below(10), 0);
    for _ in 0..times {
        ended += end_all(&mut site.superuser()).unwrap_or(0);
        wait(Duration::from_millis(100 + chance.below(700) as u64));
    }
    told(&format!("ended {ended} connections"), begun)
}

fn end_all(superuser: &mut PgConnection) -> Option<i64> {
    // First which, then the end of them: a condition that ends what it looks at would be asked of everybody's.
    let query = format!(
        "WITH theirs AS MATERIALIZED (SELECT pid FROM pg_stat_activity WHERE usename = '{OWNER}' AND application_name <> '{NAME}') \
         SELECT count(*) FILTER (WHERE pg_terminate_backend(pid)) AS count FROM theirs"
    );
    count_on(superuser, &query)
}

/// Those that the service holds are ended, so that it has to ask for new ones and gets none.
pub fn take_connections(site: &mut Site, chance: &mut Seeded) -> Done {
    let begun = Instant::now();
    let url = format!("{}?application_name={NAME}", Postgres::tcp_url(OWNER, OWNER, site.primary.port()));
    let mut taken: Vec<PgConnection> = Vec::new();
    let of_the_service = format!("SELECT count(*) FROM pg_stat_activity WHERE usename = '{OWNER}' AND application_name <> '{NAME}'");
    // Looks over one connection that stays: each that ended would leave room for one of the service's.
    let mut superuser = site.superuser();
    let mut in_a_row = 0;
    while begun.elapsed() < Duration::from_secs(40) && in_a_row < 3 {
        while let Ok(connection) = PgConnection::establish(&url) {
            taken.push(connection);
        }
        if count_on(&mut superuser, &of_the_service) == Some(0) {
            in_a_row += 1;
            wait(Duration::from_millis(100));
        } else {
            in_a_row = 0;
            end_all(&mut superuser);
        }
    }
    if in_a_row < 3 {
        return Done::Skipped(format!("took {}; the service was always first with the rest", taken.len()));
    }
    let since = Instant::now();
    wait(between(chance, 7, 12));
    let (left, count) = (count_on(&mut superuser, &of_the_service), taken.len());
    if left != Some(0) {
        return Done::Told(format!("took {count}, and the service kept {left:?}"));
    }
    site.was_away(since, "take-connections");
    drop(taken);
    told(&format!("took {count}"), begun)
}

/// Locks relationships and accounts in an order of its own, one after the other, and lets go again.
pub fn deadlocks(site: &mut Site, chance: &mut Seeded) -> Done {
    let (begun, seed) = (Instant::now(), chance.next());
    let counted = "SELECT sum(deadlocks)::bigint AS count FROM pg_stat_database";
    let before = site.count(counted).unwrap_or(0);
    thread::scope(|scope| {
        for number in 0..3 {
            let mut superuser = site.superuser();
            scope.spawn(move || lock_rows(&mut superuser, Seeded::new(seed.wrapping_add(number)), begun + Duration::from_secs(6)));
        }
    });
    // The statistics are told a little later.
    wait(Duration::from_secs(1));
    told(&format!("{} deadlocks", site.count(counted).unwrap_or(0) - before), begun)
}

fn lock_rows(conn: &mut PgConnection, mut chance: Seeded, until: Instant) {
    let tables = ["relationships", "accounts", "account_keys", "sessions"];
    while Instant::now() < until {
        let _ = conn.batch_execute("BEGIN; SET LOCAL statement_timeout = '5s'");
        for _ in 0..4 {
            let table = tables[chance.below(tables.len())];
            let lock = format!("SELECT FROM {table} ORDER BY random() LIMIT 4 FOR UPDATE");
            if diesel::sql_query(lock).execute(conn).is_err() {
                break;
            }
            wait(Duration::from_millis(100));
        }
        let _ = conn.batch_execute("ROLLBACK");
    }
}
