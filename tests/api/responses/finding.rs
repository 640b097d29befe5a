//! Where a response is found: under its own relationship, by its owner, page by page.

use serde_json::json;
use uuid::Uuid;

use super::{responses_of, tie};
use crate::support::Service;

#[test]
fn somebody_elses_response_answers_like_one_that_does_not_exist() {
    let service = Service::start();
    let (me, other) = (service.someone(), service.someone());
    let (mine, theirs) = (tie(&me), tie(&other));
    let made = me.post(&responses_of(&mine), &json!({"question_set": "after-interaction-pulse"}));
    let id = made.expect(201)["id"].as_str().unwrap().to_owned();
    let nobody = Uuid::from_u128(0x7777_5678_9abc_4def_8123_4567_89ab_cdef);
    let body = json!({"question_set": "after-interaction-pulse"});
    let attempts = |tie: &str, response: &str| {
        let (all, one) = (responses_of(tie), format!("{}/{response}", responses_of(tie)));
        let answers = [
            other.get(&all),
            other.post(&all, &body),
            other.get(&one),
            other.patch(&one, &json!({"status": "completed"})),
            other.delete(&one),
        ];
        answers.map(|answer| {
            let mut problem = answer.problem(404, "not_found");
            problem["request_id"] = json!("");
            problem
        })
    };
    assert_eq!(attempts(&mine, &id), attempts(&nobody.to_string(), &nobody.to_string()));
    let through_my_own = format!("{}/{id}", responses_of(&theirs));
    other.get(&through_my_own).problem(404, "not_found");
    other.delete(&through_my_own).problem(404, "not_found");
    assert_eq!(me.get(&made.header("location")).expect(200), made.json());
    service.stranger().get(&made.header("location")).problem(401, "unauthenticated");
}

#[test]
fn a_response_is_found_only_under_its_own_relationship() {
    let service = Service::start();
    let me = service.someone();
    let (here, there) = (tie(&me), tie(&me));
    let made = me.post(&responses_of(&here), &json!({"question_set": "after-interaction-pulse"})).expect(201);
    let astray = format!("{}/{}", responses_of(&there), made["id"].as_str().unwrap());
    me.get(&astray).problem(404, "not_found");
    me.patch(&astray, &json!({"status": "completed"})).problem(404, "not_found");
    me.delete(&astray).problem(404, "not_found");
    assert_eq!(me.get(&responses_of(&here)).expect(200)["data"], json!([made]));
}

#[test]
fn a_list_is_read_page_by_page_newest_first_and_can_be_narrowed() {
    let service = Service::start();
    let me = service.someone();
    let all = responses_of(&tie(&me));
    let sets = ["friendship-check", "after-interaction-pulse", "reciprocity-check", "after-interaction-pulse"];
    for (n, set) in sets.into_iter().enumerate() {
        service.clock.advance(chrono::TimeDelta::seconds(1));
        let status = if n % 2 == 0 { "completed" } else { "in_progress" };
        me.post(&all, &json!({"question_set": set, "status": status})).expect(201);
    }
    let found = |query: &str| {
        let page = me.get(&format!("{all}?{query}")).expect(200);
        let slugs: Vec<_> = page["data"].as_array().unwrap().iter().map(|r| r["question_set"].as_str().unwrap().to_owned()).collect();
        (slugs, page["next_cursor"].as_str().unwrap_or_default().to_owned())
    };
    let (first, next) = found("limit=3");
    let (last, end) = found(&format!("limit=3&cursor={next}"));
    let newest_first: Vec<_> = sets.iter().rev().map(|set| (*set).to_owned()).collect();
    assert_eq!(([first, last].concat(), end.as_str()), (newest_first, ""));
    assert_eq!(found("status=completed").0, ["reciprocity-check", "friendship-check"]);
    assert_eq!(found("question_set=after-interaction-pulse").0.len(), 2);
    assert_eq!(found("question_set=after-interaction-pulse&status=completed").0.len(), 0);
    me.get(&format!("{all}?status=completed&cursor={next}")).problem(400, "invalid_parameter");
    me.get(&format!("{all}?status=lost")).problem(400, "invalid_parameter");
}
