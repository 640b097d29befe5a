//! How records count: each once, an entry in their place where one was logged, and as the past is told now.

use serde_json::{Value, json};

use super::{Life, check, day, dimension, ids, shown};

fn entries(life: &Life, way: &str) -> Value {
    dimension(&life.assess(&json!({})), way)["entries"].clone()
}

fn log(life: &Life, actor: &str, way: &str, day: &str) -> String {
    life.note("interactions", &json!({"actor": actor, "dimension": way, "occurred_at": format!("{day}T10:00:00Z")}))
}

/// Each kind with an act by `them` on a day: what is noted, and the way in which it counts.
fn acts(on: &str) -> [(&'static str, Value, &'static str); 4] {
    [
        ("promises", json!({"by": "them", "local_date": on, "status": "kept", "settled_on": on}), "promises_kept"),
        (
            "plans",
            json!({"proposed_by": "me", "local_date": on, "status": "scheduled", "settled_on": on, "scheduled_for": on, "scheduled_by": "them"}),
            "initiation",
        ),
        ("needs", json!({"of": "me", "local_date": on, "status": "met", "settled_on": on}), "needs_met"),
        ("repairs", json!({"local_date": on, "moved_first": "them", "moved_on": on}), "repair"),
    ]
}

#[test]
fn an_entry_of_the_same_day_way_and_person_stands_for_a_record_and_no_other_does() {
    let mut life = Life::begin();
    life.on(&day(3, 0));
    for (kind, body, way) in acts(&day(1, 0)) {
        life.note(kind, &body);
        assert_eq!(entries(&life, way), 1, "{kind} count for themselves");
        let same = log(&life, "them", way, &day(1, 0));
        assert_eq!(entries(&life, way), 1, "{kind} are stood for by what was logged of them");
        log(&life, "me", way, &day(1, 0));
        log(&life, "them", way, &day(1, 1));
        assert_eq!(entries(&life, way), 3, "{kind} are not stood for by others");
        assert_eq!(life.me.delete(&format!("/v1/interactions/{same}")).status, 204);
        assert_eq!(entries(&life, way), 3, "{kind} count for themselves again");
    }
}

#[test]
fn an_entry_that_a_record_names_stands_for_it_wherever_it_lies_until_it_goes() {
    let mut life = Life::begin();
    life.on(&day(3, 0));
    for (kind, mut body, way) in acts(&day(1, 0)) {
        let other = if way == "repair" { "initiation" } else { "repair" };
        let before = entries(&life, other).as_u64().unwrap();
        let named = log(&life, "me", other, &day(0, 0));
        body["interaction_id"] = json!(named);
        let record = life.note(kind, &body);
        let made = life.me.post(&format!("{}/assessments", life.tie), &json!({"window_days": 14}));
        let short = made.header("location");
        assert_eq!(dimension(&made.json(), way)["entries"], 0, "{kind}: the entry lies before this window, and stands all the same");
        assert_eq!((entries(&life, way), entries(&life, other)), (json!(0), json!(before + 1)));
        let path = format!("/v1/{kind}/{record}");
        let tag = life.me.get(&path).header("etag");
        assert_eq!(life.me.delete(&format!("/v1/interactions/{named}")).status, 204);
        assert_eq!(life.me.get(&short).expect(200)["stale"], true, "{kind}: it counts now, though the entry was not of these days");
        let now = life.me.get(&path);
        assert!(now.header("etag") != tag && now.json().get("interaction_id").is_none());
        assert_eq!(entries(&life, way), 1);
        assert_eq!(life.me.delete(&path).status, 204);
    }
}

#[test]
fn what_was_kept_late_counts_and_what_was_met_in_part_counts_half() {
    let mut life = Life::begin();
    life.on(&day(3, 0));
    for (kind, body) in [
        ("promises", json!({"by": "them", "local_date": day(1, 0), "due": day(1, 1), "status": "kept", "settled_on": day(1, 3)})),
        ("promises", json!({"by": "me", "local_date": day(1, 0), "status": "broken", "settled_on": day(1, 3)})),
        ("promises", json!({"by": "me", "local_date": day(1, 0), "status": "renegotiated", "settled_on": day(1, 3)})),
        ("needs", json!({"of": "me", "local_date": day(1, 0), "status": "met", "settled_on": day(1, 3)})),
        ("needs", json!({"of": "them", "local_date": day(1, 0), "status": "partly", "settled_on": day(1, 3)})),
        ("needs", json!({"of": "them", "local_date": day(1, 0), "status": "unmet", "settled_on": day(1, 3)})),
        ("plans", json!({"proposed_by": "me", "local_date": day(1, 0), "status": "dropped", "settled_on": day(1, 3)})),
        ("repairs", json!({"local_date": day(1, 0), "noticed_by": "me"})),
    ] {
        life.note(kind, &body);
    }
    let timeline = life.me.get(&format!("{}/timeline?as_of={}", life.tie, day(2, 6))).expect(200);
    let of = |way: &str| {
        let series = timeline["dimensions"].as_array().unwrap().iter().find(|one| one["dimension"] == way).unwrap();
        series["weeks"].as_array().unwrap().iter().map(|week| (week["given"].clone(), week["received"].clone())).collect::<Vec<_>>()
    };
    assert_eq!(of("promises_kept"), [(json!(0.0), json!(2.0))], "{timeline}");
    assert_eq!(of("needs_met"), [(json!(1.0), json!(2.0))]);
    assert_eq!((of("initiation"), of("repair")), (vec![], vec![]));
}

#[test]
fn editing_the_past_changes_what_is_computed_of_it() {
    let mut life = Life::begin();
    life.on(&day(5, 0));
    let promise = life.note("promises", &json!({"by": "them", "local_date": day(1, 0), "status": "kept", "settled_on": day(3, 0)}));
    let path = format!("{}/assessments", life.tie);
    let computed = |asked: Value| life.me.post(&path, &asked);
    let stale = |location: &str| life.me.get(location).expect(200)["stale"].as_bool().unwrap();
    let (now, then, before) =
        (computed(json!({})), computed(json!({"as_of": day(2, 0)})), computed(json!({"as_of": day(0, 6), "window_days": 3})));
    assert_eq!(dimension(&now.json(), "promises_kept")["entries"], 1);
    assert_eq!(dimension(&then.json(), "promises_kept")["entries"], 0, "two weeks earlier it was open");
    let kept = |assessment: &Value| check(assessment, "keeps_promises", "them");
    assert_eq!((kept(&now.json()), kept(&then.json())), ("too_little".to_owned(), "no_evidence".to_owned()));
    life.say("promises", &promise, &json!({"status": "broken", "settled_on": day(3, 0)}));
    assert!(stale(&now.header("location")) && stale(&then.header("location")) && !stale(&before.header("location")));
    assert_eq!(entries(&life, "promises_kept"), 0);
    life.say("promises", &promise, &json!({"status": "kept", "settled_on": day(3, 0)}));
    let again = computed(json!({}));
    assert_eq!((again.status, &again.json()["id"], &again.json()["stale"]), (200, &now.json()["id"], &json!(false)), "{}", again.text);
    let moved = life.say("promises", &promise, &json!({"local_date": day(2, 0)}));
    assert_eq!((&moved["local_date"], &moved["settled_on"]), (&json!(day(2, 0)), &json!(day(3, 0))));
    assert!(stale(&now.header("location")));
    assert_eq!(life.me.get(&path).expect(200)["data"].as_array().unwrap().len(), 4, "nothing was erased by a change");
}

/// Five repairs by themselves, each logged as an entry too.
fn five_repairs(life: &Life) -> (Vec<String>, Vec<String>) {
    let days = (0..5).map(|week| day(week, 2));
    let both = days.map(|on| {
        let moved = json!({"local_date": on, "moved_first": "them", "moved_on": on, "prompted": false});
        (log(life, "them", "repair", &on), life.note("repairs", &moved))
    });
    both.unzip()
}

#[test]
fn a_repair_and_the_entry_logged_of_it_are_one_event_and_an_assessment_goes_with_either() {
    for erased in ["interactions", "repairs"] {
        let mut life = Life::begin();
        life.on(&day(6, 0));
        let (logged, noted) = five_repairs(&life);
        let made = life.me.post(&format!("{}/assessments", life.tie), &json!({}));
        let strength = shown(&made.json(), "repair_by_themselves", "them").unwrap();
        assert_eq!(ids(&strength["entry_ids"]), super::sorted(&logged), "five, and not ten");
        assert_eq!(dimension(&made.json(), "repair")["entries"], 5);
        let gone = if erased == "repairs" { &noted[2] } else { &logged[2] };
        assert_eq!(life.me.delete(&format!("/v1/{erased}/{gone}")).status, 204);
        life.me.get(&made.header("location")).problem(410, "gone");
    }
}

#[test]
fn erasing_a_record_erases_the_assessments_that_cite_it_and_the_others_of_its_days_become_stale() {
    let mut life = Life::begin();
    life.on(&day(6, 0));
    let promise = |week: u64| json!({"by": "them", "local_date": day(week, 0), "status": "broken", "settled_on": day(week, 3)});
    let broken: Vec<String> = (0..5).map(|week| life.note("promises", &promise(week))).collect();
    let path = format!("{}/assessments", life.tie);
    let citing = life.me.post(&path, &json!({}));
    let cited = citing.json()["cited_records"].clone();
    assert_eq!(ids(&json!(cited.as_array().unwrap().iter().map(|one| one["id"].clone()).collect::<Vec<_>>())), super::sorted(&broken));
    assert!(cited.as_array().unwrap().iter().all(|one| one["kind"] == "promise"));
    let few = life.me.post(&path, &json!({"as_of": day(1, 1), "window_days": 6})).header("location");
    let others = life.me.post(&path, &json!({"as_of": day(0, 1), "window_days": 6})).header("location");
    assert_eq!(life.me.delete(&format!("/v1/promises/{}", broken[1])).status, 204);
    life.me.get(&citing.header("location")).problem(410, "gone");
    assert_eq!((&life.me.get(&few).expect(200)["stale"], &life.me.get(&others).expect(200)["stale"]), (&json!(true), &json!(false)));
}

#[test]
fn a_picture_and_a_page_show_what_rests_on_records() {
    let mut life = Life::begin();
    life.on(&day(6, 0));
    for week in 0..5 {
        let broken = json!({"by": "them", "local_date": day(week, 0), "status": "broken", "settled_on": day(week, 3), "what": "quokka"});
        life.note("promises", &broken);
    }
    let made = life.me.post(&format!("{}/assessments", life.tie), &json!({}));
    let text = shown(&made.json(), "words_without_action", "them").unwrap()["text"].as_str().unwrap().to_owned();
    let page = life.me.with("accept", "text/html").get(&made.header("location"));
    assert!(page.status == 200 && page.text.contains(&text) && !page.text.contains("quokka"), "{}", page.text);
    assert_eq!(life.me.with("accept", "image/svg+xml").get(&made.header("location")).status, 200);
}

#[test]
fn a_timeline_that_is_lent_in_part_has_no_act_of_a_record_that_is_not() {
    let mut life = Life::begin();
    life.on(&day(3, 0));
    for (kind, body, _) in acts(&day(1, 0)) {
        life.note(kind, &body);
    }
    let lent = |more: Value| {
        let mut asked = json!({"current_password": crate::support::PASSWORD, "lasts_hours": 720});
        asked.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        let code = life.me.post(&format!("{}/grants", life.tie), &asked).expect(201)["code"].clone();
        let pair = life.service.stranger().post("/v1/grants/redemptions", &json!({ "code": code })).expect(201);
        let reader = life.me.showing(pair["access_token"].as_str().unwrap().to_owned());
        let timeline = reader.get(&format!("{}/timeline", life.tie)).expect(200);
        timeline["dimensions"].as_array().unwrap().iter().filter(|way| way["weeks"] != json!([])).count()
    };
    assert_eq!((lent(json!({})), lent(json!({"from": day(1, 0)}))), (4, 4));
    assert_eq!((lent(json!({"from": day(1, 1)})), lent(json!({"dimensions": ["promises_kept", "repair"]}))), (0, 0));
}
