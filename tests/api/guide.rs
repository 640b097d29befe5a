//! The guide: five questions, answered for each kind of relationship, for anybody.

use serde_json::{Value, json};

use crate::support::Service;

const QUESTIONS: [&str; 5] = ["healthy-tie", "invested", "missing", "foster", "unbalanced"];
const KINDS: [&str; 4] = ["dating", "partner", "family", "friend"];

fn words(names: &Value) -> Vec<&str> {
    names.as_array().unwrap().iter().map(|name| name.as_str().unwrap()).collect()
}

#[test]
fn the_five_questions_are_listed_in_the_order_in_which_they_are_best_read() {
    let service = Service::start();
    let list = service.stranger().get("/v1/guide").expect(200);
    let questions: Vec<&str> = list["data"].as_array().unwrap().iter().map(|page| page["question"].as_str().unwrap()).collect();
    assert_eq!(questions, QUESTIONS);
    assert_eq!(list["data"][4]["title"], "What can I do when it is unbalanced?");
    let german = service.stranger().with("accept-language", "de").get("/v1/guide");
    assert_eq!(german.header("content-language"), "de");
    assert_ne!(german.expect(200)["data"][4]["title"], list["data"][4]["title"]);
}

#[test]
fn every_question_is_answered_for_every_kind_in_every_language_with_a_word_about_fear() {
    let service = Service::start();
    for language in ["en", "de", "es", "fr", "pt-BR"] {
        for question in QUESTIONS {
            let page = service.stranger().with("accept-language", language).get(&format!("/v1/guide/{question}")).expect(200);
            assert_eq!((&page["language"], &page["question"]), (&json!(language), &json!(question)));
            assert!(page["safety"].as_str().unwrap().len() > 20);
            let kinds: Vec<&str> = page["answers"].as_array().unwrap().iter().map(|answer| answer["kind"].as_str().unwrap()).collect();
            assert_eq!(kinds, KINDS);
            for answer in page["answers"].as_array().unwrap() {
                assert!(answer["short"].as_str().unwrap().split_whitespace().count() <= 60);
                assert!((3..=6).contains(&answer["points"].as_array().unwrap().len()));
                assert!(answer["points"].as_array().unwrap().iter().all(|point| !point["text"].as_str().unwrap().is_empty()));
            }
        }
    }
}

#[test]
fn a_kind_narrows_a_page_to_its_answer_and_to_nothing_else() {
    let service = Service::start();
    for question in QUESTIONS {
        let whole = service.stranger().get(&format!("/v1/guide/{question}")).expect(200);
        for (position, kind) in KINDS.iter().enumerate() {
            let one = service.stranger().get(&format!("/v1/guide/{question}?kind={kind}")).expect(200);
            assert_eq!(one["answers"], json!([whole["answers"][position]]));
            assert_eq!((&one["safety"], &one["title"]), (&whole["safety"], &whole["title"]));
        }
    }
}

#[test]
fn every_link_leads_to_something_that_is_served_for_that_kind() {
    let service = Service::start();
    let mut led = 0;
    for question in QUESTIONS {
        let page = service.stranger().get(&format!("/v1/guide/{question}")).expect(200);
        for answer in page["answers"].as_array().unwrap() {
            for (names, path) in [(&answer["practices"], "practices"), (&answer["question_sets"], "question-sets")] {
                for slug in words(names) {
                    let found = service.stranger().get(&format!("/v1/{path}/{slug}")).expect(200);
                    assert!(words(&found["kinds"]).contains(&answer["kind"].as_str().unwrap()), "{question} {slug}");
                    led += 1;
                }
            }
        }
    }
    assert!(led > 80, "{led}");
}

#[test]
fn points_come_in_their_order() {
    let service = Service::start();
    let page = service.stranger().get("/v1/guide/unbalanced?kind=friend").expect(200);
    let points: Vec<&str> = page["answers"][0]["points"].as_array().unwrap().iter().map(|point| point["id"].as_str().unwrap()).collect();
    assert_eq!(points, ["say", "season", "step-back", "lighter", "invest"]);
}

#[test]
fn what_is_no_question_is_not_found_and_what_is_no_kind_is_refused() {
    let service = Service::start();
    service.stranger().get("/v1/guide/who-is-right").problem(404, "not_found");
    service.stranger().get("/v1/guide/missing?kind=boss").problem(400, "invalid_parameter");
    service.stranger().get("/v1/guide/missing?kind=friend&kind=family").problem(400, "invalid_parameter");
}

#[test]
fn whoever_holds_a_page_already_is_told_so() {
    let service = Service::start();
    let mut tags = Vec::new();
    for path in ["/v1/guide", "/v1/guide/foster", "/v1/guide/foster?kind=friend", "/v1/guide/foster?kind=family", "/v1/guide/missing"] {
        let read = service.stranger().get(path);
        let tag = read.header("etag");
        assert_eq!((read.header("vary").as_str(), read.header("cache-control").as_str()), ("Accept-Language", "public, max-age=300"));
        let again = service.stranger().with("if-none-match", &tag).get(path);
        assert_eq!((again.status, again.text.as_str()), (304, ""));
        assert!(tag.len() == 66 && !tags.contains(&tag), "{path}");
        tags.push(tag);
    }
}
