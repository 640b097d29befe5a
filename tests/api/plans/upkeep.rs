//! What no request issues: groups of many accounts' entries, the hourly upkeep, and the operator's commands.

use std::path::Path;

use chrono::{DateTime, TimeDelta, Utc};
use diesel::PgConnection;
use diesel::connection::SimpleConnection;
use reciprocity::db::group::Together;
use reciprocity::db::{Db, data_keys, request_key, rotation, serving_role, withdrawn};
use reciprocity::features::interactions::model::{NewEntry, When};
use reciprocity::features::interactions::{Entries, Pending};
use reciprocity::kernel::{AccountId, Error, Keys, Random, RelationshipId};
use reciprocity::{erased, scales};
use serde_json::json;

use super::filled::{LOGGING, logging};
use super::journeys::Rich;
use crate::rig::postgres::{OWNER, Postgres};
use crate::support::{MASTER, Running, START, acts, rows, vault};

/// The master key that takes the place of the first one, and back.
const NEXT: [u8; 32] = [9; 32];

fn now() -> DateTime<Utc> {
    START.parse().unwrap()
}

fn done<T>(work: impl Future<Output = Result<T, Error>>) -> T {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(work).unwrap()
}

/// Drives all of it; `ledger` is a file that is not there yet.
pub fn everything(running: &Running, postgres: &Postgres, url: &str, ledger: &Path, rich: &Rich) {
    let mut superuser = postgres.connect(OWNER);
    groups(&mut superuser, url);
    // Everything is kept, then some of it no longer is: the second sweep finds nothing more to drop in what is left.
    let days = json!({"interactions_days": 700, "notes_days": 600, "records_days": 850, "question_set_responses_days": 850, "assessments_days": 850,
        "access_log_days": 80, "history_days": 90});
    with_few_handles(&mut superuser, || {
        running.sweep_here();
        rich.me.patch("/v1/account/retention", &days).expect(200);
        running.sweep_here();
        running.sweep_here();
        rotations(url);
    });
    commands(url, ledger);
}

/// Upkeep goes from account to account, and a rotation through many statements for each: it need not do so for all. What the planner
/// knows of the tables stays as it was.
fn with_few_handles(superuser: &mut PgConnection, work: impl FnOnce()) {
    let idle = format!("SELECT 'handle-of-' || n FROM generate_series({}, 1000000) n", LOGGING + 1);
    superuser.batch_execute("CREATE TEMP TABLE IF NOT EXISTS put_aside AS SELECT * FROM account_handles LIMIT 0").unwrap();
    let aside =
        format!("WITH idle AS (DELETE FROM account_handles WHERE handle IN ({idle}) RETURNING *) INSERT INTO put_aside SELECT * FROM idle");
    superuser.batch_execute(&aside).unwrap();
    work();
    superuser.batch_execute("INSERT INTO account_handles SELECT * FROM put_aside; TRUNCATE put_aside").unwrap();
}

/// As many entries as a group takes, of many accounts.
fn groups(superuser: &mut PgConnection, url: &str) {
    let accounts = logging(superuser);
    let ties = "SELECT account_id || ' ' || id AS word FROM relationships ORDER BY account_id, id";
    let ties: Vec<(AccountId, RelationshipId)> = rows::words(superuser, ties)
        .iter()
        .map(|pair| pair.split_once(' ').unwrap())
        .map(|(account, id)| (AccountId(account.parse().unwrap()), RelationshipId(id.parse().unwrap())))
        .filter(|(account, _)| accounts.contains(account))
        .collect();
    let (vault, db) = (vault(&[MASTER]), Db::connect(url, 1, vault(&[MASTER])));
    for round in [1, 16, 256] {
        let items: Vec<Pending> = ties.iter().cycle().take(round).map(|(account, tie)| entry(*account, *tie)).collect();
        let vault = vault.clone();
        let written = done(db.write_in(&accounts, move |conn| Entries::write(conn, &vault, &items)));
        assert!(written.iter().all(Option::is_some));
    }
}

fn entry(account: AccountId, relationship: RelationshipId) -> Pending {
    let act = acts::plain();
    let entry = NewEntry { relationship, id: Random.uuid_v7(now()).unwrap(), digest: [1; 32], act, when: When::default() };
    Pending { account, entry, now: now() }
}

fn rotations(url: &str) {
    for masters in [[NEXT, MASTER], [MASTER, NEXT]] {
        let db = Db::connect(url, 1, vault(&masters));
        assert!(done(rotation::rotate(&db)).rewrapped > LOGGING);
        done(rotation::try_keys(&db));
    }
    let db = Db::connect(url, 1, vault(&[MASTER]));
    assert!(done(data_keys::begin(&db, now())).keys > LOGGING);
    assert!(done(data_keys::finish(&db, now() + TimeDelta::hours(2))).keys > LOGGING);
}

fn commands(url: &str, ledger: &Path) {
    withdrawn::withdraw(url, "somebody-elses", now()).unwrap();
    serving_role::wrong(url).unwrap();
    let keys = Keys::derive(&request_key::fetch(url, &vault(&[MASTER]), now()).unwrap()).unwrap();
    for wanted in [erased::Wanted::Export(ledger.to_owned()), erased::Wanted::Apply(ledger.to_owned())] {
        wanted.run(url, &keys).unwrap();
    }
    let wanted = scales::Wanted { set: "reciprocity-check".to_owned(), version: 1, json: false };
    scales::report(url, &wanted).unwrap();
}
