//! Exports that meet something they cannot read: they come to an end, and say so.

use diesel::connection::SimpleConnection;
use serde_json::json;

use crate::support::everything::{completed_export, relationship};
use crate::support::{Service, eventually, rows};

#[test]
fn an_export_that_cannot_read_a_note_fails_and_another_is_made_once_it_can() {
    let service = Service::start();
    let me = service.someone();
    let tie = relationship(&me);
    me.post(&format!("{tie}/interactions"), &json!({"actor": "me", "dimension": "repair", "note": "we talked"})).expect(201);
    let mut conn = service.database.connect();
    // The same again puts it right.
    let turn = "UPDATE interactions SET note_sealed = set_byte(note_sealed, 20, get_byte(note_sealed, 20) # 1)";
    conn.batch_execute(turn).unwrap();
    let made = me.post("/v1/account/exports", &json!({}));
    made.expect(202);
    let path = made.header("location");
    assert!(eventually(|| me.get(&path).expect(200)["status"] == "failed"), "{}", me.get(&path).text);
    let failed = me.get(&path).expect(200);
    assert_eq!((&failed["problem"], &failed["records"]), (&json!("export_failed"), &json!(0)));
    me.get(&format!("{path}/data")).problem(409, "export_failed");
    me.get(&format!("{path}/tables/interactions")).problem(409, "export_failed");
    assert_eq!(rows::count(&mut conn, "SELECT count(*) AS count FROM account_export_chunks"), 0, "nothing of it is left");
    service.sweep();
    assert_eq!(me.get(&path).expect(200), failed, "upkeep does not take it up again");
    conn.batch_execute(turn).unwrap();
    let export = completed_export(&me);
    assert!(me.get(&format!("{export}/data")).text.contains("we talked"));
    me.get(&path).problem(404, "not_found");
}
