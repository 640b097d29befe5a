//! Responses over HTTP.

mod rotation;

use std::sync::Arc;

use actix_web::{HttpRequest, HttpResponse, delete, get, patch, post, web};
use serde::Deserialize;
use utoipa::IntoParams;
use utoipa_actix_web::service_config::ServiceConfig;
use uuid::Uuid;

use super::model::{Filter, Response, Status};
use super::wire::{CreateResponse, ResponseChangeView, ResponsePage, ResponseStatusWord, ResponseView, UpdateResponse};
use super::{service, store};
use crate::api::auth::{Caller, DeleteTie, Log, ReadLoan, WriteTie};
use crate::api::body::{Body, PatchBody};
use crate::api::conditions::{Conditions, IfMatch, etag};
use crate::api::creating::Creating;
use crate::api::page::{PageQuery, next_of};
use crate::api::problem::Problem;
use crate::api::reply;
use crate::content::{Catalogue, Shelf};
use crate::db::Db;
use crate::kernel::{Clock, Error, Keys, RelationshipId, ResponseId, text};

pub fn routes(config: &mut ServiceConfig) {
    config
        .service(create_response)
        .service(list_responses)
        .service(get_response)
        .service(update_response)
        .service(delete_response)
        .service(get_response_change)
        .service(rotation::list_next_question_sets);
}

/// Answer a question set
///
/// Whole or in part: a response in progress can be resumed, a completed one is scored and does not change any more.
#[utoipa::path(
    tag = "responses",
    params(("relationship_id" = Uuid, Path, description = "The relationship's id")),
    request_body = CreateResponse,
    responses((status = 201, description = "Stored", body = ResponseView))
)]
#[post("/v1/relationships/{relationship_id}/responses")]
async fn create_response(
    caller: Caller<Log>,
    creating: Creating,
    relationship: web::Path<Uuid>,
    db: web::Data<Db>,
    shelf: web::Data<Shelf>,
    body: Body<CreateResponse>,
) -> Result<HttpResponse, Problem> {
    let (account, relationship) = (caller.account, RelationshipId(*relationship));
    let place = format!("/v1/relationships/{relationship}/responses");
    let creation = creating.of(account, &place, &body.0, body.0.id)?;
    let submission = body.0.parse().map_err(Error::invalid)?;
    let catalogue = shelf.current();
    let sets = Arc::clone(&catalogue);
    let made = db.write(caller.view(), move |conn| service::create(conn, &sets, account, relationship, submission, &creation)).await?;
    let location = format!("{place}/{}", made.value.id);
    let tag = etag(made.value.version);
    Ok(reply::created(&creating.conditions.of_a_session(caller.locked), made.fresh, &location, &tag, &view(&catalogue, made.value)?))
}

/// Which responses to list.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct ResponseFilter {
    /// Only those that are so far.
    #[param(value_type = ResponseStatusWord, inline, required = false)]
    status: Option<ResponseStatusWord>,
    /// Only those to this question set.
    #[param(value_type = String, required = false, min_length = 1, max_length = 40, pattern = "^[a-z][a-z0-9_-]*$", example = "reciprocity-check")]
    question_set: Option<String>,
}

/// List responses
///
/// Newest first.
#[utoipa::path(
    tag = "responses",
    params(("relationship_id" = Uuid, Path, description = "The relationship's id"), PageQuery, ResponseFilter),
    responses((status = 200, description = "A page of responses", body = ResponsePage))
)]
#[get("/v1/relationships/{relationship_id}/responses")]
async fn list_responses(
    caller: Caller<ReadLoan>,
    req: HttpRequest,
    relationship: web::Path<Uuid>,
    query: web::Query<PageQuery>,
    filter: web::Query<ResponseFilter>,
    keys: web::Data<Keys>,
    db: web::Data<Db>,
    shelf: web::Data<Shelf>,
) -> Result<HttpResponse, Problem> {
    let (account, relationship) = (caller.account, RelationshipId(*relationship));
    let ResponseFilter { status, question_set } = filter.into_inner();
    if !question_set.as_deref().is_none_or(|name| text::is_slug(name, 40)) {
        return Err(Error::parameter("?question_set", "invalid", "The name of a question set belongs here.").into());
    }
    let filter = Filter { status: status.map(Status::from), question_set };
    let list = format!("responses {relationship} {filter:?}");
    let wanted = query.parse(&keys, account, &list)?;
    let page = db.read(caller.view(), move |conn| service::list(conn, account, relationship, &filter, &wanted)).await?;
    let next = next_of(&req, &keys, account, &list, &page)?;
    let catalogue = shelf.current();
    let data = page.rows.into_iter().map(|row| view(&catalogue, row)).collect::<Result<_, _>>()?;
    Ok(reply::list(&next, &ResponsePage { data, next_cursor: next.cursor.clone() }))
}

/// Read a response
///
/// With its figures where it is completed, and the version that a change has to name.
#[utoipa::path(
    tag = "responses",
    params(
        ("relationship_id" = Uuid, Path, description = "The relationship's id"),
        ("response_id" = Uuid, Path, description = "The response's id"),
    ),
    responses(
        (status = 200, description = "The response", body = ResponseView),
        (status = 304, description = "The client holds this version"),
    )
)]
#[get("/v1/relationships/{relationship_id}/responses/{response_id}")]
async fn get_response(
    caller: Caller<ReadLoan>,
    ids: web::Path<(Uuid, Uuid)>,
    conditions: Conditions,
    db: web::Data<Db>,
    shelf: web::Data<Shelf>,
) -> Result<HttpResponse, Problem> {
    let (account, (relationship, id)) = (caller.account, typed(&ids));
    let found = db.read(caller.view(), move |conn| store::get(conn, account, relationship, id)).await?;
    Ok(reply::resource(&conditions, &etag(found.version), &view(&shelf.current(), found)?))
}

/// Compare a response with the one before
///
/// Reliable change (Jacobson and Truax 1991) of each scale since the completion before, of the same version of the same set
/// within the relationship: whether scores differ by more than their error of measurement.
#[utoipa::path(
    tag = "responses",
    params(
        ("relationship_id" = Uuid, Path, description = "The relationship's id"),
        ("response_id" = Uuid, Path, description = "The response's id"),
    ),
    responses(
        (status = 200, description = "What changed; nothing to compare with is no failure", body = ResponseChangeView),
        (status = 304, description = "The client holds this version"),
    )
)]
#[get("/v1/relationships/{relationship_id}/responses/{response_id}/change")]
async fn get_response_change(
    caller: Caller<ReadLoan>,
    ids: web::Path<(Uuid, Uuid)>,
    conditions: Conditions,
    db: web::Data<Db>,
    shelf: web::Data<Shelf>,
) -> Result<HttpResponse, Problem> {
    let (account, (relationship, id)) = (caller.account, typed(&ids));
    let sets = shelf.current();
    let found = db.snapshot(caller.view(), move |conn| service::compare(conn, &sets, account, relationship, id)).await?;
    let view = ResponseChangeView::from(found);
    let tag = reply::tag_of(&serde_json::to_vec(&view).map_err(Error::internal)?);
    Ok(reply::resource(&conditions, &tag, &view))
}

/// Change a response
///
/// While it is in progress: a merge patch whose answers replace all earlier ones. A completed response answers 409.
#[utoipa::path(
    tag = "responses",
    params(
        ("relationship_id" = Uuid, Path, description = "The relationship's id"),
        ("response_id" = Uuid, Path, description = "The response's id"),
    ),
    request_body(content = UpdateResponse, content_type = "application/merge-patch+json"),
    responses(
        (status = 200, description = "As it is now", body = ResponseView),
        (status = 204, description = "Done; no body was wanted"),
    )
)]
#[patch("/v1/relationships/{relationship_id}/responses/{response_id}")]
async fn update_response(
    caller: Caller<WriteTie>,
    ids: web::Path<(Uuid, Uuid)>,
    if_match: IfMatch,
    conditions: Conditions,
    db: web::Data<Db>,
    clock: web::Data<Clock>,
    shelf: web::Data<Shelf>,
    body: PatchBody<UpdateResponse>,
) -> Result<HttpResponse, Problem> {
    let (account, ids, now) = (caller.account, typed(&ids), clock.now());
    let change = body.0.parse().map_err(Error::invalid)?;
    let catalogue = shelf.current();
    let sets = Arc::clone(&catalogue);
    let check = move |version| if_match.check(version);
    let changed = db.write(caller.view(), move |conn| service::update(conn, &sets, account, ids, change, check, now)).await?;
    Ok(reply::changed(&conditions, &etag(changed.version), &view(&catalogue, changed)?))
}

/// Remove a response
///
/// Completed or not, at once and for good.
#[utoipa::path(
    tag = "responses",
    params(
        ("relationship_id" = Uuid, Path, description = "The relationship's id"),
        ("response_id" = Uuid, Path, description = "The response's id"),
    ),
    responses((status = 204, description = "Removed"))
)]
#[delete("/v1/relationships/{relationship_id}/responses/{response_id}")]
async fn delete_response(
    caller: Caller<DeleteTie>,
    ids: web::Path<(Uuid, Uuid)>,
    db: web::Data<Db>,
    clock: web::Data<Clock>,
) -> Result<HttpResponse, Problem> {
    let (account, (relationship, id), now) = (caller.account, typed(&ids), clock.now());
    db.write(caller.view(), move |conn| store::delete(conn, account, relationship, id, now)).await?;
    Ok(reply::nothing())
}

fn typed(ids: &(Uuid, Uuid)) -> (RelationshipId, ResponseId) {
    (RelationshipId(ids.0), ResponseId(ids.1))
}

/// A response as it is answered, with its figures where it is completed.
pub fn view(catalogue: &Catalogue, found: Response) -> Result<ResponseView, Error> {
    let scored = service::scores(catalogue, &found)?;
    Ok(ResponseView::of(found, scored))
}
