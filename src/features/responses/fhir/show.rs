//! A stored response as a QuestionnaireResponse (FHIR R4, section 4.3).
//!
//! It carries codes and no words: the version of the Questionnaire that it names never changes and has them, in every language.

use chrono::{DateTime, Utc};
use serde::Serialize;

use crate::api::fhir::elements::{Coding, Extension, Identifier, Value};
use crate::api::fhir::names;
use crate::content::{AnswerValue, Item, QuestionSet};
use crate::features::responses::model::{Response, Status};
use crate::kernel::Error;

/// Answers to one version of a question set.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct QuestionnaireResponse {
    resource_type: &'static str,
    id: String,
    meta: Meta,
    extension: Vec<Extension>,
    identifier: Identifier,
    questionnaire: String,
    status: &'static str,
    /// When it was completed; until then, when it was last changed.
    authored: DateTime<Utc>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    item: Vec<ResponseItem>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Meta {
    version_id: String,
    last_updated: DateTime<Utc>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct ResponseItem {
    link_id: String,
    answer: [ResponseAnswer; 1],
}

/// A code, or why there is none.
#[derive(Debug, Default, Serialize)]
#[serde(rename_all = "camelCase")]
struct ResponseAnswer {
    #[serde(skip_serializing_if = "Vec::is_empty")]
    extension: Vec<Extension>,
    #[serde(skip_serializing_if = "Option::is_none")]
    value_coding: Option<Coding>,
}

impl QuestionnaireResponse {
    /// A response to this version of this set. Its answers stand in the order of the questions, as FHIR asks.
    pub fn of(set: &QuestionSet, found: &Response) -> Result<Self, Error> {
        let details = &found.details;
        let mut item = Vec::new();
        for question in &set.definition().items {
            if let Some(answer) = details.answers.iter().find(|answer| answer.item_id == question.id) {
                item.push(ResponseItem { link_id: question.id.clone(), answer: [answered(set, question, answer.value)?] });
            }
        }
        let day = Value::Date(details.local_date.to_string());
        Ok(Self {
            resource_type: "QuestionnaireResponse",
            id: found.id.to_string(),
            meta: Meta { version_id: found.version.to_string(), last_updated: found.updated_at },
            extension: vec![Extension::new(names::extension("local-date"), day)],
            identifier: Identifier { system: names::URI.to_owned(), value: format!("{}{}", names::UUID, found.id) },
            questionnaire: names::question_set_version(set.slug(), set.version()),
            status: match details.status {
                Status::InProgress => "in-progress",
                Status::Completed => "completed",
            },
            authored: found.completed_at.unwrap_or(found.updated_at),
            item,
        })
    }

    /// A name of the response that is good anywhere.
    #[must_use]
    pub fn full_url(&self) -> String {
        self.identifier.value.clone()
    }
}

fn answered(set: &QuestionSet, question: &Item, value: AnswerValue) -> Result<ResponseAnswer, Error> {
    let reason = |code: &str| {
        let why = Extension::new(names::DATA_ABSENT_REASON, Value::Code(code.to_owned()));
        ResponseAnswer { extension: vec![why], value_coding: None }
    };
    match value {
        AnswerValue::Skipped => Ok(reason(names::SKIPPED)),
        AnswerValue::PreferNotToSay => Ok(reason(names::DECLINED)),
        AnswerValue::Chosen(value) => {
            let scale = set.scale_of(question);
            let code = scale.and_then(|scale| Some((scale, scale.options.iter().find(|option| option.value == value)?)));
            let (scale, option) = code.ok_or_else(|| Error::internal("a stored answer does not fit the version it was given to"))?;
            let coding = Coding::new(names::scale(set.slug(), set.version(), &scale.id), option.code.clone());
            Ok(ResponseAnswer { extension: Vec::new(), value_coding: Some(coding) })
        }
    }
}
