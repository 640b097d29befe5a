//! A session that does not reach the whole account: what it may ask for, and that nothing else exists for it, over HTTP and below.

use diesel::connection::SimpleConnection;
use diesel::{PgConnection, RunQueryDsl, sql_query};
use serde_json::{Value, json};

use crate::isolation::{account_of, comparable, plant, policed, reaching};
use crate::support::document::{Document, Operation};
use crate::support::everything::{Thing, id_in, must_make, of_nobody, relationship};
use crate::support::{Answer, Client, PASSWORD, Service, rows};

/// What sessions for one relationship may ask for, and whether sessions that came by a grant may too. Everything else is for
/// sessions that reach the whole account: a new route is, until it is listed here.
const NARROWER: &[(&str, bool)] = &[
    ("DELETE /v1/interactions/{interaction_id}", false),
    ("DELETE /v1/interactions/{interaction_id}/history", false),
    ("DELETE /v1/relationships/{relationship_id}", false),
    ("DELETE /v1/relationships/{relationship_id}/responses/{response_id}", false),
    ("DELETE /v1/sessions/unlocks", false),
    ("DELETE /v1/sessions/{session_id}", true),
    ("GET /v1/interactions/{interaction_id}", true),
    ("GET /v1/interactions/{interaction_id}/history", false),
    ("GET /v1/relationships/{relationship_id}", true),
    ("GET /v1/relationships/{relationship_id}/assessments", true),
    ("GET /v1/relationships/{relationship_id}/assessments/{assessment_id}", true),
    ("GET /v1/relationships/{relationship_id}/interactions", true),
    ("GET /v1/relationships/{relationship_id}/responses", true),
    ("GET /v1/relationships/{relationship_id}/responses/{response_id}", true),
    ("GET /v1/relationships/{relationship_id}/responses/{response_id}/change", true),
    ("GET /v1/relationships/{relationship_id}/timeline", true),
    ("PATCH /v1/interactions/{interaction_id}", false),
    ("PATCH /v1/relationships/{relationship_id}", false),
    ("PATCH /v1/relationships/{relationship_id}/responses/{response_id}", false),
    ("POST /v1/interactions/batch", false),
    ("POST /v1/relationships/{relationship_id}/assessments", false),
    ("POST /v1/relationships/{relationship_id}/erasures", false),
    ("POST /v1/relationships/{relationship_id}/interactions", false),
    ("POST /v1/relationships/{relationship_id}/responses", false),
    ("POST /v1/sessions/unlocks", false),
];

/// Tables of which narrower sessions need rows that belong to no relationship: the account's zone and key for every request,
/// idempotency keys to recognise a retry, exports to drop them with an erasure.
const OPEN: &[(&str, bool)] = &[("account_exports", false), ("account_keys", true), ("accounts", true), ("idempotency_keys", false)];

fn secured(document: &Document) -> Vec<Operation> {
    document.operations().into_iter().filter(Operation::secured).collect()
}

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
    let given = me.post(&format!("{tie}/grants"), &json!({"notes": true, "lasts_hours": 720})).expect(201);
    client(service, &service.stranger().post("/v1/grants/redemptions", &json!({"code": given["code"]})).expect(201))
}

#[test]
fn what_a_narrower_session_may_ask_for_is_written_down() {
    let service = Service::start();
    let document = Document::of(&service);
    let me = service.someone();
    let tie = relationship(&me);
    let (own, lent) = (for_one(&service, &me, &tie), by_grant(&service, &me, &tie));
    let all = secured(&document);
    for (name, _) in NARROWER {
        assert!(all.iter().any(|operation| operation.name() == *name), "there is no {name}");
    }
    for operation in all {
        let listed = NARROWER.iter().find(|(name, _)| *name == operation.name());
        let nowhere = operation.path_with(|_| "01980000-0000-7000-8000-00000000dead".to_owned());
        for (session, may) in [(&own, listed.is_some()), (&lent, listed.is_some_and(|(_, lent)| *lent))] {
            for body in [operation.example().map(|body| body.to_string().into_bytes()), None] {
                let answer = operation.send_body(session, &nowhere, body);
                if may {
                    assert!(!answer.text.contains("insufficient_scope"), "{}: {}", operation.name(), answer.text);
                } else {
                    assert_eq!(answer.status, 403, "{} admits a narrower session: {}", operation.name(), answer.text);
                    answer.problem(403, "insufficient_scope");
                }
            }
        }
    }
}

#[test]
fn things_of_another_relationship_answer_like_things_that_never_were_and_are_not_changed() {
    let service = Service::start();
    let me = service.someone();
    let tie = relationship(&me);
    let account = account_of(&me);
    let narrower = [for_one(&service, &me, &tie), by_grant(&service, &me, &tie)];
    let mut conn = service.database.connect();
    for operation in secured(&Document::of(&service)) {
        if !operation.path.contains('{') {
            continue;
        }
        let Thing::Own(made) = must_make(&me, &operation.path) else { continue };
        // A session of the narrower ones themselves is no other thing.
        let own = operation.name() == "DELETE /v1/sessions/{session_id}";
        let another = || format!("/v1/sessions/{}", sign_in(&service, &me, &json!({})).expect(201)["session_id"].as_str().unwrap());
        let path = if own { another() } else { made };
        for session in &narrower {
            let before = rows::of_account(&mut conn, &account);
            let (asked, nothing) = (operation.send(session, &path), operation.send(session, &of_nobody(&path)));
            assert_eq!(comparable(&asked), comparable(&nothing), "{}", operation.name());
            assert!([403, 404].contains(&asked.status), "{}: {}", operation.name(), asked.text);
            assert_eq!(rows::of_account(&mut conn, &account), before, "{} changed what is of another relationship", operation.name());
        }
        assert_ne!(operation.send(&me, &path).status, 404, "{} finds nothing for the whole account either", operation.name());
    }
}

#[test]
fn no_answer_to_a_narrower_session_has_anything_of_another_relationship_in_it() {
    let service = Service::start();
    let me = service.someone();
    let [mine, other] = two_full_relationships(&me);
    let of_other = |table: &str, column: &str| format!("SELECT id::text AS word FROM {table} WHERE {column} = '{}'", id_in(&other));
    let mut conn = service.database.connect();
    let mut ids = vec![id_in(&other).to_owned()];
    for table in ["interactions", "responses", "assessments"] {
        ids.extend(rows::words(&mut conn, &of_other(table, "relationship_id")));
    }
    assert_eq!(ids.len(), 6);
    for session in [for_one(&service, &me, &mine), by_grant(&service, &me, &mine)] {
        for operation in secured(&Document::of(&service)).iter().filter(|operation| operation.method == "GET") {
            let path = operation.path_with(|name| if name == "relationship_id" { id_in(&mine) } else { id_in(&other) }.to_owned());
            let text = operation.send(&session, &path).text;
            assert_eq!(ids.iter().find(|id| text.contains(*id)), None, "{}: {text}", operation.name());
        }
    }
}

#[test]
fn a_batch_of_a_narrower_session_logs_in_its_relationship_alone() {
    let service = Service::start();
    let me = service.someone();
    let (mine, other) = (relationship(&me), relationship(&me));
    let item = |tie: &str| json!({"relationship_id": id_in(tie), "interaction": {"actor": "me", "dimension": "repair"}});
    let nowhere = "01980000-0000-7000-8000-00000000dead";
    let asked = json!({"items": [item(&mine), item(&other), item(nowhere)]});
    let session = for_one(&service, &me, &mine);
    let results = session.with("idempotency-key", "one").post("/v1/interactions/batch", &asked).expect(200);
    let status = |index: usize| results["results"][index]["status"].clone();
    assert_eq!((status(0), status(1), status(2)), (json!(201), json!(404), json!(404)), "{results}");
    assert_eq!(results["results"][1]["problem"]["code"], results["results"][2]["problem"]["code"]);
    assert_eq!(me.get(&format!("{other}/interactions")).expect(200)["data"], json!([]));
    let again = session.with("idempotency-key", "one").post("/v1/interactions/batch", &asked).expect(200);
    assert_eq!(again["results"][0]["interaction"]["id"], results["results"][0]["interaction"]["id"]);
}

#[test]
fn in_its_relationship_a_session_does_the_whole_job() {
    let service = Service::start();
    let me = service.someone();
    let tie = relationship(&me);
    let session = for_one(&service, &me, &tie);
    assert_eq!(session.get(&tie).expect(200)["label"], "from the choir");
    session.patch(&tie, &json!({"label": "from the other choir"})).expect(200);
    let entry = json!({"actor": "them", "dimension": "repair", "note": "we talked"});
    let logged = session.with("idempotency-key", "one").post(&format!("{tie}/interactions"), &entry);
    let again = session.with("idempotency-key", "one").post(&format!("{tie}/interactions"), &entry);
    assert_eq!((logged.status, again.status), (201, 200));
    let path = logged.header("location");
    session.patch(&path, &json!({"note": "we talked for long"})).expect(200);
    assert_eq!(session.get(&format!("{path}/history")).expect(200)["data"][0]["note"], "we talked");
    let answers = json!({"question_set": "reciprocity-check", "status": "completed", "answers": [{"item": "cel-give-1", "value": 4}]});
    session.post(&format!("{tie}/responses"), &answers).expect(201);
    let computed = session.post(&format!("{tie}/assessments"), &json!({})).header("location");
    session.get(&computed).expect(200);
    session.get(&format!("{tie}/timeline")).expect(200);
    assert_eq!(session.delete(&path).status, 204);
    session.get(&path).problem(410, "gone");
    session.post(&format!("{tie}/erasures"), &json!({"from": "2026-01-01", "to": "2026-03-31"})).expect(200);
    session.get(&computed).problem(410, "gone");
}

#[test]
fn an_id_that_was_removed_elsewhere_in_the_account_is_unknown_to_a_narrower_session() {
    let service = Service::start();
    let me = service.someone();
    let (mine, other) = (relationship(&me), relationship(&me));
    let entry = me.post(&format!("{other}/interactions"), &json!({"actor": "me", "dimension": "repair"})).header("location");
    assert_eq!(me.delete(&entry).status, 204);
    me.delete(&other).expect(200);
    let session = for_one(&service, &me, &mine);
    for gone in [&entry, &other] {
        me.get(gone).problem(410, "gone");
        session.get(gone).problem(404, "not_found");
    }
}

#[test]
fn what_was_removed_before_removals_named_their_relationship_does_not_come_back_through_a_narrower_session() {
    let service = Service::start();
    let me = service.someone();
    let tie = relationship(&me);
    let id = "01980000-0000-7000-8000-0000000000aa";
    let entry = json!({"id": id, "actor": "me", "dimension": "repair"});
    me.post(&format!("{tie}/interactions"), &entry).expect(201);
    assert_eq!(me.delete(&format!("/v1/interactions/{id}")).status, 204);
    sql_query("UPDATE tombstones SET relationship_id = NULL").execute(&mut service.database.connect()).unwrap();
    let session = for_one(&service, &me, &tie);
    session.post(&format!("{tie}/interactions"), &entry).problem(410, "gone");
    let batch = json!({"items": [{"relationship_id": tie.rsplit('/').next().unwrap(), "interaction": entry}]});
    assert_eq!(session.post("/v1/interactions/batch", &batch).expect(200)["created"], 0);
}

#[test]
fn a_session_for_a_relationship_needs_the_password_first_and_one_of_the_accounts() {
    let service = Service::start();
    let (me, stranger) = (service.someone(), service.someone());
    let (mine, theirs) = (relationship(&me), relationship(&stranger));
    let nowhere = "01980000-0000-7000-8000-00000000dead";
    let asked = |id: &str| sign_in(&service, &me, &json!({"relationship_id": id}));
    let unknown = asked(nowhere);
    assert_eq!(unknown.problem(422, "validation_failed")["errors"][0]["pointer"], "/relationship_id");
    assert_eq!(comparable(&asked(id_in(&theirs))), comparable(&unknown));
    for id in [id_in(&mine), id_in(&theirs), nowhere] {
        let wrong = sign_in(&service, &me, &json!({"relationship_id": id, "password": "eight loud yellow bells"}));
        wrong.problem(401, "invalid_credentials");
    }
    let pair = asked(id_in(&mine)).expect(201);
    assert_eq!(pair["relationship_id"], id_in(&mine));
    let next = service.stranger().post("/v1/sessions/refresh", &json!({"refresh_token": pair["refresh_token"]})).expect(200);
    assert_eq!(next["relationship_id"], id_in(&mine), "a refreshed session reaches no further");
    client(&service, &next).get("/v1/relationships").problem(403, "insufficient_scope");
    let listed = me.get("/v1/sessions").expect(200)["data"].clone();
    assert!(listed.as_array().unwrap().iter().any(|session| session["relationship_id"] == id_in(&mine)), "{listed}");
}

#[test]
fn a_narrower_session_may_end_itself_and_no_other_and_goes_with_its_relationship() {
    let service = Service::start();
    let me = service.someone();
    let tie = relationship(&me);
    let pairs = [(); 2].map(|()| sign_in(&service, &me, &json!({"relationship_id": id_in(&tie)})).expect(201));
    let [first, second] = pairs.each_ref().map(|pair| client(&service, pair));
    let path = |pair: &Value| format!("/v1/sessions/{}", pair["session_id"].as_str().unwrap());
    first.delete(&path(&pairs[1])).problem(404, "not_found");
    assert_eq!(first.delete(&path(&pairs[0])).status, 204);
    first.get(&tie).problem(401, "unauthenticated");
    second.get(&tie).expect(200);
    me.delete(&tie).expect(200);
    service.clock.advance(chrono::TimeDelta::seconds(2));
    second.get(&tie).problem(401, "unauthenticated");
}

const MINE: &str = "01980000-0000-7000-8000-00000000000a";
const TIE: &str = "tie;01980000-0000-7000-8000-00000000dead;-infinity;infinity;all";
const LOAN: &str = "loan;01980000-0000-7000-8000-00000000dead;-infinity;infinity;all";

/// How many rows of a table exist for a reach.
fn seen(conn: &mut PgConnection, table: &str, reach: Option<&str>) -> i64 {
    let mut count = 0;
    reaching(conn, Some(MINE), reach, |conn| count = rows::count(conn, &format!("SELECT count(*) AS count FROM {table}")));
    count
}

/// Whether a statement changes no row: it finds none, or is refused.
fn changes_nothing(conn: &mut PgConnection, reach: &str, statement: &str) -> bool {
    let mut rows = 0;
    reaching(conn, Some(MINE), Some(reach), |conn| rows = sql_query(statement).execute(conn).unwrap_or(0));
    rows == 0
}

#[test]
fn in_the_database_a_table_is_closed_to_every_reach_but_the_whole_unless_it_is_listed() {
    let service = Service::start();
    let mut conn = service.database.connect();
    for table in policed(&mut conn) {
        plant(&mut conn, &table, MINE);
        assert_eq!(seen(&mut conn, &table, Some("whole")), 1, "{table} shows nothing to its account");
        for nothing in [None, Some(""), Some("tie"), Some("loan"), Some("Whole"), Some("tie;;-infinity;infinity;all")] {
            let open = nothing.is_some_and(|reach| !reach.is_empty()) && OPEN.iter().any(|(open, _)| *open == table);
            assert!(open || seen(&mut conn, &table, nothing) == 0, "{table} shows rows to the reach {nothing:?}");
        }
        for (reach, lent) in [(TIE, false), (LOAN, true)] {
            let open = OPEN.iter().any(|(open, to_loans)| *open == table && (*to_loans || !lent));
            assert_eq!(seen(&mut conn, &table, Some(reach)), i64::from(open), "{table} to {reach}");
        }
        for change in [format!("DELETE FROM {table}"), format!("UPDATE {table} SET account_id = account_id")] {
            assert!(changes_nothing(&mut conn, LOAN, &change), "{change} by a grant");
            let may = ["idempotency_keys"].contains(&table.as_str()) || change == "DELETE FROM account_exports";
            assert_eq!(changes_nothing(&mut conn, TIE, &change), !may, "{change} for one relationship");
        }
    }
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
        let answers = json!({"question_set": "reciprocity-check", "status": "completed", "answers": [{"item": "cel-give-1", "value": 4}]});
        me.post(&format!("{tie}/responses"), &answers).expect(201);
        me.post(&format!("{tie}/assessments"), &json!({})).expect(201);
        tie
    })
}

#[test]
fn in_the_database_a_select_without_a_where_shows_what_is_in_reach_and_nothing_else() {
    let service = Service::start();
    let me = service.someone();
    let ties = two_full_relationships(&me);
    let (account, mine, other) = (account_of(&me), id_in(&ties[0]), id_in(&ties[1]));
    let mut conn = service.database.connect();
    let mut counts = |reach: String| {
        let mut found = Vec::new();
        reaching(&mut conn, Some(&account), Some(&reach), |conn| {
            for (table, column) in [
                ("relationships", "id"),
                ("interactions", "relationship_id"),
                ("responses", "relationship_id"),
                ("assessments", "relationship_id"),
                ("tombstones", "relationship_id"),
            ] {
                let foreign = format!("SELECT count(*) AS count FROM {table} WHERE {column} IS DISTINCT FROM '{mine}'");
                assert_eq!(rows::count(conn, &foreign), 0, "{table} shows another relationship to {reach}");
                found.push(rows::count(conn, &format!("SELECT count(*) AS count FROM {table}")));
            }
            let of =
                "SELECT i.relationship_id::text AS word FROM interaction_revisions r LEFT JOIN interactions i ON i.id = r.interaction_id";
            let revisions = rows::words(conn, of);
            assert!(revisions.iter().all(|tie| tie == mine), "{revisions:?}");
            found.push(i64::try_from(revisions.len()).unwrap());
        });
        found
    };
    assert_eq!(counts(format!("tie;{mine};-infinity;infinity;all")), [1, 3, 1, 1, 1, 3]);
    assert_eq!(counts(format!("loan;{mine};-infinity;infinity;all")), [1, 3, 1, 1, 1, 0], "what entries said before is not lent");
    assert_eq!(counts(format!("loan;{mine};2026-02-01;2026-02-28;all")), [1, 2, 0, 0, 1, 0]);
    assert_eq!(counts(format!("loan;{mine};2026-02-10;2026-02-10;all")), [1, 1, 0, 0, 1, 0], "both days are included");
    assert_eq!(counts(format!("loan;{mine};-infinity;infinity;{{4}}")), [1, 2, 0, 0, 1, 0], "repair alone");
    assert_eq!(counts(format!("loan;{mine};2026-02-01;infinity;{{4,2}}")), [1, 2, 0, 0, 1, 0]);
    reaching(&mut conn, Some(&account), Some(&format!("tie;{mine};-infinity;infinity;all")), |conn| {
        for change in ["UPDATE interactions SET effort = 1", "DELETE FROM interactions", "DELETE FROM interaction_revisions"] {
            assert_eq!(
                sql_query(change).execute(conn).unwrap(),
                if change.contains("DELETE FROM interaction_r") { 0 } else { 3 },
                "{change}"
            );
        }
        let moved = format!("UPDATE responses SET relationship_id = '{other}'");
        conn.batch_execute("SAVEPOINT here").unwrap();
        assert!(sql_query(moved).execute(conn).is_err(), "a row can be handed to another relationship");
        conn.batch_execute("ROLLBACK TO here").unwrap();
    });
    for table in ["relationships", "interactions", "responses", "assessments", "tombstones"] {
        for change in [format!("UPDATE {table} SET account_id = account_id"), format!("DELETE FROM {table}")] {
            reaching(&mut conn, Some(&account), Some(&format!("loan;{mine};-infinity;infinity;all")), |conn| {
                assert_eq!(sql_query(&change).execute(conn).unwrap_or(0), 0, "{change} by a grant");
            });
        }
    }
    let kept = format!("SELECT count(*) AS count FROM interactions WHERE relationship_id = '{other}'");
    assert_eq!(rows::count(&mut conn, &kept), 3);
}

#[test]
fn in_the_database_periods_of_strain_are_cut_to_the_days_in_reach() {
    let service = Service::start();
    let mut conn = service.database.connect();
    let periods = r#"[{"kind": "illness", "from": "2025-11-01", "to": "2025-12-01"}, {"kind": "exams", "from": "2026-01-15", "to": "2026-03-15"},
        {"kind": "newborn", "from": "2026-02-20"}, {"kind": "distance", "from": "2026-03-01"}]"#;
    let mut cut = |reach: &str| {
        let mut found = Value::Null;
        reaching(&mut conn, None, Some(reach), |conn| {
            let cut = rows::words(conn, &format!("SELECT reciprocity_contexts('{periods}'::jsonb)::text AS word"));
            found = serde_json::from_str(&cut[0]).unwrap();
        });
        found
    };
    let all: Value = serde_json::from_str(periods).unwrap();
    assert_eq!(cut("whole"), all);
    assert_eq!(cut("tie;01980000-0000-7000-8000-00000000dead;-infinity;infinity;all"), all);
    assert_eq!(
        cut("loan;01980000-0000-7000-8000-00000000dead;2026-02-01;2026-02-28;all"),
        json!([{"kind": "exams", "from": "2026-02-01", "to": "2026-02-28"}, {"kind": "newborn", "from": "2026-02-20", "to": "2026-02-28"}])
    );
    assert_eq!(
        cut("loan;01980000-0000-7000-8000-00000000dead;2026-03-10;infinity;all"),
        json!([{"kind": "exams", "from": "2026-03-10", "to": "2026-03-15"}, {"kind": "newborn", "from": "2026-03-10"}, {"kind": "distance", "from": "2026-03-10"}])
    );
    assert_eq!(cut("loan;01980000-0000-7000-8000-00000000dead;-infinity;2025-10-31;all"), json!([]));
}
