//! A QuestionnaireResponse becomes the request that JSON would have been, or everything that keeps it from that.

use chrono::{DateTime, NaiveDate};
use uuid::Uuid;

use super::incoming::{IncomingAnswer, IncomingCoding, IncomingExtension, IncomingItem, IncomingResponse, IncomingStatus};
use super::places::Places;
use crate::api::fhir::names;
use crate::content::{Answer, AnswerValue, Catalogue, Item, QuestionSet};
use crate::features::question_sets::INSTRUCTIONS;
use crate::features::responses::model::{MAX_ANSWERS, Status};
use crate::features::responses::wire::CreateResponse;
use crate::kernel::{Error, FieldError, Fields};

/// Items that are looked at: every question, and what is read before the first.
const MAX_ITEMS: usize = MAX_ANSWERS + 1;

impl IncomingResponse {
    /// The request, and where its parts were.
    pub fn read(self, catalogue: &Catalogue) -> Result<(CreateResponse, Places), Error> {
        let set = self.question_set(catalogue)?;
        let mut fields = Fields::default();
        refuse_modifiers(&mut fields, "", &self.modifier_extension);
        let id = self.chosen_id(&mut fields);
        let (local_date, day) = self.day(&mut fields);
        let mut places = Places { items: Vec::new(), day };
        let answers = self.answers(set, &mut places, &mut fields);
        let status = match self.status {
            IncomingStatus::InProgress => Status::InProgress,
            IncomingStatus::Completed => Status::Completed,
        };
        let version = names::read_question_set(&self.questionnaire).and_then(|(_, version)| version);
        let request = CreateResponse::new(id, set.slug(), version, answers, status, local_date);
        Ok((fields.finish(Some(request)).map_err(Error::invalid)?, places))
    }

    fn question_set<'a>(&self, catalogue: &'a Catalogue) -> Result<&'a QuestionSet, Error> {
        let refused = |code, detail: &str| Error::invalid(vec![FieldError::new("/questionnaire", code, detail)]);
        let unknown = || refused("unknown_question_set", "The url of a Questionnaire from GET /v1/question-sets belongs here.");
        let (slug, version) = names::read_question_set(&self.questionnaire).ok_or_else(unknown)?;
        // What is no longer offered is read as well: the request may be a retry, which is answered as it was.
        let newest = catalogue.question_set(slug, None).or_else(|| catalogue.newest_version_ever(slug)).ok_or_else(unknown)?;
        version
            .map_or(Some(newest), |version| catalogue.question_set(slug, Some(version)))
            .ok_or_else(|| refused("unknown_version", "The question set has no such version."))
    }

    /// The UUID of the identifier. FHIR has the server choose `id`, so a client's choice stands there.
    fn chosen_id(&self, fields: &mut Fields) -> Option<Uuid> {
        let identifier = self.identifier.as_ref()?;
        if identifier.system != names::URI {
            fields.push("/identifier/system", "unknown_value", format!("Expected \"{}\".", names::URI));
            return None;
        }
        let read = identifier.value.strip_prefix(names::UUID).and_then(|text| Uuid::try_parse(text).ok());
        fields.take("/identifier/value", read.ok_or(("wrong_value", format!("{} and a UUID belong here.", names::UUID))))
    }

    /// The day that it is about: as the extension says, else the day of `authored` where that was written.
    fn day(&self, fields: &mut Fields) -> (Option<NaiveDate>, String) {
        let authored = self.authored.as_deref().and_then(|text| fields.take("/authored", day_of(text)));
        let own = names::extension("local-date");
        let Some((index, extension)) = self.extension.iter().enumerate().find(|(_, extension)| extension.url == own) else {
            return (authored, "/authored".to_owned());
        };
        let pointer = format!("/extension/{index}/valueDate");
        let day = extension.value_date.as_deref().and_then(|text| text.parse().ok());
        (fields.take(&pointer, day.ok_or(("wrong_value", "A day such as 2026-03-01 belongs here.".to_owned()))), pointer)
    }

    fn answers(&self, set: &QuestionSet, places: &mut Places, fields: &mut Fields) -> Vec<Answer> {
        if self.item.len() > MAX_ITEMS {
            fields.push("/item", "too_many", format!("At most {MAX_ITEMS} items are accepted."));
            return Vec::new();
        }
        let mut answers = Vec::new();
        for (index, item) in self.item.iter().enumerate() {
            if let Some(answer) = item.read(set, &format!("/item/{index}"), fields) {
                places.items.push(index);
                answers.push(answer);
            }
        }
        answers
    }
}

impl IncomingItem {
    /// Its answer; nothing where it has none, or a wrong one.
    fn read(&self, set: &QuestionSet, at: &str, fields: &mut Fields) -> Option<Answer> {
        refuse_modifiers(fields, at, &self.modifier_extension);
        refuse_items(fields, at, &self.item);
        if self.link_id == INSTRUCTIONS && self.answer.is_empty() {
            return None;
        }
        let Some(question) = set.item(&self.link_id) else {
            fields.push(format!("{at}/linkId"), "unknown_item", "The question set has no such item.");
            return None;
        };
        match self.answer.as_slice() {
            [] => None,
            [answer] => {
                Some(Answer { item_id: question.id.clone(), value: answer.read(set, question, &format!("{at}/answer/0"), fields)? })
            }
            [_, ..] => {
                fields.push(format!("{at}/answer"), "too_many", "An item has one answer.");
                None
            }
        }
    }
}

impl IncomingAnswer {
    fn read(&self, set: &QuestionSet, question: &Item, at: &str, fields: &mut Fields) -> Option<AnswerValue> {
        refuse_modifiers(fields, at, &self.modifier_extension);
        refuse_items(fields, at, &self.item);
        let absent = self.extension.iter().enumerate().find(|(_, extension)| extension.url == names::DATA_ABSENT_REASON);
        match (&self.value_coding, absent) {
            (Some(coding), None) => coding.read(set, question, &format!("{at}/valueCoding"), fields),
            (None, Some((index, reason))) => reason.read(&format!("{at}/extension/{index}"), fields),
            (Some(_), Some(_)) | (None, None) => {
                fields.push(at, "one_answer", "Either valueCoding or the extension data-absent-reason belongs here.");
                None
            }
        }
    }
}

impl IncomingCoding {
    fn read(&self, set: &QuestionSet, question: &Item, at: &str, fields: &mut Fields) -> Option<AnswerValue> {
        let scale = set.scale_of(question)?;
        if self.system != names::scale(set.slug(), set.version(), &scale.id) {
            fields.push(format!("{at}/system"), "unknown_code_system", "The system of the item's answerOption belongs here.");
            return None;
        }
        let Some(option) = scale.options.iter().find(|option| option.code == self.code) else {
            fields.push(format!("{at}/code"), "unknown_code", "The item has no such answerOption.");
            return None;
        };
        Some(AnswerValue::Chosen(option.value))
    }
}

impl IncomingExtension {
    /// What a data-absent-reason says.
    fn read(&self, at: &str, fields: &mut Fields) -> Option<AnswerValue> {
        match self.value_code.as_deref() {
            Some(names::SKIPPED) => Some(AnswerValue::Skipped),
            Some(names::DECLINED) => Some(AnswerValue::PreferNotToSay),
            Some(_) | None => {
                let detail = format!("Expected \"{}\" (skipped) or \"{}\" (prefer not to say).", names::SKIPPED, names::DECLINED);
                fields.push(format!("{at}/valueCode"), "unknown_value", detail);
                None
            }
        }
    }
}

/// What changes the meaning of an element in a way that is not known here must not be passed over (FHIR R4, section 2.4.0.2).
fn refuse_modifiers<T>(fields: &mut Fields, at: &str, modifiers: &[T]) {
    if !modifiers.is_empty() {
        fields.push(format!("{at}/modifierExtension"), "unknown_modifier", "No modifier extension is understood here.");
    }
}

fn refuse_items<T>(fields: &mut Fields, at: &str, items: &[T]) {
    if !items.is_empty() {
        fields.push(format!("{at}/item"), "not_supported", "No item of a question set stands below another.");
    }
}

/// The day of a FHIR dateTime, where the clock stood on which it was read.
fn day_of(date_time: &str) -> Result<NaiveDate, (&'static str, String)> {
    let moment = || DateTime::parse_from_rfc3339(date_time).map(|moment| moment.date_naive());
    let refused = |_| ("wrong_value", "A day, or a moment with its offset from UTC, belongs here.".to_owned());
    date_time.parse::<NaiveDate>().or_else(|_| moment()).map_err(refused)
}
