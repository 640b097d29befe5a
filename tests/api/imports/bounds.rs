//! What an import may take: its size, its records, the time of others.

use super::{a_life, exported};
use crate::support::{Answer, Client, Service, eventually, raw, rows};
use diesel::PgConnection;
use diesel::connection::SimpleConnection;
use serde_json::json;
use std::io::{Read, Write};
use std::net::TcpStream;

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
