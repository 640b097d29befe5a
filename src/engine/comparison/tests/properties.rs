//! What must hold whatever the evidence.

use proptest::prelude::*;

use super::{about_initiation, every, of, steps};
use crate::engine::Policy;
use crate::engine::comparison::{DimensionComparison, Question, Side, StepReading, compare};
use crate::engine::evidence::{ContextEffect, ContextPeriod, Evidence};
use crate::engine::tests::{START, measured};
use crate::engine::types::{Actor, Day, Dimension};

fn logs() -> impl Strategy<Value = Evidence> {
    let act = (-5..60_i32, 0..3_usize, 0..4_usize, 1..=5_u8, any::<Option<bool>>());
    let hard = proptest::option::of((0..50_i32, 1..12_i32, any::<bool>()));
    (proptest::collection::vec(act, 0..140), hard).prop_map(|(acts, hard)| {
        let mut evidence = measured(56, vec![]);
        for (id, (day, dimension, actor, effort, prompted)) in (0..).zip(acts) {
            let dimension = [Dimension::Initiation, Dimension::Initiation, Dimension::Repair][dimension];
            let actor = [Actor::Me, Actor::Them, Actor::Both, Actor::Unknown][actor];
            let mut one = crate::engine::tests::entry(id, START + day, dimension, actor);
            (one.weight, one.prompted) = (f64::from(effort), prompted);
            evidence.entries.push(one);
        }
        if let Some((from, length, exempt)) = hard {
            let effect = if exempt { ContextEffect::Exempt } else { ContextEffect::Widen };
            evidence.contexts.push(ContextPeriod { from: Day(START + from), to: Day(START + from + length), effect });
        }
        evidence
    })
}

fn questions() -> impl Strategy<Value = Question> {
    (any::<bool>(), any::<bool>()).prop_map(|(other, unprompted_only)| {
        let side = if other { Side::Other } else { Side::Logger };
        Question { unprompted_only, dimensions: vec![Dimension::Initiation, Dimension::Repair], ..about_initiation(side) }
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn swapped_roles_give_the_exact_mirror(evidence in logs(), question in questions()) {
        let policy = Policy::default();
        let straight: Vec<_> = compare(&evidence, &question, &policy).into_iter().map(DimensionComparison::mirrored).collect();
        prop_assert_eq!(straight, compare(&evidence.mirrored(), &question.mirrored(), &policy));
    }

    #[test]
    fn the_order_of_entries_and_dimensions_does_not_change_a_bit(evidence in logs(), question in questions()) {
        let (mut turned, mut other) = (evidence.clone(), question.clone());
        turned.entries.reverse();
        let half = turned.entries.len() / 2;
        turned.entries.rotate_left(half);
        other.dimensions.reverse();
        other.dimensions.push(Dimension::Repair);
        let policy = Policy::default();
        let (one, two) = (compare(&evidence, &question, &policy), compare(&turned, &other, &policy));
        prop_assert_eq!(format!("{one:?}"), format!("{two:?}"));
    }

    #[test]
    fn what_lies_outside_of_the_periods_counts_for_nothing(evidence in logs(), question in questions()) {
        let mut inside = evidence.clone();
        inside.entries.retain(|one| (0..56).contains(&(one.day.0 - START)));
        let policy = Policy::default();
        prop_assert_eq!(compare(&evidence, &question, &policy), compare(&inside, &question, &policy));
    }

    #[test]
    fn figures_are_ordered_and_nothing_is_claimed_without_them(evidence in logs(), question in questions()) {
        for found in compare(&evidence, &question, &Policy::default()) {
            for rate in found.rates.each().into_iter().flatten() {
                prop_assert!(0.0 <= rate.lower_90 && rate.lower_90 < rate.upper_90 && rate.upper_90.is_finite(), "{rate:?}");
                prop_assert!(rate.not_said <= rate.steps);
            }
            for change in [found.during, found.after] {
                if let Some(ratio) = change.rate {
                    prop_assert!(0.0 < ratio.lower_90 && ratio.lower_90 < ratio.ratio && ratio.ratio < ratio.upper_90, "{ratio:?}");
                }
                if let Some(balance) = change.balance {
                    prop_assert!(-2.0 <= balance.lower_90 && balance.lower_90 < balance.upper_90 && balance.upper_90 <= 2.0, "{balance:?}");
                }
                let claims = matches!(change.reading, StepReading::More | StepReading::Fewer | StepReading::NoClearChange);
                prop_assert!(!claims || change.rate.is_some());
            }
        }
    }
}

#[test]
fn more_evidence_narrows_both_intervals() {
    // The same shares and the same rate on every seventh, third, and every day.
    let widths = |step: usize| {
        let days: Vec<i32> = every(0..56, step);
        let both: (Vec<i32>, Vec<i32>) = (days.clone(), days);
        let found = of(&measured(56, steps(&both.0, &both.1)));
        let (rate, balance) = (found.during.rate.unwrap(), found.during.balance.unwrap());
        (libm::log(rate.upper_90 / rate.lower_90), balance.upper_90 - balance.lower_90)
    };
    let [few, some, many] = [4, 2, 1].map(widths);
    assert!(few.0 > some.0 && some.0 > many.0, "{few:?} {some:?} {many:?}");
    assert!(few.1 > some.1 && some.1 > many.1, "{few:?} {some:?} {many:?}");
}
