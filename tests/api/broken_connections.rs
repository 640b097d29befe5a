//! Requests whose connection breaks before their answer: what was begun of a PIN is brought to its end.

use std::io::Write;
use std::net::TcpStream;

use diesel::PgConnection;
use diesel::connection::SimpleConnection;
use nix::libc::linger;
use nix::sys::socket::setsockopt;
use nix::sys::socket::sockopt::Linger;
use serde_json::json;

use crate::support::everything::relationship;
use crate::support::{Client, PASSWORD, Service, eventually, rows, wait_for_waiting};

const PIN: &str = "407183";

/// Somebody with a PIN, whose session is locked.
fn someone_with_a_pin(service: &Service) -> (Client, String) {
    let me = service.someone();
    let tie = relationship(&me);
    assert_eq!(me.put("/v1/account/pin", &json!({"current_password": PASSWORD, "pin": PIN})).status, 204);
    (me, tie)
}

/// Has a request wait for what `holder` holds, and breaks its connection there; then the request may go on.
fn broken_off(service: &Service, me: &Client, holder: &mut PgConnection, line: &str, body: &str) {
    let mut stream = TcpStream::connect(service.address).unwrap();
    let (token, length) = (me.token.as_deref().unwrap(), body.len());
    let head = "Host: x\r\nContent-Type: application/json";
    write!(stream, "{line} HTTP/1.1\r\n{head}\r\nContent-Length: {length}\r\nAuthorization: Bearer {token}\r\n\r\n{body}").unwrap();
    wait_for_waiting(&mut service.database.connect(), 1);
    // Closing says that the connection was reset, as a phone's that has lost its network.
    setsockopt(&stream, Linger, &linger { l_onoff: 1, l_linger: 0 }).unwrap();
    drop(stream);
    // The one worker hears of that before it hears of these.
    for _ in 0..3 {
        service.stranger().get("/healthz").expect(200);
    }
    holder.batch_execute("COMMIT").unwrap();
}

#[test]
fn a_right_pin_counts_as_right_although_the_connection_breaks() {
    let service = Service::start();
    let (me, tie) = someone_with_a_pin(&service);
    let mut holder = service.database.connect();
    holder.batch_execute("BEGIN; SELECT 1 FROM account_pins FOR UPDATE").unwrap();
    broken_off(&service, &me, &mut holder, "POST /v1/sessions/unlocks", &json!({"pin": PIN}).to_string());
    assert!(eventually(|| me.get(&tie).status == 200), "it stays locked");
    let wrong = "SELECT p.wrong + s.wrong_pins::bigint AS count FROM account_pins p JOIN sessions s USING (account_id)";
    assert_eq!(rows::count(&mut holder, wrong), 0);
}

#[test]
fn a_session_is_locked_although_the_connection_of_whoever_locks_it_breaks() {
    let service = Service::start();
    let (me, tie) = someone_with_a_pin(&service);
    me.post("/v1/sessions/unlocks", &json!({"pin": PIN})).expect(200);
    me.get(&tie).expect(200);
    let mut holder = service.database.connect();
    holder.batch_execute("BEGIN; SELECT 1 FROM sessions FOR UPDATE").unwrap();
    broken_off(&service, &me, &mut holder, "DELETE /v1/sessions/unlocks", "");
    // The clock stands still, so nothing is forgotten with time.
    assert!(eventually(|| me.get(&tie).status == 403), "this instance did not hear of it");
}

#[test]
fn a_session_that_is_locked_while_its_pin_is_being_checked_stays_locked() {
    let service = Service::start();
    let (me, tie) = someone_with_a_pin(&service);
    let (mut conn, mut holder) = (service.database.connect(), service.database.connect());
    // A right PIN waits where its attempt is given back: it has been checked, and has opened nothing yet.
    conn.batch_execute(
        "CREATE FUNCTION wait_here() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM pg_advisory_xact_lock(407); RETURN NEW; END $$; \
         CREATE TRIGGER wait_here BEFORE UPDATE ON account_pins FOR EACH ROW WHEN (NEW.wrong < OLD.wrong) EXECUTE FUNCTION wait_here()",
    )
    .unwrap();
    holder.batch_execute("BEGIN; SELECT pg_advisory_xact_lock(407)").unwrap();
    let answer = std::thread::scope(|scope| {
        let unlocking = scope.spawn(|| me.post("/v1/sessions/unlocks", &json!({"pin": PIN})));
        wait_for_waiting(&mut conn, 1);
        assert_eq!(me.delete("/v1/sessions/unlocks").status, 204);
        holder.batch_execute("COMMIT").unwrap();
        unlocking.join().unwrap()
    });
    answer.problem(403, "wrong_pin");
    me.get(&tie).problem(403, "step_up_required");
    me.post("/v1/sessions/unlocks", &json!({"pin": PIN})).expect(200);
    me.get(&tie).expect(200);
}
