//! What must hold whatever the evidence.

use proptest::prelude::*;

use super::mirror::evidences;
use super::{START, entry, measured, rolled_up, steady};
use crate::engine::assessment::State;
use crate::engine::rollup::RollUp;
use crate::engine::types::{Actor, Dimension, Keeper};
use crate::engine::{Policy, assess};

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_same_evidence_gives_the_same_bytes(evidence in evidences()) {
        let policy = Policy::default();
        prop_assert_eq!(format!("{:?}", assess(&evidence, &policy)), format!("{:?}", assess(&evidence, &policy)));
    }

    #[test]
    fn figures_are_probabilities_and_ordered_balances(evidence in evidences()) {
        for result in assess(&evidence, &Policy::default()).dimensions {
            let figures = result.estimate;
            prop_assert!(figures.lower_90 < figures.upper_90);
            prop_assert!(figures.lower_90 >= -1.0 && figures.upper_90 <= 1.0);
            prop_assert!((0.0..=1.0).contains(&figures.probability()));
            prop_assert!(result.shift.is_none_or(|shift| (0.0..=1.0).contains(&shift.probability)));
        }
    }

    #[test]
    fn sums_kept_entry_by_entry_are_those_made_at_once(evidence in evidences()) {
        let mut kept = RollUp::default();
        for one in &evidence.entries {
            kept.add(one);
        }
        // Efforts are whole numbers, so the sums are exact in any order.
        prop_assert_eq!(kept, rolled_up(&evidence.entries));
    }
}

#[test]
fn giving_more_raises_the_balance() {
    let balance = |given| {
        let entries = steady(100, &[Dimension::Appreciation, Dimension::Repair], given);
        assess(&measured(100, entries), &Policy::default()).dimensions[3].estimate.balance
    };
    let balances: Vec<f64> = (0..=10).map(balance).collect();
    assert!(balances.windows(2).all(|pair| pair[0] < pair[1]), "{balances:?}");
}

#[test]
fn a_logger_who_kept_the_log_is_believed_a_little_less() {
    let mut evidence = measured(100, steady(100, &Dimension::ALL, 5));
    let figures = |evidence: &_| assess(evidence, &Policy::default()).dimensions[0].estimate;
    let measured = figures(&evidence);
    evidence.kept_by = Keeper::Logger;
    let own = figures(&evidence);
    evidence.kept_by = Keeper::Other;
    let other = figures(&evidence);
    assert!(own.balance < measured.balance && measured.balance < other.balance);
    let width = |figures: &crate::engine::assessment::Figures| figures.upper_90 - figures.lower_90;
    assert!(width(&own) > width(&measured));
}

#[test]
fn the_keepers_uncertainty_never_shrinks_with_more_evidence() {
    let mut evidence = measured(400, steady(400, &Dimension::ALL, 5));
    evidence.kept_by = Keeper::Logger;
    let figures = assess(&evidence, &Policy::default()).overall.figures.unwrap().figures;
    // 1.645 x .25 logits to either side, as balances.
    assert!(figures.upper_90 - figures.lower_90 > 0.38, "{figures:?}");
}

#[test]
fn an_unequal_relationship_is_judged_by_what_is_expected_of_it() {
    let mut evidence = measured(100, steady(100, &Dimension::ALL, 8));
    let among_peers = assess(&evidence, &Policy::default());
    assert_eq!(among_peers.overall.state, State::SustainedImbalance);
    evidence.expected_balance.0 = [0.6; 8];
    let with_a_child = assess(&evidence, &Policy::default());
    assert_eq!(with_a_child.overall.state, State::Balanced);
    assert!((with_a_child.dimensions[0].estimate.balance - 0.6).abs() < 0.15);
}

#[test]
fn swings_that_all_dimensions_share_widen_what_is_known_of_each() {
    // Two of three acts are given: each dimension in a turn of its own, or all in stretches of twenty days.
    let width = |turn: &dyn Fn(i32, i32) -> i32| {
        let mut entries = Vec::new();
        for day in 0..120 {
            for (own, dimension) in (0..).zip(Dimension::ALL) {
                let actor = if turn(day, own) % 3 == 1 { Actor::Them } else { Actor::Me };
                entries.push(entry(u32::try_from(entries.len()).unwrap(), START + day, dimension, actor));
            }
        }
        let figures = assess(&measured(120, entries), &Policy::default()).overall.figures.unwrap().figures;
        figures.upper_90 - figures.lower_90
    };
    let (apart, together) = (width(&|day, own| day + own), width(&|day, _| day / 20));
    assert!(together > 1.5 * apart, "{together} {apart}");
}
