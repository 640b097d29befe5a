//! Requests byte by byte, for what no well-behaved client would send.

use std::io::{Read, Write};
use std::net::{Shutdown, SocketAddr, TcpStream};
use std::time::Duration;

use serde_json::Value;

/// An answer as it came.
#[derive(Debug)]
pub struct RawAnswer {
    pub status: u16,
    pub head: String,
    pub body: Vec<u8>,
}

/// Sends these bytes and reads until the other side closes.
pub fn exchange(address: SocketAddr, bytes: &[u8]) -> RawAnswer {
    let mut stream = TcpStream::connect(address).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
    // A server that refuses early may close before it has read everything; what it answered still counts.
    let _ = stream.write_all(bytes);
    let _ = stream.shutdown(Shutdown::Write);
    answer(&mut stream)
}

/// Reads one answer, or what there is of it when the other side closes.
pub fn answer(stream: &mut TcpStream) -> RawAnswer {
    let mut answer = Vec::new();
    let mut buffer = [0_u8; 8192];
    while let Ok(read) = stream.read(&mut buffer) {
        if read == 0 {
            break;
        }
        answer.extend_from_slice(&buffer[..read]);
        if is_whole(&answer) {
            break;
        }
    }
    parse(&answer)
}

/// A request of one line, some headers and a body; `Host`, `Connection` and `Content-Length` are added.
pub fn request(address: SocketAddr, line: &str, headers: &[(&str, &str)], body: &[u8]) -> RawAnswer {
    let mut bytes = format!("{line} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\nContent-Length: {}\r\n", body.len()).into_bytes();
    for (name, value) in headers {
        bytes.extend_from_slice(format!("{name}: {value}\r\n").as_bytes());
    }
    bytes.extend_from_slice(b"\r\n");
    bytes.extend_from_slice(body);
    exchange(address, &bytes)
}

/// Whether as much has come as was announced; an answer to HEAD announces a body and brings none, so it ends by closing.
fn is_whole(answer: &[u8]) -> bool {
    let Some(split) = answer.windows(4).position(|window| window == b"\r\n\r\n") else { return false };
    let announced = parse(answer).header("content-length").and_then(|length| length.parse::<usize>().ok());
    announced.is_some_and(|length| answer.len() >= split + 4 + length)
}

fn parse(answer: &[u8]) -> RawAnswer {
    let split = answer.windows(4).position(|window| window == b"\r\n\r\n");
    let split = split.unwrap_or_else(|| panic!("no answer: {:?}", String::from_utf8_lossy(answer)));
    let head = String::from_utf8_lossy(&answer[..split]).into_owned();
    let status = head.split(' ').nth(1).and_then(|word| word.parse().ok()).unwrap_or_else(|| panic!("no status in {head}"));
    RawAnswer { status, head, body: answer[split + 4..].to_vec() }
}

impl RawAnswer {
    pub fn header(&self, name: &str) -> Option<&str> {
        let lines = self.head.lines().skip(1).filter_map(|line| line.split_once(':'));
        lines.into_iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value.trim())
    }

    /// Everything that came, as text.
    pub fn whole(&self) -> String {
        format!("{}\n{}", self.head, String::from_utf8_lossy(&self.body))
    }

    /// A problem of this status and code, whole and well formed.
    #[track_caller]
    pub fn problem(&self, status: u16, code: &str) -> Value {
        assert_eq!(self.status, status, "{}", self.whole());
        assert_eq!(self.header("content-type"), Some("application/problem+json"), "{}", self.whole());
        let body: Value = serde_json::from_slice(&self.body).unwrap_or_else(|_| panic!("not JSON: {}", self.whole()));
        assert_eq!(body["code"], code, "{}", self.whole());
        assert_eq!(body["status"], status);
        assert_eq!(body["request_id"].as_str(), self.header("request-id"));
        assert!(!body["request_id"].as_str().unwrap().is_empty(), "{}", self.whole());
        body
    }
}
