//! Practices: small things that two people can do, whom each fits, and when it must not be offered.
//!
//! `definition` and `words` are the two kinds of file, `check` their rules, `practice` a practice that keeps them.

mod check;
#[cfg(test)]
mod check_tests;
mod definition;
mod practice;
#[cfg(test)]
mod published_tests;
mod words;

pub use definition::{Evidence, FitsState, LengthDays, PracticeDefinition};
pub use practice::{Practice, PracticeFilter};
pub use words::{PracticeWording, PracticeWords, WordsForKind};
