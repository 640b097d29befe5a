//! Question sets: listed and read by anybody, in the reader's language, from any cache on the way.

use serde_json::{Value, json};

use crate::support::Service;

fn slugs(list: &Value) -> Vec<&str> {
    list["data"].as_array().unwrap().iter().map(|set| set["slug"].as_str().unwrap()).collect()
}

#[test]
fn anybody_finds_the_sets_for_a_kind_a_purpose_and_a_length() {
    let service = Service::start();
    let stranger = service.stranger();
    let all = stranger.get("/v1/question-sets").expect(200);
    assert_eq!(all["data"].as_array().unwrap().len(), 13);
    assert!(all.get("next_cursor").is_none());
    let friends = stranger.get("/v1/question-sets?kind=friend").expect(200);
    assert_eq!(friends["data"].as_array().unwrap().len(), 10);
    assert_eq!(slugs(&stranger.get("/v1/question-sets?kind=friend&max_items=6").expect(200)), ["after-interaction-pulse"]);
    assert_eq!(slugs(&stranger.get("/v1/question-sets?kind=friend&purpose=in_depth").expect(200)), ["friendship-check"]);
    assert_eq!(slugs(&stranger.get("/v1/question-sets?kind=friend&purpose=overview").expect(200)), ["reciprocity-check"]);
    assert_eq!(slugs(&stranger.get("/v1/question-sets?max_items=6").expect(200)), ["after-interaction-pulse"]);
    assert_eq!(stranger.get("/v1/question-sets?max_items=1").expect(200)["data"], json!([]));
    let pulse = &friends["data"][0];
    assert_eq!((&pulse["item_count"], &pulse["minutes"], &pulse["version"]), (&json!(6), &json!(1), &json!(1)));
    assert_eq!(pulse["kinds"], json!(["dating", "partner", "family", "friend"]));
    let purposes = ["overview", "after_interaction", "weekly", "monthly", "over_functioning", "repair", "trust", "mutual", "boundaries"];
    for purpose in purposes {
        assert_eq!(slugs(&stranger.get(&format!("/v1/question-sets?purpose={purpose}")).expect(200)).len(), 1, "{purpose}");
    }
}

#[test]
fn a_set_comes_whole_with_words_scales_and_what_is_not_known_about_it() {
    let service = Service::start();
    let set = service.stranger().get("/v1/question-sets/reciprocity-check").expect(200);
    let listed = service.stranger().get("/v1/question-sets?kind=friend&purpose=overview").expect(200)["data"][0].clone();
    for (member, value) in listed.as_object().unwrap() {
        assert_eq!(&set[member], value, "{member}");
    }
    let items = set["items"].as_array().unwrap();
    let item = |id: &str| items.iter().find(|item| item["id"] == id).unwrap();
    assert_eq!(items.len(), 23);
    assert_eq!((&item("es-give-1")["mirror"], &item("es-give-1")["perspective"]), (&json!("es-receive-1"), &json!("giving")));
    assert_eq!(item("rep-give-1")["enable_when"], json!({"item": "rep-gate-1", "operator": "equals", "value": 1}));
    assert!(item("es-give-1").get("enable_when").is_none());
    assert!(item("energy-1").get("dimension").is_none());
    let scale = set["scales"].as_array().unwrap().iter().find(|scale| scale["id"] == "energy").unwrap();
    assert_eq!(scale["options"][0], json!({"value": -3, "code": "very_drained", "label": "Very drained"}));
    assert_eq!((&set["licence"], &set["reliability"]), (&json!("MIT OR Apache-2.0"), &json!("provisional")));
    assert!(set["evidence_note"].as_str().unwrap().contains("Not a clinical instrument"));
    for member in items {
        assert!(!member["text"].as_str().unwrap().is_empty());
        assert!(set["scales"].as_array().unwrap().iter().any(|scale| scale["id"] == member["scale"]));
    }
}

#[test]
fn a_version_is_read_by_its_number_and_what_is_not_there_is_not_found() {
    let service = Service::start();
    let stranger = service.stranger();
    let newest = stranger.get("/v1/question-sets/family-check").expect(200);
    assert_eq!(stranger.get("/v1/question-sets/family-check?version=1").expect(200), newest);
    stranger.get("/v1/question-sets/family-check?version=9").problem(404, "not_found");
    stranger.get("/v1/question-sets/no-such-check").problem(404, "not_found");
    for path in ["family-check?version=0", "family-check?version=x", "family-check?version=10001"] {
        stranger.get(&format!("/v1/question-sets/{path}")).problem(400, "invalid_parameter");
    }
    for query in ["kind=boss", "purpose=fun", "max_items=0", "max_items=-1", "max_items=41", "max_items=few"] {
        stranger.get(&format!("/v1/question-sets?{query}")).problem(400, "invalid_parameter");
    }
}

#[test]
fn the_answer_says_its_language_and_how_long_it_may_be_kept() {
    let service = Service::start();
    for path in ["/v1/question-sets", "/v1/question-sets/partner-check"] {
        let read = service.stranger().with("accept-language", "tlh, en-GB;q=0.5").get(path);
        read.expect(200);
        assert_eq!(read.header("content-language"), "en");
        assert_eq!(read.header("vary"), "Accept, Accept-Language");
        assert_eq!(read.header("cache-control"), "public, max-age=300");
        assert_eq!(read.header("content-type"), "application/json");
    }
    let body = service.stranger().with("accept-language", "tlh").get("/v1/question-sets/partner-check").expect(200);
    assert_eq!((&body["language"], &body["languages"]), (&json!("en"), &json!(["en", "de", "es", "fr", "pt-BR"])));
    for (wanted, served) in [("de-AT", "de"), ("es-MX", "es"), ("fr-CA", "fr"), ("pt-br", "pt-BR"), ("pt", "en")] {
        let read = service.stranger().with("accept-language", wanted).get("/v1/question-sets/partner-check");
        assert_eq!(read.expect(200)["language"], json!(served));
        assert_eq!(read.header("content-language"), served);
    }
}

#[test]
fn whoever_holds_a_set_already_is_told_so() {
    let service = Service::start();
    let mut tags = Vec::new();
    for path in ["/v1/question-sets", "/v1/question-sets?kind=family", "/v1/question-sets/partner-check", "/v1/question-sets/family-check"]
    {
        let tag = service.stranger().get(path).header("etag");
        assert!(tag.starts_with('"') && tag.len() == 66, "{tag}");
        let again = service.stranger().with("if-none-match", &tag).get(path);
        assert_eq!((again.status, again.text.as_str()), (304, ""));
        assert_eq!((again.header("etag"), again.header("cache-control")), (tag.clone(), "public, max-age=300".to_owned()));
        assert_eq!(again.header("vary"), "Accept, Accept-Language");
        service.stranger().with("if-none-match", "\"another\"").get(path).expect(200);
        assert!(!tags.contains(&tag));
        tags.push(tag);
    }
}
