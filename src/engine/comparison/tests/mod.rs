//! What must hold whatever the evidence; what silence, strain and short logs must not claim; figures worked out elsewhere; ties whose truth
//! is known.

mod golden;
mod kept;
mod properties;
mod simulated;

use super::{Around, Question, Reason, Side, Span, compare, days};
use crate::engine::Policy;
use crate::engine::comparison::answer::{BalanceReading, DimensionComparison, StepReading};
use crate::engine::comparison::question::ByPeriod;
use crate::engine::evidence::{ContextEffect, ContextPeriod, Entry, Evidence};
use crate::engine::tests::{START, entry, measured};
use crate::engine::types::{Actor, Day, Dimension};

/// Four weeks before, two during, two after.
pub fn periods() -> ByPeriod<Span> {
    let span = |from: i32, to: i32| Span { first: Day(START + from), last: Day(START + to) };
    ByPeriod { before: span(0, 27), during: span(28, 41), after: span(42, 55) }
}

/// Something was logged the day before.
const KEPT_BEFORE: Around = Around { last_before: Some(Day(START - 1)), next_after: None };

pub fn about_initiation(side: Side) -> Question {
    Question {
        periods: periods(),
        side,
        unprompted_only: true,
        goes_on: false,
        leaves_steps: false,
        around: KEPT_BEFORE,
        dimensions: vec![Dimension::Initiation],
    }
}

/// First steps on these days by the logger, and by the other.
pub fn steps(by_me: &[i32], by_them: &[i32]) -> Vec<Entry> {
    let acts = by_me.iter().map(|day| (*day, Actor::Me)).chain(by_them.iter().map(|day| (*day, Actor::Them)));
    (0..).zip(acts).map(|(id, (day, actor))| entry(id, START + day, Dimension::Initiation, actor)).collect()
}

pub fn of(evidence: &Evidence) -> DimensionComparison {
    compare(evidence, &about_initiation(Side::Other), &Policy::default())[0]
}

fn every(days: std::ops::Range<i32>, step: usize) -> Vec<i32> {
    days.step_by(step).collect()
}

#[test]
fn without_a_log_there_is_no_figure_and_no_claim() {
    let found = of(&measured(56, vec![]));
    assert_eq!(found.rates, ByPeriod::default());
    assert_eq!(found.balances, ByPeriod::default());
    for change in [found.during, found.after] {
        assert_eq!((change.rate, change.balance), (None, None));
        assert_eq!(change.reading, StepReading::Inconclusive(Reason::NothingBefore));
        assert_eq!(change.balance_reading, BalanceReading::Inconclusive(Reason::NothingBefore));
    }
}

#[test]
fn somebody_who_begins_to_take_steps_is_seen_to() {
    let evidence = measured(56, steps(&every(0..28, 2), &every(28..56, 3)));
    let found = of(&evidence);
    assert_eq!((found.during.reading, found.after.reading), (StepReading::More, StepReading::More));
    assert_eq!(found.after.balance_reading, BalanceReading::TowardsOther);
    assert!(found.during.rate.unwrap().lower_90 > 1.0 && found.after.balance.unwrap().upper_90 < 0.0);
    assert_eq!(found.rates.during.unwrap().steps, 5);
}

#[test]
fn silence_is_inconclusive_however_much_there_was_before() {
    // Sixteen steps of theirs before, none since; the logger goes on.
    let found = of(&measured(56, steps(&every(0..56, 3), &every(0..28, 2))));
    for change in [found.during, found.after] {
        assert!(change.rate.unwrap().upper_90 < 1.0, "the figure is there, and it is no claim");
        assert_eq!(change.reading, StepReading::Inconclusive(Reason::NoSteps));
        assert_eq!(change.balance_reading, BalanceReading::Inconclusive(Reason::NoSteps));
    }
}

#[test]
fn a_time_in_which_nothing_was_logged_tells_nothing() {
    let found = of(&measured(56, steps(&every(0..28, 2), &every(0..28, 3))));
    assert_eq!(found.during.reading, StepReading::Inconclusive(Reason::NoEntries));
    assert_eq!((found.rates.during, found.during.rate, found.balances.during), (None, None, None));
}

#[test]
fn fewer_steps_in_a_time_of_strain_tell_nothing_and_more_steps_do() {
    let strain = |mut evidence: Evidence, from: i32, to: i32| {
        evidence.contexts = vec![ContextPeriod { from: Day(START + from), to: Day(START + to), effect: ContextEffect::Widen }];
        of(&evidence)
    };
    let fewer = || measured(56, steps(&every(0..56, 4), &[every(0..28, 1), vec![30, 36]].concat()));
    assert_eq!(of(&fewer()).during.reading, StepReading::Fewer);
    assert_eq!(strain(fewer(), 33, 35).during.reading, StepReading::Inconclusive(Reason::KnownStrain));
    assert_eq!(strain(fewer(), 33, 35).after.reading, StepReading::Inconclusive(Reason::NoSteps));
    let more = || measured(56, steps(&every(0..28, 2), &every(28..56, 2)));
    assert_eq!(strain(more(), 33, 35).during.reading, StepReading::More);
    assert_eq!(strain(more(), 28, 36).during.reading, StepReading::Inconclusive(Reason::KnownStrain), "most of the time was hard");
}

#[test]
fn a_time_that_has_hardly_begun_is_not_read() {
    let mut evidence = measured(32, steps(&every(0..28, 2), &every(28..32, 1)));
    assert_eq!(of(&evidence).during.reading, StepReading::Inconclusive(Reason::NotYet));
    evidence.as_of = Day(START + 34);
    assert_ne!(of(&evidence).during.reading, StepReading::Inconclusive(Reason::NotYet));
    assert_eq!(of(&evidence).after.reading, StepReading::Inconclusive(Reason::NotYet));
}

#[test]
fn a_time_that_is_over_and_was_short_is_not_said_to_be_going_on() {
    let span = |from: i32, to: i32| Span { first: Day(START + from), last: Day(START + to) };
    let periods = ByPeriod { before: span(0, 27), during: span(28, 30), after: span(31, 44) };
    let evidence = measured(45, steps(&every(0..45, 2), &every(0..45, 1)));
    let reading = |goes_on| {
        let question = Question { periods, goes_on, ..about_initiation(Side::Other) };
        compare(&evidence, &question, &Policy::default())[0].during.reading
    };
    assert_eq!(reading(false), StepReading::Inconclusive(Reason::TooShort));
    assert_eq!(reading(true), StepReading::Inconclusive(Reason::NotYet));
}

#[test]
fn days_before_the_log_began_are_no_days_without_a_step() {
    let begun = |day: i32| {
        let evidence = measured(56, steps(&every(day..56, 2), &every(day..56, 3)));
        let question = Question { around: Around::default(), ..about_initiation(Side::Other) };
        (compare(&evidence, &question, &Policy::default())[0], compare(&evidence, &about_initiation(Side::Other), &Policy::default())[0])
    };
    let (found, known) = begun(14);
    assert_eq!((found.rates.before.unwrap().days, known.rates.before.unwrap().days), (14, 28));
    assert_eq!(found.during.reading, StepReading::NoClearChange);
    let (found, _) = begun(15);
    assert_eq!(found.during.reading, StepReading::Inconclusive(Reason::ShortBefore));
    assert_eq!(found.during.balance_reading, BalanceReading::Inconclusive(Reason::ShortBefore));
    assert_eq!(begun(28).0.during.reading, StepReading::Inconclusive(Reason::NothingBefore));
}

#[test]
fn a_log_that_was_put_away_is_neither_fewer_steps_nor_as_many() {
    // Every other day until the third day of the time afterwards.
    let found = of(&measured(56, steps(&every(0..45, 2), &every(1..45, 2))));
    assert_eq!(found.during.reading, StepReading::NoClearChange);
    assert_eq!(found.after.reading, StepReading::Inconclusive(Reason::Gaps));
    // Put away for most of the time before, although somebody wrote long ago: what came since is no more than there was.
    let found = of(&measured(56, steps(&every(21..56, 2), &every(21..56, 2))));
    assert_eq!(found.during.reading, StepReading::Inconclusive(Reason::Gaps));
    // Somebody wrote on the day after: the week without a word was no longer than that.
    let evidence = measured(56, steps(&every(0..52, 4), &every(0..52, 4)));
    let silent = |next_after| {
        let question = Question { around: Around { next_after, ..KEPT_BEFORE }, ..about_initiation(Side::Other) };
        days::counted(&evidence, &question).after.silent
    };
    assert_eq!((silent(None), silent(Some(Day(START + 62)))), (0, 7));
}

#[test]
fn what_is_left_on_purpose_says_nothing_of_the_balance() {
    let evidence = measured(56, steps(&[every(0..28, 2), every(42..56, 4)].concat(), &every(1..56, 3)));
    let question = Question { leaves_steps: true, ..about_initiation(Side::Other) };
    let found = compare(&evidence, &question, &Policy::default())[0];
    assert_eq!(of(&evidence).during.balance_reading, BalanceReading::TowardsOther, "by design");
    assert_eq!(found.during.balance_reading, BalanceReading::Inconclusive(Reason::ByDesign));
    assert_eq!((found.during.balance, found.during.reading), (of(&evidence).during.balance, StepReading::NoClearChange));
    assert_ne!(found.after.balance_reading, BalanceReading::Inconclusive(Reason::ByDesign));
}

#[test]
fn one_prompted_act_is_no_step_and_breaks_no_silence() {
    let mut entries = steps(&every(0..56, 2), &[every(0..28, 2), vec![33]].concat());
    entries.iter_mut().filter(|one| one.day == Day(START + 33)).for_each(|one| one.prompted = Some(true));
    let found = of(&measured(56, entries));
    assert!(found.during.balance.unwrap().lower_90 > 0.0, "the figure is there, and it is no claim");
    assert_eq!(found.during.reading, StepReading::Inconclusive(Reason::NoSteps));
    assert_eq!(found.during.balance_reading, BalanceReading::Inconclusive(Reason::NoSteps));
}

#[test]
fn two_logged_days_are_too_few_for_the_balance_too() {
    let twice = |entries: Vec<i32>| [entries.clone(), entries].concat();
    let found = of(&measured(56, steps(&every(0..28, 1), &twice(vec![30, 30, 34, 34]))));
    assert!(found.during.balance.unwrap().upper_90 < 0.0, "the figure is there, and it is no claim");
    assert_eq!(found.during.balance_reading, BalanceReading::Inconclusive(Reason::TooFew));
}

#[test]
fn of_years_the_last_thousand_days_count_for_steps_and_balance_alike() {
    let span = |from: i32, to: i32| Span { first: Day(START + from), last: Day(START + to) };
    let periods = ByPeriod { before: span(0, 55), during: span(56, 1_455), after: span(1_456, 1_511) };
    // Long ago it was all the logger's; for the last thousand days the other took part.
    let evidence = measured(1_456, steps(&every(0..1_456, 4), &every(456..1_456, 4)));
    let question = Question { periods, goes_on: true, ..about_initiation(Side::Other) };
    let found = compare(&evidence, &question, &Policy::default())[0];
    let rate = found.rates.during.unwrap();
    assert_eq!((rate.days, rate.steps), (1_000, 250));
    assert!(found.balances.during.unwrap().abs() < 0.05, "{:?}", found.balances);
}

#[test]
fn a_few_steps_are_too_few_to_tell() {
    let found = of(&measured(56, steps(&[1, 5, 9], &[3, 33])));
    assert_eq!(found.during.reading, StepReading::Inconclusive(Reason::TooFew));
    assert_eq!(found.during.balance_reading, BalanceReading::Inconclusive(Reason::TooFew));
}

#[test]
fn a_step_that_came_after_asking_is_none_of_their_own() {
    let mut entries = steps(&every(0..28, 2), &every(28..56, 3));
    for one in entries.iter_mut().filter(|one| one.actor == Actor::Them) {
        one.prompted = Some(one.day.0 % 2 == 0);
    }
    let evidence = measured(56, entries);
    let all = Question { unprompted_only: false, ..about_initiation(Side::Other) };
    let counted = |question: &Question| compare(&evidence, question, &Policy::default())[0].rates.during.unwrap();
    let (own, any) = (counted(&about_initiation(Side::Other)), counted(&all));
    assert!(own.steps > 0 && own.steps < any.steps);
    assert_eq!((own.not_said, any.steps), (0, 5));
}

#[test]
fn exempt_days_are_no_days_of_the_period() {
    let mut evidence = measured(56, steps(&every(0..28, 2), &every(28..56, 3)));
    evidence.contexts = vec![ContextPeriod { from: Day(START + 28), to: Day(START + 30), effect: ContextEffect::Exempt }];
    let rate = of(&evidence).rates.during.unwrap();
    assert_eq!((rate.days, rate.steps), (11, 4));
}

#[test]
fn a_swing_that_any_fortnight_shows_is_not_taken_for_a_change() {
    // Stretches of ten days in which one or the other starts, all along; the fortnight catches one of them.
    let side = |day: i32| (day / 10) % 2 == 0;
    let days = || 0..56;
    let found =
        of(&measured(56, steps(&days().filter(|d| side(*d)).collect::<Vec<_>>(), &days().filter(|d| !side(*d)).collect::<Vec<_>>())));
    assert_eq!(found.during.balance_reading, BalanceReading::NoClearChange);
}
