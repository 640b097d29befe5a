//! The directory of help over HTTP: the same for everybody, and kept by nobody on the way.

use actix_web::{HttpResponse, get, web};
use serde::Deserialize;
use utoipa::IntoParams;
use utoipa_actix_web::service_config::ServiceConfig;

use super::wire::HelpView;
use crate::api::conditions::{AcceptLanguage, Conditions};
use crate::api::problem::Problem;
use crate::api::public;
use crate::content::{HelpFilter, HelpTopic, Library, is_language_tag};
use crate::kernel::{Clock, Error};

/// The longest language tag that is read.
const LONGEST_TAG: usize = 35;

pub fn routes(config: &mut ServiceConfig) {
    config.service(list_safety_resources);
}

/// Which help to list.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct HelpQuery {
    /// Only this country (ISO 3166-1 alpha-2). One that is not in the directory is no mistake: what is international is there.
    #[param(required = false, min_length = 2, max_length = 2, pattern = "^[A-Za-z]{2}$", example = "DE")]
    region: Option<String>,
    /// Only services for this.
    #[param(value_type = String, required = false, max_length = 30, pattern = "^(partner_violence|crisis|children_young_people|own_behaviour|directory)$")]
    topic: Option<HelpTopic>,
    /// Only services that speak this language: a BCP 47 tag. `pt` finds `pt-BR`, and `de-CH` finds `de`.
    #[param(required = false, min_length = 2, max_length = 35, pattern = "^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*$", example = "de")]
    language: Option<String>,
}

impl HelpQuery {
    fn parse(&self) -> Result<HelpFilter<'_>, Error> {
        let country = |region: &str| region.len() == 2 && region.bytes().all(|byte| byte.is_ascii_alphabetic());
        if self.region.as_deref().is_some_and(|region| !country(region)) {
            return Err(Error::parameter("?region", "invalid", "The two letters of a country (ISO 3166-1) belong here, such as DE."));
        }
        if self.language.as_deref().is_some_and(|tag| tag.len() > LONGEST_TAG || !is_language_tag(tag)) {
            return Err(Error::parameter("?language", "invalid", "A language tag (BCP 47) belongs here, such as de or pt-BR."));
        }
        Ok(HelpFilter { region: self.region.as_deref(), topic: self.topic, language: self.language.as_deref() })
    }
}

/// List where help is
///
/// Services by region, for whoever is afraid, hurt, at the end of their strength, young, or worried about what they might do. What is
/// international is always among them. Each says where it was read, when, and by when it should have been looked at again; one that is
/// overdue is still there and says so. Nobody need be signed in, and nothing on the way keeps the answer (`no-store`).
#[utoipa::path(
    tag = "safety",
    security(()),
    params(HelpQuery),
    responses(
        (status = 200, description = "Where help is", body = HelpView, headers(
            ("Content-Language" = String, description = "The language of the words around the services"),
        )),
        (status = 304, description = "The client holds this version"),
    )
)]
#[get("/v1/safety/resources")]
async fn list_safety_resources(
    wanted: AcceptLanguage,
    query: web::Query<HelpQuery>,
    conditions: Conditions,
    library: web::Data<Library>,
    clock: web::Data<Clock>,
) -> Result<HttpResponse, Problem> {
    let (directory, filter) = (library.help(), query.parse()?);
    let localised = directory.words().localise(wanted.as_str());
    let view = HelpView::of(directory, &localised, filter, clock.now().date_naive());
    public::content_kept_nowhere(&conditions, localised.language, &view)
}
