//! Erasing some days of a relationship over HTTP. Whole things are erased by DELETE where they live, with the same receipt.

use actix_web::{HttpResponse, post, web};
use utoipa_actix_web::service_config::ServiceConfig;
use uuid::Uuid;

use super::store;
use super::wire::{CreateErasure, ErasureReceipt};
use crate::api::auth::{Caller, DeleteTie};
use crate::api::body::Body;
use crate::api::problem::Problem;
use crate::db::Db;
use crate::kernel::{Clock, Error, RelationshipId};

pub fn routes(config: &mut ServiceConfig) {
    config.service(erase_days);
}

/// Erase some days
///
/// What was logged and answered on these local days, what it said before, and every assessment whose window meets them, at
/// once and for good. Repeating it erases what was logged there since.
#[utoipa::path(
    tag = "relationships",
    params(("relationship_id" = Uuid, Path, description = "The relationship's id")),
    request_body = CreateErasure,
    responses((status = 200, description = "Erased; the receipt", body = ErasureReceipt))
)]
#[post("/v1/relationships/{relationship_id}/erasures")]
async fn erase_days(
    caller: Caller<DeleteTie>,
    relationship: web::Path<Uuid>,
    db: web::Data<Db>,
    clock: web::Data<Clock>,
    body: Body<CreateErasure>,
) -> Result<HttpResponse, Problem> {
    let (view, relationship, now) = (caller.view(), RelationshipId(*relationship), clock.now());
    let days = body.0.parse().map_err(Error::invalid)?;
    let receipt = db.unhurried().write(caller.view(), move |conn| store::of_days(conn, &view, relationship, days, now)).await?;
    Ok(HttpResponse::Ok().json(ErasureReceipt::from(receipt)))
}
