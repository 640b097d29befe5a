//! The monthly review over HTTP.

use actix_web::{HttpResponse, get, web};
use utoipa_actix_web::service_config::ServiceConfig;
use uuid::Uuid;

use super::model::Month;
use super::wire::ReviewView;
use super::{page, service};
use crate::api::accept::Accept;
use crate::api::auth::{Caller, DeriveTie};
use crate::api::conditions::{AcceptLanguage, Conditions};
use crate::api::printable;
use crate::api::problem::Problem;
use crate::api::reply;
use crate::content::{Shelf, Texts};
use crate::db::Db;
use crate::features::assessments::Jobs;
use crate::kernel::{Clock, Error, RelationshipId};

const JSON: &str = "application/json";
const HTML: &str = "text/html";

pub fn routes(config: &mut ServiceConfig) {
    config.service(get_monthly_review);
}

/// Read a monthly review
///
/// What one month held, strengths first, with one question to talk about: as JSON, or as a page to print and to show to the other
/// (`text/html`), by the Accept header. No pattern, no figure about a person and nothing to do is in it. Made when it is asked for and kept
/// nowhere; counted with computing, because it may take as much work. A month of which no
/// day is over is not found.
#[utoipa::path(
    tag = "assessments",
    params(
        ("relationship_id" = Uuid, Path, description = "The relationship's id"),
        ("month" = String, Path, description = "The month, in the account's time zone", min_length = 7, max_length = 7, pattern = "^[0-9]{4}-[0-9]{2}$", example = "2026-02"),
    ),
    responses(
        (status = 200, description = "The review", content(
            (ReviewView = "application/json"),
            (String = "text/html", example = json!("<!doctype html><title>Summary</title>")),
        ), headers(("Content-Language" = String, description = "The language of the answer"))),
        (status = 304, description = "The client holds this version"),
        (status = 406, description = "None of the offered forms is accepted"),
    )
)]
#[get("/v1/relationships/{relationship_id}/reviews/{month}")]
async fn get_monthly_review(
    caller: Caller<DeriveTie>,
    path: web::Path<(Uuid, String)>,
    accept: Accept,
    conditions: Conditions,
    db: web::Data<Db>,
    jobs: web::Data<Jobs>,
    clock: web::Data<Clock>,
    shelf: web::Data<Shelf>,
    texts: web::Data<Texts>,
    language: AcceptLanguage,
) -> Result<HttpResponse, Problem> {
    let form = accept.choose(&[JSON, HTML])?;
    let (relationship, month) = path.into_inner();
    let (relationship, month) = (RelationshipId(relationship), Month::parse(&month).ok_or_else(Error::not_found)?);
    let review = service::review(&db, &jobs, shelf.current(), caller.view(), relationship, month, clock.now()).await?;
    let phrases = texts.accepted(language.as_str());
    let answer = if form == HTML {
        printable::answer(&conditions, HTML, "summary.html", page::page(&review, phrases))
    } else {
        let view = ReviewView::new(relationship, &review, phrases);
        let tag = reply::tag_of_view(&view)?;
        reply::resource(&conditions, &tag, &view)
    };
    Ok(reply::speaking(answer, phrases.language))
}
