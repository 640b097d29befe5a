//! `reciprocity demo`: a demo account with personas, filled through the public HTTP API like any app would.

use std::ffi::OsString;

type Outcome = Result<(), Box<dyn std::error::Error>>;

pub fn run(_args: impl Iterator<Item = OsString>) -> Outcome {
    Err("not yet".into())
}
