//! Question sets as Questionnaires: asked for by media type, in every language, kept by caches apart from the JSON.

use serde_json::{Value, json};

use super::{FHIR, reading};
use crate::support::Service;

const SET: &str = "/v1/question-sets/reciprocity-check";

#[test]
fn a_set_is_a_questionnaire_to_who_asks_for_one_and_json_to_everybody_else() {
    let service = Service::start();
    let stranger = service.stranger();
    for accept in [
        FHIR,
        "application/fhir+json; fhirVersion=4.0",
        "application/fhir+json;q=1.0, application/json+fhir;q=0.9",
        "text/html;q=0.2, application/fhir+json;q=0.8, application/json;q=0.7",
    ] {
        let read = stranger.with("accept", accept).get(SET);
        let questionnaire = read.expect(200);
        assert_eq!((&questionnaire["resourceType"], read.header("content-type")), (&json!("Questionnaire"), FHIR.to_owned()), "{accept}");
        assert_eq!(
            (&questionnaire["url"], &questionnaire["version"]),
            (&json!("urn:reciprocity:question-set:reciprocity-check"), &json!("1"))
        );
    }
    for accept in ["*/*", "application/*", "application/json", "application/json;q=0.9, application/fhir+json;q=0.8"] {
        let read = stranger.with("accept", accept).get(SET);
        assert_eq!(
            (read.expect(200)["slug"].as_str(), read.header("content-type")),
            (Some("reciprocity-check"), "application/json".to_owned())
        );
    }
    assert_eq!(stranger.get(SET).expect(200)["slug"], "reciprocity-check");
    stranger.with("accept", "application/fhir+xml").get(SET).problem(406, "not_acceptable");
    stranger.with("accept", "application/fhir+json; fhirVersion=5.0").get(SET).problem(406, "not_acceptable");
}

#[test]
fn both_forms_ask_the_same_with_the_same_answers_under_the_same_conditions() {
    let service = Service::start();
    let (set, questionnaire) = (service.stranger().get(SET).expect(200), reading(&service.stranger()).get(SET).expect(200));
    assert_eq!((&questionnaire["title"], &questionnaire["description"]), (&set["title"], &set["description"]));
    assert_eq!(questionnaire["copyright"], format!("Licence: {}", set["licence"].as_str().unwrap()));
    let (asked, items) = (set["items"].as_array().unwrap(), questionnaire["item"].as_array().unwrap());
    assert_eq!((&items[0]["type"], &items[0]["text"]), (&json!("display"), &set["instructions"]));
    assert_eq!(items.len(), asked.len() + 1);
    for (item, asked) in items[1..].iter().zip(asked) {
        assert_eq!((&item["linkId"], &item["text"]), (&asked["id"], &asked["text"]));
        let scale = set["scales"].as_array().unwrap().iter().find(|scale| scale["id"] == asked["scale"]).unwrap();
        let labels: Vec<&Value> = item["answerOption"].as_array().unwrap().iter().map(|option| &option["valueCoding"]["display"]).collect();
        assert_eq!(labels, scale["options"].as_array().unwrap().iter().map(|option| &option["label"]).collect::<Vec<_>>());
        assert_eq!(item["enableWhen"][0]["question"], asked["enable_when"]["item"]);
    }
    let gated = items.iter().find(|item| item["linkId"] == "rep-give-1").unwrap();
    let yes = json!({"system": "urn:reciprocity:question-set:reciprocity-check:1:yes_no", "code": "yes"});
    assert_eq!(gated["enableWhen"], json!([{"question": "rep-gate-1", "operator": "=", "answerCoding": yes}]));
}

#[test]
fn a_questionnaire_is_kept_by_caches_apart_from_the_json_and_from_other_languages() {
    let service = Service::start();
    let (json, english) = (service.stranger().get(SET), reading(&service.stranger()).get(SET));
    let german = reading(&service.stranger()).with("accept-language", "de-AT").get(SET);
    let tags = [json.header("etag"), english.header("etag"), german.header("etag")];
    assert!(tags.iter().all(|tag| tag.starts_with('"')) && tags[0] != tags[1] && tags[1] != tags[2], "{tags:?}");
    assert_eq!((german.header("content-language").as_str(), &german.expect(200)["language"]), ("de", &json!("de")));
    assert_eq!(english.header("vary"), "Accept, Accept-Language");
    assert_eq!(english.header("cache-control"), "public, max-age=300");
    let again = reading(&service.stranger()).with("if-none-match", &tags[1]).get(SET);
    assert_eq!((again.status, again.text.as_str(), again.header("etag")), (304, "", tags[1].clone()));
    assert_eq!(service.stranger().with("if-none-match", &tags[1]).get(SET).status, 200);
    assert_eq!(reading(&service.stranger()).get(SET).text, english.text, "the same bytes");
    let title = |language: &str| service.stranger().with("accept-language", language).get(SET).expect(200)["title"].clone();
    let in_german = |questionnaire: &Value| {
        let all = questionnaire["_title"]["extension"].as_array().unwrap();
        all.iter().find(|one| one["extension"][0]["valueCode"] == "de").map(|one| one["extension"][1]["valueString"].clone())
    };
    assert_eq!(in_german(&english.json()), Some(title("de")));
    assert_eq!((&german.json()["title"], in_german(&german.json())), (&title("de"), None));
}

#[test]
fn the_list_is_a_searchset_of_sets_without_their_questions() {
    let service = Service::start();
    let bundle = reading(&service.stranger()).get("/v1/question-sets?max_items=40&kind=friend").expect(200);
    let listed = service.stranger().get("/v1/question-sets?kind=friend").expect(200);
    let slugs: Vec<&Value> = listed["data"].as_array().unwrap().iter().map(|set| &set["slug"]).collect();
    let entries = bundle["entry"].as_array().unwrap();
    assert_eq!((&bundle["type"], &bundle["total"]), (&json!("searchset"), &json!(slugs.len())));
    assert_eq!(bundle["link"], json!([{"relation": "self", "url": "/v1/question-sets?kind=friend&max_items=40"}]));
    assert_eq!(entries.iter().map(|entry| &entry["resource"]["id"]).collect::<Vec<_>>(), slugs);
    for entry in entries {
        assert_eq!((&entry["fullUrl"], &entry["search"]["mode"]), (&entry["resource"]["url"], &json!("match")));
        assert_eq!((entry["resource"].get("item"), &entry["resource"]["meta"]["tag"][0]["code"]), (None, &json!("SUBSETTED")));
    }
    let none = reading(&service.stranger()).get("/v1/question-sets?max_items=1").expect(200);
    assert_eq!((&none["total"], none.get("entry")), (&json!(0), None));
}
