//! What has to do with safety: the optional screen, and the directory of help.
//!
//! Both have their words in one file a language, `content/safety/<tag>.json`.

mod resources;
mod screen;

pub use resources::{HelpDefinition, HelpDirectory, HelpEntry, HelpFilter, HelpLabels, HelpRegion, HelpWords, INTERNATIONAL, TextLine};
pub use screen::{
    AlwaysHereWords, CloseNowWords, Consequence, OutcomeWords, SafetyAnswers, SafetyScreen, ScreenDefinition, ScreenItem, ScreenItemWords,
    ScreenOutcome, ScreenWords,
};
