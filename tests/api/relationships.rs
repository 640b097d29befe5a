//! Relationships: added, listed, read, changed, removed; retried without doubling.

use serde_json::json;
use uuid::Uuid;

use crate::support::Service;

#[test]
fn a_relationship_is_added_read_changed_and_removed() {
    let service = Service::start();
    let me = service.someone();
    let made = me.post("/v1/relationships", &json!({"alias": "  Sam ", "kind": "friend"}));
    let body = made.expect(201);
    assert_eq!(body["alias"], "Sam");
    assert_eq!(body["kept_by"], "logger");
    let path = made.header("location");
    assert_eq!(me.get(&path).expect(200), body);

    let changed = me.patch(&path, &json!({"status": "paused", "label": "from the choir"})).expect(200);
    assert_eq!((&changed["status"], &changed["label"]), (&json!("paused"), &json!("from the choir")));
    let cleared = me.patch(&path, &json!({"label": null})).expect(200);
    assert!(cleared.get("label").is_none());

    assert_eq!(me.delete(&path).status, 200);
    me.get(&path).problem(410, "gone");
    me.delete(&path).problem(410, "gone");
}

#[test]
fn the_same_request_is_done_once_and_another_under_its_id_is_refused() {
    let service = Service::start();
    let me = service.someone();
    let id = Uuid::from_u128(0x1234_5678_9abc_4def_8123_4567_89ab_cdef);
    let body = json!({"id": id, "alias": "Sam", "kind": "friend"});
    me.post("/v1/relationships", &body).expect(201);
    me.patch(&format!("/v1/relationships/{id}"), &json!({"alias": "Sammy"})).expect(200);
    assert_eq!(me.post("/v1/relationships", &body).expect(200)["alias"], "Sammy");
    me.post("/v1/relationships", &json!({"id": id, "alias": "Kim", "kind": "friend"})).problem(409, "id_conflict");
    me.delete(&format!("/v1/relationships/{id}"));
    me.post("/v1/relationships", &body).problem(410, "gone");
    assert_eq!(me.get("/v1/relationships").expect(200)["data"], json!([]));
}

#[test]
fn an_idempotency_key_makes_one_thing_of_the_same_request() {
    let service = Service::start();
    let me = service.someone();
    let keyed = me.with("idempotency-key", "a-key-of-mine");
    let first = keyed.post("/v1/relationships", &json!({"alias": "Sam", "kind": "friend"})).expect(201);
    let again = keyed.post("/v1/relationships", &json!({"alias": "Sam", "kind": "friend"})).expect(200);
    assert_eq!(first, again);
    keyed.post("/v1/relationships", &json!({"alias": "Kim", "kind": "friend"})).problem(422, "idempotency_key_reused");
    assert_eq!(me.get("/v1/relationships").expect(200)["data"].as_array().unwrap().len(), 1);
    service.clock.advance(chrono::TimeDelta::minutes(8));
    keyed.post("/v1/relationships", &json!({"alias": "Sam", "kind": "friend"})).expect(200);
}

#[test]
fn a_list_is_read_page_by_page_while_rows_are_added() {
    let service = Service::start();
    let me = service.someone();
    for n in 0..5 {
        service.clock.advance(chrono::TimeDelta::seconds(1));
        me.post("/v1/relationships", &json!({"alias": format!("K{n}"), "kind": "family"})).expect(201);
    }
    let first = me.get("/v1/relationships?limit=2");
    let page = first.expect(200);
    let next = page["next_cursor"].as_str().unwrap();
    assert!(first.header("link").contains(&format!("cursor={next}")), "{}", first.header("link"));
    me.post("/v1/relationships", &json!({"alias": "late", "kind": "family"})).expect(201);
    let second = me.get(&format!("/v1/relationships?limit=2&cursor={next}")).expect(200);
    let aliases: Vec<_> =
        [&page, &second].iter().flat_map(|p| p["data"].as_array().unwrap()).map(|r| r["alias"].as_str().unwrap()).collect();
    assert_eq!(aliases, ["K4", "K3", "K2", "K1"]);
    let last = me.get(&format!("/v1/relationships?cursor={}", second["next_cursor"].as_str().unwrap())).expect(200);
    assert_eq!(last["data"].as_array().unwrap().len(), 1);
    assert!(last.get("next_cursor").is_none());
}

#[test]
fn a_cursor_of_another_list_a_wrong_limit_and_a_wrong_filter_are_refused() {
    let service = Service::start();
    let me = service.someone();
    for n in 0..2 {
        me.post("/v1/relationships", &json!({"alias": format!("K{n}"), "kind": "friend"})).expect(201);
    }
    let cursor = me.get("/v1/relationships?limit=1").expect(200)["next_cursor"].as_str().unwrap().to_owned();
    me.get(&format!("/v1/relationships?kind=friend&cursor={cursor}")).problem(400, "invalid_parameter");
    for query in ["limit=0", "limit=-1", "limit=x", "cursor=zzz", "status=lost", "kind=boss"] {
        me.get(&format!("/v1/relationships?{query}")).problem(400, "invalid_parameter");
    }
}

#[test]
fn a_change_needs_the_version_it_was_made_from() {
    let service = Service::start();
    let me = service.someone();
    let made = me.post("/v1/relationships", &json!({"alias": "Sam", "kind": "friend"}));
    let (path, etag) = (made.header("location"), made.header("etag"));
    me.patch_as_is(&path, &json!({"alias": "Kim"})).problem(428, "precondition_required");
    assert_eq!(me.with("if-none-match", &etag).get(&path).status, 304);
    me.with("if-match", &etag).patch_as_is(&path, &json!({"alias": "Kim"})).expect(200);
    me.with("if-match", &etag).patch_as_is(&path, &json!({"alias": "Lee"})).problem(412, "precondition_failed");
    assert_eq!(me.get(&path).expect(200)["alias"], "Kim");
    assert_eq!(me.with("if-none-match", &etag).get(&path).status, 200);
}

#[test]
fn a_wrong_body_is_pointed_at_and_nothing_is_stored() {
    let service = Service::start();
    let me = service.someone();
    for (body, pointer) in [
        (json!({"kind": "friend"}), "/alias"),
        (json!({"alias": " ", "kind": "friend"}), "/alias"),
        (json!({"alias": "a\u{202e}b", "kind": "friend"}), "/alias"),
        (json!({"alias": "Sam", "kind": "boss"}), "/kind"),
        (json!({"alias": "Sam", "kind": "friend", "label": null}), "/label"),
        (json!({"alias": "Sam", "kind": "friend", "expected_balance": 2}), "/expected_balance"),
        (json!({"alias": "Sam", "kind": "friend", "id": "00000000-0000-0000-0000-000000000000"}), "/id"),
        (
            json!({"alias": "Sam", "kind": "friend", "contexts": [{"kind": "exams", "from": "2026-02-02", "to": "2026-02-01"}]}),
            "/contexts/0/to",
        ),
    ] {
        let problem = me.post("/v1/relationships", &body).problem(422, "validation_failed");
        assert_eq!(problem["errors"][0]["pointer"], pointer, "{body}");
    }
    assert_eq!(me.get("/v1/relationships").expect(200)["data"], json!([]));
}
