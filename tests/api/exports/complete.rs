//! Nothing is left out of an export without a reason, and it is what its schema says.

use super::{account_of, data, someone_with_everything};
use crate::support::document::Document;
use crate::support::everything::completed_export;
use crate::support::schema::forbids;
use crate::support::{Service, rows};
use serde_json::{Value, json};
use std::collections::BTreeSet;

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
    assert_eq!(
        rows::tables_of_accounts(&mut conn),
        known,
        "say in tests/api/exports/complete.rs which part a new table is in, or why in none"
    );
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
    assert_eq!(missing, [""; 0], "add them to the export, or say in tests/api/exports/complete.rs why they are not in it");
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
