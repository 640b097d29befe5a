//! What a plan may be, and how a test ends before its time.

use serde_json::{Value, json};

use super::{begin, day, later, open_tie, plan};
use crate::support::{Client, Service};

fn faults(me: &Client, path: &str, spoil: impl Fn(&mut Value)) -> Vec<(String, String)> {
    let mut body = plan();
    spoil(&mut body);
    let refused = me.post(path, &body).problem(422, "validation_failed");
    let of = |one: &Value, member: &str| one[member].as_str().unwrap().to_owned();
    refused["errors"].as_array().unwrap().iter().map(|one| (of(one, "pointer"), of(one, "code"))).collect()
}

#[test]
fn a_plan_keeps_its_bounds() {
    let service = Service::start();
    let me = service.someone();
    let path = format!("{}/experiments", open_tie(&me));
    let wrong = |pointer: &str, code: &str| vec![(pointer.to_owned(), code.to_owned())];
    for length in [6, 29] {
        assert_eq!(faults(&me, &path, |body| body["length_days"] = json!(length)), wrong("/length_days", "out_of_range"));
    }
    for offset in [-2, 32] {
        assert_eq!(faults(&me, &path, |body| body["starts_on"] = json!(day(offset))), wrong("/starts_on", "out_of_range"));
    }
    assert_eq!(faults(&me, &path, |body| body["stop_rules"] = json!([])), wrong("/stop_rules", "required"));
    let twice = json!(["they_ask", "they_ask"]);
    assert_eq!(faults(&me, &path, |body| body["stop_rules"] = twice.clone()), wrong("/stop_rules", "duplicate"));
    assert_eq!(faults(&me, &path, |body| body["hypothesis"] = json!("  ")), wrong("/hypothesis", "empty"));
    assert_eq!(faults(&me, &path, |body| body["steps"] = json!({"dimensions": []})), wrong("/steps/dimensions", "required"));
    let twice = json!({"dimensions": ["repair", "repair"]});
    assert_eq!(faults(&me, &path, |body| body["steps"] = twice.clone()), wrong("/steps/dimensions", "duplicate"));
    // A rule of one's own is a rule.
    let mut own = plan();
    own["stop_rules"] = json!([]);
    own["own_stop_rule"] = json!("When it spoils the birthday.");
    own["steps"] = json!({"dimensions": ["repair", "initiation"], "unprompted_only": false});
    let made = me.post(&path, &own).expect(201);
    assert_eq!(made["steps"], json!({"actor": "them", "dimensions": ["initiation", "repair"], "unprompted_only": false}));
    assert_eq!((&made["own_stop_rule"], &made["stop_rules"]), (&own["own_stop_rule"], &json!([])));
}

#[test]
fn it_is_stopped_on_one_of_its_days_and_does_not_go_on() {
    let service = Service::start();
    let me = service.someone();
    let test = begin(&me, &open_tie(&me));
    let me = later(&service, &me, 4);
    let stop = |offset: i64| me.patch(&test, &json!({"stopped_on": day(offset)}));
    for offset in [-1, 5] {
        assert_eq!(stop(offset).problem(422, "validation_failed")["errors"][0]["code"], "out_of_range");
    }
    let stopped = stop(3).expect(200);
    assert_eq!((&stopped["status"], &stopped["ends_on"]), (&json!("ended"), &json!(day(3))));
    stop(3).expect(200);
    assert_eq!(stop(4).problem(422, "validation_failed")["errors"][0]["code"], "already_over");
    me.patch(&test, &json!({"stopped_on": null})).problem(422, "validation_failed");
    assert_eq!(me.get(&test).expect(200)["stopped_on"], json!(day(3)));
}

#[test]
fn one_that_has_not_begun_is_called_off_today() {
    let service = Service::start();
    let me = service.someone();
    let mut soon = plan();
    soon["starts_on"] = json!(day(7));
    let made = me.post(&format!("{}/experiments", open_tie(&me)), &soon);
    let test = made.header("location");
    assert_eq!(made.expect(201)["status"], "planned");
    assert_eq!(me.patch(&test, &json!({"stopped_on": day(7)})).status, 422);
    assert_eq!(me.patch(&test, &json!({"stopped_on": day(0)})).expect(200)["status"], "ended");
    let told = me.get(&format!("{test}/debrief")).expect(200);
    assert_eq!(told["comparison"].get("during"), None, "there was no such time");
}

#[test]
fn its_tag_changes_with_it_and_with_the_day_that_ends_it() {
    let service = Service::start();
    let me = service.someone();
    let test = begin(&me, &open_tie(&me));
    let tag = me.get(&test).header("etag");
    assert_eq!(me.with("if-none-match", &tag).get(&test).status, 304);
    me.with("if-match", "\"999\"").patch_as_is(&test, &json!({"end_note": "no"})).problem(412, "precondition_failed");
    me.patch_as_is(&test, &json!({"end_note": "no"})).problem(428, "precondition_required");
    let changed = me.with("if-match", &tag).patch_as_is(&test, &json!({"end_note": "quiet so far"}));
    changed.expect(200);
    let me = later(&service, &me, 14);
    let ended = me.with("if-none-match", &changed.header("etag")).get(&test);
    assert_eq!(ended.expect(200)["status"], "ended");
}
