//! Repairs over HTTP.

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
use crate::features::records::model::{Filter, RepairStatus};
use crate::features::records::wire::{CreateRepair, DaysFilter, RepairPage, RepairStatusWord, RepairView, UpdateRepair};
use crate::kernel::{Clock, Keys};

pub fn routes(config: &mut ServiceConfig) {
    config.service(create_repair).service(list_repairs).service(get_repair).service(update_repair).service(delete_repair);
}

/// Note what came between them
///
/// Nothing is needed: it is open until somebody moves. The client may choose the id and repeat the request safely.
#[utoipa::path(
    tag = "records",
    params(("relationship_id" = Uuid, Path, description = "The relationship's id")),
    request_body = CreateRepair,
    responses((status = 201, description = "Noted", body = RepairView))
)]
#[post("/v1/relationships/{relationship_id}/repairs")]
async fn create_repair(
    caller: Caller<Log>,
    relationship: web::Path<Uuid>,
    creating: Creating,
    db: web::Data<Db>,
    body: Body<CreateRepair>,
) -> Result<HttpResponse, Problem> {
    each::create(&caller, *relationship, &creating, &db, body.0).await
}

/// Which repairs to list.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct RepairFilter {
    /// Only those that came so far.
    #[param(value_type = RepairStatusWord, inline, required = false)]
    status: Option<RepairStatusWord>,
}

/// List a relationship's repairs
///
/// The latest local date first.
#[utoipa::path(
    tag = "records",
    params(("relationship_id" = Uuid, Path, description = "The relationship's id"), PageQuery, RepairFilter, DaysFilter),
    responses((status = 200, description = "A page of repairs", body = RepairPage))
)]
#[get("/v1/relationships/{relationship_id}/repairs")]
async fn list_repairs(
    caller: Caller<ReadLoan>,
    req: HttpRequest,
    relationship: web::Path<Uuid>,
    query: web::Query<PageQuery>,
    filter: web::Query<RepairFilter>,
    days: web::Query<DaysFilter>,
    keys: web::Data<Keys>,
    db: web::Data<Db>,
) -> Result<HttpResponse, Problem> {
    let status = filter.status.map(|word| RepairStatus::from(word).number());
    let filter = Filter { status, from: days.from, to: days.to };
    each::list::<CreateRepair>(&caller, &req, *relationship, &query, filter, &keys, &db).await
}

/// Read a repair
///
/// With its `ETag`, which a change has to name.
#[utoipa::path(
    tag = "records",
    params(("repair_id" = Uuid, Path, description = "The repair's id")),
    responses(
        (status = 200, description = "The repair", body = RepairView),
        (status = 304, description = "The client holds this version"),
    )
)]
#[get("/v1/repairs/{repair_id}")]
async fn get_repair(
    caller: Caller<ReadLoan>,
    id: web::Path<Uuid>,
    conditions: Conditions,
    db: web::Data<Db>,
) -> Result<HttpResponse, Problem> {
    each::get::<CreateRepair>(&caller, *id, &conditions, &db).await
}

/// Change a repair, or say how it went on
///
/// A merge patch: what is absent stays, null removes. How far it came and how long it took follow from its days.
#[utoipa::path(
    tag = "records",
    params(("repair_id" = Uuid, Path, description = "The repair's id")),
    request_body(content = UpdateRepair, content_type = "application/merge-patch+json"),
    responses(
        (status = 200, description = "As it is now", body = RepairView),
        (status = 204, description = "Done; no body was wanted"),
    )
)]
#[patch("/v1/repairs/{repair_id}")]
async fn update_repair(
    caller: Caller<WriteTie>,
    id: web::Path<Uuid>,
    if_match: IfMatch,
    conditions: Conditions,
    db: web::Data<Db>,
    clock: web::Data<Clock>,
    body: PatchBody<UpdateRepair>,
) -> Result<HttpResponse, Problem> {
    each::update::<CreateRepair>(&caller, *id, (if_match, &conditions), &db, &clock, body.0.parse()).await
}

/// Remove a repair
///
/// With the assessments that cite it.
#[utoipa::path(
    tag = "records",
    params(("repair_id" = Uuid, Path, description = "The repair's id")),
    responses((status = 204, description = "Removed"))
)]
#[delete("/v1/repairs/{repair_id}")]
async fn delete_repair(
    caller: Caller<DeleteTie>,
    id: web::Path<Uuid>,
    db: web::Data<Db>,
    clock: web::Data<Clock>,
) -> Result<HttpResponse, Problem> {
    each::delete::<CreateRepair>(&caller, *id, &db, &clock).await
}
