//! A row of the table, and how answers lie in it: option numbers only, never words.

use chrono::{DateTime, NaiveDate, Utc};
use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::db::schema::responses as t;
use crate::features::responses::model::{Answer, AnswerValue, Details, Response, Status, StoredResponse};
use crate::kernel::{Error, RelationshipId, ResponseId};

#[derive(Queryable, Selectable)]
#[diesel(table_name = t)]
pub struct Row {
    id: Uuid,
    relationship_id: Uuid,
    question_set: String,
    question_set_version: i32,
    status: String,
    answers: serde_json::Value,
    local_date: NaiveDate,
    completed_at: Option<DateTime<Utc>>,
    pub request_digest: Vec<u8>,
    change: i64,
    version: i64,
    created_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
}

impl Row {
    /// The response that the row holds.
    pub fn read(self) -> Result<Response, Error> {
        let damaged = || Error::internal("a stored response has a status this version does not know");
        Ok(Response {
            id: ResponseId(self.id),
            relationship: RelationshipId(self.relationship_id),
            details: Details {
                question_set: self.question_set,
                question_set_version: u32::try_from(self.question_set_version).map_err(Error::internal)?,
                answers: read_answers(self.answers)?,
                status: Status::parse(&self.status).ok_or_else(damaged)?,
                local_date: self.local_date,
            },
            completed_at: self.completed_at,
            version: self.version,
            created_at: self.created_at,
            updated_at: self.updated_at,
        })
    }

    /// The row as evidence.
    pub fn read_as_evidence(self) -> Result<StoredResponse, Error> {
        Ok(StoredResponse {
            id: ResponseId(self.id),
            question_set: self.question_set,
            version: u32::try_from(self.question_set_version).map_err(Error::internal)?,
            answers: read_answers(self.answers)?,
            local_date: self.local_date,
            completed_at: self.completed_at,
            change: self.change,
        })
    }
}

/// An answer as it lies in the row: the item and the number of an option, or why there is none.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum StoredAnswer {
    Value(i32),
    Skipped(bool),
    PreferNotToSay(bool),
}

#[derive(Serialize, Deserialize)]
struct StoredLine {
    item: String,
    #[serde(flatten)]
    answer: StoredAnswer,
}

/// Answers as they are stored.
pub fn write_answers(answers: &[Answer]) -> Result<serde_json::Value, Error> {
    let line = |answer: &Answer| StoredLine {
        item: answer.item_id.clone(),
        answer: match answer.value {
            AnswerValue::Chosen(value) => StoredAnswer::Value(value),
            AnswerValue::Skipped => StoredAnswer::Skipped(true),
            AnswerValue::PreferNotToSay => StoredAnswer::PreferNotToSay(true),
        },
    };
    serde_json::to_value(answers.iter().map(line).collect::<Vec<_>>()).map_err(Error::internal)
}

fn read_answers(stored: serde_json::Value) -> Result<Vec<Answer>, Error> {
    let lines: Vec<StoredLine> = serde_json::from_value(stored).map_err(|_| Error::internal("stored answers cannot be read"))?;
    let answer = |line: StoredLine| Answer {
        item_id: line.item,
        value: match line.answer {
            StoredAnswer::Value(value) => AnswerValue::Chosen(value),
            StoredAnswer::Skipped(_) => AnswerValue::Skipped,
            StoredAnswer::PreferNotToSay(_) => AnswerValue::PreferNotToSay,
        },
    };
    Ok(lines.into_iter().map(answer).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_way_of_answering_is_stored_apart_and_read_back() {
        let answer = |item: &str, value| Answer { item_id: item.to_owned(), value };
        let answers = [answer("a", AnswerValue::Chosen(-3)), answer("b", AnswerValue::Skipped), answer("c", AnswerValue::PreferNotToSay)];
        let stored = write_answers(&answers).unwrap();
        let expected =
            serde_json::json!([{"item": "a", "value": -3}, {"item": "b", "skipped": true}, {"item": "c", "prefer_not_to_say": true}]);
        assert_eq!(stored, expected);
        assert_eq!(read_answers(stored).unwrap(), answers);
    }

    #[test]
    fn what_cannot_be_read_does_not_show_in_the_error() {
        let error = read_answers(serde_json::json!([{"item": "a", "value": "my secret"}])).unwrap_err();
        assert!(!format!("{error:?}").contains("secret"));
    }
}
