//! All figures of one run.

use super::methods::Method;
use super::monitor::{Delay, Look, delay, ever, looks};
use super::options::Options;
use super::parallel;
use super::score::{Figure, Figures, Scored, ScoredTie, figures, reliability};
use super::simulate::{Kind, Mix};
use super::tie::Tie;
use crate::engine::policy::Policy;
use crate::engine::types::Keeper;

/// The balance to which ties turn when delays are measured.
pub const TURNED_TO: f64 = 0.6;
/// Days after the turn in which it may be seen.
const FOLLOW_UP: i32 = 126;
/// Kinds in which no alarm should ever be raised.
const EVEN: [Kind; 4] = [Kind::Balanced, Kind::Sine, Kind::Autoregressive, Kind::Episode];

/// What was run and what came out.
#[derive(Clone, Debug, PartialEq)]
pub struct Run {
    /// Version of the engine's method.
    pub version: &'static str,
    /// Seed and mix of the simulation, and whether its loggers over-claim; `None` for ties from a file.
    pub simulated: Option<(u64, Mix, bool)>,
    /// Who the engine was told had kept the logs.
    pub kept_by: Keeper,
    /// How many ties.
    pub ties: usize,
    /// The figures of each method, the engine's first.
    pub methods: Vec<MethodRun>,
    /// How long the engine's overall state takes to become a sustained imbalance.
    pub sustained_delay: Option<Delay>,
}

/// The figures of one method.
#[derive(Clone, Debug, PartialEq)]
pub struct MethodRun {
    /// The method.
    pub method: Method,
    /// Over all dimensions of all ties.
    pub all: Figures,
    /// Over those of one kind.
    pub by_kind: Vec<(String, Figures)>,
    /// Mean probability, frequency and number of dimensions in tenths of the probability.
    pub reliability: Vec<(f64, f64, usize)>,
    /// Share of even ties with a weekly alarm at any time, by kind.
    pub ever_alarms: Vec<(Kind, Option<Figure>)>,
    /// How long a change of all dimensions to [`TURNED_TO`] takes to raise an alarm.
    pub delay: Option<Delay>,
}

/// The figures over simulated ties.
#[must_use]
pub fn simulated(options: &Options, policy: &Policy) -> Run {
    let simulation = options.simulation;
    let ids: Vec<u64> = (0..options.ties).collect();
    let ties = parallel::map(&ids, |id| simulation.tie(*id));
    let eighth: Vec<u64> = (0..options.ties / 8).collect();
    let turning = parallel::map(&eighth, |id| simulation.turning(*id, TURNED_TO, FOLLOW_UP));
    let mut run = given(&ties, options, policy);
    run.simulated = Some((simulation.seed, simulation.mix, simulation.biased));
    for method_run in &mut run.methods {
        let look = |tie: &Tie| looks(tie, method_run.method, options.kept_by, policy);
        method_run.ever_alarms =
            EVEN.into_iter().map(|kind| (kind, ever(&parallel::map(&of_kind(&ties, kind), look), simulation.seed))).collect();
        let seen: Vec<(i32, Vec<Look>)> = parallel::map(&turning, |tie| (change_day(tie), look(tie)));
        method_run.delay = Some(delay(&seen, simulation.seed, |look| look.alarm));
        if method_run.method == Method::Engine {
            run.sustained_delay = Some(delay(&seen, simulation.seed, |look| look.sustained));
        }
    }
    run
}

/// The figures over ties whose truth is given.
#[must_use]
pub fn given(ties: &[Tie], options: &Options, policy: &Policy) -> Run {
    let methods = Method::ALL.into_iter().map(|method| method_run(ties, method, options, policy)).collect();
    Run { version: policy.version, simulated: None, kept_by: options.kept_by, ties: ties.len(), methods, sustained_delay: None }
}

fn method_run(ties: &[Tie], method: Method, options: &Options, policy: &Policy) -> MethodRun {
    let seed = options.simulation.seed;
    let scored = parallel::map(ties, |tie| score(tie, method, options, policy));
    let all: Vec<ScoredTie> = scored.iter().filter_map(|(_, scored)| *scored).collect();
    let mut kinds: Vec<&str> = Vec::new();
    for (kind, _) in &scored {
        if !kinds.contains(kind) {
            kinds.push(kind);
        }
    }
    let of = |kind: &str| scored.iter().filter(|(own, _)| *own == kind).filter_map(|(_, scored)| *scored).collect::<Vec<_>>();
    let flat: Vec<Scored> = all.iter().flatten().copied().collect();
    MethodRun {
        method,
        all: figures(&all, seed),
        by_kind: kinds.iter().map(|kind| ((*kind).to_owned(), figures(&of(kind), seed))).collect(),
        reliability: reliability(&flat),
        ever_alarms: Vec::new(),
        delay: None,
    }
}

fn score<'a>(tie: &'a Tie, method: Method, options: &Options, policy: &Policy) -> (&'a str, Option<ScoredTie>) {
    let Some(truth) = &tie.truth else { return ("", None) };
    let estimates = method.estimates(tie, tie.last_day(), options.kept_by, policy);
    let mut balances = truth.balances.iter();
    (&truth.kind, Some(estimates.map(|estimate| Scored { estimate, truth: balances.next().copied().unwrap_or(0.0) })))
}

fn of_kind(ties: &[Tie], kind: Kind) -> Vec<Tie> {
    ties.iter().filter(|tie| tie.truth.as_ref().is_some_and(|truth| truth.kind == kind.name())).cloned().collect()
}

fn change_day(tie: &Tie) -> i32 {
    tie.truth.as_ref().and_then(|truth| truth.change_day).unwrap_or(0)
}
