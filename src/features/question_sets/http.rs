//! Question sets over HTTP: the same for everybody, so caches may keep them.

use actix_web::{HttpResponse, get, web};
use serde::Deserialize;
use utoipa::IntoParams;
use utoipa_actix_web::service_config::ServiceConfig;

use super::fhir::{Questionnaire, QuestionnaireDocument, Questionnaires};
use super::wire::{QuestionSetList, QuestionSetView};
use super::written::Written;
use crate::api::accept::Accept;
use crate::api::conditions::{AcceptLanguage, Conditions};
use crate::api::fhir::bundle::Bundle;
use crate::api::fhir::documents::BundleDocument;
use crate::api::fhir::{FHIR_JSON, Form, names};
use crate::api::problem::Problem;
use crate::api::public::{self, Prepared};
use crate::content::{Catalogue, Purpose, QuestionSet, QuestionSetFilter, RelationshipKind, Shelf, Translation};
use crate::kernel::Error;

/// The most items a set may have.
const MAX_ITEMS: u32 = 40;
/// The highest version a set may have.
const MAX_VERSION: u32 = 10_000;

pub fn routes(config: &mut ServiceConfig) {
    config.service(list_question_sets).service(get_question_set);
}

/// Which question sets to list.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct SetFilter {
    /// Only sets written for this kind of relationship.
    #[param(value_type = String, required = false, max_length = 20, pattern = "^(dating|partner|family|friend)$")]
    kind: Option<RelationshipKind>,
    /// Only sets for this purpose: all dimensions briefly, some in depth, right after time together, or one of the others.
    #[param(value_type = String, required = false, max_length = 20, pattern = "^(overview|in_depth|after_interaction|weekly|monthly|over_functioning|repair|trust|mutual|boundaries)$")]
    purpose: Option<Purpose>,
    /// Only sets with at most this many questions.
    #[param(value_type = i32, required = false, minimum = 1, maximum = 40, example = 20)]
    max_items: Option<u32>,
}

impl SetFilter {
    /// Where a list with this filter is read: what was asked for, in one spelling.
    fn address(&self) -> String {
        let words = [("kind", self.kind.map(|kind| kind.to_string())), ("purpose", self.purpose.map(|purpose| purpose.to_string()))];
        let asked = words.into_iter().chain([("max_items", self.max_items.map(|most| most.to_string()))]);
        let pairs: Vec<String> = asked.filter_map(|(name, value)| Some(format!("{name}={}", value?))).collect();
        let separator = if pairs.is_empty() { "" } else { "?" };
        format!("/v1/question-sets{separator}{}", pairs.join("&"))
    }

    fn parse(&self) -> Result<QuestionSetFilter<'static>, Error> {
        within("?max_items", self.max_items, MAX_ITEMS)?;
        let max_items = self.max_items.and_then(|most| usize::try_from(most).ok());
        Ok(QuestionSetFilter { kind: self.kind, purpose: self.purpose, language: None, max_items })
    }
}

/// List question sets
///
/// The newest version of each set that fits. All of them: there are few. As FHIR R4 a searchset of Questionnaires without their questions.
#[utoipa::path(
    tag = "question-sets",
    security(()),
    params(SetFilter),
    responses(
        (status = 200, description = "The question sets that fit", content(
            (QuestionSetList = "application/json"),
            (BundleDocument = "application/fhir+json"),
        ), headers(
            ("Content-Language" = String, description = "The languages of the answer"),
        )),
        (status = 304, description = "The client holds this version"),
        (status = 406, description = "None of the offered forms is accepted"),
    )
)]
#[get("/v1/question-sets")]
async fn list_question_sets(
    wanted: AcceptLanguage,
    accept: Accept,
    filter: web::Query<SetFilter>,
    conditions: Conditions,
    written: web::Data<Written>,
    shelf: web::Data<Shelf>,
) -> Result<HttpResponse, Problem> {
    Ok(match Form::wanted(&accept, Form::Json)? {
        Form::Json => written.library().list(filter.parse()?, wanted.as_str())?.answer(&conditions),
        Form::Fhir => bundle(&shelf.current(), &filter, wanted.as_str())?.answer(&conditions),
    })
}

/// The sets that fit as a searchset of Questionnaires without their questions.
fn bundle(catalogue: &Catalogue, filter: &SetFilter, accept_language: &str) -> Result<Prepared, Error> {
    let found = catalogue.question_sets(filter.parse()?).map(|set| (set, set.localise(accept_language)));
    let found: Vec<(&QuestionSet, &Translation)> = found.collect();
    let languages = public::in_languages(found.iter().map(|(_, translation)| translation.language()));
    let entry = |(set, translation): (&QuestionSet, _)| (names::question_set(set.slug()), Questionnaire::summary(set, translation));
    let bundle = Bundle::found(filter.address(), found.into_iter().map(entry)).complete();
    let bytes = serde_json::to_vec(&bundle).map_err(Error::internal)?;
    Ok(Prepared::of(FHIR_JSON, &languages, bytes)?.of_several_forms())
}

/// Which version of a set.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct VersionQuery {
    /// Without it the newest.
    #[param(value_type = i32, required = false, minimum = 1, maximum = 10_000, example = 1)]
    version: Option<u32>,
}

/// Read a question set
///
/// With its questions and answer scales, in the reader's language. A version never changes, so answers to it stay comparable. As a
/// FHIR R4 Questionnaire, too (`application/fhir+json`), with every language in it: docs/fhir.md says what is where.
#[utoipa::path(
    tag = "question-sets",
    security(()),
    params(
        ("slug" = String, Path, description = "The set's name", min_length = 1, max_length = 40, pattern = "^[a-z][a-z0-9_-]*$", example = "reciprocity-check"),
        VersionQuery,
    ),
    responses(
        (status = 200, description = "The question set", content(
            (QuestionSetView = "application/json"),
            (QuestionnaireDocument = "application/fhir+json"),
        ), headers(
            ("Content-Language" = String, description = "The language of the answer"),
        )),
        (status = 304, description = "The client holds this version"),
        (status = 406, description = "None of the offered forms is accepted"),
    )
)]
#[get("/v1/question-sets/{slug}")]
async fn get_question_set(
    wanted: AcceptLanguage,
    accept: Accept,
    slug: web::Path<String>,
    query: web::Query<VersionQuery>,
    conditions: Conditions,
    written: web::Data<Written>,
    shelf: web::Data<Shelf>,
    questionnaires: web::Data<Questionnaires>,
) -> Result<HttpResponse, Problem> {
    let form = Form::wanted(&accept, Form::Json)?;
    within("?version", query.version, MAX_VERSION)?;
    match form {
        Form::Json => {
            let library = written.library();
            let set = library.set(&slug, query.version, wanted.as_str())?.ok_or_else(Error::not_found)?;
            Ok(set.answer(&conditions))
        }
        Form::Fhir => {
            let catalogue = shelf.current();
            let set = catalogue.question_set(&slug, query.version).ok_or_else(Error::not_found)?;
            Ok(questionnaires.of(set, catalogue.is_offered(set), set.localise(wanted.as_str()))?.answer(&conditions))
        }
    }
}

fn within(parameter: &str, value: Option<u32>, most: u32) -> Result<(), Error> {
    if value.is_none_or(|value| (1..=most).contains(&value)) {
        return Ok(());
    }
    Err(Error::parameter(parameter, "out_of_range", &format!("A whole number from 1 to {most} belongs here.")))
}
