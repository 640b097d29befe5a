//! Each pattern and each strength, on records that show it, on too few, and on none.

mod explained;
mod strained;

use super::{Code, Finding, Outcome, Whose};
use crate::engine::evidence::{Evidence, Need, NeedOutcome, Plan, Promise, PromiseOutcome, Repair};
use crate::engine::math::beta_cdf;
use crate::engine::tests::{START, entry, measured, steady};
use crate::engine::types::{Actor, Day, Dimension, EntryId};
use crate::engine::{Policy, assess};

fn check(evidence: &Evidence, code: Code, whose: Whose) -> Finding {
    let checks = assess(evidence, &Policy::default()).checks;
    checks.into_iter().find(|check| check.code == code && check.whose == whose).unwrap()
}

fn promises(by: Actor, outcomes: &[PromiseOutcome]) -> Vec<Promise> {
    let promise = |(id, outcome): (u8, &PromiseOutcome)| Promise {
        id: EntryId(1_000 + u32::from(id)),
        by,
        made: Day(START + i32::from(id)),
        due: Some(Day(START + i32::from(id) + 5)),
        outcome: *outcome,
    };
    (0..).zip(outcomes).map(promise).collect()
}

/// A need of one day after another, explained so often.
fn need(id: u8, of: Actor, outcome: NeedOutcome, times_explained: u32) -> Need {
    Need { id: EntryId(9_000 + u32::from(id)), of, day: Day(START + i32::from(id)), outcome, times_explained }
}

#[test]
fn the_beta_distribution_agrees_with_known_values() {
    // Closed forms: I_x(1, b) = 1 - (1 - x)^b; I_x(2, 1) = x^2; symmetry; Beta(3, 5) at .3 from its polynomial.
    assert!((beta_cdf(0.3, 1.0, 4.0) - (1.0 - 0.7_f64.powi(4))).abs() < 1e-13);
    assert!((beta_cdf(0.5, 2.0, 1.0) - 0.25).abs() < 1e-13);
    assert!((beta_cdf(0.5, 40.0, 40.0) - 0.5).abs() < 1e-12);
    assert!((beta_cdf(0.3, 3.0, 5.0) - 0.352_930_5).abs() < 1e-9);
}

#[test]
fn without_records_every_check_of_records_says_so() {
    let assessment = assess(&measured(90, vec![]), &Policy::default());
    assert!(assessment.patterns.is_empty() && assessment.strengths.is_empty());
    for check in assessment.checks {
        assert_eq!(check.outcome, Outcome::NoEvidence, "{check:?}");
        assert_eq!((check.probability.to_bits(), check.entries.len()), (0, 0));
    }
}

#[test]
fn broken_promises_are_words_without_action() {
    let mut evidence = measured(90, vec![]);
    evidence.promises = promises(Actor::Them, &[PromiseOutcome::Broken; 5]);
    let found = check(&evidence, Code::WordsWithoutAction, Whose::Other);
    assert_eq!(found.outcome, Outcome::Shown);
    assert_eq!(found.entries.len(), 5);
    assert_eq!(check(&evidence, Code::WordsWithoutAction, Whose::Logger).outcome, Outcome::NoEvidence);
}

#[test]
fn three_promises_are_too_few_to_say() {
    let mut evidence = measured(90, vec![]);
    evidence.promises = promises(Actor::Them, &[PromiseOutcome::Broken; 3]);
    assert_eq!(check(&evidence, Code::WordsWithoutAction, Whose::Other).outcome, Outcome::TooLittle);
}

#[test]
fn an_open_promise_is_not_broken_before_its_grace_ends() {
    let mut evidence = measured(12, vec![]);
    evidence.promises = promises(Actor::Me, &[PromiseOutcome::Open; 6]);
    assert_eq!(check(&evidence, Code::WordsWithoutAction, Whose::Logger).outcome, Outcome::NoEvidence);
    evidence.as_of = Day(START + 60);
    assert_eq!(check(&evidence, Code::WordsWithoutAction, Whose::Logger).outcome, Outcome::Shown);
}

#[test]
fn kept_promises_are_a_strength_even_late_ones() {
    let mut evidence = measured(90, vec![]);
    evidence.promises = promises(
        Actor::Me,
        &[PromiseOutcome::Kept, PromiseOutcome::Late, PromiseOutcome::Kept, PromiseOutcome::Kept, PromiseOutcome::Renegotiated],
    );
    let found = check(&evidence, Code::KeepsPromises, Whose::Logger);
    assert_eq!((found.outcome, found.entries.len()), (Outcome::Shown, 4));
}

#[test]
fn taking_most_of_the_first_steps_is_shown_with_counter_evidence() {
    let actor = |day: u32| if day % 6 == 5 { Actor::Them } else { Actor::Me };
    let entries = (0..30).map(|day| entry(day, START + 2 * day.cast_signed(), Dimension::Initiation, actor(day)));
    let evidence = measured(90, entries.collect());
    let found = check(&evidence, Code::AlwaysStarting, Whose::Logger);
    assert_eq!((found.outcome, found.counter_entries.len()), (Outcome::Shown, 5));
    assert_eq!(found.entries.len(), super::tally::CITED);
    assert_eq!(check(&evidence, Code::AlwaysStarting, Whose::Other).outcome, Outcome::NotShown);
    assert_eq!(check(&evidence, Code::SharedStarting, Whose::Both).outcome, Outcome::NotShown);
}

#[test]
fn shared_first_steps_are_a_strength() {
    let evidence = measured(90, steady(90, &[Dimension::Initiation], 5));
    assert_eq!(check(&evidence, Code::SharedStarting, Whose::Both).outcome, Outcome::Shown);
}

#[test]
fn repair_only_after_a_push_is_told_from_no_repair_at_all() {
    let repair = |id: u8, by, prompted| Repair {
        id: EntryId(2_000 + u32::from(id)),
        day: Day(START + i32::from(id)),
        moved_first: by,
        prompted: Some(prompted),
        accepted: None,
    };
    let mut evidence = measured(90, vec![]);
    evidence.repairs = (0..6).map(|id| repair(id, Actor::Them, true)).collect();
    assert_eq!(check(&evidence, Code::RepairOnlyWhenPushed, Whose::Other).outcome, Outcome::Shown);
    evidence.repairs = (0..6).map(|id| repair(id, Actor::Me, false)).collect();
    assert_eq!(check(&evidence, Code::RepairOnlyWhenPushed, Whose::Other).outcome, Outcome::NoEvidence);
    assert_eq!(check(&evidence, Code::RepairByThemselves, Whose::Logger).outcome, Outcome::Shown);
}

#[test]
fn needs_met_on_one_side_only_are_explained_not_met() {
    let mut evidence = measured(90, vec![]);
    evidence.needs = (0..6).map(|id| need(id, Actor::Me, NeedOutcome::Unmet, 1)).collect();
    evidence.needs.extend((10..16).map(|id| need(id, Actor::Them, NeedOutcome::Met, 1)));
    assert_eq!(check(&evidence, Code::NeedsExplainedNotMet, Whose::Logger).outcome, Outcome::Shown);
    assert_eq!(check(&evidence, Code::NeedsExplainedNotMet, Whose::Other).outcome, Outcome::NotShown);
    for one in &mut evidence.needs {
        one.outcome = NeedOutcome::Met;
    }
    assert_eq!(check(&evidence, Code::NeedsMetOnBothSides, Whose::Both).outcome, Outcome::Shown);
}

#[test]
fn plans_without_a_date_count_once_they_have_had_their_time() {
    let plan =
        |id: u8| Plan { id: EntryId(4_000 + u32::from(id)), day: Day(START + i32::from(id)), proposed_by: Actor::Them, scheduled: None };
    let mut evidence = measured(20, vec![]);
    evidence.plans = (0..6).map(plan).collect();
    assert_eq!(check(&evidence, Code::PlansNeverScheduled, Whose::Other).outcome, Outcome::NoEvidence);
    evidence.as_of = Day(START + 80);
    assert_eq!(check(&evidence, Code::PlansNeverScheduled, Whose::Other).outcome, Outcome::Shown);
}

#[test]
fn energy_that_runs_low_again_and_again_is_draining_and_one_bad_day_is_not() {
    let tired = |days: i32, each: u32| {
        let mut entries = Vec::new();
        for day in 0..days {
            for _ in 0..each {
                let mut one = entry(u32::try_from(entries.len()).unwrap(), START + day, Dimension::Repair, Actor::Me);
                one.energy_after = Some(-2);
                one.felt_heard = Some(5);
                entries.push(one);
            }
        }
        measured(90, entries)
    };
    assert_eq!(check(&tired(8, 1), Code::Draining, Whose::Both).outcome, Outcome::Shown);
    assert_eq!(check(&tired(1, 50), Code::Draining, Whose::Both).outcome, Outcome::TooLittle);
    assert_eq!(check(&tired(8, 1), Code::FeltHeard, Whose::Both).outcome, Outcome::Shown);
}

#[test]
fn giving_in_every_way_while_needs_go_unmet_is_over_functioning() {
    let mut evidence = measured(90, steady(90, &Dimension::ALL, 9));
    let without_cost = check(&evidence, Code::OverFunctioning, Whose::Logger);
    assert_eq!(without_cost.outcome, Outcome::NotShown);
    evidence.needs = (0..6).map(|id| need(id, Actor::Me, NeedOutcome::Unmet, 1)).collect();
    assert_eq!(check(&evidence, Code::OverFunctioning, Whose::Logger).outcome, Outcome::Shown);
    assert_eq!(check(&evidence.mirrored(), Code::OverFunctioning, Whose::Other).outcome, Outcome::Shown);
}

#[test]
fn an_even_tie_that_has_gone_quiet_is_balanced_but_empty() {
    let mut entries = steady(120, &Dimension::ALL, 5);
    let alive = measured(120, entries.clone());
    assert_eq!(check(&alive, Code::BalancedAndAlive, Whose::Both).outcome, Outcome::Shown);
    assert_eq!(check(&alive, Code::MutualInvestment, Whose::Both).outcome, Outcome::Shown);
    entries.retain(|one| one.day.0 < START + 92 || one.day.0 % 7 == 0);
    assert_eq!(check(&measured(120, entries), Code::BalancedButEmpty, Whose::Both).outcome, Outcome::Shown);
}
