//! `reciprocity demo`: the real program against a running service.

use std::process::{Command, Output};

use crate::support::{Answer, Client, Service};

fn demo(service: &Service, args: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_reciprocity"));
    command.arg("demo").args(args).env("RECIPROCITY_URL", format!("http://{}", service.address)).env_remove("RECIPROCITY_INVITE_CODE");
    command.output().unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

/// The words of the table's row that begins with this alias.
fn row<'a>(printed: &'a str, alias: &str) -> Vec<&'a str> {
    let row = printed.lines().find(|line| line.starts_with(&format!("{alias} "))).unwrap_or_else(|| panic!("no row {alias} in {printed}"));
    row.split_whitespace().collect()
}

/// What stands between the first two single quotes after `mark`.
fn quoted<'a>(line: &'a str, mark: &str) -> Option<&'a str> {
    let (_, rest) = line.split_once(mark)?;
    rest.split_once('\'')?.1.split_once('\'').map(|(found, _)| found)
}

/// Sends what the printed line would send.
fn call(service: &Service, token: &str, line: &str) -> Answer {
    let url = quoted(line, "$TOKEN\"").unwrap();
    let path = url.strip_prefix(&format!("http://{}", service.address)).unwrap();
    let me = Client::new(service.address, Some(token.to_owned()));
    match (quoted(line, " -d "), line.contains("-H 'Accept: image/svg+xml'")) {
        (Some(body), _) => me.post(path, &serde_json::from_str(body).unwrap()),
        (None, true) => me.with("accept", "image/svg+xml").get(path),
        (None, false) => me.get(path),
    }
}

#[test]
fn the_demo_shows_every_persona_as_what_it_is_and_its_calls_work() {
    let service = Service::start();
    let output = demo(&service, &["--today", "2026-03-02"]);
    let printed = text(&output.stdout);
    assert!(output.status.success(), "{}", text(&output.stderr));

    let meant: [(&str, &[&str]); 7] = [
        ("K.", &["balanced"]),
        ("Sam", &["ebb", "balanced"]),
        ("Lee", &["balanced", "unclear"]),
        ("Robin", &["sustained_imbalance"]),
        ("M.", &["sustained_imbalance"]),
        ("Alex", &["recent_shift"]),
        ("Jo", &["insufficient_evidence"]),
    ];
    for (alias, states) in meant {
        let row = row(&printed, alias);
        assert!(row.iter().any(|word| states.contains(word)) && row.last() == Some(&"yes"), "{row:?}");
    }
    assert!(row(&printed, "Robin").iter().any(|word| word.starts_with("+0.")), "the giver gives more");
    assert!(row(&printed, "M.").iter().any(|word| word.starts_with("-0.")), "the receiver gets more");

    let token = printed.lines().find_map(|line| line.strip_prefix("TOKEN=")).unwrap();
    let lines: Vec<&str> = printed.lines().filter(|line| line.starts_with("curl ")).collect();
    let answers: Vec<_> = lines.iter().map(|line| call(&service, token, line)).collect();
    let statuses: Vec<u16> = answers.iter().map(|answer| answer.status).collect();
    let wanted = [200, 201, 200, 200, 200, 200, 200];
    assert_eq!(statuses, wanted, "list, log, questions, the recorded assessment, its picture, what could be done today, last month");
    assert_eq!(answers[0].json()["data"].as_array().unwrap().len(), 7);
    assert!(!answers[2].json()["items"].as_array().unwrap().is_empty());
    let shown = answers[3].json();
    assert_eq!(shown["overall"]["state"], "sustained_imbalance");
    assert!(lines[4].contains(shown["id"].as_str().unwrap()) && answers[4].text.contains("<svg"));
    for code in ["words_without_action", "always_starting"] {
        assert!(shown["patterns"].as_array().unwrap().iter().any(|pattern| pattern["code"] == code), "{code}: {}", shown["patterns"]);
    }
    assert!(!answers[5].json()["data"].as_array().unwrap().is_empty(), "{}", answers[5].text);
    assert!(
        lines[6].contains("/reviews/2026-02") && answers[6].json()["strengths"].as_array().is_some_and(|all| !all.is_empty()),
        "{}",
        answers[6].text
    );
    let tie = format!("/v1/relationships/{}", shown["relationship_id"].as_str().unwrap());
    let me = Client::new(service.address, Some(token.to_owned()));
    assert_eq!(me.get(&format!("{tie}/experiments")).expect(200)["data"][0]["status"], "running");
    assert_eq!(me.get(&format!("{tie}/promises?status=broken")).expect(200)["data"].as_array().unwrap().len(), 6);
    let responses = format!("/v1/relationships/{}/responses", shown["relationship_id"].as_str().unwrap());
    let responses = Client::new(service.address, Some(token.to_owned())).get(&responses).expect(200);
    assert_eq!(responses["data"][0]["status"], "completed");
    lived_through_all_of_it(&service, &me, &printed);
}

/// What the README says of the demo's people, kind by kind.
fn lived_through_all_of_it(service: &Service, me: &Client, printed: &str) {
    let ties = me.get("/v1/relationships").expect(200);
    let tie = |alias: &str| {
        let of = ties["data"].as_array().unwrap().iter().find(|one| one["alias"] == alias).unwrap();
        format!("/v1/relationships/{}", of["id"].as_str().unwrap())
    };
    let all = |path: String| me.get(&path).expect(200)["data"].as_array().unwrap().clone();
    for part in ["needs?status=partly", "promises?status=renegotiated", "repairs?status=open"] {
        assert_eq!(all(format!("{}/{part}", tie("K."))).len(), 1, "{part}");
    }

    let test = &all(format!("{}/experiments", tie("Sam")))[0];
    assert_eq!(test["status"], "ended");
    let debrief = me.get(&format!("/v1/experiments/{}/debrief", test["id"].as_str().unwrap())).expect(200);
    assert!(debrief["notes"].as_array().unwrap().iter().any(|note| note["code"] == "ended_early"), "{debrief}");

    let sessions = |alias: &str| {
        let practice = all(format!("{}/practices", tie(alias)))[0]["id"].as_str().unwrap().to_owned();
        all(format!("/v1/adopted-practices/{practice}/sessions"))
    };
    assert!(sessions("K.").iter().any(|one| one["challenge"] == "the move" && one["win"] == "soup on the stairs"));
    assert!(sessions("Sam").iter().any(|one| one["took_part"] == "me"), "one that only one took part in");
    assert_eq!(all(format!("{}/practices", tie("Alex")))[0]["snoozed_until"], "2026-03-05");
    assert_eq!(all(format!("{}/not-for-me", tie("M.")))[0]["practice"], "monthly-talk");

    let (_, feed) = printed.split_once(&format!("  a calendar   http://{}", service.address)).unwrap();
    let calendar = service.stranger().get(feed.lines().next().unwrap());
    assert!(calendar.status == 200 && calendar.text.contains("BEGIN:VEVENT"), "{}", calendar.text);
}

#[test]
fn on_another_weekday_it_is_the_same_and_the_printed_handle_and_password_open_the_account_again() {
    let service = Service::start();
    service.clock.advance(chrono::TimeDelta::days(5));
    let printed = text(&demo(&service, &["--today", "2026-03-07"]).stdout);
    assert_eq!(printed.lines().filter(|line| line.ends_with("  yes")).count(), 7, "{printed}");
    let (_, account) = printed.split_once("The account: handle ").unwrap();
    let (handle, rest) = account.split_once(", password ").unwrap();
    let login = serde_json::json!({"handle": handle, "password": rest.lines().next().unwrap()});
    service.stranger().post("/v1/sessions", &login).expect(201);
}

#[test]
fn where_registration_is_closed_the_demo_says_so_and_fails() {
    let service = Service::with(&[("RECIPROCITY_REGISTRATION", "closed")]);
    let output = demo(&service, &[]);
    assert!(!output.status.success());
    assert!(text(&output.stderr).contains("403 "), "{}", text(&output.stderr));
}
