//! Consents over HTTP.

use actix_web::{HttpRequest, HttpResponse, get, post, web};
use utoipa_actix_web::service_config::ServiceConfig;
use uuid::Uuid;

use super::store;
use super::wire::{ConsentPage, ConsentView, CreateConsent};
use crate::api::auth::{Caller, Read, Write};
use crate::api::body::Body;
use crate::api::conditions::{Conditions, etag};
use crate::api::creating::Creating;
use crate::api::page::{PageQuery, next_of};
use crate::api::problem::Problem;
use crate::api::reply;
use crate::db::Db;
use crate::kernel::{Error, Keys};

/// A line does not change.
const VERSION: i64 = 1;

pub fn routes(config: &mut ServiceConfig) {
    config.service(create_account_consent).service(list_account_consents).service(get_account_consent);
}

/// Give or withdraw consent
///
/// Adds a line to the ledger; none is ever changed. The newest line of a purpose counts, from this moment on.
#[utoipa::path(tag = "accounts", request_body = CreateConsent, responses(
    (status = 201, description = "Written down", body = ConsentView),
))]
#[post("/v1/account/consents")]
async fn create_account_consent(
    caller: Caller<Write>,
    creating: Creating,
    db: web::Data<Db>,
    body: Body<CreateConsent>,
) -> Result<HttpResponse, Problem> {
    let account = caller.account;
    let creation = creating.of(account, "consents", &body.0, body.0.id)?;
    let decision = body.0.parse().map_err(Error::invalid)?;
    let made = db.write(caller.view(), move |conn| store::add(conn, account, &decision, &creation)).await?;
    let location = format!("/v1/account/consents/{}", made.value.id);
    Ok(reply::created(&creating.conditions, made.fresh, &location, &etag(VERSION), &ConsentView::from(made.value)))
}

/// List consents
///
/// Every line, latest first.
#[utoipa::path(tag = "accounts", params(PageQuery), responses((status = 200, description = "A page of the ledger", body = ConsentPage)))]
#[get("/v1/account/consents")]
async fn list_account_consents(
    caller: Caller<Read>,
    req: HttpRequest,
    query: web::Query<PageQuery>,
    keys: web::Data<Keys>,
    db: web::Data<Db>,
) -> Result<HttpResponse, Problem> {
    let (account, list) = (caller.account, "consents");
    let wanted = query.parse(&keys, account, list)?;
    let page = db.read(caller.view(), move |conn| store::list(conn, account, &wanted)).await?;
    let next = next_of(&req, &keys, account, list, &page)?;
    let data = page.rows.into_iter().map(ConsentView::from).collect();
    Ok(reply::list(&next, &ConsentPage { data, next_cursor: next.cursor.clone() }))
}

/// Read a consent
///
/// One line of the ledger.
#[utoipa::path(
    tag = "accounts",
    params(("consent_id" = Uuid, Path, description = "The line's id")),
    responses(
        (status = 200, description = "The line", body = ConsentView),
        (status = 304, description = "The client holds this version"),
    )
)]
#[get("/v1/account/consents/{consent_id}")]
async fn get_account_consent(
    caller: Caller<Read>,
    id: web::Path<Uuid>,
    db: web::Data<Db>,
    conditions: Conditions,
) -> Result<HttpResponse, Problem> {
    let (account, id) = (caller.account, *id);
    let found = db.read(caller.view(), move |conn| store::get(conn, account, id)).await?;
    Ok(reply::resource(&conditions, &etag(VERSION), &ConsentView::from(found)))
}
