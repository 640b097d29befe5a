//! A late episode: one swing that moves all dimensions alike from a day on until now.
//!
//! A hard fortnight is steady while it lasts, which no AR(1) ebb is: without an explanation of its own it is taken for a
//! shift of the levels. With a swing `x ~ N(0, S)` added to every balance from the start on, `m` and `n` the precisions of
//! the levels by the days before and since, `p` and `q` their pulls, and `k = 1'n + 1/S`, the days say about the levels
//!
//! | information | pull | minus twice the logarithm, beyond that of no swing |
//! |---|---|---|
//! | `diag(m + n) - n n'/k` | `p + q - n (1'q)/k` | `log(k S) - (1'q)^2/k` |
//!
//! and the swing itself is `(1'q - n'b)/k` with variance `1/k`, given the levels `b` (Sherman and Morrison).

use super::days::{JointDay, Side, pieces};
use super::explanations::Edge;
use super::matrix::{add_diagonal, add_outer, add_scaled};
use super::own::{self, Separately};
use super::{Ebb, Reach};
use crate::engine::math::count;
use crate::engine::policy::LevelPolicy;
use crate::engine::types::Day;

/// What the days say about the levels if an episode that still goes on `today` began on one of the possible days, for each of
/// these. None where the last entry is older than an episode.
#[must_use]
pub fn episodes(days: &[JointDay], today: Day, calm: &Ebb, policy: &LevelPolicy) -> Vec<(Ebb, Side, Edge)> {
    let Some((first, last)) = days.first().zip(days.last()) else { return Vec::new() };
    let starts = starts(first.day, last.day, today, policy);
    let filtered = own::filter(&pieces(days, &starts), &starts, today, calm);
    let prior = policy.episode_probability / count(starts.len()).max(1.0);
    let episode = |(start, (before, since)): (&Day, (&Separately, &Separately))| {
        let ebb = Ebb { reach: Reach::Since(*start), sd: policy.episode_sd, log_phi: 0.0, prior };
        let (side, edge) = integrated(before, since, ebb.variance());
        (ebb, Side { deviance: side.deviance + filtered.deviance, ..side }, edge)
    };
    starts.iter().zip(filtered.before.iter().zip(&filtered.after)).map(episode).collect()
}

/// The possible first days, ascending: fixed calendar days, so that assessing a day later does not move them.
fn starts(first: Day, last: Day, today: Day, policy: &LevelPolicy) -> Vec<Day> {
    let (youngest, oldest) = policy.episode_days;
    let all = (youngest..=oldest).rev().map(|age| today.plus(1 - age));
    all.filter(|day| *day > first && *day <= last && day.0.rem_euclid(policy.episode_step_days) == 0).collect()
}

fn integrated(before: &Separately, since: &Separately, stationary: f64) -> (Side, Edge) {
    let total = since.information.iter().sum::<f64>() + 1.0 / stationary;
    let pull: f64 = since.pull.iter().sum();
    let mut side = Side { pull: before.pull, deviance: libm::log(total * stationary) - pull * pull / total, ..Side::EMPTY };
    add_diagonal(&mut side.information, &before.information);
    add_diagonal(&mut side.information, &since.information);
    add_outer(&mut side.information, &since.information, -1.0 / total);
    add_scaled(&mut side.pull, &since.pull, 1.0);
    add_scaled(&mut side.pull, &since.information, -pull / total);
    let unit = since.information.map(|information| information / total);
    (side, Edge::Shared { data: pull / total, unit, variance: 1.0 / total })
}
