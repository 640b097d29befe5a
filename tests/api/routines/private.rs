//! What somebody tries is their own: no other account, no narrower session and no grant learns of it, and no database holds a word of it.

use serde_json::json;

use super::{adopt, done, relationship};
use crate::support::everything::id_in;
use crate::support::{Client, PASSWORD, Service};

#[test]
fn a_session_for_one_relationship_and_whoever_came_by_a_grant_are_shown_no_practice() {
    let service = Service::start();
    let me = service.someone();
    let tie = relationship(&me);
    let practice = adopt(&me, &tie, "daily-check-in", &json!({}));
    done(&me, &practice, "me", "both");
    let asked = json!({"handle": me.handle(), "password": PASSWORD, "relationship_id": id_in(&tie)});
    let given = me.post(&format!("{tie}/grants"), &json!({"current_password": PASSWORD, "lasts_hours": 720, "notes": true})).expect(201);
    let pairs = [
        service.stranger().post("/v1/sessions", &asked).expect(201),
        service.stranger().post("/v1/grants/redemptions", &json!({"code": given["code"]})).expect(201),
    ];
    for pair in pairs {
        let narrow = Client::new(service.address, Some(pair["access_token"].as_str().unwrap().to_owned()));
        for path in [
            format!("{tie}/practices"),
            practice.clone(),
            format!("{practice}/sessions"),
            format!("{practice}/standing"),
            "/v1/prompts".to_owned(),
            "/v1/calendar-feeds".to_owned(),
        ] {
            narrow.get(&path).problem(403, "insufficient_scope");
        }
        let (seen, id) = (narrow.get(&tie), id_in(&practice));
        assert!(!seen.text.contains(id) && !seen.text.contains("check-in"), "{}", seen.text);
    }
}

#[test]
fn another_accounts_practice_is_answered_like_one_that_never_was() {
    let service = Service::start();
    let (me, other) = (service.someone(), service.someone());
    let practice = adopt(&me, &relationship(&me), "daily-check-in", &json!({}));
    let nobodys = "/v1/adopted-practices/01980000-0000-7000-8000-00000000dead";
    for more in ["", "/sessions", "/standing"] {
        let (one, two) = (other.get(&format!("{practice}{more}")), other.get(&format!("{nobodys}{more}")));
        let without_request = |answer: &crate::support::Answer| {
            let mut body = answer.problem(404, "not_found");
            body.as_object_mut().unwrap().remove("request_id");
            body
        };
        assert_eq!(without_request(&one), without_request(&two), "{more}");
    }
}
