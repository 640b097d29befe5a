//! Responses as evidence: which ones count, and which assessments they outdate.

use diesel::prelude::*;
use diesel::sql_types::{Bool, Date, Uuid as SqlUuid};
use reciprocity::content::Catalogue;
use reciprocity::engine::types::Dimension;
use reciprocity::features::responses::{StoredResponse, completed_between, questionnaires};
use reciprocity::kernel::{AccountId, RelationshipId};
use serde_json::json;
use uuid::Uuid;

use super::{completed, responses_of, tie, values};
use crate::support::Service;

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
