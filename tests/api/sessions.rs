//! Sessions: signing in, refreshing, seeing and ending.

use serde_json::json;

use crate::support::{Client, PASSWORD, Service};

fn account(service: &Service) -> String {
    let account = service.stranger().post("/v1/accounts", &json!({"password": PASSWORD})).expect(201);
    account["handle"].as_str().unwrap().to_owned()
}

fn bearer(service: &Service, pair: &serde_json::Value) -> Client {
    Client::new(service.address, Some(pair["access_token"].as_str().unwrap().to_owned()))
}

#[test]
fn an_unknown_handle_and_a_wrong_password_answer_the_same() {
    let service = Service::start();
    let handle = account(&service);
    let other = account(&service);
    let stranger = service.stranger();
    stranger.delete("/v1/account").problem(401, "unauthenticated");
    let mut wrong =
        stranger.post("/v1/sessions", &json!({"handle": handle, "password": "not the one at all"})).problem(401, "invalid_credentials");
    let me = bearer(&service, &stranger.post("/v1/sessions", &json!({"handle": other, "password": PASSWORD})).expect(201));
    assert_eq!(me.delete("/v1/account").status, 200);
    let mut unknown = stranger.post("/v1/sessions", &json!({"handle": other, "password": PASSWORD})).problem(401, "invalid_credentials");
    wrong["request_id"] = json!("");
    unknown["request_id"] = json!("");
    assert_eq!(wrong, unknown);
}

#[test]
fn a_refresh_token_is_good_once_and_its_reuse_ends_the_session() {
    let service = Service::start();
    let handle = account(&service);
    let stranger = service.stranger();
    let first = stranger.post("/v1/sessions", &json!({"handle": handle, "password": PASSWORD})).expect(201);
    let second = stranger.post("/v1/sessions/refresh", &json!({"refresh_token": first["refresh_token"]})).expect(200);
    assert_ne!(first["refresh_token"], second["refresh_token"]);
    bearer(&service, &second).get("/v1/account").expect(200);
    stranger.post("/v1/sessions/refresh", &json!({"refresh_token": first["refresh_token"]})).problem(401, "invalid_credentials");
    stranger.post("/v1/sessions/refresh", &json!({"refresh_token": second["refresh_token"]})).problem(401, "invalid_credentials");
    bearer(&service, &second).get("/v1/account").problem(401, "unauthenticated");
}

#[test]
fn an_access_token_ends_with_its_time_and_with_its_session() {
    let service = Service::start();
    let handle = account(&service);
    let stranger = service.stranger();
    let sign_in = || stranger.post("/v1/sessions", &json!({"handle": handle, "password": PASSWORD, "label": "phone"})).expect(201);
    let (one, two) = (sign_in(), sign_in());
    let me = bearer(&service, &one);
    let listed = me.get("/v1/sessions").expect(200);
    assert_eq!(listed["data"].as_array().unwrap().len(), 2);
    assert_eq!(me.delete(&format!("/v1/sessions/{}", two["session_id"].as_str().unwrap())).status, 204);
    bearer(&service, &two).get("/v1/account").problem(401, "unauthenticated");
    me.delete(&format!("/v1/sessions/{}", two["session_id"].as_str().unwrap())).problem(404, "not_found");
    service.clock.advance(chrono::TimeDelta::minutes(11));
    me.get("/v1/account").problem(401, "unauthenticated");
    let fresh = bearer(&service, &stranger.post("/v1/sessions/refresh", &json!({"refresh_token": one["refresh_token"]})).expect(200));
    assert_eq!(fresh.delete("/v1/sessions").status, 204);
    fresh.get("/v1/account").problem(401, "unauthenticated");
}

#[test]
fn a_narrow_scope_reads_but_does_not_write_or_delete() {
    let service = Service::start();
    let handle = account(&service);
    let sign_in = |scope: &str| {
        let pair = service.stranger().post("/v1/sessions", &json!({"handle": handle, "password": PASSWORD, "scope": scope})).expect(201);
        bearer(&service, &pair)
    };
    let (reader, writer) = (sign_in("read"), sign_in("read write"));
    reader.post("/v1/relationships", &json!({"alias": "Sam", "kind": "friend"})).problem(403, "insufficient_scope");
    let made = writer.post("/v1/relationships", &json!({"alias": "Sam", "kind": "friend"}));
    made.expect(201);
    writer.delete(&made.header("location")).problem(403, "insufficient_scope");
    reader.get(&made.header("location")).expect(200);
}

#[test]
fn the_public_key_is_published() {
    let service = Service::start();
    let keys = service.stranger().get("/.well-known/jwks.json").expect(200);
    assert_eq!(keys["keys"][0]["crv"], "Ed25519");
}

#[test]
fn a_session_ends_when_it_lies_idle_for_as_long_as_it_asked_for() {
    let service = Service::start();
    let handle = account(&service);
    let stranger = service.stranger();
    let asked = json!({"handle": handle, "password": PASSWORD, "idle_minutes": 5});
    let first = stranger.post("/v1/sessions", &asked).expect(201);
    assert_eq!((first["expires_in_seconds"].as_u64(), first["refresh_expires_at"].as_str()), (Some(300), Some("2026-03-02T12:05:00Z")));
    service.clock.advance(chrono::TimeDelta::seconds(299));
    let second = stranger.post("/v1/sessions/refresh", &json!({"refresh_token": first["refresh_token"]})).expect(200);
    assert_eq!((second["expires_in_seconds"].as_u64(), second["refresh_expires_at"].as_str()), (Some(300), Some("2026-03-02T12:09:59Z")));
    let me = bearer(&service, &second);
    let listed = me.get("/v1/sessions").expect(200);
    assert_eq!((&listed["data"][0]["idle_minutes"], &listed["data"][0]["expires_at"]), (&json!(5), &json!("2026-03-02T12:09:59Z")));
    service.clock.advance(chrono::TimeDelta::seconds(300));
    me.get("/v1/account").problem(401, "unauthenticated");
    stranger.post("/v1/sessions/refresh", &json!({"refresh_token": second["refresh_token"]})).problem(401, "invalid_credentials");
    let usual = stranger.post("/v1/sessions", &json!({"handle": handle, "password": PASSWORD})).expect(201);
    assert_eq!((usual["expires_in_seconds"].as_u64(), usual["refresh_expires_at"].as_str()), (Some(600), Some("2026-04-01T12:09:59Z")));
}

#[test]
fn a_used_refresh_token_is_noticed_long_after_a_short_session_would_have_ended_without_it() {
    let service = Service::start();
    let handle = account(&service);
    let stranger = service.stranger();
    let refresh = |pair: &serde_json::Value| stranger.post("/v1/sessions/refresh", &json!({"refresh_token": pair["refresh_token"]}));
    let first = stranger.post("/v1/sessions", &json!({"handle": handle, "password": PASSWORD, "idle_minutes": 5})).expect(201);
    let mut thief = refresh(&first).expect(200);
    for _ in 0..10 {
        service.clock.advance(chrono::TimeDelta::minutes(4));
        thief = refresh(&thief).expect(200);
    }
    refresh(&first).problem(401, "invalid_credentials");
    bearer(&service, &thief).get("/v1/account").problem(401, "unauthenticated");
}
