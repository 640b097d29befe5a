//! Practices over HTTP: the same for everybody, so caches may keep them.

use actix_web::{HttpResponse, get, web};
use serde::Deserialize;
use utoipa::IntoParams;
use utoipa_actix_web::service_config::ServiceConfig;

use super::wire::{PracticeList, PracticeSummary, PracticeView};
use crate::api::conditions::{AcceptLanguage, Conditions};
use crate::api::problem::Problem;
use crate::api::public::{self, Kept, Prepared};
use crate::content::{Dimension, Effort, Library, PracticeFilter, RelationshipKind};
use crate::kernel::Error;

/// The longest that a practice may take, in minutes.
const MAX_MINUTES: u32 = 120;

pub fn routes(config: &mut ServiceConfig) {
    config.service(list_practices).service(get_practice);
}

/// Which practices to list.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct PracticeQuery {
    /// Only practices written for this kind of relationship, in the words for it.
    #[param(value_type = String, required = false, max_length = 20, pattern = "^(dating|partner|family|friend)$")]
    kind: Option<RelationshipKind>,
    /// Only practices that aim at this dimension.
    #[param(value_type = String, required = false, max_length = 20, pattern = "^(emotional_support|celebration|initiation|repair|appreciation|practical_help|promises_kept|needs_met)$")]
    dimension: Option<Dimension>,
    /// Only practices that ask this much of a person.
    #[param(value_type = String, required = false, max_length = 20, pattern = "^(low|medium|high)$")]
    effort: Option<Effort>,
    /// Only practices that take at most this many minutes.
    #[param(value_type = i32, required = false, minimum = 1, maximum = 120, example = 10)]
    max_minutes: Option<u32>,
}

impl PracticeQuery {
    fn parse(&self) -> Result<PracticeFilter, Error> {
        if self.max_minutes.is_some_and(|minutes| !(1..=MAX_MINUTES).contains(&minutes)) {
            return Err(Error::parameter("?max_minutes", "out_of_range", "A whole number from 1 to 120 belongs here."));
        }
        Ok(PracticeFilter { kind: self.kind, dimension: self.dimension, effort: self.effort, max_minutes: self.max_minutes })
    }
}

/// List practices
///
/// Every practice that fits. All of them: there are few. Whether one suits two people, and when it must not be offered, is in each.
#[utoipa::path(
    tag = "practices",
    security(()),
    params(PracticeQuery),
    responses(
        (status = 200, description = "The practices that fit", body = PracticeList, headers(
            ("Content-Language" = String, description = "The languages of the answer"),
        )),
        (status = 304, description = "The client holds this version"),
    )
)]
#[get("/v1/practices")]
async fn list_practices(
    wanted: AcceptLanguage,
    query: web::Query<PracticeQuery>,
    conditions: Conditions,
    library: web::Data<Library>,
) -> Result<HttpResponse, Problem> {
    let found = library.practices(query.parse()?).map(|practice| {
        let localised = practice.localise(wanted.as_str());
        (PracticeSummary::of(practice, &localised, query.kind), localised.language)
    });
    let (data, languages): (Vec<_>, Vec<_>) = found.unzip();
    public::content(&conditions, &public::in_languages(languages), &PracticeList { data })
}

/// For which kind of relationship to word it.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct WordingQuery {
    /// Title, summary and steps as they read for this kind of relationship, where it has words of its own.
    #[param(value_type = String, required = false, max_length = 20, pattern = "^(dating|partner|family|friend)$")]
    kind: Option<RelationshipKind>,
}

/// Read a practice
///
/// With its steps, when to leave it, and what is known about it, in the reader's language.
#[utoipa::path(
    tag = "practices",
    security(()),
    params(
        ("slug" = String, Path, description = "The practice's name", min_length = 1, max_length = 40, pattern = "^[a-z][a-z0-9_-]*$", example = "taking-turns"),
        WordingQuery,
    ),
    responses(
        (status = 200, description = "The practice", body = PracticeView, headers(
            ("Content-Language" = String, description = "The language of the answer"),
        )),
        (status = 304, description = "The client holds this version"),
    )
)]
#[get("/v1/practices/{slug}")]
async fn get_practice(
    wanted: AcceptLanguage,
    slug: web::Path<String>,
    query: web::Query<WordingQuery>,
    conditions: Conditions,
    library: web::Data<Library>,
    kept: web::Data<Kept>,
) -> Result<HttpResponse, Problem> {
    let practice = library.practice(&slug).ok_or_else(Error::not_found)?;
    let localised = practice.localise(wanted.as_str());
    let kind = query.kind.map_or("any", RelationshipKind::as_str);
    let answer = kept.answer(format!("practices/{}/{kind}/{}", practice.slug(), localised.language), || {
        Prepared::json(localised.language, &PracticeView::of(practice, &localised, query.kind))
    })?;
    Ok(answer.answer(&conditions))
}
