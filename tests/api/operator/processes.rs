//! The real program twice on one database, and the command that makes an operator's token.

use std::path::Path;
use std::process::{Command, Output};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::serving::has_evening;
use crate::rig::postgres::Folder;
use crate::rig::program::Program;
use crate::support::database::Fresh;
use crate::support::operator::{ALL, offer};
use crate::support::{Client, MASTER, eventually};

const PROGRAM: &str = env!("CARGO_BIN_EXE_reciprocity");

fn key() -> String {
    STANDARD.encode(MASTER)
}

fn operator_token(arguments: &[&str]) -> Output {
    let mut command = Command::new(PROGRAM);
    command.arg("operator-token").args(arguments).env_clear().env("RECIPROCITY_MASTER_KEY", key());
    command.env("RECIPROCITY_DATA_DIR", "/nonexistent").output().unwrap()
}

#[test]
fn what_one_process_publishes_the_other_offers_a_moment_later() {
    let (database, folder) = (Fresh::new(), Folder::new("operator"));
    let key = key();
    let vars = [("RECIPROCITY_MASTER_KEY", key.as_str()), ("RECIPROCITY_POOL_SIZE", "2")];
    let start = || Program::start(Path::new(PROGRAM), &folder.0, &database.url, &database.url, &vars).unwrap();
    let (here, there) = (start(), start());
    let token = String::from_utf8(operator_token(&["--minutes", "5"]).stdout).unwrap();
    let keeper = Client::new(here.address, Some(token.trim_end().to_owned()));
    offer(&keeper, "evening-check", 1);
    assert!(has_evening(&Client::new(here.address, None), 1));
    let other = Client::new(there.address, None);
    assert!(eventually(|| has_evening(&other, 1)), "the other one does not look");
    drop(here);
    let third = start();
    assert!(has_evening(&Client::new(third.address, None), 1), "one that starts has it from the first request on");
    Client::new(third.address, keeper.token).get(ALL).expect(200);
}

#[test]
fn the_command_makes_a_token_for_an_hour_at_most_and_takes_no_other_words() {
    for right in [&[][..], &["--minutes", "1"], &["--minutes", "60"]] {
        let output = operator_token(right);
        assert!(output.status.success(), "{right:?}: {}", String::from_utf8_lossy(&output.stderr));
        assert_eq!(String::from_utf8(output.stdout).unwrap().trim_end().split('.').count(), 3);
    }
    for wrong in [&["--minutes", "61"][..], &["--minutes", "0"], &["--minutes", "-5"], &["--minutes"], &["15"], &["--minutes", "5", "5"]] {
        let output = operator_token(wrong);
        assert!(!output.status.success() && output.stdout.is_empty(), "{wrong:?}");
    }
}
