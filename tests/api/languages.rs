//! Everything that speaks, speaks the reader's language: chosen by lookup (RFC 4647), said in Content-Language, and named in Vary so that
//! no cache hands one reader another's. A name that is written the other way disorders nothing around it.

use std::collections::BTreeMap;

use actix_web::{App, HttpResponse, middleware, test as actix, web};
use reciprocity::api::edge::edge;
use reciprocity::telemetry::RequestSpan;
use serde_json::{Value, json};
use tracing_actix_web::TracingLogger;

use crate::support::document::Document;
use crate::support::everything::path_for;
use crate::support::{Answer, Client, Running, Service};

const LANGUAGES: [&str; 5] = ["en", "de", "es", "fr", "pt-BR"];

/// What is asked for, and what is answered.
const ASKED: [(&str, &str); 16] = [
    ("de", "de"),
    ("de-CH-1996", "de"),
    ("DE-at", "de"),
    ("es-419", "es"),
    ("fr;q=0.2, es;q=0.8", "es"),
    ("tlh, fr-CA;q=0.5, de;q=0.4", "fr"),
    ("en, de", "en"),
    ("pt-BR", "pt-BR"),
    ("pt-br-x-you", "pt-BR"),
    // A range is never lengthened: whoever asks for European Portuguese, or for any, is not given Brazilian unasked.
    ("pt-PT", "en"),
    ("pt", "en"),
    ("pt-PT, pt-BR;q=0.9", "pt-BR"),
    ("*", "en"),
    ("tlh, *;q=0.5", "en"),
    ("de-CH, de;q=0, fr;q=0.1", "fr"),
    ("de;q=2, fr;q=0.001", "fr"),
];

/// Everything that one account can read which speaks, each as a way to ask for it.
struct Speaking {
    service: Service,
    me: Client,
    paths: Vec<(&'static str, String, &'static str)>,
}

fn everything_that_speaks(alias: &str) -> Speaking {
    let service = Service::start();
    let me = service.someone();
    let made = me.post("/v1/relationships", &json!({"alias": alias, "kind": "friend", "kept_by": "neither"})).expect(201);
    let tie = format!("/v1/relationships/{}", made["id"].as_str().unwrap());
    let entries: Vec<Value> = (0..40).map(|n| entry(&made["id"], n)).collect();
    me.post("/v1/interactions/batch", &json!({"items": entries})).expect(200);
    let assessment = me.post(&format!("{tie}/assessments"), &json!({})).header("location");
    let json = "application/json";
    let paths = vec![
        ("GET", "/v1/question-sets".to_owned(), json),
        ("GET", "/v1/question-sets/partner-check?version=1".to_owned(), json),
        ("GET", "/problems/not_found".to_owned(), "text/html"),
        ("POST", format!("{tie}/assessments"), json),
        ("GET", format!("{tie}/assessments"), json),
        ("GET", format!("{tie}/timeline"), json),
        ("GET", format!("{tie}/question-sets"), json),
        ("GET", assessment.clone(), json),
        ("GET", assessment.clone(), "image/svg+xml"),
        ("GET", assessment, "text/html"),
        ("POST", "/v1/assessments/preview".to_owned(), json),
        ("POST", "/v1/assessments/preview".to_owned(), "image/svg+xml"),
        ("POST", "/v1/assessments/preview".to_owned(), "text/html"),
    ];
    Speaking { service, me, paths }
}

fn entry(tie: &Value, n: u64) -> Value {
    let day = chrono::NaiveDate::from_ymd_opt(2025, 12, 1).unwrap() + chrono::Days::new(n * 2);
    let actor = if n.is_multiple_of(8) { "them" } else { "me" };
    json!({"relationship_id": tie, "interaction": {"actor": actor, "dimension": "initiation", "occurred_at": format!("{day}T10:00:00Z")}})
}

impl Speaking {
    fn ask(&self, (method, path, accept): &(&str, String, &str), language: Option<&str>) -> Answer {
        let client = language.map_or_else(|| self.me.clone(), |language| self.me.with("accept-language", language));
        let body = if *method == "POST" { b"{}".to_vec() } else { Vec::new() };
        let kind = (*method == "POST").then_some("application/json");
        let answer = client.with("accept", accept).send(method, path, kind, body);
        assert!(matches!(answer.status, 200 | 201), "{method} {path}: {}", answer.text);
        answer
    }
}

fn varies_by_language(answer: &Answer) -> bool {
    answer.header("vary").split(", ").any(|name| name.eq_ignore_ascii_case("accept-language"))
}

#[test]
fn every_answer_that_speaks_takes_the_language_that_suits_best_and_says_so() {
    let all = everything_that_speaks("Sam");
    for asked in &all.paths {
        for (wanted, served) in ASKED {
            let answer = all.ask(asked, Some(wanted));
            assert_eq!(answer.header("content-language"), served, "{asked:?} {wanted}");
            assert!(varies_by_language(&answer), "{asked:?}");
        }
        assert_eq!(all.ask(asked, None).header("content-language"), "en", "{asked:?}");
    }
}

#[test]
fn each_language_says_it_otherwise_and_under_another_tag() {
    let all = everything_that_speaks("Sam");
    for asked in &all.paths {
        let answers = LANGUAGES.map(|language| all.ask(asked, Some(language)));
        for (one, other) in answers.iter().zip(&answers[1..]) {
            assert_ne!(one.text, other.text, "{asked:?}");
            assert!(one.header("etag").is_empty() || one.header("etag") != other.header("etag"), "{asked:?}");
        }
        for (answer, language) in answers.iter().zip(LANGUAGES) {
            let page = answer.text.starts_with("<!doctype html>");
            assert!(!page || answer.text.contains(&format!("<html lang=\"{language}\" dir=\"ltr\">")), "{:.200}", answer.text);
            let picture = answer.text.starts_with("<svg");
            assert!(!picture || answer.text.contains(&format!(" lang=\"{language}\"")), "{:.400}", answer.text);
        }
    }
}

#[test]
fn what_a_reader_holds_is_not_sent_again_in_that_language_and_is_in_another() {
    let all = everything_that_speaks("Sam");
    for asked in all.paths.iter().filter(|asked| asked.0 == "GET") {
        let german = all.me.with("accept", asked.2).with("accept-language", "de");
        let tag = german.get(&asked.1).header("etag");
        if tag.is_empty() {
            continue;
        }
        let held = german.with("if-none-match", &tag).get(&asked.1);
        assert_eq!((held.status, held.text.as_str(), held.header("etag")), (304, "", tag.clone()), "{asked:?}");
        assert!(varies_by_language(&held), "{asked:?}");
        let french = all.me.with("accept", asked.2).with("accept-language", "fr").with("if-none-match", &tag).get(&asked.1);
        assert_eq!(french.status, 200, "{asked:?}");
    }
}

#[test]
fn the_document_says_of_every_operation_that_speaks_how_to_choose_its_language() {
    let all = everything_that_speaks("Sam");
    let mut told = 0;
    for operation in Document::of(&all.service).operations() {
        if operation.method != "GET" {
            continue;
        }
        let answer = all.me.with("accept-language", "fr").get(&path_for(&all.me, &operation));
        let speaks = answer.status == 200 && !answer.header("content-language").is_empty();
        let takes = operation.parameters("header").iter().any(|parameter| parameter["name"] == "Accept-Language");
        assert_eq!(speaks, takes, "{}", operation.name());
        told += usize::from(takes);
    }
    assert!(told >= 6, "{told}");
}

/// The titles and advice of problems in one language, as their file has them.
fn words(language: &str) -> BTreeMap<String, String> {
    let file = format!("{}/content/problems/{language}.json", env!("CARGO_MANIFEST_DIR"));
    serde_json::from_slice(&std::fs::read(file).unwrap()).unwrap()
}

/// A problem is one in this language, with the same code, type and status as in any other.
#[track_caller]
fn is_problem_in(language: &str, answer: &Answer) -> String {
    let body = answer.json();
    let code = body["code"].as_str().unwrap().to_owned();
    answer.problem(answer.status, &code);
    let words = words(language);
    assert_eq!(body["title"], words[&format!("{code}.title")], "{language}");
    assert_eq!(body["detail"], words[&format!("{code}.advice")], "{language}");
    assert_eq!(answer.header("content-language"), language, "{code}");
    assert!(varies_by_language(answer), "{code}: {}", answer.header("vary"));
    code
}

#[test]
fn problems_speak_the_readers_language_wherever_they_are_made() {
    let service = Service::with(&[("RECIPROCITY_CORS_ORIGINS", "https://app.example.org"), ("RECIPROCITY_LIMIT_PREVIEWS", "1")]);
    let me = service.someone();
    me.post("/v1/assessments/preview", &json!({})).expect(200);
    for language in LANGUAGES {
        let (me, stranger) = (me.with("accept-language", language), service.stranger().with("accept-language", language));
        let preflight = stranger.with("origin", "https://elsewhere.example").with("access-control-request-method", "POST");
        let json = Some("application/json");
        let large = format!("{{\"alias\": \"{}\"}}", "x".repeat(200_000)).into_bytes();
        let answers = [
            (stranger.get("/v1/nothing"), "not_found"),
            (stranger.get("/v1/question-sets/none"), "not_found"),
            (stranger.get("/v1/question-sets?kind=boss"), "invalid_parameter"),
            (me.get("/v1/relationships/123"), "invalid_parameter"),
            (stranger.get("/v1/account"), "unauthenticated"),
            (stranger.delete("/healthz"), "method_not_allowed"),
            (me.send("PUT", "/v1/relationships/01980000-0000-7000-8000-000000000001", json, b"{}".to_vec()), "method_not_allowed"),
            (preflight.send("OPTIONS", "/v1/sessions", None, Vec::new()), "invalid_parameter"),
            (me.send("POST", "/v1/relationships", json, b"{".to_vec()), "invalid_json"),
            (me.send("POST", "/v1/relationships", json, large), "payload_too_large"),
            (me.send("POST", "/v1/relationships", Some("text/plain"), b"x".to_vec()), "unsupported_media_type"),
            (me.post("/v1/relationships", &json!({"alias": "", "kind": "friend"})), "validation_failed"),
            (me.post("/v1/assessments/preview", &json!({})), "too_many_requests"),
            (me.patch_as_is("/v1/account", &json!({})), "precondition_required"),
        ];
        for (answer, code) in answers {
            assert_eq!(is_problem_in(language, &answer), code, "{language}");
        }
    }
}

#[test]
fn a_service_without_its_database_says_so_in_the_readers_language() {
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let service = Running::without_database(&format!("postgres://nobody:nothing@127.0.0.1:{port}/none"));
    let answer = Client::new(service.address, None).with("accept-language", "pt-BR, de;q=0.5").get("/readyz");
    assert_eq!(is_problem_in("pt-BR", &answer), "unavailable");
}

#[test]
fn a_header_that_cannot_be_read_is_refused_in_english() {
    let service = Service::start();
    let long = format!("de{}", ",de".repeat(400));
    let answer = service.stranger().with("accept-language", &long).get("/v1/question-sets");
    assert_eq!(is_problem_in("en", &answer), "invalid_parameter");
}

#[actix_web::test]
async fn a_handler_that_panics_is_told_of_in_the_readers_language() {
    let panics = || async {
        assert!(LANGUAGES.is_empty());
        HttpResponse::Ok().finish()
    };
    let fails = || async { Err::<HttpResponse, _>(actix_web::error::ErrorInternalServerError("no")) };
    let app = App::new().route("/panics", web::get().to(panics)).route("/fails", web::get().to(fails));
    let app = actix::init_service(app.wrap(middleware::from_fn(edge)).wrap(TracingLogger::<RequestSpan>::new())).await;
    for path in ["/panics", "/fails"] {
        let request = actix::TestRequest::get().uri(path).insert_header(("accept-language", "fr-BE")).to_request();
        let response = match actix::try_call_service(&app, request).await {
            Ok(response) => response.into_parts().1.map_into_boxed_body(),
            Err(error) => error.error_response(),
        };
        assert_eq!(response.headers().get("content-language").unwrap(), "fr", "{path}");
        let bytes = actix_web::body::to_bytes(response.into_body()).await.unwrap_or_default();
        let body: Value = serde_json::from_slice(&bytes).unwrap();
        assert_eq!((&body["title"], &body["code"]), (&json!(words("fr")["internal.title"]), &json!("internal")), "{path}");
    }
}

#[test]
fn the_page_of_a_problem_is_there_in_every_language() {
    let service = Service::start();
    for language in LANGUAGES {
        let words = words(language);
        for key in words.keys().filter_map(|key| key.strip_suffix(".title")) {
            let page = service.stranger().with("accept-language", language).get(&format!("/problems/{key}"));
            let expected = words[&format!("{key}.title")].replace('\'', "&#39;");
            assert!(page.status == 200 && page.text.contains(&format!("<h1>{expected}</h1>")), "{language} {key}: {}", page.text);
        }
    }
}

/// Written from right to left, with a number, and one of both directions.
const ALIASES: [&str; 3] = ["سلمى", "דנה 2", "Sam (שלום) 3"];

#[test]
fn an_alias_written_the_other_way_is_kept_apart_from_what_stands_around_it() {
    for alias in ALIASES {
        let all = everything_that_speaks(alias);
        for language in LANGUAGES {
            for asked in all.paths.iter().filter(|asked| asked.1.contains("/assessments/") && asked.0 == "GET") {
                let answer = all.ask(asked, Some(language));
                let around = answer.text.split(alias).collect::<Vec<_>>();
                match asked.2 {
                    "text/html" => {
                        assert_eq!(around.len(), 2, "the alias stands once in the page");
                        assert!(around[0].ends_with("<bdi>") && around[1].starts_with("</bdi>"), "{language}");
                    }
                    "image/svg+xml" => {
                        assert_eq!(around.len(), 3, "the alias stands in the title that is drawn and in the one that is read out");
                        let isolated = |pair: &[&str]| pair[0].ends_with('\u{2068}') && pair[1].starts_with('\u{2069}');
                        assert!(around.windows(2).all(isolated), "{language}");
                    }
                    _ => assert_eq!(around.len(), 1, "no sentence of an assessment names anybody: {}", answer.text),
                }
            }
        }
    }
}

#[test]
fn figures_and_days_are_written_as_the_language_writes_them() {
    let all = everything_that_speaks("Sam");
    let asked = |language| {
        all.ask(all.paths.iter().find(|asked| asked.1.contains("/assessments/") && asked.2 == "text/html").unwrap(), Some(language))
    };
    for (language, from, to) in [
        ("en", "3 September 2025", "1 March 2026"),
        ("de", "3. September 2025", "1. März 2026"),
        ("es", "3 de septiembre de 2025", "1 de marzo de 2026"),
        ("fr", "3 septembre 2025", "1 mars 2026"),
        ("pt-BR", "3 de setembro de 2025", "1 de março de 2026"),
    ] {
        let page = asked(language).text;
        assert!(page.contains(&format!("<bdi>{from}</bdi> – <bdi>{to}</bdi>")), "{language}: {page:.900}");
        let (ours, others) = if language == "en" { ("+0.", "+0,") } else { ("+0,", "+0.") };
        let table = page.split("<tbody>").nth(1).unwrap().split("</tbody>").next().unwrap();
        assert!(table.contains(ours) && !table.contains(others), "{language}: {table}");
    }
}
