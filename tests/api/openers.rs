//! Openers: sentences made of needs, listed for anybody, with places that the client fills and no figure anywhere.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::support::Service;

const LANGUAGES: [&str; 5] = ["en", "de", "es", "fr", "pt-BR"];

fn ids(list: &Value) -> Vec<&str> {
    list["data"].as_array().unwrap().iter().map(|opener| opener["id"].as_str().unwrap()).collect()
}

#[test]
fn anybody_finds_openers_for_a_need_and_a_situation() {
    let service = Service::start();
    let list = |query: &str| service.stranger().get(&format!("/v1/openers{query}")).expect(200);
    let all = list("");
    assert_eq!((all["data"].as_array().unwrap().len(), &all["version"]), (46, &json!(1)));
    assert_eq!(ids(&list("?need=help&situation=thanks")), ["help-thanks-1"]);
    assert_eq!(ids(&list("?need=help")).len(), 5);
    assert_eq!(ids(&list("?situation=after_a_no")).len(), 9);
    for (need, situation) in all["needs"].as_array().unwrap().iter().flat_map(|need| {
        let situations = all["situations"].as_array().unwrap();
        situations.iter().map(move |situation| (need["need"].as_str().unwrap(), situation["situation"].as_str().unwrap()))
    }) {
        assert!(!ids(&list(&format!("?need={need}&situation={situation}"))).is_empty(), "{need} {situation}");
    }
    for query in ["need=money", "need=", "situation=at_midnight", "need=help&need=space", "score=0.7&need=score"] {
        service.stranger().get(&format!("/v1/openers?{query}")).problem(400, "invalid_parameter");
    }
}

#[test]
fn a_client_can_fill_every_place_in_every_language() {
    let service = Service::start();
    for language in LANGUAGES {
        let list = service.stranger().with("accept-language", language).get("/v1/openers").expect(200);
        assert_eq!(list["language"], language);
        let slots: Vec<&str> = list["needs"].as_array().unwrap().iter().filter_map(|need| need["slot"].as_str()).collect();
        assert_eq!(slots.len(), 8, "every need but any");
        for opener in list["data"].as_array().unwrap() {
            let named: BTreeSet<&str> = opener["slots"].as_array().unwrap().iter().map(|slot| slot.as_str().unwrap()).collect();
            let text = opener["text"].as_str().unwrap();
            assert_eq!(text.contains("{alias}"), named.contains("alias"), "{text}");
            assert_eq!(text.contains("{need}"), named.contains("need"), "{text}");
            let filled = text.replace("{alias}", "Sam").replace("{need}", slots[0]);
            assert!(!filled.contains(['{', '}']), "{filled}");
            assert!(!filled.contains(|c: char| c.is_numeric() || c == '%'), "{filled}");
        }
    }
}

#[test]
fn openers_are_told_apart_by_language_and_by_what_was_asked_and_are_not_sent_twice() {
    let service = Service::start();
    let mut tags = BTreeSet::new();
    for language in LANGUAGES {
        for path in ["/v1/openers", "/v1/openers?need=help", "/v1/openers?situation=start"] {
            let client = service.stranger().with("accept-language", language);
            let read = client.get(path);
            read.expect(200);
            assert_eq!((read.header("content-language").as_str(), read.header("vary").as_str()), (language, "Accept-Language"));
            assert_eq!(read.header("cache-control"), "public, max-age=300");
            let again = client.with("if-none-match", &read.header("etag")).get(path);
            assert_eq!((again.status, again.text.as_str()), (304, ""));
            assert!(tags.insert(read.header("etag")), "{language} {path}");
        }
    }
}

#[test]
fn openers_say_for_whom_they_are_not() {
    let service = Service::start();
    let list = service.stranger().get("/v1/openers").expect(200);
    assert_eq!(list["contraindications"], json!(["fear", "crisis", "no_contact"]));
    assert!(list["note"].as_str().unwrap().contains("afraid"));
    assert_eq!((&list["kinds"], &list["languages"]), (&json!(["dating", "partner", "family", "friend"]), &json!(LANGUAGES)));
}
