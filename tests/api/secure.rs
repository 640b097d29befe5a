//! What every answer tells a browser, and which web pages may read it.

use crate::support::document::{Document, Operation};
use crate::support::everything::path_for;
use crate::support::{Answer, Service};

const APP: &str = "https://app.example.org";
const OPEN_TO_APP: (&str, &str) = ("RECIPROCITY_CORS_ORIGINS", "https://app.example.org http://localhost:3000");

/// Every operation, asked by a stranger and by somebody, and addresses and methods that are none.
fn walk(service: &Service, mut look: impl FnMut(&str, &Answer)) {
    let (stranger, me) = (service.stranger(), service.someone());
    let mut statuses = std::collections::BTreeSet::new();
    let mut seen = |name: &str, answer: &Answer| {
        statuses.insert(answer.status);
        look(name, answer);
    };
    // What ends the session or changes the password is asked by somebody else each time.
    let ends = |operation: &Operation| !operation.path.contains('{') && matches!(operation.method.as_str(), "DELETE" | "PUT");
    for operation in Document::of(service).operations() {
        let me = if ends(&operation) { service.someone() } else { me.clone() };
        let path = path_for(&me, &operation);
        seen(&operation.name(), &operation.send(&stranger, &path));
        seen(&operation.name(), &operation.send(&me, &path));
    }
    for path in ["/", "/nothing", "/docs", "/docs/", "/docs/swagger-ui.css", "/docs/nothing", "/v1/relationships/no-id", "/problems/none"] {
        seen(path, &stranger.get(path));
    }
    seen("TRACE", &stranger.send("TRACE", "/v1/account", None, Vec::new()));
    seen("no alias", &me.post("/v1/relationships", &serde_json::json!({})));
    seen("not JSON", &me.send("POST", "/v1/relationships", Some("application/json"), b"{".to_vec()));
    for status in [200, 201, 400, 401, 404, 405, 422] {
        assert!(statuses.contains(&status), "{status} is not among {statuses:?}");
    }
}

#[track_caller]
fn is_guarded(name: &str, answer: &Answer) {
    for (header, value) in [("x-content-type-options", "nosniff"), ("referrer-policy", "no-referrer")] {
        assert_eq!(answer.header(header), value, "{name} {}", answer.status);
    }
    assert!(answer.header("permissions-policy").contains("geolocation=()"), "{name} {}", answer.status);
    let policy = answer.header("content-security-policy");
    for part in ["default-src 'none'", "frame-ancestors 'none'"] {
        assert!(policy.contains(part), "{name} {}: {policy:?}", answer.status);
    }
    assert!(!answer.header("request-id").is_empty(), "{name}");
}

#[test]
fn every_answer_of_every_path_says_what_a_browser_must_not_do_with_it() {
    let service = Service::start();
    walk(&service, |name, answer| {
        is_guarded(name, answer);
        assert_eq!(answer.header("strict-transport-security"), "", "{name}: nobody said that there is TLS");
        assert_eq!(answer.header("access-control-allow-origin"), "", "{name}");
    });
}

#[test]
fn behind_tls_every_answer_says_so() {
    let service = Service::with(&[("RECIPROCITY_TLS", "proxy")]);
    walk(&service, |name, answer| assert_eq!(answer.header("strict-transport-security"), "max-age=31536000", "{name} {}", answer.status));
}

#[test]
fn the_documentation_may_run_its_own_scripts_and_nothing_else_may() {
    let service = Service::start();
    let stranger = service.stranger();
    let policy = stranger.get("/docs/").header("content-security-policy");
    let directives: Vec<&str> = policy.split("; ").collect();
    assert!(directives.contains(&"script-src 'self'") && directives.contains(&"connect-src 'self'"), "{policy}");
    assert!(!stranger.get("/docs/").text.contains("<script>"), "a script in the page itself would not run");
    for path in ["/problems/not_found", "/v1/question-sets", "/docsx"] {
        let policy = stranger.get(path).header("content-security-policy");
        assert!(!policy.contains("script-src") && !policy.contains("'self'"), "{path}: {policy}");
    }
}

#[test]
fn without_origins_no_web_page_may_ask() {
    let service = Service::start();
    let page = service.stranger().with("origin", APP);
    let answer = page.get("/v1/question-sets");
    assert_eq!((answer.status, answer.header("access-control-allow-origin")), (200, String::new()));
    let preflight = page.with("access-control-request-method", "POST").send("OPTIONS", "/v1/sessions", None, Vec::new());
    preflight.problem(405, "method_not_allowed");
    assert_eq!(preflight.header("access-control-allow-origin"), "");
}

#[test]
fn a_page_of_an_origin_that_is_named_may_read_every_answer_failures_included() {
    let service = Service::with(&[OPEN_TO_APP]);
    let page = service.stranger().with("origin", APP);
    for (answer, status) in
        [(page.get("/v1/question-sets"), 200), (page.get("/v1/account"), 401), (page.get("/nothing"), 404), (page.delete("/healthz"), 405)]
    {
        assert_eq!((answer.status, answer.header("access-control-allow-origin")), (status, APP.to_owned()));
        assert!(answer.header("access-control-expose-headers").to_lowercase().contains("etag"));
        assert_eq!(answer.header("access-control-allow-credentials"), "");
        assert!(answer.header("vary").contains("Origin"), "{}", answer.header("vary"));
        is_guarded("CORS", &answer);
    }
    let elsewhere = service.stranger().get("/v1/question-sets");
    assert!(elsewhere.header("vary").contains("Origin") && elsewhere.header("vary").contains("Accept-Language"));
}

#[test]
fn a_page_of_another_origin_may_read_nothing() {
    let service = Service::with(&[OPEN_TO_APP]);
    for origin in
        ["https://evil.example", "https://app.example.org.evil.example", "http://app.example.org", "https://app.example.org:8443", "null"]
    {
        let page = service.stranger().with("origin", origin);
        let answer = page.get("/v1/question-sets");
        assert_eq!((answer.status, answer.header("access-control-allow-origin")), (200, String::new()), "{origin}");
        let preflight = page.with("access-control-request-method", "POST").send("OPTIONS", "/v1/sessions", None, Vec::new());
        preflight.problem(400, "invalid_parameter");
        assert_eq!(preflight.header("access-control-allow-origin"), "", "{origin}");
        is_guarded(origin, &preflight);
    }
}

#[test]
fn a_preflight_is_answered_for_what_the_service_takes() {
    let service = Service::with(&[OPEN_TO_APP]);
    let page = service.stranger().with("origin", "http://localhost:3000");
    let ask = |method: &str, headers: &str| {
        let page = page.with("access-control-request-method", method).with("access-control-request-headers", headers);
        page.send("OPTIONS", "/v1/account", None, Vec::new())
    };
    let answer = ask("PATCH", "authorization,content-type,if-match,idempotency-key");
    assert_eq!((answer.status, answer.header("access-control-allow-origin")), (200, "http://localhost:3000".to_owned()), "{}", answer.text);
    assert!(answer.header("access-control-allow-methods").contains("PATCH"));
    assert_eq!(answer.header("access-control-max-age"), "600");
    assert!(answer.header("vary").contains("Origin"));
    is_guarded("preflight", &answer);
    ask("PATCH", "x-unheard-of").problem(400, "invalid_parameter");
}

#[test]
fn whom_to_tell_of_a_weakness_is_said_where_the_operator_said_it() {
    Service::start().stranger().get("/.well-known/security.txt").problem(404, "not_found");
    let service = Service::with(&[
        ("RECIPROCITY_SECURITY_CONTACT", "mailto:security@example.org https://example.org/report"),
        ("RECIPROCITY_SECURITY_EXPIRES", "2027-01-31T00:00:00Z"),
    ]);
    let answer = service.stranger().get("/.well-known/security.txt");
    let lines: Vec<&str> = answer.text.lines().collect();
    assert_eq!(lines, ["Contact: mailto:security@example.org", "Contact: https://example.org/report", "Expires: 2027-01-31T00:00:00Z"]);
    assert_eq!((answer.status, answer.header("content-type")), (200, "text/plain; charset=utf-8".to_owned()));
}
