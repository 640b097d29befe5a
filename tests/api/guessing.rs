//! Guessing at an account's secrets: slow for whoever guesses, no way to shut the owner out.

use chrono::TimeDelta;
use serde_json::{Value, json};

use crate::support::{Answer, Client, PASSWORD, Service};

const NEW_PASSWORD: &str = "eight loud yellow bells";
/// One proxy in front is believed, so that a test can speak from several addresses.
const PROXY: (&str, &str) = ("RECIPROCITY_TRUSTED_PROXIES", "1");
const FEW: (&str, &str) = ("RECIPROCITY_LIMIT_FAILURES", "3");
const FEW_ELSEWHERE: (&str, &str) = ("RECIPROCITY_LIMIT_FAILURES_ELSEWHERE", "6");

/// A client behind this address.
fn at(service: &Service, address: &str) -> Client {
    service.stranger().with("x-forwarded-for", address)
}

fn account(service: &Service) -> Value {
    service.stranger().post("/v1/accounts", &json!({"password": PASSWORD})).expect(201)
}

fn sign_in(client: &Client, handle: &Value, password: &str) -> Answer {
    client.post("/v1/sessions", &json!({"handle": handle, "password": password}))
}

fn guess(client: &Client, handle: &Value) -> u16 {
    sign_in(client, handle, "not the one at all").status
}

fn recover(client: &Client, handle: &Value, code: &str) -> Answer {
    client.post("/v1/account-recovery", &json!({"handle": handle, "recovery_code": code, "new_password": NEW_PASSWORD}))
}

#[test]
fn wrong_passwords_for_a_handle_are_soon_slowed_down_and_the_owner_gets_in_from_elsewhere() {
    let service = Service::with(&[PROXY, FEW]);
    let handle = &account(&service)["handle"];
    let guesser = at(&service, "192.0.2.1");
    for _ in 0..3 {
        assert_eq!(guess(&guesser, handle), 401);
    }
    let refused = sign_in(&guesser, handle, PASSWORD);
    refused.problem(429, "too_many_requests");
    assert_eq!(refused.header("retry-after"), "60");
    sign_in(&at(&service, "192.0.2.2"), handle, PASSWORD).expect(201);
    service.clock.advance(chrono::TimeDelta::seconds(60));
    sign_in(&guesser, handle, PASSWORD).expect(201);
}

#[test]
fn many_addresses_together_are_slowed_down_and_one_that_signed_in_before_is_not() {
    let service = Service::with(&[PROXY, FEW, FEW_ELSEWHERE]);
    let handle = &account(&service)["handle"];
    let home = at(&service, "192.0.2.200");
    sign_in(&home, handle, PASSWORD).expect(201);
    for number in 1..=6 {
        assert_eq!(guess(&at(&service, &format!("192.0.2.{number}")), handle), 401);
    }
    assert_eq!(guess(&at(&service, "192.0.2.7"), handle), 429);
    sign_in(&home, handle, PASSWORD).expect(201);
}

#[test]
fn a_session_refreshes_through_everything_its_address_fails_at() {
    let service = Service::with(&[FEW, ("RECIPROCITY_LIMIT_SIGN_INS", "5"), ("RECIPROCITY_LIMIT_REFRESHES", "2")]);
    let stranger = service.stranger();
    let handle = &account(&service)["handle"];
    let mut session = sign_in(&stranger, handle, PASSWORD).expect(201);
    let answers: Vec<u16> = (0..5).map(|_| guess(&stranger, handle)).collect();
    assert_eq!(answers, [401, 401, 401, 429, 429], "by the handle's count, then by the address's budget");
    for _ in 0..2 {
        let answer = stranger.post("/v1/sessions/refresh", &json!({"refresh_token": session["refresh_token"]}));
        session = answer.expect(200);
        assert!(answer.header("ratelimit-policy").starts_with("\"refreshes\";q=2"));
    }
    stranger.post("/v1/sessions/refresh", &json!({"refresh_token": session["refresh_token"]})).problem(429, "too_many_requests");
}

#[test]
fn a_right_password_is_never_counted() {
    let service = Service::with(&[("RECIPROCITY_LIMIT_FAILURES", "1"), ("RECIPROCITY_LIMIT_FAILURES_ELSEWHERE", "1")]);
    let handle = &account(&service)["handle"];
    for _ in 0..3 {
        sign_in(&service.stranger(), handle, PASSWORD).expect(201);
    }
}

#[test]
fn recovery_has_a_count_of_its_own_and_keeps_it() {
    let service = Service::with(&[PROXY, FEW]);
    let made = account(&service);
    let (handle, code) = (&made["handle"], made["recovery_code"].as_str().unwrap());
    let wrong = account(&service)["recovery_code"].as_str().unwrap().to_owned();
    let somebody = at(&service, "192.0.2.1");
    while guess(&somebody, handle) != 429 {}
    for _ in 0..3 {
        recover(&somebody, handle, &wrong).problem(401, "invalid_credentials");
    }
    recover(&somebody, handle, code).problem(429, "too_many_requests");
    recover(&at(&service, "192.0.2.2"), handle, code).expect(200);
}

#[test]
fn a_handle_that_nobody_has_is_counted_and_answered_like_one_that_somebody_has() {
    let service = Service::with(&[PROXY, FEW, FEW_ELSEWHERE]);
    let known = account(&service)["handle"].clone();
    let gone = account(&service)["handle"].clone();
    let owner = Client::signed_in(service.address, gone.as_str().unwrap());
    assert_eq!(owner.delete("/v1/account").status, 200);
    let course = |handle: &Value| -> Vec<(u16, String, Value)> {
        let attempt = |address: &str| {
            let answer = sign_in(&at(&service, address), handle, "not the one at all");
            let mut body = answer.json();
            body["request_id"] = json!("");
            (answer.status, answer.header("retry-after"), body)
        };
        let addresses = ["192.0.2.1", "192.0.2.1", "192.0.2.1", "192.0.2.1", "192.0.2.2", "192.0.2.3", "192.0.2.4", "192.0.2.5"];
        addresses.map(attempt).into()
    };
    let (of_known, of_gone) = (course(&known), course(&gone));
    assert_eq!(of_known.iter().map(|answer| answer.0).collect::<Vec<_>>(), [401, 401, 401, 429, 401, 401, 401, 429]);
    assert_eq!(of_known, of_gone);
}

#[test]
fn whoever_is_signed_in_guesses_the_password_no_faster_than_a_stranger() {
    let service = Service::with(&[("RECIPROCITY_LIMIT_FAILURES", "3")]);
    let me = service.someone();
    let wrong = "not the one at all";
    let pin = json!({"current_password": wrong, "pin": "407183"});
    let password = json!({"current_password": wrong, "new_password": "eight loud yellow bells"});
    me.put("/v1/account/pin", &pin).problem(401, "invalid_credentials");
    me.put("/v1/account/password", &password).problem(401, "invalid_credentials");
    me.post("/v1/account/pin-removals", &json!({"current_password": wrong})).problem(401, "invalid_credentials");
    let right = json!({"current_password": PASSWORD, "pin": "407183"});
    for _ in 0..2 {
        me.put("/v1/account/pin", &right).problem(429, "too_many_requests");
    }
    service.clock.advance(TimeDelta::minutes(1));
    assert_eq!(me.put("/v1/account/pin", &right).status, 204);
}
