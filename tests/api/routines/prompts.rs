//! What is put before somebody today, and what must not be.

use serde_json::json;

use super::{adopt, days_later, done, feels_safe, prompts, relationship, standing};
use crate::support::everything::id_in;
use crate::support::{Client, PASSWORD, Service};

#[test]
fn three_things_at_most_the_gentlest_first_each_with_why_in_the_readers_language() {
    let service = Service::start();
    let me = service.someone();
    let daily = json!({"cadence": "FREQ=DAILY"});
    let (one, other) = (relationship(&me), relationship(&me));
    // Otherwise the talk is not among those that may be there, and three would be all.
    feels_safe(&me, &one);
    for (tie, practice) in [(&one, "monthly-talk"), (&other, "daily-check-in"), (&one, "specific-gratitude"), (&other, "taking-turns")] {
        adopt(&me, tie, practice, &daily);
    }
    assert_eq!(prompts(&me), ["specific-gratitude", "taking-turns", "daily-check-in"], "the talk is due, too, and waits");
    let read = me.with("accept-language", "de").get("/v1/prompts");
    let first = read.expect(200)["data"][0].clone();
    assert_eq!((read.header("content-language"), &first["minutes"], &first["effort"]), ("de".to_owned(), &json!(3), &json!("low")));
    assert!(first["why"].as_str().unwrap().starts_with("Heute ist einer der Tage, die du dafür gewählt hast. "), "{first}");
    assert_eq!(
        (read.expect(200)["resources"].clone(), read.header("cache-control")),
        (json!("/v1/safety/resources"), "no-store".to_owned())
    );
}

/// What a change of circumstances leaves of the prompts, and the whole answer.
fn left_after(change: impl Fn(&Client, &str, &str)) -> (Vec<String>, String) {
    let service = Service::start();
    let me = service.someone();
    let tie = relationship(&me);
    let practice = adopt(&me, &tie, "taking-turns", &json!({}));
    assert_eq!(prompts(&me), ["taking-turns"]);
    change(&me, &tie, &practice);
    (prompts(&me), me.get("/v1/prompts").text)
}

#[test]
fn what_rules_a_suggestion_out_rules_a_prompt_out_and_the_answer_does_not_tell_which_it_was() {
    let nothing = left_after(|me, _, practice| assert_eq!(me.delete(practice).status, 204));
    let afraid = |me: &Client, tie: &str, _: &str| {
        me.put(&format!("{tie}/safety"), &json!({"answers": [{"item": "afraid", "answer": "yes"}]})).expect(200);
    };
    let refused = |me: &Client, tie: &str, _: &str| assert_eq!(me.put(&format!("{tie}/not-for-me/taking-turns"), &json!({})).status, 204);
    assert_eq!((left_after(afraid), left_after(refused)), (nothing.clone(), nothing.clone()));
    for change in [
        json!({"status": "paused"}),
        json!({"status": "archived"}),
        json!({"status": "ended"}),
        json!({"kind": "family"}),
        json!({"expected_balance": 0.5}),
        json!({"contexts": [{"kind": "other", "from": "2026-02-01", "to": "2026-02-20"}]}),
    ] {
        assert_eq!(left_after(|me, tie, _| drop(me.patch(tie, &change).expect(200))), nothing, "{change}");
    }
    for change in [json!({"snoozed_until": "2026-03-05"}), json!({"paused_until": "2026-03-05"}), json!({"dropped_on": "2026-03-02"})] {
        assert_eq!(left_after(|me, _, practice| drop(me.patch(practice, &change).expect(200))), nothing, "{change}");
    }
}

#[test]
fn where_a_practice_stands_tells_no_more_of_why_it_is_not_prompted_than_a_pause_does() {
    let service = Service::start();
    let stands = |change: fn(&Client, &str)| {
        let me = service.someone();
        let tie = relationship(&me);
        let practice = adopt(&me, &tie, "taking-turns", &json!({}));
        let stands = done(&me, &practice, "me", "both");
        assert_eq!((&stands["turn"], &stands["due"]["on"]), (&json!("them"), &json!("2026-03-09")));
        change(&me, &tie);
        standing(&me, &practice)
    };
    let resting = stands(|me, tie| drop(me.patch(tie, &json!({"status": "paused"})).expect(200)));
    let afraid =
        stands(|me, tie| drop(me.put(&format!("{tie}/safety"), &json!({"answers": [{"item": "afraid", "answer": "yes"}]})).expect(200)));
    let refused = stands(|me, tie| assert_eq!(me.put(&format!("{tie}/not-for-me/taking-turns"), &json!({})).status, 204));
    assert_eq!((&afraid, &refused), (&resting, &resting));
    assert_eq!((resting.get("due"), resting.get("turn"), &resting["resources"]), (None, None, &json!("/v1/safety/resources")));
}

#[test]
fn a_strain_without_an_end_rests_for_four_weeks_and_living_far_apart_not_at_all() {
    let service = Service::start();
    let me = service.someone();
    let tie = relationship(&me);
    let practice = adopt(&me, &tie, "daily-check-in", &json!({}));
    me.patch(&tie, &json!({"contexts": [{"kind": "distance", "from": "2026-01-01"}]})).expect(200);
    assert_eq!(prompts(&me), ["daily-check-in"]);
    me.patch(&tie, &json!({"contexts": [{"kind": "exams", "from": "2026-03-02"}]})).expect(200);
    assert_eq!((prompts(&me).len(), &standing(&me, &practice)["due"]["on"]), (0, &json!("2026-03-30")));
    let me = days_later(&service, &me, 27);
    assert!(prompts(&me).is_empty());
    let me = days_later(&service, &me, 1);
    assert_eq!(prompts(&me), ["daily-check-in"]);
}

#[test]
fn whoever_is_worn_out_is_not_asked_for_more_thanks() {
    let service = Service::start();
    let me = service.someone();
    let tie = relationship(&me);
    adopt(&me, &tie, "specific-gratitude", &json!({"cadence": "FREQ=DAILY"}));
    assert_eq!(prompts(&me), ["specific-gratitude"]);
    let drained = |n: u32| {
        json!({"relationship_id": id_in(&tie), "interaction": {"actor": "me", "dimension": "emotional_support",
        "energy_after": -3, "occurred_at": format!("2026-02-{:02}T10:00:00Z", n)}})
    };
    let items: Vec<_> = (1..=28).map(drained).collect();
    me.post("/v1/interactions/batch", &json!({ "items": items })).expect(200);
    me.post(&format!("{tie}/assessments"), &json!({})).expect(201);
    assert!(prompts(&me).is_empty());
}

#[test]
fn a_prompt_is_in_no_page_export_or_answer_to_anybody_else() {
    let service = Service::start();
    let me = service.someone();
    let tie = relationship(&me);
    let practice = adopt(&me, &tie, "taking-turns", &json!({}));
    done(&me, &practice, "me", "both");
    let me = days_later(&service, &me, 8);
    assert_eq!(prompts(&me), ["taking-turns"]);
    let assessment = me.post(&format!("{tie}/assessments"), &json!({}));
    assessment.expect(201);
    let page = me.with("accept", "text/html").get(&assessment.header("location"));
    assert!(page.status == 200 && !page.text.contains("taking-turns") && !page.text.contains("prompt"), "{}", page.text);
    let export = crate::support::everything::completed_export(&me);
    assert!(!me.get(&format!("{export}/data")).text.contains("prompt"));
    let given = me.post(&format!("{tie}/grants"), &json!({"current_password": PASSWORD, "lasts_hours": 720, "notes": true})).expect(201);
    let pair = service.stranger().post("/v1/grants/redemptions", &json!({"code": given["code"]})).expect(201);
    me.showing(pair["access_token"].as_str().unwrap().to_owned()).get("/v1/prompts").problem(403, "insufficient_scope");
}
