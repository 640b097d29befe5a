//! Nobody can learn that somebody else has an account, a relationship or an entry: not from what is answered, nor from how long it takes.
//!
//! Everything is asked in pairs: once of what another account has, once of what nobody has. The two must be alike.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::support::document::{Document, Operation};
use crate::support::everything::{Thing, must_make, of_nobody, relationship};
use crate::support::spoilt::spoilt;
use crate::support::{Answer, Client, PASSWORD, Service};

/// Headers that tell of the request, not of what was found.
const OF_THE_REQUEST: &[&str] = &["date", "request-id", "ratelimit"];
/// Of the many ways to spoil a body, so many are tried on each operation, drawn anew by a fixed seed.
const SPOILT: usize = 25;
const SEED: u64 = 20_260_302;

/// Requests that an app could send, beside the document's own: headers and query parameters that change what is done or shown.
const HEADERS: &[(&str, &str)] = &[
    ("if-none-match", "*"),
    ("if-none-match", "\"1\""),
    ("if-match", "\"1\""),
    ("prefer", "return=minimal"),
    ("accept", "image/svg+xml"),
    ("accept", "text/html"),
    ("accept", "text/csv"),
    ("accept", "application/xml"),
    ("accept-language", "de"),
    ("range", "bytes=0-1"),
    ("idempotency-key", "the-same-for-both-and-for-everything"),
];
const QUERIES: &[&str] =
    &["limit=1", "limit=0", "cursor=x", "include=what_would_change", "from=2026-01-01&to=2026-02-01", "as_of=2026-02-01"];

/// Numbers that are the same on every run (Knuth's constants of a 64-bit congruence).
struct Draws(u64);

impl Draws {
    fn below(&mut self, most: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % most
    }
}

/// The path of another's thing, and the same path with ids that nobody has.
fn pair(path: &str) -> [String; 2] {
    [path.to_owned(), of_nobody(path)]
}

/// All of an answer but what tells of the request itself.
fn told(answer: &Answer) -> (u16, BTreeMap<String, String>, String) {
    let mut body = answer.text.clone();
    if let Ok(mut problem) = serde_json::from_str::<Value>(&answer.text) {
        if problem.get("request_id").is_some() {
            problem["request_id"] = json!("");
        }
        body = problem.to_string();
    }
    let headers = answer.headers.iter().filter(|(name, _)| !OF_THE_REQUEST.contains(&name.as_str()));
    (answer.status, headers.map(|(name, value)| (name.to_string(), value.to_str().unwrap().to_owned())).collect(), body)
}

/// The operations about one thing of an account, each with the pair of paths.
fn pairs(document: &Document, owner: &Client) -> Vec<(Operation, [String; 2])> {
    let about_one = document.operations().into_iter().filter(|operation| operation.path.contains('{'));
    about_one
        .filter_map(|operation| match must_make(owner, &operation.path) {
            Thing::Own(path) => Some((operation, pair(&path))),
            Thing::Shared(_) => None,
        })
        .collect()
}

/// The bodies an operation is tried with: its example, none, and some that are spoilt.
fn bodies(document: &Document, operation: &Operation, draws: &mut Draws) -> Vec<Option<Vec<u8>>> {
    let mut bodies = vec![None];
    if let Some(example) = operation.example() {
        bodies.push(Some(example.to_string().into_bytes()));
        let mut all = spoilt(document, operation);
        for _ in 0..SPOILT.min(all.len()) {
            let which = draws.below(all.len());
            bodies.push(Some(all.swap_remove(which).body.into_bytes()));
        }
    }
    bodies
}

#[test]
fn whatever_is_sent_about_anothers_things_is_answered_as_for_things_that_never_were() {
    let service = Service::start();
    let document = Document::of(&service);
    let (owner, other) = (service.someone(), service.someone());
    let mut draws = Draws(SEED);
    let (mut asked, mut told_apart) = (0, Vec::new());
    for (operation, paths) in pairs(&document, &owner) {
        let mut compare = |client: &Client, query: &str, body: &Option<Vec<u8>>| {
            let [theirs, nobodys] = paths.each_ref().map(|path| operation.send_body(client, &format!("{path}{query}"), body.clone()));
            asked += 1;
            if told(&theirs) != told(&nobodys) {
                told_apart.push(format!("{}{query}: {:?} and {:?}", operation.name(), told(&theirs), told(&nobodys)));
            }
        };
        for body in bodies(&document, &operation, &mut draws) {
            compare(&other, "", &body);
        }
        let example = operation.example().map(|body| body.to_string().into_bytes());
        for (name, value) in HEADERS {
            compare(&other.with(name, value), "", &example);
        }
        for query in QUERIES {
            compare(&other, &format!("?{query}"), &example);
        }
        compare(&service.stranger(), "", &example);
    }
    assert!(asked > 500, "{asked}");
    assert!(told_apart.is_empty(), "{}", told_apart.join("\n"));
}

#[test]
fn anothers_relationship_named_in_a_body_is_answered_like_one_that_never_was() {
    let service = Service::start();
    let (owner, other) = (service.someone(), service.someone());
    let theirs = relationship(&owner).rsplit('/').next().unwrap().to_owned();
    let document = Document::of(&service);
    let mut tried = Vec::new();
    for operation in document.operations() {
        let named = operation.example().map(|body| body.to_string()).filter(|body| body.contains("\"relationship_id\""));
        let Some(body) = named else { continue };
        let answers = [theirs.as_str(), "01980000-0000-7000-8000-00000000dead"].map(|id| {
            let mut body: Value = serde_json::from_str(&body).unwrap();
            put_everywhere(&mut body, "relationship_id", id);
            let path = operation.path.clone();
            let mut answer = told(&operation.send_body(&other, &path, Some(body.to_string().into_bytes())));
            answer.2 = answer.2.replace(id, "");
            answer
        });
        assert_eq!(answers[0], answers[1], "{}", operation.name());
        tried.push(operation.name());
    }
    assert!(tried.contains(&"POST /v1/interactions/batch".to_owned()), "{tried:?}");
}

fn put_everywhere(value: &mut Value, name: &str, text: &str) {
    match value {
        Value::Object(members) => {
            for (key, inner) in members {
                if key == name {
                    *inner = json!(text);
                } else {
                    put_everywhere(inner, name, text);
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(|item| put_everywhere(item, name, text)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

/// Pairs of requests that are timed for one comparison.
const TIMED: usize = 120;
/// How far from even the slower ones may be split between the two, in standard deviations of a fair coin (a sign test, two-sided
/// p = 7e-6): the pairs are interleaved and drawn in random order, so that other work on the machine meets both alike.
const SPLIT: f64 = 4.5;
/// A systematic difference that is less than this part of the whole is that of a page or a cache, not a different kind of work.
const PART: f64 = 0.15;

/// Whether the first of two requests takes longer or shorter than the second, beyond what chance does; and by which part.
fn timed_apart(times: usize, draws: &mut Draws, mut send: impl FnMut(usize)) -> Option<f64> {
    let mut differences = Vec::with_capacity(times);
    let mut whole = Vec::with_capacity(times);
    for round in 0..times + 5 {
        let first = draws.below(2);
        let mut took = [Duration::ZERO; 2];
        for which in [first, 1 - first] {
            let begun = Instant::now();
            send(which);
            took[which] = begun.elapsed();
        }
        if round >= 5 {
            differences.push(took[0].as_secs_f64() - took[1].as_secs_f64());
            whole.push(took[1].as_secs_f64());
        }
    }
    let count = f64::from(u32::try_from(times).unwrap());
    let slower = f64::from(u32::try_from(differences.iter().filter(|difference| **difference > 0.0).count()).unwrap());
    let split = (slower - count / 2.0) / (count / 4.0).sqrt();
    let part = median(&mut differences) / median(&mut whole);
    (split.abs() > SPLIT && part.abs() > PART).then_some(part)
}

fn median(values: &mut [f64]) -> f64 {
    values.sort_unstable_by(f64::total_cmp);
    values[values.len() / 2]
}

#[test]
fn anothers_thing_takes_as_long_as_one_that_never_was() {
    let service = Service::start();
    let document = Document::of(&service);
    let (owner, other) = (service.someone(), service.someone());
    let mut draws = Draws(SEED);
    let mut told_apart = Vec::new();
    for (operation, paths) in pairs(&document, &owner) {
        let part = timed_apart(TIMED, &mut draws, |which| {
            operation.send(&other, &paths[which]).problem(404, "not_found");
        });
        if let Some(part) = part {
            told_apart.push(format!("{} by {part:.3} of the whole", operation.name()));
        }
    }
    assert!(told_apart.is_empty(), "{}", told_apart.join("\n"));
    let [_, nobodys] = pair(&relationship(&owner));
    let seen = timed_apart(TIMED, &mut draws, |which| {
        for _ in 0..=which {
            other.get(&nobodys);
        }
    });
    assert!(seen.is_some(), "twice the work takes longer, and this measure does not see it");
}

#[test]
fn a_handle_that_somebody_has_takes_as_long_as_one_that_nobody_has() {
    let service = Service::start();
    let handle = service.someone().get("/v1/account").expect(200)["handle"].as_str().unwrap().to_owned();
    let stranger = service.stranger();
    let mut draws = Draws(SEED);
    let code =
        service.stranger().post("/v1/accounts", &json!({"password": "a long and quiet evening"})).expect(201)["recovery_code"].clone();
    let erased = service.someone();
    let gone = erased.get("/v1/account").expect(200)["handle"].as_str().unwrap().to_owned();
    erased.delete("/v1/account").expect(200);
    let handles = [handle, gone];
    let signing_in = timed_apart(30, &mut draws, |which| {
        let body = json!({"handle": handles[which], "password": "not this one at all"});
        stranger.post("/v1/sessions", &body).problem(401, "invalid_credentials");
    });
    assert_eq!(signing_in, None);
    let recovering = timed_apart(30, &mut draws, |which| {
        let body = json!({"handle": handles[which], "recovery_code": code, "new_password": "a longer and quieter one"});
        stranger.post("/v1/account-recovery", &body).problem(401, "invalid_credentials");
    });
    assert_eq!(recovering, None);
}

#[test]
fn the_code_of_an_account_that_was_erased_takes_as_long_as_a_used_one_of_an_account_that_is_there() {
    let service = Service::start();
    let (here, gone) = (service.someone(), service.someone());
    let codes = [&here, &gone].map(|client| {
        let asked = json!({"current_password": PASSWORD, "lasts_hours": 720});
        client.post(&format!("{}/grants", relationship(client)), &asked).expect(201)["code"].clone()
    });
    let stranger = service.stranger();
    let redeem = |which: usize| stranger.post("/v1/grants/redemptions", &json!({ "code": codes[which] }));
    redeem(0).expect(201);
    gone.delete("/v1/account").expect(200);
    assert_eq!(told(&redeem(0)), told(&redeem(1)));
    let apart = timed_apart(TIMED, &mut Draws(SEED), |which| {
        redeem(which).problem(401, "invalid_credentials");
    });
    assert_eq!(apart, None);
}
