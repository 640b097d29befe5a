//! What goes out as a QuestionnaireResponse comes in again as the same answers; what means something else is refused where it stands.

use std::sync::OnceLock;

use chrono::{DateTime, Utc};
use proptest::prelude::*;
use serde_json::{Value, json};
use uuid::Uuid;

use super::*;
use crate::api::body;
use crate::content::{Answer, AnswerValue, Catalogue, QuestionSet, QuestionSetFilter};
use crate::features::responses::model::{Details, Response, Status};
use crate::kernel::{Error, RelationshipId, ResponseId};

/// Loaded once, for hundreds of cases.
fn catalogue() -> &'static Catalogue {
    static LOADED: OnceLock<Catalogue> = OnceLock::new();
    LOADED.get_or_init(|| Catalogue::load().unwrap())
}

fn sent(resource: &Value, catalogue: &Catalogue) -> Result<(super::super::wire::CreateResponse, Places), Error> {
    body::parse::<IncomingResponse>(resource.to_string().as_bytes())?.read(catalogue)
}

/// Where and why a resource is refused.
fn refused(resource: &Value) -> Vec<(String, &'static str)> {
    let error = sent(resource, catalogue()).unwrap_err();
    error.fields.into_iter().map(|field| (field.pointer, field.code)).collect()
}

fn stored(set: &QuestionSet, answers: Vec<Answer>, status: Status) -> Response {
    let moment: DateTime<Utc> = "2026-03-02T12:00:00Z".parse().unwrap();
    let details = Details {
        question_set: set.slug().to_owned(),
        question_set_version: set.version(),
        answers,
        status,
        local_date: "2026-03-01".parse().unwrap(),
    };
    Response {
        id: ResponseId(Uuid::from_u128(5)),
        relationship: RelationshipId(Uuid::from_u128(6)),
        details,
        completed_at: (status == Status::Completed).then_some(moment),
        version: 3,
        created_at: moment,
        updated_at: moment,
    }
}

fn whole() -> Value {
    json!({
        "resourceType": "QuestionnaireResponse", "questionnaire": "urn:reciprocity:question-set:reciprocity-check|1", "status": "completed",
        "item": [{"linkId": "es-give-1", "answer": [answer("not_at_all")]}]
    })
}

fn answer(code: &str) -> Value {
    json!({"valueCoding": {"system": "urn:reciprocity:question-set:reciprocity-check:1:frequency", "code": code}})
}

/// The same with one member put in or replaced.
fn with(pointer: &str, name: &str, value: Value) -> Value {
    let mut resource = whole();
    resource.pointer_mut(pointer).unwrap()[name] = value;
    resource
}

proptest! {
    #[test]
    fn answers_go_out_and_come_in_unchanged(which in any::<prop::sample::Index>(), kinds in prop::collection::vec(0_usize..20, 40), done: bool) {
        let catalogue = catalogue();
        let sets: Vec<&QuestionSet> = catalogue.question_sets(QuestionSetFilter::default()).collect();
        let set = which.get(&sets);
        let answers: Vec<Answer> = set.definition().items.iter().zip(kinds).filter_map(|(item, kind)| {
            let options = &set.scale_of(item).unwrap().options;
            let value = match kind {
                0..=2 => return None,
                3 => AnswerValue::Skipped,
                4 => AnswerValue::PreferNotToSay,
                other => AnswerValue::Chosen(options[other % options.len()].value),
            };
            Some(Answer { item_id: item.id.clone(), value })
        }).collect();
        let status = if done { Status::Completed } else { Status::InProgress };
        // Stored in any order, they go out in the order of the questions.
        let shuffled: Vec<Answer> = answers.iter().rev().cloned().collect();
        let resource = serde_json::to_value(QuestionnaireResponse::of(set, &stored(set, shuffled, status)).unwrap()).unwrap();
        let (request, places) = sent(&resource, catalogue).unwrap();
        prop_assert_eq!(request.id, Some(Uuid::from_u128(5)));
        let submission = request.parse().unwrap();
        prop_assert_eq!(places.items.len(), answers.len());
        prop_assert_eq!(submission.answers, answers);
        prop_assert_eq!((submission.question_set.as_str(), submission.version), (set.slug(), Some(set.version())));
        prop_assert_eq!((submission.status, submission.local_date), (status, "2026-03-01".parse().ok()));
    }
}

#[test]
fn a_change_of_meaning_is_refused_wherever_it_stands() {
    let modifier = || json!([{"url": "urn:other:not", "valueBoolean": true}]);
    for (pointer, place) in
        [("", "/modifierExtension"), ("/item/0", "/item/0/modifierExtension"), ("/item/0/answer/0", "/item/0/answer/0/modifierExtension")]
    {
        assert_eq!(refused(&with(pointer, "modifierExtension", modifier())), [(place.to_owned(), "unknown_modifier")]);
    }
    for element in ["implicitRules", "subject", "author", "source", "encounter", "basedOn", "partOf", "contained", "itemm"] {
        assert_eq!(refused(&with("", element, json!("x"))), [(String::new(), "unknown_member")], "{element}");
    }
}

#[test]
fn what_changes_nothing_is_let_pass() {
    let catalogue = catalogue();
    let mut resource = whole();
    resource["id"] = json!("their-own-id");
    resource["meta"] = json!({"tag": [{"code": "made by another"}]});
    resource["text"] = json!({"status": "generated", "div": "<div>words</div>"});
    resource["extension"] = json!([{"url": "urn:other:thing", "valueReference": {"reference": "Patient/1"}}]);
    resource["item"][0]["text"] = json!("I listen.");
    resource["item"][0]["answer"][0]["valueCoding"]["display"] = json!("Gar nicht");
    resource["item"].as_array_mut().unwrap().insert(0, json!({"linkId": "set.instructions", "text": "Think of the last weeks."}));
    let (read, plain) = (sent(&resource, catalogue).unwrap().0, sent(&whole(), catalogue).unwrap().0);
    assert_eq!(serde_json::to_value(&read).unwrap(), serde_json::to_value(&plain).unwrap(), "the same request");
}

#[test]
fn questions_answers_codes_and_systems_are_checked_where_they_stand() {
    for (resource, pointer, code) in [
        (with("", "questionnaire", json!("urn:reciprocity:question-set:no-such|1")), "/questionnaire", "unknown_question_set"),
        (with("", "questionnaire", json!("urn:other:reciprocity-check|1")), "/questionnaire", "unknown_question_set"),
        (with("", "questionnaire", json!("urn:reciprocity:question-set:reciprocity-check|999")), "/questionnaire", "unknown_version"),
        (with("", "status", json!("amended")), "/status", "unknown_value"),
        (with("", "resourceType", json!("Patient")), "/resourceType", "unknown_value"),
        (with("/item/0", "linkId", json!("no-such-item")), "/item/0/linkId", "unknown_item"),
        (with("/item/0", "answer", json!([answer("not_at_all"), answer("now_and_then")])), "/item/0/answer", "too_many"),
        (with("/item/0", "answer", json!([{}])), "/item/0/answer/0", "one_answer"),
        (with("/item/0", "answer", json!([{"valueInteger": 1}])), "/item/0/answer/0", "unknown_member"),
        (with("/item/0", "item", json!([{"linkId": "es-give-2"}])), "/item/0/item", "not_supported"),
        (with("/item/0/answer/0/valueCoding", "code", json!("always")), "/item/0/answer/0/valueCoding/code", "unknown_code"),
        (with("/item/0/answer/0/valueCoding", "system", json!("urn:other")), "/item/0/answer/0/valueCoding/system", "unknown_code_system"),
        (with("", "authored", json!("2026")), "/authored", "wrong_value"),
        (with("", "extension", json!([{"url": "urn:reciprocity:extension:local-date"}])), "/extension/0/valueDate", "wrong_value"),
        (with("", "identifier", json!({"system": "urn:other", "value": "1"})), "/identifier/system", "unknown_value"),
        (with("", "identifier", json!({"system": "urn:ietf:rfc:3986", "value": "urn:uuid:1"})), "/identifier/value", "wrong_value"),
    ] {
        assert_eq!(refused(&resource), [(pointer.to_owned(), code)], "{resource}");
    }
    let absent =
        |code: &str| json!([{"extension": [{"url": "http://hl7.org/fhir/StructureDefinition/data-absent-reason", "valueCode": code}]}]);
    let masked = with("/item/0", "answer", absent("masked"));
    assert_eq!(refused(&masked), [("/item/0/answer/0/extension/0/valueCode".to_owned(), "unknown_value")]);
    let many: Vec<Value> = (0..42).map(|_| json!({"linkId": "es-give-1"})).collect();
    assert_eq!(refused(&with("", "item", many.into())), [("/item".to_owned(), "too_many")]);
}

#[test]
fn the_day_is_that_of_the_clock_it_was_answered_by() {
    let catalogue = catalogue();
    for (authored, day) in
        [("2026-03-01T23:30:00-08:00", "2026-03-01"), ("2026-03-02T00:30:00+13:00", "2026-03-02"), ("2026-02-28", "2026-02-28")]
    {
        let submission = sent(&with("", "authored", json!(authored)), catalogue).unwrap().0.parse().unwrap();
        assert_eq!(submission.local_date, day.parse().ok());
    }
    assert_eq!(sent(&whole(), catalogue).unwrap().0.parse().unwrap().local_date, None);
}

#[test]
fn a_member_that_stands_twice_is_refused() {
    let twice = whole().to_string().replacen("\"status\":\"completed\"", "\"status\":\"completed\",\"status\":\"in-progress\"", 1);
    let error = body::parse::<IncomingResponse>(twice.as_bytes()).unwrap_err();
    assert_eq!(error.fields[0].code, "duplicate_member");
}
