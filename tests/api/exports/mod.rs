//! Exports: somebody with something of everything, and what every test of exports asks.

mod complete;
mod made;
mod over;

use crate::support::everything::{answer_the_screen, begin_experiment, relationship};
use crate::support::{Client, PASSWORD, Service, eventually};
use diesel::PgConnection;
use diesel::connection::SimpleConnection;
use serde_json::{Value, json};

fn log(me: &Client, tie: &str, body: &Value) -> String {
    let made = me.post(&format!("{tie}/interactions"), body);
    made.expect(201);
    made.header("location")
}

/// An account with something in every table.
fn someone_with_everything(service: &Service) -> Client {
    let me = service.someone();
    let tie = relationship(&me);
    let entry = log(&me, &tie, &json!({"actor": "me", "dimension": "repair", "note": "we talked", "energy_after": -2}));
    me.patch(&entry, &json!({"note": "=SUM(A1)"})).expect(200);
    let gone = log(&me, &tie, &json!({"actor": "them", "dimension": "repair"}));
    assert_eq!(me.delete(&gone).status, 204);
    log(&me, &tie, &json!({"actor": "them", "dimension": "repair", "note_encrypted": {"key": "phone", "ciphertext": "AAAA"}}));
    for (kind, body) in [
        (
            "promises",
            json!({"by": "them", "what": "=1+1", "status": "renegotiated", "replaced_by": "01980000-0000-7000-8000-0000000000d9"}),
        ),
        ("plans", json!({"proposed_by": "me", "status": "scheduled", "scheduled_for": "2026-04-01", "scheduled_by": "them"})),
        ("needs", json!({"of": "me", "topic": "space", "explained_on": ["2026-03-02"], "status": "partly"})),
        ("repairs", json!({"moved_first": "me", "prompted": true, "accepted": false, "repaired_on": "2026-03-02"})),
    ] {
        me.post(&format!("{tie}/{kind}"), &body).expect(201);
    }
    let answers = json!([{"item": "cel-give-1", "value": 4}]);
    let answered = json!({"question_set": "reciprocity-check", "status": "completed", "answers": answers});
    me.with("idempotency-key", "one").post(&format!("{tie}/responses"), &answered).expect(201);
    me.post(&format!("{tie}/assessments"), &json!({})).expect(201);
    me.post("/v1/account/consents", &json!({"purpose": "statistics", "text_version": 1, "given": true})).expect(201);
    let adopted = me.post(&format!("{tie}/practices"), &json!({"practice": "daily-check-in", "time_of_day": "19:30"}));
    adopted.expect(201);
    let told = json!({"started_by": "me", "took_part": "both", "felt": -1, "challenge": "=1+1", "win": "a good talk"});
    me.post(&format!("{}/sessions", adopted.header("location")), &told).expect(201);
    assert_eq!(me.put(&format!("{tie}/not-for-me/taking-turns"), &json!({})).status, 204);
    answer_the_screen(&me, &tie);
    begin_experiment(&me, &tie);
    let lent = json!({"dimensions": ["repair"], "current_password": PASSWORD, "lasts_hours": 720, "label": "counselling"});
    me.post(&format!("{tie}/grants"), &lent).expect(201);
    me
}

fn account_of(me: &Client) -> String {
    me.get("/v1/account").expect(200)["id"].as_str().unwrap().to_owned()
}

fn data(me: &Client, export: &str) -> Value {
    me.get(&format!("{export}/data")).expect(200)
}

/// Takes the export back to where it was with so many chunks, as a service that was killed then leaves it.
fn break_off(conn: &mut PgConnection, chunks: i32, part: i16) {
    conn.batch_execute(&format!(
        "UPDATE account_exports SET completed_at = NULL, chunks = {chunks}, part = {part}, after_id = '{}', after_number = 0, \
            records = 0; \
         DELETE FROM account_export_chunks WHERE number >= {chunks}",
        uuid::Uuid::nil()
    ))
    .unwrap();
}

#[track_caller]
fn wait(me: &Client, export: &str) {
    let completed = eventually(|| me.get(export).expect(200)["status"] == "completed");
    assert!(completed, "{export} does not come to an end");
}
