//! The route list: the one place that names every feature, and from which the document is made.

use actix_web::{HttpRequest, web};
use serde_json::Value;
use utoipa_actix_web::AppExt;
use utoipa_actix_web::service_config::ServiceConfig;

use super::problem::Problem;
use super::{docs, health, openapi, problem_pages};
use crate::features::{accounts, assessments, interactions, question_sets, relationships, responses, sessions};
use crate::kernel::Error;

/// Registers every operation; the document is collected from the same list.
pub fn routes(config: &mut ServiceConfig) {
    accounts::http::routes(config);
    sessions::http::routes(config);
    relationships::http::routes(config);
    interactions::http::routes(config);
    assessments::http::routes(config);
    question_sets::http::routes(config);
    responses::http::routes(config);
    config.service(health::get_health).service(health::get_readiness).service(docs::get_openapi).service(problem_pages::explain_problem);
}

/// What the framework refuses before a handler sees it, as problems.
pub fn refusals(config: &mut web::ServiceConfig) {
    config
        .app_data(web::PathConfig::default().error_handler(|_, _| {
            Problem(Error::parameter("path", "invalid", "A part of the path is not of the right form; ids are UUIDs.")).into()
        }))
        .app_data(web::QueryConfig::default().error_handler(|_, _| {
            Problem(Error::parameter("query", "invalid", "A query parameter is not known, is given twice, or is not of the right form."))
                .into()
        }));
}

/// The document and what can be looked up in it.
#[derive(Clone, Debug)]
pub struct Routes {
    document: String,
    etag: String,
    paths: Vec<(Vec<Segment>, String)>,
}

#[derive(Clone, Debug)]
enum Segment {
    Fixed(String),
    Any,
}

impl Routes {
    /// Collects the document from the route list.
    #[must_use]
    pub fn collect() -> Self {
        let (_, collected) = actix_web::App::new().into_utoipa_app().configure(routes).split_for_parts();
        let value = openapi::complete(&collected);
        let document = openapi::render(&value);
        let digest = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, document.as_bytes());
        let etag = format!("\"{}\"", data_encoding::HEXLOWER.encode(digest.as_ref()));
        Self { etag, paths: paths(&value), document }
    }

    #[must_use]
    pub fn document(&self) -> &str {
        &self.document
    }

    #[must_use]
    pub fn document_etag(&self) -> &str {
        &self.etag
    }

    /// The methods of the path that a request met, as an Allow header; nothing where no route has that path.
    #[must_use]
    pub fn allowed(&self, request: &HttpRequest) -> Option<String> {
        let asked: Vec<&str> = request.path().split('/').collect();
        let matching = self.paths.iter().filter(|(segments, _)| {
            segments.len() == asked.len()
                && segments.iter().zip(&asked).all(|(segment, part)| match segment {
                    Segment::Fixed(fixed) => fixed == part,
                    Segment::Any => !part.is_empty(),
                })
        });
        let methods: Vec<&str> = matching.map(|(_, methods)| methods.as_str()).collect();
        (!methods.is_empty()).then(|| methods.join(", "))
    }
}

fn paths(document: &Value) -> Vec<(Vec<Segment>, String)> {
    let Some(paths) = document.get("paths").and_then(Value::as_object) else { return Vec::new() };
    let segment = |part: &str| if part.starts_with('{') { Segment::Any } else { Segment::Fixed(part.to_owned()) };
    paths
        .iter()
        .map(|(path, item)| {
            let mut methods: Vec<String> =
                item.as_object().map(|item| item.keys().map(|key| key.to_uppercase()).collect()).unwrap_or_default();
            if methods.iter().any(|method| method == "GET") {
                methods.push("HEAD".to_owned());
            }
            (path.split('/').map(segment).collect(), methods.join(", "))
        })
        .collect()
}
