//! `/problems/{code}`: the page that a problem's `type` points to.

use actix_web::{HttpResponse, get, web};

use super::problem::{ALL, Problem, face};
use crate::kernel::Error;

/// Explain a problem
///
/// The page that a problem's `type` points to: what it means and what to do about it.
#[utoipa::path(
    tag = "service",
    security(()),
    params(("code" = String, Path, description = "The problem's code", max_length = 60, pattern = "^[a-z_]+$", example = "not_found")),
    responses((status = 200, description = "A page for people", body = String, content_type = "text/html", example = "<!doctype html><title>There is nothing here</title>"))
)]
#[get("/problems/{code}")]
pub async fn explain_problem(code: web::Path<String>) -> Result<HttpResponse, Problem> {
    let known = ALL.iter().map(|code| face(*code)).find(|face| face.name == code.as_str());
    let face = known.ok_or_else(Error::not_found)?;
    Ok(HttpResponse::Ok().content_type("text/html; charset=utf-8").body(format!(
        "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\">\
         <title>{title}</title></head>\n<body><main><h1>{title}</h1><p>{advice}</p>\
         <p>Code <code>{name}</code>, status {status}.</p></main></body></html>\n",
        title = face.title,
        advice = face.advice,
        name = face.name,
        status = face.status.as_u16(),
    )))
}
