//! Accounts with a relationship each, made and signed in over HTTP like anybody's.

use std::net::SocketAddr;
use std::time::Duration;

use serde_json::json;

use super::http::Connection;

const PASSWORD: &str = "seven quiet green lamps";
/// Hashing a password takes its time, the more so on a busy machine.
const PATIENCE: Duration = Duration::from_mins(1);

/// Somebody who logs.
#[derive(Clone, Debug)]
pub struct Person {
    pub account: String,
    pub relationship: String,
    handle: String,
    refresh: String,
    /// Good for some minutes; [`Person::refresh`] makes the next one.
    pub token: String,
}

impl Person {
    /// Makes an account and signs it in.
    pub fn make(address: SocketAddr) -> Self {
        let mut connection = Connection::open(address, PATIENCE).unwrap();
        let account = connection.post("/v1/accounts", None, &json!({"password": PASSWORD})).unwrap().expect(201);
        let handle = account["handle"].as_str().unwrap().to_owned();
        let mut person = Self {
            account: account["id"].as_str().unwrap().to_owned(),
            relationship: String::new(),
            handle,
            refresh: String::new(),
            token: String::new(),
        };
        person.sign_in(address);
        let tie = json!({"alias": "K.", "kind": "friend"});
        let tie = connection.post("/v1/relationships", Some(&person.token), &tie).unwrap().expect(201);
        tie["id"].as_str().unwrap().clone_into(&mut person.relationship);
        person
    }

    /// Signs in anew.
    pub fn sign_in(&mut self, address: SocketAddr) {
        assert!(self.try_sign_in(address).unwrap(), "signing in was refused");
    }

    /// [`Person::sign_in`] where there may be nobody to sign in at; whether it worked.
    pub fn try_sign_in(&mut self, address: SocketAddr) -> std::io::Result<bool> {
        let session = json!({"handle": self.handle, "password": PASSWORD});
        let answer = Connection::open(address, PATIENCE)?.post("/v1/sessions", None, &session)?;
        if answer.status == 201 {
            self.take(&answer.json());
        }
        Ok(answer.status == 201)
    }

    /// The access token of another session, which is for the relationship alone.
    #[allow(dead_code, reason = "the torture logs with whole sessions")]
    pub fn narrow_token(&self, address: SocketAddr) -> String {
        let session = json!({"handle": self.handle, "password": PASSWORD, "relationship_id": self.relationship});
        let made = Connection::open(address, PATIENCE).unwrap().post("/v1/sessions", None, &session).unwrap().expect(201);
        made["access_token"].as_str().unwrap().to_owned()
    }

    /// Exchanges the tokens for new ones.
    pub fn refresh(&mut self, address: SocketAddr) {
        let mut connection = Connection::open(address, PATIENCE).unwrap();
        let body = json!({"refresh_token": self.refresh});
        self.take(&connection.post("/v1/sessions/refresh", None, &body).unwrap().expect(200));
    }

    /// Where entries are made.
    pub fn entries(&self) -> String {
        format!("/v1/relationships/{}/interactions", self.relationship)
    }

    fn take(&mut self, pair: &serde_json::Value) {
        pair["access_token"].as_str().unwrap().clone_into(&mut self.token);
        pair["refresh_token"].as_str().unwrap().clone_into(&mut self.refresh);
    }
}
