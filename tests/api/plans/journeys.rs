//! The whole API, driven by somebody whose log is long: every operation, every filter, pages far into a list, retries, what is gone.

use std::collections::BTreeSet;

use diesel::PgConnection;
use serde_json::{Value, json};

use super::{ISSUER, READER, filled, signer};
use crate::metrics::series;
use crate::support::document::{Document, Operation};
use crate::support::everything::{completed_export, id_in, of_nobody, path_for};
use crate::support::issuer::{claims, with_token};
use crate::support::operator::{ALL, draft, make, path, publish, retire, token_at};
use crate::support::{Client, PASSWORD, Running, eventually};

/// Somebody with a long log, and the paths of what is in it.
pub struct Rich {
    pub me: Client,
    pub tie: String,
    entry: String,
    response: String,
    assessment: String,
    consent: String,
    grant: String,
    practice: String,
    practice_session: String,
}

/// Operations that end sessions or accounts, or need what another one answered; they are called by name below.
const BY_NAME: &[&str] = &[
    "DELETE /v1/account",
    "DELETE /v1/sessions",
    "DELETE /v1/sessions/unlocks",
    "POST /v1/account-recovery",
    "POST /v1/account/imports",
    "POST /v1/account/pin-removals",
    "POST /v1/accounts",
    "POST /v1/grants/redemptions",
    "POST /v1/interactions/batch",
    "POST /v1/sessions",
    "POST /v1/sessions/refresh",
    "POST /v1/sessions/unlocks",
    "POST /v1/relationships/{relationship_id}/grants",
    "PUT /v1/account/password",
    "PUT /v1/account/pin",
];

/// Pages of a list that are read, and how long each is.
const PAGES: usize = 6;
const PER_PAGE: usize = 50;

fn document(running: &Running) -> Document {
    Document(Client::new(running.address, None).get("/openapi.json").expect(200))
}

fn created(me: &Client, path: &str, body: &Value) -> String {
    let made = me.post(path, body);
    made.expect(201);
    made.header("location")
}

fn someone(running: &Running) -> Client {
    let made = Client::new(running.address, None).post("/v1/accounts", &json!({"password": PASSWORD, "time_zone": "Europe/Berlin"}));
    Client::signed_in(running.address, made.expect(201)["handle"].as_str().unwrap())
}

/// Drives everything but what ends it.
pub fn everything(running: &Running, conn: &mut PgConnection) -> Rich {
    let rich = rich(running, conn);
    let document = document(running);
    let poor = someone(running);
    for operation in document.operations().iter().filter(|one| !BY_NAME.contains(&one.name().as_str()) && !one.for_operators()) {
        // What is long is exported once, at the end.
        let me = if operation.path.contains("exports") { &poor } else { &rich.me };
        for _ in 0..2 {
            operation.send(me, &path_for(me, operation));
        }
        if operation.path.contains('{') {
            operation.send(me, &of_nobody(&path_for(me, operation)));
        }
        if operation.method == "GET" {
            pages(&rich, operation);
        }
    }
    many(&rich);
    again(&rich);
    safety(&rich);
    grants(running, &rich);
    pins(&rich);
    sessions(running);
    imports(running);
    issuers(running, id_in(&rich.tie));
    operators(running);
    rich
}

/// From a draft to what is retired, and the look that every instance takes.
fn operators(running: &Running) {
    let keeper = Client::new(running.address, Some(token_at(60, 0)));
    let made = keeper.get(ALL).expect(200)["data"].as_array().unwrap().len();
    let slug = format!("evening-{made}");
    keeper.post("/v1/admin/question-sets/lint", &draft(&slug, 1)).expect(200);
    make(&keeper, &slug, 1).expect(201);
    assert_eq!(keeper.delete(&path(&slug, 1)).status, 204);
    make(&keeper, &slug, 1).expect(201);
    keeper.with("if-match", "*").put(&path(&slug, 1), &draft(&slug, 1)).expect(200);
    publish(&keeper, &slug, 1).expect(200);
    running.refresh_question_sets().unwrap();
    retire(&keeper, &slug, 1).expect(200);
    keeper.get(&path(&slug, 1)).expect(200);
}

fn rich(running: &Running, conn: &mut PgConnection) -> Rich {
    let me = someone(running);
    let tie = created(&me, "/v1/relationships", &json!({"alias": "K.", "kind": "partner"}));
    let entry = created(&me, &format!("{tie}/interactions"), &json!({"actor": "me", "dimension": "repair", "note": "we talked"}));
    me.patch(&entry, &json!({"note": "we talked for long"})).expect(200);
    let answers = json!([{"item": "cel-give-1", "value": 4}, {"item": "cel-receive-1", "value": 2}]);
    let answered = json!({"question_set": "reciprocity-check", "status": "completed", "answers": answers});
    let response = created(&me, &format!("{tie}/responses"), &answered);
    let assessment = created(&me, &format!("{tie}/assessments"), &json!({}));
    let grant = created(&me, &format!("{tie}/grants"), &json!({"current_password": PASSWORD, "lasts_hours": 720}));
    let consent = created(&me, "/v1/account/consents", &json!({"purpose": "statistics", "text_version": 1, "given": true}));
    let practice = created(&me, &format!("{tie}/practices"), &json!({"practice": "daily-check-in", "cadence": "FREQ=DAILY;INTERVAL=2"}));
    let told = json!({"started_by": "me", "took_part": "both", "felt": 3, "win": "a good talk"});
    let practice_session = created(&me, &format!("{practice}/sessions"), &told);
    let account = me.get("/v1/account").expect(200)["id"].as_str().unwrap().to_owned();
    filled::enrich(conn, &account, id_in(&tie));
    Rich { me, tie, entry, response, assessment, consent, grant, practice, practice_session }
}

impl Rich {
    /// The path of an operation about something of the long log; nothing where it is of none.
    fn path(&self, template: &str) -> Option<String> {
        if !template.contains('{') {
            return Some(template.to_owned());
        }
        let named = [
            ("{relationship_id}", id_in(&self.tie)),
            ("{interaction_id}", id_in(&self.entry)),
            ("{response_id}", id_in(&self.response)),
            ("{assessment_id}", id_in(&self.assessment)),
            ("{consent_id}", id_in(&self.consent)),
            ("{grant_id}", id_in(&self.grant)),
            ("{adopted_practice_id}", id_in(&self.practice)),
            ("{practice_session_id}", id_in(&self.practice_session)),
        ];
        let path = named.iter().fold(template.to_owned(), |path, (name, id)| path.replace(name, id));
        (!path.contains('{')).then_some(path)
    }

    /// A value that a parameter of a query takes.
    fn value(&self, operation: &Operation, name: &str) -> Vec<String> {
        let some = |values: &[&str]| values.iter().map(|value| (*value).to_owned()).collect();
        match (operation.path.as_str(), name) {
            (path, "status") if path.ends_with("/promises") => some(&["open", "late"]),
            (path, "status") if path.ends_with("/plans") => some(&["scheduled"]),
            (path, "status") if path.ends_with("/needs") => some(&["met"]),
            (path, "status") if path.ends_with("/repairs") => some(&["moved"]),
            (path, "status") if path.ends_with("/responses") => some(&["completed", "in_progress"]),
            (_, "status") => some(&["active", "ended"]),
            ("/v1/question-sets", "kind") => some(&["partner"]),
            (_, "kind") => some(&["partner", "friend"]),
            (_, "actor") => some(&["me", "unknown"]),
            (_, "dimension") => some(&["emotional_support", "repair", "needs_met"]),
            (_, "from" | "to") => some(&["2025-12-01"]),
            (_, "question_set") => some(&["reciprocity-check", "partner-check"]),
            (_, "grant_id") => vec![id_in(&self.grant).to_owned()],
            (_, "as_of") => some(&["2026-01-15"]),
            (_, "window_days") => some(&["90"]),
            (_, "purpose") => some(&["overview"]),
            (_, "max_items") => some(&["20"]),
            (_, "max_minutes") => some(&["10"]),
            (_, "effort") => some(&["low"]),
            (_, "need") => some(&["help"]),
            (_, "situation") => some(&["thanks"]),
            (_, "region") => some(&["DE"]),
            (_, "topic") => some(&["crisis"]),
            (_, "language") => some(&["pt-BR"]),
            (_, "version") => some(&["1"]),
            (_, "include") => operation.parameters("query").iter().flat_map(choices).collect(),
            (path, name) => panic!("{name} of {path} is new: say in tests/api/plans/journeys.rs what it takes"),
        }
    }
}

fn choices(parameter: &Value) -> Vec<String> {
    let listed = parameter["schema"]["enum"].as_array().or_else(|| parameter["schema"]["items"]["enum"].as_array());
    listed.into_iter().flatten().filter_map(|word| word.as_str().map(str::to_owned)).collect()
}

/// Reads far into a list, with each of its filters.
fn pages(rich: &Rich, operation: &Operation) {
    let Some(path) = rich.path(&operation.path) else { return };
    let names: Vec<String> = operation.parameters("query").iter().map(|one| one["name"].as_str().unwrap().to_owned()).collect();
    let paged = names.iter().any(|name| name == "cursor");
    let mut queries = vec![String::new()];
    for name in names.iter().filter(|name| !["limit", "cursor"].contains(&name.as_str())) {
        queries.extend(rich.value(operation, name).into_iter().map(|value| format!("{name}={value}&")));
    }
    for query in queries {
        if paged {
            all_pages(&rich.me, &format!("{path}?{query}limit={PER_PAGE}"));
        } else {
            rich.me.get(&format!("{path}?{query}"));
        }
    }
}

fn all_pages(me: &Client, first: &str) {
    let mut path = first.to_owned();
    for _ in 0..PAGES {
        let page = me.get(&path);
        assert_eq!(page.status, 200, "{path}: {}", page.text);
        let Some(cursor) = page.json()["next_cursor"].as_str().map(str::to_owned) else { return };
        path = format!("{first}&cursor={cursor}");
    }
}

/// A batch, and days that are erased out of a long log.
fn many(rich: &Rich) {
    let item = |n: usize| json!({"relationship_id": id_in(&rich.tie), "interaction": {"actor": "them", "dimension": "celebration", "effort": 1 + n % 5}});
    let items: Vec<Value> = (0..300).map(item).collect();
    assert_eq!(rich.me.post("/v1/interactions/batch", &json!({ "items": items })).expect(200)["created"], 300);
    rich.me.post(&format!("{}/erasures", rich.tie), &json!({"from": "2025-11-01", "to": "2025-11-10"})).expect(200);
}

/// The same requests again: under a key, and under an id.
fn again(rich: &Rich) {
    let keyed = rich.me.with("idempotency-key", "\"the same again\"");
    let id = "0198c0de-0000-7000-8000-00000000cafe";
    let entry = json!({"id": id, "actor": "me", "dimension": "repair"});
    for _ in 0..2 {
        for (path, body) in [
            (format!("{}/interactions", rich.tie), json!({"actor": "me", "dimension": "repair"})),
            ("/v1/relationships".to_owned(), json!({"alias": "Sam", "kind": "friend"})),
        ] {
            let again = rich.me.with("idempotency-key", &format!("\"again at {path}\""));
            assert!(again.post(&path, &body).status < 300, "{path}");
        }
        let consent = keyed.post("/v1/account/consents", &json!({"purpose": "statistics", "text_version": 1, "given": true}));
        assert!(consent.status < 300, "{}", consent.text);
        rich.me.post(&format!("{}/interactions", rich.tie), &entry);
    }
    let kept = json!({"by": "me", "status": "kept", "interaction_id": id});
    let promise = created(&rich.me, &format!("{}/promises", rich.tie), &kept);
    assert_eq!(rich.me.delete(&format!("/v1/interactions/{id}")).status, 204);
    assert!(rich.me.get(&promise).expect(200).get("interaction_id").is_none(), "nothing stands for it any more");
    let same = json!({"id": "0198c0de-0000-7000-8000-00000000caff", "of": "me"});
    for _ in 0..2 {
        rich.me.post(&format!("{}/needs", rich.tie), &same);
    }
    assert_eq!(rich.me.delete("/v1/needs/0198c0de-0000-7000-8000-00000000caff").status, 204);
    rich.me.post(&format!("{}/needs", rich.tie), &same).problem(410, "gone");
    rich.me.post(&format!("{}/interactions", rich.tie), &entry).problem(410, "gone");
    rich.me.get(&format!("/v1/interactions/{id}")).problem(410, "gone");
    // An entry that is named by what was computed goes with it.
    rich.me.post(&format!("{}/assessments", rich.tie), &json!({"window_days": 30}));
    rich.me.patch(&rich.tie, &json!({"expected_balance": 0.25})).expect(200);
}

/// What is asked about safety in a long log, and erased.
fn safety(rich: &Rich) {
    let answers = json!({"answers": [{"item": "afraid", "answer": "no"}]});
    for _ in 0..2 {
        rich.me.put(&format!("{}/safety", rich.tie), &answers).expect(200);
    }
    rich.me.get(&format!("{}/safety", rich.tie)).expect(200);
    assert_eq!(rich.me.put(&format!("{}/not-for-me/taking-turns", rich.tie), &json!({})).status, 204);
    rich.me.post(&format!("{}/assessments", rich.tie), &json!({"window_days": 60})).expect(201);
    assert_eq!(rich.me.delete(&format!("{}/not-for-me/taking-turns", rich.tie)).status, 204);
    assert_eq!(rich.me.delete(&format!("{}/safety", rich.tie)).status, 204);
}

/// Somebody else reads what was lent.
fn grants(running: &Running, rich: &Rich) {
    let stranger = Client::new(running.address, None);
    for more in [json!({}), json!({"dimensions": ["repair", "emotional_support"], "from": "2025-06-01", "notes": true})] {
        let mut asked = json!({"current_password": PASSWORD, "lasts_hours": 720});
        asked.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        let code = rich.me.post(&format!("{}/grants", rich.tie), &asked).expect(201)["code"].clone();
        let pair = stranger.post("/v1/grants/redemptions", &json!({ "code": code })).expect(201);
        let reader = Client::new(running.address, Some(pair["access_token"].as_str().unwrap().to_owned()));
        for path in [rich.tie.clone(), format!("{}/timeline", rich.tie), rich.entry.clone(), rich.assessment.clone()] {
            reader.get(&path);
        }
        all_pages(&reader, &format!("{}/interactions?limit={PER_PAGE}", rich.tie));
        stranger.post("/v1/sessions/refresh", &json!({"refresh_token": pair["refresh_token"]})).expect(200);
    }
}

fn pins(rich: &Rich) {
    let me = rich.me.signed_in_again();
    assert_eq!(me.put("/v1/account/pin", &json!({"current_password": PASSWORD, "pin": "407183"})).status, 204);
    me.post("/v1/sessions/unlocks", &json!({"pin": "407184"})).problem(403, "wrong_pin");
    for _ in 0..2 {
        assert!(me.post("/v1/sessions/unlocks", &json!({"pin": "407183"})).status < 300);
        assert_eq!(me.delete("/v1/sessions/unlocks").status, 204);
    }
    assert_eq!(me.post("/v1/account/pin-removals", &json!({"current_password": PASSWORD})).status, 204);
}

fn sessions(running: &Running) {
    let stranger = Client::new(running.address, None);
    let made = stranger.post("/v1/accounts", &json!({"password": PASSWORD})).expect(201);
    let wanted = json!({"handle": made["handle"], "password": PASSWORD, "label": "phone"});
    let pair = stranger.post("/v1/sessions", &wanted).expect(201);
    let fresh = stranger.post("/v1/sessions/refresh", &json!({"refresh_token": pair["refresh_token"]})).expect(200);
    stranger.post("/v1/sessions/refresh", &json!({"refresh_token": pair["refresh_token"]})).problem(401, "invalid_credentials");
    drop(fresh);
    let new = "eight loud yellow bells";
    let me = Client::signed_in(running.address, made["handle"].as_str().unwrap());
    assert_eq!(me.put("/v1/account/password", &json!({"current_password": PASSWORD, "new_password": new})).status, 204);
    let lost = json!({"handle": made["handle"], "recovery_code": made["recovery_code"], "new_password": PASSWORD});
    stranger.post("/v1/account-recovery", &lost).expect(200);
    let me = Client::signed_in(running.address, made["handle"].as_str().unwrap());
    let tie = created(&me, "/v1/relationships", &json!({"alias": "Sam", "kind": "friend"}));
    // A session of one relationship has its own way to log.
    let narrow = json!({"handle": made["handle"], "password": PASSWORD, "relationship_id": id_in(&tie)});
    let pair = stranger.post("/v1/sessions", &narrow).expect(201);
    let narrow = Client::new(running.address, Some(pair["access_token"].as_str().unwrap().to_owned()));
    narrow.post(&format!("{tie}/interactions"), &json!({"actor": "me", "dimension": "repair"})).expect(201);
    assert_eq!(me.delete("/v1/sessions").status, 204);
}

fn imports(running: &Running) {
    let (from, to) = (someone(running), someone(running));
    let tie = created(&from, "/v1/relationships", &json!({"alias": "Sam", "kind": "friend"}));
    let entry = created(&from, &format!("{tie}/interactions"), &json!({"actor": "me", "dimension": "repair"}));
    let gone = created(&from, &format!("{tie}/interactions"), &json!({"actor": "me", "dimension": "repair"}));
    from.patch(&entry, &json!({"effort": 3})).expect(200);
    assert_eq!(from.delete(&gone).status, 204);
    created(&from, &format!("{tie}/promises"), &json!({"by": "them", "interaction_id": id_in(&entry)}));
    created(&from, &format!("{tie}/responses"), &json!({"question_set": "reciprocity-check", "status": "completed"}));
    created(&from, "/v1/account/consents", &json!({"purpose": "statistics", "text_version": 1, "given": true}));
    from.put(&format!("{tie}/safety"), &json!({"answers": [{"item": "afraid", "answer": "no"}]})).expect(200);
    assert_eq!(from.put(&format!("{tie}/not-for-me/taking-turns"), &json!({})).status, 204);
    let asked = from.post("/v1/account/exports", &json!({"include": ["safety_answers"], "current_password": PASSWORD}));
    asked.expect(202);
    let export = asked.header("location");
    assert!(eventually(|| from.get(&export).expect(200)["status"] == "completed"), "{export} does not come to an end");
    let all = from.get(&format!("{export}/data")).expect(200);
    to.with("idempotency-key", "\"all of it\"").post("/v1/account/imports", &all).expect(200);
    to.post("/v1/account/imports", &all);
}

/// Accounts of another issuer: one whose sessions are ended, and one that is erased. Nobody had these subjects before.
fn issuers(running: &Running, subject: &str) {
    let person = |name: &str| with_token(running.address, signer().token(&claims(ISSUER, &format!("{name} {subject}"))));
    let (ended, erased) = (person("ended"), person("erased"));
    for me in [&ended, &erased] {
        me.post("/v1/accounts", &json!({})).expect(201);
        me.get("/v1/account").expect(200);
    }
    assert_eq!(ended.delete("/v1/sessions").status, 204);
    assert_eq!(erased.delete("/v1/account").status, 200);
    erased.post("/v1/accounts", &json!({})).problem(401, "unauthenticated");
}

/// What ends a long log: its largest relationship, then everything.
pub fn endings(rich: &Rich) {
    let me = rich.me.signed_in_again();
    me.get(&format!("{}/data", completed_export(&me))).expect(200);
    assert_eq!(me.delete(&format!("{}/history", rich.entry)).status, 200);
    assert_eq!(me.delete(&rich.tie).status, 200);
    assert_eq!(me.delete("/v1/account").status, 200);
}

/// Operations of the document that were not answered with success even once.
pub fn unanswered(running: &Running) -> BTreeSet<String> {
    let text = Client::new(running.address, Some(READER.to_owned())).get("/metrics").text;
    let counted = series(&text);
    let answered = |operation: &Operation| {
        let wanted = [format!("method=\"{}\"", operation.method), format!("route=\"{}\"", operation.path), "status=\"2".to_owned()];
        counted.keys().any(|one| one.starts_with("reciprocity_http_requests_total") && wanted.iter().all(|piece| one.contains(piece)))
    };
    document(running).operations().iter().filter(|one| !answered(one)).map(Operation::name).collect()
}
