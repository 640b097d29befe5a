//! Answers that are the same for everybody: cached on the way, told apart by language, recognised by their bytes.

use actix_web::HttpResponse;
use actix_web::http::header::{CACHE_CONTROL, CONTENT_LANGUAGE, CONTENT_TYPE, ETAG, VARY};
use aws_lc_rs::digest::{SHA256, digest};
use data_encoding::HEXLOWER;
use serde::Serialize;

use super::conditions::Conditions;
use super::problem::Problem;
use crate::kernel::Error;

/// Content is immutable once published, but what is new should be seen within minutes.
const CACHED: &str = "public, max-age=300";

/// Public content in these languages: 304 where the client holds it already. The strong tag is the SHA-256 of the very bytes
/// sent, so that a server which writes the same content otherwise gives it another tag (RFC 9110, section 8.8.1).
pub fn content(conditions: &Conditions, languages: &str, body: &impl Serialize) -> Result<HttpResponse, Problem> {
    let bytes = serde_json::to_vec(body).map_err(Error::internal)?;
    let tag = format!("\"{}\"", HEXLOWER.encode(digest(&SHA256, &bytes).as_ref()));
    let held = conditions.holds(&tag);
    let mut response = if held { HttpResponse::NotModified() } else { HttpResponse::Ok() };
    response.insert_header((ETAG, tag)).insert_header((CACHE_CONTROL, CACHED)).insert_header((VARY, "Accept-Language"));
    if !languages.is_empty() {
        response.insert_header((CONTENT_LANGUAGE, languages));
    }
    if held {
        return Ok(response.finish());
    }
    Ok(response.insert_header((CONTENT_TYPE, "application/json")).body(bytes))
}
