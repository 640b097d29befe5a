//! Adopted practices and their sessions as resources: made once, changed under a condition, removed for good.

use serde_json::{Value, json};

use super::{adopt, days_later, done, relationship, standing};
use crate::support::everything::id_in;
use crate::support::{Service, rows};

#[test]
fn a_practice_is_adopted_with_what_it_suggests_and_read_as_it_was_made() {
    let service = Service::start();
    let me = service.someone();
    let tie = relationship(&me);
    let made = me.post(&format!("{tie}/practices"), &json!({"practice": "daily-check-in", "time_of_day": "19:30"}));
    let view = made.expect(201);
    assert_eq!(
        (&view["cadence"], &view["turns"], &view["time_zone"]),
        (&json!("FREQ=DAILY"), &json!("alternating"), &json!("Europe/Berlin"))
    );
    assert_eq!((&view["takes_two"], &view["resets_on_contact"], &view["practice_version"]), (&json!(true), &json!(true), &json!(1)));
    assert_eq!(
        (&view["starts_on"], &view["adopted_on"], &view["time_of_day"]),
        (&json!("2026-03-02"), &json!("2026-03-02"), &json!("19:30"))
    );
    let read = me.get(&made.header("location"));
    assert_eq!((read.expect(200), read.header("etag")), (view.clone(), made.header("etag")));
    assert_eq!(me.with("if-none-match", &read.header("etag")).get(&made.header("location")).status, 304);
    assert_eq!(me.get(&format!("{tie}/practices")).expect(200)["data"], json!([view]));
    let none = adopt(&me, &tie, "boundaries", &json!({}));
    let none = me.get(&none).expect(200);
    assert_eq!((none.get("cadence"), &none["turns"], &none["takes_two"]), (None, &json!("none"), &json!(false)));
}

#[test]
fn the_same_request_again_makes_nothing_twice_another_is_refused_and_what_was_removed_is_gone() {
    let service = Service::start();
    let me = service.someone();
    let tie = relationship(&me);
    let id = "0198c0de-0000-7000-8000-00000000cafe";
    let path = format!("{tie}/practices");
    let body = json!({"id": id, "practice": "daily-check-in"});
    me.post(&path, &body).expect(201);
    me.post(&path, &body).expect(200);
    me.post(&path, &json!({"id": id, "practice": "taking-turns"})).problem(409, "id_conflict");
    let practice = format!("/v1/adopted-practices/{id}");
    let (sessions, told) = (format!("{practice}/sessions"), json!({"id": id, "started_by": "me", "took_part": "both"}));
    me.post(&sessions, &told).expect(201);
    me.post(&sessions, &told).expect(200);
    me.post(&sessions, &json!({"id": id, "started_by": "them", "took_part": "both"})).problem(409, "id_conflict");
    let keyed = me.with("idempotency-key", "\"once\"");
    let first = keyed.post(&sessions, &json!({"started_by": "them", "took_part": "both"})).expect(201);
    assert_eq!(keyed.post(&sessions, &json!({"started_by": "them", "took_part": "both"})).expect(200)["id"], first["id"]);
    keyed.post(&sessions, &json!({"started_by": "me", "took_part": "both"})).problem(422, "idempotency_key_reused");
    assert_eq!(me.get(&sessions).expect(200)["data"].as_array().unwrap().len(), 2);
    let session = format!("{sessions}/{id}");
    assert_eq!(me.delete(&session).status, 204);
    me.get(&session).problem(410, "gone");
    me.delete(&session).problem(410, "gone");
    me.post(&sessions, &told).problem(410, "gone");
    assert_eq!(me.delete(&practice).status, 204);
    me.get(&practice).problem(410, "gone");
    me.get(&sessions).problem(410, "gone");
    me.get(&format!("{sessions}/{}", first["id"].as_str().unwrap())).problem(410, "gone");
    me.post(&path, &body).problem(410, "gone");
    let left = "SELECT (SELECT count(*) FROM adopted_practices) + (SELECT count(*) FROM practice_sessions) AS count";
    assert_eq!(rows::count(&mut service.database.connect(), left), 0);
}

#[test]
fn a_change_names_the_version_it_is_of_and_says_only_what_changes() {
    let service = Service::start();
    let me = service.someone();
    let practice = adopt(&me, &relationship(&me), "monthly-talk", &json!({"time_of_day": "18:00"}));
    let tag = me.get(&practice).header("etag");
    me.patch_as_is(&practice, &json!({"turns": "none"})).problem(428, "precondition_required");
    let changed = me.with("if-match", &tag).patch_as_is(&practice, &json!({"cadence": "FREQ=MONTHLY;BYDAY=1SU", "time_of_day": null}));
    let view = changed.expect(200);
    assert_eq!(
        (&view["cadence"], view.get("time_of_day"), &view["turns"]),
        (&json!("FREQ=MONTHLY;BYDAY=1SU"), None, &json!("alternating"))
    );
    me.with("if-match", &tag).patch_as_is(&practice, &json!({"turns": "none"})).problem(412, "precondition_failed");
    let told = json!({"started_by": "me", "took_part": "me", "challenge": "the move", "win": "a start", "felt": 2, "screen_free": true});
    let session = me.post(&format!("{practice}/sessions"), &told);
    assert_eq!(session.expect(201)["mutual"], false);
    let session = session.header("location");
    me.patch_as_is(&session, &json!({"took_part": "both"})).problem(428, "precondition_required");
    let view = me.patch(&session, &json!({"took_part": "both", "challenge": null, "felt": null})).expect(200);
    assert_eq!((&view["mutual"], &view["win"], view.get("challenge"), view.get("felt")), (&json!(true), &json!("a start"), None, None));
    assert_eq!(standing(&me, &practice)["together"], 1);
}

#[test]
fn a_rhythm_that_is_older_than_a_year_can_be_changed_removed_and_begun_anew() {
    let service = Service::start();
    let me = service.someone();
    let practice = adopt(&me, &relationship(&me), "daily-check-in", &json!({}));
    let me = days_later(&service, &me, 400);
    let changed = me.patch(&practice, &json!({"cadence": "FREQ=WEEKLY;BYDAY=SU"})).expect(200);
    assert_eq!((&changed["cadence"], &changed["starts_on"]), (&json!("FREQ=WEEKLY;BYDAY=SU"), &json!("2026-03-02")));
    let refused = me.patch(&practice, &json!({"starts_on": "2026-03-02"})).problem(422, "validation_failed");
    assert_eq!(refused["errors"][0]["pointer"], "/starts_on", "where it is sent it lies within a year");
    me.patch(&practice, &json!({"starts_on": "2027-04-01"})).expect(200);
    assert_eq!(me.patch(&practice, &json!({"cadence": null})).expect(200).get("cadence"), None);
}

#[test]
fn a_strain_that_is_said_to_last_for_thousands_of_years_leaves_nothing_due() {
    let service = Service::start();
    let me = service.someone();
    let tie = relationship(&me);
    let practices =
        ["FREQ=DAILY", "FREQ=MONTHLY", "FREQ=YEARLY"].map(|rule| adopt(&me, &tie, "daily-check-in", &json!({ "cadence": rule })));
    me.patch(&tie, &json!({"contexts": [{"kind": "exams", "from": "2026-01-01", "to": "9999-12-31"}]})).expect(200);
    for practice in practices {
        assert_eq!(standing(&me, &practice).get("due"), None);
    }
    assert!(super::prompts(&me).is_empty());
}

#[test]
fn what_cannot_be_a_routine_is_refused_and_nothing_is_written() {
    let service = Service::start();
    let me = service.someone();
    let dating = me.post("/v1/relationships", &json!({"alias": "K.", "kind": "dating"})).header("location");
    let tie = relationship(&me);
    let refused = |tie: &str, body: Value, pointer: &str, code: &str| {
        let problem = me.post(&format!("{tie}/practices"), &body).problem(422, "validation_failed");
        assert_eq!((&problem["errors"][0]["pointer"], &problem["errors"][0]["code"]), (&json!(pointer), &json!(code)), "{body}");
    };
    refused(&tie, json!({"practice": "moonwalk"}), "/practice", "unknown_practice");
    refused(&tie, json!({"practice": "step-back-test"}), "/practice", "not_a_routine");
    refused(&dating, json!({"practice": "daily-check-in"}), "/practice", "not_for_this_kind");
    let with = |member: &str, value: &str| json!({"practice": "daily-check-in", member: value});
    refused(&tie, with("cadence", "FREQ=HOURLY"), "/cadence", "not_a_rhythm");
    refused(&tie, with("cadence", "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30"), "/cadence", "no_occurrence");
    refused(&tie, with("starts_on", "2028-01-01"), "/starts_on", "out_of_range");
    refused(&tie, with("time_of_day", "24:00"), "/time_of_day", "not_a_time");
    refused(&tie, with("time_zone", "Mars/Olympus"), "/time_zone", "unknown_time_zone");
    let practice = adopt(&me, &tie, "daily-check-in", &json!({}));
    let sessions = format!("{practice}/sessions");
    let tomorrow = json!({"started_by": "me", "took_part": "me", "local_date": "2026-03-03"});
    assert_eq!(me.post(&sessions, &tomorrow).problem(422, "validation_failed")["errors"][0]["pointer"], "/local_date");
    for member in ["paused_until", "snoozed_until", "dropped_on"] {
        let problem = me.patch(&practice, &json!({member: "2031-01-01"})).problem(422, "validation_failed");
        assert_eq!(problem["errors"][0]["pointer"], format!("/{member}"));
    }
    let mut conn = service.database.connect();
    assert_eq!(rows::count(&mut conn, "SELECT count(*) AS count FROM adopted_practices"), 1);
    assert_eq!(rows::count(&mut conn, "SELECT count(*) AS count FROM practice_sessions"), 0);
}

#[test]
fn whoever_is_west_of_the_practice_can_drop_it_today_though_it_was_adopted_tomorrow() {
    let service = Service::start();
    let me = service.someone();
    let tie = relationship(&me);
    let practice = adopt(&me, &tie, "daily-check-in", &json!({"time_zone": "Pacific/Kiritimati"}));
    assert_eq!(me.get(&practice).json()["adopted_on"], "2026-03-03");
    me.patch(&practice, &json!({"dropped_on": "2026-03-01"})).problem(422, "validation_failed");
    me.patch(&practice, &json!({"dropped_on": "2026-03-02"})).expect(200);
    me.patch(&practice, &json!({"dropped_on": null})).expect(200);
    let dropped = me.patch(&practice, &json!({"time_zone": "America/Lima", "dropped_on": "2026-03-02"})).expect(200);
    assert_eq!(dropped["dropped_on"], "2026-03-02");
    let change = me.get(&format!("{practice}/change")).expect(200);
    assert_eq!(change["comparison"]["dimensions"], json!([]));
    let notes: Vec<&str> = change["notes"].as_array().unwrap().iter().filter_map(|note| note["code"].as_str()).collect();
    assert_eq!(notes, ["never_began"]);
}

#[test]
fn a_rest_that_begins_tomorrow_where_the_practice_is_now_ends_when_it_is_taken_up_again() {
    let service = Service::start();
    let me = service.someone();
    let tie = relationship(&me);
    let practice = adopt(&me, &tie, "daily-check-in", &json!({"time_zone": "Pacific/Kiritimati"}));
    me.patch(&practice, &json!({"paused_until": "2026-03-20"})).expect(200);
    let moved = me.patch(&practice, &json!({"time_zone": "America/Lima"})).expect(200);
    assert_eq!(moved["rests"], json!([{"from": "2026-03-03", "to": "2026-03-19"}]));

    let taken_up = me.patch(&practice, &json!({"paused_until": null})).expect(200);
    assert_eq!(taken_up["rests"], json!([]));
    let me = days_later(&service, &me, 1);
    assert_eq!(standing(&me, &practice)["is_resting"], false);
}

#[test]
fn an_account_has_a_hundred_practices_that_are_not_dropped_and_no_more() {
    let service = Service::start();
    let me = service.someone();
    let tie = relationship(&me);
    let made: Vec<String> = (0..100).map(|_| adopt(&me, &tie, "daily-check-in", &json!({}))).collect();
    me.post(&format!("{tie}/practices"), &json!({"practice": "taking-turns"})).problem(409, "limit_reached");
    me.patch(&made[0], &json!({"dropped_on": "2026-03-02"})).expect(200);
    adopt(&me, &tie, "taking-turns", &json!({}));
    me.patch(&made[0], &json!({"dropped_on": null})).problem(409, "limit_reached");
}

#[test]
fn days_that_are_erased_take_the_sessions_with_them_and_a_relationship_everything() {
    let service = Service::start();
    let me = service.someone();
    let tie = relationship(&me);
    let practice = adopt(&me, &tie, "daily-check-in", &json!({}));
    done(&me, &practice, "me", "both");
    let me = days_later(&service, &me, 3);
    done(&me, &practice, "them", "both");
    let receipt = me.post(&format!("{tie}/erasures"), &json!({"from": "2026-03-01", "to": "2026-03-02"})).expect(200);
    assert!(receipt["erased"].as_array().unwrap().contains(&json!({"class": "practice_sessions", "count": 1})), "{receipt}");
    let left = me.get(&format!("{practice}/sessions")).expect(200);
    assert_eq!((left["data"].as_array().unwrap().len(), &left["data"][0]["local_date"]), (1, &json!("2026-03-05")));
    let receipt = me.delete(&tie).expect(200);
    for class in ["adopted_practices", "practice_sessions"] {
        assert!(receipt["erased"].as_array().unwrap().contains(&json!({"class": class, "count": 1})), "{receipt}");
    }
    me.get(&practice).problem(410, "gone");
    me.get(&format!("{practice}/sessions/{}", left["data"][0]["id"].as_str().unwrap())).problem(410, "gone");
}

#[test]
fn a_session_for_one_relationship_that_erases_days_erases_what_was_noted_on_them_and_is_not_told() {
    let service = Service::start();
    let me = service.someone();
    let tie = relationship(&me);
    let practice = adopt(&me, &tie, "daily-check-in", &json!({}));
    done(&me, &practice, "me", "both");
    let asked = json!({"handle": me.handle(), "password": crate::support::PASSWORD, "relationship_id": id_in(&tie)});
    let pair = service.stranger().post("/v1/sessions", &asked).expect(201);
    let narrow = me.showing(pair["access_token"].as_str().unwrap().to_owned());
    let none = |receipt: serde_json::Value| {
        for class in ["adopted_practices", "practice_sessions", "experiments"] {
            assert!(!receipt["erased"].as_array().unwrap().iter().any(|one| one["class"] == class && one["count"] != 0), "{receipt}");
        }
    };
    none(narrow.post(&format!("{tie}/erasures"), &json!({"from": "2026-03-01", "to": "2026-03-02"})).expect(200));
    assert_eq!(me.get(&format!("{practice}/sessions")).expect(200)["data"], json!([]));
    done(&me, &practice, "me", "both");
    none(narrow.delete(&tie).expect(200));
    me.get(&practice).problem(410, "gone");
}

#[test]
fn an_export_has_every_practice_and_session_and_an_import_brings_them_back_as_they_were() {
    let service = Service::start();
    let me = service.someone();
    let tie = relationship(&me);
    let practice = adopt(&me, &tie, "daily-check-in", &json!({"cadence": "FREQ=WEEKLY;BYDAY=SU", "time_of_day": "10:00"}));
    let told = json!({"started_by": "them", "took_part": "both", "felt": 1, "win": "a good talk"});
    let session = me.post(&format!("{practice}/sessions"), &told).header("location");
    me.patch(&practice, &json!({"paused_until": "2026-03-09", "snoozed_until": "2026-03-12"})).expect(200);
    let export = crate::support::everything::completed_export(&me);
    let all = me.get(&format!("{export}/data")).expect(200);
    assert_eq!(all["adopted_practices"], json!([me.get(&practice).expect(200)]));
    assert_eq!(all["practice_sessions"], json!([me.get(&session).expect(200)]));
    let other = service.someone();
    let receipt = other.post("/v1/account/imports", &all).expect(200);
    assert_eq!((&receipt["adopted_practices"], &receipt["practice_sessions"]), (&json!(1), &json!(1)));
    assert_eq!(other.get(&practice).expect(200), all["adopted_practices"][0]);
    assert_eq!(other.get(&session).expect(200), all["practice_sessions"][0]);
    assert_eq!(standing(&other, &practice), standing(&me, &practice));
    for (member, value, pointer) in [
        ("practice", json!("step-back-test"), "/adopted_practices/0/practice"),
        ("cadence", json!("FREQ=MONTHLY;BYMONTH=2;BYMONTHDAY=30"), "/adopted_practices/0/cadence"),
        ("rests", json!([{"from": "2026-03-05", "to": "2026-03-04"}]), "/adopted_practices/0/rests/0/to"),
        ("rests", json!([{"from": "2026-03-05"}]), "/adopted_practices/0/rests/0/to"),
        ("rests", json!([{"from": "2026-03-05", "to": "9999-12-31"}]), "/adopted_practices/0/rests/0/to"),
    ] {
        let mut odd = all.clone();
        odd["adopted_practices"][0][member] = value;
        let problem = service.someone().post("/v1/account/imports", &odd).problem(422, "validation_failed");
        assert_eq!(problem["errors"][0]["pointer"], pointer);
    }
    let mut many = all.clone();
    let session_of = |n: u32| {
        let mut session = all["practice_sessions"][0].clone();
        session["id"] = json!(format!("0198c0de-0000-7000-8000-{n:012}"));
        session
    };
    many["practice_sessions"] = (0..=10_000).map(session_of).collect();
    let problem = service.someone().post("/v1/account/imports", &many).problem(422, "validation_failed");
    assert_eq!(
        problem["errors"],
        json!([{"pointer": "/practice_sessions/10000/adopted_practice_id", "code": "too_many", "detail": "At most 10000 are of one practice."}])
    );
    let mut stray = all.clone();
    stray["adopted_practices"] = json!([]);
    let problem = service.someone().post("/v1/account/imports", &stray).problem(422, "validation_failed");
    assert_eq!(problem["errors"][0]["pointer"], "/practice_sessions/0/adopted_practice_id");
}

#[test]
fn when_a_relationship_was_not_active_is_in_an_export_and_comes_back_with_an_import() {
    let service = Service::start();
    let me = service.someone();
    let tie = relationship(&me);
    let practice = adopt(&me, &tie, "daily-check-in", &json!({}));
    done(&me, &practice, "me", "both");
    me.patch(&tie, &json!({"status": "paused"})).expect(200);
    let me = days_later(&service, &me, 10);
    me.patch(&tie, &json!({"status": "active"})).expect(200);
    done(&me, &practice, "them", "both");
    let paused = relationship(&me);
    me.patch(&paused, &json!({"status": "paused"})).expect(200);
    let export = crate::support::everything::completed_export(&me);
    let all = me.get(&format!("{export}/data")).expect(200);
    let of = |all: &Value, tie: &str| {
        let found = all["relationships"].as_array().unwrap().iter().find(|one| one["id"] == id_in(tie)).unwrap().clone();
        found.get("not_active").cloned()
    };
    assert_eq!(
        of(&all, &tie),
        Some(json!([{"from": "2026-03-02", "to": "2026-03-11"}])),
        "the day on which it is active again is none of them"
    );
    assert_eq!(of(&all, &paused), Some(json!([{"from": "2026-03-12"}])));
    let other = service.someone();
    other.post("/v1/account/imports", &all).expect(200);
    assert_eq!(standing(&other, &practice)["kept"], json!({"times": 2, "since": "2026-03-02"}));
    let export = crate::support::everything::completed_export(&other);
    let again = other.get(&format!("{export}/data")).expect(200);
    assert_eq!((of(&again, &tie), of(&again, &paused)), (of(&all, &tie), of(&all, &paused)));
    // An export of a version before this one has no such periods: one that is not active rests from now on.
    let mut before = all.clone();
    for one in before["relationships"].as_array_mut().unwrap() {
        one.as_object_mut().unwrap().remove("not_active");
    }
    let third = service.someone();
    third.post("/v1/account/imports", &before).expect(200);
    let me = days_later(&service, &third, 3);
    me.patch(&paused, &json!({"status": "active"})).expect(200);
    let export = crate::support::everything::completed_export(&me);
    let rested = of(&me.get(&format!("{export}/data")).expect(200), &paused).unwrap();
    assert_eq!(rested[0]["to"], "2026-03-14");
    // Periods that share a day, as a version before this one wrote them: none is counted twice.
    let shared = json!([{"from": "2026-03-05", "to": "2026-03-05"}, {"from": "2026-03-05", "to": "2026-03-05"}, {"from": "2026-03-05", "to": "2026-03-08"}]);
    let active = before["relationships"].as_array().unwrap().iter().position(|one| one["status"] == "active").unwrap();
    let mut older = before.clone();
    older["relationships"][active]["not_active"] = shared;
    let fourth = service.someone();
    fourth.post("/v1/account/imports", &older).expect(200);
    let export = crate::support::everything::completed_export(&fourth);
    let place = format!("/v1/relationships/{}", older["relationships"][active]["id"].as_str().unwrap());
    let read = of(&fourth.get(&format!("{export}/data")).expect(200), &place).unwrap();
    assert_eq!(read, json!([{"from": "2026-03-05", "to": "2026-03-05"}, {"from": "2026-03-06", "to": "2026-03-08"}]));
    for odd in [json!([{"from": "2026-03-05", "to": "2026-03-04"}]), json!([{"from": "2026-03-05"}, {"from": "2026-03-06"}])] {
        before["relationships"][0]["not_active"] = odd;
        service.someone().post("/v1/account/imports", &before).problem(422, "validation_failed");
    }
}
