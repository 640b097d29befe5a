//! The methods that the engine is compared with, against scipy 1.15 and against what they are for.

use super::methods::*;
use super::tie::{Act, Tie};
use crate::engine::policy::Policy;
use crate::engine::types::{Day, Dimension, Keeper};

/// The 5 % and 95 % points on the balance scale, and the probability beyond .20, of Beta(8, 4) in scipy.
const BETA_8_4: [f64; 3] = [-0.128_748_376_578_459_28, 0.729_849_054_160_717_4, 0.732_997_222_4];

fn tie(acts: &[(i32, bool, f64)]) -> Tie {
    let acts = acts.iter().map(|&(day, given, weight)| Act { day, dimension: Dimension::EmotionalSupport, given, weight }).collect();
    Tie { id: 0, first: Day(20_000), days: 100, acts, truth: None }
}

fn first(method: Method, tie: &Tie) -> Estimate {
    method.estimates(tie, tie.last_day(), Keeper::Neither, &Policy::default())[0]
}

#[test]
fn the_raw_posterior_is_the_beta_distribution_of_scipy() {
    let estimate = first(Method::Share, &tie(&[(1, true, 5.0), (2, true, 2.0), (3, false, 3.0)]));
    let (low, high) = estimate.interval.unwrap();
    for (found, scipy) in [(estimate.balance, 1.0 / 3.0), (low, BETA_8_4[0]), (high, BETA_8_4[1]), (estimate.probability, BETA_8_4[2])] {
        assert!((found - scipy).abs() < 1e-9, "{found} {scipy}");
    }
}

#[test]
fn a_fading_share_forgets_what_is_long_ago() {
    let turned: Vec<(i32, bool, f64)> = (0..100).map(|day| (day, day < 50, 1.0)).collect();
    assert!(first(Method::Share, &tie(&turned)).balance.abs() < 1e-9);
    assert!(first(Method::Ewma(14.0), &tie(&turned)).balance < -0.7);
    assert!(first(Method::Ewma(30.0), &tie(&turned)).balance > first(Method::Ewma(14.0), &tie(&turned)).balance);
}

#[test]
fn a_ratio_is_sure_from_five_acts_on() {
    let acts: Vec<(i32, bool, f64)> = (0..5).map(|day| (day, true, 1.0)).collect();
    assert!(first(Method::Ratio, &tie(&acts)).probability > 0.99);
    assert!(first(Method::Ratio, &tie(&acts[1..])).probability < 0.01);
    assert_eq!(first(Method::Ratio, &tie(&acts)).interval, None);
}

#[test]
fn every_dimension_gets_numbers_from_every_method_without_any_act() {
    for method in Method::ALL {
        for estimate in method.estimates(&tie(&[]), 99, Keeper::Neither, &Policy::default()) {
            assert!(estimate.balance.abs() < 1e-9 && (0.0..=1.0).contains(&estimate.probability), "{method:?}");
        }
    }
}

#[test]
fn an_alarm_looks_at_the_dimension_in_the_middle() {
    let at = |probability| Estimate { balance: 0.0, interval: None, probability };
    assert!((median_probability(&[0.9, 0.1, 0.7, 0.2, 0.8].map(at)) - 0.7).abs() < 1e-12);
}
