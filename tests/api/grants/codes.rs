//! Codes: good once, never shown again, and slow to guess.

use chrono::TimeDelta;
use diesel::connection::SimpleConnection;
use serde_json::{Value, json};

use super::{give, lent, redeem};
use crate::isolation::{account_of, comparable};
use crate::support::everything::{completed_export, id_in, relationship};
use crate::support::{Service, rows, wait_for_waiting};

#[test]
fn a_code_is_good_once_and_then_answers_like_one_that_never_was() {
    let service = Service::start();
    let me = service.someone();
    let tie = relationship(&me);
    let (used, ended) = (give(&me, &tie, &json!({})), give(&me, &tie, &json!({})));
    let over = give(&me, &tie, &json!({"lasts_hours": 1}));
    redeem(&service, &used["code"]).expect(201);
    assert_eq!(me.delete(&format!("/v1/grants/{}", ended["id"].as_str().unwrap())).status, 204);
    service.clock.advance(TimeDelta::hours(1));
    let other = Service::start();
    let stranger = other.someone();
    let unknown = give(&stranger, &relationship(&stranger), &json!({}));
    let never = redeem(&service, &unknown["code"]);
    never.problem(401, "invalid_credentials");
    for grant in [&used, &ended, &over] {
        assert_eq!(comparable(&redeem(&service, &grant["code"])), comparable(&never), "{grant}");
    }
    assert_eq!(redeem(&service, &json!("k3v9-t0qz")).problem(422, "validation_failed")["errors"][0]["pointer"], "/code");
    let me = me.signed_in_again();
    let listed = me.get("/v1/grants").expect(200)["data"].clone();
    let state = |grant: &Value| listed.as_array().unwrap().iter().find(|one| one["id"] == grant["id"]).unwrap()["state"].clone();
    assert_eq!([state(&used), state(&ended), state(&over)], ["redeemed", "ended", "expired"]);
}

#[test]
fn of_many_who_show_a_code_at_once_one_is_let_in() {
    // A connection for each of them.
    let service = Service::with(&[("RECIPROCITY_POOL_SIZE", "8")]);
    let me = service.someone();
    let code = give(&me, &relationship(&me), &json!({}))["code"].clone();
    let (mut conn, mut holder) = (service.database.connect(), service.database.connect());
    holder.batch_execute("BEGIN; SELECT 1 FROM grants FOR UPDATE").unwrap();
    let statuses: Vec<u16> = std::thread::scope(|scope| {
        let all: Vec<_> = (0..4).map(|_| scope.spawn(|| redeem(&service, &code).status)).collect();
        // Nobody has used it when all of them have come to it.
        wait_for_waiting(&mut conn, 4);
        holder.batch_execute("COMMIT").unwrap();
        all.into_iter().map(|one| one.join().unwrap()).collect()
    });
    assert_eq!(statuses.iter().filter(|status| **status == 201).count(), 1, "{statuses:?}");
    // Whoever did not get a turn at the database was told to come back.
    assert!(statuses.iter().all(|status| [201, 401, 503].contains(status)), "{statuses:?}");
    assert_eq!(redeem(&service, &code).status, 401);
}

#[test]
fn a_code_cannot_be_read_again() {
    let service = Service::start();
    let me = service.someone();
    let (path, asked) = (format!("{}/grants", relationship(&me)), lent(&json!({})));
    let keyed = me.with("idempotency-key", "one");
    let first = keyed.post(&path, &asked);
    let code = first.expect(201)["code"].as_str().unwrap().to_owned();
    let again = keyed.post(&path, &asked);
    assert_eq!(again.expect(200)["id"], first.json()["id"], "the same request gives no second grant");
    let path = first.header("location");
    let export = completed_export(&me);
    assert!(again.json().get("code").is_none(), "the same request shows no code");
    let texts = [again.text, me.get(&path).text, me.get("/v1/grants").text, me.get(&format!("{export}/data")).text];
    assert!(texts.iter().all(|text| text.contains(id_in(&path)) && !text.contains(&code)));
    // Bytes are looked for as Postgres writes them; the account's id, which a code begins with, is no secret.
    let bytes: [u8; 32] = reciprocity::kernel::code::bytes(&code).unwrap();
    let secrets = [code.replace('-', ""), rows::hex(&bytes[16..]), rows::hex(code.as_bytes()), code];
    let stored = rows::of_account(&mut service.database.connect(), &account_of(&me));
    assert!(stored.values().flatten().all(|row| secrets.iter().all(|secret| !row.contains(secret))));
}

#[test]
fn showing_codes_has_the_budget_of_signing_in() {
    let service = Service::with(&[("RECIPROCITY_LIMIT_SIGN_INS", "3")]);
    let code = json!("06c0-0000");
    // `someone` signs in once.
    let _me = service.someone();
    for _ in 0..2 {
        redeem(&service, &code).problem(422, "validation_failed");
    }
    redeem(&service, &code).problem(429, "too_many_requests");
}

#[test]
fn wrong_codes_for_an_account_are_soon_slowed_down() {
    let service = Service::with(&[("RECIPROCITY_LIMIT_FAILURES", "2")]);
    let me = service.someone();
    let tie = relationship(&me);
    let codes: Vec<Value> = (0..3).map(|_| give(&me, &tie, &json!({}))["code"].clone()).collect();
    for used in &codes[..2] {
        redeem(&service, used).expect(201);
    }
    // Two wrong ones that differ, as a guesser's do: it is the account that is counted.
    for used in &codes[..2] {
        redeem(&service, used).problem(401, "invalid_credentials");
    }
    redeem(&service, &codes[2]).problem(429, "too_many_requests");
    me.signed_in_again().get("/v1/account").expect(200);
    service.clock.advance(TimeDelta::minutes(1));
    redeem(&service, &codes[2]).expect(201);
}
