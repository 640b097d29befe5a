//! An assessment of evidence that comes with the request: nothing of it is stored.

use actix_web::{HttpResponse, post, web};

use super::{HTML, JSON, SVG};
use crate::api::accept::Accept;
use crate::api::auth::{Caller, Preview};
use crate::api::body::Body;
use crate::api::conditions::AcceptLanguage;
use crate::api::printable;
use crate::api::problem::Problem;
use crate::api::reply;
use crate::content::Texts;
use crate::db::Db;
use crate::features::assessments::jobs::Jobs;
use crate::features::assessments::model::Include;
use crate::features::assessments::service;
use crate::features::assessments::show::{self, Shown};
use crate::features::assessments::wire::{CreatePreview, IncludeQuery, PreviewView};
use crate::kernel::{Clock, Error};

/// The largest preview, in bytes: 20,000 entries of about a hundred.
const PREVIEW_BYTES: usize = 2 * 1024 * 1024;

/// Preview an assessment
///
/// Of evidence in the request, computed as a stored one is and then forgotten: to try the method, for logs that never leave
/// a device, for records that this service does not keep. As JSON, as a picture (`image/svg+xml`) or as a page to print
/// (`text/html`), by the Accept header.
#[utoipa::path(
    tag = "assessments",
    params(IncludeQuery),
    request_body = CreatePreview,
    responses(
        (status = 200, description = "What the evidence supports", content(
            (PreviewView = "application/json"),
            (String = "image/svg+xml", example = json!("<svg xmlns=\"http://www.w3.org/2000/svg\"></svg>")),
            (String = "text/html", example = json!("<!doctype html><title>Summary</title>")),
        ), headers(("Content-Language" = String, description = "The language of the answer"))),
        (status = 406, description = "None of the offered forms is accepted"),
    )
)]
#[post("/v1/assessments/preview")]
pub async fn preview_assessment(
    caller: Caller<Preview>,
    query: web::Query<IncludeQuery>,
    accept: Accept,
    db: web::Data<Db>,
    jobs: web::Data<Jobs>,
    clock: web::Data<Clock>,
    texts: web::Data<Texts>,
    language: AcceptLanguage,
    body: Body<CreatePreview, PREVIEW_BYTES>,
) -> Result<HttpResponse, Problem> {
    let form = accept.choose(&[JSON, SVG, HTML])?;
    let evidence = body.0.parse().map_err(Error::invalid)?;
    let asked = (evidence, Include::from(&*query));
    let computed = service::preview(&db, &jobs, caller.view(), asked, clock.now()).await?;
    let phrases = texts.accepted(language.as_str());
    let shown = Shown { computed: &computed, alias: None, phrases };
    let answer = match form {
        SVG => printable::answer_once(SVG, "summary.svg", show::picture(&shown)),
        HTML => printable::answer_once(HTML, "summary.html", show::report(&shown)),
        _ => HttpResponse::Ok().json(PreviewView::new(computed, phrases)),
    };
    Ok(reply::speaking(answer, phrases.language))
}
