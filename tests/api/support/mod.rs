//! What every test needs: a service with a database of its own, and clients that speak to it over HTTP.

pub mod acts;
mod client;
pub mod database;
pub mod document;
pub mod everything;
pub mod issuer;
pub mod line;
pub mod operator;
pub mod raw;
pub mod rows;
pub mod schema;
pub mod spoilt;
mod waiting;

use std::net::{SocketAddr, TcpListener};
use std::sync::mpsc;

use actix_web::dev::ServerHandle;
use chrono::{DateTime, Utc};
use reciprocity::config::{Config, MasterKey, MasterKeys};
use reciprocity::db::{Vault, request_key};
use reciprocity::kernel::{Clock, Random};
use reciprocity::startup::{self, Parts};
use serde_json::json;

pub use client::{Answer, Client};
pub use waiting::eventually;

/// The moment at which every test begins: noon in a quiet week.
pub const START: &str = "2026-03-02T12:00:00Z";

/// A running service. It stops, and its database goes, when it is dropped.
pub struct Service {
    pub address: SocketAddr,
    pub clock: Clock,
    pub database: database::Fresh,
    running: Running,
}

/// A server on a port of its own, whatever its database is. It stops when it is dropped.
pub struct Running {
    pub address: SocketAddr,
    pub clock: Clock,
    server: ServerHandle,
    parts: Parts,
}

/// The master key of every service under test.
pub const MASTER: [u8; 32] = [7; 32];

/// A vault of these master keys, the current one first.
pub fn vault(masters: &[[u8; 32]]) -> Vault {
    Vault::new(masters, Random).unwrap()
}

impl Running {
    pub fn start(url: &str, vars: &[(&str, &str)]) -> Self {
        Self::under(&[MASTER], url, vars)
    }

    /// A server that was given these master keys, the current one first.
    pub fn under(masters: &[[u8; 32]], url: &str, vars: &[(&str, &str)]) -> Self {
        let secret = request_key::fetch(url, &vault(masters), START.parse().unwrap()).unwrap();
        Self::with_secret(masters, url, vars, &secret)
    }

    /// A server that has never reached its database.
    pub fn without_database(url: &str) -> Self {
        Self::with_secret(&[MASTER], url, &[], &MASTER)
    }

    fn with_secret(masters: &[[u8; 32]], url: &str, vars: &[(&str, &str)], secret: &[u8; 32]) -> Self {
        let clock = Clock::manual(START.parse::<DateTime<Utc>>().unwrap());
        let mut masters = masters.iter().map(|key| MasterKey(*key));
        let masters = MasterKeys { current: masters.next().unwrap(), older: masters.collect() };
        let parts = Parts::new(&config(url, vars), url, &masters, secret, clock.clone()).unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let (sender, receiver) = mpsc::channel();
        let shared = parts.clone();
        std::thread::spawn(move || {
            actix_web::rt::System::new().block_on(async move {
                let server = startup::run(shared, listener, 1).unwrap();
                sender.send(server.handle()).unwrap();
                server.await.unwrap();
            });
        });
        Self { address, clock, server: receiver.recv().unwrap(), parts }
    }

    /// What runs beside this server every hour, once: what it comes to is counted here.
    pub fn sweep_here(&self) {
        actix_web::rt::System::new().block_on(startup::sweep(&self.parts));
    }

    /// What runs beside a service every moment, once: looking for question sets that others published.
    pub fn refresh_question_sets(&self) -> Result<(), reciprocity::kernel::Error> {
        actix_web::rt::System::new().block_on(startup::refresh_question_sets(&self.parts))
    }

    /// What runs beside a service at an interval, once: fetching other issuers' keys.
    pub fn refresh_issuers(&self) {
        actix_web::rt::System::new().block_on(startup::refresh_issuers(&self.parts));
    }
}

impl Service {
    /// A service with the usual configuration and limits too high to meet.
    pub fn start() -> Self {
        Self::with(&[])
    }

    /// A service with these variables set.
    pub fn with(vars: &[(&str, &str)]) -> Self {
        let database = database::Fresh::new();
        let running = Running::start(&database.url, vars);
        Self { address: running.address, clock: running.clock.clone(), database, running }
    }

    /// What runs beside a service every hour, once and to its end; the services of tests do nothing of it by themselves.
    pub fn sweep(&self) {
        let url = &self.database.url;
        let secret = request_key::fetch(url, &vault(&[MASTER]), self.clock.now()).unwrap();
        let masters = MasterKeys { current: MasterKey(MASTER), older: Vec::new() };
        let parts = Parts::new(&config(url, &[]), url, &masters, &secret, self.clock.clone()).unwrap();
        actix_web::rt::System::new().block_on(startup::sweep(&parts));
    }

    /// What runs beside this very server every hour, once: what it comes to is counted here.
    pub fn sweep_here(&self) {
        self.running.sweep_here();
    }

    /// Tells it to stop, and goes on answering.
    pub fn begin_to_stop(&self) {
        self.running.parts.begin_to_stop();
    }

    /// Looks once for question sets that others published.
    pub fn refresh_question_sets(&self) -> Result<(), reciprocity::kernel::Error> {
        self.running.refresh_question_sets()
    }

    /// Fetches other issuers' keys once, as happens at an interval.
    pub fn refresh_issuers(&self) {
        self.running.refresh_issuers();
    }

    /// A client that is not signed in.
    pub fn stranger(&self) -> Client {
        Client::new(self.address, None)
    }

    /// A client with a new account, signed in.
    pub fn someone(&self) -> Client {
        let stranger = self.stranger();
        let account = stranger.post("/v1/accounts", &json!({"password": PASSWORD, "time_zone": "Europe/Berlin"})).expect(201);
        Client::signed_in(self.address, account["handle"].as_str().unwrap())
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // Sending the command is enough; nobody waits for the answer.
        drop(self.server.stop(false));
    }
}

pub const PASSWORD: &str = "seven quiet green lamps";

fn config(url: &str, vars: &[(&str, &str)]) -> Config {
    let plenty =
        ["READS", "WRITES", "BATCHES", "ASSESSMENTS", "PREVIEWS", "SIGN_INS", "REFRESHES", "ACCOUNTS", "FAILURES", "FAILURES_ELSEWHERE"];
    let lookup = |name: &str| {
        let given = vars.iter().find(|(key, _)| *key == name).map(|(_, value)| (*value).to_owned());
        given.or_else(|| match name {
            "DATABASE_URL" => Some(url.to_owned()),
            "HOME" => Some("/nonexistent".to_owned()),
            "RECIPROCITY_POOL_SIZE" => Some("3".to_owned()),
            limit if plenty.iter().any(|word| limit == format!("RECIPROCITY_LIMIT_{word}")) => Some("1000000".to_owned()),
            _ => None,
        })
    };
    Config::from_lookup(&lookup, false).unwrap()
}

/// Waits until so many requests wait for what somebody else holds in the database.
pub fn wait_for_waiting(conn: &mut diesel::PgConnection, wanted: i64) {
    let waiting = "SELECT count(*) AS count FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'";
    assert!(eventually(|| rows::count(conn, waiting) == wanted), "{wanted} requests do not come to wait");
}
