//! Promises over HTTP.

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
use crate::features::records::model::{Filter, Promise};
use crate::features::records::store;
use crate::features::records::wire::{CreatePromise, DaysFilter, PromisePage, PromiseStatusWord, PromiseView, UpdatePromise};
use crate::kernel::{Clock, Error, Keys, RecordId, RelationshipId};

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
    let creation = creating.of(caller.account, &format!("promises of {relationship}"), &body.0, body.0.id)?;
    let draft = body.0.parse(RelationshipId(*relationship)).map_err(Error::invalid)?;
    let made = db.write_words(caller.view(), move |conn, key| store::create(conn, key, draft, &creation)).await?;
    let (location, tag) = (format!("/v1/promises/{}", made.value.id), etag(made.value.version));
    Ok(reply::created(&creating.conditions.of_a_session(caller.locked), made.fresh, &location, &tag, &PromiseView::from(made.value)))
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
    let (account, relationship) = (caller.account, RelationshipId(*relationship));
    let status = filter.status.map(|word| Promise::status(word.into()));
    let filter = Filter { status, from: days.from, to: days.to };
    let list = format!("promises {relationship} {filter:?}");
    let (wanted, lent) = (query.parse(&keys, account, &list)?, filter.within(caller.view().reach()));
    let page = db.read_words(caller.view(), move |conn, key| store::list::<Promise>(conn, key, relationship, lent, &wanted)).await?;
    let next = next_of(&req, &keys, account, &list, &page)?;
    let data = page.rows.into_iter().map(PromiseView::from).collect();
    Ok(reply::list(&next, &PromisePage { data, next_cursor: next.cursor.clone() }))
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
    let id = RecordId(*id);
    let found = db.read_words(caller.view(), move |conn, key| store::get::<Promise>(conn, key, id)).await?;
    Ok(reply::resource(&conditions, &etag(found.version), &PromiseView::from(found)))
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
    let (id, now) = (RecordId(*id), clock.now());
    let change = body.0.parse().map_err(Error::invalid)?;
    let check = move |version| if_match.check(version);
    let changed = db.write_words(caller.view(), move |conn, key| store::update(conn, key, id, change, check, now)).await?;
    Ok(reply::changed(&conditions, &etag(changed.version), &PromiseView::from(changed)))
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
    let (account, id, now) = (caller.account, RecordId(*id), clock.now());
    db.write(caller.view(), move |conn| store::delete::<Promise>(conn, account, id, now)).await?;
    Ok(reply::nothing())
}
