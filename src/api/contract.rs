//! The contract as it is served: the document's bytes, its `ETag`, and which methods each path takes.

use std::collections::{HashMap, HashSet};

use actix_web::HttpRequest;
use serde_json::Value;

use super::openapi;

/// The document and what can be looked up in it.
#[derive(Clone, Debug)]
pub struct Contract {
    document: String,
    etag: String,
    paths: Vec<(Vec<Segment>, String)>,
    /// The methods of each path without variable parts.
    fixed: HashMap<String, String>,
    templates: Vec<String>,
    /// Those whose resources travel as FHIR, too.
    fhir: HashSet<String>,
    /// Finds the template of a path, a segment a step: every request asks for it.
    tree: Node,
}

/// What can follow after some segments of a path.
#[derive(Clone, Debug, Default)]
struct Node {
    fixed: HashMap<String, Node>,
    any: Option<Box<Node>>,
    /// Which template ends here.
    template: Option<usize>,
}

impl Node {
    fn of(templates: &[String]) -> Self {
        let mut root = Self::default();
        for (place, template) in templates.iter().enumerate() {
            let node = template.split('/').fold(&mut root, |node, part| match Segment::of(part) {
                Segment::Fixed(part) => node.fixed.entry(part).or_default(),
                Segment::Any => node.any.get_or_insert_default(),
            });
            node.template = Some(place);
        }
        root
    }

    /// A segment by name comes before one that takes any.
    fn find(&self, mut rest: std::str::Split<'_, char>) -> Option<usize> {
        let Some(part) = rest.next() else { return self.template };
        let named = self.fixed.get(part).and_then(|node| node.find(rest.clone()));
        named.or_else(|| self.any.as_ref().filter(|_| !part.is_empty())?.find(rest))
    }
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
        let templates: Vec<String> =
            value.get("paths").and_then(Value::as_object).map(|paths| paths.keys().cloned().collect()).unwrap_or_default();
        let paths = paths(&value);
        let fixed = templates.iter().zip(&paths).filter(|(template, _)| !template.contains('{'));
        let fixed = fixed.map(|(template, (_, methods))| (template.clone(), methods.clone())).collect();
        let fhir = fhir_templates(&value);
        Self { etag, tree: Node::of(&templates), paths, fixed, fhir, templates, document }
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

    /// The template that a path fits, if there is one.
    #[must_use]
    pub fn template(&self, path: &str) -> Option<&str> {
        self.templates.get(self.tree.find(path.split('/'))?).map(String::as_str)
    }

    /// Whether what is at a path travels as FHIR, too.
    #[must_use]
    pub fn speaks_fhir(&self, path: &str) -> bool {
        self.template(path).is_some_and(|template| self.fhir.contains(template))
    }

    /// The methods of a path without variable parts, as an Allow header, where the one asked for is not among them. Such
    /// a path never stands for an id, though a route with one would take it.
    #[must_use]
    pub fn refused(&self, path: &str, method: &str) -> Option<String> {
        let methods = self.fixed.get(path)?;
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
    segments.len() == asked.len() && segments.iter().zip(asked).all(|(segment, part)| segment.fits(part))
}

impl Segment {
    fn of(part: &str) -> Self {
        if part.starts_with('{') { Self::Any } else { Self::Fixed(part.to_owned()) }
    }

    fn fits(&self, part: &str) -> bool {
        match self {
            Self::Fixed(fixed) => fixed == part,
            Self::Any => !part.is_empty(),
        }
    }
}

fn fhir_templates(document: &Value) -> HashSet<String> {
    let paths = document.get("paths").and_then(Value::as_object).into_iter().flatten();
    paths.filter(|(_, item)| openapi::travels_as_fhir(item)).map(|(path, _)| path.clone()).collect()
}

fn paths(document: &Value) -> Vec<(Vec<Segment>, String)> {
    let Some(paths) = document.get("paths").and_then(Value::as_object) else { return Vec::new() };
    paths
        .iter()
        .map(|(path, item)| {
            let mut methods: Vec<String> =
                item.as_object().map(|item| item.keys().map(|key| key.to_uppercase()).collect()).unwrap_or_default();
            if methods.iter().any(|method| method == "GET") {
                methods.push("HEAD".to_owned());
            }
            (path.split('/').map(Segment::of).collect(), methods.join(", "))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_finds_its_template_and_a_name_comes_before_any_segment() {
        let templates = ["/v1/things", "/v1/things/{id}", "/v1/things/new", "/v1/things/{id}/parts", "/docs"].map(str::to_owned);
        let tree = Node::of(&templates);
        let found = |path: &str| tree.find(path.split('/')).map(|place| templates[place].as_str());
        assert_eq!(found("/v1/things"), Some("/v1/things"));
        assert_eq!(found("/v1/things/new"), Some("/v1/things/new"));
        assert_eq!(found("/v1/things/new/parts"), Some("/v1/things/{id}/parts"));
        assert_eq!(found("/v1/things/%41"), Some("/v1/things/{id}"));
        for path in ["", "/", "/v1", "/v1/things/", "/v1/things//parts", "/v1/things/7/parts/8", "/docs/", "//v1/things"] {
            assert_eq!(found(path), None, "{path}");
        }
    }
}
