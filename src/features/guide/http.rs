//! The guide over HTTP: the same for everybody, so caches may keep it.

use actix_web::{HttpResponse, get, web};
use serde::Deserialize;
use utoipa::IntoParams;
use utoipa_actix_web::service_config::ServiceConfig;

use super::wire::{GuideList, GuidePageView, GuideSummary};
use crate::api::conditions::{AcceptLanguage, Conditions};
use crate::api::problem::Problem;
use crate::api::public::{self, Kept, Prepared};
use crate::content::{GuideQuestion, Library, RelationshipKind};
use crate::kernel::Error;

pub fn routes(config: &mut ServiceConfig) {
    config.service(list_guide).service(get_guide_page);
}

/// List the guide's questions
///
/// The five questions, in the order in which they are best read.
#[utoipa::path(
    tag = "guide",
    security(()),
    responses(
        (status = 200, description = "The questions", body = GuideList, headers(
            ("Content-Language" = String, description = "The languages of the answer"),
        )),
        (status = 304, description = "The client holds this version"),
    )
)]
#[get("/v1/guide")]
async fn list_guide(wanted: AcceptLanguage, conditions: Conditions, library: web::Data<Library>) -> Result<HttpResponse, Problem> {
    let pages = library.guide().map(|page| {
        let localised = page.words().localise(wanted.as_str());
        (GuideSummary::of(page, &localised), localised.language)
    });
    let (data, languages): (Vec<_>, Vec<_>) = pages.unzip();
    public::content(&conditions, &public::in_languages(languages), &GuideList { data })
}

/// For which kind of relationship to answer.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct AnswerQuery {
    /// Only the answer for this kind of relationship.
    #[param(value_type = String, required = false, max_length = 20, pattern = "^(dating|partner|family|friend)$")]
    kind: Option<RelationshipKind>,
}

/// Read a page of the guide
///
/// A short answer for each kind of relationship, its points, and the practices and question sets that it leads to. `safety` belongs to
/// every answer and is to be shown with it.
#[utoipa::path(
    tag = "guide",
    security(()),
    params(
        ("question" = String, Path, description = "The question: healthy-tie, invested, missing, foster or unbalanced", min_length = 1, max_length = 40, pattern = "^[a-z][a-z0-9_-]*$", example = "healthy-tie"),
        AnswerQuery,
    ),
    responses(
        (status = 200, description = "The question and its answers", body = GuidePageView, headers(
            ("Content-Language" = String, description = "The language of the answer"),
        )),
        (status = 304, description = "The client holds this version"),
    )
)]
#[get("/v1/guide/{question}")]
async fn get_guide_page(
    wanted: AcceptLanguage,
    question: web::Path<String>,
    query: web::Query<AnswerQuery>,
    conditions: Conditions,
    library: web::Data<Library>,
    kept: web::Data<Kept>,
) -> Result<HttpResponse, Problem> {
    let question = GuideQuestion::parse(&question).ok_or_else(Error::not_found)?;
    let page = library.guide_page(question).ok_or_else(Error::not_found)?;
    let localised = page.words().localise(wanted.as_str());
    let kind = query.kind.map_or("all", RelationshipKind::as_str);
    let answer = kept.answer(format!("guide/{question}/{kind}/{}", localised.language), || {
        Prepared::json(localised.language, &GuidePageView::of(page, &localised, query.kind))
    })?;
    Ok(answer.answer(&conditions))
}
