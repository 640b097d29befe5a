//! The document is the contract: stored as it is served, and whole enough to generate clients from.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use serde_json::Value;

use crate::support::Service;
use crate::support::document::{Document, Operation};

const STORED: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/openapi/openapi.json");

/// The served document, fetched once.
fn document() -> &'static Document {
    static DOCUMENT: OnceLock<Document> = OnceLock::new();
    DOCUMENT.get_or_init(|| Document::of(&Service::start()))
}

/// Everything that is wrong at once, so that a new endpoint needs one round.
fn none(wrong: &[String]) {
    assert!(wrong.is_empty(), "{} things to mend:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn the_stored_document_is_the_served_one() {
    let served = Service::start().stranger().get("/openapi.json").text;
    let stored = std::fs::read_to_string(STORED).unwrap_or_default();
    assert!(stored == served, "openapi/openapi.json is not what is served; run: cargo run -- openapi > openapi/openapi.json");
}

#[test]
fn the_document_is_revalidated_instead_of_sent_again() {
    let service = Service::start();
    let first = service.stranger().get("/openapi.json");
    let again = service.stranger().with("if-none-match", &first.header("etag")).get("/openapi.json");
    assert_eq!((again.status, again.text.as_str()), (304, ""));
}

#[test]
fn every_operation_has_a_name_of_its_own_a_tag_and_a_summary() {
    let document = document();
    let tags: Vec<&Value> = document.0["tags"].as_array().unwrap().iter().map(|tag| &tag["name"]).collect();
    let mut names: BTreeMap<String, String> = BTreeMap::new();
    let mut wrong = Vec::new();
    for operation in document.operations() {
        let id = operation.value["operationId"].as_str().unwrap_or_default();
        if !is_camel_case(id) {
            wrong.push(format!("{}: operationId {id:?} is not camelCase", operation.name()));
        }
        if let Some(other) = names.insert(id.to_owned(), operation.name()) {
            wrong.push(format!("{} and {other} have the same operationId {id}", operation.name()));
        }
        match operation.value["tags"].as_array().map(Vec::as_slice) {
            Some([tag]) if tags.contains(&tag) => {}
            other => wrong.push(format!("{}: one of the document's tags is needed, found {other:?}", operation.name())),
        }
        if operation.value["summary"].as_str().is_none_or(str::is_empty) {
            wrong.push(format!("{}: no summary", operation.name()));
        }
    }
    none(&wrong);
}

fn is_camel_case(name: &str) -> bool {
    name.starts_with(|c: char| c.is_ascii_lowercase()) && name.chars().all(|c| c.is_ascii_alphanumeric())
}

#[test]
fn every_status_is_described_and_every_json_body_has_an_example() {
    let document = document();
    let mut wrong = Vec::new();
    for operation in document.operations() {
        if let Some((kind, media)) = operation.body() {
            missing_example(document, &format!("{} request {kind}", operation.name()), media, &mut wrong);
        }
        let responses = operation.value["responses"].as_object().unwrap();
        if !responses.keys().any(|status| status.starts_with('2')) {
            wrong.push(format!("{}: no answer for success", operation.name()));
        }
        for (status, response) in responses {
            let (response, place) = (document.resolve(response), format!("{} {status}", operation.name()));
            if response["description"].as_str().is_none_or(str::is_empty) {
                wrong.push(format!("{place}: no description"));
            }
            for (kind, media) in response["content"].as_object().into_iter().flatten() {
                missing_example(document, &format!("{place} {kind}"), media, &mut wrong);
            }
        }
        for parameter in operation.value["parameters"].as_array().into_iter().flatten() {
            if parameter["description"].as_str().is_none_or(str::is_empty) {
                wrong.push(format!("{}: parameter {} has no description", operation.name(), parameter["name"]));
            }
        }
    }
    none(&wrong);
}

fn missing_example(document: &Document, place: &str, media: &Value, wrong: &mut Vec<String>) {
    let several = media["examples"].as_object().into_iter().flat_map(|all| all.values()).map(|example| &example["value"]);
    let examples: Vec<&Value> = media.get("example").into_iter().chain(several).collect();
    if examples.is_empty() {
        wrong.push(format!("{place}: no example"));
    }
    let schema = document.resolve(&media["schema"]);
    for example in examples {
        fits(document, place, schema, example, wrong);
    }
}

/// Whether an example has the members that its schema asks for, and no others.
fn fits(document: &Document, place: &str, schema: &Value, example: &Value, wrong: &mut Vec<String>) {
    let (Some(properties), Some(members)) = (schema["properties"].as_object(), example.as_object()) else { return };
    for (name, value) in members {
        match properties.get(name) {
            Some(property) => fits(document, &format!("{place}/{name}"), document.resolve(property), value, wrong),
            None => wrong.push(format!("{place}: the example has {name}, the schema has not")),
        }
    }
    for required in schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str) {
        if !members.contains_key(required) {
            wrong.push(format!("{place}: the example lacks {required}"));
        }
    }
}

#[test]
fn every_text_and_every_list_is_bounded() {
    let document = document();
    let mut wrong = Vec::new();
    each_schema(document, &mut |place, schema| {
        let is = |kind: &str| schema["type"] == kind || schema["type"].as_array().is_some_and(|all| all.iter().any(|one| one == kind));
        let has = |key: &str| schema.get(key).is_some();
        if is("string") && !["maxLength", "enum", "format", "const"].into_iter().any(has) && !closed_pattern(schema) {
            wrong.push(format!("{place}: a string without maxLength, enum or format"));
        }
        if is("array") && !has("maxItems") {
            wrong.push(format!("{place}: an array without maxItems"));
        }
    });
    none(&wrong);
}

/// A choice written as a pattern, as query parameters have it: `^(a|b)$`.
fn closed_pattern(schema: &Value) -> bool {
    let inner = schema["pattern"].as_str().and_then(|pattern| pattern.strip_prefix("^(")?.strip_suffix(")$"));
    inner.is_some_and(|choices| choices.chars().all(|c| c.is_ascii_alphanumeric() || "_|-".contains(c)))
}

#[test]
fn absent_means_absent_so_null_is_only_for_merge_patches() {
    let document = document();
    let mut wrong = Vec::new();
    each_schema(document, &mut |place, schema| {
        let null = schema["type"] == "null" || schema["type"].as_array().is_some_and(|all| all.iter().any(|one| one == "null"));
        if null && !place.contains("/schemas/Update") {
            wrong.push(format!("{place}: null"));
        }
        if schema.get("nullable").is_some() {
            wrong.push(format!("{place}: nullable is of OpenAPI 3.0"));
        }
        if schema.get("prefixItems").is_some() || schema["items"] == false {
            wrong.push(format!("{place}: a tuple"));
        }
        if schema.get("const").is_some() && schema.get("type").is_none() {
            wrong.push(format!("{place}: a constant without a type"));
        }
    });
    none(&wrong);
}

/// Every schema of the document, inner ones too, with a word about where it is.
fn each_schema(document: &Document, look: &mut dyn FnMut(&str, &Value)) {
    fn descend(place: &str, schema: &Value, look: &mut dyn FnMut(&str, &Value)) {
        look(place, schema);
        for (name, inner) in schema["properties"].as_object().into_iter().flatten() {
            descend(&format!("{place}/{name}"), inner, look);
        }
        for key in ["items", "additionalProperties"] {
            if schema[key].is_object() {
                descend(&format!("{place}/{key}"), &schema[key], look);
            }
        }
        for key in ["oneOf", "anyOf", "allOf", "prefixItems"] {
            for (index, inner) in schema[key].as_array().into_iter().flatten().enumerate() {
                descend(&format!("{place}/{key}/{index}"), inner, look);
            }
        }
    }
    for (name, schema) in document.0["components"]["schemas"].as_object().unwrap() {
        descend(&format!("/components/schemas/{name}"), schema, look);
    }
    for (name, header) in document.0["components"]["headers"].as_object().unwrap() {
        descend(&format!("/components/headers/{name}"), &header["schema"], look);
    }
    for operation in document.operations() {
        for parameter in operation.value["parameters"].as_array().into_iter().flatten() {
            descend(&format!("{} parameter {}", operation.name(), parameter["name"]), &parameter["schema"], look);
        }
        let inline = |media: &Value| media["schema"].get("$ref").is_none();
        for (kind, media) in contents(&operation).into_iter().filter(|(kind, media)| kind == "application/json" && inline(media)) {
            descend(&format!("{} {kind}", operation.name()), &media["schema"], look);
        }
    }
}

fn contents(operation: &Operation) -> Vec<(String, Value)> {
    let bodies = std::iter::once(&operation.value["requestBody"]).chain(operation.value["responses"].as_object().unwrap().values());
    bodies.flat_map(|body| body["content"].as_object().cloned().into_iter().flatten()).collect()
}

#[test]
fn every_reference_leads_somewhere_and_every_component_is_used() {
    let document = document();
    let mut references = Vec::new();
    gather(&document.0, &mut references);
    assert!(references.len() > 50);
    for reference in &references {
        document.resolve(&serde_json::json!({ "$ref": reference }));
    }
    let text = serde_json::to_string(&document.0).unwrap();
    assert!(!text.contains("$defs"));
    let mut idle = Vec::new();
    for kind in ["schemas", "headers", "responses"] {
        for name in document.0["components"][kind].as_object().unwrap().keys() {
            let reference = format!("#/components/{kind}/{name}");
            if !references.contains(&reference) {
                idle.push(format!("{reference} is referred to by nothing"));
            }
        }
    }
    none(&idle);
}

fn gather(value: &Value, references: &mut Vec<String>) {
    match value {
        Value::Object(object) => {
            references.extend(object.get("$ref").and_then(Value::as_str).map(str::to_owned));
            object.values().for_each(|inner| gather(inner, references));
        }
        Value::Array(items) => items.iter().for_each(|inner| gather(inner, references)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

#[test]
fn every_path_parameter_is_described() {
    for operation in document().operations() {
        let named: Vec<String> =
            operation.parameters("path").iter().map(|parameter| parameter["name"].as_str().unwrap().to_owned()).collect();
        let parts = operation.path.split('/').filter_map(|part| part.strip_prefix('{')?.strip_suffix('}'));
        assert_eq!(named, parts.map(str::to_owned).collect::<Vec<_>>(), "{}", operation.name());
    }
}

#[test]
fn every_problem_code_has_a_page() {
    let (service, document) = (Service::start(), document());
    let known = document.0["components"]["schemas"]["Problem"]["properties"]["code"]["description"].as_str().unwrap();
    let mut codes: Vec<String> = known.split('`').skip(1).step_by(2).map(str::to_owned).collect();
    for response in document.0["components"]["responses"].as_object().unwrap().values() {
        codes.extend(response["content"]["application/problem+json"]["examples"].as_object().unwrap().keys().cloned());
    }
    assert!(codes.len() > 15, "{codes:?}");
    for code in codes {
        let page = service.stranger().get(&format!("/problems/{code}"));
        assert_eq!(page.status, 200, "{code}");
        assert!(page.header("content-type").starts_with("text/html") && page.text.contains(&code), "{code}: {}", page.text);
    }
    service.stranger().get("/problems/no_such_code").problem(404, "not_found");
}
