//! A session for one relationship: how it begins, what it does, what it finds of removals, how it ends.

use diesel::{RunQueryDsl, sql_query};
use serde_json::{Value, json};

use super::{client, for_one, sign_in};
use crate::isolation::comparable;
use crate::support::Service;
use crate::support::everything::{id_in, relationship};

#[test]
fn a_batch_of_a_narrower_session_logs_in_its_relationship_alone() {
    let service = Service::start();
    let me = service.someone();
    let (mine, other) = (relationship(&me), relationship(&me));
    let item = |tie: &str| json!({"relationship_id": id_in(tie), "interaction": {"actor": "me", "dimension": "repair"}});
    let nowhere = "01980000-0000-7000-8000-00000000dead";
    let asked = json!({"items": [item(&mine), item(&other), item(nowhere)]});
    let session = for_one(&service, &me, &mine);
    let results = session.with("idempotency-key", "one").post("/v1/interactions/batch", &asked).expect(200);
    let status = |index: usize| results["results"][index]["status"].clone();
    assert_eq!((status(0), status(1), status(2)), (json!(201), json!(404), json!(404)), "{results}");
    assert_eq!(results["results"][1]["problem"]["code"], results["results"][2]["problem"]["code"]);
    assert_eq!(me.get(&format!("{other}/interactions")).expect(200)["data"], json!([]));
    let again = session.with("idempotency-key", "one").post("/v1/interactions/batch", &asked).expect(200);
    assert_eq!(again["results"][0]["interaction"]["id"], results["results"][0]["interaction"]["id"]);
}

#[test]
fn in_its_relationship_a_session_does_the_whole_job() {
    let service = Service::start();
    let me = service.someone();
    let tie = relationship(&me);
    let session = for_one(&service, &me, &tie);
    assert_eq!(session.get(&tie).expect(200)["label"], "from the choir");
    session.patch(&tie, &json!({"label": "from the other choir"})).expect(200);
    let entry = json!({"actor": "them", "dimension": "repair", "note": "we talked"});
    let logged = session.with("idempotency-key", "one").post(&format!("{tie}/interactions"), &entry);
    let again = session.with("idempotency-key", "one").post(&format!("{tie}/interactions"), &entry);
    assert_eq!((logged.status, again.status), (201, 200));
    let path = logged.header("location");
    session.patch(&path, &json!({"note": "we talked for long"})).expect(200);
    assert_eq!(session.get(&format!("{path}/history")).expect(200)["data"][0]["note"], "we talked");
    let answers = json!({"question_set": "reciprocity-check", "status": "completed", "answers": [{"item": "cel-give-1", "value": 4}]});
    session.post(&format!("{tie}/responses"), &answers).expect(201);
    let computed = session.post(&format!("{tie}/assessments"), &json!({})).header("location");
    session.get(&computed).expect(200);
    session.get(&format!("{tie}/timeline")).expect(200);
    assert_eq!(session.delete(&path).status, 204);
    session.get(&path).problem(410, "gone");
    session.post(&format!("{tie}/erasures"), &json!({"from": "2026-01-01", "to": "2026-03-31"})).expect(200);
    session.get(&computed).problem(410, "gone");
}

#[test]
fn an_id_that_was_removed_elsewhere_in_the_account_is_unknown_to_a_narrower_session() {
    let service = Service::start();
    let me = service.someone();
    let (mine, other) = (relationship(&me), relationship(&me));
    let entry = me.post(&format!("{other}/interactions"), &json!({"actor": "me", "dimension": "repair"})).header("location");
    assert_eq!(me.delete(&entry).status, 204);
    me.delete(&other).expect(200);
    let session = for_one(&service, &me, &mine);
    for gone in [&entry, &other] {
        me.get(gone).problem(410, "gone");
        session.get(gone).problem(404, "not_found");
    }
}

#[test]
fn what_was_removed_before_removals_named_their_relationship_does_not_come_back_through_a_narrower_session() {
    let service = Service::start();
    let me = service.someone();
    let tie = relationship(&me);
    let id = "01980000-0000-7000-8000-0000000000aa";
    let entry = json!({"id": id, "actor": "me", "dimension": "repair"});
    me.post(&format!("{tie}/interactions"), &entry).expect(201);
    assert_eq!(me.delete(&format!("/v1/interactions/{id}")).status, 204);
    sql_query("UPDATE tombstones SET relationship_id = NULL").execute(&mut service.database.connect()).unwrap();
    let session = for_one(&service, &me, &tie);
    session.post(&format!("{tie}/interactions"), &entry).problem(410, "gone");
    let batch = json!({"items": [{"relationship_id": tie.rsplit('/').next().unwrap(), "interaction": entry}]});
    assert_eq!(session.post("/v1/interactions/batch", &batch).expect(200)["created"], 0);
}

#[test]
fn a_session_for_a_relationship_needs_the_password_first_and_one_of_the_accounts() {
    let service = Service::start();
    let (me, stranger) = (service.someone(), service.someone());
    let (mine, theirs) = (relationship(&me), relationship(&stranger));
    let nowhere = "01980000-0000-7000-8000-00000000dead";
    let asked = |id: &str| sign_in(&service, &me, &json!({"relationship_id": id}));
    let unknown = asked(nowhere);
    assert_eq!(unknown.problem(422, "validation_failed")["errors"][0]["pointer"], "/relationship_id");
    assert_eq!(comparable(&asked(id_in(&theirs))), comparable(&unknown));
    for id in [id_in(&mine), id_in(&theirs), nowhere] {
        let wrong = sign_in(&service, &me, &json!({"relationship_id": id, "password": "eight loud yellow bells"}));
        wrong.problem(401, "invalid_credentials");
    }
    let pair = asked(id_in(&mine)).expect(201);
    assert_eq!(pair["relationship_id"], id_in(&mine));
    let next = service.stranger().post("/v1/sessions/refresh", &json!({"refresh_token": pair["refresh_token"]})).expect(200);
    assert_eq!(next["relationship_id"], id_in(&mine), "a refreshed session reaches no further");
    client(&service, &next).get("/v1/relationships").problem(403, "insufficient_scope");
    let listed = me.get("/v1/sessions").expect(200)["data"].clone();
    assert!(listed.as_array().unwrap().iter().any(|session| session["relationship_id"] == id_in(&mine)), "{listed}");
}

#[test]
fn a_narrower_session_may_end_itself_and_no_other_and_goes_with_its_relationship() {
    let service = Service::start();
    let me = service.someone();
    let tie = relationship(&me);
    let pairs = [(); 2].map(|()| sign_in(&service, &me, &json!({"relationship_id": id_in(&tie)})).expect(201));
    let [first, second] = pairs.each_ref().map(|pair| client(&service, pair));
    let path = |pair: &Value| format!("/v1/sessions/{}", pair["session_id"].as_str().unwrap());
    first.delete(&path(&pairs[1])).problem(404, "not_found");
    assert_eq!(first.delete(&path(&pairs[0])).status, 204);
    first.get(&tie).problem(401, "unauthenticated");
    second.get(&tie).expect(200);
    me.delete(&tie).expect(200);
    service.clock.advance(chrono::TimeDelta::seconds(2));
    second.get(&tie).problem(401, "unauthenticated");
}
