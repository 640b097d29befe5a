//! Pages and pictures that people look at: nothing in them runs or is fetched, and their names say nothing about anyone.

use actix_web::http::header::{CONTENT_DISPOSITION, CONTENT_SECURITY_POLICY, CONTENT_TYPE, ETAG};
use actix_web::{HttpResponse, HttpResponseBuilder};

use super::conditions::Conditions;
use super::markup::escape;
use super::reply;
use crate::content::{Phrases, direction};

/// Nothing in a picture or page may run or be fetched.
const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; sandbox";

/// How every page looks, on a screen that is light or dark and on paper.
pub const STYLE: &str = "\
    :root{color-scheme:light dark}body{font:16px/1.5 system-ui,sans-serif;margin:0 auto;max-width:46rem;padding:1.5rem}\
    h1{font-size:1.5rem;margin:0 0 .25rem}h2{font-size:1.15rem;margin:2rem 0 .5rem}p{margin:.4rem 0}.soft-text{opacity:.75}\
    table{border-collapse:collapse;width:100%}th,td{text-align:start;padding:.35rem .6rem .35rem 0;border-bottom:1px solid #8886;vertical-align:top}\
    td.n{font-variant-numeric:tabular-nums;white-space:nowrap}svg{width:100%;height:auto}li{margin:.5rem 0}\
    @media print{body{max-width:none;padding:0}section{break-inside:avoid}}";

/// What every page ends with.
pub const END: &str = "</main></body></html>\n";

/// What every page begins with. `style` is its own, beside [`STYLE`]. The title is written on the tab and into the browser's history, where
/// somebody else may look: it says nothing of what the page is about.
#[must_use]
pub fn begin(phrases: Phrases<'_>, style: &str) -> String {
    format!(
        "<!doctype html>\n<html lang=\"{lang}\" dir=\"{dir}\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\">\
         <meta name=\"referrer\" content=\"no-referrer\"><title>{tab}</title><style>{STYLE}{style}</style></head>\n<body><main>",
        lang = escape(phrases.language),
        dir = direction(phrases.language),
        tab = escape(phrases.get("label.tab")),
    )
}

/// The answer with this page or picture, or 304 where the client holds it already.
#[must_use]
pub fn answer(conditions: &Conditions, media_type: &str, name: &str, body: String) -> HttpResponse {
    let tag = reply::tag_of(body.as_bytes());
    if conditions.holds(&tag) {
        return HttpResponse::NotModified().insert_header((ETAG, tag)).finish();
    }
    let mut response = look_at(media_type, name);
    response.insert_header((ETAG, tag)).body(body)
}

/// The answer with something that nobody can come back to: it has no tag.
#[must_use]
pub fn answer_once(media_type: &str, name: &str, body: String) -> HttpResponse {
    look_at(media_type, name).body(body)
}

fn look_at(media_type: &str, name: &str) -> HttpResponseBuilder {
    let mut response = HttpResponse::Ok();
    response
        .insert_header((CONTENT_TYPE, format!("{media_type}; charset=utf-8")))
        .insert_header((CONTENT_SECURITY_POLICY, POLICY))
        .insert_header((CONTENT_DISPOSITION, format!("inline; filename=\"{name}\"")));
    response
}
