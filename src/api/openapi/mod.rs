//! The OpenAPI document: collected from the handlers, then completed by rules that hold for every operation.
//!
//! A handler states what is its own (summary, body, success). What follows from the kind of operation (its problems,
//! conditional headers, idempotency, examples) is added here once, so that it cannot be forgotten on one of them.

mod components;
mod operations;
mod schemas;

use serde::ser::{Serialize, SerializeMap, SerializeSeq, Serializer};
use serde_json::{Value, json};

use super::fhir::FHIR_JSON;

/// Completes the collected document.
#[must_use]
pub fn complete(collected: &utoipa::openapi::OpenApi) -> Value {
    let mut document = serde_json::to_value(collected).unwrap_or_default();
    if let Some(root) = document.as_object_mut() {
        root.insert("openapi".to_owned(), json!("3.1.0"));
        root.insert("info".to_owned(), info());
        root.insert(
            "servers".to_owned(),
            json!([{ "url": "/", "description": "The server that serves this document, local or in production", "x-internal": false }]),
        );
        root.insert("tags".to_owned(), tags());
        root.insert("security".to_owned(), json!([{ "bearer": [] }]));
    }
    components::complete(&mut document);
    schemas::complete(&mut document);
    operations::complete(&mut document);
    components::prune(&mut document);
    document
}

/// The document as it is served and stored: the same bytes.
#[must_use]
pub fn render(document: &Value) -> String {
    let mut text = serde_json::to_string_pretty(&Ordered(document)).unwrap_or_default();
    text.push('\n');
    text
}

/// Whether what is at a path travels as FHIR, too.
#[must_use]
pub fn travels_as_fhir(item: &Value) -> bool {
    item.to_string().contains(&format!("\"{FHIR_JSON}\":"))
}

/// A value with its members in the order of their names, but for FHIR's media type: it stands last, because generators of clients take
/// the first form of a body.
struct Ordered<'a>(&'a Value);

impl Serialize for Ordered<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0 {
            Value::Object(members) => {
                let mut map = serializer.serialize_map(Some(members.len()))?;
                let (last, first): (Vec<_>, Vec<_>) = members.iter().partition(|(name, _)| *name == FHIR_JSON);
                for (name, value) in first.into_iter().chain(last) {
                    map.serialize_entry(name, &Ordered(value))?;
                }
                map.end()
            }
            Value::Array(items) => {
                let mut list = serializer.serialize_seq(Some(items.len()))?;
                for item in items {
                    list.serialize_element(&Ordered(item))?;
                }
                list.end()
            }
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => self.0.serialize(serializer),
        }
    }
}

fn info() -> Value {
    json!({
        "title": "Reciprocity",
        "version": env!("CARGO_PKG_VERSION"),
        "summary": "Reciprocity assessments for apps about relationships",
        "description": "Log what happens between two people, fetch question sets, and compute reciprocity assessments: \
            who gives and who receives, in which ways, whether an imbalance is passing or lasting, how sure that is, and why. \
            Per dimension, with an interval, and \"not enough evidence\" where that is true. Never a verdict, a grade or a diagnosis.\n\n\
            Values of enumerations in answers may grow; treat an unknown one as \"other\". Optional members are absent, never null.",
        "license": { "name": "MIT OR Apache-2.0", "identifier": "MIT OR Apache-2.0" },
        "contact": { "name": "Whoever runs this server" }
    })
}

fn tags() -> Value {
    json!([
        { "name": "accounts", "description": "An account: no e-mail, no phone; a handle and a recovery code made by the server." },
        { "name": "sessions", "description": "Signing in, refreshing, seeing and ending sessions." },
        { "name": "grants", "description": "Leave for somebody else to read some of a relationship for a time." },
        { "name": "relationships", "description": "A tie between the logger and one other person, known by an alias." },
        { "name": "interactions", "description": "What happened: who did what for whom. Ten seconds to log." },
        { "name": "records", "description": "Promises, plans, needs and repairs: what lasts longer than one act, and what became of it." },
        { "name": "question-sets", "description": "Questions to ask oneself, by kind of relationship and purpose." },
        { "name": "responses", "description": "Answers to a question set, scored." },
        { "name": "experiments", "description": "The step-back test: leaving the next step to the other for a while, and what came of it." },
        { "name": "assessments", "description": "What the evidence supports, how sure that is, and why." },
        { "name": "practices", "description": "Small things that two people can do, and words to begin with." },
        { "name": "guide", "description": "Five questions about reciprocity, answered by kind of relationship." },
        { "name": "safety", "description": "An optional screen about feeling safe, and where help is. Answers are for the person alone." },
        { "name": "operator", "description": "For whoever runs the service: question sets of their own. With an operator's token, which opens no account." },
        { "name": "service", "description": "The contract, the keys, the problems and the probes." }
    ])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_services_own_form_of_a_body_comes_before_fhirs() {
        let document = json!({"content": {"application/json": {}, "application/fhir+json": {}, "image/svg+xml": {}}, "a": [1]});
        let rendered: String = render(&document).split_whitespace().collect();
        let wanted = r#"{"a":[1],"content":{"application/json":{},"image/svg+xml":{},"application/fhir+json":{}}}"#;
        assert_eq!(rendered, wanted);
    }

    #[test]
    fn the_same_routes_give_the_same_bytes() {
        let collected = utoipa::openapi::OpenApiBuilder::new().build();
        assert_eq!(render(&complete(&collected)), render(&complete(&collected)));
    }
}
