//! Responses as QuestionnaireResponses: posted, read, listed; checked, scored and told apart like those that came as JSON.

use serde_json::{Value, json};
use uuid::Uuid;

use super::{FHIR, absent, coded, post, reading, resource, responses_of_a_tie};
use crate::support::Service;

#[test]
fn a_resource_is_stored_as_the_json_would_have_been_and_reads_the_same() {
    let service = Service::start();
    let me = service.someone();
    let all = responses_of_a_tie(&me);
    let items = [
        ("es-give-1", coded("frequency", "nearly_every_time")),
        ("es-receive-1", absent("unknown")),
        ("energy-1", coded("energy", "drained")),
        ("heard-1", absent("asked-declined")),
    ];
    let made = post(&me, &all, &resource("completed", &items));
    let stored = made.expect(201);
    assert_eq!((made.header("content-type").as_str(), made.header("etag").as_str()), (FHIR, "\"1-fhir\""));
    assert_eq!((&stored["status"], &stored["authored"]), (&json!("completed"), &json!("2026-03-02T12:00:00Z")));
    assert_eq!(stored["questionnaire"], "urn:reciprocity:question-set:reciprocity-check|1");
    let path = made.header("location");
    assert_eq!(
        (path.clone(), &stored["identifier"]["value"]),
        (format!("{all}/{}", stored["id"].as_str().unwrap()), &json!(format!("urn:uuid:{}", stored["id"].as_str().unwrap())))
    );
    let ids: Vec<&Value> = stored["item"].as_array().unwrap().iter().map(|item| &item["linkId"]).collect();
    assert_eq!(ids, ["energy-1", "heard-1", "es-give-1", "es-receive-1"], "in the order of the questions");
    assert_eq!((&stored["item"][1]["answer"], &stored["item"][2]["answer"]), (&items[3].1, &items[0].1));
    let plain = me.get(&path).expect(200);
    assert_eq!(
        plain["answers"],
        json!([
            {"item": "es-give-1", "value": 4}, {"item": "es-receive-1", "skipped": true},
            {"item": "energy-1", "value": -2}, {"item": "heard-1", "prefer_not_to_say": true}
        ])
    );
    assert_eq!(plain["scores"]["counts"]["preferred_not_to_say"], 1);
    let read = reading(&me).get(&path);
    assert_eq!((read.expect(200), read.header("content-type").as_str()), (stored, FHIR));
    assert_eq!(reading(&me).with("if-none-match", "\"1-fhir\"").get(&path).status, 304);
    assert_eq!(me.with("if-none-match", "\"1-fhir\"").get(&path).status, 200, "another form is another representation");
}

#[test]
fn what_is_read_can_be_sent_again_and_makes_nothing_new() {
    let service = Service::start();
    let me = reading(&service.someone());
    let all = responses_of_a_tie(&me);
    let id = Uuid::from_u128(0x1234_5678_9abc_4def_8123_4567_89ab_cdef);
    let mut named = resource("in-progress", &[("es-give-1", coded("frequency", "now_and_then"))]);
    named["identifier"] = json!({"system": "urn:ietf:rfc:3986", "value": format!("urn:uuid:{id}")});
    named["authored"] = json!("2026-02-28T23:00:00-05:00");
    let made = post(&me, &all, &named).expect(201);
    assert_eq!((&made["id"], &made["extension"][0]["valueDate"]), (&json!(id), &json!("2026-02-28")));
    assert_eq!(post(&me, &all, &named).expect(200), made);
    // A label and a narrative are no part of what is asked for.
    named["text"] = json!({"status": "generated", "div": "<div>seven</div>"});
    assert_eq!(post(&me, &all, &named).expect(200), made);
    named["status"] = json!("completed");
    post(&me, &all, &named).outcome(409, "duplicate", "id_conflict");
    assert_eq!(service_count(&me, &all), 1);

    let copy = responses_of_a_tie(&me);
    let keyed = me.with("idempotency-key", "a-key-of-mine");
    let mut unnamed = made.clone();
    unnamed.as_object_mut().unwrap().remove("identifier");
    let first = post(&keyed, &copy, &unnamed).expect(201);
    assert_eq!(first["item"], made["item"]);
    assert_eq!(post(&keyed, &copy, &unnamed).expect(200), first);
    post(&keyed, &copy, &resource("completed", &[])).outcome(422, "conflict", "idempotency_key_reused");
}

fn service_count(me: &crate::support::Client, all: &str) -> usize {
    me.get(all).expect(200)["entry"].as_array().map_or(0, Vec::len)
}

#[test]
fn a_response_begun_as_fhir_is_resumed_and_completed_by_its_tag_in_either_form() {
    let service = Service::start();
    let me = service.someone();
    let made = post(&me, &responses_of_a_tie(&me), &resource("in-progress", &[]));
    let (path, tag) = (made.header("location"), made.header("etag"));
    let more = json!({"answers": [{"item": "es-give-1", "value": 2}]});
    let saved = reading(&me).with("if-match", &tag).patch_as_is(&path, &more);
    assert_eq!((saved.header("etag").as_str(), saved.header("content-type").as_str()), ("\"2-fhir\"", FHIR));
    assert_eq!(saved.expect(200)["item"][0]["answer"], coded("frequency", "half_the_time"));
    reading(&me).with("if-match", &tag).patch_as_is(&path, &more).outcome(412, "conflict", "precondition_failed");
    me.with("if-match", &saved.header("etag")).patch_as_is(&path, &json!({"status": "completed"})).expect(200);
    reading(&me).patch(&path, &more).outcome(409, "business-rule", "response_completed");
    assert_eq!(reading(&me).get(&path).expect(200)["status"], "completed");
}

#[test]
fn answers_that_do_not_fit_are_pointed_at_and_nothing_is_stored() {
    let service = Service::start();
    let me = service.someone();
    let all = responses_of_a_tie(&me);
    let closed = resource(
        "completed",
        &[
            ("es-give-1", coded("frequency", "now_and_then")),
            ("rep-gate-1", coded("yes_no", "no")),
            ("rep-give-1", coded("frequency", "now_and_then")),
        ],
    );
    let told = post(&me, &all, &closed).outcome(422, "business-rule", "validation_failed");
    assert_eq!(told["issue"][0]["expression"], json!(["QuestionnaireResponse.item[2].linkId"]));
    assert_eq!(told["issue"][0]["details"]["coding"][1]["code"], "item_not_asked");

    let several = resource(
        "completed",
        &[
            ("no-such-item", coded("frequency", "now_and_then")),
            ("es-give-1", coded("frequency", "always")),
            ("es-receive-1", coded("energy", "drained")),
        ],
    );
    let told = post(&me, &all, &several).outcome(422, "code-invalid", "validation_failed");
    let paths: Vec<&Value> = told["issue"].as_array().unwrap().iter().map(|issue| &issue["expression"][0]).collect();
    assert_eq!(
        paths,
        [
            "QuestionnaireResponse.item[0].linkId",
            "QuestionnaireResponse.item[1].answer[0].value.code",
            "QuestionnaireResponse.item[2].answer[0].value.system"
        ]
    );
    let twice = [("es-give-1", coded("frequency", "now_and_then")), ("es-give-1", coded("frequency", "now_and_then"))];
    let told = post(&me, &all, &resource("completed", &twice)).outcome(422, "business-rule", "validation_failed");
    assert_eq!(told["issue"][0]["expression"], json!(["QuestionnaireResponse.item[1].linkId"]));
    let mut late = resource("completed", &[]);
    late["authored"] = json!("2026-03-05");
    let told = post(&me, &all, &late).outcome(422, "value", "validation_failed");
    assert_eq!(told["issue"][0]["expression"], json!(["QuestionnaireResponse.authored"]));
    let mut nil = resource("completed", &[]);
    nil["identifier"] = json!({"system": "urn:ietf:rfc:3986", "value": format!("urn:uuid:{}", Uuid::nil())});
    let told = post(&me, &all, &nil).outcome(422, "invalid", "validation_failed");
    assert_eq!(told["issue"][0]["expression"], json!(["QuestionnaireResponse.identifier.value"]));
    assert_eq!(me.get(&all).expect(200)["data"], json!([]));
}

#[test]
fn a_change_of_meaning_is_refused_and_nothing_is_stored() {
    let service = Service::start();
    let me = service.someone();
    let all = responses_of_a_tie(&me);
    let negation = json!([{"url": "urn:other:not", "valueBoolean": true}]);
    for (pointer, path) in [("", ""), ("/item/0", ".item[0]"), ("/item/0/answer/0", ".item[0].answer[0]")] {
        let mut spoilt = resource("completed", &[("es-give-1", coded("frequency", "now_and_then"))]);
        spoilt.pointer_mut(pointer).unwrap()["modifierExtension"] = negation.clone();
        let told = post(&me, &all, &spoilt).outcome(422, "extension", "validation_failed");
        assert_eq!(told["issue"][0]["expression"], json!([format!("QuestionnaireResponse{path}.modifierExtension")]));
    }
    for element in ["subject", "author", "source", "implicitRules"] {
        let mut other = resource("completed", &[]);
        other[element] = json!({"reference": "Patient/1"});
        post(&me, &all, &other).outcome(422, "structure", "validation_failed");
    }
    assert_eq!(me.get(&all).expect(200)["data"], json!([]));
}

#[test]
fn a_list_of_responses_is_a_searchset_that_says_where_it_goes_on() {
    let service = Service::start();
    let me = service.someone();
    let all = responses_of_a_tie(&me);
    let ids: Vec<Value> = (0..3).map(|_| post(&me, &all, &resource("in-progress", &[])).expect(201)["id"].clone()).collect();
    let mut seen = Vec::new();
    let mut next = Some(format!("{all}?limit=2&status=in_progress"));
    while let Some(path) = next {
        let page = reading(&me).get(&path);
        let bundle = page.expect(200);
        assert_eq!((page.header("content-type").as_str(), &bundle["type"]), (FHIR, &json!("searchset")));
        assert_eq!(bundle["link"][0], json!({"relation": "self", "url": path}));
        for entry in bundle["entry"].as_array().unwrap() {
            assert_eq!(entry["fullUrl"], entry["resource"]["identifier"]["value"]);
            seen.push(entry["resource"]["id"].clone());
        }
        next = bundle["link"][1]["url"].as_str().map(str::to_owned);
    }
    // All were made at the same moment, so their order is chance.
    let sorted = |mut ids: Vec<Value>| {
        ids.sort_by_key(Value::to_string);
        ids
    };
    assert_eq!(sorted(seen), sorted(ids));
}
