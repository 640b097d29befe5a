//! Clients that hold a connection and make no progress: each is let go of, by real sockets and small timeouts.

use std::io::{ErrorKind, Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use serde_json::json;

use crate::support::raw::{self, RawAnswer};
use crate::support::{PASSWORD, Service};

/// Far longer than any of the timeouts here: a server that never lets go fails the test.
const NEVER: Duration = Duration::from_secs(15);

fn connect(service: &Service) -> TcpStream {
    let stream = TcpStream::connect(service.address).unwrap();
    stream.set_read_timeout(Some(NEVER)).unwrap();
    stream.set_write_timeout(Some(NEVER)).unwrap();
    stream
}

/// Whether the other side closed, without another byte.
fn is_closed(stream: &mut TcpStream) -> bool {
    match stream.read(&mut [0; 64]) {
        Ok(read) => read == 0,
        Err(error) => error.kind() == ErrorKind::ConnectionReset,
    }
}

fn healthy(stream: &mut TcpStream) -> RawAnswer {
    stream.write_all(b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n").unwrap();
    raw::answer(stream)
}

#[test]
fn a_head_that_never_ends_is_not_waited_for() {
    let service = Service::with(&[("RECIPROCITY_TIMEOUT_HEAD", "0.3")]);
    let mut stream = connect(&service);
    stream.write_all(b"GET /healthz HTTP/1.1\r\nHost: x\r\nX-Slow: ").unwrap();
    assert_eq!(raw::answer(&mut stream).status, 408);
    assert!(is_closed(&mut stream));
}

#[test]
fn a_body_that_never_ends_is_answered_with_a_problem() {
    let service = Service::with(&[("RECIPROCITY_TIMEOUT_BODY", "0.3")]);
    let body = json!({"password": PASSWORD}).to_string();
    for framing in ["Content-Length: 500\r\n\r\n".to_owned(), format!("Transfer-Encoding: chunked\r\n\r\n{:x}\r\n", body.len())] {
        let mut stream = connect(&service);
        let head = "POST /v1/accounts HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n";
        stream.write_all(format!("{head}{framing}{body}").as_bytes()).unwrap();
        let answer = raw::answer(&mut stream);
        answer.problem(408, "request_timeout");
        assert!(!answer.whole().contains(PASSWORD));
    }
    service.stranger().post("/v1/accounts", &json!({"password": PASSWORD})).expect(201);
}

#[test]
fn a_connection_that_says_nothing_more_is_closed() {
    let service = Service::with(&[("RECIPROCITY_TIMEOUT_IDLE", "0.3")]);
    let mut stream = connect(&service);
    for _ in 0..2 {
        assert_eq!(healthy(&mut stream).status, 200);
    }
    assert!(is_closed(&mut stream));
}

#[test]
fn the_head_of_a_later_request_that_never_ends_is_not_waited_for_either() {
    let service = Service::with(&[("RECIPROCITY_TIMEOUT_ANSWER", "0.3")]);
    let mut stream = connect(&service);
    assert_eq!(healthy(&mut stream).status, 200);
    stream.write_all(b"GET /healthz HTTP/1.1\r\nHost: x\r\nX-Slow: ").unwrap();
    assert!(is_closed(&mut stream));
}

/// More is asked for than the buffers between the two hold, and nothing is read: at some point the server can write no more, and
/// then this side cannot either, until the server lets go.
#[test]
fn a_client_that_takes_no_answer_is_disconnected() {
    let service = Service::with(&[("RECIPROCITY_TIMEOUT_ANSWER", "0.3")]);
    let mut stream = connect(&service);
    let ask = b"GET /docs/swagger-ui-bundle.js HTTP/1.1\r\nHost: x\r\n\r\n".repeat(1_000);
    let failed = loop {
        if let Err(failed) = stream.write_all(&ask) {
            break failed;
        }
    };
    assert!(matches!(failed.kind(), ErrorKind::ConnectionReset | ErrorKind::BrokenPipe), "{failed}");
    service.stranger().get("/healthz").expect(200);
}
