//! Practices: listed and read by anybody, in the reader's language, from any cache on the way.

use serde_json::{Value, json};

use crate::support::Service;

fn slugs(list: &Value) -> Vec<&str> {
    list["data"].as_array().unwrap().iter().map(|practice| practice["slug"].as_str().unwrap()).collect()
}

#[test]
fn anybody_finds_practices_by_kind_dimension_effort_and_length() {
    let service = Service::start();
    let list = |query: &str| service.stranger().get(&format!("/v1/practices{query}")).expect(200);
    assert_eq!(slugs(&list("")).len(), 12);
    assert!(!slugs(&list("?kind=dating")).contains(&"daily-check-in"));
    assert!(slugs(&list("?kind=partner")).contains(&"daily-check-in"));
    assert_eq!(slugs(&list("?dimension=celebration&effort=low&max_minutes=5")), ["good-news-response"]);
    assert_eq!(slugs(&list("?effort=high")), ["speaking-up"]);
    assert_eq!(list("?max_minutes=1")["data"], json!([]));
    let turns = list("?dimension=initiation&max_minutes=5")["data"].as_array().unwrap().last().unwrap().clone();
    assert_eq!(turns["slug"], "taking-turns");
    assert_eq!((&turns["takes_two"], &turns["suggested_cadence"], &turns["minutes"]), (&json!(true), &json!("FREQ=WEEKLY"), &json!(5)));
    assert_eq!(turns["title"], "Take turns at the first step");
}

#[test]
fn a_practice_comes_whole_with_steps_limits_and_what_is_known_about_it() {
    let service = Service::start();
    let practice = service.stranger().get("/v1/practices/step-back-test").expect(200);
    let listed = service.stranger().get("/v1/practices").expect(200);
    let listed = listed["data"].as_array().unwrap().iter().find(|one| one["slug"] == "step-back-test").unwrap().clone();
    for (member, value) in listed.as_object().unwrap() {
        assert_eq!(&practice[member], value, "{member}");
    }
    assert_eq!(practice["steps"].as_array().unwrap().len(), 6);
    assert_eq!(practice["length_days"], json!({"shortest": 7, "usual": 14, "longest": 28}));
    assert_eq!(practice["contraindications"], json!(["fear", "crisis", "minor", "dependent", "recent_loss", "no_contact"]));
    assert_eq!(practice["fits_states"], json!([{"state": "sustained_imbalance", "carries": "me"}]));
    assert_eq!((&practice["evidence"]["strength"], &practice["licence"]), (&json!("opinion"), &json!("MIT OR Apache-2.0")));
    assert!(practice.get("suggested_cadence").is_none());
    for member in ["why", "for_both", "not_when", "if_it_does_not_land"] {
        assert!(!practice[member].as_str().unwrap().is_empty(), "{member}");
    }
}

#[test]
fn a_practice_reads_as_the_kind_of_relationship_asks() {
    let service = Service::start();
    let read = |query: &str| service.stranger().get(&format!("/v1/practices/date-night-feedback{query}")).expect(200);
    let (general, friends) = (read(""), read("?kind=friend"));
    assert_eq!(general["worded_for"], json!(["family", "friend"]));
    for member in ["title", "summary", "steps"] {
        assert_ne!(general[member], friends[member], "{member}");
    }
    for member in ["why", "for_both", "not_when", "slug", "version"] {
        assert_eq!(general[member], friends[member], "{member}");
    }
    assert_eq!(read("?kind=partner"), general);
    let listed = service.stranger().get("/v1/practices?kind=friend&dimension=appreciation").expect(200);
    let listed = listed["data"].as_array().unwrap().iter().find(|one| one["slug"] == "date-night-feedback").unwrap();
    assert_eq!(listed["title"], friends["title"]);
}

#[test]
fn what_is_not_there_is_not_found_and_what_is_no_filter_is_refused() {
    let service = Service::start();
    let stranger = service.stranger();
    for slug in ["no-such-practice", "Boundaries", "boundaries%2F1"] {
        stranger.get(&format!("/v1/practices/{slug}")).problem(404, "not_found");
    }
    stranger.get("/v1/practices/boundaries?kind=boss").problem(400, "invalid_parameter");
    for query in [
        "kind=boss",
        "kind=",
        "dimension=charm",
        "effort=heroic",
        "max_minutes=0",
        "max_minutes=121",
        "max_minutes=-1",
        "max_minutes=few",
        "kind=friend&kind=family",
    ] {
        stranger.get(&format!("/v1/practices?{query}")).problem(400, "invalid_parameter");
    }
}

#[test]
fn each_language_has_its_words_and_says_which_they_are() {
    let service = Service::start();
    let mut titles = Vec::new();
    for (wanted, served) in
        [("de-AT", "de"), ("es-MX", "es"), ("fr-CA", "fr"), ("pt-br", "pt-BR"), ("pt", "en"), ("tlh, en-GB;q=0.5", "en")]
    {
        for path in ["/v1/practices", "/v1/practices/monthly-talk"] {
            let read = service.stranger().with("accept-language", wanted).get(path);
            read.expect(200);
            assert_eq!((read.header("content-language").as_str(), read.header("vary").as_str()), (served, "Accept-Language"), "{path}");
            assert_eq!(read.header("cache-control"), "public, max-age=300");
            assert_eq!(read.header("content-type"), "application/json");
        }
        let body = service.stranger().with("accept-language", wanted).get("/v1/practices/monthly-talk").expect(200);
        assert_eq!((&body["language"], &body["languages"]), (&json!(served), &json!(["en", "de", "es", "fr", "pt-BR"])));
        titles.push(body["title"].as_str().unwrap().to_owned());
    }
    titles.sort();
    titles.dedup();
    assert_eq!(titles.len(), 5);
}

#[test]
fn whoever_holds_a_practice_already_is_told_so() {
    let service = Service::start();
    let mut tags = Vec::new();
    let paths = [
        "/v1/practices",
        "/v1/practices?kind=dating",
        "/v1/practices/date-night-feedback",
        "/v1/practices/date-night-feedback?kind=friend",
    ];
    for path in paths {
        let tag = service.stranger().get(path).header("etag");
        assert!(tag.starts_with('"') && tag.len() == 66, "{tag}");
        let again = service.stranger().with("if-none-match", &tag).get(path);
        assert_eq!((again.status, again.text.as_str()), (304, ""));
        assert_eq!((again.header("etag"), again.header("vary")), (tag.clone(), "Accept-Language".to_owned()));
        service.stranger().with("if-none-match", "\"another\"").get(path).expect(200);
        assert!(!tags.contains(&tag), "{path}");
        tags.push(tag);
    }
    let german = service.stranger().with("accept-language", "de").get("/v1/practices/date-night-feedback").header("etag");
    assert!(!tags.contains(&german));
}
