//! What is counted is what is said, under the names that dashboards know.

use std::time::Duration;

use super::*;

fn meters() -> Meters {
    Meters::new(["/v1/things/{id}".to_owned(), "/healthz".to_owned()])
}

fn line(text: &str, begin: &str) -> String {
    let found: Vec<&str> = text.lines().filter(|line| line.starts_with(begin)).collect();
    assert_eq!(found.len(), 1, "{begin} in\n{text}");
    found[0].rsplit(' ').next().unwrap().to_owned()
}

#[test]
fn a_request_is_counted_by_method_template_and_status_and_in_flight_until_it_is_answered() {
    let meters = meters();
    let underway = meters.requests.begin(Some("/v1/things/{id}"), "GET");
    assert_eq!(line(&meters.text(), "reciprocity_http_requests_in_flight"), "1");
    underway.answered(200);
    drop(meters.requests.begin(Some("/v1/things/{id}"), "GET"));
    meters.requests.begin(None, "BREW").answered(418);
    let text = meters.text();
    assert_eq!(line(&text, "reciprocity_http_requests_in_flight"), "0");
    assert_eq!(line(&text, r#"reciprocity_http_requests_total{method="GET",route="/v1/things/{id}",status="200"}"#), "1");
    assert_eq!(line(&text, r#"reciprocity_http_requests_total{method="GET",route="/v1/things/{id}",status="gone"}"#), "1");
    assert_eq!(line(&text, r#"reciprocity_http_requests_total{method="other",route="unmatched",status="other"}"#), "1");
    assert_eq!(line(&text, r#"reciprocity_http_request_duration_seconds_count{method="GET",route="/v1/things/{id}"}"#), "2");
    assert!(text.ends_with("# EOF\n"));
}

#[test]
fn a_template_that_was_not_named_at_the_start_adds_no_series() {
    let meters = meters();
    meters.requests.begin(Some("/made/up"), "GET").answered(200);
    let text = meters.text();
    assert!(!text.contains("made"), "{text}");
    assert_eq!(line(&text, r#"reciprocity_http_requests_total{method="GET",route="unmatched",status="200"}"#), "1");
}

#[test]
fn a_histogram_counts_up_to_and_with_its_bound_and_sums_in_seconds() {
    let meters = meters();
    for micros in [100, 101, 250, 9_000_000] {
        meters.database.transaction(Kind::Read, Duration::from_micros(micros));
    }
    let text = meters.text();
    let of = |bound: &str| line(&text, &format!(r#"reciprocity_db_transaction_duration_seconds_bucket{{le="{bound}",kind="read"}}"#));
    assert_eq!((of("0.0001"), of("0.00025"), of("5.0"), of("+Inf")), ("1".into(), "3".into(), "3".into(), "4".into()));
    assert_eq!(line(&text, r#"reciprocity_db_transaction_duration_seconds_sum{kind="read"}"#), "9.000451");
    assert_eq!(line(&text, r#"reciprocity_db_transaction_duration_seconds_count{kind="write"}"#), "0");
}

#[test]
fn what_is_held_counts_until_it_is_let_go() {
    let meters = meters();
    let held = (meters.engine.waiting(), meters.passwords.running(), meters.group_commit.queue_depth.hold());
    let now = |name: &str| line(&meters.text(), name);
    assert_eq!(now("reciprocity_engine_queue_depth"), "1");
    assert_eq!(now("reciprocity_passwords_running"), "1");
    assert_eq!(now("reciprocity_group_commit_queue_depth"), "1");
    drop(held);
    assert_eq!(now("reciprocity_engine_queue_depth"), "0");
    assert_eq!(now("reciprocity_group_commit_queue_depth"), "0");
}

#[test]
fn commits_of_several_writes_are_counted_by_their_rows() {
    let meters = meters();
    meters.group_commit.batch(7, Duration::from_millis(3));
    meters.group_commit.refuse();
    let text = meters.text();
    assert_eq!(line(&text, r#"reciprocity_group_commit_batch_rows_bucket{le="4.0"}"#), "0");
    assert_eq!(line(&text, r#"reciprocity_group_commit_batch_rows_bucket{le="8.0"}"#), "1");
    assert_eq!(line(&text, "reciprocity_group_commit_duration_seconds_sum"), "0.003");
    assert_eq!(line(&text, "reciprocity_group_commit_refused_total"), "1");
}
