//! A Questionnaire as the OpenAPI document knows it.

use std::borrow::Cow;

use serde_json::json;
use utoipa::openapi::{RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};

use crate::api::fhir::documents::resource;

/// A question set in FHIR.
#[derive(Debug)]
pub struct QuestionnaireDocument;

impl PartialSchema for QuestionnaireDocument {
    fn schema() -> RefOr<Schema> {
        resource(
            "A FHIR R4 Questionnaire, as hl7.org/fhir/R4/questionnaire.html defines it and docs/fhir.md fills it in.",
            json!({
                "resourceType": "Questionnaire", "id": "after-interaction-pulse", "language": "en",
                "url": "urn:reciprocity:question-set:after-interaction-pulse", "version": "1", "name": "AfterInteractionPulse",
                "title": "Right after: a short check", "status": "active", "subjectType": ["Person"],
                "item": [{
                    "linkId": "es-give-1", "text": "I listened closely to what they said.", "type": "choice", "required": false,
                    "answerOption": [{
                        "extension": [{"url": "http://hl7.org/fhir/StructureDefinition/ordinalValue", "valueDecimal": 4.0}],
                        "valueCoding": {
                            "system": "urn:reciprocity:question-set:after-interaction-pulse:1:extent", "code": "fully", "display": "Fully"
                        }
                    }]
                }]
            }),
        )
    }
}

impl ToSchema for QuestionnaireDocument {
    fn name() -> Cow<'static, str> {
        Cow::Borrowed("FhirQuestionnaire")
    }
}
