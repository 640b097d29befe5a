//! An export is made in pages, once at a time, and goes on where a restart broke it off.

use super::{break_off, data, someone_with_everything, wait};
use crate::support::everything::{completed_export, relationship};
use crate::support::{Client, Running, Service, rows};
use diesel::PgConnection;
use serde_json::json;
use std::collections::BTreeSet;

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
