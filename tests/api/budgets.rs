//! Budgets by address: whose they are, behind how many proxies, and how many sessions an account holds.

use serde_json::{Value, json};

use crate::support::{Client, PASSWORD, Service};

/// Signs in from an address with a body that is refused before anything is looked up, which costs the budget and no time.
fn status(client: &Client, forwarded: &str) -> u16 {
    client.with("x-forwarded-for", forwarded).post("/v1/sessions", &json!({"handle": "sam", "password": "x"})).status
}

fn service(proxies: &str) -> Service {
    Service::with(&[("RECIPROCITY_TRUSTED_PROXIES", proxies), ("RECIPROCITY_LIMIT_SIGN_INS", "1")])
}

#[test]
fn without_a_proxy_what_a_client_says_of_its_address_is_not_believed() {
    let service = service("0");
    let somebody = service.stranger();
    assert_eq!((status(&somebody, "192.0.2.1"), status(&somebody, "192.0.2.2")), (422, 429));
}

#[test]
fn behind_one_proxy_the_last_hop_is_counted_and_what_stands_before_it_is_not() {
    let service = service("1");
    let somebody = service.stranger();
    assert_eq!(status(&somebody, "192.0.2.1"), 422);
    assert_eq!(status(&somebody, "192.0.2.2"), 422, "another client has a budget of its own");
    assert_eq!(status(&somebody, "192.0.2.99, 192.0.2.1"), 429, "the client wrote the first itself");
    let two_lines = somebody.with("x-forwarded-for", "192.0.2.98");
    assert_eq!(status(&two_lines, "192.0.2.2"), 429, "lines are read as one list");
}

#[test]
fn behind_two_proxies_the_hop_before_the_last_is_counted() {
    let service = service("2");
    let somebody = service.stranger();
    assert_eq!(status(&somebody, "192.0.2.1, 198.51.100.7"), 422);
    assert_eq!(status(&somebody, "192.0.2.2, 198.51.100.7"), 422, "the last is the inner proxy, which all have in common");
    assert_eq!(status(&somebody, "192.0.2.99, 192.0.2.1, 198.51.100.7"), 429);
}

#[test]
fn a_header_that_names_no_address_leaves_the_budget_of_whoever_connected() {
    let service = service("1");
    let somebody = service.stranger();
    assert_eq!((status(&somebody, "unknown"), status(&somebody, "quite unknown")), (422, 429));
}

#[test]
fn signing_in_and_making_accounts_have_budgets_by_address_and_say_so() {
    let service =
        Service::with(&[("RECIPROCITY_TRUSTED_PROXIES", "1"), ("RECIPROCITY_LIMIT_ACCOUNTS", "2"), ("RECIPROCITY_LIMIT_SIGN_INS", "3")]);
    let (here, there) = (service.stranger().with("x-forwarded-for", "192.0.2.1"), service.stranger().with("x-forwarded-for", "192.0.2.2"));
    let make = |client: &Client| client.post("/v1/accounts", &json!({"password": "short"}));
    let first = make(&here);
    assert_eq!(
        (first.header("ratelimit-policy"), first.header("ratelimit")),
        ("\"accounts\";q=2;w=60".into(), "\"accounts\";r=1;t=30".into())
    );
    assert_eq!((make(&here).status, make(&here).status, make(&there).status), (422, 429, 422));
    let answer = here.post("/v1/sessions", &json!({"handle": "sam", "password": "x"}));
    assert_eq!((answer.status, answer.header("ratelimit-policy")), (422, "\"sign-ins\";q=3;w=60".into()));
}

#[test]
fn a_household_of_ipv6_is_one_address() {
    let service = service("1");
    let somebody = service.stranger();
    assert_eq!((status(&somebody, "2001:db8:1:2::1"), status(&somebody, "2001:db8:1:2:ffff::9")), (422, 429));
    assert_eq!(status(&somebody, "2001:db8:1:3::1"), 422);
}

#[test]
fn an_account_holds_fifty_sessions_and_the_one_longest_unused_makes_room() {
    let service = Service::start();
    let stranger = service.stranger();
    let handle = stranger.post("/v1/accounts", &json!({"password": PASSWORD})).expect(201)["handle"].clone();
    let sign_in = || {
        service.clock.advance(chrono::TimeDelta::seconds(1));
        stranger.post("/v1/sessions", &json!({"handle": handle, "password": PASSWORD})).expect(201)
    };
    let refresh = |session: &Value| stranger.post("/v1/sessions/refresh", &json!({"refresh_token": session["refresh_token"]}));
    let (first, second) = (sign_in(), sign_in());
    let rest: Vec<Value> = (2..50).map(|_| sign_in()).collect();
    service.clock.advance(chrono::TimeDelta::seconds(1));
    let first = refresh(&first).expect(200);
    let last = sign_in();
    let me = Client::new(service.address, Some(last["access_token"].as_str().unwrap().to_owned()));
    assert_eq!(me.get("/v1/sessions?limit=200").expect(200)["data"].as_array().unwrap().len(), 50);
    refresh(&second).problem(401, "invalid_credentials");
    for kept in [&first, &rest[0], &rest[47]] {
        refresh(kept).expect(200);
    }
}

#[test]
fn what_an_account_stores_in_a_day_is_bounded_and_reading_goes_on() {
    let service = Service::with(&[("RECIPROCITY_LIMIT_STORED_A_DAY", "10")]);
    let (me, other) = (service.someone(), service.someone());
    let made = me.post("/v1/relationships", &json!({"alias": "Sam", "kind": "friend"})).expect(201);
    let tie = made["id"].as_str().unwrap();
    let item = json!({"relationship_id": tie, "interaction": {"actor": "me", "dimension": "repair"}});
    let batch = |count: usize| me.post("/v1/interactions/batch", &json!({"items": vec![item.clone(); count]}));
    assert_eq!(batch(5).expect(200)["created"], 5);
    let refused = batch(5);
    refused.problem(429, "too_many_requests");
    assert!(refused.header("retry-after").parse::<u64>().unwrap() > 60, "{:?}", refused.headers);
    assert_eq!(refused.header("ratelimit-policy"), "\"stored\";q=10;w=86400");
    let entries = me.get(&format!("/v1/relationships/{tie}/interactions")).expect(200);
    assert_eq!(entries["data"].as_array().unwrap().len(), 5, "all of a batch or none of it");
    other.post("/v1/relationships", &json!({"alias": "Sam", "kind": "friend"})).expect(201);
    me.delete(&format!("/v1/relationships/{tie}")).expect(200);
}
