//! What ends a session ends it at once where it happens, and within two seconds on every other instance.

use chrono::TimeDelta;
use reciprocity::db::withdrawn;
use serde_json::{Value, json};

use crate::support::{Client, MASTER, PASSWORD, Running, Service};

const NEW: [u8; 32] = [8; 32];

/// Somebody with two sessions: one that is to end, and one that may end it.
struct Person {
    handle: Value,
    recovery_code: Value,
    lost: Value,
    mine: Value,
}

impl Person {
    fn new(service: &Service) -> Self {
        let stranger = service.stranger();
        let account = stranger.post("/v1/accounts", &json!({"password": PASSWORD})).expect(201);
        let sign_in = || stranger.post("/v1/sessions", &json!({"handle": account["handle"], "password": PASSWORD})).expect(201);
        let (lost, mine) = (sign_in(), sign_in());
        Self { handle: account["handle"].clone(), recovery_code: account["recovery_code"].clone(), lost, mine }
    }

    fn lost_at(&self, address: std::net::SocketAddr) -> Client {
        Client::new(address, self.lost["access_token"].as_str().map(str::to_owned))
    }
}

type End = fn(&Service, &Person, &Client);

/// Everything that ends a session.
const ENDS: &[(&str, End)] = &[
    ("ending it", |_, person, me| {
        assert_eq!(me.delete(&format!("/v1/sessions/{}", person.lost["session_id"].as_str().unwrap())).status, 204);
    }),
    ("ending them all", |_, _, me| assert_eq!(me.delete("/v1/sessions").status, 204)),
    ("changing the password", |_, _, me| {
        let change = json!({"current_password": PASSWORD, "new_password": "eight loud yellow bells"});
        assert_eq!(me.put("/v1/account/password", &change).status, 204);
    }),
    ("recovering the account", |service, person, _| {
        let recovery = json!({"handle": person.handle, "recovery_code": person.recovery_code, "new_password": "eight loud yellow bells"});
        service.stranger().post("/v1/account-recovery", &recovery).expect(200);
    }),
    ("erasing the account", |_, _, me| assert_eq!(me.delete("/v1/account").status, 200)),
    ("a refresh token that comes back", |service, person, _| {
        let refresh = json!({"refresh_token": person.lost["refresh_token"]});
        service.stranger().post("/v1/sessions/refresh", &refresh).expect(200);
        service.stranger().post("/v1/sessions/refresh", &refresh).problem(401, "invalid_credentials");
    }),
];

#[test]
fn whatever_ends_a_session_is_heard_at_once_here_and_within_two_seconds_elsewhere() {
    let here = Service::start();
    let there = Running::start(&here.database.url, &[]);
    for (name, end) in ENDS {
        let person = Person::new(&here);
        let (near, far) = (person.lost_at(here.address), person.lost_at(there.address));
        near.get("/v1/account").expect(200);
        far.get("/v1/account").expect(200);
        end(&here, &person, &Client::new(here.address, person.mine["access_token"].as_str().map(str::to_owned)));
        let status = near.get("/v1/account").status;
        assert_eq!(status, 401, "{name} is not heard at once");
        there.clock.advance(TimeDelta::seconds(2));
        assert_eq!(far.get("/v1/account").status, 401, "{name} is not heard elsewhere");
        far.get("/v1/account").problem(401, "unauthenticated");
    }
}

#[test]
fn a_withdrawn_key_is_believed_by_no_instance_after_two_seconds() {
    let service = Service::start();
    let url = &service.database.url;
    let person = Person::new(&service);
    let instances = [Running::under(&[NEW, MASTER], url, &[]), Running::under(&[NEW, MASTER], url, &[])];
    let keys = service.stranger().get("/.well-known/jwks.json").expect(200);
    for running in &instances {
        person.lost_at(running.address).get("/v1/account").expect(200);
    }
    withdrawn::withdraw(&service.database.superuser_url(), keys["keys"][0]["kid"].as_str().unwrap(), service.clock.now()).unwrap();
    let refresh = json!({"refresh_token": person.lost["refresh_token"]});
    for running in &instances {
        running.clock.advance(TimeDelta::seconds(2));
        person.lost_at(running.address).get("/v1/account").problem(401, "unauthenticated");
    }
    let next = Client::new(instances[0].address, None).post("/v1/sessions/refresh", &refresh).expect(200);
    let me = Client::new(instances[1].address, next["access_token"].as_str().map(str::to_owned));
    me.get("/v1/account").expect(200);
}

/// What is wrong with a cursor is said to a caller who is believed; a session that has to be asked for needs the database first.
fn believed(client: &Client) -> bool {
    match client.get("/v1/relationships?cursor=AAAA").status {
        400 => true,
        503 => false,
        other => panic!("{other}"),
    }
}

#[test]
fn a_session_is_not_asked_for_again_within_a_second_and_never_believed_longer_than_two_without_the_database() {
    let service = Service::start();
    let (me, other, later) = (service.someone(), service.someone(), service.someone());
    assert!(believed(&me) && believed(&other));
    service.clock.advance(TimeDelta::milliseconds(500));
    assert!(believed(&later));
    service.database.vanish();
    service.clock.advance(TimeDelta::milliseconds(499));
    assert!(believed(&me) && believed(&other) && believed(&later));
    // From one second on whoever shows it has it asked for again; of those two nobody did.
    service.clock.advance(TimeDelta::milliseconds(1_001));
    assert!(!believed(&me) && !believed(&other));
    assert!(!believed(&later), "once the database cannot be asked, nothing is believed, however short ago it was asked");
}
