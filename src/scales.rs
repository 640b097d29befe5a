//! An operator's measurement: how reliable the scales of a question set are, over the stored answers of many people.
//!
//! Only people who agreed to `statistics` are counted; only aggregates come out, and none over fewer than 30 people. What it finds can replace a set's provisional figures in its
//! next version.

use std::ffi::OsString;
use std::fmt::Write;

use serde_json::{Value, json};

use crate::content::{Answer, Catalogue, QuestionSet};
use crate::db::owner::survey;
use crate::features::responses::{MIN_RESPONDENTS, Measured, measure, newest_of_each};

const USAGE: &str = "\
usage: reciprocity scales --set SLUG --version N [--json]

  Reads the database that the environment names, as the role that owns the tables. Where DATABASE_URL is not set, that is the
  private local Postgres, and the service must not be running.";

/// More people than this are not read: the figures would not move.
const MAX_RESPONDENTS: usize = 100_000;

/// Why nothing was measured.
#[derive(Debug, thiserror::Error)]
pub enum ScalesError {
    #[error("{USAGE}")]
    Usage,
    #[error("there is no version {1} of a question set named {0}")]
    UnknownSet(String, u32),
    #[error("fewer than {MIN_RESPONDENTS} people have completed it and agree to statistics; nothing is said about so few")]
    TooFew,
    #[error("the content that this program carries is damaged: {0}")]
    Content(#[from] crate::content::ContentError),
    #[error("the database could not be asked: {}", cause_of(.0))]
    Database(crate::kernel::Error),
}

fn cause_of(error: &crate::kernel::Error) -> String {
    error.cause().map_or_else(|| error.to_string(), ToString::to_string)
}

/// What to measure, and how to print it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wanted {
    pub set: String,
    pub version: u32,
    pub json: bool,
}

impl Wanted {
    /// Reads the arguments.
    pub fn parse(args: impl Iterator<Item = OsString>) -> Result<Self, ScalesError> {
        let mut args = args.map(|arg| arg.into_string().unwrap_or_default());
        let (mut set, mut version, mut json) = (None, None, false);
        while let Some(arg) = args.next() {
            match arg.as_str() {
                "--set" => set = args.next(),
                "--version" => version = args.next().and_then(|number| number.parse().ok()),
                "--json" => json = true,
                _ => return Err(ScalesError::Usage),
            }
        }
        let (Some(set), Some(version)) = (set, version) else { return Err(ScalesError::Usage) };
        Ok(Self { set, version, json })
    }
}

/// Measures every scale of the set over one response a person, the newest completed one, and prints what it finds.
pub fn report(owner_url: &str, wanted: &Wanted) -> Result<String, ScalesError> {
    let catalogue = Catalogue::load()?;
    let unknown = || ScalesError::UnknownSet(wanted.set.clone(), wanted.version);
    let set = catalogue.question_set(&wanted.set, Some(wanted.version)).ok_or_else(unknown)?;
    let mut people: Vec<Vec<Answer>> = Vec::new();
    let read = survey(owner_url, |conn| {
        people.extend(newest_of_each(conn, set.slug(), set.version())?);
        Ok(people.len() < MAX_RESPONDENTS)
    });
    read.map_err(ScalesError::Database)?;
    if people.len() < MIN_RESPONDENTS {
        return Err(ScalesError::TooFew);
    }
    let measured = measure(set, &people).map_err(ScalesError::Database)?;
    Ok(if wanted.json { as_json(set, people.len(), &measured) } else { as_text(set, people.len(), &measured) })
}

/// Four digits are more than such figures are good for, and too few to work back from.
fn rounded(value: f64) -> f64 {
    (value * 10_000.0).round() / 10_000.0
}

/// Why a scale has no figures.
fn missing(one: &Measured) -> &'static str {
    if one.scale.items.len() < 2 {
        "one_item"
    } else if one.respondents < MIN_RESPONDENTS {
        "too_few_respondents"
    } else {
        "no_variance"
    }
}

fn as_json(set: &QuestionSet, people: usize, measured: &[Measured]) -> String {
    let scale = |one: &Measured| -> Value {
        let mut value = json!({"scale": one.scale.name, "items": one.scale.items.len()});
        let more = match &one.reliability {
            Some(found) => json!({
                "respondents": one.respondents, "alpha": rounded(found.alpha), "omega_total": found.omega.map(rounded),
                "mean": rounded(found.mean), "standard_deviation": rounded(found.sd), "standard_error": rounded(found.standard_error),
            }),
            None => json!({"missing": missing(one)}),
        };
        if let (Some(value), Value::Object(more)) = (value.as_object_mut(), more) {
            value.extend(more);
        }
        value
    };
    let scales: Vec<Value> = measured.iter().map(scale).collect();
    format!("{:#}\n", json!({"question_set": set.slug(), "version": set.version(), "respondents": people, "scales": scales}))
}

fn as_text(set: &QuestionSet, people: usize, measured: &[Measured]) -> String {
    let mut text = format!("{} version {}: {people} people, the newest completed response of each\n\n", set.slug(), set.version());
    let _ = writeln!(text, "{:<28}{:>6}{:>8}{:>8}{:>8}{:>8}{:>8}{:>8}", "scale", "items", "people", "alpha", "omega", "mean", "sd", "SEM");
    for one in measured {
        let _ = write!(text, "{:<28}{:>6}", one.scale.name, one.scale.items.len());
        let _ = match &one.reliability {
            Some(found) => {
                let omega = found.omega.map_or_else(|| "-".to_owned(), |omega| format!("{omega:.3}"));
                let (alpha, mean, sd, error) = (found.alpha, found.mean, found.sd, found.standard_error);
                writeln!(text, "{:>8}{alpha:>8.3}{omega:>8}{mean:>8.2}{sd:>8.3}{error:>8.3}", one.respondents)
            }
            None => writeln!(text, "  {}", missing(one)),
        };
    }
    text.push_str("\nMean, sd and SEM (standard error of measurement, by alpha) are of the mean of the items, in scale points.\n");
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(args: &[&str]) -> Result<Wanted, ScalesError> {
        Wanted::parse(args.iter().map(OsString::from))
    }

    #[test]
    fn the_set_and_its_version_must_be_named_and_anything_else_shows_the_usage() {
        let wanted = parse(&["--version", "1", "--set", "partner-check", "--json"]).unwrap();
        assert_eq!(wanted, Wanted { set: "partner-check".to_owned(), version: 1, json: true });
        for wrong in [&[][..], &["--set", "partner-check"], &["--version", "1"], &["--set", "a", "--version", "one"], &["--all"]] {
            assert!(matches!(parse(wrong), Err(ScalesError::Usage)), "{wrong:?}");
        }
    }
}
