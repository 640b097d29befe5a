//! Edge cases: each must give an answer, and the right one.

use super::{START, entry, measured, steady};
use crate::engine::assessment::{Assessment, Missing, State};
use crate::engine::evidence::{ContextEffect, ContextPeriod, Evidence};
use crate::engine::types::{Actor, Day, Dimension};
use crate::engine::{Policy, assess};

fn run(evidence: &Evidence) -> Assessment {
    let assessment = assess(evidence, &Policy::default());
    assert_eq!(assessment.dimensions.len(), Dimension::COUNT);
    for result in &assessment.dimensions {
        let figures = result.estimate;
        assert!(figures.lower_90 <= figures.balance && figures.balance <= figures.upper_90);
        assert!((-1.0..=1.0).contains(&figures.lower_90) && (-1.0..=1.0).contains(&figures.upper_90));
        assert!(figures.probability_over >= 0.0 && figures.probability_under >= 0.0);
        assert!(figures.probability_over + figures.probability_under <= 1.0 + 1e-12);
        assert!((-1.0..=1.0).contains(&result.local_balance));
        assert!(result.effective_events.is_finite() && result.ebb_sd.is_finite());
        assert_eq!(result.figures.is_none(), result.state == State::InsufficientEvidence);
        assert_eq!(result.missing.is_empty(), result.state != State::InsufficientEvidence);
    }
    assessment
}

fn all_insufficient(assessment: &Assessment) -> bool {
    assessment.dimensions.iter().all(|result| result.state == State::InsufficientEvidence)
        && assessment.overall.state == State::InsufficientEvidence
        && assessment.overall.figures.is_none()
}

#[test]
fn no_events_are_insufficient_and_say_what_is_missing() {
    let assessment = run(&measured(90, vec![]));
    assert!(all_insufficient(&assessment));
    assert_eq!(assessment.evidence.entries, 0);
    assert!(assessment.dimensions[0].missing.contains(&Missing::Acts { more: 6 }));
    assert_eq!(assessment.overall.missing, vec![Missing::AnyDimension]);
}

#[test]
fn all_one_way_is_a_sustained_imbalance() {
    let assessment = run(&measured(90, steady(90, &Dimension::ALL, 10)));
    assert!(assessment.dimensions.iter().all(|result| result.state == State::SustainedImbalance));
    assert!(assessment.dimensions.iter().all(|result| result.estimate.balance > 0.8));
    assert_eq!(assessment.overall.state, State::SustainedImbalance);
}

#[test]
fn one_huge_day_among_none_is_not_enough() {
    let entries = (0..500).map(|id| entry(id, START + 60, Dimension::Repair, Actor::Me)).collect();
    assert!(all_insufficient(&run(&measured(90, entries))));
}

#[test]
fn a_hundred_thousand_events_in_one_day_are_not_enough_either() {
    let entries = (0..100_000).map(|id| entry(id, START + 60, Dimension::ALL[id as usize % 2], Actor::Them));
    assert!(all_insufficient(&run(&measured(90, entries.collect()))));
}

#[test]
fn duplicate_ids_count_once() {
    let mut evidence = measured(60, steady(60, &[Dimension::Celebration], 7));
    let once = run(&evidence);
    let again = evidence.entries.clone();
    evidence.entries.extend(again);
    let twice = run(&evidence);
    assert_eq!(twice.evidence.dropped.duplicate, 60);
    assert_eq!(once.dimensions, twice.dimensions);
}

#[test]
fn events_in_the_future_or_before_the_window_are_left_out() {
    let mut evidence = measured(60, steady(60, &[Dimension::Celebration], 5));
    let before = run(&evidence);
    for (id, day) in [(9_000, START + 60), (9_001, START + 5_000), (9_002, START - 1)] {
        evidence.entries.push(entry(id, day, Dimension::Celebration, Actor::Me));
    }
    let after = run(&evidence);
    assert_eq!(after.evidence.dropped.outside_window, 3);
    assert_eq!(before.dimensions, after.dimensions);
}

#[test]
fn weights_that_are_no_weights_are_left_out() {
    let mut evidence = measured(60, steady(60, &[Dimension::Celebration], 5));
    let before = run(&evidence);
    let bad = [0.0, -1.0, f64::NAN, f64::INFINITY, f64::NEG_INFINITY, 1e300, 1e-300];
    for (id, weight) in (9_000..).zip(bad) {
        let mut wrong = entry(id, START + 3, Dimension::Celebration, Actor::Me);
        wrong.weight = weight;
        evidence.entries.push(wrong);
    }
    let after = run(&evidence);
    assert_eq!(after.evidence.dropped.bad_weight, 7);
    assert_eq!(before.dimensions, after.dimensions);
}

#[test]
fn a_span_under_forty_two_days_has_no_shift_to_speak_of() {
    let assessment = run(&measured(41, steady(41, &Dimension::ALL, 8)));
    assert!(assessment.dimensions.iter().all(|result| result.shift.is_none()));
}

#[test]
fn one_dimension_only_leaves_the_others_insufficient() {
    let assessment = run(&measured(90, steady(90, &[Dimension::Initiation], 9)));
    for result in &assessment.dimensions {
        let observed = result.dimension == Dimension::Initiation;
        assert_eq!(result.state == State::InsufficientEvidence, !observed, "{result:?}");
    }
    assert_eq!(assessment.overall.state, State::SustainedImbalance);
}

#[test]
fn every_entry_mutual_is_balanced() {
    let entries = (0..90_i32).map(|day| entry(day.unsigned_abs(), START + day, Dimension::Celebration, Actor::Both));
    let assessment = run(&measured(90, entries.collect()));
    let result = &assessment.dimensions[1];
    assert_eq!(result.state, State::Balanced, "{result:?}");
    assert!(result.estimate.balance.abs() < 1e-9);
}

#[test]
fn every_entry_by_an_unknown_actor_is_never_read_as_balanced() {
    let entries = (0..90_i32).map(|day| entry(day.unsigned_abs(), START + day, Dimension::Celebration, Actor::Unknown));
    let assessment = run(&measured(90, entries.collect()));
    assert!(all_insufficient(&assessment));
    assert_eq!((assessment.evidence.entries, assessment.evidence.unknown_actor_entries), (90, 90));
    assert_eq!(assessment.dimensions[1].entries, 90);
}

#[test]
fn ten_years_of_history_have_an_answer() {
    let days = 3_653;
    let assessment = run(&measured(days, steady(days, &Dimension::ALL, 5)));
    assert!(assessment.dimensions.iter().all(|result| result.state == State::Balanced));
    assert_eq!(assessment.evidence.days, 3_653);
}

#[test]
fn days_at_both_ends_of_the_calendar_do_not_overflow() {
    let mut evidence = measured(60, vec![]);
    evidence.window_from = Day(i32::MIN);
    evidence.as_of = Day(i32::MAX);
    evidence.entries = vec![
        entry(1, i32::MIN, Dimension::Repair, Actor::Me),
        entry(2, 0, Dimension::Repair, Actor::Me),
        entry(3, i32::MAX, Dimension::Repair, Actor::Them),
    ];
    let assessment = run(&evidence);
    assert_eq!(assessment.evidence.entries, 3);
}

#[test]
fn a_window_that_ends_before_it_starts_is_empty() {
    let mut evidence = measured(60, steady(60, &[Dimension::Repair], 5));
    evidence.window_from = Day(evidence.as_of.0 + 10);
    assert!(all_insufficient(&run(&evidence)));
}

#[test]
fn expected_balances_that_are_no_numbers_are_read_as_even() {
    let mut evidence = measured(60, steady(60, &[Dimension::Repair], 5));
    let even = run(&evidence);
    evidence.expected_balance.0 = [f64::NAN; 8];
    assert_eq!(run(&evidence).dimensions, even.dimensions);
    evidence.expected_balance.0 = [7.0; 8];
    run(&evidence);
}

#[test]
fn exempt_days_are_not_read_and_strained_days_widen() {
    let mut entries = steady(120, &Dimension::ALL, 5);
    for one in entries.iter_mut().filter(|one| one.day.0 >= START + 90) {
        one.actor = Actor::Me;
    }
    let mut evidence = measured(120, entries);
    let plain = run(&evidence);
    let mut period = ContextPeriod { from: Day(START + 90), to: Day(START + 119), effect: ContextEffect::Exempt };
    evidence.contexts = vec![period];
    let exempt = run(&evidence);
    assert!(exempt.dimensions[0].estimate.balance < plain.dimensions[0].estimate.balance);
    assert_eq!(exempt.overall.state, State::Balanced);
    assert_eq!(exempt.evidence.entries, plain.evidence.entries);

    period.effect = ContextEffect::Widen;
    period.from = Day(START);
    evidence.contexts = vec![period];
    let widened = run(&evidence);
    assert!(widened.dimensions[0].effective_acts < plain.dimensions[0].effective_acts);
}
