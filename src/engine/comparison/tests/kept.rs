//! Logs that were not kept all the time, and a side that leaves steps on purpose: where nothing changed, it is not said that something did.

use super::simulated::{Random, Truth, log, same, share, steady};
use super::{START, StepReading, about_initiation};
use crate::engine::Policy;
use crate::engine::comparison::question::{ByPeriod, Place};
use crate::engine::comparison::{Around, BalanceReading, Change, Question, Side, Span, compare};
use crate::engine::types::Day;

const TIES: usize = 300;

/// How often each was claimed: more, fewer, and either of the balance; and how often nothing could be said of the steps.
#[derive(Debug)]
struct Claims {
    more: f64,
    fewer: f64,
    balance: f64,
    nothing: f64,
}

fn periods(length: i32) -> ByPeriod<Span> {
    let span = |from: i32, to: i32| Span { first: Day(START + from), last: Day(START + to - 1) };
    let before = (2 * length).clamp(28, 56);
    ByPeriod { before: span(0, before), during: span(before, before + length), after: span(before + length, before + 2 * length) }
}

/// Ties of which the log has only some days: from the first to the last, counted from the first day of the time that it is about.
fn claims(question: &Question, truth: impl Fn(&mut Random) -> Truth, (from, to): (i32, i32), place: Place) -> Claims {
    let mut rng = Random(21);
    let start = question.periods.during.first.0;
    let found: Vec<Change> = (0..TIES)
        .map(|_| {
            let truth = truth(&mut rng);
            let mut evidence = log(&mut rng, &truth, &question.periods);
            evidence.entries.retain(|entry| (start + from..=start + to).contains(&entry.day.0));
            let found = compare(&evidence, question, &Policy::default())[0];
            match place {
                Place::During => found.during,
                Place::After => found.after,
            }
        })
        .collect();
    let of = |says: &dyn Fn(&Change) -> bool| share(found.iter().filter(|one| says(one)).count(), found.len());
    let nothing = |one: &Change| matches!(one.reading, StepReading::Inconclusive(_));
    Claims {
        more: of(&|one| one.reading == StepReading::More),
        fewer: of(&|one| one.reading == StepReading::Fewer),
        balance: of(&|one| matches!(one.balance_reading, BalanceReading::TowardsLogger | BalanceReading::TowardsOther)),
        nothing: of(&nothing),
    }
}

fn question(length: i32, begun_before: bool) -> Question {
    let periods = periods(length);
    let last_before = begun_before.then_some(Day(periods.before.first.0 - 1));
    Question { periods, around: Around { last_before, next_after: None }, ..about_initiation(Side::Other) }
}

/// A claim that nothing supports is made as often as this at most, on each side; nominal is .05.
const NOMINAL: f64 = 0.06;

fn hold(name: &str, claims: &Claims) {
    println!("{name}: {claims:?}");
    assert!(claims.more <= NOMINAL && claims.fewer <= NOMINAL, "{name}: {claims:?}");
    // A share does not depend on for how long was looked; nominal is .10, and so many ties tell it to three standard errors.
    assert!(claims.balance <= 0.15, "{name}: {claims:?}");
}

fn in_bursts(rng: &mut Random) -> Truth {
    Truth { bursts: 0.4, ..steady(rng) }
}

/// Five acts a week by each: such a log is never silent for long.
const fn busy(_: &mut Random) -> Truth {
    Truth { mine: same(0.7), theirs: same(0.7), bursts: 0.0, ebb: 0.0 }
}

#[test]
fn a_log_that_begins_shortly_before_shows_no_change_where_there_is_none() {
    for begun in [3, 7, 14, 28] {
        for (name, truth) in [("in bursts", in_bursts as fn(&mut Random) -> Truth), ("busy", busy)] {
            hold(&format!("begun {begun} days before, {name}"), &claims(&question(14, false), truth, (-begun, 999), Place::During));
        }
    }
    let [week, month] = [-7, -28].map(|from| claims(&question(14, false), busy, (from, 999), Place::During));
    assert!(week.nothing > 0.99 && month.nothing < 0.2, "a week is too little to compare with, four are not: {week:?} {month:?}");
}

#[test]
fn a_log_that_is_put_away_shows_no_change_where_there_is_none() {
    for (length, kept) in [(14, 7), (28, 11)] {
        for (name, truth) in [("by chance", steady as fn(&mut Random) -> Truth), ("busy", busy)] {
            hold(&format!("{kept} of {length} days, {name}"), &claims(&question(length, true), truth, (-99, kept - 1), Place::During));
        }
    }
    hold("3 of 28 days after", &claims(&question(28, true), busy, (-99, 28 + 2), Place::After));
}

#[test]
fn leaving_steps_on_purpose_is_no_change_of_the_other_side() {
    let waiting = |rng: &mut Random| {
        let truth = steady(rng);
        Truth { mine: ByPeriod { during: 1e-9, ..truth.mine }, ..truth }
    };
    let plain = question(14, true);
    let told = Question { leaves_steps: true, ..plain.clone() };
    let during = claims(&told, waiting, (-99, 999), Place::During);
    hold("during", &during);
    hold("after", &claims(&told, waiting, (-99, 999), Place::After));
    assert!(during.balance < 1e-9, "{during:?}");
    let untold = claims(&plain, waiting, (-99, 999), Place::During);
    assert!(untold.balance > 0.15, "the share moves by design: {untold:?}");
}
