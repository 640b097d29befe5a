//! Traces as a collector gets them: what happened, and not a word of it.

use std::net::TcpListener;
use std::time::{Duration, Instant};

use nix::sys::signal::Signal;
use serde_json::json;

use crate::collector::Collector;
use crate::program::{Folder, Program};

const TRACE: &str = "4bf92f3577b34da6a3ce929d0e0e4736";

fn contains(bytes: &[u8], wanted: &[u8]) -> bool {
    bytes.windows(wanted.len()).any(|window| window.eq_ignore_ascii_case(wanted))
}

/// Does a little of everything with a word in every text, query and header; what must not leave.
fn speak(program: &Program) -> Vec<String> {
    let handle = program.make_account();
    let token = program.sign_in(&handle);
    let tie = program.post(Some(&token), "/v1/relationships", &json!({"alias": "Quokka77", "kind": "friend", "label": "quokka77"}));
    let path = format!("/v1/relationships/{}", tie["id"].as_str().unwrap());
    let entry = json!({"actor": "me", "dimension": "repair", "note": "quokka77 cried"});
    program.post(Some(&token), &format!("{path}/interactions"), &entry);
    program.post(Some(&token), &format!("{path}/assessments"), &json!({}));
    program.traced(&format!("00-{TRACE}-00f067aa0ba902b7-01"), &token, &format!("{path}/interactions?cursor=quokka77"));
    program.traced("quokka77", "quokka77.quokka77.quokka77", "/v1/quokka77");
    let parts: Vec<String> = token.split('.').skip(1).map(str::to_owned).collect();
    let id = tie["id"].as_str().unwrap().to_owned();
    [vec!["quokka77".to_owned(), handle, token, id], parts].concat()
}

#[test]
fn a_collector_gets_the_spans_of_requests_transactions_and_the_engine_and_no_word() {
    let (folder, collector) = (Folder::new(), Collector::start());
    let vars = [("OTEL_EXPORTER_OTLP_ENDPOINT", collector.url.as_str()), ("OTEL_SERVICE_NAME", "watched")];
    let program = Program::start(&folder, &vars);
    let secrets = speak(&program);
    program.end(Signal::SIGTERM);
    let (paths, sent) = collector.posted();
    assert!(!paths.is_empty() && paths.iter().all(|path| path == "/v1/traces"), "{paths:?}");
    for said in [
        "watched",
        "POST /v1/relationships/{relationship_id}/interactions",
        "POST /v1/relationships/{relationship_id}/assessments",
        "transaction",
        "reciprocity.group.size",
        "assess",
        "http.response.status_code",
        "reciprocity.request_id",
    ] {
        assert!(contains(&sent, said.as_bytes()), "nothing is said of {said} in {} bytes", sent.len());
    }
    let trace = TRACE.parse::<Hex>().unwrap().0;
    assert!(contains(&sent, &trace), "the caller's trace is continued");
    for secret in secrets {
        assert!(!contains(&sent, secret.as_bytes()), "{secret} was sent");
    }
}

struct Hex(Vec<u8>);

impl std::str::FromStr for Hex {
    type Err = std::num::ParseIntError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        (0..text.len()).step_by(2).map(|at| u8::from_str_radix(&text[at..at + 2], 16)).collect::<Result<_, _>>().map(Self)
    }
}

#[test]
fn a_sampler_that_keeps_nothing_sends_nothing() {
    let (folder, collector) = (Folder::new(), Collector::start());
    let vars = [("OTEL_EXPORTER_OTLP_ENDPOINT", collector.url.as_str()), ("OTEL_TRACES_SAMPLER", "always_off")];
    let program = Program::start(&folder, &vars);
    speak(&program);
    program.end(Signal::SIGTERM);
    assert_eq!(collector.posted(), (Vec::new(), Vec::new()));
}

/// Longer than the last spans may take, and the database its stop; far shorter than a supervisor's patience.
const SOON: Duration = Duration::from_mins(1);

#[test]
fn a_collector_that_is_away_or_never_answers_takes_nothing_down() {
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    let gone = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    for address in [silent.local_addr().unwrap(), gone] {
        let (folder, url) = (Folder::new(), format!("http://{address}"));
        let program = Program::start(&folder, &[("OTEL_EXPORTER_OTLP_ENDPOINT", &url), ("OTEL_BSP_SCHEDULE_DELAY", "10")]);
        speak(&program);
        speak(&program);
        let begun = Instant::now();
        program.end(Signal::SIGTERM);
        assert!(begun.elapsed() < SOON, "it took {:?} to stop", begun.elapsed());
    }
}

#[test]
fn what_cannot_be_used_is_refused_by_name() {
    let folder = Folder::new();
    let vars = [("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:4318"), ("OTEL_TRACES_SAMPLER", "sometimes")];
    assert!(Program::refused(&folder, &vars).contains("OTEL_TRACES_SAMPLER"));
}
