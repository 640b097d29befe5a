//! The page of a run, in Markdown: what was done, what came out, and which bars it meets.

use std::fmt::Write as _;

use super::{heading, table};
use crate::calibrate::measure::{MethodRun, Run};
use crate::calibrate::score::{Figure, Figures, Measure};
use crate::calibrate::simulate::Kind;

/// A bar that a figure should meet.
struct Bar {
    what: String,
    wanted: &'static str,
    figure: Option<Figure>,
    met: bool,
}

/// The seeds from this one on were not looked at before the constants were fixed.
const HELD_OUT_FROM: u64 = 20_260;

/// The page; `arguments` are those that write it again, `picture` is the name of the picture beside it.
pub fn write(run: &Run, arguments: &str, picture: &str) -> String {
    let heading = capitalised(&heading(run));
    let mut page = format!(
        "# Calibration\n\n{INTRODUCTION}\n\n    reciprocity calibrate {arguments}\n\n{SOURCE}\n\n{heading}.\n\n![Reliability and alarms]({picture})\n"
    );
    page.push_str("\n### The goals\n\n| figure | goal | measured | |\n|---|---|---|---|\n");
    for Bar { what, wanted, figure, met } in bars(run) {
        let measured = figure.map_or_else(|| "none".to_owned(), |figure| format!("{:.3} ({:.3})", figure.value, figure.error));
        let verdict = if met { "met" } else { "**missed**" };
        let _ = writeln!(page, "| {what} | {wanted} | {measured} | {verdict} |");
    }
    for table in table::all(run) {
        page.push('\n');
        page.push_str(&table.markdown());
    }
    let seed = run.simulated.map_or(0, |(seed, _, _)| seed);
    let held_out = if seed < HELD_OUT_FROM { MAY_BE_TUNED_ON } else { HELD_OUT };
    let _ = write!(page, "\n### What was tuned on what\n\n{TUNED}\n{held_out}\n{NOTES}");
    page
}

const INTRODUCTION: &str = "\
How good the engine is where the truth is known: on simulated ties. This page is written by";

const SOURCE: &str = "\
and by nothing else; the same command gives the same figures on any machine. What the ties are like is in
`src/calibrate/simulate/`. What the figures mean is at the end.";

const TUNED: &str = "\
The constants in `src/engine/policy.rs` were chosen while looking at seeds 1 to 9 of this simulation, and at 160 ties of another
one that has the same eight kinds. The mix of kinds in the simulation stands in the prior (see the page on decisions, 0007): with
another mix the figures would differ, which `--mix varied` shows. Nothing here was learnt from real people's logs.";

const HELD_OUT: &str = "\
Seed 20260 and those above it were held out: the constants were not chosen by looking at them, and this page is of such a seed.
";

const MAY_BE_TUNED_ON: &str = "\
**This page is of a seed below 20260, which the constants may have been chosen by**: it says how well they fit, not how well they
will do.
";

const NOTES: &str = "\
### What the figures mean

- A dimension is *uneven* where its true level is beyond .20 either way at the end of the window. *Brier*, *log loss* and *ECE*
  (expected calibration error, ten bins) score the probability of that.
- *Coverage* is how often the 90 % interval holds the true level.
- *False alarms*: even dimensions with a probability above .8. *Power*: the same for dimensions more uneven than .40.
- *Spearman*: rank correlation of estimated and true level.
- *Ever alarms*: a tie is looked at every week from day 35 on; it alarms where the median over dimensions of the probability
  exceeds .8. *Delay*: days from a change of all dimensions, from even to .6 either way, to the first such look.
  *Engine, state* is the delay until the overall state says sustained imbalance.
- Standard errors are by the bootstrap over ties (200 resamples): the dimensions of a tie are not independent.
- *Raw Beta* is a Beta posterior on the share of weights; *EWMA* the same with fading weights; *ratio, threshold* calls a
  dimension uneven where the share is beyond 60 to 40 with at least five acts.
";

fn bars(run: &Run) -> Vec<Bar> {
    let Some(engine) = run.methods.first() else { return Vec::new() };
    let mut bars: Vec<Bar> = engine.all.iter().filter_map(|(measure, figure)| bar(*measure, *figure)).collect();
    bars.push(worst_coverage(engine));
    bars.extend(engine.ever_alarms.iter().filter_map(|(kind, figure)| ever_bar(*kind, *figure)));
    let delay = engine.delay.as_ref().and_then(|delay| delay.median);
    bars.push(Bar {
        what: "median delay, days".to_owned(),
        wanted: "at most 36",
        figure: delay,
        met: delay.is_some_and(|d| d.value <= 36.0),
    });
    bars
}

fn bar(measure: Measure, figure: Option<Figure>) -> Option<Bar> {
    let (wanted, low, high) = match measure {
        Measure::Brier => ("at most .043", 0.0, 0.043),
        Measure::LogLoss => ("at most .15", 0.0, 0.15),
        Measure::CalibrationError => ("at most .04", 0.0, 0.04),
        Measure::Coverage => (".88 to .95", 0.88, 0.95),
        Measure::FalseAlarms => ("at most .015", 0.0, 0.015),
        Measure::Power => ("at least .90", 0.90, 1.0),
        Measure::Spearman => ("at least .87", 0.87, 1.0),
    };
    let met = (low..=high).contains(&figure?.value);
    Some(Bar { what: measure.name().to_owned(), wanted, figure, met })
}

fn worst_coverage(engine: &MethodRun) -> Bar {
    let coverage = |(kind, figures): &(String, Figures)| {
        let figure = figures.iter().find(|(measure, _)| *measure == Measure::Coverage).and_then(|(_, figure)| *figure)?;
        Some((kind.clone(), figure))
    };
    let worst = engine.by_kind.iter().filter_map(coverage).min_by(|a, b| a.1.value.total_cmp(&b.1.value));
    let met = worst.as_ref().is_some_and(|(_, figure)| figure.value >= 0.8);
    let kind = worst.as_ref().map_or_else(String::new, |(kind, _)| format!(" ({kind})"));
    Bar { what: format!("coverage of the worst kind{kind}"), wanted: "at least .80", figure: worst.map(|(_, figure)| figure), met }
}

fn ever_bar(kind: Kind, figure: Option<Figure>) -> Option<Bar> {
    let (wanted, most) = match kind {
        Kind::Balanced | Kind::Sine => ("at most .05", 0.05),
        Kind::Autoregressive => ("at most .08", 0.08),
        Kind::Episode | Kind::Sustained | Kind::Change | Kind::Sparse | Kind::Bursty => return None,
    };
    let met = figure?.value <= most;
    Some(Bar { what: format!("ever alarms, {}", kind.name()), wanted, figure, met })
}

fn capitalised(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}
