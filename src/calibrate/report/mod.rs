//! The figures of a run as text, as JSON, and as a page with a picture.

mod page;
mod picture;
mod table;

use std::path::Path;

use serde_json::{Value, json};

use super::measure::{MethodRun, Run};
use super::monitor::Delay;
use super::options::Options;
use super::score::{Figure, Measure};
use super::simulate::Mix;
use crate::engine::types::Keeper;

/// The figures as tables of plain text.
pub fn text(run: &Run) -> String {
    let mut text = format!("{}\n", heading(run));
    for table in table::all(run) {
        text.push('\n');
        text.push_str(&table.text());
    }
    text
}

/// What was run, in a line.
pub fn heading(run: &Run) -> String {
    let ties = match run.simulated {
        None => "ties from a file".to_owned(),
        Some((seed, mix, biased)) => {
            let mix = match mix {
                Mix::Eight => "eight kinds",
                Mix::Varied => "varied",
            };
            let logger = if biased { ", loggers who over-claim" } else { "" };
            format!("simulated ties, {mix}{logger}, seed {seed}")
        }
    };
    let corrected = match run.kept_by {
        Keeper::Logger => ", corrected for over-claiming",
        Keeper::Other | Keeper::Neither => "",
    };
    format!("method {}, {} {ties}{corrected}; standard errors in brackets", run.version, run.ties)
}

/// The figures as one JSON object.
///
/// # Errors
/// None in practice: the object has string keys and finite numbers.
pub fn json(run: &Run) -> Result<String, serde_json::Error> {
    let simulated = run.simulated.map(|(seed, mix, biased)| {
        let mix = match mix {
            Mix::Eight => "eight",
            Mix::Varied => "varied",
        };
        json!({ "seed": seed, "mix": mix, "biased_logger": biased })
    });
    let value = json!({
        "method_version": run.version,
        "ties": run.ties,
        "simulated": simulated,
        "corrected_for_over_claiming": run.kept_by == Keeper::Logger,
        "methods": run.methods.iter().map(method).collect::<Vec<_>>(),
        "sustained_delay_days": run.sustained_delay.as_ref().map(delay),
    });
    Ok(serde_json::to_string_pretty(&value)? + "\n")
}

fn method(run: &MethodRun) -> Value {
    let kind = |(kind, figures): &(String, Vec<_>)| (kind.clone(), all(figures));
    let bin = |(probability, frequency, items): &(f64, f64, usize)| json!({ "probability": probability, "frequency": frequency, "dimensions": items });
    json!({
        "method": run.method.name(),
        "all": all(&run.all),
        "by_kind": run.by_kind.iter().map(kind).collect::<serde_json::Map<_, _>>(),
        "reliability": run.reliability.iter().map(bin).collect::<Vec<_>>(),
        "ever_alarms": run.ever_alarms.iter().map(|(kind, share)| (kind.name().to_owned(), figure(share.as_ref()))).collect::<serde_json::Map<_, _>>(),
        "delay_days": run.delay.as_ref().map(delay),
    })
}

fn all(figures: &[(Measure, Option<Figure>)]) -> Value {
    let key = |measure: &Measure| measure.name().to_lowercase().replace(' ', "_");
    figures.iter().map(|(measure, value)| (key(measure), figure(value.as_ref()))).collect::<serde_json::Map<_, _>>().into()
}

fn figure(figure: Option<&Figure>) -> Value {
    figure.map_or(Value::Null, |figure| json!({ "value": figure.value, "standard_error": figure.error }))
}

fn delay(delay: &Delay) -> Value {
    json!({ "median": figure(delay.median.as_ref()), "seen": delay.seen })
}

/// Writes the page, and its picture beside it.
///
/// # Errors
/// Where a file cannot be written.
pub fn write_page(path: &Path, run: &Run, options: &Options) -> std::io::Result<()> {
    let picture = path.with_extension("svg");
    let name = picture.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    std::fs::write(&picture, picture::draw(run))?;
    std::fs::write(path, page::write(run, &options.simulating(), &name))
}
