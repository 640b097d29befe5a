//! Assessments: computed from what is stored, recorded, read again, marked stale when the evidence changes.

use serde_json::{Value, json};

use crate::support::{Client, Service};

fn relationship(me: &Client, extra: &Value) -> String {
    let mut body = json!({"alias": "Sam", "kind": "friend"});
    body.as_object_mut().unwrap().extend(extra.as_object().unwrap().clone());
    me.post("/v1/relationships", &body).expect(201)["id"].as_str().unwrap().to_owned()
}

/// Four months in which `giver` starts the conversation every other day, the other side once in `share`.
fn log_initiations(me: &Client, id: &str, giver: &str, share: u32) {
    let other = if giver == "me" { "them" } else { "me" };
    let items: Vec<Value> = (0..60)
        .map(|n| {
            let day = chrono::NaiveDate::from_ymd_opt(2025, 11, 1).unwrap() + chrono::Days::new(u64::from(n) * 2);
            let actor = if n % share == share - 1 { other } else { giver };
            json!({"relationship_id": id, "interaction": {"actor": actor, "dimension": "initiation", "occurred_at": format!("{day}T10:00:00Z")}})
        })
        .collect();
    assert_eq!(me.post("/v1/interactions/batch", &json!({"items": items})).expect(200)["created"], 60);
}

fn assess(me: &Client, id: &str) -> Value {
    me.post(&format!("/v1/relationships/{id}/assessments"), &json!({})).expect(201)
}

fn initiation(assessment: &Value) -> Value {
    let found = assessment["dimensions"].as_array().unwrap().iter().find(|d| d["dimension"] == "initiation");
    found.unwrap().clone()
}

#[test]
fn an_empty_log_is_not_enough_and_says_what_is_missing() {
    let service = Service::start();
    let me = service.someone();
    let id = relationship(&me, &json!({}));
    let body = assess(&me, &id);
    assert_eq!(body["overall"]["state"], "insufficient_evidence");
    assert_eq!(body["window"], json!({"from": "2025-09-03", "to": "2026-03-01"}), "180 days up to the last complete one");
    assert_eq!(body["dimensions"].as_array().unwrap().len(), 8);
    for dimension in body["dimensions"].as_array().unwrap() {
        assert_eq!(dimension["state"], "insufficient_evidence");
        assert!(dimension.get("balance").is_none() && !dimension["missing"].as_array().unwrap().is_empty());
    }
}

#[test]
fn a_load_carried_for_months_is_seen_and_its_mirror_too() {
    let service = Service::start();
    let me = service.someone();
    let id = relationship(&me, &json!({"kept_by": "neither"}));
    log_initiations(&me, &id, "me", 12);
    let giving = initiation(&assess(&me, &id));
    assert_eq!(giving["state"], "sustained_imbalance", "{giving}");
    assert!(giving["lower_90"].as_f64().unwrap() > 0.2 && giving["probability_over"].as_f64().unwrap() > 0.9);
    let other = relationship(&me, &json!({"kept_by": "neither"}));
    log_initiations(&me, &other, "them", 12);
    let receiving = initiation(&assess(&me, &other));
    assert_eq!(receiving["balance"].as_f64(), giving["balance"].as_f64().map(std::ops::Neg::neg));
    assert_eq!(receiving["probability_under"], giving["probability_over"]);
}

#[test]
fn what_is_answered_when_it_is_made_is_what_is_read_later_to_the_last_byte() {
    let service = Service::start();
    let me = service.someone();
    for (kept_by, share) in [("neither", 2), ("logger", 2), ("other", 2), ("neither", 5), ("neither", 60)] {
        let id = relationship(&me, &json!({"kept_by": kept_by}));
        if share < 60 {
            log_initiations(&me, &id, "me", share);
        }
        let made = me.post(&format!("/v1/relationships/{id}/assessments?include=what_would_change"), &json!({}));
        let read = me.get(&format!("{}?include=what_would_change", made.header("location")));
        assert!(made.status == 201 && made.text == read.text, "kept by {kept_by}, one of {share}");
    }
}

#[test]
fn a_pattern_cites_its_entries_and_goes_with_them() {
    let service = Service::start();
    let me = service.someone();
    let id = relationship(&me, &json!({"kept_by": "neither"}));
    log_initiations(&me, &id, "me", 12);
    let path = format!("/v1/relationships/{id}/assessments");
    let made = me.post(&path, &json!({}));
    let body = made.expect(201);
    let pattern = body["patterns"].as_array().unwrap().iter().find(|pattern| pattern["code"] == "always_starting").unwrap();
    assert_eq!((&pattern["whose"], &pattern["text"]), (&json!("me"), &json!("You take most of the first steps.")));
    assert!(!pattern["counter_entry_ids"].as_array().unwrap().is_empty() && pattern["other_reading"].as_str().unwrap().len() > 10);
    let parts = initiation(&body)["explanation"].as_array().unwrap().clone();
    assert!(parts.iter().any(|part| part["kind"] == "entry" && part["entry_id"].is_string()), "{parts:?}");
    let kept = body["checks"].as_array().unwrap().iter().find(|check| check["code"] == "words_without_action").unwrap();
    assert_eq!(kept["outcome"], "no_evidence");

    let cited = pattern["entry_ids"][0].as_str().unwrap();
    assert_eq!(me.delete(&format!("/v1/interactions/{cited}")).status, 204);
    me.get(&made.header("location")).problem(410, "gone");
}

#[test]
fn who_kept_the_log_is_part_of_the_evidence() {
    let service = Service::start();
    let me = service.someone();
    let id = relationship(&me, &json!({}));
    log_initiations(&me, &id, "me", 3);
    let mine = assess(&me, &id);
    assert_eq!(mine["evidence"]["kept_by"], "logger");
    me.patch(&format!("/v1/relationships/{id}"), &json!({"kept_by": "neither"})).expect(200);
    let measured = assess(&me, &id);
    assert_ne!(mine["evidence"]["digest"], measured["evidence"]["digest"]);
    assert!(initiation(&mine)["balance"].as_f64().unwrap() < initiation(&measured)["balance"].as_f64().unwrap());
    let again = me.get(&format!("/v1/relationships/{id}/assessments/{}", mine["id"].as_str().unwrap())).expect(200);
    assert_eq!(again["stale"], true);
}

#[test]
fn the_same_evidence_is_answered_with_the_recorded_assessment() {
    let service = Service::start();
    let me = service.someone();
    let id = relationship(&me, &json!({}));
    log_initiations(&me, &id, "me", 3);
    let path = format!("/v1/relationships/{id}/assessments");
    let first = me.post(&path, &json!({}));
    let body = first.expect(201);
    assert_eq!(me.post(&path, &json!({"window_days": 180})).expect(200), body);
    assert_eq!(me.get(&first.header("location")).expect(200), body);
    assert_eq!(me.with("if-none-match", &first.header("etag")).get(&first.header("location")).status, 304);
    assert_ne!(me.post(&path, &json!({"window_days": 90})).expect(201)["id"], body["id"]);
    assert_eq!(me.get(&path).expect(200)["data"].as_array().unwrap().len(), 2);
}

#[test]
fn a_changed_a_new_and_a_removed_entry_make_it_stale_and_one_outside_the_window_does_not() {
    let service = Service::start();
    let me = service.someone();
    let id = relationship(&me, &json!({}));
    log_initiations(&me, &id, "me", 3);
    let entries = format!("/v1/relationships/{id}/interactions");
    let path = format!("/v1/relationships/{id}/assessments");
    let computed = |window: u32| me.post(&path, &json!({"window_days": window})).header("location");
    let stale = |location: &str| me.get(location).expect(200)["stale"].as_bool().unwrap();

    let short = computed(10);
    me.post(&entries, &json!({"actor": "me", "dimension": "repair", "occurred_at": "2026-01-01T10:00:00Z"})).expect(201);
    assert!(!stale(&short), "a day before its window");
    me.post(&entries, &json!({"actor": "me", "dimension": "repair", "occurred_at": "2026-02-25T10:00:00Z"})).expect(201);
    assert!(stale(&short));

    let before_change = computed(180);
    let entry = me.get(&entries).expect(200)["data"][3]["id"].as_str().unwrap().to_owned();
    me.patch(&format!("/v1/interactions/{entry}"), &json!({"effort": 5})).expect(200);
    assert!(stale(&before_change));
    let before_removal = computed(180);
    assert_eq!(me.delete(&format!("/v1/interactions/{entry}")).status, 204);
    let after = me.get(&before_removal);
    assert!(after.status == 410 || stale(&before_removal));
}

#[test]
fn entries_by_an_unknown_actor_are_counted_and_never_read_as_balanced() {
    let service = Service::start();
    let me = service.someone();
    let id = relationship(&me, &json!({}));
    let items: Vec<Value> = (1..=28)
        .map(|day| json!({"relationship_id": id, "interaction": {"actor": "unknown", "dimension": "repair", "occurred_at": format!("2026-02-{day:02}T10:00:00Z")}}))
        .collect();
    me.post("/v1/interactions/batch", &json!({"items": items})).expect(200);
    let body = assess(&me, &id);
    assert_eq!((&body["evidence"]["entries"], &body["evidence"]["unknown_actor_entries"]), (&json!(28), &json!(28)));
    assert_eq!(body["overall"]["state"], "insufficient_evidence");
    assert!(
        body["notes"]
            .as_array()
            .unwrap()
            .iter()
            .any(|note| note["code"] == "many_unknown_actors" && note["text"].as_str().unwrap().ends_with('.'))
    );
}

#[test]
fn a_window_out_of_bounds_and_a_day_to_come_are_refused() {
    let service = Service::start();
    let me = service.someone();
    let path = format!("/v1/relationships/{}/assessments", relationship(&me, &json!({})));
    for (body, pointer) in [
        (json!({"window_days": 0}), "/window_days"),
        (json!({"window_days": 3661}), "/window_days"),
        (json!({"as_of": "2026-03-03"}), "/as_of"),
        (json!({"as_of": "1969-01-01"}), "/as_of"),
        (json!({"as_of": "someday"}), "/as_of"),
    ] {
        assert_eq!(me.post(&path, &body).problem(422, "validation_failed")["errors"][0]["pointer"], pointer);
    }
    me.post(&path, &json!({"as_of": "1970-01-01", "window_days": 3660})).expect(201);
    assert_eq!(me.get(&path).expect(200)["data"].as_array().unwrap().len(), 1);
}

#[test]
fn a_picture_and_a_page_carry_no_script_and_no_foreign_words_as_markup() {
    let service = Service::start();
    let me = service.someone();
    let hostile = "</text><script>alert(1)</script>\" onload=\"x";
    let id = relationship(&me, &json!({"alias": hostile, "kept_by": "neither"}));
    log_initiations(&me, &id, "me", 12);
    let location = me.post(&format!("/v1/relationships/{id}/assessments"), &json!({})).header("location");
    for (wanted, name, begins) in [("image/svg+xml", "summary.svg", "<svg"), ("text/html", "summary.html", "<!doctype html>")] {
        let shown = me.with("accept", wanted).get(&location);
        assert_eq!(shown.status, 200);
        assert!(shown.text.starts_with(begins) && shown.text.contains("&lt;script&gt;"), "{}", shown.text);
        for forbidden in ["<script", "onload=\"", "http://", "https://", "url(", "@import"] {
            let markup = shown.text.replace("http://www.w3.org/2000/svg", "");
            assert!(!markup.contains(forbidden), "{forbidden} in {wanted}");
        }
        assert_eq!(
            shown.header("content-security-policy"),
            "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; sandbox"
        );
        assert_eq!((shown.header("cache-control"), shown.header("x-content-type-options")), ("no-store".into(), "nosniff".into()));
        assert_eq!(shown.header("content-disposition"), format!("inline; filename=\"{name}\""));
        assert!(shown.text.contains("Reaching out") && shown.text.contains("not enough entries yet"));
        let again = me.with("accept", wanted).with("if-none-match", &shown.header("etag")).get(&location);
        assert_eq!(again.status, 304);
    }
    me.with("accept", "audio/ogg").get(&location).problem(406, "not_acceptable");
    assert!(me.with("accept", "*/*").get(&location).json().is_object());
}

#[test]
fn answers_move_the_assessment_and_a_new_answer_makes_it_stale() {
    let service = Service::start();
    let me = service.someone();
    let id = relationship(&me, &json!({"kept_by": "neither"}));
    log_initiations(&me, &id, "me", 2);
    let before = assess(&me, &id);
    let set = me.get("/v1/question-sets/reciprocity-check").expect(200);
    let items = set["items"].as_array().unwrap().iter().filter(|item| item["dimension"] == "initiation");
    let answers: Vec<Value> =
        items.map(|item| json!({"item": item["id"], "value": if item["perspective"] == "giving" { 3 } else { 2 }})).collect();
    assert!(answers.len() >= 2, "{set}");
    let body = json!({"question_set": "reciprocity-check", "answers": answers, "status": "completed", "local_date": "2026-02-20"});
    me.post(&format!("/v1/relationships/{id}/responses"), &body).expect(201);
    let old = me.get(&format!("/v1/relationships/{id}/assessments/{}", before["id"].as_str().unwrap())).expect(200);
    assert_eq!(old["stale"], true);
    let after = assess(&me, &id);
    assert_ne!(after["evidence"]["digest"], before["evidence"]["digest"]);
    let balance = |assessment: &Value| initiation(assessment)["balance"].as_f64().unwrap();
    assert!(balance(&after) > balance(&before), "{} {}", balance(&after), balance(&before));
}

#[test]
fn evidence_that_changes_back_is_current_again_and_a_key_answers_what_it_answered() {
    let service = Service::start();
    let me = service.someone();
    let id = relationship(&me, &json!({}));
    let entry = json!({"actor": "me", "dimension": "repair", "effort": 3, "occurred_at": "2026-02-01T10:00:00Z"});
    let location = me.post(&format!("/v1/relationships/{id}/interactions"), &entry).header("location");
    let path = format!("/v1/relationships/{id}/assessments");
    let first = me.post(&path, &json!({})).expect(201);
    me.patch(&location, &json!({"effort": 4})).expect(200);
    me.patch(&location, &json!({"effort": 3})).expect(200);
    let own = format!("{path}/{}", first["id"].as_str().unwrap());
    assert_eq!(me.get(&own).expect(200)["stale"], true);
    let keyed = me.with("idempotency-key", "once");
    let again = keyed.post(&path, &json!({})).expect(200);
    assert_eq!((&again["id"], &again["stale"]), (&first["id"], &json!(false)));
    assert_eq!(keyed.post(&path, &json!({})).expect(200)["id"], first["id"]);
}

#[test]
fn a_new_alias_gives_the_picture_a_new_tag() {
    let service = Service::start();
    let me = service.someone();
    let id = relationship(&me, &json!({}));
    let location = me.post(&format!("/v1/relationships/{id}/assessments"), &json!({})).header("location");
    let svg = me.with("accept", "image/svg+xml");
    let tag = svg.get(&location).header("etag");
    assert_eq!(svg.with("if-none-match", &tag).get(&location).status, 304);
    me.patch(&format!("/v1/relationships/{id}"), &json!({"alias": "Kim"})).expect(200);
    let now = svg.with("if-none-match", &tag).get(&location);
    assert!(now.status == 200 && now.text.contains("Kim"));
}
