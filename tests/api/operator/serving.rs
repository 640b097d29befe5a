//! What is published is offered by every instance, asks the database for nothing, and is scored for ever.

use diesel::connection::SimpleConnection;
use serde_json::{Value, json};

use crate::metrics::{measured, metrics, series};
use crate::support::everything::{completed_export, relationship};
use crate::support::operator::{draft, make, offer, operator, path, publish, retire};
use crate::support::{Client, Running, Service};

fn offered(client: &Client) -> Vec<String> {
    let listed = client.get("/v1/question-sets").expect(200);
    listed["data"].as_array().unwrap().iter().map(|set| format!("{} {}", set["slug"].as_str().unwrap(), set["version"])).collect()
}

pub fn has_evening(client: &Client, version: u32) -> bool {
    offered(client).contains(&format!("evening-check {version}"))
}

/// Answers the set, or says why not.
fn answer(me: &Client, tie: &str, version: Option<u32>) -> crate::support::Answer {
    let mut body = json!({"question_set": "evening-check", "status": "completed", "answers": [
        {"item": "heard-1", "value": 4}, {"item": "es-give-1", "value": 3}, {"item": "es-receive-1", "value": 1}]});
    if let Some(version) = version {
        body["version"] = json!(version);
    }
    me.post(&format!("{tie}/responses"), &body)
}

fn codes(answer: &crate::support::Answer) -> Vec<Value> {
    answer.problem(422, "validation_failed")["errors"].as_array().unwrap().iter().map(|one| one["code"].clone()).collect()
}

#[test]
fn what_is_published_is_offered_answered_and_scored_at_once() {
    let service = Service::start();
    let (keeper, me) = (operator(&service), service.someone());
    offer(&keeper, "evening-check", 1);
    assert!(has_evening(&service.stranger(), 1));
    let read = service.stranger().get("/v1/question-sets/evening-check");
    assert_eq!((read.expect(200)["title"].as_str(), read.header("content-language").as_str()), (Some("This evening"), "en"));
    let held = service.stranger().with("if-none-match", &read.header("etag")).get("/v1/question-sets/evening-check");
    assert_eq!(held.status, 304);
    let scored = answer(&me, &relationship(&me), None).expect(201);
    assert_eq!(scored["question_set_version"].as_u64().or(scored["version"].as_u64()), Some(1), "{scored}");
    assert!(scored["scores"]["dimensions"].as_array().is_some_and(|all| !all.is_empty()), "{scored}");
}

#[test]
fn a_reader_is_given_their_language_where_the_set_has_it() {
    let service = Service::start();
    let keeper = operator(&service);
    let mut document = draft("evening-check", 1);
    document["words"]["de"] = document["words"]["en"].clone();
    document["words"]["de"]["title"] = json!("Dieser Abend");
    keeper.with("if-none-match", "*").put(&path("evening-check", 1), &document).expect(201);
    publish(&keeper, "evening-check", 1).expect(200);
    let title = |languages: &str| {
        let answer = service.stranger().with("accept-language", languages).get("/v1/question-sets/evening-check").expect(200);
        answer["title"].as_str().unwrap().to_owned()
    };
    assert_eq!((title("de-AT").as_str(), title("fr").as_str()), ("Dieser Abend", "This evening"));
}

#[test]
fn a_retired_version_is_offered_to_nobody_read_by_its_number_and_scored_as_before() {
    let service = Service::start();
    let (keeper, me) = (operator(&service), service.someone());
    offer(&keeper, "evening-check", 1);
    offer(&keeper, "evening-check", 2);
    let tie = relationship(&me);
    let completed = answer(&me, &tie, None);
    let before = completed.expect(201);
    let begun = me.post(&format!("{tie}/responses"), &json!({"question_set": "evening-check", "answers": []}));
    begun.expect(201);
    let text = service.stranger().get("/v1/question-sets/evening-check?version=2").text;
    retire(&keeper, "evening-check", 2).expect(200);

    assert!(has_evening(&service.stranger(), 1), "the version before it is offered again");
    assert_eq!(service.stranger().get("/v1/question-sets/evening-check?version=2").text, text);
    assert_eq!(me.get(&completed.header("location")).expect(200), before);
    assert_eq!(codes(&answer(&me, &tie, Some(2))), ["retired_version"]);
    let finished = me.patch(&begun.header("location"), &json!({"status": "completed", "answers": [{"item": "heard-1", "value": 5}]}));
    assert_eq!(finished.expect(200)["status"], "completed", "what was begun is finished");

    retire(&keeper, "evening-check", 1).expect(200);
    assert!(!offered(&service.stranger()).iter().any(|set| set.starts_with("evening-check")));
    service.stranger().get("/v1/question-sets/evening-check").problem(404, "not_found");
    assert_eq!(codes(&answer(&me, &tie, None)), ["unknown_question_set"]);
    assert_eq!(codes(&answer(&me, &tie, Some(1))), ["retired_version"]);
    assert_eq!(codes(&answer(&me, &tie, Some(3))), ["unknown_version"]);

    let copy = service.someone();
    let exported = me.get(&format!("{}/data", completed_export(&me))).text;
    copy.send("POST", "/v1/account/imports", Some("application/json"), exported.into_bytes()).expect(200);
    let came = copy.get(&format!("{tie}/responses")).expect(200)["data"].clone();
    assert!(came.as_array().unwrap().iter().any(|one| one["scores"] == before["scores"]), "answers to what was retired come along: {came}");
}

#[test]
fn a_retry_is_answered_as_the_request_was_although_the_set_was_retired_since() {
    let service = Service::start();
    let (keeper, me) = (operator(&service), service.someone());
    offer(&keeper, "evening-check", 1);
    let tie = relationship(&me);
    let body = json!({"id": "7d3f7a52-6f0d-4f7e-9d5c-1c2f3a4b5c6d", "question_set": "evening-check", "answers": []});
    let first = me.post(&format!("{tie}/responses"), &body).expect(201);
    let mut resource = json!({"resourceType": "QuestionnaireResponse", "status": "in-progress",
        "questionnaire": "urn:reciprocity:question-set:evening-check|1",
        "identifier": {"system": "urn:ietf:rfc:3986", "value": "urn:uuid:8d3f7a52-6f0d-4f7e-9d5c-1c2f3a4b5c6d"}});
    let as_fhir = |resource: &Value| {
        let bytes = serde_json::to_vec(resource).unwrap();
        me.send("POST", &format!("{tie}/responses"), Some("application/fhir+json"), bytes)
    };
    let mut unversioned = resource.clone();
    unversioned["questionnaire"] = json!("urn:reciprocity:question-set:evening-check");
    unversioned["identifier"]["value"] = json!("urn:uuid:9d3f7a52-6f0d-4f7e-9d5c-1c2f3a4b5c6d");
    let (second, third) = (as_fhir(&resource).expect(201), as_fhir(&unversioned).expect(201));
    retire(&keeper, "evening-check", 1).expect(200);
    assert_eq!(me.post(&format!("{tie}/responses"), &body).expect(200), first);
    assert_eq!((as_fhir(&resource).expect(200), as_fhir(&unversioned).expect(200)), (second, third));
    resource["identifier"]["value"] = json!("urn:uuid:ad3f7a52-6f0d-4f7e-9d5c-1c2f3a4b5c6d");
    assert_eq!(as_fhir(&resource).status, 422, "one that is new is refused");
}

#[test]
fn a_retired_set_says_so_as_a_questionnaire() {
    let service = Service::start();
    let keeper = operator(&service);
    offer(&keeper, "evening-check", 1);
    let reader = service.stranger().with("accept", "application/fhir+json");
    let status = || reader.get("/v1/question-sets/evening-check?version=1").expect(200)["status"].clone();
    assert_eq!(status(), "active");
    retire(&keeper, "evening-check", 1).expect(200);
    assert_eq!(status(), "retired");
}

#[test]
fn answers_to_a_set_that_cannot_be_read_are_not_to_be_asked_for_again() {
    let service = Service::start();
    let me = service.someone();
    offer(&operator(&service), "evening-check", 1);
    let completed = answer(&me, &relationship(&me), None);
    completed.expect(201);
    let damage = "ALTER TABLE question_sets_made DISABLE TRIGGER published_stays; UPDATE question_sets_made SET document = '{}'";
    service.database.connect().batch_execute(damage).unwrap();
    let other = Running::start(&service.database.url, &[]);
    other.refresh_question_sets().unwrap();
    let there = me.signed_in_at(&other);
    there.get(&completed.header("location")).problem(500, "internal");
    assert!(!offered(&Client::new(other.address, None)).iter().any(|set| set.starts_with("evening-check")));
}

#[test]
fn another_instance_offers_it_with_its_next_look() {
    let service = Service::start();
    let other = Running::start(&service.database.url, &[]);
    let (keeper, there) = (operator(&service), Client::new(other.address, None));
    other.refresh_question_sets().unwrap();
    offer(&keeper, "evening-check", 1);
    assert!(has_evening(&service.stranger(), 1) && !has_evening(&there, 1), "only where it was published, so far");
    other.refresh_question_sets().unwrap();
    assert!(has_evening(&there, 1));
    retire(&keeper, "evening-check", 1).expect(200);
    assert!(has_evening(&there, 1));
    other.refresh_question_sets().unwrap();
    assert!(!has_evening(&there, 1));
    assert_eq!(there.get("/v1/question-sets/evening-check?version=1").status, 200);
}

#[test]
fn what_another_instance_does_not_know_yet_is_to_be_asked_for_again() {
    let service = Service::start();
    let me = service.someone();
    let other = Running::start(&service.database.url, &[]);
    offer(&operator(&service), "evening-check", 1);
    let completed = answer(&me, &relationship(&me), None);
    completed.expect(201);
    let there = me.signed_in_at(&other);
    let early = there.get(&completed.header("location"));
    early.problem(503, "unavailable");
    assert_eq!(early.header("retry-after"), "2");
    other.refresh_question_sets().unwrap();
    assert_eq!(there.get(&completed.header("location")).expect(200), completed.json());
}

#[test]
fn looking_costs_one_transaction_and_a_request_for_questions_none() {
    let service = measured(&[]);
    offer(&operator(&service), "evening-check", 1);
    let counted = |(name, value): (String, f64)| name.starts_with("reciprocity_db_transaction_duration_seconds_count").then_some(value);
    let transactions = || series(&metrics(&service)).into_iter().filter_map(counted).sum::<f64>();
    let before = transactions();
    for path in ["/v1/question-sets", "/v1/question-sets/evening-check", "/v1/question-sets/evening-check?version=1"] {
        service.stranger().get(path).expect(200);
    }
    assert!((transactions() - before).abs() < 0.5, "questions come from memory");
    service.refresh_question_sets().unwrap();
    assert!((transactions() - before - 1.0).abs() < 0.5, "a look that finds nothing new is one transaction");
}

#[test]
fn a_database_that_is_gone_takes_nothing_from_the_shelf() {
    let service = Service::start();
    offer(&operator(&service), "evening-check", 1);
    service.database.vanish();
    assert!(service.refresh_question_sets().is_err());
    assert!(has_evening(&service.stranger(), 1));
    service.stranger().get("/v1/question-sets/evening-check").expect(200);
    make(&operator(&service), "morning-check", 1).problem(503, "unavailable");
}
