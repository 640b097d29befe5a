//! `reciprocity healthcheck`: asks the service on this machine whether it is ready, and says so by the exit code.
//!
//! Made for containers, whose image has no other program that could ask.

use std::error::Error;
use std::time::Duration;

/// How long an answer may take: less than the five seconds after which the image's HEALTHCHECK gives up.
const PATIENCE: Duration = Duration::from_secs(4);
const DEFAULT_PORT: u16 = 8080;

/// Asks `/readyz` on `127.0.0.1` and the port in `RECIPROCITY_PORT` (8080 where it is not set).
///
/// Fails where nobody listens, where no answer comes in four seconds, and where the answer is not 200: `/readyz` says 503
/// while the database cannot be reached.
pub fn run() -> Result<(), Box<dyn Error>> {
    let port = match std::env::var("RECIPROCITY_PORT") {
        Ok(port) if !port.is_empty() => port.parse().map_err(|_| "RECIPROCITY_PORT: must be a port from 0 to 65535")?,
        _ => DEFAULT_PORT,
    };
    ask(port)
}

fn ask(port: u16) -> Result<(), Box<dyn Error>> {
    // A proxy named in the environment is for the world outside, not for this machine.
    let agent: ureq::Agent = ureq::Agent::config_builder()
        .timeout_global(Some(PATIENCE))
        .proxy(None)
        .max_redirects(0)
        .http_status_as_error(false)
        .build()
        .into();
    let answer = agent.get(format!("http://127.0.0.1:{port}/readyz")).call().map_err(|why| format!("not ready: {why}"))?;
    match answer.status().as_u16() {
        200 => Ok(()),
        status => Err(format!("not ready: the service answered {status}").into()),
    }
}

#[cfg(test)]
mod tests {
    use std::io::{Read, Write};
    use std::net::TcpListener;

    use super::*;

    /// Answers one request with this status line, and gives back what was asked.
    fn answering(status: &'static str) -> (u16, std::thread::JoinHandle<String>) {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let asked = std::thread::spawn(move || {
            let (mut stream, _) = listener.accept().unwrap();
            let mut request = Vec::new();
            let mut byte = [0];
            while !request.ends_with(b"\r\n\r\n") && stream.read(&mut byte).unwrap() == 1 {
                request.push(byte[0]);
            }
            write!(stream, "HTTP/1.1 {status}\r\ncontent-length: 0\r\nconnection: close\r\n\r\n").unwrap();
            String::from_utf8(request).unwrap()
        });
        (port, asked)
    }

    #[test]
    fn a_ready_service_is_healthy_and_was_asked_for_its_readiness() {
        let (port, asked) = answering("200 OK");
        ask(port).unwrap();
        assert!(asked.join().unwrap().starts_with("GET /readyz HTTP/1.1\r\n"));
    }

    #[test]
    fn a_service_without_its_database_is_not_healthy() {
        let (port, asked) = answering("503 Service Unavailable");
        assert_eq!(ask(port).unwrap_err().to_string(), "not ready: the service answered 503");
        asked.join().unwrap();
    }

    #[test]
    fn a_redirect_is_not_a_ready_service() {
        let (port, asked) = answering("302 Found");
        assert!(ask(port).is_err());
        asked.join().unwrap();
    }

    #[test]
    fn a_port_nobody_listens_on_is_not_healthy() {
        let free = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        assert!(ask(free).unwrap_err().to_string().starts_with("not ready: "));
    }
}
