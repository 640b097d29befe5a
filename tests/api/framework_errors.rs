//! Whatever goes wrong before a handler runs, or inside one, is a problem document that names the request and repeats nothing.

use actix_web::http::header::{CONTENT_TYPE, HeaderValue};
use actix_web::{App, HttpResponse, middleware, test as actix, web};
use reciprocity::api::edge::edge;
use reciprocity::telemetry::RequestSpan;
use tracing_actix_web::TracingLogger;

use crate::support::raw::{RawAnswer, exchange, request};
use crate::support::{Client, Service};

/// Planted in everything that is sent; it must come back in nothing.
const SECRET: &str = "quokka77";
const JSON: (&str, &str) = ("Content-Type", "application/json");

struct Caller {
    service: Service,
    token: String,
}

fn caller() -> Caller {
    let service = Service::start();
    let token = format!("Bearer {}", service.someone().token.unwrap());
    Caller { service, token }
}

impl Caller {
    fn send(&self, line: &str, headers: &[(&str, &str)], body: &[u8]) -> RawAnswer {
        let all: Vec<(&str, &str)> = headers.iter().copied().chain([("Authorization", self.token.as_str())]).collect();
        silent(request(self.service.address, line, &all, body))
    }

    fn post(&self, body: &[u8]) -> RawAnswer {
        self.send("POST /v1/relationships", &[JSON], body)
    }
}

/// Nothing that was sent comes back.
#[track_caller]
fn silent(answer: RawAnswer) -> RawAnswer {
    assert!(!answer.whole().to_lowercase().contains(SECRET), "{}", answer.whole());
    answer
}

#[test]
fn what_is_not_json_is_a_problem() {
    let me = caller();
    let bodies: [&[u8]; 8] = [
        b"",
        b"quokka77",
        b"{\"alias\": \"quokka77\", \"kind\": \"friend\"",
        b"{\"alias\": \"quokka77\", \"kind\": \"friend\"} quokka77",
        b"{\"alias\": \"quokka77\\u12\", \"kind\": \"friend\"}",
        b"{\"alias\": \"quokka77\xff\xfe\", \"kind\": \"friend\"}",
        b"{\"alias\": \"quokka77\x00\", \"kind\": \"friend\"}",
        b"\xef\xbb\xbf{\"alias\": \"quokka77\", \"kind\": \"friend\"}",
    ];
    for body in bodies {
        me.post(body).problem(400, "invalid_json");
    }
}

#[test]
fn half_a_character_is_refused() {
    caller().post(br#"{"alias": "quokka77\ud800", "kind": "friend"}"#).problem(422, "validation_failed");
}

#[test]
fn a_member_given_twice_is_refused_and_not_chosen_from() {
    let me = caller();
    let problem = me.post(br#"{"alias": "quokka77", "kind": "friend", "alias": "Sam"}"#).problem(422, "validation_failed");
    assert_eq!(problem["errors"][0]["code"], "duplicate_member");
    let problem = me.post(br#"{"alias": "Sam", "kind": "friend", "quokka77": 1}"#).problem(422, "validation_failed");
    assert_eq!(problem["errors"][0]["code"], "unknown_member");
}

#[test]
fn a_nul_in_a_text_is_refused_before_the_database_sees_it() {
    let me = caller();
    let problem = me.post(br#"{"alias": "quokka77\u0000", "kind": "friend"}"#).problem(422, "validation_failed");
    assert_eq!(problem["errors"][0]["pointer"], "/alias");
}

#[test]
fn deeply_nested_json_is_refused_without_following_it_down() {
    let me = caller();
    for (open, close) in [("[", "]"), ("{\"quokka77\":", "}")] {
        let deep = format!("{}1{}", open.repeat(4_000), close.repeat(4_000));
        for body in [deep.clone(), format!("{{\"alias\": \"Sam\", \"kind\": \"friend\", \"contexts\": {deep}}}")] {
            let answer = me.post(body.as_bytes());
            assert!(matches!(answer.status, 400 | 422), "{}", answer.whole());
            answer.problem(answer.status, if answer.status == 400 { "invalid_json" } else { "validation_failed" });
        }
    }
}

#[test]
fn a_wrong_id_in_a_path_is_a_problem() {
    let me = caller();
    for id in ["quokka77", "123", "%00", "01980000-0000-7000-8000-00000000000g", "%22quokka77%22"] {
        me.send(&format!("GET /v1/relationships/{id}"), &[], b"").problem(400, "invalid_parameter");
    }
}

#[test]
fn a_path_that_cannot_be_decoded_is_a_problem() {
    let me = caller();
    for path in ["/v1/relationships/%zzquokka77", "/v1/relationships/%ff%fequokka77", "/v1/relationships/%", "/%ffquokka77"] {
        let answer = me.send(&format!("GET {path}"), &[], b"");
        assert!(matches!(answer.status, 400 | 404), "{path}: {}", answer.whole());
        answer.problem(answer.status, if answer.status == 400 { "invalid_parameter" } else { "not_found" });
    }
}

#[test]
fn an_address_that_is_no_route_is_a_problem() {
    let me = caller();
    for path in ["/", "/quokka77", "/v1", "/v1/relationships/", "/v1//relationships", "/v1/quokka77?quokka77=quokka77", "/docs/quokka77"] {
        me.send(&format!("GET {path}"), &[], b"").problem(404, "not_found");
    }
}

#[test]
fn a_query_that_is_not_known_or_given_twice_is_a_problem() {
    let me = caller();
    for query in ["limit=quokka77", "limit=1&limit=2", "cursor=quokka77", "status=quokka77", "limit=%ff"] {
        me.send(&format!("GET /v1/relationships?{query}"), &[], b"").problem(400, "invalid_parameter");
    }
}

#[test]
fn a_method_that_an_address_does_not_take_is_told_which_it_takes() {
    let me = caller();
    let relationship = "/v1/relationships/01980000-0000-7000-8000-000000000001";
    for (line, allow) in [
        ("PUT /v1/relationships", "GET, POST, HEAD"),
        ("OPTIONS /v1/relationships", "GET, POST, HEAD"),
        ("TRACE /v1/relationships", "GET, POST, HEAD"),
        ("QUOKKA77 /v1/relationships", "GET, POST, HEAD"),
        (&format!("POST {relationship}"), "DELETE, GET, PATCH, HEAD"),
        ("GET /v1/accounts", "POST"),
        ("HEAD /v1/accounts", "POST"),
        ("DELETE /healthz", "GET, HEAD"),
    ] {
        let answer = me.send(line, &[], b"");
        assert_eq!(answer.status, 405, "{line}: {}", answer.whole());
        let methods = |text: &str| text.split(", ").map(str::to_owned).collect::<std::collections::BTreeSet<_>>();
        assert_eq!(methods(answer.header("allow").unwrap()), methods(allow), "{line}");
        if !line.starts_with("HEAD") {
            answer.problem(405, "method_not_allowed");
        }
    }
}

#[test]
fn head_answers_like_get_without_the_body() {
    let me = caller();
    for path in ["/healthz", "/v1/account", "/v1/relationships", "/v1/quokka77", "/openapi.json"] {
        let (get, head) = (me.send(&format!("GET {path}"), &[], b""), me.send(&format!("HEAD {path}"), &[], b""));
        assert_eq!((head.status, head.body.len()), (get.status, 0), "{path}: {}", head.whole());
        for name in ["content-type", "content-length", "etag", "cache-control", "vary"] {
            assert_eq!(head.header(name), get.header(name), "{path} {name}");
        }
    }
}

#[test]
fn a_body_that_is_too_large_is_refused_announced_or_not() {
    let me = caller();
    let large = format!(r#"{{"alias": "{SECRET}", "kind": "friend", "label": "{}"}}"#, SECRET.repeat(20_000));
    me.post(large.as_bytes()).problem(413, "payload_too_large");
    let head = format!(
        "POST /v1/relationships HTTP/1.1\r\nHost: x\r\nConnection: close\r\nAuthorization: {}\r\n{}: {}\r\n",
        me.token, JSON.0, JSON.1
    );
    let chunk = |chunk: &[u8]| format!("{:x}\r\n{}\r\n", chunk.len(), String::from_utf8_lossy(chunk));
    let chunks = large.as_bytes().chunks(8_000).map(chunk).collect::<Vec<_>>().concat();
    let chunked = format!("{head}Transfer-Encoding: chunked\r\n\r\n{chunks}0\r\n\r\n");
    silent(exchange(me.service.address, chunked.as_bytes())).problem(413, "payload_too_large");
    let announced = format!("{head}Content-Length: 99999999\r\n\r\n{{}}");
    silent(exchange(me.service.address, announced.as_bytes())).problem(413, "payload_too_large");
    let endless = format!("{head}Content-Length: 99999999999999999999999999\r\n\r\n{{}}");
    let answer = silent(exchange(me.service.address, endless.as_bytes()));
    assert!((400..500).contains(&answer.status), "{}", answer.whole());
}

#[test]
fn a_body_that_ends_early_is_a_problem_or_nothing() {
    let me = caller();
    let cut = format!(
        "POST /v1/relationships HTTP/1.1\r\nHost: x\r\nConnection: close\r\nAuthorization: {}\r\n{}: {}\r\nContent-Length: 500\r\n\r\n{{\"alias\": \"{SECRET}\"",
        me.token, JSON.0, JSON.1
    );
    silent(exchange(me.service.address, cut.as_bytes())).problem(400, "invalid_json");
}

#[test]
fn a_body_of_another_kind_is_refused() {
    let me = caller();
    let body = br#"{"alias": "quokka77", "kind": "friend"}"#;
    for kind in
        ["text/plain", "application/x-www-form-urlencoded", "application/merge-patch+json", "application/jsonquokka77", "", "quokka77"]
    {
        me.send("POST /v1/relationships", &[("Content-Type", kind)], body).problem(415, "unsupported_media_type");
    }
    me.send("POST /v1/relationships", &[], body).problem(415, "unsupported_media_type");
    me.send("PATCH /v1/account", &[JSON, ("If-Match", "*")], b"{}").problem(415, "unsupported_media_type");
    let answer =
        me.send("POST /v1/relationships", &[("Content-Type", "Application/JSON; charset=utf-8")], br#"{"alias": "Sam", "kind": "friend"}"#);
    assert_eq!(answer.status, 201, "{}", answer.whole());
}

#[test]
fn headers_that_cannot_be_used_are_refused_or_left_aside() {
    let me = caller();
    let body = br#"{"alias": "Sam", "kind": "friend"}"#;
    let long = SECRET.repeat(50);
    for key in ["", long.as_str()] {
        me.send("POST /v1/relationships", &[JSON, ("Idempotency-Key", key)], body).problem(400, "invalid_parameter");
    }
    let tag = format!("\"{SECRET}\"");
    me.send("PATCH /v1/account", &[("Content-Type", "application/merge-patch+json"), ("If-Match", &tag)], b"{}")
        .problem(412, "precondition_failed");
    let odd = [
        ("Accept", SECRET),
        ("Accept-Language", SECRET),
        ("traceparent", SECRET),
        ("Prefer", SECRET),
        ("Request-Id", SECRET),
        ("X-Request-Id", SECRET),
    ];
    assert_eq!(me.send("GET /v1/account", &odd, b"").status, 200);
}

/// What the HTTP parser refuses itself never reaches the edge; it must still be short, silent and not a success.
#[test]
fn what_is_not_http_or_too_long_is_refused_and_not_repeated() {
    let me = caller();
    let address = me.service.address;
    let long = SECRET.repeat(20_000);
    for bytes in [
        format!("GET /v1/relationships/{long} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"),
        format!("GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\nX-Long: {long}\r\n\r\n"),
        format!("GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n{}\r\n", format!("X-Again: {SECRET}\r\n").repeat(200)),
        format!("{SECRET}\r\n\r\n"),
        format!("GET /{SECRET} HTTP/9.9\r\nHost: x\r\n\r\n"),
        format!("GET /healthz HTTP/1.1\r\nHost: x\r\nbad header {SECRET}\r\n\r\n"),
        format!("GET /a b/{SECRET} HTTP/1.1\r\nHost: x\r\n\r\n"),
    ] {
        let answer = silent(exchange(address, bytes.as_bytes()));
        assert!((400..500).contains(&answer.status), "{}", answer.whole());
        assert!(answer.body.len() < 1_000, "{}", answer.whole());
    }
    let within = "x".repeat(20_000);
    me.send(&format!("GET /v1/relationships/{within}"), &[], b"").problem(400, "invalid_parameter");
    Client::new(address, None).get("/healthz").expect(200);
}

#[actix_web::test]
async fn a_handler_that_panics_is_a_problem_that_says_nothing_of_why() {
    let panics = || async {
        assert!(SECRET.is_empty(), "{SECRET}");
        HttpResponse::Ok().finish()
    };
    let late = || async { Err::<HttpResponse, _>(actix_web::error::ErrorInternalServerError(SECRET)) };
    let app = App::new()
        .route("/panics", web::get().to(panics))
        .route("/fails", web::get().to(late))
        .wrap(middleware::from_fn(edge))
        .wrap(TracingLogger::<RequestSpan>::new());
    let app = actix::init_service(app).await;
    for path in ["/panics", "/fails"] {
        let request = actix::TestRequest::get().uri(path).to_request();
        let response = match actix::try_call_service(&app, request).await {
            Ok(response) => response.into_parts().1.map_into_boxed_body(),
            Err(error) => error.error_response(),
        };
        assert_eq!(response.status(), 500, "{path}");
        assert_eq!(response.headers().get(CONTENT_TYPE), Some(&HeaderValue::from_static("application/problem+json")));
        let id = response.headers().get("request-id").unwrap().to_str().unwrap().to_owned();
        let bytes = actix_web::body::to_bytes(response.into_body()).await.unwrap_or_default();
        let body: serde_json::Value = serde_json::from_slice(&bytes).unwrap();
        assert_eq!((&body["code"], &body["request_id"]), (&serde_json::json!("internal"), &serde_json::json!(id)), "{path}");
        assert!(!id.is_empty() && !body.to_string().contains(SECRET), "{body}");
    }
}
