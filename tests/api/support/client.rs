//! A client that says what it sends and looks at everything that comes back.

use std::net::SocketAddr;

use serde_json::{Value, json};
use ureq::http::Request;

use super::{PASSWORD, Running};

/// Speaks to one service, signed in or not.
#[derive(Clone)]
pub struct Client {
    base: String,
    pub token: Option<String>,
    /// What it signs in with.
    handle: Option<String>,
    /// Its account's password, for what asks for that once more.
    pub password: &'static str,
    headers: Vec<(String, String)>,
    agent: ureq::Agent,
}

/// An answer, read whole.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub headers: ureq::http::HeaderMap,
    pub text: String,
}

impl Client {
    pub fn new(address: SocketAddr, token: Option<String>) -> Self {
        let agent = ureq::Agent::config_builder().http_status_as_error(false).max_redirects(0).build().into();
        Self { base: format!("http://{address}"), token, handle: None, password: PASSWORD, headers: Vec::new(), agent }
    }

    /// Signs the account of this handle in at an address.
    pub fn signed_in(address: SocketAddr, handle: &str) -> Self {
        let session = Self::new(address, None).post("/v1/sessions", &json!({"handle": handle, "password": PASSWORD})).expect(201);
        let token = Some(session["access_token"].as_str().unwrap().to_owned());
        Self { handle: Some(handle.to_owned()), ..Self::new(address, token) }
    }

    /// The same account, signed in at another server.
    pub fn signed_in_at(&self, running: &Running) -> Self {
        Self::signed_in(running.address, self.handle.as_deref().unwrap())
    }

    /// What it signs in with.
    pub fn handle(&self) -> &str {
        self.handle.as_deref().unwrap()
    }

    /// The same account with a token that is good now.
    pub fn signed_in_again(&self) -> Self {
        let address = self.base.trim_start_matches("http://").parse().unwrap();
        Self::signed_in(address, self.handle.as_deref().unwrap())
    }

    /// The same client with one more header on every request.
    pub fn with(&self, name: &str, value: &str) -> Self {
        let mut other = self.clone();
        other.headers.push((name.to_owned(), value.to_owned()));
        other
    }

    /// The same client with another token.
    pub fn showing(&self, token: String) -> Self {
        Self { token: Some(token), ..self.clone() }
    }

    pub fn get(&self, path: &str) -> Answer {
        self.send("GET", path, None, Vec::new())
    }

    pub fn delete(&self, path: &str) -> Answer {
        self.send("DELETE", path, None, Vec::new())
    }

    pub fn post(&self, path: &str, body: &Value) -> Answer {
        self.send("POST", path, Some("application/json"), body.to_string().into_bytes())
    }

    pub fn put(&self, path: &str, body: &Value) -> Answer {
        self.send("PUT", path, Some("application/json"), body.to_string().into_bytes())
    }

    /// A merge patch that replaces whatever is stored.
    pub fn patch(&self, path: &str, body: &Value) -> Answer {
        self.with("if-match", "*").patch_as_is(path, body)
    }

    /// A merge patch without an If-Match of its own.
    pub fn patch_as_is(&self, path: &str, body: &Value) -> Answer {
        self.send("PATCH", path, Some("application/merge-patch+json"), body.to_string().into_bytes())
    }

    pub fn send(&self, method: &str, path: &str, content_type: Option<&str>, body: Vec<u8>) -> Answer {
        let mut request = Request::builder().method(method).uri(format!("{}{path}", self.base));
        if let Some(token) = &self.token {
            request = request.header("authorization", format!("Bearer {token}"));
        }
        if let Some(content_type) = content_type {
            request = request.header("content-type", content_type);
        }
        for (name, value) in &self.headers {
            request = request.header(name, value);
        }
        let config = self.agent.configure_request(request.body(body).unwrap()).allow_non_standard_methods(true).build();
        let mut response = self.agent.run(config).unwrap();
        let text = response.body_mut().with_config().limit(64 * 1024 * 1024).read_to_string().unwrap();
        Answer { status: response.status().as_u16(), headers: response.headers().clone(), text }
    }
}

impl Answer {
    /// The body as JSON.
    #[track_caller]
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|_| panic!("not JSON: {} {}", self.status, self.text))
    }

    /// The JSON body, if the status is the expected one.
    #[track_caller]
    pub fn expect(&self, status: u16) -> Value {
        assert_eq!(self.status, status, "{}", self.text);
        if self.text.is_empty() { Value::Null } else { self.json() }
    }

    /// A problem of this status and code, whole and well formed.
    #[track_caller]
    pub fn problem(&self, status: u16, code: &str) -> Value {
        let body = self.expect(status);
        assert_eq!(self.header("content-type"), "application/problem+json");
        assert_eq!(body["code"], code, "{}", self.text);
        assert_eq!(body["status"], status);
        assert_eq!(body["type"], format!("/problems/{code}"));
        assert_eq!(body["request_id"], self.header("request-id"));
        body
    }

    /// What stands for a problem to a FHIR client: this status, and one of R4's issue types for its first issue.
    #[track_caller]
    pub fn outcome(&self, status: u16, issue_type: &str, code: &str) -> Value {
        let body = self.expect(status);
        assert_eq!(self.header("content-type"), "application/fhir+json", "{}", self.text);
        assert_eq!((&body["resourceType"], &body["id"]), (&json!("OperationOutcome"), &json!(self.header("request-id"))));
        assert_eq!(body["issue"][0]["code"], issue_type, "{}", self.text);
        assert_eq!(
            body["issue"][0]["details"]["coding"][0],
            json!({
                "system": "urn:reciprocity:problem", "code": code, "display": body["issue"][0]["details"]["coding"][0]["display"]
            })
        );
        body
    }

    #[track_caller]
    pub fn header(&self, name: &str) -> String {
        self.headers.get(name).map(|value| value.to_str().unwrap().to_owned()).unwrap_or_default()
    }
}
