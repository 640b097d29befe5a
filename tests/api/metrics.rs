//! `/metrics`: for whoever shows the token, about everything the service does, and about nobody.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::json;

use crate::planted;
use crate::support::document::Document;
use crate::support::{Answer, Client, PASSWORD, Service};

const TOKEN: &str = "0b1f4c5e9d7a6032";
const SET: (&str, &str) = ("RECIPROCITY_METRICS_TOKEN", TOKEN);

/// The metrics of a service that was given the token.
pub fn metrics(service: &Service) -> String {
    let answer = Client::new(service.address, Some(TOKEN.to_owned())).get("/metrics");
    assert_eq!(answer.status, 200, "{}", answer.text);
    answer.text
}

pub fn measured(vars: &[(&str, &str)]) -> Service {
    Service::with(&[vars, &[SET]].concat())
}

/// Every series, its value beside it.
pub fn series(text: &str) -> BTreeMap<String, f64> {
    let lines = text.lines().filter(|line| !line.starts_with('#')).map(|line| line.rsplit_once(' ').unwrap());
    lines.map(|(series, value)| (series.to_owned(), value.parse().unwrap())).collect()
}

#[track_caller]
fn value(service: &Service, wanted: &str) -> f64 {
    let all = series(&metrics(service));
    *all.get(wanted).unwrap_or_else(|| panic!("there is no {wanted} in {all:#?}"))
}

/// A problem without what is different in every answer.
fn same(answer: &Answer) -> (u16, String, Vec<String>) {
    let text = answer.text.replace(&answer.header("request-id"), "");
    (answer.status, text, answer.headers.keys().map(ToString::to_string).collect())
}

#[test]
fn without_a_configured_token_there_is_no_such_path() {
    let service = Service::start();
    for client in [service.stranger(), Client::new(service.address, Some(TOKEN.to_owned()))] {
        assert_eq!(same(&client.get("/metrics")), same(&client.get("/metricz")));
        client.get("/metrics").problem(404, "not_found");
    }
}

#[test]
fn whoever_does_not_show_the_token_is_refused() {
    let service = measured(&[]);
    let mut me = service.someone();
    let longer = format!("{TOKEN}0");
    for shown in [None, me.token.take(), Some(String::new()), Some(TOKEN[1..].to_owned()), Some(longer), Some(TOKEN.to_uppercase())] {
        let answer = Client::new(service.address, shown).get("/metrics");
        answer.problem(401, "unauthenticated");
        assert_eq!(answer.header("www-authenticate"), "Bearer");
    }
    service.stranger().get(&format!("/metrics?token={TOKEN}")).problem(401, "unauthenticated");
    let shown = Client::new(service.address, Some(TOKEN.to_owned())).get("/metrics");
    assert_eq!(shown.header("content-type"), "application/openmetrics-text; version=1.0.0; charset=utf-8");
    assert_eq!(shown.header("cache-control"), "no-store");
    assert!(shown.text.ends_with("# EOF\n"));
}

#[test]
fn a_thousand_paths_that_are_not_there_add_no_series() {
    let service = measured(&[]);
    let somebody = service.stranger();
    somebody.get("/nothing").problem(404, "not_found");
    metrics(&service);
    let before: BTreeSet<String> = series(&metrics(&service)).into_keys().collect();
    for made_up in 0..1_000 {
        somebody.get(&format!("/v1/made-up-{made_up}/{made_up}")).problem(404, "not_found");
    }
    let after = series(&metrics(&service));
    assert_eq!(after.keys().cloned().collect::<BTreeSet<_>>(), before);
    assert!((after[r#"reciprocity_http_requests_total{method="GET",route="unmatched",status="404"}"#] - 1_001.0).abs() < 0.5);
}

#[test]
fn a_made_up_method_has_no_name() {
    let service = measured(&[]);
    service.stranger().send("QUOKKA", "/v1/account", None, Vec::new());
    let text = metrics(&service);
    assert!(!text.contains("QUOKKA") && text.contains(r#"{method="other",route="/v1/account",status="405"}"#), "{text}");
}

#[test]
fn with_secrets_sent_everywhere_none_is_in_it_and_every_label_is_the_programs_own() {
    let service = measured(&[("RECIPROCITY_REGISTRATION", "invite"), ("RECIPROCITY_INVITE_CODE", "quokka77 may come in")]);
    let (me, mut secrets) = planted::signed_in(&service);
    planted::send_everything(&service, &me, &secrets);
    let text = metrics(&service);
    secrets.extend([planted::WORD.to_owned(), TOKEN.to_owned()]);
    for secret in secrets {
        assert!(!text.to_lowercase().contains(&secret.to_lowercase()), "{secret} is in\n{text}");
    }
    let mut templates: BTreeSet<String> = Document::of(&service).operations().into_iter().map(|operation| operation.path).collect();
    templates.extend(["/docs", "/docs/{_:.*}", "/metrics", "unmatched"].map(str::to_owned));
    for line in text.lines().filter(|line| !line.starts_with('#')) {
        for label in labels(line) {
            let fine = match label.0 {
                "route" => templates.contains(label.1),
                "le" => label.1 == "+Inf" || label.1.parse::<f64>().is_ok(),
                "status" => label.1.len() == 3 || ["other", "gone"].contains(&label.1),
                "version" => label.1 == env!("CARGO_PKG_VERSION"),
                _ => label.1.bytes().all(|byte| byte.is_ascii_alphabetic() || b"_-".contains(&byte)),
            };
            assert!(fine, "{label:?} in {line}");
        }
    }
    assert!(text.contains(r#"method="POST",route="/v1/relationships/{relationship_id}/interactions",status="422""#), "{text}");
}

/// The labels of a series. No value of ours has a quote or a comma in it.
fn labels(line: &str) -> Vec<(&str, &str)> {
    let Some((_, rest)) = line.split_once('{') else { return Vec::new() };
    let (inside, _) = rest.rsplit_once('}').unwrap();
    inside.split("\",").map(|pair| pair.split_once('=').unwrap()).map(|(name, value)| (name, value.trim_matches('"'))).collect()
}

#[test]
fn what_a_request_costs_is_counted_where_it_is_paid() {
    let service = measured(&[]);
    let me = service.someone();
    let made = me.post("/v1/relationships", &json!({"alias": "K.", "kind": "friend"})).expect(201);
    let path = format!("/v1/relationships/{}/assessments", made["id"].as_str().unwrap());
    me.post(&path, &json!({})).expect(201);
    let all = series(&metrics(&service));
    let of = |name: &str| *all.get(name).unwrap_or_else(|| panic!("there is no {name} in {all:#?}"));
    let route = r#"method="POST",route="/v1/relationships/{relationship_id}/assessments""#;
    for (name, at_least) in [
        (format!("reciprocity_http_requests_total{{{route},status=\"201\"}}"), 1.0),
        (format!("reciprocity_http_request_duration_seconds_count{{{route}}}"), 1.0),
        ("reciprocity_http_requests_in_flight".to_owned(), 1.0),
        ("reciprocity_db_pool_connections_max".to_owned(), 3.0),
        ("reciprocity_db_pool_wait_seconds_count".to_owned(), 4.0),
        ("reciprocity_db_transaction_duration_seconds_count{kind=\"write\"}".to_owned(), 2.0),
        ("reciprocity_db_transaction_duration_seconds_count{kind=\"read\"}".to_owned(), 1.0),
        ("reciprocity_db_transaction_duration_seconds_count{kind=\"lookup\"}".to_owned(), 1.0),
        ("reciprocity_engine_run_duration_seconds_count".to_owned(), 1.0),
        ("reciprocity_passwords_run_duration_seconds_count".to_owned(), 2.0),
        ("reciprocity_token_cache_lookups_total{outcome=\"miss\"}".to_owned(), 1.0),
        ("reciprocity_token_cache_lookups_total{outcome=\"hit\"}".to_owned(), 1.0),
    ] {
        assert!(of(&name) >= at_least, "{name} is {}", of(&name));
    }
    for rests in ["reciprocity_db_turns_waiting", "reciprocity_engine_running", "reciprocity_passwords_queue_depth"] {
        assert!(of(rests).abs() < 0.5, "{rests} is {}", of(rests));
    }
}

#[test]
fn a_spent_budget_is_counted_by_its_class() {
    let service = measured(&[("RECIPROCITY_LIMIT_PREVIEWS", "1")]);
    let me = service.someone();
    let refused = r#"reciprocity_rate_limited_total{class="previews"}"#;
    assert!(value(&service, refused).abs() < 0.5, "it is there before anybody is refused");
    for _ in 0..3 {
        me.post("/v1/assessments/preview", &json!({}));
    }
    assert!((value(&service, refused) - 2.0).abs() < 0.5);
}

#[test]
fn exports_and_sweeps_are_counted_by_how_they_end() {
    let service = measured(&[]);
    let me = service.someone();
    let begun = me.post("/v1/account/exports", &json!({}));
    assert!(begun.status < 300, "{}", begun.text);
    let completed = r#"reciprocity_export_jobs_ended_total{outcome="completed"}"#;
    assert!(crate::support::eventually(|| value(&service, completed) > 0.5));
    service.sweep_here();
    for sweep in ["erased_subjects", "access_log", "retention", "exports"] {
        let at = value(&service, &format!("reciprocity_upkeep_last_success_timestamp_seconds{{sweep=\"{sweep}\"}}"));
        assert!((at - f64::from(u32::try_from(service.clock.now().timestamp()).unwrap())).abs() < 0.5, "{sweep} went through at {at}");
    }
    service.database.vanish();
    service.sweep_here();
    assert!((value(&service, r#"reciprocity_upkeep_failures_total{sweep="retention"}"#) - 1.0).abs() < 0.5);
}

#[test]
fn a_database_that_is_gone_is_counted_as_one_that_gives_no_connection() {
    let service = measured(&[]);
    let me = service.someone();
    service.database.vanish();
    // Three connections at most were open, and each fails once.
    for _ in 0..4 {
        me.get("/v1/account").problem(503, "unavailable");
    }
    assert!(value(&service, "reciprocity_db_connection_failures_total") > 0.5);
    let sign_in = json!({"handle": me.handle(), "password": PASSWORD});
    service.stranger().post("/v1/sessions", &sign_in).problem(503, "unavailable");
    assert!(value(&service, r#"reciprocity_http_requests_total{method="POST",route="/v1/sessions",status="503"}"#) > 0.5);
}
