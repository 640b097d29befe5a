//! Every operation of the document that is not public needs a living session, and enough scope.

use serde_json::json;
use uuid::Uuid;

use crate::support::document::{Document, Operation};
use crate::support::{Client, PASSWORD, Service};

/// Everything that answers without a token. A route that is to be public is written down here first.
const PUBLIC: &[&str] = &[
    "GET /.well-known/jwks.json",
    "GET /.well-known/security.txt",
    "GET /healthz",
    "GET /openapi.json",
    "GET /problems/{code}",
    "GET /readyz",
    "GET /v1/calendar/{address}",
    "GET /v1/guide",
    "GET /v1/guide/{question}",
    "GET /v1/openers",
    "GET /v1/practices",
    "GET /v1/practices/{slug}",
    "GET /v1/question-sets",
    "GET /v1/question-sets/{slug}",
    "GET /v1/safety/resources",
    "GET /v1/safety/screen",
    "POST /v1/account-recovery",
    "POST /v1/accounts",
    "POST /v1/grants/redemptions",
    "POST /v1/sessions",
    "POST /v1/sessions/refresh",
];

/// What changes something and is still open to every scope: whoever holds a session may end it, lock it and, with the PIN, unlock it;
/// and end what others were let in by.
const OPEN_TO_EVERY_SCOPE: &[&str] = &[
    "DELETE /v1/calendar-feeds/{calendar_feed_id}",
    "DELETE /v1/grants/{grant_id}",
    "DELETE /v1/sessions",
    "DELETE /v1/sessions/unlocks",
    "DELETE /v1/sessions/{session_id}",
    "POST /v1/sessions/unlocks",
];

fn secured(document: &Document) -> Vec<Operation> {
    document.operations().into_iter().filter(Operation::secured).collect()
}

fn somewhere(operation: &Operation) -> String {
    operation.path_with(|_| Uuid::from_u128(0x0198_0000_0000_7000_8000_0000_0000_dead).to_string())
}

/// Sends an operation with its example, and without any body: who is asking is looked at before what is asked.
#[track_caller]
fn refused(operation: &Operation, client: &Client, status: u16, code: &str, who: &str) {
    for body in [operation.example().map(|body| body.to_string().into_bytes()), None] {
        let answer = operation.send_body(client, &somewhere(operation), body);
        assert_eq!(answer.status, status, "{} answers {who}: {}", operation.name(), answer.text);
        answer.problem(status, code);
        if status == 401 {
            assert_eq!(answer.header("www-authenticate"), "Bearer", "{}", operation.name());
        }
    }
}

fn sign_in(service: &Service, handle: &serde_json::Value, scope: &str) -> Client {
    let asked = json!({"handle": handle, "password": PASSWORD, "scope": scope});
    let pair = service.stranger().post("/v1/sessions", &asked).expect(201);
    Client::new(service.address, Some(pair["access_token"].as_str().unwrap().to_owned()))
}

fn account(service: &Service) -> serde_json::Value {
    service.stranger().post("/v1/accounts", &json!({"password": PASSWORD})).expect(201)["handle"].clone()
}

#[test]
fn what_is_public_is_written_down() {
    let service = Service::start();
    let open = Document::of(&service).operations().into_iter().filter(|operation| !operation.secured());
    let mut open: Vec<String> = open.map(|operation| operation.name()).collect();
    open.sort();
    assert_eq!(open, PUBLIC, "a public operation is one that is listed in tests/api/auth_coverage.rs");
}

#[test]
fn nobody_gets_in_without_a_token_or_with_something_that_is_none() {
    let service = Service::start();
    let stranger = service.stranger();
    let token = |token: &str| Client::new(service.address, Some(token.to_owned()));
    let good = sign_in(&service, &account(&service), "read write delete").token.unwrap();
    let cut = &good[..good.len() - 4];
    for operation in secured(&Document::of(&service)) {
        refused(&operation, &stranger, 401, "unauthenticated", "nobody");
        for wrong in ["", "x", "a.b.c", cut, &format!("{good}x"), &"a".repeat(6_000)] {
            refused(&operation, &token(wrong), 401, "unauthenticated", "a malformed token");
        }
        for scheme in ["Basic c2FtOnBhc3N3b3Jk", &format!("Token {good}"), &good, &format!("Bearer{good}")] {
            refused(&operation, &stranger.with("authorization", scheme), 401, "unauthenticated", "another scheme");
        }
    }
}

#[test]
fn nobody_gets_in_with_an_expired_token() {
    let service = Service::start();
    let me = sign_in(&service, &account(&service), "read write delete");
    me.get("/v1/account").expect(200);
    service.clock.advance(chrono::TimeDelta::minutes(11));
    for operation in secured(&Document::of(&service)) {
        refused(&operation, &me, 401, "unauthenticated", "an expired token");
    }
}

#[test]
fn nobody_gets_in_with_the_token_of_a_session_that_ended() {
    let service = Service::start();
    let me = sign_in(&service, &account(&service), "read write delete");
    assert_eq!(me.delete("/v1/sessions").status, 204);
    for operation in secured(&Document::of(&service)) {
        let answer = operation.send(&me, &somewhere(&operation));
        assert_eq!(answer.status, 401, "{} answers an ended session: {}", operation.name(), answer.text);
        answer.problem(401, "unauthenticated");
    }
}

#[test]
fn a_session_that_may_only_read_changes_nothing() {
    let service = Service::start();
    let reader = sign_in(&service, &account(&service), "read");
    for operation in secured(&Document::of(&service)) {
        if operation.method != "GET" && !OPEN_TO_EVERY_SCOPE.contains(&operation.name().as_str()) {
            refused(&operation, &reader, 403, "insufficient_scope", "a session that may only read");
        }
    }
    reader.get("/v1/account").expect(200);
}

#[test]
fn a_session_that_may_not_delete_deletes_nothing() {
    let service = Service::start();
    let writer = sign_in(&service, &account(&service), "read write");
    for operation in secured(&Document::of(&service)) {
        if operation.method == "DELETE" && !OPEN_TO_EVERY_SCOPE.contains(&operation.name().as_str()) {
            refused(&operation, &writer, 403, "insufficient_scope", "a session that may not delete");
        }
    }
    writer.get("/v1/account").expect(200);
}

#[test]
fn every_session_may_end_sessions() {
    let service = Service::start();
    let handle = account(&service);
    for scope in ["read", "read write"] {
        let other = sign_in(&service, &handle, scope);
        let me = sign_in(&service, &handle, scope);
        let listed = me.get("/v1/sessions").expect(200);
        let session = listed["data"].as_array().unwrap().iter().find(|session| session["current"] == false).unwrap().clone();
        assert_eq!(me.delete(&format!("/v1/sessions/{}", session["id"].as_str().unwrap())).status, 204);
        other.get("/v1/account").problem(401, "unauthenticated");
        assert_eq!(me.delete("/v1/sessions").status, 204);
        me.get("/v1/account").problem(401, "unauthenticated");
    }
}
