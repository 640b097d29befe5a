//! `reciprocity demo`: a demo account with personas, filled through the public HTTP API like any app would.

mod answers;
pub mod client;
mod courses;
mod entries;
mod life;
mod numbers;
mod options;
mod personas;
mod report;
mod steps;

use std::ffi::OsString;
use std::io::Write;
use std::time::Duration;

use client::Client;
use options::Options;

type Outcome = Result<(), Box<dyn std::error::Error>>;

/// Fills a demo account of the service that the environment names, and shows what can be asked of it.
pub fn run(args: impl Iterator<Item = OsString>) -> Outcome {
    let options = Options::parse(args, &|name| std::env::var(name).ok())?;
    let client = Client::new(&options.base, say_waiting)?;
    steps::fill(&client, &options, &mut std::io::stdout().lock())
}

fn say_waiting(wait: Duration) {
    let _ = writeln!(std::io::stderr(), "  the service asks for patience: {} s", wait.as_secs());
}
