//! A test as something that is kept: its id, its copies, its end.

use serde_json::{Value, json};

use super::{begin, day, later, open_tie, plan};
use crate::support::everything::{completed_export, id_in};
use crate::support::{Client, Service, rows};

const ID: &str = "0198c0de-0000-7000-8000-00000000e0e0";

#[test]
fn the_same_request_again_is_the_same_test_and_another_under_its_id_is_refused() {
    let service = Service::start();
    let me = service.someone();
    let path = format!("{}/experiments", open_tie(&me));
    let mut chosen = plan();
    chosen["id"] = json!(ID);
    let made = me.post(&path, &chosen).expect(201);
    assert_eq!(made["id"], ID);
    // Again, although one is running, and although none could be begun any more.
    assert_eq!(me.post(&path, &chosen).expect(200), made);
    // And days later, when none could begin on that day any more: a phone may have been without a network.
    let me = later(&service, &me, 4);
    assert_eq!(me.post(&path, &chosen).expect(200)["id"], ID);
    let elsewhere = format!("{}/experiments", open_tie(&me));
    me.post(&elsewhere, &plan()).problem(422, "validation_failed");
    chosen["length_days"] = json!(21);
    me.post(&path, &chosen).problem(409, "id_conflict");
    assert_eq!(me.delete(&format!("/v1/experiments/{ID}")).status, 204);
    for gone in [me.get(&format!("/v1/experiments/{ID}")), me.delete(&format!("/v1/experiments/{ID}")), me.post(&path, &chosen)] {
        gone.problem(410, "gone");
    }
    let keyed = me.with("idempotency-key", "\"once\"");
    let mut today = plan();
    today["starts_on"] = json!(day(4));
    let (first, again) = (keyed.post(&path, &today).expect(201), keyed.post(&path, &today).expect(200));
    assert_eq!(first["id"], again["id"]);
}

#[test]
fn the_list_has_the_newest_first_a_page_at_a_time() {
    let service = Service::start();
    let mut me = service.someone();
    let tie = open_tie(&me);
    let mut made = Vec::new();
    for n in 0..3 {
        let mut one = plan();
        one["starts_on"] = json!(day(n));
        let test = me.post(&format!("{tie}/experiments"), &one).header("location");
        me.patch(&test, &json!({"stopped_on": day(n)})).expect(200);
        made.push(id_in(&test).to_owned());
        me = later(&service, &me, 1);
    }
    let first = me.get(&format!("{tie}/experiments?limit=2")).expect(200);
    let rest = me.get(&format!("{tie}/experiments?limit=2&cursor={}", first["next_cursor"].as_str().unwrap())).expect(200);
    let listed = first["data"].as_array().unwrap().iter().chain(rest["data"].as_array().unwrap());
    let listed: Vec<&str> = listed.map(|one| one["id"].as_str().unwrap()).collect();
    made.reverse();
    assert_eq!(listed, made);
}

/// A session of the person's own for one relationship, and one that came by a grant with everything in it.
fn narrower(service: &Service, me: &Client, tie: &str) -> [Client; 2] {
    let client = |pair: &Value| Client::new(service.address, Some(pair["access_token"].as_str().unwrap().to_owned()));
    let asked = json!({"handle": me.handle(), "password": me.password, "relationship_id": id_in(tie)});
    let lent = json!({"current_password": me.password, "lasts_hours": 720, "notes": true});
    let code = me.post(&format!("{tie}/grants"), &lent).expect(201)["code"].clone();
    let redeemed = service.stranger().post("/v1/grants/redemptions", &json!({ "code": code })).expect(201);
    [client(&service.stranger().post("/v1/sessions", &asked).expect(201)), client(&redeemed)]
}

#[test]
fn no_narrower_session_sees_that_there_is_one() {
    let service = Service::start();
    let me = service.someone();
    let tie = open_tie(&me);
    let test = begin(&me, &tie);
    for other in narrower(&service, &me, &tie) {
        for path in [test.clone(), format!("{test}/debrief"), format!("{tie}/experiments")] {
            other.get(&path).problem(403, "insufficient_scope");
        }
        other.post(&format!("{tie}/experiments"), &plan()).problem(403, "insufficient_scope");
        for path in [tie.clone(), format!("{tie}/timeline")] {
            assert!(!other.get(&path).text.contains(id_in(&test)), "{path}");
        }
    }
}

#[test]
fn it_is_in_the_export_comes_back_from_it_and_ends_there() {
    let service = Service::start();
    let me = service.someone();
    let (tie, over) = (open_tie(&me), open_tie(&me));
    let test = begin(&me, &tie);
    let ended = begin(&me, &over);
    let note = json!({"stopped_on": day(0), "end_note": "=1+1"});
    me.patch(&ended, &note).expect(200);
    let export = completed_export(&me);
    let data = me.get(&format!("{export}/data")).expect(200);
    let mut exported = data["experiments"].as_array().unwrap().clone();
    exported.sort_by_key(|one| one["stopped_on"].to_string());
    let mut shown = [me.get(&test).expect(200), me.get(&ended).expect(200)];
    shown.sort_by_key(|one| one["stopped_on"].to_string());
    assert_eq!(exported, shown);
    let table = me.get(&format!("{export}/tables/experiments"));
    assert!(table.text.starts_with("id,relationship_id,hypothesis,starts_on,"), "{}", table.text);
    assert!(table.text.contains("'=1+1"), "{}", table.text);

    let other = service.someone();
    let brought = other.post("/v1/account/imports", &data).expect(200);
    assert_eq!(brought["experiments"], 2);
    let (there, gone_on) = (other.get(&ended).expect(200), other.get(&test).expect(200));
    assert_eq!(there, me.get(&ended).expect(200));
    assert_eq!((&gone_on["status"], &gone_on["stopped_on"]), (&json!("ended"), &json!(day(0))), "one that is not over ends");
    let spoilt = |spoil: &dyn Fn(&mut Value)| {
        let mut body = data.clone();
        spoil(&mut body);
        let refused = service.someone().post("/v1/account/imports", &body).problem(422, "validation_failed");
        refused["errors"][0]["pointer"].as_str().unwrap().to_owned()
    };
    let nobodys = json!("0198c0de-0000-7000-8000-00000000dead");
    assert_eq!(spoilt(&|body| body["experiments"][0]["relationship_id"] = nobodys.clone()), "/experiments/0/relationship_id");
    assert_eq!(spoilt(&|body| body["experiments"][0]["length_days"] = json!(90)), "/experiments/0/length_days");
    assert_eq!(spoilt(&|body| body["experiments"][1]["id"] = body["experiments"][0]["id"].clone()), "/experiments/1/id");
}

#[test]
fn an_export_shows_it_ended_where_an_answer_has_ended_it() {
    let service = Service::start();
    let me = service.someone();
    let tie = open_tie(&me);
    let test = begin(&me, &tie);
    super::answer(&me, &tie, &[("afraid", "yes")]);
    let data = me.get(&format!("{}/data", completed_export(&me))).expect(200);
    assert_eq!(data["experiments"][0]["status"], "ended");
    assert_eq!(data["experiments"][0], me.get(&test).expect(200));
}

#[test]
fn it_goes_with_its_relationship_and_with_the_account() {
    let service = Service::start();
    let me = service.someone();
    let (tie, other) = (open_tie(&me), open_tie(&me));
    let test = begin(&me, &tie);
    begin(&me, &other);
    let erased = me.delete(&tie).expect(200)["erased"].clone();
    assert!(erased.as_array().unwrap().contains(&json!({"class": "experiments", "count": 1})), "{erased}");
    me.get(&test).problem(410, "gone");
    assert_eq!(
        me.send("DELETE", "/v1/account", Some("application/json"), json!({"current_password": me.password}).to_string().into()).status,
        200
    );
    assert_eq!(rows::count(&mut service.database.connect(), "SELECT count(*) AS count FROM experiments"), 0);
}
