//! An export has everything of the account and nothing of another's, survives a restart, is bounded and is gone after a day.

use std::collections::BTreeSet;
use std::sync::Arc;

use chrono::TimeDelta;
use diesel::PgConnection;
use diesel::connection::SimpleConnection;
use reciprocity::content::{Catalogue, Shelf, Texts};
use reciprocity::db::Db;
use reciprocity::features::accounts::Passwords;
use reciprocity::features::exports::Exports;
use reciprocity::kernel::{AccountId, Code, Random, View};
use serde_json::{Value, json};

use crate::support::document::Document;
use crate::support::everything::{answer_the_screen, begin_experiment, completed_export, relationship};
use crate::support::schema::forbids;
use crate::support::{Client, MASTER, PASSWORD, Running, Service, eventually, rows, vault};

/// Every table that has rows of accounts: the parts that they are in, or why they are in none.
const TABLES: &[(&str, Result<&[&str], &str>)] = &[
    ("access_log", Ok(&["access_log"])),
    ("account_export_chunks", Err("an export of itself")),
    ("account_exports", Err("an export of itself")),
    ("account_handles", Ok(&["account"])),
    ("account_imports", Err("counts of what an import brought, which is itself in the export")),
    ("account_keys", Err("wrapped keys: they open the words, which are in the export opened")),
    ("account_pins", Err("the hash of a secret, and a setting of this service, at /v1/account/pin")),
    ("accounts", Ok(&["account"])),
    ("adopted_practices", Ok(&["adopted_practices"])),
    ("assessments", Ok(&["assessments"])),
    ("calendar_addresses", Err("a digest of a secret, and whose it is")),
    ("calendar_feeds", Err("a way in: the digest of its address, and its title, which is read at /v1/calendar-feeds")),
    ("consents", Ok(&["consents"])),
    ("evidence_weeks", Err("figures of interactions, which are in the export, once more")),
    ("experiments", Ok(&["experiments"])),
    ("external_subjects", Err("a digest that says to this service alone who an issuer says it is")),
    ("grants", Ok(&["grants"])),
    ("idempotency_keys", Err("digests of requests, for a day")),
    ("interaction_revisions", Ok(&["interaction_history"])),
    ("interactions", Ok(&["interactions"])),
    ("not_for_me", Ok(&["not_for_me"])),
    ("practice_sessions", Ok(&["practice_sessions"])),
    ("records", Ok(&["promises", "plans", "needs", "repairs"])),
    ("refresh_tokens", Err("digests of secrets")),
    ("relationships", Ok(&["relationships"])),
    ("responses", Ok(&["question_set_responses"])),
    ("retention_history", Err("how much was dropped of what is no more; nothing that was logged")),
    ("retention_settings", Err("a setting of this service, at /v1/account/retention")),
    ("safety_answers", Err("only where they are asked for, with the password: tests/api/safety/exports.rs")),
    ("sessions", Ok(&["sessions"])),
    ("tombstones", Ok(&["removed_ids"])),
];

/// Columns that are not in the part of their table, and why.
const COLUMNS: &[(&str, &str)] = &[
    ("accounts.password_hash", "a secret"),
    ("accounts.recovery_hash", "a secret"),
    ("accounts.tokens_valid_from", "when every session was last ended, where another issuer's tokens are refused since"),
    ("assessments.cited", "its entries are named in the result"),
    ("assessments.evidence_digest", "evidence.digest"),
    ("assessments.method_name", "method.name"),
    ("assessments.method_version", "method.version"),
    ("assessments.result", "its members"),
    ("assessments.window_from", "window.from"),
    ("assessments.window_to", "window.to"),
    ("experiments.dimensions", "steps.dimensions"),
    ("experiments.unprompted_only", "steps.unprompted_only"),
    ("grants.code_digest", "a secret"),
    ("grants.first_day", "from"),
    ("grants.last_day", "to"),
    ("interaction_revisions.client_note_sealed", "note_encrypted"),
    ("interaction_revisions.content", "its members"),
    ("interactions.client_note_sealed", "note_encrypted"),
    ("interactions.utc_offset_seconds", "in occurred_at"),
    ("records.actor", "by, proposed_by, of, noticed_by"),
    ("records.kind", "which of the four parts it is in"),
    ("records.settled_by", "scheduled_by, met_by, moved_first"),
    ("records.until", "due, scheduled_for, repaired_on"),
    ("relationships.quiet", "not_active"),
    ("responses.question_set_version", "version"),
    ("sessions.idle_minutes", "what lies between last_used_at and expires_at"),
    ("sessions.locks", "a count that a PIN is compared with while it is checked"),
    ("sessions.session_id", "id"),
    ("sessions.unlocked_until", "whether it is locked just now"),
    ("sessions.wrong_pins", "a count that is over with the next right PIN"),
    ("tombstones.relationship_id", "bookkeeping: which sessions are told that it was removed"),
];

/// Columns of every table that say nothing about the person.
const BOOKKEEPING: &[&str] = &["account_id", "request_digest", "change", "version", "number"];

fn log(me: &Client, tie: &str, body: &Value) -> String {
    let made = me.post(&format!("{tie}/interactions"), body);
    made.expect(201);
    made.header("location")
}

/// An account with something in every table.
fn someone_with_everything(service: &Service) -> Client {
    let me = service.someone();
    let tie = relationship(&me);
    let entry = log(&me, &tie, &json!({"actor": "me", "dimension": "repair", "note": "we talked", "energy_after": -2}));
    me.patch(&entry, &json!({"note": "=SUM(A1)"})).expect(200);
    let gone = log(&me, &tie, &json!({"actor": "them", "dimension": "repair"}));
    assert_eq!(me.delete(&gone).status, 204);
    log(&me, &tie, &json!({"actor": "them", "dimension": "repair", "note_encrypted": {"key": "phone", "ciphertext": "AAAA"}}));
    for (kind, body) in [
        (
            "promises",
            json!({"by": "them", "what": "=1+1", "status": "renegotiated", "replaced_by": "01980000-0000-7000-8000-0000000000d9"}),
        ),
        ("plans", json!({"proposed_by": "me", "status": "scheduled", "scheduled_for": "2026-04-01", "scheduled_by": "them"})),
        ("needs", json!({"of": "me", "topic": "space", "explained_on": ["2026-03-02"], "status": "partly"})),
        ("repairs", json!({"moved_first": "me", "prompted": true, "accepted": false, "repaired_on": "2026-03-02"})),
    ] {
        me.post(&format!("{tie}/{kind}"), &body).expect(201);
    }
    let answers = json!([{"item": "cel-give-1", "value": 4}]);
    let answered = json!({"question_set": "reciprocity-check", "status": "completed", "answers": answers});
    me.with("idempotency-key", "one").post(&format!("{tie}/responses"), &answered).expect(201);
    me.post(&format!("{tie}/assessments"), &json!({})).expect(201);
    me.post("/v1/account/consents", &json!({"purpose": "statistics", "text_version": 1, "given": true})).expect(201);
    let adopted = me.post(&format!("{tie}/practices"), &json!({"practice": "daily-check-in", "time_of_day": "19:30"}));
    adopted.expect(201);
    let told = json!({"started_by": "me", "took_part": "both", "felt": -1, "challenge": "=1+1", "win": "a good talk"});
    me.post(&format!("{}/sessions", adopted.header("location")), &told).expect(201);
    assert_eq!(me.put(&format!("{tie}/not-for-me/taking-turns"), &json!({})).status, 204);
    answer_the_screen(&me, &tie);
    begin_experiment(&me, &tie);
    let lent = json!({"dimensions": ["repair"], "current_password": PASSWORD, "lasts_hours": 720, "label": "counselling"});
    me.post(&format!("{tie}/grants"), &lent).expect(201);
    me
}

fn account_of(me: &Client) -> String {
    me.get("/v1/account").expect(200)["id"].as_str().unwrap().to_owned()
}

fn data(me: &Client, export: &str) -> Value {
    me.get(&format!("{export}/data")).expect(200)
}

/// Takes the export back to where it was with so many chunks, as a service that was killed then leaves it.
fn break_off(conn: &mut PgConnection, chunks: i32, part: i16) {
    conn.batch_execute(&format!(
        "UPDATE account_exports SET completed_at = NULL, chunks = {chunks}, part = {part}, after_id = '{}', after_number = 0, \
            records = 0; \
         DELETE FROM account_export_chunks WHERE number >= {chunks}",
        uuid::Uuid::nil()
    ))
    .unwrap();
}

#[test]
fn every_table_is_in_the_export_or_it_is_said_why_not_and_no_row_is_missing() {
    let service = Service::start();
    let me = someone_with_everything(&service);
    someone_with_everything(&service);
    // What is read below is read once before, so that the access log has every line that it will have.
    data(&me, &completed_export(&me));
    account_of(&me);
    let export = completed_export(&me);
    let (all, account, mut conn) = (data(&me, &export), account_of(&me), service.database.connect());
    let known: Vec<&str> = TABLES.iter().map(|(table, _)| *table).collect();
    assert_eq!(rows::tables_of_accounts(&mut conn), known, "say in tests/api/exports.rs which part a new table is in, or why in none");
    for (table, part) in TABLES {
        let Ok(parts) = part else { continue };
        let stored = rows::count(&mut conn, &format!("SELECT count(*) AS count FROM {table} WHERE account_id = '{account}'"));
        let records: usize = parts.iter().map(|part| all[part].as_array().unwrap().len()).sum();
        assert!(stored > 0 && usize::try_from(stored) == Ok(records), "{table}: {stored} rows, {records} records");
    }
    let status = me.get(&export).expect(200);
    assert_eq!(status["records"], total(&all));
    assert!(status["expected_records"].as_u64().unwrap() > 8);
}

fn total(all: &Value) -> usize {
    all.as_object().unwrap().values().filter_map(Value::as_array).map(Vec::len).sum()
}

#[test]
fn every_column_is_in_the_export_or_it_is_said_why_not() {
    let service = Service::start();
    let document = Document::of(&service);
    let schema = &document.0["components"]["schemas"]["AccountData"];
    let mut conn = service.database.connect();
    let mut missing = Vec::new();
    for (table, part) in TABLES {
        let Ok(parts) = part else { continue };
        let members: BTreeSet<String> = parts.iter().flat_map(|part| members(&document, &schema["properties"][part]["items"])).collect();
        let columns = format!("SELECT column_name::text AS word FROM information_schema.columns WHERE table_name = '{table}'");
        for column in rows::words(&mut conn, &columns) {
            let said = COLUMNS.iter().any(|(name, _)| *name == format!("{table}.{column}"));
            let plain = column.trim_end_matches("_sealed");
            if !said && !BOOKKEEPING.contains(&plain) && !members.contains(plain) {
                missing.push(format!("{table}.{column}"));
            }
        }
    }
    assert_eq!(missing, [""; 0], "add them to the export, or say in tests/api/exports.rs why they are not in it");
}

/// The members that a schema describes, those of its parts too.
fn members(document: &Document, schema: &Value) -> BTreeSet<String> {
    let schema = document.resolve(schema);
    let own = schema["properties"].as_object().into_iter().flatten().map(|(name, _)| name.clone());
    let parts = schema["allOf"].as_array().into_iter().flatten().flat_map(|part| members(document, part));
    own.chain(parts).collect()
}

#[test]
fn an_export_is_what_its_schema_says_with_the_words_opened() {
    let service = Service::start();
    let me = someone_with_everything(&service);
    let all = data(&me, &completed_export(&me));
    let document = Document::of(&service);
    assert!(!forbids(&document, &json!({"$ref": "#/components/schemas/AccountData"}), &all), "{all}");
    let notes: BTreeSet<_> = all["interactions"].as_array().unwrap().iter().filter_map(|one| one["note"].as_str()).collect();
    assert_eq!(notes, BTreeSet::from(["=SUM(A1)"]));
    assert_eq!(all["interaction_history"][0]["note"], "we talked");
    assert_eq!((&all["relationships"][0]["alias"], &all["removed_ids"][0]["kind"]), (&json!("Sam"), &json!("interaction")));
    let listed = me.get("/v1/relationships").expect(200);
    assert_eq!(all["relationships"], listed["data"], "as the API answers them");
}

#[test]
fn tables_have_a_column_for_every_member_and_no_cell_is_a_formula() {
    let service = Service::start();
    let me = someone_with_everything(&service);
    let export = completed_export(&me);
    let (document, all) = (Document::of(&service), data(&me, &export));
    for part in TABLES.iter().filter_map(|(_, parts)| parts.ok()).flatten().copied().collect::<BTreeSet<_>>() {
        let table = me.get(&format!("{export}/tables/{part}"));
        let names: BTreeSet<String> = table.text.lines().next().unwrap().split(',').map(str::to_owned).collect();
        let items = document.0["components"]["schemas"]["AccountData"]["properties"][part]["items"].clone();
        assert_eq!(names, members(&document, &items), "{part}");
        let used = all[part].as_array().unwrap().iter().flat_map(|one| one.as_object().unwrap().keys());
        assert_eq!(used.filter(|name| !names.contains(*name)).count(), 0, "{part}");
    }
    let table = me.get(&format!("{export}/tables/interactions")).text;
    assert!(table.contains(",'=SUM(A1),") && table.contains(",-2,"), "{table}");
    assert_eq!(table.lines().count(), 3);
    me.get(&format!("{export}/tables/secrets")).problem(404, "not_found");
}

#[test]
fn an_export_grows_by_pages_and_has_each_entry_once() {
    let service = Service::start();
    let me = service.someone();
    let tie = relationship(&me);
    let id = tie.rsplit('/').next().unwrap();
    let item = json!({"relationship_id": id, "interaction": {"actor": "me", "dimension": "repair"}});
    assert_eq!(me.post("/v1/interactions/batch", &json!({"items": vec![item; 300]})).expect(200)["created"], 300);
    let export = completed_export(&me);
    let all = data(&me, &export);
    let ids: BTreeSet<&str> = all["interactions"].as_array().unwrap().iter().map(|one| one["id"].as_str().unwrap()).collect();
    assert_eq!((ids.len(), all["interactions"].as_array().unwrap().len()), (300, 300));
    assert_eq!(me.get(&format!("{export}/tables/interactions")).text.lines().count(), 301);
    let chunks = rows::count(&mut service.database.connect(), "SELECT count(*) AS count FROM account_export_chunks WHERE part = 9");
    assert_eq!(chunks, 3, "no page is longer than a hundred");
}

#[test]
fn an_export_that_a_restart_broke_off_is_taken_up_where_it_was() {
    let service = Service::start();
    let me = someone_with_everything(&service);
    let export = completed_export(&me);
    let mut conn = service.database.connect();
    let (before, kept) = (tables_of(&me, &export), chunk(&mut conn, 1));
    break_off(&mut conn, 3, 6);
    let restarted = Running::start(&service.database.url, &[]);
    let me = me.signed_in_at(&restarted);
    wait(&me, &export);
    assert_eq!(tables_of(&me, &export), before);
    assert_eq!(chunk(&mut conn, 1), kept, "what was written is not written again");
}

/// All parts but the sessions, of which signing in made one more.
fn tables_of(me: &Client, export: &str) -> Vec<String> {
    let parts = [
        "account",
        "relationships",
        "interactions",
        "interaction_history",
        "promises",
        "question_set_responses",
        "assessments",
        "removed_ids",
    ];
    parts.iter().map(|part| me.get(&format!("{export}/tables/{part}")).text).collect()
}

fn chunk(conn: &mut PgConnection, number: i32) -> Vec<String> {
    rows::words(conn, &format!("SELECT content_sealed::text AS word FROM account_export_chunks WHERE number = {number}"))
}

#[track_caller]
fn wait(me: &Client, export: &str) {
    let completed = eventually(|| me.get(export).expect(200)["status"] == "completed");
    assert!(completed, "{export} does not come to an end");
}

#[test]
fn an_export_can_be_downloaded_once_it_is_completed_and_one_is_made_at_a_time() {
    let service = Service::start();
    let me = someone_with_everything(&service);
    let export = completed_export(&me);
    break_off(&mut service.database.connect(), 0, 1);
    let again = me.post("/v1/account/exports", &json!({}));
    assert_eq!((again.status, again.header("location")), (202, export.clone()), "the one that is being made");
    wait(&me, &export);
    break_off(&mut service.database.connect(), 0, 1);
    me.get(&format!("{export}/data")).problem(409, "export_running");
    wait(&me, &export);
    let next = completed_export(&me);
    assert_ne!(next, export);
    me.get(&export).problem(404, "not_found");
    assert_eq!(rows::count(&mut service.database.connect(), "SELECT count(*) AS count FROM account_exports"), 1);
}

#[test]
fn an_export_is_gone_after_a_day() {
    let service = Service::start();
    let me = someone_with_everything(&service);
    let export = completed_export(&me);
    service.clock.advance(TimeDelta::hours(24) - TimeDelta::seconds(1));
    let me = me.signed_in_again();
    me.get(&format!("{export}/data")).expect(200);
    service.clock.advance(TimeDelta::seconds(1));
    me.get(&format!("{export}/data")).problem(404, "not_found");
    assert_eq!(rows::count(&mut service.database.connect(), "SELECT count(*) AS count FROM account_exports"), 0);
}

/// The sweep of a service is the same when it starts and every hour.
#[test]
fn the_sweep_drops_what_expired_and_goes_on_with_what_is_unfinished() {
    let service = Service::start();
    let (me, other) = (someone_with_everything(&service), someone_with_everything(&service));
    completed_export(&me);
    service.clock.advance(TimeDelta::hours(23));
    let unfinished = completed_export(&other.signed_in_again());
    service.clock.advance(TimeDelta::hours(1));
    let mut conn = service.database.connect();
    let id = unfinished.rsplit('/').next().unwrap();
    conn.batch_execute(&format!(
        "UPDATE account_exports SET completed_at = NULL, part = 13, after_id = '{}' WHERE id = '{id}'",
        uuid::Uuid::max()
    ))
    .unwrap();
    service.sweep();
    let mut left = |condition: &str| rows::count(&mut conn, &format!("SELECT count(*) AS count FROM account_exports WHERE {condition}"));
    assert_eq!((left("true"), left("completed_at IS NOT NULL")), (1, 1));
    assert_eq!(left(&format!("id = '{id}'")), 1);
    assert_eq!(rows::count(&mut conn, &format!("SELECT count(*) AS count FROM account_export_chunks WHERE export_id <> '{id}'")), 0);
}

/// What downloads read from: the chunks of an export, one after the other.
fn chunks_of(service: &Service) -> Exports {
    let db = Db::connect(&service.database.url, 1, vault(&[MASTER]));
    let (shelf, texts) = (Shelf::new(Catalogue::load().unwrap()), Arc::new(Texts::load().unwrap()));
    Exports::new(db, shelf, texts, service.clock.clone(), (Random, Passwords::new(Random).unwrap()))
}

#[test]
fn a_download_under_way_fails_when_something_is_erased_instead_of_ending_like_a_whole_one() {
    let service = Service::start();
    let me = someone_with_everything(&service);
    let export: uuid::Uuid = completed_export(&me).rsplit('/').next().unwrap().parse().unwrap();
    let (chunks, account) = (chunks_of(&service), AccountId(account_of(&me).parse().unwrap()));
    let read = |number: i32| actix_web::rt::System::new().block_on(chunks.chunk(View::whole(account), export, number, None));
    assert!(read(0).unwrap().is_some());
    assert_eq!(read(i32::MAX).unwrap(), None, "the end of a whole one");
    let entry = me.get("/v1/relationships").expect(200)["data"][0]["id"].as_str().unwrap().to_owned();
    me.delete(&format!("/v1/relationships/{entry}")).expect(200);
    for number in [1, i32::MAX] {
        assert_eq!(read(number).unwrap_err().code, Code::Gone);
    }
    me.delete("/v1/account").expect(200);
    assert_eq!(read(1).unwrap_err().code, Code::Unauthenticated);
}

#[test]
fn erasing_something_drops_the_exports_that_have_it_in_them() {
    let service = Service::start();
    let me = someone_with_everything(&service);
    let tie = me.get("/v1/relationships").expect(200)["data"][0]["id"].as_str().unwrap().to_owned();
    let entry = me.get(&format!("/v1/relationships/{tie}/interactions")).expect(200)["data"][0]["id"].as_str().unwrap().to_owned();
    let response = me.get(&format!("/v1/relationships/{tie}/responses")).expect(200)["data"][0]["id"].as_str().unwrap().to_owned();
    let days = json!({"from": "2025-01-01", "to": "2025-01-02"});
    let erasures: [&dyn Fn() -> u16; 5] = [
        &|| me.delete(&format!("/v1/interactions/{entry}/history")).status,
        &|| me.delete(&format!("/v1/interactions/{entry}")).status,
        &|| me.delete(&format!("/v1/relationships/{tie}/responses/{response}")).status,
        &|| me.post(&format!("/v1/relationships/{tie}/erasures"), &days).status,
        &|| me.delete(&format!("/v1/relationships/{tie}")).status,
    ];
    for erase in erasures {
        let export = completed_export(&me);
        assert!((200..300).contains(&erase()));
        me.get(&export).problem(404, "not_found");
        assert_eq!(rows::count(&mut service.database.connect(), "SELECT count(*) AS count FROM account_export_chunks"), 0);
    }
}
