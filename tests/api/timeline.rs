//! The timeline: what the picture draws, as numbers. Weeks without entries are absent, and no words are in it.

use serde_json::{Value, json};

use crate::support::{Client, Service, rows};

fn relationship(me: &Client) -> String {
    let contexts = json!([
        {"kind": "exams", "from": "2026-02-01", "to": "2026-02-10"}, {"kind": "illness", "from": "2025-01-01", "to": "2025-02-01"},
        {"kind": "distance", "from": "2026-02-20"}
    ]);
    let body = json!({"alias": "Sam", "kind": "friend", "kept_by": "neither", "contexts": contexts});
    me.post("/v1/relationships", &body).expect(201)["id"].as_str().unwrap().to_owned()
}

fn log(me: &Client, id: &str, entries: &[(&str, &str, &str, Option<u32>)]) {
    let item = |(actor, dimension, day, effort): &(&str, &str, &str, Option<u32>)| {
        let mut entry =
            json!({"actor": actor, "dimension": dimension, "occurred_at": format!("{day}T10:00:00Z"), "note": "a planted secret"});
        if let Some(effort) = effort {
            entry["effort"] = json!(effort);
        }
        json!({"relationship_id": id, "interaction": entry})
    };
    let items: Vec<Value> = entries.iter().map(item).collect();
    assert_eq!(me.post("/v1/interactions/batch", &json!({"items": items})).expect(200)["refused"], 0);
}

/// Four months of the logger reaching out every other day.
fn log_months(me: &Client, id: &str) {
    let first = chrono::NaiveDate::from_ymd_opt(2025, 11, 1).unwrap();
    let days: Vec<String> = (0..60).map(|n| (first + chrono::Days::new(2 * n)).to_string()).collect();
    let entries: Vec<_> = days.iter().map(|day| ("me", "initiation", day.as_str(), None)).collect();
    log(me, id, &entries);
}

fn dimension<'a>(timeline: &'a Value, name: &str) -> &'a Value {
    timeline["dimensions"].as_array().unwrap().iter().find(|entry| entry["dimension"] == name).unwrap()
}

#[test]
fn each_week_with_entries_is_there_and_no_other() {
    let service = Service::start();
    let me = service.someone();
    let id = relationship(&me);
    log(
        &me,
        &id,
        &[
            ("me", "repair", "2026-01-05", Some(3)),
            ("them", "repair", "2026-01-11", Some(1)),
            ("both", "repair", "2026-01-12", Some(4)),
            ("unknown", "repair", "2026-01-26", None),
            ("me", "celebration", "2026-01-26", None),
            ("me", "repair", "2025-08-01", None),
        ],
    );
    let answer = me.get(&format!("/v1/relationships/{id}/timeline"));
    let timeline = answer.expect(200);
    assert_eq!(timeline["window"], json!({"from": "2025-09-03", "to": "2026-03-01"}));
    assert_eq!(
        dimension(&timeline, "repair")["weeks"],
        json!([
            {"from": "2026-01-05", "entries": 2, "given": 3.0, "received": 1.0, "balance": 0.5},
            {"from": "2026-01-12", "entries": 1, "given": 2.0, "received": 2.0, "balance": 0.0},
            {"from": "2026-01-26", "entries": 1, "given": 0.0, "received": 0.0}
        ])
    );
    assert_eq!(dimension(&timeline, "celebration")["weeks"][0]["balance"], 1.0);
    assert_eq!(dimension(&timeline, "appreciation")["weeks"], json!([]));
    assert_eq!(timeline["dimensions"].as_array().unwrap().len(), 8);
    for dimension in timeline["dimensions"].as_array().unwrap() {
        assert_eq!(dimension["state"], "insufficient_evidence");
        for figure in ["level", "shift", "ebb_sd", "local_balance"] {
            assert!(dimension.get(figure).is_none(), "{figure} without evidence");
        }
    }
    let kinds: Vec<&Value> = timeline["contexts"].as_array().unwrap().iter().map(|period| &period["kind"]).collect();
    assert_eq!(kinds, ["exams", "distance"], "those that touch the window");
    assert!(!answer.text.contains("secret"));
}

#[test]
fn the_level_is_the_assessments_computed_or_recorded() {
    let service = Service::start();
    let me = service.someone();
    let id = relationship(&me);
    log_months(&me, &id);
    let path = format!("/v1/relationships/{id}/timeline");
    // The access log notes the first read of the hour; the next stores nothing at all.
    me.get(&format!("/v1/relationships/{id}/assessments")).expect(200);
    let mut conn = service.database.connect();
    let before = rows::counts(&mut conn);
    let computed = me.get(&path);
    computed.expect(200);
    assert_eq!(rows::counts(&mut conn), before, "reading stores nothing");
    let assessment = me.post(&format!("/v1/relationships/{id}/assessments"), &json!({})).expect(201);
    let recorded = me.get(&path);
    assert_eq!(recorded.expect(200), computed.json());
    let (line, whole) = (dimension(&computed.json(), "initiation").clone(), dimension(&assessment, "initiation").clone());
    for figure in ["balance", "lower_90", "upper_90"] {
        assert_eq!(line["level"][figure], whole[figure]);
    }
    for same in ["state", "text", "shift", "ebb_sd", "local_balance"] {
        assert_eq!(line[same], whole[same]);
    }
    assert_eq!(line["state"], "sustained_imbalance");
    let weeks = line["weeks"].as_array().unwrap();
    assert_eq!(weeks.iter().map(|week| week["entries"].as_u64().unwrap()).sum::<u64>(), 60);
}

#[test]
fn it_is_revalidated_and_changes_with_its_entries() {
    let service = Service::start();
    let me = service.someone();
    let id = relationship(&me);
    let path = format!("/v1/relationships/{id}/timeline");
    let tag = me.get(&path).header("etag");
    assert_eq!(me.with("if-none-match", &tag).get(&path).status, 304);
    log(&me, &id, &[("me", "repair", "2026-02-05", None)]);
    let changed = me.with("if-none-match", &tag).get(&path);
    assert_eq!(dimension(&changed.expect(200), "repair")["weeks"].as_array().unwrap().len(), 1);
}

#[test]
fn the_days_are_chosen_as_for_computing_and_refused_as_a_query() {
    let service = Service::start();
    let me = service.someone();
    let id = relationship(&me);
    log_months(&me, &id);
    let path = format!("/v1/relationships/{id}/timeline");
    let some = me.get(&format!("{path}?as_of=2025-11-30&window_days=14")).expect(200);
    assert_eq!(some["window"], json!({"from": "2025-11-17", "to": "2025-11-30"}));
    assert_eq!(dimension(&some, "initiation")["weeks"].as_array().unwrap().len(), 2);
    let all = me.get(&format!("{path}?window_days=3660")).expect(200);
    assert_eq!(all["window"]["from"], "2016-02-23");
    for (query, pointer) in [
        ("window_days=0", "?window_days"),
        ("window_days=3661", "?window_days"),
        ("as_of=2026-03-03", "?as_of"),
        ("as_of=1969-12-31", "?as_of"),
    ] {
        let problem = me.get(&format!("{path}?{query}")).problem(400, "invalid_parameter");
        assert_eq!(problem["errors"][0]["pointer"], pointer);
    }
    me.get(&format!("{path}?as_of=someday")).problem(400, "invalid_parameter");
}

#[test]
fn it_is_counted_with_computing() {
    let service = Service::with(&[("RECIPROCITY_LIMIT_ASSESSMENTS", "1")]);
    let me = service.someone();
    let path = format!("/v1/relationships/{}/timeline", relationship(&me));
    me.get(&path).expect(200);
    me.get(&path).problem(429, "too_many_requests");
}
