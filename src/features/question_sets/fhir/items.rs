//! The questions of a Questionnaire, with the answers that each takes and when it is asked.

use serde::Serialize;

use super::questionnaire::elsewhere;
use crate::api::fhir::elements::{Beside, Coding, Concept, Extension, Value};
use crate::api::fhir::names;
use crate::content::{EnableWhen, Item, QuestionSet, Scale, ScaleOption, Translation};

/// The linkId of what is read before the first question. No item of a set can have it: their ids have no dot.
pub const INSTRUCTIONS: &str = "set.instructions";

/// A question, or what is read before the first.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct QuestionnaireItem {
    #[serde(skip_serializing_if = "Vec::is_empty")]
    extension: Vec<Extension>,
    link_id: String,
    text: String,
    #[serde(rename = "_text", skip_serializing_if = "Beside::is_empty")]
    text_beside: Beside,
    r#type: &'static str,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    enable_when: Vec<Enabling>,
    #[serde(skip_serializing_if = "Option::is_none")]
    enable_behavior: Option<&'static str>,
    /// Said of questions alone.
    #[serde(skip_serializing_if = "Option::is_none")]
    required: Option<bool>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    answer_option: Vec<AnswerOption>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Enabling {
    question: String,
    operator: &'static str,
    answer_coding: Coding,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct AnswerOption {
    extension: Vec<Extension>,
    value_coding: Coding,
}

/// The instructions, then every question in the order it is asked.
pub fn of(set: &QuestionSet, translation: &Translation) -> Vec<QuestionnaireItem> {
    let questions = set.definition().items.iter().filter_map(|item| Some(question(set, translation, item, set.scale_of(item)?)));
    std::iter::once(instructions(set, translation)).chain(questions).collect()
}

fn instructions(set: &QuestionSet, translation: &Translation) -> QuestionnaireItem {
    QuestionnaireItem {
        extension: Vec::new(),
        link_id: INSTRUCTIONS.to_owned(),
        text: translation.words().instructions.clone(),
        text_beside: elsewhere(set, translation, |words| Some(&words.instructions)),
        r#type: "display",
        enable_when: Vec::new(),
        enable_behavior: None,
        required: None,
        answer_option: Vec::new(),
    }
}

/// One question with the answers it takes.
pub fn question(set: &QuestionSet, translation: &Translation, item: &Item, scale: &Scale) -> QuestionnaireItem {
    let enable_when = item.enable_when.as_ref().map(|condition| enabling(set, condition)).unwrap_or_default();
    QuestionnaireItem {
        extension: extensions(item),
        link_id: item.id.clone(),
        text: translation.words().item(&item.id).unwrap_or_default().to_owned(),
        text_beside: elsewhere(set, translation, |words| words.items.get(&item.id)),
        r#type: "choice",
        // R4 asks for it where there are several conditions (que-12).
        enable_behavior: (enable_when.len() > 1).then_some("any"),
        enable_when,
        // A question may always be left open here, even in a completed response; so it is not required in FHIR's sense.
        required: Some(false),
        answer_option: scale.options.iter().map(|option| answer_option(set, translation, scale, option)).collect(),
    }
}

/// R4 compares codes for equality alone, so "at least" is any of the codes that are.
fn enabling(set: &QuestionSet, condition: &EnableWhen) -> Vec<Enabling> {
    let Some(scale) = set.item(&condition.item).and_then(|gate| set.scale_of(gate)) else { return Vec::new() };
    let fitting = scale.options.iter().filter(|option| condition.admits(option.value));
    let one = |option| Enabling { question: condition.item.clone(), operator: "=", answer_coding: code_of(set, scale, option) };
    fitting.map(one).collect()
}

/// The code that an option has in documents, without its label.
pub fn code_of(set: &QuestionSet, scale: &Scale, option: &ScaleOption) -> Coding {
    Coding::new(names::scale(set.slug(), set.version(), &scale.id), option.code.clone())
}

fn answer_option(set: &QuestionSet, translation: &Translation, scale: &Scale, option: &ScaleOption) -> AnswerOption {
    let label = translation.words().label(&scale.id, &option.code).map(str::to_owned);
    let beside = elsewhere(set, translation, |words| words.scales.get(&scale.id)?.get(&option.code));
    let points = || Value::Decimal(f64::from(option.value));
    AnswerOption {
        extension: vec![Extension::new(names::ORDINAL_VALUE, points()), Extension::new(names::ITEM_WEIGHT, points())],
        value_coding: Coding { display: label, display_beside: beside, ..code_of(set, scale, option) },
    }
}

/// What R4 has no element for, and that the answers are best shown all at once.
fn extensions(item: &Item) -> Vec<Extension> {
    let own = |name: &str, value| Extension::new(names::extension(name), value);
    let code = |word: &str| Value::Code(word.to_owned());
    let buttons = Concept { coding: vec![Coding::new(names::ITEM_CONTROLS, "radio-button")], ..Concept::default() };
    let mut all = vec![Extension::new(names::ITEM_CONTROL, Value::Concept(buttons)), own("perspective", code(item.perspective.as_str()))];
    all.extend(item.dimension.map(|dimension| own("dimension", code(dimension.as_str()))));
    all.extend(item.mirror.as_ref().map(|id| own("mirror", Value::String(id.clone()))));
    all.extend(item.reviews.as_ref().map(|id| own("reviews", Value::String(id.clone()))));
    all.push(own("reverse-keyed", Value::Boolean(item.reverse)));
    all.push(own("weight", Value::Decimal(item.weight)));
    all.push(own("skip-allowed", Value::Boolean(item.optional)));
    all
}
