//! How questions may be worded: rules that find what asks two things at once, suggests its answer, or puts a label on a person.
//!
//! docs/wording.md explains each rule with its reason and with examples that pass and fail. A rule looks at words, not at meaning: what
//! it finds is there, and what it does not find may still be badly asked. Whoever writes questions reads them aloud, too.
//!
//! `fold` makes what looks the same the same, `pattern` finds phrases, `lists` has them by language, `rules` says where they count.

mod fold;
mod lists;
mod pattern;
mod reading;
mod rules;
#[cfg(test)]
mod tests;

#[cfg(test)]
pub(in crate::content) use reading::school_grade;

use super::question_sets::Words;

/// What is wrong with a wording.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum WordingRule {
    /// One line asks about two things, so that an answer to it says which of them to nobody.
    DoubleBarrelled,
    /// The wording gives the answer away, or takes something for granted that was to be asked.
    Leading,
    /// A word that diagnoses or labels a person, in place of what somebody did.
    Label,
    /// A mark, a share or points for the other person.
    Grading,
    /// Always, never and their like: hardly anybody can honestly agree.
    Absolute,
    /// Two negations in one line.
    DoubleNegative,
    /// More words than are kept in mind while choosing an answer.
    Long,
    /// Harder to read than the age that the set states.
    ReadingLevel,
    /// There are no rules for this language, so nobody has looked.
    NotLookedAt,
}

impl WordingRule {
    /// Every rule.
    pub const ALL: &'static [Self] = &[
        Self::DoubleBarrelled,
        Self::Leading,
        Self::Label,
        Self::Grading,
        Self::Absolute,
        Self::DoubleNegative,
        Self::Long,
        Self::ReadingLevel,
        Self::NotLookedAt,
    ];

    /// The word used over HTTP and in docs/wording.md.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::DoubleBarrelled => "double_barrelled",
            Self::Leading => "leading",
            Self::Label => "label",
            Self::Grading => "grading",
            Self::Absolute => "absolute",
            Self::DoubleNegative => "double_negative",
            Self::Long => "long",
            Self::ReadingLevel => "reading_level",
            Self::NotLookedAt => "not_looked_at",
        }
    }

    /// Whether a set that breaks it is not published; otherwise it is told and left to whoever writes.
    #[must_use]
    pub const fn refuses(self) -> bool {
        match self {
            Self::DoubleBarrelled | Self::Leading | Self::Label | Self::Grading => true,
            Self::Absolute | Self::DoubleNegative | Self::Long | Self::ReadingLevel | Self::NotLookedAt => false,
        }
    }

    /// One sentence for whoever writes.
    #[must_use]
    pub const fn explanation(self) -> &'static str {
        match self {
            Self::DoubleBarrelled => "Asks about two things at once; make it two questions.",
            Self::Leading => "Suggests an answer, or takes for granted what was to be asked.",
            Self::Label => "Puts a label on a person; say what somebody did.",
            Self::Grading => "Gives the other person a mark; ask how often or how much something happens.",
            Self::Absolute => "Leaves no room between always and never; leave how often to the answer.",
            Self::DoubleNegative => "Has two negations; say it without them.",
            Self::Long => "Is long; 25 words or fewer are read in one go.",
            Self::ReadingLevel => "Is harder to read than the stated age; use shorter sentences and words.",
            Self::NotLookedAt => "There are no rules for this language; have the wording looked at by somebody who speaks it.",
        }
    }
}

/// A rule that a text breaks.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct WordingFinding {
    /// Where in the words, such as `items/es-give-1` or `title`.
    pub place: String,
    pub rule: WordingRule,
    /// The entry of our own list that was met, where one was; never the text itself.
    pub entry: Option<&'static str>,
}

/// What kind of text it is: a title may join two things, a question may not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// What is asked.
    Item,
    /// Title, description, instructions.
    Around,
    /// An answer to choose.
    Label,
}

/// Everything that the rules find in the words of one language. Takes time in proportion to the texts.
#[must_use]
pub fn wording(words: &Words, language: &str, reading_age: u8) -> Vec<WordingFinding> {
    let Some(rules) = rules::of(language) else {
        return vec![WordingFinding { place: String::new(), rule: WordingRule::NotLookedAt, entry: None }];
    };
    let mut found = Vec::new();
    let mut look = |place: String, text: &str, kind: Kind| {
        found.extend(rules.check(text, kind).into_iter().map(|(rule, entry)| WordingFinding { place: place.clone(), rule, entry }));
    };
    look("title".to_owned(), &words.title, Kind::Around);
    look("description".to_owned(), &words.description, Kind::Around);
    look("instructions".to_owned(), &words.instructions, Kind::Around);
    look("choices/skip".to_owned(), &words.choices.skip, Kind::Label);
    look("choices/prefer_not_to_say".to_owned(), &words.choices.prefer_not_to_say, Kind::Label);
    for (id, text) in &words.items {
        look(format!("items/{id}"), text, Kind::Item);
    }
    for (scale, labels) in &words.scales {
        for (code, text) in labels {
            look(format!("scales/{scale}/{code}"), text, Kind::Label);
        }
    }
    if rules.has_reading_level() && reading::too_hard(words, reading_age) {
        found.push(WordingFinding { place: String::new(), rule: WordingRule::ReadingLevel, entry: None });
    }
    found
}
