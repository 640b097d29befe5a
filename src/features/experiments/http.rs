//! Step-back tests over HTTP: for a session that reaches the whole account, because what was answered to the safety screen has a part in
//! whether there can be one.

use actix_web::{HttpRequest, HttpResponse, delete, get, patch, post, web};
use utoipa_actix_web::service_config::ServiceConfig;
use uuid::Uuid;

use super::model::{PRACTICE, Standing};
use super::wire::{CreateExperiment, DebriefView, ExperimentPage, ExperimentView, Told, UpdateExperiment};
use super::{service, store};
use crate::api::auth::{Caller, Delete, Derive, Read, Write};
use crate::api::body::{Body, PatchBody};
use crate::api::conditions::{AcceptLanguage, Conditions, IfMatch, etag};
use crate::api::creating::Creating;
use crate::api::page::{PageQuery, next_of};
use crate::api::problem::Problem;
use crate::api::reply;
use crate::content::{Shelf, Texts};
use crate::db::Db;
use crate::features::assessments::Jobs;
use crate::kernel::{Clock, Code, Error, ExperimentId, Keys, RelationshipId};

pub fn routes(config: &mut ServiceConfig) {
    config
        .service(create_experiment)
        .service(list_experiments)
        .service(get_experiment)
        .service(update_experiment)
        .service(delete_experiment)
        .service(get_debrief);
}

/// Begin a step-back test
///
/// The next step is left to the other person for some weeks. It is offered only where the optional safety screen was answered and
/// leaves it open, and where the kind of tie and its circumstances allow it; the refusal (`not_offered`) does not say which of them it was.
/// One at a time in a relationship, and 50 in all (`limit_reached`).
#[utoipa::path(
    tag = "experiments",
    params(("relationship_id" = Uuid, Path, description = "The relationship's id")),
    request_body = CreateExperiment,
    responses((status = 201, description = "Begun, or planned", body = ExperimentView))
)]
#[post("/v1/relationships/{relationship_id}/experiments")]
async fn create_experiment(
    caller: Caller<Write>,
    relationship: web::Path<Uuid>,
    creating: Creating,
    db: web::Data<Db>,
    shelf: web::Data<Shelf>,
    body: Body<CreateExperiment>,
) -> Result<HttpResponse, Problem> {
    let (tie, catalogue) = (RelationshipId(*relationship), shelf.current());
    let creation = creating.of(caller.account, &format!("experiments of {tie}"), &body.0, body.0.id)?;
    let length = catalogue.practice(PRACTICE).and_then(|practice| practice.definition().length_days);
    let length = length.ok_or_else(|| Error::new(Code::NotOffered))?;
    let plan = body.0.parse(length).map_err(Error::invalid)?;
    let work = db.write_words(caller.view(), move |conn, key| service::create(conn, key, &catalogue, tie, &plan, &creation));
    let made = work.await?;
    let (location, tag) = (format!("/v1/experiments/{}", made.value.experiment.id), etag(made.value.tag()));
    Ok(reply::created(&creating.conditions, made.fresh, &location, &tag, &ExperimentView::from(made.value)))
}

/// List a relationship's step-back tests
///
/// Newest first.
#[utoipa::path(
    tag = "experiments",
    params(("relationship_id" = Uuid, Path, description = "The relationship's id"), PageQuery),
    responses((status = 200, description = "A page of tests", body = ExperimentPage))
)]
#[get("/v1/relationships/{relationship_id}/experiments")]
async fn list_experiments(
    caller: Caller<Read>,
    req: HttpRequest,
    relationship: web::Path<Uuid>,
    query: web::Query<PageQuery>,
    keys: web::Data<Keys>,
    db: web::Data<Db>,
    clock: web::Data<Clock>,
    shelf: web::Data<Shelf>,
) -> Result<HttpResponse, Problem> {
    let (account, tie, now, catalogue) = (caller.account, RelationshipId(*relationship), clock.now(), shelf.current());
    let list = format!("experiments {tie}");
    let wanted = query.parse(&keys, account, &list)?;
    let work = db.write_words(caller.view(), move |conn, key| service::list(conn, key, &catalogue, tie, &wanted, now));
    let (page, today) = work.await?;
    let next = next_of(&req, &keys, account, &list, &page)?;
    let data = page.rows.into_iter().map(|experiment| ExperimentView::from(Standing { experiment, today })).collect();
    Ok(reply::list(&next, &ExperimentPage { data, next_cursor: next.cursor.clone() }))
}

/// Read a step-back test
///
/// With its `ETag`, which a change has to name. It changes too when a day passes that begins or ends the test.
#[utoipa::path(
    tag = "experiments",
    params(("experiment_id" = Uuid, Path, description = "The test's id")),
    responses(
        (status = 200, description = "The test", body = ExperimentView),
        (status = 304, description = "The client holds this version"),
    )
)]
#[get("/v1/experiments/{experiment_id}")]
async fn get_experiment(
    caller: Caller<Read>,
    id: web::Path<Uuid>,
    conditions: Conditions,
    db: web::Data<Db>,
    clock: web::Data<Clock>,
    shelf: web::Data<Shelf>,
) -> Result<HttpResponse, Problem> {
    let (id, now, catalogue) = (ExperimentId(*id), clock.now(), shelf.current());
    let found = db.write_words(caller.view(), move |conn, key| service::get(conn, key, &catalogue, id, now)).await?;
    Ok(reply::resource(&conditions, &etag(found.tag()), &ExperimentView::from(found)))
}

/// End a step-back test early, or note its end
///
/// A merge patch: what is absent stays, null removes. One that ended does not go on.
#[utoipa::path(
    tag = "experiments",
    params(("experiment_id" = Uuid, Path, description = "The test's id")),
    request_body(content = UpdateExperiment, content_type = "application/merge-patch+json"),
    responses(
        (status = 200, description = "As it is now", body = ExperimentView),
        (status = 204, description = "Done; no body was wanted"),
    )
)]
#[patch("/v1/experiments/{experiment_id}")]
async fn update_experiment(
    caller: Caller<Write>,
    id: web::Path<Uuid>,
    if_match: IfMatch,
    conditions: Conditions,
    db: web::Data<Db>,
    clock: web::Data<Clock>,
    shelf: web::Data<Shelf>,
    body: PatchBody<UpdateExperiment>,
) -> Result<HttpResponse, Problem> {
    let (id, now, catalogue) = (ExperimentId(*id), clock.now(), shelf.current());
    let change = body.0.parse().map_err(Error::invalid)?;
    let check = move |tag| if_match.check(tag);
    let work = db.write_words(caller.view(), move |conn, key| service::update(conn, key, &catalogue, id, change, check, now));
    let changed = work.await?;
    Ok(reply::changed(&conditions, &etag(changed.tag()), &ExperimentView::from(changed)))
}

/// Remove a step-back test
///
/// With its words. What was logged meanwhile stays.
#[utoipa::path(
    tag = "experiments",
    params(("experiment_id" = Uuid, Path, description = "The test's id")),
    responses((status = 204, description = "Removed"))
)]
#[delete("/v1/experiments/{experiment_id}")]
async fn delete_experiment(
    caller: Caller<Delete>,
    id: web::Path<Uuid>,
    db: web::Data<Db>,
    clock: web::Data<Clock>,
) -> Result<HttpResponse, Problem> {
    let (account, id, now) = (caller.account, ExperimentId(*id), clock.now());
    db.write(caller.view(), move |conn| store::delete(conn, account, id, now)).await?;
    Ok(reply::nothing())
}

/// Read what came of a step-back test
///
/// Once it is over: before, during and after, with intervals, and what may be said of them. Silence is inconclusive, never proof. Nothing is
/// stored: it is of what is logged now, up to the last complete day. Counted with computing, because it takes as much work.
#[utoipa::path(
    tag = "experiments",
    params(("experiment_id" = Uuid, Path, description = "The test's id")),
    responses(
        (status = 200, description = "What came of it", body = DebriefView, headers(("Content-Language" = String, description = "The language of the answer"))),
        (status = 304, description = "The client holds this version"),
    )
)]
#[get("/v1/experiments/{experiment_id}/debrief")]
async fn get_debrief(
    caller: Caller<Derive>,
    id: web::Path<Uuid>,
    conditions: Conditions,
    db: web::Data<Db>,
    jobs: web::Data<Jobs>,
    clock: web::Data<Clock>,
    shelf: web::Data<Shelf>,
    texts: web::Data<Texts>,
    language: AcceptLanguage,
) -> Result<HttpResponse, Problem> {
    let (id, catalogue) = (ExperimentId(*id), shelf.current());
    let library = std::sync::Arc::clone(catalogue.library());
    let found = service::debrief(&db, &jobs, catalogue, caller.view(), id, clock.now()).await?;
    let phrases = texts.accepted(language.as_str());
    let view = DebriefView::new(found, &Told { library: &library, phrases, language: language.as_str() });
    let tag = reply::tag_of_view(&view)?;
    Ok(reply::speaking(reply::resource(&conditions, &tag, &view), phrases.language))
}
