//! Whether words become acts: promises and plans.

use super::tally::{Tally, Weighed};
use super::{Code, Finding, Record, Whose};
use crate::engine::evidence::{Plan, Promise, PromiseOutcome};
use crate::engine::types::Day;

/// The prior that takes no side.
const EVEN_PRIOR: (f64, f64) = (1.0, 1.0);

/// Promises of `whose` that came to nothing, or were kept.
#[must_use]
pub fn promises(record: &Record, whose: Whose) -> [Finding; 2] {
    let policy = &record.policy.patterns;
    let mut tally = Tally::default();
    for promise in record.evidence.promises.iter().filter(|promise| whose.is(promise.by)) {
        if let Some(kept) = kept(promise, record) {
            let due = promise.due.unwrap_or_else(|| promise.made.plus(policy.open_days));
            tally.count(promise.made, promise.id, kept, record.worth(promise.made, due));
        }
    }
    both_ways(&tally, policy.promise_prior, [Code::WordsWithoutAction, Code::KeepsPromises], whose, record)
}

/// Whether a matured promise was kept; late still counts as kept. `None` while it is open, or renegotiated.
fn kept(promise: &Promise, record: &Record) -> Option<bool> {
    let policy = &record.policy.patterns;
    match promise.outcome {
        PromiseOutcome::Kept | PromiseOutcome::Late => Some(true),
        PromiseOutcome::Broken => Some(false),
        PromiseOutcome::Renegotiated => None,
        PromiseOutcome::Open => {
            let ends = match promise.due {
                Some(due) => due.plus(policy.promise_grace_days),
                None => promise.made.plus(policy.open_days),
            };
            (ends < record.evidence.as_of).then_some(false)
        }
    }
}

/// Plans voiced by `whose` that never got a date, or did.
#[must_use]
pub fn plans(record: &Record, whose: Whose) -> [Finding; 2] {
    let mut tally = Tally::default();
    for plan in record.evidence.plans.iter().filter(|plan| whose.is(plan.proposed_by)) {
        if let Some(scheduled) = scheduled(plan, record.evidence.as_of, record.policy.patterns.open_days) {
            let until = plan.day.plus(record.policy.patterns.open_days);
            tally.count(plan.day, plan.id, scheduled, record.worth(plan.day, until));
        }
    }
    both_ways(&tally, EVEN_PRIOR, [Code::PlansNeverScheduled, Code::PlansGetScheduled], whose, record)
}

fn scheduled(plan: &Plan, as_of: Day, open_days: i32) -> Option<bool> {
    plan.scheduled.or_else(|| (plan.day.plus(open_days) < as_of).then_some(false))
}

/// A rate read both ways: clearly low, or clearly high.
fn both_ways(tally: &Tally, prior: (f64, f64), codes: [Code; 2], whose: Whose, record: &Record) -> [Finding; 2] {
    let policy = &record.policy.patterns;
    let weighed = |probability| Weighed { records: tally.total(), floor: policy.min_settled, probability, needed: policy.probability };
    let [low, high] = codes;
    [
        weighed(tally.below(policy.low_rate, prior)).finding(low, whose, tally.cited_against(), tally.cited()),
        weighed(1.0 - tally.below(policy.high_rate, prior)).finding(high, whose, tally.cited(), tally.cited_against()),
    ]
}
