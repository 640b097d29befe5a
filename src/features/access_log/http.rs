//! The access log over HTTP.

use actix_web::{HttpRequest, HttpResponse, get, web};
use utoipa_actix_web::service_config::ServiceConfig;

use super::store;
use super::wire::{AccessPage, AccessView};
use crate::api::auth::{Caller, Read};
use crate::api::page::{PageQuery, next_of};
use crate::api::problem::Problem;
use crate::api::reply;
use crate::db::Db;
use crate::kernel::{Clock, Keys};

pub fn routes(config: &mut ServiceConfig) {
    config.service(list_account_accesses);
}

/// List who read what
///
/// Which session was shown which class of the account's data in which hour, latest first, for 90 days. Neither what was read nor how often.
#[utoipa::path(tag = "accounts", params(PageQuery), responses((status = 200, description = "A page of the log", body = AccessPage)))]
#[get("/v1/account/access-log")]
async fn list_account_accesses(
    caller: Caller<Read>,
    req: HttpRequest,
    query: web::Query<PageQuery>,
    keys: web::Data<Keys>,
    clock: web::Data<Clock>,
    db: web::Data<Db>,
) -> Result<HttpResponse, Problem> {
    let (account, now, list) = (caller.account, clock.now(), "access log");
    let wanted = query.parse(&keys, account, list)?;
    let page = db.read(account, move |conn| store::list(conn, account, &wanted, now)).await?;
    let next = next_of(&req, &keys, account, list, &page)?;
    let data = page.rows.into_iter().map(AccessView::from).collect();
    Ok(reply::list(&next, &AccessPage { data, next_cursor: next.cursor.clone() }))
}
