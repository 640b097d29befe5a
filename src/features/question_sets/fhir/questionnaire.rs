//! The Questionnaire itself (FHIR R4, section 4.2): what a set is called, what it is for, what it asks.

use serde::Serialize;

use super::items::{self, QuestionnaireItem};
use crate::api::fhir::elements::{Beside, Coding, Concept, Extension, Value};
use crate::api::fhir::names;
use crate::content::{QuestionSet, Status, Translation, Words};

/// The most characters of a FHIR id.
const LONGEST_ID: usize = 64;
/// Marks a resource that is not whole (FHIR R4, section 3.1.1.5.8).
const OBSERVATION_VALUES: &str = "http://terminology.hl7.org/CodeSystem/v3-ObservationValue";

/// A version of a question set.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Questionnaire {
    resource_type: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    meta: Option<Meta>,
    language: String,
    extension: Vec<Extension>,
    url: String,
    version: String,
    name: String,
    title: String,
    #[serde(rename = "_title", skip_serializing_if = "Beside::is_empty")]
    title_beside: Beside,
    status: &'static str,
    experimental: bool,
    subject_type: [&'static str; 1],
    publisher: &'static str,
    description: String,
    #[serde(rename = "_description", skip_serializing_if = "Beside::is_empty")]
    description_beside: Beside,
    /// What the set rests on and what is not known about it.
    purpose: String,
    copyright: String,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    item: Vec<QuestionnaireItem>,
}

#[derive(Debug, Serialize)]
struct Meta {
    tag: [Coding; 1],
}

impl Questionnaire {
    /// Everything, in this language with the others beside it. What is no longer `offered` is retired.
    #[must_use]
    pub fn whole(set: &QuestionSet, offered: bool, translation: &Translation) -> Self {
        Self { item: items::of(set, translation), ..Self::head(set, offered, translation) }
    }

    /// Everything but the questions of one that is offered, marked as not whole.
    #[must_use]
    pub fn summary(set: &QuestionSet, translation: &Translation) -> Self {
        Self { meta: Some(Meta { tag: [Coding::new(OBSERVATION_VALUES, "SUBSETTED")] }), ..Self::head(set, true, translation) }
    }

    fn head(set: &QuestionSet, offered: bool, translation: &Translation) -> Self {
        let (definition, words) = (set.definition(), translation.words());
        Self {
            resource_type: "Questionnaire",
            id: id_of(set.slug()),
            meta: None,
            language: translation.language().to_owned(),
            extension: extensions(set, translation),
            url: names::question_set(set.slug()),
            version: set.version().to_string(),
            name: name_of(set.slug()),
            title: words.title.clone(),
            title_beside: elsewhere(set, translation, |words| Some(&words.title)),
            status: match definition.status {
                Status::Draft => "draft",
                Status::Published if offered => "active",
                Status::Published => "retired",
            },
            experimental: false,
            subject_type: ["Person"],
            publisher: "Reciprocity",
            description: words.description.clone(),
            description_beside: elsewhere(set, translation, |words| Some(&words.description)),
            purpose: definition.evidence_note.clone(),
            copyright: format!("Licence: {}", definition.licence),
            item: Vec::new(),
        }
    }
}

/// One text of a set in every language but the reader's.
pub fn elsewhere<'a>(set: &'a QuestionSet, translation: &Translation, text: impl Fn(&'a Words) -> Option<&'a String>) -> Beside {
    let others = set.translations().filter(|other| other.language() != translation.language());
    Beside::translated(others.filter_map(|other| text(other.words()).map(|words| (other.language(), words.as_str()))))
}

/// What R4 has no element for.
fn extensions(set: &QuestionSet, translation: &Translation) -> Vec<Extension> {
    let definition = set.definition();
    let own = |name: &str, value| Extension::new(names::extension(name), value);
    let number = |value: u32| Value::Integer(i32::try_from(value).unwrap_or(i32::MAX));
    let mut all = vec![own("purpose", Value::Code(definition.purpose.to_string()))];
    all.extend(definition.relationship_kinds.iter().map(|kind| own("relationship-kind", Value::Code(kind.to_string()))));
    all.push(own("recall-period-days", number(definition.recall_period_days)));
    all.push(own("reading-age", number(definition.reading_age.into())));
    all.push(own("minimum-answered-share", Value::Decimal(definition.scoring.minimum_answered_share)));
    all.push(own("reliability", Value::Code(definition.scoring.reliability_status.to_string())));
    let choices = &translation.words().choices;
    all.push(no_answer(names::SKIPPED, &choices.skip, elsewhere(set, translation, |words| Some(&words.choices.skip))));
    let beside = elsewhere(set, translation, |words| Some(&words.choices.prefer_not_to_say));
    all.push(no_answer(names::DECLINED, &choices.prefer_not_to_say, beside));
    all
}

/// A way of not answering: the data-absent-reason that says so in a response, and what to call it.
fn no_answer(reason: &str, label: &str, beside: Beside) -> Extension {
    let coding = vec![Coding::new(names::DATA_ABSENT_REASONS, reason)];
    Extension::new(names::extension("no-answer"), Value::Concept(Concept { coding, text: Some(label.to_owned()), text_beside: beside }))
}

/// The slug, where FHIR takes it for an id.
fn id_of(slug: &str) -> Option<String> {
    let fits = slug.len() <= LONGEST_ID && slug.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    fits.then(|| slug.to_owned())
}

/// A name for programs: `family-check` is `FamilyCheck`.
fn name_of(slug: &str) -> String {
    slug.split(['-', '_'])
        .flat_map(|word| {
            let mut letters = word.chars();
            letters.next().map(|first| first.to_ascii_uppercase()).into_iter().chain(letters)
        })
        .collect()
}
