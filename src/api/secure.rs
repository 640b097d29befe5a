//! What every answer tells a browser not to do with it, and from which web pages it may be read.

use actix_cors::Cors;
use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header::{
    CONTENT_SECURITY_POLICY, CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue, REFERRER_POLICY, STRICT_TRANSPORT_SECURITY,
    X_CONTENT_TYPE_OPTIONS,
};
use actix_web::middleware::Next;
use actix_web::{Error, HttpMessage, web};
use tracing_actix_web::RequestId;

use super::conditions::AcceptLanguage;
use super::edge::{Told, finish, write};
use super::problem::Pending;
use crate::config::Tls;
use crate::kernel::Code;

/// Nothing is loaded, framed or run by what this service says.
const NOTHING: HeaderValue = HeaderValue::from_static("default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'");
/// What swagger-ui needs to show the document: its own scripts and requests to here, and the styles and pictures in its own code.
const DOCS: HeaderValue = HeaderValue::from_static(
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; connect-src 'self'; base-uri 'none'; \
     form-action 'none'; frame-ancestors 'none'",
);
const PERMISSIONS: HeaderName = HeaderName::from_static("permissions-policy");
const NO_DEVICES: HeaderValue = HeaderValue::from_static(
    "accelerometer=(), camera=(), display-capture=(), geolocation=(), gyroscope=(), magnetometer=(), microphone=(), payment=(), usb=()",
);
const NO_SNIFFING: HeaderValue = HeaderValue::from_static("nosniff");
const NO_REFERRER: HeaderValue = HeaderValue::from_static("no-referrer");
/// A year (RFC 6797); a browser that has seen it speaks to this host over TLS alone.
const HSTS: HeaderValue = HeaderValue::from_static("max-age=31536000");
/// How long a browser may remember the answer to a preflight, in seconds: ten minutes.
const PREFLIGHT: usize = 600;

/// Whether a proxy in front ends TLS, as the operator says.
#[derive(Clone, Copy, Debug)]
pub struct Declared(pub Tls);

/// Wraps every request, outside of what answers it and of what decides about other origins.
pub async fn secure(req: ServiceRequest, next: Next<impl MessageBody + 'static>) -> Result<ServiceResponse<BoxBody>, Error> {
    let tls = req.app_data::<web::Data<Declared>>().is_some_and(|declared| declared.0 == Tls::Proxy);
    let policy = if req.path() == "/docs" || req.path().starts_with("/docs/") { DOCS } else { NOTHING };
    match next.call(req).await {
        Ok(response) => {
            let mut response = shaped(response.map_into_boxed_body());
            put(response.headers_mut(), policy, tls);
            Ok(response)
        }
        Err(mut error) => {
            error.add_response_mapper(move |mut response| {
                put(response.headers_mut(), policy.clone(), tls);
                response
            });
            Err(error)
        }
    }
}

/// A preflight is answered before `edge` sees it: its answer is given what `edge` gives, its refusal the shape of a problem.
fn shaped(mut response: ServiceResponse) -> ServiceResponse {
    if response.headers().contains_key("request-id") {
        return response;
    }
    let request_id = response.request().extensions().get::<RequestId>().map(ToString::to_string).unwrap_or_default();
    if response.status().is_client_error() || response.status().is_server_error() {
        let pending = Pending { code: Code::InvalidParameter, errors: Vec::new(), retry_after_seconds: None };
        let reader = AcceptLanguage::lenient(response.request().headers());
        response = response.into_response(write(pending, &request_id, None, Told::Problem, &reader));
    }
    finish(response.headers_mut(), &request_id, None);
    response
}

fn put(headers: &mut HeaderMap, policy: HeaderValue, tls: bool) {
    headers.insert(X_CONTENT_TYPE_OPTIONS, NO_SNIFFING);
    headers.insert(REFERRER_POLICY, NO_REFERRER);
    headers.insert(PERMISSIONS, NO_DEVICES);
    // What is drawn or printed brings a narrower one of its own.
    if !headers.contains_key(CONTENT_SECURITY_POLICY) {
        headers.insert(CONTENT_SECURITY_POLICY, policy);
    }
    if tls {
        headers.insert(STRICT_TRANSPORT_SECURITY, HSTS);
    }
}

/// Lets web pages of these origins read answers. No cookie is ever looked at, so none is allowed to be sent.
pub fn cors(origins: &[String]) -> Cors {
    let asked = ["accept", "accept-language", "authorization", "if-match", "if-none-match", "idempotency-key", "prefer", "traceparent"];
    let told = ["content-language", "etag", "link", "location", "ratelimit", "ratelimit-policy", "request-id", "retry-after"];
    let cors = Cors::default()
        .allowed_methods(["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"])
        .allowed_headers(asked)
        .allowed_header(CONTENT_TYPE)
        .expose_headers(told)
        .max_age(PREFLIGHT);
    origins.iter().fold(cors, |cors, origin| cors.allowed_origin(origin))
}
