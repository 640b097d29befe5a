//! A small client of the HTTP API: plain HTTP, JSON in and out, one second chance where the service asks to wait.

use std::time::Duration;

use serde::Serialize;
use serde_json::Value;
use ureq::http::{Request, Response};
use ureq::{Agent, Body};

/// The longest answer that is read.
const MAX_ANSWER: u64 = 64 * 1024 * 1024;
/// How long an answer may take.
const PATIENCE: Duration = Duration::from_secs(100);
/// The longest wait that is worth a second chance.
const MAX_WAIT: Duration = Duration::from_secs(90);

/// Why the service did not do what was asked.
#[derive(Debug, thiserror::Error)]
pub enum ClientError {
    #[error("{0} is not an address such as http://127.0.0.1:8080 (plain HTTP, no path)")]
    Address(String),
    #[error(
        "no service answers at {base} ({why})\nStart one with: reciprocity serve\nOr name another address: RECIPROCITY_URL=http://host:port"
    )]
    Unreachable { base: String, why: String },
    #[error("the service refused {what}: {status} {title}{detail}")]
    Refused { what: String, status: u16, title: String, detail: String },
    #[error("the answer to {what} is not what the contract says: {why}")]
    Unexpected { what: String, why: String },
}

/// Speaks to one service; signed in once it has a token.
#[derive(Clone, Debug)]
pub struct Client {
    base: String,
    token: Option<String>,
    agent: Agent,
    waiting: fn(Duration),
}

impl Client {
    /// A client of the service at `base`. `waiting` is told before the client waits because the service asked it to.
    pub fn new(base: &str, waiting: fn(Duration)) -> Result<Self, ClientError> {
        let trimmed = base.trim_end_matches('/');
        let host = trimmed.strip_prefix("http://").filter(|host| !host.is_empty() && !host.contains(['/', '?', '#', ' ', '\'', '@']));
        if host.is_none() {
            return Err(ClientError::Address(base.to_owned()));
        }
        let agent =
            Agent::config_builder().http_status_as_error(false).max_redirects(0).proxy(None).timeout_global(Some(PATIENCE)).build().into();
        Ok(Self { base: trimmed.to_owned(), token: None, agent, waiting })
    }

    /// Where the service is, without a slash at the end.
    #[must_use]
    pub fn base(&self) -> &str {
        &self.base
    }

    /// The same client, signed in.
    #[must_use]
    pub fn with_token(mut self, token: &str) -> Self {
        self.token = Some(token.to_owned());
        self
    }

    /// The JSON at `path`.
    pub fn get(&self, path: &str) -> Result<Value, ClientError> {
        self.ask("GET", path, Vec::new())
    }

    /// What comes of posting `body` to `path`.
    pub fn post(&self, path: &str, body: &impl Serialize) -> Result<Value, ClientError> {
        self.say("POST", path, body)
    }

    /// What comes of putting `body` at `path`.
    pub fn put(&self, path: &str, body: &impl Serialize) -> Result<Value, ClientError> {
        self.say("PUT", path, body)
    }

    /// What comes of putting something there that has no content of its own.
    pub fn mark(&self, path: &str) -> Result<Value, ClientError> {
        self.ask("PUT", path, Vec::new())
    }

    /// What comes of merging `change` into what is stored at `path`, whatever its version: nobody else writes in a demo.
    pub fn patch(&self, path: &str, change: &impl Serialize) -> Result<Value, ClientError> {
        self.say("PATCH", path, change)
    }

    fn say(&self, method: &str, path: &str, body: &impl Serialize) -> Result<Value, ClientError> {
        let bytes = serde_json::to_vec(body).map_err(|why| unexpected(method, path, &why))?;
        self.ask(method, path, bytes)
    }

    fn ask(&self, method: &str, path: &str, body: Vec<u8>) -> Result<Value, ClientError> {
        let first = self.send(method, path, body.clone())?;
        let response = match wait_of(&first) {
            Some(wait) => {
                (self.waiting)(wait);
                std::thread::sleep(wait);
                self.send(method, path, body)?
            }
            None => first,
        };
        read(method, path, response)
    }

    fn send(&self, method: &str, path: &str, body: Vec<u8>) -> Result<Response<Body>, ClientError> {
        let mut request = Request::builder().method(method).uri(format!("{}{path}", self.base));
        if let Some(token) = &self.token {
            request = request.header("authorization", format!("Bearer {token}"));
        }
        if method == "PATCH" {
            request = request.header("if-match", "*");
        }
        let has_body = !body.is_empty();
        let sent = if has_body {
            let kind = if method == "PATCH" { "application/merge-patch+json" } else { "application/json" };
            let request = request.header("content-type", kind).body(body).map_err(|why| unexpected(method, path, &why))?;
            self.agent.run(request)
        } else {
            let request = request.body(()).map_err(|why| unexpected(method, path, &why))?;
            self.agent.run(request)
        };
        sent.map_err(|why| ClientError::Unreachable { base: self.base.clone(), why: why.to_string() })
    }
}

/// How long a refusal asks to wait, where waiting that long is worth it.
fn wait_of(response: &Response<Body>) -> Option<Duration> {
    if !matches!(response.status().as_u16(), 429 | 503) {
        return None;
    }
    let seconds = response.headers().get("retry-after")?.to_str().ok()?.parse().ok()?;
    Some(Duration::from_secs(seconds)).filter(|wait| *wait <= MAX_WAIT)
}

fn read(method: &str, path: &str, mut response: Response<Body>) -> Result<Value, ClientError> {
    let status = response.status().as_u16();
    let text = response.body_mut().with_config().limit(MAX_ANSWER).read_to_string();
    let text = text.map_err(|why| unexpected(method, path, &why))?;
    if status == 204 {
        return Ok(Value::Null);
    }
    let body = serde_json::from_str(&text).map_err(|why| unexpected(method, path, &format!("{status}, {why}")));
    if (200..300).contains(&status) {
        return body;
    }
    let problem: Value = body.unwrap_or_default();
    let said = |name: &str| problem.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
    let detail = Some(said("detail")).filter(|detail| !detail.is_empty()).map(|detail| format!(". {detail}")).unwrap_or_default();
    Err(ClientError::Refused { what: format!("{method} {path}"), status, title: said("title"), detail })
}

fn unexpected(method: &str, path: &str, why: &impl ToString) -> ClientError {
    ClientError::Unexpected { what: format!("{method} {path}"), why: why.to_string() }
}

/// A text of an answer, by its JSON pointer (RFC 6901).
pub fn text(answer: &Value, pointer: &str) -> Result<String, ClientError> {
    let found = answer.pointer(pointer).and_then(Value::as_str).map(str::to_owned);
    found.ok_or_else(|| ClientError::Unexpected { what: "a request".to_owned(), why: format!("there is no text at {pointer}") })
}

#[cfg(test)]
mod tests {
    use std::io::{Read, Write};
    use std::net::TcpListener;
    use std::thread::JoinHandle;

    use super::*;

    /// A server that gives these answers, one a connection, and returns what it was sent.
    fn server(answers: Vec<String>) -> (String, JoinHandle<Vec<String>>) {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let base = format!("http://{}", listener.local_addr().unwrap());
        let served = std::thread::spawn(move || {
            let mut asked = Vec::new();
            for answer in answers {
                let (mut stream, _) = listener.accept().unwrap();
                let (mut head, mut byte) = (Vec::new(), [0_u8]);
                while !head.ends_with(b"\r\n\r\n") {
                    stream.read_exact(&mut byte).unwrap();
                    head.push(byte[0]);
                }
                stream.write_all(answer.as_bytes()).unwrap();
                asked.push(String::from_utf8(head).unwrap());
            }
            asked
        });
        (base, served)
    }

    fn answer(status: &str, header: &str, body: &str) -> String {
        format!("HTTP/1.1 {status}\r\n{header}\r\nconnection: close\r\ncontent-length: {}\r\n\r\n{body}", body.len())
    }

    #[test]
    fn a_refusal_that_asks_to_wait_gets_one_second_chance() {
        let busy = answer("429 Too Many Requests", "retry-after: 0", "{}");
        let (base, served) = server(vec![busy.clone(), answer("200 OK", "x: y", r#"{"data":[]}"#), busy.clone(), busy]);
        let client = Client::new(&base, |_| {}).unwrap();
        assert_eq!(client.get("/v1/relationships").unwrap(), serde_json::json!({"data": []}));
        let again = client.get("/v1/relationships").unwrap_err();
        assert!(matches!(again, ClientError::Refused { status: 429, .. }), "{again}");
        assert_eq!(served.join().unwrap().len(), 4);
    }

    #[test]
    fn a_refusal_is_told_in_the_services_words() {
        let body = r#"{"title":"Registration is not open","detail":"Ask for an invitation."}"#;
        let (base, served) = server(vec![answer("403 Forbidden", "x: y", body)]);
        let error = Client::new(&base, |_| {}).unwrap().with_token("abc").get("/v1/account").unwrap_err();
        assert_eq!(error.to_string(), "the service refused GET /v1/account: 403 Registration is not open. Ask for an invitation.");
        assert!(served.join().unwrap()[0].contains("authorization: Bearer abc"));
    }

    #[test]
    fn where_no_service_runs_it_says_how_to_start_one() {
        let free = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
        let error = Client::new(&format!("http://{free}/"), |_| {}).unwrap().get("/readyz").unwrap_err();
        assert!(error.to_string().contains("reciprocity serve") && error.to_string().contains("RECIPROCITY_URL"), "{error}");
    }

    #[test]
    fn an_address_that_cannot_work_is_refused_at_once() {
        for address in ["", "127.0.0.1:8080", "https://example.org", "http://", "http://example.org/v1"] {
            assert!(matches!(Client::new(address, |_| {}), Err(ClientError::Address(_))), "{address}");
        }
    }
}
