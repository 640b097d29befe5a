//! A relationship over time, for apps that draw their own pictures.

use actix_web::{HttpResponse, get, web};
use uuid::Uuid;

use crate::api::auth::{Caller, DeriveLoan};
use crate::api::conditions::{AcceptLanguage, Conditions};
use crate::api::problem::Problem;
use crate::api::reply;
use crate::content::{Shelf, Texts};
use crate::db::Db;
use crate::features::assessments::jobs::Jobs;
use crate::features::assessments::service;
use crate::features::assessments::wire::{TimelineQuery, TimelineView};
use crate::kernel::{Clock, Error, RelationshipId};

/// Read a relationship's timeline
///
/// The series behind an assessment's picture: what was logged week by week in each way, the level with its interval, the
/// likeliest shift, the ebb, and periods of strain. Weeks without entries are not there. No words of an entry are in it, and
/// nothing is stored. Counted with computing, because it may take as much work.
#[utoipa::path(
    tag = "assessments",
    params(("relationship_id" = Uuid, Path, description = "The relationship's id"), TimelineQuery),
    responses(
        (status = 200, description = "The series", body = TimelineView, headers(("Content-Language" = String, description = "The language of the answer"))),
        (status = 304, description = "The client holds this version"),
    )
)]
#[get("/v1/relationships/{relationship_id}/timeline")]
pub async fn get_timeline(
    caller: Caller<DeriveLoan>,
    relationship: web::Path<Uuid>,
    query: web::Query<TimelineQuery>,
    conditions: Conditions,
    db: web::Data<Db>,
    jobs: web::Data<Jobs>,
    clock: web::Data<Clock>,
    shelf: web::Data<Shelf>,
    texts: web::Data<Texts>,
    language: AcceptLanguage,
) -> Result<HttpResponse, Problem> {
    let relationship = RelationshipId(*relationship);
    let wanted = query.parse()?;
    let found = service::timeline(&db, &jobs, shelf.current(), caller.view(), relationship, wanted, clock.now());
    let found = found.await.map_err(Error::in_query)?;
    let phrases = texts.accepted(language.as_str());
    let view = TimelineView::new(relationship, found, phrases);
    let tag = reply::tag_of_view(&view)?;
    Ok(reply::speaking(reply::resource(&conditions, &tag, &view), phrases.language))
}
