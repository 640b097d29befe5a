//! What is erased is gone from every table, with what was computed from it, and the receipt says how much and not what.

use std::path::PathBuf;

use diesel::connection::SimpleConnection;
use reciprocity::db::{Db, request_key, rotation};
use reciprocity::erased::{ErasedError, Wanted};
use reciprocity::kernel::Keys;
use serde_json::{Value, json};

use crate::support::database::Fresh;
use crate::support::{Client, MASTER, PASSWORD, Running, START, Service, rows, vault, wait_for_waiting};

fn relationship(me: &Client) -> String {
    me.post("/v1/relationships", &json!({"alias": "Sam", "kind": "friend"})).header("location")
}

fn log(me: &Client, relationship: &str, day: &str, note: &str) -> String {
    let body = json!({"actor": "me", "dimension": "repair", "occurred_at": format!("{day}T10:00:00Z"), "note": note});
    let made = me.post(&format!("{relationship}/interactions"), &body);
    made.expect(201);
    made.header("location")
}

fn assess(me: &Client, relationship: &str, as_of: &str, window_days: u32) -> String {
    let made = me.post(&format!("{relationship}/assessments"), &json!({"as_of": as_of, "window_days": window_days}));
    made.expect(201);
    made.header("location")
}

fn counts(receipt: &Value) -> Vec<(String, i64)> {
    let class = |one: &Value| (one["class"].as_str().unwrap().to_owned(), one["count"].as_i64().unwrap());
    receipt["erased"].as_array().unwrap().iter().map(class).filter(|(_, count)| *count > 0).collect()
}

fn some(classes: &[(&str, i64)]) -> Vec<(String, i64)> {
    classes.iter().map(|(class, count)| ((*class).to_owned(), *count)).collect()
}

fn revisions(service: &Service) -> i64 {
    rows::count(&mut service.database.connect(), "SELECT count(*) AS count FROM interaction_revisions")
}

#[test]
fn removing_an_entry_removes_what_it_said_before() {
    let service = Service::start();
    let me = service.someone();
    let entry = log(&me, &relationship(&me), "2026-02-01", "first words");
    me.patch(&entry, &json!({"note": "second words"})).expect(200);
    assert_eq!(revisions(&service), 1);
    assert_eq!(me.delete(&entry).status, 204);
    assert_eq!(revisions(&service), 0);
    me.get(&format!("{entry}/history")).problem(410, "gone");
}

#[test]
fn an_entrys_history_is_erased_alone() {
    let service = Service::start();
    let me = service.someone();
    let tie = relationship(&me);
    let (entry, other) = (log(&me, &tie, "2026-02-01", "first words"), log(&me, &tie, "2026-02-01", "other words"));
    for note in ["second words", "third words"] {
        me.patch(&entry, &json!({"note": note})).expect(200);
    }
    me.patch(&other, &json!({"note": "more"})).expect(200);
    let receipt = me.delete(&format!("{entry}/history")).expect(200);
    assert_eq!((&receipt["extent"], counts(&receipt)), (&json!("history"), some(&[("interaction_history", 2)])));
    assert_eq!(receipt["erased_at"], "2026-03-02T12:00:00Z");
    assert_eq!(me.get(&format!("{entry}/history")).expect(200)["data"], json!([]));
    assert_eq!(me.get(&entry).expect(200)["note"], "third words");
    assert_eq!(revisions(&service), 1, "the other's stays");
    me.patch(&entry, &json!({"note": "fourth words"})).expect(200);
    assert_eq!(me.get(&format!("{entry}/history")).expect(200)["data"][0]["note"], "third words", "it begins anew");
}

#[test]
fn some_days_are_erased_with_all_that_rests_on_them_and_the_rest_stays() {
    let service = Service::start();
    let me = service.someone();
    let (tie, other) = (relationship(&me), relationship(&me));
    let before = log(&me, &tie, "2026-01-31", "before");
    let inside = [log(&me, &tie, "2026-02-01", "inside"), log(&me, &tie, "2026-02-14", "inside")];
    let after = log(&me, &tie, "2026-02-15", "after");
    let elsewhere = log(&me, &other, "2026-02-07", "elsewhere");
    me.patch(&inside[0], &json!({"note": "inside, changed"})).expect(200);
    let answered = json!({"question_set": "reciprocity-check", "status": "completed", "local_date": "2026-02-03",
        "answers": [{"item": "cel-give-1", "value": 4}]});
    let response = me.post(&format!("{tie}/responses"), &answered).header("location");
    let (early, late) = (assess(&me, &tie, "2026-01-31", 5), assess(&me, &tie, "2026-02-20", 60));
    let others = assess(&me, &other, "2026-02-20", 60);

    let receipt = me.post(&format!("{tie}/erasures"), &json!({"from": "2026-02-01", "to": "2026-02-14"})).expect(200);
    assert_eq!((&receipt["extent"], &receipt["from"], &receipt["to"]), (&json!("days"), &json!("2026-02-01"), &json!("2026-02-14")));
    assert_eq!(counts(&receipt), some(&[("interaction_history", 1), ("interactions", 2), ("responses", 1), ("assessments", 1)]));
    for gone in [&inside[0], &inside[1], &response, &late] {
        me.get(gone).problem(410, "gone");
    }
    for there in [&before, &after, &elsewhere, &early, &others] {
        me.get(there).expect(200);
    }
    assert_eq!(revisions(&service), 0);
    let again = me.post(&format!("{tie}/erasures"), &json!({"from": "2026-02-01", "to": "2026-02-14"})).expect(200);
    assert_eq!(counts(&again), some(&[]), "there is nothing left");
}

#[test]
fn an_entry_that_was_moved_away_leaves_nothing_behind_on_the_days_that_are_erased() {
    let service = Service::start();
    let me = service.someone();
    let tie = relationship(&me);
    let (moved, late) = (log(&me, &tie, "2026-02-01", "words"), log(&me, &tie, "2026-02-20", "words"));
    me.patch(&moved, &json!({"occurred_at": "2026-03-01T10:00:00Z"})).expect(200);
    me.patch(&late, &json!({"note": "other words"})).expect(200);
    let receipt = me.post(&format!("{tie}/erasures"), &json!({"from": "2026-02-01", "to": "2026-02-14"})).expect(200);
    assert_eq!(counts(&receipt), some(&[("interaction_history", 1)]));
    assert_eq!(me.get(&format!("{moved}/history")).expect(200)["data"], json!([]));
    assert_eq!(revisions(&service), 1);
}

#[test]
fn days_out_of_order_erase_nothing() {
    let service = Service::start();
    let me = service.someone();
    let tie = relationship(&me);
    let entry = log(&me, &tie, "2026-02-01", "words");
    let refused = me.post(&format!("{tie}/erasures"), &json!({"from": "2026-02-02", "to": "2026-02-01"}));
    assert_eq!(refused.problem(422, "validation_failed")["errors"][0]["pointer"], "/to");
    me.get(&entry).expect(200);
}

#[test]
fn an_erasure_asks_for_the_right_to_delete() {
    let service = Service::start();
    let handle = service.stranger().post("/v1/accounts", &json!({"password": PASSWORD})).expect(201)["handle"].clone();
    let asked = json!({"handle": handle, "password": PASSWORD, "scope": "read write"});
    let pair = service.stranger().post("/v1/sessions", &asked).expect(201);
    let writer = Client::new(service.address, Some(pair["access_token"].as_str().unwrap().to_owned()));
    let tie = relationship(&writer);
    let entry = log(&writer, &tie, "2026-02-01", "words");
    writer.post(&format!("{tie}/erasures"), &json!({"from": "2026-01-01", "to": "2026-03-01"})).problem(403, "insufficient_scope");
    writer.get(&entry).expect(200);
}

#[test]
fn a_relationship_is_erased_with_a_receipt() {
    let service = Service::start();
    let me = service.someone();
    let (tie, other) = (relationship(&me), relationship(&me));
    let entry = log(&me, &tie, "2026-02-01", "words");
    me.patch(&entry, &json!({"note": "other words"})).expect(200);
    assess(&me, &tie, "2026-02-20", 60);
    let kept = log(&me, &other, "2026-02-01", "words");
    let receipt = me.delete(&tie).expect(200);
    assert_eq!(receipt["extent"], "relationship");
    assert_eq!(counts(&receipt), some(&[("relationships", 1), ("interactions", 1), ("interaction_history", 1), ("assessments", 1)]));
    me.get(&entry).problem(410, "gone");
    me.get(&kept).expect(200);
    assert_eq!(revisions(&service), 0);
}

/// Every row of every table that names the account, whatever the table is for.
fn left_of(database: &Fresh, account: &str) -> usize {
    rows::of_account(&mut database.connect(), account).values().map(Vec::len).sum()
}

fn account_of(me: &Client) -> String {
    me.get("/v1/account").expect(200)["id"].as_str().unwrap().to_owned()
}

#[test]
fn an_account_is_erased_from_every_table_and_its_receipt_says_how_much_that_was() {
    let service = Service::start();
    let (me, other) = (service.someone(), service.someone());
    let (account, others) = (account_of(&me), account_of(&other));
    let tie = relationship(&me);
    let entry = log(&me, &tie, "2026-02-01", "words of mine");
    me.patch(&entry, &json!({"note": "other words of mine"})).expect(200);
    relationship(&other);
    let before = left_of(&service.database, &others);
    let answer = me.delete("/v1/account");
    let receipt = answer.expect(200);
    assert_eq!(receipt["extent"], "account");
    assert_eq!(counts(&receipt), some(&[("relationships", 1), ("interactions", 1), ("interaction_history", 1), ("sessions", 1)]));
    assert!(!answer.text.contains("words") && !answer.text.contains(&account) && !answer.text.contains("Sam"));
    assert_eq!((left_of(&service.database, &account), left_of(&service.database, &others)), (0, before));
    me.get("/v1/account").problem(401, "unauthenticated");
}

/// A file of this test's own, which goes with it.
struct Ledger(PathBuf);

impl Ledger {
    fn new(name: &str) -> Self {
        Self(std::env::temp_dir().join(format!("reciprocity-{name}-{}", std::process::id())))
    }

    fn export(&self, database: &Fresh) -> Result<String, ErasedError> {
        self.export_under(database, &[MASTER])
    }

    fn export_under(&self, database: &Fresh, masters: &[[u8; 32]]) -> Result<String, ErasedError> {
        Wanted::Export(self.0.clone()).run(&database.url, &keys_of(database, masters))
    }

    fn apply(&self, database: &Fresh, masters: &[[u8; 32]]) -> Result<String, ErasedError> {
        Wanted::Apply(self.0.clone()).run(&database.url, &keys_of(database, masters))
    }
}

/// What the command finds in a database that it opens with these master keys.
fn keys_of(database: &Fresh, masters: &[[u8; 32]]) -> Keys {
    Keys::derive(&request_key::fetch(&database.url, &vault(masters), START.parse().unwrap()).unwrap()).unwrap()
}

fn rotate(database: &Fresh, masters: &[[u8; 32]]) {
    let db = Db::connect(&database.url, 1, vault(masters));
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(rotation::rotate(&db)).unwrap();
}

#[test]
fn a_backup_from_before_two_rotations_is_made_to_forget_with_the_key_it_was_made_under() {
    const SECOND: [u8; 32] = [8; 32];
    const THIRD: [u8; 32] = [9; 32];
    let service = Service::start();
    let me = service.someone();
    let account = account_of(&me);
    let backup = service.database.dump();
    rotate(&service.database, &[SECOND, MASTER]);
    let second = Running::under(&[SECOND], &service.database.url, &[]);
    me.signed_in_at(&second).delete("/v1/account").expect(200);
    rotate(&service.database, &[THIRD, SECOND]);
    let ledger = Ledger::new("rotated-ledger");
    ledger.export_under(&service.database, &[THIRD]).unwrap();

    for masters in [&[MASTER][..], &[THIRD, MASTER]] {
        let restored = Fresh::restored(&backup);
        assert!(left_of(&restored, &account) > 0, "the backup brings it back");
        ledger.apply(&restored, masters).unwrap();
        assert_eq!(left_of(&restored, &account), 0);
    }
}

#[test]
fn an_erasure_may_take_longer_than_any_other_statement() {
    let service = Service::start();
    let me = service.someone();
    let (tie, other) = (relationship(&me), relationship(&me));
    log(&me, &tie, "2026-02-01", "words");
    log(&me, &other, "2026-02-01", "words");
    let refuse = "CREATE FUNCTION only_with_time() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN \
                  IF current_setting('statement_timeout')::interval < '5 minutes' THEN RAISE 'statement timeout'; END IF; \
                  RETURN OLD; END $$; \
                  CREATE TRIGGER only_with_time BEFORE DELETE ON interactions FOR EACH ROW EXECUTE FUNCTION only_with_time()";
    service.database.connect().batch_execute(refuse).unwrap();
    me.delete(&tie).expect(200);
    me.post(&format!("{other}/erasures"), &json!({"from": "2026-02-01", "to": "2026-02-14"})).expect(200);
    log(&me, &other, "2026-02-01", "words");
    me.delete("/v1/account").expect(200);
}

impl Drop for Ledger {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.0);
    }
}

#[test]
fn an_erased_account_that_a_backup_brings_back_is_erased_again_and_nobody_else_is() {
    let service = Service::start();
    let (me, other) = (service.someone(), service.someone());
    let account = account_of(&me);
    relationship(&me);
    let theirs = relationship(&other);
    let backup = service.database.dump();
    me.delete("/v1/account").expect(200);
    let ledger = Ledger::new("ledger");
    ledger.export(&service.database).unwrap();
    let text = std::fs::read_to_string(&ledger.0).unwrap();
    assert!(text.lines().count() == 2 && !text.contains(&account), "{text}");

    let restored = Fresh::restored(&backup);
    assert!(left_of(&restored, &account) > 0, "the backup brings it back");
    ledger.apply(&restored, &[MASTER]).unwrap();
    assert_eq!(left_of(&restored, &account), 0);
    let serving = Running::start(&restored.url, &[]);
    other.signed_in_at(&serving).get(&theirs).expect(200);

    // The restored database knows what it was told, and a file never loses a line to a database that knows less.
    let second = Ledger::new("second-ledger");
    second.export(&restored).unwrap();
    assert_eq!(std::fs::read_to_string(&second.0).unwrap(), text);
    ledger.export(&Fresh::restored(&backup)).unwrap();
    assert_eq!(std::fs::read_to_string(&ledger.0).unwrap(), text);
    let elsewhere = Service::start().database.dump();
    let elsewhere = Fresh::restored(&elsewhere);
    assert!(matches!(ledger.apply(&elsewhere, &[MASTER]), Err(ErasedError::OtherService)), "it would name nobody there");
    assert!(matches!(ledger.export(&elsewhere), Err(ErasedError::OtherService)));
    assert!(ledger.apply(&restored, &[MASTER]).unwrap().contains(" 0 of them"), "it may be repeated");
}

#[test]
fn the_service_can_add_to_the_ledger_and_not_read_it() {
    let service = Service::start();
    let mut conn = service.database.connect();
    for (right, allowed) in [("INSERT", "true"), ("SELECT", "false"), ("UPDATE", "false"), ("DELETE", "false")] {
        let asked = format!("SELECT has_table_privilege('reciprocity_app', 'erased_accounts', '{right}')::text AS word");
        assert_eq!(rows::words(&mut conn, &asked), [allowed], "{right}");
    }
}

#[test]
fn what_is_erased_while_an_assessment_is_computed_is_not_in_its_figures() {
    let service = Service::start();
    let me = service.someone();
    let tie = relationship(&me);
    let kept = log(&me, &tie, "2026-01-31", "before");
    log(&me, &tie, "2026-02-01", "inside");
    let (mut conn, mut holder) = (service.database.connect(), service.database.connect());
    holder.batch_execute("BEGIN; SELECT 1 FROM relationships FOR UPDATE").unwrap();
    let assessment = std::thread::scope(|scope| {
        let erasing = scope.spawn(|| me.post(&format!("{tie}/erasures"), &json!({"from": "2026-02-01", "to": "2026-02-14"})));
        wait_for_waiting(&mut conn, 1);
        // It has read both entries when it comes to wait, in line behind the erasure.
        let computing = scope.spawn(|| me.post(&format!("{tie}/assessments"), &json!({"as_of": "2026-02-20", "window_days": 60})));
        wait_for_waiting(&mut conn, 2);
        holder.batch_execute("COMMIT").unwrap();
        erasing.join().unwrap().expect(200);
        computing.join().unwrap().expect(201)
    });
    assert_eq!((&assessment["evidence"]["entries"], &assessment["stale"]), (&json!(1), &json!(false)));
    me.get(&kept).expect(200);
    assert_eq!(rows::count(&mut conn, "SELECT count(*) AS count FROM assessments"), 1);
}
