//! Giving a grant: who may, with what, what can be lent, and how many last at once.

use chrono::TimeDelta;
use serde_json::{Value, json};

use super::{client, give, lent, redeem};
use crate::external_accounts::{person, service as external};
use crate::isolation::comparable;
use crate::support::everything::{id_in, relationship};
use crate::support::{PASSWORD, Service};

#[test]
fn only_a_session_that_may_do_everything_lets_somebody_in() {
    let service = Service::start();
    let me = service.someone();
    let tie = relationship(&me);
    let handle = me.get("/v1/account").expect(200)["handle"].clone();
    let signed_in = |more: Value| {
        let mut asked = json!({"handle": handle, "password": PASSWORD});
        asked.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        client(service.address, &service.stranger().post("/v1/sessions", &asked).expect(201))
    };
    for narrower in [json!({"scope": "read"}), json!({"scope": "read write"}), json!({"relationship_id": id_in(&tie)})] {
        signed_in(narrower).post(&format!("{tie}/grants"), &lent(&json!({}))).problem(403, "insufficient_scope");
    }
    let grant = give(&me, &tie, &json!({}));
    let path = format!("/v1/grants/{}", grant["id"].as_str().unwrap());
    assert_eq!(signed_in(json!({"scope": "read"})).delete(&path).status, 204, "ending one needs no more than a session");
}

#[test]
fn the_pin_is_the_persons_own_whoever_was_let_in_is_asked_for_none_and_giving_a_grant_takes_it() {
    let service = Service::start();
    let me = service.someone();
    let tie = relationship(&me);
    let given = give(&me, &tie, &json!({}));
    let reader = client(service.address, &redeem(&service, &given["code"]).expect(201));
    assert_eq!(me.put("/v1/account/pin", &json!({"current_password": PASSWORD, "pin": "274913"})).status, 204);
    reader.get(&tie).expect(200);
    me.get(&tie).problem(403, "step_up_required");
    me.post(&format!("{tie}/grants"), &lent(&json!({}))).problem(403, "step_up_required");
    assert_eq!(me.delete(&format!("/v1/grants/{}", given["id"].as_str().unwrap())).status, 204, "ending one takes no PIN");
    reader.get(&tie).problem(401, "unauthenticated");
}

#[test]
fn what_cannot_be_lent_is_refused_by_name() {
    let service = Service::start();
    let (me, stranger) = (service.someone(), service.someone());
    let (mine, theirs) = (format!("{}/grants", relationship(&me)), format!("{}/grants", relationship(&stranger)));
    let wrong = |more: Value, pointer: &str| {
        let problem = me.post(&mine, &lent(&more)).problem(422, "validation_failed");
        assert_eq!(problem["errors"][0]["pointer"], pointer, "{problem}");
    };
    for hours in [0, -1, 8_785] {
        wrong(json!({"lasts_hours": hours}), "/lasts_hours");
    }
    let longest = me.post(&mine, &lent(&json!({"lasts_hours": 8_784}))).expect(201);
    assert_eq!(longest["expires_at"], "2027-03-03T12:00:00Z");
    wrong(json!({"from": "2026-02-02", "to": "2026-02-01"}), "/to");
    wrong(json!({"from": "1969-12-31"}), "/from");
    wrong(json!({"dimensions": []}), "/dimensions");
    wrong(json!({"label": " "}), "/label");
    let nowhere = me.post("/v1/relationships/01980000-0000-7000-8000-00000000dead/grants", &lent(&json!({})));
    nowhere.problem(404, "not_found");
    assert_eq!(comparable(&me.post(&theirs, &lent(&json!({})))), comparable(&nowhere));
}

#[test]
fn fifty_grants_last_at_once_and_one_that_is_over_makes_room() {
    let service = Service::start();
    let me = service.someone();
    let tie = relationship(&me);
    let made: Vec<Value> = (0..50).map(|_| give(&me, &tie, &json!({}))).collect();
    me.post(&format!("{tie}/grants"), &lent(&json!({}))).problem(409, "limit_reached");
    assert_eq!(me.delete(&format!("/v1/grants/{}", made[7]["id"].as_str().unwrap())).status, 204);
    give(&me, &tie, &json!({}));
    let first = me.get("/v1/grants?limit=40").expect(200);
    let next = me.get(&format!("/v1/grants?limit=40&cursor={}", first["next_cursor"].as_str().unwrap())).expect(200);
    assert_eq!((first["data"].as_array().unwrap().len(), next["data"].as_array().unwrap().len()), (40, 11));
}

#[test]
fn giving_a_grant_takes_the_password_and_guesses_at_it_are_slowed_down() {
    let service = Service::with(&[("RECIPROCITY_LIMIT_FAILURES", "3")]);
    let me = service.someone();
    let path = format!("{}/grants", relationship(&me));
    let without = me.post(&path, &json!({"lasts_hours": 720})).problem(422, "validation_failed");
    assert_eq!((&without["errors"][0]["pointer"], &without["errors"][0]["code"]), (&json!("/current_password"), &json!("required")));
    let wrong = lent(&json!({"current_password": "not the one at all"}));
    me.post(&path, &wrong).problem(401, "invalid_credentials");
    // It is one count with every other place that asks for the password.
    me.put("/v1/account/pin", &json!({"current_password": "nor this one", "pin": "407183"})).problem(401, "invalid_credentials");
    me.post(&path, &wrong).problem(401, "invalid_credentials");
    me.post(&path, &lent(&json!({}))).problem(429, "too_many_requests");
    assert_eq!(me.get("/v1/grants").expect(200)["data"], json!([]));
    service.clock.advance(TimeDelta::minutes(1));
    me.post(&path, &lent(&json!({}))).expect(201);
}

#[test]
fn the_same_request_needs_the_password_again_and_no_digest_of_it_is_kept() {
    let service = Service::start();
    let me = service.someone();
    let (path, keyed) = (format!("{}/grants", relationship(&me)), me.with("idempotency-key", "one"));
    let first = keyed.post(&path, &lent(&json!({}))).expect(201);
    keyed.post(&path, &lent(&json!({"current_password": "not the one at all"}))).problem(401, "invalid_credentials");
    let change = json!({"current_password": PASSWORD, "new_password": "eight loud yellow bells"});
    assert_eq!(me.put("/v1/account/password", &change).status, 204);
    // Were it part of what a request is recognised by, this would be another one.
    let again = keyed.post(&path, &lent(&json!({"current_password": "eight loud yellow bells"}))).expect(200);
    assert_eq!(again["id"], first["id"]);
}

#[test]
fn an_account_of_another_issuer_has_no_password_to_give_a_grant_with() {
    let service = external();
    let me = person(&service, "k");
    me.post("/v1/accounts", &json!({})).expect(201);
    let path = format!("{}/grants", relationship(&me));
    let taken = me.post(&path, &lent(&json!({}))).problem(422, "validation_failed");
    assert_eq!((&taken["errors"][0]["pointer"], &taken["errors"][0]["code"]), (&json!("/current_password"), &json!("not_taken")));
    let given = me.post(&path, &json!({"lasts_hours": 720})).expect(201);
    redeem(&service, &given["code"]).expect(201);
}

#[test]
fn setting_a_pin_ends_grants_that_wait_and_leaves_readers_until_their_grant_ends() {
    let service = Service::start();
    let me = service.someone();
    let tie = relationship(&me);
    let pin = |pin: &str| assert_eq!(me.put("/v1/account/pin", &json!({"current_password": PASSWORD, "pin": pin})).status, 204);
    for digits in ["274913", "830164"] {
        let (read, waits) = (give(&me, &tie, &json!({})), give(&me, &tie, &json!({})));
        let reader = client(service.address, &redeem(&service, &read["code"]).expect(201));
        pin(digits);
        redeem(&service, &waits["code"]).problem(401, "invalid_credentials");
        reader.get(&tie).expect(200);
        me.post("/v1/sessions/unlocks", &json!({ "pin": digits })).expect(200);
        let state = |grant: &Value| me.get(&format!("/v1/grants/{}", grant["id"].as_str().unwrap())).expect(200)["state"].clone();
        assert_eq!((state(&read), state(&waits)), (json!("redeemed"), json!("ended")));
    }
}
