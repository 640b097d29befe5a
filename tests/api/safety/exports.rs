//! Taking answers along: only with the password, and into another account.

use serde_json::{Value, json};

use super::{SAFE, answer, not_for_me};
use crate::support::everything::{completed_export, relationship};
use crate::support::issuer::{AUDIENCE, Signer, claims, scopes, with_token};
use crate::support::{Client, PASSWORD, Service, eventually, rows};

/// An export with answers in it, completed.
fn with_answers(me: &Client) -> String {
    let made = me.post("/v1/account/exports", &json!({"include": ["safety_answers"], "current_password": PASSWORD}));
    made.expect(202);
    let path = made.header("location");
    assert!(eventually(|| me.get(&path).expect(200)["status"] == "completed"), "{path} does not come to an end");
    path
}

fn data(me: &Client, export: &str) -> Value {
    me.get(&format!("{export}/data")).expect(200)
}

#[test]
fn answers_are_in_an_export_that_asks_for_them_with_the_password_and_in_no_other() {
    let service = Service::start();
    let me = service.someone();
    let tie = relationship(&me);
    let given = answer(&me, &tie, SAFE);
    let usual = completed_export(&me);
    assert!(data(&me, &usual).get("safety_answers").is_none());
    me.get(&format!("{usual}/tables/safety_answers")).problem(404, "not_found");
    let export = with_answers(&me);
    let id = tie.rsplit('/').next().unwrap();
    assert_eq!(data(&me, &export)["safety_answers"], json!([{"relationship_id": id, "answers": given["answers"]}]));
    let table = me.get(&format!("{export}/tables/safety_answers"));
    assert!(table.text.starts_with("relationship_id,answers\r\n") && table.text.contains(id), "{}", table.text);
    let status = me.get(&export).expect(200);
    assert_eq!(status["records"], status["expected_records"]);
}

#[test]
fn asking_for_answers_takes_the_password_and_guesses_at_it_are_slowed_down() {
    let service = Service::with(&[("RECIPROCITY_LIMIT_FAILURES", "2")]);
    let me = service.someone();
    answer(&me, &relationship(&me), SAFE);
    let asks = |password: Option<&str>| {
        let mut body = json!({"include": ["safety_answers"]});
        if let Some(password) = password {
            body["current_password"] = json!(password);
        }
        me.post("/v1/account/exports", &body)
    };
    assert_eq!(asks(None).problem(422, "validation_failed")["errors"][0]["pointer"], "/current_password");
    let much = json!({"include": vec!["safety_answers"; 6], "current_password": PASSWORD});
    let refused = me.post("/v1/account/exports", &much).problem(422, "validation_failed")["errors"][0].clone();
    assert_eq!((&refused["pointer"], &refused["code"]), (&json!("/include"), &json!("too_many")));
    asks(Some("not the one at all")).problem(401, "invalid_credentials");
    asks(Some("not the one either")).problem(401, "invalid_credentials");
    asks(Some(PASSWORD)).problem(429, "too_many_requests");
    assert_eq!(rows::count(&mut service.database.connect(), "SELECT count(*) AS count FROM account_exports"), 0);
}

#[test]
fn an_export_that_is_being_made_with_answers_is_not_handed_to_whoever_asks_without_the_password() {
    let service = Service::start();
    let me = service.someone();
    answer(&me, &relationship(&me), SAFE);
    let export = with_answers(&me);
    let mut conn = service.database.connect();
    let again = "UPDATE account_exports SET completed_at = NULL, part = 13, chunks = chunks";
    diesel::connection::SimpleConnection::batch_execute(&mut conn, again).unwrap();
    let other = completed_export(&me);
    assert_ne!(other, export);
    assert!(data(&me, &other).get("safety_answers").is_none());
    me.get(&export).problem(404, "not_found");
}

#[test]
fn an_account_without_a_password_takes_no_answers_along() {
    let (signer, issuer) = (Signer::ed("one", 1), "https://id.example.org");
    let one = json!({"issuer": issuer, "audiences": [AUDIENCE], "jwks": {"keys": [signer.jwk()]}, "scopes": scopes()});
    let issuers = json!({ "issuers": [one] }).to_string();
    let service = Service::with(&[("RECIPROCITY_ACCOUNTS", "both"), ("RECIPROCITY_ISSUERS", &issuers)]);
    let me = with_token(service.address, signer.token(&claims(issuer, "somebody")));
    me.post("/v1/accounts", &json!({})).expect(201);
    answer(&me, &relationship(&me), SAFE);
    me.post("/v1/account/exports", &json!({"include": ["safety_answers"]})).problem(403, "passwords_not_used");
    assert!(data(&me, &completed_export(&me)).get("safety_answers").is_none());
}

#[test]
fn erasing_answers_drops_the_export_that_has_them_in_it() {
    let service = Service::start();
    let me = service.someone();
    let tie = relationship(&me);
    for erase in [format!("{tie}/safety"), format!("{tie}/not-for-me/taking-turns")] {
        answer(&me, &tie, SAFE);
        let export = with_answers(&me);
        assert_eq!(me.delete(&erase).status, 204);
        me.get(&export).problem(404, "not_found");
        assert_eq!(rows::count(&mut service.database.connect(), "SELECT count(*) AS count FROM account_export_chunks"), 0);
    }
}

#[test]
fn answers_and_what_is_not_for_them_are_brought_into_another_account_and_the_answers_are_counted_nowhere() {
    let service = Service::start();
    let (me, other) = (service.someone(), service.someone());
    let tie = relationship(&me);
    let given = answer(&me, &tie, SAFE);
    not_for_me(&me, &tie, "taking-turns");
    let all = data(&me, &with_answers(&me));
    let usual = data(&me, &completed_export(&me));
    let brought = other.post("/v1/account/imports", &all).expect(200);
    assert_eq!(other.get(&format!("{tie}/safety")).expect(200), given);
    assert_eq!(other.get(&format!("{tie}/not-for-me")).expect(200), me.get(&format!("{tie}/not-for-me")).expect(200));
    let without = service.someone();
    let mut counted = without.post("/v1/account/imports", &usual).expect(200);
    assert_eq!(without.get(&format!("{tie}/safety")).expect(200)["answers"], json!([]));
    for own in ["id", "sessions_left_out", "access_log_left_out"] {
        counted[own] = brought[own].clone();
    }
    assert_eq!(counted, brought, "what an import says of itself does not tell whether answers were in it");
    assert_eq!(brought["not_for_me"], 1);
}

#[test]
fn what_cannot_be_brought_is_pointed_at() {
    let service = Service::start();
    let me = service.someone();
    let tie = relationship(&me);
    answer(&me, &tie, SAFE);
    not_for_me(&me, &tie, "taking-turns");
    let all = data(&me, &with_answers(&me));
    let spoilt = |change: &dyn Fn(&mut Value)| {
        let mut body = all.clone();
        change(&mut body);
        let refused = service.someone().post("/v1/account/imports", &body).problem(422, "validation_failed");
        let error = &refused["errors"][0];
        (error["pointer"].as_str().unwrap().to_owned(), error["code"].as_str().unwrap().to_owned())
    };
    let nobodys = json!("01980000-0000-7000-8000-00000000dead");
    let wrong = |pointer: &str, code: &str| (pointer.to_owned(), code.to_owned());
    assert_eq!(
        spoilt(&|body| body["safety_answers"][0]["answers"][0]["item"] = json!("no_such_item")),
        wrong("/safety_answers/0/answers/0/item", "unknown_item")
    );
    assert_eq!(
        spoilt(&|body| body["safety_answers"][0]["relationship_id"] = nobodys.clone()),
        wrong("/safety_answers/0/relationship_id", "not_in_the_import")
    );
    let twice = |body: &mut Value, part: &str| {
        let first = body[part][0].clone();
        body[part].as_array_mut().unwrap().push(first);
    };
    assert_eq!(spoilt(&|body| twice(body, "safety_answers")), wrong("/safety_answers/1/relationship_id", "duplicate_id"));
    assert_eq!(spoilt(&|body| twice(body, "not_for_me")), wrong("/not_for_me/1/practice", "duplicate_practice"));
    assert_eq!(spoilt(&|body| body["not_for_me"][0]["practice"] = json!("No name")), wrong("/not_for_me/0/practice", "not_a_name"));
    assert_eq!(
        spoilt(&|body| body["not_for_me"][0]["relationship_id"] = nobodys.clone()),
        wrong("/not_for_me/0/relationship_id", "not_in_the_import")
    );
}
