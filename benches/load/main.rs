//! The service under load, beside what the same machine does without it: Postgres alone, COPY, a bare handler. Ratios first, for they
//! travel better from machine to machine than figures do. How to read them is in docs/performance.md.
//!
//! It starts a Postgres of its own with the settings that are shipped, and the real program on it, with every limit at work but out of
//! reach. Whatever is compared runs in turns.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "a bench stops at the first surprise")]
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "it tells a person at a terminal")]
#![allow(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "what is counted here is far below 2^52, and not negative"
)]

mod assess;
mod copy;
mod figures;
mod machine;
mod options;
mod overload;
mod pgbench;
mod post;
mod reads;
mod report;
mod stand;
mod wrk;

#[allow(dead_code, reason = "the torture needs more of it than a bench")]
#[path = "../../tests/rig/mod.rs"]
mod rig;

use std::process::ExitCode;

use serde_json::{Value, json};

use figures::Comparison;
use options::Options;
use report::Report;
use stand::Stand;

/// That of the program, so that the bare handler has no other.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// What each entry says: 40 letters, which are sealed.
const NOTE: &str = "They called on the way home and listened";

/// One part of the measurement.
type Measure = fn(&mut Stand, &Options) -> Vec<Comparison>;

/// One entry as it is logged here, singly and in batches.
fn entry(id: &str) -> Value {
    json!({"id": id, "actor": "me", "dimension": "celebration", "effort": 3, "note": NOTE})
}

/// Says a comparison as soon as it is there.
fn tell(found: &Comparison) {
    let (ours, theirs) = (found.ours.said(found.unit), found.theirs.said(found.unit));
    eprintln!("{}: {} = {ours} / {theirs}", found.what, found.ratio_said());
}

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(why) => {
            eprintln!("{why}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<(), String> {
    let options = Options::parse(std::env::args().skip(1))?;
    wrk::check()?;
    let busy = machine::busy();
    let mut stand = Stand::start();
    pgbench::check(&stand)?;
    let mut comparisons = Vec::new();
    let parts: [(&str, Measure); 5] = [
        ("post", post::measure),
        ("copy", copy::measure),
        ("reads", reads::measure),
        ("assess", assess::measure),
        ("overload", overload::measure),
    ];
    for (_, measure) in parts.iter().filter(|(name, _)| options.wants(name)) {
        comparisons.extend(measure(&mut stand, &options));
    }
    let how = format!(
        "{} alternating runs of {} s: the middle one, and the ends in brackets. The machine's load before: {busy:.1}.",
        options.runs, options.seconds
    );
    let report = Report { machine: machine::describe(&stand), how, note: options.note, comparisons, memory: stand.memory.clone() };
    println!("{}", report.text());
    if let Some(file) = &options.json {
        std::fs::write(file, format!("{:#}\n", report.json())).map_err(|why| format!("{}: {why}", file.display()))?;
    }
    options.page.as_ref().map_or(Ok(()), |page| report.write_page(page))
}
