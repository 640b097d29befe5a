//! "Not for me" over HTTP: for a session that reaches the whole account, as what is suggested is.

use actix_web::{HttpResponse, delete, get, put, web};
use utoipa_actix_web::service_config::ServiceConfig;
use uuid::Uuid;

use super::model::{MAX_SLUG, NotForMe};
use super::store;
use super::wire::{NotForMeList, NotForMeView};
use crate::api::auth::{Caller, Delete, Read, Write};
use crate::api::problem::Problem;
use crate::api::reply;
use crate::content::Shelf;
use crate::db::Db;
use crate::kernel::{Clock, Error, RelationshipId, text};

pub fn routes(config: &mut ServiceConfig) {
    config.service(list_not_for_me).service(put_not_for_me).service(delete_not_for_me);
}

/// List what is not to be suggested
///
/// Practices that an assessment of this relationship does not suggest any more.
#[utoipa::path(
    tag = "assessments",
    params(("relationship_id" = Uuid, Path, description = "The relationship's id")),
    responses((status = 200, description = "All of them, by name", body = NotForMeList))
)]
#[get("/v1/relationships/{relationship_id}/not-for-me")]
async fn list_not_for_me(caller: Caller<Read>, relationship: web::Path<Uuid>, db: web::Data<Db>) -> Result<HttpResponse, Problem> {
    let (account, relationship) = (caller.account, RelationshipId(*relationship));
    let found = db.read(caller.view(), move |conn| store::list(conn, account, relationship)).await?;
    Ok(HttpResponse::Ok().json(NotForMeList { data: found.into_iter().map(NotForMeView::from).collect() }))
}

/// Say that a practice is not for me
///
/// No assessment of this relationship suggests it again, in whatever version, those that were computed before included.
#[utoipa::path(
    tag = "assessments",
    params(
        ("relationship_id" = Uuid, Path, description = "The relationship's id"),
        ("slug" = String, Path, description = "The practice's name", min_length = 1, max_length = 40, pattern = "^[a-z][a-z0-9_-]*$", example = "daily-check-in"),
    ),
    responses((status = 204, description = "Remembered, now or before"))
)]
#[put("/v1/relationships/{relationship_id}/not-for-me/{slug}")]
async fn put_not_for_me(
    caller: Caller<Write>,
    path: web::Path<(Uuid, String)>,
    db: web::Data<Db>,
    clock: web::Data<Clock>,
    shelf: web::Data<Shelf>,
) -> Result<HttpResponse, Problem> {
    let (relationship, practice) = path.into_inner();
    if shelf.current().practice(&practice).is_none() {
        return Err(Error::not_found().into());
    }
    let one = NotForMe { relationship: RelationshipId(relationship), practice, number: 0, decided_at: clock.now() };
    let account = caller.account;
    db.write(caller.view(), move |conn| store::add(conn, account, &one)).await?;
    Ok(reply::nothing())
}

/// Allow a practice again
///
/// It may be suggested from now on. Exports that were made before are dropped, as with every erasure.
#[utoipa::path(
    tag = "assessments",
    params(
        ("relationship_id" = Uuid, Path, description = "The relationship's id"),
        ("slug" = String, Path, description = "The practice's name", min_length = 1, max_length = 40, pattern = "^[a-z][a-z0-9_-]*$", example = "daily-check-in"),
    ),
    responses((status = 204, description = "It is not remembered any more"))
)]
#[delete("/v1/relationships/{relationship_id}/not-for-me/{slug}")]
async fn delete_not_for_me(caller: Caller<Delete>, path: web::Path<(Uuid, String)>, db: web::Data<Db>) -> Result<HttpResponse, Problem> {
    let (account, (relationship, practice)) = (caller.account, path.into_inner());
    if !text::is_slug(&practice, MAX_SLUG) {
        return Err(Error::not_found().into());
    }
    db.write(caller.view(), move |conn| store::remove(conn, account, RelationshipId(relationship), &practice)).await?;
    Ok(reply::nothing())
}
