//! A QuestionnaireResponse as the OpenAPI document knows it.

use std::borrow::Cow;

use serde_json::json;
use utoipa::openapi::{RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};

use crate::api::fhir::documents::resource;

/// A response in FHIR, sent and answered alike.
#[derive(Debug)]
pub struct QuestionnaireResponseDocument;

impl PartialSchema for QuestionnaireResponseDocument {
    fn schema() -> RefOr<Schema> {
        resource(
            "A FHIR R4 QuestionnaireResponse, as hl7.org/fhir/R4/questionnaireresponse.html defines it and docs/fhir.md reads it.",
            json!({
                "resourceType": "QuestionnaireResponse", "questionnaire": "urn:reciprocity:question-set:reciprocity-check|1",
                "status": "in-progress", "authored": "2026-03-01T12:00:00Z",
                "item": [
                    {"linkId": "cel-give-1", "answer": [{"valueCoding": {
                        "system": "urn:reciprocity:question-set:reciprocity-check:1:frequency", "code": "nearly_every_time"}}]},
                    {"linkId": "cel-receive-1", "answer": [{"extension": [
                        {"url": "http://hl7.org/fhir/StructureDefinition/data-absent-reason", "valueCode": "asked-declined"}]}]}
                ]
            }),
        )
    }
}

impl ToSchema for QuestionnaireResponseDocument {
    fn name() -> Cow<'static, str> {
        Cow::Borrowed("FhirQuestionnaireResponse")
    }
}
