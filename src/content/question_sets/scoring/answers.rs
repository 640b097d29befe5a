//! Answers, checked against the set they are given to.

use std::collections::BTreeMap;

use super::count;
use super::scored::Counts;
use crate::content::question_sets::definition::{Item, Scale};
use crate::content::question_sets::question_set::QuestionSet;

/// One answer to one item.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// The item.
    pub item_id: String,
    /// What was answered.
    pub value: AnswerValue,
}

/// What was answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AnswerValue {
    /// The value of an option of the item's scale.
    Chosen(i32),
    /// Passed over.
    Skipped,
    /// Declined.
    PreferNotToSay,
}

/// An answer that does not fit the set. It names a position and never repeats what was answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct AnswerError {
    /// Position in the answers, from 0: the `n` of a JSON pointer such as `/answers/n/value`.
    pub index: usize,
    /// What is wrong.
    pub code: AnswerErrorCode,
}

/// What is wrong with an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum AnswerErrorCode {
    /// The set has no such item.
    UnknownItem,
    /// An earlier answer is to the same item.
    DuplicateItem,
    /// Earlier items were not answered so that this one is asked.
    ItemNotAsked,
    /// The scale has no such value.
    ValueOffScale,
    /// The item may not be skipped.
    SkipNotAllowed,
}

impl AnswerErrorCode {
    /// The word used over HTTP.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::UnknownItem => "unknown_item",
            Self::DuplicateItem => "duplicate_item",
            Self::ItemNotAsked => "item_not_asked",
            Self::ValueOffScale => "value_off_scale",
            Self::SkipNotAllowed => "skip_not_allowed",
        }
    }

    /// Whether the fault is in which item was named, rather than in the value given for it.
    #[must_use]
    pub const fn concerns_item(self) -> bool {
        match self {
            Self::UnknownItem | Self::DuplicateItem | Self::ItemNotAsked => true,
            Self::ValueOffScale | Self::SkipNotAllowed => false,
        }
    }
}

/// Answers that fit their set, by item.
pub(super) struct Sheet<'a> {
    minimum_answered_share: f64,
    lines: BTreeMap<&'a str, Line<'a>>,
}

struct Line<'a> {
    item: &'a Item,
    scale: &'a Scale,
    asked: bool,
    /// Position in the answers, and the answer.
    answer: Option<(usize, AnswerValue)>,
}

impl<'a> Sheet<'a> {
    pub(super) fn fill(set: &'a QuestionSet, answers: &[Answer]) -> Result<Self, Vec<AnswerError>> {
        let mut sheet = Self::blank(set);
        let mut errors: Vec<AnswerError> = answers
            .iter()
            .enumerate()
            .filter_map(|(index, answer)| sheet.enter(index, answer).err().map(|code| AnswerError { index, code }))
            .collect();
        sheet.close_unasked(set);
        errors.extend(
            sheet
                .lines
                .values()
                .filter(|line| !line.asked)
                .filter_map(|line| line.answer.map(|(index, _)| AnswerError { index, code: AnswerErrorCode::ItemNotAsked })),
        );
        errors.sort_unstable();
        if errors.is_empty() { Ok(sheet) } else { Err(errors) }
    }

    fn blank(set: &'a QuestionSet) -> Self {
        let lines = set.definition().items.iter().filter_map(|item| {
            let scale = set.scale_of(item)?;
            Some((item.id.as_str(), Line { item, scale, asked: true, answer: None }))
        });
        Self { minimum_answered_share: set.definition().scoring.minimum_answered_share, lines: lines.collect() }
    }

    fn enter(&mut self, index: usize, answer: &Answer) -> Result<(), AnswerErrorCode> {
        let line = self.lines.get_mut(answer.item_id.as_str()).ok_or(AnswerErrorCode::UnknownItem)?;
        if line.answer.is_some() {
            return Err(AnswerErrorCode::DuplicateItem);
        }
        // Entered even when the value is wrong, so that a repetition is still seen as one.
        line.answer = Some((index, answer.value));
        match answer.value {
            AnswerValue::Chosen(value) if !line.scale.contains(value) => Err(AnswerErrorCode::ValueOffScale),
            AnswerValue::Skipped if !line.item.optional => Err(AnswerErrorCode::SkipNotAllowed),
            AnswerValue::Chosen(_) | AnswerValue::Skipped | AnswerValue::PreferNotToSay => Ok(()),
        }
    }

    /// One pass in the order of the set is enough, as conditions only look back.
    fn close_unasked(&mut self, set: &QuestionSet) {
        for item in &set.definition().items {
            let Some(condition) = &item.enable_when else {
                continue;
            };
            let gate = self.lines.get(condition.item.as_str()).and_then(Line::chosen);
            let asked = gate.is_some_and(|answer| condition.admits(answer));
            if let Some(line) = self.lines.get_mut(item.id.as_str()) {
                line.asked = asked;
            }
        }
    }

    pub(super) fn minimum_answered_share(&self) -> f64 {
        self.minimum_answered_share
    }

    pub(super) fn item(&self, id: &str) -> Option<&'a Item> {
        self.lines.get(id).map(|line| line.item)
    }

    pub(super) fn scale(&self, id: &str) -> Option<&'a Scale> {
        self.lines.get(id).map(|line| line.scale)
    }

    pub(super) fn is_asked(&self, id: &str) -> bool {
        self.lines.get(id).is_some_and(|line| line.asked)
    }

    /// The value in scale points, turned round where the item is reverse-keyed.
    pub(super) fn keyed_value(&self, id: &str) -> Option<f64> {
        let line = self.lines.get(id)?;
        let value = f64::from(line.chosen()?);
        let ends = f64::from(line.scale.minimum()) + f64::from(line.scale.maximum());
        Some(if line.item.reverse { ends - value } else { value })
    }

    pub(super) fn counts(&self) -> Counts {
        let asked = || self.lines.values().filter(|line| line.asked);
        let answered_as =
            |wanted: fn(AnswerValue) -> bool| count(asked().filter(|line| line.answer.is_some_and(|(_, value)| wanted(value))));
        Counts {
            asked: count(asked()),
            answered: answered_as(|value| matches!(value, AnswerValue::Chosen(_))),
            skipped: answered_as(|value| value == AnswerValue::Skipped),
            preferred_not_to_say: answered_as(|value| value == AnswerValue::PreferNotToSay),
            without_answer: count(asked().filter(|line| line.answer.is_none())),
        }
    }
}

impl Line<'_> {
    fn chosen(&self) -> Option<i32> {
        match self.answer {
            Some((_, AnswerValue::Chosen(value))) => Some(value),
            Some((_, AnswerValue::Skipped | AnswerValue::PreferNotToSay)) | None => None,
        }
    }
}
