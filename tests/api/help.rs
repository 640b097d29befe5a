//! The directory of help: for anybody, always there, honest about its age, and without a trace on the way.

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::{Value, json};

use crate::support::{Client, Running, Service};

const PATH: &str = "/v1/safety/resources";

fn regions(body: &Value) -> Vec<&str> {
    body["regions"].as_array().unwrap().iter().map(|region| region["region"].as_str().unwrap()).collect()
}

fn services(body: &Value) -> Vec<&Value> {
    body["regions"].as_array().unwrap().iter().flat_map(|region| region["entries"].as_array().unwrap()).collect()
}

#[test]
fn anybody_finds_help_in_their_country_and_beside_it_what_is_international() {
    let service = Service::start();
    let all = service.stranger().get(PATH).expect(200);
    assert_eq!((regions(&all).len(), services(&all).len()), (21, 71));
    assert_eq!(regions(&all).last(), Some(&"international"));
    let german = service.stranger().get(&format!("{PATH}?region=DE")).expect(200);
    assert_eq!(regions(&german), ["DE", "international"]);
    assert_eq!(german["regions"][0]["emergency"], json!(["112", "110"]));
    assert_eq!(german["regions"][0]["emergency_text"], "If you are in danger now, call 112.");
    assert_eq!(german["regions"][1]["emergency_text"], german["emergency_unknown"]);
    assert_eq!(service.stranger().get(&format!("{PATH}?region=de")).expect(200), german);
    assert_eq!(regions(&service.stranger().get(&format!("{PATH}?region=ZZ")).expect(200)), ["international"]);
}

#[test]
fn topic_and_language_narrow_what_is_national_and_nothing_that_is_international() {
    let service = Service::start();
    let list = |query: &str| service.stranger().get(&format!("{PATH}?{query}")).expect(200);
    let own = list("topic=own_behaviour");
    let national: Vec<&Value> = services(&own).into_iter().filter(|one| !one["id"].as_str().unwrap().starts_with("int-")).collect();
    assert_eq!((national.len(), services(&own).len()), (4, 7));
    assert!(national.iter().all(|one| one["topics"].as_array().unwrap().contains(&json!("own_behaviour"))));
    let hindi = list("region=IN&language=hi");
    assert!(services(&hindi).len() > 3);
    let portuguese = list("region=BR&language=pt&topic=crisis");
    assert_eq!(services(&portuguese)[0]["phone"], "188");
    let nobody = list("region=BR&language=tlh");
    assert_eq!((regions(&nobody), services(&nobody).len()), (vec!["BR", "international"], 3));
    assert_eq!(nobody["regions"][0]["emergency"], json!(["190", "192"]), "the emergency numbers are there whatever is asked for");
}

#[test]
fn every_service_says_where_it_was_read_when_how_and_until_when_that_holds() {
    let service = Service::start();
    let all = service.stranger().get(PATH).expect(200);
    for one in services(&all) {
        assert!(one["source"].as_str().unwrap().starts_with("https://"), "{one}");
        assert!(["official_copy", "public_body_copy", "other_copy"].contains(&one["confirmed"].as_str().unwrap()), "{one}");
        assert!(one["checked"].as_str().unwrap() < one["review_by"].as_str().unwrap(), "{one}");
        assert!(one.get("phone").is_some() || one.get("web").is_some(), "{one}");
        for inner in ["note", "seen_at"] {
            assert!(one.get(inner).is_none(), "{inner} is for whoever looks at it again");
        }
    }
    let crisis = service.stranger().get(&format!("{PATH}?region=GB&topic=crisis")).expect(200);
    let shout = services(&crisis).into_iter().find(|one| one["id"] == "gb-shout").unwrap();
    assert_eq!((&shout["hours"], &shout["text"]), (&json!("24/7"), &json!({"by": "sms", "to": "85258"})));
    assert_eq!((&shout["languages"], &shout["checked"], &shout["confirmed"]), (&json!(["en"]), &json!("2026-01-18"), &json!("other_copy")));
}

#[test]
fn help_that_was_not_looked_at_again_in_time_is_still_there_and_says_so() {
    let service = Service::start();
    let before = service.stranger().get(&format!("{PATH}?region=DE"));
    let fresh = before.expect(200);
    assert!(services(&fresh).iter().all(|one| one["review_overdue"] == false));
    let first = services(&fresh).iter().map(|one| one["review_by"].as_str().unwrap().to_owned()).min().unwrap();
    let due: DateTime<Utc> = format!("{first}T23:59:59Z").parse().unwrap();
    service.clock.advance(due - service.clock.now());
    assert_eq!(service.stranger().get(&format!("{PATH}?region=DE")).header("etag"), before.header("etag"), "not before the day is over");
    service.clock.advance(TimeDelta::seconds(1));
    let after = service.stranger().with("if-none-match", &before.header("etag")).get(&format!("{PATH}?region=DE"));
    let late = after.expect(200);
    assert_eq!(services(&late).len(), services(&fresh).len(), "old help is better than none");
    for one in services(&late) {
        assert_eq!(one["review_overdue"], json!(one["review_by"].as_str().unwrap() == first), "{one}");
    }
    assert!(services(&late).iter().any(|one| one["review_overdue"] == true));
}

#[test]
fn the_words_around_the_services_are_in_the_readers_language() {
    let service = Service::start();
    let mut titles = Vec::new();
    for (wanted, served) in [("en", "en"), ("de-CH", "de"), ("es-AR", "es"), ("fr", "fr"), ("pt-BR", "pt-BR")] {
        let read = service.stranger().with("accept-language", wanted).get(&format!("{PATH}?region=CH"));
        let body = read.expect(200);
        assert_eq!((read.header("content-language").as_str(), read.header("vary").as_str()), (served, "Accept-Language"));
        assert!(body["regions"][0]["emergency_text"].as_str().unwrap().contains("112"), "{body}");
        assert!(body["labels"]["area"].as_str().unwrap().contains("{area}"));
        assert_eq!((body["topics"].as_array().unwrap().len(), body["for_whom"].as_array().unwrap().len()), (5, 4));
        titles.push(body["title"].as_str().unwrap().to_owned());
    }
    titles.sort();
    titles.dedup();
    assert_eq!(titles.len(), 5);
}

#[test]
fn that_somebody_looked_for_help_is_kept_nowhere_and_still_not_sent_twice() {
    let service = Service::start();
    let read = service.stranger().get(PATH);
    assert_eq!(read.header("cache-control"), "no-store");
    let tag = read.header("etag");
    assert!(tag.starts_with('"') && tag.len() == 66, "{tag}");
    let again = service.stranger().with("if-none-match", &tag).get(PATH);
    assert_eq!((again.status, again.text.as_str(), again.header("cache-control").as_str()), (304, "", "no-store"));
}

#[test]
fn what_is_no_filter_is_refused() {
    let service = Service::start();
    for query in ["region=DEU", "region=D1", "region=", "topic=money", "topic=", "language=german_de", "language=", "region=DE&region=AT"] {
        service.stranger().get(&format!("{PATH}?{query}")).problem(400, "invalid_parameter");
    }
    service.stranger().get(&format!("{PATH}?language={}", "abcdefgh-".repeat(4) + "abcdefgh")).problem(400, "invalid_parameter");
}

#[test]
fn help_and_everything_else_to_read_needs_no_database() {
    let alone = Running::without_database("postgres://nobody:nothing@127.0.0.1:1/nowhere");
    let stranger = Client::new(alone.address, None);
    for path in [
        PATH,
        "/v1/safety/resources?region=FR",
        "/v1/practices",
        "/v1/practices/boundaries",
        "/v1/openers",
        "/v1/guide",
        "/v1/guide/missing?kind=family",
    ] {
        stranger.get(path).expect(200);
    }
}
