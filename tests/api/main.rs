//! The service as a client sees it: a real server, a real Postgres, a fresh database for every test.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "a test stops at the first surprise")]

#[path = "../privacy/planted.rs"]
#[allow(dead_code, reason = "the searches of the log and of what is stored use the rest")]
mod planted;
#[path = "../rig/mod.rs"]
#[allow(dead_code, reason = "the load bench and the torture need the rest")]
mod rig;
mod support;

mod access_log;
mod accounts;
mod assessments;
mod auth_coverage;
mod bad_input;
mod broken_connections;
mod budgets;
mod consents;
mod data_keys;
mod database_down;
mod demo;
mod edge;
mod erasures;
mod experiments;
mod export_downloads;
mod exports;
mod external_accounts;
mod external_attacks;
mod external_keys;
mod failed_exports;
mod fhir;
mod framework_errors;
mod grants;
mod group_commit;
mod guessing;
mod guide;
mod health;
mod help;
mod import_bodies;
mod imports;
mod interactions;
mod isolation;
mod key_rotation;
mod languages;
mod metrics;
mod migrations;
mod neutral_words;
mod openapi;
mod openers;
mod operator;
mod packed_weeks;
mod pins;
mod plans;
mod practices;
mod presence;
mod previews;
mod production;
mod question_sets;
mod reach;
mod records;
mod red_flags;
mod relationships;
mod responses;
mod retention;
mod reviews;
mod revocation;
mod routines;
mod safety;
mod scales;
mod sealed_words;
mod secure;
mod sessions;
mod silent_connections;
mod slow_clients;
mod timeline;
mod token_attacks;
mod watching;
mod what_would_change;
