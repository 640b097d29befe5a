//! Records that a grant lends: none that says anything of a day outside of what is lent.

use serde_json::{Value, json};

use super::{Life, day, ids, sorted};
use crate::support::{Client, PASSWORD};

/// Whoever was let in to read the relationship on some days.
fn reader(life: &Life, days: &Value) -> Client {
    let mut asked = json!({"current_password": PASSWORD, "lasts_hours": 720});
    asked.as_object_mut().unwrap().extend(days.as_object().unwrap().clone());
    let code = life.me.post(&format!("{}/grants", life.tie), &asked).expect(201)["code"].clone();
    let pair = life.service.stranger().post("/v1/grants/redemptions", &json!({ "code": code })).expect(201);
    life.me.showing(pair["access_token"].as_str().unwrap().to_owned())
}

#[test]
fn no_record_that_names_a_day_or_an_entry_beyond_the_lent_days_is_lent() {
    let mut life = Life::begin();
    life.on(&day(6, 0));
    let log =
        |on: String| life.note("interactions", &json!({"actor": "me", "dimension": "repair", "occurred_at": format!("{on}T10:00:00Z")}));
    let (within, beyond) = (log(day(1, 3)), log(day(0, 3)));
    let on = day(1, 2);
    let shown = [
        ("promises", json!({"by": "me", "local_date": on, "due": day(2, 6)})),
        ("promises", json!({"by": "me", "local_date": on, "status": "kept", "settled_on": on, "interaction_id": within})),
        ("plans", json!({"proposed_by": "me", "local_date": on, "status": "scheduled", "settled_on": on, "scheduled_for": day(2, 6)})),
        ("needs", json!({"of": "me", "local_date": on, "status": "met", "settled_on": day(2, 6), "explained_on": [day(2, 1)]})),
        ("repairs", json!({"local_date": on, "moved_first": "me", "moved_on": on, "repaired_on": day(2, 6)})),
    ];
    let hidden = [
        ("promises", json!({"by": "me", "local_date": on, "due": day(3, 0)})),
        ("promises", json!({"by": "me", "local_date": on, "status": "kept", "settled_on": day(3, 0)})),
        ("promises", json!({"by": "me", "local_date": on, "status": "kept", "settled_on": on, "interaction_id": beyond})),
        ("plans", json!({"proposed_by": "me", "local_date": on, "status": "scheduled", "settled_on": on, "scheduled_for": day(3, 0)})),
        ("needs", json!({"of": "me", "local_date": on, "explained_on": [day(3, 0)]})),
        ("repairs", json!({"local_date": on, "moved_first": "me", "moved_on": on, "repaired_on": day(3, 0)})),
    ];
    let noted = |(kind, body): &(&'static str, Value)| (*kind, life.note(kind, body));
    let (shown, hidden): (Vec<_>, Vec<_>) = (shown.iter().map(noted).collect(), hidden.iter().map(noted).collect());
    let some = reader(&life, &json!({"from": day(1, 0), "to": day(2, 6)}));
    let all = reader(&life, &json!({}));
    for (kind, id) in &shown {
        some.get(&format!("/v1/{kind}/{id}")).expect(200);
    }
    for (kind, id) in &hidden {
        some.get(&format!("/v1/{kind}/{id}")).problem(404, "not_found");
        all.get(&format!("/v1/{kind}/{id}")).expect(200);
    }
    for kind in ["promises", "plans", "needs", "repairs"] {
        let listed = some.get(&format!("{}/{kind}", life.tie)).expect(200);
        let listed = ids(&json!(listed["data"].as_array().unwrap().iter().map(|one| one["id"].clone()).collect::<Vec<_>>()));
        let wanted: Vec<String> = shown.iter().filter(|(one, _)| *one == kind).map(|(_, id)| id.clone()).collect();
        assert_eq!(listed, sorted(&wanted), "{kind}");
    }
}
