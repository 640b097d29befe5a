//! The PIN: a session shows nothing until it is unlocked, for some minutes; few wrong ones are taken, whoever sends them from where.

use std::collections::BTreeMap;

use chrono::TimeDelta;
use serde_json::{Value, json};

use crate::support::document::{Document, Operation};
use crate::support::everything::{path_for, relationship};
use crate::support::{Answer, Client, PASSWORD, Running, Service, eventually, rows};

const PIN: &str = "407183";

/// What a locked session may still do. Whatever is new is refused until somebody decides otherwise and writes it down here.
const WHILE_LOCKED: &[&str] = &[
    "DELETE /v1/calendar-feeds/{calendar_feed_id}",
    "DELETE /v1/grants/{grant_id}",
    "DELETE /v1/sessions",
    "DELETE /v1/sessions/unlocks",
    "DELETE /v1/sessions/{session_id}",
    "POST /v1/account/pin-removals",
    "POST /v1/assessments/preview",
    "POST /v1/interactions/batch",
    "POST /v1/relationships/{relationship_id}/interactions",
    "POST /v1/relationships/{relationship_id}/responses",
    "POST /v1/sessions/unlocks",
    "PUT /v1/account/password",
    "PUT /v1/account/pin",
];

fn set_pin(me: &Client, pin: &str) {
    let set = me.put("/v1/account/pin", &json!({"current_password": PASSWORD, "pin": pin}));
    assert_eq!(set.status, 204, "{}", set.text);
}

fn unlock(me: &Client, pin: &str) -> Answer {
    me.post("/v1/sessions/unlocks", &json!({"pin": pin}))
}

fn locked(me: &Client) -> bool {
    let answer = me.get("/v1/relationships");
    match answer.status {
        200 => false,
        _ => answer.problem(403, "step_up_required")["code"] == "step_up_required",
    }
}

/// Somebody with a relationship and a PIN; the session is locked.
fn someone_with_a_pin(service: &Service) -> (Client, String) {
    let me = service.someone();
    let tie = relationship(&me);
    set_pin(&me, PIN);
    (me, tie)
}

/// Everything that is stored, but the log of who read what.
fn stored(service: &Service, account: &str) -> BTreeMap<String, Vec<String>> {
    let mut all = rows::of_account(&mut service.database.connect(), account);
    all.remove("access_log");
    all
}

#[test]
fn a_locked_session_shows_nothing_and_changes_nothing_but_what_is_written_down() {
    let service = Service::start();
    let me = service.someone();
    let account = me.get("/v1/account").expect(200)["id"].as_str().unwrap().to_owned();
    let of_accounts = |operation: &Operation| operation.secured() && !operation.for_operators();
    let operations = Document::of(&service).operations().into_iter().filter(of_accounts);
    let all: Vec<(Operation, String)> = operations.map(|operation| (operation.clone(), path_for(&me, &operation))).collect();
    set_pin(&me, PIN);
    let before = stored(&service, &account);
    let mut open = Vec::new();
    for (operation, path) in &all {
        if WHILE_LOCKED.contains(&operation.name().as_str()) {
            open.push(operation.name());
            continue;
        }
        for client in [&me, &me.with("if-none-match", "*"), &me.with("accept", "*/*"), &me.with("idempotency-key", "k")] {
            let answer = operation.send(client, path);
            assert_eq!(answer.status, 403, "{} answers a locked session: {}", operation.name(), answer.text);
            answer.problem(403, "step_up_required");
        }
    }
    open.sort();
    assert_eq!(open, WHILE_LOCKED, "what is open to a locked session is listed here");
    assert_eq!(stored(&service, &account), before);
    unlock(&me, PIN).expect(200);
    for (operation, path) in all.iter().filter(|(operation, _)| operation.method == "GET") {
        assert_ne!(operation.send(&me, path).status, 403, "{} does not answer an unlocked session", operation.name());
    }
}

#[test]
fn logging_needs_no_pin_and_what_is_stored_does_not_come_back() {
    let service = Service::start();
    let (me, tie) = someone_with_a_pin(&service);
    unlock(&me, PIN).expect(200);
    let id = "01980000-0000-7000-8000-00000000aaaa";
    let entry = json!({"id": id, "actor": "me", "dimension": "repair", "note": "we talked"});
    let made = me.post(&format!("{tie}/interactions"), &entry);
    assert_eq!(made.expect(201)["note"], "we talked");
    me.patch(&made.header("location"), &json!({"note": "quokka wept"})).expect(200);
    assert_eq!(me.delete("/v1/sessions/unlocks").status, 204);
    let again = me.post(&format!("{tie}/interactions"), &entry);
    assert_eq!((again.status, again.text.as_str()), (204, ""), "the very same request would show what is stored now");
    assert_eq!(again.header("etag"), "", "nor that it was changed");
    let tie_id = tie.rsplit('/').next().unwrap();
    let batch = json!({"items": [{"relationship_id": tie_id, "interaction": entry}, {"relationship_id": tie_id, "interaction": {"actor": "them", "dimension": "repair"}}]});
    let batch = me.post("/v1/interactions/batch", &batch);
    assert_eq!(batch.expect(200)["replayed"], 1);
    assert!(!batch.text.contains("quokka"));
    let fresh = me.post(&format!("{tie}/interactions"), &json!({"actor": "me", "dimension": "repair", "note": "in a hurry"}));
    assert_eq!((fresh.status, fresh.text.as_str()), (204, ""));
    let answers = json!({"question_set": "reciprocity-check", "answers": [{"item": "cel-give-1", "value": 4}]});
    assert_eq!(me.post(&format!("{tie}/responses"), &answers).status, 204);
    assert!(locked(&me));
    unlock(&me, PIN).expect(200);
    assert_eq!(me.get(&fresh.header("location")).expect(200)["note"], "in a hurry");
    assert_eq!(me.get(&format!("{tie}/interactions")).expect(200)["data"].as_array().unwrap().len(), 3);
}

#[test]
fn an_unlocked_session_locks_exactly_at_its_moment_however_much_it_is_used() {
    let service = Service::start();
    let (me, _) = someone_with_a_pin(&service);
    assert_eq!(unlock(&me, PIN).expect(200)["unlocked_until"], "2026-03-02T12:05:00Z");
    service.clock.advance(TimeDelta::minutes(4) + TimeDelta::milliseconds(59_999));
    assert!(!locked(&me), "a moment before");
    service.clock.advance(TimeDelta::milliseconds(1));
    assert!(locked(&me), "what was believed a moment ago does not make it longer");
    let longer = json!({"current_password": PASSWORD, "pin": PIN, "unlock_minutes": 60});
    assert_eq!(me.put("/v1/account/pin", &longer).status, 204);
    assert_eq!(unlock(&me, PIN).expect(200)["unlocked_until"], "2026-03-02T13:05:00Z");
    assert_eq!(me.get("/v1/account/pin").expect(200), json!({"set": true, "unlock_minutes": 60}));
}

#[test]
fn locking_is_heard_at_once_here_and_within_two_seconds_elsewhere_and_unlocking_at_once() {
    let here = Service::start();
    let there = Running::start(&here.database.url, &[]);
    let (near, _) = someone_with_a_pin(&here);
    let far = Client::new(there.address, near.token.clone());
    assert!(locked(&near) && locked(&far));
    unlock(&near, PIN).expect(200);
    assert!(!locked(&near) && !locked(&far), "unlocking on one instance unlocks on every one");
    assert_eq!(near.delete("/v1/sessions/unlocks").status, 204);
    assert!(locked(&near), "at once here");
    there.clock.advance(TimeDelta::seconds(2));
    assert!(locked(&far), "within two seconds elsewhere");
}

#[test]
fn a_session_is_unlocked_for_itself_alone_and_a_new_one_starts_locked() {
    let service = Service::start();
    let (me, _) = someone_with_a_pin(&service);
    let other = me.signed_in_again();
    assert!(locked(&other), "whoever has the stored password has not the PIN");
    unlock(&me, PIN).expect(200);
    assert!(!locked(&me) && locked(&other));
    set_pin(&other, "835520");
    assert!(locked(&me), "a new PIN locks every session");
    unlock(&me, PIN).problem(403, "wrong_pin");
    unlock(&me, "835520").expect(200);
}

#[test]
fn a_session_that_may_only_read_needs_the_pin_and_takes_it() {
    let service = Service::start();
    let (me, _) = someone_with_a_pin(&service);
    let asked = json!({"handle": me.handle(), "password": PASSWORD, "scope": "read"});
    let pair = service.stranger().post("/v1/sessions", &asked).expect(201);
    let reader = Client::new(service.address, pair["access_token"].as_str().map(str::to_owned));
    assert!(locked(&reader));
    unlock(&reader, PIN).expect(200);
    assert!(!locked(&reader));
    assert_eq!(reader.delete("/v1/sessions/unlocks").status, 204);
    assert!(locked(&reader));
}

#[test]
fn setting_and_removing_a_pin_take_the_password_and_no_pin() {
    let service = Service::start();
    let (me, _) = someone_with_a_pin(&service);
    let wrong = "not the one at all";
    me.put("/v1/account/pin", &json!({"current_password": wrong, "pin": "835520"})).problem(401, "invalid_credentials");
    me.post("/v1/account/pin-removals", &json!({"current_password": wrong})).problem(401, "invalid_credentials");
    assert!(locked(&me));
    let obvious = me.put("/v1/account/pin", &json!({"current_password": PASSWORD, "pin": "1234"})).problem(422, "validation_failed");
    assert_eq!((obvious["errors"][0]["pointer"].as_str(), obvious["errors"][0]["code"].as_str()), (Some("/pin"), Some("too_common")));
    assert_eq!(me.post("/v1/account/pin-removals", &json!({"current_password": PASSWORD})).status, 204);
    assert!(!locked(&me));
    assert_eq!(me.get("/v1/account/pin").expect(200), json!({"set": false}));
    unlock(&me, PIN).problem(403, "wrong_pin");
}

#[test]
fn the_password_can_be_changed_while_locked_and_the_pin_stays() {
    let service = Service::start();
    let (me, _) = someone_with_a_pin(&service);
    let change = json!({"current_password": PASSWORD, "new_password": "eight loud yellow bells"});
    assert_eq!(me.put("/v1/account/password", &change).status, 204);
    assert!(locked(&me));
    unlock(&me, PIN).expect(200);
}

#[test]
fn with_the_fifth_wrong_pin_in_a_row_the_session_ends() {
    let service = Service::start();
    let (me, _) = someone_with_a_pin(&service);
    guess(&me, 4);
    unlock(&me, PIN).expect(200);
    guess(&me, 5);
    unlock(&me, PIN).problem(401, "unauthenticated");
    me.get("/v1/relationships").problem(401, "unauthenticated");
    let again = me.signed_in_again();
    unlock(&again, PIN).expect(200);
}

/// Gives a wrong PIN so many times.
fn guess(session: &Client, times: usize) {
    for _ in 0..times {
        unlock(session, "999111").problem(403, "wrong_pin");
    }
}

#[test]
fn many_sessions_are_no_way_around_and_waiting_is_none_either() {
    let service = Service::start();
    let (me, _) = someone_with_a_pin(&service);
    let handle = me.handle();
    let pair = service.stranger().post("/v1/sessions", &json!({"handle": handle, "password": PASSWORD})).expect(201);
    let sessions: Vec<Client> = (0..3).map(|_| me.signed_in_again()).collect();
    for (session, times) in sessions.iter().zip([4, 4, 2]) {
        guess(session, times);
    }
    unlock(&me, PIN).problem(403, "pin_suspended");
    service.clock.advance(TimeDelta::days(2));
    let kept = service.stranger().post("/v1/sessions/refresh", &json!({"refresh_token": pair["refresh_token"]})).expect(200);
    let kept = Client::new(service.address, kept["access_token"].as_str().map(str::to_owned));
    unlock(&kept, PIN).problem(403, "pin_suspended");
    unlock(&me.signed_in_again(), PIN).expect(200);
}

#[test]
fn wrong_pins_of_more_than_a_day_ago_do_not_count() {
    let service = Service::start();
    let (me, _) = someone_with_a_pin(&service);
    let both = || (me.signed_in_again(), me.signed_in_again());
    let (one, two) = both();
    guess(&one, 4);
    guess(&two, 4);
    service.clock.advance(TimeDelta::hours(24));
    let (one, two) = both();
    guess(&one, 4);
    guess(&two, 4);
    unlock(&one, PIN).expect(200);
}

#[test]
fn a_suspended_pin_is_taken_again_after_a_sign_in_and_only_five_more_are_wrong() {
    let service = Service::start();
    let (me, _) = someone_with_a_pin(&service);
    let sessions: Vec<Client> = (0..6).map(|_| me.signed_in_again()).collect();
    guess(&sessions[0], 5);
    guess(&sessions[1], 5);
    unlock(&sessions[2], PIN).problem(403, "pin_suspended");
    me.signed_in_again();
    guess(&sessions[3], 4);
    guess(&sessions[4], 1);
    unlock(&sessions[5], PIN).problem(403, "pin_suspended");
    set_pin(&sessions[5], "835520");
    unlock(&sessions[5], "835520").expect(200);
}

#[test]
fn wrong_pins_sent_at_once_to_two_instances_are_all_counted() {
    let here = Service::start();
    let there = Running::start(&here.database.url, &[]);
    let (me, _) = someone_with_a_pin(&here);
    let far = Client::new(there.address, me.token.clone());
    let guesses: Vec<_> = (0..12)
        .map(|n| if n % 2 == 0 { me.clone() } else { far.clone() })
        .map(|client| std::thread::spawn(move || unlock(&client, "999111").status))
        .collect();
    let answers: Vec<u16> = guesses.into_iter().map(|guess| guess.join().unwrap()).collect();
    assert!(answers.iter().all(|status| matches!(status, 401 | 403 | 503)), "{answers:?}");
    let mut checked = answers.iter().filter(|status| **status == 403).count();
    let wrong = rows::count(&mut here.database.connect(), "SELECT wrong::bigint AS count FROM account_pins");
    assert!(usize::try_from(wrong).unwrap() >= checked, "each that was checked is counted: {wrong}, {answers:?}");
    // A busy machine may have put some off (503); what is left of the five is little.
    let over = eventually(|| {
        let status = unlock(&me, "999111").status;
        checked += usize::from(status == 403);
        status == 401 || checked > 5
    });
    assert!(over && checked <= 5, "no more than five are checked: {answers:?}");
    me.get("/v1/relationships").problem(401, "unauthenticated");
}

#[test]
fn the_hash_of_a_pin_cannot_be_tried_without_the_services_key_and_goes_with_the_account() {
    use argon2::password_hash::PasswordVerifier;
    use argon2::password_hash::phc::PasswordHash;
    let service = Service::start();
    let (me, other) = (service.someone(), service.someone());
    set_pin(&me, PIN);
    set_pin(&other, PIN);
    let mut conn = service.database.connect();
    let hashes = rows::words(&mut conn, "SELECT pin_hash AS word FROM account_pins");
    assert_eq!(hashes.len(), 2);
    for hash in &hashes {
        let parsed = PasswordHash::new(hash).unwrap();
        assert!(argon2::Argon2::default().verify_password(PIN.as_bytes(), &parsed).is_err(), "a dump alone is enough to guess it");
    }
    unlock(&me, PIN).expect(200);
    let export = crate::support::everything::completed_export(&me);
    let all: Value = me.get(&format!("{export}/data")).expect(200);
    assert!(!all.to_string().contains("argon2"));
    assert_eq!(me.delete("/v1/account").status, 200);
    assert_eq!(rows::count(&mut conn, "SELECT count(*) AS count FROM account_pins"), 1);
}
