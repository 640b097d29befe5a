//! The calendar feed: a secret address that opens one thing, tells nothing, and is gone when it is revoked.

use serde_json::{Value, json};

use super::{adopt, calendar, feels_safe, relationship};
use crate::support::{Answer, Client, Service, rows};

/// An answer but for what differs with every request.
fn face(answer: &Answer) -> (u16, Value, Vec<(String, String)>) {
    let mut body: Value = serde_json::from_str(&answer.text).unwrap_or_default();
    if let Some(members) = body.as_object_mut() {
        members.remove("request_id");
    }
    let told = answer.headers.iter().filter(|(name, _)| !["request-id", "date"].contains(&name.as_str()));
    let mut told: Vec<_> = told.map(|(name, value)| (name.to_string(), value.to_str().unwrap().to_owned())).collect();
    told.sort();
    (answer.status, body, told)
}

#[test]
fn an_address_is_shown_once_kept_as_a_digest_and_read_by_whoever_has_it() {
    let service = Service::start();
    let me = service.someone();
    adopt(&me, &relationship(&me), "daily-check-in", &json!({"time_of_day": "19:30"}));
    let made = me.with("idempotency-key", "\"once\"").post("/v1/calendar-feeds", &json!({}));
    let view = made.expect(201);
    let address = view["address"].as_str().unwrap().to_owned();
    let read = service.stranger().get(&address);
    assert_eq!(
        (read.status, read.header("content-type"), read.header("cache-control")),
        (200, "text/calendar; charset=utf-8".to_owned(), "private, no-cache".to_owned())
    );
    assert_eq!(service.stranger().with("if-none-match", &read.header("etag")).get(&address).status, 304);
    let again = me.with("idempotency-key", "\"once\"").post("/v1/calendar-feeds", &json!({})).expect(200);
    assert_eq!((again.get("address"), &again["id"]), (None, &view["id"]));
    let listed = me.get("/v1/calendar-feeds");
    assert!(
        listed.expect(200)["data"][0].get("address").is_none() && me.get(&made.header("location")).expect(200).get("address").is_none()
    );
    let secret = address.rsplit('/').next().unwrap();
    let mut conn = service.database.connect();
    for table in rows::tables_of_accounts(&mut conn) {
        for row in rows::words(&mut conn, &format!("SELECT t::text AS word FROM {table} t")) {
            let hex = data_encoding::HEXLOWER.encode(secret.as_bytes());
            assert!(!row.contains(secret) && !row.contains(&hex), "{table}");
        }
    }
}

#[test]
fn an_address_that_is_wrong_or_revoked_is_answered_like_a_path_that_is_none() {
    let service = Service::start();
    let me = service.someone();
    let made = me.post("/v1/calendar-feeds", &json!({}));
    let address = made.expect(201)["address"].as_str().unwrap().to_owned();
    assert_eq!(service.stranger().get(&address).status, 200);
    let unknown = face(&service.stranger().get("/v1/no-such-thing"));
    let wrong = ["/v1/calendar/x", "/v1/calendar/AAAAAAAAAAAAAAAAAAAAAAAAAAA.ics", &address.replace(".ics", ""), &format!("{address}x")];
    for path in wrong {
        assert_eq!(face(&service.stranger().get(path)), unknown, "{path}");
    }
    assert_eq!(me.delete(&made.header("location")).status, 204);
    assert_eq!(face(&service.stranger().get(&address)), unknown, "revoked, at once");
    let again = me.post("/v1/calendar-feeds", &json!({})).expect(201);
    let address = again["address"].as_str().unwrap().to_owned();
    me.delete("/v1/account").expect(200);
    assert_eq!(face(&service.stranger().get(&address)), unknown, "erased");
    let left = "SELECT (SELECT count(*) FROM calendar_feeds) + (SELECT count(*) FROM calendar_addresses) AS count";
    assert_eq!(rows::count(&mut service.database.connect(), left), 0);
}

#[test]
fn an_address_opens_nothing_else_and_is_no_token() {
    let service = Service::start();
    let me = service.someone();
    let address = me.post("/v1/calendar-feeds", &json!({})).expect(201)["address"].as_str().unwrap().to_owned();
    let secret = address.rsplit('/').next().unwrap().to_owned();
    for token in [secret.clone(), secret.trim_end_matches(".ics").to_owned()] {
        Client::new(service.address, Some(token)).get("/v1/account").problem(401, "unauthenticated");
    }
    for method in ["POST", "PUT", "PATCH", "DELETE"] {
        assert_eq!(service.stranger().send(method, &address, None, Vec::new()).status, 405, "{method}");
    }
    assert_eq!(service.stranger().get(&address).status, 200);
}

#[test]
fn a_calendar_says_when_and_nothing_of_what_or_with_whom() {
    let service = Service::start();
    let me = service.someone();
    let tie = me.post("/v1/relationships", &json!({"alias": "Quokka77", "kind": "partner", "label": "from the choir"})).header("location");
    feels_safe(&me, &tie);
    for practice in ["monthly-talk", "daily-check-in", "specific-gratitude", "ask-about-needs"] {
        adopt(&me, &tie, practice, &json!({"cadence": "FREQ=WEEKLY", "time_of_day": "19:30"}));
    }
    let feed = calendar(&service, &me);
    let text = feed.read();
    assert_eq!(text.matches("\r\nSUMMARY:Time for yourself\r\n").count(), 4, "{text}");
    assert_eq!(text.matches("\r\nDURATION:PT15M\r\n").count(), 4, "as long whatever it is");
    let ids: Vec<String> = me.get(&format!("{tie}/practices")).expect(200)["data"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["id"].as_str().unwrap().to_owned())
        .collect();
    for word in ["Quokka77", "choir", "talk", "check", "gratitude", "needs", "partner", &tie].into_iter().map(str::to_owned).chain(ids) {
        assert!(!text.contains(&word), "{word}: {text}");
    }
    me.patch("/v1/account", &json!({"locale": "fr"})).expect(200);
    assert!(feed.read().contains("SUMMARY:Du temps pour toi"), "in the account's language");
    let own = me.post("/v1/calendar-feeds", &json!({"title": "tea, for two"})).expect(201);
    let own = service.stranger().get(own["address"].as_str().unwrap()).text;
    assert!(own.contains("SUMMARY:tea\\, for two"), "{own}");
    let uids = |text: &str| text.lines().filter(|line| line.starts_with("UID:")).map(str::to_owned).collect::<Vec<_>>();
    assert_eq!(uids(&text), uids(&feed.read()), "the same events keep their names");
    assert!(uids(&own).iter().all(|uid| !text.contains(uid)), "and in another feed have others");
}

#[test]
fn what_is_said_on_the_safety_screen_changes_no_byte_of_a_calendar() {
    let service = Service::start();
    let me = service.someone();
    let tie = relationship(&me);
    for practice in ["taking-turns", "monthly-talk", "specific-gratitude"] {
        adopt(&me, &tie, practice, &json!({"cadence": "FREQ=WEEKLY", "time_of_day": "19:30"}));
    }
    let feed = calendar(&service, &me);
    let before = feed.read();
    assert_eq!(before.matches("BEGIN:VEVENT").count(), 3);
    feels_safe(&me, &tie);
    assert_eq!(feed.read(), before, "nothing to fear");
    me.put(&format!("{tie}/safety"), &json!({"answers": [{"item": "afraid", "answer": "yes"}]})).expect(200);
    assert!(super::prompts(&me).is_empty(), "it is heeded where somebody is asked");
    assert_eq!(feed.read(), before, "afraid");
    assert_eq!(me.delete(&format!("{tie}/safety")).status, 204);
    assert_eq!(feed.read(), before, "nothing said again");
}

#[test]
fn a_calendar_has_what_is_adopted_and_not_refused_in_relationships_that_are_active_and_tells_no_edit() {
    let service = Service::start();
    let me = service.someone();
    let tie = relationship(&me);
    let practice = adopt(&me, &tie, "taking-turns", &json!({}));
    let feed = calendar(&service, &me);
    let before = feed.read();
    service.clock.advance(chrono::TimeDelta::minutes(3));
    me.patch(&practice, &json!({"turns": "none"})).expect(200);
    assert_eq!(feed.read(), before);
    assert!(!before.contains("SEQUENCE") && before.contains("\r\nPRODID:-//calendar//EN\r\n"), "{before}");
    assert_eq!(me.put(&format!("{tie}/not-for-me/taking-turns"), &json!({})).status, 204);
    let empty = feed.read();
    assert!(!empty.contains("VEVENT"));
    assert_eq!(me.delete(&format!("{tie}/not-for-me/taking-turns")).status, 204);
    assert_eq!(feed.read(), before);
    for change in [json!({"status": "paused"}), json!({"status": "ended"})] {
        me.patch(&tie, &change).expect(200);
        assert_eq!(feed.read(), empty, "{change}");
    }
    me.patch(&tie, &json!({"status": "active"})).expect(200);
    assert_eq!(feed.read(), before);
    me.patch(&practice, &json!({"dropped_on": "2026-03-02"})).expect(200);
    assert_eq!(feed.read(), empty);
}

#[test]
fn an_account_has_ten_feeds_and_a_stranger_reads_no_more_often_than_the_budget_says() {
    let service = Service::with(&[("RECIPROCITY_LIMIT_REFRESHES", "5")]);
    let me = service.someone();
    for _ in 0..10 {
        me.post("/v1/calendar-feeds", &json!({})).expect(201);
    }
    me.post("/v1/calendar-feeds", &json!({})).problem(409, "limit_reached");
    let asked = |_| service.stranger().get("/v1/calendar/x").status;
    let statuses: Vec<u16> = (0..8).map(asked).collect();
    assert!(statuses.contains(&404) && statuses.contains(&429), "{statuses:?}");
}
