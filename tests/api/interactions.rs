//! Interactions: logged one by one and many at once, retried, read, changed, removed.

use diesel::connection::SimpleConnection;
use serde_json::{Value, json};

use crate::support::{Client, Service, wait_for_waiting};

fn relationship(me: &Client) -> String {
    me.post("/v1/relationships", &json!({"alias": "Sam", "kind": "friend"})).expect(201)["id"].as_str().unwrap().to_owned()
}

fn entries(me: &Client, id: &str) -> Vec<Value> {
    me.get(&format!("/v1/relationships/{id}/interactions?limit=200")).expect(200)["data"].as_array().unwrap().clone()
}

#[test]
fn who_and_in_which_way_is_all_it_takes() {
    let service = Service::start();
    let me = service.someone();
    let id = relationship(&me);
    let made = me.post(&format!("/v1/relationships/{id}/interactions"), &json!({"actor": "them", "dimension": "initiation"}));
    let body = made.expect(201);
    assert_eq!(body["occurred_at"], "2026-03-02T13:00:00+01:00", "now, where the person is");
    assert_eq!((&body["local_date"], &body["time_zone"]), (&json!("2026-03-02"), &json!("Europe/Berlin")));
    assert!(body.get("effort").is_none() && body.get("note").is_none());
    assert_eq!(me.get(&made.header("location")).expect(200), body);
}

#[test]
fn the_instant_the_offset_and_the_day_are_kept_when_the_account_moves() {
    let service = Service::start();
    let me = service.someone();
    let id = relationship(&me);
    let late = json!({"actor": "me", "dimension": "repair", "occurred_at": "2026-03-01T23:30:00-05:00", "time_zone": "America/Lima", "note": "we talked"});
    let made = me.post(&format!("/v1/relationships/{id}/interactions"), &late).expect(201);
    assert_eq!((&made["occurred_at"], &made["local_date"]), (&json!("2026-03-01T23:30:00-05:00"), &json!("2026-03-01")));
    me.patch("/v1/account", &json!({"time_zone": "Asia/Tokyo"})).expect(200);
    assert_eq!(entries(&me, &id)[0]["local_date"], "2026-03-01");
}

#[test]
fn a_retry_answers_with_what_is_stored_now() {
    let service = Service::start();
    let me = service.someone();
    let id = relationship(&me);
    let path = format!("/v1/relationships/{id}/interactions");
    let body = json!({"id": "7d9f0e52-7f5b-4a55-8b1e-0f1f2c3d4e5f", "actor": "me", "dimension": "appreciation"});
    let location = me.post(&path, &body).header("location");
    me.patch(&location, &json!({"effort": 4})).expect(200);
    assert_eq!(me.post(&path, &body).expect(200)["effort"], 4);
    let mut other = body.clone();
    other["actor"] = json!("them");
    me.post(&path, &other).problem(409, "id_conflict");
    assert_eq!(me.delete(&location).status, 204);
    me.post(&path, &body).problem(410, "gone");
    assert!(entries(&me, &id).is_empty());
}

#[test]
fn a_bad_item_of_a_hundred_is_named_and_the_others_are_stored() {
    let service = Service::start();
    let me = service.someone();
    let id = relationship(&me);
    let mut items: Vec<Value> = (0..100)
        .map(|n| json!({"relationship_id": id, "interaction": {"actor": "me", "dimension": "celebration", "effort": n % 5 + 1}}))
        .collect();
    items[41]["interaction"]["effort"] = json!(9);
    let results = me.post("/v1/interactions/batch", &json!({"items": items})).expect(200);
    assert_eq!((&results["created"], &results["refused"]), (&json!(99), &json!(1)));
    let bad = &results["results"][41];
    assert_eq!((&bad["status"], &bad["code"]), (&json!(422), &json!("validation_failed")));
    assert_eq!(bad["errors"][0]["pointer"], "/interaction/effort");
    assert_eq!(entries(&me, &id).len(), 99);
}

#[test]
fn every_kind_of_bad_item_has_the_answer_it_would_have_alone() {
    let service = Service::start();
    let (me, other) = (service.someone(), service.someone());
    let (mine, theirs) = (relationship(&me), relationship(&other));
    let fine = json!({"actor": "me", "dimension": "celebration"});
    let taken = json!({"id": "7d9f0e52-7f5b-4a55-8b1e-0f1f2c3d4e5f", "actor": "me", "dimension": "appreciation"});
    me.post(&format!("/v1/relationships/{mine}/interactions"), &taken).expect(201);
    let mut conflict = taken.clone();
    conflict["actor"] = json!("both");
    let items = json!([
        {"relationship_id": mine, "interaction": fine},
        {"relationship_id": theirs, "interaction": fine},
        {"relationship_id": mine, "interaction": taken},
        {"relationship_id": mine, "interaction": conflict},
        {"relationship_id": mine, "interaction": {"actor": "nobody", "dimension": "celebration"}},
        {"relationship_id": "x", "interaction": fine},
        "text",
        {"relationship_id": mine, "interaction": {"id": "00000000-0000-0000-0000-000000000000", "actor": "me", "dimension": "repair"}},
        {"relationship_id": mine, "interaction": {"actor": "me", "dimension": "repair", "occurred_at": "2030-01-01T00:00:00Z"}}
    ]);
    let results = me.post("/v1/interactions/batch", &json!({"items": items})).expect(200);
    let statuses: Vec<_> = results["results"].as_array().unwrap().iter().map(|r| r["status"].as_u64().unwrap()).collect();
    assert_eq!(statuses, [201, 404, 200, 409, 422, 422, 422, 422, 422]);
    assert_eq!(entries(&me, &mine).len(), 2);
    assert!(entries(&other, &theirs).is_empty());
}

#[test]
fn a_batch_sent_twice_is_logged_once() {
    let service = Service::start();
    let me = service.someone();
    let id = relationship(&me);
    let twice = json!({"id": "7d9f0e52-7f5b-4a55-8b1e-0f1f2c3d4e5f", "actor": "me", "dimension": "repair"});
    let items = json!({"items": [
        {"relationship_id": id, "interaction": {"actor": "me", "dimension": "celebration"}},
        {"relationship_id": id, "interaction": twice},
        {"relationship_id": id, "interaction": twice},
    ]});
    let keyed = me.with("idempotency-key", "batch-1");
    let first = keyed.post("/v1/interactions/batch", &items).expect(200);
    assert_eq!((&first["created"], &first["replayed"]), (&json!(2), &json!(1)));
    service.clock.advance(chrono::TimeDelta::minutes(5));
    let again = keyed.post("/v1/interactions/batch", &items).expect(200);
    assert_eq!((&again["created"], &again["replayed"]), (&json!(0), &json!(3)));
    assert_eq!(again["results"][0]["id"], first["results"][0]["id"]);
    keyed.post("/v1/interactions/batch", &json!({"items": [{}]})).problem(422, "idempotency_key_reused");
    assert_eq!(entries(&me, &id).len(), 2);
}

#[test]
fn of_a_large_batch_whatever_was_logged_before_is_told_apart_and_the_rest_is_stored() {
    let service = Service::start();
    let me = service.someone();
    let id = relationship(&me);
    let one = |n: u32, effort: u32| {
        json!({"relationship_id": id, "interaction": {"id": format!("7d9f0e52-7f5b-4a55-8b1e-0f1f2c3d{n:04x}"), "actor": "me",
            "dimension": "repair", "effort": effort}})
    };
    let batch = |items: Vec<Value>| me.post("/v1/interactions/batch", &json!({"items": items})).expect(200);
    let counts = |answer: &Value| ["created", "replayed", "refused"].map(|name| answer[name].as_u64().unwrap());
    assert_eq!(counts(&batch((0..150).map(|n| one(n, 3)).collect())), [150, 0, 0]);
    let again = batch((100..200).map(|n| one(n, if n == 120 { 4 } else { 3 })).collect());
    assert_eq!(counts(&again), [50, 49, 1]);
    assert_eq!((&again["results"][20]["status"], &again["results"][20]["code"]), (&json!(409), &json!("id_conflict")));
    assert_eq!(entries(&me, &id).len(), 200);
}

#[test]
fn an_empty_or_oversized_batch_is_refused_whole() {
    let service = Service::start();
    let me = service.someone();
    let item = json!({"relationship_id": relationship(&me), "interaction": {"actor": "me", "dimension": "repair"}});
    me.post("/v1/interactions/batch", &json!({"items": []})).problem(422, "validation_failed");
    me.post("/v1/interactions/batch", &json!({"items": vec![item; 1001]})).problem(422, "validation_failed");
    let note = "x".repeat(5 * 1024 * 1024);
    me.post("/v1/interactions/batch", &json!({"items": [{"note": note}]})).problem(413, "payload_too_large");
}

#[test]
fn a_change_keeps_what_was_said_before_until_the_entry_goes() {
    let service = Service::start();
    let me = service.someone();
    let id = relationship(&me);
    let first = json!({"actor": "me", "dimension": "repair", "effort": 2, "note": "first words"});
    let location = me.post(&format!("/v1/relationships/{id}/interactions"), &first).header("location");
    let changed = me.patch(&location, &json!({"effort": null, "note": "second words", "actor": "both"})).expect(200);
    assert!(changed.get("effort").is_none());
    let history = me.get(&format!("{location}/history")).expect(200);
    let before = &history["data"][0];
    assert_eq!((&before["note"], &before["actor"], &before["effort"]), (&json!("first words"), &json!("me"), &json!(2)));
    assert_eq!((&before["precision"], &before["time_zone"]), (&json!("exact"), &json!("Europe/Berlin")));
    me.patch(&location, &json!({"effort": 7})).problem(422, "validation_failed");
    me.patch(&location, &json!({"actor": null})).problem(422, "validation_failed");
    assert_eq!(me.delete(&location).status, 204);
    me.get(&format!("{location}/history")).problem(410, "gone");
    me.get(&location).problem(410, "gone");
}

#[test]
fn moving_an_entry_settles_its_day_anew() {
    let service = Service::start();
    let me = service.someone();
    let id = relationship(&me);
    let entry = json!({"actor": "me", "dimension": "repair", "occurred_at": "2026-02-01T12:00:00+01:00"});
    let location = me.post(&format!("/v1/relationships/{id}/interactions"), &entry).header("location");
    let moved = me.patch(&location, &json!({"occurred_at": "2026-02-03T23:30:00Z"})).expect(200);
    assert_eq!(moved["local_date"], "2026-02-04");
    let touched = me.patch(&location, &json!({"effort": 1})).expect(200);
    assert_eq!(touched["local_date"], "2026-02-04");
}

#[test]
fn a_list_is_filtered_and_paged_by_time() {
    let service = Service::start();
    let me = service.someone();
    let id = relationship(&me);
    let items: Vec<Value> = (1..=20)
        .map(|day| {
            let (actor, dimension) = if day % 2 == 0 { ("me", "repair") } else { ("them", "celebration") };
            json!({"relationship_id": id, "interaction": {"actor": actor, "dimension": dimension, "occurred_at": format!("2026-02-{day:02}T10:00:00Z")}})
        })
        .collect();
    me.post("/v1/interactions/batch", &json!({"items": items})).expect(200);
    let path = format!("/v1/relationships/{id}/interactions");
    let days = |query: &str| -> Vec<String> {
        let mut found = Vec::new();
        let mut cursor = String::new();
        loop {
            let page = me.get(&format!("{path}?limit=3&{query}{cursor}")).expect(200);
            found.extend(page["data"].as_array().unwrap().iter().map(|e| e["local_date"].as_str().unwrap()[8..].to_owned()));
            match page.get("next_cursor") {
                Some(next) => cursor = format!("&cursor={}", next.as_str().unwrap()),
                None => return found,
            }
        }
    };
    assert_eq!(days("").len(), 20);
    assert_eq!(days("actor=me&from=2026-02-15"), ["20", "18", "16"]);
    assert_eq!(days("dimension=celebration&to=2026-02-05"), ["05", "03", "01"]);
    me.get(&format!("{path}?from=yesterday")).problem(400, "invalid_parameter");
}

#[test]
fn a_batch_written_otherwise_is_the_same_batch_and_what_is_answered_is_what_is_stored() {
    let service = Service::start();
    let me = service.someone();
    let id = relationship(&me);
    let one = format!(r#"{{"items":[{{"relationship_id":"{id}","interaction":{{"actor":"me","dimension":"repair"}}}}]}}"#);
    let other = format!(r#"{{ "items": [ {{ "interaction": {{ "dimension": "repair", "actor": "me" }}, "relationship_id": "{id}" }} ] }}"#);
    let keyed = me.with("idempotency-key", "batch-2");
    assert_eq!(keyed.send("POST", "/v1/interactions/batch", Some("application/json"), one.into()).expect(200)["created"], 1);
    assert_eq!(keyed.send("POST", "/v1/interactions/batch", Some("application/json"), other.into()).expect(200)["replayed"], 1);

    let fine = json!({"actor": "me", "dimension": "repair", "occurred_at": "2026-02-01T10:00:00.123456789Z"});
    let made = me.post(&format!("/v1/relationships/{id}/interactions"), &fine);
    assert_eq!(made.expect(201)["occurred_at"], "2026-02-01T10:00:00.123456Z");
    assert_eq!(me.get(&made.header("location")).expect(200), made.json());
}

#[test]
fn the_same_request_sent_by_many_at_once_is_done_once() {
    let service = Service::start();
    let me = service.someone();
    let body = json!({"id": "7d9f0e52-7f5b-4a55-8b1e-0f1f2c3d4e5f", "alias": "Sam", "kind": "friend"});
    let (mut conn, mut holder) = (service.database.connect(), service.database.connect());
    // Nothing is made while the account's row is held, so all of them are there before one is through.
    holder.batch_execute("BEGIN; SELECT 1 FROM accounts FOR UPDATE").unwrap();
    let mut statuses = std::thread::scope(|scope| {
        let senders = [(); 3].map(|()| scope.spawn(|| me.post("/v1/relationships", &body).status));
        wait_for_waiting(&mut conn, 3);
        holder.batch_execute("COMMIT").unwrap();
        senders.map(|sender| sender.join().unwrap())
    });
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 200, 201]);
}

#[test]
fn a_note_that_the_client_encrypted_comes_back_as_it_was_sent_and_its_history_too() {
    let service = Service::start();
    let me = service.someone();
    let id = relationship(&me);
    let sent = json!({"key": "phone-2026", "ciphertext": "3q2+7wABAgMEBQYHCAkKCw=="});
    let entry = json!({"actor": "me", "dimension": "repair", "note_encrypted": sent});
    let made = me.post(&format!("/v1/relationships/{id}/interactions"), &entry);
    let (body, location) = (made.expect(201), made.header("location"));
    assert_eq!((&body["note_encrypted"], body.get("note")), (&sent, None));
    assert_eq!(entries(&me, &id)[0], body);
    let other = json!({"key": "tablet", "ciphertext": "AAAA"});
    assert_eq!(me.patch(&location, &json!({"note_encrypted": other})).expect(200)["note_encrypted"], other);
    let before = &me.get(&format!("{location}/history")).expect(200)["data"][0];
    assert_eq!((&before["note_encrypted"], before.get("note")), (&sent, None));
    assert_eq!(me.patch(&location, &json!({"effort": 2, "note": null})).expect(200)["note_encrypted"], other, "null removes its own form");
    assert!(me.patch(&location, &json!({"note_encrypted": null})).expect(200).get("note_encrypted").is_none());
}

#[test]
fn an_entry_has_one_note_at_most_and_the_later_takes_the_place_of_the_earlier() {
    let service = Service::start();
    let me = service.someone();
    let id = relationship(&me);
    let path = format!("/v1/relationships/{id}/interactions");
    let encrypted = json!({"key": "phone", "ciphertext": "AAAA"});
    let both = json!({"actor": "me", "dimension": "repair", "note": "words", "note_encrypted": encrypted});
    assert_eq!(me.post(&path, &both).problem(422, "validation_failed")["errors"][0]["code"], "two_notes");
    let location = me.post(&path, &json!({"actor": "me", "dimension": "repair", "note": "words"})).header("location");
    me.patch(&location, &json!({"note": "more", "note_encrypted": encrypted})).problem(422, "validation_failed");
    let changed = me.patch(&location, &json!({"note_encrypted": encrypted})).expect(200);
    assert_eq!((changed.get("note"), &changed["note_encrypted"]), (None, &encrypted));
    let changed = me.patch(&location, &json!({"note": "words again"})).expect(200);
    assert_eq!((&changed["note"], changed.get("note_encrypted")), (&json!("words again"), None));
    for (wrong, pointer) in [
        (json!({"key": "My phone", "ciphertext": "AAAA"}), "/note_encrypted/key"),
        (json!({"key": "phone", "ciphertext": "three"}), "/note_encrypted/ciphertext"),
        (json!({"key": "phone", "ciphertext": "A".repeat(56_004)}), "/note_encrypted/ciphertext"),
    ] {
        let refused = me.patch(&location, &json!({"note_encrypted": wrong})).problem(422, "validation_failed");
        assert_eq!(refused["errors"][0]["pointer"], pointer);
    }
    assert_eq!(me.get(&location).expect(200), changed);
}
