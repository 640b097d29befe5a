//! The end of an export: a day, a sweep, an erasure of what is in it.

use super::{account_of, someone_with_everything};
use crate::support::everything::completed_export;
use crate::support::{MASTER, Service, rows, vault};
use chrono::TimeDelta;
use diesel::connection::SimpleConnection;
use reciprocity::content::{Catalogue, Shelf, Texts};
use reciprocity::db::Db;
use reciprocity::features::accounts::Passwords;
use reciprocity::features::exports::Exports;
use reciprocity::kernel::{AccountId, Code, Random, View};
use serde_json::json;
use std::sync::Arc;

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
