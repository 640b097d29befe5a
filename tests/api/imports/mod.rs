//! An import: the life that is taken along, and what every test of imports asks.

mod bounds;
mod refused;
mod whole;

use crate::support::everything::completed_export;
use crate::support::{Client, Service};
use serde_json::{Value, json};

fn created(me: &Client, path: &str, body: &Value) -> String {
    let made = me.post(path, body);
    made.expect(201);
    made.header("location")
}

/// Four months of two ties, with everything that an entry, an answer and a tie can say.
fn a_life(service: &Service) -> Client {
    let me = service.someone();
    let exams = json!([{"kind": "exams", "effect": "exempt", "from": "2026-01-10", "to": "2026-01-20"}, {"kind": "distance", "from": "2026-02-20"}]);
    let child =
        json!({"alias": "K.", "kind": "family", "label": "the youngest", "expected_balance": 0.123_456_789_012_345_68, "contexts": exams});
    let (child, sam) =
        (created(&me, "/v1/relationships", &child), created(&me, "/v1/relationships", &json!({"alias": "Sam", "kind": "friend"})));
    for (at, tie) in [&child, &sam].into_iter().enumerate() {
        log_months(&me, tie, at);
        answer(&me, tie);
        note_records(&me, tie);
    }
    me.patch(&sam, &json!({"status": "paused", "kept_by": "other"})).expect(200);
    me
}

fn log_months(me: &Client, tie: &str, seed: usize) {
    const ACTORS: [&str; 4] = ["me", "them", "both", "unknown"];
    const DIMENSIONS: [&str; 4] = ["initiation", "emotional_support", "repair", "celebration"];
    const PRECISIONS: [&str; 3] = ["exact", "day", "week"];
    const SOURCES: [&str; 2] = ["app", "sensor"];
    let mut items = Vec::new();
    for number in 0..90_usize {
        let (month, day) = (11 + number / 30, 1 + number % 28);
        let (year, month) = if month > 12 { (2026, month - 12) } else { (2025, month) };
        let mut entry = json!({
            "actor": ACTORS[(number * 7 + seed) % 4], "dimension": DIMENSIONS[(number * 5 + seed) % 4], "effort": 1 + number % 5,
            "occurred_at": format!("{year}-{month:02}-{day:02}T23:{:02}:07.123456-05:00", number % 60), "time_zone": "America/Lima",
            "precision": PRECISIONS[number % 3], "source": SOURCES[number % 2], "felt_heard": 1 + number % 5,
            "energy_after": i64::try_from(number % 7).unwrap() - 3, "prompted": number % 2 == 0, "duration_minutes": number, "needed": true,
            "asked_for": false, "outcome": "declined",
        });
        match number % 3 {
            0 => entry["note"] = json!(format!("words {number}\nof mine")),
            1 => entry["note_encrypted"] = json!({"key": "phone", "ciphertext": "3q2+7wABAgMEBQYHCAkKCw=="}),
            _ => {}
        }
        items.push(json!({"relationship_id": id_of(tie), "interaction": entry}));
    }
    let logged = me.post("/v1/interactions/batch", &json!({"items": items})).expect(200);
    assert_eq!(logged["created"], 90);
    let path = |at: usize| format!("/v1/interactions/{}", logged["results"][at]["id"].as_str().unwrap());
    for note in ["first", "second"] {
        me.patch(&path(3), &json!({"note": note, "actor": "them"})).expect(200);
    }
    me.delete(&path(4));
}

/// Two of each kind in each way that they can stand, one of them stood for by an entry, and one that is gone.
fn note_records(me: &Client, tie: &str) {
    let entry = me.get(&format!("{tie}/interactions?limit=1")).expect(200)["data"][0]["id"].clone();
    for (kind, body) in [
        (
            "promises",
            json!({"by": "them", "local_date": "2026-01-10", "due": "2026-01-12", "status": "kept", "settled_on": "2026-01-14", "what": "to\ncall"}),
        ),
        (
            "promises",
            json!({"by": "me", "local_date": "2026-01-11", "status": "renegotiated", "settled_on": "2026-01-20", "replaced_by": entry}),
        ),
        (
            "plans",
            json!({"proposed_by": "me", "local_date": "2026-01-12", "status": "scheduled", "settled_on": "2026-01-13", "scheduled_for": "2026-02-01", "scheduled_by": "them"}),
        ),
        ("plans", json!({"proposed_by": "both", "local_date": "2026-01-12"})),
        (
            "needs",
            json!({"of": "me", "topic": "being_heard", "local_date": "2026-01-15", "explained_on": ["2026-01-17", "2026-01-16"], "status": "met", "settled_on": "2026-01-18", "interaction_id": entry}),
        ),
        ("needs", json!({"of": "them", "local_date": "2026-01-15", "status": "partly", "settled_on": "2026-01-19"})),
        (
            "repairs",
            json!({"local_date": "2026-01-20", "noticed_by": "them", "moved_first": "me", "moved_on": "2026-01-21", "prompted": true, "accepted": false, "repaired_on": "2026-01-25"}),
        ),
        ("repairs", json!({"local_date": "2026-02-20", "what": "still between us"})),
    ] {
        created(me, &format!("{tie}/{kind}"), &body);
    }
    let met =
        created(me, &format!("{tie}/needs"), &json!({"of": "me", "local_date": "2026-01-21", "status": "met", "settled_on": "2026-01-22"}));
    me.patch(&met, &json!({"met_by": null})).expect(200);
    for kind in ["promises", "plans", "needs", "repairs"] {
        let body = json!({"by": "me", "proposed_by": "me", "of": "me"});
        let named = match kind {
            "promises" => json!({"by": body["by"]}),
            "plans" => json!({"proposed_by": body["proposed_by"]}),
            "needs" => json!({"of": body["of"]}),
            _ => json!({}),
        };
        assert_eq!(me.delete(&created(me, &format!("{tie}/{kind}"), &named)).status, 204);
    }
}

fn answer(me: &Client, tie: &str) {
    let set = me.get("/v1/question-sets/reciprocity-check").expect(200);
    let open = set["items"].as_array().unwrap().iter().filter(|item| item.get("enable_when").is_none());
    let value =
        |scale: &Value| set["scales"].as_array().unwrap().iter().find(|one| one["id"] == *scale).unwrap()["options"][1]["value"].clone();
    let answers: Vec<Value> = open.map(|item| json!({"item": item["id"], "value": value(&item["scale"])})).collect();
    let all = json!({"question_set": "reciprocity-check", "status": "completed", "answers": answers, "local_date": "2026-02-03"});
    created(me, &format!("{tie}/responses"), &all);
    created(
        me,
        &format!("{tie}/responses"),
        &json!({"question_set": "reciprocity-check", "answers": [{"item": "cel-give-1", "skipped": true}]}),
    );
    let gone = created(me, &format!("{tie}/responses"), &json!({"question_set": "reciprocity-check"}));
    me.delete(&gone);
}

fn id_of(path: &str) -> &str {
    path.rsplit('/').next().unwrap()
}

fn exported(me: &Client) -> Value {
    me.get(&format!("{}/data", completed_export(me))).expect(200)
}
