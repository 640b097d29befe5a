//! The screen as everybody reads it.

use serde_json::{Value, json};

use super::LANGUAGES;
use crate::support::Service;

fn file(name: &str) -> Value {
    let path = format!("{}/content/safety/{name}.json", env!("CARGO_MANIFEST_DIR"));
    serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}

#[test]
fn anybody_reads_the_screen_in_five_languages_and_is_told_when_it_has_not_changed() {
    let service = Service::start();
    let stranger = service.stranger();
    let mut tags = Vec::new();
    for language in LANGUAGES {
        let reader = stranger.with("accept-language", language);
        let answer = reader.get("/v1/safety/screen");
        let (screen, words) = (answer.expect(200), file(language));
        assert_eq!((answer.header("content-language").as_str(), &screen["title"]), (language, &words["title"]));
        for item in screen["items"].as_array().unwrap() {
            assert_eq!(item["text"], words["items"][item["id"].as_str().unwrap()]["text"]);
        }
        let tag = answer.header("etag");
        assert_eq!(answer.header("cache-control"), "no-store", "reading it leaves no trace on a device that is shared");
        assert_eq!(reader.with("if-none-match", &tag).get("/v1/safety/screen").status, 304);
        tags.push(tag);
    }
    tags.sort();
    tags.dedup();
    assert_eq!(tags.len(), LANGUAGES.len());
}

#[test]
fn the_screen_says_what_follows_from_which_answer_so_that_nothing_has_to_be_sent() {
    let service = Service::start();
    let screen = service.stranger().get("/v1/safety/screen").expect(200);
    let stored = file("screen");
    for (item, said) in screen["items"].as_array().unwrap().iter().zip(stored["items"].as_array().unwrap()) {
        assert_eq!(
            (&item["id"], &item["resources_only_on"], &item["careful_on"]),
            (&said["id"], &said["resources_only_on"], &said["careful_on"])
        );
    }
    let ids: Vec<&Value> = screen["outcomes"].as_array().unwrap().iter().map(|outcome| &outcome["id"]).collect();
    assert_eq!(ids, ["resources_only", "careful", "open"]);
    assert_eq!(screen["outcomes"][0]["text_where_only"][0]["item"], "own_behaviour");
    assert_eq!(screen["outcomes"][1]["withheld_practices"], stored["outcomes"][1]["withheld_practices"]);
    assert_eq!((&screen["outcomes"][0]["coaching"], &screen["outcomes"][0]["withheld_openers"]), (&json!(false), &json!(true)));
    assert_eq!(screen["resources"], "/v1/safety/resources");
}
