//! A new key for every account: while the service serves everything is sealed anew, and then the old keys can go.

use chrono::{DateTime, TimeDelta, Utc};
use diesel::sql_types::Binary;
use diesel::{QueryableByName, RunQueryDsl, sql_query};
use reciprocity::db::Db;
use reciprocity::db::data_keys::{self, COLUMNS, SETTLED};
use reciprocity::kernel::Error;
use serde_json::{Value, json};

use crate::experiments::open_tie;
use crate::support::everything::{completed_export, relationship};
use crate::support::{Client, MASTER, START, Service, rows, vault};

fn on_a_runtime<T>(work: impl Future<Output = Result<T, Error>>) -> T {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(work).unwrap()
}

fn at(hours: i64) -> DateTime<Utc> {
    START.parse::<DateTime<Utc>>().unwrap() + TimeDelta::hours(hours)
}

/// An account with words in every column that has them.
fn writer(service: &Service) -> Client {
    let me = service.someone();
    let tie = relationship(&me);
    for note in [json!({"note": "we talked"}), json!({"note_encrypted": {"key": "phone", "ciphertext": "AAAA"}})] {
        let mut body = json!({"actor": "me", "dimension": "repair"});
        body.as_object_mut().unwrap().extend(note.as_object().unwrap().clone());
        let made = me.post(&format!("{tie}/interactions"), &body);
        made.expect(201);
        me.patch(&made.header("location"), &json!({"effort": 2})).expect(200);
    }
    me.put(&format!("{tie}/safety"), &json!({"answers": [{"item": "afraid", "answer": "no"}]})).expect(200);
    let test = json!({
        "hypothesis": "they will call", "starts_on": "2026-03-02", "length_days": 14, "own_stop_rule": "when it hurts"
    });
    let test = me.post(&format!("{}/experiments", open_tie(&me)), &test).header("location");
    me.patch(&test, &json!({"end_note": "they called"})).expect(200);
    me
}

/// The answers about each relationship, which no export has unless it is asked for them.
fn said(me: &Client) -> Vec<Value> {
    let ties = me.get("/v1/relationships").expect(200);
    let answers = |tie: &Value| me.get(&format!("/v1/relationships/{}/safety", tie["id"].as_str().unwrap())).expect(200);
    ties["data"].as_array().unwrap().iter().map(answers).collect()
}

/// Everything that the account can export, without what the export says of itself and of reading.
fn all(me: &Client) -> Value {
    let mut all = me.get(&format!("{}/data", completed_export(me))).expect(200);
    for own in ["exported_at", "access_log", "sessions"] {
        all.as_object_mut().unwrap().remove(own);
    }
    all
}

#[derive(QueryableByName)]
struct Aside {
    #[diesel(sql_type = Binary)]
    bytes: Vec<u8>,
}

#[test]
fn every_sealed_column_is_known_to_be_sealed_anew() {
    let service = Service::start();
    let columns = "SELECT table_name || '.' || column_name AS word FROM information_schema.columns \
                   WHERE table_schema = 'public' AND column_name LIKE '%\\_sealed' ORDER BY 1";
    let known: Vec<String> = COLUMNS.iter().map(|known| format!("{}.{}", known.column.table, known.column.name)).collect();
    assert_eq!(rows::words(&mut service.database.connect(), columns), known, "say in src/db/data_keys.rs how its rows are told apart");
}

#[test]
fn everything_is_sealed_anew_while_the_service_serves_and_then_the_old_keys_are_gone() {
    let service = Service::start();
    let (me, other) = (writer(&service), writer(&service));
    let before = [all(&me), all(&other)];
    let answers = [said(&me), said(&other)];
    let mut conn = service.database.connect();
    let aside: Vec<Aside> = sql_query("SELECT alias_sealed AS bytes FROM relationships").load(&mut conn).unwrap();
    let db = Db::connect(&service.database.url, 1, vault(&[MASTER]));

    let busy = me.clone();
    let writing = std::thread::spawn(move || (0..20).map(|_| relationship(&busy)).collect::<Vec<_>>());
    let begun = on_a_runtime(data_keys::begin(&db, at(0)));
    let written = writing.join().unwrap();
    assert_eq!((begun.accounts, begun.keys), (2, 2));
    assert_eq!(on_a_runtime(data_keys::begin(&db, at(0))).keys, 0, "it may be repeated");
    assert_eq!(on_a_runtime(data_keys::finish(&db, at(0))).keys, 0, "the old ones are kept for as long as somebody may still use them");
    let finished = on_a_runtime(data_keys::finish(&db, at(0) + SETTLED));
    assert_eq!((finished.accounts, finished.keys, finished.texts), (2, 2, 0));

    assert_eq!(rows::words(&mut conn, "SELECT DISTINCT key_id::text AS word FROM account_keys"), ["2"]);
    for path in written {
        assert_eq!(me.get(&path).expect(200)["alias"], "Sam");
        assert_eq!(me.delete(&path).status, 200);
    }
    let after = [all(&me), all(&other)];
    assert_eq!(without_removed(&before[0]), without_removed(&after[0]));
    assert_eq!(before[1], after[1]);
    assert_eq!([said(&me), said(&other)], answers);
    assert!(aside.iter().all(|one| one.bytes[1..5] == [0, 0, 0, 1]), "what was copied before names a key that is nowhere any more");
}

fn without_removed(all: &Value) -> Value {
    let mut all = all.clone();
    all.as_object_mut().unwrap().remove("removed_ids");
    all
}

#[test]
fn a_text_that_was_late_is_sealed_anew_before_its_key_goes() {
    let service = Service::start();
    let me = writer(&service);
    let mut conn = service.database.connect();
    let db = Db::connect(&service.database.url, 1, vault(&[MASTER]));
    sql_query("CREATE TABLE aside AS SELECT id, alias_sealed FROM relationships").execute(&mut conn).unwrap();
    on_a_runtime(data_keys::begin(&db, at(0)));
    sql_query("UPDATE relationships r SET alias_sealed = aside.alias_sealed FROM aside WHERE aside.id = r.id").execute(&mut conn).unwrap();
    let finished = on_a_runtime(data_keys::finish(&db, at(2)));
    assert_eq!((finished.keys, finished.texts), (1, 2));
    assert_eq!(me.get("/v1/relationships").expect(200)["data"][0]["alias"], "Sam");
}
