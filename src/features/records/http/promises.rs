//! Promises over HTTP.

use actix_web::{HttpRequest, HttpResponse, delete, get, patch, post, web};
use serde::Deserialize;
use utoipa::IntoParams;
use utoipa_actix_web::service_config::ServiceConfig;
use uuid::Uuid;

use super::each;
use crate::api::auth::{Caller, DeleteTie, Log, ReadLoan, WriteTie};
use crate::api::body::{Body, PatchBody};
use crate::api::conditions::{Conditions, IfMatch};
use crate::api::creating::Creating;
use crate::api::page::PageQuery;
use crate::api::problem::Problem;
use crate::db::Db;
use crate::features::records::model::{Filter, Promise};
use crate::features::records::wire::{CreatePromise, DaysFilter, PromisePage, PromiseStatusWord, PromiseView, UpdatePromise};
use crate::kernel::{Clock, Keys};

pub fn routes(config: &mut ServiceConfig) {
    config.service(create_promise).service(list_promises).service(get_promise).service(update_promise).service(delete_promise);
}

/// Note a promise
///
/// Only who promised is needed. The client may choose the id and repeat the request safely.
#[utoipa::path(
    tag = "records",
    params(("relationship_id" = Uuid, Path, description = "The relationship's id")),
    request_body = CreatePromise,
    responses((status = 201, description = "Noted", body = PromiseView))
)]
#[post("/v1/relationships/{relationship_id}/promises")]
async fn create_promise(
    caller: Caller<Log>,
    relationship: web::Path<Uuid>,
    creating: Creating,
    db: web::Data<Db>,
    body: Body<CreatePromise>,
) -> Result<HttpResponse, Problem> {
    each::create(&caller, *relationship, &creating, &db, body.0).await
}

/// Which promises to list.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct PromiseFilter {
    /// Only those of which this became.
    #[param(value_type = PromiseStatusWord, inline, required = false)]
    status: Option<PromiseStatusWord>,
}

/// List a relationship's promises
///
/// The latest local date first.
#[utoipa::path(
    tag = "records",
    params(("relationship_id" = Uuid, Path, description = "The relationship's id"), PageQuery, PromiseFilter, DaysFilter),
    responses((status = 200, description = "A page of promises", body = PromisePage))
)]
#[get("/v1/relationships/{relationship_id}/promises")]
async fn list_promises(
    caller: Caller<ReadLoan>,
    req: HttpRequest,
    relationship: web::Path<Uuid>,
    query: web::Query<PageQuery>,
    filter: web::Query<PromiseFilter>,
    days: web::Query<DaysFilter>,
    keys: web::Data<Keys>,
    db: web::Data<Db>,
) -> Result<HttpResponse, Problem> {
    let status = filter.status.map(|word| Promise::status(word.into()));
    let filter = Filter { status, from: days.from, to: days.to };
    each::list::<CreatePromise>(&caller, &req, *relationship, &query, filter, &keys, &db).await
}

/// Read a promise
///
/// With its `ETag`, which a change has to name.
#[utoipa::path(
    tag = "records",
    params(("promise_id" = Uuid, Path, description = "The promise's id")),
    responses(
        (status = 200, description = "The promise", body = PromiseView),
        (status = 304, description = "The client holds this version"),
    )
)]
#[get("/v1/promises/{promise_id}")]
async fn get_promise(
    caller: Caller<ReadLoan>,
    id: web::Path<Uuid>,
    conditions: Conditions,
    db: web::Data<Db>,
) -> Result<HttpResponse, Problem> {
    each::get::<CreatePromise>(&caller, *id, &conditions, &db).await
}

/// Change or settle a promise
///
/// A merge patch: what is absent stays, null removes. `{"status": "kept"}` says that it was kept today.
#[utoipa::path(
    tag = "records",
    params(("promise_id" = Uuid, Path, description = "The promise's id")),
    request_body(content = UpdatePromise, content_type = "application/merge-patch+json"),
    responses(
        (status = 200, description = "As it is now", body = PromiseView),
        (status = 204, description = "Done; no body was wanted"),
    )
)]
#[patch("/v1/promises/{promise_id}")]
async fn update_promise(
    caller: Caller<WriteTie>,
    id: web::Path<Uuid>,
    if_match: IfMatch,
    conditions: Conditions,
    db: web::Data<Db>,
    clock: web::Data<Clock>,
    body: PatchBody<UpdatePromise>,
) -> Result<HttpResponse, Problem> {
    each::update::<CreatePromise>(&caller, *id, (if_match, &conditions), &db, &clock, body.0.parse()).await
}

/// Remove a promise
///
/// With the assessments that cite it.
#[utoipa::path(
    tag = "records",
    params(("promise_id" = Uuid, Path, description = "The promise's id")),
    responses((status = 204, description = "Removed"))
)]
#[delete("/v1/promises/{promise_id}")]
async fn delete_promise(
    caller: Caller<DeleteTie>,
    id: web::Path<Uuid>,
    db: web::Data<Db>,
    clock: web::Data<Clock>,
) -> Result<HttpResponse, Problem> {
    each::delete::<CreatePromise>(&caller, *id, &db, &clock).await
}
