//! Scales: the error of a score, reliable change between two completions, and an operator's measurement over many people.

use std::fmt::Write;
use std::process::Command;

use diesel::PgConnection;
use diesel::connection::SimpleConnection;
use reciprocity::scales::{ScalesError, Wanted, report};
use serde_json::{Value, json};

use crate::support::{Client, Service};

fn responses(me: &Client) -> String {
    let made = me.post("/v1/relationships", &json!({"alias": "Sam", "kind": "friend"}));
    made.expect(201);
    format!("{}/responses", made.header("location"))
}

fn complete(me: &Client, all: &str, day: &str, answers: &[(&str, i32)]) -> String {
    let answers: Vec<Value> = answers.iter().map(|(item, value)| json!({"item": item, "value": value})).collect();
    let body = json!({"question_set": "reciprocity-check", "answers": answers, "status": "completed", "local_date": day});
    let made = me.post(all, &body);
    made.expect(201);
    made.header("location")
}

fn scale<'a>(change: &'a Value, dimension: &str, side: &str) -> Option<&'a Value> {
    change["scales"].as_array().unwrap().iter().find(|scale| scale["dimension"] == dimension && scale["side"] == side)
}

fn close(found: &Value, expected: f64) {
    let found = found.as_f64().unwrap();
    assert!((found - expected).abs() < 1e-6, "{found} is not {expected}");
}

#[test]
fn each_score_has_its_standard_error_marked_provisional() {
    let service = Service::start();
    let me = service.someone();
    let done = complete(&me, &responses(&me), "2026-02-01", &[("es-give-1", 4), ("es-give-2", 3), ("es-receive-1", 1), ("cel-give-1", 2)]);
    let scores = me.get(&done).expect(200)["scores"].clone();
    assert_eq!(scores["reliability"], "provisional");
    let of = |name: &str, side: &str| {
        scores["dimensions"].as_array().unwrap().iter().find(|entry| entry["dimension"] == name).unwrap()[side]["standard_error"].clone()
    };
    // sqrt(1 - .67); with one item of two, alpha is .5 * .67 / (1 - .5 * .67) = .503759; a single item sqrt(1 - .5).
    close(&of("emotional_support", "give"), 0.574_456_26);
    close(&of("emotional_support", "receive"), 0.704_444_07);
    close(&of("celebration", "give"), 0.5_f64.sqrt());
    assert_eq!(of("celebration", "receive"), Value::Null, "no score, no error of it");
}

#[test]
fn a_change_is_measured_against_the_completion_before() {
    let service = Service::start();
    let me = service.someone();
    let all = responses(&me);
    let first = complete(
        &me,
        &all,
        "2026-01-01",
        &[("es-give-1", 4), ("es-give-2", 4), ("es-receive-1", 0), ("es-receive-2", 1), ("cel-give-1", 1)],
    );
    let last = complete(
        &me,
        &all,
        "2026-02-01",
        &[("es-give-1", 4), ("es-give-2", 3), ("es-receive-1", 3), ("es-receive-2", 2), ("cel-receive-1", 1)],
    );
    let between = complete(&me, &all, "2026-01-15", &[("es-give-1", 1), ("es-receive-1", 1), ("es-receive-2", 1)]);
    let id = |path: &str| path.rsplit('/').next().unwrap().to_owned();

    let change = me.get(&format!("{last}/change")).expect(200);
    assert_eq!(change["previous"], json!({"response_id": id(&between), "local_date": "2026-01-15"}), "by its day, not by when it came");
    assert_eq!(me.delete(&between).status, 204);
    let answer = me.get(&format!("{last}/change"));
    let change = answer.expect(200);
    assert_eq!((&change["previous"]["response_id"], &change["reliability"]), (&json!(id(&first)), &json!("provisional")));
    // Jacobson and Truax by hand: SEM = sqrt(1 - .67), the difference's error sqrt(2) SEM = .812404.
    let receive = scale(&change, "emotional_support", "receive").unwrap();
    assert_eq!((&receive["before"], &receive["after"], &receive["difference"]), (&json!(0.5), &json!(2.5), &json!(2.0)));
    close(&receive["standard_error"], 0.812_403_84);
    close(&receive["index"], 2.461_829_82);
    assert_eq!(receive["reliable"], true);
    let give = scale(&change, "emotional_support", "give").unwrap();
    close(&give["index"], -0.615_457_45);
    assert_eq!(give["reliable"], false);
    assert_eq!(change["scales"].as_array().unwrap().len(), 2, "celebration was answered once on each side");
    assert_eq!(me.with("if-none-match", &answer.header("etag")).get(&format!("{last}/change")).status, 304);
}

#[test]
fn means_of_different_items_are_not_compared() {
    let service = Service::start();
    let me = service.someone();
    let all = responses(&me);
    complete(&me, &all, "2026-01-01", &[("es-give-1", 4), ("es-receive-1", 0), ("es-receive-2", 0)]);
    let last = complete(&me, &all, "2026-02-01", &[("es-give-2", 0), ("es-receive-1", 4), ("es-receive-2", 4)]);
    let change = me.get(&format!("{last}/change")).expect(200);
    assert!(scale(&change, "emotional_support", "give").is_none() && scale(&change, "emotional_support", "receive").is_some());
}

#[test]
fn the_first_completion_and_one_in_progress_have_nothing_to_compare_with() {
    let service = Service::start();
    let me = service.someone();
    let (all, other) = (responses(&me), responses(&me));
    complete(&me, &other, "2026-01-01", &[("es-give-1", 4)]);
    let first = complete(&me, &all, "2026-02-01", &[("es-give-1", 4)]);
    let begun = me.post(&all, &json!({"question_set": "reciprocity-check", "answers": [{"item": "es-give-1", "value": 1}]}));
    for path in [first, begun.header("location")] {
        let change = me.get(&format!("{path}/change")).expect(200);
        assert!(change.get("previous").is_none() && change["scales"] == json!([]), "{change}");
    }
}

const GIVING: [&str; 9] =
    ["es-give-1", "es-give-2", "cel-give-1", "ini-give-1", "app-give-1", "help-give-1", "pro-give-1", "need-give-1", "need-give-2"];

fn value(person: i32, item: i32) -> i32 {
    ((person * 7) % 5 + (person * (2 * item + 3) + item) % 3 - 1).clamp(0, 4)
}

/// Completed responses of so many people, put into the tables as they are: making accounts takes its time.
fn plant(conn: &mut PgConnection, people: i32) {
    let mut sql = String::from("SET session_replication_role = replica;");
    for person in 0..people {
        let account = format!("00000000-0000-7000-8000-{person:012}");
        write!(sql, "INSERT INTO account_handles (handle, account_id) VALUES ('person-{person}', '{account}');").unwrap();
        let answers = |shift: i32| -> Vec<Value> {
            GIVING.iter().zip(0..).map(|(item, at)| json!({"item": item, "value": (value(person, at) + shift).min(4)})).collect()
        };
        write!(
            sql,
            "INSERT INTO consents (account_id, id, purpose, text_version, given, decided_at, request_digest) VALUES \
             ('{account}', '{account}', 'statistics', 1, true, now(), '');"
        )
        .unwrap();
        // An older completion, a newer one in progress, and another set: none of them counts.
        for (n, set, status, at, answers) in [
            (1, "reciprocity-check", "completed", "2026-01-01", answers(1)),
            (2, "reciprocity-check", "completed", "2026-02-01", answers(0)),
            (3, "reciprocity-check", "in_progress", "2026-03-01", answers(2)),
            (4, "partner-check", "completed", "2026-03-01", vec![]),
        ] {
            let completed = if status == "completed" { format!("'{at}'") } else { "NULL".to_owned() };
            write!(
                sql,
                "INSERT INTO responses (account_id, id, relationship_id, question_set, question_set_version, status, answers, local_date, \
                 completed_at, request_digest, created_at, updated_at) VALUES ('{account}', '00000000-0000-7000-8000-00000000000{n}', \
                 '{account}', '{set}', 1, '{status}', '{}', '{at}', {completed}, '', '{at}', '{at}');",
                Value::from(answers)
            )
            .unwrap();
        }
    }
    conn.batch_execute(&(sql + "RESET session_replication_role")).unwrap();
}

fn wanted() -> Wanted {
    Wanted { set: "reciprocity-check".to_owned(), version: 1, json: true }
}

#[test]
fn scales_are_measured_over_the_newest_completion_of_each_person() {
    let service = Service::start();
    plant(&mut service.database.connect(), 40);
    let text = report(&service.database.url, &wanted()).unwrap();
    let found: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(found["respondents"], 40);
    let scale = |name: &str| found["scales"].as_array().unwrap().iter().find(|scale| scale["scale"] == name).unwrap().clone();
    // Worked out apart from this program: alpha by pingouin's cronbach_alpha; omega total of one factor from unweighted
    // least squares (scipy's minimize over the correlations), for two items in closed form; mean and sd by numpy.
    for (name, items, [alpha, omega, mean, sd, error]) in [
        ("emotional_support.give", 2, [0.910_277, 0.915_195, 1.587_5, 1.224_156, 0.366_681]),
        ("needs_met.give", 2, [0.921_223, 0.921_387, 2.0, 1.334_935, 0.374_679]),
        ("all.give", 9, [0.984_752, 0.985_462, 1.733_333, 1.247_676, 0.154_064]),
    ] {
        let one = scale(name);
        assert_eq!((&one["items"], &one["respondents"]), (&json!(items), &json!(40)));
        for (member, expected) in
            [("alpha", alpha), ("omega_total", omega), ("mean", mean), ("standard_deviation", sd), ("standard_error", error)]
        {
            let figure = one[member].as_f64().unwrap();
            assert!((figure - expected).abs() < 6e-5, "{name} {member}: {figure} is not {expected}");
        }
    }
    assert_eq!(scale("celebration.give"), json!({"scale": "celebration.give", "items": 1, "missing": "one_item"}));
    assert_eq!(scale("needs_met.receive"), json!({"scale": "needs_met.receive", "items": 2, "missing": "too_few_respondents"}));
    for word in ["person-", "00000000-0000", "\"answers\""] {
        assert!(!text.contains(word), "{word} is of one person");
    }
}

#[test]
fn only_whoever_agrees_to_statistics_is_counted() {
    let service = Service::start();
    let mut conn = service.database.connect();
    plant(&mut conn, 40);
    // One never decided, one took it back, one changed their mind and came back, one speaks of something else.
    let mut sql = String::from("SET session_replication_role = replica; DELETE FROM consents WHERE account_id::text LIKE '%0000039';");
    for (number, (person, purpose, given)) in
        [(0, "statistics", false), (1, "statistics", false), (1, "statistics", true), (2, "reminders", false), (39, "reminders", true)]
            .into_iter()
            .enumerate()
    {
        write!(
            sql,
            "INSERT INTO consents (account_id, id, purpose, text_version, given, decided_at, request_digest) VALUES \
             ('00000000-0000-7000-8000-{person:012}', '00000000-0000-7000-9000-00000000000{number}', '{purpose}', 1, {given}, now(), '');"
        )
        .unwrap();
    }
    conn.batch_execute(&(sql + "RESET session_replication_role")).unwrap();
    let found: Value = serde_json::from_str(&report(&service.database.url, &wanted()).unwrap()).unwrap();
    assert_eq!(found["respondents"], 38);
}

#[test]
fn nothing_is_said_about_fewer_than_thirty_people() {
    let service = Service::start();
    let mut conn = service.database.connect();
    plant(&mut conn, 29);
    assert!(matches!(report(&service.database.url, &wanted()), Err(ScalesError::TooFew)));
    let unknown = Wanted { version: 9, ..wanted() };
    assert!(matches!(report(&service.database.url, &unknown), Err(ScalesError::UnknownSet(_, 9))));
}

#[test]
fn the_command_prints_a_table_or_says_why_not() {
    let service = Service::start();
    plant(&mut service.database.connect(), 30);
    let run = |args: &[&str]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_reciprocity"));
        command.env_clear().env("DATABASE_URL", &service.database.url).env("HOME", "/nonexistent");
        command.arg("scales").args(args).output().unwrap()
    };
    let said = run(&["--set", "reciprocity-check", "--version", "1"]);
    let text = String::from_utf8(said.stdout).unwrap();
    assert!(said.status.success() && text.contains("30 people") && text.contains("all.give"), "{text}");
    let refused = run(&["--set", "partner-check"]);
    assert!(!refused.status.success() && String::from_utf8(refused.stderr).unwrap().contains("usage: reciprocity scales"));
}
