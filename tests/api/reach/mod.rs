//! A session that does not reach the whole account: what it may ask for, and that nothing else exists for it, over HTTP and below.

mod database;
mod routes;
mod sessions;

use serde_json::{Value, json};

use crate::support::everything::{id_in, relationship};
use crate::support::{Answer, Client, PASSWORD, Service};

fn sign_in(service: &Service, me: &Client, more: &Value) -> Answer {
    let mut asked = json!({"handle": me.get("/v1/account").expect(200)["handle"], "password": PASSWORD});
    asked.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    service.stranger().post("/v1/sessions", &asked)
}

fn client(service: &Service, pair: &Value) -> Client {
    Client::new(service.address, Some(pair["access_token"].as_str().unwrap().to_owned()))
}

/// A session of `me` for this relationship alone, which may do everything there.
fn for_one(service: &Service, me: &Client, tie: &str) -> Client {
    client(service, &sign_in(service, me, &json!({"relationship_id": id_in(tie)})).expect(201))
}

/// A session that came by a grant for this relationship, with nothing left out.
fn by_grant(service: &Service, me: &Client, tie: &str) -> Client {
    let given = me.post(&format!("{tie}/grants"), &json!({"notes": true, "current_password": PASSWORD, "lasts_hours": 720})).expect(201);
    client(service, &service.stranger().post("/v1/grants/redemptions", &json!({"code": given["code"]})).expect(201))
}

/// Two relationships with something of everything, and what was removed of each.
fn two_full_relationships(me: &Client) -> [String; 2] {
    [(); 2].map(|()| {
        let tie = relationship(me);
        for (day, dimension) in [("2026-01-10", "repair"), ("2026-02-10", "repair"), ("2026-02-11", "celebration")] {
            let at = format!("{day}T12:00:00Z");
            let body = json!({"actor": "me", "dimension": dimension, "occurred_at": at, "note": "we talked"});
            let entry = me.post(&format!("{tie}/interactions"), &body);
            entry.expect(201);
            me.patch(&entry.header("location"), &json!({"note": "we talked for long"})).expect(200);
        }
        let gone = me.post(&format!("{tie}/interactions"), &json!({"actor": "me", "dimension": "repair"})).header("location");
        assert_eq!(me.delete(&gone).status, 204);
        let need =
            json!({"of": "me", "local_date": "2026-02-10", "status": "met", "settled_on": "2026-02-11", "explained_on": ["2026-02-10"]});
        me.post(&format!("{tie}/needs"), &need).expect(201);
        let answers = json!({"question_set": "reciprocity-check", "status": "completed", "answers": [{"item": "cel-give-1", "value": 4}]});
        me.post(&format!("{tie}/responses"), &answers).expect(201);
        me.post(&format!("{tie}/assessments"), &json!({})).expect(201);
        tie
    })
}
