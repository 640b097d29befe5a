//! The safety screen over HTTP. What it asks is the same for everybody; the answers are for a session that reaches the whole account:
//! an app that two people share has one for their relationship alone.

use actix_web::http::header::{CACHE_CONTROL, HeaderValue};
use actix_web::{HttpResponse, delete, get, put, web};
use utoipa_actix_web::service_config::ServiceConfig;
use uuid::Uuid;

use super::model::Answers;
use super::store;
use super::wire::{PutSafetyAnswers, SafetyAnswersView, ScreenView, parse};
use crate::api::auth::{Caller, Delete, Read, Write};
use crate::api::body::Body;
use crate::api::conditions::{AcceptLanguage, Conditions};
use crate::api::problem::Problem;
use crate::api::{public, reply};
use crate::content::{Catalogue, Shelf};
use crate::db::Db;
use crate::kernel::{Error, RelationshipId};

pub fn routes(config: &mut ServiceConfig) {
    config.service(get_safety_screen).service(get_safety_answers).service(put_safety_answers).service(delete_safety_answers);
}

/// Read the safety screen
///
/// A few optional questions about feeling safe with somebody, and what follows from which answers: an app may work that out by itself and
/// send nothing. Fear, force and control are no matter of give and take. Nothing on the way keeps the answer (`no-store`).
#[utoipa::path(
    tag = "safety",
    security(()),
    responses(
        (status = 200, description = "The screen", body = ScreenView, headers(
            ("Content-Language" = String, description = "The language of the answer"),
        )),
        (status = 304, description = "The client holds this version"),
    )
)]
#[get("/v1/safety/screen")]
async fn get_safety_screen(wanted: AcceptLanguage, conditions: Conditions, shelf: web::Data<Shelf>) -> Result<HttpResponse, Problem> {
    let catalogue = shelf.current();
    let screen = catalogue.safety_screen();
    let said = screen.localise(wanted.as_str());
    let mut answer = public::content(&conditions, said.language, &ScreenView::new(screen, &said))?;
    // That somebody read it should leave no trace on a device that is shared.
    answer.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    Ok(answer)
}

/// Read one's answers to the safety screen
///
/// About one relationship, with what follows from them. Where there are none the list is empty; what follows is the same as where
/// nothing was said. They are in no other answer: not in assessments, grants, histories, nor in an export that does not ask for them.
#[utoipa::path(
    tag = "safety",
    params(("relationship_id" = Uuid, Path, description = "The relationship's id")),
    responses((status = 200, description = "The answers, none among them", body = SafetyAnswersView))
)]
#[get("/v1/relationships/{relationship_id}/safety")]
async fn get_safety_answers(
    caller: Caller<Read>,
    relationship: web::Path<Uuid>,
    db: web::Data<Db>,
    shelf: web::Data<Shelf>,
    language: AcceptLanguage,
) -> Result<HttpResponse, Problem> {
    let relationship = RelationshipId(*relationship);
    let answers = db.read_words(caller.view(), move |conn, key| store::get(conn, key, relationship)).await?;
    Ok(HttpResponse::Ok().json(view(answers, &shelf.current(), &language)?))
}

/// Answer the safety screen
///
/// About one relationship. All answers at once: they take the place of those before. They decide what is suggested from now on, and no
/// figure.
#[utoipa::path(
    tag = "safety",
    params(("relationship_id" = Uuid, Path, description = "The relationship's id")),
    request_body = PutSafetyAnswers,
    responses((status = 200, description = "As they are now, and what follows", body = SafetyAnswersView))
)]
#[put("/v1/relationships/{relationship_id}/safety")]
async fn put_safety_answers(
    caller: Caller<Write>,
    relationship: web::Path<Uuid>,
    db: web::Data<Db>,
    shelf: web::Data<Shelf>,
    language: AcceptLanguage,
    body: Body<PutSafetyAnswers>,
) -> Result<HttpResponse, Problem> {
    let relationship = RelationshipId(*relationship);
    let answers = parse(&body.0.answers, shelf.current().safety_screen()).map_err(Error::invalid)?;
    let stored = answers.clone();
    db.write_words(caller.view(), move |conn, key| store::put(conn, key, relationship, &stored)).await?;
    Ok(HttpResponse::Ok().json(view(answers, &shelf.current(), &language)?))
}

/// Erase one's answers to the safety screen
///
/// About one relationship, at once and without a trace: nothing says afterwards that there were any. Exports that were made before are
/// dropped, as with every erasure.
#[utoipa::path(
    tag = "safety",
    params(("relationship_id" = Uuid, Path, description = "The relationship's id")),
    responses((status = 204, description = "There are none"))
)]
#[delete("/v1/relationships/{relationship_id}/safety")]
async fn delete_safety_answers(caller: Caller<Delete>, relationship: web::Path<Uuid>, db: web::Data<Db>) -> Result<HttpResponse, Problem> {
    let (account, relationship) = (caller.account, RelationshipId(*relationship));
    db.write(caller.view(), move |conn| store::remove(conn, account, relationship)).await?;
    Ok(reply::nothing())
}

fn view(answers: Answers, catalogue: &Catalogue, language: &AcceptLanguage) -> Result<SafetyAnswersView, Error> {
    let screen = catalogue.safety_screen();
    let consequence = screen.consequence(&answers.0).ok_or_else(|| Error::internal("no outcome of the safety screen holds"))?;
    Ok(SafetyAnswersView::new(answers, consequence, &screen.localise(language.as_str())))
}
