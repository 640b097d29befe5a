//! Plans over HTTP.

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
use crate::features::records::model::{Filter, PlanStatus};
use crate::features::records::wire::{CreatePlan, DaysFilter, PlanPage, PlanStatusWord, PlanView, UpdatePlan};
use crate::kernel::{Clock, Keys};

pub fn routes(config: &mut ServiceConfig) {
    config.service(create_plan).service(list_plans).service(get_plan).service(update_plan).service(delete_plan);
}

/// Note a plan
///
/// Only who voiced it is needed. The client may choose the id and repeat the request safely.
#[utoipa::path(
    tag = "records",
    params(("relationship_id" = Uuid, Path, description = "The relationship's id")),
    request_body = CreatePlan,
    responses((status = 201, description = "Noted", body = PlanView))
)]
#[post("/v1/relationships/{relationship_id}/plans")]
async fn create_plan(
    caller: Caller<Log>,
    relationship: web::Path<Uuid>,
    creating: Creating,
    db: web::Data<Db>,
    body: Body<CreatePlan>,
) -> Result<HttpResponse, Problem> {
    each::create(&caller, *relationship, &creating, &db, body.0).await
}

/// Which plans to list.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct PlanFilter {
    /// Only those that came so far.
    #[param(value_type = PlanStatusWord, inline, required = false)]
    status: Option<PlanStatusWord>,
}

/// List a relationship's plans
///
/// The latest local date first.
#[utoipa::path(
    tag = "records",
    params(("relationship_id" = Uuid, Path, description = "The relationship's id"), PageQuery, PlanFilter, DaysFilter),
    responses((status = 200, description = "A page of plans", body = PlanPage))
)]
#[get("/v1/relationships/{relationship_id}/plans")]
async fn list_plans(
    caller: Caller<ReadLoan>,
    req: HttpRequest,
    relationship: web::Path<Uuid>,
    query: web::Query<PageQuery>,
    filter: web::Query<PlanFilter>,
    days: web::Query<DaysFilter>,
    keys: web::Data<Keys>,
    db: web::Data<Db>,
) -> Result<HttpResponse, Problem> {
    let status = filter.status.map(|word| PlanStatus::from(word).number());
    let filter = Filter { status, from: days.from, to: days.to };
    each::list::<CreatePlan>(&caller, &req, *relationship, &query, filter, &keys, &db).await
}

/// Read a plan
///
/// With its `ETag`, which a change has to name.
#[utoipa::path(
    tag = "records",
    params(("plan_id" = Uuid, Path, description = "The plan's id")),
    responses(
        (status = 200, description = "The plan", body = PlanView),
        (status = 304, description = "The client holds this version"),
    )
)]
#[get("/v1/plans/{plan_id}")]
async fn get_plan(
    caller: Caller<ReadLoan>,
    id: web::Path<Uuid>,
    conditions: Conditions,
    db: web::Data<Db>,
) -> Result<HttpResponse, Problem> {
    each::get::<CreatePlan>(&caller, *id, &conditions, &db).await
}

/// Change a plan, or give it a date
///
/// A merge patch: what is absent stays, null removes. A plan that gets a date says which, and who set it.
#[utoipa::path(
    tag = "records",
    params(("plan_id" = Uuid, Path, description = "The plan's id")),
    request_body(content = UpdatePlan, content_type = "application/merge-patch+json"),
    responses(
        (status = 200, description = "As it is now", body = PlanView),
        (status = 204, description = "Done; no body was wanted"),
    )
)]
#[patch("/v1/plans/{plan_id}")]
async fn update_plan(
    caller: Caller<WriteTie>,
    id: web::Path<Uuid>,
    if_match: IfMatch,
    conditions: Conditions,
    db: web::Data<Db>,
    clock: web::Data<Clock>,
    body: PatchBody<UpdatePlan>,
) -> Result<HttpResponse, Problem> {
    each::update::<CreatePlan>(&caller, *id, (if_match, &conditions), &db, &clock, body.0.parse()).await
}

/// Remove a plan
///
/// With the assessments that cite it.
#[utoipa::path(
    tag = "records",
    params(("plan_id" = Uuid, Path, description = "The plan's id")),
    responses((status = 204, description = "Removed"))
)]
#[delete("/v1/plans/{plan_id}")]
async fn delete_plan(
    caller: Caller<DeleteTie>,
    id: web::Path<Uuid>,
    db: web::Data<Db>,
    clock: web::Data<Clock>,
) -> Result<HttpResponse, Problem> {
    each::delete::<CreatePlan>(&caller, *id, &db, &clock).await
}
