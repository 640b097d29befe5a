//! Previews: the assessment of evidence in the request. Nothing is stored; the figures are those of a stored log.

use serde_json::{Value, json};

use crate::support::{Client, Service, rows};

const PREVIEW: &str = "/v1/assessments/preview";

fn day(n: u32) -> String {
    (chrono::NaiveDate::from_ymd_opt(2025, 11, 1).unwrap() + chrono::Days::new(n.into())).to_string()
}

fn id(kind: u32, n: u32) -> String {
    uuid::Uuid::from_u128(0x0198_0000_0000_7000_8000_0000_0000_0000 + u128::from(kind * 1_000 + n)).to_string()
}

/// Four months in which `giver` starts the conversation every other day, the other side once in twelve.
fn initiations(giver: &str) -> Vec<Value> {
    let other = if giver == "me" { "them" } else { "me" };
    let entry = |n: u32| {
        let actor = if n % 12 == 11 { other } else { giver };
        json!({"id": id(1, n), "actor": actor, "dimension": "initiation", "local_date": day(2 * n), "effort": 1 + n % 5,
            "energy_after": n % 3, "felt_heard": 1 + n % 5, "prompted": n.is_multiple_of(2)})
    };
    (0..60).map(entry).collect()
}

fn preview(me: &Client, body: &Value) -> Value {
    me.post(PREVIEW, body).expect(200)
}

fn outcome<'a>(answer: &'a Value, code: &str, whose: &str) -> &'a str {
    let checks = answer["checks"].as_array().unwrap();
    checks.iter().find(|check| check["code"] == code && check["whose"] == whose).unwrap()["outcome"].as_str().unwrap()
}

fn pattern(answer: &Value, code: &str) -> Option<Value> {
    answer["patterns"].as_array().unwrap().iter().find(|pattern| pattern["code"] == code).cloned()
}

/// Ten records of one kind, a day each, that end as `outcome` says of the n-th.
fn ten(kind: u32, record: &dyn Fn(u32) -> Value) -> Vec<Value> {
    let one = |n: u32| {
        let mut body = json!({"id": id(kind, n), "local_date": day(n)});
        body.as_object_mut().unwrap().extend(record(n).as_object().unwrap().clone());
        body
    };
    (0..10).map(one).collect()
}

#[test]
fn nothing_of_a_preview_is_stored() {
    let service = Service::start();
    let me = service.someone();
    let mut conn = service.database.connect();
    let before = rows::counts(&mut conn);
    let body =
        json!({"kept_by": "neither", "entries": initiations("me"), "promises": ten(2, &|_| json!({"by": "them", "outcome": "broken"}))});
    let answer = preview(&me, &body);
    assert_eq!(answer["patterns"].as_array().unwrap().len(), 2, "{}", answer["patterns"]);
    assert_eq!(rows::counts(&mut conn), before);
    for absent in ["id", "relationship_id", "stale", "created_at"] {
        assert!(answer.get(absent).is_none(), "{absent} is a stored assessment's");
    }
}

#[test]
fn a_preview_of_what_is_stored_says_what_the_stored_assessment_says() {
    let service = Service::start();
    let me = service.someone();
    let context = json!([{"kind": "exams", "from": day(20), "to": day(30)}]);
    let tie = json!({"alias": "Sam", "kind": "family", "kept_by": "other", "expected_balance": 0.2, "contexts": context});
    let relationship = me.post("/v1/relationships", &tie).expect(201)["id"].as_str().unwrap().to_owned();
    let mut entries = initiations("them");
    let items: Vec<Value> = entries
        .iter()
        .map(|entry| {
            let mut interaction = entry.clone();
            let at = format!("{}T10:00:00Z", entry["local_date"].as_str().unwrap());
            interaction["occurred_at"] = json!(at);
            json!({"relationship_id": relationship, "interaction": interaction})
        })
        .collect();
    assert_eq!(me.post("/v1/interactions/batch", &json!({"items": items})).expect(200)["created"], 60);
    let mut stored = me.post(&format!("/v1/relationships/{relationship}/assessments"), &json!({})).expect(201);
    for own in ["id", "relationship_id", "stale", "created_at", "next_step", "resources"] {
        stored.as_object_mut().unwrap().remove(own);
    }
    entries.reverse();
    let body = json!({"kept_by": "other", "expected_balance": 0.2, "contexts": context, "entries": entries});
    assert_eq!(preview(&me, &body), stored, "the same evidence, digest and figures, whatever the order");
}

/// A pattern over records that an assessment of a stored log has none of yet.
struct Case {
    code: &'static str,
    /// The list in the body, and what it holds where the pattern is there, and where all is well.
    list: &'static str,
    shown: fn(&str, &str, u32) -> Value,
    fair: fn(&str, &str, u32) -> Value,
}

const CASES: [Case; 4] = [
    Case {
        code: "words_without_action",
        list: "promises",
        shown: |one, _, n| json!({"by": one, "outcome": if n < 8 { "broken" } else { "kept" }}),
        fair: |one, _, n| json!({"by": one, "outcome": if n < 2 { "broken" } else { "kept" }}),
    },
    Case {
        code: "needs_explained_not_met",
        list: "needs",
        shown: |one, other, n| json!({"of": if n % 2 == 0 { one } else { other }, "outcome": if n % 2 == 0 { "unmet" } else { "met" }}),
        fair: |one, other, n| json!({"of": if n % 2 == 0 { one } else { other }, "outcome": if n % 4 < 2 { "unmet" } else { "met" }}),
    },
    Case {
        code: "repair_only_when_pushed",
        list: "repairs",
        shown: |one, other, n| json!({"moved_first": if n < 3 { one } else { other }, "prompted": n < 3}),
        fair: |one, other, n| json!({"moved_first": if n % 2 == 0 { one } else { other }, "prompted": false}),
    },
    Case {
        code: "plans_never_scheduled",
        list: "plans",
        shown: |one, _, n| json!({"proposed_by": one, "scheduled": n == 0}),
        fair: |one, _, n| json!({"proposed_by": one, "scheduled": n != 0}),
    },
];

#[test]
fn patterns_over_promises_needs_plans_and_repairs_are_shown_cite_records_and_mirror() {
    let service = Service::start();
    let me = service.someone();
    for Case { code, list, shown, .. } in CASES {
        let answer_for = |one: &str, other: &str| {
            let answer = preview(&me, &json!({ list: ten(3, &|n| shown(one, other, n)) }));
            (outcome(&answer, code, one).to_owned(), pattern(&answer, code), answer)
        };
        let (theirs, found, answer) = answer_for("them", "me");
        assert_eq!(theirs, "shown", "{code}: {}", answer["checks"]);
        let found = found.unwrap();
        assert_eq!(found["whose"], "them");
        assert!(found["probability"].as_f64().unwrap() >= 0.8);
        assert!(!found["text"].as_str().unwrap().is_empty() && !found["other_reading"].as_str().unwrap().is_empty());
        let cited: Vec<&Value> = ["entry_ids", "counter_entry_ids"].iter().flat_map(|key| found[key].as_array().unwrap()).collect();
        assert!(!found["entry_ids"].as_array().unwrap().is_empty());
        assert!(cited.iter().all(|cited| (0..10).any(|n| **cited == id(3, n))), "{code} cites {cited:?}");
        let (mine, mirrored, _) = answer_for("me", "them");
        let mut mirrored = mirrored.unwrap();
        assert_eq!((mine.as_str(), &mirrored["whose"]), ("shown", &json!("me")));
        mirrored["whose"] = json!("them");
        mirrored["text"] = found["text"].clone();
        assert_eq!(mirrored, found, "{code}: the same records and figures, the other side");
        assert_ne!(outcome(&answer, code, "me"), "shown", "{code} speaks of one side");
    }
}

#[test]
fn the_fair_twin_of_each_shows_nothing() {
    let service = Service::start();
    let me = service.someone();
    for Case { code, list, fair, .. } in CASES {
        for (one, other) in [("them", "me"), ("me", "them")] {
            let answer = preview(&me, &json!({ list: ten(3, &|n| fair(one, other, n)) }));
            assert_eq!(outcome(&answer, code, one), if list == "repairs" { "no_evidence" } else { "not_shown" }, "{code}");
            assert_eq!(pattern(&answer, code), None, "{code}");
        }
    }
}

#[test]
fn an_open_promise_is_not_broken_while_it_may_still_be_kept() {
    let service = Service::start();
    let me = service.someone();
    let due = |day: &str| ten(2, &|_| json!({"by": "them", "outcome": "open", "due": day}));
    let soon = preview(&me, &json!({"promises": due("2026-02-27")}));
    assert_eq!(outcome(&soon, "words_without_action", "them"), "no_evidence");
    let long_ago = preview(&me, &json!({"promises": due("2026-01-27")}));
    assert_eq!(outcome(&long_ago, "words_without_action", "them"), "shown");
}

#[test]
fn a_stored_assessment_has_no_evidence_of_promises_needs_or_plans() {
    let service = Service::start();
    let me = service.someone();
    let relationship = me.post("/v1/relationships", &json!({"alias": "Sam", "kind": "friend"})).expect(201);
    let path = format!("/v1/relationships/{}/assessments", relationship["id"].as_str().unwrap());
    let stored = me.post(&path, &json!({})).expect(201);
    for code in ["words_without_action", "needs_explained_not_met", "plans_never_scheduled", "keeps_promises"] {
        assert_eq!(outcome(&stored, code, "them"), "no_evidence");
    }
}

#[test]
fn a_repair_that_is_also_an_entry_is_one_event() {
    let service = Service::start();
    let me = service.someone();
    let repairs: Vec<Value> =
        (0..3).map(|n| json!({"id": id(4, n), "moved_first": "them", "local_date": day(n), "prompted": true})).collect();
    let entry = |n: u32| json!({"id": id(4, n), "actor": "them", "dimension": "repair", "local_date": day(n), "prompted": true});
    let twice: Vec<Value> = (0..3).map(entry).collect();
    let answer = preview(&me, &json!({"repairs": repairs, "entries": twice}));
    assert_eq!(outcome(&answer, "repair_only_when_pushed", "them"), "too_little", "three events, not six");
    let others: Vec<Value> = (3..6).map(entry).collect();
    let answer = preview(&me, &json!({"repairs": repairs, "entries": others}));
    assert_eq!(outcome(&answer, "repair_only_when_pushed", "them"), "shown");
}

#[test]
fn entries_without_an_id_count_alike_and_are_not_named() {
    let service = Service::start();
    let me = service.someone();
    let named = initiations("me");
    let mut nameless = named.clone();
    for entry in &mut nameless {
        entry.as_object_mut().unwrap().remove("id");
    }
    let (named, nameless) = (preview(&me, &json!({"entries": named})), preview(&me, &json!({"entries": nameless})));
    assert_eq!(nameless["overall"], named["overall"]);
    assert!(!pattern(&named, "always_starting").unwrap()["entry_ids"].as_array().unwrap().is_empty());
    assert_eq!(pattern(&nameless, "always_starting").unwrap()["entry_ids"], json!([]));
    assert!(!nameless.to_string().contains("00000000-0000-0000-0000-000000000000"));
}

#[test]
fn the_order_of_records_does_not_matter_and_every_record_is_in_the_digest() {
    let service = Service::start();
    let me = service.someone();
    let score = |n: u32| json!({"local_date": day(n), "dimension": "initiation", "give": 3.0, "receive": 1.0, "range": 4.0, "give_error": 0.3, "receive_error": 0.3});
    let nameless = |list: Vec<Value>| -> Vec<Value> {
        let without = |mut one: Value| (one.as_object_mut().unwrap().remove("id"), one).1;
        list.into_iter().map(without).collect()
    };
    let body = json!({
        "entries": nameless(initiations("me")),
        "questionnaires": [score(40), score(80)],
        "promises": nameless(ten(2, &|n| json!({"by": "them", "outcome": if n % 3 == 0 { "kept" } else { "broken" }}))),
        "needs": nameless(ten(3, &|n| json!({"of": "me", "outcome": if n % 3 == 0 { "met" } else { "unmet" }}))),
        "plans": nameless(ten(4, &|n| json!({"proposed_by": "them", "scheduled": n % 3 == 0}))),
        "repairs": nameless(ten(5, &|n| json!({"moved_first": "them", "prompted": n % 3 == 0}))),
        "contexts": [{"kind": "exams", "from": day(3), "to": day(5)}, {"kind": "illness", "from": day(9), "to": day(10), "effect": "exempt"}],
    });
    let answer = preview(&me, &body);
    let lists: Vec<String> = body.as_object().unwrap().keys().cloned().collect();
    let mut reversed = body.clone();
    for list in &lists {
        reversed[list].as_array_mut().unwrap().reverse();
    }
    assert_eq!(preview(&me, &reversed), answer);
    for list in &lists {
        let mut fewer = body.clone();
        fewer[list].as_array_mut().unwrap().pop();
        assert_ne!(preview(&me, &fewer)["evidence"]["digest"], answer["evidence"]["digest"], "{list}");
    }
}

#[test]
fn scores_pull_and_disagreement_is_told() {
    let service = Service::start();
    let me = service.someone();
    let scores = |give: f64, receive: f64| json!([{"local_date": day(100), "dimension": "initiation", "give": give, "receive": receive, "range": 4.0, "give_error": 0.3, "receive_error": 0.3}]);
    let with =
        |give, receive| preview(&me, &json!({"kept_by": "neither", "entries": initiations("me"), "questionnaires": scores(give, receive)}));
    let (same, other) = (with(4.0, 1.0), with(0.0, 4.0));
    assert_eq!(same["conflicts"], json!([]));
    assert_eq!(other["conflicts"][0]["dimension"], "initiation");
    assert!(other["conflicts"][0]["answers_balance"].as_f64().unwrap() < 0.0);
}

#[test]
fn what_lies_outside_the_window_is_left_out_and_said_to_be() {
    let service = Service::start();
    let me = service.someone();
    let answer = preview(&me, &json!({"entries": initiations("me"), "window_days": 30}));
    assert_eq!(answer["window"], json!({"from": "2026-01-31", "to": "2026-03-01"}));
    assert_eq!(answer["evidence"]["entries"], 14);
    assert!(answer["notes"].as_array().unwrap().iter().any(|note| note["code"] == "records_left_out"));
}

#[test]
fn too_many_records_and_too_large_a_body_are_refused_and_the_most_are_taken() {
    let service = Service::start();
    let me = service.someone();
    let entry = json!({"actor": "me", "dimension": "repair", "local_date": "2026-02-01"});
    let plan = json!({"proposed_by": "me", "local_date": "2026-02-01"});
    let most = preview(&me, &json!({"entries": vec![entry.clone(); 19_000], "plans": vec![plan.clone(); 1_000]}));
    assert_eq!(most["evidence"]["entries"], 19_000);
    let problem =
        me.post(PREVIEW, &json!({"entries": vec![entry.clone(); 19_000], "plans": vec![plan; 1_001]})).problem(422, "validation_failed");
    assert_eq!(problem["errors"][0]["code"], "too_many_entries");
    let large = json!({"entries": vec![json!({"actor": "me", "dimension": "repair", "local_date": "2026-02-01", "id": id(1, 1), "effort": 5}); 19_000]});
    assert!(large.to_string().len() > 2 * 1024 * 1024);
    me.post(PREVIEW, &large).problem(413, "payload_too_large");
}

#[test]
fn what_is_wrong_is_pointed_at_in_each_list() {
    let service = Service::start();
    let me = service.someone();
    let entry = |extra: Value| {
        let mut body = json!({"actor": "me", "dimension": "repair", "local_date": "2026-02-01"});
        body.as_object_mut().unwrap().extend(extra.as_object().unwrap().clone());
        body
    };
    let scores = json!({"local_date": "2026-02-01", "give": 4.0, "receive": 0.0, "range": 3.0, "give_error": 0.1, "receive_error": 0.1});
    for (body, pointer) in [
        (json!({"entries": [entry(json!({})), entry(json!({"effort": 6}))]}), "/entries/1/effort"),
        (json!({"entries": [entry(json!({"id": id(1, 1)})), entry(json!({"id": id(1, 1)}))]}), "/entries/1/id"),
        (json!({"entries": [entry(json!({"note": "we talked"}))]}), "/entries/0"),
        (json!({"entries": [entry(json!({"local_date": "1969-12-31"}))]}), "/entries/0/local_date"),
        (json!({"questionnaires": [scores]}), "/questionnaires/0/range"),
        (json!({"promises": [{"by": "them", "local_date": "2026-02-01", "outcome": "forgotten"}]}), "/promises/0/outcome"),
        (json!({"contexts": [{"kind": "exams", "from": "2026-02-02", "to": "2026-02-01"}]}), "/contexts/0/to"),
        (json!({"as_of": "2026-03-03"}), "/as_of"),
        (json!({"window_days": 0}), "/window_days"),
        (json!({"expected_balance": 1.1}), "/expected_balance"),
        (json!({"kept_by": "me"}), "/kept_by"),
    ] {
        assert_eq!(me.post(PREVIEW, &body).problem(422, "validation_failed")["errors"][0]["pointer"], pointer, "{body}");
    }
    let many = vec![entry(json!({"effort": 0})); 500];
    let problem = me.post(PREVIEW, &json!({"entries": many})).problem(422, "validation_failed");
    assert_eq!(problem["errors"].as_array().unwrap().len(), 100);
}

#[test]
fn a_preview_can_be_looked_at() {
    let service = Service::start();
    let me = service.someone();
    let body = json!({"entries": initiations("me")});
    for (wanted, begins) in [("image/svg+xml", "<svg"), ("text/html", "<!doctype html>")] {
        let shown = me.with("accept", wanted).post(PREVIEW, &body);
        assert!(shown.status == 200 && shown.text.starts_with(begins) && shown.text.contains("Giving and receiving<"), "{}", shown.text);
        assert_eq!(
            shown.header("content-security-policy"),
            "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; sandbox"
        );
    }
    me.with("accept", "audio/ogg").post(PREVIEW, &body).problem(406, "not_acceptable");
}

#[test]
fn previews_have_a_budget_of_their_own() {
    let service = Service::with(&[("RECIPROCITY_LIMIT_PREVIEWS", "2"), ("RECIPROCITY_LIMIT_ASSESSMENTS", "1")]);
    let me = service.someone();
    let relationship = me.post("/v1/relationships", &json!({"alias": "Sam", "kind": "friend"})).expect(201);
    preview(&me, &json!({}));
    preview(&me, &json!({}));
    me.post(PREVIEW, &json!({})).problem(429, "too_many_requests");
    me.post(&format!("/v1/relationships/{}/assessments", relationship["id"].as_str().unwrap()), &json!({})).expect(201);
}
