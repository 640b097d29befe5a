//! The states on records whose meaning is plain.

use super::{START, entry, measured, steady};
use crate::engine::assessment::{Assessment, State};
use crate::engine::evidence::{Evidence, Questionnaire, ScaleError};
use crate::engine::types::{Actor, Day, Dimension};
use crate::engine::{Policy, assess};

fn run(evidence: &Evidence) -> Assessment {
    assess(evidence, &Policy::default())
}

/// Even until `from`, then all by the logger.
fn turned(days: i32, from: i32) -> Evidence {
    let mut entries = steady(days, &Dimension::ALL, 5);
    for one in entries.iter_mut().filter(|one| one.day.0 >= START + from) {
        one.actor = Actor::Me;
    }
    measured(days, entries)
}

#[test]
fn an_even_record_is_balanced() {
    let assessment = run(&measured(120, steady(120, &Dimension::ALL, 5)));
    assert!(assessment.dimensions.iter().all(|result| result.state == State::Balanced));
    assert_eq!(assessment.overall.state, State::Balanced);
}

#[test]
fn a_load_carried_for_months_is_sustained() {
    let assessment = run(&turned(150, 60));
    assert_eq!(assessment.overall.state, State::SustainedImbalance, "{:?}", assessment.overall);
}

#[test]
fn a_change_of_four_weeks_ago_is_recent_at_first() {
    // The date must be at least 21 days from the end and under 28 days ago: a Monday in between.
    let assessment = run(&turned(144, 119));
    let result = &assessment.dimensions[0];
    assert!(result.shift.is_some_and(|shift| shift.day == Day(START + 119)), "{result:?}");
    assert!(matches!(result.state, State::RecentShift | State::Unclear), "{result:?}");
    assert_ne!(assessment.overall.state, State::SustainedImbalance);
}

#[test]
fn a_hard_fortnight_is_no_sustained_imbalance() {
    let assessment = run(&turned(134, 120));
    assert!(assessment.dimensions.iter().all(|result| result.state != State::SustainedImbalance));
    assert!(assessment.overall.figures.unwrap().figures.probability() < 0.5);
}

#[test]
fn under_four_weeks_nothing_is_sustained() {
    let assessment = run(&measured(27, steady(27, &Dimension::ALL, 10)));
    assert!(assessment.dimensions.iter().all(|result| result.state != State::SustainedImbalance));
}

#[test]
fn opposite_gifts_complement_each_other() {
    let mut entries = steady(120, &[Dimension::PracticalHelp], 9);
    for (id, mut other) in (10_000..).zip(steady(120, &[Dimension::EmotionalSupport], 1)) {
        other.id.0 = id;
        entries.push(other);
    }
    let overall = run(&measured(120, entries)).overall;
    let figures = overall.figures.unwrap();
    assert!(figures.complementarity > 0.8, "{figures:?}");
    assert!(figures.net_imbalance < 0.1);
    assert_ne!(overall.state, State::SustainedImbalance);
}

#[test]
fn an_answer_that_contradicts_the_log_is_reported_and_widens() {
    let mut evidence = measured(120, steady(120, &[Dimension::Repair], 9));
    let alone = run(&evidence);
    evidence.questionnaires = vec![Questionnaire {
        day: Day(START + 100),
        dimension: Some(Dimension::Repair),
        give: 1.0,
        receive: 5.0,
        range: 4.0,
        give_error: ScaleError::StandardError(0.3),
        receive_error: ScaleError::StandardError(0.3),
    }];
    let both = run(&evidence);
    assert_eq!(both.conflicts.len(), 1);
    assert_eq!(both.conflicts[0].dimension, Dimension::Repair);
    assert!(both.conflicts[0].log_balance > 0.5 && both.conflicts[0].answers_balance < -0.5);
    let width = |assessment: &Assessment| {
        let figures = assessment.dimensions[3].estimate;
        figures.upper_90 - figures.lower_90
    };
    assert!(width(&both) > width(&alone));
}

#[test]
fn an_answer_that_agrees_with_a_thin_log_narrows() {
    let mut evidence =
        measured(60, (0..8).map(|id: u8| entry(id.into(), START + 7 * i32::from(id), Dimension::Repair, Actor::Me)).collect());
    let alone = run(&evidence).dimensions[3].estimate;
    evidence.questionnaires = vec![Questionnaire {
        day: Day(START + 30),
        dimension: Some(Dimension::Repair),
        give: 4.0,
        receive: 2.0,
        range: 4.0,
        give_error: ScaleError::StandardError(0.3),
        receive_error: ScaleError::StandardError(0.3),
    }];
    let both = run(&evidence);
    let both_figures = both.dimensions[3].estimate;
    assert!(both.conflicts.is_empty());
    assert!(both_figures.upper_90 - both_figures.lower_90 < alone.upper_90 - alone.lower_90);
}
