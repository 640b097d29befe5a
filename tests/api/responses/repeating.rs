//! Changes and repetitions: versions, retries, idempotency keys, and ids that were removed.

use serde_json::json;
use uuid::Uuid;

use super::{completed, responses_of, tie, values};
use crate::support::Service;

#[test]
fn a_completed_response_does_not_change() {
    let service = Service::start();
    let me = service.someone();
    let made = me.post(&responses_of(&tie(&me)), &completed("after-interaction-pulse", &[("es-give-1", 4), ("es-receive-1", 4)]));
    let path = made.header("location");
    for change in
        [json!({"answers": []}), json!({"status": "in_progress"}), json!({"status": "completed"}), json!({"local_date": "2026-03-01"})]
    {
        me.patch(&path, &change).problem(409, "response_completed");
    }
    assert_eq!(me.get(&path).expect(200), made.expect(201));
}

#[test]
fn a_change_needs_the_version_it_was_made_from() {
    let service = Service::start();
    let me = service.someone();
    let made = me.post(&responses_of(&tie(&me)), &json!({"question_set": "after-interaction-pulse"}));
    let (path, etag) = (made.header("location"), made.header("etag"));
    me.patch_as_is(&path, &json!({"status": "completed"})).problem(428, "precondition_required");
    me.with("if-match", &etag).patch_as_is(&path, &json!({"local_date": "2026-03-01"})).expect(200);
    me.with("if-match", &etag).patch_as_is(&path, &json!({"status": "completed"})).problem(412, "precondition_failed");
    let now = me.get(&path).expect(200);
    assert_eq!((&now["local_date"], &now["status"]), (&json!("2026-03-01"), &json!("in_progress")));
    me.patch(&path, &json!({"local_date": "2026-03-04"})).problem(422, "validation_failed");
    me.patch(&path, &json!({"local_date": null})).problem(422, "validation_failed");
    let minimal = me.with("prefer", "return=minimal").patch(&path, &json!({"status": "completed"}));
    assert_eq!((minimal.status, minimal.text.as_str()), (204, ""));
}

#[test]
fn the_same_request_is_done_once_and_another_under_its_id_is_refused() {
    let service = Service::start();
    let me = service.someone();
    let (all, elsewhere) = (responses_of(&tie(&me)), responses_of(&tie(&me)));
    let id = Uuid::from_u128(0x1234_5678_9abc_4def_8123_4567_89ab_cdef);
    let body = json!({"id": id, "question_set": "after-interaction-pulse"});
    me.post(&all, &body).expect(201);
    me.patch(&format!("{all}/{id}"), &json!({"answers": values(&[("es-give-1", 2)])})).expect(200);
    assert_eq!(me.post(&all, &body).expect(200)["answers"], values(&[("es-give-1", 2)]));
    me.post(&all, &json!({"id": id, "question_set": "friendship-check"})).problem(409, "id_conflict");
    me.post(&elsewhere, &body).problem(409, "id_conflict");
    assert_eq!(me.get(&all).expect(200)["data"].as_array().unwrap().len(), 1);
    assert_eq!(me.get(&elsewhere).expect(200)["data"], json!([]));
}

#[test]
fn an_idempotency_key_makes_one_thing_of_the_same_request() {
    let service = Service::start();
    let me = service.someone();
    let all = responses_of(&tie(&me));
    let keyed = me.with("idempotency-key", "a-key-of-mine");
    let body = completed("after-interaction-pulse", &[("es-give-1", 4)]);
    assert_eq!(keyed.post(&all, &body).expect(201), keyed.post(&all, &body).expect(200));
    keyed.post(&all, &json!({"question_set": "after-interaction-pulse"})).problem(422, "idempotency_key_reused");
    assert_eq!(me.get(&all).expect(200)["data"].as_array().unwrap().len(), 1);
    // A refused request leaves its key free for the corrected one.
    let other = me.with("idempotency-key", "another-key");
    other.post(&all, &json!({"question_set": "after-interaction-pulse", "local_date": "2030-01-01"})).problem(422, "validation_failed");
    other.post(&all, &json!({"question_set": "after-interaction-pulse", "local_date": "2026-01-01"})).expect(201);
}

#[test]
fn what_was_removed_stays_gone() {
    let service = Service::start();
    let me = service.someone();
    let all = responses_of(&tie(&me));
    let body = json!({"id": Uuid::from_u128(0x1234_5678_9abc_4def_8123_4567_89ab_cdef), "question_set": "after-interaction-pulse"});
    let path = me.post(&all, &body).header("location");
    assert_eq!(me.delete(&path).status, 204);
    me.get(&path).problem(410, "gone");
    me.patch(&path, &json!({"status": "completed"})).problem(410, "gone");
    me.delete(&path).problem(410, "gone");
    me.post(&all, &body).problem(410, "gone");
    assert_eq!(me.get(&all).expect(200)["data"], json!([]));

    let left = me.post(&all, &json!({"question_set": "after-interaction-pulse"})).header("location");
    me.delete(all.trim_end_matches("/responses"));
    me.get(&left).problem(410, "gone");
    me.get(&all).problem(410, "gone");
    me.post(&all, &json!({"question_set": "after-interaction-pulse"})).problem(410, "gone");
}
