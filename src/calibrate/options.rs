//! What `reciprocity calibrate` can be told.

use std::ffi::OsString;
use std::path::PathBuf;

use super::simulate::{Mix, Simulation};
use crate::engine::types::Keeper;

const USAGE: &str = "\
usage: reciprocity calibrate [options]
       reciprocity calibrate --cases EVENTS.jsonl [--truth TRUTH.jsonl] [--answers OUT.jsonl] [options], one of the two at least

  --ties N            how many ties are simulated; 2000 unless said
  --seed N            the seed of the simulation; 1 unless said
  --mix eight|varied  which ties: the eight kinds, or the same with exceptions; eight unless said
  --biased-logger     simulate loggers who over-claim what they give, and correct for it
  --format text|json  how the figures are printed; text unless said
  --page FILE.md      also write them as a page, with a picture beside it (FILE.svg)

  --cases FILE        answer the ties of a file instead of simulating: a JSON object a line,
                      {\"id\", \"t_start\", \"t_end\", \"events\": [[unix seconds, dimension 0..4, 1 given or -1 received, weight], ...]}
  --truth FILE        score the answers: {\"id\", \"kind\", \"B_true\": [5 balances]} a line
  --answers FILE      write a line a tie: {\"id\", \"B\", \"lo\", \"hi\", \"p_imb\"}, each with 5 numbers
  --kept-by-logger    take the log as kept by the person it is about, and correct for over-claiming; off unless said";

/// What says nothing about the ties of a file.
const SIMULATION_ONLY: [&str; 5] = ["--ties", "--seed", "--mix", "--biased-logger", "--page"];

/// How figures are printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// A table.
    Text,
    /// One JSON object.
    Json,
}

/// The ties of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cases {
    /// Their logs.
    pub events: PathBuf,
    /// What is so.
    pub truth: Option<PathBuf>,
    /// Where the answers go.
    pub answers: Option<PathBuf>,
}

/// Everything it can be told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Options {
    /// How many ties are simulated.
    pub ties: u64,
    /// Which.
    pub simulation: Simulation,
    /// Who is taken to have kept the logs.
    pub kept_by: Keeper,
    /// How figures are printed.
    pub format: Format,
    /// Where the page goes.
    pub page: Option<PathBuf>,
    /// The ties of a file, in place of simulated ones.
    pub cases: Option<Cases>,
}

impl Options {
    /// Reads the arguments.
    ///
    /// # Errors
    /// The usage, where an argument is unknown, has no value, or a value that makes no sense.
    pub fn parse(args: impl Iterator<Item = OsString>) -> Result<Self, &'static str> {
        let mut args = args;
        let simulation = Simulation { seed: 1, mix: Mix::Eight, biased: false };
        let mut options = Self { ties: 2000, simulation, kept_by: Keeper::Neither, format: Format::Text, page: None, cases: None };
        let (mut events, mut truth, mut answers) = (None, None, None);
        let mut simulating = false;
        while let Some(arg) = args.next() {
            simulating |= arg.to_str().is_some_and(|arg| SIMULATION_ONLY.contains(&arg));
            match arg.to_str().unwrap_or_default() {
                "--ties" => options.ties = number(args.next()).filter(|ties| (8..=1_000_000).contains(ties)).ok_or(USAGE)?,
                "--seed" => options.simulation.seed = number(args.next()).ok_or(USAGE)?,
                "--mix" => options.simulation.mix = word(args.next(), &[("eight", Mix::Eight), ("varied", Mix::Varied)])?,
                "--biased-logger" => (options.simulation.biased, options.kept_by) = (true, Keeper::Logger),
                "--kept-by-logger" => options.kept_by = Keeper::Logger,
                "--format" => options.format = word(args.next(), &[("text", Format::Text), ("json", Format::Json)])?,
                // The picture goes beside the page, as `.svg`.
                "--page" => {
                    options.page = Some(path(args.next()).ok().filter(|page| page.extension() != Some("svg".as_ref())).ok_or(USAGE)?);
                }
                "--cases" => events = Some(path(args.next())?),
                "--truth" => truth = Some(path(args.next())?),
                "--answers" => answers = Some(path(args.next())?),
                _ => return Err(USAGE),
            }
        }
        options.cases = match events {
            Some(_) if simulating || (truth.is_none() && answers.is_none()) => return Err(USAGE),
            Some(events) => Some(Cases { events, truth, answers }),
            None if truth.is_some() || answers.is_some() => return Err(USAGE),
            None => None,
        };
        Ok(options)
    }
}

impl Options {
    /// The arguments that simulate the same ties and write the page.
    #[must_use]
    pub fn simulating(&self) -> String {
        let Simulation { seed, mix, biased } = self.simulation;
        let mix = if mix == Mix::Varied { " --mix varied" } else { "" };
        let logger = match (biased, self.kept_by) {
            (true, _) => " --biased-logger",
            (false, Keeper::Logger) => " --kept-by-logger",
            (false, Keeper::Other | Keeper::Neither) => "",
        };
        let page = self.page.as_ref().map(|page| format!(" --page {}", page.display())).unwrap_or_default();
        format!("--ties {} --seed {seed}{mix}{logger}{page}", self.ties)
    }
}

fn number(arg: Option<OsString>) -> Option<u64> {
    arg?.to_str()?.parse().ok()
}

fn path(arg: Option<OsString>) -> Result<PathBuf, &'static str> {
    arg.filter(|path| !path.is_empty()).map(PathBuf::from).ok_or(USAGE)
}

fn word<T: Copy>(arg: Option<OsString>, words: &[(&str, T)]) -> Result<T, &'static str> {
    let arg = arg.ok_or(USAGE)?;
    words.iter().find(|(word, _)| arg.to_str() == Some(word)).map(|(_, meaning)| *meaning).ok_or(USAGE)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(args: &[&str]) -> Result<Options, &'static str> {
        Options::parse(args.iter().map(OsString::from))
    }

    #[test]
    fn nothing_said_simulates_two_thousand_ties_of_eight_kinds_kept_by_neither() {
        let options = parse(&[]).unwrap();
        assert_eq!((options.ties, options.simulation.seed, options.simulation.mix), (2000, 1, Mix::Eight));
        assert_eq!((options.kept_by, options.cases), (Keeper::Neither, None));
    }

    #[test]
    fn a_biased_logger_is_simulated_and_corrected_for() {
        let options = parse(&["--biased-logger"]).unwrap();
        assert_eq!((options.simulation.biased, options.kept_by), (true, Keeper::Logger));
    }

    #[test]
    fn the_logs_of_a_file_are_taken_as_unbiased_unless_said() {
        let options = parse(&["--cases", "a.jsonl", "--truth", "b.jsonl", "--answers", "c.jsonl"]).unwrap();
        let cases = Cases { events: "a.jsonl".into(), truth: Some("b.jsonl".into()), answers: Some("c.jsonl".into()) };
        assert_eq!((options.cases, options.kept_by), (Some(cases), Keeper::Neither));
        assert_eq!(parse(&["--cases", "a.jsonl", "--truth", "b.jsonl", "--kept-by-logger"]).unwrap().kept_by, Keeper::Logger);
    }

    #[test]
    fn the_arguments_of_a_simulation_can_be_written_down_again() {
        for args in [
            vec!["--ties", "4000", "--seed", "20260", "--page", "docs/calibration.md"],
            vec!["--ties", "8", "--seed", "2", "--mix", "varied", "--biased-logger"],
            vec!["--ties", "80", "--seed", "3", "--kept-by-logger"],
        ] {
            let options = parse(&args).unwrap();
            assert_eq!(options.simulating(), args.join(" "));
        }
    }

    #[test]
    fn what_makes_no_sense_shows_the_usage() {
        let wrong: [&[&str]; 11] = [
            &["--ties", "7"],
            &["--ties", "many"],
            &["--seed"],
            &["--mix", "nine"],
            &["--truth", "b.jsonl"],
            &["--cases", "a.jsonl"],
            &["--cases", "a.jsonl", "--truth", "b.jsonl", "--biased-logger"],
            &["--cases", "a.jsonl", "--truth", "b.jsonl", "--seed", "3"],
            &["--page", "docs/calibration.svg"],
            &["--format", "xml"],
            &["ties"],
        ];
        for args in wrong {
            assert!(parse(args).unwrap_err().starts_with("usage:"), "{args:?}");
        }
    }
}
