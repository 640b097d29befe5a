//! Every statement that the service issues, on a filled database, by the plan that Postgres really ran it by: none goes through a table
//! that grows with people or with use, and none reads far more than it gives.
//!
//! A Postgres of this test's own writes every plan with what it read into its log (`auto_explain`). The whole API is driven on it, the
//! hourly upkeep, and the operator's commands: once with plans for the values at hand, once with the plans that a prepared statement
//! has after its first executions, which know no values.

mod filled;
mod journeys;
mod judge;
mod seen;
mod upkeep;

use std::collections::BTreeSet;

use reciprocity::db::migrate::migrate;

use judge::Judged;

use crate::rig::postgres::{Folder, OWNER, Postgres};
use crate::support::issuer::{AUDIENCE, Signer, scopes};
use crate::support::{MASTER, Running, START, vault};

/// Loads nothing by itself: the service's role does, once the tables are there and filled.
const SETTINGS: &[&str] = &[
    "fsync=off",
    "synchronous_commit=off",
    "full_page_writes=off",
    "autovacuum=off",
    "max_wal_size=2GB",
    // Every row is looked at when they are counted, so that no run knows other figures than the one before.
    "default_statistics_target=1000",
    "log_line_prefix=%u ",
    "log_checkpoints=off",
    "auto_explain.log_min_duration=0",
    "auto_explain.log_format=json",
    "auto_explain.log_analyze=on",
    "auto_explain.log_timing=off",
    "auto_explain.log_buffers=off",
    "auto_explain.log_nested_statements=on",
];

/// What `/metrics` is asked with.
const READER: &str = "0b1f4c5e9d7a6032";
/// The issuer of accounts without a password.
const ISSUER: &str = "https://id.example.org";

fn signer() -> Signer {
    Signer::ed("one", 1)
}

fn service(url: &str) -> Running {
    let issuer = serde_json::json!({"issuer": ISSUER, "audiences": [AUDIENCE], "jwks": {"keys": [signer().jwk()]}, "scopes": scopes()});
    let issuers = serde_json::json!({ "issuers": [issuer] }).to_string();
    Running::start(
        url,
        &[
            ("RECIPROCITY_ACCOUNTS", "both"),
            ("RECIPROCITY_ISSUERS", &issuers),
            ("RECIPROCITY_METRICS_TOKEN", READER),
            ("RECIPROCITY_SECURITY_CONTACT", "mailto:security@example.org"),
            ("RECIPROCITY_SECURITY_EXPIRES", "2027-01-01T00:00:00Z"),
        ],
    )
}

#[test]
fn no_statement_of_the_service_scans_or_reads_far_more_than_it_gives() {
    let folder = Folder::new("plans");
    let postgres = Postgres::create(&folder.0.join("postgres"), SETTINGS);
    let url = postgres.socket_url(OWNER, OWNER);
    migrate(&url, &vault(&[MASTER]), START.parse().unwrap()).unwrap();
    filled::fill(&mut postgres.connect(OWNER));
    let log = postgres.home().join("postgres.log");
    let (mut uncovered, mut statements, mut found) = (BTreeSet::new(), Vec::new(), Vec::new());
    for (mode, how) in [("auto", Judged::Wholly), ("force_generic_plan", Judged::ByScans)] {
        let begun = std::fs::metadata(&log).unwrap().len();
        filled::set(&mut postgres.connect(OWNER), &["session_preload_libraries = 'auto_explain'", &format!("plan_cache_mode = {mode}")]);
        let running = service(&url);
        let rich = journeys::everything(&running, &mut postgres.connect(OWNER));
        upkeep::everything(&running, &postgres, &url, &folder.0.join(mode), &rich);
        journeys::endings(&rich);
        uncovered.extend(journeys::unanswered(&running));
        let seen = seen::read(&log, begun, OWNER);
        found.extend(judge::judge(&seen, how));
        statements.extend(seen);
    }
    assert!(uncovered.is_empty(), "operations that were never answered with success; drive them in tests/api/plans: {uncovered:#?}");
    let missing = seen::missing(&statements);
    assert!(missing.is_empty(), "src/ issues statements that this test has not seen; drive them in tests/api/plans: {missing:#?}");
    assert!(found.is_empty(), "{} statements:\n{}", found.len(), found.join("\n"));
}
