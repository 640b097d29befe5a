//! Openers over HTTP: the same for everybody, so caches may keep them.

use actix_web::{HttpResponse, get, web};
use serde::Deserialize;
use utoipa::IntoParams;
use utoipa_actix_web::service_config::ServiceConfig;

use super::wire::OpenerList;
use crate::api::conditions::{AcceptLanguage, Conditions};
use crate::api::problem::Problem;
use crate::api::public::{Kept, Prepared};
use crate::content::{Library, Need, Situation};

pub fn routes(config: &mut ServiceConfig) {
    config.service(list_openers);
}

/// Which openers to list.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct OpenerQuery {
    /// Only openers for this need; `any` are those that any need can be filled into.
    #[param(value_type = String, required = false, max_length = 20, pattern = "^(being_heard|time_together|help|reliability|appreciation|making_up|space|sharing_good_news|any)$")]
    need: Option<Need>,
    /// Only openers for this situation.
    #[param(value_type = String, required = false, max_length = 20, pattern = "^(start|when_it_is_hard|after_a_no|thanks)$")]
    situation: Option<Situation>,
}

/// List openers
///
/// Sentences to begin a talk with. Each speaks of a need of whoever says it and leaves the other free to say no. A place to fill stands in
/// braces: `{alias}` is the name by which the person spoken to is known, `{need}` the `slot` words of a need. The client fills them; nothing
/// of anybody's log goes in, and no figure about the other person belongs in one.
#[utoipa::path(
    tag = "practices",
    security(()),
    params(OpenerQuery),
    responses(
        (status = 200, description = "The openers that fit", body = OpenerList, headers(
            ("Content-Language" = String, description = "The language of the answer"),
        )),
        (status = 304, description = "The client holds this version"),
    )
)]
#[get("/v1/openers")]
async fn list_openers(
    wanted: AcceptLanguage,
    query: web::Query<OpenerQuery>,
    conditions: Conditions,
    library: web::Data<Library>,
    kept: web::Data<Kept>,
) -> Result<HttpResponse, Problem> {
    let (openers, (need, situation)) = (library.openers(), (query.need, query.situation));
    let localised = openers.words().localise(wanted.as_str());
    let (of, at) = (need.map_or("", Need::as_str), situation.map_or("", Situation::as_str));
    let answer = kept.answer(format!("openers/{of}/{at}/{}", localised.language), || {
        Prepared::json(localised.language, &OpenerList::of(openers, &localised, need, situation))
    })?;
    Ok(answer.answer(&conditions))
}
