//! Grants over HTTP.

use actix_web::{HttpRequest, HttpResponse, delete, get, post, web};
use utoipa_actix_web::service_config::ServiceConfig;
use uuid::Uuid;

use super::model::GrantCode;
use super::service::Grants;
use super::store;
use super::wire::{CreateGrant, GrantPage, GrantView, NewGrant, RedeemGrant};
use crate::api::auth::{Asked, Caller, End, Gate, Lend, Read, SigningIn, Standing, Storing, Visitor};
use crate::api::body::Body;
use crate::api::conditions::Conditions;
use crate::api::creating::Creating;
use crate::api::guesses::Secret;
use crate::api::page::{PageQuery, next_of};
use crate::api::problem::Problem;
use crate::api::reply;
use crate::db::Db;
use crate::features::sessions::TokenPair;
use crate::kernel::{Clock, Code, Error, Fields, GrantId, Keys, RelationshipId};

pub fn routes(config: &mut ServiceConfig) {
    config.service(create_grant).service(list_grants).service(redeem_grant).service(get_grant).service(end_grant);
}

/// Let somebody read
///
/// Some of a relationship, for some hours: its entries on these days and in these ways, its timeline computed from them alone, and the
/// alias. Nothing can be changed with it. The answer has a code to hand over, shown this once; whoever redeems it first reads. It takes
/// the password, and a session with every scope.
#[utoipa::path(
    tag = "grants",
    params(("relationship_id" = Uuid, Path, description = "The relationship's id")),
    request_body = CreateGrant,
    responses((status = 201, description = "Given; hand over the code", body = NewGrant))
)]
#[post("/v1/relationships/{relationship_id}/grants")]
async fn create_grant(
    caller: Caller<Lend>,
    asked: Asked,
    standing: Standing,
    storing: Storing,
    gate: web::Data<Gate>,
    relationship: web::Path<Uuid>,
    creating: Creating,
    grants: web::Data<Grants>,
    body: Body<CreateGrant>,
) -> Result<HttpResponse, Problem> {
    // Whoever is let in gets a session of ours, and where other issuers stand in our place there are none.
    if !gate.accounts.has_passwords() {
        return Err(Error::new(Code::PasswordsNotUsed).into());
    }
    let relationship = RelationshipId(*relationship);
    let creation = creating.of(caller.account, &format!("grants of {relationship}"), &body.0, None)?;
    let now = creation.now;
    let terms = body.0.parse(relationship, now).map_err(Error::invalid)?;
    storing.spend(caller.account, 1)?;
    let attempt = asked.attempt(caller.account)?;
    let (made, code) =
        attempt.settle(grants.create(caller.view(), body.0.current_password.as_deref(), standing.came(), terms, creation).await)?;
    let location = format!("/v1/grants/{}", made.value.id);
    let view = NewGrant::new(made.value, code.as_ref(), now);
    // A client that prefers no body would never see the code, so that is not heeded.
    Ok(reply::created(&Conditions::default(), made.fresh, &location, &reply::tag_of_view(&view)?, &view))
}

/// List grants
///
/// Newest first; those that are over too, up to the newest 200.
#[utoipa::path(tag = "grants", params(PageQuery), responses((status = 200, description = "A page of grants", body = GrantPage)))]
#[get("/v1/grants")]
async fn list_grants(
    caller: Caller<Read>,
    req: HttpRequest,
    query: web::Query<PageQuery>,
    keys: web::Data<Keys>,
    db: web::Data<Db>,
    clock: web::Data<Clock>,
) -> Result<HttpResponse, Problem> {
    let (account, now) = (caller.account, clock.now());
    let wanted = query.parse(&keys, account, "grants")?;
    let page = db.read_words(caller.view(), move |conn, key| store::list(conn, key, &wanted)).await?;
    let next = next_of(&req, &keys, account, "grants", &page)?;
    let data = page.rows.into_iter().map(|grant| GrantView::new(grant, now)).collect();
    Ok(reply::list(&next, &GrantPage { data, next_cursor: next.cursor.clone() }))
}

/// Redeem a grant
///
/// Starts a session that may read what the grant lends and nothing else, until the grant ends, or nobody has refreshed it for 30 days.
/// A code is good once: one that was used answers like one that never was.
#[utoipa::path(tag = "grants", security(()), request_body = RedeemGrant, responses(
    (status = 201, description = "The session of whoever was let in", body = TokenPair),
    (status = 401, description = "No grant waits for this code"),
    (status = 403, description = "The service believes other issuers alone"),
))]
#[post("/v1/grants/redemptions")]
async fn redeem_grant(
    visitor: Visitor<SigningIn>,
    grants: web::Data<Grants>,
    clock: web::Data<Clock>,
    body: Body<RedeemGrant>,
) -> Result<HttpResponse, Problem> {
    let mut fields = Fields::default();
    let code = fields.take("/code", GrantCode::parse(&body.0.code));
    let code = fields.finish(code).map_err(Error::invalid)?;
    let attempt = visitor.attempt(Secret::GrantCode, &code.account.to_string())?;
    let granted = attempt.settle(grants.redeem(code, clock.now()).await)?;
    Ok(HttpResponse::Created().json(TokenPair::from(granted)))
}

/// Read a grant
///
/// What it lends, until when, and whether somebody has used it.
#[utoipa::path(
    tag = "grants",
    params(("grant_id" = Uuid, Path, description = "The grant's id")),
    responses(
        (status = 200, description = "The grant", body = GrantView),
        (status = 304, description = "The client holds this version"),
    )
)]
#[get("/v1/grants/{grant_id}")]
async fn get_grant(
    caller: Caller<Read>,
    id: web::Path<Uuid>,
    conditions: Conditions,
    db: web::Data<Db>,
    clock: web::Data<Clock>,
) -> Result<HttpResponse, Problem> {
    let id = GrantId(*id);
    let found = db.read_words(caller.view(), move |conn, key| store::get(conn, key, id)).await?;
    let view = GrantView::new(found, clock.now());
    Ok(reply::resource(&conditions, &reply::tag_of_view(&view)?, &view))
}

/// End a grant
///
/// Whoever was let in by it is refused from then on: at once on this instance, within two seconds on every other. Any session that
/// reaches the whole account may, whatever its scope. The grant stays listed.
#[utoipa::path(
    tag = "grants",
    params(("grant_id" = Uuid, Path, description = "The grant's id")),
    responses((status = 204, description = "It has ended"))
)]
#[delete("/v1/grants/{grant_id}")]
async fn end_grant(
    caller: Caller<End>,
    id: web::Path<Uuid>,
    grants: web::Data<Grants>,
    clock: web::Data<Clock>,
) -> Result<HttpResponse, Problem> {
    grants.end(caller.view(), GrantId(*id), clock.now()).await?;
    Ok(reply::nothing())
}
