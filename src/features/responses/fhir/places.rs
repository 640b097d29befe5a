//! Where in a QuestionnaireResponse each part of the request was, so that what is wrong with it is said there.

use crate::kernel::{Error, FieldError};

/// Where the parts of a request were found.
#[derive(Debug, Default)]
pub struct Places {
    /// The item of each answer, in the order of the answers.
    pub items: Vec<usize>,
    /// The pointer to what the day was read from.
    pub day: String,
}

impl Places {
    /// The same failure, with pointers into the resource that was sent.
    #[must_use]
    pub fn restore(&self, mut error: Error) -> Error {
        for field in &mut error.fields {
            self.move_pointer(field);
        }
        error
    }

    fn move_pointer(&self, field: &mut FieldError) {
        let moved = match field.pointer.as_str() {
            "/id" => Some("/identifier/value".to_owned()),
            "/question_set" | "/version" => Some("/questionnaire".to_owned()),
            "/local_date" => Some(self.day.clone()),
            other => self.of_answer(other),
        };
        if let Some(moved) = moved {
            field.pointer = moved;
        }
    }

    /// `/answers/1/item` is `/item/4/linkId` where the second answer was the fifth item's.
    fn of_answer(&self, pointer: &str) -> Option<String> {
        let rest = pointer.strip_prefix("/answers/")?;
        let (index, member) = rest.split_once('/').unwrap_or((rest, ""));
        let item = self.items.get(index.parse::<usize>().ok()?)?;
        Some(match member {
            "item" => format!("/item/{item}/linkId"),
            "value" => format!("/item/{item}/answer/0/valueCoding/code"),
            _ => format!("/item/{item}/answer/0"),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_wrong_with_an_answer_is_said_of_its_item() {
        let places = Places { items: vec![3, 1], day: "/authored".to_owned() };
        for (pointer, wanted) in [
            ("/answers/0/item", "/item/3/linkId"),
            ("/answers/1/value", "/item/1/answer/0/valueCoding/code"),
            ("/answers/1/skipped", "/item/1/answer/0"),
            ("/local_date", "/authored"),
            ("/id", "/identifier/value"),
            ("?limit", "?limit"),
        ] {
            let error = places.restore(Error::invalid(vec![FieldError::new(pointer, "x", "")]));
            assert_eq!(error.fields[0].pointer, wanted);
        }
    }
}
