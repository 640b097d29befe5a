//! A record that cannot be as it is: an import says where it is, and nothing of it is stored.

use super::{a_life, exported};
use crate::support::{Service, rows};
use serde_json::{Value, json};

#[test]
fn a_bad_record_is_pointed_at_and_nothing_is_stored() {
    let service = Service::start();
    let export = exported(&a_life(&service));
    let me = service.someone();
    let mut conn = service.database.connect();
    let before = rows::counts(&mut conn);
    let (tie, entry) = (export["relationships"][0]["id"].clone(), export["interactions"][0]["id"].clone());
    let removed = json!({"kind": "interaction", "id": entry, "removed_at": "2026-03-01T12:00:00Z"});
    let nobody = json!("01980000-0000-7000-8000-00000000dead");
    // A need that names an entry, said to be of the tie that the entry is not of.
    let at = export["needs"].as_array().unwrap().iter().position(|need| need.get("interaction_id").is_some()).unwrap();
    let mut ties = export["relationships"].as_array().unwrap().iter().map(|tie| &tie["id"]);
    let other_tie = ties.find(|tie| **tie != export["needs"][at]["relationship_id"]).unwrap().clone();
    let [of_other, named] = ["relationship_id", "interaction_id"].map(|member| format!("/needs/{at}/{member}"));
    for (place, value, pointer, code) in [
        ("/relationships/1/alias", json!(""), "/relationships/1/alias", "empty"),
        (
            "/relationships/1/contexts",
            json!([{"kind": "exams", "from": "2026-02-02", "to": "2026-02-01"}]),
            "/relationships/1/contexts/0/to",
            "before_start",
        ),
        ("/relationships/1/status", json!("lost"), "/relationships/1/status", "unknown_value"),
        ("/relationships/1/id", tie, "/relationships/1/id", "duplicate_id"),
        ("/interactions/7/effort", json!(6), "/interactions/7/effort", "out_of_range"),
        ("/interactions/7/quokka", json!(1), "/interactions/7", "unknown_member"),
        ("/interactions/7/actor", json!("nobody"), "/interactions/7/actor", "unknown_value"),
        ("/interactions/7/relationship_id", nobody.clone(), "/interactions/7/relationship_id", "not_in_the_import"),
        ("/interactions/7/occurred_at", json!("2026-03-04T12:00:00Z"), "/interactions/7/occurred_at", "in_the_future"),
        ("/interactions/7/local_date", json!("2024-03-04"), "/interactions/7/local_date", "not_that_day"),
        ("/interactions/7/created_at", json!("2027-03-04T12:00:00Z"), "/interactions/7/created_at", "out_of_range"),
        ("/interactions/7/updated_at", json!("1999-03-04T12:00:00Z"), "/interactions/7/updated_at", "before_created_at"),
        ("/interactions/1/id", entry, "/interactions/1/id", "duplicate_id"),
        ("/interactions/1/id", json!(uuid::Uuid::nil()), "/interactions/1/id", "reserved_id"),
        ("/interaction_history/1/version", json!(1), "/interaction_history/1/version", "duplicate_version"),
        ("/interaction_history/1/interaction_id", nobody, "/interaction_history/1/interaction_id", "not_in_the_import"),
        ("/promises/0/due", json!("2025-12-31"), "/promises/0/due", "before_it_began"),
        ("/promises/1/id", export["plans"][0]["id"].clone(), "/plans/0/id", "duplicate_id"),
        ("/needs/0/interaction_id", json!("01980000-0000-7000-8000-00000000dead"), "/needs/0/interaction_id", "not_in_the_import"),
        (of_other.as_str(), other_tie, named.as_str(), "unknown_interaction"),
        ("/repairs/0/relationship_id", json!("01980000-0000-7000-8000-00000000dead"), "/repairs/0/relationship_id", "not_in_the_import"),
        ("/question_set_responses/0/version", json!(99), "/question_set_responses/0/version", "unknown_version"),
        (
            "/question_set_responses/0/answers",
            json!([{"item": "quokka", "value": 1}]),
            "/question_set_responses/0/answers/0/item",
            "unknown_item",
        ),
        ("/question_set_responses/0/completed_at", json!("2026-03-01T12:00:00Z"), "/question_set_responses/0/completed_at", "out_of_range"),
        ("/removed_ids/0", removed, "/removed_ids/0/id", "not_removed"),
        ("/account/0/time_zone", json!("Europe/Atlantis"), "/account/0/time_zone", "unknown_time_zone"),
        ("/format_version", json!(2), "/format_version", "unknown_version"),
    ] {
        let mut bad = export.clone();
        let (parent, name) = place.rsplit_once('/').unwrap();
        match bad.pointer_mut(parent).unwrap() {
            Value::Array(items) => items[name.parse::<usize>().unwrap()] = value,
            parent => parent[name] = value,
        }
        let problem = me.post("/v1/account/imports", &bad).problem(422, "validation_failed");
        assert_eq!((&problem["errors"][0]["pointer"], &problem["errors"][0]["code"]), (&json!(pointer), &json!(code)), "{place}");
        assert_eq!(rows::counts(&mut conn), before, "{place}");
    }
    me.post("/v1/account/imports", &export).expect(200);
}

#[test]
fn what_is_wrong_is_told_of_at_once_up_to_a_bound() {
    let service = Service::start();
    let mut export = exported(&a_life(&service));
    for entry in export["interactions"].as_array_mut().unwrap() {
        entry["effort"] = json!(9);
    }
    let problem = service.someone().post("/v1/account/imports", &export).problem(422, "validation_failed");
    let pointers: Vec<&str> = problem["errors"].as_array().unwrap().iter().map(|error| error["pointer"].as_str().unwrap()).collect();
    assert_eq!((pointers.len(), pointers[0], pointers[99]), (100, "/interactions/0/effort", "/interactions/99/effort"));
}
