//! Which question set comes next, over HTTP.

use std::sync::Arc;

use actix_web::{HttpResponse, get, web};
use uuid::Uuid;

use crate::api::auth::{Caller, ReadTie};
use crate::api::conditions::{AcceptLanguage, Conditions};
use crate::api::problem::Problem;
use crate::api::reply;
use crate::content::Shelf;
use crate::db::Db;
use crate::features::responses::rotation;
use crate::features::responses::wire::{QuestionSetTurn, QuestionSetTurnList};
use crate::kernel::{Clock, RelationshipId};

/// List the question sets that come next
///
/// Those that suit the relationship, in the order of their turns: of those that may be asked, whichever was never answered, then whichever
/// was answered longest ago. A set may be asked again when it would ask about other days. Nothing is asked about a relationship that is
/// paused, archived or has ended. A set for right after time together follows a meeting and takes no turn.
#[utoipa::path(
    tag = "responses",
    params(
        ("relationship_id" = Uuid, Path, description = "The relationship's id"),
    ),
    responses(
        (status = 200, description = "The question sets, those that may be asked first", body = QuestionSetTurnList, headers(
            ("Content-Language" = String, description = "The languages of the answer"),
        )),
        (status = 304, description = "The client holds this version"),
    )
)]
#[get("/v1/relationships/{relationship_id}/question-sets")]
pub async fn list_next_question_sets(
    caller: Caller<ReadTie>,
    relationship: web::Path<Uuid>,
    conditions: Conditions,
    db: web::Data<Db>,
    clock: web::Data<Clock>,
    shelf: web::Data<Shelf>,
    language: AcceptLanguage,
) -> Result<HttpResponse, Problem> {
    let (account, relationship, now) = (caller.account, RelationshipId(*relationship), clock.now());
    let catalogue = shelf.current();
    let sets = Arc::clone(&catalogue);
    let answered = db.read(caller.view(), move |conn| rotation::answered(conn, &sets, account, relationship, now)).await?;
    let turns = rotation::turns(&catalogue, &answered);
    let mut languages: Vec<&str> = turns.iter().map(|turn| turn.set.localise(language.as_str()).language()).collect();
    languages.sort_unstable();
    languages.dedup();
    let view = QuestionSetTurnList { data: turns.iter().map(|turn| QuestionSetTurn::of(turn, language.as_str())).collect() };
    let tag = reply::tag_of_view(&view)?;
    Ok(reply::speaking(reply::resource(&conditions, &tag, &view), &languages.join(", ")))
}
