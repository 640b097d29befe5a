//! Retention over HTTP.

use actix_web::{HttpRequest, HttpResponse, get, patch, web};
use utoipa_actix_web::service_config::ServiceConfig;

use super::store;
use super::wire::{LinePage, LineView, RetentionView, UpdateRetention};
use crate::api::auth::{Caller, Delete, Read};
use crate::api::body::PatchBody;
use crate::api::conditions::{Conditions, IfMatch, etag};
use crate::api::page::{PageQuery, next_of};
use crate::api::problem::Problem;
use crate::api::reply;
use crate::db::Db;
use crate::kernel::{Clock, Error, Keys};

pub fn routes(config: &mut ServiceConfig) {
    config.service(get_retention).service(update_retention).service(list_retention_history);
}

/// Read how long things are kept
///
/// For ever, unless a number of days says otherwise.
#[utoipa::path(tag = "accounts", responses(
    (status = 200, description = "The days that each class is kept", body = RetentionView),
    (status = 304, description = "The client holds this version"),
))]
#[get("/v1/account/retention")]
async fn get_retention(caller: Caller<Read>, db: web::Data<Db>, conditions: Conditions) -> Result<HttpResponse, Problem> {
    let settings = db.read(caller.view(), move |conn| store::get(conn, caller.account)).await?;
    Ok(reply::resource(&conditions, &etag(settings.version), &RetentionView::from(settings.kept)))
}

/// Change how long things are kept
///
/// What is older is dropped within the hour, and again every hour, as if it were erased; so it takes the right to delete. With
/// interactions and responses go the assessments whose window meets their days: their figures are made of them. The history says for
/// good that the settings were changed.
#[utoipa::path(
    tag = "accounts",
    request_body(content = UpdateRetention, content_type = "application/merge-patch+json"),
    responses(
        (status = 200, description = "As it is now", body = RetentionView),
        (status = 204, description = "Done; no body was wanted"),
    )
)]
#[patch("/v1/account/retention")]
async fn update_retention(
    caller: Caller<Delete>,
    if_match: IfMatch,
    conditions: Conditions,
    db: web::Data<Db>,
    clock: web::Data<Clock>,
    body: PatchBody<UpdateRetention>,
) -> Result<HttpResponse, Problem> {
    let change = body.0.parse().map_err(Error::invalid)?;
    let (account, now) = (caller.account, clock.now());
    let settings =
        db.write(caller.view(), move |conn| store::update(conn, account, change, |version| if_match.check(version), now)).await?;
    Ok(reply::changed(&conditions, &etag(settings.version), &RetentionView::from(settings.kept)))
}

/// List what was dropped
///
/// How much of which class and when, and when the settings were changed, latest first; nothing of what it said.
#[utoipa::path(tag = "accounts", params(PageQuery), responses((status = 200, description = "A page of it", body = LinePage)))]
#[get("/v1/account/retention/history")]
async fn list_retention_history(
    caller: Caller<Read>,
    req: HttpRequest,
    query: web::Query<PageQuery>,
    keys: web::Data<Keys>,
    db: web::Data<Db>,
) -> Result<HttpResponse, Problem> {
    let (account, list) = (caller.account, "retention history");
    let wanted = query.parse(&keys, account, list)?;
    let page = db.read(caller.view(), move |conn| store::list(conn, account, &wanted)).await?;
    let next = next_of(&req, &keys, account, list, &page)?;
    let data = page.rows.into_iter().map(LineView::from).collect();
    Ok(reply::list(&next, &LinePage { data, next_cursor: next.cursor.clone() }))
}
