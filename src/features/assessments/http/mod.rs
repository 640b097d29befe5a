//! Assessments over HTTP.

mod preview;
mod timeline;

use std::sync::Arc;

use actix_web::{HttpRequest, HttpResponse, get, post, web};
use utoipa_actix_web::service_config::ServiceConfig;
use uuid::Uuid;

use super::jobs::Jobs;
use super::model::{Found, Include};
use super::service;
use super::show::{self, Shown};
use super::wire::{AssessmentPage, AssessmentView, CreateAssessment, IncludeQuery, OwnAssessmentView, Telling};
use crate::api::accept::Accept;
use crate::api::auth::{AssessTie, Caller, ReadLoan};
use crate::api::body::Body;
use crate::api::conditions::{AcceptLanguage, Conditions};
use crate::api::creating::Creating;
use crate::api::page::{PageQuery, next_of};
use crate::api::printable;
use crate::api::problem::Problem;
use crate::api::reply;
use crate::content::{Shelf, Texts};
use crate::db::Db;
use crate::kernel::{AssessmentId, Clock, Error, Keys, RelationshipId};

const JSON: &str = "application/json";
const SVG: &str = "image/svg+xml";
const HTML: &str = "text/html";

pub fn routes(config: &mut ServiceConfig) {
    config
        .service(create_assessment)
        .service(list_assessments)
        .service(get_assessment)
        .service(preview::preview_assessment)
        .service(timeline::get_timeline);
}

/// Compute an assessment
///
/// Of what is logged and answered in the window. The same evidence, window and method version answer 200 with what was
/// recorded before. Where there is not enough to go by, the answer says so, and what would help. `next_step` is one thing that could be
/// tried, where there is something to suggest.
#[utoipa::path(
    tag = "assessments",
    params(("relationship_id" = Uuid, Path, description = "The relationship's id"), IncludeQuery),
    request_body = CreateAssessment,
    responses((status = 201, description = "Computed and recorded", body = OwnAssessmentView, headers(("Content-Language" = String, description = "The language of the answer"))))
)]
#[post("/v1/relationships/{relationship_id}/assessments")]
async fn create_assessment(
    caller: Caller<AssessTie>,
    relationship: web::Path<Uuid>,
    query: web::Query<IncludeQuery>,
    creating: Creating,
    db: web::Data<Db>,
    jobs: web::Data<Jobs>,
    shelf: web::Data<Shelf>,
    texts: web::Data<Texts>,
    language: AcceptLanguage,
    body: Body<CreateAssessment>,
) -> Result<HttpResponse, Problem> {
    let (account, relationship, include) = (caller.account, RelationshipId(*relationship), Include::from(&*query));
    let more = if include.what_would_change { " with what would change" } else { "" };
    let creation = creating.of(account, &format!("assessments of {relationship}{more}"), &body.0, None)?;
    let (wanted, today) = (body.0.parse().map_err(Error::invalid)?, creation.now.date_naive());
    let catalogue = shelf.current();
    let work = service::compute(&db, &jobs, Arc::clone(&catalogue), caller.view(), relationship, (wanted, include), creation);
    let (made, circumstances) = work.await?;
    let location = format!("/v1/relationships/{relationship}/assessments/{}", made.value.id);
    let phrases = texts.accepted(language.as_str());
    let telling = Telling { catalogue: &catalogue, phrases, language: &language, today };
    let view = OwnAssessmentView::new(made.value.with(include), circumstances.as_ref(), &telling);
    let answer = reply::created(&creating.conditions, made.fresh, &location, &reply::tag_of_view(&view)?, &view);
    Ok(reply::speaking(answer, phrases.language))
}

/// List a relationship's assessments
///
/// Latest first.
#[utoipa::path(
    tag = "assessments",
    params(("relationship_id" = Uuid, Path, description = "The relationship's id"), PageQuery),
    responses((status = 200, description = "A page of assessments", body = AssessmentPage, headers(("Content-Language" = String, description = "The language of the answer"))))
)]
#[get("/v1/relationships/{relationship_id}/assessments")]
async fn list_assessments(
    caller: Caller<ReadLoan>,
    req: HttpRequest,
    relationship: web::Path<Uuid>,
    query: web::Query<PageQuery>,
    keys: web::Data<Keys>,
    db: web::Data<Db>,
    texts: web::Data<Texts>,
    language: AcceptLanguage,
) -> Result<HttpResponse, Problem> {
    let (account, relationship) = (caller.account, RelationshipId(*relationship));
    let list = format!("assessments {relationship}");
    let wanted = query.parse(&keys, account, &list)?;
    let page = service::list(&db, caller.view(), relationship, wanted).await?;
    let next = next_of(&req, &keys, account, &list, &page)?;
    let phrases = texts.accepted(language.as_str());
    let data = page.rows.into_iter().map(|row| AssessmentView::new(row.with(Include::default()), phrases)).collect();
    Ok(reply::speaking(reply::list(&next, &AssessmentPage { data, next_cursor: next.cursor.clone() }), phrases.language))
}

/// Read an assessment
///
/// As it was computed; `stale` says whether the evidence has changed since. As JSON, as a picture (`image/svg+xml`) or as a
/// page to print (`text/html`), by the Accept header. `next_step` is worked out with the answer, from what holds now; it is in no picture, page,
/// list or export.
#[utoipa::path(
    tag = "assessments",
    params(
        ("relationship_id" = Uuid, Path, description = "The relationship's id"),
        ("assessment_id" = Uuid, Path, description = "The assessment's id"),
        IncludeQuery,
    ),
    responses(
        (status = 200, description = "The assessment", content(
            (OwnAssessmentView = "application/json"),
            (String = "image/svg+xml", example = json!("<svg xmlns=\"http://www.w3.org/2000/svg\"></svg>")),
            (String = "text/html", example = json!("<!doctype html><title>Summary</title>")),
        ), headers(("Content-Language" = String, description = "The language of the answer"))),
        (status = 304, description = "The client holds this version"),
        (status = 406, description = "None of the offered forms is accepted"),
    )
)]
#[get("/v1/relationships/{relationship_id}/assessments/{assessment_id}")]
async fn get_assessment(
    caller: Caller<ReadLoan>,
    ids: web::Path<(Uuid, Uuid)>,
    query: web::Query<IncludeQuery>,
    accept: Accept,
    conditions: Conditions,
    db: web::Data<Db>,
    clock: web::Data<Clock>,
    shelf: web::Data<Shelf>,
    texts: web::Data<Texts>,
    language: AcceptLanguage,
) -> Result<HttpResponse, Problem> {
    let form = accept.choose(&[JSON, SVG, HTML])?;
    let (relationship, id) = (RelationshipId(ids.0), AssessmentId(ids.1));
    let Found { assessment, alias, circumstances } = service::get(&db, caller.view(), relationship, id, clock.now()).await?;
    let (assessment, phrases) = (assessment.with(Include::from(&*query)), texts.accepted(language.as_str()));
    let shown = Shown { computed: &assessment.computed, alias: Some(&alias), phrases };
    let answer = match form {
        SVG => printable::answer(&conditions, SVG, "summary.svg", show::picture(&shown)),
        HTML => printable::answer(&conditions, HTML, "summary.html", show::report(&shown)),
        _ => {
            let telling = Telling { catalogue: &shelf.current(), phrases, language: &language, today: clock.now().date_naive() };
            let view = OwnAssessmentView::new(assessment, circumstances.as_ref(), &telling);
            reply::resource(&conditions, &reply::tag_of_view(&view)?, &view)
        }
    };
    Ok(reply::speaking(answer, phrases.language))
}
