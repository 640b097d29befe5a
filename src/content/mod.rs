//! The words of the product as data: loads the files in `content/`, checks them once, and hands out values that cannot change.
//!
//! The files are embedded when the program is built, so a running service needs no folder beside it. [`Catalogue::load`]
//! refuses to start on a file that breaks a rule, and names every rule broken. `content/README.md` says how to add files.

mod catalogue;
mod digest;
mod embedded;
mod error;
mod guide;
mod language;
mod library;
mod made;
#[cfg(test)]
mod map_tests;
mod openers;
mod practices;
#[cfg(test)]
mod published_tests;
mod question_sets;
mod rules;
mod safety;
mod shelf;
mod texts;
#[cfg(test)]
mod translation_tests;
mod translations;
mod vocabulary;
mod wording;

pub use catalogue::{Catalogue, MadeSet, QuestionSetFilter};
pub use error::{ContentError, Problem, Rule};
pub use guide::{GuideAnswer, GuideDefinition, GuideLinks, GuidePage, GuideWords};
pub use language::{DEFAULT_LANGUAGE, direction, is_language_tag, lookup, negotiate, rank};
pub use library::Library;
pub use made::{Finding, SetDocument};
pub use openers::{NeedWords, Opener, Openers, OpenersDefinition, OpenersWords};
pub use practices::{
    Evidence, FitsState, LengthDays, Practice, PracticeDefinition, PracticeFilter, PracticeWording, PracticeWords, WordsForKind,
};
pub use question_sets::{
    Answer, AnswerError, AnswerErrorCode, AnswerValue, Choices, Counts, Definition, DimensionScore, DimensionScoring, EnableWhen, Item,
    Mean, MeasureScore, MeasureScoring, PerspectiveGap, QuestionSet, Scale, ScaleOption, Scored, Scoring, Side, SideScore, Translation,
    Words, item_values, score,
};
pub use safety::{
    AlwaysHereWords, CloseNowWords, Consequence, HelpDefinition, HelpDirectory, HelpEntry, HelpFilter, HelpLabels, HelpRegion, HelpWords,
    INTERNATIONAL, OutcomeWords, SafetyAnswers, SafetyScreen, ScreenDefinition, ScreenItem, ScreenItemWords, ScreenOutcome, ScreenWords,
    TextLine,
};
pub use shelf::Shelf;
pub use texts::{Phrases, Texts};
pub use translations::{Localised, REQUIRED_LANGUAGES, Translations};
pub use vocabulary::{
    AssessedState, Carrier, Confirmation, Contraindication, Dimension, Effort, EvidenceStrength, GuideQuestion, HelpFor, HelpTopic,
    KeyQuestion, Measure, Need, Operator, Perspective, Purpose, RelationshipKind, ReliabilityStatus, SafetyAnswer, SafetyOutcome,
    ScoringMethod, ScreenPart, Situation, Slot, Status, TextBy, Withheld,
};
pub use wording::{WordingFinding, WordingRule};
