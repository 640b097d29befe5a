//! Before and after: what changed in the ways that an adopted practice aims at, and nothing where nothing can be said.

use serde_json::{Value, json};

use super::{adopt, days_later};
use crate::experiments::{day, log, of};
use crate::support::{Client, Service};

fn tie(me: &Client) -> String {
    let made = me.post("/v1/relationships", &json!({"alias": "Sam", "kind": "partner"}));
    made.expect(201);
    made.header("location")
}

fn change(me: &Client, practice: &str) -> Value {
    me.get(&format!("{practice}/change")).expect(200)
}

fn thanks(me: &Client, tie: &str, actor: &str, days: impl Iterator<Item = i64>) {
    log(me, tie, &json!({"actor": actor, "dimension": "appreciation"}), &days.collect::<Vec<_>>());
}

fn noted(me: &Client, practice: &str, on: i64) {
    let told = json!({"started_by": "me", "took_part": "me", "local_date": day(on)});
    me.post(&format!("{practice}/sessions"), &told).expect(201);
}

fn codes(told: &Value) -> Vec<&str> {
    told["notes"].as_array().unwrap().iter().map(|note| note["code"].as_str().unwrap()).collect()
}

#[test]
fn thanking_for_one_thing_a_week_and_what_came_back_is_set_beside_the_weeks_before() {
    let service = Service::start();
    let me = service.someone();
    let tie = tie(&me);
    // Eight weeks in which hardly anybody thanks anybody.
    thanks(&me, &tie, "me", (-56..0).step_by(7));
    thanks(&me, &tie, "them", [-50, -21].into_iter());
    let practice = adopt(&me, &tie, "specific-gratitude", &json!({}));

    // Four weeks of it: the logger thanks, and is thanked more and more.
    let me = days_later(&service, &me, 29);
    thanks(&me, &tie, "me", (1..28).step_by(3));
    thanks(&me, &tie, "them", (2..29).step_by(2));
    for on in [1, 8, 15, 22] {
        noted(&me, &practice, on);
    }
    let told = change(&me, &practice);
    assert_eq!((&told["practice"], &told["sessions"], &told["language"]), (&json!("specific-gratitude"), &json!(4), &json!("en")));
    let spans = &told["comparison"];
    assert_eq!(spans["before"], json!({"from": day(-56), "to": day(-1)}));
    assert_eq!((&spans["during"], spans.get("after")), (&json!({"from": day(0), "to": day(28)}), None), "it goes on");
    let appreciation = of(&told, "appreciation");
    assert_eq!((&appreciation["steps"]["before"]["steps"], &appreciation["steps"]["during"]["steps"]), (&json!(2), &json!(14)));
    assert_eq!(appreciation["during"]["reading"], "more");
    let rate = &appreciation["during"]["rate"];
    assert!(rate["lower_90"].as_f64().unwrap() > 1.0 && rate["upper_90"].as_f64().unwrap() > rate["ratio"].as_f64().unwrap());
    assert_eq!(codes(&told), ["one_observation"]);

    // Dropped: what came afterwards is a time of its own, of which too little is over.
    me.patch(&practice, &json!({"dropped_on": day(29)})).expect(200);
    let dropped = change(&me, &practice);
    assert_eq!(dropped["comparison"]["during"], spans["during"]);
    assert_eq!(dropped["comparison"]["after"]["from"], json!(day(29)));
    assert_eq!(of(&dropped, "appreciation")["after"]["reading"], "inconclusive");

    // The past is mended, and the answer with it.
    let entry = me.get(&format!("{tie}/interactions?limit=1")).expect(200)["data"][0]["id"].as_str().unwrap().to_owned();
    assert_eq!(me.delete(&format!("/v1/interactions/{entry}")).status, 204);
    assert_eq!(of(&change(&me, &practice), "appreciation")["steps"]["during"]["steps"], 13);
}

#[test]
fn where_nothing_was_logged_nothing_is_claimed_however_often_it_was_done() {
    let service = Service::start();
    let me = service.someone();
    let practice = adopt(&me, &tie(&me), "good-news-response", &json!({}));
    let told = change(&me, &practice);
    assert_eq!(told["comparison"].get("during"), None, "its first day is not over");
    let me = days_later(&service, &me, 20);
    assert!(codes(&change(&me, &practice)).contains(&"not_noted"));
    for on in 1..15 {
        noted(&me, &practice, on);
    }
    let told = change(&me, &practice);
    assert_eq!(told["sessions"], 14);
    let celebration = of(&told, "celebration");
    for time in ["during", "after"] {
        assert_eq!(
            (&celebration[time]["reading"], &celebration[time]["balance_reading"]),
            (&json!("inconclusive"), &json!("inconclusive")),
            "{celebration}"
        );
    }
    assert_eq!(celebration["balance"], json!({}));
    assert!(!codes(&told).contains(&"not_noted"));
}

#[test]
fn it_is_told_in_the_readers_language_and_not_sent_twice() {
    let service = Service::start();
    let me = service.someone();
    let practice = adopt(&me, &tie(&me), "taking-turns", &json!({}));
    for language in ["en", "de", "es", "fr", "pt-BR"] {
        let me = me.with("accept-language", language);
        let read = me.get(&format!("{practice}/change"));
        assert_eq!((read.header("content-language"), &read.expect(200)["language"]), (language.to_owned(), &json!(language)));
        let again = me.with("if-none-match", &read.header("etag")).get(&format!("{practice}/change"));
        assert_eq!(again.status, 304);
    }
    assert_eq!(me.delete(&practice).status, 204);
    me.get(&format!("{practice}/change")).problem(410, "gone");
}
