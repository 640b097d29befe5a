//! Answers to the screen about one relationship, and the form in which they are sealed.

use serde::{Deserialize, Serialize};

use crate::content::{SafetyAnswers, SafetyScreen};
use crate::kernel::{Error, RelationshipId};

/// How long the text is that is sealed, in bytes, whatever was answered: a length would tell how much that is. There is room for twenty
/// items, the most that a screen may have (`content/safety/screen/check.rs`), with the longest names.
pub const LENGTH: usize = 1_311;

/// What somebody answered about one relationship. Nobody who has not answered differs from somebody who said nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Answers(pub SafetyAnswers);

/// The answers about one relationship.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answered {
    pub relationship: RelationshipId,
    pub answers: Answers,
}

impl Answers {
    /// The text to seal: JSON, with spaces behind it up to [`LENGTH`].
    pub fn to_text(&self) -> Result<String, Error> {
        let text = serde_json::to_string(self).map_err(|_| Error::internal("safety answers could not be written"))?;
        if text.len() > LENGTH {
            return Err(Error::internal("safety answers are longer than any can be"));
        }
        Ok(format!("{text:<LENGTH$}"))
    }

    /// The answers of such a text. What serde says of a text that is none would quote it.
    pub fn of_text(text: &str) -> Result<Self, Error> {
        serde_json::from_str(text).map_err(|_| Error::internal("stored safety answers have a word this version does not know"))
    }

    /// Whether a practice may be suggested.
    #[must_use]
    pub fn admit(&self, screen: &SafetyScreen, practice: &str) -> bool {
        screen.admits(&self.0, practice)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::content::SafetyAnswer;

    #[test]
    fn every_set_of_answers_is_equally_long_and_reads_as_it_was_written() {
        let item = |n: usize| format!("{n:x<40}");
        for count in [0, 1, 7, 20] {
            let answers = Answers((0..count).map(|n| (item(n), SafetyAnswer::PreferNotToSay)).collect());
            let text = answers.to_text().unwrap();
            assert_eq!(text.len(), LENGTH, "{count}");
            assert_eq!(Answers::of_text(&text).unwrap(), answers);
        }
    }

    #[test]
    fn what_cannot_be_read_is_not_quoted() {
        let error = Answers::of_text(r#"{"afraid": "quokka"}"#).unwrap_err();
        assert!(!format!("{error:?}").contains("quokka"));
    }
}
