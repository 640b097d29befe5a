//! Cells against closed forms of the normal distribution.

use super::{CELLS, Distribution, Mover, middles, neutral_zone, normal};

fn one(mean: f64, sd: f64) -> Distribution {
    Distribution::mixture(std::iter::once((1.0, mean, sd * sd)))
}

#[test]
fn a_normal_keeps_its_mean_quantiles_and_tails() {
    let found = one(0.1, 0.08);
    assert!((found.mean() - 0.1).abs() < 1e-9);
    assert!((found.quantile(0.05) - (0.1 - 1.644_854 * 0.08)).abs() < 5e-4);
    assert!((found.quantile(0.95) - (0.1 + 1.644_854 * 0.08)).abs() < 5e-4);
    assert!((found.below(0.18) - 0.841_345).abs() < 1e-3);
}

#[test]
fn a_narrow_normal_near_an_end_loses_nothing() {
    let found = one(0.9, 0.02);
    assert!((found.mean() - 0.9).abs() < 1e-6);
    assert!((found.cells().iter().sum::<f64>() - 1.0).abs() < 1e-12);
    assert!(found.below(0.8) < 1e-6);
}

#[test]
fn a_mixture_weighs_its_parts_by_their_weights() {
    let parts = [(0.25, -0.5, 0.0025), (0.75, 0.5, 0.0025)];
    let found = Distribution::mixture(parts.into_iter());
    assert!((found.below(0.0) - 0.25).abs() < 1e-9);
    assert!((found.mean() - 0.25).abs() < 1e-9);
}

#[test]
fn a_move_shifts_the_logit_and_adds_its_variance() {
    let before = one(0.1, 0.1);
    let after = Mover::new(-0.2, 0.25).apply(&before);
    let ((mean, variance), (moved, wider)) = (before.logit_moments(), after.logit_moments());
    assert!((moved - (mean - 0.2)).abs() < 2e-3, "{mean} {moved}");
    assert!((wider - (variance + 0.0625)).abs() < 2e-3, "{variance} {wider}");
}

#[test]
fn fusing_is_precision_weighting_where_both_are_normal() {
    let log = one(0.0, 0.05);
    let (mean, variance) = log.logit_moments();
    let (fused, narrower) = log.fused(0.3, variance, 1.0).logit_moments();
    assert!((fused - f64::midpoint(mean, 0.3)).abs() < 5e-3);
    assert!((narrower - variance / 2.0).abs() < 5e-4);
}

#[test]
fn the_neutral_zone_among_peers_is_sixty_to_forty() {
    let (low, high) = neutral_zone(0.0, 0.405);
    assert!((high - 0.2).abs() < 1e-3 && (low + high).abs() < 1e-15);
    assert!(neutral_zone(0.5, 0.405).0 > 0.3);
}

#[test]
fn normals_laid_out_by_ratios_are_those_laid_out_by_exponentials() {
    for (mean, sd) in [(0.0, 0.02), (0.337, 0.05), (-0.9, 0.3), (0.995, 0.02), (-1.2, 0.1), (1.4, 0.5), (0.1234, 2.0)] {
        let mut cells = [0.0; CELLS];
        normal::add(&mut cells, 0.7, mean, sd * sd);
        for (cell, middle) in cells.iter().zip(middles()) {
            let z = (middle - mean) / sd;
            let direct = 0.7 / sd * libm::exp(-0.5 * z * z);
            assert!((cell - direct).abs() <= 1e-11 * direct + 1e-290, "{mean} {sd} at {middle}: {cell} {direct}");
        }
    }
}

#[test]
fn the_probability_below_after_a_move_is_that_of_the_moved_distribution() {
    let parts = [(0.3, -0.4, 0.01), (0.7, 0.35, 0.002)];
    let before = Distribution::mixture(parts.into_iter());
    for shift in [-0.2, 0.2] {
        let mover = Mover::new(shift, 0.25);
        let after = mover.apply(&before);
        let balances = [-1.0, -0.81, -0.2, 0.0, 0.2013, 0.345, 0.999, 1.0];
        for (below, balance) in mover.below(&before, balances).into_iter().zip(balances) {
            assert!((below - after.below(balance)).abs() < 1e-12, "{balance}: {below} {}", after.below(balance));
        }
    }
}

#[test]
fn prepared_movers_are_the_ones_asked_for() {
    for (shift, sd) in [(-0.2, 0.25), (0.2, 0.25), (-0.3, 0.25), (-0.2, 0.1)] {
        assert_eq!(*Mover::prepared(shift, sd), Mover::new(shift, sd));
    }
}
