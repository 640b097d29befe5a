//! The log carries ids, never words: planted secrets are sent everywhere, and everything that is logged is searched for them.
//!
//! A program of its own, because the subscriber that listens is the process's.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "a test stops at the first surprise")]

#[path = "api/support/mod.rs"]
#[allow(dead_code, reason = "the harness serves the other tests too")]
mod support;

use std::io::Write;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

use serde_json::{Value, json};
use support::document::{Document, Operation};
use support::everything::{Thing, make};
use support::raw::request;
use support::{Client, Service};
use tracing_subscriber::fmt::format::FmtSpan;

/// A word that nobody else says; part of everything that is written, and of every name that is sent.
const WORD: &str = "quokka77";
const PASSWORD: &str = "quokka77 seven quiet lamps";

/// Everything that was logged in this process, at the most talkative level, by our code and by the libraries'.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl Log {
    fn listen() -> (Self, MutexGuard<'static, ()>) {
        static LOG: OnceLock<Log> = OnceLock::new();
        static TURN: Mutex<()> = Mutex::new(());
        let turn = TURN.lock().unwrap_or_else(PoisonError::into_inner);
        let log = LOG.get_or_init(|| {
            let log = Self::default();
            let writer = log.clone();
            tracing_subscriber::fmt()
                .with_max_level(tracing::Level::TRACE)
                .with_span_events(FmtSpan::FULL)
                .with_ansi(false)
                .with_writer(move || writer.clone())
                .init();
            log
        });
        log.0.lock().unwrap_or_else(PoisonError::into_inner).clear();
        (log.clone(), turn)
    }

    fn text(&self) -> String {
        String::from_utf8_lossy(&self.0.lock().unwrap_or_else(PoisonError::into_inner)).into_owned()
    }

    /// None of the secrets was logged, however it is written.
    #[track_caller]
    fn is_silent_about(&self, secrets: &[String]) {
        let text = self.text();
        for secret in secrets.iter().map(String::as_str).chain([WORD]) {
            assert!(secret.len() > 5, "{secret:?} is too short to search for");
            let line = text.lines().find(|line| line.to_lowercase().contains(&secret.to_lowercase()));
            assert_eq!(line, None, "logged {secret:?}");
        }
    }
}

fn word(value: &Value) -> String {
    value.as_str().unwrap().to_owned()
}

/// An account made with an invitation, signed in, and every secret that this gave out.
fn signed_in(service: &Service) -> (Client, Vec<String>) {
    let stranger = service.stranger();
    let made = stranger.post("/v1/accounts", &json!({"password": PASSWORD, "invite_code": "quokka77 may come in"})).expect(201);
    let asked = json!({"handle": made["handle"], "password": PASSWORD, "label": "quokka77 phone"});
    let pair = stranger.post("/v1/sessions", &asked).expect(201);
    let next = stranger.post("/v1/sessions/refresh", &json!({"refresh_token": pair["refresh_token"]})).expect(200);
    let mut secrets: Vec<String> = [&made["handle"], &made["recovery_code"]].into_iter().map(word).collect();
    for pair in [&pair, &next] {
        secrets.extend([word(&pair["access_token"]), word(&pair["refresh_token"])]);
        // The signature alone would do to whoever has seen another token of the account.
        secrets.extend(word(&pair["access_token"]).split('.').skip(1).map(str::to_owned));
    }
    (Client::new(service.address, Some(word(&next["access_token"]))), secrets)
}

fn invited() -> Service {
    Service::with(&[("RECIPROCITY_REGISTRATION", "invite"), ("RECIPROCITY_INVITE_CODE", "quokka77 may come in")])
}

#[test]
fn the_main_job_logs_no_word_of_it() {
    let (log, _turn) = Log::listen();
    let service = invited();
    let (me, mut secrets) = signed_in(&service);
    let made = me.with("idempotency-key", "quokka77-key").post(
        "/v1/relationships",
        &json!({"alias": "Quokka77", "kind": "friend", "label": "quokka77 from the choir", "contexts": [{"kind": "illness", "from": "2026-02-01"}]}),
    );
    made.expect(201);
    let path = made.header("location");
    me.patch(&path, &json!({"label": "quokka77 again"})).expect(200);
    let entry = me.post(&format!("{path}/interactions"), &json!({"actor": "me", "dimension": "repair", "note": "quokka77 cried"}));
    entry.expect(201);
    me.patch(&entry.header("location"), &json!({"note": "quokka77 laughed"})).expect(200);
    me.get(&format!("{path}/interactions")).expect(200);
    me.post(&format!("{path}/assessments"), &json!({})).expect(201);
    let changed = json!({"current_password": PASSWORD, "new_password": "quokka77 another long one"});
    assert_eq!(me.put("/v1/account/password", &changed).status, 204);
    let account = json!({"handle": secrets[0], "recovery_code": secrets[1], "new_password": PASSWORD});
    secrets.push(word(&service.stranger().post("/v1/account-recovery", &account).expect(200)["recovery_code"]));
    log.is_silent_about(&secrets);
    let text = log.text();
    for said in ["request_id", "/v1/relationships/{relationship_id}", "answered", "status=201"] {
        assert!(text.contains(said), "the log says nothing of {said}:\n{text:.2000}");
    }
}

#[test]
fn every_operation_with_secrets_everywhere_logs_none() {
    let (log, _turn) = Log::listen();
    let service = invited();
    let document = Document::of(&service);
    let (me, secrets) = signed_in(&service);
    // The session that ending one will end.
    service.stranger().post("/v1/sessions", &json!({"handle": secrets[0], "password": PASSWORD})).expect(201);
    for operation in document.operations() {
        let path = match operation.path.contains('{').then(|| make(&me, &operation.path)) {
            Some(Some(Thing::Own(path))) => path,
            Some(Some(Thing::Shared(path))) => path.to_owned(),
            Some(None) | None => operation.path_with(|_| "quokka77".to_owned()),
        };
        let ends_everything = ["DELETE /v1/account", "DELETE /v1/sessions"].contains(&operation.name().as_str());
        for body in spoken(&operation) {
            let client = if ends_everything { service.stranger() } else { me.clone() };
            operation.send_body(&client, &format!("{path}?cursor=quokka77&limit=quokka77"), body.clone());
            operation.send_body(&client, &path, body);
        }
        if !ends_everything {
            operation.send(&me, &operation.path_with(|_| "quokka77".to_owned()));
        }
    }
    log.is_silent_about(&secrets);
    assert!(log.text().contains("status=422"));
}

/// The example, and the example with the planted word in every text, as a name and as what is no JSON.
fn spoken(operation: &Operation) -> Vec<Option<Vec<u8>>> {
    let Some(example) = operation.example() else { return vec![None] };
    let mut named = example.clone();
    named["quokka77"] = json!("quokka77");
    let broken = format!("{{\"quokka77\": {example}");
    vec![
        Some(plant(&example).to_string().into_bytes()),
        Some(named.to_string().into_bytes()),
        Some(broken.into_bytes()),
        Some(plant(&json!({"alias": "", "kind": "", "note": ""})).to_string().into_bytes()),
    ]
}

fn plant(value: &Value) -> Value {
    match value {
        Value::String(text) => json!(format!("{WORD} {text}")),
        Value::Array(items) => items.iter().map(plant).collect(),
        Value::Object(members) => members.iter().map(|(name, inner)| (name.clone(), plant(inner))).collect(),
        Value::Null | Value::Bool(_) | Value::Number(_) => value.clone(),
    }
}

#[test]
fn what_is_no_proper_request_is_not_logged_either() {
    let (log, _turn) = Log::listen();
    let service = Service::start();
    for line in ["GET /v1/quokka77", "GET /v1/relationships/quokka77", "QUOKKA77 /healthz", "GET /healthz?quokka77", "GET /%ffquokka77"] {
        let headers = [
            ("Authorization", "Bearer quokka77.quokka77.quokka77"),
            ("traceparent", "quokka77"),
            ("User-Agent", "quokka77"),
            ("X-Request-Id", "quokka77"),
            ("Cookie", "quokka77"),
        ];
        request(service.address, line, &headers, b"quokka77");
    }
    request(service.address, "quokka77", &[], b"");
    log.is_silent_about(&[]);
    assert!(log.text().contains("status=404"));
}

#[test]
fn a_failing_database_is_logged_without_the_row_it_failed_on() {
    let (log, _turn) = Log::listen();
    let service = invited();
    let (me, secrets) = signed_in(&service);
    let path = "/v1/relationships";
    let body = json!({"alias": "Quokka77", "kind": "friend", "label": "quokka77"});
    diesel::connection::SimpleConnection::batch_execute(
        &mut service.database.connect(),
        "CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS \
         $$ BEGIN RAISE EXCEPTION 'no quokka77' USING DETAIL = 'quokka77', CONSTRAINT = 'never'; END $$; \
         CREATE TRIGGER refuse BEFORE INSERT ON relationships FOR EACH ROW EXECUTE FUNCTION refuse()",
    )
    .unwrap();
    me.post(path, &body).problem(500, "internal");
    assert!(log.text().contains("request failed") && log.text().contains("constraint=never"), "{}", log.text());
    service.database.vanish();
    me.post(path, &body).problem(503, "unavailable");
    log.is_silent_about(&secrets);
}

#[test]
fn a_panic_is_logged_by_its_place_and_not_by_its_words() {
    use reciprocity::db::Db;
    use reciprocity::kernel::AccountId;

    let (log, _turn) = Log::listen();
    let service = Service::start();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let db = Db::connect(&service.database.url, 1, support::vault(&[support::MASTER]));
    // The tests' own failures are to be read, so the hook is there for this one panic.
    let usual = std::panic::take_hook();
    reciprocity::telemetry::quiet_panics();
    let failed = runtime.block_on(db.read(AccountId(uuid::Uuid::nil()), |_| -> Result<(), _> { panic!("about quokka77") }));
    std::panic::set_hook(usual);
    let failed = failed.unwrap_err();
    tracing::error!(cause = %failed.cause().unwrap(), "request failed");
    log.is_silent_about(&[]);
    assert!(log.text().contains("panicked") && log.text().contains("privacy_logs.rs"), "{}", log.text());
}
