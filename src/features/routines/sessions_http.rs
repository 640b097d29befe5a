//! Times that a practice was done, over HTTP.

use actix_web::{HttpRequest, HttpResponse, delete, get, patch, post, web};
use utoipa_actix_web::service_config::ServiceConfig;
use uuid::Uuid;

use super::sessions_wire::{CreatePracticeSession, PracticeSessionPage, PracticeSessionView, UpdatePracticeSession};
use super::store;
use crate::api::auth::{Caller, Delete, Read, Write};
use crate::api::body::{Body, PatchBody};
use crate::api::conditions::{Conditions, IfMatch, etag};
use crate::api::creating::Creating;
use crate::api::page::{PageQuery, next_of};
use crate::api::problem::Problem;
use crate::api::reply;
use crate::db::Db;
use crate::kernel::{AdoptedPracticeId, Clock, Error, Keys, PracticeSessionId};

pub fn routes(config: &mut ServiceConfig) {
    config
        .service(create_practice_session)
        .service(list_practice_sessions)
        .service(get_practice_session)
        .service(update_practice_session)
        .service(delete_practice_session);
}

/// Note that a practice was done
///
/// Only who began and who took part are needed. It is no evidence of an assessment: what one did for the other is logged as an interaction.
#[utoipa::path(
    tag = "practices",
    params(("adopted_practice_id" = Uuid, Path, description = "The adopted practice's id")),
    request_body = CreatePracticeSession,
    responses((status = 201, description = "Noted", body = PracticeSessionView))
)]
#[post("/v1/adopted-practices/{adopted_practice_id}/sessions")]
async fn create_practice_session(
    caller: Caller<Write>,
    practice: web::Path<Uuid>,
    creating: Creating,
    db: web::Data<Db>,
    body: Body<CreatePracticeSession>,
) -> Result<HttpResponse, Problem> {
    let practice = AdoptedPracticeId(*practice);
    let place = format!("/v1/adopted-practices/{practice}/sessions");
    let creation = creating.of(caller.account, &place, &body.0, body.0.id)?;
    let told = body.0.parse().map_err(Error::invalid)?;
    let made = db.write_words(caller.view(), move |conn, key| store::create_session(conn, key, practice, &told, &creation)).await?;
    let (location, tag) = (format!("{place}/{}", made.value.id), etag(made.value.version));
    Ok(reply::created(&creating.conditions, made.fresh, &location, &tag, &PracticeSessionView::from(made.value)))
}

/// List the times that a practice was done
///
/// The latest day first.
#[utoipa::path(
    tag = "practices",
    params(("adopted_practice_id" = Uuid, Path, description = "The adopted practice's id"), PageQuery),
    responses((status = 200, description = "A page of sessions", body = PracticeSessionPage))
)]
#[get("/v1/adopted-practices/{adopted_practice_id}/sessions")]
async fn list_practice_sessions(
    caller: Caller<Read>,
    req: HttpRequest,
    practice: web::Path<Uuid>,
    query: web::Query<PageQuery>,
    keys: web::Data<Keys>,
    db: web::Data<Db>,
) -> Result<HttpResponse, Problem> {
    let (account, practice) = (caller.account, AdoptedPracticeId(*practice));
    let list = format!("practice sessions {practice}");
    let wanted = query.parse(&keys, account, &list)?;
    let page = db.read_words(caller.view(), move |conn, key| store::list_sessions(conn, key, practice, &wanted)).await?;
    let next = next_of(&req, &keys, account, &list, &page)?;
    let data = page.rows.into_iter().map(PracticeSessionView::from).collect();
    Ok(reply::list(&next, &PracticeSessionPage { data, next_cursor: next.cursor.clone() }))
}

/// Read one time that a practice was done
///
/// With its `ETag`, which a change has to name.
#[utoipa::path(
    tag = "practices",
    params(
        ("adopted_practice_id" = Uuid, Path, description = "The adopted practice's id"),
        ("practice_session_id" = Uuid, Path, description = "The session's id"),
    ),
    responses(
        (status = 200, description = "The session", body = PracticeSessionView),
        (status = 304, description = "The client holds this version"),
    )
)]
#[get("/v1/adopted-practices/{adopted_practice_id}/sessions/{practice_session_id}")]
async fn get_practice_session(
    caller: Caller<Read>,
    path: web::Path<(Uuid, Uuid)>,
    conditions: Conditions,
    db: web::Data<Db>,
) -> Result<HttpResponse, Problem> {
    let (practice, id) = (AdoptedPracticeId(path.0), PracticeSessionId(path.1));
    let found = db.read_words(caller.view(), move |conn, key| store::get_session(conn, key, practice, id)).await?;
    Ok(reply::resource(&conditions, &etag(found.version), &PracticeSessionView::from(found)))
}

/// Change what was noted of a practice
///
/// A merge patch: what is absent stays, null removes. Whose turn it is follows.
#[utoipa::path(
    tag = "practices",
    params(
        ("adopted_practice_id" = Uuid, Path, description = "The adopted practice's id"),
        ("practice_session_id" = Uuid, Path, description = "The session's id"),
    ),
    request_body(content = UpdatePracticeSession, content_type = "application/merge-patch+json"),
    responses(
        (status = 200, description = "As it is now", body = PracticeSessionView),
        (status = 204, description = "Done; no body was wanted"),
    )
)]
#[patch("/v1/adopted-practices/{adopted_practice_id}/sessions/{practice_session_id}")]
async fn update_practice_session(
    caller: Caller<Write>,
    path: web::Path<(Uuid, Uuid)>,
    if_match: IfMatch,
    conditions: Conditions,
    db: web::Data<Db>,
    clock: web::Data<Clock>,
    body: PatchBody<UpdatePracticeSession>,
) -> Result<HttpResponse, Problem> {
    let (of, now) = ((AdoptedPracticeId(path.0), PracticeSessionId(path.1)), clock.now());
    let change = body.0.parse().map_err(Error::invalid)?;
    let check = move |version| if_match.check(version);
    let changed = db.write_words(caller.view(), move |conn, key| store::update_session(conn, key, of, change, check, now)).await?;
    Ok(reply::changed(&conditions, &etag(changed.version), &PracticeSessionView::from(changed)))
}

/// Remove one time that a practice was done
///
/// At once and for good. Whose turn it is follows.
#[utoipa::path(
    tag = "practices",
    params(
        ("adopted_practice_id" = Uuid, Path, description = "The adopted practice's id"),
        ("practice_session_id" = Uuid, Path, description = "The session's id"),
    ),
    responses((status = 204, description = "Removed"))
)]
#[delete("/v1/adopted-practices/{adopted_practice_id}/sessions/{practice_session_id}")]
async fn delete_practice_session(
    caller: Caller<Delete>,
    path: web::Path<(Uuid, Uuid)>,
    db: web::Data<Db>,
    clock: web::Data<Clock>,
) -> Result<HttpResponse, Problem> {
    let (account, practice, id, now) = (caller.account, AdoptedPracticeId(path.0), PracticeSessionId(path.1), clock.now());
    db.write(caller.view(), move |conn| store::delete_session(conn, account, practice, id, now)).await?;
    Ok(reply::nothing())
}
