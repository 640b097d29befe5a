//! The monthly review: strengths first, one question, and nothing that could hurt whoever is shown it.

use serde_json::{Value, json};

use crate::support::{Client, Service};

const MONTH: &str = "2026-02";
const LANGUAGES: [&str; 5] = ["en", "de", "es", "fr", "pt-BR"];

/// A friendship in which both reach out by turns, every other day from November to the end of February; good news in February alone.
fn alive(me: &Client, alias: &str) -> String {
    let made = me.post("/v1/relationships", &json!({"alias": alias, "kind": "friend", "kept_by": "neither"}));
    let id = made.expect(201)["id"].clone();
    let first = chrono::NaiveDate::from_ymd_opt(2025, 11, 2).unwrap();
    let mut items: Vec<Value> =
        (0..60).map(|n| entry(&id, if n % 2 == 0 { "me" } else { "them" }, "initiation", first + chrono::Days::new(2 * n))).collect();
    for day in [3, 3, 10, 17] {
        items.push(entry(&id, "them", "celebration", chrono::NaiveDate::from_ymd_opt(2026, 2, day).unwrap()));
    }
    log(me, &items);
    made.header("location")
}

/// One in which the logger starts nearly everything, and is drained each time.
fn lopsided(me: &Client) -> String {
    let made = me.post("/v1/relationships", &json!({"alias": "Sam", "kind": "friend"}));
    let id = made.expect(201)["id"].clone();
    let first = chrono::NaiveDate::from_ymd_opt(2025, 11, 2).unwrap();
    let drained = |n: u64| {
        let mut one = entry(&id, if n % 12 == 11 { "them" } else { "me" }, "initiation", first + chrono::Days::new(2 * n));
        one["interaction"]["energy_after"] = json!(-2);
        one
    };
    log(me, &(0..60).map(drained).collect::<Vec<_>>());
    made.header("location")
}

fn entry(relationship: &Value, actor: &str, dimension: &str, day: chrono::NaiveDate) -> Value {
    let interaction =
        json!({"actor": actor, "dimension": dimension, "occurred_at": format!("{day}T10:00:00Z"), "note": "a planted secret"});
    json!({"relationship_id": relationship, "interaction": interaction})
}

fn log(me: &Client, items: &[Value]) {
    assert_eq!(me.post("/v1/interactions/batch", &json!({ "items": items })).expect(200)["refused"], 0);
}

fn texts(language: &str) -> Value {
    let path = format!("{}/content/texts/{language}.json", env!("CARGO_MANIFEST_DIR"));
    serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}

/// Every text in a JSON value.
fn said(value: &Value) -> Vec<&str> {
    match value {
        Value::String(text) => vec![text],
        Value::Array(all) => all.iter().flat_map(said).collect(),
        Value::Object(all) => all.values().flat_map(said).collect(),
        Value::Null | Value::Bool(_) | Value::Number(_) => Vec::new(),
    }
}

#[test]
fn a_month_is_told_strengths_first_with_one_question_in_the_readers_language() {
    let service = Service::start();
    let me = service.someone();
    let tie = alive(&me, "Sam");
    for language in LANGUAGES {
        let words = texts(language);
        let answer = me.with("accept-language", language).get(&format!("{tie}/reviews/{MONTH}"));
        let review = answer.expect(200);
        assert_eq!((&review["from"], &review["to"], &review["complete"]), (&json!("2026-02-01"), &json!("2026-02-28"), &json!(true)));
        let shared = json!({"code": "shared_starting", "whose": "both", "text": words["review.strength.shared_starting.both"]});
        assert!(review["strengths"].as_array().unwrap().contains(&shared), "{review}");
        let counted = |dimension: &str, days: u32, before: u32| json!({"dimension": dimension, "name": words[format!("dimension.{dimension}")], "days": days, "days_before": before});
        assert_eq!(review["noticed"], json!([counted("celebration", 3, 0), counted("initiation", 14, 16)]));
        let asked = (1..=12).filter(|n| words[format!("review.question.{n}")] == review["question"]).count();
        assert_eq!((asked, &review["note"]), (1, &words["review.note"]));
        assert_eq!(answer.header("content-language"), language);
        let place = |member: &str| answer.text.find(&format!("\"{member}\"")).unwrap();
        assert!(place("strengths") < place("noticed") && place("noticed") < place("question"));
        assert_eq!(
            me.with("accept-language", language)
                .with("if-none-match", &answer.header("etag"))
                .get(&format!("{tie}/reviews/{MONTH}"))
                .status,
            304
        );
    }
}

#[test]
fn nothing_in_it_is_a_pattern_a_figure_about_a_person_or_something_to_do() {
    let service = Service::start();
    let me = service.someone();
    let tie = lopsided(&me);
    let assessed = me.post(&format!("{tie}/assessments"), &json!({"as_of": "2026-02-28"})).expect(201);
    assert!(assessed["patterns"].as_array().unwrap().len() >= 2 && assessed.get("next_step").is_some(), "{assessed}");
    let review = me.get(&format!("{tie}/reviews/{MONTH}")).expect(200);
    for pattern in assessed["patterns"].as_array().unwrap() {
        assert!(!review.to_string().contains(pattern["code"].as_str().unwrap()), "{review}");
    }
    let members: Vec<&String> = review.as_object().unwrap().keys().collect();
    let known = ["complete", "from", "month", "note", "noticed", "question", "relationship_id", "resources", "strengths", "to"];
    assert_eq!(members, known);
    let page = me.with("accept", "text/html").get(&format!("{tie}/reviews/{MONTH}"));
    assert_eq!(page.status, 200);
    let words = texts("en");
    let hurtful = ["pattern.", "state.", "reading.", "note.", "change.", "label.balance", "label.patterns", "label.give_more"];
    for (key, text) in words.as_object().unwrap() {
        let text = text.as_str().unwrap();
        if hurtful.iter().any(|family| key.starts_with(family)) {
            assert!(!page.text.contains(text) && !said(&review).contains(&text), "{key}: {text}");
        }
    }
    for member in ["probability", "balance", "next_step", "practice", "a planted secret", "entry_ids"] {
        assert!(!page.text.contains(member) && !review.to_string().contains(member), "{member}");
    }
}

#[test]
fn what_came_of_promises_and_repairs_is_noticed_and_nothing_is_told_of_the_logger_alone() {
    let service = Service::start();
    let me = service.someone();
    let made = me.post("/v1/relationships", &json!({"alias": "Sam", "kind": "friend"}));
    made.expect(201);
    let tie = made.header("location");
    for day in 2..9 {
        let made = format!("2026-02-{day:02}");
        for (by, status) in [("me", "kept"), ("them", "broken")] {
            let promise = json!({"by": by, "local_date": made, "status": status, "settled_on": made});
            me.post(&format!("{tie}/promises"), &promise).expect(201);
        }
    }
    me.post(&format!("{tie}/repairs"), &json!({"local_date": "2026-02-03", "moved_first": "them", "moved_on": "2026-02-04"})).expect(201);
    let assessed = me.post(&format!("{tie}/assessments"), &json!({"as_of": "2026-02-28"})).expect(201);
    assert!(assessed["strengths"].as_array().unwrap().iter().any(|one| one["code"] == "keeps_promises" && one["whose"] == "me"));
    let review = me.get(&format!("{tie}/reviews/{MONTH}")).expect(200);
    let days: Vec<(&str, u64)> = review["noticed"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| (one["dimension"].as_str().unwrap(), one["days"].as_u64().unwrap()))
        .collect();
    assert_eq!(days, [("promises_kept", 7), ("repair", 1)]);
    assert_eq!(review["strengths"], json!([]));
}

#[test]
fn on_the_first_of_a_month_there_is_nothing_of_it_to_tell_yet() {
    let service = Service::start();
    let me = service.someone();
    let tie = alive(&me, "Sam");
    service.clock.advance(chrono::TimeDelta::days(30));
    let me = me.signed_in_again();
    me.get(&format!("{tie}/reviews/2026-04")).problem(404, "not_found");
    me.get(&format!("{tie}/reviews/2026-03")).expect(200);
}

#[test]
fn what_was_answered_about_safety_changes_not_a_byte_of_it() {
    let service = Service::start();
    let me = service.someone();
    let tie = alive(&me, "Sam");
    let read = |form: &str| {
        let answer = me.with("accept", form).get(&format!("{tie}/reviews/{MONTH}"));
        (answer.status, answer.header("etag"), answer.text)
    };
    let before = [read("application/json"), read("text/html")];
    for answer in ["yes", "no", "prefer_not_to_say"] {
        me.put(&format!("{tie}/safety"), &json!({"answers": [{"item": "threats", "answer": answer}]})).expect(200);
        assert_eq!([read("application/json"), read("text/html")], before, "{answer}");
    }
}

#[test]
fn a_running_month_goes_to_the_last_day_that_is_over_and_one_to_come_is_not_there() {
    let service = Service::start();
    let me = service.someone();
    let tie = alive(&me, "Sam");
    let running = me.get(&format!("{tie}/reviews/2026-03")).expect(200);
    assert_eq!((&running["to"], &running["complete"], &running["noticed"][0]["days"]), (&json!("2026-03-01"), &json!(false), &json!(0)));
    assert_eq!(running["noticed"][0].get("days_before"), None, "a part is not to be set beside a whole");
    assert_ne!(running["question"], me.get(&format!("{tie}/reviews/{MONTH}")).expect(200)["question"]);
    for month in ["2026-04", "2026-13", "2026-3", "1969-12", "february"] {
        me.get(&format!("{tie}/reviews/{month}")).problem(404, "not_found");
    }
    let empty = me.get(&format!("{tie}/reviews/2024-05")).expect(200);
    assert_eq!((&empty["strengths"], &empty["noticed"]), (&json!([]), &json!([])));
    let page = me.with("accept", "text/html").get(&format!("{tie}/reviews/2024-05"));
    assert!(page.text.contains(texts("en")["review.nothing_noticed"].as_str().unwrap()), "{}", page.text);
}

#[test]
fn its_page_runs_nothing_fetches_nothing_and_says_nothing_on_the_tab() {
    let service = Service::start();
    let me = service.someone();
    let tie = alive(&me, "<Sam>");
    let page = me.with("accept", "text/html").with("accept-language", "de").get(&format!("{tie}/reviews/{MONTH}"));
    assert_eq!((page.header("content-type").as_str(), page.header("content-language").as_str()), ("text/html; charset=utf-8", "de"));
    assert!(page.header("content-security-policy").starts_with("default-src 'none'"));
    let words = texts("de");
    let text = |key: &str| words[key].as_str().unwrap();
    assert!(page.text.contains("<h1>Februar 2026</h1>") && page.text.contains(&format!("<title>{}</title>", text("label.tab"))));
    let at = |needle: &str| page.text.find(needle).unwrap_or_else(|| panic!("{needle} in {}", page.text));
    assert!(at(text("label.strengths")) < at(text("label.noticed")) && at(text("label.noticed")) < at(text("label.question")));
    for hostile in ["<script", "http", "Sam", "src="] {
        assert!(!page.text.contains(hostile), "{hostile}");
    }
    me.with("accept", "image/svg+xml").get(&format!("{tie}/reviews/{MONTH}")).problem(406, "not_acceptable");
}
