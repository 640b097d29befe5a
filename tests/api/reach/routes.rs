//! Every route and narrower sessions: which are admitted, and that nothing of another relationship is found or shown.

use serde_json::json;

use super::{by_grant, for_one, sign_in, two_full_relationships};
use crate::isolation::{account_of, comparable};
use crate::support::document::{Document, Operation};
use crate::support::everything::{Thing, id_in, must_make, of_nobody, relationship};
use crate::support::{Service, rows};

/// What sessions for one relationship may ask for, and whether sessions that came by a grant may too. Everything else is for
/// sessions that reach the whole account: a new route is, until it is listed here.
const NARROWER: &[(&str, bool)] = &[
    ("DELETE /v1/interactions/{interaction_id}", false),
    ("DELETE /v1/interactions/{interaction_id}/history", false),
    ("DELETE /v1/needs/{need_id}", false),
    ("DELETE /v1/plans/{plan_id}", false),
    ("DELETE /v1/promises/{promise_id}", false),
    ("DELETE /v1/relationships/{relationship_id}", false),
    ("DELETE /v1/relationships/{relationship_id}/responses/{response_id}", false),
    ("DELETE /v1/repairs/{repair_id}", false),
    ("DELETE /v1/sessions/unlocks", false),
    ("DELETE /v1/sessions/{session_id}", true),
    ("GET /v1/interactions/{interaction_id}", true),
    ("GET /v1/interactions/{interaction_id}/history", false),
    ("GET /v1/needs/{need_id}", true),
    ("GET /v1/plans/{plan_id}", true),
    ("GET /v1/promises/{promise_id}", true),
    ("GET /v1/relationships/{relationship_id}", true),
    ("GET /v1/relationships/{relationship_id}/assessments", true),
    ("GET /v1/relationships/{relationship_id}/assessments/{assessment_id}", true),
    ("GET /v1/relationships/{relationship_id}/interactions", true),
    ("GET /v1/relationships/{relationship_id}/needs", true),
    ("GET /v1/relationships/{relationship_id}/plans", true),
    ("GET /v1/relationships/{relationship_id}/promises", true),
    ("GET /v1/relationships/{relationship_id}/question-sets", false),
    ("GET /v1/relationships/{relationship_id}/repairs", true),
    ("GET /v1/relationships/{relationship_id}/responses", true),
    ("GET /v1/relationships/{relationship_id}/responses/{response_id}", true),
    ("GET /v1/relationships/{relationship_id}/responses/{response_id}/change", true),
    ("GET /v1/relationships/{relationship_id}/reviews/{month}", false),
    ("GET /v1/relationships/{relationship_id}/timeline", true),
    ("GET /v1/repairs/{repair_id}", true),
    ("PATCH /v1/interactions/{interaction_id}", false),
    ("PATCH /v1/needs/{need_id}", false),
    ("PATCH /v1/plans/{plan_id}", false),
    ("PATCH /v1/promises/{promise_id}", false),
    ("PATCH /v1/relationships/{relationship_id}", false),
    ("PATCH /v1/relationships/{relationship_id}/responses/{response_id}", false),
    ("PATCH /v1/repairs/{repair_id}", false),
    ("POST /v1/interactions/batch", false),
    ("POST /v1/relationships/{relationship_id}/assessments", false),
    ("POST /v1/relationships/{relationship_id}/erasures", false),
    ("POST /v1/relationships/{relationship_id}/interactions", false),
    ("POST /v1/relationships/{relationship_id}/needs", false),
    ("POST /v1/relationships/{relationship_id}/plans", false),
    ("POST /v1/relationships/{relationship_id}/promises", false),
    ("POST /v1/relationships/{relationship_id}/repairs", false),
    ("POST /v1/relationships/{relationship_id}/responses", false),
    ("POST /v1/sessions/unlocks", false),
];

fn secured(document: &Document) -> Vec<Operation> {
    document.operations().into_iter().filter(Operation::secured).collect()
}

#[test]
fn what_a_narrower_session_may_ask_for_is_written_down() {
    let service = Service::start();
    let document = Document::of(&service);
    let me = service.someone();
    let tie = relationship(&me);
    let (own, lent) = (for_one(&service, &me, &tie), by_grant(&service, &me, &tie));
    let all = secured(&document);
    for (name, _) in NARROWER {
        assert!(all.iter().any(|operation| operation.name() == *name), "there is no {name}");
    }
    for operation in all {
        let listed = NARROWER.iter().find(|(name, _)| *name == operation.name());
        let nowhere = operation.path_with(|_| "01980000-0000-7000-8000-00000000dead".to_owned());
        for (session, may) in [(&own, listed.is_some()), (&lent, listed.is_some_and(|(_, lent)| *lent))] {
            for body in [operation.example().map(|body| body.to_string().into_bytes()), None] {
                let answer = operation.send_body(session, &nowhere, body);
                if may {
                    assert!(!answer.text.contains("insufficient_scope"), "{}: {}", operation.name(), answer.text);
                } else {
                    assert_eq!(answer.status, 403, "{} admits a narrower session: {}", operation.name(), answer.text);
                    answer.problem(403, "insufficient_scope");
                }
            }
        }
    }
}

#[test]
fn things_of_another_relationship_answer_like_things_that_never_were_and_are_not_changed() {
    let service = Service::start();
    let me = service.someone();
    let tie = relationship(&me);
    let account = account_of(&me);
    let narrower = [for_one(&service, &me, &tie), by_grant(&service, &me, &tie)];
    let mut conn = service.database.connect();
    for operation in secured(&Document::of(&service)) {
        if !operation.path.contains('{') {
            continue;
        }
        let Thing::Own(made) = must_make(&me, &operation.path) else { continue };
        // A session of the narrower ones themselves is no other thing.
        let own = operation.name() == "DELETE /v1/sessions/{session_id}";
        let another = || format!("/v1/sessions/{}", sign_in(&service, &me, &json!({})).expect(201)["session_id"].as_str().unwrap());
        let path = if own { another() } else { made };
        for session in &narrower {
            let before = rows::of_account(&mut conn, &account);
            let (asked, nothing) = (operation.send(session, &path), operation.send(session, &of_nobody(&path)));
            assert_eq!(comparable(&asked), comparable(&nothing), "{}", operation.name());
            assert!([403, 404].contains(&asked.status), "{}: {}", operation.name(), asked.text);
            assert_eq!(rows::of_account(&mut conn, &account), before, "{} changed what is of another relationship", operation.name());
        }
        assert_ne!(operation.send(&me, &path).status, 404, "{} finds nothing for the whole account either", operation.name());
    }
}

#[test]
fn no_answer_to_a_narrower_session_has_anything_of_another_relationship_in_it() {
    let service = Service::start();
    let me = service.someone();
    let [mine, other] = two_full_relationships(&me);
    let of_other = |table: &str, column: &str| format!("SELECT id::text AS word FROM {table} WHERE {column} = '{}'", id_in(&other));
    let mut conn = service.database.connect();
    let mut ids = vec![id_in(&other).to_owned()];
    for table in ["interactions", "records", "responses", "assessments"] {
        ids.extend(rows::words(&mut conn, &of_other(table, "relationship_id")));
    }
    assert_eq!(ids.len(), 7);
    for session in [for_one(&service, &me, &mine), by_grant(&service, &me, &mine)] {
        for operation in secured(&Document::of(&service)).iter().filter(|operation| operation.method == "GET") {
            let path = operation.path_with(|name| if name == "relationship_id" { id_in(&mine) } else { id_in(&other) }.to_owned());
            let text = operation.send(&session, &path).text;
            assert_eq!(ids.iter().find(|id| text.contains(*id)), None, "{}: {text}", operation.name());
        }
    }
}
