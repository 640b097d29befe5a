//! The same resources as FHIR R4: Questionnaires, QuestionnaireResponses, Bundles, and failures as OperationOutcomes.

mod failures;
mod question_sets;
mod responses;

use serde_json::{Value, json};

use crate::support::{Answer, Client};

const FHIR: &str = "application/fhir+json";

/// A client that reads FHIR.
fn reading(client: &Client) -> Client {
    client.with("accept", FHIR)
}

fn post(client: &Client, path: &str, resource: &Value) -> Answer {
    client.send("POST", path, Some(FHIR), resource.to_string().into_bytes())
}

/// Where the responses of a new relationship are.
fn responses_of_a_tie(me: &Client) -> String {
    let tie = me.post("/v1/relationships", &json!({"alias": "Sam", "kind": "friend"})).expect(201);
    format!("/v1/relationships/{}/responses", tie["id"].as_str().unwrap())
}

/// A code of a scale of the general check.
fn coded(scale: &str, code: &str) -> Value {
    json!([{"valueCoding": {"system": format!("urn:reciprocity:question-set:reciprocity-check:1:{scale}"), "code": code}}])
}

fn absent(reason: &str) -> Value {
    json!([{"extension": [{"url": "http://hl7.org/fhir/StructureDefinition/data-absent-reason", "valueCode": reason}]}])
}

fn resource(status: &str, items: &[(&str, Value)]) -> Value {
    let item: Vec<Value> = items.iter().map(|(id, answer)| json!({"linkId": id, "answer": answer})).collect();
    json!({
        "resourceType": "QuestionnaireResponse", "questionnaire": "urn:reciprocity:question-set:reciprocity-check|1", "status": status,
        "item": item
    })
}
