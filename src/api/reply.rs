//! Successful answers, built one way: entity tags, 304, Location, `Prefer: return=minimal`.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::http::header::{CONTENT_LANGUAGE, CONTENT_TYPE, ETAG, HeaderValue, LINK, LOCATION};
use serde::Serialize;

use super::conditions::Conditions;
use super::fhir::Form;
use super::page::Next;
use crate::kernel::Error;

/// A stored thing: 304 where the client holds it already.
pub fn resource(conditions: &Conditions, etag: &str, body: &impl Serialize) -> HttpResponse {
    if conditions.holds(etag) {
        return HttpResponse::NotModified().insert_header((ETAG, etag)).finish();
    }
    HttpResponse::Ok().insert_header((ETAG, etag)).json(body)
}

/// A thing just made (201), or made earlier by the same request (200); 204 where no body is wanted.
pub fn created(conditions: &Conditions, fresh: bool, location: &str, etag: &str, body: &impl Serialize) -> HttpResponse {
    let status = match (conditions.minimal, fresh) {
        (true, _) => StatusCode::NO_CONTENT,
        (false, true) => StatusCode::CREATED,
        (false, false) => StatusCode::OK,
    };
    let mut response = HttpResponse::build(status);
    response.insert_header((LOCATION, location));
    // Whoever may not see what is stored does not learn either whether it was changed since.
    if !conditions.blind || fresh {
        response.insert_header((ETAG, etag));
    }
    if conditions.minimal {
        return response.insert_header(("Preference-Applied", "return=minimal")).finish();
    }
    response.json(body)
}

/// A thing just changed.
pub fn changed(conditions: &Conditions, etag: &str, body: &impl Serialize) -> HttpResponse {
    if conditions.minimal {
        let mut response = HttpResponse::NoContent();
        return response.insert_header((ETAG, etag)).insert_header(("Preference-Applied", "return=minimal")).finish();
    }
    HttpResponse::Ok().insert_header((ETAG, etag)).json(body)
}

/// Says in which languages the answer speaks (BCP 47 tags, separated by commas), where it says anything.
#[must_use]
pub fn speaking(mut response: HttpResponse, languages: &str) -> HttpResponse {
    let silent = languages.is_empty() || response.status() == StatusCode::NO_CONTENT;
    if let Some(language) = HeaderValue::from_str(languages).ok().filter(|_| !silent) {
        response.headers_mut().insert(CONTENT_LANGUAGE, language);
    }
    response
}

/// The same answer, said to be in this form; one without a body stays as it is.
#[must_use]
pub fn in_form(form: Form, mut response: HttpResponse) -> HttpResponse {
    if let Some(media_type) = response.headers_mut().get_mut(CONTENT_TYPE) {
        *media_type = HeaderValue::from_static(form.media_type());
    }
    response
}

/// The entity tag of what is computed when it is read, and has no version: of its bytes.
pub fn tag_of_view<T: Serialize>(view: &T) -> Result<String, Error> {
    Ok(tag_of(&serde_json::to_vec(view).map_err(Error::internal)?))
}

/// The strong entity tag of these very bytes, for what depends on more than a stored version: language, form, program.
#[must_use]
pub fn tag_of(bytes: &[u8]) -> String {
    let digest = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, bytes);
    format!("\"{}\"", data_encoding::HEXLOWER.encode(digest.as_ref()))
}

/// A page of a list, with a Link to the next where there is one.
pub fn list(next: &Next, body: &impl Serialize) -> HttpResponse {
    let mut response = HttpResponse::Ok();
    if let Some(link) = &next.link {
        response.insert_header((LINK, link.as_str()));
    }
    response.json(body)
}

/// Done, nothing to say.
#[must_use]
pub fn nothing() -> HttpResponse {
    HttpResponse::NoContent().finish()
}
