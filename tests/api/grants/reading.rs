//! What whoever was let in reads, what is not there for them, and what the person sees of it.

use serde_json::{Value, json};

use super::{client, days, give, log, reader, redeem};
use crate::support::everything::{id_in, relationship};
use crate::support::{Client, Service};

#[test]
fn whoever_is_let_in_reads_the_relationship_without_its_notes_and_changes_nothing() {
    let service = Service::start();
    let me = service.someone();
    let tie = relationship(&me);
    let entry = log(&me, &tie, "2026-02-10", "me", "repair");
    let given = give(&me, &tie, &json!({"label": "counselling"}));
    assert_eq!((&given["state"], &given["notes"]), (&json!("waiting"), &json!(false)));
    let pair = redeem(&service, &given["code"]).expect(201);
    assert_eq!((&pair["scope"], &pair["relationship_id"]), (&json!("read"), &json!(id_in(&tie))));
    let reader = client(service.address, &pair);
    let shown = reader.get(&tie).expect(200);
    assert_eq!((&shown["alias"], &shown["label"]), (&json!("Sam"), &Value::Null), "the alias is the label is not");
    let shown = reader.get(&entry);
    assert!(shown.expect(200)["note"].is_null() && !shown.text.contains("on 2026"), "{}", shown.text);
    assert!(!reader.get(&format!("{tie}/interactions")).text.contains("on 2026-02-10"));
    reader.patch(&entry, &json!({"note": "I was here"})).problem(403, "insufficient_scope");
    reader.get(&format!("{entry}/history")).problem(403, "insufficient_scope");
    for path in ["/v1/account", "/v1/account/access-log", "/v1/grants", "/v1/sessions", "/v1/relationships"] {
        reader.get(path).problem(403, "insufficient_scope");
    }
    let listed = me.get("/v1/sessions").expect(200)["data"].clone();
    let session = listed.as_array().unwrap().iter().find(|session| session["id"] == pair["session_id"]).unwrap();
    assert_eq!((&session["label"], &session["grant_id"]), (&json!("counselling"), &given["id"]));
}

#[test]
fn notes_are_read_where_they_were_lent() {
    let service = Service::start();
    let me = service.someone();
    let tie = relationship(&me);
    let entry = log(&me, &tie, "2026-02-10", "me", "repair");
    let own = json!({"actor": "me", "dimension": "repair", "note_encrypted": {"key": "phone", "ciphertext": "AAAA"}});
    let sealed = me.post(&format!("{tie}/interactions"), &own).header("location");
    let (with, without) = (reader(&service, &me, &tie, &json!({"notes": true})), reader(&service, &me, &tie, &json!({})));
    assert_eq!(with.get(&entry).expect(200)["note"], "on 2026-02-10");
    assert_eq!(with.get(&sealed).expect(200)["note_encrypted"]["key"], "phone");
    assert!(with.get(&tie).expect(200)["label"].is_null());
    assert!(without.get(&sealed).expect(200)["note_encrypted"].is_null());
}

#[test]
fn entries_outside_its_days_and_dimensions_are_not_there() {
    let service = Service::start();
    let me = service.someone();
    let tie = relationship(&me);
    let early = log(&me, &tie, "2026-01-31", "me", "repair");
    let first = log(&me, &tie, "2026-02-01", "me", "repair");
    let other = log(&me, &tie, "2026-02-02", "them", "celebration");
    let last = log(&me, &tie, "2026-02-03", "them", "repair");
    let late = log(&me, &tie, "2026-02-04", "me", "repair");
    let entries = format!("{tie}/interactions");
    let within = reader(&service, &me, &tie, &json!({"from": "2026-02-01", "to": "2026-02-03"}));
    assert_eq!(days(&within.get(&entries).expect(200)), ["2026-02-03", "2026-02-02", "2026-02-01"]);
    let repair = reader(&service, &me, &tie, &json!({"from": "2026-02-01", "to": "2026-02-03", "dimensions": ["repair"]}));
    assert_eq!(days(&repair.get(&entries).expect(200)), ["2026-02-03", "2026-02-01"]);
    assert_eq!(days(&repair.get(&format!("{entries}?from=2020-01-01&dimension=celebration")).expect(200)), [""; 0]);
    for hidden in [&early, &other, &late] {
        repair.get(hidden).problem(404, "not_found");
    }
    for shown in [&first, &last] {
        repair.get(shown).expect(200);
    }
    // What it lends is what there is now: an entry that is moved into its days is one that is moved away is not.
    me.patch(&early, &json!({"occurred_at": "2026-02-02T12:00:00Z"})).expect(200);
    me.patch(&last, &json!({"dimension": "celebration"})).expect(200);
    assert_eq!(days(&repair.get(&entries).expect(200)), ["2026-02-02", "2026-02-01"]);
}

#[test]
fn what_was_computed_from_more_than_is_lent_is_not_there() {
    let service = Service::start();
    let me = service.someone();
    let tie = relationship(&me);
    log(&me, &tie, "2026-02-10", "me", "repair");
    let answers = json!({"question_set": "reciprocity-check", "status": "completed", "answers": [{"item": "cel-give-1", "value": 4}]});
    let response = me.post(&format!("{tie}/responses"), &answers).header("location");
    let computed = me.post(&format!("{tie}/assessments"), &json!({})).header("location");
    let everything = reader(&service, &me, &tie, &json!({}));
    everything.get(&computed).expect(200);
    everything.get(&response).expect(200);
    everything.get(&format!("{response}/change")).expect(200);
    // Today, when it was answered, is among the days.
    let of_days = reader(&service, &me, &tie, &json!({"from": "2026-02-01"}));
    of_days.get(&computed).problem(404, "not_found");
    of_days.get(&response).expect(200);
    let of_dimensions = reader(&service, &me, &tie, &json!({"dimensions": ["repair"]}));
    of_dimensions.get(&computed).problem(404, "not_found");
    of_dimensions.get(&response).problem(404, "not_found");
    for list in ["assessments", "responses"] {
        assert_eq!(of_dimensions.get(&format!("{tie}/{list}")).expect(200)["data"], json!([]));
    }
}

/// A timeline without what names the relationship and its entries.
fn figures(client: &Client, tie: &str) -> Value {
    let mut found = client.get(&format!("{tie}/timeline?as_of=2026-03-01")).expect(200);
    for name in ["relationship_id", "evidence"] {
        found.as_object_mut().unwrap().remove(name);
    }
    found
}

#[test]
fn a_lent_timeline_is_the_one_of_the_entries_in_reach_alone() {
    let service = Service::start();
    let me = service.someone();
    let within = json!([{"kind": "exams", "from": "2026-01-01", "to": "2026-01-20"}]);
    let wider = json!([
        {"kind": "exams", "from": "2025-12-20", "to": "2026-01-20"}, {"kind": "illness", "from": "2025-11-01", "to": "2025-12-30"},
        {"kind": "newborn", "from": "2026-02-01"}
    ]);
    let [all, alone] = [wider, within]
        .map(|contexts| me.post("/v1/relationships", &json!({"alias": "Sam", "kind": "friend", "contexts": contexts})).header("location"));
    let first = chrono::NaiveDate::from_ymd_opt(2025, 12, 1).unwrap();
    for n in 0..80 {
        let (day, dimension) = ((first + chrono::Days::new(n)).to_string(), if n % 3 == 0 { "initiation" } else { "repair" });
        log(&me, &all, &day, if n < 40 { "me" } else { "them" }, dimension);
        if dimension == "repair" && ("2026-01-01"..="2026-01-31").contains(&day.as_str()) {
            log(&me, &alone, &day, if n < 40 { "me" } else { "them" }, dimension);
        }
    }
    let terms = json!({"from": "2026-01-01", "to": "2026-01-31", "dimensions": ["repair"]});
    let lent = reader(&service, &me, &all, &terms);
    let (seen, expected) = (figures(&lent, &all), figures(&me, &alone));
    assert_eq!(seen, expected);
    assert_ne!(seen, figures(&me, &all));
    assert!(seen["dimensions"].as_array().unwrap().iter().any(|one| one["dimension"] == "repair"), "{seen}");
    assert_eq!(lent.get(&all).expect(200)["contexts"].as_array().unwrap().len(), 1, "periods of strain are private life");
}

#[test]
fn the_access_log_says_what_was_read_through_which_grant() {
    let service = Service::start();
    let me = service.someone();
    let tie = relationship(&me);
    log(&me, &tie, "2026-02-10", "me", "repair");
    let given = give(&me, &tie, &json!({}));
    let (id, other) = (given["id"].as_str().unwrap(), give(&me, &tie, &json!({})));
    let path = format!("/v1/account/access-log?grant_id={id}");
    assert_eq!(me.get(&path).expect(200)["data"], json!([]));
    let reader = client(service.address, &redeem(&service, &given["code"]).expect(201));
    reader.get(&format!("{tie}/interactions")).expect(200);
    reader.get(&format!("{tie}/timeline")).expect(200);
    reader.get("/v1/account").problem(403, "insufficient_scope");
    let lines = me.get(&path).expect(200)["data"].clone();
    let classes: Vec<&Value> = lines.as_array().unwrap().iter().map(|line| &line["class"]).collect();
    assert_eq!(classes, ["assessments", "interactions"]);
    assert!(lines.as_array().unwrap().iter().all(|line| line["grant_id"] == id));
    let of_other = format!("/v1/account/access-log?grant_id={}", other["id"].as_str().unwrap());
    assert_eq!(me.get(&of_other).expect(200)["data"], json!([]));
    let all = me.get("/v1/account/access-log").expect(200)["data"].clone();
    let by_grant = all.as_array().unwrap().iter().filter(|line| line["grant_id"] == id).count();
    assert!(by_grant == 2 && all.as_array().unwrap().len() > 2, "{all}");
    assert_eq!(me.get(&format!("/v1/grants/{id}")).expect(200)["redeemed_at"], "2026-03-02T12:00:00Z");
    me.delete(&format!("/v1/grants/{id}"));
    assert_eq!(me.get(&path).expect(200)["data"], lines, "it is told when the grant has ended too");
}
