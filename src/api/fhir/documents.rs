//! FHIR resources in the OpenAPI document: named, with an example, and defined elsewhere.
//!
//! R4's own schemas are thousands of lines, and clients of FHIR bring theirs.

use std::borrow::Cow;

use serde_json::{Value, json};
use utoipa::openapi::schema::{ObjectBuilder, Type};
use utoipa::openapi::{RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};

/// A resource as the document knows it: any object, with a word about what it holds and an example.
#[must_use]
pub fn resource(description: &str, example: Value) -> RefOr<Schema> {
    ObjectBuilder::new().schema_type(Type::Object).description(Some(description)).examples([example]).into()
}

/// A list of what was found.
#[derive(Debug)]
pub struct BundleDocument;

impl PartialSchema for BundleDocument {
    fn schema() -> RefOr<Schema> {
        resource(
            "A FHIR R4 Bundle of type searchset, as hl7.org/fhir/R4/bundle.html defines it.",
            json!({
                "resourceType": "Bundle", "type": "searchset", "total": 1,
                "link": [{"relation": "self", "url": "/v1/question-sets?max_items=6"}],
                "entry": [{
                    "fullUrl": "urn:reciprocity:question-set:after-interaction-pulse", "search": {"mode": "match"},
                    "resource": {
                        "resourceType": "Questionnaire", "id": "after-interaction-pulse",
                        "url": "urn:reciprocity:question-set:after-interaction-pulse", "version": "1",
                        "title": "Right after: a short check", "status": "active"
                    }
                }]
            }),
        )
    }
}

impl ToSchema for BundleDocument {
    fn name() -> Cow<'static, str> {
        Cow::Borrowed("FhirBundle")
    }
}
