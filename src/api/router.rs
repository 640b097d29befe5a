//! The route list: the one place that names every feature, and from which the document is made.

use actix_web::web;
use utoipa_actix_web::AppExt;
use utoipa_actix_web::service_config::ServiceConfig;

use super::contract::Contract;
use super::problem::Problem;
use super::{docs, health, problem_pages, security_txt};
use crate::features::{
    access_log, accounts, assessments, calendars, consents, erasures, exports, grants, guide, help, imports, interactions, openers,
    operator_sets, pins, practices, prompts, question_sets, recommendations, relationships, responses, retention, routines, safety,
    sessions,
};
use crate::kernel::Error;

/// Registers every operation; the document is collected from the same list.
pub fn routes(config: &mut ServiceConfig) {
    // The framework tries one after the other. What is asked for most and costs least comes first.
    question_sets::http::routes(config);
    accounts::http::routes(config);
    exports::http::routes(config);
    imports::http::routes(config);
    consents::http::routes(config);
    retention::http::routes(config);
    access_log::http::routes(config);
    // Before the sessions: `/v1/sessions/unlocks` is no session's id.
    pins::http::routes(config);
    sessions::http::routes(config);
    grants::http::routes(config);
    relationships::http::routes(config);
    erasures::http::routes(config);
    interactions::http::routes(config);
    assessments::http::routes(config);
    recommendations::http::routes(config);
    safety::http::routes(config);
    routines::http::routes(config);
    prompts::http::routes(config);
    calendars::http::routes(config);
    practices::http::routes(config);
    openers::http::routes(config);
    guide::http::routes(config);
    help::http::routes(config);
    responses::http::routes(config);
    operator_sets::http::routes(config);
    config.service(health::get_health).service(health::get_readiness).service(docs::get_openapi).service(problem_pages::explain_problem);
    config.service(security_txt::get_security_contact);
}

/// What the framework refuses before a handler sees it, as problems.
pub fn refusals(config: &mut web::ServiceConfig) {
    config
        .app_data(web::PathConfig::default().error_handler(|_, _| {
            Problem(Error::parameter("path", "invalid", "A part of the path is not of the right form; ids are UUIDs.")).into()
        }))
        .app_data(web::QueryConfig::default().error_handler(|_, _| {
            Problem(Error::parameter("query", "invalid", "A query parameter is given twice or is not of the right form.")).into()
        }));
}

/// The contract of the routes.
#[must_use]
pub fn contract() -> Contract {
    let (_, collected) = actix_web::App::new().into_utoipa_app().configure(routes).split_for_parts();
    Contract::new(&collected)
}
