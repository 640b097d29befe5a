//! Every failure that a FHIR client can meet on what travels as FHIR is an OperationOutcome; nobody else sees one.

use serde_json::{Value, json};

use super::{FHIR, coded, post, reading, resource, responses_of_a_tie};
use crate::support::Service;

const SETS: &str = "/v1/question-sets";

#[test]
fn failures_are_outcomes_to_who_reads_fhir_on_what_travels_as_fhir() {
    let service = Service::start();
    let me = reading(&service.someone());
    let (all, stranger) = (responses_of_a_tie(&me), reading(&service.stranger()));
    stranger.get(&format!("{SETS}/no-such-check")).outcome(404, "not-found", "not_found");
    let told = stranger.get(&format!("{SETS}/family-check?version=0")).outcome(400, "value", "invalid_parameter");
    assert_eq!((&told["issue"][0]["location"], told["issue"][0].get("expression")), (&json!(["http.version"]), None));
    stranger.get(&all).outcome(401, "login", "unauthenticated");
    stranger.post(SETS, &json!({})).outcome(405, "not-supported", "method_not_allowed");
    me.get(&format!("{all}/not-an-id")).outcome(400, "value", "invalid_parameter");
    me.get(&format!("{all}/01980000-0000-7000-8000-000000000009")).outcome(404, "not-found", "not_found");
    me.send("POST", &all, Some("text/plain"), b"x".to_vec()).outcome(415, "not-supported", "unsupported_media_type");
    me.send("POST", &all, Some(FHIR), b"{".to_vec()).outcome(400, "structure", "invalid_json");
    me.send("POST", &all, Some(FHIR), vec![b' '; 70_000]).outcome(413, "too-long", "payload_too_large");
    let other_version = Some("application/fhir+json; fhirVersion=5.0");
    me.send("POST", &all, other_version, resource("completed", &[]).to_string().into_bytes()).outcome(
        415,
        "not-supported",
        "unsupported_media_type",
    );
    let path = post(&me, &all, &resource("in-progress", &[])).header("location");
    me.patch_as_is(&path, &json!({})).outcome(428, "required", "precondition_required");
    assert_eq!(me.delete(&path).status, 204);
    me.get(&path).outcome(410, "deleted", "gone");
    let wrong = me.post(&all, &json!({"question_set": "no-such-check"})).outcome(422, "code-invalid", "validation_failed");
    assert!(wrong["issue"][0]["diagnostics"].as_str().unwrap().starts_with("/question_set: "), "{wrong}");
}

#[test]
fn everybody_else_reads_problems_and_so_does_a_fhir_client_that_asks_for_them() {
    let service = Service::start();
    let me = service.someone();
    let all = responses_of_a_tie(&me);
    service.stranger().get(&format!("{SETS}/no-such-check")).problem(404, "not_found");
    reading(&service.stranger()).get("/v1/no-such-place").problem(404, "not_found");
    reading(&service.stranger()).get("/v1/relationships").problem(401, "unauthenticated");
    let wrong = resource("completed", &[("no-such-item", coded("frequency", "now_and_then"))]);
    post(&me, &all, &wrong).outcome(422, "code-invalid", "validation_failed");
    let problem = post(&me.with("accept", "application/problem+json, application/json"), &all, &wrong).problem(422, "validation_failed");
    assert_eq!((&problem["errors"][0]["pointer"], &problem["errors"][0]["code"]), (&json!("/item/0/linkId"), &json!("unknown_item")));
}

#[test]
fn a_budget_that_is_spent_is_an_outcome_with_a_time_to_wait() {
    let service = Service::with(&[("RECIPROCITY_LIMIT_READS", "1")]);
    let me = reading(&service.someone());
    let path = "/v1/relationships/01980000-0000-7000-8000-000000000001/responses";
    let refused = (0..5).map(|_| me.get(path)).find(|answer| answer.status == 429).unwrap();
    refused.outcome(429, "throttled", "too_many_requests");
    assert!(refused.header("retry-after").parse::<u64>().unwrap() >= 1);
}

#[test]
fn another_accounts_responses_look_like_none_in_fhir_too() {
    let service = Service::start();
    let (me, other) = (service.someone(), reading(&service.someone()));
    let all = responses_of_a_tie(&me);
    let path = post(&me, &all, &resource("completed", &[])).header("location");
    for place in [path, format!("{all}/01980000-0000-7000-8000-000000000009"), all.clone()] {
        other.get(&place).outcome(404, "not-found", "not_found");
    }
    post(&other, &all, &resource("completed", &[])).outcome(404, "not-found", "not_found");
}

#[test]
fn no_failure_repeats_what_was_sent() {
    let service = Service::start();
    let me = service.someone();
    let all = responses_of_a_tie(&me);
    let word = "quokka77";
    let mut spoilt = vec![json!({word: word}), json!(word)];
    for pointer in [
        "",
        "/questionnaire",
        "/status",
        "/authored",
        "/identifier/system",
        "/identifier/value",
        "/item/0/linkId",
        "/item/0",
        "/item/0/answer/0",
        "/item/0/answer/0/valueCoding/code",
        "/item/0/answer/0/valueCoding/system",
        "/extension/0/valueDate",
    ] {
        let mut resource = resource("completed", &[("es-give-1", coded("frequency", "now_and_then"))]);
        resource["authored"] = json!("2026-03-01");
        resource["identifier"] = json!({"system": "urn:ietf:rfc:3986", "value": "urn:uuid:01980000-0000-7000-8000-000000000009"});
        resource["extension"] = json!([{"url": "urn:reciprocity:extension:local-date", "valueDate": "2026-03-01"}]);
        let place = resource.pointer_mut(pointer).unwrap();
        if place.is_object() {
            place[word] = json!(word);
        } else {
            *place = json!(word);
        }
        spoilt.push(resource);
    }
    for resource in spoilt {
        let answer = post(&me, &all, &resource);
        assert!((400..500).contains(&answer.status), "{resource}: {}", answer.text);
        assert!(!answer.text.contains(word), "{}", answer.text);
        assert_eq!(answer.json()["resourceType"], "OperationOutcome");
    }
    let kept: Value = me.get(&all).expect(200);
    assert_eq!(kept["data"], json!([]));
}
