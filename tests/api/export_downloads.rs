//! A download under way ends where it stands as soon as its session, or the export, has ended.

use std::io::{Read, Write};
use std::net::TcpStream;

use chrono::TimeDelta;
use nix::sys::socket::setsockopt;
use nix::sys::socket::sockopt::RcvBuf;
use serde_json::{Value, json};

use crate::support::everything::{completed_export, relationship};
use crate::support::{Client, Service};

/// More than the sockets of both sides hold, so that a client that does not read keeps the service from coming to its end.
const NOTES: usize = 800;

/// A client whose export is long.
fn much(service: &Service) -> (Client, String) {
    let me = service.someone();
    let tie = relationship(&me).rsplit('/').next().unwrap().to_owned();
    let entry = json!({"actor": "me", "dimension": "repair", "note": "x".repeat(9_900)});
    let items: Vec<Value> = (0..400).map(|_| json!({"relationship_id": tie, "interaction": entry})).collect();
    for _ in 0..=NOTES / items.len() {
        assert_eq!(me.post("/v1/interactions/batch", &json!({"items": items})).expect(200)["created"], items.len());
    }
    let export = completed_export(&me);
    (me, export)
}

/// Begins the download, and reads its head.
fn begin(service: &Service, me: &Client, path: &str) -> TcpStream {
    let mut stream = TcpStream::connect(service.address).unwrap();
    setsockopt(&stream, RcvBuf, &65_536).unwrap();
    let token = me.token.as_deref().unwrap();
    write!(stream, "GET {path} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {token}\r\nConnection: close\r\n\r\n").unwrap();
    let mut head = [0; 12];
    stream.read_exact(&mut head).unwrap();
    assert_eq!(&head, b"HTTP/1.1 200");
    stream
}

/// The rest of a body in chunks: how long it is, and whether its last chunk says that it is whole.
fn rest(mut stream: TcpStream) -> (usize, bool) {
    let mut bytes = Vec::new();
    // A connection that is cut may be cut in any way.
    let _ = stream.read_to_end(&mut bytes);
    (bytes.len(), bytes.ends_with(b"\r\n0\r\n\r\n"))
}

#[test]
fn a_download_ends_where_it_stands_when_its_session_or_its_export_does() {
    let service = Service::start();
    let (me, export) = much(&service);
    for path in [format!("{export}/data"), format!("{export}/tables/interactions")] {
        let (whole, complete) = rest(begin(&service, &me, &path));
        assert!(complete && whole > NOTES * 9_900, "{whole}");
        let reader = me.signed_in_again();
        let stream = begin(&service, &reader, &path);
        let sessions = reader.get("/v1/sessions").expect(200)["data"].as_array().unwrap().clone();
        let own = sessions.iter().find(|session| session["current"] == true).unwrap()["id"].as_str().unwrap();
        assert_eq!(me.delete(&format!("/v1/sessions/{own}")).status, 204);
        let (part, complete) = rest(stream);
        assert!(!complete && part < whole, "{part} of {whole}");
    }
    let stream = begin(&service, &me, &format!("{export}/data"));
    service.clock.advance(TimeDelta::hours(24));
    let (_, complete) = rest(stream);
    assert!(!complete);
}
