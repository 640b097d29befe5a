//! Nobody who has the database's files reads what people wrote: a planted word is sent everywhere, and what is stored is searched
//! for it, in a dump, in the server's own files and in the log.
//!
//! A program of its own, because the subscriber that listens is the process's.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "a test stops at the first surprise")]

#[path = "api/support/mod.rs"]
#[allow(dead_code, reason = "the harness serves the other tests too")]
mod support;

#[path = "privacy/log.rs"]
#[allow(dead_code, reason = "the search of the log uses the rest")]
mod log;
#[path = "privacy/planted.rs"]
mod planted;

use std::path::{Path, PathBuf};
use std::process::Command;

use diesel::PgConnection;
use diesel::connection::SimpleConnection;
use log::Log;
use planted::{PASSWORD, PIN, WORD, give_pins, invited, send_everything, signed_in, with_words};
use serde_json::json;
use support::document::Document;
use support::everything::{completed_export, path_for, relationship};
use support::{Client, Service, rows};

/// Its words are planted by signing in (a label), or it takes a secret that must be right (the invitation).
const SPOKEN_ELSEWHERE: &[&str] = &["POST /v1/sessions", "POST /v1/accounts"];
const CIPHERTEXT: &str = "cXVva2thNzcgb2YgdGhlIGNsaWVudA==";

/// Sends the planted word in every free text of every operation, as a request that is accepted.
fn write_everywhere(service: &Service, me: &Client) {
    let document = Document::of(service);
    // The relationship that the examples speak of.
    let named = json!({"id": "01980000-0000-7000-8000-000000000001", "alias": WORD, "kind": "friend"});
    me.with("idempotency-key", "quokka77-key").post("/v1/relationships", &named).expect(201);
    for operation in document.operations() {
        let Some(body) = with_words(&document, &operation) else { continue };
        // An operator's questions are for everybody to read, so they are stored as they are.
        if SPOKEN_ELSEWHERE.contains(&operation.name().as_str()) || operation.for_operators() {
            continue;
        }
        // Only an account in which nothing was logged takes an import.
        let client = if operation.name() == "POST /v1/account/imports" { &signed_in(service).0 } else { me };
        let answer = operation.send_body(client, &path_for(client, &operation), Some(body.to_string().into_bytes()));
        assert!((200..300).contains(&answer.status), "{}: {}", operation.name(), answer.text);
        assert!(!answer.text.contains("\"refused\":1"), "{}: {}", operation.name(), answer.text);
    }
    write_for_the_client_alone(me);
}

/// A note that the client encrypted, changed, so that one is in the history too.
fn write_for_the_client_alone(me: &Client) {
    let entry = json!({"actor": "me", "dimension": "repair", "note_encrypted": {"key": "quokka77-phone", "ciphertext": CIPHERTEXT}});
    let made = me.post("/v1/relationships/01980000-0000-7000-8000-000000000001/interactions", &entry);
    made.expect(201);
    me.patch(&made.header("location"), &json!({"effort": 1})).expect(200);
    let told = me.post(
        "/v1/relationships/01980000-0000-7000-8000-000000000001/interactions",
        &json!({"actor": "me", "dimension": "repair", "note": "quokka77 wept"}),
    );
    me.patch(&told.header("location"), &json!({"note": "quokka77 laughed"})).expect(200);
}

/// What must be found nowhere: the word, and every secret but the handle, which is a name that the server made.
fn needles(secrets: &[String]) -> Vec<String> {
    let fixed = [WORD, PASSWORD, PIN, CIPHERTEXT].map(str::to_owned);
    fixed.into_iter().chain(secrets.iter().skip(1).cloned()).flat_map(|needle| [in_hex(&needle), needle]).collect()
}

/// As a dump writes bytes.
fn in_hex(text: &str) -> String {
    data_encoding::HEXLOWER.encode(text.as_bytes())
}

/// The files below a folder that hold one of the needles, in whatever case.
fn holding(folder: &Path, needles: &[String], scratch: &Path) -> Vec<String> {
    let list = scratch.join("needles");
    std::fs::write(&list, needles.join("\n")).unwrap();
    let mut grep = Command::new("grep");
    grep.args(["--text", "--ignore-case", "--fixed-strings", "--recursive", "--files-with-matches", "--file"]).arg(&list).arg(folder);
    let output = grep.env("LC_ALL", "C").output().unwrap();
    assert!(output.status.code() < Some(2), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap().lines().map(str::to_owned).collect()
}

/// Everything of the database as `pg_dump` writes it, in a file of its own folder.
fn dump(service: &Service, conn: &mut PgConnection, scratch: &Path) -> PathBuf {
    let folder = scratch.join("dump");
    std::fs::create_dir(&folder).unwrap();
    let programs = rows::words(conn, "SELECT setting AS word FROM pg_config WHERE name = 'BINDIR'").remove(0);
    let mut command = Command::new(Path::new(&programs).join("pg_dump"));
    command.arg("--file").arg(folder.join("all.sql")).arg(service.database.superuser_url());
    let output = command.output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    folder
}

/// A folder of this test's own, which goes with it.
struct Scratch(PathBuf);

impl Scratch {
    fn new() -> Self {
        let path = std::env::temp_dir().join(format!("reciprocity-at-rest-{}", std::process::id()));
        std::fs::create_dir(&path).unwrap();
        Self(path)
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// Answers the safety screen, which takes no words; gives what would lie there if it were not sealed.
fn answer_the_screen(me: &Client) -> String {
    let answers = json!({"answers": [{"item": "afraid", "answer": "yes"}]});
    me.put(&format!("{}/safety", relationship(me)), &answers).expect(200);
    r#"afraid":"yes"#.to_owned()
}

#[test]
fn what_people_write_is_in_no_dump_no_file_of_the_server_and_no_log() {
    let (log, _turn) = Log::listen();
    let service = invited();
    let (me, mut secrets) = signed_in(&service);
    secrets.push(PIN.to_owned());
    write_everywhere(&service, &me);
    // What is sent next erases something, and no erasure leaves an export behind; so there is one before and one after.
    completed_export(&me);
    send_everything(&service, &me, &secrets);
    secrets.push(answer_the_screen(&me));
    completed_export(&me);
    give_pins(&me);
    let mut conn = service.database.connect();
    let sealed = "SELECT table_name || ' WHERE ' || column_name || ' IS NOT NULL' AS word FROM information_schema.columns \
                  WHERE table_schema = 'public' AND column_name LIKE '%\\_sealed'";
    for column in rows::words(&mut conn, sealed) {
        assert!(rows::count(&mut conn, &format!("SELECT count(*) AS count FROM {column}")) > 0, "nothing was written: {column}");
    }
    conn.batch_execute("CHECKPOINT").unwrap();
    let scratch = Scratch::new();
    // The folder above the cluster's has the server's log in it.
    let files = PathBuf::from(rows::words(&mut conn, "SELECT current_setting('data_directory') AS word").remove(0));
    let files = files.parent().unwrap().to_owned();
    let dump = dump(&service, &mut conn, &scratch.0);
    for folder in [&dump, &files] {
        assert_eq!(holding(folder, &needles(&secrets), &scratch.0), [""; 0]);
        assert!(!holding(folder, &secrets[..1], &scratch.0).is_empty(), "the search finds what is there: the handle, in {folder:?}");
    }
    log.is_silent_about(&secrets);
}
