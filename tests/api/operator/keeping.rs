//! From a draft to what is retired: what can change, what cannot, and what the rules say of it.

use diesel::connection::SimpleConnection;
use serde_json::{Value, json};

use crate::support::operator::{ALL, EVENING, draft, make, offer, operator, path, publish, retire};
use crate::support::{Answer, Client, Service, rows};

fn replace(keeper: &Client, tag: &str, document: &Value) -> Answer {
    keeper.with("if-match", tag).put(EVENING, document)
}

fn pointers(answer: &Value) -> Vec<(String, String)> {
    let of = |one: &Value| (one["pointer"].as_str().unwrap().to_owned(), one["code"].as_str().unwrap().to_owned());
    answer["errors"].as_array().unwrap().iter().map(of).collect()
}

fn slugs(service: &Service) -> Vec<String> {
    let listed = service.stranger().get("/v1/question-sets").expect(200);
    listed["data"].as_array().unwrap().iter().map(|set| set["slug"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn a_draft_is_seen_by_operators_and_by_nobody_else() {
    let service = Service::start();
    let (keeper, me) = (operator(&service), service.someone());
    let made = make(&keeper, "evening-check", 1);
    let said = made.expect(201);
    assert_eq!((&said["status"], &said["findings"], &said["set"]["status"]), (&json!("draft"), &json!([]), &json!("draft")));
    assert_eq!((made.header("etag").as_str(), made.header("location").as_str()), ("\"1\"", EVENING));
    assert!(!slugs(&service).contains(&"evening-check".to_owned()));
    service.stranger().get("/v1/question-sets/evening-check").problem(404, "not_found");
    service.stranger().get("/v1/question-sets/evening-check?version=1").problem(404, "not_found");
    let tie = crate::support::everything::relationship(&me);
    let answered = me.post(&format!("{tie}/responses"), &json!({"question_set": "evening-check", "answers": []}));
    assert_eq!(pointers(&answered.problem(422, "validation_failed"))[0].1, "unknown_question_set");
    let as_people = "SELECT count(*) AS count FROM question_sets_made";
    let mut conn = service.database.connect();
    conn.batch_execute("SET ROLE reciprocity_app").unwrap();
    assert_eq!(rows::count(&mut conn, as_people), 0, "people's transactions see no draft");
    conn.batch_execute("SET reciprocity.keeps = 'content'").unwrap();
    assert_eq!(rows::count(&mut conn, as_people), 1);
}

#[test]
fn a_draft_is_replaced_only_by_whoever_has_seen_it() {
    let service = Service::start();
    let keeper = operator(&service);
    make(&keeper, "evening-check", 1).expect(201);
    let mut changed = draft("evening-check", 1);
    changed["words"]["en"]["title"] = json!("Our evening");
    keeper.put(EVENING, &changed).problem(428, "precondition_required");
    keeper.with("if-none-match", "*").put(EVENING, &changed).problem(412, "precondition_failed");
    let answer = replace(&keeper, "\"1\"", &changed);
    assert_eq!((answer.expect(200)["words"]["en"]["title"].clone(), answer.header("etag").as_str()), (json!("Our evening"), "\"2\""));
    replace(&keeper, "\"1\"", &draft("evening-check", 1)).problem(412, "precondition_failed");
    keeper.with("if-match", "*").put(&path("evening-check", 2), &draft("evening-check", 2)).problem(412, "precondition_failed");
    assert_eq!(keeper.get(EVENING).expect(200)["words"]["en"]["title"], "Our evening");
    assert_eq!(keeper.with("if-none-match", "\"2\"").get(EVENING).status, 304);
}

#[test]
fn a_draft_may_break_rules_and_is_not_published_until_it_keeps_them() {
    let service = Service::start();
    let keeper = operator(&service);
    make(&keeper, "evening-check", 1).expect(201);
    let mut faulty = draft("evening-check", 1);
    faulty["words"]["en"]["items"]["heard-1"] = json!("They listen and they are never toxic.");
    faulty["set"]["items"][1]["mirror"] = json!("nothing");
    let told = replace(&keeper, "\"1\"", &faulty).expect(200);
    let findings: Vec<(&str, &str, bool)> = told["findings"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| (one["pointer"].as_str().unwrap(), one["code"].as_str().unwrap(), one["refuses"].as_bool().unwrap()))
        .collect();
    let item = "/words/en/items/heard-1";
    for wanted in [
        ("/set/items/1/mirror", "unknown_reference", true),
        (item, "double_barrelled", true),
        (item, "label", true),
        (item, "absolute", false),
    ] {
        assert!(findings.contains(&wanted), "{wanted:?} in {findings:?}");
    }
    let refused = pointers(&publish(&keeper, "evening-check", 1).problem(409, "question_set_not_ready"));
    assert!(refused.contains(&(item.to_owned(), "label".to_owned())), "{refused:?}");
    assert!(!refused.iter().any(|(_, code)| code == "absolute"), "what is only told keeps nothing from being published");
    assert!(!slugs(&service).contains(&"evening-check".to_owned()));
    let mut absolute = draft("evening-check", 1);
    absolute["words"]["en"]["items"]["heard-1"] = json!("They always listen.");
    replace(&keeper, "*", &absolute).expect(200);
    publish(&keeper, "evening-check", 1).expect(200);
    assert!(slugs(&service).contains(&"evening-check".to_owned()));
}

#[test]
fn a_draft_that_is_made_anew_is_not_the_one_that_was_removed() {
    let service = Service::start();
    let keeper = operator(&service);
    let first = make(&keeper, "evening-check", 1).header("etag");
    assert_eq!(keeper.delete(EVENING).status, 204);
    let second = make(&keeper, "evening-check", 1).header("etag");
    assert_ne!(first, second);
    replace(&keeper, &first, &draft("evening-check", 1)).problem(412, "precondition_failed");
    replace(&keeper, &second, &draft("evening-check", 1)).expect(200);
}

#[test]
fn a_name_that_a_later_build_brings_is_not_taken_from_it_by_a_draft() {
    let service = Service::start();
    let keeper = operator(&service);
    make(&keeper, "evening-check", 1).expect(201);
    // As if it had been begun before this build.
    let renamed = "UPDATE question_sets_made SET slug = 'partner-check', document = jsonb_set(document, '{set,slug}', '\"partner-check\"')";
    service.database.connect().batch_execute(renamed).unwrap();
    let before = service.stranger().get("/v1/question-sets/partner-check").text;
    let refused = pointers(&publish(&keeper, "partner-check", 1).problem(409, "question_set_not_ready"));
    assert_eq!(refused, [("/set/slug".to_owned(), "reserved".to_owned())]);
    service.refresh_question_sets().unwrap();
    assert_eq!(service.stranger().get("/v1/question-sets/partner-check").text, before);
}

#[test]
fn what_is_published_is_the_draft_that_was_looked_at() {
    let service = Service::start();
    let keeper = operator(&service);
    make(&keeper, "evening-check", 1).expect(201);
    replace(&keeper, "\"1\"", &draft("evening-check", 1)).expect(200);
    let publication = format!("{EVENING}/publication");
    keeper.send("PUT", &publication, None, Vec::new()).problem(428, "precondition_required");
    keeper.with("if-match", "\"1\"").send("PUT", &publication, None, Vec::new()).problem(412, "precondition_failed");
    let published = keeper.with("if-match", "\"2\"").send("PUT", &publication, None, Vec::new()).expect(200);
    assert_eq!((&published["status"], &published["set"]["status"]), (&json!("published"), &json!("published")));
    let again = keeper.with("if-match", "\"2\"").send("PUT", &publication, None, Vec::new()).expect(200);
    assert_eq!(again, published, "a second time changes nothing");
}

#[test]
fn a_published_version_does_not_change_whoever_asks() {
    let service = Service::start();
    let keeper = operator(&service);
    offer(&keeper, "evening-check", 1);
    let before = keeper.get(EVENING).expect(200);
    replace(&keeper, "*", &draft("evening-check", 1)).problem(409, "question_set_fixed");
    keeper.with("if-none-match", "*").put(EVENING, &draft("evening-check", 1)).problem(409, "question_set_fixed");
    keeper.delete(EVENING).problem(409, "question_set_fixed");
    let mut conn = service.database.connect();
    for change in [
        "UPDATE question_sets_made SET document = '{}'",
        "UPDATE question_sets_made SET status = 'draft', published_at = NULL",
        "UPDATE question_sets_made SET version = 7",
        "DELETE FROM question_sets_made",
    ] {
        assert!(conn.batch_execute(change).is_err(), "the database lets through: {change}");
    }
    assert_eq!(keeper.get(EVENING).expect(200), before);
    retire(&keeper, "evening-check", 1).expect(200);
    publish(&keeper, "evening-check", 1).problem(409, "question_set_fixed");
    assert!(conn.batch_execute("UPDATE question_sets_made SET status = 'published', retired_at = NULL").is_err(), "retired stays retired");
}

#[test]
fn no_transaction_of_people_changes_an_operators_set() {
    let service = Service::start();
    offer(&operator(&service), "evening-check", 1);
    make(&operator(&service), "evening-check", 2).expect(201);
    let mut conn = service.database.connect();
    conn.batch_execute("SET ROLE reciprocity_app").unwrap();
    for change in ["UPDATE question_sets_made SET revision = 9", "DELETE FROM question_sets_made"] {
        conn.batch_execute(change).unwrap();
    }
    let insert = "INSERT INTO question_sets_made (slug, version, status, document, created_at, updated_at) VALUES ('x', 1, 'draft', '{}', now(), now())";
    assert!(conn.batch_execute(insert).is_err());
    conn.batch_execute("RESET ROLE").unwrap();
    assert_eq!(rows::count(&mut conn, "SELECT count(*) AS count FROM question_sets_made WHERE revision < 9"), 2);
}

#[test]
fn versions_rise_and_names_of_built_in_sets_are_taken() {
    let service = Service::start();
    let keeper = operator(&service);
    let refused = |slug: &str, version: u32| pointers(&make(&keeper, slug, version).problem(422, "validation_failed"))[0].clone();
    assert_eq!(refused("partner-check", 2), ("/set/slug".to_owned(), "reserved".to_owned()));
    assert_eq!(refused("evening-check", 2), ("/set/version".to_owned(), "not_next_version".to_owned()));
    make(&keeper, "evening-check", 1).expect(201);
    assert_eq!(refused("evening-check", 2).1, "not_next_version", "the first is still a draft");
    publish(&keeper, "evening-check", 1).expect(200);
    assert_eq!(refused("evening-check", 3).1, "not_next_version");
    make(&keeper, "evening-check", 2).expect(201);
    assert_eq!(keeper.delete(&path("evening-check", 2)).status, 204);
    keeper.get(&path("evening-check", 2)).problem(404, "not_found");
    make(&keeper, "evening-check", 2).expect(201);
    let listed = keeper.get(ALL).expect(200);
    let said: Vec<(i64, &str)> =
        listed["data"].as_array().unwrap().iter().map(|one| (one["version"].as_i64().unwrap(), one["status"].as_str().unwrap())).collect();
    assert_eq!(said, [(1, "published"), (2, "draft")]);
}

#[test]
fn a_document_and_its_address_say_the_same() {
    let service = Service::start();
    let keeper = operator(&service);
    let mut other = draft("morning-check", 2);
    other["set"]["status"] = json!("published");
    let answer = keeper.with("if-none-match", "*").put(EVENING, &other);
    let said: Vec<String> = pointers(&answer.problem(422, "validation_failed")).into_iter().map(|(at, _)| at).collect();
    assert_eq!(said, ["/set/slug", "/set/version", "/set/status"]);
    for nowhere in
        ["/v1/admin/question-sets/Evening/1", "/v1/admin/question-sets/evening-check/0", "/v1/admin/question-sets/evening-check/10001"]
    {
        keeper.with("if-none-match", "*").put(nowhere, &draft("evening-check", 1)).problem(404, "not_found");
    }
    keeper.delete(EVENING).problem(404, "not_found");
    retire(&keeper, "evening-check", 1).problem(404, "not_found");
    make(&keeper, "evening-check", 1).expect(201);
    retire(&keeper, "evening-check", 1).problem(404, "not_found");
}

#[test]
fn looking_for_mistakes_stores_nothing() {
    let service = Service::start();
    let keeper = operator(&service);
    let before = rows::counts(&mut service.database.connect());
    let lint = |document: &Value| keeper.post("/v1/admin/question-sets/lint", document).expect(200);
    assert_eq!(lint(&draft("evening-check", 1)), json!({"publishable": true, "findings": []}));
    let mut faulty = draft("evening-check", 1);
    faulty["words"]["en"]["title"] = json!("Living with a Nar\u{ad}cissist");
    let found = lint(&faulty);
    assert_eq!(found["publishable"], false);
    assert_eq!(
        found["findings"],
        json!([{"pointer": "/words/en/title", "code": "label", "refuses": true, "matched": "narcis*",
            "detail": "Puts a label on a person; say what somebody did."}])
    );
    let mut without_english = draft("evening-check", 1);
    let english = without_english["words"].as_object_mut().unwrap().remove("en").unwrap();
    without_english["words"]["nl"] = english;
    let codes: Vec<Value> = lint(&without_english)["findings"].as_array().unwrap().iter().map(|one| one["code"].clone()).collect();
    assert_eq!(codes, ["missing_default_language", "not_looked_at"]);
    assert_eq!(rows::counts(&mut service.database.connect()), before);
}

#[test]
fn what_is_too_much_is_refused_before_it_is_looked_at() {
    let service = Service::start();
    let keeper = operator(&service);
    let refused = |spoil: fn(&mut Value)| {
        let mut document = draft("evening-check", 1);
        spoil(&mut document);
        pointers(&keeper.post("/v1/admin/question-sets/lint", &document).problem(422, "validation_failed"))[0].clone()
    };
    let told = |pointer: &str, code: &str| (pointer.to_owned(), code.to_owned());
    assert_eq!(refused(|document| document["words"]["en"]["title"] = json!("x".repeat(1_001))), told("/words/en/title", "too_long"));
    assert_eq!(refused(|document| document["words"]["en"]["title"] = json!("x\u{0}")), told("/words/en/title", "control_character"));
    assert_eq!(
        refused(|document| document["set"]["items"][1]["enable_when"] = Value::Null),
        told("/set/items/1/enable_when", "wrong_type")
    );
    assert_eq!(refused(|document| document["words"]["n".repeat(41)] = json!({})), told("/words", "too_long"));
    assert_eq!(refused(|document| document["words"]["\u{0}"] = json!({})), told("/words", "control_character"));
    assert_eq!(refused(|document| document["set"]["scoring"]["more"] = json!(1)), told("/set/scoring", "unknown_member"));
    let huge = json!({"set": "x".repeat(600_000)});
    keeper.post("/v1/admin/question-sets/lint", &huge).problem(413, "payload_too_large");
}
