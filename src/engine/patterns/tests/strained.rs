//! Known strain: each pattern beside its twin in which the same weeks are marked.

use super::{check, need, promises};
use crate::engine::evidence::{ContextEffect, ContextPeriod, Evidence, NeedOutcome, Plan, PromiseOutcome, Repair};
use crate::engine::patterns::{Code, Finding, Outcome, Whose};
use crate::engine::tests::{START, entry, measured, steady};
use crate::engine::types::{Actor, Day, Dimension, EntryId};

fn marked(evidence: &Evidence, effect: ContextEffect, days: std::ops::RangeInclusive<i32>) -> Evidence {
    let period = ContextPeriod { from: Day(START + days.start()), to: Day(START + days.end()), effect };
    Evidence { contexts: vec![period], ..evidence.clone() }
}

/// What is shown of these days falls silent once they are exempt, and is known half as well once they are strained.
#[track_caller]
fn falls_silent(evidence: &Evidence, code: Code, whose: Whose, days: std::ops::RangeInclusive<i32>) {
    let plain = check(evidence, code, whose);
    assert_eq!(plain.outcome, Outcome::Shown, "{plain:?}");
    let exempt = check(&marked(evidence, ContextEffect::Exempt, days.clone()), code, whose);
    assert!(matches!(exempt.outcome, Outcome::NoEvidence | Outcome::TooLittle), "{exempt:?}");
    let strained = check(&marked(evidence, ContextEffect::Widen, days), code, whose);
    let weaker = |one: &Finding| one.outcome == Outcome::TooLittle || one.probability < plain.probability;
    assert!(weaker(&strained), "{strained:?} {plain:?}");
}

#[test]
fn promises_that_were_broken_in_a_marked_illness_are_no_words_without_action() {
    let mut evidence = measured(90, vec![]);
    evidence.promises = promises(Actor::Them, &[PromiseOutcome::Broken; 7]);
    falls_silent(&evidence, Code::WordsWithoutAction, Whose::Other, 0..=20);
    // Made before it began, and due while it lasts.
    for promise in &mut evidence.promises {
        (promise.made, promise.due) = (Day(START), Some(Day(START + 30)));
    }
    falls_silent(&evidence, Code::WordsWithoutAction, Whose::Other, 28..=40);
    let kept = promises(Actor::Them, &[PromiseOutcome::Kept; 7]);
    falls_silent(&Evidence { promises: kept, ..evidence }, Code::KeepsPromises, Whose::Other, 0..=20);
}

#[test]
fn plans_of_a_marked_time_are_not_held_against_anybody() {
    let plan = |id: u8| Plan { id: EntryId(id.into()), day: Day(START + i32::from(id)), proposed_by: Actor::Them, scheduled: None };
    let mut evidence = measured(90, vec![]);
    evidence.plans = (0..8).map(plan).collect();
    falls_silent(&evidence, Code::PlansNeverScheduled, Whose::Other, 0..=8);
    // Voiced before; most of the time in which they could get a date is marked.
    let exempt = check(&marked(&evidence, ContextEffect::Exempt, 9..=29), Code::PlansNeverScheduled, Whose::Other);
    assert_eq!(exempt.outcome, Outcome::TooLittle, "{exempt:?}");
}

#[test]
fn needs_of_a_marked_time_are_not_counted_as_explained_in_vain() {
    let mut evidence = measured(90, vec![]);
    evidence.needs = (0..8).map(|id| need(id, Actor::Me, NeedOutcome::Unmet, 4)).collect();
    falls_silent(&evidence, Code::NeedsExplainedNotMet, Whose::Logger, 0..=10);
}

#[test]
fn first_steps_of_a_marked_time_do_not_count() {
    let entries = (0..16).map(|day| entry(day, START + day.cast_signed(), Dimension::Initiation, Actor::Me));
    let evidence = measured(90, entries.collect());
    falls_silent(&evidence, Code::AlwaysStarting, Whose::Logger, 0..=20);
}

#[test]
fn repairs_of_a_marked_time_do_not_count() {
    let repair = |id: u8| Repair {
        id: EntryId(2_000 + u32::from(id)),
        day: Day(START + i32::from(id)),
        moved_first: Actor::Them,
        prompted: Some(true),
        accepted: None,
    };
    let mut evidence = measured(90, vec![]);
    evidence.repairs = (0..11).map(repair).collect();
    falls_silent(&evidence, Code::RepairOnlyWhenPushed, Whose::Other, 0..=20);
}

#[test]
fn evenings_of_a_marked_time_neither_drain_nor_energise() {
    for (energy, code) in [(-2, Code::Draining), (2, Code::Energising)] {
        let evening = |day: u32| {
            let mut one = entry(day, START + day.cast_signed(), Dimension::EmotionalSupport, Actor::Me);
            (one.energy_after, one.felt_heard) = (Some(energy), Some(5));
            one
        };
        let evidence = measured(90, (0..12).map(evening).collect());
        falls_silent(&evidence, code, Whose::Both, 0..=20);
        falls_silent(&evidence, Code::FeltHeard, Whose::Both, 0..=20);
    }
}

#[test]
fn giving_while_needs_go_unmet_for_a_marked_time_is_not_over_functioning() {
    let mut evidence = measured(90, steady(90, &Dimension::ALL, 9));
    evidence.needs = (0..6).map(|id| need(id, Actor::Me, NeedOutcome::Unmet, 1)).collect();
    assert_eq!(check(&evidence, Code::OverFunctioning, Whose::Logger).outcome, Outcome::Shown);
    let exempt = marked(&evidence, ContextEffect::Exempt, 0..=10);
    assert_eq!(check(&exempt, Code::OverFunctioning, Whose::Logger).outcome, Outcome::NotShown);
}

#[test]
fn a_month_that_was_marked_is_not_empty() {
    let mut entries = steady(120, &Dimension::ALL, 5);
    entries.retain(|one| one.day.0 < START + 92 || one.day.0 % 7 == 0);
    let evidence = measured(120, entries);
    falls_silent(&evidence, Code::BalancedButEmpty, Whose::Both, 92..=119);
    // Half of the month marked, and as much in the other half as ever: not empty.
    let mut entries = steady(120, &Dimension::ALL, 5);
    entries.retain(|one| one.day.0 < START + 92 || one.day.0 >= START + 105);
    let evidence = measured(120, entries);
    assert_eq!(check(&evidence, Code::BalancedAndAlive, Whose::Both).outcome, Outcome::NotShown);
    let marked = marked(&evidence, ContextEffect::Exempt, 92..=104);
    assert_eq!(check(&marked, Code::BalancedAndAlive, Whose::Both).outcome, Outcome::Shown);
}

#[test]
fn who_is_expected_to_begin_more_is_not_said_to_begin_always() {
    let actor = |day: u32| if day % 5 == 4 { Actor::Them } else { Actor::Me };
    let entries = (0..40).map(|day| entry(day, START + 2 * day.cast_signed(), Dimension::Initiation, actor(day)));
    let mut evidence = measured(90, entries.collect());
    assert_eq!(check(&evidence, Code::AlwaysStarting, Whose::Logger).outcome, Outcome::Shown);
    evidence.expected_balance.0 = [0.6; 8];
    assert_eq!(check(&evidence, Code::AlwaysStarting, Whose::Logger).outcome, Outcome::NotShown);
    assert_eq!(check(&evidence, Code::SharedStarting, Whose::Both).outcome, Outcome::Shown, "as shared as it is expected to be");
    assert_eq!(check(&evidence.mirrored(), Code::SharedStarting, Whose::Both).outcome, Outcome::Shown);
}

#[test]
fn nothing_of_an_exempt_day_is_cited() {
    let actor = |day: u32| if day % 6 == 5 { Actor::Them } else { Actor::Me };
    let entries = (0..40).map(|day| entry(day, START + 2 * day.cast_signed(), Dimension::Initiation, actor(day)));
    let evidence = marked(&measured(90, entries.collect()), ContextEffect::Exempt, 60..=80);
    let found = check(&evidence, Code::AlwaysStarting, Whose::Logger);
    assert_eq!(found.outcome, Outcome::Shown);
    assert!(found.entries.iter().chain(&found.counter_entries).all(|id| !(30..=40).contains(&id.0)), "{found:?}");
}
