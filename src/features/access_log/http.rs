//! The access log over HTTP.

use actix_web::{HttpRequest, HttpResponse, get, web};
use serde::Deserialize;
use utoipa::IntoParams;
use utoipa_actix_web::service_config::ServiceConfig;
use uuid::Uuid;

use super::store;
use super::wire::{AccessPage, AccessView};
use crate::api::auth::{Caller, Read};
use crate::api::page::{PageQuery, next_of};
use crate::api::problem::Problem;
use crate::api::reply;
use crate::db::Db;
use crate::kernel::{Clock, GrantId, Keys};

pub fn routes(config: &mut ServiceConfig) {
    config.service(list_account_accesses);
}

/// Which lines to list.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct AccessFilter {
    /// Only what was read through this grant.
    #[param(required = false)]
    grant_id: Option<Uuid>,
}

/// List who read what
///
/// Which session was shown which class of the account's data in which hour, and by which grant it came, latest first, for 90 days.
/// Neither what was read nor how often.
#[utoipa::path(tag = "accounts", params(PageQuery, AccessFilter), responses((status = 200, description = "A page of the log", body = AccessPage)))]
#[get("/v1/account/access-log")]
async fn list_account_accesses(
    caller: Caller<Read>,
    req: HttpRequest,
    query: web::Query<PageQuery>,
    filter: web::Query<AccessFilter>,
    keys: web::Data<Keys>,
    clock: web::Data<Clock>,
    db: web::Data<Db>,
) -> Result<HttpResponse, Problem> {
    let (account, now, grant) = (caller.account, clock.now(), filter.grant_id.map(GrantId));
    let list = format!("access log {grant:?}");
    let wanted = query.parse(&keys, account, &list)?;
    let page = db.read(caller.view(), move |conn| store::list(conn, account, grant, &wanted, now)).await?;
    let next = next_of(&req, &keys, account, &list, &page)?;
    let data = page.rows.into_iter().map(AccessView::from).collect();
    Ok(reply::list(&next, &AccessPage { data, next_cursor: next.cursor.clone() }))
}
