//! The outermost layer: request ids, HEAD, panics, and one shape for every failure, the framework's own included.

use std::panic::AssertUnwindSafe;

use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header::{
    ALLOW, CACHE_CONTROL, CONTENT_LANGUAGE, CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue, RETRY_AFTER, VARY, WWW_AUTHENTICATE,
};
use actix_web::http::{Method, StatusCode};
use actix_web::middleware::Next;
use actix_web::{Error, HttpMessage, HttpResponse, ResponseError, web};
use futures_util::FutureExt;
use tracing_actix_web::RequestId;

use super::accept::Accept;
use super::conditions::AcceptLanguage;
use super::contract::Contract;
use super::fhir::outcome::{self, Outcome, PROBLEM_JSON};
use super::fhir::{FHIR_JSON, Sent};
use super::limits::Left;
use super::problem::{Pending, ProblemBody, face};
use super::problem_words::Words;
use crate::kernel::Code;

/// In which form a failure is told.
#[derive(Clone, Copy, Debug)]
pub(super) enum Told {
    Problem,
    /// To a FHIR client, which may have sent a resource.
    Outcome(Option<Sent>),
}

/// Wraps every request.
pub async fn edge(mut req: ServiceRequest, next: Next<impl MessageBody + 'static>) -> Result<ServiceResponse<BoxBody>, Error> {
    let request_id = id_of(&req);
    let reader = AcceptLanguage::lenient(req.headers());
    let contract = req.app_data::<web::Data<Contract>>().cloned();
    // HEAD is GET without the body (RFC 9110, section 9.3.2); the server leaves the body out by itself.
    if req.method() == Method::HEAD {
        req.head_mut().method = Method::GET;
    }
    let told = told_to(contract.as_ref().map(web::Data::get_ref), req.path(), req.headers());
    if let Some(allowed) = contract.as_ref().and_then(|contract| contract.refused(req.path(), req.method().as_str())) {
        let pending = Pending { code: Code::MethodNotAllowed, errors: Vec::new(), retry_after_seconds: None };
        let mut response = write(pending, &request_id, Some(allowed), told, &reader);
        finish(response.headers_mut(), &request_id, None);
        return Ok(req.into_response(response));
    }
    // The request must not be cloned before routing: the framework writes the match into its only owner.
    let response = match AssertUnwindSafe(next.call(req)).catch_unwind().await {
        Ok(Ok(response)) => response.map_into_boxed_body(),
        Ok(Err(error)) => return Err(Unrouted { code: code_of(error.as_response_error().status_code()), request_id, told, reader }.into()),
        Err(_) => {
            tracing::error!("a handler panicked");
            return Err(Unrouted { code: Code::Internal, request_id, told, reader }.into());
        }
    };
    let allowed = contract.filter(|_| response.status() == StatusCode::NOT_FOUND).and_then(|contract| contract.allowed(response.request()));
    let mut response = shape(response, &request_id, allowed, told, &reader);
    let left = response.request().extensions().get::<Left>().copied();
    finish(response.headers_mut(), &request_id, left);
    Ok(response)
}

/// What the request is called in the log; every request has a name by then.
fn id_of(req: &ServiceRequest) -> String {
    req.extensions().get::<RequestId>().map(ToString::to_string).unwrap_or_default()
}

/// A failure after which there is no request left to answer through; it brings its whole answer along.
#[derive(Debug)]
struct Unrouted {
    code: Code,
    request_id: String,
    told: Told,
    reader: AcceptLanguage,
}

impl std::fmt::Display for Unrouted {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(face(self.code).name)
    }
}

impl ResponseError for Unrouted {
    fn status_code(&self) -> StatusCode {
        face(self.code).status
    }

    fn error_response(&self) -> HttpResponse {
        let pending = Pending { code: self.code, errors: Vec::new(), retry_after_seconds: None };
        let mut response = write(pending, &self.request_id, None, self.told, &self.reader);
        finish(response.headers_mut(), &self.request_id, None);
        response
    }
}

/// In which form whoever sent this reads failures: resources that travel as FHIR fail as FHIR to those who ask for it.
fn told_to(contract: Option<&Contract>, path: &str, headers: &HeaderMap) -> Told {
    let sent = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let wanted = outcome::wanted(&Accept::of(headers), sent);
    if wanted && contract.is_some_and(|contract| contract.speaks_fhir(path)) { Told::Outcome(None) } else { Told::Problem }
}

/// Turns whatever failed into problem+json, or what stands for it to a FHIR client; leaves everything else alone.
fn shape(response: ServiceResponse, request_id: &str, allowed: Option<String>, told: Told, reader: &AcceptLanguage) -> ServiceResponse {
    let status = response.status();
    if !status.is_client_error() && !status.is_server_error() {
        return response;
    }
    let pending = response.response().extensions().get::<Pending>().cloned();
    // A route that exists under another method is found by nobody, so the framework says 404; we know better.
    let pending = match (pending, allowed.is_some()) {
        (None, true) => Pending { code: Code::MethodNotAllowed, errors: Vec::new(), retry_after_seconds: None },
        (Some(pending), _) => pending,
        (None, false) => Pending { code: code_of(status), errors: Vec::new(), retry_after_seconds: None },
    };
    let told = match told {
        Told::Problem => Told::Problem,
        Told::Outcome(_) => Told::Outcome(response.request().extensions().get::<Sent>().copied()),
    };
    let (request, _) = response.into_parts();
    ServiceResponse::new(request, write(pending, request_id, allowed, told, reader))
}

/// The one place where a failure gets its body, and with it its form and its language.
pub(super) fn write(pending: Pending, request_id: &str, allowed: Option<String>, told: Told, reader: &AcceptLanguage) -> HttpResponse {
    let words = Words::accepted(reader.as_str());
    let mut response = HttpResponse::build(face(pending.code).status);
    response.insert_header((CONTENT_LANGUAGE, words.language()));
    if let Some(seconds) = pending.retry_after_seconds {
        response.insert_header((RETRY_AFTER, seconds));
    }
    if pending.code == Code::MethodNotAllowed {
        response.insert_header((ALLOW, allowed.unwrap_or_default()));
    }
    if matches!(pending.code, Code::Unauthenticated | Code::TokenSuperseded) {
        response.insert_header((WWW_AUTHENTICATE, "Bearer"));
    }
    let (media_type, body) = match told {
        Told::Problem => (PROBLEM_JSON, serde_json::to_string(&ProblemBody::new(pending, request_id, words))),
        Told::Outcome(sent) => (FHIR_JSON, serde_json::to_string(&Outcome::new(&pending, request_id, sent, words))),
    };
    response.insert_header((CONTENT_TYPE, media_type)).body(body.unwrap_or_default())
}

/// The code for a failure that the framework made without asking us.
fn code_of(status: StatusCode) -> Code {
    match status {
        StatusCode::UNAUTHORIZED => Code::Unauthenticated,
        StatusCode::FORBIDDEN => Code::InsufficientScope,
        StatusCode::NOT_FOUND => Code::NotFound,
        StatusCode::METHOD_NOT_ALLOWED => Code::MethodNotAllowed,
        StatusCode::NOT_ACCEPTABLE => Code::NotAcceptable,
        StatusCode::REQUEST_TIMEOUT => Code::RequestTimeout,
        StatusCode::PAYLOAD_TOO_LARGE => Code::PayloadTooLarge,
        StatusCode::UNSUPPORTED_MEDIA_TYPE => Code::UnsupportedMediaType,
        StatusCode::TOO_MANY_REQUESTS => Code::TooManyRequests,
        StatusCode::SERVICE_UNAVAILABLE => Code::Unavailable,
        other if other.is_client_error() => Code::InvalidParameter,
        _ => Code::Internal,
    }
}

const REQUEST_ID: HeaderName = HeaderName::from_static("request-id");
const POLICY: HeaderName = HeaderName::from_static("ratelimit-policy");
const LEFT: HeaderName = HeaderName::from_static("ratelimit");
const KEPT_BY_NOBODY: HeaderValue = HeaderValue::from_static("no-store");
const BY_READER: HeaderValue = HeaderValue::from_static("Accept, Accept-Language, Authorization");

/// Headers that every answer carries; those that tell a browser what not to do are put in by `secure`.
pub(super) fn finish(headers: &mut HeaderMap, request_id: &str, left: Option<Left>) {
    if let Ok(value) = HeaderValue::from_str(request_id) {
        headers.insert(REQUEST_ID, value);
    }
    if let Some(left) = left {
        let (policy, state) = left.headers();
        for (name, value) in [(POLICY, policy), (LEFT, state)] {
            if let Ok(value) = HeaderValue::from_maybe_shared(web::Bytes::from(value)) {
                headers.insert(name, value);
            }
        }
    }
    // What belongs to a person is kept by nobody on the way; public content says otherwise itself.
    if !headers.contains_key(CACHE_CONTROL) {
        headers.insert(CACHE_CONTROL, KEPT_BY_NOBODY);
    }
    if !headers.contains_key(VARY) {
        headers.insert(VARY, BY_READER);
    }
}
