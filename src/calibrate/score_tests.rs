//! Figures of merit against values worked out by hand, and in scipy 1.15.

use super::methods::Estimate;
use super::score::*;

fn scored(probability: f64, truth: f64) -> Scored {
    Scored { estimate: Estimate { balance: truth, interval: Some((truth - 0.1, truth + 0.1)), probability }, truth }
}

fn close(figure: Option<f64>, expected: f64) {
    assert!(figure.is_some_and(|figure| (figure - expected).abs() < 1e-9), "{figure:?} is not {expected}");
}

#[test]
fn brier_and_log_loss_score_the_probability_of_an_imbalance() {
    let all = [scored(0.9, 0.5), scored(0.2, 0.0), scored(0.4, -0.3)];
    close(Measure::Brier.of(&all), (0.01 + 0.04 + 0.36) / 3.0);
    close(Measure::LogLoss.of(&all), -(libm::log(0.9) + libm::log(0.8) + libm::log(0.4)) / 3.0);
}

#[test]
fn calibration_error_weighs_the_distance_of_each_bin_by_its_size() {
    // Three say .15, one of them is so; one says .95 and is so.
    let all = [scored(0.15, 0.5), scored(0.15, 0.0), scored(0.15, 0.0), scored(0.95, 0.9)];
    close(Measure::CalibrationError.of(&all), 0.75 * (1.0 / 3.0 - 0.15) + 0.25 * 0.05);
}

#[test]
fn a_certain_forecast_belongs_to_the_last_bin() {
    assert_eq!(reliability(&[scored(1.0, 0.5)]), vec![(1.0, 1.0, 1)]);
}

#[test]
fn false_alarms_are_among_the_even_and_power_among_the_clearly_uneven() {
    let all = [scored(0.9, 0.1), scored(0.1, -0.2), scored(0.81, -0.6), scored(0.8, 0.41), scored(0.99, 0.3)];
    close(Measure::FalseAlarms.of(&all), 0.5);
    close(Measure::Power.of(&all), 0.5);
    assert_eq!(Measure::Power.of(&[scored(0.9, 0.1)]), None, "nobody is clearly uneven");
}

#[test]
fn coverage_counts_both_ends_of_an_interval_and_no_interval_as_nothing() {
    let mut at_the_end = scored(0.5, 0.3);
    at_the_end.estimate.interval = Some((0.3, 0.5));
    let mut outside = at_the_end;
    outside.estimate.interval = Some((0.31, 0.5));
    let mut without = at_the_end;
    without.estimate.interval = None;
    close(Measure::Coverage.of(&[at_the_end, outside, without]), 0.5);
}

#[test]
fn spearman_shares_ranks_among_equals_as_scipy_does() {
    let pairs = [(1.0, 0.1), (2.0, 0.3), (2.0, 0.2), (4.0, 0.4)];
    let all = pairs.map(|(balance, truth)| Scored { estimate: Estimate { balance, interval: None, probability: 0.5 }, truth });
    close(Measure::Spearman.of(&all), 0.948_683_298_050_513_8);
}

#[test]
fn the_bootstrap_finds_the_standard_error_of_a_share() {
    let half: Vec<f64> = (0..400_u16).map(|at| f64::from(at % 2)).collect();
    let figure = bootstrap(&half, 5, &|values| vec![mean(values.copied())])[0].unwrap();
    assert!((figure.value - 0.5).abs() < 1e-12);
    // sqrt(.5 * .5 / 400) = .025, known to about a twentieth from 200 resamples.
    assert!((figure.error - 0.025).abs() < 0.004, "{figure:?}");
}
