//! Adopted practices over HTTP: for a session that reaches the whole account. A phone that two people share has a session for one
//! relationship, and what somebody tries by themselves is not for it.

use actix_web::{HttpRequest, HttpResponse, delete, get, patch, post, web};
use utoipa_actix_web::service_config::ServiceConfig;
use uuid::Uuid;

use super::change_wire::PracticeChangeView;
use super::wire::{AdoptedPracticePage, AdoptedPracticeView, CreateAdoptedPractice, StandingView, UpdateAdoptedPractice};
use super::{change, service, sessions_http, store};
use crate::api::auth::{Caller, Delete, Derive, Read, Write};
use crate::api::body::{Body, PatchBody};
use crate::api::conditions::{AcceptLanguage, Conditions, IfMatch, etag};
use crate::api::creating::Creating;
use crate::api::page::{PageQuery, next_of};
use crate::api::problem::Problem;
use crate::api::reply;
use crate::content::{Shelf, Texts};
use crate::db::Db;
use crate::features::assessments::Jobs;
use crate::kernel::{AdoptedPracticeId, Clock, Error, Keys, RelationshipId};

pub fn routes(config: &mut ServiceConfig) {
    config
        .service(create_adopted_practice)
        .service(list_adopted_practices)
        .service(get_adopted_practice)
        .service(get_practice_standing)
        .service(get_practice_change)
        .service(update_adopted_practice)
        .service(delete_adopted_practice);
    sessions_http::routes(config);
}

/// Adopt a practice
///
/// In one relationship, in a rhythm of one's own: a recurrence rule (RFC 5545) in a time zone, with a time of day or without. It is the
/// person's own: no grant lends it and nobody else is told.
#[utoipa::path(
    tag = "practices",
    params(("relationship_id" = Uuid, Path, description = "The relationship's id")),
    request_body = CreateAdoptedPractice,
    responses((status = 201, description = "Adopted", body = AdoptedPracticeView))
)]
#[post("/v1/relationships/{relationship_id}/practices")]
async fn create_adopted_practice(
    caller: Caller<Write>,
    relationship: web::Path<Uuid>,
    creating: Creating,
    db: web::Data<Db>,
    shelf: web::Data<Shelf>,
    body: Body<CreateAdoptedPractice>,
) -> Result<HttpResponse, Problem> {
    let (account, relationship) = (caller.account, RelationshipId(*relationship));
    let creation = creating.of(account, &format!("practices of {relationship}"), &body.0, body.0.id)?;
    let new = body.0.parse(&shelf.current()).map_err(Error::invalid)?;
    let made = db.write(caller.view(), move |conn| store::create(conn, account, relationship, &new, &creation)).await?;
    let (location, tag) = (format!("/v1/adopted-practices/{}", made.value.id), etag(made.value.version));
    Ok(reply::created(&creating.conditions, made.fresh, &location, &tag, &AdoptedPracticeView::from(made.value)))
}

/// List a relationship's adopted practices
///
/// Newest first, those that were dropped too.
#[utoipa::path(
    tag = "practices",
    params(("relationship_id" = Uuid, Path, description = "The relationship's id"), PageQuery),
    responses((status = 200, description = "A page of adopted practices", body = AdoptedPracticePage))
)]
#[get("/v1/relationships/{relationship_id}/practices")]
async fn list_adopted_practices(
    caller: Caller<Read>,
    req: HttpRequest,
    relationship: web::Path<Uuid>,
    query: web::Query<PageQuery>,
    keys: web::Data<Keys>,
    db: web::Data<Db>,
) -> Result<HttpResponse, Problem> {
    let (account, relationship) = (caller.account, RelationshipId(*relationship));
    let list = format!("practices {relationship}");
    let wanted = query.parse(&keys, account, &list)?;
    let page = db.read(caller.view(), move |conn| store::list(conn, account, relationship, &wanted)).await?;
    let next = next_of(&req, &keys, account, &list, &page)?;
    let data = page.rows.into_iter().map(AdoptedPracticeView::from).collect();
    Ok(reply::list(&next, &AdoptedPracticePage { data, next_cursor: next.cursor.clone() }))
}

/// Read an adopted practice
///
/// With its `ETag`, which a change has to name.
#[utoipa::path(
    tag = "practices",
    params(("adopted_practice_id" = Uuid, Path, description = "The adopted practice's id")),
    responses(
        (status = 200, description = "The adopted practice", body = AdoptedPracticeView),
        (status = 304, description = "The client holds this version"),
    )
)]
#[get("/v1/adopted-practices/{adopted_practice_id}")]
async fn get_adopted_practice(
    caller: Caller<Read>,
    id: web::Path<Uuid>,
    conditions: Conditions,
    db: web::Data<Db>,
) -> Result<HttpResponse, Problem> {
    let (account, id) = (caller.account, AdoptedPracticeId(*id));
    let found = db.read(caller.view(), move |conn| store::get(conn, account, id)).await?;
    Ok(reply::resource(&conditions, &etag(found.version), &AdoptedPracticeView::from(found)))
}

/// Read where a practice stands
///
/// Whose turn it is, what is due, how often it was done, worked out from the sessions. Real contact moves a practice that is about being in
/// touch. A day that was left out is let go: there is no figure of it. What may not be prompted rests, and that it does says nothing of why.
#[utoipa::path(
    tag = "practices",
    params(("adopted_practice_id" = Uuid, Path, description = "The adopted practice's id")),
    responses(
        (status = 200, description = "Where it stands today", body = StandingView),
        (status = 304, description = "The client holds this version"),
    )
)]
#[get("/v1/adopted-practices/{adopted_practice_id}/standing")]
async fn get_practice_standing(
    caller: Caller<Read>,
    id: web::Path<Uuid>,
    conditions: Conditions,
    db: web::Data<Db>,
    clock: web::Data<Clock>,
    shelf: web::Data<Shelf>,
) -> Result<HttpResponse, Problem> {
    let (id, now, catalogue) = (AdoptedPracticeId(*id), clock.now(), shelf.current());
    let stands = db.snapshot_words(caller.view(), move |conn, key| service::standing(conn, key, &catalogue, id, now));
    let view = StandingView::from(stands.await?);
    let tag = reply::tag_of_view(&view)?;
    Ok(reply::resource(&conditions, &tag, &view))
}

/// Read what changed with a practice
///
/// In the ways that it aims at: before it was adopted (four to eight weeks), since, and, once it was dropped, afterwards; with intervals,
/// or with the reason why nothing can be said. Computed now, from what is logged. It claims no cause.
#[utoipa::path(
    tag = "practices",
    params(("adopted_practice_id" = Uuid, Path, description = "The adopted practice's id")),
    responses(
        (status = 200, description = "What changed", body = PracticeChangeView, headers(("Content-Language" = String, description = "The language of the answer"))),
        (status = 304, description = "The client holds this version"),
    )
)]
#[get("/v1/adopted-practices/{adopted_practice_id}/change")]
async fn get_practice_change(
    caller: Caller<Derive>,
    id: web::Path<Uuid>,
    conditions: Conditions,
    db: web::Data<Db>,
    jobs: web::Data<Jobs>,
    clock: web::Data<Clock>,
    shelf: web::Data<Shelf>,
    texts: web::Data<Texts>,
    language: AcceptLanguage,
) -> Result<HttpResponse, Problem> {
    let found = change::change(&db, &jobs, shelf.current(), caller.view(), AdoptedPracticeId(*id), clock.now()).await?;
    let phrases = texts.accepted(language.as_str());
    let view = PracticeChangeView::new(&found, phrases);
    let tag = reply::tag_of_view(&view)?;
    Ok(reply::speaking(reply::resource(&conditions, &tag, &view), phrases.language))
}

/// Change an adopted practice
///
/// A merge patch: what is absent stays, null removes. Also lays it aside until a day, puts off what is prompted, or drops it: its sessions
/// stay.
#[utoipa::path(
    tag = "practices",
    params(("adopted_practice_id" = Uuid, Path, description = "The adopted practice's id")),
    request_body(content = UpdateAdoptedPractice, content_type = "application/merge-patch+json"),
    responses(
        (status = 200, description = "As it is now", body = AdoptedPracticeView),
        (status = 204, description = "Done; no body was wanted"),
    )
)]
#[patch("/v1/adopted-practices/{adopted_practice_id}")]
async fn update_adopted_practice(
    caller: Caller<Write>,
    id: web::Path<Uuid>,
    if_match: IfMatch,
    conditions: Conditions,
    db: web::Data<Db>,
    clock: web::Data<Clock>,
    body: PatchBody<UpdateAdoptedPractice>,
) -> Result<HttpResponse, Problem> {
    let (account, id, now) = (caller.account, AdoptedPracticeId(*id), clock.now());
    let change = body.0.parse().map_err(Error::invalid)?;
    let check = move |version| if_match.check(version);
    let changed = db.write(caller.view(), move |conn| store::update(conn, account, id, change, check, now)).await?;
    Ok(reply::changed(&conditions, &etag(changed.version), &AdoptedPracticeView::from(changed)))
}

/// Remove an adopted practice
///
/// With every session of it, at once and for good. To stop and keep what was noted, drop it.
#[utoipa::path(
    tag = "practices",
    params(("adopted_practice_id" = Uuid, Path, description = "The adopted practice's id")),
    responses((status = 204, description = "Removed"))
)]
#[delete("/v1/adopted-practices/{adopted_practice_id}")]
async fn delete_adopted_practice(
    caller: Caller<Delete>,
    id: web::Path<Uuid>,
    db: web::Data<Db>,
    clock: web::Data<Clock>,
) -> Result<HttpResponse, Problem> {
    let (account, id, now) = (caller.account, AdoptedPracticeId(*id), clock.now());
    db.write(caller.view(), move |conn| store::delete(conn, account, id, now)).await?;
    Ok(reply::nothing())
}
