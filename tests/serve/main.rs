//! The program as somebody runs it: `reciprocity serve` on a private local Postgres, started, signalled, killed.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "a test stops at the first surprise")]

#[cfg(feature = "otel")]
mod collector;
#[path = "../torture/forwarder.rs"]
#[allow(dead_code, reason = "the torture uses the rest")]
mod forwarder;
mod issuer;
mod program;
#[path = "../rig/mod.rs"]
#[allow(dead_code, reason = "the load bench and the torture use the rest")]
mod rig;
mod stopping;
#[cfg(feature = "otel")]
mod traces;
#[path = "../api/support/waiting.rs"]
mod waiting;

use std::process::Command;
use std::time::{Duration, Instant};

use nix::sys::signal::Signal;
use nix::unistd::{Uid, User};
use serde_json::json;

use issuer::Issuer;
use program::{Folder, Program};

#[test]
fn the_data_stays_between_runs_and_a_second_start_on_it_is_refused() {
    let folder = Folder::new();
    let first = Program::start(&folder, &[]);
    assert!(first.said.iter().any(|line| line.contains("/docs/")), "{:?}", first.said);
    let handle = first.make_account();
    let refused = Program::refused(&folder, &[]);
    assert!(refused.contains(&first.id().to_string()), "it names the process that holds the data: {refused}");
    first.sign_in(&handle);
    first.end(Signal::SIGTERM);
    let again = Program::start(&folder, &[]);
    again.sign_in(&handle);
    again.end(Signal::SIGINT);
}

#[test]
fn a_killed_service_leaves_no_server_and_loses_no_acknowledged_row() {
    let folder = Folder::new();
    let program = Program::start(&folder, &[]);
    let handle = program.make_account();
    let token = program.sign_in(&handle);
    let mut acknowledged = Vec::new();
    for n in 0..30 {
        let made = program.post(Some(&token), "/v1/relationships", &json!({"alias": format!("K{n}"), "kind": "friend"}));
        acknowledged.push(made["id"].as_str().unwrap().to_owned());
    }
    program.end(Signal::SIGKILL);
    let again = Program::start(&folder, &[]);
    let token = again.sign_in(&handle);
    let listed = again.get(&token, "/v1/relationships?limit=200");
    let stored: Vec<_> = listed["data"].as_array().unwrap().iter().map(|r| r["id"].as_str().unwrap()).collect();
    assert!(acknowledged.iter().all(|id| stored.contains(&id.as_str())), "{} of {}", stored.len(), acknowledged.len());
    again.end(Signal::SIGTERM);
}

#[test]
fn what_is_older_than_it_is_kept_goes_when_the_service_starts() {
    let folder = Folder::new();
    let program = Program::start(&folder, &[]);
    let handle = program.make_account();
    let token = program.sign_in(&handle);
    let tie = program.post(Some(&token), "/v1/relationships", &json!({"alias": "K.", "kind": "friend"}));
    let entries = format!("/v1/relationships/{}/interactions", tie["id"].as_str().unwrap());
    let old = json!({"actor": "me", "dimension": "repair", "occurred_at": "2020-01-01T12:00:00Z"});
    program.post(Some(&token), &entries, &old);
    program.patch(&token, "/v1/account/retention", &json!({"interactions_days": 30}));
    program.end(Signal::SIGTERM);
    let again = Program::start(&folder, &[("RECIPROCITY_LIMIT_READS", "1000000")]);
    let begun = Instant::now();
    while again.get(&token, &entries)["data"] != json!([]) {
        assert!(begun.elapsed() < Duration::from_mins(2), "it is still there");
    }
    again.end(Signal::SIGTERM);
}

#[test]
fn the_key_and_the_data_are_closed_to_other_users() {
    use std::os::unix::fs::PermissionsExt;
    let folder = Folder::new();
    let program = Program::start(&folder, &[]);
    let key = folder.keys().join("master.key");
    assert_eq!(std::fs::metadata(&key).unwrap().permissions().mode() & 0o777, 0o600);
    assert_eq!(std::fs::metadata(folder.keys()).unwrap().permissions().mode() & 0o777, 0o700);
    assert!(program.said.iter().any(|line| line.contains(key.to_str().unwrap())), "{:?}", program.said);
    program.end(Signal::SIGTERM);
}

#[test]
fn a_key_that_lies_among_the_data_moves_out_of_it_and_still_opens_everything() {
    let folder = Folder::new();
    let program = Program::start(&folder, &[]);
    let handle = program.make_account();
    let token = program.sign_in(&handle);
    program.post(Some(&token), "/v1/relationships", &json!({"alias": "K.", "kind": "friend"}));
    program.end(Signal::SIGTERM);
    let (apart, among) = (folder.keys().join("master.key"), folder.path().join("master.key"));
    std::fs::rename(&apart, &among).unwrap();
    let again = Program::start(&folder, &[]);
    assert!(apart.exists() && !among.exists());
    assert_eq!(again.get(&token, "/v1/relationships")["data"][0]["alias"], "K.");
    again.end(Signal::SIGTERM);
}

#[test]
fn without_the_key_the_data_is_refused_and_with_it_served_again() {
    let folder = Folder::new();
    let program = Program::start(&folder, &[]);
    program.make_account();
    program.end(Signal::SIGTERM);
    let other = "AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE=";
    let said = Program::refused(&folder, &[("RECIPROCITY_MASTER_KEY", other)]);
    assert!(said.contains("master key") && !said.contains(other), "{said}");
    Program::start(&folder, &[]).end(Signal::SIGTERM);
}

#[test]
fn the_keys_are_rotated_on_the_command_line_and_the_old_one_can_go() {
    let folder = Folder::new();
    let program = Program::start(&folder, &[]);
    let handle = program.make_account();
    let token = program.sign_in(&handle);
    program.post(Some(&token), "/v1/relationships", &json!({"alias": "K.", "kind": "friend"}));
    program.end(Signal::SIGTERM);
    let new = "AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE=";
    let both = format!("{new}\n{}", std::fs::read_to_string(folder.keys().join("master.key")).unwrap());
    let keys = [("RECIPROCITY_MASTER_KEY", both.as_str())];
    assert!(Program::rotate_keys(&folder, &keys).contains("1 accounts looked at, 2 keys"));
    assert!(Program::rotate_keys(&folder, &keys).contains("1 accounts looked at, 0 keys"));
    let again = Program::start(&folder, &[("RECIPROCITY_MASTER_KEY_COMMAND", &format!("echo {new}"))]);
    let token = again.sign_in(&handle);
    assert_eq!(again.get(&token, "/v1/relationships")["data"][0]["alias"], "K.");
    again.end(Signal::SIGTERM);
}

#[test]
fn a_signing_key_is_withdrawn_on_the_command_line_but_not_the_one_that_signs() {
    let folder = Folder::new();
    let program = Program::start(&folder, &[]);
    let token = program.sign_in(&program.make_account());
    let kid = |program: &Program, at: usize| program.get(&token, "/.well-known/jwks.json")["keys"][at]["kid"].clone();
    let old = kid(&program, 0);
    program.end(Signal::SIGTERM);
    let both = format!(
        "{}\n{}",
        "AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE=",
        std::fs::read_to_string(folder.keys().join("master.key")).unwrap()
    );
    let keys = [("RECIPROCITY_MASTER_KEY", both.as_str())];
    let rotated = Program::start(&folder, &keys);
    assert_eq!((kid(&rotated, 1), &rotated.get(&token, "/v1/account")["locale"]), (old.clone(), &json!("en")));
    let new = kid(&rotated, 0);
    rotated.end(Signal::SIGTERM);
    let withdraw = |kid: &str| Program::command(&folder, &keys, &["withdraw-key", kid]);
    assert!(withdraw(new.as_str().unwrap()).unwrap_err().contains("signs the tokens of today"));
    assert!(withdraw("AAAAAAAAAAAAAAAA").unwrap_err().contains("no token of it is believed"));
    withdraw(old.as_str().unwrap()).unwrap();
    let after = Program::start(&folder, &keys);
    assert_eq!((kid(&after, 0), kid(&after, 1)), (new, serde_json::Value::Null));
    assert_eq!(after.get(&token, "/v1/account")["code"], "unauthenticated");
    after.end(Signal::SIGTERM);
}

#[test]
fn missing_server_programs_are_named_for_every_system() {
    let folder = Folder::new();
    let said = Program::refused(&folder, &[("RECIPROCITY_POSTGRES_BIN", "/nonexistent"), ("PATH", "/nonexistent")]);
    assert!(said.contains("/nonexistent"), "{said}");
}

#[test]
fn production_does_not_start_on_defaults() {
    let folder = Folder::new();
    let said = Program::refused(&folder, &[("RECIPROCITY_MODE", "production")]);
    for name in ["DATABASE_URL", "RECIPROCITY_MASTER_KEY", "RECIPROCITY_REGISTRATION"] {
        assert!(said.contains(name), "{said}");
    }
    assert!(std::fs::read_dir(folder.path()).unwrap().next().is_none(), "nothing was made");
}

#[test]
fn a_database_that_is_not_there_is_said_without_its_password() {
    let folder = Folder::new();
    let said = Program::refused(&folder, &[("DATABASE_URL", "postgres://sam:hidden-word@127.0.0.1:1/nothing")]);
    assert!(said.contains("database") && !said.contains("hidden-word"), "{said}");
}

/// Root may choose a folder that only root can enter; Postgres never runs as root.
#[test]
fn as_root_the_server_runs_as_somebody_else_even_for_a_folder_only_root_may_enter() {
    if !Uid::effective().is_root() {
        return;
    }
    let folder = Folder::closed();
    let program = Program::start(&folder, &[]);
    let place = program.said.iter().find_map(|line| line.split(" keeps its data in ").nth(1)).unwrap();
    let place = place.split(" and runs as ").next().unwrap().to_owned();
    let listed = Command::new("ps").args(["-eo", "user=,args="]).output().unwrap();
    let listed = String::from_utf8(listed.stdout).unwrap();
    let server = listed.lines().find(|line| line.contains(&place) && !line.contains("postgres-guard")).unwrap();
    assert!(!server.starts_with("root"), "{server}");
    program.end(Signal::SIGTERM);
    std::fs::remove_dir_all(std::path::Path::new(&place).parent().unwrap()).unwrap();
}

/// The same program run by a user without rights.
#[test]
fn an_ordinary_user_needs_nothing_from_root() {
    let Some(user) = User::from_name("postgres").unwrap().filter(|_| Uid::effective().is_root()) else {
        return;
    };
    let folder = Folder::owned_by(user.uid, user.gid);
    let program = Program::start_as(&folder, &user);
    let handle = program.make_account();
    program.sign_in(&handle);
    program.end(Signal::SIGTERM);
}

#[test]
fn keys_of_another_issuer_are_fetched_over_tls_from_whom_the_systems_authorities_know() {
    let folder = Folder::new();
    let authority = Folder::new();
    let file = authority.path().join("authority.pem");
    let issuer = Issuer::start(&file);
    let listed = issuer.listed();
    let believing = [("RECIPROCITY_ACCOUNTS", "both"), ("RECIPROCITY_ISSUERS", &listed), ("SSL_CERT_FILE", file.to_str().unwrap())];
    let program = Program::start(&folder, &believing);
    assert!(program.post(Some(&issuer.token()), "/v1/accounts", &json!({}))["id"].is_string());
    assert!(program.get(&issuer.token(), "/v1/account")["id"].is_string());
    program.end(Signal::SIGTERM);

    let program = Program::start(&folder, &believing[..2]);
    let answer = program.get(&issuer.token(), "/v1/account");
    assert_eq!(answer["code"], "unavailable", "nobody knows its authority, so no key of it is known: {answer}");
    program.end(Signal::SIGTERM);
}
