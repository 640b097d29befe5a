//! Operators and people are kept apart: neither's token opens what is the other's.

use chrono::TimeDelta;
use diesel::RunQueryDsl;
use diesel::sql_query;
use serde_json::json;

use crate::support::document::{Document, Operation};
use crate::support::everything::path_for;
use crate::support::issuer::{AUDIENCE, Signer, claims, scopes, service_of, service_with, with_token};
use crate::support::operator::{ALL, EVENING, draft, fit, have_evening, make, operator, token_at};
use crate::support::{Client, MASTER, Running, Service, rows};

const ISSUER: &str = "https://id.example.org";

fn key() -> Signer {
    Signer::ed("one", 1)
}

/// An issuer whose mapping makes operators of some.
fn entry() -> serde_json::Value {
    let mut scopes = scopes();
    scopes["admin_content"] = json!(["content.keep"]);
    json!({"issuer": ISSUER, "audiences": [AUDIENCE], "jwks": {"keys": [key().jwk()]}, "scopes": scopes})
}

fn bearing(service: &Service, scope: &str) -> Client {
    let mut said = claims(ISSUER, "k");
    said["scope"] = json!(scope);
    with_token(service.address, key().token(&said))
}

fn of_operators(document: &Document) -> Vec<Operation> {
    let all: Vec<Operation> = document.operations().into_iter().filter(Operation::for_operators).collect();
    assert!(all.len() >= 7, "{all:?}");
    all
}

#[test]
fn what_is_under_admin_is_for_operators_and_nothing_else_is() {
    let service = Service::start();
    for operation in Document::of(&service).operations() {
        assert_eq!(operation.for_operators(), operation.path.starts_with("/v1/admin/"), "{}", operation.name());
    }
}

#[test]
fn no_token_of_an_account_opens_what_is_for_operators() {
    let service = Service::start();
    let (me, keeper) = (service.someone(), operator(&service));
    have_evening(&me);
    let before = rows::counts(&mut service.database.connect());
    for operation in of_operators(&Document::of(&service)) {
        let answer = operation.send(&me, &path_for(&me, &operation));
        answer.problem(403, "insufficient_scope");
    }
    assert_eq!(rows::counts(&mut service.database.connect()), before, "nothing was written");
    assert_eq!(keeper.get(EVENING).expect(200)["status"], "draft");
}

#[test]
fn an_operators_token_opens_no_account() {
    let service = Service::start();
    let (me, keeper) = (service.someone(), operator(&service));
    for operation in Document::of(&service).operations() {
        if operation.secured() && !operation.for_operators() {
            let answer = operation.send(&keeper, &path_for(&me, &operation));
            assert_eq!(answer.status, 401, "{} answers an operator: {}", operation.name(), answer.text);
            answer.problem(401, "unauthenticated");
        }
    }
    me.get("/v1/account").expect(200);
}

#[test]
fn an_operators_token_ends_with_its_time() {
    let service = Service::start();
    let keeper = service.stranger().showing(token_at(15, 0));
    keeper.get(ALL).expect(200);
    service.clock.advance(TimeDelta::minutes(16));
    for operation in of_operators(&Document::of(&service)) {
        operation.send(&keeper, &path_for(&service.stranger().showing(token_at(15, 16 * 60)), &operation)).problem(401, "unauthenticated");
    }
    service.stranger().showing(token_at(15, 16 * 60)).get(ALL).expect(200);
}

#[test]
fn a_token_of_a_key_that_was_withdrawn_keeps_nothing() {
    let service = Service::start();
    let next = Running::under(&[[9; 32], MASTER], &service.database.url, &[]);
    let keeper = Client::new(next.address, Some(token_at(60, 0)));
    keeper.get(ALL).expect(200);
    let kid = service.stranger().get("/.well-known/jwks.json").expect(200)["keys"][0]["kid"].as_str().unwrap().to_owned();
    sql_query(format!("INSERT INTO withdrawn_signing_keys VALUES ('{kid}', now())")).execute(&mut service.database.connect()).unwrap();
    keeper.get(ALL).problem(401, "unauthenticated");
}

#[test]
fn an_issuer_makes_operators_where_its_mapping_says_so_and_they_have_no_account() {
    let service = service_with(&json!([entry()]));
    let keeper = bearing(&service, "openid content.keep");
    make(&keeper, "evening-check", 1).expect(201);
    keeper.post("/v1/accounts", &json!({})).problem(401, "unauthenticated");
    keeper.get("/v1/account").problem(401, "unauthenticated");
    for scope in ["openid log.write log.erase content.keep", "content.keep"] {
        bearing(&service, scope).get("/v1/account").problem(401, "unauthenticated");
        bearing(&service, scope).get(ALL).expect(200);
    }
    assert_eq!(rows::count(&mut service.database.connect(), "SELECT count(*) AS count FROM accounts"), 0);
}

#[test]
fn whoever_an_issuer_lets_sign_in_is_no_operator_by_that() {
    let service = service_with(&json!([entry()]));
    let me = bearing(&service, "openid log.write log.erase");
    me.get(ALL).problem(401, "unauthenticated");
    me.post("/v1/accounts", &json!({})).expect(201);
    me.get(ALL).problem(403, "insufficient_scope");
    bearing(&service, "admin:content read write delete").get(ALL).problem(403, "insufficient_scope");
    me.with("if-none-match", "*").put(EVENING, &draft("evening-check", 1)).problem(403, "insufficient_scope");
}

#[test]
fn an_issuer_without_the_mapping_makes_nobody_an_operator() {
    let mut plain = entry();
    plain["scopes"] = scopes();
    let service = service_with(&json!([plain]));
    let me = bearing(&service, "content.keep admin:content");
    me.post("/v1/accounts", &json!({})).expect(201);
    me.get(ALL).problem(403, "insufficient_scope");
}

#[test]
fn the_commands_token_is_taken_where_accounts_come_from_other_issuers_alone() {
    let service = service_of("external", &json!([entry()]));
    operator(&service).get(ALL).expect(200);
}

#[test]
fn operators_have_a_budget_of_their_own() {
    let service = Service::with(&[("RECIPROCITY_LIMIT_READS", "2")]);
    let keeper = operator(&service);
    let first = keeper.get(ALL);
    assert_eq!(first.header("ratelimit-policy"), "\"administration\";q=2;w=60");
    keeper.get(ALL).expect(200);
    keeper.get(ALL).problem(429, "too_many_requests");
    operator(&service).get(ALL).expect(200);
    service.someone().get("/v1/account").expect(200);
}

#[test]
fn every_operation_of_operators_answers_one() {
    let service = Service::start();
    for operation in of_operators(&Document::of(&service)) {
        let nobody = service.stranger();
        let answer = operation.send(&fit(&nobody, &operation), &path_for(&nobody, &operation));
        let fixed = operation.path.ends_with("retirement") || answer.status == 409;
        assert!(answer.status < 300 || fixed, "{}: {} {}", operation.name(), answer.status, answer.text);
    }
}
