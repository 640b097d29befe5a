//! Reading a document that was sent: bounded before it is understood, so that a draft may break every rule and no bound.

use serde_json::{Number, Value};

use crate::api::body;
use crate::content::SetDocument;
use crate::kernel::{Code, Error, FieldError};

/// The largest document. Bytes: our own largest set with five languages has 70 KiB.
pub const MOST_BYTES: usize = 512 * 1024;
/// The longest text. Characters.
pub const LONGEST_TEXT: usize = 1_000;
/// The longest name of a member: of what is known, and of ids, codes and language tags. Characters.
pub const LONGEST_NAME: usize = 40;
/// Elements of a list, or members of an object.
pub const MOST_MEMBERS: usize = 60;

/// The document in these bytes.
pub fn document(bytes: &[u8]) -> Result<SetDocument, Error> {
    let whole: Value = serde_json::from_slice(bytes).map_err(|_| Error::new(Code::InvalidJson))?;
    let mut wrong = Vec::new();
    look(&whole, "", &mut wrong);
    if wrong.is_empty() { body::parse(bytes) } else { Err(Error::invalid(wrong)) }
}

/// Notes the first thing that is too much in each branch.
fn look(value: &Value, at: &str, wrong: &mut Vec<FieldError>) {
    let too_many = |count: usize| count > MOST_MEMBERS;
    match value {
        // An optional member is absent, never null.
        Value::Null => wrong.push(FieldError::new(at, "wrong_type", "Leave it out instead of sending null.")),
        // No number of a set is anywhere near.
        Value::Number(number) if is_huge(number) => {
            wrong.push(FieldError::new(at, "out_of_range", "Expected a number of at most 32 bits."));
        }
        Value::Bool(_) | Value::Number(_) => {}
        Value::String(text) => look_at_text(text, LONGEST_TEXT, at, wrong),
        Value::Array(elements) if too_many(elements.len()) => wrong.push(FieldError::new(at, "too_many", "Expected at most 60.")),
        Value::Object(members) if too_many(members.len()) => wrong.push(FieldError::new(at, "too_many", "Expected at most 60.")),
        Value::Array(elements) => {
            for (place, element) in elements.iter().enumerate() {
                look(element, &format!("{at}/{place}"), wrong);
            }
        }
        Value::Object(members) => {
            for (name, member) in members {
                let before = wrong.len();
                // A name that cannot be kept stands in no pointer either.
                look_at_text(name, LONGEST_NAME, at, wrong);
                if wrong.len() == before {
                    look(member, &format!("{at}/{}", name.replace('~', "~0").replace('/', "~1")), wrong);
                }
            }
        }
    }
}

fn is_huge(number: &Number) -> bool {
    let usual = f64::from(i32::MIN)..=f64::from(i32::MAX);
    number.as_f64().is_none_or(|number| !usual.contains(&number))
}

fn look_at_text(text: &str, longest: usize, at: &str, wrong: &mut Vec<FieldError>) {
    if text.chars().count() > longest {
        wrong.push(FieldError::new(at, "too_long", format!("Expected at most {longest} characters.")));
    } else if text.chars().any(|letter| letter.is_control() && !matches!(letter, '\t' | '\n' | '\r')) {
        wrong.push(FieldError::new(at, "control_character", "There is a character here that no text has."));
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn wrong(value: &Value) -> Vec<(String, &'static str)> {
        let mut wrong = Vec::new();
        look(value, "", &mut wrong);
        wrong.into_iter().map(|one| (one.pointer, one.code)).collect()
    }

    #[test]
    fn every_branch_says_what_is_too_much_in_it() {
        let value = json!({
            "a": [0, null], "b/c": "x".repeat(1_001), ("n".repeat(41)): 1, ("n".repeat(40)): 1, "d": vec![0; 61], "e": "\u{0}", "f": "x".repeat(1_000), "g": vec![0; 60], "h": [2_147_483_647, 2_147_483_648_i64, -2_147_483_649_i64, u64::MAX, 1e300], "\u{0}": 1
        });
        let expected = [
            ("", "control_character"),
            ("/a/1", "wrong_type"),
            ("/b~1c", "too_long"),
            ("/d", "too_many"),
            ("/e", "control_character"),
            ("/h/1", "out_of_range"),
            ("/h/2", "out_of_range"),
            ("/h/3", "out_of_range"),
            ("/h/4", "out_of_range"),
            ("", "too_long"),
        ];
        assert_eq!(wrong(&value), expected.map(|(at, code)| (at.to_owned(), code)));
    }
}
