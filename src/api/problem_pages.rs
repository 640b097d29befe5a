//! `/problems/{code}`: the page that a problem's `type` points to.

use actix_web::http::header::CONTENT_LANGUAGE;
use actix_web::{HttpResponse, get, web};

use super::conditions::AcceptLanguage;
use super::markup::escape;
use super::problem::{ALL, Problem, face};
use super::problem_words::Words;
use crate::kernel::Error;

/// Explain a problem
///
/// The page that a problem's `type` points to: what it means and what to do about it.
#[utoipa::path(
    tag = "service",
    security(()),
    params(("code" = String, Path, description = "The problem's code", max_length = 60, pattern = "^[a-z_]+$", example = "not_found")),
    responses((
        status = 200,
        description = "A page for people",
        body = String,
        content_type = "text/html",
        headers(("Content-Language" = String, description = "The language of the answer")),
        example = "<!doctype html><title>There is nothing here</title>",
    ))
)]
#[get("/problems/{code}")]
pub async fn explain_problem(code: web::Path<String>, reader: AcceptLanguage) -> Result<HttpResponse, Problem> {
    let known = ALL.iter().map(|code| face(*code)).find(|face| face.name == code.as_str());
    let face = known.ok_or_else(Error::not_found)?;
    let words = Words::accepted(reader.as_str());
    let page = format!(
        "<!doctype html>\n<html lang=\"{language}\" dir=\"{direction}\"><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width\"><title>{title}</title></head>\n\
         <body><main><h1>{title}</h1><p>{advice}</p>\
         <p>{code}: <code>{name}</code> · {status}: {number}</p></main></body></html>\n",
        language = words.language(),
        direction = words.direction(),
        title = escape(words.title(face.name)),
        advice = escape(words.advice(face.name)),
        code = escape(words.label("code")),
        status = escape(words.label("status")),
        name = face.name,
        number = face.status.as_u16(),
    );
    Ok(HttpResponse::Ok().content_type("text/html; charset=utf-8").insert_header((CONTENT_LANGUAGE, words.language())).body(page))
}
