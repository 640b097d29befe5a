//! Every published set in every language keeps the rules of FHIR that a schema cannot say, and none is made twice.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::*;
use crate::content::{Catalogue, EnableWhen, Operator, QuestionSetFilter};

fn document(set: &QuestionSet, translation: &Translation) -> Value {
    serde_json::to_value(Questionnaire::whole(set, true, translation)).unwrap()
}

fn each(look: impl Fn(&QuestionSet, &Translation, &Value)) {
    let catalogue = Catalogue::load().unwrap();
    let mut seen = 0;
    for set in catalogue.all_question_set_versions() {
        for translation in set.translations() {
            look(set, translation, &document(set, translation));
            seen += 1;
        }
    }
    assert!(seen >= 30, "{seen}");
}

/// FHIR has no null, no empty list, no empty object and no empty text (FHIR R4, section 2.6.2).
fn nothing_is_empty(value: &Value) -> bool {
    match value {
        Value::Null => false,
        Value::Bool(_) | Value::Number(_) => true,
        Value::String(text) => !text.trim().is_empty(),
        Value::Array(items) => !items.is_empty() && items.iter().all(nothing_is_empty),
        Value::Object(members) => !members.is_empty() && members.values().all(nothing_is_empty),
    }
}

fn items(questionnaire: &Value) -> &[Value] {
    questionnaire["item"].as_array().unwrap()
}

fn item<'a>(questionnaire: &'a Value, id: &str) -> &'a Value {
    items(questionnaire).iter().find(|item| item["linkId"] == id).unwrap()
}

fn extension<'a>(element: &'a Value, url: &str) -> Vec<&'a Value> {
    element["extension"].as_array().into_iter().flatten().filter(|extension| extension["url"] == url).collect()
}

#[test]
fn every_document_is_whole_and_none_of_its_elements_is_empty() {
    each(|set, translation, questionnaire| {
        let at = format!("{} {}", set.slug(), translation.language());
        assert!(nothing_is_empty(questionnaire), "{at}");
        assert_eq!(questionnaire["language"], translation.language());
        let ids: BTreeSet<&str> = items(questionnaire).iter().map(|item| item["linkId"].as_str().unwrap()).collect();
        assert_eq!((ids.len(), items(questionnaire).len()), (set.definition().items.len() + 1, ids.len()), "{at}");
        assert!(questionnaire["name"].as_str().unwrap().chars().all(|c| c.is_ascii_alphanumeric()), "{at}");
        assert_eq!(items(questionnaire)[0]["type"], "display");
        for question in &items(questionnaire)[1..] {
            assert_eq!((&question["type"], &question["required"]), (&json!("choice"), &json!(false)), "{at}");
        }
    });
}

#[test]
fn every_text_stands_there_in_every_language_of_the_set() {
    fn languages(beside: &Value) -> BTreeSet<String> {
        let said = extension(beside, crate::api::fhir::names::TRANSLATION);
        said.into_iter().map(|one| one["extension"][0]["valueCode"].as_str().unwrap().to_owned()).collect()
    }
    each(|set, translation, questionnaire| {
        let others: BTreeSet<String> = set.languages().filter(|one| *one != translation.language()).map(str::to_owned).collect();
        let mut besides = vec![&questionnaire["_title"], &questionnaire["_description"]];
        let ways = extension(questionnaire, &crate::api::fhir::names::extension("no-answer"));
        besides.extend(ways.iter().map(|way| &way["valueCodeableConcept"]["_text"]));
        for item in items(questionnaire) {
            besides.push(&item["_text"]);
            besides.extend(item["answerOption"].as_array().into_iter().flatten().map(|option| &option["valueCoding"]["_display"]));
        }
        for beside in besides {
            assert_eq!(languages(beside), others, "{} {}", set.slug(), translation.language());
        }
    });
}

#[test]
fn a_condition_names_codes_of_an_earlier_question() {
    each(|set, _, questionnaire| {
        for (index, question) in items(questionnaire).iter().enumerate() {
            let own = set.item(question["linkId"].as_str().unwrap());
            let conditions = question["enableWhen"].as_array().map_or(0, Vec::len);
            assert_eq!(conditions > 0, own.is_some_and(|item| item.enable_when.is_some()));
            for condition in question["enableWhen"].as_array().into_iter().flatten() {
                let gate = items(questionnaire)[..index].iter().find(|item| item["linkId"] == condition["question"]).unwrap();
                let code = |option: &Value| option["valueCoding"]["code"] == condition["answerCoding"]["code"];
                assert!(gate["answerOption"].as_array().unwrap().iter().any(code));
                assert_eq!(condition["operator"], "=");
            }
        }
    });
}

#[test]
fn at_least_and_at_most_are_any_of_the_codes_that_fit() {
    let catalogue = Catalogue::load().unwrap();
    let set = catalogue.question_set("reciprocity-check", None).unwrap();
    let (mut item, scale) = (set.item("es-give-1").unwrap().clone(), set.scale_of(set.item("es-give-1").unwrap()).unwrap());
    let codes = |item: &crate::content::Item| {
        let made = serde_json::to_value(items::question(set, set.localise("en"), item, scale)).unwrap();
        let codes: Vec<String> = made["enableWhen"]
            .as_array()
            .into_iter()
            .flatten()
            .map(|one| one["answerCoding"]["code"].as_str().unwrap().to_owned())
            .collect();
        (codes.join(" "), made.get("enableBehavior").cloned())
    };
    assert_eq!(codes(&item), (String::new(), None));
    for (operator, value, wanted, behaviour) in [
        (Operator::AtLeast, 3, "most_times nearly_every_time", Some(json!("any"))),
        (Operator::AtMost, 1, "not_at_all now_and_then", Some(json!("any"))),
        (Operator::Equals, 1, "now_and_then", None),
    ] {
        item.enable_when = Some(EnableWhen { item: "es-give-2".to_owned(), operator, value });
        assert_eq!(codes(&item), (wanted.to_owned(), behaviour));
    }
}

#[test]
fn mirrors_perspectives_points_and_ways_of_not_answering_are_there() {
    let catalogue = Catalogue::load().unwrap();
    let set = catalogue.question_set("reciprocity-check", Some(1)).unwrap();
    let questionnaire = document(set, set.localise("de"));
    let own = |name: &str| crate::api::fhir::names::extension(name);
    let question = item(&questionnaire, "es-give-1");
    assert_eq!(extension(question, &own("mirror"))[0]["valueString"], "es-receive-1");
    assert_eq!(extension(question, &own("perspective"))[0]["valueCode"], "giving");
    let option = &item(&questionnaire, "energy-1")["answerOption"][0];
    assert_eq!(extension(option, "http://hl7.org/fhir/StructureDefinition/ordinalValue")[0]["valueDecimal"], -3.0);
    assert_eq!(option["valueCoding"]["system"], "urn:reciprocity:question-set:reciprocity-check:1:energy");
    let ways = extension(&questionnaire, &own("no-answer"));
    let reasons: Vec<&Value> = ways.iter().map(|way| &way["valueCodeableConcept"]["coding"][0]["code"]).collect();
    assert_eq!(reasons, ["unknown", "asked-declined"]);
    assert_eq!(ways[0]["valueCodeableConcept"]["text"], set.localise("de").words().choices.skip);
}

#[test]
fn a_document_is_made_once_and_another_language_is_another() {
    let catalogue = Catalogue::load().unwrap();
    let set = catalogue.question_set("family-check", None).unwrap();
    let kept = Questionnaires::default();
    let first = kept.of(set, true, set.localise("de")).unwrap();
    assert!(Arc::ptr_eq(&first, &kept.of(set, true, set.localise("de")).unwrap()));
    assert!(!Arc::ptr_eq(&first, &kept.of(set, true, set.localise("fr")).unwrap()));
    assert!(!Arc::ptr_eq(&first, &kept.of(set, false, set.localise("de")).unwrap()));
    assert!(catalogue.question_sets(QuestionSetFilter::default()).count() <= MOST_KEPT / 10);
}
