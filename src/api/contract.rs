//! The contract as it is served: the document's bytes, its `ETag`, and which methods each path takes.

use actix_web::HttpRequest;
use serde_json::Value;

use super::openapi;

/// The document and what can be looked up in it.
#[derive(Clone, Debug)]
pub struct Contract {
    document: String,
    etag: String,
    paths: Vec<(Vec<Segment>, String)>,
    templates: Vec<String>,
}

#[derive(Clone, Debug)]
enum Segment {
    Fixed(String),
    Any,
}

impl Contract {
    /// Completes a document that was collected from a route list.
    #[must_use]
    pub fn new(collected: &utoipa::openapi::OpenApi) -> Self {
        let value = openapi::complete(collected);
        let document = openapi::render(&value);
        let digest = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, document.as_bytes());
        let etag = format!("\"{}\"", data_encoding::HEXLOWER.encode(digest.as_ref()));
        let templates = value.get("paths").and_then(Value::as_object).map(|paths| paths.keys().cloned().collect()).unwrap_or_default();
        Self { etag, paths: paths(&value), templates, document }
    }

    #[must_use]
    pub fn document(&self) -> &str {
        &self.document
    }

    #[must_use]
    pub fn document_etag(&self) -> &str {
        &self.etag
    }

    /// Every path as the document writes it, such as `/v1/relationships/{relationship_id}`.
    #[must_use]
    pub fn templates(&self) -> &[String] {
        &self.templates
    }

    /// The methods of a path without variable parts, as an Allow header, where the one asked for is not among them. Such
    /// a path never stands for an id, though a route with one would take it.
    #[must_use]
    pub fn refused(&self, path: &str, method: &str) -> Option<String> {
        let fixed = |segments: &[Segment]| segments.iter().all(|segment| matches!(segment, Segment::Fixed(_)));
        let asked: Vec<&str> = path.split('/').collect();
        let (_, methods) = self.paths.iter().find(|(segments, _)| fixed(segments) && fits(segments, &asked))?;
        (!methods.split(", ").any(|known| known == method)).then(|| methods.clone())
    }

    /// The methods of the path that a request met, as an Allow header; nothing where no route has that path.
    #[must_use]
    pub fn allowed(&self, request: &HttpRequest) -> Option<String> {
        let asked: Vec<&str> = request.path().split('/').collect();
        let matching = self.paths.iter().filter(|(segments, _)| fits(segments, &asked));
        let methods: Vec<&str> = matching.map(|(_, methods)| methods.as_str()).collect();
        (!methods.is_empty()).then(|| methods.join(", "))
    }
}

fn fits(segments: &[Segment], asked: &[&str]) -> bool {
    segments.len() == asked.len()
        && segments.iter().zip(asked).all(|(segment, part)| match segment {
            Segment::Fixed(fixed) => fixed == part,
            Segment::Any => !part.is_empty(),
        })
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
