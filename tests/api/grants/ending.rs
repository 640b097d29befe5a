//! The end of a grant: by its time, by the person, and with whatever ends more than it.

use chrono::TimeDelta;
use diesel::connection::SimpleConnection;
use serde_json::{Value, json};

use super::{client, give, lent, reader, redeem};
use crate::support::everything::relationship;
use crate::support::{Answer, Client, PASSWORD, Running, Service, rows, wait_for_waiting};

#[test]
fn neither_a_token_nor_a_refresh_outlasts_the_grant() {
    let service = Service::start();
    let me = service.someone();
    let tie = relationship(&me);
    let given = give(&me, &tie, &json!({"lasts_hours": 1}));
    let pair = redeem(&service, &given["code"]).expect(201);
    assert_eq!((&pair["refresh_expires_at"], &pair["expires_in_seconds"]), (&json!("2026-03-02T13:00:00Z"), &json!(600)));
    service.clock.advance(TimeDelta::minutes(54));
    let refresh = |pair: &Value| service.stranger().post("/v1/sessions/refresh", &json!({"refresh_token": pair["refresh_token"]}));
    let next = refresh(&pair).expect(200);
    assert_eq!((&next["refresh_expires_at"], &next["expires_in_seconds"]), (&json!("2026-03-02T13:00:00Z"), &json!(360)));
    let reader = client(service.address, &next);
    service.clock.advance(TimeDelta::milliseconds(359_999));
    reader.get(&tie).expect(200);
    service.clock.advance(TimeDelta::milliseconds(1));
    reader.get(&tie).problem(401, "unauthenticated");
    refresh(&next).problem(401, "invalid_credentials");
    let me = me.signed_in_again();
    assert_eq!(me.get(&format!("/v1/grants/{}", given["id"].as_str().unwrap())).expect(200)["state"], "expired");
}

#[test]
fn ending_a_grant_is_heard_at_once_here_and_within_two_seconds_elsewhere() {
    let here = Service::start();
    let there = Running::start(&here.database.url, &[]);
    let me = here.someone();
    let tie = relationship(&me);
    let given = give(&me, &tie, &json!({}));
    let pair = redeem(&here, &given["code"]).expect(201);
    let (near, far) = (client(here.address, &pair), client(there.address, &pair));
    near.get(&tie).expect(200);
    far.get(&tie).expect(200);
    let path = format!("/v1/grants/{}", given["id"].as_str().unwrap());
    assert_eq!(me.delete(&path).status, 204);
    near.get(&tie).problem(401, "unauthenticated");
    there.clock.advance(TimeDelta::seconds(2));
    far.get(&tie).problem(401, "unauthenticated");
    here.stranger().post("/v1/sessions/refresh", &json!({"refresh_token": pair["refresh_token"]})).problem(401, "invalid_credentials");
    let first = me.get(&path).expect(200);
    assert_eq!((&first["state"], &first["ended_at"]), (&json!("ended"), &json!("2026-03-02T12:00:00Z")));
    here.clock.advance(TimeDelta::minutes(1));
    assert_eq!(me.delete(&path).status, 204, "once more changes nothing");
    assert_eq!(me.get(&path).expect(200), first);
}

#[test]
fn whatever_ends_every_session_ends_every_grant_and_every_feed() {
    type End = fn(&Service, &Client, &Value);
    let ends: [End; 3] = [
        |_, me, _| assert_eq!(me.delete("/v1/sessions").status, 204),
        |_, me, _| {
            let change = json!({"current_password": PASSWORD, "new_password": "eight loud yellow bells"});
            assert_eq!(me.put("/v1/account/password", &change).status, 204);
        },
        |service, _, account| {
            let (handle, code) = (&account["handle"], &account["recovery_code"]);
            let recovery = json!({"handle": handle, "recovery_code": code, "new_password": "eight loud yellow bells"});
            service.stranger().post("/v1/account-recovery", &recovery).expect(200);
        },
    ];
    let service = Service::start();
    for end in ends {
        let account = service.stranger().post("/v1/accounts", &json!({"password": PASSWORD})).expect(201);
        let me = Client::signed_in(service.address, account["handle"].as_str().unwrap());
        let tie = relationship(&me);
        let (reader, waiting) = (reader(&service, &me, &tie, &json!({})), give(&me, &tie, &json!({})));
        let feed = me.post("/v1/calendar-feeds", &json!({})).expect(201)["address"].as_str().unwrap().to_owned();
        assert_eq!(service.stranger().get(&feed).status, 200);
        end(&service, &me, &account);
        service.stranger().get(&feed).problem(404, "not_found");
        reader.get(&tie).problem(401, "unauthenticated");
        redeem(&service, &waiting["code"]).problem(401, "invalid_credentials");
    }
    let left = "SELECT (SELECT count(*) FROM calendar_feeds) + (SELECT count(*) FROM calendar_addresses) AS count";
    assert_eq!(rows::count(&mut service.database.connect(), left), 0, "an address is kept nowhere");
}

#[test]
fn a_session_of_an_ended_grant_is_refused_whatever_its_own_row_says() {
    let service = Service::start();
    let me = service.someone();
    let tie = relationship(&me);
    let reader = reader(&service, &me, &tie, &json!({}));
    service.database.connect().batch_execute("UPDATE grants SET ended_at = created_at").unwrap();
    reader.get(&tie).problem(401, "unauthenticated");
    me.get(&tie).expect(200);
}

#[test]
fn a_grant_goes_with_its_relationship() {
    let service = Service::start();
    let me = service.someone();
    let tie = relationship(&me);
    let given = give(&me, &tie, &json!({}));
    let waiting = give(&me, &tie, &json!({}));
    let reader = client(service.address, &redeem(&service, &given["code"]).expect(201));
    me.delete(&tie).expect(200);
    reader.get(&tie).problem(401, "unauthenticated");
    redeem(&service, &waiting["code"]).problem(401, "invalid_credentials");
    assert_eq!(me.get("/v1/grants").expect(200)["data"], json!([]));
}

/// What a request for a grant is answered with that was let in, and waits to be done while `meanwhile` happens.
fn given_while(service: &Service, me: &Client, tie: &str, meanwhile: impl FnOnce()) -> Answer {
    let (mut conn, mut holder) = (service.database.connect(), service.database.connect());
    holder.batch_execute("BEGIN; SELECT 1 FROM accounts FOR UPDATE").unwrap();
    std::thread::scope(|scope| {
        let giving = scope.spawn(|| me.post(&format!("{tie}/grants"), &lent(&json!({}))));
        wait_for_waiting(&mut conn, 1);
        meanwhile();
        holder.batch_execute("COMMIT").unwrap();
        giving.join().unwrap()
    })
}

#[test]
fn a_grant_that_was_asked_for_before_its_session_ended_is_not_given_afterwards() {
    let service = Service::start();
    let me = service.someone();
    let (tie, other) = (relationship(&me), me.signed_in_again());
    let answer = given_while(&service, &me, &tie, || assert_eq!(other.delete("/v1/sessions").status, 204));
    answer.problem(401, "unauthenticated");
    assert_eq!(me.signed_in_again().get("/v1/grants").expect(200)["data"], json!([]));
}

#[test]
fn a_grant_that_was_asked_for_before_its_session_was_locked_is_not_given_afterwards() {
    let service = Service::start();
    let me = service.someone();
    let tie = relationship(&me);
    assert_eq!(me.put("/v1/account/pin", &json!({"current_password": PASSWORD, "pin": "407183"})).status, 204);
    me.post("/v1/sessions/unlocks", &json!({"pin": "407183"})).expect(200);
    let answer = given_while(&service, &me, &tie, || assert_eq!(me.delete("/v1/sessions/unlocks").status, 204));
    answer.problem(403, "step_up_required");
    assert_eq!(rows::count(&mut service.database.connect(), "SELECT count(*) AS count FROM grants"), 0);
}
