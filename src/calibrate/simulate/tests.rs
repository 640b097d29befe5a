//! Simulated ties: the same seed the same tie, and logs that tell the truth about their levels.

use super::*;
use crate::calibrate::score::mean;
use crate::calibrate::tie::{Act, dimensions};
use crate::engine::math::count;
use crate::engine::types::Dimension;

fn way(act: &Act) -> f64 {
    if act.given { 1.0 } else { -1.0 }
}

fn simulation(seed: u64) -> Simulation {
    Simulation { seed, mix: Mix::Eight, biased: false }
}

fn ties_of(kind: Kind, simulation: Simulation, how_many: u64) -> Vec<Tie> {
    let at = (0..).zip(Kind::ALL).find(|(_, own)| *own == kind).unwrap().0;
    (0..how_many).map(|round| simulation.tie(8 * round + at)).collect()
}

#[test]
fn the_same_seed_and_number_give_the_same_tie_in_whatever_order() {
    let (first, second) = (simulation(4).tie(3), simulation(4).tie(9));
    assert_eq!((simulation(4).tie(9), simulation(4).tie(3)), (second, first.clone()));
    assert_ne!(simulation(5).tie(3).acts, first.acts);
    assert_ne!(simulation(4).tie(11).acts, first.acts, "of the same kind");
}

#[test]
fn the_kinds_take_turns_and_say_their_name() {
    for (kind, id) in Kind::ALL.into_iter().zip(0..) {
        let tie = simulation(1).tie(id);
        assert_eq!(tie.truth.as_ref().unwrap().kind, kind.name());
        assert!((75..=180).contains(&tie.days));
        assert!(tie.acts.iter().all(|act| (0..tie.days).contains(&act.day) && (1.0..=5.0).contains(&act.weight)));
        assert!(tie.acts.windows(2).all(|pair| pair[0].day <= pair[1].day));
    }
}

#[test]
fn a_sustained_tie_is_logged_as_uneven_as_it_is() {
    for tie in ties_of(Kind::Sustained, simulation(2), 40) {
        let given: f64 = tie.acts.iter().map(way).sum();
        let of = |own: Dimension| count(tie.acts.iter().filter(|act| act.dimension == own).count());
        let expected: f64 = dimensions().zip(tie.truth.as_ref().unwrap().balances).map(|(own, balance)| balance * of(own)).sum();
        let acts = count(tie.acts.len());
        // Acts of a day agree a little, which makes the sum about a tenth less certain than that of free coins.
        assert!((given - expected).abs() < 5.0 * acts.sqrt(), "{given} of {acts}, expected {expected}");
    }
}

#[test]
fn an_even_tie_with_an_ebb_is_even_beneath_it() {
    for kind in [Kind::Balanced, Kind::Sine, Kind::Autoregressive, Kind::Episode] {
        for tie in ties_of(kind, simulation(3), 20) {
            assert!(tie.truth.unwrap().balances.iter().all(|balance| balance.abs() < 0.2), "{kind:?}");
        }
    }
}

#[test]
fn sparse_ties_have_few_records_and_bursty_ones_many_on_few_days() {
    let a_day = |kind| {
        let ties = ties_of(kind, simulation(6), 60);
        ties.iter().map(|tie| count(tie.acts.len())).sum::<f64>() / ties.iter().map(|tie| f64::from(tie.days)).sum::<f64>()
    };
    let (sparse, usual, bursty) = (a_day(Kind::Sparse), a_day(Kind::Balanced), a_day(Kind::Bursty));
    assert!((0.3..0.7).contains(&sparse) && (2.5..4.5).contains(&usual) && bursty > usual, "{sparse} {usual} {bursty}");
}

#[test]
fn a_biased_logger_claims_to_give_more_and_nothing_else_changes() {
    let share = |biased| {
        let ties = ties_of(Kind::Balanced, Simulation { biased, ..simulation(7) }, 200);
        let acts: Vec<bool> = ties.iter().flat_map(|tie| tie.acts.iter().map(|act| act.given)).collect();
        mean(acts.into_iter().map(|given| f64::from(u8::from(given)))).unwrap()
    };
    // A logit of .2 is a share of .55.
    assert!((share(false) - 0.5).abs() < 0.01 && (share(true) - 0.55).abs() < 0.02, "{} {}", share(false), share(true));
}

#[test]
fn a_turning_tie_is_even_before_and_leans_after() {
    let tie = simulation(8).turning(0, 0.6, 126);
    let truth = tie.truth.clone().unwrap();
    let change = truth.change_day.unwrap();
    assert_eq!(tie.days, change + 126);
    let lean = |after: bool| mean(tie.acts.iter().filter(|act| (act.day >= change) == after).map(way)).unwrap();
    assert!(lean(false).abs() < 0.2 && (lean(true).abs() - 0.6).abs() < 0.2, "{} {}", lean(false), lean(true));
    assert!(truth.balances.iter().all(|balance| (balance.abs() - 0.6).abs() < 1e-12));
}
