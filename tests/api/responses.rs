//! Responses: begun, resumed, completed, scored; fixed once completed, private always.

use diesel::prelude::*;
use diesel::sql_types::{Bool, Date, Uuid as SqlUuid};
use reciprocity::content::Catalogue;
use reciprocity::engine::types::Dimension;
use reciprocity::features::responses::{StoredResponse, completed_between, questionnaires};
use reciprocity::kernel::{AccountId, RelationshipId};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::support::{Client, Service};

/// A new relationship's id.
fn tie(me: &Client) -> String {
    me.post("/v1/relationships", &json!({"alias": "Sam", "kind": "friend"})).expect(201)["id"].as_str().unwrap().to_owned()
}

fn responses_of(tie: &str) -> String {
    format!("/v1/relationships/{tie}/responses")
}

fn values(answers: &[(&str, i32)]) -> Value {
    answers.iter().map(|(item, value)| json!({"item": item, "value": value})).collect()
}

fn completed(set: &str, answers: &[(&str, i32)]) -> Value {
    json!({"question_set": set, "answers": values(answers), "status": "completed"})
}

fn dimension<'a>(response: &'a Value, name: &str) -> &'a Value {
    response["scores"]["dimensions"].as_array().unwrap().iter().find(|entry| entry["dimension"] == name).unwrap()
}

#[test]
fn a_set_is_answered_bit_by_bit_and_scored_once_it_is_completed() {
    let service = Service::start();
    let me = service.someone();
    let all = responses_of(&tie(&me));
    let made = me.post(&all, &json!({"question_set": "reciprocity-check", "answers": values(&[("energy-1", -2)])}));
    let begun = made.expect(201);
    assert_eq!((&begun["version"], &begun["status"], &begun["local_date"]), (&json!(1), &json!("in_progress"), &json!("2026-03-02")));
    let path = made.header("location");
    let resumed = me.get(&path);
    assert_eq!(resumed.expect(200), begun);
    assert_eq!(me.with("if-none-match", &resumed.header("etag")).get(&path).status, 304);
    assert!(begun.get("scores").is_none() && begun.get("completed_at").is_none());

    let more = values(&[("energy-1", -2), ("heard-1", 4), ("es-give-1", 4), ("es-give-2", 3), ("es-receive-1", 1), ("es-receive-2", 2)]);
    let saved = me.with("if-match", &resumed.header("etag")).patch_as_is(&path, &json!({"answers": more})).expect(200);
    assert_eq!((&saved["answers"], &saved["status"]), (&more, &json!("in_progress")));

    let done = me.patch(&path, &json!({"status": "completed"})).expect(200);
    assert_eq!((&done["status"], &done["completed_at"]), (&json!("completed"), &json!("2026-03-02T12:00:00Z")));
    assert_eq!(me.get(&path).expect(200), done);
    let support = dimension(&done, "emotional_support");
    assert_eq!((&support["give"]["mean"], &support["receive"]["mean"], &support["range"]), (&json!(3.5), &json!(1.5), &json!(4)));
    assert_eq!((&support["difference"], &support["pairs_answered"]), (&json!(0.5), &json!(2)));
    assert_eq!((&support["give"]["answered"], &support["give"]["asked"], &support["give"]["alpha"]), (&json!(2), &json!(2), &json!(0.67)));
    assert_eq!((&done["scores"]["felt_heard"]["mean"], &done["scores"]["energy_after"]["mean"]), (&json!(4.0), &json!(-2.0)));
    assert_eq!(done["scores"]["reliability"], "provisional");
    let (celebration, repair) = (dimension(&done, "celebration"), dimension(&done, "repair"));
    assert_eq!((&celebration["missing"], &celebration["give"]["missing"]), (&json!("too_few_answers"), &json!("too_few_answers")));
    assert_eq!((&repair["missing"], &repair["give"]["asked"]), (&json!("not_asked"), &json!(0)));
    assert!(celebration.get("difference").is_none() && celebration["give"].get("mean").is_none());
}

#[test]
fn an_item_can_be_skipped_or_declined_and_neither_counts_as_a_value() {
    let service = Service::start();
    let me = service.someone();
    let body = json!({"question_set": "after-interaction-pulse", "version": 1, "status": "completed", "answers": [
        {"item": "es-give-1", "value": 4}, {"item": "es-receive-1", "skipped": true},
        {"item": "ini-give-1", "prefer_not_to_say": true}, {"item": "ini-receive-1", "value": 0, "skipped": false}
    ]});
    let done = me.post(&responses_of(&tie(&me)), &body).expect(201);
    let counts = json!({"asked": 6, "answered": 2, "skipped": 1, "preferred_not_to_say": 1, "without_answer": 2});
    assert_eq!(done["scores"]["counts"], counts);
    assert_eq!(done["answers"][1], json!({"item": "es-receive-1", "skipped": true}));
    assert_eq!(done["answers"][2], json!({"item": "ini-give-1", "prefer_not_to_say": true}));
    assert_eq!(dimension(&done, "emotional_support")["missing"], "too_few_answers");
    assert_eq!(dimension(&done, "initiation")["receive"]["mean"], 0.0);
    assert_eq!(done["scores"]["felt_heard"]["missing"], "too_few_answers");
}

#[test]
fn means_of_different_questions_are_given_but_not_compared() {
    let service = Service::start();
    let me = service.someone();
    let answers = [("es-give-1", 4), ("es-receive-2", 1)];
    let done = me.post(&responses_of(&tie(&me)), &completed("reciprocity-check", &answers)).expect(201);
    let support = dimension(&done, "emotional_support");
    assert_eq!((&support["give"]["mean"], &support["receive"]["mean"]), (&json!(4.0), &json!(1.0)));
    assert_eq!((&support["missing"], &support["pairs_answered"]), (&json!("too_few_pairs"), &json!(0)));
    assert!(support.get("difference").is_none());
    assert!(support["give"]["alpha"].as_f64().unwrap() < 0.67, "half the questions are less reliable than all of them");
}

#[test]
fn an_item_that_the_other_answers_leave_closed_is_refused() {
    let service = Service::start();
    let me = service.someone();
    let all = responses_of(&tie(&me));
    let closed = json!({"question_set": "reciprocity-check", "answers": values(&[("rep-gate-1", 0), ("rep-give-1", 2)])});
    let problem = me.post(&all, &closed).problem(422, "validation_failed");
    assert_eq!((&problem["errors"][0]["pointer"], &problem["errors"][0]["code"]), (&json!("/answers/1/item"), &json!("item_not_asked")));
    let open = json!({"question_set": "reciprocity-check", "answers": values(&[("rep-gate-1", 1), ("rep-give-1", 2)])});
    let made = me.post(&all, &open);
    made.expect(201);
    let shut = json!({"answers": values(&[("rep-gate-1", 0), ("rep-give-1", 2)])});
    me.patch(&made.header("location"), &shut).problem(422, "validation_failed");
    assert_eq!(me.get(&made.header("location")).expect(200), made.json());
}

#[test]
fn a_wrong_body_is_pointed_at_and_nothing_is_stored() {
    let service = Service::start();
    let me = service.someone();
    let all = responses_of(&tie(&me));
    let with = |answers: Value| json!({"question_set": "after-interaction-pulse", "answers": answers});
    let many: Value = (0..41).map(|_| json!({"item": "es-give-1", "value": 1})).collect();
    for (body, pointer) in [
        (json!({}), "/question_set"),
        (json!({"question_set": "no-such-check"}), "/question_set"),
        (json!({"question_set": "after-interaction-pulse", "version": 2}), "/version"),
        (json!({"question_set": "after-interaction-pulse", "status": "scored"}), "/status"),
        (json!({"question_set": "after-interaction-pulse", "local_date": "2026-03-04"}), "/local_date"),
        (json!({"question_set": "after-interaction-pulse", "local_date": "1969-12-31"}), "/local_date"),
        (json!({"question_set": "after-interaction-pulse", "note": "x"}), ""),
        (with(json!([{"item": "es-give-1", "value": 1}, {"item": "heard-1", "value": 0}])), "/answers/1/value"),
        (with(json!([{"item": "es-give-1", "value": null}])), "/answers/0/value"),
        (with(json!([{"item": "es-give-9", "value": 1}])), "/answers/0/item"),
        (with(json!([{"item": "es-give-1", "value": 1}, {"item": "es-give-1", "value": 1}])), "/answers/1/item"),
        (with(json!([{"item": "es-give-1"}])), "/answers/0"),
        (with(json!([{"item": "es-give-1", "value": 1, "skipped": true}])), "/answers/0"),
        (with(many), "/answers"),
        (json!({"question_set": "after-interaction-pulse", "id": "ffffffff-ffff-ffff-ffff-ffffffffffff"}), "/id"),
    ] {
        let problem = me.post(&all, &body).problem(422, "validation_failed");
        assert_eq!(problem["errors"][0]["pointer"], pointer, "{body}");
    }
    assert_eq!(me.get(&all).expect(200)["data"], json!([]));
}

#[test]
fn a_completed_response_does_not_change() {
    let service = Service::start();
    let me = service.someone();
    let made = me.post(&responses_of(&tie(&me)), &completed("after-interaction-pulse", &[("es-give-1", 4), ("es-receive-1", 4)]));
    let path = made.header("location");
    for change in
        [json!({"answers": []}), json!({"status": "in_progress"}), json!({"status": "completed"}), json!({"local_date": "2026-03-01"})]
    {
        me.patch(&path, &change).problem(409, "response_completed");
    }
    assert_eq!(me.get(&path).expect(200), made.expect(201));
}

#[test]
fn a_change_needs_the_version_it_was_made_from() {
    let service = Service::start();
    let me = service.someone();
    let made = me.post(&responses_of(&tie(&me)), &json!({"question_set": "after-interaction-pulse"}));
    let (path, etag) = (made.header("location"), made.header("etag"));
    me.patch_as_is(&path, &json!({"status": "completed"})).problem(428, "precondition_required");
    me.with("if-match", &etag).patch_as_is(&path, &json!({"local_date": "2026-03-01"})).expect(200);
    me.with("if-match", &etag).patch_as_is(&path, &json!({"status": "completed"})).problem(412, "precondition_failed");
    let now = me.get(&path).expect(200);
    assert_eq!((&now["local_date"], &now["status"]), (&json!("2026-03-01"), &json!("in_progress")));
    me.patch(&path, &json!({"local_date": "2026-03-04"})).problem(422, "validation_failed");
    me.patch(&path, &json!({"local_date": null})).problem(422, "validation_failed");
    let minimal = me.with("prefer", "return=minimal").patch(&path, &json!({"status": "completed"}));
    assert_eq!((minimal.status, minimal.text.as_str()), (204, ""));
}

#[test]
fn the_same_request_is_done_once_and_another_under_its_id_is_refused() {
    let service = Service::start();
    let me = service.someone();
    let (all, elsewhere) = (responses_of(&tie(&me)), responses_of(&tie(&me)));
    let id = Uuid::from_u128(0x1234_5678_9abc_4def_8123_4567_89ab_cdef);
    let body = json!({"id": id, "question_set": "after-interaction-pulse"});
    me.post(&all, &body).expect(201);
    me.patch(&format!("{all}/{id}"), &json!({"answers": values(&[("es-give-1", 2)])})).expect(200);
    assert_eq!(me.post(&all, &body).expect(200)["answers"], values(&[("es-give-1", 2)]));
    me.post(&all, &json!({"id": id, "question_set": "friendship-check"})).problem(409, "id_conflict");
    me.post(&elsewhere, &body).problem(409, "id_conflict");
    assert_eq!(me.get(&all).expect(200)["data"].as_array().unwrap().len(), 1);
    assert_eq!(me.get(&elsewhere).expect(200)["data"], json!([]));
}

#[test]
fn an_idempotency_key_makes_one_thing_of_the_same_request() {
    let service = Service::start();
    let me = service.someone();
    let all = responses_of(&tie(&me));
    let keyed = me.with("idempotency-key", "a-key-of-mine");
    let body = completed("after-interaction-pulse", &[("es-give-1", 4)]);
    assert_eq!(keyed.post(&all, &body).expect(201), keyed.post(&all, &body).expect(200));
    keyed.post(&all, &json!({"question_set": "after-interaction-pulse"})).problem(422, "idempotency_key_reused");
    assert_eq!(me.get(&all).expect(200)["data"].as_array().unwrap().len(), 1);
    // A refused request leaves its key free for the corrected one.
    let other = me.with("idempotency-key", "another-key");
    other.post(&all, &json!({"question_set": "after-interaction-pulse", "local_date": "2030-01-01"})).problem(422, "validation_failed");
    other.post(&all, &json!({"question_set": "after-interaction-pulse", "local_date": "2026-01-01"})).expect(201);
}

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
fn what_was_removed_stays_gone() {
    let service = Service::start();
    let me = service.someone();
    let all = responses_of(&tie(&me));
    let body = json!({"id": Uuid::from_u128(0x1234_5678_9abc_4def_8123_4567_89ab_cdef), "question_set": "after-interaction-pulse"});
    let path = me.post(&all, &body).header("location");
    assert_eq!(me.delete(&path).status, 204);
    me.get(&path).problem(410, "gone");
    me.patch(&path, &json!({"status": "completed"})).problem(410, "gone");
    me.delete(&path).problem(410, "gone");
    me.post(&all, &body).problem(410, "gone");
    assert_eq!(me.get(&all).expect(200)["data"], json!([]));

    let left = me.post(&all, &json!({"question_set": "after-interaction-pulse"})).header("location");
    me.delete(all.trim_end_matches("/responses"));
    me.get(&left).problem(410, "gone");
    me.get(&all).problem(410, "gone");
    me.post(&all, &json!({"question_set": "after-interaction-pulse"})).problem(410, "gone");
}

#[test]
fn mirrored_answers_give_the_mirrored_difference() {
    let service = Service::start();
    let me = service.someone();
    let all = responses_of(&tie(&me));
    let pairs = [("cel", 4, 1), ("app", 0, 3), ("help", 2, 2)];
    let answers = |swap: bool| -> Value {
        let side = |name: &str, side: &str, value: i32| json!({"item": format!("{name}-{side}-1"), "value": value});
        let of = |(name, give, receive): &(&str, i32, i32)| {
            let (give, receive) = if swap { (*receive, *give) } else { (*give, *receive) };
            [side(name, "give", give), side(name, "receive", receive)]
        };
        pairs.iter().flat_map(of).collect()
    };
    let scored =
        |swap| me.post(&all, &json!({"question_set": "reciprocity-check", "status": "completed", "answers": answers(swap)})).expect(201);
    let (mine, theirs) = (scored(false), scored(true));
    for name in ["celebration", "appreciation", "practical_help"] {
        let (one, other) = (dimension(&mine, name), dimension(&theirs, name));
        assert_eq!(one["difference"], json!(0.0 - other["difference"].as_f64().unwrap()));
        assert_eq!((&one["give"], &one["receive"]), (&other["receive"], &other["give"]));
    }
    assert_eq!(dimension(&mine, "celebration")["difference"], 0.75);
}

#[test]
fn a_response_belongs_to_the_day_in_the_accounts_zone_unless_the_client_says_otherwise() {
    let service = Service::start();
    service.clock.advance(chrono::TimeDelta::minutes(11 * 60 + 30));
    let me = service.someone();
    let all = responses_of(&tie(&me));
    let day = |body: Value| me.post(&all, &body).expect(201)["local_date"].as_str().unwrap().to_owned();
    assert_eq!(day(json!({"question_set": "after-interaction-pulse"})), "2026-03-03");
    assert_eq!(day(json!({"question_set": "after-interaction-pulse", "local_date": "2026-03-04"})), "2026-03-04");
    assert_eq!(day(json!({"question_set": "after-interaction-pulse", "local_date": "2025-12-24"})), "2025-12-24");
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

/// Stores a bare assessment of a window, and says whether it is stale now.
struct Snapshot<'a> {
    service: &'a Service,
    id: Uuid,
}

#[derive(QueryableByName)]
struct Stale {
    #[diesel(sql_type = Bool)]
    stale: bool,
}

impl<'a> Snapshot<'a> {
    fn of(service: &'a Service, tie: &str, id: u128, (from, to): (&str, &str)) -> Self {
        let id = Uuid::from_u128(id);
        diesel::sql_query(
            "INSERT INTO assessments (account_id, id, relationship_id, as_of, window_from, window_to, method_name, method_version, \
             evidence_digest, result, cited, created_at) \
             SELECT account_id, $2, id, $4, $3, $4, 'm', '1', '', '{}', '{}', now() FROM relationships WHERE id = $1",
        )
        .bind::<SqlUuid, _>(tie.parse::<Uuid>().unwrap())
        .bind::<SqlUuid, _>(id)
        .bind::<Date, _>(from.parse::<chrono::NaiveDate>().unwrap())
        .bind::<Date, _>(to.parse::<chrono::NaiveDate>().unwrap())
        .execute(&mut service.database.connect())
        .unwrap();
        Self { service, id }
    }

    fn is_stale(&self) -> bool {
        let query = diesel::sql_query("SELECT stale FROM assessments WHERE id = $1").bind::<SqlUuid, _>(self.id);
        query.get_result::<Stale>(&mut self.service.database.connect()).unwrap().stale
    }

    fn refresh(&self) {
        let query = diesel::sql_query("UPDATE assessments SET stale = false WHERE id = $1").bind::<SqlUuid, _>(self.id);
        query.execute(&mut self.service.database.connect()).unwrap();
    }
}

#[test]
fn completing_and_removing_outdate_the_assessments_whose_window_holds_the_day() {
    let service = Service::start();
    let me = service.someone();
    let (here, there) = (tie(&me), tie(&me));
    let first_day = Snapshot::of(&service, &here, 1, ("2026-02-01", "2026-03-01"));
    let last_day = Snapshot::of(&service, &here, 2, ("2026-03-01", "2026-03-20"));
    let before = Snapshot::of(&service, &here, 3, ("2026-02-01", "2026-02-28"));
    let after = Snapshot::of(&service, &here, 4, ("2026-03-02", "2026-03-20"));
    let elsewhere = Snapshot::of(&service, &there, 5, ("2026-02-01", "2026-03-20"));
    let stale = || [&first_day, &last_day, &before, &after, &elsewhere].map(Snapshot::is_stale);
    let touched = [true, true, false, false, false];

    let path = me.post(&responses_of(&here), &json!({"question_set": "friendship-check", "local_date": "2026-03-01"})).header("location");
    me.patch(&path, &json!({"answers": values(&[("heard-1", 3)])})).expect(200);
    assert_eq!(stale(), [false; 5], "what is in progress is no evidence");
    me.patch(&path, &json!({"status": "completed"})).expect(200);
    assert_eq!(stale(), touched);

    first_day.refresh();
    last_day.refresh();
    assert_eq!(me.delete(&path).status, 204);
    assert_eq!(stale(), touched);

    first_day.refresh();
    last_day.refresh();
    let at_once = json!({"question_set": "friendship-check", "local_date": "2026-03-01", "status": "completed"});
    me.post(&responses_of(&here), &at_once).expect(201);
    assert_eq!(stale(), touched);
}

#[derive(QueryableByName)]
struct Owner {
    #[diesel(sql_type = SqlUuid)]
    account_id: Uuid,
}

/// The evidence of a window, as the account that owns the relationship sees it.
fn evidence(service: &Service, tie: &str, from: &str, to: &str) -> Vec<StoredResponse> {
    let mut conn = service.database.connect();
    let tie: Uuid = tie.parse().unwrap();
    let query = diesel::sql_query("SELECT account_id FROM relationships WHERE id = $1").bind::<SqlUuid, _>(tie);
    let account = AccountId(query.get_result::<Owner>(&mut conn).unwrap().account_id);
    completed_between(&mut conn, account, RelationshipId(tie), from.parse().unwrap(), to.parse().unwrap()).unwrap()
}

#[test]
fn of_each_set_the_newest_completed_response_in_the_window_is_evidence() {
    let service = Service::start();
    let me = service.someone();
    let (here, there) = (tie(&me), tie(&me));
    let answer = |tie: &str, set: &str, day: &str, status: &str, give: i32| {
        let answers = values(&[("es-give-1", give), ("es-receive-1", 1)]);
        let body = json!({"question_set": set, "local_date": day, "status": status, "answers": answers});
        me.post(&responses_of(tie), &body).expect(201);
    };
    answer(&here, "reciprocity-check", "2026-02-20", "completed", 4);
    answer(&here, "reciprocity-check", "2026-02-10", "completed", 0);
    answer(&here, "reciprocity-check", "2026-02-27", "in_progress", 0);
    answer(&here, "reciprocity-check", "2026-03-01", "completed", 0);
    answer(&here, "friendship-check", "2026-02-12", "completed", 3);
    answer(&here, "after-interaction-pulse", "2026-02-28", "completed", 0);
    answer(&there, "family-check", "2026-02-20", "completed", 0);

    let found = evidence(&service, &here, "2026-02-10", "2026-02-28");
    let days: Vec<_> = found.iter().map(|response| (response.question_set.as_str(), response.local_date.to_string())).collect();
    let expected = [("friendship-check", "2026-02-12"), ("reciprocity-check", "2026-02-20"), ("after-interaction-pulse", "2026-02-28")];
    assert_eq!(days, expected.map(|(set, day)| (set, day.to_owned())));

    let catalogue = Catalogue::load().unwrap();
    let read: Vec<_> = found.iter().flat_map(|response| questionnaires(&catalogue, response).unwrap()).collect();
    let scores: Vec<_> = read.iter().map(|scored| (scored.dimension.unwrap(), scored.give, scored.receive)).collect();
    assert_eq!(scores, [(Dimension::EmotionalSupport, 3.0, 1.0), (Dimension::EmotionalSupport, 4.0, 1.0)]);
}

#[test]
fn completing_moves_a_response_to_the_end_of_the_order_of_changes() {
    let service = Service::start();
    let me = service.someone();
    let tie = tie(&me);
    let early = me.post(&responses_of(&tie), &json!({"question_set": "friendship-check"})).header("location");
    me.post(&responses_of(&tie), &completed("reciprocity-check", &[])).expect(201);
    service.clock.advance(chrono::TimeDelta::seconds(1));
    me.patch(&early, &json!({"status": "completed"})).expect(200);
    let found = evidence(&service, &tie, "2026-03-02", "2026-03-02");
    let order: Vec<_> = found.iter().map(|response| response.question_set.as_str()).collect();
    assert_eq!(order, ["reciprocity-check", "friendship-check"]);
    assert!(found[0].change < found[1].change);
}
