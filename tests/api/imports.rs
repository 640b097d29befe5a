//! An import brings everything of an export or nothing, into an empty account alone, and the same figures follow from it.

use std::io::{Read, Write};
use std::net::TcpStream;

use diesel::PgConnection;
use diesel::connection::SimpleConnection;
use serde_json::{Value, json};

use crate::support::database::Fresh;
use crate::support::everything::completed_export;
use crate::support::{Answer, Client, PASSWORD, Running, Service, eventually, raw, rows};

/// Another operator's master key.
const OTHER: [u8; 32] = [8; 32];

/// Parts that an import brings as they were.
const BROUGHT: [&str; 9] = [
    "removed_ids",
    "interaction_history",
    "promises",
    "plans",
    "needs",
    "repairs",
    "interactions",
    "question_set_responses",
    "relationships",
];

fn created(me: &Client, path: &str, body: &Value) -> String {
    let made = me.post(path, body);
    made.expect(201);
    made.header("location")
}

/// Four months of two ties, with everything that an entry, an answer and a tie can say.
fn a_life(service: &Service) -> Client {
    let me = service.someone();
    let exams = json!([{"kind": "exams", "effect": "exempt", "from": "2026-01-10", "to": "2026-01-20"}, {"kind": "distance", "from": "2026-02-20"}]);
    let child =
        json!({"alias": "K.", "kind": "family", "label": "the youngest", "expected_balance": 0.123_456_789_012_345_68, "contexts": exams});
    let (child, sam) =
        (created(&me, "/v1/relationships", &child), created(&me, "/v1/relationships", &json!({"alias": "Sam", "kind": "friend"})));
    for (at, tie) in [&child, &sam].into_iter().enumerate() {
        log_months(&me, tie, at);
        answer(&me, tie);
        note_records(&me, tie);
    }
    me.patch(&sam, &json!({"status": "paused", "kept_by": "other"})).expect(200);
    me
}

fn log_months(me: &Client, tie: &str, seed: usize) {
    const ACTORS: [&str; 4] = ["me", "them", "both", "unknown"];
    const DIMENSIONS: [&str; 4] = ["initiation", "emotional_support", "repair", "celebration"];
    const PRECISIONS: [&str; 3] = ["exact", "day", "week"];
    const SOURCES: [&str; 2] = ["app", "sensor"];
    let mut items = Vec::new();
    for number in 0..90_usize {
        let (month, day) = (11 + number / 30, 1 + number % 28);
        let (year, month) = if month > 12 { (2026, month - 12) } else { (2025, month) };
        let mut entry = json!({
            "actor": ACTORS[(number * 7 + seed) % 4], "dimension": DIMENSIONS[(number * 5 + seed) % 4], "effort": 1 + number % 5,
            "occurred_at": format!("{year}-{month:02}-{day:02}T23:{:02}:07.123456-05:00", number % 60), "time_zone": "America/Lima",
            "precision": PRECISIONS[number % 3], "source": SOURCES[number % 2], "felt_heard": 1 + number % 5,
            "energy_after": i64::try_from(number % 7).unwrap() - 3, "prompted": number % 2 == 0, "duration_minutes": number, "needed": true,
            "asked_for": false, "outcome": "declined",
        });
        match number % 3 {
            0 => entry["note"] = json!(format!("words {number}\nof mine")),
            1 => entry["note_encrypted"] = json!({"key": "phone", "ciphertext": "3q2+7wABAgMEBQYHCAkKCw=="}),
            _ => {}
        }
        items.push(json!({"relationship_id": id_of(tie), "interaction": entry}));
    }
    let logged = me.post("/v1/interactions/batch", &json!({"items": items})).expect(200);
    assert_eq!(logged["created"], 90);
    let path = |at: usize| format!("/v1/interactions/{}", logged["results"][at]["id"].as_str().unwrap());
    for note in ["first", "second"] {
        me.patch(&path(3), &json!({"note": note, "actor": "them"})).expect(200);
    }
    me.delete(&path(4));
}

/// Two of each kind in each way that they can stand, one of them stood for by an entry, and one that is gone.
fn note_records(me: &Client, tie: &str) {
    let entry = me.get(&format!("{tie}/interactions?limit=1")).expect(200)["data"][0]["id"].clone();
    for (kind, body) in [
        (
            "promises",
            json!({"by": "them", "local_date": "2026-01-10", "due": "2026-01-12", "status": "kept", "settled_on": "2026-01-14", "what": "to\ncall"}),
        ),
        (
            "promises",
            json!({"by": "me", "local_date": "2026-01-11", "status": "renegotiated", "settled_on": "2026-01-20", "replaced_by": entry}),
        ),
        (
            "plans",
            json!({"proposed_by": "me", "local_date": "2026-01-12", "status": "scheduled", "settled_on": "2026-01-13", "scheduled_for": "2026-02-01", "scheduled_by": "them"}),
        ),
        ("plans", json!({"proposed_by": "both", "local_date": "2026-01-12"})),
        (
            "needs",
            json!({"of": "me", "topic": "being_heard", "local_date": "2026-01-15", "explained_on": ["2026-01-17", "2026-01-16"], "status": "met", "settled_on": "2026-01-18", "interaction_id": entry}),
        ),
        ("needs", json!({"of": "them", "local_date": "2026-01-15", "status": "partly", "settled_on": "2026-01-19"})),
        (
            "repairs",
            json!({"local_date": "2026-01-20", "noticed_by": "them", "moved_first": "me", "moved_on": "2026-01-21", "prompted": true, "accepted": false, "repaired_on": "2026-01-25"}),
        ),
        ("repairs", json!({"local_date": "2026-02-20", "what": "still between us"})),
    ] {
        created(me, &format!("{tie}/{kind}"), &body);
    }
    let met =
        created(me, &format!("{tie}/needs"), &json!({"of": "me", "local_date": "2026-01-21", "status": "met", "settled_on": "2026-01-22"}));
    me.patch(&met, &json!({"met_by": null})).expect(200);
    for kind in ["promises", "plans", "needs", "repairs"] {
        let body = json!({"by": "me", "proposed_by": "me", "of": "me"});
        let named = match kind {
            "promises" => json!({"by": body["by"]}),
            "plans" => json!({"proposed_by": body["proposed_by"]}),
            "needs" => json!({"of": body["of"]}),
            _ => json!({}),
        };
        assert_eq!(me.delete(&created(me, &format!("{tie}/{kind}"), &named)).status, 204);
    }
}

fn answer(me: &Client, tie: &str) {
    let set = me.get("/v1/question-sets/reciprocity-check").expect(200);
    let open = set["items"].as_array().unwrap().iter().filter(|item| item.get("enable_when").is_none());
    let value =
        |scale: &Value| set["scales"].as_array().unwrap().iter().find(|one| one["id"] == *scale).unwrap()["options"][1]["value"].clone();
    let answers: Vec<Value> = open.map(|item| json!({"item": item["id"], "value": value(&item["scale"])})).collect();
    let all = json!({"question_set": "reciprocity-check", "status": "completed", "answers": answers, "local_date": "2026-02-03"});
    created(me, &format!("{tie}/responses"), &all);
    created(
        me,
        &format!("{tie}/responses"),
        &json!({"question_set": "reciprocity-check", "answers": [{"item": "cel-give-1", "skipped": true}]}),
    );
    let gone = created(me, &format!("{tie}/responses"), &json!({"question_set": "reciprocity-check"}));
    me.delete(&gone);
}

fn id_of(path: &str) -> &str {
    path.rsplit('/').next().unwrap()
}

fn exported(me: &Client) -> Value {
    me.get(&format!("{}/data", completed_export(me))).expect(200)
}

/// Another instance: a database, a master key and an account of its own.
struct Elsewhere {
    running: Running,
    _database: Fresh,
}

impl Elsewhere {
    fn start() -> Self {
        let database = Fresh::new();
        Self { running: Running::under(&[OTHER], &database.url, &[]), _database: database }
    }

    fn someone(&self) -> Client {
        let made = Client::new(self.running.address, None).post("/v1/accounts", &json!({"password": PASSWORD})).expect(201);
        Client::signed_in(self.running.address, made["handle"].as_str().unwrap())
    }
}

/// Everything that is computed of every tie, but for the ids of the computations.
fn figures(me: &Client) -> Vec<Value> {
    let ties = me.get("/v1/relationships").expect(200);
    let mut all = Vec::new();
    for tie in ties["data"].as_array().unwrap() {
        let path = format!("/v1/relationships/{}", tie["id"].as_str().unwrap());
        for body in [json!({}), json!({"as_of": "2026-02-20", "window_days": 60})] {
            let mut computed = me.post(&format!("{path}/assessments?include=what_would_change"), &body).expect(201);
            assert!(computed["evidence"]["entries"].as_u64().unwrap() > 20, "{computed}");
            computed.as_object_mut().unwrap().remove("id");
            all.push(computed);
        }
        all.push(me.get(&format!("{path}/timeline")).expect(200));
        all.push(me.get(&format!("{path}/responses")).expect(200));
        all.push(me.get(&format!("{path}/interactions?limit=200")).expect(200));
    }
    assert_eq!(all.len(), 10);
    all
}

#[test]
fn the_same_figures_follow_on_another_instance_byte_for_byte() {
    let service = Service::start();
    let me = a_life(&service);
    let export = exported(&me);
    let elsewhere = Elsewhere::start();
    let there = elsewhere.someone();
    let counts = there.post("/v1/account/imports", &export).expect(200);
    assert_eq!((&counts["relationships"], &counts["interactions"], &counts["interaction_history"]), (&json!(2), &json!(178), &json!(4)));
    assert_eq!((&counts["question_set_responses"], &counts["removed_ids"], &counts["records"]), (&json!(4), &json!(12), &json!(18)));
    assert!(counts["sessions_left_out"].as_u64().unwrap() > 0);
    let (here, there_too) = (figures(&me), figures(&there));
    for (one, other) in here.iter().zip(&there_too) {
        assert_eq!(one.to_string(), other.to_string());
    }
    let again = exported(&there);
    for part in BROUGHT {
        assert_eq!(again[part], export[part], "{part}");
    }
    for member in ["locale", "time_zone"] {
        assert_eq!(again["account"][0][member], export["account"][0][member]);
    }
    let entry = &export["interaction_history"][0]["interaction_id"];
    let path = format!("/v1/interactions/{}", entry.as_str().unwrap());
    assert_eq!(there.get(&format!("{path}/history")).json(), me.get(&format!("{path}/history")).json());
    there.patch(&path, &json!({"note": "it goes on"})).expect(200);
}

#[test]
fn an_account_in_which_something_was_logged_takes_no_import() {
    let service = Service::start();
    let export = exported(&a_life(&service));
    let me = service.someone();
    let tie = created(&me, "/v1/relationships", &json!({"alias": "Sam", "kind": "friend"}));
    me.post("/v1/account/imports", &export).problem(409, "account_not_empty");
    me.delete(&tie).expect(200);
    me.post("/v1/account/imports", &export).problem(409, "account_not_empty");
    assert_eq!(me.get("/v1/relationships").expect(200)["data"], json!([]));
}

#[test]
fn the_same_import_is_made_once_with_a_key_and_without() {
    let service = Service::start();
    let export = exported(&a_life(&service));
    let me = service.someone();
    let keyed = me.with("idempotency-key", "one");
    let first = keyed.post("/v1/account/imports", &export).expect(200);
    for client in [&keyed, &me, &me.with("idempotency-key", "two"), &me.with("idempotency-key", "two")] {
        assert_eq!(client.post("/v1/account/imports", &export).expect(200), first);
    }
    let mut other = export.clone();
    other["relationships"][0]["alias"] = json!("R.");
    keyed.post("/v1/account/imports", &other).problem(422, "idempotency_key_reused");
    me.post("/v1/account/imports", &other).problem(409, "account_not_empty");
    assert_eq!(exported(&me)["relationships"], export["relationships"]);
}

#[test]
fn a_bad_record_is_pointed_at_and_nothing_is_stored() {
    let service = Service::start();
    let export = exported(&a_life(&service));
    let me = service.someone();
    let mut conn = service.database.connect();
    let before = rows::counts(&mut conn);
    let (tie, entry) = (export["relationships"][0]["id"].clone(), export["interactions"][0]["id"].clone());
    let removed = json!({"kind": "interaction", "id": entry, "removed_at": "2026-03-01T12:00:00Z"});
    let nobody = json!("01980000-0000-7000-8000-00000000dead");
    // A need that names an entry, said to be of the tie that the entry is not of.
    let at = export["needs"].as_array().unwrap().iter().position(|need| need.get("interaction_id").is_some()).unwrap();
    let mut ties = export["relationships"].as_array().unwrap().iter().map(|tie| &tie["id"]);
    let other_tie = ties.find(|tie| **tie != export["needs"][at]["relationship_id"]).unwrap().clone();
    let [of_other, named] = ["relationship_id", "interaction_id"].map(|member| format!("/needs/{at}/{member}"));
    for (place, value, pointer, code) in [
        ("/relationships/1/alias", json!(""), "/relationships/1/alias", "empty"),
        (
            "/relationships/1/contexts",
            json!([{"kind": "exams", "from": "2026-02-02", "to": "2026-02-01"}]),
            "/relationships/1/contexts/0/to",
            "before_start",
        ),
        ("/relationships/1/status", json!("lost"), "/relationships/1/status", "unknown_value"),
        ("/relationships/1/id", tie, "/relationships/1/id", "duplicate_id"),
        ("/interactions/7/effort", json!(6), "/interactions/7/effort", "out_of_range"),
        ("/interactions/7/quokka", json!(1), "/interactions/7", "unknown_member"),
        ("/interactions/7/actor", json!("nobody"), "/interactions/7/actor", "unknown_value"),
        ("/interactions/7/relationship_id", nobody.clone(), "/interactions/7/relationship_id", "not_in_the_import"),
        ("/interactions/7/occurred_at", json!("2026-03-04T12:00:00Z"), "/interactions/7/occurred_at", "in_the_future"),
        ("/interactions/7/local_date", json!("2024-03-04"), "/interactions/7/local_date", "not_that_day"),
        ("/interactions/7/created_at", json!("2027-03-04T12:00:00Z"), "/interactions/7/created_at", "out_of_range"),
        ("/interactions/7/updated_at", json!("1999-03-04T12:00:00Z"), "/interactions/7/updated_at", "before_created_at"),
        ("/interactions/1/id", entry, "/interactions/1/id", "duplicate_id"),
        ("/interactions/1/id", json!(uuid::Uuid::nil()), "/interactions/1/id", "reserved_id"),
        ("/interaction_history/1/version", json!(1), "/interaction_history/1/version", "duplicate_version"),
        ("/interaction_history/1/interaction_id", nobody, "/interaction_history/1/interaction_id", "not_in_the_import"),
        ("/promises/0/due", json!("2025-12-31"), "/promises/0/due", "before_it_began"),
        ("/promises/1/id", export["plans"][0]["id"].clone(), "/plans/0/id", "duplicate_id"),
        ("/needs/0/interaction_id", json!("01980000-0000-7000-8000-00000000dead"), "/needs/0/interaction_id", "not_in_the_import"),
        (of_other.as_str(), other_tie, named.as_str(), "unknown_interaction"),
        ("/repairs/0/relationship_id", json!("01980000-0000-7000-8000-00000000dead"), "/repairs/0/relationship_id", "not_in_the_import"),
        ("/question_set_responses/0/version", json!(99), "/question_set_responses/0/version", "unknown_version"),
        (
            "/question_set_responses/0/answers",
            json!([{"item": "quokka", "value": 1}]),
            "/question_set_responses/0/answers/0/item",
            "unknown_item",
        ),
        ("/question_set_responses/0/completed_at", json!("2026-03-01T12:00:00Z"), "/question_set_responses/0/completed_at", "out_of_range"),
        ("/removed_ids/0", removed, "/removed_ids/0/id", "not_removed"),
        ("/account/0/time_zone", json!("Europe/Atlantis"), "/account/0/time_zone", "unknown_time_zone"),
        ("/format_version", json!(2), "/format_version", "unknown_version"),
    ] {
        let mut bad = export.clone();
        let (parent, name) = place.rsplit_once('/').unwrap();
        match bad.pointer_mut(parent).unwrap() {
            Value::Array(items) => items[name.parse::<usize>().unwrap()] = value,
            parent => parent[name] = value,
        }
        let problem = me.post("/v1/account/imports", &bad).problem(422, "validation_failed");
        assert_eq!((&problem["errors"][0]["pointer"], &problem["errors"][0]["code"]), (&json!(pointer), &json!(code)), "{place}");
        assert_eq!(rows::counts(&mut conn), before, "{place}");
    }
    me.post("/v1/account/imports", &export).expect(200);
}

#[test]
fn what_is_wrong_is_told_of_at_once_up_to_a_bound() {
    let service = Service::start();
    let mut export = exported(&a_life(&service));
    for entry in export["interactions"].as_array_mut().unwrap() {
        entry["effort"] = json!(9);
    }
    let problem = service.someone().post("/v1/account/imports", &export).problem(422, "validation_failed");
    let pointers: Vec<&str> = problem["errors"].as_array().unwrap().iter().map(|error| error["pointer"].as_str().unwrap()).collect();
    assert_eq!((pointers.len(), pointers[0], pointers[99]), (100, "/interactions/0/effort", "/interactions/99/effort"));
}

#[test]
fn an_import_that_is_too_large_is_refused_before_it_is_read() {
    let service = Service::start();
    let me = service.someone();
    let authorization = format!("Bearer {}", me.token.as_deref().unwrap());
    let head = format!(
        "POST /v1/account/imports HTTP/1.1\r\nHost: {}\r\nAuthorization: {authorization}\r\nContent-Type: application/json\r\n\
         Content-Length: 33554433\r\n\r\n",
        service.address
    );
    assert_eq!(raw::exchange(service.address, head.as_bytes()).status, 413);
}

fn head(service: &Service, me: &Client, more: &str) -> String {
    format!(
        "POST /v1/account/imports HTTP/1.1\r\nHost: {}\r\nAuthorization: Bearer {}\r\nContent-Type: application/json\r\n{more}\r\n\r\n",
        service.address,
        me.token.as_deref().unwrap()
    )
}

fn import_text(me: &Client, text: &str) -> Answer {
    me.send("POST", "/v1/account/imports", Some("application/json"), text.as_bytes().to_vec())
}

#[test]
fn lists_are_counted_while_they_are_read() {
    let service = Service::start();
    let me = service.someone();
    for (part, most) in [("relationships", 1_000), ("account", 1), ("consents", 2_000), ("interactions", 250_000), ("sessions", 1_000_000)]
    {
        let tiny = if part == "sessions" { "{}" } else { "1" };
        let body = |count: usize| {
            format!("{{\"format\":\"reciprocity-account\",\"format_version\":1,\"{part}\":[{}]}}", vec![tiny; count].join(","))
        };
        let problem = import_text(&me, &body(most + 1)).problem(422, "validation_failed");
        let found = (&problem["errors"][0]["pointer"], &problem["errors"][0]["code"]);
        assert_eq!(found, (&json!(format!("/{part}")), &json!("too_many")));
    }
}

#[test]
fn a_record_that_is_longer_than_any_honest_one_is_not_taken_apart() {
    let service = Service::start();
    let elements = vec!["1"; 70_000].join(",");
    let body = format!("{{\"format\":\"reciprocity-account\",\"format_version\":1,\"relationships\":[{{\"contexts\":[{elements}]}}]}}");
    let problem = import_text(&service.someone(), &body).problem(422, "validation_failed");
    assert_eq!((&problem["errors"][0]["pointer"], &problem["errors"][0]["code"]), (&json!("/relationships/0"), &json!("too_long")));
}

#[test]
fn a_withdrawal_is_brought_along_and_what_was_given_is_not() {
    let service = Service::start();
    let me = service.someone();
    for (purpose, given) in [("statistics", true), ("statistics", false), ("reminders", true)] {
        me.post("/v1/account/consents", &json!({"purpose": purpose, "text_version": 3, "given": given})).expect(201);
    }
    let export = exported(&me);
    let there = service.someone();
    there.post("/v1/account/consents", &json!({"purpose": "statistics", "text_version": 4, "given": true})).expect(201);
    let counts = there.post("/v1/account/imports", &export).expect(200);
    assert_eq!((&counts["consents"], &counts["consents_left_out"]), (&json!(1), &json!(2)));
    let lines = there.get("/v1/account/consents").expect(200)["data"].clone();
    assert_eq!(lines.as_array().unwrap().len(), 2);
    assert_eq!(lines[0], export["consents"][1], "it is the newest line of its purpose");
}

#[test]
fn a_slow_upload_keeps_nobody_else_from_importing() {
    let service = Service::start();
    let (slow, me) = (service.someone(), service.someone());
    let export = exported(&service.someone());
    let mut sending = TcpStream::connect(service.address).unwrap();
    sending.write_all(head(&service, &slow, "Content-Length: 1000\r\nExpect: 100-continue").as_bytes()).unwrap();
    let mut said = [0; 12];
    sending.read_exact(&mut said).unwrap();
    assert_eq!(&said, b"HTTP/1.1 100");
    sending.write_all(b"{\"format\":").unwrap();
    slow.get("/v1/account").expect(200);
    me.post("/v1/account/imports", &export).expect(200);
}

/// Lets an import come to a stop in its middle, for as long as the connection's transaction lasts.
fn stop_imports(service: &Service) -> PgConnection {
    let mut holder = service.database.connect();
    let stop = "CREATE FUNCTION stop() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM pg_advisory_xact_lock(1); RETURN NEW; END $$; \
                CREATE TRIGGER stop BEFORE INSERT ON relationships FOR EACH ROW EXECUTE FUNCTION stop(); \
                BEGIN; SELECT pg_advisory_xact_lock(1)";
    holder.batch_execute(stop).unwrap();
    holder
}

#[test]
fn while_an_import_is_stored_its_account_is_served_and_the_next_import_comes_back_later() {
    let service = Service::start();
    let export = exported(&a_life(&service)).to_string();
    let (me, other) = (service.someone(), service.someone());
    let reader = me.signed_in_again();
    let mut conn = service.database.connect();
    let mut holder = stop_imports(&service);
    let mut sending = TcpStream::connect(service.address).unwrap();
    let request = head(&service, &me, &format!("Content-Length: {}", export.len())) + &export;
    sending.write_all(request.as_bytes()).unwrap();
    let waiting = "SELECT count(*) AS count FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'";
    assert!(eventually(|| rows::count(&mut conn, waiting) == 1), "the import does not come to its middle");

    reader.get("/v1/account").expect(200);
    let noted = "SELECT count(*) AS count FROM access_log WHERE class = 1";
    assert_eq!(rows::count(&mut conn, noted), 1, "the access log is written meanwhile");
    drop(sending);
    for _ in 0..5 {
        assert_eq!(import_text(&other, &export).status, 503, "whoever hangs up frees nothing");
    }
    holder.batch_execute("COMMIT").unwrap();
    assert!(eventually(|| import_text(&other, &export).status == 200));
}
