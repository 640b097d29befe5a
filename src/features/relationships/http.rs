//! Relationships over HTTP.

use actix_web::{HttpRequest, HttpResponse, delete, get, patch, post, web};
use serde::Deserialize;
use utoipa::IntoParams;
use utoipa_actix_web::service_config::ServiceConfig;
use uuid::Uuid;

use super::model::{Filter, Kind, Status};
use super::store;
use super::wire::{CreateRelationship, KindWord, RelationshipPage, RelationshipView, StatusWord, UpdateRelationship};
use crate::api::auth::{Caller, DeleteTie, Read, ReadLoan, Write, WriteTie};
use crate::api::body::{Body, PatchBody};
use crate::api::conditions::{Conditions, IfMatch, etag};
use crate::api::creating::Creating;
use crate::api::page::{PageQuery, next_of};
use crate::api::problem::Problem;
use crate::api::reply;
use crate::db::Db;
use crate::features::erasures::{self, ErasureReceipt};
use crate::kernel::{Clock, Error, Keys, RelationshipId};

pub fn routes(config: &mut ServiceConfig) {
    config
        .service(create_relationship)
        .service(list_relationships)
        .service(get_relationship)
        .service(update_relationship)
        .service(delete_relationship);
}

/// Add a relationship
///
/// An alias is enough: no contact details are needed. The client may choose the id.
#[utoipa::path(tag = "relationships", request_body = CreateRelationship, responses(
    (status = 201, description = "Added", body = RelationshipView),
))]
#[post("/v1/relationships")]
async fn create_relationship(
    caller: Caller<Write>,
    creating: Creating,
    db: web::Data<Db>,
    body: Body<CreateRelationship>,
) -> Result<HttpResponse, Problem> {
    let account = caller.account;
    let creation = creating.of(account, "relationships", &body.0, body.0.id)?;
    let (names, details) = body.0.parse().map_err(Error::invalid)?;
    let made = db.write_words(caller.view(), move |conn, key| store::create(conn, key, &names, &details, &creation)).await?;
    let location = format!("/v1/relationships/{}", made.value.relationship.id);
    let tag = etag(made.value.relationship.version);
    Ok(reply::created(&creating.conditions, made.fresh, &location, &tag, &RelationshipView::from(made.value)))
}

/// Which relationships to list.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct RelationshipFilter {
    /// Only those that stand so.
    #[param(value_type = StatusWord, inline, required = false)]
    status: Option<Status>,
    /// Only those of this kind.
    #[param(value_type = KindWord, inline, required = false)]
    kind: Option<Kind>,
}

/// List relationships
///
/// Newest first.
#[utoipa::path(tag = "relationships", params(PageQuery, RelationshipFilter), responses(
    (status = 200, description = "A page of relationships", body = RelationshipPage),
))]
#[get("/v1/relationships")]
async fn list_relationships(
    caller: Caller<Read>,
    req: HttpRequest,
    query: web::Query<PageQuery>,
    filter: web::Query<RelationshipFilter>,
    keys: web::Data<Keys>,
    db: web::Data<Db>,
) -> Result<HttpResponse, Problem> {
    let (account, filter) = (caller.account, Filter { status: filter.status, kind: filter.kind });
    let list = format!("relationships {filter:?}");
    let wanted = query.parse(&keys, account, &list)?;
    let page = db.read_words(caller.view(), move |conn, key| store::list(conn, key, filter, &wanted)).await?;
    let next = next_of(&req, &keys, account, &list, &page)?;
    let data = page.rows.into_iter().map(RelationshipView::from).collect();
    Ok(reply::list(&next, &RelationshipPage { data, next_cursor: next.cursor.clone() }))
}

/// Read a relationship
///
/// With its `ETag`, which a change has to name.
#[utoipa::path(
    tag = "relationships",
    params(("relationship_id" = Uuid, Path, description = "The relationship's id")),
    responses(
        (status = 200, description = "The relationship", body = RelationshipView),
        (status = 304, description = "The client holds this version"),
    )
)]
#[get("/v1/relationships/{relationship_id}")]
async fn get_relationship(
    caller: Caller<ReadLoan>,
    id: web::Path<Uuid>,
    conditions: Conditions,
    db: web::Data<Db>,
) -> Result<HttpResponse, Problem> {
    let id = RelationshipId(*id);
    let found = db.read_words(caller.view(), move |conn, key| store::get(conn, key, id)).await?;
    Ok(reply::resource(&conditions, &etag(found.relationship.version), &RelationshipView::from(found)))
}

/// Change a relationship
///
/// A merge patch: what is absent stays, null removes.
#[utoipa::path(
    tag = "relationships",
    params(("relationship_id" = Uuid, Path, description = "The relationship's id")),
    request_body(content = UpdateRelationship, content_type = "application/merge-patch+json"),
    responses(
        (status = 200, description = "As it is now", body = RelationshipView),
        (status = 204, description = "Done; no body was wanted"),
    )
)]
#[patch("/v1/relationships/{relationship_id}")]
async fn update_relationship(
    caller: Caller<WriteTie>,
    id: web::Path<Uuid>,
    if_match: IfMatch,
    conditions: Conditions,
    db: web::Data<Db>,
    clock: web::Data<Clock>,
    body: PatchBody<UpdateRelationship>,
) -> Result<HttpResponse, Problem> {
    let (id, now) = (RelationshipId(*id), clock.now());
    let change = body.0.parse().map_err(Error::invalid)?;
    let check = move |version| if_match.check(version);
    let changed = db.write_words(caller.view(), move |conn, key| store::update(conn, key, id, change, check, now)).await?;
    Ok(reply::changed(&conditions, &etag(changed.relationship.version), &RelationshipView::from(changed)))
}

/// Remove a relationship
///
/// With everything logged in it, at once and for good.
#[utoipa::path(
    tag = "relationships",
    params(("relationship_id" = Uuid, Path, description = "The relationship's id")),
    responses((status = 200, description = "Removed; the receipt", body = ErasureReceipt))
)]
#[delete("/v1/relationships/{relationship_id}")]
async fn delete_relationship(
    caller: Caller<DeleteTie>,
    id: web::Path<Uuid>,
    db: web::Data<Db>,
    clock: web::Data<Clock>,
) -> Result<HttpResponse, Problem> {
    let (view, id, now) = (caller.view(), RelationshipId(*id), clock.now());
    let receipt = db.unhurried().write(caller.view(), move |conn| erasures::of_relationship(conn, &view, id, now)).await?;
    Ok(HttpResponse::Ok().json(ErasureReceipt::from(receipt)))
}
