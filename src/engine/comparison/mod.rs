//! Before, during and after: how often one side took steps of its own, and where the balance lay, in periods whose dates are known.
//!
//! For a time in which somebody leaves the next step to the other, and for a practice that two people took up. It describes what was
//! recorded, with intervals, and claims no cause. What cannot be told is said to be inconclusive, with the reason; silence is always
//! inconclusive, because a log cannot tell it from life getting in the way.
//!
//! | step | module |
//! |---|---|
//! | what is asked, what is answered | [`question`], [`answer`] |
//! | which days of a period count, on how many something was logged, how long the log was silent | [`days`] |
//! | steps a week, and their change | [`rates`], [`quantiles`] |
//! | the balance of each period, and its change | [`balances`], [`whiten`] |
//! | what may be said of both | [`readings`] |

pub mod answer;
pub mod balances;
pub mod days;
pub mod quantiles;
pub mod question;
pub mod rates;
pub mod readings;
pub mod whiten;

pub use answer::{BalanceChange, BalanceReading, Change, DimensionComparison, Rate, RateChange, Reason, StepReading};
pub use question::{Around, ByPeriod, Periods, Question, Side, Span};

use super::calendar::Calendar;
use super::effective::{self, Series};
use super::evidence::{ContextEffect, Entry, Evidence};
use super::guard;
use super::policy::{EffectivePolicy, Policy};
use super::rollup::RollUp;
use super::types::{ByDimension, Dimension};
use balances::Balances;
use days::{Counted, counted};
use rates::Steps;

#[cfg(test)]
mod tests;

/// Compares the periods of `question` in each of its dimensions, in the order of the dimensions.
///
/// Total: every input has an answer, and neither the order of entries nor of dimensions matters.
#[must_use]
pub fn compare(evidence: &Evidence, question: &Question, policy: &Policy) -> Vec<DimensionComparison> {
    let (clean, _) = guard::clean(evidence);
    let series = series(&clean, policy);
    let periods = counted(&clean, question);
    let asked = Dimension::ALL.into_iter().filter(|dimension| question.dimensions.contains(dimension));
    let one = |dimension| {
        let entries: Vec<&Entry> = clean.entries.iter().filter(|entry| entry.dimension == dimension).collect();
        compare_one(dimension, &entries, series.get(dimension), &periods, question, policy)
    };
    asked.map(one).collect()
}

fn compare_one(
    dimension: Dimension,
    entries: &[&Entry],
    series: &Series,
    periods: &ByPeriod<Counted>,
    question: &Question,
    policy: &Policy,
) -> DimensionComparison {
    let steps = Steps::new(entries, periods, question);
    let balances = Balances::new(&series.days, periods, &policy.level);
    let change = |now: fn(&ByPeriod<Counted>) -> &Counted, place: question::Place| {
        let days = (&periods.before, now(periods));
        Change {
            rate: steps.change(place),
            reading: readings::of_steps(days, &steps, place),
            balance: balances.change(place),
            balance_reading: readings::of_balance(days, &steps, &balances, question, place),
        }
    };
    DimensionComparison {
        dimension,
        rates: steps.rates(),
        balances: balances.levels(),
        effective: balances.effective(),
        during: change(|periods| &periods.during, question::Place::During),
        after: change(|periods| &periods.after, question::Place::After),
    }
}

/// The observed days of each dimension, worth what they are in an assessment, but for their age: the periods lie close to each other, and
/// what is older is no less true of the time it is about.
fn series(clean: &Evidence, policy: &Policy) -> ByDimension<Series> {
    let exempt = Calendar::new(&clean.contexts, ContextEffect::Exempt);
    let strained = Calendar::new(&clean.contexts, ContextEffect::Widen);
    let roll_up = RollUp::from_sorted(&clean.entries).between(clean.window_from, clean.as_of, |day| !exempt.contains(day));
    let ageless = EffectivePolicy { half_life_days: f64::INFINITY, ..policy.effective.clone() };
    effective::series(&roll_up, clean.as_of, &|day| strained.contains(day), &ageless)
}
