//! The log carries ids, never words: planted secrets are sent everywhere, and everything that is logged is searched for them.
//!
//! A program of its own, because the subscriber that listens is the process's.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "a test stops at the first surprise")]

#[path = "api/support/mod.rs"]
#[allow(dead_code, reason = "the harness serves the other tests too")]
mod support;

#[path = "privacy/log.rs"]
mod log;
#[path = "privacy/planted.rs"]
#[allow(dead_code, reason = "the search of what is stored uses the rest")]
mod planted;

use log::Log;
use planted::{PASSWORD, PIN, give_pins, invited, send_everything, signed_in, word};
use serde_json::json;
use support::issuer::{JWKS, Publisher, Reply, Signer, claims, service_with};
use support::raw::request;
use support::{Client, Service};

#[test]
fn the_main_job_logs_no_word_of_it() {
    let (log, _turn) = Log::listen();
    let service = invited();
    let (me, mut secrets) = signed_in(&service);
    let made = me.with("idempotency-key", "quokka77-key").post(
        "/v1/relationships",
        &json!({"alias": "Quokka77", "kind": "friend", "label": "quokka77 from the choir", "contexts": [{"kind": "illness", "from": "2026-02-01"}]}),
    );
    made.expect(201);
    let path = made.header("location");
    me.patch(&path, &json!({"label": "quokka77 again"})).expect(200);
    let entry = me.post(&format!("{path}/interactions"), &json!({"actor": "me", "dimension": "repair", "note": "quokka77 cried"}));
    entry.expect(201);
    me.patch(&entry.header("location"), &json!({"note": "quokka77 laughed"})).expect(200);
    me.get(&format!("{path}/interactions")).expect(200);
    me.post(&format!("{path}/assessments"), &json!({})).expect(201);
    let adopted = me.post(&format!("{path}/practices"), &json!({"practice": "daily-check-in"}));
    adopted.expect(201);
    let told = json!({"started_by": "me", "took_part": "both", "challenge": "quokka77 moved", "win": "quokka77 laughed"});
    me.post(&format!("{}/sessions", adopted.header("location")), &told).expect(201);
    let feed = me.post("/v1/calendar-feeds", &json!({"title": "quokka77 tea"})).expect(201);
    let address = word(&feed["address"]);
    assert_eq!(service.stranger().get(&address).status, 200);
    assert_eq!(me.delete(&format!("/v1/calendar-feeds/{}", word(&feed["id"]))).status, 204);
    let refused = service.stranger().get(&address);
    assert!(refused.status == 404 && !refused.text.contains(&address), "{}", refused.text);
    secrets.push(address.rsplit('/').next().unwrap().trim_end_matches(".ics").to_owned());
    give_pins(&me);
    secrets.extend([PIN.to_owned(), PIN.chars().rev().collect()]);
    let changed = json!({"current_password": PASSWORD, "new_password": "quokka77 another long one"});
    assert_eq!(me.put("/v1/account/password", &changed).status, 204);
    let account = json!({"handle": secrets[0], "recovery_code": secrets[1], "new_password": PASSWORD});
    secrets.push(word(&service.stranger().post("/v1/account-recovery", &account).expect(200)["recovery_code"]));
    log.is_silent_about(&secrets);
    let text = log.text();
    for said in ["request_id", "/v1/relationships/{relationship_id}", "answered", "status=201"] {
        assert!(text.contains(said), "the log says nothing of {said}:\n{text:.2000}");
    }
}

#[test]
fn every_operation_with_secrets_everywhere_logs_none() {
    let (log, _turn) = Log::listen();
    let service = invited();
    let (me, secrets) = signed_in(&service);
    send_everything(&service, &me, &secrets);
    log.is_silent_about(&secrets);
    assert!(log.text().contains("status=422"));
}

#[test]
fn tokens_of_other_issuers_and_what_they_say_are_not_logged_whatever_comes_of_them() {
    let (log, _turn) = Log::listen();
    let key = Signer::ed("quokka77-key", 1);
    let publisher = Publisher::start(&[&key]);
    let service = service_with(&json!([publisher.at_jwks()]));
    let said = claims(&publisher.url, "quokka77 person");
    let client = |token: String| Client::new(service.address, Some(token));
    let (good, unknown) = (key.token(&said), Signer::ed("quokka77-other", 2).token(&said));
    client(good.clone()).post("/v1/accounts", &json!({})).expect(201);
    client(good.clone()).get("/v1/account").expect(200);
    client(unknown.clone()).get("/v1/account").problem(401, "unauthenticated");
    client(key.token(&claims("https://quokka77.example", "k"))).get("/v1/account").problem(401, "unauthenticated");
    publisher.set(JWKS, Reply::Raw(500, "X-Word: quokka77\r\n".to_owned(), b"quokka77".to_vec()));
    service.refresh_issuers();
    client(good.clone()).delete("/v1/account").expect(200);
    let parts = good.split('.').chain(unknown.split('.')).map(str::to_owned);
    log.is_silent_about(&[good.clone(), unknown.clone(), publisher.url.clone()].into_iter().chain(parts).collect::<Vec<_>>());
    assert!(log.text().contains("keys could not be fetched") && log.text().contains("status was 500"), "{}", log.text());
}

#[test]
fn what_is_no_proper_request_is_not_logged_either() {
    let (log, _turn) = Log::listen();
    let service = Service::start();
    for line in ["GET /v1/quokka77", "GET /v1/relationships/quokka77", "QUOKKA77 /healthz", "GET /healthz?quokka77", "GET /%ffquokka77"] {
        let headers = [
            ("Authorization", "Bearer quokka77.quokka77.quokka77"),
            ("traceparent", "quokka77"),
            ("User-Agent", "quokka77"),
            ("X-Request-Id", "quokka77"),
            ("Cookie", "quokka77"),
        ];
        request(service.address, line, &headers, b"quokka77");
    }
    request(service.address, "quokka77", &[], b"");
    log.is_silent_about(&[]);
    assert!(log.text().contains("status=404"));
}

#[test]
fn a_failing_database_is_logged_without_the_row_it_failed_on() {
    let (log, _turn) = Log::listen();
    let service = invited();
    let (me, secrets) = signed_in(&service);
    let path = "/v1/relationships";
    let body = json!({"alias": "Quokka77", "kind": "friend", "label": "quokka77"});
    diesel::connection::SimpleConnection::batch_execute(
        &mut service.database.connect(),
        "CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS \
         $$ BEGIN RAISE EXCEPTION 'no quokka77' USING DETAIL = 'quokka77', CONSTRAINT = 'never'; END $$; \
         CREATE TRIGGER refuse BEFORE INSERT ON relationships FOR EACH ROW EXECUTE FUNCTION refuse()",
    )
    .unwrap();
    me.post(path, &body).problem(500, "internal");
    assert!(log.text().contains("request failed") && log.text().contains("constraint=never"), "{}", log.text());
    service.database.vanish();
    me.post(path, &body).problem(503, "unavailable");
    log.is_silent_about(&secrets);
}

#[test]
fn a_panic_is_logged_by_its_place_and_not_by_its_words() {
    use reciprocity::db::Db;
    use reciprocity::kernel::{AccountId, View};

    let (log, _turn) = Log::listen();
    let service = Service::start();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let db = Db::connect(&service.database.url, 1, support::vault(&[support::MASTER]));
    // The tests' own failures are to be read, so the hook is there for this one panic.
    let usual = std::panic::take_hook();
    reciprocity::telemetry::quiet_panics();
    let failed = runtime.block_on(db.read(View::whole(AccountId(uuid::Uuid::nil())), |_| -> Result<(), _> { panic!("about quokka77") }));
    std::panic::set_hook(usual);
    let failed = failed.unwrap_err();
    tracing::error!(cause = %failed.cause().unwrap(), "request failed");
    log.is_silent_about(&[]);
    assert!(log.text().contains("panicked") && log.text().contains("privacy_logs.rs"), "{}", log.text());
}
