//! One of everything: for each path of the document that speaks of one thing, how to make that thing.

use serde_json::json;
use uuid::Uuid;

use super::document::Operation;
use super::{Client, eventually, operator};

/// What a path with a `{name}` in it speaks of.
pub enum Thing {
    /// Something of the account; the path where it now is.
    Own(String),
    /// Something that belongs to nobody; a path that leads to it.
    Shared(&'static str),
}

/// Makes what `template` speaks of as `client`; nothing where nobody has said how yet.
pub fn make(client: &Client, template: &str) -> Option<Thing> {
    Some(match template {
        "/v1/relationships/{relationship_id}" => Thing::Own(relationship(client)),
        "/v1/sessions/{session_id}" => Thing::Own(format!("/v1/sessions/{}", session(client))),
        "/v1/relationships/{relationship_id}/interactions" => Thing::Own(format!("{}/interactions", relationship(client))),
        "/v1/relationships/{relationship_id}/assessments" => Thing::Own(format!("{}/assessments", relationship(client))),
        "/v1/relationships/{relationship_id}/assessments/{assessment_id}" => Thing::Own(assessment(client)),
        "/v1/relationships/{relationship_id}/timeline" => Thing::Own(format!("{}/timeline", relationship(client))),
        "/v1/relationships/{relationship_id}/reviews/{month}" => Thing::Own(format!("{}/reviews/2026-02", relationship(client))),
        "/v1/relationships/{relationship_id}/responses" => Thing::Own(format!("{}/responses", relationship(client))),
        "/v1/relationships/{relationship_id}/question-sets" => Thing::Own(format!("{}/question-sets", relationship(client))),
        "/v1/relationships/{relationship_id}/responses/{response_id}" => Thing::Own(response(client)),
        "/v1/relationships/{relationship_id}/responses/{response_id}/change" => Thing::Own(format!("{}/change", response(client))),
        "/v1/relationships/{relationship_id}/promises" => Thing::Own(format!("{}/promises", relationship(client))),
        "/v1/relationships/{relationship_id}/plans" => Thing::Own(format!("{}/plans", relationship(client))),
        "/v1/relationships/{relationship_id}/needs" => Thing::Own(format!("{}/needs", relationship(client))),
        "/v1/relationships/{relationship_id}/repairs" => Thing::Own(format!("{}/repairs", relationship(client))),
        "/v1/promises/{promise_id}" => Thing::Own(record(client, "promises", &json!({"by": "them", "what": "to call"}))),
        "/v1/plans/{plan_id}" => Thing::Own(record(client, "plans", &json!({"proposed_by": "them", "what": "the lake"}))),
        "/v1/needs/{need_id}" => Thing::Own(record(client, "needs", &json!({"of": "me", "what": "an hour alone"}))),
        "/v1/repairs/{repair_id}" => Thing::Own(record(client, "repairs", &json!({"noticed_by": "me", "what": "we shouted"}))),
        "/v1/relationships/{relationship_id}/erasures" => Thing::Own(format!("{}/erasures", relationship(client))),
        "/v1/relationships/{relationship_id}/safety" => Thing::Own(format!("{}/safety", relationship(client))),
        "/v1/relationships/{relationship_id}/not-for-me" => Thing::Own(format!("{}/not-for-me", relationship(client))),
        "/v1/relationships/{relationship_id}/not-for-me/{slug}" => Thing::Own(format!("{}/not-for-me/taking-turns", relationship(client))),
        "/v1/relationships/{relationship_id}/experiments" => Thing::Own(format!("{}/experiments", answered_relationship(client))),
        "/v1/experiments/{experiment_id}" => Thing::Own(experiment(client)),
        "/v1/experiments/{experiment_id}/debrief" => Thing::Own(format!("{}/debrief", ended_experiment(client))),
        "/v1/relationships/{relationship_id}/grants" => Thing::Own(format!("{}/grants", relationship(client))),
        "/v1/relationships/{relationship_id}/practices" => Thing::Own(format!("{}/practices", relationship(client))),
        "/v1/adopted-practices/{adopted_practice_id}" => Thing::Own(adopted_practice(client)),
        "/v1/adopted-practices/{adopted_practice_id}/standing" => Thing::Own(format!("{}/standing", adopted_practice(client))),
        "/v1/adopted-practices/{adopted_practice_id}/change" => Thing::Own(format!("{}/change", adopted_practice(client))),
        "/v1/adopted-practices/{adopted_practice_id}/sessions" => Thing::Own(format!("{}/sessions", adopted_practice(client))),
        "/v1/adopted-practices/{adopted_practice_id}/sessions/{practice_session_id}" => Thing::Own(practice_session(client)),
        "/v1/calendar-feeds/{calendar_feed_id}" => Thing::Own(calendar_feed(client).0),
        "/v1/calendar/{address}" => Thing::Shared(Box::leak(calendar_feed(client).1.into_boxed_str())),
        "/v1/grants/{grant_id}" => Thing::Own(grant(client)),
        "/v1/account/consents/{consent_id}" => Thing::Own(consent(client)),
        "/v1/account/exports/{export_id}" => Thing::Own(completed_export(client)),
        "/v1/account/exports/{export_id}/data" => Thing::Own(format!("{}/data", completed_export(client))),
        "/v1/account/exports/{export_id}/tables/{part}" => Thing::Own(format!("{}/tables/interactions", completed_export(client))),
        "/v1/interactions/{interaction_id}" => Thing::Own(interaction(client)),
        "/v1/interactions/{interaction_id}/history" => Thing::Own(format!("{}/history", changed_interaction(client))),
        "/v1/practices/{slug}" => Thing::Shared("/v1/practices/taking-turns"),
        "/v1/guide/{question}" => Thing::Shared("/v1/guide/healthy-tie"),
        "/v1/admin/question-sets/{slug}/{version}" => {
            operator::have_evening(client);
            Thing::Shared(operator::EVENING)
        }
        "/v1/admin/question-sets/{slug}/{version}/publication" => {
            operator::have_evening(client);
            Thing::Shared("/v1/admin/question-sets/evening-check/1/publication")
        }
        "/v1/admin/question-sets/{slug}/{version}/retirement" => {
            operator::have_evening(client);
            Thing::Shared("/v1/admin/question-sets/evening-check/1/retirement")
        }
        "/v1/question-sets/{slug}" => Thing::Shared("/v1/question-sets/reciprocity-check"),
        "/problems/{code}" => Thing::Shared("/problems/not_found"),
        _ => return None,
    })
}

/// [`make`], or a test that fails and says where to go on.
#[track_caller]
pub fn must_make(client: &Client, template: &str) -> Thing {
    make(client, template).unwrap_or_else(|| panic!("{template} is new: say in tests/api/support/everything.rs how to make one"))
}

/// A path on which `client` finds something, whatever the operation is.
#[track_caller]
pub fn path_for(client: &Client, operation: &Operation) -> String {
    if !operation.path.contains('{') {
        return operation.path.clone();
    }
    match must_make(client, &operation.path) {
        Thing::Own(path) => path,
        Thing::Shared(path) => path.to_owned(),
    }
}

/// A path with every id in it replaced by one that nothing has.
pub fn of_nobody(path: &str) -> String {
    let nobodys = Uuid::from_u128(0x0198_0000_0000_7000_8000_0000_0000_dead).to_string();
    path.split('/').map(|part| if Uuid::parse_str(part).is_ok() { nobodys.as_str() } else { part }).collect::<Vec<_>>().join("/")
}

pub fn relationship(client: &Client) -> String {
    let made = client.post("/v1/relationships", &json!({"alias": "Sam", "kind": "friend", "label": "from the choir"}));
    made.expect(201);
    made.header("location")
}

fn consent(client: &Client) -> String {
    let made = client.post("/v1/account/consents", &json!({"purpose": "statistics", "text_version": 1, "given": true}));
    made.expect(201);
    made.header("location")
}

/// A practice adopted in a relationship of its own.
pub fn adopted_practice(client: &Client) -> String {
    let made = client.post(&format!("{}/practices", relationship(client)), &json!({"practice": "daily-check-in"}));
    made.expect(201);
    made.header("location")
}

fn practice_session(client: &Client) -> String {
    let path = format!("{}/sessions", adopted_practice(client));
    let made = client.post(&path, &json!({"started_by": "me", "took_part": "both", "challenge": "the move", "win": "a good talk"}));
    made.expect(201);
    made.header("location")
}

/// The path of a calendar feed, and of its calendar. An account has ten at most; the oldest makes room.
pub fn calendar_feed(client: &Client) -> (String, String) {
    let listed = client.get("/v1/calendar-feeds").expect(200);
    if let [oldest, .., _, _, _, _, _, _, _, _] = listed["data"].as_array().unwrap().as_slice() {
        client.delete(&format!("/v1/calendar-feeds/{}", oldest["id"].as_str().unwrap()));
    }
    let made = client.post("/v1/calendar-feeds", &json!({"title": "tea"}));
    let address = made.expect(201)["address"].as_str().unwrap().to_owned();
    (made.header("location"), address)
}

/// A grant for a relationship of its own.
fn grant(client: &Client) -> String {
    let lent = json!({"current_password": client.password, "lasts_hours": 720, "label": "counselling"});
    let made = client.post(&format!("{}/grants", relationship(client)), &lent);
    made.expect(201);
    made.header("location")
}

/// The id that a path ends with.
pub fn id_in(path: &str) -> &str {
    path.rsplit('/').next().unwrap()
}

fn interaction(client: &Client) -> String {
    let path = format!("{}/interactions", relationship(client));
    let made = client.post(&path, &json!({"actor": "me", "dimension": "repair", "note": "we talked"}));
    made.expect(201);
    made.header("location")
}

fn record(client: &Client, kind: &str, body: &serde_json::Value) -> String {
    let made = client.post(&format!("{}/{kind}", relationship(client)), body);
    made.expect(201);
    made.header("location")
}

/// An export that is completed; asking is what one waits by.
pub fn completed_export(client: &Client) -> String {
    let made = client.post("/v1/account/exports", &json!({}));
    made.expect(202);
    let path = made.header("location");
    let completed = eventually(|| client.get(&path).expect(200)["status"] == "completed");
    assert!(completed, "{path} does not come to an end");
    path
}

fn changed_interaction(client: &Client) -> String {
    let path = interaction(client);
    client.patch(&path, &json!({"note": "we talked for long"})).expect(200);
    path
}

fn assessment(client: &Client) -> String {
    let made = client.post(&format!("{}/assessments", relationship(client)), &json!({}));
    made.expect(201);
    made.header("location")
}

fn response(client: &Client) -> String {
    let path = format!("{}/responses", relationship(client));
    let made = client.post(&path, &json!({"question_set": "reciprocity-check", "answers": [{"item": "cel-give-1", "value": 4}]}));
    made.expect(201);
    made.header("location")
}

/// Answers the safety screen about a relationship so that nothing is left out.
pub fn answer_the_screen(client: &Client, tie: &str) {
    let safe = |item: &str| json!({"item": item, "answer": if item == "say_no" { "yes" } else { "no" }});
    let answers = ["afraid", "say_no", "hurt", "threats", "control", "watched", "own_behaviour"].map(safe);
    client.put(&format!("{tie}/safety"), &json!({ "answers": answers })).expect(200);
}

fn answered_relationship(client: &Client) -> String {
    let tie = relationship(client);
    answer_the_screen(client, &tie);
    tie
}

/// Begins a step-back test today.
pub fn begin_experiment(client: &Client, tie: &str) -> String {
    let plan = json!({"hypothesis": "they will call", "starts_on": "2026-03-02", "length_days": 14, "stop_rules": ["help_needed"]});
    let made = client.post(&format!("{tie}/experiments"), &plan);
    made.expect(201);
    made.header("location")
}

fn experiment(client: &Client) -> String {
    begin_experiment(client, &answered_relationship(client))
}

fn ended_experiment(client: &Client) -> String {
    let test = experiment(client);
    client.patch(&test, &json!({"stopped_on": "2026-03-02"})).expect(200);
    test
}

/// A second session of the client's account, so that ending it does not end the client's own.
fn session(client: &Client) -> String {
    let listed = client.get("/v1/sessions").expect(200);
    let other = listed["data"].as_array().unwrap().iter().find(|session| session["current"] == false);
    let handle = client.get("/v1/account").expect(200)["handle"].clone();
    let id = match other {
        Some(session) => session["id"].clone(),
        None => client.post("/v1/sessions", &json!({"handle": handle, "password": super::PASSWORD})).expect(201)["session_id"].clone(),
    };
    id.as_str().unwrap().to_owned()
}
