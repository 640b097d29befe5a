//! Prompts over HTTP: for a session that reaches the whole account, as what is suggested is.

use std::sync::Arc;

use actix_web::{HttpResponse, get, web};
use utoipa_actix_web::service_config::ServiceConfig;

use super::model::gentlest;
use super::service;
use super::wire::PromptList;
use crate::api::auth::{Caller, Read};
use crate::api::conditions::AcceptLanguage;
use crate::api::problem::Problem;
use crate::api::reply;
use crate::content::{Shelf, Texts};
use crate::db::Db;
use crate::kernel::Clock;

pub fn routes(config: &mut ServiceConfig) {
    config.service(list_prompts);
}

/// What to do today
///
/// Of the practices that were adopted, across relationships: three at most, the gentlest first, each with why. Each can be done (a session
/// is noted), put off until a day, or said to be not for them. What rests is not there, nor what must not be suggested; that something is not
/// there says nothing of why. Prompts are in no report, no grant and no export.
#[utoipa::path(tag = "practices", responses(
    (status = 200, description = "What is due, none among it", body = PromptList, headers(
        ("Content-Language" = String, description = "The language of the answer"),
    )),
))]
#[get("/v1/prompts")]
async fn list_prompts(
    caller: Caller<Read>,
    db: web::Data<Db>,
    clock: web::Data<Clock>,
    shelf: web::Data<Shelf>,
    texts: web::Data<Texts>,
    language: AcceptLanguage,
) -> Result<HttpResponse, Problem> {
    let (now, catalogue) = (clock.now(), shelf.current());
    let known = Arc::clone(&catalogue);
    // Where the rows are read: days are worked out there, not on a thread that answers requests.
    let due = db.snapshot_words(caller.view(), move |conn, key| Ok(gentlest(&known, service::admitted(conn, key, &known, now)?, now)));
    let phrases = texts.accepted(language.as_str());
    let list = PromptList::new(due.await?, &catalogue, language.as_str(), phrases)?;
    Ok(reply::speaking(HttpResponse::Ok().json(list), phrases.language))
}
