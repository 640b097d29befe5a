//! Ties read from files, a JSON object a line, and the answers to them.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufRead, BufReader, BufWriter, Write};
use std::path::Path;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use super::methods::Estimate;
use super::tie::{Act, DIMENSIONS, Tie, Truth, dimensions};
use crate::engine::guard::WEIGHTS;
use crate::engine::types::Day;

const DAY_SECONDS: i64 = 86_400;
/// Windows of more days than this are refused: a hundred years.
const LONGEST_DAYS: i64 = 36_525;

/// Windows begin within so many seconds of 1970: a thousand years.
const FARTHEST_SECONDS: i64 = 365_250 * DAY_SECONDS;

type Failure = Box<dyn std::error::Error>;

#[derive(Deserialize)]
struct Case {
    id: u64,
    t_start: i64,
    t_end: i64,
    /// Unix seconds, dimension from 0, 1 for given or -1 for received, weight.
    events: Vec<(i64, usize, i8, f64)>,
}

#[derive(Deserialize)]
struct TrueCase {
    id: u64,
    kind: String,
    #[serde(rename = "B_true")]
    balances: [f64; DIMENSIONS],
}

#[derive(Serialize)]
struct Answer {
    id: u64,
    #[serde(rename = "B")]
    balances: [f64; DIMENSIONS],
    lo: [f64; DIMENSIONS],
    hi: [f64; DIMENSIONS],
    p_imb: [f64; DIMENSIONS],
}

/// Reads the ties of a file, with their truth from another.
///
/// Days are counted from `t_start` and the window ends at `t_end`; events outside of it are left out.
///
/// # Errors
/// Names the file and the line where something is missing or makes no sense.
pub fn read(events: &Path, truth: Option<&Path>) -> Result<Vec<Tie>, Failure> {
    let truths = truth.map(|path| lines(path, known)).transpose()?;
    let truths: Option<BTreeMap<u64, Truth>> = truths.map(|all| unique(all, "the truths")).transpose()?;
    let mut ties = lines(events, |case| tie(&case))?;
    unique(ties.iter().map(|tie| (tie.id, ())).collect(), "the events")?;
    if let Some(mut truths) = truths {
        for tie in &mut ties {
            tie.truth = Some(truths.remove(&tie.id).ok_or_else(|| format!("there is no truth of tie {}", tie.id))?);
        }
    }
    Ok(ties)
}

/// Writes the answers to ties, a line each.
///
/// # Errors
/// Where the file cannot be written.
pub fn write_answers(path: &Path, answers: &[(u64, [Estimate; DIMENSIONS])]) -> Result<(), Failure> {
    let mut file = BufWriter::new(File::create(path).map_err(|why| format!("{}: {why}", path.display()))?);
    for (id, estimates) in answers {
        let answer = Answer {
            id: *id,
            balances: estimates.map(|estimate| estimate.balance),
            lo: estimates.map(|estimate| estimate.interval.map_or(estimate.balance, |(low, _)| low)),
            hi: estimates.map(|estimate| estimate.interval.map_or(estimate.balance, |(_, high)| high)),
            p_imb: estimates.map(|estimate| estimate.probability),
        };
        serde_json::to_writer(&mut file, &answer)?;
        file.write_all(b"\n")?;
    }
    Ok(file.flush()?)
}

fn lines<D: DeserializeOwned, T>(path: &Path, turn: impl Fn(D) -> Result<T, Failure>) -> Result<Vec<T>, Failure> {
    let at = |line: usize, why: &dyn std::fmt::Display| format!("{}, line {}: {why}", path.display(), line + 1);
    let file = File::open(path).map_err(|why| format!("{}: {why}", path.display()))?;
    let mut read = Vec::new();
    for (number, line) in BufReader::new(file).lines().enumerate() {
        let line = line?;
        if line.trim().is_empty() {
            continue;
        }
        let parsed = serde_json::from_str(&line).map_err(|why| at(number, &why))?;
        read.push(turn(parsed).map_err(|why| at(number, &why))?);
    }
    Ok(read)
}

fn unique<T>(all: Vec<(u64, T)>, of: &str) -> Result<BTreeMap<u64, T>, Failure> {
    let mut known = BTreeMap::new();
    for (id, one) in all {
        if known.insert(id, one).is_some() {
            return Err(format!("{of} have the tie {id} twice").into());
        }
    }
    Ok(known)
}

fn known(case: TrueCase) -> Result<(u64, Truth), Failure> {
    if case.balances.iter().any(|balance| !(-1.0..=1.0).contains(balance)) {
        return Err("a balance is from -1 to 1".into());
    }
    Ok((case.id, Truth { kind: case.kind, balances: case.balances, change_day: None }))
}

fn tie(case: &Case) -> Result<Tie, Failure> {
    let seconds = case.t_end.saturating_sub(case.t_start);
    let days = seconds.saturating_add(DAY_SECONDS - 1) / DAY_SECONDS;
    if seconds <= 0 || days > LONGEST_DAYS {
        return Err("a window lasts from a second to a hundred years".into());
    }
    if !(-FARTHEST_SECONDS..=FARTHEST_SECONDS).contains(&case.t_start) {
        return Err("t_start is within a thousand years of 1970".into());
    }
    let first = i32::try_from(case.t_start.div_euclid(DAY_SECONDS))?;
    let inside = case.events.iter().filter(|(at, ..)| (case.t_start..case.t_end).contains(at));
    let mut acts = inside.map(|event| act(event, case.t_start)).collect::<Result<Vec<Act>, Failure>>()?;
    acts.sort_by_key(|act| act.day);
    Ok(Tie { id: case.id, first: Day(first), days: i32::try_from(days)?, acts, truth: None })
}

fn act((at, dimension, way, weight): &(i64, usize, i8, f64), start: i64) -> Result<Act, Failure> {
    let dimension = dimensions().nth(*dimension).ok_or("a dimension is from 0 to 4")?;
    let given = match way {
        1 => true,
        -1 => false,
        _ => return Err("an event is given (1) or received (-1)".into()),
    };
    // What the engine leaves out would be scored by the other methods alone.
    if !WEIGHTS.contains(weight) {
        return Err("a weight is from 0.000001 to 1,000,000".into());
    }
    Ok(Act { day: i32::try_from((at - start) / DAY_SECONDS)?, dimension, given, weight: *weight })
}
