//! What would change a state: only where it is asked for, verified by previews, kept with the assessment.

use serde_json::{Value, json};

use crate::support::{Client, Service};

const INCLUDE: &str = "?include=what_would_change";

/// Every other day from November to the end of February, one by `them` in twelve.
fn entries() -> Vec<Value> {
    let first = chrono::NaiveDate::from_ymd_opt(2025, 11, 1).unwrap();
    let entry = |n: u64| {
        let day = first + chrono::Days::new(2 * n);
        json!({"actor": if n % 12 == 11 { "them" } else { "me" }, "dimension": "initiation", "local_date": day.to_string()})
    };
    (0..60).map(entry).collect()
}

fn relationship(me: &Client) -> String {
    let id = me.post("/v1/relationships", &json!({"alias": "Sam", "kind": "friend", "kept_by": "neither"})).expect(201)["id"].clone();
    let item = |entry: &Value| {
        let at = format!("{}T10:00:00Z", entry["local_date"].as_str().unwrap());
        json!({"relationship_id": id, "interaction": {"actor": entry["actor"], "dimension": "initiation", "occurred_at": at}})
    };
    let items: Vec<Value> = entries().iter().map(item).collect();
    assert_eq!(me.post("/v1/interactions/batch", &json!({"items": items})).expect(200)["created"], 60);
    format!("/v1/relationships/{}/assessments", id.as_str().unwrap())
}

/// The preview as of the end of February, with so many further entries of the other person, one a day.
fn state_with(me: &Client, more: u64) -> Value {
    let (mut entries, last) = (entries(), chrono::NaiveDate::from_ymd_opt(2025, 12, 31).unwrap());
    entries.retain(|entry| entry["local_date"].as_str() <= Some("2025-12-31"));
    let further = (1..=more).map(|n| (last + chrono::Days::new(n)).to_string());
    entries.extend(further.map(|day| json!({"actor": "them", "dimension": "initiation", "local_date": day})));
    let as_of = (last + chrono::Days::new(more)).to_string();
    let body = json!({"kept_by": "neither", "as_of": as_of, "window_days": 180 + more, "entries": entries});
    me.post(&format!("/v1/assessments/preview{INCLUDE}"), &body).expect(200)
}

fn change<'a>(answer: &'a Value, dimension: &Value) -> &'a Value {
    answer["what_would_change"].as_array().unwrap().iter().find(|change| change["dimension"] == *dimension).unwrap()
}

#[test]
fn so_many_entries_change_the_state_and_one_fewer_does_not() {
    let service = Service::start();
    let me = service.someone();
    let now = state_with(&me, 0);
    let initiation = |answer: &Value| {
        let found = answer["dimensions"].as_array().unwrap().iter().find(|one| one["dimension"] == "initiation");
        found.unwrap()["state"].clone()
    };
    for (dimension, state) in [(Value::Null, json!(now["overall"]["state"])), (json!("initiation"), initiation(&now))] {
        let change = change(&now, &dimension);
        assert_eq!(change["state"], state);
        let (step, text) = (&change["by_them"], change["text"].as_str().unwrap());
        let entries = step["entries"].as_u64().unwrap();
        assert!(text.contains(&format!("{entries} more entries of what they do (Reaching out)")), "{text}");
        let state_after =
            |more| if dimension.is_null() { state_with(&me, more)["overall"]["state"].clone() } else { initiation(&state_with(&me, more)) };
        assert_eq!(state_after(entries), step["state"]);
        assert_eq!(state_after(entries - 1), change["state"]);
    }
    assert_eq!(now["what_would_change"].as_array().unwrap().len(), 2, "all together, and each way that has entries");
}

#[test]
fn all_together_come_first_then_those_with_most_entries_as_far_as_the_runs_reach() {
    let service = Service::start();
    let me = service.someone();
    let dimensions =
        ["emotional_support", "celebration", "initiation", "repair", "appreciation", "practical_help", "promises_kept", "needs_met"];
    let first = chrono::NaiveDate::from_ymd_opt(2025, 11, 1).unwrap();
    let of = |(dimension, acts): (&str, u64)| -> Vec<Value> {
        let act = |n| json!({"actor": "me", "dimension": dimension, "local_date": (first + chrono::Days::new(n)).to_string()});
        (0..acts).map(act).collect()
    };
    let entries: Vec<Value> = dimensions.into_iter().zip(50..).flat_map(of).collect();
    let answer = me
        .post(&format!("/v1/assessments/preview{INCLUDE}"), &json!({"kept_by": "neither", "as_of": "2025-12-31", "entries": entries}))
        .expect(200);
    let found: Vec<&str> =
        answer["what_would_change"].as_array().unwrap().iter().map(|one| one["dimension"].as_str().unwrap_or("all")).collect();
    assert_eq!(found[..2], ["all", "needs_met"]);
    assert!(found.len() < 9, "64 runs do not reach all of {found:?}");
    assert!(found[1..].iter().rev().eq(dimensions[dimensions.len() - (found.len() - 1)..].iter()), "{found:?}");
}

#[test]
fn it_is_there_only_where_it_is_asked_for_and_kept_with_the_assessment() {
    let service = Service::start();
    let me = service.someone();
    let path = relationship(&me);
    let plain = me.post(&path, &json!({})).expect(201);
    let own = format!("{path}/{}", plain["id"].as_str().unwrap());
    assert!(plain.get("what_would_change").is_none());
    assert!(me.get(&format!("{own}{INCLUDE}")).expect(200).get("what_would_change").is_none(), "nobody has asked for it yet");

    let asked = me.post(&format!("{path}{INCLUDE}"), &json!({}));
    let full = asked.expect(200);
    assert_eq!(full["id"], plain["id"], "the same evidence is the same assessment");
    assert!(change(&full, &json!("initiation"))["by_them"]["entries"].as_u64().unwrap() > 0);
    let read = me.get(&format!("{own}{INCLUDE}"));
    assert_eq!((read.expect(200), read.header("etag")), (full.clone(), asked.header("etag")));
    assert_eq!(me.get(&own).expect(200), plain);
    assert_eq!(me.post(&path, &json!({})).expect(200), plain);
    assert!(me.get(&path).expect(200)["data"][0].get("what_would_change").is_none());

    let interactions = path.replace("assessments", "interactions");
    me.post(&interactions, &json!({"actor": "me", "dimension": "repair", "occurred_at": "2026-02-25T10:00:00Z"})).expect(201);
    let stale = me.get(&format!("{own}{INCLUDE}")).expect(200);
    assert_eq!((&stale["stale"], &stale["what_would_change"]), (&json!(true), &full["what_would_change"]));
}

#[test]
fn a_key_stands_for_a_request_with_or_without_it() {
    let service = Service::start();
    let me = service.someone();
    let path = relationship(&me);
    let keyed = me.with("idempotency-key", "once");
    let full = keyed.post(&format!("{path}{INCLUDE}"), &json!({})).expect(201);
    assert_eq!(keyed.post(&format!("{path}{INCLUDE}"), &json!({})).expect(200), full);
    keyed.post(&path, &json!({})).problem(422, "idempotency_key_reused");
}

#[test]
fn the_report_shows_it_where_it_is_asked_for() {
    let service = Service::start();
    let me = service.someone();
    let path = relationship(&me);
    let location = me.post(&format!("{path}{INCLUDE}"), &json!({})).header("location");
    let html = me.with("accept", "text/html");
    let page = html.get(&format!("{location}{INCLUDE}")).text;
    assert!(page.contains("What would change this") && page.contains("more entries of what they do (Reaching out)"), "{page}");
    assert!(!html.get(&location).text.contains("What would change this"));
}

#[test]
fn an_unknown_include_is_refused_like_any_wrong_query() {
    let service = Service::start();
    let me = service.someone();
    let path = relationship(&me);
    let location = me.post(&path, &json!({})).header("location");
    for wrong in ["?include=everything", "?include=", "?include=what_would_change&include=what_would_change"] {
        me.post(&format!("{path}{wrong}"), &json!({})).problem(400, "invalid_parameter");
        me.get(&format!("{location}{wrong}")).problem(400, "invalid_parameter");
        me.post(&format!("/v1/assessments/preview{wrong}"), &json!({})).problem(400, "invalid_parameter");
    }
}
