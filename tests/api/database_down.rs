//! Without its database the service says so, soon, with a time to come back, and without a word about where the database is.

use std::net::{SocketAddr, TcpListener};
use std::time::{Duration, Instant};

use chrono::TimeDelta;
use reciprocity::features::accounts::model::Handle;
use reciprocity::kernel::token::{ACCESS_TOKEN_LIFETIME, Identity, Scope, Tokens};
use reciprocity::kernel::{AccountId, Random, SessionId};
use serde_json::json;
use uuid::Uuid;

use crate::support::operator::{ALL, token_at};
use crate::support::{Answer, Client, MASTER, PASSWORD, Running, START, Service};

/// Longer than the turn a request waits for, with room for a busy machine; far shorter than a client's patience.
const SOON: Duration = Duration::from_secs(8);
const HIDDEN: [&str; 5] = ["hidden-user", "hidden-password", "hidden-database", "postgres", "connection to server"];

#[track_caller]
fn says_come_back(ask: impl FnOnce() -> Answer) {
    let begun = Instant::now();
    let answer = ask();
    assert!(begun.elapsed() < SOON, "answered after {:?}", begun.elapsed());
    answer.problem(503, "unavailable");
    let wait: u32 = answer.header("retry-after").parse().unwrap();
    assert!((1..=60).contains(&wait));
    let whole = format!("{:?} {}", answer.headers, answer.text).to_lowercase();
    for hidden in HIDDEN {
        assert!(!whole.contains(hidden), "{hidden} in {whole}");
    }
}

/// Everything that needs the database, asked of a service that has none.
fn says_so_everywhere(address: SocketAddr, signed_in: &Client) {
    let stranger = Client::new(address, None);
    says_come_back(|| stranger.get("/readyz"));
    says_come_back(|| signed_in.get("/v1/account"));
    says_come_back(|| signed_in.post("/v1/relationships", &json!({"alias": "Sam", "kind": "friend"})));
    let handle = Handle::generate(Random).unwrap();
    says_come_back(|| stranger.post("/v1/sessions", &json!({"handle": handle.as_str(), "password": PASSWORD})));
    says_come_back(|| stranger.post("/v1/accounts", &json!({"password": PASSWORD})));
    says_come_back(|| stranger.showing(token_at(60, 0)).get(ALL));
    stranger.get("/healthz").expect(200);
    stranger.get("/openapi.json").expect(200);
    asks_the_database_nothing(&stranger);
}

/// Question sets come from memory: read, listed, asked for again, not found and asked for wrongly, without a query.
fn asks_the_database_nothing(stranger: &Client) {
    for path in ["/v1/question-sets", "/v1/question-sets?kind=family&max_items=20", "/v1/question-sets/weekly-check?version=1"] {
        for language in ["de", "pt-BR, en;q=0.5"] {
            let reader = stranger.with("accept-language", language);
            let begun = Instant::now();
            let read = reader.get(path);
            read.expect(200);
            let again = reader.with("if-none-match", &read.header("etag")).get(path);
            assert_eq!((again.status, again.text.as_str()), (304, ""), "{path}");
            assert!(begun.elapsed() < SOON, "answered after {:?}", begun.elapsed());
        }
    }
    stranger.get("/v1/question-sets/no-such-check").problem(404, "not_found");
    stranger.get("/v1/question-sets?kind=boss").problem(400, "invalid_parameter");
}

/// A token that is good as far as its signature and time go.
fn token(address: SocketAddr) -> Client {
    let tokens = Tokens::new(&[MASTER], "https://reciprocity.local").unwrap();
    let identity = Identity { account: AccountId(Uuid::from_u128(1)), session: SessionId(Uuid::from_u128(2)), scope: Scope::FULL };
    Client::new(address, Some(tokens.issue(&identity, ACCESS_TOKEN_LIFETIME, START.parse().unwrap()).unwrap()))
}

fn at(port: u16) -> Running {
    Running::without_database(&format!("postgres://hidden-user:hidden-password@127.0.0.1:{port}/hidden-database"))
}

#[test]
fn a_database_that_refuses_is_answered_with_come_back() {
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let service = at(port);
    says_so_everywhere(service.address, &token(service.address));
}

#[test]
fn a_database_that_is_silent_is_answered_with_come_back() {
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    let service = at(silent.local_addr().unwrap().port());
    says_so_everywhere(service.address, &token(service.address));
}

#[test]
fn a_database_that_goes_away_is_answered_with_come_back_at_the_latest_after_a_second() {
    let service = Service::start();
    let me = service.someone();
    me.get("/v1/account").expect(200);
    service.stranger().get("/readyz").expect(200);
    service.database.vanish();
    service.stranger().get("/readyz").expect(200);
    service.clock.advance(TimeDelta::seconds(1));
    says_so_everywhere(service.address, &me);
}

/// Without its database the service waits for a turn before it says so; whoever asks within the second is told without waiting.
#[test]
fn readiness_asks_the_database_once_a_second() {
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let service = at(port);
    let stranger = Client::new(service.address, None);
    let begun = Instant::now();
    stranger.get("/readyz").problem(503, "unavailable");
    let (first, begun) = (begun.elapsed(), Instant::now());
    for _ in 0..20 {
        stranger.get("/readyz").problem(503, "unavailable");
    }
    assert!(begun.elapsed() < first, "twenty answers took {:?}, the first {first:?}", begun.elapsed());
}
