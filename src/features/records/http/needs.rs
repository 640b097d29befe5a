//! Needs over HTTP.

use actix_web::{HttpRequest, HttpResponse, delete, get, patch, post, web};
use serde::Deserialize;
use utoipa::IntoParams;
use utoipa_actix_web::service_config::ServiceConfig;
use uuid::Uuid;

use crate::api::auth::{Caller, DeleteTie, Log, ReadLoan, WriteTie};
use crate::api::body::{Body, PatchBody};
use crate::api::conditions::{Conditions, IfMatch, etag};
use crate::api::creating::Creating;
use crate::api::page::{PageQuery, next_of};
use crate::api::problem::Problem;
use crate::api::reply;
use crate::db::Db;
use crate::features::records::model::{Filter, Need};
use crate::features::records::store;
use crate::features::records::wire::{CreateNeed, DaysFilter, NeedPage, NeedStatusWord, NeedView, UpdateNeed};
use crate::kernel::{Clock, Error, Keys, RecordId, RelationshipId};

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
    let creation = creating.of(caller.account, &format!("needs of {relationship}"), &body.0, body.0.id)?;
    let draft = body.0.parse(RelationshipId(*relationship)).map_err(Error::invalid)?;
    let made = db.write_words(caller.view(), move |conn, key| store::create(conn, key, draft, &creation)).await?;
    let (location, tag) = (format!("/v1/needs/{}", made.value.id), etag(made.value.version));
    Ok(reply::created(&creating.conditions.of_a_session(caller.locked), made.fresh, &location, &tag, &NeedView::from(made.value)))
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
    let (account, relationship) = (caller.account, RelationshipId(*relationship));
    let status = filter.status.map(|word| Need::status(word.into()));
    let filter = Filter { status, from: days.from, to: days.to };
    let list = format!("needs {relationship} {filter:?}");
    let (wanted, lent) = (query.parse(&keys, account, &list)?, filter.within(caller.view().reach()));
    let page = db.read_words(caller.view(), move |conn, key| store::list::<Need>(conn, key, relationship, lent, &wanted)).await?;
    let next = next_of(&req, &keys, account, &list, &page)?;
    let data = page.rows.into_iter().map(NeedView::from).collect();
    Ok(reply::list(&next, &NeedPage { data, next_cursor: next.cursor.clone() }))
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
    let id = RecordId(*id);
    let found = db.read_words(caller.view(), move |conn, key| store::get::<Need>(conn, key, id)).await?;
    Ok(reply::resource(&conditions, &etag(found.version), &NeedView::from(found)))
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
    let (id, now) = (RecordId(*id), clock.now());
    let change = body.0.parse().map_err(Error::invalid)?;
    let check = move |version| if_match.check(version);
    let changed = db.write_words(caller.view(), move |conn, key| store::update(conn, key, id, change, check, now)).await?;
    Ok(reply::changed(&conditions, &etag(changed.version), &NeedView::from(changed)))
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
    let (account, id, now) = (caller.account, RecordId(*id), clock.now());
    db.write(caller.view(), move |conn| store::delete::<Need>(conn, account, id, now)).await?;
    Ok(reply::nothing())
}
