//! Entries that are logged at the same moment share a commit; each is answered on its own, and none suffers for another.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Mutex, OnceLock};
use std::time::Duration;

use chrono::{DateTime, Utc};
use diesel::connection::SimpleConnection;
use futures_util::future::{join, join_all};
use reciprocity::db::group::{Group, QUEUE, Together, Written};
use reciprocity::db::{Conn, Db, Vault};
use reciprocity::features::interactions::model::{Act, NewEntry, Note, When};
use reciprocity::features::interactions::{Entries, Pending};
use reciprocity::kernel::{AccountId, Code, Error, RelationshipId};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::support::acts;
use crate::support::rows::{count, words};
use crate::support::{Client, MASTER, START, Service, eventually, vault};

/// What these tests ask for metrics with.
const METRICS: &str = "0b1f4c5e9d7a6032";

fn now() -> DateTime<Utc> {
    START.parse().unwrap()
}

fn relationship(me: &Client) -> Uuid {
    let made = me.post("/v1/relationships", &json!({"alias": "Sam", "kind": "friend"})).expect(201);
    made["id"].as_str().unwrap().parse().unwrap()
}

fn account_of(service: &Service, relationship: Uuid) -> AccountId {
    let query = format!("SELECT account_id::text AS word FROM relationships WHERE id = '{relationship}'");
    AccountId(words(&mut service.database.connect(), &query)[0].parse().unwrap())
}

fn entry(account: AccountId, relationship: Uuid, id: u128) -> Pending {
    let act = Act { note: Some(Note::Words("a walk by the river".to_owned())), ..acts::plain() };
    let entry = NewEntry {
        relationship: RelationshipId(relationship),
        id: Uuid::from_u128(id),
        digest: [1; 32],
        act,
        when: When { occurred_at: Some("2026-02-25T10:00:00Z".parse().unwrap()), ..When::default() },
    };
    Pending { account, entry, now: now() }
}

/// Writes entries as one group, naming the accounts of all of them, and says which were written.
fn write(service: &Service, items: Vec<Pending>) -> Result<Vec<bool>, Error> {
    let vault = vault(&[MASTER]);
    let db = Db::connect(&service.database.url, 1, vault.clone());
    let accounts: Vec<AccountId> = items.iter().map(|item| item.account).collect();
    let written = db.write_in(&accounts, move |conn| Entries::write(conn, &vault, &items));
    Ok(actix_web::rt::System::new().block_on(written)?.into_iter().map(|one| one.is_some()).collect())
}

fn ids(service: &Service, relationship: Uuid) -> Vec<u128> {
    let query = format!("SELECT id::text AS word FROM interactions WHERE relationship_id = '{relationship}' ORDER BY id");
    words(&mut service.database.connect(), &query).iter().map(|id| id.parse::<Uuid>().unwrap().as_u128()).collect()
}

#[test]
fn entries_of_several_accounts_are_written_together_and_each_is_its_own() {
    let service = Service::start();
    let (me, other) = (service.someone(), service.someone());
    let (mine, theirs) = (relationship(&me), relationship(&other));
    let (my_account, their_account) = (account_of(&service, mine), account_of(&service, theirs));
    let together = vec![entry(my_account, mine, 1), entry(their_account, theirs, 1), entry(my_account, mine, 2)];
    assert_eq!(write(&service, together).unwrap(), [true, true, true]);
    assert_eq!((ids(&service, mine), ids(&service, theirs)), (vec![1, 2], vec![1]));
    assert_eq!(count(&mut service.database.connect(), "SELECT count(DISTINCT xmin::text) AS count FROM interactions"), 1, "one commit");
    let seen = other.get(&format!("/v1/relationships/{theirs}/interactions")).expect(200);
    assert_eq!((seen["data"].as_array().unwrap().len(), &seen["data"][0]["note"]), (1, &json!("a walk by the river")));
}

#[test]
fn what_is_unusual_is_left_out_of_a_group_and_its_neighbours_are_written() {
    let service = Service::start();
    let (me, other) = (service.someone(), service.someone());
    let (mine, theirs, held) = (relationship(&me), relationship(&other), relationship(&me));
    let (my_account, their_account) = (account_of(&service, mine), account_of(&service, theirs));
    let path = format!("/v1/relationships/{mine}/interactions");
    let log = |id: u128| me.post(&path, &json!({"id": Uuid::from_u128(id), "actor": "them", "dimension": "repair"})).expect(201);
    log(3);
    log(4);
    assert!(me.delete(&format!("/v1/interactions/{}", Uuid::from_u128(4))).status < 300);
    let mut holder = service.database.connect();
    holder.batch_execute(&format!("BEGIN; SELECT 1 FROM relationships WHERE id = '{held}' FOR UPDATE")).unwrap();
    let group = vec![
        entry(my_account, mine, 1),
        entry(my_account, mine, 3),
        entry(my_account, mine, 4),
        entry(my_account, Uuid::from_u128(99), 5),
        entry(my_account, theirs, 6),
        entry(their_account, mine, 7),
        entry(my_account, held, 8),
        entry(AccountId(Uuid::from_u128(77)), mine, 9),
        entry(my_account, mine, 1),
        entry(their_account, theirs, 1),
    ];
    let written = write(&service, group).unwrap();
    assert_eq!(written, [true, false, false, false, false, false, false, false, false, true]);
    assert_eq!((ids(&service, mine), ids(&service, theirs), ids(&service, held)), (vec![1, 3], vec![1], vec![]));
}

#[test]
fn a_group_marks_the_snapshots_that_it_outdates_and_no_others() {
    let service = Service::start();
    let (me, other) = (service.someone(), service.someone());
    let (mine, theirs, quiet) = (relationship(&me), relationship(&other), relationship(&me));
    let assess = |who: &Client, of: Uuid| who.post(&format!("/v1/relationships/{of}/assessments"), &json!({})).expect(201);
    let (one, two, three) = (assess(&me, mine), assess(&other, theirs), assess(&me, quiet));
    let (my_account, their_account) = (account_of(&service, mine), account_of(&service, theirs));
    write(&service, vec![entry(my_account, mine, 1), entry(their_account, theirs, 2)]).unwrap();
    let stale = |who: &Client, of: Uuid, made: &Value| {
        let id = made["id"].as_str().unwrap();
        who.get(&format!("/v1/relationships/{of}/assessments/{id}")).expect(200)["stale"] == json!(true)
    };
    assert_eq!([stale(&me, mine, &one), stale(&other, theirs, &two), stale(&me, quiet, &three)], [true, true, false]);
}

#[test]
fn many_who_log_at_once_each_get_the_answer_they_would_get_alone() {
    let service = Service::with(&[("RECIPROCITY_METRICS_TOKEN", METRICS)]);
    let people: Vec<(Client, Uuid)> = (0..4).map(|_| service.someone()).map(|me| (me.clone(), relationship(&me))).collect();
    let unknown = Uuid::from_u128(12);
    let statuses = std::thread::scope(|scope| {
        let mut senders = Vec::new();
        for (me, tie) in &people {
            let send = |tie: Uuid, id: u128, effort: i32| {
                let me = me.clone();
                scope.spawn(move || {
                    let body = json!({"id": Uuid::from_u128(id), "actor": "me", "dimension": "repair", "effort": effort});
                    me.post(&format!("/v1/relationships/{tie}/interactions"), &body).status
                })
            };
            // Twice the same, once another under the same id, one of its own, and one of no relationship.
            senders.push([send(*tie, 1, 1), send(*tie, 1, 1), send(*tie, 2, 5), send(unknown, 3, 1)]);
        }
        senders.into_iter().map(|four| four.map(|one| one.join().unwrap())).collect::<Vec<_>>()
    });
    for [first, again, alone, nowhere] in statuses {
        let mut same = [first, again];
        same.sort_unstable();
        assert_eq!((same, alone, nowhere), ([200, 201], 201, 404));
    }
    for (_, tie) in &people {
        assert_eq!(ids(&service, *tie), [1, 2]);
    }
    let metrics = Client::new(service.address, Some(METRICS.to_owned())).get("/metrics").text;
    let groups = metrics.lines().find_map(|line| line.strip_prefix("reciprocity_group_commit_batch_rows_count ")).unwrap();
    assert!(groups.parse::<u32>().unwrap() > 0, "they were written by the groups' writers");
}

/// Numbers in place of entries: 0 waits until the test lets go, 13 panics, 14 fails, 15 finds the database away, odd ones are to be
/// looked at alone.
struct Numbers;

static GATE: OnceLock<Mutex<Receiver<()>>> = OnceLock::new();
static BEGUN: AtomicUsize = AtomicUsize::new(0);
static LARGEST: AtomicUsize = AtomicUsize::new(0);

impl Together for Numbers {
    type Item = u32;
    type Done = u32;

    fn account(_: &u32) -> AccountId {
        AccountId(Uuid::from_u128(1))
    }

    fn write(_: &mut Conn, _: &Vault, items: &[u32]) -> Result<Vec<Option<u32>>, Error> {
        BEGUN.fetch_add(1, Ordering::SeqCst);
        LARGEST.fetch_max(items.len(), Ordering::SeqCst);
        match items {
            [0] => drop(GATE.get().unwrap().lock().unwrap().recv()),
            [13] => panic!("thirteen"),
            some if some.contains(&14) => return Err(Error::internal("fourteen")),
            [15] => return Err(Error::unavailable(Duration::from_secs(3))),
            _ => {}
        }
        Ok(items.iter().map(|number| (number % 2 == 0).then_some(number * 10)).collect())
    }
}

fn said(answer: Result<Written<u32, u32>, Error>) -> Result<(u32, Option<u32>), Code> {
    let known = |written| match written {
        Written::Done(number, tenfold) => (number, Some(tenfold)),
        Written::Alone(number) => (number, None),
    };
    answer.map(known).map_err(|error| error.code)
}

#[test]
fn a_group_is_whatever_waits_and_a_full_queue_says_come_back() {
    let service = Service::start();
    let db = Db::connect(&service.database.url, 1, vault(&[MASTER]));
    let (open, gate): (Sender<()>, _) = channel();
    assert!(GATE.set(Mutex::new(gate)).is_ok(), "this gate is this test's");
    let group: Group<Numbers> = Group::start(&db, 2).unwrap();
    // One zero for each of the two writers, so that whatever comes now has to wait.
    let zeros = [1, 2].map(|writer| {
        let group = group.clone();
        let zero = std::thread::spawn(move || actix_web::rt::System::new().block_on(async { said(group.write(0).await) }));
        assert!(eventually(|| BEGUN.load(Ordering::SeqCst) == writer), "a writer does not begin");
        zero
    });
    let say = async |number: u32| said(group.write(number).await);
    actix_web::rt::System::new().block_on(async {
        // One of them makes its whole group fail.
        let waiting = join_all((1..=QUEUE).map(|place| say(if place == 100 { 14 } else { 2 })));
        let beyond = async {
            let refused = say(2).await;
            open.send(()).unwrap();
            open.send(()).unwrap();
            refused
        };
        let (written, refused) = join(waiting, beyond).await;
        let (alone, together): (Vec<_>, Vec<_>) = written.into_iter().partition(|one| *one == Ok((14, None)));
        assert!(together.iter().all(|one| *one == Ok((2, Some(20)))), "its neighbours are written");
        assert_eq!((alone.len(), together.len()), (1, QUEUE - 1));
        assert_eq!((refused, LARGEST.load(Ordering::SeqCst)), (Err(Code::Unavailable), 256));
        for zero in zeros {
            assert_eq!(zero.join().unwrap(), Ok((0, Some(0))));
        }
        assert_eq!([say(4).await, say(7).await], [Ok((4, Some(40))), Ok((7, None))]);
        assert_eq!(say(14).await, Ok((14, None)), "what failed is for its caller to look at");
        assert_eq!([say(15).await, say(13).await], [Err(Code::Unavailable), Ok((13, None))]);
        assert_eq!(say(6).await, Ok((6, Some(60))), "a writer that stumbled goes on");
    });
}

/// Entries; the first group waits until the test lets go.
struct Gated;

static ENTRY_GATE: OnceLock<Mutex<Receiver<()>>> = OnceLock::new();
static ENTRY_BEGUN: AtomicUsize = AtomicUsize::new(0);

impl Together for Gated {
    type Item = Pending;
    type Done = <Entries as Together>::Done;

    fn account(item: &Pending) -> AccountId {
        item.account
    }

    fn write(conn: &mut Conn, vault: &Vault, items: &[Pending]) -> Result<Vec<Option<Self::Done>>, Error> {
        if ENTRY_BEGUN.fetch_add(1, Ordering::SeqCst) == 0 {
            ENTRY_GATE.get().unwrap().lock().unwrap().recv().unwrap();
        }
        Entries::write(conn, vault, items)
    }
}

/// Another transaction that has begun to write an entry under this id, and says neither that it did nor that it did not. It holds nothing
/// else, so there is nothing that a group could skip.
fn hold_id(service: &Service, relationship: Uuid, of: u128, id: u128) -> diesel::PgConnection {
    let mut holder = service.database.connect();
    let (of, id) = (Uuid::from_u128(of), Uuid::from_u128(id));
    let copy = format!(
        "INSERT INTO interactions SELECT (jsonb_populate_record(i, jsonb_build_object('id', '{id}'))).* FROM interactions i \
         WHERE i.id = '{of}' AND i.relationship_id = '{relationship}'"
    );
    holder.batch_execute(&format!("BEGIN; SET LOCAL session_replication_role = replica; {copy}")).unwrap();
    holder
}

#[test]
fn a_group_does_not_wait_for_an_id_that_somebody_else_is_writing_and_that_entry_waits_alone() {
    let service = Service::start();
    let (me, other) = (service.someone(), service.someone());
    let (mine, theirs) = (relationship(&me), relationship(&other));
    let (my_account, their_account) = (account_of(&service, mine), account_of(&service, theirs));
    assert_eq!(write(&service, vec![entry(my_account, mine, 1)]).unwrap(), [true]);
    let mut holder = hold_id(&service, mine, 1, 2);
    let (open, gate) = channel();
    assert!(ENTRY_GATE.set(Mutex::new(gate)).is_ok(), "this gate is this test's");
    let group: Group<Gated> = Group::start(&Db::connect(&service.database.url, 1, vault(&[MASTER])), 1).unwrap();
    actix_web::rt::System::new().block_on(async {
        let first = group.write(entry(my_account, mine, 3));
        let others = async {
            assert!(eventually(|| ENTRY_BEGUN.load(Ordering::SeqCst) == 1), "the writer does not begin");
            let waiting = join_all(
                [entry(my_account, mine, 2), entry(their_account, theirs, 4), entry(my_account, mine, 5)].map(|one| group.write(one)),
            );
            join(waiting, async { open.send(()).unwrap() }).await.0
        };
        let (first, others) = join(first, others).await;
        assert!(matches!(first, Ok(Written::Done(..))));
        // Nobody is told to come back: each is written, or is to be asked about alone, as the one under that id is.
        assert!(matches!(others[0], Ok(Written::Alone(_))), "{:?}", others[0]);
        assert!(others.iter().all(Result::is_ok), "{others:?}");
    });
    let path = format!("/v1/relationships/{mine}/interactions");
    let body = json!({"id": Uuid::from_u128(2), "actor": "me", "dimension": "repair"});
    std::thread::scope(|scope| {
        let alone = scope.spawn(|| me.post(&path, &body).status);
        assert!(eventually(|| !rows_waiting(&service).is_empty()), "it does not wait");
        holder.batch_execute("ROLLBACK").unwrap();
        assert_eq!(alone.join().unwrap(), 201);
    });
}

/// Those whose statement waits for another transaction, for longer than a group does.
fn rows_waiting(service: &Service) -> Vec<String> {
    let query = "SELECT pid::text AS word FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock' \
                 AND clock_timestamp() - query_start > interval '200 ms'";
    words(&mut service.database.connect(), query)
}
