//! Keys of other issuers: found, kept, renewed; an issuer that is down, slow, huge or dishonest does no harm.

use std::net::TcpListener;
use std::time::{Duration, Instant};

use chrono::TimeDelta;
use serde_json::{Value, json};

use crate::support::issuer::{DISCOVERY, JWKS, Publisher, Reply, Signer, claims_at, service_with, with_token};
use crate::support::{Client, START, Service, eventually};

fn keys() -> (Signer, Signer) {
    (Signer::ed("one", 1), Signer::ed("two", 2))
}

/// Somebody with a token that is good now.
fn person(service: &Service, publisher: &Publisher, key: &Signer) -> Client {
    let since = service.clock.now() - START.parse::<chrono::DateTime<chrono::Utc>>().unwrap();
    with_token(service.address, key.token(&claims_at(&publisher.url, "k", since.num_seconds())))
}

/// Whether the token is believed: an account is found or made for it.
fn believed(client: &Client) -> bool {
    let mut last = None;
    // Where the machine is busy the service asks to come back, in a second or two.
    assert!(eventually(|| {
        let answer = client.post("/v1/accounts", &json!({}));
        let busy = answer.status == 503 && answer.header("retry-after").parse::<u64>().unwrap() < 30;
        last = Some(answer);
        !busy
    }));
    match last.unwrap().status {
        200 | 201 => true,
        401 | 422 | 503 => false,
        other => panic!("{other}"),
    }
}

#[test]
fn keys_are_found_by_discovery_and_fetched_once_for_many_tokens() {
    let (one, _) = keys();
    let publisher = Publisher::start(&[&one]);
    let service = service_with(&json!([publisher.discovered()]));
    assert_eq!(publisher.asked(DISCOVERY), 0, "nothing is fetched before it is needed or due");
    for _ in 0..3 {
        assert!(believed(&person(&service, &publisher, &one)));
    }
    assert_eq!((publisher.asked(DISCOVERY), publisher.asked(JWKS)), (1, 1));
}

#[test]
fn a_new_key_is_believed_with_its_first_token_and_an_old_one_until_the_next_refresh() {
    let (one, two) = keys();
    let publisher = Publisher::start(&[&one]);
    let service = service_with(&json!([publisher.discovered()]));
    assert!(believed(&person(&service, &publisher, &one)));
    publisher.publish(&[&two]);
    assert!(believed(&person(&service, &publisher, &one)), "nobody said yet that it is gone");
    service.clock.advance(TimeDelta::minutes(1));
    assert!(believed(&person(&service, &publisher, &two)));
    assert!(!believed(&person(&service, &publisher, &one)));

    publisher.publish(&[&one]);
    service.refresh_issuers();
    assert!(!believed(&person(&service, &publisher, &two)));
    assert!(believed(&person(&service, &publisher, &one)));
}

#[test]
fn a_withdrawn_key_ends_a_token_that_was_believed_a_moment_ago() {
    let (one, two) = keys();
    let publisher = Publisher::start(&[&one]);
    let service = service_with(&json!([publisher.at_jwks()]));
    let me = person(&service, &publisher, &one);
    assert!(believed(&me));
    me.get("/v1/account").expect(200);
    publisher.publish(&[&two]);
    service.refresh_issuers();
    service.clock.advance(TimeDelta::seconds(2));
    me.get("/v1/account").problem(401, "unauthenticated");
}

#[test]
fn made_up_names_of_keys_have_the_issuer_asked_once_a_minute() {
    let (one, _) = keys();
    let publisher = Publisher::start(&[&one]);
    let service = service_with(&json!([publisher.at_jwks()]));
    let made_up = |round: usize| {
        std::thread::scope(|scope| {
            for n in 0..20 {
                let (service, publisher) = (&service, &publisher);
                scope.spawn(move || {
                    let unknown = Signer::ed(&format!("{round}-{n}"), 9);
                    let status = person(service, publisher, &unknown).get("/v1/account").status;
                    assert_eq!(status, 401);
                });
            }
        });
    };
    made_up(1);
    assert_eq!(publisher.asked(JWKS), 1);
    assert!(believed(&person(&service, &publisher, &one)), "whoever has a key that is known does not wait for that");
    service.clock.advance(TimeDelta::seconds(59));
    made_up(2);
    assert_eq!(publisher.asked(JWKS), 1);
    service.clock.advance(TimeDelta::seconds(1));
    made_up(3);
    assert_eq!(publisher.asked(JWKS), 2);
}

#[test]
fn what_could_not_be_believed_anyway_has_nothing_fetched() {
    let (one, _) = keys();
    let publisher = Publisher::start(&[&one]);
    let service = service_with(&json!([publisher.at_jwks()]));
    let mut claims = claims_at(&publisher.url, "k", 0);
    claims["aud"] = json!("somebody-else");
    with_token(service.address, one.token(&claims)).get("/v1/account").problem(401, "unauthenticated");
    with_token(service.address, one.token(&claims_at(&publisher.url, "k", -7_200))).get("/v1/account").problem(401, "unauthenticated");
    assert_eq!(publisher.asked(JWKS), 0);
}

#[test]
fn keys_are_kept_while_the_issuer_is_down_and_not_for_ever() {
    let (one, _) = keys();
    let publisher = Publisher::start(&[&one]);
    let mut entry = publisher.discovered();
    entry["keep_hours"] = json!(2);
    let service = service_with(&json!([entry]));
    assert!(believed(&person(&service, &publisher, &one)));
    publisher.set(DISCOVERY, Reply::Raw(503, String::new(), Vec::new()));
    for _ in 0..2 {
        service.clock.advance(TimeDelta::minutes(59));
        service.refresh_issuers();
        assert!(believed(&person(&service, &publisher, &one)));
    }
    service.clock.advance(TimeDelta::minutes(2));
    let unknown = person(&service, &publisher, &one).get("/v1/account");
    unknown.problem(503, "unavailable");
    assert_eq!(unknown.header("retry-after"), "30", "not that the token is wrong: nobody knows");
    publisher.set(DISCOVERY, Reply::Json(json!({"issuer": publisher.url, "jwks_uri": format!("{}{JWKS}", publisher.url)})));
    service.clock.advance(TimeDelta::minutes(1));
    assert!(believed(&person(&service, &publisher, &one)), "it is back");
}

/// What an issuer may answer in place of keys, at the address of its metadata or of its keys. Where it can be, the right keys are in it,
/// so that it is the rest that is refused.
fn refusals(publisher: &Publisher, good: &Value, elsewhere: &str) -> Vec<(&'static str, &'static str, Reply)> {
    let keys = format!("{}{JWKS}", publisher.url);
    let json = |value: Value| Reply::Json(value);
    let body = || good.to_string().into_bytes();
    vec![
        ("an error", JWKS, Reply::Raw(500, String::new(), body())),
        ("nothing there", JWKS, Reply::Raw(404, String::new(), body())),
        ("a redirect elsewhere", JWKS, Reply::Raw(302, format!("Location: {elsewhere}\r\n"), body())),
        ("a permanent redirect to itself", JWKS, Reply::Raw(308, format!("Location: {}/other\r\n", publisher.url), Vec::new())),
        ("something huge", JWKS, Reply::Raw(200, String::new(), [body(), vec![b' '; 300 * 1024]].concat())),
        ("no JSON", JWKS, Reply::Raw(200, String::new(), b"<html>".to_vec())),
        ("another document", JWKS, json(json!({"issuer": publisher.url}))),
        ("no HTTP", JWKS, Reply::Raw(200, "x".repeat(200 * 1024), Vec::new())),
        ("metadata of another issuer", DISCOVERY, json(json!({"issuer": "https://elsewhere.example", "jwks_uri": keys}))),
        ("metadata of an issuer with a slash more", DISCOVERY, json(json!({"issuer": format!("{}/", publisher.url), "jwks_uri": keys}))),
        ("metadata that redirect", DISCOVERY, Reply::Raw(302, format!("Location: {elsewhere}\r\n"), Vec::new())),
        ("metadata without keys", DISCOVERY, json(json!({"issuer": publisher.url}))),
        ("metadata that point at a file", DISCOVERY, json(json!({"issuer": publisher.url, "jwks_uri": "file:///etc/passwd"}))),
        (
            "metadata that point at a private address",
            DISCOVERY,
            json(json!({"issuer": publisher.url, "jwks_uri": "https://10.0.0.1/keys"})),
        ),
        // The keys are there, too: what is refused is another name of a machine that has no public one.
        (
            "metadata that point at this machine by another name",
            DISCOVERY,
            json(json!({"issuer": publisher.url, "jwks_uri": keys.replace("127.0.0.1", "localhost")})),
        ),
        (
            "metadata that point at plain http",
            DISCOVERY,
            json(json!({"issuer": publisher.url, "jwks_uri": "http://elsewhere.example/keys"})),
        ),
    ]
}

#[test]
fn an_issuer_that_answers_anything_else_takes_nothing_down_and_is_believed_again_when_it_is_well() {
    let (one, _) = keys();
    let elsewhere = TcpListener::bind("127.0.0.1:0").unwrap();
    let away = format!("http://{}/keys", elsewhere.local_addr().unwrap());
    let publisher = Publisher::start(&[&one]);
    let (good_metadata, good_keys) =
        (json!({"issuer": publisher.url, "jwks_uri": format!("{}{JWKS}", publisher.url)}), json!({"keys": [one.jwk()]}));
    let service = service_with(&json!([publisher.discovered()]));
    let built_in = service.someone();
    for (what, path, reply) in refusals(&publisher, &good_keys, &away) {
        publisher.set(path, reply);
        service.clock.advance(TimeDelta::minutes(1));
        assert!(!believed(&person(&service, &publisher, &one)), "{what}");
        service.stranger().get("/readyz").expect(200);
        publisher.set(DISCOVERY, Reply::Json(good_metadata.clone()));
        publisher.set(JWKS, Reply::Json(good_keys.clone()));
    }
    built_in.signed_in_again().get("/v1/account").expect(200);
    elsewhere.set_nonblocking(true).unwrap();
    assert!(elsewhere.accept().is_err(), "nobody followed");
    assert_eq!(publisher.asked("/other"), 0);
    service.clock.advance(TimeDelta::minutes(1));
    assert!(believed(&person(&service, &publisher, &one)));
}

#[test]
fn an_issuer_that_never_answers_is_given_up_and_holds_nobody_else_up() {
    let (one, two) = keys();
    let (slow, well) = (Publisher::start(&[&one]), Publisher::start(&[&two]));
    slow.set(JWKS, Reply::Never);
    let mut patiently = slow.at_jwks();
    patiently["fetch_timeout_seconds"] = json!(10);
    let service = service_with(&json!([patiently, well.at_jwks()]));
    let begun = Instant::now();
    std::thread::scope(|scope| {
        let waiting = scope.spawn(|| believed(&person(&service, &slow, &one)));
        assert!(eventually(|| slow.asked(JWKS) == 1));
        service.stranger().get("/healthz").expect(200);
        assert!(!waiting.is_finished(), "whoever asks for nothing of an issuer waits until it is given up");
        assert!(believed(&person(&service, &well, &two)));
        service.someone().get("/v1/account").expect(200);
        service.stranger().get("/readyz").expect(200);
        assert!(!waiting.join().unwrap());
    });
    // It is ten seconds; a machine that is busy may take longer.
    assert!(begun.elapsed() < Duration::from_mins(1), "it is waited for as long as it likes");
}

#[test]
fn an_issuer_that_nobody_can_reach_delays_no_start() {
    let (one, _) = keys();
    let publisher = Publisher::start(&[&one]);
    let gone = json!({"issuer": publisher.url, "audiences": ["x"]});
    drop(publisher);
    let service = service_with(&json!([gone]));
    service.stranger().get("/readyz").expect(200);
    service.refresh_issuers();
    service.someone().get("/v1/account").expect(200);
}
