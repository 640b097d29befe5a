//! `reciprocity calibrate`: how good the engine is on ties whose truth is known, beside simpler methods.
//!
//! | part | module |
//! |---|---|
//! | what it can be told | [`options`] |
//! | ties: simulated, or from files | [`tie`], [`simulate`], [`cases`] |
//! | the engine and what it is compared with | [`methods`] |
//! | figures of merit, weekly monitoring | [`score`], [`monitor`] |
//! | all figures of a run; as text, JSON, a page with a picture | [`measure`], [`report`] |
//!
//! The service does not use any of this; it is here so that anybody can check what the service says about itself.

pub mod cases;
pub mod measure;
pub mod methods;
pub mod monitor;
pub mod options;
mod parallel;
mod report;
pub mod score;
pub mod simulate;
pub mod tie;

#[cfg(test)]
mod cases_tests;
#[cfg(test)]
mod method_tests;
#[cfg(test)]
mod monitor_tests;
#[cfg(test)]
mod score_tests;

use std::ffi::OsString;
use std::io::Write;

use measure::Run;
use methods::{Estimate, Method};
use options::{Cases, Format, Options};
use tie::{DIMENSIONS, Tie};

use crate::engine::policy::Policy;

type Outcome = Result<(), Box<dyn std::error::Error>>;

/// Runs the command.
///
/// # Errors
/// The usage; or what is wrong with a file.
pub fn run(args: impl Iterator<Item = OsString>) -> Outcome {
    let options = Options::parse(args)?;
    let policy = Policy::default();
    let run = match &options.cases {
        Some(cases) => answer(cases, &options, &policy)?,
        None => Some(measure::simulated(&options, &policy)),
    };
    let Some(run) = run else { return Ok(()) };
    if let Some(page) = &options.page {
        report::write_page(page, &run, &options)?;
    }
    let text = match options.format {
        Format::Text => report::text(&run),
        Format::Json => report::json(&run)?,
    };
    Ok(std::io::stdout().write_all(text.as_bytes())?)
}

/// Answers the ties of a file; scores the answers where the truth is given.
fn answer(cases: &Cases, options: &Options, policy: &Policy) -> Result<Option<Run>, Box<dyn std::error::Error>> {
    let ties = cases::read(&cases.events, cases.truth.as_deref())?;
    if let Some(path) = &cases.answers {
        let of = |tie: &Tie| (tie.id, Method::Engine.estimates(tie, tie.last_day(), options.kept_by, policy));
        let answers: Vec<(u64, [Estimate; DIMENSIONS])> = parallel::map(&ties, of);
        cases::write_answers(path, &answers)?;
    }
    Ok(cases.truth.is_some().then(|| measure::given(&ties, options, policy)))
}
