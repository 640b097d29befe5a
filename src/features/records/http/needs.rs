//! Needs over HTTP.

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
use crate::features::records::model::{Filter, Need};
use crate::features::records::wire::{CreateNeed, DaysFilter, NeedPage, NeedStatusWord, NeedView, UpdateNeed};
use crate::kernel::{Clock, Keys};

pub fn routes(config: &mut ServiceConfig) {
    config.service(create_need).service(list_needs).service(get_need).service(update_need).service(delete_need);
}

/// Note a need
///
/// Only whose need it is is needed. The client may choose the id and repeat the request safely.
#[utoipa::path(
    tag = "records",
    params(("relationship_id" = Uuid, Path, description = "The relationship's id")),
    request_body = CreateNeed,
    responses((status = 201, description = "Noted", body = NeedView))
)]
#[post("/v1/relationships/{relationship_id}/needs")]
async fn create_need(
    caller: Caller<Log>,
    relationship: web::Path<Uuid>,
    creating: Creating,
    db: web::Data<Db>,
    body: Body<CreateNeed>,
) -> Result<HttpResponse, Problem> {
    each::create(&caller, *relationship, &creating, &db, body.0).await
}

/// Which needs to list.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct NeedFilter {
    /// Only those of which this became.
    #[param(value_type = NeedStatusWord, inline, required = false)]
    status: Option<NeedStatusWord>,
}

/// List a relationship's needs
///
/// The latest local date first.
#[utoipa::path(
    tag = "records",
    params(("relationship_id" = Uuid, Path, description = "The relationship's id"), PageQuery, NeedFilter, DaysFilter),
    responses((status = 200, description = "A page of needs", body = NeedPage))
)]
#[get("/v1/relationships/{relationship_id}/needs")]
async fn list_needs(
    caller: Caller<ReadLoan>,
    req: HttpRequest,
    relationship: web::Path<Uuid>,
    query: web::Query<PageQuery>,
    filter: web::Query<NeedFilter>,
    days: web::Query<DaysFilter>,
    keys: web::Data<Keys>,
    db: web::Data<Db>,
) -> Result<HttpResponse, Problem> {
    let status = filter.status.map(|word| Need::status(word.into()));
    let filter = Filter { status, from: days.from, to: days.to };
    each::list::<CreateNeed>(&caller, &req, *relationship, &query, filter, &keys, &db).await
}

/// Read a need
///
/// With its `ETag`, which a change has to name.
#[utoipa::path(
    tag = "records",
    params(("need_id" = Uuid, Path, description = "The need's id")),
    responses(
        (status = 200, description = "The need", body = NeedView),
        (status = 304, description = "The client holds this version"),
    )
)]
#[get("/v1/needs/{need_id}")]
async fn get_need(
    caller: Caller<ReadLoan>,
    id: web::Path<Uuid>,
    conditions: Conditions,
    db: web::Data<Db>,
) -> Result<HttpResponse, Problem> {
    each::get::<CreateNeed>(&caller, *id, &conditions, &db).await
}

/// Change or settle a need
///
/// A merge patch: what is absent stays, null removes. `{"status": "met"}` says that the other met it today.
#[utoipa::path(
    tag = "records",
    params(("need_id" = Uuid, Path, description = "The need's id")),
    request_body(content = UpdateNeed, content_type = "application/merge-patch+json"),
    responses(
        (status = 200, description = "As it is now", body = NeedView),
        (status = 204, description = "Done; no body was wanted"),
    )
)]
#[patch("/v1/needs/{need_id}")]
async fn update_need(
    caller: Caller<WriteTie>,
    id: web::Path<Uuid>,
    if_match: IfMatch,
    conditions: Conditions,
    db: web::Data<Db>,
    clock: web::Data<Clock>,
    body: PatchBody<UpdateNeed>,
) -> Result<HttpResponse, Problem> {
    each::update::<CreateNeed>(&caller, *id, (if_match, &conditions), &db, &clock, body.0.parse()).await
}

/// Remove a need
///
/// With the assessments that cite it.
#[utoipa::path(
    tag = "records",
    params(("need_id" = Uuid, Path, description = "The need's id")),
    responses((status = 204, description = "Removed"))
)]
#[delete("/v1/needs/{need_id}")]
async fn delete_need(
    caller: Caller<DeleteTie>,
    id: web::Path<Uuid>,
    db: web::Data<Db>,
    clock: web::Data<Clock>,
) -> Result<HttpResponse, Problem> {
    each::delete::<CreateNeed>(&caller, *id, &db, &clock).await
}
