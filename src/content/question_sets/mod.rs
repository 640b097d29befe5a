//! Question sets: what is asked, in which words, and how answers become figures.
//!
//! `definition` and `words` are the two kinds of file, `check` their rules, `question_set` a set that keeps them,
//! `scoring` the arithmetic.

pub(super) mod check;
mod definition;
#[cfg(test)]
mod published_tests;
mod question_set;
mod scoring;
mod words;

pub use definition::{Definition, DimensionScoring, EnableWhen, Item, MeasureScoring, Scale, ScaleOption, Scoring, Side};
pub(super) use question_set::translations;
pub use question_set::{QuestionSet, Translation};
pub use scoring::{
    Answer, AnswerError, AnswerErrorCode, AnswerValue, Counts, DimensionScore, Mean, MeasureScore, PerspectiveGap, Scored, SideScore,
    item_values, score,
};
pub use words::{Choices, Words};
